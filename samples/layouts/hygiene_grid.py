"""A hospital hygienist's outbreak sheet from a spreadsheet: heads in two storeys, white on black above, numbers under every head."""

from __future__ import annotations

from random import Random

from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row, write_cell
from samples.medicine import COMMON
from samples.people import Scene
from samples.sheet import Sheet, fitted, text_width, wrapped

_LEFT, _WIDTH, _UPPER, _LOWER = 10.0, 277.0, 5.6, 8.4
_HEADS = {
    "number": ("Fall", "Fall-Nr.", "lfd."),
    "family_name": ("Zuname", "Pat.-Name", "Nachn."),
    "given_name": ("Rufname", "Vorn."),
    "birth_date": ("*geb.", "Geb.-Tag", "geb. (TT.MM.JJJJ)"),
    "sex": ("Sex", "G.", "M/W/D"),
    "group": ("Stat.", "Station (bei Beginn)", "Bettenhaus/ Ebene"),
    "room": ("Zi.", "Zimmer"),
    "onset_date": ("1. Symptom", "manifest ab", "Onset"),
    "test_date": ("entnommen", "Abstr./Probe", "abgenommen"),
    "result": ("Resultat", "+/-", "Nachw."),
    "isolated": ("Iso.", "isoliert"),
    "note": ("Zusatz", "Verbleib / Info", "Freitext"),
    "phone": ("Fon", "Angeh./Rückr.", "erreichb. u."),
    "postal_code": ("Postltz.", "PLZ Wohnung"),
    "city": ("wohnt in", "Wohngem."),
}
_WIDTHS = {
    "number": 10, "family_name": 32, "given_name": 26, "birth_date": 21, "sex": 11, "group": 20, "room": 11, "onset_date": 21,
    "test_date": 21, "result": 19, "isolated": 12, "note": 34, "phone": 31, "postal_code": 15, "city": 29,
}  # fmt: skip
# titles of the upper storey and the columns under them; without a title a head takes both storeys
Storey = tuple[tuple[str, tuple[str, ...]], ...]
_STOREYS: tuple[Storey, ...] = (
    (("Unterbringung", ("group", "room")), ("", ("number",)), ("Probe", ("result", "test_date")), ("", ("onset_date",)),
     ("Patient/in", ("given_name", "family_name", "sex", "birth_date")), ("Maßn.", ("isolated",)), ("", ("note",))),
    (("", ("onset_date",)), ("Mikrobiologie", ("test_date", "result")), ("Stammdaten", ("birth_date", "family_name", "given_name", "sex")),
     ("Lage", ("room", "group")), ("Entlassanschrift", ("city", "postal_code")), ("", ("isolated",)), ("", ("number",))),
    (("", ("number",)), ("Stammdaten (KIS)", ("sex", "birth_date", "given_name", "family_name")), ("", ("phone",)),
     ("Verlauf / Diagnostik", ("isolated", "onset_date", "result", "test_date")), ("", ("group",)), ("", ("note",))),
)  # fmt: skip
_CLINICS = (
    "Klinikum Hohenfels, Haus 3",
    "Helenenkrankenhaus",
    "Rehaklinik Buchenhain",
    "Kreisklinik Nord",
    "Fachklinik Waldsee",
)
_WARDS = ("ITS", "3 B", "Geri 2", "M 14", "Chir. 1", "Stroke U.")
_SEXES = ({"female": "W", "male": "M", "diverse": "D"}, {"female": "weibl.", "male": "männl.", "diverse": "div."})
_SIGNS = (
    {"positive": "pos", "negative": "neg"},
    {"positive": "POSITIV", "negative": "NEGATIV"},
    {"positive": "+pos", "negative": "-neg"},
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one or more sheets sideways; heads stand on every one, the facts on the first."""
    paper = Paper("case_list", "hygiene_grid")
    face = rng.choice(("carlito", "narrow", "dejavu", "sans"))
    form = Filling(rng, paper, Sheet(is_landscape=True), face=face, size=rng.uniform(8.4, 9.2), has_trouble=False)
    form.day_style = rng.choice(("dot", "short"))
    storeys = rng.choice(_STOREYS)
    columns = tuple(key for _, keys in storeys for key in keys)
    share = _WIDTH / sum(_WIDTHS[key] for key in columns)
    widths = {key: _WIDTHS[key] * share for key in columns}
    heads = {key: rng.choice(_HEADS[key]) for key in columns}
    sexes, signs, height = rng.choice(_SEXES), rng.choice(_SIGNS), rng.uniform(6.6, 8.2)
    rows = [_row(form, scene, number, sexes, signs) for number in range(1, rng.randint(4, 27) + 1)]
    y, sheets = _storeys(form, storeys, heads, widths, _facts(form, scene)), [form.sheet]
    for row in rows:
        if y + height > 192:
            form.sheet = Sheet(is_landscape=True)
            sheets.append(form.sheet)
            y = _storeys(form, storeys, heads, widths, 14.0)
        y = _cells(form, row, widths, y, height)
    foot = rng.choice(("HYG-QM-0417 Rev. 6", "FB Häufungen, gültig ab 01/2025"))
    for number, sheet in enumerate(sheets, start=1):
        sheet.text(_LEFT, 203, foot, 8, face)
        sheet.text(148, 203, "vertraulich – Patientendaten – nur per Fax an das Gesundheitsamt", 8, face, align="centre")
        sheet.text(287, 203, f"{number} von {len(sheets)}", 8, face, align="right")
    paper.take("rows", [row.told(columns) for row in rows])
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _row(form: Filling, scene: Scene, number: int, sexes: dict[str, str], signs: dict[str, str]) -> Row:
    """Invent a patient in this hospital's spelling; room and isolation are columns that no record wants."""
    rng = form.rng
    row = invent_row(rng, scene, form.day, number, (rng.choice(_WARDS),), oldest=97, youngest=18)
    row.texts["sex"] = sexes[row.values["sex"]["sex"]]
    if "result" in row.values:
        row.texts["result"] = signs[row.values["result"]["result"]]
    row.texts["room"] = str(rng.randint(1, 28))
    row.texts["isolated"] = rng.choice(("x", "x", "entf.", ""))
    if "note" in row.values:
        note = rng.choice(("verlegt auf ITS", "nach Hause entl.", "Kohorte Zi. 12", "Rollstuhl", "Dialysepat.", "AB seit 2 Tg."))
        row.texts["note"], row.values["note"] = note, {"note": note}
    return row


def _facts(form: Filling, scene: Scene) -> float:
    """Print a band of cells, each with its label in small type inside, and a box that the office fills in; return where heads begin."""
    rng, sheet, paper = form.rng, form.sheet, form.paper
    paper.take("kind", "cases")
    titles = ("Nosokomiale Häufung – namentliche Fallaufstellung", "Ausbruchsprotokoll Hygiene: betroffene Patienten")
    sheet.text(_LEFT, 16, rng.choice(titles), 13, "narrow-bold")
    sheet.text(287, 12.5, "Stabsstelle Krankenhaushygiene", 9, form.face, align="right")
    sheet.text(287, 16.5, "DECT 4417 · Mo-Do 7.00-15.30, Fr bis 12.00", 8, form.face, align="right")
    cells = [
        (("Haus", "Klinik / Standort", "Betroffenes Haus"), "facility.name", rng.choice(_CLINICS), 86.0),
        (("Krankheitsbild", "Häufung von", "Ausbruchskrankheit"), "disease.name", rng.choice(COMMON[:12]).names[0], 82.0),
        (("Datenstand", "Berichtstag", "Ausgabe vom"), "list_date", form.day(scene.today), 36.0),
    ]
    rng.shuffle(cells)
    x = _LEFT
    for labels, path, text, width in cells:
        sheet.box(x, 20, width, 11, 0.3)
        label(sheet, x + 1.2, 23.2, rng.choice(labels), 8, "narrow", width - 2)
        form.put(x + 2, 29, path, text, width - 4, scene.today.isoformat() if path == "list_date" else None)
        x += width
    sheet.box(x + 4, 20, _LEFT + _WIDTH - x - 4, 11, 0.3, fill=225)
    label(sheet, x + 5.2, 23.2, "Vermerk Gesundheitsamt / SurvNet-Nr.", 8, "narrow", 66)
    return 36.0


def _storeys(form: Filling, storeys: Storey, heads: dict[str, str], widths: dict[str, float], y: float) -> float:
    """Draw both storeys and the strip of column numbers; a column without a title above it is one tall cell."""
    sheet, x, number = form.sheet, _LEFT, 0
    for title, keys in storeys:
        span = sum(widths[key] for key in keys)
        if title:
            sheet.box(x + 0.4, y, span - 0.6, _UPPER, 0, fill=0)
            size = fitted(title, 8.5, "sans-bold", span - 1.5)
            sheet.text(x + span / 2, y + 4, title, size, "sans-bold", align="centre", grey=255)
        for key in keys:
            top = y + _UPPER if title else y
            sheet.box(x, top, widths[key], y + _UPPER + _LOWER - top, 0.3, fill=232)
            _head(sheet, heads[key], x + widths[key] / 2, (top + y + _UPPER + _LOWER) / 2, widths[key] - 1.4)
            number += 1
            sheet.box(x, y + _UPPER + _LOWER, widths[key], 3.8, 0.2)
            sheet.text(x + widths[key] / 2, y + _UPPER + _LOWER + 2.9, str(number), 8, "narrow", align="centre")
            x += widths[key]
    return y + _UPPER + _LOWER + 3.8


def _head(sheet: Sheet, text: str, x: float, middle: float, width: float) -> None:
    """Write a head centred in its cell, on two lines where it must be."""
    lines = wrapped(text, 8.2, "narrow-bold", width)
    size = min(8.2, *(8.2 * width / text_width(line, 8.2, "narrow-bold") for line in lines))
    for row, line in enumerate(lines):
        sheet.text(x, middle + 1.1 + (row - (len(lines) - 1) / 2) * 3.4, line, size, "narrow-bold", align="centre")


def _cells(form: Filling, row: Row, widths: dict[str, float], y: float, height: float) -> float:
    x = _LEFT
    for key, width in widths.items():
        form.sheet.box(x, y, width, height, 0.15)
        if text := row.texts.get(key):
            write_cell(form.sheet, x + 1, y, text, form.size, form.face, width - 1.8, height)
        x += width
    return y + height
