"""The log: whatever people do has words in it, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from bridge.services.story import PERSONAL, phrase_key
from bridge.web.workplace.texts import LANGUAGES, texts
from tests.conftest import REPOSITORY

# Where each function that writes into the log is told what was done.
_PLACES = {"Action": 2, "_log": 1, "_action": 1, "_decide": 1, "_end": 2, "_defer": 5}


def phrases() -> Iterator[str]:
    for room in ("services", "store", "web/workplace"):
        for file in sorted((REPOSITORY / "bridge" / room).glob("**/*.py")):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call):
                    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                    place = _PLACES.get(name)
                    told = call.args[place] if place is not None and len(call.args) > place else None
                    if isinstance(told, ast.Constant) and isinstance(told.value, str):
                        yield told.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_words(language: str) -> None:
    found = set(phrases())
    assert found >= {"fax seen", "document confirmed", "signed in", "person invited", "fax read again", "document postponed"}
    assert {phrase for phrase in found if f"log.what.{phrase_key(phrase)}" not in texts(language)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_story_tells_of_people_the_log_tells_too(language: str) -> None:
    words = texts(language)
    assert all(f"log.what.{key}" in words and f"fax.told.did.{key}" in words for key in PERSONAL)
