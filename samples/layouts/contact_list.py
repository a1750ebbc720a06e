"""A landscape table of contact persons with horizontal rules only, faxed sideways as such sheets are."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from samples.form import Drawing, Form, Paper
from samples.medicine import FACILITIES
from samples.people import Scene, invent_person
from samples.sheet import Sheet

_COLUMNS = (
    ("Nr.", 12.0),
    ("Nachname", 22.0),
    ("Vorname", 60.0),
    ("Geburtsdatum", 96.0),
    ("Straße, Nr.", 122.0),
    ("PLZ", 172.0),
    ("Ort", 187.0),
    ("Telefon", 222.0),
    ("letzter Kontakt", 258.0),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one landscape page of contacts."""
    form = Form(rng, Paper("case_list", "contact_list"), Sheet(is_landscape=True), face=rng.choice(("sans", "narrow")), size=8.8)
    form.day_style = "dot"
    sheet, paper = form.sheet, form.paper
    paper.take("kind", "contacts")
    sheet.text(12, 18, rng.choice(("Kontaktpersonenliste", "Liste der Kontaktpersonen", "Enge Kontaktpersonen")), 15, "sans-bold")
    x = 12 + sheet.text(12, 26, "Einrichtung: ", 10, "sans-bold")
    form.put(x, 26, "facility.name", rng.choice(FACILITIES), 90)
    x = 140 + sheet.text(140, 26, "Erkrankung des Indexfalls: ", 10, "sans-bold")
    form.put(x, 26, "disease.name", rng.choice(("Masern", "Tuberkulose", "COVID-19", "Keuchhusten")), 60)
    x = 240 + sheet.text(240, 18, "Stand: ", 10, "sans-bold")
    form.put_day(x, 18, "list_date", scene.today, 40)
    count, step = rng.randint(6, 17), rng.uniform(8.0, 9.2)
    y = 36.0
    sheet.line(11, y - 5.5, 286, y - 5.5, 0.4)
    for label, at in _COLUMNS:
        sheet.text(at, y - 1, label, 8.3, "sans-bold")
    sheet.line(11, y + 1, 286, y + 1, 0.4)
    rows = []
    for number in range(1, count + 1):
        y += step
        rows.append(_row(form, scene, number, y - 1.5))
        sheet.line(11, y + 1, 286, y + 1, 0.15)
    paper.take("rows", rows)
    return Drawing((sheet,), (paper,))


def _row(form: Form, scene: Scene, number: int, y: float) -> dict[str, Any]:
    rng = form.rng
    person = invent_person(rng, scene.place, scene.today, oldest=80, youngest=3)
    contact = scene.today - timedelta(days=rng.randint(1, 12)) if rng.random() < 0.9 else None
    address = person.address
    phone = person.phone
    texts = [
        str(number),
        person.family,
        person.given,
        form.day(person.birth),
        address.street,
        address.place.postal_code,
        address.place.city,
    ]
    texts += [phone.printed if phone else "", form.day(contact) if contact else ""]
    for (_, x), following, text in zip(_COLUMNS, [*(x for _, x in _COLUMNS[1:]), 287.0], texts, strict=True):
        form.write(x, y, text, following - x - 1.5)
    values: dict[str, Any] = {
        "number": number,
        "family_name": person.family,
        "given_name": person.given,
        "birth_date": person.birth.isoformat(),
        "street": address.street,
        "postal_code": address.place.postal_code,
        "city": address.place.city,
    }
    if phone:
        values["phone"] = phone.value
    if contact:
        values["last_contact_date"] = contact.isoformat()
    return values
