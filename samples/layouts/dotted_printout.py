"""An older practice program's printout: one fixed-width face, labels led to their colon by dots, rules of equals signs."""

from __future__ import annotations

from random import Random

from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _COLUMNS = 16.0, 34


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "dotted_printout", needs_review=case.is_impossible)
    form = Filling(rng, paper, face=rng.choice(("mono", "courier", "dejavu-mono")), size=9.8, by_hand=0.0)
    ask = case_entries(rng, case, scene, form.day)
    y = _rule(form, 18)
    for key in ("notifier.organization", "notifier.name", "notifier.address"):
        form.answer(ask[key], _LEFT, y, 170)
        y += 4.9
    x = _LEFT + form.sheet.text(_LEFT, y, "Tel: ", form.size, form.face)
    x += form.answer(ask["notifier.phone"], x, y, 50)
    if ask["notifier.bsnr"].text:
        x += form.sheet.text(x, y, "   BSNR: ", form.size, form.face)
        form.answer(ask["notifier.bsnr"], x, y, 40)
    y = _rule(form, y + 4.9)
    form.sheet.text(
        _LEFT, y, rng.choice(("MELDUNG NACH PARAGRAPH 6 IFSG", "INFEKTIONSMELDUNG (§ 6 IfSG)", "MELDUNG GEM. § 6 IFSG")), 11, form.face
    )
    y = _lines(form, ask, y + 9, ("recipient", "notification_date"))
    y = _rule(form, y + 1)
    names = ("patient.name",) if rng.random() < 0.5 else ("patient.family_name", "patient.given_name")
    y = _lines(form, ask, y, (*names, "patient.birth_date", "patient.sex", "patient.street", "patient.town", "patient.phone"))
    y = _rule(form, y + 1)
    y = _lines(form, ask, y, ("disease", "case_status", "onset_date", "diagnosis_date", "death_date", "symptoms"))
    y = _rule(form, y + 1)
    rest = ("hospital.admitted", "hospital.name", "hospital.admission_date", "exposure.place", "exposure.country", "vaccination.status",
            "vaccination.last_date", "vaccination.doses", "laboratory.commissioned", "laboratory.name")  # fmt: skip
    y = _lines(form, ask, y, tuple(key for key in rest if ask[key].text or ask[key].word or rng.random() < 0.2))
    y = _rule(form, y + 1)
    form.sheet.text(_LEFT, y, f"TurboDoc 22.{rng.randint(1, 4)} / {rng.randint(1000, 9999)}   Ende der Meldung", 8, form.face)
    return Drawing((form.sheet,), (paper,))


def _rule(form: Filling, y: float) -> float:
    form.sheet.text(_LEFT, y, form.rng.choice("=-*=") * 72, form.size * 0.98, form.face)
    return y + 6.5


def _lines(form: Filling, ask: Entries, y: float, keys: tuple[str, ...]) -> float:
    for key in keys:
        entry: Entry = ask[key]
        begin = form.sheet.text(_LEFT, y, entry.label.ljust(_COLUMNS, ".")[:_COLUMNS] + ": ", form.size, form.face)
        if entry.choices:
            form.answer_word(entry, _LEFT + begin, y, 90)
        else:
            form.answer(entry, _LEFT + begin, y, 178 - begin)
        y += 5.6
    return y
