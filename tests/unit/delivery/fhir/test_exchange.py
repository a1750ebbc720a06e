"""What is posted to DEMIS and what its answers mean."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir import Options, judge, request
from bridge.ports.delivery import Message, Verdict
from tests.notifications import DISEASE, record

RECEIPT = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Organization", "id": "DEMIS"}},
        {
            "resource": {
                "resourceType": "Composition",
                "id": "receipt-1",
                "meta": {"profile": ["https://demis.rki.de/fhir/StructureDefinition/NotificationReceipt"]},
            }
        },
    ],
}


def outcome(*issues: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def parameters(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "x", "resource": resource} for resource in resources]}


FINE = outcome({"severity": "information", "code": "informational"})
WRONG = outcome(
    {
        "severity": "error",
        "code": "invariant",
        "diagnostics": "Böhm is no name",
        "details": {"text": "Böhm"},
        "expression": ["Bundle.entry[2].resource.name"],
    }
)


def test_a_message_is_posted_as_parameters_with_a_request_id_of_its_version() -> None:
    first, again, corrected = (request(Message(record(DISEASE, version)), Options()) for version in (1, 1, 2))
    assert first == again
    headers, body = first
    assert headers["Content-Type"] == "application/fhir+json"
    UUID(headers["X-Request-ID"])
    assert headers["X-Request-ID"] != corrected[0]["X-Request-ID"]
    posted = json.loads(body)
    assert posted["resourceType"] == "Parameters"
    assert posted["parameter"][0]["resource"]["resourceType"] == "Bundle"


def test_a_withdrawal_is_refused_and_says_whom_to_call_about_which_notification() -> None:
    _, body = request(Message(record(DISEASE)), Options())
    notification = json.loads(body)["parameter"][0]["resource"]["entry"][0]["resource"]["identifier"]["value"]
    with pytest.raises(UnsendableError) as refused:
        request(Message(record({}, 2, kind="disease_notification"), is_withdrawal=True), Options())
    assert "Gesundheitsamt" in refused.value.reason
    assert notification in refused.value.reason


@pytest.mark.parametrize(
    ("answer", "receiver_id"),
    [(parameters(RECEIPT, FINE), "receipt-1"), (parameters(FINE), None), (FINE, None), (RECEIPT, "receipt-1")],
    ids=["bundle and outcome", "outcome in parameters", "bare outcome", "bare receipt"],
)
def test_a_receipt_or_a_good_outcome_is_taken(answer: dict[str, Any], receiver_id: str | None) -> None:
    judgement = judge(200, json.dumps(answer).encode())
    assert (judgement.verdict, judgement.receiver_id, judgement.error) == (Verdict.TAKEN, receiver_id, None)


@pytest.mark.parametrize("severity", ["error", "fatal"])
def test_an_error_in_a_good_status_is_refused(severity: str) -> None:
    answer = parameters(RECEIPT, outcome({"severity": severity, "code": "processing"}))
    assert judge(200, json.dumps(answer).encode()).verdict is Verdict.REFUSED


def test_a_warning_is_no_error() -> None:
    assert judge(200, json.dumps(outcome({"severity": "warning", "code": "value"})).encode()).verdict is Verdict.TAKEN


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_names_kind_and_place_and_nothing_of_the_fax(status: int) -> None:
    judgement = judge(status, json.dumps(WRONG).encode())
    assert judgement.verdict is Verdict.REFUSED
    assert judgement.error == f"HTTP {status}: invariant at Bundle.entry[2].resource.name"
    assert judgement.reason is not None
    assert "invariant" in judgement.reason
    assert "Böhm" not in judgement.reason


def test_words_of_the_receivers_own_are_not_repeated() -> None:
    answer = outcome({"severity": "error", "code": "boehm", "expression": ["Patient.name.where(family='Böhm')"]})
    assert judge(422, json.dumps(answer).encode()).error == "HTTP 422: unknown"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(500, Verdict.AGAIN), (503, Verdict.AGAIN), (429, Verdict.AGAIN), (408, Verdict.AGAIN), (410, Verdict.GONE), (403, Verdict.REFUSED)],
)
def test_other_statuses(status: int, verdict: Verdict) -> None:
    assert judge(status, b"").verdict is verdict


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"resourceType": "Bundle"}', b'{"resourceType": "Parameters", "parameter": 1}', b"[" * 100000]
)
def test_a_good_status_without_an_answer_of_demis_is_tried_again(body: bytes) -> None:
    assert judge(200, body).verdict is Verdict.AGAIN


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "OperationOutcome", "issue": [1, {"severity": []}]},
        {"resourceType": "Parameters", "parameter": [{"resource": 1}, 2]},
    ],
)
def test_answers_of_any_shape_do_not_raise(body: dict[str, Any]) -> None:
    judge(200, json.dumps(body).encode())
    judge(422, json.dumps(body).encode())
