"""What a column of a list means where its title was not read, or says too little: its entries tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.layout import Word
from bridge.stages.answers import parse_choice
from bridge.stages.columns import Column, column_at
from bridge.stages.dates import date_value
from bridge.stages.grammars import integer, phone, postal_code
from bridge.stages.headers import title_key
from bridge.stages.lines import Segment, rows_of
from bridge.stages.places import is_place

_LEAST: Final = 3  # entries from which they tell anything
_MOST: Final = 0.6  # share of the entries that must be of a kind
_LEAST_COUNT: Final = 4  # rows from which numbers that nobody asks for can be their count
_MOSTLY: Final = 0.75  # share of such a column that must count
_AROUND_COUNT: Final = " .,;:)|!'"
_LIKELY: Final = 0.64  # similarity of a blurred title, where the entries are of its kind
_LEAD: Final = 0.1
_GUESS: Final = 0.75  # score of a column that no title names
_HALVES: Final = ("family_name", "given_name")
_YEARS_APART: Final = 3
_FAR: Final = date(9999, 12, 31)

_Entries = Sequence[Sequence[str]]  # of each column, from the top

_KINDS: Final[Mapping[FieldKind, Callable[[str], bool]]] = {
    FieldKind.DATE: lambda text: date_value(text, _FAR) is not None,
    FieldKind.INTEGER: lambda text: integer(text) is not None,
    FieldKind.POSTAL_CODE: lambda text: postal_code(text) is not None,
    FieldKind.PHONE: lambda text: (parsed := phone(text)) is not None and str(parsed.value).startswith("+"),
    FieldKind.FULL_NAME: lambda text: re.fullmatch(r"[^\W\d]+[^\d,]*, ?[^\W\d]+[^\d,]*", text) is not None,
    FieldKind.NAME: lambda text: re.fullmatch(r"[^\W\d_][^\d,]+", text) is not None,
    FieldKind.CITY: lambda text: re.fullmatch(r"[^\W\d_][^\d,]+", text) is not None,
    FieldKind.STREET: lambda text: re.search(r"^[^\W\d_].*\s\d+\s?[a-z]?$", text) is not None,
    FieldKind.ADDRESS: lambda text: re.search(r"\b\d{5}\s+[^\W\d_]", text) is not None,
}


def name_columns(columns: tuple[Column, ...], words: Sequence[Word], specs: Sequence[FieldSpec]) -> tuple[Column, ...]:
    """Return the columns, those without a known title named by title and entries together where only one field can be meant.

    Columns named so are marked as guessed: their values are for a person. `words` are those below the header.
    """
    entries = [_entries(column, columns, words) for column in columns]
    named = list(columns)
    for step in (_by_blurred_title, _by_entries, _by_neighbours):
        for index, column in enumerate(named):
            if column.spec is None and not column.is_ignored and len(entries[index]) >= _LEAST:
                taken = {path for other in named if other.spec is not None for path in (other.spec.path, *other.spec.filled_paths())}
                free = [spec for spec in specs if not taken & {spec.path, *spec.filled_paths()}]
                found = step(index, named, entries, free)
                if found is not None:
                    named[index] = replace(column, spec=found, score=_GUESS, is_guessed=True)
    named = _with_case_numbers(named, entries, specs)
    return tuple(_with_halves_of_names(_with_whole_names(named, entries, specs), entries, specs))


def _with_case_numbers(columns: Sequence[Column], entries: _Entries, specs: Sequence[FieldSpec]) -> list[Column]:
    """Return the columns, case numbers that only count the rows, and what else does, taken for their running numbers."""
    number = next((spec for spec in specs if spec.path == "number"), None)
    counting = [i for i, column in enumerate(columns) if column.spec is None and _is_count(entries[i])]
    if number is None or len(counting) != 1 or any(column.spec is number for column in columns):
        return list(columns)
    return [
        replace(column, spec=number, score=_GUESS, is_ignored=False, is_guessed=True) if index == counting[0] else column
        for index, column in enumerate(columns)
    ]


def _is_count(entries: Sequence[str]) -> bool:
    """Tell whether entries count the rows from one on; some may be misread or lost."""
    numbers = [int(text) for entry in entries if (text := entry.strip(_AROUND_COUNT)).isdigit()]
    onward = sum(other - one == 1 for one, other in pairwise(numbers))
    starts = bool(numbers) and 1 <= numbers[0] <= 2 and numbers[-1] <= len(entries) + 2
    return starts and len(entries) >= _LEAST_COUNT and onward >= _MOSTLY * (len(entries) - 1)


def _entries(column: Column, columns: Sequence[Column], words: Sequence[Word]) -> list[str]:
    mine = [Segment((w,)) for w in words if column_at(w, columns) is column and any(c.isalnum() for c in w.text)]
    return [" ".join(segment.text for segment in row) for row in rows_of(mine)]


def looks_like(spec: FieldSpec, entry: str) -> bool:
    """Tell whether an entry is of a field's kind; free text can be anything."""
    if spec.kind is FieldKind.CHOICE:
        return parse_choice(spec, entry) is not None
    return spec.kind not in _KINDS or _KINDS[spec.kind](entry)


def _share(spec: FieldSpec, entries: Sequence[str]) -> float:
    """Return how many of the entries are of a field's kind."""
    return sum(looks_like(spec, entry) for entry in entries) / len(entries)


def _by_blurred_title(index: int, columns: Sequence[Column], entries: _Entries, free: Sequence[FieldSpec]) -> FieldSpec | None:
    title = title_key(columns[index].title)
    if len(title) < 2:
        return None
    ranked = sorted(((max(fuzz.ratio(title, title_key(text)) / 100 for text in s.labels), s.path, s) for s in free), reverse=True)
    fitting = [(score, spec) for score, _, spec in ranked if score >= _LIKELY and _share(spec, entries[index]) >= _MOST]
    fitting = [(score, spec) for score, spec in fitting if spec.kind is not FieldKind.CITY or _are_places(entries[index])]
    if not fitting or (len(fitting) > 1 and fitting[0][0] - fitting[1][0] < _LEAD):
        return None
    return fitting[0][1]


def _by_entries(index: int, _columns: Sequence[Column], entries: _Entries, free: Sequence[FieldSpec]) -> FieldSpec | None:
    """Return the one field of a kind that nothing else looks like; running numbers stand in front, and run."""
    telling = {FieldKind.POSTAL_CODE, FieldKind.PHONE, FieldKind.CHOICE, FieldKind.FULL_NAME, FieldKind.ADDRESS, FieldKind.STREET}
    if index == 0 and _is_running(entries[0]):
        telling = {FieldKind.INTEGER}
    fitting = [spec for spec in free if spec.kind in telling and spec.path != "spoken_name" and _share(spec, entries[index]) >= 0.8]
    if _are_places(entries[index]):
        fitting = [spec for spec in free if spec.kind is FieldKind.CITY]
    if _are_births(entries[index]):
        fitting = [spec for spec in free if spec.path == "birth_date"]
    return fitting[0] if len(fitting) == 1 else None


def _is_running(entries: Sequence[str]) -> bool:
    numbers = [int(str(parsed.value)) for entry in entries if (parsed := integer(entry)) is not None]
    steps = [second - first for first, second in pairwise(numbers)]
    rising = sum(1 <= step <= 3 for step in steps)
    return bool(steps) and len(numbers) >= _MOST * len(entries) and rising >= _MOST * len(steps) and numbers[-1] < 1000


def _are_places(entries: Sequence[str]) -> bool:
    return sum(map(is_place, entries)) >= _MOSTLY * len(entries)


def _are_births(entries: Sequence[str]) -> bool:
    """Tell whether entries are dates that lie years apart: in a list of persons only days of birth do."""
    dates = [parsed for entry in entries if (parsed := date_value(entry, _FAR)) is not None]
    years = sorted(int(str(parsed.value)[:4]) for parsed in dates if parsed.problem is None)
    inner = years[len(years) // 8 : len(years) - len(years) // 8]  # one misread year must not make the difference
    return len(dates) >= _MOST * len(entries) and len(inner) >= _LEAST and inner[-1] - inner[0] >= _YEARS_APART


def _by_neighbours(index: int, columns: Sequence[Column], entries: _Entries, free: Sequence[FieldSpec]) -> FieldSpec | None:
    """Return the place behind a postal code, or the half of a name beside the other; of two unnamed ones the family name is first."""
    before = columns[index - 1].spec if index else None
    after = columns[index + 1] if index + 1 < len(columns) else None
    by_path = {spec.path: spec for spec in free}
    name = by_path.get("family_name")
    wanted = None
    if before is not None and before.path == "postal_code":
        wanted = by_path.get("city")
    elif before is not None and before.path == "family_name":
        wanted = by_path.get("given_name")
    elif after is not None and after.spec is not None and after.spec.path == "given_name":
        wanted = name
    elif after is not None and after.spec is not None and after.spec.path == "family_name":
        wanted = by_path.get("given_name")
    elif after is not None and after.spec is None and "given_name" in by_path and name is not None:
        wanted = name if entries[index + 1] and _share(name, entries[index + 1]) >= _MOST else None
    return wanted if wanted is not None and _share(wanted, entries[index]) >= _MOST else None


def _with_whole_names(columns: Sequence[Column], entries: _Entries, specs: Sequence[FieldSpec]) -> list[Column]:
    """Return the columns with "Name" taken for the whole name where no column has given names and its entries hold both."""
    whole = next((spec for spec in specs if spec.kind is FieldKind.FULL_NAME), None)
    paths = {column.spec.path for column in columns if column.spec is not None}
    if whole is None or {"given_name", whole.path} & paths:
        return list(columns)
    return [
        replace(column, spec=whole)
        if column.spec is not None and column.spec.path == "family_name" and _is_whole(entries[index])
        else column
        for index, column in enumerate(columns)
    ]


def _with_halves_of_names(columns: Sequence[Column], entries: _Entries, specs: Sequence[FieldSpec]) -> list[Column]:
    """Return the columns with one of whole names taken for the half that no column has, where another has the other half."""
    halves = {spec.path: spec for spec in specs if spec.path in _HALVES}
    paths = {column.spec.path for column in columns if column.spec is not None}
    missing = [spec for path, spec in halves.items() if path not in paths]
    if len(missing) != 1 or len(halves) != len(_HALVES):
        return list(columns)
    return [
        replace(column, spec=missing[0], is_guessed=True)
        if column.spec is not None and column.spec.kind is FieldKind.FULL_NAME and entries[index] and not _is_whole(entries[index])
        else column
        for index, column in enumerate(columns)
    ]


def _is_whole(entries: Sequence[str]) -> bool:
    return bool(entries) and sum(len(entry.replace(",", " ").split()) > 1 for entry in entries) >= _MOST * len(entries)
