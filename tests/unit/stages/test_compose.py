from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import BlobRef, Completeness, Document, Fax, Field, Issue, IssueCode, Origin, ReviewOutcome, Sender
from bridge.stages.compose import CONFLICT, compose

AT = datetime(2026, 11, 22, 13, 32, 5, tzinfo=UTC)
FAX = Fax(
    "f1",
    "e1",
    "infektionsschutz",
    "smtp",
    0,
    FaxState.DECIDED,
    AT,
    Sender("+4935818563790", "PRAXIS DR WEISS"),
    BlobRef("ab" * 32, 7, "image/tiff"),
    page_count=2,
    complete=True,
)
FIELDS = (
    Field("patient.family_name", "Böhm", "Böhm", 0.99, Origin.READ, 1, (0.1, 0.2, 0.3, 0.4), is_sure=True),
    Field("patient.city", "Bonn", "Bonn", 0.5, Origin.READ, 1),
    Field("hospital.admitted", None, "unbekannt", 0.97, Origin.READ, 1, is_sure=True),
    Field("rows.1.sex", "male", "m", 0.97, Origin.READ, 1, is_sure=True),
)
DOCUMENT = Document(
    "d1",
    "f1",
    1,
    "disease_notification",
    0.99,
    (1,),
    DocumentState.WAITING,
    FIELDS,
    (Issue("patient.city", IssueCode.WITHHELD, "?", 1, (0, 0, 1, 1)),),
    completeness=Completeness.PARTIAL,
)


def record(outcome=ReviewOutcome.AUTOMATIC, version=1, at=None, document=DOCUMENT, schema="disease_notification/1"):
    return compose(document, FAX, public_url="https://bridge.example/", reviewed_at=at, outcome=outcome, version=version, schema=schema)


def test_only_sure_fields_leave_without_a_person():
    body = record()
    assert body["data"] == {"patient": {"family_name": "Böhm"}, "hospital": {"admitted": None}, "rows": [{}, {"sex": "male"}]}
    assert set(body["evidence"]) == {"patient.family_name", "hospital.admitted", "rows.1.sex"}
    assert body["evidence"]["patient.family_name"] == {
        "text": "Böhm",
        "confidence": 0.99,
        "origin": "read",
        "page": 1,
        "box": [0.1, 0.2, 0.3, 0.4],
    }
    assert body["issues"] == [{"field": "patient.city", "code": "withheld", "message": "?", "page": 1, "box": [0, 0, 1, 1]}]
    assert (body["completeness"], body["schema"], body["version"], body["replaces"]) == ("partial", "disease_notification/1", 1, None)


def test_after_a_review_everything_leaves_and_replaces_the_version_before():
    body = record(ReviewOutcome.CONFIRMED, 2, AT)
    assert body["data"]["patient"] == {"family_name": "Böhm", "city": "Bonn"}
    assert (body["version"], body["replaces"]) == (2, 1)
    assert body["review"] == {"outcome": "confirmed", "at": "2026-11-22T13:32:05+00:00"}


def test_the_fax_is_named_with_its_sender_and_original():
    fax = record()["fax"]
    assert fax["sender"] == {"number": "+4935818563790", "tsid": "PRAXIS DR WEISS", "name": None}
    assert fax["original"]["href"] == "https://bridge.example/api/v1/faxes/f1/original"
    assert fax["received_at"] == "2026-11-22T13:32:05+00:00"


def test_the_schema_is_the_one_its_type_has():
    assert record(schema="disease_notification/3")["schema"] == "disease_notification/3"


def test_a_conflict_is_told_without_the_readings_that_were_withheld():
    said = "Die Lesungen unterscheiden sich: Bonn oder Born."
    body = record(document=replace(DOCUMENT, issues=(Issue("patient.city", IssueCode.CONFLICT, said, 1),)))
    assert body["issues"] == [{"field": "patient.city", "code": "conflict", "message": CONFLICT, "page": 1}]
    assert "Bonn" not in str(body)
