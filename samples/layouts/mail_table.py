"""A works doctor's mail, printed: the lines of its head, a few sentences, and a table drawn with dashes and bars in fixed type."""

from __future__ import annotations

from datetime import date
from random import Random

from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.listing import Row, invent_row
from samples.medicine import COMMON
from samples.people import Scene, invent_person
from samples.sheet import Sheet, text_width

_LEFT = 14.0
_HEADS = {
    "number": ("LFD", "N°", "Zeile"),
    "phone": ("Handy/Festnetz", "Durchklingeln unter", "MOBIL/PRIVAT"),
    "birth_date": ("Geb.", "GEBDAT", "Jahrgang/Geb."),
    "family_name": ("FAMNAME", "Zun.", "Familien-N."),
    "given_name": ("VORN", "Vor-N.", "Rufn."),
    "group": ("Abt./Schicht", "Kostenstelle", "TEAM"),
    "last_contact_date": ("zul. gesehen", "LETZTKONTAKT", "zuletzt zus. am"),
    "onset_date": ("ausgefallen ab", "AU/Beschw. seit", "SYMPTOM_AB"),
    "result": ("Selbsttest", "TESTERG", "Ausgang Test"),
    "street": ("privat: Straße", "STRASSE", "wohnt (Str.)"),
    "postal_code": ("PLZ", "POSTLZ"),
    "city": ("Wohnsitz", "ORT", "in"),
}
_CASES = (
    ("group", "given_name", "family_name", "onset_date", "birth_date", "phone", "result"),
    ("phone", "birth_date", "family_name", "given_name", "result", "onset_date", "postal_code", "city", "street"),
)
_CONTACTS = (
    ("last_contact_date", "group", "family_name", "given_name", "phone", "birth_date", "number"),
    ("phone", "given_name", "family_name", "birth_date", "city", "postal_code", "street", "last_contact_date"),
)
_FIRMS = ("Kaltwalzwerk Gebr. Ostermann", "Logistikpark Mitte, Halle 4", "Fleischwaren Thalhofer", "Callcenter Telavia", "Werft Sandhafen")
_TEAMS = ("Früh", "Spät", "Nacht", "VPK-2", "Büro EG", "Azubi")
_DROPPED = ("number", "street", "group", "postal_code", "city")  # what is left out first where the lines would be too long


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one or more pages, sideways where the table has many columns."""
    paper = Paper("case_list", "mail_table")
    kind = rng.choice(("cases", "contacts"))
    columns = rng.choice(_CASES if kind == "cases" else _CONTACTS)
    is_landscape = "street" in columns
    face = rng.choice(("mono", "courier", "dejavu-mono"))
    form = Filling(rng, paper, Sheet(is_landscape=is_landscape), face=face, size=rng.uniform(8.1, 8.8), has_trouble=False)
    form.day_style = rng.choice(("dot", "dot", "bare", "short"))
    rows = [invent_row(rng, scene, form.day, number, _TEAMS, oldest=66, youngest=17) for number in range(1, rng.randint(3, 30) + 1)]
    heads = {key: rng.choice(_HEADS[key]) for key in columns}
    widths = _widths(form, columns, heads, rows)
    sheets = _lines(form, _table(rng, widths, heads, rows), _intro(form, scene, kind))
    for number, sheet in enumerate(sheets, start=1):
        sheet.text(sheet.width - _LEFT, sheet.height - 9, f"{number}/{len(sheets)}", 8, "sans", align="right")
        sheet.text(_LEFT, sheet.height - 9, "about:blank", 8, "sans")
    paper.take("rows", [row.told(tuple(widths)) for row in rows])
    paper.pages = list(range(1, len(sheets) + 1))
    return Drawing(tuple(sheets), (paper,))


def _widths(form: Filling, columns: tuple[str, ...], heads: dict[str, str], rows: list[Row]) -> dict[str, int]:
    """Return how many letters each column takes; columns that find no room are left out."""
    room = int((form.sheet.width - 2 * _LEFT) / text_width("0", form.size, form.face)) - 1
    widths = {key: max(len(heads[key]), *(len(row.texts.get(key, "")) for row in rows)) for key in columns}
    for key in _DROPPED:
        if sum(widths.values()) + 3 * len(widths) + 1 > room:
            widths.pop(key, None)
    return widths


def _table(rng: Random, widths: dict[str, int], heads: dict[str, str], rows: list[Row]) -> list[str]:
    """Set the table as text: bars between the cells, dashes under the heads, in one style also between the rows."""
    style = rng.choice(("bars", "grid", "open"))
    joint = {"bars": "-|-", "grid": "-+-", "open": "  "}[style]
    begin, end, bar = ("", "", "  ") if style == "open" else ("| ", " |", " | ")
    rule = joint.join("-" * width for width in widths.values())
    rule = rule if style == "open" else f"{joint[1]}-{rule}-{joint[1]}"

    def cells(texts: dict[str, str]) -> str:
        return begin + bar.join(texts.get(key, "").ljust(width) for key, width in widths.items()) + end

    lines = [cells(heads), rule]
    if style != "open":
        lines.insert(0, rule)
    for row in rows:
        lines.append(cells(row.texts))
        if style == "grid":
            lines.append(rule)
    return [*lines, rule] if style == "bars" else lines


def _intro(form: Filling, scene: Scene, kind: str) -> float:
    """Print the mail's head, a greeting, and the facts as the mail's own lines; return where the table begins."""
    rng, sheet, paper = form.rng, form.sheet, form.paper
    paper.take("kind", kind)
    writer = invent_person(rng, scene.place, scene.today, youngest=30, oldest=63)
    noun = "Kontaktpersonen" if kind == "contacts" else "Erkrankte"
    sheet.text(_LEFT, 17, f"{writer.given} {writer.family}", 12, "sans-bold")
    sheet.line(_LEFT, 19.5, sheet.width - _LEFT, 19.5, 0.6)
    sender = "betriebsarzt@werk.example"
    for row, (head, text) in enumerate((
        ("Von:", f"{writer.family}, {writer.given} <{sender}>"),
        ("Gesendet:", _sent(rng, scene.today)),
        ("An:", rng.choice(("'infektionsschutz@amt.example'", "Fax-Gateway <fax@werk.example>"))),
        ("Betreff:", rng.choice((f"WG: {noun} aus dem Betrieb", f"AW: AW: {noun}, angeforderte Aufstellung", f"{noun} - eilt!"))),
    )):  # fmt: skip
        sheet.text(_LEFT, 25 + row * 4.6, head, 9, "sans-bold")
        sheet.text(_LEFT + 24, 25 + row * 4.6, text, 9, "sans")
    y = 50.0
    who = "Personen, die Kontakt zur Indexperson hatten" if kind == "contacts" else "Beschäftigten, die erkrankt sind"
    for text in ("Hallo zusammen,", f"wie am Telefon besprochen anbei die {who}.", "Bitte nicht an die Personalabteilung weitergeben."):
        sheet.text(_LEFT, y, text, form.size + 0.5, form.face)
        y += 4.6
    y += 3
    facts = [
        (rng.choice(("Betrieb", "Werk", "Arbeitsstätte")), "facility.name", rng.choice(_FIRMS)),
        (rng.choice(("Anlass", "Worum geht's", "Thema")), "disease.name", rng.choice(COMMON[:12]).names[0]),
        (rng.choice(("Aufstellung vom", "Fassung", "abgeschlossen am")), "list_date", form.day(scene.today)),
    ]
    rng.shuffle(facts)
    for title, path, text in facts:
        x = _LEFT + sheet.text(_LEFT, y, f"{title.ljust(16, '.')}: ", form.size, form.face)
        form.put(x, y, path, text, 100, scene.today.isoformat() if path == "list_date" else None)
        y += 4.6
    return y + 4.5


def _sent(rng: Random, day: date) -> str:
    names = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
    return f"{names[day.weekday()]}, {day:%d.%m.%Y} {rng.randint(7, 17):02d}:{rng.randint(0, 59):02d}"


def _lines(form: Filling, lines: list[str], y: float) -> list[Sheet]:
    """Print the table's lines, and the mail's end below; what does not fit goes overleaf, without heads."""
    rng, sheets, leading = form.rng, [form.sheet], form.rng.uniform(3.9, 4.7)
    closing = ["", "", "Viele Grüße", rng.choice(("Betriebsärztlicher Dienst", "i. V. Werksanitätsstelle")), "", "-- ",
               "Von meinem Diensthandy gesendet. Bitte denken Sie an die Umwelt, bevor Sie diese Mail ausdrucken."]  # fmt: skip
    for line in [*lines, *closing]:
        if y > form.sheet.height - 18:
            form.sheet, y = Sheet(is_landscape=form.sheet.is_landscape), 18.0
            sheets.append(form.sheet)
        if line:
            form.sheet.text(_LEFT, y, line, form.size, form.face)
        y += leading
    return sheets
