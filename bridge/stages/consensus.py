"""What the rows of a list say about each other: entries that repeat, and numbers that run.

What one row lost, dots or a letter, another one has kept. Whether numbers leap, as after a lost row, is judged in `plausibility`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.model import Field
from bridge.stages.folding import squeeze
from bridge.stages.grammars import integer, text_value

_REPEATED: Final = frozenset({"group"})  # columns with few different entries
_LEAST_ROWS: Final = 4
_MOST: Final = 0.6  # share of the numbers that run on together, if any is to be settled by them
_SEEN: Final = 2  # readings of a print from which it is none reader's whim
_CLASS: Final = re.compile(r"\d{1,2}\.?\s?[a-z]")  # of a school: nothing else is called "la"
_BY_RULE: Final = 0.6  # most confidence of a value that the other rows speak for


def settled_by_column(fields: Sequence[Field]) -> list[Field]:
    """Return the fields, entries of a repeating column as most of its rows read them; what changes so never leaves unseen.

    Of the readings of one entry that goes which more rows have; of its prints the one with dots, figures and capitals, which readers
    lose and hardly make up.
    """
    settled = list(fields)
    for name in _REPEATED:
        mine = [i for i, field in enumerate(fields) if field.path.startswith("rows.") and field.path.endswith(f".{name}")]
        if len(mine) < _LEAST_ROWS:
            continue
        prints = Counter(text for i in mine for text in _prints(fields[i]))
        keys = Counter[str]()
        for text, count in prints.items():
            keys[squeeze(text)] += count
        for i in mine:
            settled[i] = _settled(fields[i], prints, keys)
    return settled


def _prints(field: Field) -> list[str]:
    read = [str(parsed.value) for reading in field.readings if (parsed := text_value(reading.text)) is not None]
    return read or [str(field.value)]


def _settled(field: Field, prints: Counter[str], keys: Counter[str]) -> Field:
    own = max(dict.fromkeys(map(squeeze, reversed(_prints(field)))), key=lambda key: keys[key])
    alike = [text for text in prints if squeeze(text) == own]
    best = max(alike, key=lambda text: (_CLASS.fullmatch(text) is not None, prints[text] >= _SEEN, _richness(text), prints[text]))
    return field if best == field.value else replace(field, value=best, confidence=min(field.confidence, _BY_RULE))


def _richness(text: str) -> tuple[int, bool]:
    """Return what a reader loses and does not invent: umlauts and figures, a capital at the front."""
    return sum(c in "äöüÄÖÜß" or c.isdigit() for c in text), text[:1].isupper()


def settled_numbers(fields: Sequence[Field]) -> list[Field]:
    """Return the fields, a running number that leaps read as the one reading of it that runs on with most of the others."""
    numbers = _numbers(fields)
    starts = Counter(number - row for row, number in numbers.items())
    start, count = starts.most_common(1)[0] if starts else (0, 0)
    if count < max(_LEAST_ROWS, _MOST * len(numbers)):
        return list(fields)

    def settled(field: Field) -> Field:
        row = _row_of(field)
        read = {parsed.value for reading in field.readings if (parsed := integer(reading.text)) is not None}
        if row is None or field.value == row + start or row + start not in read:
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
