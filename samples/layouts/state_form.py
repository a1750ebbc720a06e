"""A state's form: numbered black bars, small labels in the corners of ruled boxes, diseases to tick in two columns."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case, Disease
from samples.people import Scene

_LEFT, _RIGHT = 14.0, 196.0
_WIDTH = _RIGHT - _LEFT
_SMALL_PRINT = (
    "Die Meldung muss unverzüglich erfolgen und dem Gesundheitsamt spätestens nach 24 Stunden vorliegen (§ 9 Abs. 3 IfSG).",
    "Eine Meldung darf wegen einzelner fehlender Angaben nicht verzögert werden. Nachmeldungen sind unverzüglich vorzunehmen.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    form = Filling(rng, Paper("disease_notification", "state_form", needs_review=case.is_impossible), by_hand=0.15)
    form.size = min(form.size, 10.5)
    ask = case_entries(rng, case, scene, form.day)
    sheet = form.sheet
    sheet.text(_LEFT, 17, rng.choice(("Meldeformular", "Meldebogen – Vertraulich –", "Formular für die Arztmeldung")), 15, "carlito-bold")
    sheet.text(_LEFT, 22, "Meldepflichtige Krankheit gemäß §§ 6, 8, 9 Infektionsschutzgesetz (IfSG)", 9.5, "carlito")
    _cell(form, ask, "recipient", _LEFT + 112, 10, _WIDTH - 112, 13)
    y = _patient(form, ask, 26)
    y = _diseases(form, case, ask, y)
    y = _course(form, ask, y)
    _notifier(form, ask, y)
    return Drawing((sheet,), (form.paper,))


def _bar(form: Filling, y: float, number: int, title: str) -> float:
    form.sheet.box(_LEFT, y, _WIDTH, 5.2, 0, fill=0)
    form.sheet.text(_LEFT + 2, y + 3.9, f"{number}.", 9.5, "carlito-bold", grey=255)
    form.sheet.text(_LEFT + 9, y + 3.9, title, 9.5, "carlito-bold", grey=255)
    return y + 5.2


def _cell(form: Filling, ask: Entries, key: str, x: float, y: float, width: float, height: float = 9.0) -> None:
    form.sheet.box(x, y, width, height, 0.2)
    label(form.sheet, x + 1, y + 2.9, ask[key].label, 6.5, "carlito", width - 2)
    form.answer(ask[key], x + 2, y + height - 1.7, width - 3)


def _tick_cell(form: Filling, ask: Entries, key: str, x: float, y: float, width: float, height: float = 9.0) -> None:
    form.sheet.box(x, y, width, height, 0.2)
    label(form.sheet, x + 1, y + 2.9, ask[key].label, 6.5, "carlito", width - 2)
    form.tick(ask[key], x + 2, y + height - 1.7, 4, 8.5, "carlito", 3.0, width=width - 4)


def _patient(form: Filling, ask: Entries, y: float) -> float:
    y = _bar(form, y, 1, form.rng.choice(("Betroffene Person", "Angaben zur Patientin / zum Patienten", "Patient/in")))
    if form.rng.random() < 0.5:
        _cell(form, ask, "patient.name", _LEFT, y, 128)
    else:
        _cell(form, ask, "patient.family_name", _LEFT, y, 68)
        _cell(form, ask, "patient.given_name", _LEFT + 68, y, 60)
    _cell(form, ask, "patient.birth_date", _LEFT + 128, y, _WIDTH - 128)
    y += 9
    _cell(form, ask, "patient.street", _LEFT, y, 68)
    _cell(form, ask, "patient.postal_code", _LEFT + 68, y, 20)
    _cell(form, ask, "patient.city", _LEFT + 88, y, _WIDTH - 88)
    y += 9
    _cell(form, ask, "patient.phone", _LEFT, y, 50)
    _cell(form, ask, "patient.email", _LEFT + 50, y, 62)
    _tick_cell(form, ask, "patient.sex", _LEFT + 112, y, _WIDTH - 112)
    return y + 11


def _diseases(form: Filling, case: Case, ask: Entries, y: float) -> float:
    rng, sheet = form.rng, form.sheet
    y = _bar(form, y, 2, rng.choice(("Meldepflichtige Krankheit", "Krankheit (Zutreffendes ankreuzen)")))
    others = [disease for disease in DISEASES if disease is not case.disease]
    listed: list[Disease] = sorted([case.disease, *rng.sample(others, rng.choice((19, 23, 25)))], key=lambda each: each.names[0])
    _tick_cell(form, ask, "case_status", _LEFT, y, _WIDTH)
    y += 9
    rows, step = -(-len(listed) // 2), 4.7
    sheet.box(_LEFT, y, _WIDTH, rows * step + 2.5, 0.2)
    is_blank = form.trouble == "blank"
    for index, disease in enumerate(listed):
        x, at = _LEFT + 2 + (_WIDTH / 2) * (index // rows), y + 4.3 + step * (index % rows)
        name = case.disease_name if disease is case.disease else disease.names[0]
        form.square(x, at, disease is case.disease and not is_blank, 2.8)
        label(sheet, x + 4.5, at, name, 8.5, "carlito", _WIDTH / 2 - 8)
        if disease is case.disease and not is_blank:
            form.paper.take("disease.code", disease.code, at)
            form.paper.take("disease.name", name, at)
    return y + rows * step + 4


def _course(form: Filling, ask: Entries, y: float) -> float:
    y = _bar(form, y, 3, form.rng.choice(("Krankheitsverlauf", "Klinische und epidemiologische Angaben", "Angaben zur Erkrankung")))
    third = _WIDTH / 3
    _cell(form, ask, "onset_date", _LEFT, y, third)
    _cell(form, ask, "diagnosis_date", _LEFT + third, y, third)
    _cell(form, ask, "death_date", _LEFT + 2 * third, y, third)
    y += 9
    _cell(form, ask, "symptoms", _LEFT, y, _WIDTH)
    y += 9
    _tick_cell(form, ask, "hospital.admitted", _LEFT, y, 66)
    _cell(form, ask, "hospital.name", _LEFT + 66, y, 74)
    _cell(form, ask, "hospital.admission_date", _LEFT + 140, y, _WIDTH - 140)
    y += 9
    _cell(form, ask, "exposure.place", _LEFT, y, 100)
    _cell(form, ask, "exposure.country", _LEFT + 100, y, _WIDTH - 100)
    y += 9
    _tick_cell(form, ask, "vaccination.status", _LEFT, y, 82)
    _cell(form, ask, "vaccination.last_date", _LEFT + 82, y, 52)
    _cell(form, ask, "vaccination.doses", _LEFT + 134, y, _WIDTH - 134)
    y += 9
    _tick_cell(form, ask, "facility.role", _LEFT, y, 82)
    _cell(form, ask, "facility.name", _LEFT + 82, y, _WIDTH - 82)
    y += 9
    _tick_cell(form, ask, "laboratory.commissioned", _LEFT, y, 60)
    _cell(form, ask, "laboratory.name", _LEFT + 60, y, 80)
    _cell(form, ask, "laboratory.sample_date", _LEFT + 140, y, _WIDTH - 140)
    return y + 11


def _notifier(form: Filling, ask: Entries, y: float) -> None:
    y = _bar(form, y, 4, form.rng.choice(("Meldende Person", "Meldende Ärztin / Meldender Arzt", "Meldende Einrichtung")))
    _cell(form, ask, "notifier.organization", _LEFT, y, 92)
    _cell(form, ask, "notifier.name", _LEFT + 92, y, _WIDTH - 92)
    y += 9
    _cell(form, ask, "notifier.address", _LEFT, y, 102)
    _cell(form, ask, "notifier.phone", _LEFT + 102, y, 42)
    _cell(form, ask, "notifier.lanr", _LEFT + 144, y, _WIDTH - 144)
    y += 9
    _cell(form, ask, "notification_date", _LEFT, y, 50, 11)
    form.sheet.box(_LEFT + 50, y, _WIDTH - 50, 11, 0.2)
    form.sheet.text(_LEFT + 51, y + 2.9, "Unterschrift", 6.5, "carlito")
    ink.signature(form.sheet, _LEFT + 75, y + 8, form.rng)
    for row, line in enumerate(_SMALL_PRINT):
        form.sheet.text(_LEFT, y + 17 + row * 3.4, line, 6.5, "carlito")
