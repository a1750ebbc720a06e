"""How sure a value is: the one place where evidence becomes a probability, by a relation fitted on pages with known truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from bridge.domain.calibration import Calibration
from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.forms import FieldKind

DERIVED: Final = 0.999  # of the confidence of what it was derived from
_HANDWRITTEN: Final = 0.2  # a person decides: handwriting and doubt never leave, whatever a fit might make of them
_DOUBTED: Final = 0.35
_DOTS_LOST: Final = 0.9  # and where the print has so few scan lines that dots vanish, every a, o and u is doubtful
_ALONE: Final = 0.9  # one engine's word alone lets nothing leave
_MOST: Final = 0.9999  # 1 is a person's
_LABELLED: Final = 0.95  # label score from which a printed label itself says whose value it is
_LINES_STEPS: Final = (8, 10, 12, 15, 19)  # ordinary print has 19 scan lines in fine resolution, 9 in standard
_COARSE: Final = 12  # fewer, as print of ten points has in standard resolution, and the dots of an umlaut are one line or none
_QUALITY_STEPS: Final = (0.78, 0.82, 0.86, 0.9, 0.93)  # errors fall off with the page's quality faster than in a line

_FAMILIES: Final[Mapping[str, frozenset[FieldKind]]] = {
    "date": frozenset({FieldKind.DATE}),
    "figures": frozenset(
        {FieldKind.POSTAL_CODE, FieldKind.LANR, FieldKind.BSNR, FieldKind.IBAN, FieldKind.INTEGER, FieldKind.MONEY, FieldKind.PHONE}
    ),
    "known": frozenset({FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.CODE}),
    "name": frozenset({FieldKind.NAME, FieldKind.FULL_NAME}),
    "place": frozenset({FieldKind.STREET, FieldKind.CITY, FieldKind.ADDRESS}),
    "text": frozenset({FieldKind.TEXT, FieldKind.OFFICE, FieldKind.LIST, FieldKind.EMAIL, FieldKind.PARTY}),
}

_FREELY_WRITTEN: Final = (_FAMILIES["name"] | _FAMILIES["text"] | {FieldKind.STREET}) - {FieldKind.OFFICE, FieldKind.EMAIL}


def probability(evidence: Evidence, calibration: Calibration) -> float:
    """Return the probability (0..1) that the value is right; never 1, which only a person can give."""
    if evidence.is_handwritten:
        return _HANDWRITTEN
    if evidence.is_doubtful or not evidence.is_plausible:
        return _DOUBTED
    most = _MOST if evidence.is_ticked or evidence.readers >= 2 else _ALONE
    if _may_lack_dots(evidence):
        most = min(most, _DOTS_LOST)
    return round(min(calibration.probability(features(evidence)), most), 4)


def _may_lack_dots(evidence: Evidence) -> bool:
    """Tell whether an umlaut may have lost its dots to the raster: both readers then agree on "Krahenhügel", and no rule objects.

    Places are held against their postal codes, so a town's name cannot lose them unseen.
    """
    is_written = not evidence.is_ticked and evidence.kind in _FREELY_WRITTEN
    return is_written and evidence.plain_vowels > 0 and evidence.print_lines < _COARSE


def family_of(kind: FieldKind) -> str:
    """Return the family of kinds that err alike: `date`, `figures`, `known`, `name`, `place` or `text`."""
    return next(family for family, kinds in _FAMILIES.items() if kind in kinds)


def features(evidence: Evidence) -> dict[str, float]:
    """Return what a fit weighs, by name. Confidences as log odds, for the step from 0.98 to 0.99 tells as much as one from 0.5 to 0.67."""
    family = "ticked" if evidence.is_ticked else family_of(evidence.kind)
    found = {
        "bias": 1.0,
        family: 1.0,
        "label": evidence.label_score,
        "quality": evidence.page_quality,
        **{f"quality_{step}": 1.0 for step in _QUALITY_STEPS if evidence.page_quality >= step},
        f"{'mark' if evidence.is_ticked else 'word'}_confidence": _log_odds(evidence.word_confidence),
    }
    if evidence.is_understood:
        found["understood"] = 1.0
    if evidence.label_score >= _LABELLED:
        found["labelled"] = 1.0
    if evidence.is_ticked:
        return found
    agreement = Agreement.SINGLE if evidence.agreement is Agreement.FULL and evidence.readers < 2 else evidence.agreement
    return found | {
        f"agreement_{agreement}": 1.0,
        **({f"{family}_{agreement}": 1.0} if agreement is Agreement.FULL else {}),
        "crop_confidence": _log_odds(evidence.crop_confidence),
        "length": math.log(max(1, evidence.length)),
        **{f"lines_{step}": 1.0 for step in _LINES_STEPS if evidence.print_lines >= step},
        **({"lost_dots": math.log1p(evidence.plain_vowels)} if evidence.print_lines < _COARSE else {}),
    }


def _log_odds(share: float) -> float:
    bounded = min(max(share, 0.01), 0.99)
    return math.log(bounded / (1 - bounded))
