"""What the pages say, in German and English: TOML files named after the language (`de.toml`, `de.pages.toml`), the same keys in both."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "texts"
LANGUAGES: Final = ("de", "en")


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return the texts of a language by their dotted keys; German for a language there is not. Raises ValueError, see `read_texts`."""
    return read_texts(FOLDER, language if language in LANGUAGES else LANGUAGES[0])


def read_texts(folder: Path, language: str) -> Mapping[str, str]:
    """Return all texts of a language's files by their dotted keys. Raises ValueError where a key stands in two of them."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob(f"{language}*.toml")):
        for key, text in _leaves(tomllib.loads(file.read_text(encoding="utf-8"))):
            if key in found:
                raise ValueError(f"{file.name}: {key}: stands in another file already")
            found[key] = text
    return found


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
