"""A city's form to be filled in on the screen: grey fields below bold labels, the case on the left, place and sender on the right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from samples import ink
from samples.authors import reworded
from samples.besides import aside, occupation, remark
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case
from samples.people import Scene

_LEFT, _MIDDLE, _RIGHT, _COLUMN = 14.0, 108.0, 196.0, 88.0
_FIRST_DOSES = 2021  # the year from which on people were vaccinated
_LABELS = """
patient.family_name: Nachname|Familienname
patient.given_name: Vorname
patient.birth_date: Geburtsdatum|Geb.-Datum
patient.sex: Geschlecht (m/w/d)|Geschlecht
patient.street: Straße und Hausnummer|Straße / Nr.
patient.postal_code: PLZ
patient.city: Ort|Wohnort
patient.phone: Telefon (mobil)|Telefon / Handy
patient.email: E-Mail|E-Mail-Adresse
disease: Krankheit|Meldung betrifft
case_status: Meldekategorie|Einordnung des Falls
onset_date: Symptombeginn|Erkrankungsbeginn|Beginn der Symptome am
diagnosis_date: Diagnosedatum|Diagnose gestellt am
death_date: Falls verstorben: Sterbedatum|Sterbedatum
hospital.admitted: Hospitalisierung|Stationär aufgenommen?
hospital.name: Krankenhaus|Name der Klinik
hospital.admission_date: Aufnahmedatum|Aufnahme am
exposure.place: Vermutlicher Infektionsort|Ort der Ansteckung
exposure.country: Infektionsland|Land
facility.role: Tätigkeit / Unterbringung in Einrichtung|Einrichtung nach § 23/33/36 IfSG
facility.name: Name der Einrichtung
vaccination.status: Impfstatus|Geimpft?
vaccination.doses: Anzahl Impfungen|Dosen
vaccination.last_date: Datum letzte Impfung|Letzte Impfung
laboratory.commissioned: PCR veranlasst|Labordiagnostik beauftragt?
laboratory.name: Labor|Durchführendes Labor
laboratory.sample_date: Abstrichdatum|Datum des Abstrichs
notifier.name: Ansprechpartner/in|Meldende Ärztin / Meldender Arzt
notifier.organization: Meldende Einrichtung|Praxis / Klinik / Testzentrum
notifier.street: Straße und Hausnummer|Straße / Nr.
notifier.town: PLZ und Ort|PLZ, Ort
notifier.phone: Telefon für Rückfragen|Telefon
notifier.fax: Fax|Telefax
notification_date: Meldedatum|Datum der Meldung
recipient: Gesundheitsamt|Zuständiges Gesundheitsamt
"""
_CHOICES = {
    "patient.sex": (("female", "w"), ("male", "m"), ("diverse", "d")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Todesfall")),
    "hospital.admitted": (("yes", "Ja"), ("no", "Nein"), ("not_known", "unbekannt")),
    "facility.role": (("none", "Nein"), ("works", "beschäftigt"), ("cared_for", "untergebracht/betreut")),
    "vaccination.status": (("vaccinated", "Ja"), ("unvaccinated", "Nein"), ("unknown", "unbekannt")),
    "laboratory.commissioned": (("yes", "Ja"), ("no", "Nein")),
}
_Rows = tuple[tuple[tuple[str, float], ...], ...]  # keys of questions and their share of the column
_PATIENT: _Rows = (
    (("patient.family_name", 0.52), ("patient.given_name", 0.48)), (("patient.birth_date", 0.45), ("patient.sex", 0.55)),
    (("patient.street", 1.0),), (("patient.postal_code", 0.25), ("patient.city", 0.75)), (("patient.phone", 0.45), ("patient.email", 0.55)),
    (("#occupation", 1.0),),
)  # fmt: skip
_CASE: _Rows = (
    (("disease", 1.0),), (("case_status", 1.0),), (("onset_date", 0.5), ("diagnosis_date", 0.5)), (("#symptoms", 1.0),),
    (("death_date", 0.6),),
)  # fmt: skip
_TEST: _Rows = (
    (("laboratory.commissioned", 0.5), ("laboratory.sample_date", 0.5)), (("laboratory.name", 1.0),), (("#rapid", 0.5), ("#ct", 0.5)),
)  # fmt: skip
_CLINIC: _Rows = ((("hospital.admitted", 1.0),), (("hospital.name", 0.62), ("hospital.admission_date", 0.38)), (("#ward", 0.6),))
_VACCINATION: _Rows = ((("vaccination.status", 1.0),), (("vaccination.doses", 0.4), ("vaccination.last_date", 0.6)))
_EXPOSURE: _Rows = ((("exposure.place", 0.6), ("exposure.country", 0.4)), (("facility.role", 1.0),), (("facility.name", 1.0),))
_NOTIFIER: _Rows = (
    (("notifier.organization", 1.0),), (("notifier.name", 1.0),), (("notifier.street", 0.5), ("notifier.town", 0.5)),
    (("notifier.phone", 0.5), ("notifier.fax", 0.5)), (("notification_date", 0.5),),
)  # fmt: skip


@dataclass(frozen=True)
class _Look:
    """How this edition looks: face of labels, grey of fields, and width of the line around them."""

    face: str
    grey: int
    line: float


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene, next(disease for disease in DISEASES if disease.code == "cvdd"))
    if case.last_dose and case.last_dose.year < _FIRST_DOSES:
        case = replace(case, last_dose=None)
    paper = Paper("disease_notification", "grey_fields", needs_review=case.is_impossible)
    face = rng.choice(("sans", "sans", "narrow", "courier", "dejavu"))
    form = Filling(rng, paper, face=face, size=rng.uniform(9, 10), by_hand=0.0, marks={"x": 2, "type": 5, "tick": 2, "dot": 1})
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES) | _asides(rng, form, case)
    look = _Look(rng.choice(("sans", "carlito", "dejavu")), rng.choice((226, 234, 242)), rng.choice((0, 0.12)))
    _head(form, ask, look)
    columns = (
        (_LEFT, [("Betroffene Person", _PATIENT), ("Erkrankung", _CASE), ("Krankenhaus", _CLINIC)]),
        (_MIDDLE, [("Test und Labor", _TEST), ("Impfung", _VACCINATION), ("Ansteckung / Einrichtung", _EXPOSURE), ("Melder", _NOTIFIER)]),
    )
    ends = []
    for x, sections in columns:
        y = 52.0
        for title, rows in sections:
            y = _section(form, ask, case, x, y, (title, rows), look)
        ends.append(y)
    _foot(form, max(ends), look)
    return Drawing((form.sheet,), (paper,))


def _asides(rng: Random, form: Filling, case: Case) -> Entries:
    """Answer what was asked in those years and no record keeps."""
    ct = f"{rng.randint(15, 34)},{rng.randint(0, 9)}" if rng.random() < 0.4 else None
    rapid = form.day(case.diagnosis) if case.diagnosis and rng.random() < 0.5 else None
    return {
        "#occupation": Entry("", "Beruf / Arbeitgeber", occupation(rng, case.patient, case.notified, 0.5).text),
        "#symptoms": Entry("#", rng.choice(("Symptome", "Symptomatik (Mehrfachnennung möglich)"))),
        "#rapid": Entry("", "Antigen-Schnelltest positiv am", rapid),
        "#ct": Entry("", "Ct-Wert (falls bekannt)", ct),
        "#ward": Entry("", "Station", (aside(rng, "ward", 0.7) if case.admitted == "yes" else remark(None)).text),
    }


def _head(form: Filling, ask: Entries, look: _Look) -> None:
    sheet, rng, face = form.sheet, form.rng, look.face
    sheet.text(_LEFT, 19, rng.choice(("Meldebogen SARS-CoV-2", "Meldebogen Coronavirus", "Meldung COVID-19-Fall")), 17, f"{face}-bold")
    sheet.text(_LEFT, 25, "Meldung nach § 6 Abs. 1 Satz 1 Nr. 1 IfSG durch Ärztinnen und Ärzte", 9, face)
    sheet.text(_LEFT, 29.5, "Bitte am Bildschirm ausfüllen, ausdrucken und per Fax senden.", 8, face)
    label(sheet, _LEFT, 38.2, ask["recipient"].label, 8, f"{face}-bold", 50)
    sheet.box(_LEFT + 52, 34, _RIGHT - _LEFT - 52, 6.2, look.line, fill=look.grey)
    form.answer(ask["recipient"], _LEFT + 54, 38.4, 120)
    sheet.line(_LEFT, 43.5, _RIGHT, 43.5, 0.6)


def _section(form: Filling, ask: Entries, case: Case, x: float, y: float, section: tuple[str, _Rows], look: _Look) -> float:
    face, (title, rows) = look.face, section
    form.sheet.text(x, y, title, 11, f"{face}-bold")
    form.sheet.line(x, y + 1.4, x + _COLUMN, y + 1.4, 0.2)
    y += 2.2
    for cells in rows:
        at = x
        for key, share in cells:
            width = _COLUMN * share - (1.5 if share < 1 else 0)
            label(form.sheet, at, y + 3.3, ask[key].label, 7.5, f"{face}-bold", width)
            if key == "#symptoms":
                y = _symptoms(form, case, at, y, face)
            elif ask[key].choices:
                form.tick(ask[key], at + 0.5, y + 8.2, 5, 9, face, 3.0, width=width - 1)
            else:
                form.sheet.box(at, y + 4.4, width, 5.4, look.line, fill=look.grey)
                form.answer(ask[key], at + 1.2, y + 8.4, width - 2)
            at += _COLUMN * share
        y += 10.2
    return y + 6.2


def _symptoms(form: Filling, case: Case, x: float, y: float, face: str) -> float:
    """Tick what the patient suffers from, in two rows; return what the last row counts from."""
    is_blank = form.trouble == "blank"
    for index, symptom in enumerate((*case.disease.symptoms, "keine")):
        column, row = index % 3, index // 3
        form.square(x + 0.5 + column * 30, y + 7.8 + row * 4.6, symptom in case.symptoms and not is_blank, 3.0)
        form.sheet.text(x + 5 + column * 30, y + 7.8 + row * 4.6, symptom, 8.5, face)
    if case.symptoms and not is_blank:
        form.paper.take("symptoms", list(case.symptoms), y + 12.4)
    return y + 4.0


def _foot(form: Filling, y: float, look: _Look) -> None:
    sheet, face = form.sheet, look.face
    ink.signature(sheet, _MIDDLE + 8, y + 6, form.rng)
    sheet.line(_MIDDLE, y + 7.5, _RIGHT, y + 7.5, 0.2)
    sheet.text(_MIDDLE, y + 11, "Unterschrift, Praxisstempel", 7, face)
    sheet.text(_LEFT, y + 7, "Hinweise zum Datenschutz nach Art. 13 DSGVO: siehe Internetseite", 7, face)
    sheet.text(_LEFT, y + 10.4, "des Gesundheitsamts. Unvollständige Angaben bitte nachreichen.", 7, face)
