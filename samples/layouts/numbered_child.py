"""A paediatricians' questionnaire for children's diseases: numbered questions on the left, answers in a ruled column on the right."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.authors import reworded
from samples.besides import aside
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case
from samples.people import FEMALE, Scene
from samples.sheet import wrapped

_LEFT, _SPLIT, _RIGHT = 17.0, 84.0, 195.0
_CODES = ("msvd", "mpvd", "ruvd", "vzwd", "bpsd", "cord")
_LABELS = """
patient.name: Name, Vorname des Kindes|Kind (Name, Vorname)
patient.birth_date: Geburtsdatum des Kindes|geboren am
patient.sex: Geschlecht|Das Kind ist
patient.address: Anschrift (Straße, PLZ, Wohnort)|Wohnanschrift
patient.phone: Telefonnummer der Eltern|Eltern erreichbar unter
case_status: Was wird gemeldet?|Art der Meldung
onset_date: Wann traten die ersten Krankheitszeichen auf?|Beginn der Erkrankung (Tag)
diagnosis_date: Wann wurde die Diagnose gestellt?|Diagnosedatum
symptoms: Welche Krankheitszeichen liegen vor?|Symptome
hospital.admitted: Wird/wurde das Kind stationär behandelt?|Aufnahme in ein Krankenhaus
hospital.name: Wenn ja: in welchem Krankenhaus?|Name des Krankenhauses
hospital.admission_date: seit wann?|Aufnahmedatum
facility.role: Besucht das Kind eine Gemeinschaftseinrichtung (§ 33 IfSG)?|Gemeinschaftseinrichtung nach § 33 IfSG
facility.name: Name der Kita, Schule, Tagespflege|Bezeichnung der Einrichtung
vaccination.status: Ist das Kind gegen diese Krankheit geimpft?|Impfung gegen diese Krankheit
vaccination.doses: Anzahl der Impfdosen laut Impfausweis|Zahl der bisherigen Dosen
vaccination.last_date: Datum der letzten Dosis|Wann zuletzt geimpft?
exposure.place: Wo hat sich das Kind vermutlich angesteckt?|Vermutlicher Ort der Ansteckung
exposure.country: Bei Auslandsaufenthalt: Land|In welchem Land?
laboratory.commissioned: Wurde ein Labor beauftragt?|Material zur Untersuchung eingesandt?
laboratory.sample_date: Tag der Probenentnahme|Probe entnommen am
laboratory.name: Name des Labors|Welches Labor?
notifier.name: Kinderärztin / Kinderarzt|Meldende Ärztin, meldender Arzt
notifier.organization: Praxis|Praxis oder Klinik
notifier.address: Praxisanschrift|Anschrift
notifier.phone: Telefon der Praxis|Tel. (Praxis)
notifier.bsnr: BSNR|Betriebsstättennummer
notification_date: Datum der Meldung|Gemeldet am
recipient: An das|Gesundheitsamt
"""
_CHOICES = {
    "patient.sex": (("female", "ein Mädchen"), ("male", "ein Junge"), ("diverse", "divers")),
    "case_status": (("suspected", "Krankheitsverdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("no", "nein"), ("yes", "ja")),
    "facility.role": (("cared_for", "ja, wird dort betreut"), ("works", "ja, arbeitet dort"), ("none", "nein")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "nicht bekannt")),
    "laboratory.commissioned": (("no", "nein"), ("yes", "ja")),
}
_SECTIONS = (
    ("Kind", ("patient.name", "patient.birth_date", "patient.sex", "patient.address", "#guardian", "patient.phone")),
    ("Krankheit", ("#disease", "case_status", "onset_date", "diagnosis_date", "symptoms")),
    ("Behandlung", ("hospital.admitted", "hospital.name", "hospital.admission_date", "#measures")),
    ("Impfung, Umfeld, Labor", (
        "vaccination.status", "vaccination.doses", "vaccination.last_date", "facility.role", "facility.name", "#siblings",
        "exposure.place", "exposure.country", "laboratory.commissioned", "laboratory.sample_date", "laboratory.name",
    )),
    ("Meldende Stelle", (
        "notifier.name", "notifier.organization", "notifier.address", "notifier.phone", "notifier.bsnr", "notification_date",
    )),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = _child(rng, scene)
    form = Filling(rng, Paper("disease_notification", "numbered_child", needs_review=case.is_impossible), by_hand=0.2)
    form.size, form.hand_height = min(form.size, 10.0), min(form.hand_height, 3.0)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    parent = f"{rng.choice(FEMALE)} {case.patient.family}" if rng.random() < 0.6 else None
    siblings = rng.choice((None, "1", "2", "keine"))
    ask |= {
        "#guardian": Entry("", rng.choice(("Sorgeberechtigte/r", "Mutter / Vater")), parent),
        "#disease": Entry("#", rng.choice(("Welche Krankheit wird gemeldet?", "Krankheit (bitte ankreuzen)"))),
        "#measures": Entry("", "Getroffene Maßnahmen", aside(rng, "measures", 0.5).text),
        "#siblings": Entry("", "Geschwister (Anzahl, welche Einrichtung?)", siblings),
    }
    face = rng.choice(("caladea", "carlito", "serif"))
    y = _head(form, ask, face)
    number, height = 1, rng.uniform(6.2, 6.45)
    for title, keys in _SECTIONS:
        form.sheet.text(_LEFT, y + 4.2, title, 10, f"{face}-bold")
        y += 5.8
        for key in keys:
            y = _question(form, case, ask[key], y, height, f"{number}.", face)
            number += 1
    ink.signature(form.sheet, 140, y + 9, rng)
    form.sheet.line(128, y + 10, _RIGHT, y + 10, 0.15)
    form.sheet.text(128, y + 13.2, "Unterschrift / Praxisstempel", 7, face)
    return Drawing((form.sheet,), (form.paper,))


def _child(rng: Random, scene: Scene) -> Case:
    """Invent a case of a children's disease whose patient is a child (or, where none comes up, the last one invented)."""
    diseases = [disease for disease in DISEASES if disease.code in _CODES]
    for _ in range(40):
        case = invent_troubled_case(rng, scene, rng.choice(diseases))
        if (case.notified - case.patient.birth).days < 17 * 365:
            break
    return replace(case, role="cared_for") if case.role == "works" else case


def _head(form: Filling, ask: Entries, face: str) -> float:
    sheet, rng, bold = form.sheet, form.rng, f"{face}-bold"
    sheet.text(_LEFT, 16, rng.choice(("Meldebogen impfpräventable Krankheiten", "Meldung von Kinderkrankheiten nach § 6 IfSG")), 14, bold)
    sheet.text(_LEFT, 21, "Bitte innerhalb von 24 Stunden an das Gesundheitsamt faxen (§§ 8, 9 IfSG)", 8.5, face)
    x = _LEFT + 3 + sheet.text(_LEFT, 28, f"{ask['recipient'].label}:", 10, face)
    form.answer(ask["recipient"], x, 28, _RIGHT - x)
    sheet.line(x - 1, 29.2, 150, 29.2, 0.15)
    return 31.0


def _question(form: Filling, case: Case, entry: Entry, y: float, height: float, number: str, face: str) -> float:
    """Print one question and its answer side by side; return where the next begins."""
    sheet = form.sheet
    tall = height * (1.75 if entry.key == "#" else 1.0)
    sheet.box(_LEFT, y, _SPLIT - _LEFT, tall, 0.15)
    sheet.box(_SPLIT, y, _RIGHT - _SPLIT, tall, 0.15)
    sheet.text(_LEFT + 6, y + 4.6, number, 9, face, align="right")
    lines = wrapped(entry.label, 8.8, face, _SPLIT - _LEFT - 9)
    if len(lines) > 1:
        label(sheet, _LEFT + 7.5, y + 4.6, entry.label, 8.8, "narrow", _SPLIT - _LEFT - 9)
    else:
        sheet.text(_LEFT + 7.5, y + 4.6, entry.label, 8.8, face)
    if entry.key == "#":
        _diseases(form, case, y, face)
    elif entry.choices:
        form.tick(entry, _SPLIT + 2, y + 4.7, 6, 9, face, 3.0, width=_RIGHT - _SPLIT - 4)
    else:
        form.answer(entry, _SPLIT + 2, y + 4.8, _RIGHT - _SPLIT - 4)
    return y + tall


def _diseases(form: Filling, case: Case, y: float, face: str) -> None:
    """Print the children's diseases in two lines, the notified one ticked."""
    is_blank = form.trouble == "blank"
    for index, disease in enumerate(disease for code in _CODES for disease in DISEASES if disease.code == code):
        is_it = disease is case.disease and not is_blank
        name = case.disease_name if is_it else disease.names[0]
        x, at = _SPLIT + 2 + 37 * (index % 3), y + 4.6 + 5 * (index // 3)
        form.square(x, at, is_it, 3.0)
        label(form.sheet, x + 4.4, at, name, 9, face, 31)
        if is_it:
            form.paper.take("disease.code", disease.code, at)
            form.paper.take("disease.name", name, at)
