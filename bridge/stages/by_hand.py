"""Handwriting is for people: values that a pen wrote, and what else a pen may have filled in on the same document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.findings import CropReadings, Located
from bridge.domain.forms import FieldKind

BY_HAND: Final = "Der Eintrag sieht handschriftlich aus und muss angesehen werden."
LIKE_THE_OTHERS: Final = "Auf diesem Fax sind Angaben von Hand eingetragen, diese vielleicht auch. Bitte im Bild nachsehen."

# measured on values of 45 layouts that would leave, by folds that left their layout out (`bridge.stages.pen`)
_PEN: Final = 0.5  # 95 % of what a pen wrote, 0.9 % of print
_SURELY: Final = 0.82  # 92 % of what a pen wrote, 0.1 % of print: from here on a document counts as filled in by hand
_PERHAPS: Final = 0.12  # 97 % of what a pen wrote, 10 % of print: the rest is print, whoever filled in what is beside it


def given_to_a_person(located: Sequence[Located], crops: Sequence[Sequence[CropReadings]]) -> tuple[Located, ...]:
    """Return the places, those that look written by hand with that doubt; `crops[i]` are of `located[i].boxes`.

    People fill in a form by hand or by machine: where one value was surely written by hand, every other leaves by itself only if
    its ink is plainly print. Signatures, remarks beside the form and letterheads say nothing of how a form was filled in.
    """
    scores = [_score(of_place) for of_place in crops]
    is_filled_in_by_hand = any(_tells(place, score) for place, score in zip(located, scores, strict=True))
    least = _PERHAPS if is_filled_in_by_hand else _PEN
    return tuple(_doubted(place, score, least) for place, score in zip(located, scores, strict=True))


def _score(crops: Sequence[CropReadings]) -> float:
    """Return how likely a pen wrote some line of a value; 0 where nobody could read any."""
    is_read = any(reading.text for crop in crops for reading in crop.readings)
    return max((crop.pen for crop in crops), default=0.0) if is_read else 0.0


def _tells(place: Located, score: float) -> bool:
    """Tell whether a place shows that its document was filled in by hand: it answers a question, and a pen wrote it."""
    return place.kind is not FieldKind.PARTY and score >= (_PEN if place.is_handwritten else _SURELY)


def _doubted(place: Located, score: float, least: float) -> Located:
    """Return a place with the doubt that its score calls for; from `least` on nothing leaves."""
    if place.is_handwritten or score < least:
        return place
    if score >= _PEN:
        return replace(place, is_handwritten=True, doubt=place.doubt or BY_HAND)
    return place if place.kind is FieldKind.PARTY else replace(place, doubt=place.doubt or LIKE_THE_OTHERS)
