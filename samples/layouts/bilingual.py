"""A form in German and English as airports and ports use it: both labels small above every box, ticks behind their words."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _RIGHT = 17.0, 193.0
_ENGLISH = {
    "patient.family_name": "Family name", "patient.given_name": "Given name(s)", "patient.birth_date": "Date of birth",
    "patient.sex": "Sex", "patient.street": "Street, no.", "patient.town": "Postcode, city", "patient.phone": "Phone",
    "patient.email": "E-mail", "disease": "Disease / diagnosis", "case_status": "Case classification", "onset_date": "Date of onset",
    "diagnosis_date": "Date of diagnosis", "death_date": "Date of death", "symptoms": "Symptoms", "hospital.admitted": "In hospital",
    "hospital.name": "Hospital", "hospital.admission_date": "Date of admission", "exposure.place": "Place of infection",
    "exposure.country": "Country of infection", "vaccination.status": "Vaccination status", "vaccination.last_date": "Last dose",
    "vaccination.doses": "Doses", "notifier.name": "Notifying physician", "notifier.organization": "Practice / hospital",
    "notifier.address": "Address", "notifier.phone": "Phone", "notification_date": "Date of notification", "recipient": "To",
}  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "bilingual", needs_review=case.is_impossible)
    form = Filling(rng, paper, by_hand=0.15)
    ask, sheet = case_entries(rng, case, scene, form.day), form.sheet
    sheet.text(_LEFT, 20, "Meldung einer Infektionskrankheit / Notification of infectious disease", 13, "sans-bold")
    sheet.text(_LEFT, 25.5, "§ 6 Infektionsschutzgesetz (IfSG) / Section 6 Protection against Infection Act", 8.5, "sans-italic")
    y = _row(form, ask, 30, ("recipient", 0.7), ("notification_date", 0.3))
    y = _head(form, y, "A  Person")
    y = _row(form, ask, y, ("patient.family_name", 0.38), ("patient.given_name", 0.34), ("patient.birth_date", 0.28))
    y = _row(form, ask, y, ("patient.street", 0.5), ("patient.town", 0.5))
    y = _row(form, ask, y, ("patient.phone", 0.35), ("patient.sex", 0.65))
    y = _head(form, y, "B  Krankheit / Illness")
    y = _row(form, ask, y, ("disease", 0.48), ("case_status", 0.52))
    y = _row(form, ask, y, ("onset_date", 0.33), ("diagnosis_date", 0.34), ("death_date", 0.33))
    y = _row(form, ask, y, ("symptoms", 1.0))
    y = _row(form, ask, y, ("hospital.admitted", 0.4), ("hospital.name", 0.36), ("hospital.admission_date", 0.24))
    y = _head(form, y, "C  Infektion und Impfung / Exposure and vaccination")
    y = _row(form, ask, y, ("exposure.place", 0.5), ("exposure.country", 0.5))
    y = _row(form, ask, y, ("vaccination.status", 0.5), ("vaccination.last_date", 0.28), ("vaccination.doses", 0.22))
    y = _head(form, y, "D  Meldende Person / Notifier")
    y = _row(form, ask, y, ("notifier.organization", 0.5), ("notifier.name", 0.5))
    y = _row(form, ask, y, ("notifier.address", 0.6), ("notifier.phone", 0.4))
    ink.signature(sheet, _LEFT + 12, y + 11, rng)
    sheet.line(_LEFT, y + 14, _LEFT + 80, y + 14, 0.2)
    sheet.text(_LEFT, y + 17.5, "Unterschrift / Signature", 7, "sans")
    return Drawing((sheet,), (paper,))


def _head(form: Filling, y: float, text: str) -> float:
    form.sheet.text(_LEFT, y + 5, text, 10, "sans-bold")
    return y + 7


def _row(form: Filling, ask: Entries, y: float, *cells: tuple[str, float]) -> float:
    x = _LEFT
    for key, share in cells:
        entry, width = ask[key], (_RIGHT - _LEFT) * share - 2
        label(form.sheet, x, y + 2.8, f"{entry.label} / {_ENGLISH[key]}", 6.8, "sans", width)
        if entry.choices:
            form.tick(entry, x + 1, y + 9.5, 5, 8.5, "sans", 3.2, width=width, is_after=True)
        else:
            form.sheet.box(x, y + 3.8, width, 7.6, 0.2)
            form.answer(entry, x + 1.5, y + 9.4, width - 3)
        x += width + 2
    return y + 13.2
