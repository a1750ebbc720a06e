"""What the messages to receiving agencies look like, as JSON Schema (2020-12): a type's record is described from the type's file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bridge.domain.forms import CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.model import WITHDRAWAL, Completeness, IssueCode, JsonObject, JsonValue, Origin, ReviewOutcome, WithdrawalReason

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_CELL: Final = re.compile(r"^data\.rows\.[0-9]+\.")

Codes = Mapping[str, Sequence[CodeEntry]]

# null is a value everywhere in `data`: the page says that it is not known.
_TEXT: Final[JsonObject] = {"type": ["string", "null"], "minLength": 1}
_SHAPES: Final[Mapping[FieldKind, JsonObject]] = {
    FieldKind.DATE: {"type": ["string", "null"], "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"},
    FieldKind.POSTAL_CODE: {"type": ["string", "null"], "pattern": "^[0-9]{5}$"},
    FieldKind.IBAN: {"type": ["string", "null"], "pattern": "^[A-Z]{2}[0-9A-Z]{10,32}$"},
    FieldKind.MONEY: {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]{2})?$"},
    FieldKind.INTEGER: {"type": ["integer", "null"]},
    FieldKind.YES_NO: {"type": ["boolean", "null"]},
    FieldKind.LIST: {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}},
}
_NULL_OR_TEXT: Final[JsonObject] = {"type": ["string", "null"]}
_UUID: Final[JsonObject] = {"type": "string", "format": "uuid"}
_VERSION: Final[JsonObject] = {"type": "integer", "minimum": 1}
_MOMENT: Final[JsonObject] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
}
_NULL_OR_MOMENT: Final[JsonObject] = {**_MOMENT, "type": ["string", "null"]}
_PAGE: Final[JsonObject] = {"type": ["integer", "null"], "minimum": 1}
_SHARE: Final[JsonObject] = {"type": "number", "minimum": 0, "maximum": 1}
_BOX: Final[JsonObject] = {
    "description": "left, top, right, bottom as fractions of the upright page",
    "type": "array",
    "items": _SHARE,
    "minItems": 4,
    "maxItems": 4,
}


class RecordSchemas:
    """The schemas of all types' records and of the withdrawal, and the check that a message keeps to its own before it leaves."""

    def __init__(self, types: Mapping[str, DocumentType], codes: Codes) -> None:
        """Take the catalog's types and code lists by name."""
        self._schemas = {kind.schema: record_schema(kind, codes) for kind in types.values()} | {WITHDRAWAL: withdrawal_schema()}
        self._validators = {name: Draft202012Validator(schema) for name, schema in self._schemas.items()}
        self._paths = {kind.schema: _known_paths(kind) for kind in types.values()} | {WITHDRAWAL: frozenset()}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all schemas, such as `letter/1`."""
        return tuple(self._schemas)

    def schema(self, name: str) -> JsonObject | None:
        """Return a schema by its name, None where there is none."""
        return self._schemas.get(name)

    def violations(self, body: JsonObject) -> tuple[str, ...]:
        """Return the dotted paths at which a message is not what its schema promises, sorted; () where it is. Never a value.

        A key that is missing is named by its own path. Stricter than the schema in one thing: a leaf of `data` that the type's
        file does not know is a violation too, for the type's version promises what may stand there.
        """
        name = body.get("schema")
        if not isinstance(name, str) or name not in self._validators:
            return ("schema",)
        broken = {path for error in self._validators[name].iter_errors(body) for path in _places(error)}
        leaves = _leaf_paths(body["data"], "data") if "data" in body else ()
        strange = {leaf for leaf in leaves if _CELL.sub("data.rows.", leaf) not in self._paths[name]}
        return tuple(sorted(broken | strange))


def record_schema(kind: DocumentType, codes: Codes) -> JsonObject:
    """Return the schema of a record of `kind`; `codes` are the code lists by name.

    It is open to further keys everywhere, as they may come without a new version, and says of each known one what it is.
    """
    properties: JsonObject = {
        "id": _UUID,
        "type": {"const": kind.name},
        "schema": {"const": kind.schema},
        "version": _VERSION,
        "replaces": {"type": ["integer", "null"], "minimum": 1},
        "completeness": {"enum": [each.value for each in Completeness]},
        "fax": _fax(),
        "pages": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1},
        "data": _data(kind, codes),
        "evidence": {"type": "object", "additionalProperties": _evidence()},
        "review": _object({"outcome": {"enum": [each.value for each in ReviewOutcome]}, "at": _NULL_OR_MOMENT}),
        "issues": {"type": "array", "items": _issue()},
    }
    return {"$schema": DIALECT, "$id": f"/schemas/{kind.schema}", "title": kind.title, **_object(properties)}


def withdrawal_schema() -> JsonObject:
    """Return the schema of the message that takes a delivered record back: it names the record and says nothing of what stood in it."""
    withdrawn = _object({"at": _MOMENT, "reason": {"enum": [reason.value for reason in WithdrawalReason]}, "text": _NULL_OR_TEXT})
    properties: JsonObject = {
        "id": _UUID,
        "type": {"type": "string", "minLength": 1},
        "schema": {"const": WITHDRAWAL},
        "version": _VERSION,
        "replaces": _VERSION,
        "fax": _object({"id": _UUID, "mailbox": {"type": "string"}}),
        "withdrawn": withdrawn,
    }
    return {"$schema": DIALECT, "$id": f"/schemas/{WITHDRAWAL}", "title": "Rücknahme", **_object(properties)}


def _object(properties: JsonObject, optional: Sequence[str] = ()) -> JsonObject:
    return {"type": "object", "properties": properties, "required": [name for name in properties if name not in optional]}


def _fax() -> JsonObject:
    digest: JsonObject = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    href: JsonObject = {"type": "string", "format": "uri"}
    original = _object({"sha256": digest, "media_type": {"type": "string"}, "href": href})
    return _object(
        {
            "id": _UUID,
            "mailbox": {"type": "string"},
            "channel": {"type": "string"},
            "received_at": _MOMENT,
            "sender": _object({"number": _NULL_OR_TEXT, "tsid": _NULL_OR_TEXT, "name": _NULL_OR_TEXT}),
            "page_count": {"type": ["integer", "null"], "minimum": 0},
            "complete": {"type": ["boolean", "null"]},
            "original": {**original, "type": ["object", "null"]},
        }
    )


def _evidence() -> JsonObject:
    origins: JsonObject = {"enum": [each.value for each in Origin]}
    properties: JsonObject = {"text": {"type": "string"}, "confidence": _SHARE, "origin": origins, "page": _PAGE, "box": _BOX}
    return _object(properties, optional=["box"])


def _issue() -> JsonObject:
    codes: JsonObject = {"enum": [each.value for each in IssueCode]}
    properties: JsonObject = {"field": {"type": "string"}, "code": codes, "message": {"type": "string"}, "page": _PAGE, "box": _BOX}
    return _object(properties, optional=["page", "box"])


def _data(kind: DocumentType, codes: Codes) -> JsonObject:
    """Return the schema of `data`. Nothing in it is required: a page need not carry it, and a partial record withholds it."""
    leaves = _leaves(kind.fields, codes)
    if kind.columns:
        leaves["rows"] = {"type": "array", "items": _nested(_leaves(kind.columns, codes))}
    return _nested(leaves)


def _nested(leaves: Mapping[str, JsonObject]) -> JsonObject:
    """Return the schema of an object whose leaves stand at these dotted paths."""
    branches: dict[str, dict[str, JsonObject]] = {}
    for path, shape in leaves.items():
        step, _, below = path.partition(".")
        branches.setdefault(step, {})[below] = shape
    properties: JsonObject = {step: below[""] if "" in below else _nested(below) for step, below in branches.items()}
    return {"type": "object", "properties": properties}


def _leaves(specs: Sequence[FieldSpec], codes: Codes) -> dict[str, JsonObject]:
    """Return the schema of every leaf that the fields fill, by path."""
    filling: dict[str, list[FieldSpec]] = {}
    for spec in specs:
        for path in spec.filled_paths():
            filling.setdefault(path, []).append(spec)
    return {path: _leaf(path, owners, codes) for path, owners in filling.items()}


def _leaf(path: str, owners: Sequence[FieldSpec], codes: Codes) -> JsonObject:
    """Return the schema of a leaf. A field of its own path says what it is, before compound ones that fill it along."""
    spec = next((owner for owner in owners if owner.path == path), owners[0])
    if spec.kind is FieldKind.CHOICE:
        return {"enum": [*dict.fromkeys(choice for owner in owners for choice in owner.choices), None]}
    if spec.codes is not None and path.endswith(".code"):
        return {"enum": [*(entry.code for entry in codes[spec.codes]), None]}
    if path.rpartition(".")[2] == FieldKind.POSTAL_CODE:
        return _SHAPES[FieldKind.POSTAL_CODE]
    return _SHAPES.get(spec.kind, _TEXT)


def _known_paths(kind: DocumentType) -> frozenset[str]:
    own = {f"data.{path}" for spec in kind.fields for path in spec.filled_paths()}
    return frozenset(own | {f"data.rows.{path}" for spec in kind.columns for path in spec.filled_paths()})


def _places(error: ValidationError) -> list[str]:
    """Return the dotted paths of what an error is about: of the keys that are missing, else of the value itself."""
    place = [str(step) for step in error.absolute_path]
    if error.validator == "required" and isinstance(error.validator_value, list) and isinstance(error.instance, dict):
        return [".".join([*place, key]) for key in error.validator_value if key not in error.instance]
    return [".".join(place)]


def _leaf_paths(value: JsonValue, path: str) -> Iterator[str]:
    """Yield the paths of all leaves below `path`; in `data.rows` those of every cell."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaf_paths(below, f"{path}.{key}")
    elif isinstance(value, list) and path == "data.rows":
        for number, row in enumerate(value):
            yield from _leaf_paths(row, f"{path}.{number}")
    else:
        yield path
