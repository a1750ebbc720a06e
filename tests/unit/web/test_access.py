"""Tokens open the mailboxes they are configured for."""

from __future__ import annotations

import pytest

from bridge.web.access import Access, Tokens
from bridge.web.problems import Problem

TOKENS = Tokens({"one": ("disease",), "all": ("*",), "none": ()})


def test_a_token_opens_its_mailboxes() -> None:
    access = TOKENS.access("one")
    assert access == Access("one", frozenset({"disease"}))
    assert access.may_use("disease")
    assert not access.may_use("hygiene")
    assert not TOKENS.access("none").may_use("disease")


def test_a_star_opens_all_even_those_configured_no_more() -> None:
    access = TOKENS.access("all")
    assert access.is_unlimited
    assert access.may_use("anything")


@pytest.mark.parametrize("token", [None, "", "wrong", "ONE", "tokén", "\udcff"])
def test_anything_else_opens_nothing(token: str | None) -> None:
    with pytest.raises(Problem) as caught:
        TOKENS.access(token)
    assert caught.value.status == 401
    assert "WWW-Authenticate" in caught.value.headers
