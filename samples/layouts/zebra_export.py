"""A program's export printed from a spreadsheet: small type, every other line light grey, long cells wrapped, columns in its own order."""

from __future__ import annotations

from random import Random

from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row
from samples.medicine import COMMON, FACILITIES
from samples.people import Scene
from samples.sheet import Sheet, fitted, text_width, wrapped

_LEFT, _BOTTOM = 12.0, 194.0
_WIDTHS = {
    "number": 11, "family_name": 26, "given_name": 22, "birth_date": 22, "sex": 15, "street": 30, "postal_code": 13, "city": 23,
    "phone": 25, "group": 17, "onset_date": 22, "test_date": 22, "result": 23, "last_contact_date": 23, "note": 28,
}  # fmt: skip
_HEADS = {
    "number": ("Nr", "Lfd", "#"),
    "family_name": ("Nachname", "Zuname"),
    "given_name": ("Vorname",),
    "birth_date": ("Geburtsdatum", "Geb. Datum"),
    "sex": ("Geschlecht", "Geschl."),
    "street": ("Straße Hausnr.", "Straße"),
    "postal_code": ("PLZ",),
    "city": ("Wohnort", "Ort"),
    "phone": ("Telefonnummer", "Telefon/Mobil", "Rufnummer"),
    "group": ("Gruppe", "Bereich"),
    "onset_date": ("Erkrankt am", "Erkrankungs- beginn", "Symptome seit"),
    "test_date": ("Testdatum", "Probe vom"),
    "result": ("Testergebnis", "Resultat"),
    "last_contact_date": ("Letzter Kontakt", "Kontakt zuletzt"),
    "note": ("Anmerkung", "Hinweis"),
}
_CASES = (
    ("given_name", "family_name", "sex", "birth_date", "postal_code", "city", "street", "phone", "onset_date", "test_date", "result"),
    ("number", "birth_date", "family_name", "given_name", "group", "result", "test_date", "onset_date", "phone", "note"),
    ("family_name", "given_name", "birth_date", "phone", "street", "postal_code", "city", "group", "test_date", "result", "note"),
)
_CONTACTS = (
    ("number", "given_name", "family_name", "birth_date", "phone", "last_contact_date", "street", "postal_code", "city", "note"),
    ("family_name", "given_name", "group", "last_contact_date", "birth_date", "sex", "street", "postal_code", "city", "phone"),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one or two pages sideways."""
    paper = Paper("case_list", "tabelle_zebra")
    sheet = Sheet(is_landscape=True)
    form = Filling(rng, paper, sheet, face=rng.choice(("carlito", "sans", "dejavu")), size=rng.uniform(7.5, 8.5), has_trouble=False)
    form.day_style = rng.choice(("dot", "dot", "short"))
    kind = rng.choice(("cases", "cases", "contacts"))
    columns = _columns(rng, kind)
    heads = {column: rng.choice(_HEADS[column]) for column in columns}
    grey, lead = rng.choice((218, 228, 236)), rng.uniform(3.3, 3.7)
    rows = [invent_row(rng, scene, form.day, number, ("A", "B", "C")) for number in range(1, rng.randint(6, 34) + 1)]
    y, sheets = _heads(form, columns, heads, _title(form, scene, kind)), [sheet]
    for index, row in enumerate(rows):
        height = _height(form, columns, row, lead)
        if y + height > _BOTTOM:
            form.sheet = Sheet(is_landscape=True)
            sheets.append(form.sheet)
            y = _heads(form, columns, heads, 14)
        if index % 2:
            form.sheet.box(_LEFT, y, sum(columns.values()), height, 0, fill=grey)
        _cells(form, columns, row.texts, y, lead)
        y += height
    for number, page in enumerate(sheets, start=1):
        page.text(_LEFT, 201, "Tabelle1", 7.5, form.face)
        page.text(285, 201, f"Seite {number} von {len(sheets)}", 7.5, form.face, align="right")
    paper.take("rows", [row.told(tuple(columns)) for row in rows])
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _columns(rng: Random, kind: str) -> dict[str, float]:
    """Choose the columns; one or two that nobody needs may be hidden, and the rest fill the page."""
    chosen = list(rng.choice(_CASES if kind == "cases" else _CONTACTS))
    for column in ("note", "sex", "group"):
        if column in chosen and rng.random() < 0.2:
            chosen.remove(column)
    days = {column: float(_WIDTHS[column]) for column in chosen if column.endswith("_date")}
    room = rng.choice((215.0, 240.0, 272.0)) - sum(days.values())
    share = min(1.15, room / sum(_WIDTHS[column] for column in chosen if column not in days))
    return {column: days.get(column, _WIDTHS[column] * share) for column in chosen}


def _title(form: Filling, scene: Scene, kind: str) -> float:
    """Print the cells above the table: what it is, and two or three facts; a facility may be missing."""
    rng, sheet, bold = form.rng, form.sheet, f"{form.face}-bold"
    form.paper.take("kind", kind)
    titles = (
        ("Export Fälle", "Fallübersicht", "Fälle aktuell") if kind == "cases" else ("Export Kontaktpersonen", "Kontaktpersonen aktuell")
    )
    sheet.text(_LEFT, 16, rng.choice(titles), 12, bold)
    facts = [
        (rng.choice(("Krankheit", "Meldetatbestand", "Erkrankung")), "disease.name", rng.choice(COMMON[:12]).names[0]),
        (rng.choice(("Stand", "Datum")), "list_date", form.day(scene.today)),
    ]
    if rng.random() < 0.8:
        facts.insert(rng.randint(0, 1), (rng.choice(("Einrichtung", "Institution")), "facility.name", rng.choice(FACILITIES)))
    for row, (label, path, text) in enumerate(facts):
        at = 21.5 + row * 4.4
        sheet.text(_LEFT, at, label, form.size, bold)
        form.put(_LEFT + 32, at, path, text, 90, scene.today.isoformat() if path == "list_date" else None)
    return 38.0


def _broken(form: Filling, text: str, width: float) -> list[str]:
    return wrapped(text, form.size, form.face, width - 1.8)


def _height(form: Filling, columns: dict[str, float], row: Row, lead: float) -> float:
    lines = max(len(_broken(form, row.texts.get(column, ""), width)) for column, width in columns.items())
    return lines * lead + 1.9


def _heads(form: Filling, columns: dict[str, float], heads: dict[str, str], y: float) -> float:
    x, bold = _LEFT, f"{form.face}-bold"
    form.sheet.box(_LEFT, y, sum(columns.values()), 8.6, 0, fill=190)
    for column, width in columns.items():
        lines = wrapped(heads[column], form.size, bold, width - 1.8)
        for row, line in enumerate(lines if len(lines) > 1 else [lines[0].replace("- ", "")]):
            form.sheet.text(x + 0.9, y + 3.6 + row * 3.5, line, fitted(line, form.size, bold, width - 1.8), bold)
        x += width
    form.sheet.line(_LEFT, y + 8.6, x, y + 8.6, 0.3)
    return y + 8.6


def _cells(form: Filling, columns: dict[str, float], texts: dict[str, str], y: float, lead: float) -> None:
    """Write a row's cells from the top down, each wrapped at its blanks, what is still too wide in a narrow face."""
    x = _LEFT
    for column, width in columns.items():
        for row, line in enumerate(_broken(form, texts.get(column, ""), width)):
            face = form.face if text_width(line, form.size, form.face) <= width - 1.8 else "narrow"
            form.sheet.text(x + 0.9, y + lead * (row + 1) - 0.2, line, fitted(line, form.size, face, width - 1.8), face)
        x += width
