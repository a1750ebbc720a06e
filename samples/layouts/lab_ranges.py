"""A laboratory's findings with units and reference ranges; every positive one marked by a sign and a notification of its own."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.entries import Entries, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import PATHOGENS, Finding, Pathogen, invent_finding
from samples.people import Scene

_LEFT, _RIGHT = 16.0, 196.0
_COLUMNS = (_LEFT, 78.0, 104.0, 134.0, 164.0, 188.0)
_RANGES = {"PCR": "nicht nachw.", "ELISA": "< 0,9 Index", "Kultur": "kein Wachst."}


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page of two to six findings, of which one to three are positive, all of one material."""
    paper = Paper("laboratory_notification", "lab_ranges")
    form = Filling(rng, paper, face=rng.choice(("sans", "carlito", "mono", "dejavu")), size=9, by_hand=0.0, has_trouble=False)
    material, pathogens = _choose(rng)
    positives = min(len(pathogens), rng.choices((1, 2, 3), weights=(6, 3, 1))[0])
    findings = [invent_finding(rng, pathogen) for pathogen in pathogens]
    ask = laboratory_entries(rng, scene, form.day, findings[0])
    ask["specimen.material"] = replace(ask["specimen.material"], text=material, values={"specimen.material": material})
    _head(form, ask)
    y = _facts(form, ask, 52)
    lines = [(finding, index < positives) for index, finding in enumerate(findings)]
    rng.shuffle(lines)
    own, y = _table(form, lines, y + 6)
    _foot(form, ask, y)
    papers = [Paper(paper.kind, paper.layout, values={**paper.values, **values}, needs_review=paper.needs_review) for values in own]
    return Drawing((form.sheet,), tuple(papers))


def _choose(rng: Random) -> tuple[str, list[Pathogen]]:
    material = rng.choice(("Stuhl", "Serum", "Rachenabstrich"))
    fitting = [pathogen for pathogen in PATHOGENS if material in pathogen.materials]
    return material, rng.sample(fitting, min(len(fitting), rng.randint(2, 6)))


def _head(form: Filling, ask: Entries) -> None:
    sheet = form.sheet
    form.size, usual = 14, form.size
    form.answer(ask["laboratory.organization"], _LEFT, 18, 110)
    form.size = usual
    form.answer(ask["laboratory.address"], _LEFT, 24, 110)
    x = _LEFT + sheet.text(_LEFT, 29, "Telefon: ", 9, form.face)
    form.answer(ask["laboratory.phone"], x, 29, 60)
    sheet.box(_RIGHT - 62, 10, 62, 22, 0.2)
    sheet.text(_RIGHT - 60, 14, "Meldung an", 7, "sans")
    form.answer(ask["recipient"], _RIGHT - 60, 21, 58)
    titles = (
        "BEFUNDMITTEILUNG nach § 7 IfSG",
        "ERREGERNACHWEIS – Meldung gemäß § 7 IfSG",
        "Mitteilung eines meldepflichtigen Erregernachweises",
    )
    sheet.text(_LEFT, 42, form.rng.choice(titles), 13, "sans-bold")
    sheet.line(_LEFT, 44.5, _RIGHT, 44.5, 0.7)


def _facts(form: Filling, ask: Entries, y: float) -> float:
    """Print the key data in two columns of 'label  value', the person's left, the specimen's right."""
    left = ("patient.name", "patient.birth_date", "patient.sex", "patient.street", "patient.town", "patient.phone")
    right = (
        "order_number",
        "specimen.material",
        "specimen.collected_on",
        "specimen.received_on",
        "submitter.organization",
        "submitter.name",
    )
    for row, keys in enumerate(zip(left, right, strict=True)):
        for x, key, column in ((_LEFT, keys[0], 32.0), (_LEFT + 93, keys[1], 36.0)):
            at = y + row * 5.6
            label(form.sheet, x, at, ask[key].label, 8.5, "sans-bold", column - 2)
            if ask[key].choices:
                form.answer_word(ask[key], x + column, at)
            else:
                form.answer(ask[key], x + column, at, 87 - column)
    return y + len(left) * 5.6


def _table(form: Filling, lines: list[tuple[Finding, bool]], y: float) -> tuple[list[dict[str, str]], float]:
    sheet, rng, own = form.sheet, form.rng, []
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 6.5, 0, fill=215)
    heads = (rng.choice(("Untersuchung", "Analyse", "Parameter")), "Methode", "Ergebnis", "Referenz", "Einheit", "")
    for x, head in zip(_COLUMNS, heads, strict=True):
        sheet.text(x + 1, y + 4.6, head, 8.5, "sans-bold")
    y += 12
    for finding, is_positive in lines:
        word = rng.choice(("positiv", "POSITIV", "nachgewiesen")) if is_positive else rng.choice(("negativ", "nicht nachgew."))
        short = next((text for start, text in _RANGES.items() if start in finding.method), "negativ")
        cells = (finding.name, finding.method, word, short, "Index" if "ELISA" in finding.method else "", "++" if is_positive else "")
        for x, end, cell in zip(_COLUMNS, (*_COLUMNS[1:], _RIGHT), cells, strict=True):
            if cell:
                form.write(x + 1, y, cell, end - x - 2)
        if is_positive:
            form.sheet.text(_LEFT + 6, y + 5, f"Befund: {finding.text}", 8.5, form.face)
            own.append({
                "pathogen.code": finding.pathogen.code, "pathogen.name": finding.name, "method": finding.method, "result": "positive",
                "finding": finding.text,
            })  # fmt: skip
            y += 5
        sheet.line(_LEFT, y + 1.9, _RIGHT, y + 1.9, 0.1)
        y += 6.5
    return own, y


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet = form.sheet
    sheet.text(
        _LEFT, y + 8, "Die Untersuchungen erfolgten im Akkreditierungsumfang. Meldepflicht nach § 7 IfSG ist erfüllt.", 7.5, "sans-italic"
    )
    x = _LEFT + sheet.text(_LEFT, y + 22, f"{ask['notification_date'].label}: ", 9, form.face)
    form.answer(ask["notification_date"], x, y + 22, 40)
    x = 110 + sheet.text(110, y + 22, f"{ask['laboratory.doctor'].label}: ", 9, form.face)
    form.answer(ask["laboratory.doctor"], x, y + 22, _RIGHT - x)
    sheet.text(110, y + 27, "(elektronisch freigegeben, ohne Unterschrift gültig)", 7.5, "sans")
