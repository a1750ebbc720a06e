"""The TTI line a fax machine prints on top of a page (T.30): found by what such lines say, not by where alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bridge.domain.layout import HeaderLine, Word

BAND: Final = 0.045  # of the page's height, from the top

_D: Final = r"[\dOoIl|]"  # a digit, or what readers make of one
_OF_PAGES: Final = re.compile(
    rf"(?:\b(?:P|S|Pag|Page|Pg|Seite|Blatt|Bl)[.,:]?\s*|\()(?P<page>{_D}{{1,3}})\s*(?:/|von|of|\\)\s*(?P<count>{_D}{{1,3}})\b",
    re.IGNORECASE,
)
_BARE_OF_PAGES: Final = re.compile(rf"(?<![\d/.])(?P<page>{_D}{{1,3}})\s*/\s*(?P<count>{_D}{{1,3}})\)?\s*$")
_PAGE: Final = re.compile(rf"\b(?:P|S|Pag|Page|Seite)[.,:]?\s*(?P<page>{_D}{{1,3}})\s*$", re.IGNORECASE)
_TIME: Final = re.compile(r"\b[0-2]?\d[:.][0-5]\d(?::[0-5]\d)?\b(?:\s*[AP]M)?(?!\.?\d)", re.IGNORECASE)
_MONTH: Final = r"(?:JAN|FEB|M[AÄ]?[RE]?[RZ]|APR|MA[IY]|JUN|JUL|AUG|SEP|O[KC]T|NOV|DE[ZC])[A-Z]*"
_DATE: Final = re.compile(
    rf"\b\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?(?:\d{{4}}|\d{{2}})\b|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[-. ]{_MONTH}[-. ]\d{{2,4}}\b",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\b(?:From|FROM|VON|Von|Fax von|FAX)\s*:?\s*(?=[+\w])")
_TO: Final = re.compile(r"\b(?:T[O0]|An|AN|To)\s*:?\s*(?=[+\d])|\|")
_NUMBER: Final = re.compile(r"(?<![\d./-])(?:\+|00?)\d(?:[\d ()/-]{4,18})\d(?![\d.])")
_EDGES: Final = " |,;:_-–—'‘’\"„“.~"


def find_header_line(words: Sequence[Word], height: float) -> tuple[HeaderLine | None, tuple[Word, ...]]:
    """Return the line and the remaining words; (None, all words) where the top of the page is the sender's own.

    `height` is the page's, in the pixels of the words. Only words within its top 4.5 % are looked at.
    """
    top = [word for word in words if word.box.centre[1] < BAND * height and word.box.bottom < 1.5 * BAND * height]
    for line in _lines(top):
        text = " ".join(word.text for word in line)
        header = parse_header_line(text)
        if header is not None:
            taken = {id(word) for word in line}
            # dust around the line, read as words, belongs to it
            limit = max(word.box.bottom for word in line)
            kept = tuple(word for word in words if id(word) not in taken and not (word.box.bottom <= limit and word.confidence < 0.5))
            return header, kept
    return None, tuple(words)


def parse_header_line(text: str) -> HeaderLine | None:
    """Return what a line of print says as a TTI line; None where it speaks too little like one.

    Wanted are two independent signs: a count of pages, a date with a time, a sender or called number with its word.
    """
    pages = _OF_PAGES.search(text) or _BARE_OF_PAGES.search(text)
    page = pages or _PAGE.search(text)
    date, time = _DATE.search(text), _TIME.search(text)
    sender, called = _FROM.search(text), _TO.search(text)
    number = _number(_masked(text, (date, time, page)), called.start() if called else len(text))
    signs = 2 * bool(pages) + bool(page) * (pages is None) + bool(date and time) * 2 + bool(sender) + bool(called) + bool(number)
    if signs < 3 or not (pages or (date and time) or (sender and called)):
        return None
    return HeaderLine(
        text=text,
        number=number,
        tsid=_tsid(text, (date, time, page, sender), called, number),
        page=_count(page.group("page")) if page else None,
        page_count=_count(pages.group("count")) if pages else None,
    )


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Group words that stand side by side, whatever blocks the reader saw; top line first, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.centre[1]):
        for line in lines:
            if any(word.box.overlap_y(other.box) > 0.45 * min(word.box.height, other.box.height) for other in line):
                line.append(word)
                break
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.box.left) for line in lines]


def _masked(text: str, known: Sequence[re.Match[str] | None]) -> str:
    """Return the text with what is known blanked out by zero bytes, every other letter in its place."""
    for match in known:
        if match is not None:
            text = text[: match.start()] + "\0" * (match.end() - match.start()) + text[match.end() :]
    return text


def _number(text: str, end: int) -> str | None:
    """Return the sender's number as printed: the first one before the called one."""
    found = _NUMBER.search(text, 0, end)
    return " ".join(found.group().split()) if found else None


def _tsid(text: str, known: Sequence[re.Match[str] | None], called: re.Match[str] | None, number: str | None) -> str | None:
    """Return what is left before the called number once date, time, pages and number are taken out."""
    rest = _masked(text, known)
    if called is not None:
        rest = rest[: called.start()]
    if number is not None:
        rest = rest.replace(number, "\0")
    parts = [" ".join(part.split()).strip(_EDGES) for part in re.split("\0+|\\s{3,}", rest)]
    named = [part for part in parts if sum(letter.isalpha() for letter in part) >= 3 and not re.fullmatch(r"(?i)uhr|fax|tel", part)]
    return max(named, key=len) if named else None


def _count(text: str) -> int | None:
    """Return the page or page count, None where what was read is no number in the end."""
    digits = text.translate(str.maketrans("OoIilL|", "0011111"))
    return (int(digits) or None) if digits.isdecimal() else None
