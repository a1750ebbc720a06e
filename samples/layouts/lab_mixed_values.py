"""A practice laboratory's findings: heads with one row of key data below, blood counts and a pathogen in one table with its ranges."""

from __future__ import annotations

from random import Random

from samples.authors import note, reworded
from samples.entries import Entries, Entry, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import Finding, invent_finding
from samples.people import Scene

_LEFT, _RIGHT = 15.0, 196.0
_LABELS = """
patient.name: Patient (Name, Vorname)|Name, Vorname|Patient/in
patient.birth_date: geb.|Geb.-Datum|geb. am
patient.sex: Geschl.|m/w/d
patient.address: Anschrift|wohnhaft
patient.phone: Tel. Pat.|Telefon (Patient)|Pat.-Telefon
order_number: Auftragsnr.|Auftrag|Barcode-Nr.
specimen.material: Material|Mat.
specimen.collected_on: Entnahmedatum|Abnahme
specimen.received_on: Eingang|Eingang Labor
notification_date: Befunddatum / Meldung|Meldedatum|Meldung vom
submitter.organization: Einsender|Praxis
submitter.name: Arzt|Anfordernd
"""
_SEXES = (("female", "w"), ("male", "m"), ("diverse", "d"))
# name, unit, range, lowest and highest value to print, digits behind the comma
_VALUES: tuple[tuple[str, str, str, float, float, int], ...] = (
    ("CRP", "mg/l", "< 5,0", 1, 140, 1),
    ("Leukozyten", "Gpt/l", "4,0 - 10,0", 3, 17, 1),
    ("Thrombozyten", "Gpt/l", "150 - 400", 120, 430, 0),
    ("Hämoglobin", "mmol/l", "7,5 - 10,0", 6, 11, 1),
    ("GPT (ALAT)", "U/l", "< 35", 14, 620, 0),
    ("GOT (ASAT)", "U/l", "< 35", 14, 480, 0),
    ("Kreatinin", "µmol/l", "45 - 84", 40, 140, 0),
    ("Bilirubin gesamt", "µmol/l", "< 21", 5, 90, 0),
    ("Glukose", "mmol/l", "3,9 - 5,6", 3, 9, 1),
    ("Natrium", "mmol/l", "136 - 145", 131, 148, 0),
)
_STOPS = (_LEFT, 78.0, 110.0, 128.0, 158.0)
_COMMENTS = (
    "Meldepflichtiger Erreger! Dieser Befund wird dem Gesundheitsamt gemäß § 7 IfSG übermittelt.",
    "§ 7 IfSG: namentliche Meldung durch das Labor mit diesem Schreiben.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page with a handful of ordinary values and one pathogen's row."""
    paper = Paper("laboratory_notification", "lab_mixed_values")
    form = Filling(
        rng, paper, face=rng.choice(("sans", "narrow", "carlito", "dejavu")), size=rng.uniform(8.8, 9.6), by_hand=0.0, has_trouble=False
    )
    finding = invent_finding(rng)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day, finding), _LABELS, {"patient.sex": _SEXES})
    _head(form, ask, scene)
    y = _strip(form, ask, (("patient.name", 0.56), ("patient.birth_date", 0.24), ("patient.sex", 0.2)), 56)
    y = _strip(form, ask, (("patient.address", 0.66), ("patient.phone", 0.34)), y)
    sender = (("submitter.organization", 0.5), ("submitter.name", 0.5))
    y = _strip(form, ask, sender if rng.random() < 0.6 else sender[::-1], y)
    cells = [("order_number", 0.22), ("specimen.material", 0.24), ("specimen.collected_on", 0.17), ("specimen.received_on", 0.17)]
    if rng.random() < 0.5:
        cells.reverse()
    y = _strip(form, ask, (*cells, ("notification_date", 0.2)), y)
    y = _table(form, ask, finding, y + 10)
    _foot(form, ask, y)
    return Drawing((form.sheet,), (paper,))


def _head(form: Filling, ask: Entries, scene: Scene) -> None:
    sheet, rng, lab = form.sheet, form.rng, scene.laboratory
    sheet.text(105, 18, lab.organization, 14, "sans-bold", align="centre")
    note(form, ask["laboratory.organization"], 18)
    line = f"{lab.address.street}  |  {lab.address.town}  |  Tel.: {lab.phone.printed}"
    sheet.text(105, 23.5, line, 8.5, "sans", align="centre")
    note(form, ask["laboratory.address"], 23.5)
    note(form, ask["laboratory.phone"], 23.5)
    sheet.line(_LEFT, 26, _RIGHT, 26, 0.2)
    sheet.line(_LEFT, 26.8, _RIGHT, 26.8, 0.2)
    sheet.text(_LEFT, 37, rng.choice(("Befundbericht", "LABORBEFUND", "Endbefund")), 15, "sans-bold")
    sheet.text(_LEFT, 42.5, rng.choice(("mit Meldung nach § 7 IfSG", "Durchschrift als Meldung gemäß § 7 Abs. 1 IfSG")), 9, "sans")
    begin = sheet.text(_LEFT, 50, rng.choice(("an: ", "Durchschrift an: ", "Meldung an: ")), form.size, "sans-bold")
    form.answer(ask["recipient"], _LEFT + begin, 50, 110)
    sheet.text(_RIGHT, 37, "Bl. 1/1", 8, "sans", align="right")
    sheet.text(_RIGHT, 42.5, f"Ringversuch-Nr. {rng.randint(100, 999)} gültig", 7.5, "sans", align="right")


def _strip(form: Filling, ask: Entries, cells: tuple[tuple[str, float], ...], y: float) -> float:
    """Print a row of heads on grey and below it one row of values."""
    sheet, x = form.sheet, _LEFT
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 5, 0, fill=225)
    for key, share in cells:
        entry, width = ask[key], (_RIGHT - _LEFT) * share
        label(sheet, x + 1, y + 3.7, entry.label, 8, "sans-bold", width - 2)
        _cell(form, entry, x + 1, y + 9.4, width - 2.5)
        x += width
    sheet.line(_LEFT, y + 11.5, _RIGHT, y + 11.5, 0.2)
    return y + 12.5


def _cell(form: Filling, entry: Entry, x: float, y: float, width: float) -> None:
    if entry.choices:
        form.answer_word(entry, x, y, width)
    else:
        form.answer(entry, x, y, width)


def _value(rng: Random, row: tuple[str, str, str, float, float, int]) -> tuple[str, str, str, str, str]:
    name, unit, normal, low, high, digits = row
    return name, f"{rng.uniform(low, high):.{digits}f}".replace(".", ","), unit, normal, ""


def _table(form: Filling, ask: Entries, finding: Finding, y: float) -> float:
    """Print ordinary values first or last, the pathogen among its own heading, its method in a column of its own or below."""
    sheet, rng = form.sheet, form.rng
    heads = (rng.choice(("Untersuchung", "Analyt", "Parameter")), "Ergebnis", "Einheit", rng.choice(("Referenzbereich", "Norm")), "Methode")
    sheet.line(_LEFT, y - 5, _RIGHT, y - 5, 0.5)
    for x, head in zip(_STOPS, heads, strict=True):
        sheet.text(x + 1, y - 1, head, 8.8, "sans-bold")
    sheet.line(_LEFT, y + 0.8, _RIGHT, y + 0.8, 0.5)
    parts = ["values", "pathogen"]
    rng.shuffle(parts)
    for part in parts:
        title = rng.choice(("Klinische Chemie / Hämatologie", "Basislabor")) if part == "values" else "Infektionsdiagnostik"
        y += 6.5
        sheet.text(_LEFT + 1, y, title, 8.8, "sans-italic")
        if part == "pathogen":
            y = _pathogen(form, ask, finding, y + 5.6)
            continue
        for row in rng.sample(_VALUES, rng.randint(2, 5)):
            y += 5.6
            for x, end, text in zip(_STOPS, (*_STOPS[1:], _RIGHT), _value(rng, row), strict=True):
                if text:
                    form.write(x + 1, y, text, end - x - 2)
    sheet.line(_LEFT, y + 3, _RIGHT, y + 3, 0.5)
    return y + 3


def _pathogen(form: Filling, ask: Entries, finding: Finding, y: float) -> float:
    """Print what was looked for; the finding's text stands indented below."""
    rng, (x, result, unit, normal, method) = form.rng, _STOPS
    form.answer(ask["pathogen"], x + 1, y, result - x - 2)
    form.paper.take("result", "positive", y)
    word = rng.choice(("positiv", "POSITIV", "nachgewiesen", "pos. (+)"))
    form.write(result + 1, y, word, unit - result - 2)
    form.write(normal + 1, y, rng.choice(("negativ", "nicht nachw.", "neg.")), method - normal - 2)
    form.answer(ask["method"], method + 1, y, _RIGHT - method - 2)
    y += 5.2
    begin = form.sheet.text(x + 5, y, rng.choice(("Befund: ", "Bemerkung zum Befund: ", "Befundtext: ")), form.size, form.face)
    form.put(x + 5 + begin, y, "finding", finding.text, 120)
    return y


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, y + 8, rng.choice(_COMMENTS), 9, "sans-bold")
    sheet.text(
        _LEFT,
        y + 13,
        "Referenzbereiche gelten für Erwachsene. Mit * gekennzeichnete Leistungen wurden im Fremdlabor erbracht.",
        7.5,
        "sans",
    )
    begin = sheet.text(_LEFT, y + 25, rng.choice(("validiert: ", "Freigegeben von: ", "gez. ")), form.size, form.face)
    form.answer(ask["laboratory.doctor"], _LEFT + begin, y + 25, 100)
    sheet.text(_LEFT, y + 29.5, "elektronisch signiert", 7.5, "sans")
    sheet.text(105, 285, "Auszüge aus diesem Befund bedürfen der Genehmigung des Labors.", 7.5, "sans", align="centre")
