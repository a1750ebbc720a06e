"""From one reading's text to the leaves of data it fills: the one place that knows every kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.stages.answers import misread_choice, parse_choice
from bridge.stages.codes import match_code
from bridge.stages.dates import date_value
from bridge.stages.grammars import SIMPLE, Parsed, address, full_name, text_value
from bridge.stages.parties import party
from bridge.stages.run_in import facts_in

NOT_LISTED: Final = "Die Angabe konnte keinem Eintrag der Codeliste zugeordnet werden."
_SUSPICION: Final = re.compile(r"^(?:verdacht(?:\s+auf)?|v\.?\s?a\.?|z\.?\s?n\.?|akute[rs]?)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What one reading of a place tells, by path; `is_divided` where it told several facts, `lost` where those lead that are no values."""

    values: Mapping[str, Parsed]
    is_divided: bool = False
    lost: tuple[str, ...] = ()


def parse(place: Located, spec: FieldSpec, text: str, kind: DocumentType, codes: Mapping[str, tuple[CodeEntry, ...]], latest: date) -> Told:
    """Return what one reading of a place tells: every fact in it, for the field it belongs to; nothing where the text is no such value."""
    if place.path.startswith("rows.") or place.kind is not spec.kind:
        return Told(_parse(place, spec, text, codes, latest))
    facts = facts_in(spec, text, kind)
    values: dict[str, Parsed] = {}
    lost: list[str] = []
    for asked, said in facts:
        found = _parse(replace(place, path=asked.path, kind=asked.kind), asked, said, codes, latest)
        lost += [path for path in asked.filled_paths() if path in values] if found else asked.filled_paths()
        values = {**found, **values}
    is_divided = len(facts) > 1 or facts[0][0] is not spec
    return Told(values, is_divided, tuple(lost) if is_divided else ())


def _parse(place: Located, spec: FieldSpec, text: str, codes: Mapping[str, tuple[CodeEntry, ...]], latest: date) -> dict[str, Parsed]:
    """Return path -> parsed value for what answers one field."""
    prefix = place.path.rpartition(".")[0]
    stem = f"{prefix}." if prefix else ""
    if place.kind is FieldKind.FULL_NAME:
        return {stem + part: parsed for part, parsed in full_name(text, given_first=_order_of(place.path)).items()}
    if place.kind is FieldKind.PARTY:
        return {stem + part: parsed for part, parsed in party(text).items()}
    if place.kind is FieldKind.ADDRESS or (place.kind in _IN_ADDRESS and re.search(r"\b\d{5}\s+[^\W\d_]", text)):
        return {stem + part: parsed for part, parsed in address(text).items()}
    if place.kind is FieldKind.CODE:
        return _code(place.path, text, codes.get(spec.codes or "", ()), [entry for each in codes.values() for entry in each])
    if place.kind in {FieldKind.CHOICE, FieldKind.YES_NO}:
        found = parse_choice(spec, text) or misread_choice(spec, text)
    elif place.kind is FieldKind.DATE:
        found = date_value(text, latest, is_birth=place.path.endswith("birth_date"))
    else:
        found = SIMPLE[place.kind](text)
        if found is not None and place.path.endswith(_WORDS_ONLY) and _NO_WORDS.search(str(found.value)):
            found = Parsed(found.value, found.problem or NO_WORDS)
    return {place.path: found} if found is not None else {}


def _order_of(path: str) -> bool | None:
    """Tell whether given names stand first in a list's column of names: its title told the one column from the other."""
    return path.endswith("spoken_name") if path.startswith("rows.") else None


_WORDS_ONLY: Final = ("method", "material")
_NO_WORDS: Final = re.compile(r"\d{5,}|^(?:pos(?:itiv|\.)|neg(?:ativ|\.)|(?:nicht )?nachgewiesen|grenzwertig|fraglich)\b", re.IGNORECASE)
NO_WORDS: Final = "Hier steht ein Ergebnis oder eine Nummer, wo etwas anderes erwartet wird."
_IN_ADDRESS: Final = frozenset({FieldKind.STREET, FieldKind.CITY, FieldKind.POSTAL_CODE})


def _code(path: str, text: str, entries: Sequence[CodeEntry], every: Sequence[CodeEntry]) -> dict[str, Parsed]:
    """Return a code and the name as printed; where only the name is asked for, any list may know it ("Norovirus" as an illness)."""
    name = text_value(text.replace("\n", " "))
    if name is None:
        return {}
    printed = str(name.value)
    bare = _SUSPICION.sub("", printed)
    match = match_code(printed, entries) or match_code(bare, entries) or match_code(re.sub(r"\([^)]*\)", "", bare), entries)
    if path.endswith("name"):
        is_known = match or any(match_code(bare, [entry]) for entry in every)
        return {path: name if is_known else Parsed(name.value, NOT_LISTED)}
    if match is None:
        return {f"{path}.name": Parsed(name.value, NOT_LISTED)}
    return {f"{path}.name": name, f"{path}.code": Parsed(match.code)}
