"""What an invoice says without a label: the number in its title, the account that its check digits prove, the currency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.layout import Box, Word
from bridge.stages.answers import parse_choice
from bridge.stages.grammars import iban_value
from bridge.stages.lines import Segment, Sheet, same_row
from bridge.stages.sections import Question

_AMOUNT: Final = re.compile(r"-?\d[\d.]*,(?:\d\d|-+|–)")
_TITLE: Final = re.compile(
    r"^(?:\S+ ){0,3}?(?:rechnung|liquidation|gutschrift)s?\s?-?\s?n(?:r\.?|ummer):?\s(?P<number>\S*\d\S*?)"
    r"(?:,?\s(?:vom|v\.)\s(?P<date>\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}\.\s[a-zä]{3,9}\s\d{4}))?(?:\s|$)",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(r"^[A-Z]{2}\d{2}$|^[A-Z]{2}\d{20}$")
_LINES_BELOW: Final = 3.0  # of the print's height
_LONGEST_ACCOUNT: Final = 9  # groups of digits


@dataclass(frozen=True)
class Evident:
    """A run of print that tells by itself which field it fills, and the labels that it thereby answers."""

    spec: FieldSpec
    segment: Segment
    labels: tuple[Question, ...] = ()


def read_payment(sheet: Sheet, paths: Mapping[str, FieldSpec], questions: Sequence[Question]) -> list[Evident]:
    """Return an invoice's number and date from its title, its account and its currency; none of what the page has several of.

    `paths` are the type's fields by path: a type without a field of kind IBAN is no invoice, and gets nothing.
    """
    account = next((spec for spec in paths.values() if spec.kind is FieldKind.IBAN), None)
    if account is None:
        return []
    currency = paths.get("currency")
    found = [*_numbered_title(sheet, paths, questions), *_account(sheet, account, questions)]
    return found + (_currency(sheet, currency, questions) if currency and currency.choices else [])


def _numbered_title(sheet: Sheet, paths: Mapping[str, FieldSpec], questions: Sequence[Question]) -> list[Evident]:
    """Return number and date of a title such as "Rechnung Nr. 4711 vom 12.11.2026", which is a sentence and no row of labels."""
    asked = {q.spec.path for q in questions if q.spec is not None and not _TITLE.match(q.label.segment.text)}
    titles = [(segment, match) for segment in sheet.segments if (match := _TITLE.match(segment.text))]
    if len({match.group("number") for _, match in titles}) != 1:
        return []
    segment, match = titles[0]
    found = []
    for path, group in (("invoice_number", "number"), ("invoice_date", "date")):
        if path in paths and path not in asked and match.group(group):
            start = len(segment.text[: match.start(group)].split())
            inside = tuple(q for q in questions if q.label.segment is segment and q.spec is not None and q.spec.path == path)
            found.append(Evident(paths[path], segment.cut(start, start + len(match.group(group).split())), inside))
    return found


def _account(sheet: Sheet, spec: FieldSpec, questions: Sequence[Question]) -> list[Evident]:
    runs = [run for segment in sheet.segments for run in _accounts_in(segment)]
    if len({run.text.replace(" ", "") for run in runs}) != 1:
        return []
    asking = [q for q in questions if q.spec is not None and q.spec.path == spec.path and _asks_for(q.label.box, runs[0].box, sheet)]
    return [Evident(spec, runs[0], tuple(asking))]


def _asks_for(label: Box, run: Box, sheet: Sheet) -> bool:
    """Tell whether a label stands in a value's line or right above it."""
    is_above = 0 <= run.top - label.bottom <= _LINES_BELOW * sheet.em and abs(run.left - label.left) <= _LINES_BELOW * sheet.em
    return same_row(label, run) or is_above


def _accounts_in(segment: Segment) -> Iterator[Segment]:
    """Yield the runs of words in a line that are an IBAN with right check digits."""
    for start, word in enumerate(segment.words):
        if not _ACCOUNT.match(word.text):
            continue
        for stop in range(min(len(segment.words), start + _LONGEST_ACCOUNT), start, -1):
            run = segment.cut(start, stop)
            parsed = iban_value(run.text)
            if parsed is not None and parsed.problem is None:
                yield run
                break


def _currency(sheet: Sheet, spec: FieldSpec, questions: Sequence[Question]) -> list[Evident]:
    if any(q.spec is not None and q.spec.path == spec.path for q in questions):
        return []
    signs = [word for segment in sheet.segments for word in _beside_amounts(segment) if parse_choice(spec, word.text)]
    values = {parsed.value for word in signs if (parsed := parse_choice(spec, word.text))}
    if len(values) != 1:
        return []
    clearest = max(signs, key=lambda word: (len(word.text), word.confidence))
    return [Evident(spec, Segment((clearest,)))]


def _beside_amounts(segment: Segment) -> Iterator[Word]:
    """Yield the words right before and right behind the amounts of a line."""
    for left, right in pairwise(segment.words):
        if _AMOUNT.fullmatch(left.text):
            yield right
        elif _AMOUNT.fullmatch(right.text):
            yield left
