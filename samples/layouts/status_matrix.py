"""A federal state's form whose diseases each have three boxes, for suspicion, illness and death, in a narrow ruled table."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case
from samples.people import Scene

_LEFT, _RIGHT = 13.0, 197.0
_HEADS = (("suspected", "V"), ("ill", "E"), ("deceased", "T"))


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page: the table on the right, all other questions in a column on the left."""
    case = invent_troubled_case(rng, scene)
    marks = {"x": 5, "tick": 2, "filled": 1, "type": 2, "dot": 1}
    paper = Paper("disease_notification", "status_matrix", needs_review=case.is_impossible)
    form = Filling(rng, paper, by_hand=0.1, marks=marks)
    form.size = min(form.size, 10)
    ask, sheet = case_entries(rng, case, scene, form.day), form.sheet
    sheet.text(_LEFT, 17, rng.choice(("Meldung übertragbarer Krankheiten", "Arztmeldung nach Infektionsschutzgesetz")), 14, "dejavu-bold")
    sheet.text(_LEFT, 22, "Namentliche Meldung gemäß § 6 Abs. 1 IfSG", 8.5, "dejavu")
    x = 108 + sheet.text(108, 30, f"{ask['recipient'].label}: ", 8.5, "dejavu")
    form.answer(ask["recipient"], x, 30, _RIGHT - x)
    y = _section(
        form,
        ask,
        34,
        "Patient/in",
        ("patient.name", "patient.birth_date", "patient.sex", "patient.street", "patient.town", "patient.phone"),
    )
    y = _section(
        form,
        ask,
        y,
        "Verlauf",
        ("onset_date", "diagnosis_date", "death_date", "hospital.admitted", "hospital.name", "hospital.admission_date"),
    )
    y = _section(form, ask, y, "Infektionsquelle", ("exposure.place", "exposure.country", "facility.role", "facility.name"))
    y = _section(form, ask, y, "Impfung", ("vaccination.status", "vaccination.last_date", "vaccination.doses"))
    _section(form, ask, y, "Melder", ("notifier.name", "notifier.organization", "notifier.address", "notifier.phone", "notification_date"))
    _matrix(form, case, 38)
    ink.signature(sheet, 120, 268, rng)
    sheet.line(110, 272, _RIGHT, 272, 0.2)
    sheet.text(110, 275.5, "Stempel / Unterschrift", 7, "dejavu")
    return Drawing((sheet,), (paper,))


def _section(form: Filling, ask: Entries, y: float, title: str, keys: tuple[str, ...]) -> float:
    sheet = form.sheet
    sheet.text(_LEFT, y + 3.5, title, 9, "dejavu-bold")
    sheet.line(_LEFT, y + 4.8, 102, y + 4.8, 0.5)
    y += 6.5
    for key in keys:
        entry: Entry = ask[key]
        label(sheet, _LEFT, y + 2.5, entry.label, 7, "dejavu", 85)
        if entry.choices:
            form.tick(entry, _LEFT + 1, y + 6.8, 3.5, 7.5, "dejavu", 2.8, width=86)
        else:
            form.answer(entry, _LEFT + 2, y + 6.9, 85)
            sheet.line(_LEFT, y + 8, 102, y + 8, 0.15)
        y += 8.9
    return y + 1.5


def _matrix(form: Filling, case: Case, y: float) -> None:
    rng, sheet, height = form.rng, form.sheet, 6.6
    others = [disease for disease in DISEASES if disease is not case.disease]
    listed = sorted([case.disease, *rng.sample(others, 29)], key=lambda each: each.names[0])
    for index, (_, head) in enumerate(_HEADS):
        sheet.text(110 + 3 + index * 6.2, y, head, 8.5, "dejavu-bold", align="centre")
    sheet.text(131, y, "Krankheit", 8.5, "dejavu-bold")
    sheet.text(152, y, "(V = Verdacht, E = Erkrankung, T = Tod)", 6.3, "dejavu")
    for row, disease in enumerate(listed):
        top = y + 2 + row * height
        sheet.line(109, top, _RIGHT, top, 0.1)
        is_it = disease is case.disease and form.trouble != "blank"
        for index, (status, _) in enumerate(_HEADS):
            form.square(110 + 1.6 + index * 6.2, top + 4.6, is_it and status == case.status, 2.9)
        name = case.disease_name if disease is case.disease else disease.names[0]
        label(sheet, 131, top + 4.6, name, 8.3, "dejavu", _RIGHT - 132)
        if is_it:
            for path, value in (("disease.code", disease.code), ("disease.name", name), ("case_status", case.status)):
                form.paper.take(path, value, top)
