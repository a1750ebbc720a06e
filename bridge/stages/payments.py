"""What an invoice says without a label: the account that its check digits prove, and the currency beside the amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.layout import Word
from bridge.stages.answers import parse_choice
from bridge.stages.grammars import iban_value
from bridge.stages.lines import Segment, Sheet, same_row
from bridge.stages.sections import Question

_AMOUNT: Final = re.compile(r"-?\d[\d.]*,(?:\d\d|-+|–)")
_ACCOUNT: Final = re.compile(r"^[A-Z]{2}\d{2}$|^[A-Z]{2}\d{20}$")
_LONGEST_ACCOUNT: Final = 9  # groups of digits


@dataclass(frozen=True)
class Evident:
    """A run of print that tells by itself which field it fills."""

    spec: FieldSpec
    segment: Segment


def read_payment(sheet: Sheet, paths: Mapping[str, FieldSpec], questions: Sequence[Question]) -> list[Evident]:
    """Return the account and the currency of a page that no label stands beside; none where the page has several.

    `paths` are the type's fields by path: only a field of kind IBAN, and one named `currency` with choices, is filled.
    """
    account = next((spec for spec in paths.values() if spec.kind is FieldKind.IBAN), None)
    currency = paths.get("currency")
    found = _account(sheet, account, questions) if account else []
    return found + (_currency(sheet, currency, questions) if currency and currency.choices else [])


def _account(sheet: Sheet, spec: FieldSpec, questions: Sequence[Question]) -> list[Evident]:
    runs = [run for segment in sheet.segments for run in _accounts_in(segment)]
    if len({run.text.replace(" ", "") for run in runs}) != 1:
        return []
    asking = [q.label.box for q in questions if q.spec is not None and q.spec.path == spec.path]
    return [] if any(same_row(label, run.box) for label in asking for run in runs) else [Evident(spec, runs[0])]


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
