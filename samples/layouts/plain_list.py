"""A line list without rules: fixed columns of a text export, names in two columns, several results."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from samples.form import Drawing, Form, Paper
from samples.medicine import FACILITIES
from samples.people import Scene, invent_person

_COLUMNS = (("Nr.", 16.0), ("Name", 26.0), ("Vorname", 60.0), ("geb.", 92.0), ("Telefon", 118.0), ("Test am", 152.0), ("Ergebnis", 178.0))
_RESULTS = {"positive": ("positiv", "pos."), "negative": ("negativ", "neg.")}


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page of tested persons."""
    form = Form(rng, Paper("case_list", "plain_list"), face=rng.choice(("mono", "sans", "dejavu-mono")), size=rng.uniform(8.2, 9))
    form.day_style = "dot"
    sheet, paper = form.sheet, form.paper
    paper.take("kind", "cases")
    bold = "mono-bold" if "mono" in form.face else "sans-bold"
    sheet.text(16, 20, rng.choice(("Fallliste", "Übersicht positiver und negativer Fälle", "Liste der Fälle / Indexpersonen")), 13, bold)
    x = 16 + sheet.text(16, 28, "Einrichtung: ", 9.5, bold)
    form.put(x, 28, "facility.name", rng.choice(FACILITIES), 80)
    x = 16 + sheet.text(16, 34, "Krankheit:   ", 9.5, bold)
    form.put(x, 34, "disease.name", rng.choice(("COVID-19", "Masern", "Keuchhusten", "Mumps", "Windpocken")), 80)
    x = 16 + sheet.text(16, 40, "Datum:       ", 9.5, bold)
    form.put_day(x, 40, "list_date", scene.today, 40)
    for label, at in _COLUMNS:
        sheet.text(at, 52, label, 9, bold)
    step, use = rng.uniform(6.0, 7.5), rng.randint(0, 1)
    rows = [_row(form, scene, number, 52 + step * 1.3 + step * (number - 1), use) for number in range(1, rng.randint(5, 26))]
    paper.take("rows", rows)
    sheet.text(16, 285, f"Anzahl Personen: {len(rows)}", 8, form.face)
    return Drawing((sheet,), (paper,))


def _row(form: Form, scene: Scene, number: int, y: float, use: int) -> dict[str, Any]:
    rng = form.rng
    person = invent_person(rng, scene.place, scene.today, oldest=88, youngest=5)
    tested = scene.today - timedelta(days=rng.randint(0, 8))
    result = rng.choices(("positive", "negative", None), weights=(6, 3, 1))[0]
    values: dict[str, Any] = {
        "number": number,
        "family_name": person.family,
        "given_name": person.given,
        "birth_date": person.birth.isoformat(),
        "test_date": tested.isoformat(),
    }
    texts = [str(number), person.family, person.given, form.day(person.birth), "", form.day(tested), ""]
    if person.phone:
        texts[4] = person.phone.printed
        values["phone"] = person.phone.value
    if result:
        texts[6] = _RESULTS[result][use]
        values["result"] = result
    for (_, x), following, text in zip(_COLUMNS, [*(x for _, x in _COLUMNS[1:]), 198.0], texts, strict=True):
        form.write(x, y, text, following - x - 2)
    return values
