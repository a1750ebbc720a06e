"""How common German words are, from wordfreq's list (CC-BY-SA; the web, news, subtitles, encyclopedias): only German is read, once.

A rare word is no wrong one, least of all a name: what the list says is evidence between readings, never a verdict.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgpack
import numpy as np
from numpy.typing import NDArray

UNKNOWN: Final = 0.0  # on the Zipf scale: what the list does not hold

_PACKAGE: Final = "wordfreq"
_LIST: Final = "data/large_de.msgpack.gz"
_RAREST: Final = 1.5  # Zipf: once in thirty million words; what is rarer in the list is misspelled as often as not
_LONGEST: Final = 24  # bytes
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class _Words:
    """The words in UTF-8, in order, and beside each how common it is."""

    words: NDArray[np.bytes_]
    zipf: NDArray[np.float32]


def commonness(words: Sequence[str]) -> list[float]:
    """Return each word's Zipf frequency, whatever its case: 3 is once in a million words, 6 once in a thousand, `UNKNOWN` not once."""
    known = _words()
    keys = [word.casefold().encode() for word in words]
    wanted = np.array([key if len(key) <= _LONGEST else b"" for key in keys], f"S{_LONGEST}")
    at = np.searchsorted(known.words, wanted).clip(max=len(known.words) - 1)
    found: list[float] = np.where(known.words[at] == wanted, known.zipf[at], UNKNOWN).tolist()
    return found


@cache
def _words() -> _Words:
    """Read the list without importing its package: lists of words, each a hundredth of a decade rarer than the one before."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"the package {_PACKAGE} is not installed; run ./run setup")
    words: list[bytes] = []
    zipf: list[float] = []
    with gzip.open(Path(found.origin).parent / _LIST) as packed:
        unpacker = msgpack.Unpacker(packed)
        unpacker.read_array_header()
        unpacker.skip()  # what format it is
        for step in range(round(100 * (9 - _RAREST)) + 1):
            kept = [
                key for word in unpacker.unpack() if word.isalpha() and len(word) >= _SHORTEST and len(key := word.encode()) <= _LONGEST
            ]
            words += kept
            zipf += [9 - step / 100] * len(kept)
    every = np.array(words, f"S{_LONGEST}")
    order = np.argsort(every, kind="stable")
    return _Words(every[order], np.array(zipf, np.float32)[order])
