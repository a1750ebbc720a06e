"""A line list in a ruled table, as an office suite prints it; long lists go on overleaf with the head repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.form import Drawing, Form, Paper, listed_person
from samples.medicine import COMMON, FACILITIES
from samples.people import Person, Scene, invent_person
from samples.sheet import Sheet

_LEFT = 14.0


@dataclass(frozen=True)
class _Row:
    number: int
    person: Person
    onset: date | None
    result: str | None
    group: str


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one or two pages of cases in a facility."""
    count = rng.choice((5, 8, 12, 16, 24, 30))
    per_page = 22
    form = Form(rng, Paper("case_list", "ruled_list"), size=8.5, face=rng.choice(("sans", "narrow", "dejavu")))
    form.day_style = "dot"
    disease = rng.choice(COMMON[:2] + COMMON[9:11])
    groups = rng.sample(("Bären", "Igel", "Füchse", "Mäuse", "Frösche", "Käfer"), 3)
    rows = [_invent_row(rng, scene, number, groups) for number in range(1, count + 1)]
    sheets: list[Sheet] = []
    values: list[dict[str, Any]] = []
    for first in range(0, count, per_page):
        form.sheet = Sheet()
        y = _title(form, scene, disease.names[0]) if not sheets else 20.0
        values += _table(form, rows[first : first + per_page], y)
        total = -(-count // per_page)
        form.sheet.text(196, 288, f"Seite {len(sheets) + 1} von {total}", 8, align="right")
        sheets.append(form.sheet)
    form.paper.take("rows", values)
    form.paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (form.paper,))


def _invent_row(rng: Random, scene: Scene, number: int, groups: list[str]) -> _Row:
    person = invent_person(rng, scene.place, scene.today, oldest=7, youngest=1)
    onset = scene.today - timedelta(days=rng.randint(0, 9))
    return _Row(
        number,
        person,
        onset if rng.random() < 0.9 else None,
        rng.choices(("positive", "negative", None), weights=(5, 2, 4))[0],
        rng.choice(groups),
    )


def _title(form: Form, scene: Scene, disease: str) -> float:
    rng, sheet = form.rng, form.sheet
    form.paper.take("kind", "cases")
    sheet.text(_LEFT, 20, rng.choice(("Liste der erkrankten Personen", "Linelist – Fälle", "Namensliste der Erkrankten")), 14, "sans-bold")
    x = _LEFT + sheet.text(_LEFT, 28, "Einrichtung: ", 10, "sans-bold")
    form.put(x, 28, "facility.name", rng.choice(FACILITIES[:3]), 80)
    x = _LEFT + sheet.text(_LEFT, 34, rng.choice(("Erkrankung: ", "Krankheit: ")), 10, "sans-bold")
    form.put(x, 34, "disease.name", disease, 80)
    x = 130 + sheet.text(130, 34, "Stand: ", 10, "sans-bold")
    form.put_day(x, 34, "list_date", scene.today)
    return 42.0


def _table(form: Form, rows: list[_Row], top: float) -> list[dict[str, Any]]:
    sheet, height = form.sheet, 9.6
    columns = (
        ("lfd. Nr.", 11),
        ("Name, Vorname", 47),
        ("Geb.-Datum", 22),
        ("m/w/d", 11),
        ("Anschrift", 54),
        ("Gruppe", 16),
        ("Erkr.-Beginn", 22),
    )
    bottom = top + height * (len(rows) + 1)
    x, starts = _LEFT, []
    for label, width in columns:
        sheet.line(x, top, x, bottom, 0.25)
        sheet.text(x + 0.8, top + 6.3, label, 7.3, "sans-bold")
        starts.append(x + 1)
        x += width
    sheet.line(x, top, x, bottom, 0.25)
    for line in range(len(rows) + 2):
        sheet.line(_LEFT, top + line * height, x, top + line * height, 0.25)
    return [_write_row(form, row, starts, top + (index + 1) * height + 6.4) for index, row in enumerate(rows)]


def _write_row(form: Form, row: _Row, at: list[float], y: float) -> dict[str, Any]:
    person = row.person
    form.write(at[0], y, str(row.number), 9)
    form.write(at[1], y, f"{person.family}, {person.given}", 45)
    form.write(at[2], y, form.day(person.birth), 20)
    form.write(at[3] + 2, y, {"female": "w", "male": "m", "diverse": "d"}[person.sex], 8)
    address = f"{person.address.street}, {person.address.town}"
    if form.fits(address, 52):
        form.write(at[4], y, address, 52)
    else:  # too long for one line of its cell
        form.write(at[4], y - 2.2, f"{person.address.street},", 52)
        form.write(at[4], y + 1.8, person.address.town, 52)
    form.write(at[5], y, row.group, 14)
    values: dict[str, Any] = {
        "number": row.number,
        **listed_person(person),
        "group": row.group,
    }
    if row.onset:
        form.write(at[6], y, form.day(row.onset), 20)
        values["onset_date"] = row.onset.isoformat()
    return values
