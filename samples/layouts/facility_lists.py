"""Notifications of facilities with those affected listed below: a county's form with a ruled table, a school's typed sheet."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from samples import ink
from samples.entries import Entries, Entry, facility_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.listing import head, invent_row, write_cell
from samples.people import Scene
from samples.sheet import text_width


def _counted(entries: Entries, children: int) -> None:
    """Let the number of children be the number of rows; who lists children does not count them twice."""
    entries["affected_children"] = replace(entries["affected_children"], text=str(children), values={"affected_children": children})


def draw_county(rng: Random, scene: Scene) -> Drawing:
    """Draw a county's form: labels above boxes, then up to fourteen ruled lines of which the last stay empty."""
    paper = Paper("facility_notification", "facility_county")
    form = Filling(rng, paper, face=rng.choice(("sans", "carlito", "dejavu", "mono")), size=9, by_hand=0.05)
    ask, sheet = facility_entries(rng, scene, form.day), form.sheet
    count = rng.randint(2, 12)
    _counted(ask, count)
    sheet.text(15, 18, "Meldung übertragbarer Krankheiten in Gemeinschaftseinrichtungen", 13, "sans-bold")
    sheet.text(15, 23, "nach § 34 Abs. 6 IfSG – bitte unverzüglich an das Gesundheitsamt senden", 8.5, "sans")
    y = 28.0
    for cells in (
        (("facility.name", 0.6), ("facility.kind", 0.4)),
        (("facility.street", 0.5), ("facility.town", 0.5)),
        (("contact_person", 0.55), ("facility.phone", 0.45)),
        (("disease", 0.65), ("onset_date", 0.35)),
        (("affected_children", 0.35), ("affected_staff", 0.35), ("notification_date", 0.3)),
    ):
        x = 15.0
        for key, share in cells:
            width = 180 * share
            label(sheet, x, y + 2.6, ask[key].label, 7.2, "sans", width - 2)
            sheet.box(x, y + 3.4, width - 2, 7, 0.25)
            form.answer(ask[key], x + 1.5, y + 8.5, width - 5)
            x += width
        y += 12.8
    columns = {"number": 9.0, "name": 50.0, "birth_date": 22.0, "address": 55.0, "group": 20.0, "onset_date": 22.0}
    if form.trouble != "blank":
        paper.take("rows", _table(form, scene, y + 4, columns, count, 14))
    ink.signature(sheet, 130, 278, rng)
    sheet.line(120, 281, 190, 281, 0.2)
    sheet.text(120, 284.5, "Unterschrift", 7.2, "sans")
    return Drawing((sheet,), (paper,))


def _table(form: Filling, scene: Scene, y: float, columns: dict[str, float], count: int, lines: int) -> list[dict[str, Any]]:
    sheet, height, x = form.sheet, 8.4, 15.0
    widths = tuple(columns.values())
    for column, width in columns.items():
        sheet.box(x, y, width, height, 0.2, fill=228)
        label(sheet, x + 1, y + 5.4, head(form.rng, column), 8, "sans-bold", width - 2)
        for line in range(1, lines + 1):
            sheet.box(x, y + line * height, width, height, 0.2)
        x += width
    rows = [
        invent_row(form.rng, scene, form.day, number, ("Igel", "Sonne", "Mond", "1a", "2b"), oldest=10) for number in range(1, count + 1)
    ]
    for line, row in enumerate(rows, start=1):
        x = 15.0
        for column, width in zip(columns, widths, strict=True):
            if text := row.texts.get(column):
                write_cell(sheet, x + 1, y + line * height, text, 8.5, form.face, width - 1.8, height)
            x += width
    return [row.told(tuple(columns)) for row in rows]


def draw_school(rng: Random, scene: Scene) -> Drawing:
    """Draw a school's sheet: letterhead, a few typed lines, and pupils by class without any ruling."""
    paper = Paper("facility_notification", "facility_school")
    form = Filling(rng, paper, face=rng.choice(("carlito", "courier", "serif")), size=10, by_hand=0.0)
    ask, sheet = facility_entries(rng, scene, form.day, ("Schule", "Hort")), form.sheet
    count = rng.randint(3, 16)
    _counted(ask, count)
    name = ask["facility.name"]
    form.size = 14
    form.answer(name, 22, 22, 120)
    form.size = 10
    form.answer(ask["facility.address"], 22, 27.5, 120)
    _pair(form, ask["facility.phone"], 22, 32.5, 120)
    sheet.line(22, 34.5, 188, 34.5, 0.3)
    form.answer(ask["recipient"], 22, 42, 110)
    form.answer(ask["notification_date"], 160, 54, 40)
    sheet.text(22, 62, rng.choice(("Meldung nach § 34 IfSG", "Benachrichtigung des Gesundheitsamtes nach § 34 (6) IfSG")), 12, "sans-bold")
    for row, keys in enumerate((("disease", "onset_date"), ("affected_children", "affected_staff"), ("contact_person",))):
        for column, key in enumerate(keys):
            _pair(form, ask[key], 22 + column * 88, 72 + row * 6.5, 84)
    sheet.text(22, 98, "Betroffen sind:", 10, form.face)
    if form.trouble != "blank":
        paper.take("rows", _pupils(form, scene, 106, count))
    sheet.text(22, 268, "Mit freundlichen Grüßen", 10, form.face)
    ink.signature(sheet, 24, 279, rng)
    return Drawing((sheet,), (paper,))


def _pair(form: Filling, entry: Entry, x: float, y: float, width: float) -> None:
    begin = form.sheet.text(x, y, f"{entry.label}: ", form.size, form.face)
    form.answer(entry, x + begin, y, width - begin)


def _pupils(form: Filling, scene: Scene, y: float, count: int) -> list[dict[str, Any]]:
    stops = {"family_name": 22.0, "given_name": 66.0, "birth_date": 108.0, "group": 134.0, "onset_date": 156.0}
    for column, x in stops.items():
        sheet_label = form.rng.choice(("Klasse", "Kl.")) if column == "group" else head(form.rng, column)
        form.sheet.text(x, y, sheet_label, 9.5, form.face if form.face == "courier" else "sans-bold")
        form.sheet.line(x, y + 1.2, x + min(text_width(sheet_label, 9.5, "sans-bold"), 22), y + 1.2, 0.2)
    rows = [invent_row(form.rng, scene, form.day, number, ("1a", "1b", "2a", "3c", "4b"), oldest=11, youngest=6) for number in range(count)]
    ends = (*tuple(stops.values())[1:], 192.0)
    for line, row in enumerate(rows, start=1):
        for (column, x), end in zip(stops.items(), ends, strict=True):
            if text := row.texts.get(column):
                write_cell(form.sheet, x, y + 3 + line * 8.2, text, 10, form.face, end - x - 2, 4)
    return [row.told(tuple(stops)) for row in rows]
