"""Lists by three hands: a school's by classes with a heading each, a care home's without rules, contacts in a ruled landscape table."""

from __future__ import annotations

from random import Random
from typing import Any

from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.listing import head, invent_row, write_cell
from samples.medicine import COMMON
from samples.people import Scene
from samples.sheet import Sheet

_SCHOOL = {"number": 10.0, "family_name": 42.0, "given_name": 38.0, "birth_date": 26.0, "phone": 36.0, "onset_date": 26.0}
_HOME = {"name": 62.0, "birth_date": 26.0, "group": 26.0, "onset_date": 28.0, "test_date": 24.0, "result": 20.0}
_CONTACTS = {"number": 12.0, "name": 56.0, "birth_date": 24.0, "address": 76.0, "phone": 36.0, "last_contact_date": 28.0, "note": 42.0}


def _facts(form: Filling, scene: Scene, facilities: tuple[str, ...], disease: str, x: float, y: float, kind: str) -> None:
    """Print facility, disease and date in three lines, each with one of its usual labels."""
    rng, sheet, paper = form.rng, form.sheet, form.paper
    paper.take("kind", kind)
    for row, (labels, path, text) in enumerate((
        (("Einrichtung", "Schule", "Haus") if kind == "cases" else ("Einrichtung", "Träger"), "facility.name", rng.choice(facilities)),
        (("Erkrankung", "Krankheit", "Erreger/Erkrankung"), "disease.name", disease),
        (("Stand", "Datum", "Liste vom"), "list_date", ""),
    )):  # fmt: skip
        at = x + sheet.text(x, y + row * 5.6, f"{rng.choice(labels)}: ", 10, form.face)
        if text:
            form.put(at, y + row * 5.6, path, text, 90)
        else:
            form.put_day(at, y + row * 5.6, path, scene.today, 50)


def draw_classes(rng: Random, scene: Scene) -> Drawing:
    """Draw pupils class by class: the class stands once above its rows, thin rules between, overleaf without a head."""
    paper = Paper("case_list", "class_roster")
    form = Filling(rng, paper, face=rng.choice(("carlito", "sans", "caladea")), size=9.5, has_trouble=False)
    form.day_style = "dot"
    classes = rng.sample(("1a", "1b", "2a", "2c", "3b", "4a", "5.1", "6.2"), rng.randint(2, 5))
    form.sheet.text(18, 20, rng.choice(("Erkrankte Schülerinnen und Schüler", "Liste der Erkrankten nach Klassen")), 14, "sans-bold")
    _facts(
        form,
        scene,
        ("Grundschule Wiesengrund", "Pestalozzi-Grundschule", "12. Oberschule"),
        rng.choice(COMMON[:11]).names[0],
        18,
        28,
        "cases",
    )
    heads = {column: head(rng, column) for column in _SCHOOL}
    y, number, sheets, told = 50.0, 0, [form.sheet], list[dict[str, Any]]()
    _cells(form, _SCHOOL, heads, 18, y - 6, 7, "sans-bold")
    form.sheet.line(18, y + 1, 196, y + 1, 0.4)
    y += 2
    for group in sorted(classes):
        if y > 255:
            form.sheet, y = Sheet(), 18.0
            sheets.append(form.sheet)
        form.sheet.text(18, y + 5.4, f"Klasse {group}", 10, "sans-bold")
        y += 8
        for _ in range(rng.randint(2, 8)):
            if y > 270:
                form.sheet, y = Sheet(), 18.0
                sheets.append(form.sheet)
            number += 1
            row = invent_row(rng, scene, form.day, number, (group,), oldest=13, youngest=6)
            _cells(form, _SCHOOL, row.texts, 18, y, 7, form.face)
            form.sheet.line(18, y + 7, 196, y + 7, 0.1)
            told.append(row.told((*_SCHOOL, "group")))
            y += 7
    return _finished(form, sheets, told)


def draw_residents(rng: Random, scene: Scene) -> Drawing:
    """Draw a care home's list without any rule, in a fixed-width or serif face, rows spaced wide."""
    paper = Paper("case_list", "residents")
    form = Filling(rng, paper, face=rng.choice(("courier", "serif", "mono")), size=9.5, has_trouble=False)
    form.day_style = rng.choice(("dot", "short"))
    form.sheet.text(14, 22, rng.choice(("Erkrankte Bewohner", "Liste der erkrankten Bewohnerinnen und Bewohner")), 14, "serif-bold")
    disease = rng.choice((COMMON[2], COMMON[7], COMMON[0])).names[0]
    _facts(form, scene, ("Pflegeheim Haus Sonnenschein", "Seniorenheim Abendfrieden", "Wohnheim Lindenhof"), disease, 14, 31, "cases")
    heads = {column: head(rng, column) for column in _HOME} | {"group": rng.choice(("Wohnbereich", "Bereich", "Etage"))}
    _cells(form, _HOME, heads, 14, 52, 7, form.face)
    told, y = list[dict[str, Any]](), 62.0
    for _ in range(rng.randint(4, 22)):
        row = invent_row(rng, scene, form.day, 0, ("WB 1", "WB 2", "EG", "OG"), oldest=99, youngest=66)
        _cells(form, _HOME, row.texts, 14, y, 7, form.face)
        told.append(row.told(tuple(_HOME)))
        y += 9.4
    return _finished(form, [form.sheet], told)


def draw_contacts(rng: Random, scene: Scene) -> Drawing:
    """Draw contacts in a ruled landscape table with a grey head, repeated on every page."""
    paper = Paper("case_list", "contact_grid")
    form = Filling(rng, paper, Sheet(is_landscape=True), face=rng.choice(("carlito", "dejavu", "sans")), size=8.8, has_trouble=False)
    form.day_style = "dot"
    title = rng.choice(("Erfassung von Kontaktpersonen", "Kontaktpersonen zum Indexfall", "Kontaktliste"))
    form.sheet.text(11, 18, title, 14, f"{form.face}-bold")
    _facts(
        form,
        scene,
        ("Kita Zwergenland", "Gymnasium St. Benno", "Firma Kunze Metallbau"),
        rng.choice(COMMON[:9]).names[0],
        11,
        26,
        "contacts",
    )
    heads = {column: head(rng, column) for column in _CONTACTS}
    rows = [invent_row(rng, scene, form.day, number, ("1",)) for number in range(1, rng.choice((5, 11, 15, 28)) + 1)]
    sheets, y = [form.sheet], _grid(form, heads, 43, is_head=True)
    for row in rows:
        if y > 188:
            form.sheet = Sheet(is_landscape=True)
            sheets.append(form.sheet)
            y = _grid(form, heads, 14, is_head=True)
        y = _grid(form, row.texts, y, is_head=False)
    return _finished(form, sheets, [row.told(tuple(_CONTACTS)) for row in rows])


def _grid(form: Filling, texts: dict[str, str], y: float, *, is_head: bool) -> float:
    x, height = 11.0, 8.8
    for width in _CONTACTS.values():
        form.sheet.box(x, y, width, height, 0.2, fill=220 if is_head else None)
        x += width
    _cells(form, _CONTACTS, texts, 11, y, height, f"{form.face}-bold" if is_head else form.face)
    return y + height


def _cells(form: Filling, columns: dict[str, float], texts: dict[str, str], x: float, y: float, height: float, face: str) -> None:
    for column, width in columns.items():
        if text := texts.get(column):
            write_cell(form.sheet, x + 1, y, text, form.size, face, width - 2.4, height)
        x += width


def _finished(form: Filling, sheets: list[Sheet], rows: list[dict[str, Any]]) -> Drawing:
    form.paper.take("rows", rows)
    form.paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (form.paper,))
