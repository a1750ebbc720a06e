"""A card filled in at a counter: combs of several widths, some only ticks on a base line, dates split by printed points."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT = 18.0
_LENGTHS = {
    "patient.family_name": 26, "patient.given_name": 18, "patient.street": 26, "patient.postal_code": 5, "patient.city": 22,
    "hospital.name": 28, "notifier.name": 30, "notifier.lanr": 9, "notifier.bsnr": 9, "exposure.country": 18,
}  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page; what finds no room in its comb was left empty."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "comb_card", needs_review=case.is_impossible)
    form = Filling(rng, paper, face=rng.choice(("mono", "sans", "courier", "dejavu-mono")), size=11, by_hand=0.0)
    form.day_style = "dot"
    if form.trouble == "struck":
        form.trouble = "none"
    ask, sheet = case_entries(rng, case, scene, form.day), form.sheet
    sheet.text(_LEFT, 20, rng.choice(("Meldekarte nach § 6 IfSG", "Infektionskrankheiten – Meldekarte (§ 6 IfSG)")), 15, "dejavu-bold")
    sheet.text(_LEFT, 26, "Bitte in Blockschrift, je Feld ein Zeichen", 8, "dejavu")
    pitch, is_open = rng.uniform(4.3, 6.0), rng.random() < 0.5
    y = 36.0
    for keys in (
        ("patient.family_name",), ("patient.given_name",), ("patient.birth_date",), ("patient.street",),
        ("patient.postal_code", "patient.city"), ("patient.sex",), ("disease",), ("case_status",), ("onset_date", "diagnosis_date"),
        ("hospital.admitted",), ("hospital.name",), ("exposure.country",), ("notifier.name",), ("notifier.lanr", "notifier.bsnr"),
        ("notification_date",),
    ):  # fmt: skip
        x = _LEFT
        for key in keys:
            x = _field(form, ask, key, x, y, pitch, is_open=is_open) + 9
        y += 14.5
    ink.signature(sheet, 120, y - 5, rng)
    sheet.line(110, y - 3, 188, y - 3, 0.2)
    sheet.text(110, y + 0.5, "Unterschrift", 7, "dejavu")
    return Drawing((sheet,), (paper,))


def _field(form: Filling, ask: Entries, key: str, x: float, y: float, pitch: float, *, is_open: bool) -> float:
    """Draw one question with its comb, line or boxes; return where it ends."""
    entry, sheet = ask[key], form.sheet
    label(sheet, x, y, entry.label, 7.5, "dejavu", 60)
    if entry.choices:
        return form.tick(entry, x, y + 6.5, 9, 9, "dejavu", 4.0)
    if "date" in key:
        return _comb_day(form, entry, x, y, pitch, is_open=is_open)
    if key not in _LENGTHS:
        sheet.box(x, y + 1.6, 110, 7, 0.2)
        form.answer(entry, x + 2, y + 6.7, 106)
        return x + 110
    return _comb(form, entry, x, y, pitch, is_open=is_open)


def _cell(form: Filling, x: float, y: float, pitch: float, letter: str, *, is_open: bool) -> None:
    """Draw one cell, closed or only a tick on the line, with its letter a little off the middle."""
    sheet = form.sheet
    if is_open:
        sheet.line(x, y + 8.2, x + pitch, y + 8.2, 0.2)
        for side in (x, x + pitch):
            sheet.line(side, y + 5.8, side, y + 8.2, 0.2)
    else:
        sheet.box(x, y + 1.6, pitch, 6.6, 0.15)
    if letter.strip():
        sheet.text(x + pitch / 2 + form.rng.uniform(-0.25, 0.25), y + 6.6, letter, 11, form.face, align="centre")


def _comb(form: Filling, entry: Entry, x: float, y: float, pitch: float, *, is_open: bool) -> float:
    count = min(_LENGTHS[entry.key], int((192 - x) / pitch))
    text = entry.text if entry.text and len(entry.text) <= count and form.trouble != "blank" else ""
    for path, value in entry.values.items() if text else ():
        form.paper.take(path, value, y + 6.6)
    for place in range(count):
        _cell(form, x + place * pitch, y, pitch, text[place : place + 1], is_open=is_open)
    return x + count * pitch


def _comb_day(form: Filling, entry: Entry, x: float, y: float, pitch: float, *, is_open: bool) -> float:
    text = entry.text if entry.text and form.trouble != "blank" else "  .  .    "
    for path, value in entry.values.items() if text.strip(" .") else ():
        form.paper.take(path, value, y + 6.6)
    for letter in text:
        if letter == ".":
            form.sheet.text(x + 0.8, y + 7.4, ".", 12, "dejavu-bold")
            x += 2.6
        else:
            _cell(form, x, y, pitch, letter, is_open=is_open)
            x += pitch
    return x
