"""Answers to choose from: their printed variants and the values they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.model import JsonValue
from bridge.stages.folding import needed_similarity, squeeze
from bridge.stages.grammars import Parsed

YES_NO: Final[Mapping[str, tuple[str, ...]]] = {
    "true": ("ja",),
    "false": ("nein",),
    "null": ("unbekannt", "nicht bekannt", "nicht erhoben", "keine Angabe", "k. A.", "weiß nicht", "nicht ermittelbar"),
}
MISREAD: Final = "Die Antwort ist verlesen."
_TELLING: Final = 5  # letters from which an answer is known though one of them is misread
_JSON: Final[Mapping[str, JsonValue]] = {"true": True, "false": False, "null": None}


def canonical(spec: FieldSpec, value: str) -> JsonValue:
    """Return the JSON value of a canonical choice: true, false, null for yes/no, else the name itself."""
    return _JSON[value] if spec.kind is FieldKind.YES_NO and value in _JSON else value


def parse_choice(spec: FieldSpec, text: str) -> Parsed | None:
    """Return the canonical value whose print the text is, as a whole or up to a comma or bracket."""
    offered = spec.choices or YES_NO
    heads = [text, *(text.split(sign, maxsplit=1)[0] for sign in (",", "(", ";", ":", "\n"))]
    for head in heads:
        wanted = squeeze(head) or head.strip()
        fits = {value for value, prints in offered.items() if any(_fits(wanted, head, print_) for print_ in prints)}
        if len(fits) == 1:
            return Parsed(canonical(spec, fits.pop()))
    return None


def misread_choice(spec: FieldSpec, text: str) -> Parsed | None:
    """Return the one canonical value whose print a text is but for one letter; whether it is meant is for a person to say."""
    nearly = {value for value, prints in (spec.choices or YES_NO).items() if any(_is_nearly(text, print_) for print_ in prints)}
    return Parsed(canonical(spec, nearly.pop()), MISREAD) if len(nearly) == 1 else None


def _is_nearly(text: str, print_: str) -> bool:
    from_list = squeeze(print_)
    return len(from_list) >= _TELLING and Levenshtein.distance(squeeze(text), from_list, score_cutoff=1) <= 1


def _fits(wanted: str, head: str, print_: str) -> bool:
    from_list = squeeze(print_)
    if not from_list:
        return head.strip() == print_
    if wanted == from_list:
        return True
    return len(from_list) > 5 and fuzz.ratio(wanted, from_list) / 100 >= needed_similarity(from_list) + 0.04
