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
_LONG_TAIL: Final = 10  # letters that two labels share at their end, as they name the same owner
_SHORT_HEAD: Final = 3  # letters before it that may well be one word misread
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
    return _UMLAUT_DIGRAPHS.sub(r"\1", fold(plain).replace(" ", "")).translate(_LOOKALIKES)


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


def differ_by_misreading(one: str, other: str) -> bool:
    """Tell whether two squeezed texts may differ by misread letters only.

    They do not where one is a word longer, nor where they only share a long tail: "Fax der meldenden Person" is no "Name der …".
    """
    if min(len(one), len(other)) < 0.8 * max(len(one), len(other)):
        return False
    tail = 0
    while tail < min(len(one), len(other)) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    heads = one[: len(one) - tail], other[: len(other) - tail]
    if tail < _LONG_TAIL or not all(heads) or max(map(len, heads)) < _SHORT_HEAD:
        return True
    return fuzz.ratio(*heads) / 100 >= needed_similarity(heads[1])


def fold_blanks(text: str) -> str:
    """Return `text` with runs of white space as one blank."""
    return " ".join(text.split())
