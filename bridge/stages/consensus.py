"""Entries that a list repeats from row to row, read alike: what one row lost, dots or a letter, another one has kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.model import Field
from bridge.stages.folding import squeeze
from bridge.stages.grammars import text_value

_REPEATED: Final = frozenset({"group"})  # columns with few different entries
_LEAST_ROWS: Final = 4
_SEEN: Final = 2  # readings of a print from which it is none reader's whim
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
    best = max(alike, key=lambda text: (prints[text] >= _SEEN, _richness(text), prints[text]))
    return field if best == field.value else replace(field, value=best, confidence=min(field.confidence, _BY_RULE))


def _richness(text: str) -> tuple[int, bool]:
    """Return what a reader loses and does not invent: umlauts and figures, a capital at the front."""
    return sum(c in "äöüÄÖÜß" or c.isdigit() for c in text), text[:1].isupper()
