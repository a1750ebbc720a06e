"""Keys a person may choose: none of the browser's or a screen reader's, and none for two things."""

from __future__ import annotations

import re

import pytest

from bridge.domain.errors import RefusedError
from bridge.web.workplace.keys import DEFAULTS, OFF, allowed, chosen
from tests.conftest import REPOSITORY


def test_the_defaults_are_those_of_the_script() -> None:
    script = (REPOSITORY / "bridge" / "web" / "static" / "keys.js").read_text("utf-8")
    [line] = re.findall(r"const DEFAULTS = \{(.*?)\};", script)
    assert dict(re.findall(r'(\w+): "([^"]*)"', line)) == dict(DEFAULTS)


def test_only_what_differs_is_kept() -> None:
    assert chosen(dict(DEFAULTS)) == {}
    assert chosen({**DEFAULTS, "page": "+", "undo": OFF}) == {"page": "+", "undo": OFF}


@pytest.mark.parametrize(
    "key", ["F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", "Tab", "Escape", "Enter", " ", "h", "1", "Insert", "PageDown"]
)
def test_a_key_of_browser_or_screen_reader_is_refused(key: str) -> None:
    for action in DEFAULTS:
        with pytest.raises(RefusedError, match="not allowed"):
            chosen({**DEFAULTS, action: key})


@pytest.mark.parametrize("action", ["choice", "absent", "unreadable"])
def test_a_sign_does_nothing_where_it_is_text(action: str) -> None:
    assert "?" not in allowed(action)
    with pytest.raises(RefusedError):
        chosen({**DEFAULTS, action: "#"})


def test_a_key_does_one_thing_and_many_may_do_none() -> None:
    with pytest.raises(RefusedError, match="two things"):
        chosen({**DEFAULTS, "absent": "F8"})
    assert chosen({**DEFAULTS, "absent": "F8", "undo": "F2"}) == {"absent": "F8", "undo": "F2"}
    assert chosen(dict.fromkeys(DEFAULTS, OFF)) == dict.fromkeys(DEFAULTS, OFF)


def test_every_default_may_be_chosen_again() -> None:
    assert all(key in allowed(action) for action, key in DEFAULTS.items())
