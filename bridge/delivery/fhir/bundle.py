"""A record as the FHIR document that DEMIS takes."""

from __future__ import annotations

from typing import Final

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir import disease, laboratory
from bridge.delivery.fhir.codes import Element, code_system, naming_system
from bridge.delivery.fhir.document import Document, Options, Page
from bridge.domain.model import JsonObject, Record

PROFILES: Final = {"disease_notification": disease.PROFILE, "laboratory_notification": laboratory.PROFILE}


def bundle(record: Record, options: Options) -> Element:
    """Return the Bundle of a record: the same for the same version, with nothing in it but what the record says.

    Raises UnsendableError for a type that is no notification to DEMIS, and where the record lacks what the profiles cannot do
    without.
    """
    body, kind = record.body, str(record.body["type"])
    if kind not in PROFILES:
        reason = "DEMIS nimmt nur Meldungen von Krankheiten und Erregern an: bitte die Weiterleitung dieser Art auf ein anderes Ziel legen."
        raise UnsendableError("a type of document that DEMIS has no profile for", reason)
    document, page, received_at = Document(record.document_id), Page(_object(body, "data")), str(_object(body, "fax")["received_at"])
    date = page.text("notification_date") or received_at
    if kind == "disease_notification":
        disease.fill(document, record.version, page, date, options)
    else:
        laboratory.fill(document, record.version, page, date, received_at, options)
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [PROFILES[kind]], **_tag(options)},
        "identifier": {"system": naming_system("NotificationBundleId"), "value": document.id_of(f"bundle/{record.version}")},
        "type": "document",
        "timestamp": record.created_at.isoformat(),
        "entry": document.entries,
    }


def _tag(options: Options) -> Element:
    """Return the office that shall get the notification, as DEMIS itself marks it."""
    if not options.responsible_office:
        return {}
    return {"tag": [{"system": code_system("ResponsibleDepartment"), "code": options.responsible_office}]}


def _object(body: JsonObject, key: str) -> JsonObject:
    found = body.get(key)
    return found if isinstance(found, dict) else {}
