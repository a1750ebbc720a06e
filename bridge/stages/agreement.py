"""Several readings of one value: which value they tell, and how well they agree."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.evidence import Agreement
from bridge.domain.forms import FieldKind
from bridge.domain.model import JsonValue
from bridge.stages.answers import MISREAD
from bridge.stages.dates import LOST_DOTS
from bridge.stages.folding import fold, fold_blanks
from bridge.stages.grammars import Parsed

PAGE: Final = "page"
_PAGE_ENGINE: Final = "tesseract"  # the page reader and the crop reader of that name err alike
_SECTION_SIGN: Final = re.compile(r"(?<!\w)(?:§{1,2}|\$|8{1,2}|S{1,2}|&)(?= \d)")
_TORN_HYPHEN: Final = re.compile(r"\w- \w")
_GUESSES: Final = frozenset({MISREAD, LOST_DOTS})
_LOOSE: Final = frozenset({FieldKind.LIST})


@dataclass(frozen=True, slots=True)
class Version:
    """One reading of a value: `parsed` None where its text obeys no grammar."""

    reader: str
    text: str
    confidence: float
    parsed: Parsed | None

    @property
    def engine(self) -> str:
        """The reader's engine: readings of one engine are no independent witnesses."""
        return _PAGE_ENGINE if self.reader == PAGE else self.reader


@dataclass(frozen=True, slots=True)
class Verdict:
    """The version to go by, how the others stand to it, and the least confidence of those that agree."""

    chosen: Version
    agreement: Agreement
    readers: int
    others: tuple[Version, ...]


def agree(versions: Sequence[Version], kind: FieldKind) -> Verdict | None:
    """Return the value that the readings tell; None where no reading is such a value.

    All alike is FULL; two engines against one reading is MAJORITY; anything else that differs is CONFLICT.
    """
    groups: dict[str, list[Version]] = {}
    for version in versions:
        groups.setdefault(_key(version, kind), []).append(version)
    readable = [group for group in groups.values() if group[0].parsed is not None]
    if not readable:
        return None
    readable.sort(key=_weight, reverse=True)
    best = readable[0]
    engines = {version.engine for version in best}
    others = tuple(version for version in versions if version not in best)
    chosen = _most_printed(best)
    if not others:
        agreement = Agreement.FULL if len(best) >= 2 else Agreement.SINGLE
    elif len(engines) >= 2 and len(best) > len(others):
        agreement = Agreement.MAJORITY
    else:
        agreement = Agreement.CONFLICT
    return Verdict(chosen, agreement, len(engines), others)


def _weight(group: Sequence[Version]) -> tuple[float, ...]:
    """Two engines weigh more than one twice; what obeys its grammar more than what does not, however often; then confidence."""
    engines = {version.engine for version in group}
    return (len(engines), any(map(_is_fine, group)), len(group), max(version.confidence for version in group))


def _most_printed(group: Sequence[Version]) -> Version:
    """Return the version whose exact print most of the group share; a crop's before the page's."""
    prints = [_exact(version.parsed.value) if version.parsed else "" for version in group]
    return max(
        zip(group, prints, strict=True), key=lambda item: (_is_fine(item[0]), _fineness(item[1]), prints.count(item[1]), item[0].confidence)
    )[0]


def _is_fine(version: Version) -> bool:
    return version.parsed is not None and version.parsed.problem is None


def _fineness(text: str) -> int:
    """Return less for what readers blur but never make up: a § read as figure, a blank behind a hyphen."""
    return ("§" in text) - len(_TORN_HYPHEN.findall(text))


def _exact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key(version: Version, kind: FieldKind) -> str:
    """Return what two readings must share to agree: the value, blanks apart; for lists and long texts only its letters."""
    if version.parsed is None:
        return f"?{fold_blanks(version.text)}"
    exact = _exact(version.parsed.value)
    if version.parsed.problem in _GUESSES:
        return f"~{exact}"  # what had to be guessed at is no witness for what was read
    if kind in _LOOSE:
        return fold(exact)
    if kind is FieldKind.TEXT:
        exact = _SECTION_SIGN.sub("§", exact)
    return exact.replace(" ", "") if isinstance(version.parsed.value, str) else exact
