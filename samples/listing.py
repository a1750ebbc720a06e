"""Rows of lists: cases and contacts with the cells a list may show, and a table that goes on overleaf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.entries import Day
from samples.people import Person, Scene, invent_person
from samples.sheet import Sheet, fitted, text_width, wrapped

# key of a column: what its head may say; separated by |
_HEADS = """
number: Nr.|lfd. Nr.|Lfd.Nr.|#|Pos.
name: Name, Vorname|Nachname, Vorname|Name, Vorn.
family_name: Name|Nachname|Familienname|Zuname
given_name: Vorname|Vorn.|Rufname
birth_date: geb. am|Geb.-Dat.|Geburtsdatum|geb.|Geburtstag
sex: m/w/d|Geschl.|Geschlecht|w/m
address: Anschrift|Adresse|Wohnanschrift|wohnhaft
street: Straße, Nr.|Str./Nr.|Straße
postal_code: PLZ|Postleitz.
city: Ort|Wohnort
phone: Telefon|Tel.|Tel.-Nr.|Rückruf-Nr.
group: Gruppe|Klasse|Wohnbereich|Station|Bereich
onset_date: Erkr.-Beginn|krank seit|Beginn|Symptombeginn|erkrankt am
test_date: Test am|Abstrich am|Probe vom|Testdatum
result: Ergebnis|Testergebnis|Befund|Resultat
last_contact_date: letzter Kontakt|Kontakt am|Letzter Kontakt am|Kontaktdatum
note: Bemerkung|Anmerkung|Bem.|Sonstiges
"""
HEADS = {key: tuple(heads.split("|")) for key, _, heads in (line.partition(": ") for line in _HEADS.strip().splitlines())}
_NOTES = (
    "Geschwisterkind",
    "im Urlaub",
    "Arzt informiert",
    "zu Hause seit 3 Tagen",
    "stationär",
    "Fieber",
    "wieder gesund",
    "Mutter informiert",
)
_SEXES = {"female": "w", "male": "m", "diverse": "d"}
_RESULTS = {"positive": ("positiv", "pos."), "negative": ("negativ", "neg.")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: the texts of its cells by column, and what each puts into the truth."""

    texts: dict[str, str]
    values: dict[str, dict[str, Any]]

    def told(self, columns: tuple[str, ...]) -> dict[str, Any]:
        """Return the row of the truth for a list with these columns."""
        return {path: value for column in columns for path, value in self.values.get(column, {}).items()}


def head(rng: Random, column: str) -> str:
    """Choose what stands above a column."""
    return rng.choice(HEADS[column])


def invent_row(rng: Random, scene: Scene, day: Day, number: int, groups: tuple[str, ...], *, oldest: int = 90, youngest: int = 1) -> Row:
    """Invent one person of a list with every cell there is; some are left empty."""
    person = invent_person(rng, scene.place, scene.today, oldest=oldest, youngest=youngest)
    row = Row({}, {})

    def put(column: str, text: str, values: dict[str, Any]) -> None:
        row.texts[column], row.values[column] = text, values

    _person_cells(put, person)
    put("number", str(number), {"number": number})
    if person.phone:
        put("phone", person.phone.printed, {"phone": person.phone.value})
    group = rng.choice(groups)
    put("group", group, {"group": group})
    onset = scene.today - timedelta(days=rng.randint(0, 10))
    days: dict[str, date | None] = {
        "onset_date": onset if rng.random() < 0.9 else None,
        "test_date": min(scene.today, onset + timedelta(days=1)) if rng.random() < 0.8 else None,
        "last_contact_date": scene.today - timedelta(days=rng.randint(1, 12)) if rng.random() < 0.92 else None,
    }
    for column, moment in days.items():
        if moment:
            put(column, day(moment), {column: moment.isoformat()})
    result = rng.choices(("positive", "negative", None), weights=(6, 2, 3))[0]
    if result:
        put("result", rng.choice(_RESULTS[result]), {"result": result})
    if rng.random() < 0.25:
        note = rng.choice(_NOTES)
        put("note", note, {"note": note})
    return row


def _person_cells(put: Any, person: Person) -> None:
    names = {"family_name": person.family, "given_name": person.given}
    put("name", f"{person.family}, {person.given}", names)
    put("family_name", person.family, {"family_name": person.family})
    put("given_name", person.given, {"given_name": person.given})
    put("birth_date", f"{person.birth:%d.%m.%Y}", {"birth_date": person.birth.isoformat()})
    put("sex", _SEXES[person.sex], {"sex": person.sex})
    street, place = person.address.street, person.address.place
    where = {"street": street, "postal_code": place.postal_code, "city": place.city}
    put("address", f"{street}, {person.address.town}", where)
    for column, text in where.items():
        put(column, text, {column: text})


def write_cell(sheet: Sheet, x: float, y: float, text: str, size: float, face: str, width: float, height: float) -> None:
    """Write a cell's text between its top `y` and `y + height`: in one line, else wrapped into two, else shrunk."""
    if text_width(text, size, face) <= width:
        sheet.text(x, y + height / 2 + size * 0.12, text, size, face)
        return
    lines = wrapped(text, size * 0.95, face, width)
    if len(lines) == 2 and all(text_width(line, size * 0.95, face) <= width for line in lines) and height >= size * 0.8:
        for row, line in enumerate(lines):
            sheet.text(x, y + height / 2 + size * (0.36 * row - 0.06), line, size * 0.95, face)
        return
    small = fitted(text, size, face, width)
    sheet.text(x, y + height / 2 + size * 0.12, text, *((small, face) if small >= 6.5 else (fitted(text, size, "narrow", width), "narrow")))
