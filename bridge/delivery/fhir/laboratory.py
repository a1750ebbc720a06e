"""A laboratory's notification of a pathogen (§ 7 IfSG) as NotificationBundleLaboratory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir.codes import (
    INTERPRETATION,
    LOINC,
    OBSERVATION_CATEGORY,
    Element,
    code_system,
    coding,
    concept,
    find,
    naming_system,
    profile,
)
from bridge.delivery.fhir.document import (
    Document,
    Options,
    Page,
    composition,
    facility,
    mandatory,
    notified_person,
    notifier,
    optional,
)

PROFILE: Final = profile("NotificationBundleLaboratory")
_TITLE: Final = "Erregernachweismeldung gemäß §7 IfSG"
_REPORT: Final = coding(LOINC, "11502-2", "Laboratory report")


@dataclass(frozen=True, slots=True)
class _Result:
    conclusion: str
    interpretation: str
    word: str


_RESULTS: Final = {
    "positive": _Result("pathogenDetected", "POS", "positiv"),
    "negative": _Result("pathogenNotDetected", "NEG", "negativ"),
}


def fill(document: Document, version: int, page: Page, date: str, received_at: str, options: Options) -> None:
    """Add all resources of the notification. Raises UnsendableError where the profiles want what the record has not."""
    pathogen, result = _pathogen(page), _result(page)
    patient = notified_person(document, page)
    author = notifier(document, page, "laboratory", "laboratory", options)
    specimen = document.add("specimen", "Specimen", profile(f"Specimen{pathogen.upper()}"), _specimen(document, page, patient, options))
    observation = {**_observation(page, pathogen, result, options), "subject": patient, "specimen": specimen}
    detection = document.add("observation", "Observation", profile(f"PathogenDetection{pathogen.upper()}"), observation)
    content = {
        **_report(page, pathogen, result, options),
        "subject": patient,
        "issued": received_at,  # when the report was made available to us; the page has a day at most, and this is an instant
        "result": [detection],
    }
    report = document.add("report", "DiagnosticReport", profile(f"LaboratoryReport{pathogen.upper()}"), content)
    first = {
        **composition(document, version, date, patient, author),
        "category": [{"coding": [_REPORT]}],
        "title": _TITLE,
        "section": [{"code": {"coding": [_REPORT]}, "entry": [report]}],
    }
    document.add_first("composition", "Composition", profile("NotificationLaboratory"), first)


def _pathogen(page: Page) -> str:
    pathogen = page.text("pathogen.code")
    if not pathogen:
        raise UnsendableError(
            "no pathogen of DEMIS's list", "Der Erreger fehlt oder steht nicht in der DEMIS-Liste: bitte den Erreger prüfen."
        )
    return pathogen


def _result(page: Page) -> _Result:
    """Return what the laboratory found. DEMIS's conclusions are two, detected and not; anything between is for a person."""
    result = _RESULTS.get(page.text("result") or "")
    if result is None:
        reason = "Das Ergebnis ist weder positiv noch negativ, und ein anderes nimmt DEMIS nicht an: bitte mit dem Labor klären."
        raise UnsendableError("neither a positive nor a negative result", reason)
    return result


def _specimen(document: Document, page: Page, patient: Element, options: Options) -> Element:
    material = page.text("specimen.material")
    return {
        **optional("type", concept(options.codes.materials, material) if material else None),
        "subject": patient,
        **mandatory("receivedTime", page.text("specimen.received_on")),
        "collection": {"collector": _submitter(document, page), **optional("collectedDateTime", page.text("specimen.collected_on"))},
    }


def _submitter(document: Document, page: Page) -> Element:
    """Add who sent the specimen in: the profile wants exactly one, so one of unknown name where the page names none."""
    organization = document.add("submitter", "Organization", profile("SubmittingFacility"), facility(page, "submitter"))
    return document.add("submitter-role", "PractitionerRole", profile("SubmittingRole"), {"organization": organization})


def _observation(page: Page, pathogen: str, result: _Result, options: Options) -> Element:
    method = page.text("method")
    return {
        "status": "final",
        "category": [{"coding": [coding(OBSERVATION_CATEGORY, "laboratory")]}],
        "code": _test(page, pathogen, method, options),
        "valueString": page.text("finding") or result.word,
        "interpretation": [{"coding": [coding(INTERPRETATION, result.interpretation)]}],
        **optional("method", concept(options.codes.methods, method) if method else None),
    }


def _test(page: Page, pathogen: str, method: str | None, options: Options) -> Element:
    """Return what was tested for: the operator's LOINC code for pathogen and method or for the pathogen, else its name."""
    tests = options.codes.tests
    found = (find(tests, f"{pathogen}/{method}") if method else None) or find(tests, pathogen)
    return {"coding": [found.coding]} if found else {"text": _name(page, pathogen, options)}


def _report(page: Page, pathogen: str, result: _Result, options: Options) -> Element:
    category = coding(
        code_system("notificationCategory"), pathogen, options.codes.pathogens.get(pathogen) or _name(page, pathogen, options)
    )
    order = page.text("order_number")
    identifier = {"system": naming_system("ServiceRequestId"), "value": order}
    return {
        **optional("basedOn", [{"type": "ServiceRequest", "identifier": identifier}] if order else None),
        "status": "final",
        "code": {"coding": [category]},
        "conclusionCode": [{"coding": [coding(code_system("conclusionCode"), result.conclusion)]}],
    }


def _name(page: Page, pathogen: str, options: Options) -> str:
    """Return the pathogen's name as printed, else the official one, else its code."""
    return page.text("pathogen.name") or options.codes.pathogens.get(pathogen) or pathogen
