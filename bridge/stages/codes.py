"""Printed names of diseases and pathogens matched to their code lists: exactly or nearly, never forced."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.forms import CodeEntry
from bridge.stages.folding import squeeze

_LEAST: Final = 0.86
_LEAD: Final = 0.06
_DENIED: Final = re.compile(r"\W*(?:kein\w*|nicht|ohne)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """The entry that a printed name stands for, and how well it fits (1.0 letter for letter)."""

    code: str
    score: float


def match_code(text: str, entries: Sequence[CodeEntry]) -> CodeMatch | None:
    """Return the one entry whose name or synonym `text` is; None where none fits well, two fit about as well, or it is denied."""
    wanted = squeeze(text)
    if len(wanted) < 2 or _DENIED.match(text):
        return None
    ranked = sorted(((_best(wanted, entry), entry.code) for entry in entries), reverse=True)
    if not ranked or ranked[0][0] < _needed(wanted):
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < (_LEAD if ranked[0][0] < 1 else 1e-9):
        return None
    return CodeMatch(ranked[0][1], ranked[0][0])


def _best(wanted: str, entry: CodeEntry) -> float:
    return max(fuzz.ratio(wanted, squeeze(name)) / 100 for name in (entry.name, *entry.synonyms))


def _needed(wanted: str) -> float:
    return 1.0 if len(wanted) <= 4 else 0.9 if len(wanted) <= 7 else _LEAST
