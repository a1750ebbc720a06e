"""A day care centre's own form (§ 34 IfSG): its name on top, figures of children and staff in a table, then who is ill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

from samples import ink
from samples.authors import note, reworded
from samples.entries import Entries, facility_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row, write_cell
from samples.people import Scene

_LEFT, _RIGHT = 18.0, 193.0
_LABELS = """
recipient: An:|Per Fax an das
facility.kind: Art der Einrichtung:|Betreuungsform:
contact_person: Ansprechpartnerin / Ansprechpartner:|Bei Rückfragen wenden Sie sich an:|Meldung durch:
facility.phone: Telefon:|erreichbar unter Tel.:
disease: Gemeldete Krankheit (auch Verdacht):|Aufgetretene Erkrankung:|Art der Erkrankung:
onset_date: Erste Erkrankung am:|Erster Fall am:|aufgetreten seit:
affected_children: Kinder
affected_staff: Personal|Beschäftigte|Mitarbeiterinnen
notification_date: Datum:|Gemeldet am:
"""
# columns of the list with their heads and widths; centres ask differently
_TABLES: tuple[tuple[tuple[str, str, float], ...], ...] = (
    (("number", "Nr.", 9), ("name", "Name des Kindes", 52), ("birth_date", "geb. am", 26), ("group", "Gruppe", 28),
     ("onset_date", "krank seit", 26), ("note", "Bemerkung", 34)),
    (("given_name", "Vorname", 36), ("family_name", "Nachname", 42), ("birth_date", "Geburtstag", 26), ("onset_date", "Krank ab", 27),
     ("group", "Gruppe", 44)),
    (("name", "Kind (Name, Vorname)", 48), ("birth_date", "Geb.-datum", 24), ("address", "Wohnanschrift", 61), ("onset_date", "Beginn", 21),
     ("group", "Gruppe", 21)),
)  # fmt: skip
_GROUPS = ("Igel", "Käfer", "Spatzen", "Bären", "Frösche", "Mäuse")
_MEASURES = ("Eltern informiert", "Aushang im Haus", "Kinder abgeholt", "Reinigung/Desinfektion", "Spielzeug weggeräumt")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    paper = Paper("facility_notification", "kita_meldung")
    form = Filling(
        rng, paper, face=rng.choice(("carlito", "sans", "courier", "dejavu", "serif")), size=rng.uniform(9.5, 10.5), by_hand=0.15
    )
    form.day_style = rng.choices(("dot", "short", "bare"), weights=(8, 1, 1))[0]
    ask = reworded(rng, facility_entries(rng, scene, form.day, ("Kita", "Kita", "Kindergarten", "Krippe")), _LABELS)
    count = rng.randint(1, 9)
    ask["affected_children"] = replace(ask["affected_children"], text=str(count), values={"affected_children": count})
    rows = [invent_row(rng, scene, form.day, number, _GROUPS, oldest=6, youngest=1) for number in range(1, count + 1)]
    _begin_with_first(form, ask, rows)
    _letterhead(form, ask)
    form.sheet.text(_LEFT, 52, rng.choice(("Meldung an das Gesundheitsamt", "Krankheitsmeldung der Einrichtung")), 14, "carlito-bold")
    form.sheet.text(_LEFT, 57.5, rng.choice(("nach § 34 Abs. 6 Infektionsschutzgesetz (IfSG)", "gem. § 34 IfSG")), 9.5, "carlito")
    y = 67.0
    keys = ("recipient", "disease", "onset_date", "contact_person", "facility.kind")
    for key in keys if rng.random() < 0.5 else (keys[0], keys[3], *keys[1:3]):
        _line(form, ask, key, y, _LEFT, _RIGHT)
        y += 8.4
    y = _figures(form, ask, y)
    y = _list(form, y + 9, rows)
    _end(form, ask, y + 9)
    return Drawing((form.sheet,), (paper,))


def _begin_with_first(form: Filling, ask: Entries, rows: list[Row]) -> None:
    """Let the first case be the earliest of the list, unless the date is meant to be wrong."""
    days = [row.values["onset_date"]["onset_date"] for row in rows if "onset_date" in row.values]
    if days and ask["onset_date"].text and not ask["onset_date"].is_doubtful:
        first = date.fromisoformat(min(days))
        ask["onset_date"] = replace(ask["onset_date"], text=form.day(first), values={"onset_date": first.isoformat()})


def _letterhead(form: Filling, ask: Entries) -> None:
    """Print the centre's name beside a sun, its address and telephone below; these are printed even on an empty form."""
    sheet, name = form.sheet, ask["facility.name"]
    sheet.ellipse(21, 15, 12, 12, 0.6)
    for x1, y1, x2, y2 in ((27, 11, 27, 13.5), (27, 28.5, 27, 31), (17, 21, 19.5, 21), (34.5, 21, 37, 21), (20, 14, 21.6, 15.6),
                           (32.4, 26.4, 34, 28), (34, 14, 32.4, 15.6), (21.6, 26.4, 20, 28)):  # fmt: skip
        sheet.line(x1, y1, x2, y2, 0.5)
    sheet.text(43, 21, name.text or "", 17, "carlito-bold")
    note(form, name, 21)
    sheet.text(43, 27.5, (ask["facility.address"].text or "").replace(", ", "  ·  ", 1), 10, "carlito")
    note(form, ask["facility.address"], 27.5)
    x = 43 + sheet.text(43, 33, f"{ask['facility.phone'].label} ", 10, "carlito")
    sheet.text(x, 33, ask["facility.phone"].text or "", 10, "carlito")
    note(form, ask["facility.phone"], 33)
    sheet.curve([(_LEFT + step * 2.5, 39 + (0.9 if step % 2 else -0.9)) for step in range(71)], 0.4)


def _line(form: Filling, ask: Entries, key: str, y: float, left: float, right: float) -> None:
    entry = ask[key]
    begin = left + label(form.sheet, left, y, entry.label, 10, "carlito", 70) + 2
    form.sheet.dotted(begin, y + 1.2, right)
    form.answer(entry, begin + 1, y, right - begin - 2)


def _figures(form: Filling, ask: Entries, y: float) -> float:
    """Draw a table of how many there are, which nobody asked, and how many of them are ill."""
    sheet, rng, stops = form.sheet, form.rng, (_LEFT, 78.0, 128.0, 178.0)
    heads = ("", rng.choice(("Anzahl insgesamt", "insgesamt in der Einrichtung")), rng.choice(("davon erkrankt", "Anzahl erkrankt")))
    for column, (left, right) in enumerate(pairwise(stops)):
        sheet.box(left, y, right - left, 6.4, 0.2, fill=226)
        label(sheet, left + 2, y + 4.5, heads[column], 9, "carlito-bold", right - left - 4)
    for row, (key, total) in enumerate((("affected_children", rng.randint(38, 140)), ("affected_staff", rng.randint(7, 24)))):
        top = y + 6.4 + row * 7.4
        for left, right in pairwise(stops):
            sheet.box(left, top, right - left, 7.4, 0.2)
        label(sheet, _LEFT + 2, top + 5.1, ask[key].label, 10, "carlito", 56)
        if form.is_by_hand and form.trouble != "blank":
            ink.pen(sheet, stops[1] + 18, top + 5, str(total), form.hand_face, form.hand_height, rng, form.hand_thick)
        elif form.trouble != "blank":
            form.write(stops[1] + 18, top + 5.2, str(total), 20)
        form.answer(ask[key], stops[2] + 18, top + 5.2, 28)
    return y + 21.2


def _list(form: Filling, y: float, rows: list[Row]) -> float:
    """Draw the children who are ill; a few lines stay empty."""
    sheet, rng, height = form.sheet, form.rng, 7.8
    columns = rng.choice(_TABLES)
    sheet.text(_LEFT, y - 2, rng.choice(("Betroffene Kinder:", "Erkrankte Kinder (namentlich):", "Es sind erkrankt:")), 10, "carlito-bold")
    x, lines = _LEFT, len(rows) + rng.randint(1, 3)
    for _, head, width in columns:
        sheet.box(x, y, width, 6.4, 0.2, fill=226)
        label(sheet, x + 1.2, y + 4.5, head, 9, "carlito-bold", width - 2)
        for line in range(lines):
            sheet.box(x, y + 6.4 + line * height, width, height, 0.2)
        x += width
    if form.trouble != "blank":
        for line, row in enumerate(rows):
            _cells(form, row, columns, y + 6.4 + line * height, height)
        keys = tuple(key for key, _, _ in columns)
        told: list[dict[str, Any]] = [row.told(keys) for row in rows]
        form.paper.take("rows", told, y + 6.4 + len(rows) * height)
    return y + 6.4 + lines * height


def _cells(form: Filling, row: Row, columns: tuple[tuple[str, str, float], ...], y: float, height: float) -> None:
    x = _LEFT
    for key, _, width in columns:
        if text := row.texts.get(key):
            write_cell(form.sheet, x + 1.2, y, text, 9.5, form.face, width - 2.2, height)
        x += width


def _end(form: Filling, ask: Entries, y: float) -> None:
    """Ask what was done, which no record wants, and have it dated and signed."""
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, y, "Maßnahmen:", 10, "carlito-bold")
    for index, word in enumerate(rng.sample(_MEASURES, 3)):
        form.square(_LEFT + 26 + index * 48, y, rng.random() < 0.6 and form.trouble != "blank", 3.2)
        sheet.text(_LEFT + 31 + index * 48, y, word, 9.5, "carlito")
    _line(form, ask, "notification_date", y + 17, _LEFT, 84)
    sheet.line(104, y + 18, _RIGHT, y + 18, 0.2)
    sheet.text(104, y + 21.6, "Unterschrift der Leitung", 7.5, "carlito")
    ink.signature(sheet, 112, y + 16.5, rng)
