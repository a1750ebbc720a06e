"""A letter typed in a word processor and used as a form: 'Name: ______', answers typed over the underscores, brackets to tick."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _RIGHT, _STEP = 25.0, 188.0, 8.0


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    face = rng.choice(("serif", "carlito", "courier", "sans"))
    form = Filling(rng, Paper("disease_notification", "underscores", needs_review=case.is_impossible), face=face, size=11, by_hand=0.12)
    ask = case_entries(rng, case, scene, form.day)
    y = _top(form, ask, scene)
    y = _blanks(form, ask, y, "patient.name")
    y = _blanks(form, ask, y, "patient.birth_date", "patient.phone")
    y = _blanks(form, ask, y, "patient.address")
    y = _choice(form, ask, y, "patient.sex") + 4
    y = _blanks(form, ask, y, "disease")
    y = _choice(form, ask, y, "case_status")
    y = _blanks(form, ask, y, "onset_date", "diagnosis_date")
    y = _blanks(form, ask, y, "symptoms") + 4
    y = _choice(form, ask, y, "hospital.admitted")
    y = _blanks(form, ask, y, "hospital.name", "hospital.admission_date")
    y = _choice(form, ask, y, "vaccination.status")
    y = _blanks(form, ask, y, "exposure.place", "exposure.country")
    y = _choice(form, ask, y, "laboratory.commissioned")
    _blanks(form, ask, y, "laboratory.name")
    _close(form, ask)
    return Drawing((form.sheet,), (form.paper,))


def _top(form: Filling, ask: Entries, scene: Scene) -> float:
    sheet = form.sheet
    bold = form.face if form.face == "courier" else {"serif": "serif-bold", "carlito": "carlito-bold"}.get(form.face, "sans-bold")
    for row, key in enumerate(("notifier.organization", "notifier.name", "notifier.street", "notifier.town")):
        form.answer(ask[key], _LEFT, 20 + row * 5, 90)
    x = _LEFT + sheet.text(_LEFT, 40, "Telefon ", form.size, form.face)
    form.answer(ask["notifier.phone"], x, 40, 60)
    form.answer(ask["recipient"], _LEFT, 58, 110)
    form.write(_LEFT, 63, scene.office.address.street)
    form.write(_LEFT, 68, scene.office.address.town)
    title = form.rng.choice(("Meldung nach § 6 IfSG", "Meldung gemäß Infektionsschutzgesetz", "Meldung: meldepflichtige Krankheit"))
    sheet.text(_LEFT, 82, title, 13, bold)
    return 94.0


def _blanks(form: Filling, ask: Entries, y: float, *keys: str) -> float:
    """Type labels with underscores up to the margin, each answered on its underscores."""
    x, share = _LEFT, (_RIGHT - _LEFT) / len(keys)
    for key in keys:
        width = form.sheet.text(x, y, f"{ask[key].label}:", form.size, form.face)
        at, end = x + width + 2, x + share - 2
        count = int((end - at) / text_width("_", form.size, form.face))
        form.sheet.text(at, y + 0.6, "_" * count, form.size, form.face)
        form.answer(ask[key], at + 1, y, end - at - 1)
        x += share
    return y + _STEP


def _choice(form: Filling, ask: Entries, y: float, key: str) -> float:
    at = _LEFT + form.sheet.text(_LEFT, y, f"{ask[key].label}:", form.size, form.face) + 4
    if form.is_by_hand:
        form.tick(ask[key], at, y, 6, form.size, form.face)
    else:
        form.brackets(ask[key], at, y, _RIGHT + 6 - at)
    return y + _STEP


def _close(form: Filling, ask: Entries) -> None:
    y = 258.0
    x = _LEFT + form.sheet.text(_LEFT, y, f"{ask['notification_date'].label}: ", form.size, form.face)
    form.answer(ask["notification_date"], x, y, 40)
    form.sheet.text(_LEFT + 85, y + 1, "_" * 28, form.size, form.face)
    form.sheet.text(_LEFT + 85, y + 6, "(Unterschrift)", 8.5, form.face)
    ink.signature(form.sheet, _LEFT + 95, y, form.rng)
