"""A hospital system's printout: a header table, then two columns of grey label cells with their values to the right."""

from __future__ import annotations

from random import Random

from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _RIGHT, _ROW = 12.0, 198.0, 6.4


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "ward_printout", needs_review=case.is_impossible)
    form = Filling(rng, paper, face=rng.choice(("sans", "carlito", "dejavu", "narrow")), size=9, by_hand=0.0)
    ask = case_entries(rng, case, scene, form.day)
    _header(form, ask)
    y = _title(form, 42)
    y = _group(form, ask, y, "Patientendaten", (
        ("patient.family_name", "patient.given_name"), ("patient.birth_date", "patient.sex"), ("patient.street", "patient.town"),
        ("patient.phone", "patient.email"),
    ))  # fmt: skip
    y = _group(form, ask, y, "Meldetatbestand", (
        ("disease",), ("case_status", "onset_date"), ("diagnosis_date", "death_date"), ("symptoms",),
    ))  # fmt: skip
    y = _group(form, ask, y, "Aufenthalt und Anamnese", (
        ("hospital.admitted", "hospital.admission_date"), ("hospital.name",), ("exposure.place", "exposure.country"),
        ("vaccination.status", "vaccination.last_date"), ("vaccination.doses", "facility.role"), ("facility.name",),
        ("laboratory.commissioned", "laboratory.sample_date"), ("laboratory.name",),
    ))  # fmt: skip
    _group(form, ask, y, "Meldende Einrichtung", (
        ("notifier.organization",), ("notifier.name", "notifier.phone"), ("notifier.street", "notifier.town"),
        ("notifier.lanr", "notifier.bsnr"), ("notification_date", "notifier.fax"),
    ))  # fmt: skip
    form.sheet.text(_LEFT, 287, f"KIS MediDoc · Formular IFSG06 v{rng.randint(2, 9)}.{rng.randint(0, 9)}", 6.5, "sans")
    form.sheet.text(_RIGHT, 287, "Seite 1 / 1", 6.5, "sans", align="right")
    return Drawing((form.sheet,), (paper,))


def _header(form: Filling, ask: Entries) -> None:
    """Draw the header table: labels small on top of the cells, its case number asked for by nobody."""
    sheet, third = form.sheet, (_RIGHT - _LEFT) / 3
    case_number = f"{form.rng.randint(10**7, 10**8 - 1)}"
    for column, (head, text) in enumerate((("Fallnummer", case_number), ("Station", f"{form.rng.choice('ABCK')}{form.rng.randint(1, 9)}"))):
        sheet.box(_LEFT + column * third / 2, 10, third / 2, 12, 0.2)
        sheet.text(_LEFT + column * third / 2 + 1, 13.5, head, 6.5, "sans")
        sheet.text(_LEFT + column * third / 2 + 2, 19.5, text, 9.5, form.face)
    sheet.box(_LEFT + third, 10, 2 * third, 12, 0.2)
    sheet.text(_LEFT + third + 1, 13.5, ask["recipient"].label, 6.5, "sans")
    form.answer(ask["recipient"], _LEFT + third + 2, 19.5, 2 * third - 4)


def _title(form: Filling, y: float) -> float:
    titles = ("Arztmeldung gem. § 6 IfSG", "IfSG-Meldung (§ 6) – Krankheitsverdacht, Erkrankung, Tod", "Meldung nach §§ 6, 8, 9 IfSG")
    form.sheet.text(_LEFT, y - 8, form.rng.choice(titles), 13, "sans-bold")
    return y


def _group(form: Filling, ask: Entries, y: float, title: str, rows: tuple[tuple[str, ...], ...]) -> float:
    sheet = form.sheet
    sheet.text(_LEFT, y - 1.2, title, 9.5, "sans-bold")
    for keys in rows:
        width = (_RIGHT - _LEFT) / len(keys)
        for column, key in enumerate(keys):
            _pair(form, ask[key], _LEFT + column * width, y, width)
        y += _ROW
    return y + 7.5


def _pair(form: Filling, entry: Entry, x: float, y: float, width: float) -> None:
    share = 44.0
    form.sheet.box(x, y, share, _ROW, 0.15, fill=222)
    form.sheet.box(x + share, y, width - share, _ROW, 0.15)
    label(form.sheet, x + 1.5, y + 4.4, entry.label, 8, "sans", share - 3)
    if entry.choices:
        form.answer_word(entry, x + share + 2, y + 4.5, width - share - 4)
    else:
        form.answer(entry, x + share + 2, y + 4.5, width - share - 4)
