"""A school's list of contact persons: columns set by tabs, without rules or with rules between the lines only."""

from __future__ import annotations

from random import Random
from typing import Any

from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row
from samples.people import Scene
from samples.sheet import Sheet, fitted, text_width

_HEADS = {
    "number": ("Nr.", "Lfd."),
    "family_name": ("Nachname", "Familienname"),
    "given_name": ("Vorname", "Rufname"),
    "birth_date": ("Geburtstag", "geboren"),
    "group": ("Klasse", "Klasse/Kurs"),
    "address": ("Adresse", "Wohnanschrift"),
    "street": ("Straße und Nr.", "Straße"),
    "town": ("PLZ und Ort", "Wohnort"),
    "phone": ("Telefon Eltern", "Tel. (Eltern)", "Erreichbar unter"),
    "last_contact_date": ("letzter Kontakt", "Letzter Kontakt am", "Zuletzt Kontakt"),
    "until": ("Quarantäne bis",),
}
_WIDTHS = {
    "number": 9, "family_name": 32, "given_name": 30, "birth_date": 23, "group": 20, "address": 46, "street": 48, "town": 48, "phone": 36,
    "last_contact_date": 30, "until": 25,
}  # fmt: skip
_SIDEWAYS = (
    ("family_name", "given_name", "group", "street", "town", "phone", "last_contact_date"),
    ("number", "given_name", "family_name", "birth_date", "street", "town", "phone", "last_contact_date"),
    ("last_contact_date", "family_name", "given_name", "street", "town", "phone", "until"),
)
_UPRIGHT = (
    ("family_name", "given_name", "address", "phone", "last_contact_date"),
    ("number", "family_name", "given_name", "group", "address", "phone", "last_contact_date"),
)
_SCHOOLS = ("Goethe-Gymnasium", "Grundschule Am Wasserturm", "Realschule Südstadt", "Freie Waldorfschule", "Förderschule Regenbogen")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw 5 to 26 contacts, on a second page where they find no room on one."""
    paper = Paper("case_list", "kontakte_schule")
    sheet = Sheet(is_landscape=rng.random() < 0.6)
    form = Filling(
        rng, paper, sheet, face=rng.choice(("carlito", "sans", "serif", "courier")), size=rng.uniform(8.4, 9.4), has_trouble=False
    )
    form.day_style = rng.choice(("dot", "dot", "bare"))
    columns = _columns(rng, is_landscape=sheet.is_landscape)
    heads = {column: rng.choice(_HEADS[column]) for column in columns}
    groups = rng.sample(("5a", "6b", "7b", "8c", "9a", "10", "Q11"), 2)
    has_rules, step = rng.random() < 0.55, rng.uniform(9.2, 11) if "address" in columns else rng.uniform(6.6, 8.4)
    rows = [_row(form, scene, number, (*groups, "Lehrkraft")) for number in range(1, rng.randint(5, 26) + 1)]
    y, sheets = _heads(form, columns, heads, _title(form, scene, groups[0]), has_rules=has_rules), [sheet]
    for row in rows:
        if y + step > form.sheet.height - 16:
            form.sheet = Sheet(is_landscape=sheet.is_landscape)
            sheets.append(form.sheet)
            y = _heads(form, columns, heads, 20, has_rules=has_rules)
        _line(form, columns, row, y, step)
        y += step
        if has_rules:
            form.sheet.line(16, y, 16 + sum(columns.values()), y, 0.12)
    paper.take("rows", [row.told(tuple(columns)) for row in rows])
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _columns(rng: Random, *, is_landscape: bool) -> dict[str, float]:
    chosen = rng.choice(_SIDEWAYS if is_landscape else _UPRIGHT)
    room = (297.0 if is_landscape else 210.0) - 30
    share = min(1.15, room / sum(_WIDTHS[column] for column in chosen))
    return {column: _WIDTHS[column] * share for column in chosen}


def _row(form: Filling, scene: Scene, number: int, groups: tuple[str, ...]) -> Row:
    rng = form.rng
    row = invent_row(rng, scene, form.day, number, groups, oldest=19, youngest=10)
    place = row.values["address"]
    row.texts["town"] = f"{place['postal_code']} {place['city']}"
    row.values["town"] = {"postal_code": place["postal_code"], "city": place["city"]}
    if rng.random() < 0.6:
        row.texts["until"] = form.day(scene.today.fromordinal(scene.today.toordinal() + rng.randint(3, 9)))
    return row


def _title(form: Filling, scene: Scene, group: str) -> float:
    rng, sheet, size = form.rng, form.sheet, form.size
    form.paper.take("kind", "contacts")
    school = rng.choice(_SCHOOLS)
    form.paper.take("facility.name", school)
    is_labelled = rng.random() < 0.6
    sheet.text(16, 18, f"Schule: {school}" if is_labelled else school, size + 2, "serif-bold" if form.face == "serif" else "sans-bold")
    title = rng.choice(
        ("Kontaktpersonen zum positiven Fall", "Kontaktpersonenermittlung", "Enge Kontakte (Schule) – Meldung an das Gesundheitsamt")
    )
    sheet.text(16, 27, title, 13, "sans-bold")
    x = 16 + sheet.text(16, 34, rng.choice(("Erkrankung: ", "Krankheit: ", "Diagnose beim Indexfall: ")), size, form.face)
    form.put(x, 34, "disease.name", rng.choice(("Masern", "Keuchhusten", "Tuberkulose", "Windpocken", "COVID-19")), 70)
    seen = scene.today.fromordinal(scene.today.toordinal() - rng.randint(2, 6))
    sheet.text(16, 40, f"Indexfall: Klasse {group}, zuletzt im Unterricht am {form.day(seen)}", size, form.face)
    x = sheet.width - 70 + sheet.text(sheet.width - 70, 18, rng.choice(("Stand: ", "Datum: ", "erstellt am ")), size, form.face)
    form.put_day(x, 18, "list_date", scene.today, sheet.width - 12 - x)
    return 52.0


def _heads(form: Filling, columns: dict[str, float], heads: dict[str, str], y: float, *, has_rules: bool) -> float:
    x = 16.0
    for column, width in columns.items():
        form.sheet.text(x, y, heads[column], fitted(heads[column], form.size, "sans-bold", width - 2), "sans-bold")
        x += width
    if has_rules or form.face != "courier":
        form.sheet.line(16, y + 2, x, y + 2, 0.35)
    return y + 2.6


def _line(form: Filling, columns: dict[str, float], row: Row, y: float, step: float) -> None:
    x = 16.0
    for column, width in columns.items():
        lines: list[Any] = [row.texts.get(column)]
        if column == "address":
            lines = [row.values["address"]["street"], f"{row.values['address']['postal_code']} {row.values['address']['city']}"]
        middle = y + step / 2 + 1.1
        for text, at in zip(filter(None, lines), (middle,) if len(lines) == 1 else (middle - 2, middle + 2), strict=False):
            is_wide = text_width(text, form.size, form.face) > width * 1.25
            face = "narrow" if is_wide else form.face
            form.sheet.text(x, at, text, fitted(text, form.size, face, width - 2), face)
        x += width
