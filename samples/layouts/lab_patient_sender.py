"""A hospital laboratory's half-page note: patient and sender in two columns, the specimen and the proof in two small tables, a stamp."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.entries import Entries, Entry, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _MIDDLE, _RIGHT = 18.0, 106.0, 194.0
_LABELS = """
recipient: Zuständiges Gesundheitsamt|Gesundheitsamt|An
patient.family_name: Name|Zuname
patient.given_name: Vorname|Vorn.
patient.birth_date: geb.|geb. am|Geb.-Dat.
patient.sex: Geschlecht|m/w/d
patient.street: Straße, Nr.|Straße
patient.town: PLZ/Ort|PLZ, Ort
patient.phone: Tel.|Telefon
submitter.organization: Praxis/Klinik|Einrichtung|Haus
submitter.name: Arzt/Ärztin|Name
submitter.address: Anschr.|Anschrift
submitter.phone: Tel.|Telefon
order_number: Auftragsnr.|Lab.-Nr.
specimen.material: Material|Probenart
specimen.collected_on: Entnahmedatum|Entnahme
specimen.received_on: Eingang|Eingang am
pathogen: Erreger|Keim / Erreger
method: Methode|Nachweis durch
result: Ergebnis|Resultat
finding: Befund|Anmerkung zum Befund
notification_date: Datum|gemeldet am
"""
_CHOICES = {
    "patient.sex": (("male", "m"), ("female", "w"), ("diverse", "d")),
    "result": (("positive", "pos."), ("negative", "neg."), ("indeterminate", "grenzw.")),
}
_PATIENT = (
    "patient.family_name",
    "patient.given_name",
    "patient.birth_date",
    "patient.sex",
    "patient.street",
    "patient.town",
    "patient.phone",
)
_SENDER = ("submitter.organization", "submitter.name", "submitter.address", "submitter.phone")
_SPECIMEN = ("order_number", "specimen.material", "specimen.collected_on", "specimen.received_on")
_PROOF = (("pathogen", 0.38), ("method", 0.3), ("result", 0.32))


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page whose lower part stays empty."""
    paper = Paper("laboratory_notification", "lab_patient_sender")
    form = Filling(rng, paper, size=rng.uniform(9.4, 10.4), by_hand=0.1)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day), _LABELS, _CHOICES)
    sheet = form.sheet
    title = rng.choice(("Meldung gemäß § 7 IfSG", "Meldung gem. § 7 IfSG – Erregernachweis", "§ 7 IfSG: Meldung durch das Labor"))
    sheet.text(_LEFT, 20, title, 15, "carlito-bold")
    _pair(form, ask["recipient"], _LEFT, 29, 46, 170)
    y = _columns(form, ask, 36)
    y = _specimen(form, ask, y + 7)
    y = _proof(form, ask, y + 4)
    begin = label(sheet, _LEFT, y + 6, f"{ask['finding'].label}:", 9.5, "carlito-bold", 50)
    form.answer(ask["finding"], _LEFT + begin + 2, y + 6, 130)
    _foot(form, ask, scene, y + 14)
    return Drawing((sheet,), (paper,))


def _pair(form: Filling, entry: Entry, x: float, y: float, stop: float, width: float) -> None:
    """Print a label and, from `stop` mm on, its answer or the letters to tick."""
    label(form.sheet, x, y, f"{entry.label}:", 9.5, "carlito", stop - 1.5)
    if entry.choices:
        form.tick(entry, x + stop, y, 6, 9.5, "carlito", 3.0, width=width - stop)
    else:
        form.answer(entry, x + stop, y, width - stop)


def _columns(form: Filling, ask: Entries, y: float) -> float:
    """Draw two columns under grey heads; how sender's and patient's lines stand beside each other is chance."""
    sheet, rng = form.sheet, form.rng
    columns = [(rng.choice(("Patient", "Patient/in", "Pat.-Daten")), _PATIENT), (rng.choice(("Einsender", "Einsender/in")), _SENDER)]
    if rng.random() < 0.25:
        columns.reverse()
    bottom = y + 8 + 7 * 7.2
    for x, (title, keys) in zip((_LEFT, _MIDDLE), columns, strict=True):
        sheet.box(x, y, 88, 7, 0.25, fill=218)
        sheet.text(x + 2, y + 5, title, 11, "carlito-bold")
        at = y + 13
        for key in keys:
            _pair(form, ask[key], x + 2, at, 25, 84)
            at += 7.2
        if keys is _SENDER:
            sheet.text(
                x + 2, at + 1, rng.choice(("Station: ............", "Fall-Nr.: ............", "Kasse: ............")), 9.5, "carlito"
            )
    sheet.box(_LEFT, y, _RIGHT - _LEFT, bottom - y, 0.4)
    sheet.line(_MIDDLE, y, _MIDDLE, bottom, 0.4)
    return bottom


def _specimen(form: Filling, ask: Entries, y: float) -> float:
    """Draw a table of one row under its heads."""
    sheet, width = form.sheet, (_RIGHT - _LEFT) / 4
    keys = list(_SPECIMEN)
    if form.rng.random() < 0.5:
        keys = [*keys[1:], keys[0]]
    for index, key in enumerate(keys):
        x = _LEFT + width * index
        sheet.box(x, y, width, 5.6, 0.2, fill=232)
        sheet.box(x, y + 5.6, width, 7.4, 0.2)
        label(sheet, x + 1.5, y + 4.1, ask[key].label, 8.5, "carlito-bold", width - 3)
        form.answer(ask[key], x + 1.5, y + 10.8, width - 3)
    return y + 13


def _proof(form: Filling, ask: Entries, y: float) -> float:
    sheet, x = form.sheet, _LEFT
    for key, share in _PROOF:
        width = (_RIGHT - _LEFT) * share
        sheet.box(x, y, width, 5.6, 0.2, fill=232)
        sheet.box(x, y + 5.6, width, 8.4, 0.2)
        label(sheet, x + 1.5, y + 4.1, ask[key].label, 8.5, "carlito-bold", width - 3)
        if ask[key].choices:
            form.tick(ask[key], x + 2, y + 11.4, 4, 9, "carlito", 3.0, width=width - 4)
        else:
            form.answer(ask[key], x + 1.5, y + 11.4, width - 3)
        x += width
    return y + 14


def _foot(form: Filling, ask: Entries, scene: Scene, y: float) -> None:
    """Have it dated and signed beside the laboratory's stamp, which is there even on an empty form."""
    sheet, lab = form.sheet, scene.laboratory
    _pair(form, ask["notification_date"], _LEFT, y + 8, 25, 70)
    sheet.line(_LEFT, y + 30, _LEFT + 62, y + 30, 0.2)
    ink.signature(sheet, _LEFT + 6, y + 29, form.rng)
    sheet.text(_LEFT, y + 33.5, "Unterschrift", 8, "carlito")
    lines = [(lab.organization, 9.0, "sans-bold"), (lab.address.street, 8.5, "sans"), (lab.address.town, 8.5, "sans")]
    lines.append((f"Tel. {lab.phone.printed}", 8.5, "sans"))
    ink.stamp(sheet, _MIDDLE - 4, y + 6, lines, form.rng, is_framed=form.rng.random() < 0.6)
    for key in ("laboratory.organization", "laboratory.address", "laboratory.phone"):
        note(form, ask[key], y + 30)
    sheet.text(_MIDDLE, y + 33.5, "Stempel des Labors", 8, "carlito")
    sheet.text(_LEFT, y + 42, "Meldung bitte innerhalb von 24 Stunden faxen. Keine Weitergabe an Dritte (§ 203 StGB).", 7.5, "carlito")
