"""A laboratory's short report: small type in two columns, what was found told in sentences, the rest as 'label: value'."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.medicine import invent_finding
from samples.people import Scene
from samples.sheet import wrapped

_LEFT, _MIDDLE, _RIGHT = 18.0, 108.0, 193.0
_WIDTH = 83.0
_LABELS = {
    "patient.name": ("Pat.", "Patient/in", "Betrifft"),
    "patient.birth_date": ("geb.", "Geb.-Dat.", "geboren"),
    "patient.sex": ("Geschl.", "Geschlecht"),
    "patient.street": ("Straße", "wohnhaft"),
    "patient.town": ("PLZ/Ort", "Ort"),
    "patient.phone": ("Tel.", "Telefon"),
    "order_number": ("Lab.-Nr.", "Auftr.-Nr.", "Unters.-Nr."),
    "specimen.material": ("Material", "Unters.-Mat."),
    "specimen.collected_on": ("Entn.", "Entnahme", "abgenommen am"),
    "specimen.received_on": ("Eing.", "Eingang", "eingegangen"),
    "method": ("Methode", "Verfahren"),
    "result": ("Ergebnis", "Bewertung"),
    "recipient": ("An", "Meldung an"),
    "notification_date": ("Datum", "Meldung vom"),
}


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw the report; material, dates and method stand in its sentences or in lines of their own."""
    paper = Paper("laboratory_notification", "labor_kurzbefund")
    form = Filling(rng, paper, face=rng.choice(("serif", "sans", "carlito", "narrow")), size=rng.uniform(8.2, 9), by_hand=0.0)
    ask = laboratory_entries(rng, scene, form.day, invent_finding(rng))
    told = ("specimen.material", "specimen.collected_on", "specimen.received_on", "method")
    is_told = rng.random() < 0.5 and all(ask[key].text for key in told)
    if form.trouble == "blank":  # nobody sends a report without any word
        form.trouble, paper.needs_review = "none", False
    y = _head(form, ask, scene)
    left = ["patient.name", "patient.birth_date", "patient.sex", "patient.street", "patient.town", "patient.phone", "", "order_number"]
    if not is_told:
        left += ["specimen.material", "specimen.collected_on", "specimen.received_on", "method"]
    at = y
    for key in left:
        at = _line(form, ask, key, _LEFT, at) if key else at + 2.5
    at = max(at, _sentences(form, ask, y, is_told=is_told)) + 4
    form.sheet.line(_LEFT, at, _RIGHT, at, 0.2)
    _foot(form, ask, scene, at + 6)
    return Drawing((form.sheet,), (paper,))


def _bold(form: Filling) -> str:
    return f"{form.face}-bold"


def _line(form: Filling, ask: Entries, key: str, x: float, y: float) -> float:
    """Print one 'label: value'; nothing where there is no value, now and then also where it may be left out."""
    entry = ask[key]
    if not (entry.text or entry.word):
        return y
    is_left_out = key in {"patient.phone", "order_number"} and form.rng.random() < 0.3
    if is_left_out:
        return y
    y += 1.6 if key == "patient.phone" and form.is_partly_by_hand else 0  # the pen needs more room than the print
    begin = form.sheet.text(x, y, f"{form.rng.choice(_LABELS[key])}: ", form.size, _bold(form))
    if entry.choices:
        form.answer_word(entry, x + begin, y, _WIDTH - begin)
    else:
        form.answer(entry, x + begin, y, _WIDTH - begin)
    return y + 4.6


def _head(form: Filling, ask: Entries, scene: Scene) -> float:
    sheet, rng, lab = form.sheet, form.rng, scene.laboratory
    form.paper.take("laboratory.organization", lab.organization)
    sheet.text(_LEFT, 18, lab.organization, 12, _bold(form))
    form.take_address("laboratory", lab.address)
    form.paper.take("laboratory.phone", lab.phone.value)
    sheet.text(_LEFT, 22.6, f"{lab.address.street}, {lab.address.town}, Tel. {lab.phone.printed}", 8, form.face)
    sheet.line(_LEFT, 25, _RIGHT, 25, 0.2)
    _line(form, ask, "recipient", _LEFT, 33)
    _line(form, ask, "notification_date", _MIDDLE, 33)
    title = rng.choice(
        ("Kurzbefund – Meldung nach § 7 IfSG", "Kurzmitteilung eines Erregernachweises (§ 7 IfSG)", "Vorabbefund / IfSG-Meldung")
    )
    sheet.text(_LEFT, 43, title, 11.5, _bold(form))
    return 52.0


def _sentences(form: Filling, ask: Entries, y: float, *, is_told: bool) -> float:
    """Tell what was found, with the specimen and the method where they have no lines of their own."""
    rng, paper = form.rng, form.paper
    name, finding = ask["pathogen"].text, ask["finding"].text
    paper.take("pathogen.name", name)
    paper.take("pathogen.code", ask["pathogen"].values["pathogen.code"])
    if is_told:
        material, collected, received, method = (
            ask[key].text for key in ("specimen.material", "specimen.collected_on", "specimen.received_on", "method")
        )
        for key in ("specimen.material", "specimen.collected_on", "specimen.received_on", "method"):
            for path, value in ask[key].values.items():
                paper.take(path, value)
        text = rng.choice((
            f"In der Probe ({material}, entnommen am {collected}, hier eingegangen am {received}) wurde {name} nachgewiesen. "
            f"Angewandte Methode: {method}.",
            f"Am {received} erreichte uns eine am {collected} entnommene Probe (Material: {material}). Darin konnte {name} "
            f"nachgewiesen werden (Verfahren: {method}).",
        ))  # fmt: skip
    else:
        text = rng.choice((
            f"Bei der genannten Person wurde in der unten bezeichneten Probe {name} nachgewiesen.",
            f"Die Untersuchung ergab den Nachweis von {name}.",
        )).replace("unten bezeichneten", "nebenstehenden")  # fmt: skip
    y = _paragraph(form, text, y)
    if rng.random() < 0.75:
        paper.take("finding", finding)
        y = _paragraph(form, f"Befund: {finding}", y)
    y = _line(form, ask, "result", _MIDDLE, y) + 1.5
    return _paragraph(form, "Wir bitten um Kenntnisnahme; die Meldung gemäß § 7 Abs. 1 IfSG erfolgt hiermit.", y)


def _paragraph(form: Filling, text: str, y: float) -> float:
    for line in wrapped(text, form.size, form.face, _RIGHT - _MIDDLE):
        form.sheet.text(_MIDDLE, y, line, form.size, form.face)
        y += 4.3
    return y + 1.7


def _foot(form: Filling, ask: Entries, scene: Scene, y: float) -> None:
    """Print who sent the specimen on the left and who signs on the right."""
    sheet, who, face = form.sheet, scene.practice, form.face
    sheet.text(_LEFT, y, form.rng.choice(("Einsender:", "Eingesandt von:")), form.size, _bold(form))
    form.answer(ask["submitter.organization"], _LEFT, y + 4.6, _WIDTH)
    form.answer(ask["submitter.name"], _LEFT, y + 9.2, _WIDTH)
    if form.rng.random() < 0.7:
        form.take_address("submitter", who.address)
        sheet.text(_LEFT, y + 13.8, f"{who.address.street}", form.size, face)
        sheet.text(_LEFT, y + 18.4, f"{who.address.town}", form.size, face)
    sheet.text(_MIDDLE, y, form.rng.choice(("gez.", "i. A.", "Mit freundlichen Grüßen")), form.size, face)
    ink.signature(sheet, _MIDDLE + 4, y + 11, form.rng, 30)
    form.answer(ask["laboratory.doctor"], _MIDDLE, y + 18.4, _WIDTH)
