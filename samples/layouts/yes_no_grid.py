"""A casualty ward's check list: questions in rows, columns for yes, no and not known, particulars right, the patient at the foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from samples import ink
from samples.authors import note, reworded
from samples.besides import number
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import TICKED, Drawing, Paper
from samples.medicine import HOSPITALS, Case
from samples.people import Scene

_LEFT, _MARKS, _NOTES, _RIGHT = 12.0, 88.0, 118.0, 199.0
_LABELS = """
onset_date: erste Symptome am|Sympt. seit
diagnosis_date: Diagnose (Datum)|gesichert/gestellt am
vaccination.doses: Anzahl|wie oft
hospital.name: Haus|Klinikum
hospital.admission_date: am|Datum
exposure.place: Ort
exposure.country: Land
facility.name: welche|Name
vaccination.last_date: zuletzt|letzte
laboratory.sample_date: am|Abnahme
patient.sex: Geschl.|w/m/d
notification_date: Meldung raus am|weitergegeben am
recipient: Meldung geht an|zuständiges GA
disease: Krankheit|Meldetatbestand
"""
_CHOICES = {
    "patient.sex": (("female", "w"), ("male", "m"), ("diverse", "d")),
    "case_status": (("suspected", "VERDACHT"), ("ill", "ERKRANKUNG"), ("deceased", "TOD")),
}
_GENERAL = ("Fieber", "Husten", "Exanthem", "Kopfschmerzen", "Erbrechen", "Durchfall", "Ikterus")
# keys, where they stand on the page, in the patient's box and below it, and how wide they may become
_HEAD = (("recipient", 12, 37, 187), ("disease", 12, 44.5, 106), ("onset_date", 12, 52, 76), ("diagnosis_date", 110, 52, 80))
_FOOT = (
    ("patient.family_name", 14, 10.5, 84), ("patient.given_name", 102, 10.5, 94), ("patient.birth_date", 14, 17, 46),
    ("patient.phone", 125, 17, 71), ("patient.address", 14, 23.5, 180), ("notifier.name", 12, 33, 84), ("notifier.phone", 102, 33, 94),
    ("notification_date", 12, 41, 70),
)  # fmt: skip
_VACCINATED = {"vaccinated": "yes", "unvaccinated": "no", "unknown": "not_known"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A question, which of its columns is marked, what that puts into the truth, and what is written at the right."""

    question: str
    mark: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[tuple[str, float], ...] = ()  # key and share of the width; ~ before a key: only its label stands there


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    if case.notifier.speciality != "Oberarzt":
        case = replace(case, notifier=replace(case.notifier, organization=f"{rng.choice(HOSPITALS)} {scene.place.city}"))
    paper = Paper("disease_notification", "yes_no_grid", needs_review=case.is_impossible)
    form = Filling(rng, paper, size=rng.uniform(9.2, 10.0), by_hand=0.2, marks={"x": 5, "tick": 3, "type": 3, "dot": 1})
    form.hand_height = min(form.hand_height, 3.0)
    if form.trouble in {"faint_tick", "double_tick"}:
        form.trouble = "none"
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    symptoms = _symptoms(rng, ask, case)
    face, height = rng.choice(("sans", "narrow", "dejavu", "carlito")), rng.uniform(7.0, 7.5)
    y = _head(form, ask, case, face)
    tables = [("Verlauf, Umgebung", _ways(rng, case)), (rng.choice(("Labor / Impfung", "Diagnostik")), _tests(rng, case))]
    for letter, (title, rows) in zip("ABC", [("Klinik", symptoms), *rng.sample(tables, 2)], strict=True):
        y = _table(form, ask, y, letter, title, rows, height, face)
    _foot(form, ask, y, face)
    return Drawing((form.sheet,), (form.paper,))


def _symptoms(rng: Random, ask: Entries, case: Case) -> list[_Row]:
    """Return a row for each symptom, marked where present; those the list lacks are written in the last."""
    listed, case = rng.sample(_GENERAL, 6), replace(case, symptoms=case.symptoms[:3])
    marks = {word: "yes" if word in case.symptoms else rng.choice(("no", "no", "not_known", None)) for word in listed}
    present, others = [word for word in listed if marks[word] == "yes"], [word for word in case.symptoms if word not in listed]
    told = {"symptoms": [*present, *others]} if case.symptoms else {}
    ask["#others"] = Entry("symptoms", rng.choice(("welche", "nämlich")), ", ".join(others) or None, told)
    rows = [_Row(word, marks[word]) for word in listed]
    rows[-1] = replace(rows[-1], values={} if others else told)
    return [*rows, _Row(rng.choice(("sonstige Symptome", "Andere Beschwerden")), "yes" if others else None, {}, (("#others", 1.0),))]


def _ways(rng: Random, case: Case) -> list[_Row]:
    """Return stay, death, origin and facilities; a role makes a yes in one of two rows and a no in the other."""
    role = {"facility.role": case.role} if case.role else {}
    is_at_work, mark = case.role == "works", "no" if case.role else None
    admitted = {"hospital.admitted": TICKED[case.admitted]} if case.admitted else {}
    at_work, in_care = ("facility.name", "~facility.name") if is_at_work else ("~facility.name", "facility.name")
    stay, source = rng.choice(("stationär?", "Stationäre Aufnahme?")), rng.choice(("Infektionsquelle vermutet?", "Ansteckungsort bekannt?"))
    return [
        _Row(stay, case.admitted, admitted, (("hospital.name", 0.6), ("hospital.admission_date", 0.4))),
        _Row("verstorben?", "yes" if case.death else rng.choice(("no", None)), {}, (("death_date", 1.0),)),
        _Row(source, "yes" if case.exposure_country else None, {}, (("exposure.place", 0.5), ("exposure.country", 0.5))),
        _Row("tätig in Einrichtung (§§ 23, 33, 36)?", "yes" if is_at_work else mark, role if is_at_work else {}, ((at_work, 1.0),)),
        _Row("dort betreut/untergebracht?", "yes" if case.role == "cared_for" else mark, {} if is_at_work else role, ((in_care, 1.0),)),
    ]


def _tests(rng: Random, case: Case) -> list[_Row]:
    sent = {"laboratory.commissioned": TICKED[case.lab_commissioned]} if case.lab_commissioned else {}
    status = {"vaccination.status": case.vaccinated} if case.vaccinated else {}
    asked, mark = rng.choice(("gegen die Krankheit geimpft?", "Impfung gegen diesen Erreger?")), _VACCINATED.get(case.vaccinated or "")
    laboratory = (("laboratory.name", 0.62), ("laboratory.sample_date", 0.38))
    return [
        _Row(rng.choice(("Labor beauftragt?", "Probe ins Labor gegeben?")), case.lab_commissioned, sent, laboratory),
        _Row(asked, mark, status, (("vaccination.doses", 0.38), ("vaccination.last_date", 0.62))),
        _Row("Patient/in isoliert?", rng.choice(("yes", "no", None))),
    ]


def _head(form: Filling, ask: Entries, case: Case, face: str) -> float:
    """Print the hospital, the title in a black bar, and what is notified; return where the tables begin."""
    sheet, rng = form.sheet, form.rng
    sheet.text(_RIGHT, 14, case.notifier.organization, 11, "sans-bold", align="right")
    where = (rng.choice(("Zentrale Notaufnahme", "Interdisziplinäre Aufnahme")), case.notifier.address.street, case.notifier.address.town)
    sheet.text(_RIGHT, 18.4, " · ".join(where), 8.5, face, align="right")
    for key in ("notifier.organization", "notifier.address"):
        note(form, ask[key], 18.4)
    sheet.box(_LEFT, 22, _RIGHT - _LEFT, 8, 0, fill=0)
    title = rng.choice(("CHECKLISTE MELDEPFLICHT § 6 IfSG", "IfSG-MELDUNG: CHECKLISTE DIENSTARZT"))
    sheet.text(_LEFT + 3, 27.8, title, 13, "sans-bold", grey=255)
    sheet.text(_RIGHT - 3, 27.6, f"SOP {number(rng, 2)}-{number(rng, 2)}", 9, "sans", align="right", grey=255)
    for key, x, y, width in _HEAD:
        _ask(form, ask[key], x, y, width, face)
    form.tick(ask["case_status"], 122, 44.5, 5, 9, face, width=_RIGHT - 122)
    return 56.0


def _ask(form: Filling, entry: Entry, x: float, y: float, width: float, face: str, *, is_blank: bool = False) -> None:
    """Print a label and the answer behind it, all in `width` mm."""
    used = label(form.sheet, x, y, f"{entry.label}:", 8.5, face, width * 0.7) + 1.6
    if not is_blank:
        form.answer(entry, x + used, y, width - used)


def _table(form: Filling, ask: Entries, y: float, letter: str, title: str, rows: list[_Row], height: float, face: str) -> float:
    """Print a table's head and its rows; return where the next begins."""
    sheet, column = form.sheet, (_NOTES - _MARKS) / 3
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 5.2, 0.25, fill=225)
    sheet.text(_LEFT + 1.5, y + 3.9, f"{letter}  {title}", 9, "sans-bold")
    for index, word in enumerate(("ja", "nein", "n. b.")):
        sheet.text(_MARKS + (index + 0.5) * column, y + 3.9, word, 8.5, face, align="centre")
    sheet.text(_NOTES + 1.5, y + 3.9, "Angaben", 8.5, face)
    top = y + 5.2
    for position, row in enumerate(rows, start=1):
        base = top + height / 2 + 1.4
        sheet.text(_LEFT + 1.5, base, f"{letter}{position}", 8.5, face)
        label(sheet, _LEFT + 10, base, row.question, 9, face, _MARKS - _LEFT - 11)
        for index, key in enumerate(("yes", "no", "not_known")):
            x = _MARKS + index * column
            sheet.box(x, top, column, height, 0.15)
            if row.mark == key and form.trouble != "blank":
                _mark(form, x + column / 2, top + height / 2)
        if form.trouble != "blank":
            for path, value in row.values.items():
                form.paper.take(path, value, base)
        x = _NOTES
        for key, share in row.notes:
            width = (_RIGHT - _NOTES) * share
            _ask(form, ask[key.removeprefix("~")], x + 1.5, base, width - 2.5, face, is_blank=key.startswith("~"))
            x += width
        top += height
        sheet.line(_LEFT, top, _RIGHT, top, 0.15)
    sheet.box(_LEFT, y, _RIGHT - _LEFT, top - y, 0.3)
    return top + 2.2


def _mark(form: Filling, x: float, y: float) -> None:
    """Mark a column around (x, y), where the cell itself is the box."""
    if form.mark == "type":
        form.sheet.text(x, y + 1.4, "X", 11, "sans-bold", align="centre")
    else:
        ink.cross(form.sheet, x - 1.7, y - 1.7, 3.4, form.mark, form.rng)


def _foot(form: Filling, ask: Entries, y: float, face: str) -> None:
    """Print the box with the patient, who notifies and when, and the house's small print."""
    sheet, rng, sex = form.sheet, form.rng, ask["patient.sex"]
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 26, 0.6)
    sheet.text(_LEFT + 2, y + 4.4, rng.choice(("PATIENT/IN (Blockschrift oder Etikett)", "D  Personalien")), 8.5, "sans-bold")
    for key, x, down, width in _FOOT:
        _ask(form, ask[key], x, y + down, width, face)
    at = 73 + label(sheet, 70, y + 17, f"{sex.label}:", 8.5, face, 20)
    form.tick(sex, at, y + 17, 3.5, 9, face, 3.0, width=123 - at)
    sheet.text(102, y + 41, "Handzeichen:", 8.5, face)
    ink.signature(sheet, 126, y + 41, rng, 30)
    sheet.line(_LEFT, 286, _RIGHT, 286, 0.15)
    sheet.text(105, 290, f"Sparkasse · Kto. {number(rng, 7)} · Handelsregister HRB {number(rng, 5)}", 8, face, align="centre")
