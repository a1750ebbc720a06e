"""A laboratory system's printout: letterhead, patient and submitter side by side, a strip of dates, a table, a comment, a validation."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.entries import Entries, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import PATHOGENS, Finding, invent_finding
from samples.people import Scene
from samples.sheet import wrapped

_LEFT, _RIGHT = 20.0, 194.0
_COLUMNS = (_LEFT, 84.0, 128.0, 160.0)
_WORDS = {"positive": ("positiv", "POSITIV", "nachgewiesen", "pos."), "indeterminate": ("grenzwertig", "fraglich")}
_COMMENTS = (
    "Der Erregernachweis ist nach § 7 Abs. 1 IfSG meldepflichtig. Die Meldung an das Gesundheitsamt erfolgt mit diesem Schreiben.",
    "Bitte beachten Sie die Meldepflicht des behandelnden Arztes nach § 6 IfSG. Die Probe wird zwei Wochen aufbewahrt.",
    "Bei klinischer Symptomatik wird eine Verlaufskontrolle empfohlen. Rückfragen bitte unter Angabe der Labornummer.",
)
Line = tuple[Finding, str, bool]  # what was looked for, the result's word, whether it is notified


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page of one to five lines; one or two of them are notified."""
    paper = Paper("laboratory_notification", "labor_tabelle")
    face = rng.choice(("sans", "carlito", "dejavu", "courier", "caladea"))
    form = Filling(rng, paper, face=face, size=rng.uniform(8.6, 9.8), by_hand=0.0, has_trouble=False)
    material, lines = _lines(rng)
    ask = laboratory_entries(rng, scene, form.day, next(finding for finding, _, is_told in lines if is_told))
    ask["specimen.material"] = replace(ask["specimen.material"], text=material, values={"specimen.material": material})
    _letterhead(form, scene)
    _window(form, ask)
    y = _persons(form, ask, scene, 78)
    y = _strip(form, ask, y + 5)
    y = _table(form, lines, y + 8)
    _close(form, ask, lines, y)
    told = [line for line in lines if line[2]]
    papers = [Paper(paper.kind, paper.layout, values={**paper.values, **_values(line)}, needs_review=paper.needs_review) for line in told]
    return Drawing((form.sheet,), tuple(papers))


def _lines(rng: Random) -> tuple[str, list[Line]]:
    """Choose a material and what was looked for in it."""
    material = rng.choice(("Stuhl", "Serum", "Nasopharyngealabstrich", "Rachenabstrich", "Vollblut"))
    fitting = [pathogen for pathogen in PATHOGENS if material in pathogen.materials]
    chosen = rng.sample(fitting, min(len(fitting), rng.randint(1, 5)))
    positives = rng.choices((1, 2), weights=(8, 2))[0]
    word = rng.choice(_WORDS["positive"])
    lines: list[Line] = []
    for index, pathogen in enumerate(chosen):
        finding = invent_finding(rng, pathogen)
        if index >= positives:
            lines.append((replace(finding, result="negative"), rng.choice(("negativ", "neg.")), False))
        elif index == 0 and rng.random() < 0.07:
            lines.append((replace(finding, result="indeterminate"), rng.choice(_WORDS["indeterminate"]), True))
        else:
            lines.append((finding, word, True))
    rng.shuffle(lines)
    return material, lines


def _values(line: Line) -> dict[str, str]:
    finding = line[0]
    return {
        "pathogen.code": finding.pathogen.code,
        "pathogen.name": finding.name,
        "method": finding.method,
        "result": finding.result,
    }


def _letterhead(form: Filling, scene: Scene) -> None:
    lab, sheet = scene.laboratory, form.sheet
    sheet.ellipse(_LEFT, 10, 13, 13, 0.6)
    sheet.polygon([(_LEFT + 3, 19), (_LEFT + 6.5, 12), (_LEFT + 10, 19)], 60)
    form.paper.take("laboratory.organization", lab.organization)
    label(sheet, _LEFT + 17, 18, lab.organization, 14, "sans-bold", 92)
    form.take_address("laboratory", lab.address)
    form.paper.take("laboratory.phone", lab.phone.value)
    for row, text in enumerate((lab.address.street, lab.address.town, f"Telefon {lab.phone.printed}")):
        sheet.text(_RIGHT, 13 + row * 4, text, 8.2, "sans", align="right")
    sheet.line(_LEFT, 25.5, _RIGHT, 25.5, 0.8, 90)


def _window(form: Filling, ask: Entries) -> None:
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, 36, rng.choice(("Per Telefax an", "Meldung an", "Empfänger")), 7.8, "sans")
    form.answer(ask["recipient"], _LEFT, 42, 112)
    title = rng.choice(("Erregernachweis – Meldung nach § 7 IfSG", "Befundbericht / Meldung § 7 IfSG", "Labormeldung gemäß IfSG"))
    sheet.text(_LEFT, 62, title, 13, "sans-bold")
    sheet.text(_LEFT, 67, rng.choice(("Endbefund", "Mikrobiologie / Virologie", "Teilbefund, Endbefund folgt")), 8.5, "sans")
    x = 136 + sheet.text(136, 42, rng.choice(("Meldedatum: ", "Meldung vom: ")), 8.5, "sans")
    form.answer(ask["notification_date"], x, 42, _RIGHT - x)


def _persons(form: Filling, ask: Entries, scene: Scene, y: float) -> float:
    """Print the patient on the left and the submitter on the right, as they would stand on an envelope."""
    sheet, rng, face = form.sheet, form.rng, form.face
    middle = 109.0
    for x, title in ((_LEFT, rng.choice(("Patient/in", "Patient", "Patientendaten"))), (middle, rng.choice(("Einsender", "Auftraggeber")))):
        sheet.text(x, y, title, 8.5, "sans-bold")
        sheet.line(x, y + 1.4, x + 82, y + 1.4, 0.3)
    form.answer(ask["patient.name"], _LEFT, y + 6.6, 82)
    x = _LEFT + sheet.text(_LEFT, y + 11.6, rng.choice(("geb. ", "geb. am ", "Geburtsdatum: ")), form.size, face)
    form.answer(ask["patient.birth_date"], x, y + 11.6, 40)
    x = _LEFT + sheet.text(_LEFT, y + 16.6, rng.choice(("Geschlecht: ", "Geschl. ")), form.size, face)
    form.answer_word(ask["patient.sex"], x, y + 16.6, _LEFT + 82 - x)
    form.answer(ask["patient.street"], _LEFT, y + 21.6, 82)
    form.answer(ask["patient.town"], _LEFT, y + 26.6, 82)
    if ask["patient.phone"].text and rng.random() < 0.7:
        x = _LEFT + sheet.text(_LEFT, y + 31.6, "Tel.: ", form.size, face)
        form.answer(ask["patient.phone"], x, y + 31.6, 60)
    who = scene.practice
    form.answer(ask["submitter.organization"], middle, y + 6.6, 82)
    form.answer(ask["submitter.name"], middle, y + 11.6, 82)
    form.take_address("submitter", who.address)
    form.write(middle, y + 16.6, who.address.street, 82)
    form.write(middle, y + 21.6, who.address.town, 82)
    if ask["submitter.phone"].text:
        x = middle + sheet.text(middle, y + 26.6, "Tel.: ", form.size, face)
        form.answer(ask["submitter.phone"], x, y + 26.6, 60)
    return y + 33


def _strip(form: Filling, ask: Entries, y: float) -> float:
    """Print number, material and dates side by side, each under its own caption."""
    rng, sheet = form.rng, form.sheet
    captions = {
        "order_number": ("Labornummer", "Auftrag", "Tagebuch-Nr."),
        "specimen.material": ("Material", "Probenmaterial"),
        "specimen.collected_on": ("Abnahme", "Entnahme am"),
        "specimen.received_on": ("Eingang", "Probeneingang"),
    }
    keys = list(captions)
    if rng.random() < 0.4:
        keys = keys[2:] + keys[:2]
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 12, 0.25)
    for index, key in enumerate(keys):
        x = _LEFT + 43.5 * index
        if index:
            sheet.line(x, y, x, y + 12, 0.15)
        sheet.text(x + 2, y + 4, rng.choice(captions[key]), 7.8, "sans-bold")
        form.answer(ask[key], x + 2, y + 9.6, 40)
    return y + 12


def _table(form: Filling, lines: list[Line], y: float) -> float:
    sheet, rng = form.sheet, form.rng
    has_grid, top, step = rng.random() < 0.4, y - 5, rng.uniform(6.4, 8)
    for x, head in zip(_COLUMNS, ("Untersuchung", "Methode", "Ergebnis", rng.choice(("Referenz", "Referenzbereich"))), strict=True):
        sheet.text(x + 1.5, y, head, 9, "sans-bold")
    edges = [top, y + 2]
    normal = rng.choice(("negativ", "nicht nachweisbar"))
    for index, (finding, word, _) in enumerate(lines, start=1):
        at = y + 2 + step * index - step / 2 + 1.2
        for x, end, cell in zip(_COLUMNS, (*_COLUMNS[1:], _RIGHT), (finding.name, finding.method, word, normal), strict=True):
            form.write(x + 1.5, at, cell, end - x - 3)
        edges.append(y + 2 + step * index)
    for edge in edges if has_grid else (*edges[:2], edges[-1]):
        sheet.line(_LEFT, edge, _RIGHT, edge, 0.3)
    if has_grid:
        for x in (*_COLUMNS, _RIGHT):
            sheet.line(x, top, x, edges[-1], 0.2)
    return edges[-1]


def _close(form: Filling, ask: Entries, lines: list[Line], y: float) -> None:
    sheet, rng, size = form.sheet, form.rng, form.size
    told = [finding for finding, _, is_told in lines if is_told]
    if len(told) == 1 and told[0].result == "positive" and rng.random() < 0.6:
        y += 8
        x = _LEFT + sheet.text(_LEFT, y, rng.choice(("Befund: ", "Befundtext: ")), size, "sans-bold")
        form.put(x, y, "finding", told[0].text, 140)
    y += 9
    sheet.text(_LEFT, y, "Kommentar", size, "sans-bold")
    for line in wrapped(rng.choice(_COMMENTS), size, form.face, 165):
        y += 4.6
        sheet.text(_LEFT, y, line, size, form.face)
    x = _LEFT + sheet.text(_LEFT, y + 16, rng.choice(("Medizinisch validiert durch: ", "Med. Validation: ", "Freigabe: ")), size, form.face)
    form.answer(ask["laboratory.doctor"], x, y + 16, _RIGHT - x)
    sheet.text(_LEFT, y + 21, "Dieser Befund wurde elektronisch erstellt und ist ohne Unterschrift gültig.", 7.8, "sans")
    sheet.text(_RIGHT, 284, "Seite 1 von 1", 7.8, "sans", align="right")
