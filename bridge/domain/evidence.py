"""What is known about one value's reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.forms import FieldKind


class Agreement(StrEnum):
    """How the readings of a value stand to one another after normalisation."""

    FULL = "full"  # page and every crop reading agree
    MAJORITY = "majority"  # two different engines agree, one of them disagrees with itself
    SINGLE = "single"  # there was one reading only
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one value's reading.

    `word_confidence` is the least of the page reader's word confidences, `crop_confidence` the least the crop readers gave;
    `readers` counts different engines; `is_plausible` says that its grammar and rules hold; `page_quality` is the layout's;
    `length` counts the value's characters; `print_lines` is the height of its print in scan lines of the fax, and `plain_vowels`
    counts the letters in it that are others with dots (a, o, u). `is_understood` says that all on the document's pages belongs to
    some field, and that type and bounds of the document are sure: where one thing is not understood, others were misunderstood.
    """

    kind: FieldKind
    agreement: Agreement
    word_confidence: float
    crop_confidence: float
    label_score: float
    readers: int
    is_ticked: bool
    is_handwritten: bool
    is_doubtful: bool
    is_plausible: bool
    page_quality: float = 1.0
    length: int = 1
    print_lines: float = 20.0
    plain_vowels: int = 0
    is_understood: bool = True
