"""What the pages say, in German and English: one TOML file a language, the same keys in both."""

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
    """Return the texts of a language by their dotted keys; German for a language there is not."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    tree = tomllib.loads((FOLDER / f"{chosen}.toml").read_text(encoding="utf-8"))
    return dict(_leaves(tree))


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
