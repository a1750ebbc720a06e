"""Printed text made comparable: what OCR and typists vary (case, umlauts, blanks, look-alikes) is folded away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

_SPELLED_OUT: Final = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "ı": "i", "§": " paragraph "})
_LOOKALIKES: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "8": "b"})
_NOT_ALPHANUMERIC: Final = re.compile(r"[^0-9a-z]+")
_UMLAUT_DIGRAPHS: Final = re.compile(r"(?<![aeo])([aou])e(?!u)")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return `text` in lower-case ASCII words: umlauts without dots, ß as ss, punctuation as single blanks."""
    spelled = text.lower().translate(_SPELLED_OUT)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return _NOT_ALPHANUMERIC.sub(" ", plain).strip()


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """Return `text` folded, without blanks, look-alikes of OCR (0/o, 1/l/i, 5/s, 8/b) and ae/oe/ue made one."""
    plain = re.sub(r"[|!]", "l", text.lower())
    return _UMLAUT_DIGRAPHS.sub(r"\1", fold(plain)).replace(" ", "").translate(_LOOKALIKES)


def similarity(one: str, other: str) -> float:
    """Return how alike two printed texts are, 0..1, forgiving what OCR confuses."""
    return fuzz.ratio(squeeze(one), squeeze(other)) / 100


def needed_similarity(squeezed: str) -> float:
    """Return from which similarity on a text counts as the known phrase: short phrases forgive nothing."""
    if len(squeezed) <= 3:
        return 1.0
    if len(squeezed) <= 5:
        return 0.86
    return 0.84 if len(squeezed) <= 8 else 0.82


def fold_blanks(text: str) -> str:
    """Return `text` with runs of white space as one blank."""
    return " ".join(text.split())
