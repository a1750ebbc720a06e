"""A notification of a disease (§ 6 IfSG) as NotificationBundleDisease."""

from __future__ import annotations

from typing import Final

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir.codes import VERIFICATION_STATUS, Element, code_system, coding, find, profile
from bridge.delivery.fhir.document import (
    Document,
    Options,
    Page,
    composition,
    notified_person,
    notifier,
    optional,
)
from bridge.delivery.fhir.questions import QUESTIONS, common, specific

PROFILE: Final = profile("NotificationBundleDisease")
_TITLE: Final = "Meldung gemäß §6 Absatz 1, 2 IfSG"
_CATEGORY: Final = coding(code_system("notificationType"), "6.1_2", "Meldung gemäß IfSG §6 Absatz 1, 2")
_SECTIONS: Final = {
    "diagnosis": "Diagnose",
    "generalClinAndEpiInformation": "Meldetatbestandsübergreifende klinische und epidemiologische Angaben",
    "specificClinAndEpiInformation": "Meldetatbestandsspezifische klinische und epidemiologische Angaben",
}
_WITHOUT_EVIDENCE: Final = frozenset({"cdfd", "cjkd", "mytd", "ttvd"})  # profiles that allow no evidence at all
_NO_STATUS: Final = "Ob Verdacht, Erkrankung oder Tod gemeldet wird, ist der Meldung nicht zu entnehmen."


def fill(document: Document, version: int, page: Page, date: str, options: Options) -> None:
    """Add all resources of the notification. Raises UnsendableError where the profiles want what the record has not."""
    code = page.text("disease.code")
    if code not in QUESTIONS:
        reason = "Die Krankheit fehlt oder ist keine, für die DEMIS ein Formular hat: bitte die Krankheit prüfen oder anders melden."
        raise UnsendableError("no disease that DEMIS has a profile for", reason)
    patient = notified_person(document, page)
    author = notifier(document, page, "notifier", options.notifier_type, options)
    condition = document.add("disease", "Condition", profile(f"Disease{code.upper()}"), _condition(page, code, patient, options))
    entries = (condition, common(document, page, patient, options), specific(document, page, patient, code))
    content = {
        **composition(document, version, date, patient, author),
        "category": [{"coding": [_CATEGORY]}],
        "title": _TITLE,
        "section": [_section(name, entry) for name, entry in zip(_SECTIONS, entries, strict=True) if entry],
    }
    document.add_first("composition", "Composition", profile(f"NotificationDisease{code.upper()}"), content)


def _section(name: str, entry: Element) -> Element:
    title = _SECTIONS[name]
    return {"title": title, "code": {"coding": [coding(code_system("sectionCode"), name, title)]}, "entry": [entry]}


def _condition(page: Page, code: str, patient: Element, options: Options) -> Element:
    symptoms = page.texts("symptoms")
    words = [] if code in _WITHOUT_EVIDENCE else symptoms
    known = [found for word in words if (found := find(options.codes.symptoms, word))]
    notes = [f"Symptome laut Meldung: {', '.join(symptoms)}"] if len(known) < len(symptoms) else []
    if not page.text("case_status"):
        notes.append(_NO_STATUS)
    return {
        "verificationStatus": {"coding": [coding(VERIFICATION_STATUS, _verification(page))]},
        "code": {"coding": [coding(code_system("notificationDiseaseCategory"), code, _display(page, code, options))]},
        "subject": patient,
        **optional("onsetDateTime", page.text("onset_date")),
        **optional("recordedDate", page.text("diagnosis_date")),
        **optional("evidence", [{"code": [{"coding": [symptom.coding]}]} for symptom in known]),
        **optional("note", [{"text": note} for note in notes]),
    }


def _verification(page: Page) -> str:
    """Return `confirmed` for illness and death, else `unconfirmed`: "not sufficient evidence to treat this as confirmed"."""
    return "confirmed" if page.text("case_status") in {"ill", "deceased"} else "unconfirmed"


def _display(page: Page, code: str, options: Options) -> str | None:
    return options.codes.diseases.get(code) or page.text("disease.name")
