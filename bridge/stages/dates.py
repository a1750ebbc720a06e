"""German dates in every printed form, to ISO; partial ones stay partial."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from bridge.stages.grammars import Parsed, tidy

_NAMES: Final = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_MONTHS: Final = {**{name: number for number, name in enumerate(_NAMES, start=1)}, "mar": 3, "mrz": 3, "mae": 3}
_MONTH_NAME: Final = (
    r"(jan(?:uar)?|feb(?:r|ruar)?|m(?:ä|ae?)rz?|mrz|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?|sept?(?:ember)?"
    r"|[o0]kt(?:ober)?|nov(?:ember)?|dez(?:ember)?)"
)
_SEP: Final = r"\s*[.,/\-–]\s*"
_NUMERIC: Final = re.compile(rf"(?<!\d)(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}}|\d{{2}})(?!\d)")
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NAMED: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\.?\s*{_MONTH_NAME}\.?\s*(\d{{4}})(?!\d)", re.IGNORECASE)
_COMB: Final = re.compile(r"(\d)\s*(\d)\s*[.\s]*(\d)\s*(\d)\s*[.\s]*(\d)\s*(\d)\s*(\d)\s*(\d)")
_WORN: Final = re.compile(r"(\d\d)[.,:\s]{0,3}(\d\d)[.,:\s]{0,3}(\d{4}|\d\d)\.?")  # its dots lost: "0909.26"
_MONTH_ONLY: Final = re.compile(rf"(?:(\d{{1,2}})\s*[./]\s*|{_MONTH_NAME}\.?\s+)(\d{{4}})", re.IGNORECASE)
_ISO_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_AROUND: Final = re.compile(
    r"(?:\b(?:am|den|vom|seit|ab|dem|der|ca|etwa|um|uhr|gegen|datum|stand)\b\.?|\d{1,2}[:.]\d{2}(?:\s*uhr)?"
    r"|[^\W\d_][\w.\- /()]*,|[,.;:()/\s]|\b[A-ZÄÖÜ][^\W\d_]+\b)*",
    re.IGNORECASE,
)

DAY: Final = r"\d{1,2}\.\s?(?:\d{1,2}\.\s?\d{2,4}|[^\W\d_]{3,9}\.? \d{4})"  # what a day looks like within other print
TWO_DIGITS: Final = "Das Jahr ist nur zweistellig angegeben."
ABOUT: Final = "Das Datum ist nur ungefähr angegeben."
NO_SUCH_DAY: Final = "Diesen Tag gibt es nicht."
LOST_DOTS: Final = "Die Punkte im Datum sind nicht zu sehen."
SEVERAL: Final = "Im Feld steht mehr als ein Datum."


def date_value(text: str, latest: date, *, is_birth: bool = False) -> Parsed | None:
    """Return the one date in `text` as YYYY-MM-DD, YYYY-MM or YYYY; None where there is none.

    `latest` is the day of arrival: it settles the century of a two-digit year, if only one century is possible.
    """
    plain = tidy(text.replace("|", " ").replace("[", " ").replace("]", " "))
    spans: dict[tuple[int, int], tuple[str, str, str]] = {}
    for pattern, order in ((_ISO, (2, 1, 0)), (_NAMED, (0, 1, 2)), (_NUMERIC, (0, 1, 2))):
        for match in pattern.finditer(plain):
            if not any(a < match.end() and match.start() < b for a, b in spans):
                groups = match.groups()
                spans[match.span()] = (groups[order[0]], groups[order[1]], groups[order[2]])
    if not spans:
        return _comb_or_partial(plain, latest, is_birth=is_birth)
    values = {_iso(*parts, latest, is_birth=is_birth) for parts in spans.values()}
    if len(values) > 1:
        first = _iso(*next(iter(spans.values())), latest, is_birth=is_birth)
        return Parsed(first.value, SEVERAL)
    found = values.pop()
    (start, end), *_ = spans
    around = plain[:start] + " " + plain[end:]
    if re.search(r"\b(?:ca|etwa|circa|um den|ungefähr)\b", around, re.IGNORECASE):
        return Parsed(found.value, found.problem or ABOUT)
    if not _AROUND.fullmatch(around):
        return Parsed(found.value, found.problem or "Neben dem Datum steht noch etwas im Feld.")
    return found


def _month(name: str) -> int:
    """Return the number of a month by its name, an O read as nought forgiven."""
    return _MONTHS[name.lower()[:3].replace("0", "o")]


def _iso(day: str, month: str, year: str, latest: date, *, is_birth: bool) -> Parsed:
    number = int(month) if month.isdigit() else _month(month)
    problem = None
    full = int(year)
    if len(year) == 2:
        candidates = [c + full for c in (1900, 2000) if c + full <= latest.year]
        candidates = [c for c in candidates if is_birth or latest.year - c <= 20]
        if len(candidates) != 1:
            problem = TWO_DIGITS
        full = candidates[-1] if candidates else 2000 + full
    try:
        return Parsed(date(full, number, int(day)).isoformat(), problem)
    except ValueError:
        return Parsed(f"{full:04d}-{number:02d}-{int(day):02d}", NO_SUCH_DAY)


def _comb_or_partial(plain: str, latest: date, *, is_birth: bool) -> Parsed | None:
    match = _COMB.fullmatch(plain)
    if match:
        d = "".join(match.groups())
        return _iso(d[:2], d[2:4], d[4:], latest, is_birth=False)
    match = _MONTH_ONLY.fullmatch(plain)
    if match:
        return _iso_month(match.group(3), int(match.group(1)) if match.group(1) else _month(match.group(2)))
    match = _ISO_MONTH.fullmatch(plain)
    if match:
        return _iso_month(match.group(1), int(match.group(2)))
    if re.fullmatch(r"(?:19|20)\d\d", plain):
        return Parsed(plain)
    return _worn(plain, latest, is_birth=is_birth)


def _iso_month(year: str, month: int) -> Parsed:
    return Parsed(f"{int(year):04d}-{month:02d}", None if 1 <= month <= 12 else NO_SUCH_DAY)


def _worn(plain: str, latest: date, *, is_birth: bool) -> Parsed | None:
    """Return the day that figures mean whose dots are lost, if there is such a day."""
    match = _WORN.fullmatch(plain)
    if match is None:
        return None
    day, month, year = match.groups()
    found = _iso(day, month, year, latest, is_birth=is_birth)
    return Parsed(found.value, LOST_DOTS) if found.problem != NO_SUCH_DAY else None
