"""What the rows of a list say about each other: entries that repeat, and numbers that run.

What one row lost, dots or a letter, another one has kept. Whether numbers leap, as after a lost row, is judged in `plausibility`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz.distance import Levenshtein

from bridge.domain.model import Field
from bridge.stages.folding import squeeze
from bridge.stages.grammars import integer, text_value
from bridge.stages.places import is_place

_REPEATED: Final = ("group", "city")  # columns with few different entries
_LEAST_ROWS: Final = 4
_MOST: Final = 0.6  # share of the numbers that run on together, if any is to be settled by them
_SEEN: Final = 2  # readings of a print from which it is none reader's whim
_CLASS: Final = re.compile(r"\d{1,2}\.?\s?[a-z]")  # of a school: nothing else is called "la"
_TELLING: Final = re.compile(r"\b\w{1,2}\b|\w*\d\w*")  # what parts one entry from another: figures, letters alone
_MANY: Final = 3  # rows that must read an entry alike for a misread one to be taken for it
_SHORTEST: Final = 4  # letters of an entry that another can be a misreading of
_LONG: Final = 8  # letters from which two of them may be misread
_BY_RULE: Final = 0.6  # most confidence of a value that the other rows speak for


def settled_by_column(fields: Sequence[Field]) -> list[Field]:
    """Return the fields, entries of a repeating column as most of its rows read them; what changes so never leaves unseen.

    Of the readings of one entry that goes which more rows have, or what they all nearly are; of its prints the one with blanks, dots,
    figures and capitals, which readers lose and hardly make up.
    """
    settled = list(fields)
    for name in _REPEATED:
        mine = [i for i, field in enumerate(fields) if field.path.startswith("rows.") and field.path.endswith(f".{name}")]
        if len(mine) < _LEAST_ROWS:
            continue
        entries = _Entries([fields[i] for i in mine])
        for i in mine:
            settled[i] = entries.settled(fields[i])
    return settled


class _Entries:
    """The entries of one repeating column: how often each print was read, and in how many rows each entry."""

    def __init__(self, fields: Sequence[Field]) -> None:
        """Take the fields of all rows."""
        self._prints = Counter(text for field in fields for text in _prints(field))
        self._keys = Counter[str]()
        for text, count in self._prints.items():
            self._keys[squeeze(text)] += count
        rows: dict[str, set[str]] = defaultdict(set)
        for field in fields:
            for text in _prints(field):
                rows[squeeze(text)].add(field.path)
        self._rows = {key: len(paths) for key, paths in rows.items()}

    def settled(self, field: Field) -> Field:
        """Return a field as the column reads it."""
        read = list(dict.fromkeys(map(squeeze, _prints(field))))
        own = max(read, key=lambda key: (self._keys[key], key == squeeze(str(field.value))))
        key = own if self._is_established(own, read, field) else self._meant(read) or own
        alike = [text for text in self._prints if squeeze(text) == key]
        best = max(alike, key=self._rank)
        return field if best == field.value else replace(field, value=best, confidence=min(field.confidence, _BY_RULE))

    def _is_established(self, key: str, read: Sequence[str], field: Field) -> bool:
        """Tell whether an entry stands for itself: other rows have it, all its readings agree, or it is a place that is known."""
        is_known = field.path.endswith(".city") and is_place(str(field.value))
        return self._rows[key] > 1 or len(read) == 1 or is_known

    def _meant(self, read: Sequence[str]) -> str | None:
        """Return the one entry of many rows that a misread one can be; None where there is none, or more."""
        wanted = [other for other, rows in self._rows.items() if rows >= _MANY and any(self._may_be(key, other) for key in read)]
        return wanted[0] if len(wanted) == 1 else None

    def _may_be(self, key: str, other: str) -> bool:
        """Tell whether an entry can be another misread: a letter or two differ, and nothing that tells entries apart ("3a", "Haus B")."""
        most = 2 if min(len(key), len(other)) >= _LONG else 1
        if min(len(key), len(other)) < _SHORTEST or Levenshtein.distance(key, other) > most:
            return False
        return self._told(key) == self._told(other)

    def _told(self, key: str) -> list[str]:
        text = max((text for text in self._prints if squeeze(text) == key), key=self._rank)
        return sorted(map(squeeze, _TELLING.findall(text)))

    def _rank(self, text: str) -> tuple[object, ...]:
        """Return more for the print that the others lost something of."""
        return _CLASS.fullmatch(text) is not None, self._prints[text] >= _SEEN, _richness(text), self._prints[text]


def _prints(field: Field) -> list[str]:
    """Return how an entry was read; only what it holds where that is a part of the print, or what a rule made of it."""
    read = [str(parsed.value) for reading in field.readings if (parsed := text_value(reading.text)) is not None]
    return read if field.value in read else [str(field.value)]


def _richness(text: str) -> tuple[int, int, bool]:
    """Return what a reader loses and does not invent: umlauts and figures, blanks, a capital at the front."""
    return sum(c in "äöüÄÖÜß" or c.isdigit() for c in text), text.count(" "), text[:1].isupper()


def settled_numbers(fields: Sequence[Field]) -> list[Field]:
    """Return the fields, a running number that leaps read as what runs on with most of the others.

    Where no reading of it is that number, both of its neighbours must say so: a row that was lost leaves a gap in them.
    """
    numbers = _numbers(fields)
    starts = Counter(number - row for row, number in numbers.items())
    start, count = starts.most_common(1)[0] if starts else (0, 0)
    if count < max(_LEAST_ROWS, _MOST * len(numbers)):
        return list(fields)

    def settled(field: Field) -> Field:
        row = _row_of(field)
        if row is None or field.value == row + start:
            return field
        read = {parsed.value for reading in field.readings if (parsed := integer(reading.text)) is not None}
        is_between = numbers.get(row - 1) == row + start - 1 and numbers.get(row + 1) == row + start + 1
        if row + start not in read and not is_between:
            return field
        return replace(field, value=row + start, confidence=min(field.confidence, _BY_RULE))

    return [settled(field) for field in fields]


def _numbers(fields: Sequence[Field]) -> dict[int, int]:
    """Return the running number of each row that has one."""
    found = {}
    for field in fields:
        row = _row_of(field)
        if row is not None and isinstance(field.value, int):
            found[row] = field.value
    return found


def _row_of(field: Field) -> int | None:
    match = re.fullmatch(r"rows\.(\d+)\.number", field.path)
    return int(match.group(1)) if match else None
