"""What is promised to receiving agencies about the shape of messages, and that nothing else leaves."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from jsonschema import Draft202012Validator

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import (
    BlobRef,
    Completeness,
    Document,
    Fax,
    Field,
    Issue,
    IssueCode,
    JsonObject,
    JsonValue,
    Origin,
    ReviewOutcome,
    Sender,
)
from bridge.stages.compose import compose
from bridge.stages.schema import WITHDRAWAL, RecordSchemas
from samples.layouts import LAYOUTS, Layout
from samples.people import invent_scene
from tests.unit.stages.printed import catalog

PROMISED = Path(__file__).with_name("promised_keys.json")
SCHEMAS = RecordSchemas(catalog().types, catalog().codes)
AT = datetime(2026, 11, 22, 13, 32, 5, tzinfo=UTC)
FAX = Fax(
    new_id(), new_id(), "infektionsschutz", "smtp", 0, FaxState.DECIDED, AT, Sender("+4935818563790"), BlobRef("ab" * 32, 7, "image/tiff"), page_count=2
)  # fmt: skip


def leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Yield dotted paths and values, as fields have them."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key}".lstrip("."))
    elif path == "rows" and isinstance(value, list):
        for number, row in enumerate(value):
            yield from leaves(row, f"rows.{number}")
    else:
        yield path, value


def record(kind: str, data: JsonObject, outcome: ReviewOutcome = ReviewOutcome.AUTOMATIC) -> JsonObject:
    """Return a record as the bridge composes it of what was read."""
    fields = tuple(Field(path, value, str(value), 0.99, Origin.READ, 1, (0.1, 0.2, 0.3, 0.4), is_sure=True) for path, value in leaves(data))
    issues = (
        Issue("patient.city", IssueCode.WITHHELD, "Bitte prüfen.", 1, (0.0, 0.0, 1.0, 1.0)),
        Issue("date", IssueCode.MISSING, "Fehlt."),
    )
    document = Document(
        new_id(), FAX.id, 1, kind, 0.99, (1, 2), DocumentState.WAITING, fields, issues, completeness=Completeness.PARTIAL
    )  # fmt: skip
    reviewed_at = None if outcome is ReviewOutcome.AUTOMATIC else AT
    schema = catalog().types[kind].schema
    body = compose(document, FAX, public_url="https://bridge.example", reviewed_at=reviewed_at, outcome=outcome, version=2, schema=schema)
    sent: JsonObject = json.loads(json.dumps(body))
    return sent


NOTIFICATION = record(
    "disease_notification",
    {
        "patient": {"family_name": "Böhm", "birth_date": "2020-03-15", "sex": "female", "postal_code": "02826"},
        "disease": {"code": "msvd", "name": "Masern"},
        "hospital": {"admitted": None},
        "symptoms": ["Fieber"],
        "vaccination": {"doses": 2},
    },
)
CASE_LIST = record("case_list", {"kind": "cases", "rows": [{"family_name": "Winter", "sex": "male"}, {"birth_date": "2021"}]})
TAKEN_BACK: JsonObject = {
    "id": new_id(),
    "type": "disease_notification",
    "schema": WITHDRAWAL,
    "version": 3,
    "replaces": 2,
    "fax": {"id": FAX.id, "mailbox": FAX.mailbox},
    "withdrawn": {"at": AT.isoformat(), "reason": "wrong_recipient", "text": None},
}
MISSING = object()


def changed(body: JsonObject, path: str, value: object) -> JsonObject:
    """Return a copy with another value at a path, or nothing there."""
    twin = copy.deepcopy(body)
    *steps, last = path.split(".")
    at: object = twin
    for step in steps:
        at = at[int(step)] if isinstance(at, list) else at[step]  # type: ignore[index]
    assert isinstance(at, dict)
    if value is MISSING:
        del at[last]
    else:
        at[last] = value
    return twin


@pytest.mark.parametrize("name", SCHEMAS.names)
def test_every_schema_is_one_of_the_2020_12_dialect_and_names_itself(name: str) -> None:
    schema = SCHEMAS.schema(name)
    assert schema is not None
    Draft202012Validator.check_schema(schema)
    assert (schema["$schema"], schema["$id"]) == ("https://json-schema.org/draft/2020-12/schema", f"/schemas/{name}")


def test_every_type_and_the_withdrawal_have_one() -> None:
    assert set(SCHEMAS.names) == {kind.schema for kind in catalog().types.values()} | {WITHDRAWAL}
    assert SCHEMAS.schema("letter/99") is None


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.kind != "unknown"], ids=lambda layout: layout.name)
def test_the_record_of_a_form_that_was_read_perfectly_is_as_promised(layout: Layout) -> None:
    rng = Random(f"schema/{layout.name}")
    for paper in layout.draw(rng, invent_scene(rng)).papers:
        for outcome in (ReviewOutcome.AUTOMATIC, ReviewOutcome.CORRECTED):
            assert SCHEMAS.violations(record(paper.kind, paper.truth()["data"], outcome)) == ()


def test_the_examples_and_a_withdrawal_are_as_promised() -> None:
    assert [SCHEMAS.violations(body) for body in (NOTIFICATION, CASE_LIST, TAKEN_BACK)] == [(), (), ()]


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        (NOTIFICATION, "id", MISSING),
        (NOTIFICATION, "schema", "disease_notification/99"),
        (NOTIFICATION, "schema", MISSING),
        (NOTIFICATION, "type", "letter"),
        (NOTIFICATION, "version", 0),
        (NOTIFICATION, "replaces", MISSING),
        (NOTIFICATION, "completeness", None),
        (NOTIFICATION, "pages", []),
        (NOTIFICATION, "data", MISSING),
        (NOTIFICATION, "data", []),
        (NOTIFICATION, "fax.received_at", "22.11.2026"),
        (NOTIFICATION, "fax.original.sha256", "ab"),
        (NOTIFICATION, "review.outcome", "guessed"),
        (NOTIFICATION, "data.patient.family_name", ""),
        (NOTIFICATION, "data.patient.birth_date", "15.03.2020"),
        (NOTIFICATION, "data.patient.postal_code", 2826),
        (NOTIFICATION, "data.patient.sex", "weiblich"),
        (NOTIFICATION, "data.patient.shoe_size", "38"),
        (NOTIFICATION, "data.patient", "Böhm"),
        (NOTIFICATION, "data.disease.code", "MSVD"),
        (NOTIFICATION, "data.hospital.admitted", "nein"),
        (NOTIFICATION, "data.vaccination.doses", "2"),
        (NOTIFICATION, "data.symptoms", "Fieber"),
        (NOTIFICATION, "data.subject", "of another type"),
        (CASE_LIST, "data.rows.1.birth_date", "1.2.2021"),
        (CASE_LIST, "data.rows.0.shoe_size", 3),
        (TAKEN_BACK, "withdrawn.reason", "because"),
        (TAKEN_BACK, "withdrawn.text", MISSING),
    ],
)
def test_a_broken_message_is_told_by_the_path_and_never_the_value(body: JsonObject, path: str, value: object) -> None:
    assert SCHEMAS.violations(changed(body, path, value)) == (path,)


def test_all_that_is_broken_is_told_keys_that_are_missing_by_their_own_paths() -> None:
    body = changed(changed(NOTIFICATION, "evidence", {"symptoms": {}}), "data.patient.sex", "weiblich")
    missing = tuple(f"evidence.symptoms.{key}" for key in ("confidence", "origin", "page", "text"))
    assert SCHEMAS.violations(body) == ("data.patient.sex", *missing)


def test_a_row_is_an_object() -> None:
    assert SCHEMAS.violations(changed(CASE_LIST, "data.rows", [{}, None])) == ("data.rows.1",)


def test_a_withdrawal_repeats_nothing_of_what_it_takes_back() -> None:
    assert SCHEMAS.violations(changed(TAKEN_BACK, "data", {"patient": {"family_name": "Böhm"}})) == ("data.patient.family_name",)


def test_further_keys_may_come_outside_of_data() -> None:
    assert SCHEMAS.violations(changed(NOTIFICATION, "fax.line", "ISDN 3")) == ()


def promised_keys(schema: JsonObject) -> dict[str, str]:
    """Return what a schema says of each of its keys, by path: its type, without what may grow (entries of lists of codes)."""

    def walk(shape: JsonObject, path: str) -> Iterator[tuple[str, str]]:
        kinds = shape.get("type", "enum" if "enum" in shape else "const" if "const" in shape else "any")
        yield path, "|".join(kinds) if isinstance(kinds, list) else str(kinds)
        properties, items, others = (shape.get(key) for key in ("properties", "items", "additionalProperties"))
        for key, below in properties.items() if isinstance(properties, dict) else ():
            yield from walk(below, f"{path}.{key}".lstrip("."))
        for below, step in ((items, "[]"), (others, ".*")):
            if isinstance(below, dict):
                yield from walk(below, f"{path}{step}")

    return dict(walk(schema, ""))


def _promised() -> dict[str, dict[str, str]]:
    promised: dict[str, dict[str, str]] = json.loads(PROMISED.read_text(encoding="utf-8"))
    return promised


@pytest.mark.parametrize("name", SCHEMAS.names)
def test_no_promised_key_is_renamed_or_retyped_without_a_new_version(name: str) -> None:
    """A key that goes or changes wants a higher `schema_version` in the type's file; new ones may come, and then stand in the file."""
    schema = SCHEMAS.schema(name)
    assert schema is not None
    now, promised = promised_keys(schema), _promised().get(name, {})
    assert {path: now.get(path) for path in promised} == promised


def test_versions_of_schemas_only_rise() -> None:
    newest = {name.split("/")[0]: int(name.split("/")[1]) for name in SCHEMAS.names}
    assert {name: newest[name.split("/")[0]] >= int(name.split("/")[1]) for name in _promised()} == dict.fromkeys(_promised(), True)


def test_a_renamed_key_would_be_seen() -> None:
    schema = copy.deepcopy(SCHEMAS.schema("letter/1"))
    assert schema is not None
    properties = schema["properties"]["data"]["properties"]  # type: ignore[index,call-overload]
    properties["topic"] = properties.pop("subject")  # type: ignore[union-attr]
    assert set(_promised()["letter/1"]) - set(promised_keys(schema)) == {"data.subject"}
