"""Values typed by a person: held to the same grammars as those read from a fax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.errors import RefusedError
from bridge.domain.forms import PARTS, CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.model import JsonValue
from bridge.stages.answers import YES_NO, canonical, parse_choice
from bridge.stages.codes import match_code
from bridge.stages.dates import date_value
from bridge.stages.grammars import SIMPLE, Parsed, text_value
from bridge.stages.spoken import name_of

_KIND_OF_PART: Final = {
    "family_name": FieldKind.NAME,
    "given_name": FieldKind.NAME,
    "name": FieldKind.NAME,
    "organization": FieldKind.TEXT,
    "street": FieldKind.STREET,
    "postal_code": FieldKind.POSTAL_CODE,
    "city": FieldKind.CITY,
    "phone": FieldKind.PHONE,
}
_LAST_DAY: Final = date(9999, 12, 31)
_NEAR_CODES: Final = 3  # that are named where a code is refused

Codes = Mapping[str, Sequence[CodeEntry]]


def parse_value(kind: DocumentType, path: str, text: str, codes: Codes) -> JsonValue:
    """Return the normalised value of what a person typed for `path`; None for "nicht bekannt" at a yes/no question.

    `codes` are the code lists by name: a code must stand in the list of its field. Raises RefusedError where
    the type has no such field or the text is no such value.
    """
    spec = spec_of(kind, path)
    if spec is None:
        raise RefusedError("unknown field", f"Das Feld „{path}“ gibt es bei „{kind.title}“ nicht.")
    if spec.codes is not None and path.endswith(".code"):
        return _code(path, text.strip(), spec.codes, codes[spec.codes])
    parsed = _parse(spec, text)
    if parsed is None or (parsed.problem is not None and spec.kind not in {FieldKind.NAME, FieldKind.PHONE, FieldKind.STREET}):
        hint = parsed.problem if parsed is not None and parsed.problem else _expected(spec)
        raise RefusedError("value does not fit its field", f"Der Wert für „{name_of(path, kind)}“ passt nicht: {hint}")
    return parsed.value


def code_for_name(kind: DocumentType, path: str, name: str, codes: Codes) -> str | None:
    """Return the code that the list of the field at `path` has for a name or synonym, None where none fits or there is no such field."""
    spec = spec_of(kind, path)
    if spec is None or spec.codes is None:
        return None
    meant = match_code(name, codes[spec.codes])
    return meant.code if meant is not None else None


def spec_of(kind: DocumentType, path: str) -> FieldSpec | None:
    """Return the field that fills `path`, a leaf of a compound kind judged as what it is; None where the type has no such field."""
    steps = path.split(".")
    in_row = steps[0] == "rows" and len(steps) > 2 and steps[1].isdigit()
    leaf, specs = (".".join(steps[2:]), kind.columns) if in_row else (path, kind.fields)
    owners = [spec for spec in specs if leaf in spec.filled_paths()]
    simple = next((spec for spec in owners if spec.path == leaf and spec.kind not in PARTS), None)
    if simple is not None or not owners:
        return simple
    part = FieldKind.TEXT if owners[0].kind is FieldKind.CODE else _KIND_OF_PART[leaf.rsplit(".", 1)[-1]]
    return FieldSpec(leaf, part, (), codes=owners[0].codes)


def _code(path: str, text: str, name: str, entries: Sequence[CodeEntry]) -> str:
    """Return the code as typed. Raises RefusedError where its list lacks it, naming those that may be meant."""
    if any(entry.code == text for entry in entries):
        return text
    meant = match_code(text, entries)
    near = [entry for entry in entries if meant is not None and entry.code == meant.code] or _nearest(text, entries)
    named = ", ".join(f"{entry.code} ({entry.name})" for entry in near)
    raise RefusedError(
        "code is not in its list",
        f"Der Code „{text}“ für „{path}“ steht nicht in der Liste „{name}“. Am nächsten kommen: {named}. "
        f"Bitte einen Code aus config/codes/{name}.toml angeben oder das Feld leeren („{path}=“).",
    )


def _nearest(text: str, entries: Sequence[CodeEntry]) -> list[CodeEntry]:
    """Return the entries whose code or name is most like what was typed, the best first."""
    wanted = text.lower()
    return sorted(entries, key=lambda entry: -max(fuzz.ratio(wanted, entry.code), fuzz.ratio(wanted, entry.name.lower())))[:_NEAR_CODES]


def _parse(spec: FieldSpec, text: str) -> Parsed | None:
    if spec.kind in {FieldKind.CHOICE, FieldKind.YES_NO}:
        offered = spec.choices or YES_NO
        return Parsed(canonical(spec, text.strip())) if text.strip() in offered else parse_choice(spec, text)
    if spec.kind is FieldKind.DATE:
        return date_value(text, _LAST_DAY)
    return text_value(text) if spec.kind is FieldKind.CODE else SIMPLE[spec.kind](text)


def _expected(spec: FieldSpec) -> str:
    if spec.kind in {FieldKind.CHOICE, FieldKind.YES_NO}:
        return f"erlaubt sind {', '.join(spec.choices or YES_NO)}."
    return {
        FieldKind.DATE: "erwartet wird ein Datum wie 15.03.2020.",
        FieldKind.POSTAL_CODE: "erwartet werden fünf Ziffern.",
        FieldKind.INTEGER: "erwartet wird eine ganze Zahl.",
        FieldKind.PHONE: "erwartet wird eine Rufnummer.",
    }.get(spec.kind, "die Schreibweise wurde nicht erkannt.")
