"""A list whose heads stand in two storeys (person, where to reach, course), ruled by columns only and with lines left over."""

from __future__ import annotations

from random import Random

from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row, write_cell
from samples.medicine import COMMON, FACILITIES
from samples.people import Scene
from samples.sheet import Sheet

_LEFT, _TOP = 13.0, 52.0
_HEADS = {
    "number": ("lfd.", "Nr.", "Ord."),
    "birth_date": ("geboren", "geb.", "Geb.-Tag"),
    "family_name": ("Familienname", "Zuname", "Name"),
    "given_name": ("Vorname", "Vorn."),
    "sex": ("m/w/d", "w/m/d"),
    "street": ("Straße + Nr.", "Str., Hausnr."),
    "postal_code": ("PLZ",),
    "city": ("Ort", "Wohnort"),
    "phone": ("Tel./Mobil", "Rückruf unter", "Telefon"),
    "group": ("Wohnbereich", "Gruppe/Kl.", "Bereich"),
    "onset_date": ("erkrankt", "Symptome ab", "Beginn"),
    "test_date": ("Abstrich", "Probe v.", "getestet"),
    "result": ("Befund", "Erg.", "pos./neg."),
    "last_contact_date": ("zuletzt Kontakt", "letzter Kontakt"),
    "note": ("Vermerk", "Notiz"),
}
_WIDTHS = {
    "number": 9, "birth_date": 21, "family_name": 29, "given_name": 23, "sex": 12, "street": 38, "postal_code": 13, "city": 30,
    "phone": 30, "group": 20, "onset_date": 21, "test_date": 21, "result": 18, "last_contact_date": 24, "note": 28,
}  # fmt: skip
Storey = tuple[tuple[str, tuple[str, ...]], ...]
_CASES: tuple[Storey, ...] = (
    (("", ("number", "group")), ("Person", ("birth_date", "given_name", "family_name", "sex")),
     ("Verlauf", ("onset_date", "test_date", "result")), ("erreichbar", ("phone",)), ("", ("note",))),
    (("Betroffene/r", ("family_name", "given_name", "sex", "birth_date")), ("Labor", ("test_date", "result")),
     ("Anschrift", ("street", "postal_code", "city")), ("Krankheit", ("onset_date",))),
)  # fmt: skip
_CONTACTS: tuple[Storey, ...] = (
    (("", ("number",)), ("Kontakt", ("last_contact_date", "group")), ("Person", ("family_name", "given_name", "birth_date")),
     ("Erreichbarkeit", ("phone", "street", "postal_code", "city"))),
    (("Name", ("given_name", "family_name")), ("Erreichbarkeit", ("phone",)), ("Daten", ("sex", "birth_date")),
     ("Wohnung", ("postal_code", "city", "street")), ("", ("last_contact_date", "note"))),
)  # fmt: skip
_GROUPS = ("WB 1", "WB 2", "EG links", "Haus B", "1. OG")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one sheet sideways, or two where there are many rows."""
    paper = Paper("case_list", "spanned_heads")
    face = rng.choice(("serif", "caladea", "sans", "courier", "narrow"))
    form = Filling(rng, paper, Sheet(is_landscape=True), face=face, size=rng.uniform(8.6, 9.6), has_trouble=False)
    form.day_style = "dot"
    kind = rng.choice(("cases", "contacts"))
    storeys = rng.choice(_CASES if kind == "cases" else _CONTACTS)
    columns = tuple(column for _, keys in storeys for column in keys)
    widths = _spread(columns)
    heads = {column: rng.choice(_HEADS[column]) for column in columns}
    rows = [invent_row(rng, scene, form.day, number, _GROUPS) for number in range(1, rng.randint(3, 22) + 1)]
    _title(form, scene, kind)
    lines, has_dots, sheets = rng.randint(13, 15), rng.random() < 0.5, [form.sheet]
    for first in range(0, len(rows), lines):
        if first:
            form.sheet = Sheet(is_landscape=True)
            sheets.append(form.sheet)
            form.sheet.text(_LEFT, 24, "Fortsetzung", 10, "sans-italic")
        _table(form, storeys, heads, widths, lines, has_dots=has_dots)
        _rows(form, rows[first : first + lines], columns, widths)
    paper.take("rows", [row.told(columns) for row in rows])
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _spread(columns: tuple[str, ...]) -> dict[str, float]:
    """Return the widths of `columns`, made to fill the sheet where they are few."""
    share = min(1.25, 270 / sum(_WIDTHS[column] for column in columns))
    return {column: _WIDTHS[column] * share for column in columns}


def _title(form: Filling, scene: Scene, kind: str) -> None:
    """Print what it is and two facts, the list's day at the right."""
    rng, sheet = form.rng, form.sheet
    form.paper.take("kind", kind)
    titles = (
        ("Aufstellung der Erkrankten", "Erkrankte Personen")
        if kind == "cases"
        else ("Aufstellung der Kontaktpersonen", "Enge Kontaktpersonen")
    )
    sheet.text(148.5, 20, rng.choice(titles), 15, "serif-bold", align="centre")
    sheet.line(95, 22.2, 202, 22.2, 0.3)
    begin = label(sheet, _LEFT, 32, rng.choice(("Haus / Einrichtung:", "Betroffene Einrichtung:", "Einrichtung:")), 10, "serif", 60) + 2
    form.put(_LEFT + begin, 32, "facility.name", rng.choice(FACILITIES), 90)
    begin = label(sheet, _LEFT, 39, rng.choice(("Anlass (Erkrankung):", "Krankheit:", "Diagnose:")), 10, "serif", 60) + 2
    form.put(_LEFT + begin, 39, "disease.name", rng.choice(COMMON[:12]).names[0], 90)
    begin = label(sheet, 222, 32, rng.choice(("Stand:", "erstellt am:", "Liste vom:")), 10, "serif", 40) + 2
    form.put_day(222 + begin, 32, "list_date", scene.today)
    sheet.text(222, 39, "Blatt zur Weitergabe an das Gesundheitsamt", 7.5, "serif")


def _table(form: Filling, storeys: Storey, heads: dict[str, str], widths: dict[str, float], lines: int, *, has_dots: bool) -> None:
    """Draw both storeys of heads and the columns down to the last line; rows are parted by dots or not at all."""
    sheet, x, bottom = form.sheet, _LEFT, _TOP + lines * 9.4
    right = _LEFT + sum(widths.values())
    for title, keys in storeys:
        span = sum(widths[key] for key in keys)
        if title:
            label(sheet, x + 1, 45.4, title, 8.5, "serif-italic", span - 2)
            sheet.line(x, 46.6, x + span, 46.6, 0.2)
        sheet.line(x, 42.2, x, bottom, 0.5)
        for key in keys:
            label(sheet, x + 1, 50.4, heads[key], 9, "serif-bold", widths[key] - 2)
            if key != keys[0]:
                sheet.line(x, 46.6, x, bottom, 0.15)
            x += widths[key]
    sheet.line(right, 42.2, right, bottom, 0.5)
    for y, width in ((42.2, 0.5), (_TOP, 0.5), (_TOP + 0.8, 0.2), (bottom, 0.5)):
        sheet.line(_LEFT, y, right, y, width)
    for line in range(1, lines if has_dots else 1):
        sheet.dotted(_LEFT + 0.5, _TOP + line * 9.4 + 0.4, right - 0.5, 1.6, 0.25)


def _rows(form: Filling, rows: list[Row], columns: tuple[str, ...], widths: dict[str, float]) -> None:
    for line, row in enumerate(rows):
        x = _LEFT
        for column in columns:
            if text := row.texts.get(column):
                write_cell(form.sheet, x + 1, _TOP + line * 9.4 + 0.6, text, form.size, form.face, widths[column] - 1.8, 8.8)
            x += widths[column]
