"""What kind of document it is: phrases that speak for a type and against it, weighed, and a trained model as second opinion."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from bridge.domain.findings import Classification
from bridge.domain.forms import DocumentType
from bridge.domain.layout import Layout
from bridge.domain.type_model import TypeModel
from bridge.stages.headers import find_header
from bridge.stages.lines import Sheet, open_sheet
from bridge.stages.phrases import page_text, strength_of

UNKNOWN: Final = "unknown"
_LEAST_EVIDENCE: Final = 2.5  # less weight than this says nothing, whatever the others weigh
_PER_COLUMN: Final = 0.75
_ANNEX: Final = 0.4  # share of it for a type that may have a list, and may be without
_PERSON: Final = "family_name"
_LIKELY: Final = 0.35  # probability from which the model's word is a guess where the phrases say nothing
_CLEAR: Final = 0.5  # and from which it is a better one than theirs
_HARDLY: Final = 0.15  # if it gives theirs less than this
_GUESSED: Final = 0.6  # confidence of what only a person may settle
_SOFTNESS: Final = 0.9  # of the step from one type to the next; greater means less certain


def classify(layouts: Sequence[Layout], types: Mapping[str, DocumentType], model: TypeModel | None = None) -> Classification:
    """Return the type of a document's pages and the probability of its being right; `unknown` where nothing speaks.

    A type that would be filed without anybody's seeing it (advertisement) gives way to every sign of a notification: with a mere word
    of one ("Seminar zur IfSG-Novelle") it is a guess for a person, with more it is unknown.
    The model never lets anything leave or be filed that the phrases would not: it confirms, it contradicts, or it guesses for a person,
    and it never makes an advertisement of what the phrases take for a notification.
    """
    texts = [page_text(layout) for layout in layouts]
    found = _by_phrases(layouts, texts, types)
    told = model.probabilities(" ".join(texts)) if model is not None else {}
    return _with_second_opinion(found, told, types) if told else found


def _by_phrases(layouts: Sequence[Layout], texts: Sequence[str], types: Mapping[str, DocumentType]) -> Classification:
    sheets = [open_sheet(number, layout) for number, layout in enumerate(layouts)]
    weighed = {name: weigh(kind, texts) + _weight_of_table(kind, sheets) for name, kind in types.items() if kind.anchors}
    if not weighed:
        return Classification(UNKNOWN, 0.0)
    ranked = sorted(weighed.items(), key=lambda item: -item[1])
    best, weight = ranked[0]
    runner_up = max(0.0, ranked[1][1]) if len(ranked) > 1 else 0.0
    if weight < _LEAST_EVIDENCE:
        return Classification(UNKNOWN, 0.0)
    quality = sum(layout.quality for layout in layouts) / max(1, len(layouts))
    certainty = _probability(weight, runner_up)
    if certainty < 0.5:
        return Classification(UNKNOWN, certainty)
    if types[best].disposition == "file" and not _is_harmless(best, types, texts):
        return Classification(best, min(certainty, _GUESSED)) if _is_alone(best, types, texts) else Classification(UNKNOWN, 0.0)
    return Classification(best, round(certainty * (1.0 if quality >= 0.5 else 0.9), 4))


def _with_second_opinion(found: Classification, told: Mapping[str, float], types: Mapping[str, DocumentType]) -> Classification:
    best = max(told, key=lambda name: told[name])
    if found.type == best:
        return Classification(best, round(found.confidence + 0.5 * (1 - found.confidence) * told[best], 4))
    if types[found.type].disposition == "file":
        found = Classification(found.type, min(found.confidence, _GUESSED))
    if best not in types or not types[best].anchors:
        return found
    is_filed = types[best].disposition == "file"
    if found.type == UNKNOWN:
        return Classification(best, _GUESSED) if told[best] >= (_CLEAR if is_filed else _LIKELY) else found
    is_contradicted = told[best] >= _CLEAR and told.get(found.type, 0.0) < _HARDLY
    if is_contradicted and is_filed and types[found.type].disposition == "deliver":
        return Classification(found.type, min(found.confidence, _GUESSED))  # a notification stays one, for a person to look at
    return Classification(best, _GUESSED) if is_contradicted else found


def weigh(kind: DocumentType, texts: Sequence[str]) -> float:
    """Return the weight of what speaks for a type in folded page texts, less what speaks against it."""
    text = " ".join(texts)
    for_it = sum(weight * strength_of(phrase, text) for phrase, weight in kind.anchors.items())
    against = sum(weight * strength_of(phrase, text) for phrase, weight in kind.counter_anchors.items())
    return for_it - against


def _weight_of_table(kind: DocumentType, sheets: Sequence[Sheet]) -> float:
    """Return how much a list with the type's column titles speaks for it, whatever its title says.

    A list of persons is first of all a list: for a type that only may have one, as an annex, it speaks less.
    """
    headers = [find_header(sheet, kind, 0.0) for sheet in sheets] if kind.columns else []
    titles = [len({title.spec.path for title in header.titles if title.spec is not None}) for header in headers if header]
    is_annex = _PERSON in {spec.path for spec in kind.columns} and "rows" not in kind.required
    return _PER_COLUMN * (_ANNEX if is_annex else 1.0) * max(titles, default=0)


def _probability(weight: float, runner_up: float) -> float:
    """Return a conservative probability from the lead over the next type and from the evidence as such."""
    lead = 1 / (1 + math.exp(-(weight - runner_up - 1.2) / _SOFTNESS))
    evidence = 1 - math.exp(-weight / 1.8)
    return lead * evidence


def _is_harmless(name: str, types: Mapping[str, DocumentType], texts: Sequence[str]) -> bool:
    """Tell whether no other type that is delivered has more than a trace on these pages, and no word speaks against this one."""
    counter = sum(weight * strength_of(phrase, " ".join(texts)) for phrase, weight in types[name].counter_anchors.items())
    return _is_alone(name, types, texts) and counter < 2.5


def _is_alone(name: str, types: Mapping[str, DocumentType], texts: Sequence[str]) -> bool:
    others = [weigh_for(kind, texts) for other, kind in types.items() if other != name and kind.disposition == "deliver"]
    return max(others, default=0.0) < 3.5


def weigh_for(kind: DocumentType, texts: Sequence[str]) -> float:
    """Return the weight of what speaks for a type alone."""
    text = " ".join(texts)
    return sum(weight * strength_of(phrase, text) for phrase, weight in kind.anchors.items())
