"""A care home's list of an outbreak: ruled, upright or sideways, a head of two lines that stands again overleaf."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entry
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row, write_cell
from samples.people import Scene
from samples.sheet import Sheet, text_width, wrapped

_HEADS = {
    "number": ("lfd. Nr.", "Lfd. Nr.", "Nr."),
    "family_name": ("Name", "Nachname"),
    "given_name": ("Vorname",),
    "birth_date": ("Geb.-Datum", "geb. am"),
    "sex": ("m/w/d",),
    "group": ("Wohnbereich", "Wohnbereich / Station"),
    "onset_date": ("Symptombeginn", "Symptom- beginn", "Datum Symptombeginn"),
    "symptoms": ("Symptome*",),
    "test_date": ("Test am", "Abstrich am", "Probe am"),
    "result": ("Ergebnis", "Ergebnis pos./neg."),
    "note": ("Bemerkungen", "Bem."),
}
_WIDTHS = {
    "number": 10, "family_name": 33, "given_name": 28, "birth_date": 21, "sex": 11, "group": 25, "onset_date": 25, "symptoms": 20,
    "test_date": 21, "result": 19, "note": 38,
}  # fmt: skip
_HOMES = (
    "Seniorenzentrum Am Mühlbach",
    "Altenpflegeheim St. Elisabeth",
    "Haus Abendsonne",
    "DRK-Pflegeheim Lindenpark",
    "Pflegewohnstift Elbtal",
)
_DISEASES = ("COVID-19", "Influenza", "Norovirus-Gastroenteritis", "Gastroenteritis", "Rotavirus-Enteritis")
_GROUPS = (("WB 1", "WB 2", "WB 3", "Personal"), ("EG", "1. OG", "2. OG", "Küche"), ("Rose", "Tulpe", "Veilchen"), ("Haus A", "Haus B"))
_NOTES = ("im Zimmer isoliert", "Hausarzt informiert", "stationär", "Besuchsverbot", "bettlägerig", "Angehörige informiert")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw 8 to 25 persons on one or two pages."""
    paper = Paper("case_list", "ausbruch_heim")
    sheet = Sheet(is_landscape=rng.random() < 0.5)
    form = Filling(rng, paper, sheet, face=rng.choice(("sans", "carlito", "caladea", "dejavu")), size=8.6, has_trouble=False)
    form.day_style = rng.choice(("dot", "dot", "short"))
    columns = _columns(rng, is_landscape=sheet.is_landscape)
    heads = {column: rng.choice(_HEADS[column]) for column in columns}
    groups = rng.choice(_GROUPS)
    rows = [_row(form, scene, number, groups) for number in range(1, rng.randint(8, 25) + 1)]
    height = rng.uniform(7.8, 9.6)
    bottom = sheet.height - 20
    left = (sheet.width - sum(columns.values())) / 2
    y = _head(form, columns, heads, left, _title(form, scene, left))
    sheets = [sheet]
    for row in rows:
        if y + height > bottom:
            form.sheet = Sheet(is_landscape=sheet.is_landscape)
            sheets.append(form.sheet)
            y = _head(form, columns, heads, left, 16)
        y = _ruled(form, columns, row.texts, left, y, height)
    for _ in range(rng.choice((0, 0, 1, 3))):
        if y + height <= bottom:
            y = _ruled(form, columns, {}, left, y, height)
    _foot(form, sheets, left, has_key="symptoms" in columns)
    paper.take("rows", [row.told(tuple(columns)) for row in rows])
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _columns(rng: Random, *, is_landscape: bool) -> dict[str, float]:
    """Return the columns with their widths: upright only what must be, sideways with symptoms and remarks."""
    left_out = {"symptoms", "note"} if not is_landscape else set(rng.choice((("symptoms",), ("note",), ())))
    if rng.random() < 0.25:
        left_out |= {"sex"}
    columns = {column: float(width) for column, width in _WIDTHS.items() if column not in left_out}
    room = 272.0 if is_landscape else 186.0
    share = min(1.2, room / sum(columns.values()))
    return {column: width * share for column, width in columns.items()}


def _row(form: Filling, scene: Scene, number: int, groups: tuple[str, ...]) -> Row:
    rng = form.rng
    group = rng.choice(groups)
    oldest, youngest = (64, 19) if group in {"Personal", "Küche"} else (99, 64)
    row = invent_row(rng, scene, form.day, number, (group,), oldest=oldest, youngest=youngest)
    row.texts["symptoms"] = ", ".join(sign for sign in "DEFH" if rng.random() < 0.4)
    if "note" in row.texts:
        row.texts["note"] = rng.choice(_NOTES)
        row.values["note"] = {"note": row.texts["note"]}
    return row


def _title(form: Filling, scene: Scene, left: float) -> float:
    """Print what the list is, the home, the disease and the day, which a pen may have written."""
    rng, sheet, bold = form.rng, form.sheet, "sans-bold"
    form.paper.take("kind", "cases")
    title = rng.choice(("Ausbruchsliste (Line-List)", "Erfassungsbogen Ausbruchsgeschehen", "Liste erkrankter Personen bei Ausbruch"))
    sheet.text(left, 18, title, 14, bold)
    sheet.text(left, 23, "zur Übermittlung an das Gesundheitsamt (§ 6 Abs. 3 IfSG)", 8.5)
    day = form.day(scene.today)
    form.is_by_hand = rng.random() < 0.25
    facts = (
        (("Einrichtung:", "Name der Einrichtung:"), Entry("facility.name", "", rng.choice(_HOMES), {})),
        (("Erkrankung:", "Ausbruch mit:", "Krankheit:"), Entry("disease.name", "", rng.choice(_DISEASES), {})),
        (("Stand:", "Datum:", "Liste vom:"), Entry("list_date", "", day, {"list_date": scene.today.isoformat()})),
    )
    for row, (labels, entry) in enumerate(facts):
        sheet.text(left, 31 + row * 6.4, rng.choice(labels), 9.5, bold)
        sheet.line(left + 40, 32 + row * 6.4, left + 130, 32 + row * 6.4, 0.15)
        if entry.key == "list_date":
            form.answer(entry, left + 42, 31 + row * 6.4, 84)
        else:
            form.put(left + 42, 31 + row * 6.4, entry.key, entry.text, 86)
    return 50.0


def _head(form: Filling, columns: dict[str, float], heads: dict[str, str], left: float, y: float) -> float:
    x = left
    for column, width in columns.items():
        form.sheet.box(x, y, width, 10, 0.35, fill=232)
        text = heads[column]
        lines = wrapped(text, 7.8, "sans-bold", width - 1.6)
        lines = lines if len(lines) > 1 else [text.replace("- ", "")]  # divided only where it must be
        size = min([7.8, *(7.8 * (width - 1.6) / text_width(line, 7.8, "sans-bold") for line in lines)])
        for row, line in enumerate(lines[:2]):
            form.sheet.text(x + 0.9, y + (6.2 if len(lines) == 1 else 4.2) + row * 3.7, line, size, "sans-bold")
        x += width
    return y + 10


def _ruled(form: Filling, columns: dict[str, float], texts: dict[str, str], x: float, y: float, height: float) -> float:
    for column, width in columns.items():
        form.sheet.box(x, y, width, height, 0.18)
        if text := texts.get(column):
            write_cell(form.sheet, x + 1, y, text, form.size, form.face, width - 2, height)
        x += width
    return y + height


def _foot(form: Filling, sheets: list[Sheet], left: float, *, has_key: bool) -> None:
    for number, sheet in enumerate(sheets, start=1):
        y = sheet.height - 12
        if has_key:
            sheet.text(left, y, "* D = Durchfall, E = Erbrechen, F = Fieber, H = Husten", 7.5)
        sheet.text(sheet.width - left, y, f"Seite {number} / {len(sheets)}", 7.5, align="right")
    if form.rng.random() < 0.4:
        ink.signature(sheets[0], sheets[0].width - left - 46, 34, form.rng)
        sheets[0].text(sheets[0].width - left - 48, 42, "Unterschrift PDL", 7.5)
