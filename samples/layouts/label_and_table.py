"""A hospital's form: the patient's label stuck on top, then narrow tables whose answers stand below a row of headings."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.authors import note, reworded, spoken
from samples.besides import aside, icd, number, remark
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import HOSPITALS, Case
from samples.people import Scene

_LEFT, _RIGHT = 16.0, 196.0
_SEXES = {"female": "w", "male": "m", "diverse": "d"}
_LABELS = """
patient.phone: Telefon (Pat.)|Tel. Patient
disease: Diagnose (Klartext)|Meldepflichtige Diagnose
case_status: Verdacht/Erkr./Tod|Meldestatus
onset_date: Beginn|Symptombeginn
diagnosis_date: Diagnose am|Diagn.-Datum
death_date: Exitus|verst. am
symptoms: Symptomatik|Klinik bei Aufnahme
hospital.admitted: stationär|Stat. Aufn.
hospital.name: Klinik|Haus
hospital.admission_date: Aufnahme|Aufn.-Datum
exposure.place: vermutl. Ort|Infektionsort
exposure.country: Land|Staat
facility.role: Kontakt|Art des Kontakts
facility.name: Einrichtung (§§ 23, 33, 36 IfSG)|Gemeinschaftseinrichtung
vaccination.status: geimpft|Impfstatus
vaccination.last_date: letzte Impfung|zuletzt
vaccination.doses: Dosen|Anz. Dosen
laboratory.commissioned: Erregerdiagnostik|Labor beauftragt
laboratory.name: Labor|Untersuchungslabor
laboratory.sample_date: Entnahme|Abnahmedatum
notifier.name: Melder/in|Meldender Arzt
notifier.phone: Rückruf-Nr.|Telefon/Pieper
notification_date: Datum|Meldedatum
recipient: Meldung an|an GA
"""
_CHOICES = {
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein"), ("not_known", "unbekannt")),
    "facility.role": (("works", "Tätigkeit"), ("cared_for", "Betreuung"), ("none", "keiner")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "unbekannt")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
_TABLES: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
    ("Diagnose", (("disease", 0.44), ("#icd", 0.14), ("case_status", 0.2), ("death_date", 0.22))),
    ("Verlauf", (("onset_date", 0.22), ("diagnosis_date", 0.22), ("symptoms", 0.56))),
    ("Behandlung", (("hospital.admitted", 0.16), ("hospital.name", 0.4), ("#ward", 0.22), ("hospital.admission_date", 0.22))),
    ("Labor", (("laboratory.commissioned", 0.2), ("laboratory.name", 0.4), ("#material", 0.2), ("laboratory.sample_date", 0.2))),
    ("Impfanamnese", (("vaccination.status", 0.25), ("vaccination.doses", 0.25), ("vaccination.last_date", 0.25), ("#card", 0.25))),
    ("Exposition", (("exposure.place", 0.3), ("exposure.country", 0.25), ("#period", 0.45))),
    ("Umfeld", (("facility.role", 0.22), ("facility.name", 0.5), ("patient.phone", 0.28))),
    ("Meldung", (("notifier.name", 0.42), ("notifier.phone", 0.3), ("notification_date", 0.28))),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    if case.notifier.speciality != "Oberarzt":
        case = replace(case, notifier=replace(case.notifier, organization=f"{rng.choice(HOSPITALS)} {scene.place.city}"))
    form = Filling(rng, Paper("disease_notification", "label_and_table", needs_review=case.is_impossible), by_hand=0.0)
    form.size, form.hand_height = min(form.size, 10.0), min(form.hand_height, 3.1)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    asides = {
        "#icd": ("ICD-10", icd(rng, case.disease.code)),
        "#ward": ("Station", aside(rng, "ward", 0.8) if case.admitted == "yes" else remark(None)),
        "#material": ("Material", aside(rng, "material", 0.8) if case.lab_commissioned == "yes" else remark(None)),
        "#card": ("Impfausweis", remark(rng.choice((None, None, "liegt vor", "fehlt")))),
        "#period": ("Zeitraum / Bemerkung", aside(rng, "remarks", 0.3)),
    }
    ask |= {key: Entry("", text, entry.text) for key, (text, entry) in asides.items()}
    face = rng.choice(("sans", "dejavu", "carlito"))
    _head(form, ask, case, face)
    y, height = 76.0, rng.uniform(7.0, 8.2)
    for title, cells in _TABLES:
        y = _table(form, ask, y, title, cells, height, face)
    form.sheet.text(120, y + 13, "Unterschrift", 7, face)
    form.sheet.line(120, y + 10, _RIGHT, y + 10, 0.15)
    ink.signature(form.sheet, 130, y + 9, rng)
    form.sheet.text(_LEFT, 284, f"FB-HYG-{number(rng, 3)}  Rev. {rng.randint(2, 9)}   Freigabe: Krankenhaushygiene", 7, face)
    return Drawing((form.sheet,), (form.paper,))


def _head(form: Filling, ask: Entries, case: Case, face: str) -> None:
    """Print the hospital's name, the patient's label, and to whom the form goes."""
    sheet, rng, who = form.sheet, form.rng, case.notifier
    label(sheet, _LEFT, 17, who.organization, 13, f"{face}-bold", 94)
    label(sheet, _LEFT, 22, f"{who.address.street}, {who.address.town}", 8.5, face, 94)
    for key in ("notifier.organization", "notifier.address"):
        note(form, ask[key], 22)
    sheet.text(_LEFT, 36, rng.choice(("IfSG-Meldung (Arzt)", "Meldung nach § 6 IfSG", "Infektionsmeldung")), 16, f"{face}-bold")
    sheet.text(_LEFT, 42, "Original per Fax an das Gesundheitsamt, Kopie an die Hygiene", 8, face)
    x = _LEFT + 3 + sheet.text(_LEFT, 52, f"{ask['recipient'].label}:", 9.5, face)
    form.answer(ask["recipient"], x, 52, 108 - x)
    sheet.text(_LEFT, 60, rng.choice((f"Ausgedruckt: {case.notified:%d.%m.%Y}", "Formular für Stationsärzte")), 8, face)
    _label(form, ask, case, 114, 12)
    for row, text in enumerate(("Patientenetikett", "(bitte aufkleben)")):
        sheet.text(_RIGHT, 64 + row * 3.4, text, 6.8, face, align="right")


def _label(form: Filling, ask: Entries, case: Case, x: float, y: float) -> None:
    """Stick the label of the hospital's system on: bars, case number, name, birth date with a letter for the sex, address."""
    sheet, rng, face = form.sheet, form.rng, form.rng.choice(("mono", "sans", "narrow"))
    case_number = number(rng, 8)
    sheet.box(x, y, _RIGHT - x, 46, 0.2)
    at = x + 5
    while at < x + 55:
        width = rng.choice((0.3, 0.5, 0.8))
        sheet.box(at, y + 3, width, 7, 0, fill=0)
        at += width + rng.choice((0.4, 0.6, 0.9))
    sheet.text(x + 5, y + 14, f"Fall {case_number}", 8.5, face)
    sheet.text(x + 46, y + 14, f"PID {number(rng, 6)}", 8.5, face)
    sex = spoken("patient.sex", _SEXES[case.patient.sex], case.patient.sex)
    born = f"*{case.patient.birth:%d.%m.%Y}" if rng.random() < 0.5 else f"geb. {case.patient.birth:%d.%m.%Y}"
    name = f"{case.patient.family}, {case.patient.given}"
    label(sheet, x + 5, y + 21, name, 12, "sans-bold", _RIGHT - x - 8)
    end = x + 7 + sheet.text(x + 5, y + 27, born, 10.5, face)
    sheet.text(end, y + 27, rng.choice(("{}", "({})", "/ {}")).format(sex.text), 10.5, face)
    for row, text in enumerate((case.patient.address.street, case.patient.address.town)):
        label(sheet, x + 5, y + 33 + row * 5, text, 10, face, _RIGHT - x - 8)
    sheet.text(x + 5, y + 43.5, f"{rng.choice(('GKV', 'Kasse', 'KTR'))}: {aside(rng, 'insurer', 1.0).text}", 8.5, face)
    for entry in (ask["patient.name"], ask["patient.birth_date"], sex, ask["patient.street"], ask["patient.town"]):
        note(form, entry, y + 38)


def _table(form: Filling, ask: Entries, y: float, title: str, cells: tuple[tuple[str, float], ...], height: float, face: str) -> float:
    """Print a title, a row of headings and one of answers; return where the next table begins."""
    sheet, x = form.sheet, _LEFT
    sheet.text(_LEFT, y + 3.6, title, 9.5, f"{face}-bold")
    y += 5
    for key, share in cells:
        width, entry = (_RIGHT - _LEFT) * share, ask[key]
        sheet.box(x, y, width, 5.2, 0.15, fill=236)
        sheet.box(x, y + 5.2, width, height, 0.15)
        label(sheet, x + 1.2, y + 3.9, entry.label, 8.2, face, width - 2)
        base = y + 5.2 + height / 2 + 1.4
        if entry.choices:
            form.answer_word(entry, x + 1.5, base, width - 3)
        else:
            form.answer(entry, x + 1.5, base, width - 2.5)
        x += width
    return y + 5.2 + height + 2.6
