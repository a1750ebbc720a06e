"""How sure a value is: the one place where evidence becomes a probability.

The numbers are set by hand and conservative; a calibrated model takes this module's place and nothing else changes.
"""

from __future__ import annotations

from typing import Final

from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.forms import FieldKind

# Probability of a value whose page and crop readings agree and whose rules hold.
_AGREED: Final = {
    FieldKind.DATE: 0.975,
    FieldKind.POSTAL_CODE: 0.97,
    FieldKind.CITY: 0.965,
    FieldKind.STREET: 0.955,
    FieldKind.PHONE: 0.96,
    FieldKind.EMAIL: 0.95,
    FieldKind.LANR: 0.99,
    FieldKind.BSNR: 0.96,
    FieldKind.IBAN: 0.995,
    FieldKind.MONEY: 0.96,
    FieldKind.INTEGER: 0.96,
    FieldKind.CHOICE: 0.985,
    FieldKind.YES_NO: 0.985,
    FieldKind.CODE: 0.985,
    FieldKind.LIST: 0.95,
    FieldKind.TEXT: 0.95,
    FieldKind.OFFICE: 0.95,
    FieldKind.NAME: 0.955,
    FieldKind.FULL_NAME: 0.955,
    FieldKind.ADDRESS: 0.955,
    FieldKind.PARTY: 0.94,
}
_LETTERS: Final = frozenset(
    {FieldKind.NAME, FieldKind.CITY, FieldKind.STREET, FieldKind.TEXT, FieldKind.OFFICE, FieldKind.LIST, FieldKind.EMAIL}
)
_BY_AGREEMENT: Final = {Agreement.FULL: 1.0, Agreement.MAJORITY: 0.97, Agreement.SINGLE: 0.85, Agreement.CONFLICT: 0.45}
TICKED: Final = 0.975
DERIVED: Final = 0.999  # of the confidence of what it was derived from


def _between_engines(evidence: Evidence) -> Agreement:
    """Return the agreement that counts: one engine that says the same twice is still one witness."""
    return Agreement.SINGLE if evidence.agreement is Agreement.FULL and evidence.readers < 2 else evidence.agreement


def probability(evidence: Evidence) -> float:
    """Return the probability (0..1) that the value is right; never 1, which only a person can give."""
    if evidence.is_handwritten:
        return 0.2
    if evidence.is_doubtful or not evidence.is_plausible:
        return 0.35
    if evidence.is_ticked:
        return round(TICKED * _label_factor(evidence.label_score), 4)
    sure = _AGREED[evidence.kind] * _BY_AGREEMENT[_between_engines(evidence)]
    if evidence.readers >= 2 and evidence.agreement is Agreement.FULL:
        sure += 0.5 * (1 - sure)
    sure *= _label_factor(evidence.label_score) * _print_factor(evidence) * _page_factor(evidence)
    return round(min(sure, 0.999), 4)


def _label_factor(score: float) -> float:
    """Return 1 for a label printed as known, falling to 0.85 where it fits poorly."""
    if score >= 0.9:
        return 1.0
    return 0.97 if score >= 0.82 else 0.85


def _page_factor(evidence: Evidence) -> float:
    """Return less than 1 for words on a page that read badly: two readers lose the same umlaut dots. Figures suffer less."""
    if evidence.kind not in _LETTERS or evidence.page_quality >= 0.86:
        return 1.0
    return 0.96 if evidence.page_quality >= 0.78 else 0.9


def _print_factor(evidence: Evidence) -> float:
    """Return less than 1 where the readers themselves were unsure of letters."""
    least = max(evidence.word_confidence, evidence.crop_confidence)
    if least >= 0.8:
        return 1.0
    return 0.98 if least >= 0.6 else 0.93 if least >= 0.35 else 0.85
