"""The operation `$process-notification`: what is posted, and what its answers mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from bridge.delivery.dialect import Answer, Judgement, Request, UnsendableError
from bridge.delivery.fhir.bundle import bundle
from bridge.delivery.fhir.codes import Element, profile
from bridge.delivery.fhir.document import Document, Options
from bridge.domain.model import JsonObject, canonical_json
from bridge.domain.retry import RETRYABLE_STATUS
from bridge.ports.delivery import Message, Verdict

FHIR_JSON: Final = "application/fhir+json"
_RECEIPT: Final = profile("NotificationReceipt")
_FAILURES: Final = ("fatal", "error")
_ACCESS: Final = frozenset({401, 403, 404})
_MOST_CAUSES: Final = 5
_LONGEST_ID: Final = 200
_PLACE: Final = re.compile(r"[A-Z][A-Za-z]*(\[\d+\])?(\.[A-Za-z]+(\[\d+\])?)+")  # a plain path; filters and literals could quote the fax
_ISSUE_TYPE: Final = re.compile(  # FHIR R4 issue-type; a receiver's own word could quote the fax
    "invalid|structure|required|value|invariant|security|login|unknown|expired|forbidden|suppressed|processing|not-supported|duplicate|"
    "multiple-matches|not-found|deleted|too-long|code-invalid|extension|too-costly|business-rule|conflict|transient|lock-error|no-store|"
    "exception|timeout|incomplete|throttled|informational"
)


class Fhir:
    """Implements `Dialect`: notifications to DEMIS, or whatever speaks its profiles."""

    answer_bytes: Final = 4 * 1024 * 1024  # a receipt brings a PDF along

    def __init__(self, url: str, options: Options) -> None:
        """Take the address of the operation (`…/$process-notification`) and what the operator says."""
        self._url, self._options = url, options

    def request(self, message: Message) -> Request:
        """Return the POST of a Bundle. Raises UnsendableError."""
        headers, content = request(message, self._options)
        return Request("POST", self._url, headers, content)

    def judge(self, answer: Answer) -> Judgement:
        """Return what an answer means; the receipt is kept as it came, for it proves that the notification was made."""
        judged = judge(answer.status, answer.body)
        return judged if judged.receiver_id is None else replace(judged, answer=answer.body, answer_type=FHIR_JSON)


def request(message: Message, options: Options) -> tuple[Mapping[str, str], bytes]:
    """Return headers and body of the POST, the same for every attempt of one version. Raises UnsendableError.

    A withdrawal cannot be sent: the profile Notification knows `final`, `preliminary` and `amended` (its comment on status) and
    no way to take a notification back, and the word of withdrawal holds none of what the profiles want.
    """
    record = message.record
    document = Document(record.document_id)
    if message.is_withdrawal:
        reason = (
            f"DEMIS kennt keine Rücknahme. Falls die Meldung schon angenommen wurde: bitte das zuständige Gesundheitsamt anrufen und die "
            f"Meldung mit der Meldungs-ID {document.id_of('notification')} als irrtümlich kennzeichnen lassen."
        )
        raise UnsendableError("DEMIS has no way to take a notification back", reason)
    parameters: JsonObject = {
        "resourceType": "Parameters",
        "meta": {"profile": [profile("ProcessNotificationRequestParameters")]},
        "parameter": [{"name": "content", "resource": bundle(record, options)}],
    }
    headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON, "X-Request-ID": document.id_of(f"request/{record.version}")}
    return headers, canonical_json(parameters)


def judge(status: int, body: bytes) -> Judgement:
    """Tell what an answer means: Parameters with Bundle and OperationOutcome, a bare OperationOutcome, or a bare ReceiptBundle.

    A 2xx counts only with a receipt or an outcome without error: a portal's own page is no answer of DEMIS, and repeating is safe,
    for the ids stay the same.
    """
    resources = list(_resources(_parsed(body)))
    failures = [issue for issue in _issues(resources) if issue.get("severity") in _FAILURES]
    if status in RETRYABLE_STATUS or status >= 500:
        return Judgement(Verdict.AGAIN, error=_error(status, failures))
    if status == 410:
        return Judgement(Verdict.GONE, error="HTTP 410")
    if failures or not 200 <= status < 300:
        return _refused(status, failures)
    receipt = _receipt_id(resources)
    if receipt is None and not any(resource.get("resourceType") == "OperationOutcome" for resource in resources):
        return Judgement(Verdict.AGAIN, error=f"HTTP {status} without receipt or outcome")
    return Judgement(Verdict.TAKEN, receiver_id=receipt)


def _refused(status: int, failures: list[Element]) -> Judgement:
    if not failures and (300 <= status < 400 or status in _ACCESS):
        return Judgement(Verdict.REFUSED, error=_error(status, failures))  # not the notification's fault: the caller says more
    causes = sorted({_issue_type(issue) for issue in failures})
    reason = "DEMIS hat die Meldung nicht angenommen" + (f" ({', '.join(causes)})" if causes else "")
    return Judgement(
        Verdict.REFUSED,
        reason=f"{reason}: bitte die Antwort ansehen, die Meldung berichtigen und erneut senden.",
        error=_error(status, failures),
    )


def _error(status: int, failures: list[Element]) -> str:
    """Return the status with kinds and places of the failures. Their texts are left out, for they may quote the fax."""
    causes = [" at ".join((_issue_type(issue), *_place(issue))) for issue in failures[:_MOST_CAUSES]]
    return f"HTTP {status}" + (f": {', '.join(causes)}" if causes else "")


def _issue_type(issue: Element) -> str:
    code = issue.get("code")
    return code if isinstance(code, str) and _ISSUE_TYPE.fullmatch(code) else "unknown"


def _place(issue: Element) -> Iterator[str]:
    places = issue.get("expression")
    first = places[0] if isinstance(places, list) and places else None
    if isinstance(first, str) and _PLACE.fullmatch(first):
        yield first


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _resources(answer: Any) -> Iterator[Element]:
    """Yield the resource itself, and those within Parameters."""
    if not isinstance(answer, dict):
        return
    yield answer
    parameters = answer.get("parameter") if answer.get("resourceType") == "Parameters" else None
    for parameter in _objects(parameters):
        if isinstance(parameter.get("resource"), dict):
            yield parameter["resource"]


def _issues(resources: list[Element]) -> Iterator[Element]:
    for resource in resources:
        if resource.get("resourceType") == "OperationOutcome":
            yield from _objects(resource.get("issue"))


def _receipt_id(resources: list[Element]) -> str | None:
    """Return the id of the receipt (NotificationReceipt) in the answer's Bundle."""
    for resource in resources:
        for entry in _objects(resource.get("entry")):
            receipt = entry.get("resource")
            if isinstance(receipt, dict) and _RECEIPT in _profiles(receipt) and isinstance(receipt.get("id"), str):
                return str(receipt["id"])[:_LONGEST_ID]
    return None


def _profiles(resource: Element) -> list[Any]:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return profiles if isinstance(profiles, list) else []


def _objects(found: Any) -> Iterator[Element]:
    if isinstance(found, list):
        yield from (item for item in found if isinstance(item, dict))
