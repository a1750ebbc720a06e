"""The pages' texts: the same keys in both languages, each once, with the same gaps to fill."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from bridge.web.workplace.texts import FOLDER, read_texts, texts


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    german, english = texts("de"), texts("en")
    assert set(german) == set(english)
    assert {key for key in german if gaps(german[key]) != gaps(english[key])} == set()


def test_a_language_there_is_not_is_german() -> None:
    assert texts("fr") == texts("de")


def test_all_files_of_a_language_count() -> None:
    assert len(list(FOLDER.glob("de*.toml"))) > 1
    assert {"app.name", "fax.title"} <= set(texts("de"))


def test_a_key_that_comes_twice_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "de.toml").write_text('[a]\nb = "x"\n', encoding="utf-8")
    (tmp_path / "de.more.toml").write_text('[a]\nb = "y"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"de\.toml: a\.b"):
        read_texts(tmp_path, "de")
