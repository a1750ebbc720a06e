"""A county's questionnaire: questions numbered from 1, answers on dotted lines, boxes below one another, round ones too."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _RIGHT = 20.0, 190.0
_QUESTIONS = (
    "patient.name", "patient.birth_date", "patient.sex", "patient.address", "patient.phone", "disease", "case_status", "onset_date",
    "diagnosis_date", "symptoms", "hospital.admitted", "hospital.name", "vaccination.status", "vaccination.last_date",
    "exposure.place", "exposure.country", "facility.role", "facility.name", "laboratory.commissioned", "laboratory.name",
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "question_list", needs_review=case.is_impossible)
    form = Filling(rng, paper, by_hand=0.12)
    form.size = min(form.size, 10.5)
    ask, sheet = case_entries(rng, case, scene, form.day), form.sheet
    form.answer(ask["recipient"], _LEFT, 18, 120)
    form.write(_LEFT, 23, scene.office.address.town)
    sheet.text(
        _LEFT, 36, rng.choice(("Fragebogen zur Meldung nach § 6 IfSG", "Meldung einer Erkrankung nach dem IfSG")), 13.5, "serif-bold"
    )
    y, is_round = 45.0, rng.random() < 0.4
    for number, key in enumerate(_QUESTIONS, start=1):
        y = _question(form, ask, y, number, key, is_round=is_round)
    y = max(y + 4, 250)
    who = ("notifier.name", "notifier.organization", "notifier.address", "notifier.phone")
    for row, key in enumerate(who):
        form.answer(ask[key], _LEFT, y + row * 4.8, 88)
    sheet.text(_LEFT, y - 5.5, "Meldende Ärztin / meldender Arzt (Stempel oder Druckschrift):", 8, "serif")
    form.answer(ask["notification_date"], 122, y + 12, 34)
    ink.signature(sheet, 150, y + 11, rng, 34)
    sheet.line(120, y + 14, _RIGHT, y + 14, 0.2)
    sheet.text(120, y + 17.5, "Datum, Unterschrift", 7.5, "serif")
    return Drawing((sheet,), (paper,))


def _question(form: Filling, ask: Entries, y: float, number: int, key: str, *, is_round: bool) -> float:
    sheet, entry = form.sheet, ask[key]
    sheet.text(_LEFT + 6, y, f"{number}.", 9.5, "serif", align="right")
    width = sheet.text(_LEFT + 8, y, entry.label, 9.5, "serif-bold")
    x = max(_LEFT + 72, _LEFT + 12 + width)
    if entry.choices:
        form.tick(entry, x, y, 6, 9.5, "serif", 3.2, width=_RIGHT - x, is_round=is_round)
    else:
        sheet.dotted(x, y + 1, _RIGHT)
        form.answer(entry, x + 1, y, _RIGHT - x - 2)
    return y + 9.6
