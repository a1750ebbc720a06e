"""A practice's own form: its stamp on top, then the patient; every label small under its line, mostly filled in by hand."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import Case
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 22.0, 192.0


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    marks = {"x": 4, "tick": 4, "circle": 3, "stroke": 2, "filled": 1}
    form = Filling(rng, Paper("disease_notification", "stamp_first", needs_review=case.is_impossible), by_hand=0.4, marks=marks)
    ask = case_entries(rng, case, scene, form.day)
    _top(form, ask, case)
    y = 92.0
    y = _line(form, ask, y, ("patient.family_name", 0.52), ("patient.given_name", 0.48))
    y = _line(form, ask, y, ("patient.birth_date", 0.4), ("patient.phone", 0.6))
    y = _line(form, ask, y, ("patient.street", 0.5), ("patient.town", 0.5))
    y = _ticks(form, ask, y - 3, "patient.sex")
    y = _line(form, ask, y + 3, ("disease", 1.0))
    y = _ticks(form, ask, y - 3, "case_status")
    y = _line(form, ask, y + 3, ("onset_date", 0.5), ("diagnosis_date", 0.5))
    y = _line(form, ask, y, ("symptoms", 1.0))
    y = _ticks(form, ask, y - 3, "hospital.admitted")
    y = _line(form, ask, y + 3, ("hospital.name", 0.6), ("hospital.admission_date", 0.4))
    y = _ticks(form, ask, y - 3, "vaccination.status")
    y = _line(form, ask, y + 3, ("exposure.place", 0.55), ("exposure.country", 0.45))
    _line(form, ask, y, ("notification_date", 0.35))
    form.sheet.line(_LEFT + 90, y, _RIGHT, y, 0.2)
    form.sheet.text(_LEFT + 90, y + 3, "Unterschrift der Ärztin / des Arztes", 6.8, "caladea")
    ink.signature(form.sheet, _LEFT + 100, y - 1, rng)
    return Drawing((form.sheet,), (form.paper,))


def _top(form: Filling, ask: Entries, case: Case) -> None:
    sheet, rng, who = form.sheet, form.rng, case.notifier
    sheet.text(_LEFT, 22, "Absender (Stempel)", 6.8, "caladea")
    lines = [(who.organization, 10.5, "sans-bold"), (who.doctor, 9.5, "sans"), (who.speciality, 7.5, "sans")]
    lines += [(who.address.street, 9, "sans"), (who.address.town, 9, "sans")]
    paper = form.paper
    for path, value in (("organization", who.organization), ("name", who.doctor)):
        paper.take(f"notifier.{path}", value, 25)
    for key in ("notifier.street", "notifier.town", "notifier.phone"):
        for path, value in ask[key].values.items():
            paper.take(path, value, 40)
    numbers = f"Tel. {who.phone.printed}"
    lines.append((numbers, 8.5, "sans"))
    if ask["notifier.bsnr"].text:
        paper.take("notifier.bsnr", who.bsnr, 50)
        lines.append((f"BSNR {who.bsnr}", 8.5, "sans"))
    ink.stamp(sheet, _LEFT + rng.uniform(0, 8), 25, lines, rng, is_framed=rng.random() < 0.3)
    if rng.random() < 0.25:  # signed across the stamp, as many do
        ink.signature(sheet, _LEFT + 28, 44, rng, 45)
    x = 122.0
    sheet.text(x, 30, "An das", 9, "caladea")
    form.answer(ask["recipient"], x, 36, _RIGHT - x)
    sheet.text(x, 44, "per Fax", 9, "caladea")
    title = rng.choice(("Meldung nach § 6 Infektionsschutzgesetz", "Krankheitsmeldung gemäß IfSG", "Meldung einer übertragbaren Krankheit"))
    sheet.text(105, 76, title, 15, "caladea-bold", align="centre")


def _line(form: Filling, ask: Entries, y: float, *cells: tuple[str, float]) -> float:
    """Draw one row of lines with their labels below; return where the next row's lines are."""
    x = _LEFT
    for key, share in cells:
        width = (_RIGHT - _LEFT) * share - 3
        form.sheet.line(x, y, x + width, y, 0.2)
        label(form.sheet, x, y + 3, ask[key].label, 6.8, "caladea", width)
        form.answer(ask[key], x + 1.5, y - 1.2, width - 2)
        x += width + 3
    return y + 13.5


def _ticks(form: Filling, ask: Entries, y: float, key: str) -> float:
    text = f"{ask[key].label}:"
    form.sheet.text(_LEFT, y, text, 9, "caladea")
    form.tick(ask[key], _LEFT + text_width(text, 9, "caladea") + 4, y, 7, 9, "caladea", 3.4)
    return y + 8.5
