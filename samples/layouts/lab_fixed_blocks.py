"""A laboratory system's fixed-width print: rulers of hyphens, run-on lines of 'short label: value', a block for each investigation."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.authors import note, reworded
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.medicine import PATHOGENS, Finding, invent_finding
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 17.0, 193.0
_LABELS = """
recipient: An|EMPFAENGER|Gesundheitsamt
patient.name: Pat.|Patient|Pat.-Name
patient.birth_date: geb.|*|Geb.
patient.sex: G|Sex|m/w/d
patient.address: Adr.|wohnh.|Anschr.
patient.phone: Tel|Fon
submitter.organization: Einsender|Eins.
submitter.name: Arzt|anford. Arzt
submitter.address: Adresse|Anschr.
submitter.phone: Tel|Fon
order_number: Auftr.-Nr|Tagesnr.|LabNr
specimen.material: Material|Mat.
specimen.collected_on: Entnahme|Entn.|Abn.
specimen.received_on: Eingang|Eing.
notification_date: Meldung v.|Meldedatum|gemeldet
laboratory.doctor: Validiert|Freigabe|med. validiert
"""
_SEXES = (("female", "W"), ("male", "M"), ("diverse", "D"))
_BLOCK = {
    "pathogen": ("Untersuchung", "Erreger", "Parameter"),
    "method": ("Methode", "Verfahren", "Technik"),
    "result": ("Ergebnis", "Resultat", "Bewertung"),
    "finding": ("Befund", "Text", "Kommentar"),
}
Line = tuple[Finding, bool]


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page of one to four investigations; the first one or two of those chosen are positive and notified."""
    paper = Paper("laboratory_notification", "lab_fixed_blocks")
    face = rng.choice(("mono", "courier", "dejavu-mono"))
    form = Filling(rng, paper, face=face, size=8.6 if face == "dejavu-mono" else rng.uniform(8.8, 9.6), by_hand=0.0, has_trouble=False)
    material, lines = _choose(rng)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day, lines[0][0]), _LABELS, {"patient.sex": _SEXES})
    ask["specimen.material"] = replace(ask["specimen.material"], text=material, values={"specimen.material": material})
    y = _head(form, ask, scene)
    y = _facts(form, ask, y)
    rng.shuffle(lines)
    y = _blocks(form, lines, y)
    _foot(form, ask, y)
    told = [
        Paper(paper.kind, paper.layout, values={**paper.values, **_values(f)}, needs_review=paper.needs_review)
        for f, is_it in lines
        if is_it
    ]
    return Drawing((form.sheet,), tuple(told))


def _choose(rng: Random) -> tuple[str, list[Line]]:
    material = rng.choice(("Stuhl", "Serum", "Rachenabstrich", "Nasopharyngealabstrich"))
    fitting = [pathogen for pathogen in PATHOGENS if material in pathogen.materials]
    chosen = rng.sample(fitting, min(len(fitting), rng.randint(1, 4)))
    positives = rng.choices((1, 2), weights=(85, 15))[0]
    return material, [(invent_finding(rng, pathogen), index < positives) for index, pathogen in enumerate(chosen)]


def _values(finding: Finding) -> dict[str, str]:
    return {
        "pathogen.code": finding.pathogen.code,
        "pathogen.name": finding.name,
        "method": finding.method,
        "result": "positive",
        "finding": finding.text,
    }


def _ruler(form: Filling, y: float, letter: str = "-") -> float:
    """Print a line of one sign all over the page, as programs do that know no lines."""
    x = _LEFT
    while x < _RIGHT - 2:
        x += form.sheet.text(x, y, letter * 4, form.size, form.face)
    return y + 5


def _head(form: Filling, ask: Entries, scene: Scene) -> float:
    sheet, rng = form.sheet, form.rng
    lab = scene.laboratory
    sheet.text(_LEFT, 19, lab.organization, form.size + 2, form.face)
    note(form, ask["laboratory.organization"], 19)
    text = f"{lab.address.street} - {lab.address.town} - Tel. {lab.phone.printed}"
    form.write(_LEFT, 24, text, 120)
    note(form, ask["laboratory.address"], 24)
    note(form, ask["laboratory.phone"], 24)
    sheet.text(_RIGHT, 19, "Seite: 1", form.size, form.face, align="right")
    sheet.text(_RIGHT, 24, rng.choice(("LIS-Druck MB04", "Formular BEF-7", "Liste 07/IFSG")), form.size, form.face, align="right")
    y = _ruler(form, 29.5, "=")
    title = rng.choice(("MELDUNG gem. Par. 7 IfSG", "IfSG-MELDUNG (Erregernachweis, Par. 7)", "Namentliche Meldung nach § 7 IfSG"))
    sheet.text(_LEFT, y + 1, title, form.size + 1, form.face)
    y = _row(form, ask, ("recipient",), y + 8)
    return _ruler(form, y, rng.choice(("-", "=")))


def _row(form: Filling, ask: Entries, keys: tuple[str, ...], y: float) -> float:
    """Print several 'label: value' in one line, as far as they find room; the rest goes into the next."""
    x, sheet = _LEFT, form.sheet
    for key in keys:
        entry = ask[key]
        text = entry.word if entry.choices else entry.text
        if text is None:
            continue
        begin = f"{entry.label}: "
        need = _reach(form, begin + text)
        if x > _LEFT and x + need > _RIGHT:
            x, y = _LEFT + 6, y + 5
        at = x + sheet.text(x, y, begin, form.size, form.face)
        if entry.choices:
            form.answer_word(entry, at, y)
        else:
            form.answer(entry, at, y, _RIGHT - at)
        x += need + _reach(form, "   ")
    return y + 5


def _reach(form: Filling, text: str) -> float:
    """Return how wide the program prints `text`."""
    return text_width(text, form.size, form.face)


def _facts(form: Filling, ask: Entries, y: float) -> float:
    rng = form.rng
    person: tuple[tuple[str, ...], ...] = (
        ("patient.name", "patient.birth_date", "patient.sex"),
        ("patient.address", "patient.phone"),
    )
    sender: tuple[tuple[str, ...], ...] = (("submitter.organization", "submitter.name"), ("submitter.address", "submitter.phone"))
    order: tuple[tuple[str, ...], ...] = (("order_number", "specimen.collected_on", "specimen.received_on"), ("notification_date",))
    groups = [person, sender, order]
    if rng.random() < 0.5:
        groups = [order, person, sender]
    for group in groups:
        for keys in group:
            y = _row(form, ask, keys, y)
        y = _ruler(form, y)
    if rng.random() < 0.6:
        form.sheet.text(
            _LEFT, y, rng.choice(("Kostentraeger: GKV   Abrechnung: ueberwiesen", "Klin. Angaben: keine   Status: E")), form.size, form.face
        )
        y += 6
    return _row(form, ask, ("specimen.material",), y + 1) + 3


def _blocks(form: Filling, lines: list[Line], y: float) -> float:
    """Print each investigation as lines with dots between label and value; positives carry a flag."""
    rng, sheet = form.rng, form.sheet
    words = {key: rng.choice(choices) for key, choices in _BLOCK.items()}
    wide = max(len(word) for word in words.values()) + rng.randint(2, 6)
    positive, negative = rng.choice((("POSITIV", "negativ"), ("nachgewiesen", "nicht nachgewiesen"), ("pos.", "neg.")))
    flag = rng.choice(("", "  *", "  !!", "  <-- meldepflichtig"))
    for finding, is_positive in lines:
        cells = {"pathogen": finding.name, "method": finding.method, "result": positive + flag if is_positive else negative}
        if is_positive:
            cells["finding"] = finding.text
        for key, text in cells.items():
            x = _LEFT + 4 + sheet.text(_LEFT + 4, y, f"{words[key].ljust(wide, '.')}: ", form.size, form.face)
            form.write(x, y, text, _RIGHT - x)
            y += 5
        y += 3
    return _ruler(form, y, "=")


def _foot(form: Filling, ask: Entries, y: float) -> None:
    _row(form, ask, ("laboratory.doctor",), y + 1)
    texts = ("Dieser Ausdruck wurde maschinell erstellt und ist ohne", "Unterschrift gueltig. Rueckfragen bitte mit Auftragsnummer.")
    for row, text in enumerate(texts):
        form.sheet.text(_LEFT, y + 9 + row * 4.6, text, form.size - 0.8, form.face)
