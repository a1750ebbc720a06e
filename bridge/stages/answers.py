"""Answers to choose from: their printed variants and the values they stand for."""

from __future__ import annotations

import re
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
SEVERAL: Final = "Im Feld stehen mehrere Antworten, die nicht zueinander passen."
_PARTED: Final = re.compile(r"[,(;:)\n]")
_DENIALS: Final = ("false", "null")
_LETTERS_LOST: Final = 2  # or gained, in one misread print
MISREAD: Final = "Die Antwort ist verlesen."
_TELLING: Final = 5  # letters from which an answer is known though one of them is misread
_JSON: Final[Mapping[str, JsonValue]] = {"true": True, "false": False, "null": None}


def canonical(spec: FieldSpec, value: str) -> JsonValue:
    """Return the JSON value of a canonical choice: true, false, null for yes/no, else the name itself."""
    return _JSON[value] if spec.kind is FieldKind.YES_NO and value in _JSON else value


def parse_choice(spec: FieldSpec, text: str) -> Parsed | None:
    """Return the canonical value whose print the text is, whole or up to a comma or bracket; doubtful where the rest says otherwise."""
    offered = spec.choices or YES_NO
    heads = [text, *(text[: sign.start()] for sign in reversed([*_PARTED.finditer(text)]))]
    for find in (_exactly, _nearly):
        for head in heads:
            meant = find(head, offered)
            if len(meant) == 1:
                value = meant.pop()
                return Parsed(canonical(spec, value), SEVERAL if _says_otherwise(text[len(head) :], value, offered) else None)
    return None


def _says_otherwise(rest: str, value: str, offered: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether what stands behind an answer denies it or is another one ("geimpft: nein", "positiv, negativ")."""
    for piece in _PARTED.split(rest):
        meant = _exactly(piece, offered)
        is_denial = not meant and bool(_exactly(piece, YES_NO) & {*_DENIALS})
        if is_denial or (meant and value not in meant):
            return True
    return False


def _exactly(print_: str, offered: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the values of which this is a print, but for case, blanks and what readers take for one another."""
    wanted = squeeze(print_) or print_.strip()
    return {value for value, prints in offered.items() if any((squeeze(known) or known) == wanted for known in prints)}


def _nearly(print_: str, offered: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the values of which this is a print with a letter or two misread."""
    wanted = squeeze(print_)
    return {value for value, prints in offered.items() if any(_is_near(wanted, squeeze(known)) for known in prints)}


def _is_near(wanted: str, known: str) -> bool:
    """Tell whether letters alone were misread; a word more ("nicht", "kein") or an "un" before it says the contrary."""
    has_word_more = abs(len(wanted) - len(known)) > _LETTERS_LOST
    is_contrary = wanted.startswith("un") != known.startswith("un")
    return len(known) > 5 and not has_word_more and not is_contrary and fuzz.ratio(wanted, known) / 100 >= needed_similarity(known) + 0.04


def misread_choice(spec: FieldSpec, text: str) -> Parsed | None:
    """Return the one canonical value whose print a text is but for one letter; whether it is meant is for a person to say."""
    nearly = {value for value, prints in (spec.choices or YES_NO).items() if any(_is_one_letter_off(text, print_) for print_ in prints)}
    return Parsed(canonical(spec, nearly.pop()), MISREAD) if len(nearly) == 1 else None


def _is_one_letter_off(text: str, print_: str) -> bool:
    from_list = squeeze(print_)
    return len(from_list) >= _TELLING and Levenshtein.distance(squeeze(text), from_list, score_cutoff=1) <= 1
