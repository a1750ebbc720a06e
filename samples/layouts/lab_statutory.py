"""A state's form of § 7 IfSG: grey strip of section names on the left, cells with small captions, pathogens and methods to tick."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import PATHOGENS, Finding, invent_finding
from samples.people import Scene
from samples.sheet import wrapped

_LEFT, _BAND, _RIGHT, _ROW = 14.0, 32.0, 196.0, 10.2
_INNER = _LEFT + _BAND
_LABELS = {
    "laboratory.organization": "Name der Untersuchungsstelle",
    "laboratory.doctor": "Leitung / verantwortliche Person",
    "laboratory.address": "Straße, Hausnummer, PLZ, Ort",
    "laboratory.phone": "Telefon für Rückfragen",
    "submitter.organization": "Krankenhaus, Praxis oder sonstige Einrichtung",
    "submitter.name": "Ärztin / Arzt",
    "submitter.address": "Straße, Hausnummer, PLZ, Ort",
    "submitter.phone": "Telefon",
    "patient.family_name": "Familienname",
    "patient.given_name": "Vorname(n)",
    "patient.birth_date": "Geburtsdatum",
    "patient.street": "Hauptwohnung: Straße, Hausnummer",
    "patient.town": "PLZ, Wohnort",
    "patient.phone": "Telefon (freiwillig)",
    "specimen.material": "Art des Untersuchungsmaterials",
    "order_number": "Laboreigene Auftragsnummer",
    "specimen.collected_on": "Entnahmetag",
    "specimen.received_on": "Eingangsdatum des Materials",
    "pathogen": "Krankheitserreger (Klartext)",
    "finding": "Befund im Wortlaut",
    "notification_date": "Datum der Meldung",
}
_SECTIONS: dict[str, tuple[tuple[tuple[str, float], ...], ...]] = {
    "Labor": ((("laboratory.organization", 0.6), ("laboratory.doctor", 0.4)), (("laboratory.address", 0.65), ("laboratory.phone", 0.35))),
    "Einsender": ((("submitter.organization", 0.58), ("submitter.name", 0.42)), (("submitter.address", 0.65), ("submitter.phone", 0.35))),
    "Betroffene Person": (
        (("patient.family_name", 0.38), ("patient.given_name", 0.36), ("patient.birth_date", 0.26)),
        (("patient.street", 0.5), ("patient.town", 0.5)),
        (("patient.phone", 0.38), ("patient.sex", 0.62)),
    ),
    "Material": (
        (("specimen.material", 0.56), ("order_number", 0.44)),
        (("specimen.collected_on", 0.5), ("specimen.received_on", 0.5)),
    ),
    "Ergebnis": ((("result", 1.0),), (("finding", 1.0),)),
}
_METHODS = {
    "Kultur": "Erregerisolierung (kulturell)", "Mikroskopie": "Mikroskopischer Nachweis", "Antigen": "Antigennachweis",
    "PCR": "Nukleinsäurenachweis (PCR)", "IgM": "IgM-Antikörpernachweis", "IgG": "IgG-Antikörpernachweis",
    "Anstieg": "Deutliche Änderung zwischen zwei Proben", "Immunoblot": "Immunoblot / Westernblot", "Toxin": "Toxinnachweis",
    "Histologie": "Histopathologie",
}  # fmt: skip
_LISTED = ("camp", "ehcp", "havp", "hbvp", "invp", "legp", "msvp", "novp", "rtvp", "salp", "cvdp", "bpsp")
_SEXES = (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers"), ("unknown", "unbekannt"))
_RESULTS = (("positive", "positiv"), ("indeterminate", "grenzwertig / fraglich"), ("negative", "negativ"))


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw the form, its pathogen ticked in a list or written in plain text, filled in by type or by hand."""
    paper = Paper("laboratory_notification", "labor_paragraf7")
    form = Filling(rng, paper, size=rng.uniform(9, 10.5), by_hand=0.12)
    is_listed = rng.random() < 0.5
    finding = _finding(rng, is_listed=is_listed)
    ask = _ask(form, scene, finding)
    y = _head(form, ask)
    for title in ("Labor", "Einsender", "Betroffene Person", "Material"):
        y = _section(form, ask, title, y)
    y = _pathogens(form, ask, finding, y) if is_listed else _named(form, ask, y)
    y = _methods(form, finding, y)
    y = _section(form, ask, "Ergebnis", y)
    _foot(form, ask, y)
    return Drawing((form.sheet,), (paper,))


def _finding(rng: Random, *, is_listed: bool) -> Finding:
    finding = invent_finding(rng)
    if is_listed and finding.pathogen.code in _LISTED:
        finding = replace(finding, name=finding.pathogen.names[0])
    if rng.random() < 0.08:
        return replace(finding, result="indeterminate", text="Ergebnis grenzwertig, Kontrolle erbeten")
    return finding


def _ask(form: Filling, scene: Scene, finding: Finding) -> Entries:
    """Return the questions in this form's own words; optional ones are now and then left empty."""
    rng = form.rng
    ask = laboratory_entries(rng, scene, form.day, finding)
    for key, text in _LABELS.items():
        ask[key] = replace(ask[key], label=text)
    ask["patient.sex"] = replace(ask["patient.sex"], label="Geschlecht", choices=_SEXES)
    ask["result"] = replace(ask["result"], label="Bewertung des Nachweises", choices=_RESULTS)
    for key in ("laboratory.doctor", "order_number", "submitter.name", "submitter.address", "finding"):
        if rng.random() < 0.15:
            ask[key] = replace(ask[key], text=None)
    return ask


def _head(form: Filling, ask: Entries) -> float:
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, 17, "Meldeformular für Untersuchungsstellen", 15, "sans-bold")
    sheet.text(_LEFT, 22.5, "Namentliche Meldung des Nachweises eines Krankheitserregers gemäß § 7 Abs. 1 IfSG", 9, "sans")
    sheet.text(_LEFT, 26.8, "Zutreffendes bitte ankreuzen. Vertraulich – nur für das Gesundheitsamt bestimmt.", 7.5, "sans")
    sheet.box(_LEFT, 30, 110, 12, 0.4)
    sheet.text(_LEFT + 2, 33.4, "An das zuständige Gesundheitsamt", 7.5, "sans")
    form.answer(ask["recipient"], _LEFT + 3, 39.6, 104)
    sheet.box(_LEFT + 114, 30, 68, 12, 0.2)
    sheet.text(_LEFT + 116, 33.4, rng.choice(("Eingangsstempel", "Vermerke des Gesundheitsamtes")), 7.5, "sans")
    return 45.0


def _band(form: Filling, title: str, y: float, height: float) -> None:
    """Frame a section and print its name into the grey strip on its left."""
    form.sheet.box(_LEFT, y, _BAND, height, 0, fill=222)
    for row, line in enumerate(wrapped(title, 8.8, "sans-bold", _BAND - 3)):
        form.sheet.text(_LEFT + 2, y + 5 + 4.2 * row, line, 8.8, "sans-bold")
    form.sheet.box(_LEFT, y, _RIGHT - _LEFT, height, 0.4)
    form.sheet.line(_INNER, y, _INNER, y + height, 0.25)


def _section(form: Filling, ask: Entries, title: str, y: float) -> float:
    rows, sheet = _SECTIONS[title], form.sheet
    _band(form, title, y, len(rows) * _ROW)
    for index, cells in enumerate(rows):
        if index:
            sheet.line(_INNER, y, _RIGHT, y, 0.15)
        x = _INNER
        for key, share in cells:
            width = (_RIGHT - _INNER) * share
            if x > _INNER:
                sheet.line(x, y, x, y + _ROW, 0.15)
            label(sheet, x + 1.3, y + 3.1, ask[key].label, 7.5, "sans", width - 2.6)
            if ask[key].choices:
                form.tick(ask[key], x + 2, y + 8.5, 6, 9, "sans", 3.0, width=width - 4)
            else:
                form.answer(ask[key], x + 2, y + 8.5, width - 3.5)
            x += width
        y += _ROW
    return y


def _named(form: Filling, ask: Entries, y: float) -> float:
    _band(form, "Erreger", y, _ROW + 1)
    form.sheet.text(_INNER + 1.3, y + 3.1, ask["pathogen"].label, 7.5, "sans")
    form.answer(ask["pathogen"], _INNER + 2, y + 8.8, 140)
    return y + _ROW + 1


def _pathogens(form: Filling, ask: Entries, finding: Finding, y: float) -> float:
    """Draw the common pathogens in three columns, and a line for any other."""
    names = sorted((p.names[0], p.code) for p in PATHOGENS if p.code in _LISTED)
    _band(form, "Erreger", y, 28.5)
    is_filled = form.trouble != "blank"
    for index, (name, code) in enumerate(names):
        x, at = _INNER + 2 + 49 * (index // 4), y + 4.8 + 5.2 * (index % 4)
        is_it = is_filled and code == finding.pathogen.code
        form.square(x, at, is_it, 3.0)
        label(form.sheet, x + 4.8, at, name, 8.5, "sans", 43)
        if is_it:
            form.paper.take("pathogen.name", name, at)
            form.paper.take("pathogen.code", code, at)
    is_other, at = finding.pathogen.code not in _LISTED, y + 26.2
    form.square(_INNER + 2, at, is_filled and is_other, 3.0)
    form.sheet.text(_INNER + 6.8, at, "anderer Erreger:", 8.5, "sans")
    form.sheet.dotted(_INNER + 31, at + 0.8, _RIGHT - 3)
    if is_other:
        form.answer(ask["pathogen"], _INNER + 33, at, 108)
    return y + 28.5


def _methods(form: Filling, finding: Finding, y: float) -> float:
    """Draw the methods in two columns with the one ticked that found it: its words are the method as printed."""
    _band(form, "Nachweismethode", y, 28.5)
    found = next((word for part, word in _METHODS.items() if part in finding.method), _METHODS["Antigen"])
    for index, word in enumerate(_METHODS.values()):
        x, at = _INNER + 2 + 74 * (index // 5), y + 5 + 5.2 * (index % 5)
        is_it = word == found and form.trouble != "blank"
        form.square(x, at, is_it, 3.0)
        form.sheet.text(x + 4.8, at, word, 8.5, "sans")
        if is_it:
            form.paper.take("method", word, at)
    return y + 28.5


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet, y = form.sheet, y + 14
    form.answer(ask["notification_date"], _LEFT + 2, y, 44)
    ink.signature(sheet, 104, y, form.rng)
    for x, end, text in ((_LEFT, 64, ask["notification_date"].label), (96, 170, "Unterschrift / Stempel der Untersuchungsstelle")):
        sheet.line(x, y + 2.2, end, y + 2.2, 0.2)
        sheet.text(x, y + 5.6, text, 7.5, "sans")
    sheet.text(_LEFT, y + 13, f"Vordruck 7-1 ({form.rng.choice(('01/2024', '03/2025'))})", 7.5, "sans")
