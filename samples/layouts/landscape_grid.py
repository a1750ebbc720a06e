"""A spreadsheet printed in landscape with its grid lines, columns in the order its author liked, cells wrapped, no head overleaf."""

from __future__ import annotations

from random import Random
from typing import Any

from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.listing import head, invent_row, write_cell
from samples.medicine import COMMON, FACILITIES
from samples.people import Scene
from samples.sheet import Sheet, text_width

_LEFT, _BOTTOM, _HEIGHT = 11.0, 196.0, 7.6
_WIDTHS = {
    "number": 10, "family_name": 32, "given_name": 28, "birth_date": 22, "sex": 14, "street": 46, "postal_code": 15, "city": 34,
    "phone": 32, "group": 22, "onset_date": 22, "result": 20, "note": 30,
}  # fmt: skip
_ORDERS = (
    ("number", "family_name", "given_name", "birth_date", "sex", "street", "postal_code", "city", "phone", "onset_date"),
    ("family_name", "given_name", "sex", "birth_date", "group", "onset_date", "result", "phone", "street", "postal_code", "city"),
    ("number", "group", "given_name", "family_name", "birth_date", "postal_code", "city", "street", "onset_date", "result", "note"),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one to three pages of cases, sent sideways."""
    paper = Paper("case_list", "landscape_grid")
    form = Filling(rng, paper, Sheet(is_landscape=True), face=rng.choice(("carlito", "sans")), size=8.5, has_trouble=False)
    form.day_style = "dot"
    columns = rng.choice(_ORDERS)
    has_grid_letters = rng.random() < 0.3
    rows = [invent_row(rng, scene, form.day, number, ("1", "2", "3", "EG", "OG")) for number in range(1, rng.choice((7, 14, 26, 41)) + 1)]
    widths = _widths(columns)
    heads = {column: head(rng, column) for column in columns}
    y = _title(form, scene)
    sheets: list[Sheet] = [form.sheet]
    y = _grid_letters(form, widths, y) if has_grid_letters else y
    y = _line(form, widths, heads, y, f"{form.face}-bold")
    told: list[dict[str, Any]] = []
    for row in rows:
        if y + _HEIGHT > _BOTTOM:
            form.sheet = Sheet(is_landscape=True)
            sheets.append(form.sheet)
            y = 16.0
        y = _line(form, widths, row.texts, y, form.face)
        told.append(row.told(columns))
    for number, sheet in enumerate(sheets, start=1):
        sheet.text(148, 203, f"Seite {number}", 7.5, form.face, align="centre")
    paper.take("rows", told)
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _title(form: Filling, scene: Scene) -> float:
    rng, sheet, bold = form.rng, form.sheet, f"{form.face}-bold"
    form.paper.take("kind", "cases")
    sheet.text(_LEFT, 16, rng.choice(("Übersicht erkrankte Personen", "Erkrankte – Aufstellung", "Infektionsfälle (Liste)")), 13, bold)
    x = _LEFT + sheet.text(_LEFT, 22.5, rng.choice(("Einrichtung: ", "Haus: ")), 9, bold)
    form.put(x, 22.5, "facility.name", rng.choice(FACILITIES), 90)
    x = 120 + sheet.text(120, 22.5, rng.choice(("Erkrankung: ", "Diagnose: ", "Ausbruch von ")), 9, bold)
    form.put(x, 22.5, "disease.name", rng.choice(COMMON[:12]).names[0], 60)
    x = 220 + sheet.text(220, 22.5, rng.choice(("Stand: ", "Stand vom ", "Datum: ")), 9, bold)
    form.put_day(x, 22.5, "list_date", scene.today, 40)
    return 27.0


def _widths(columns: tuple[str, ...]) -> dict[str, float]:
    """Return the columns' widths, drawn together where they would not fit on the page."""
    share = min(1.0, 275.0 / sum(_WIDTHS[column] for column in columns))
    return {column: _WIDTHS[column] * share for column in columns}


def _grid_letters(form: Filling, widths: dict[str, float], y: float) -> float:
    """Print the letters of a spreadsheet's columns, as some prints have them."""
    x = _LEFT
    for index, width in enumerate(widths.values()):
        form.sheet.box(x, y, width, 5, 0.15, fill=225)
        form.sheet.text(x + width / 2, y + 3.7, chr(ord("A") + index), 7.5, form.face, align="centre")
        x += width
    return y + 5


def _line(form: Filling, widths: dict[str, float], texts: dict[str, str], y: float, face: str) -> float:
    x = _LEFT
    for column, width in widths.items():
        form.sheet.box(x, y, width, _HEIGHT, 0.13)
        text = texts.get(column, "")
        is_figure = column in {"number", "postal_code"} and text_width(text, form.size, face) < width - 2
        if is_figure and face == form.face:
            form.sheet.text(x + width - 1.2, y + _HEIGHT / 2 + 1.1, text, form.size, face, align="right")
        elif text:
            write_cell(form.sheet, x + 1, y, text, form.size, face, width - 1.8, _HEIGHT)
        x += width
    return y + _HEIGHT
