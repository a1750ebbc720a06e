"""Laboratories' notifications: a state's form with methods to tick, a negative finding, a fixed-width printout, a form of boxes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.entries import Entries, Entry, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import PATHOGENS, invent_finding
from samples.people import Scene

_METHODS = (
    "Erregerisolierung (kulturell)", "Mikroskopie", "Antigennachweis", "Nukleinsäurenachweis (PCR)", "IgM-Antikörper",
    "Antikörperanstieg in zwei Proben", "einzelner erhöhter Titer", "Liquor/Serum-Index", "Toxinnachweis", "Virulenzgene",
    "Histologie", "andere",
)  # fmt: skip


def draw_ticks(rng: Random, scene: Scene) -> Drawing:
    """Draw a state's form of § 7: numbered parts, the method ticked in two columns, ruled lines for the rest."""
    paper = Paper("laboratory_notification", "lab_ticks")
    form = Filling(rng, paper, size=10, by_hand=0.08)
    ask, sheet = laboratory_entries(rng, scene, form.day), form.sheet
    sheet.text(18, 18, "Meldepflichtige Nachweise von Krankheitserregern", 14, "caladea-bold")
    sheet.text(18, 23.5, "Meldeformular für Labore gemäß § 7 Abs. 1 IfSG", 10, "caladea")
    y = _lines(form, ask, 34, "1. Gesundheitsamt", ("recipient",))
    y = _lines(form, ask, y, "2. Betroffene Person", ("patient.name", "patient.birth_date", "patient.sex", "patient.address"))
    y = _lines(form, ask, y, "3. Untersuchung", ("order_number", "specimen.material", "specimen.collected_on", "specimen.received_on"))
    y = _method(form, y)
    y = _lines(form, ask, y, "5. Ergebnis", ("pathogen", "result", "finding"))
    y = _lines(form, ask, y, "6. Einsender", ("submitter.organization", "submitter.address", "submitter.phone"))
    y = _lines(form, ask, y, "7. Meldendes Labor", ("laboratory.organization", "laboratory.address", "notification_date"))
    ink.signature(sheet, 130, y + 8, rng)
    sheet.line(120, y + 11, 192, y + 11, 0.2)
    sheet.text(120, y + 14.3, "Unterschrift", 7.5, "caladea")
    return Drawing((sheet,), (paper,))


def _lines(form: Filling, ask: Entries, y: float, title: str, keys: tuple[str, ...]) -> float:
    sheet = form.sheet
    sheet.text(18, y, title, 10, "caladea-bold")
    for key in keys:
        y += 6.9
        label(sheet, 24, y, ask[key].label, 9, "caladea", 50)
        if ask[key].choices:
            form.tick(ask[key], 78, y, 7, 9, "caladea")
        else:
            sheet.line(77, y + 1.2, 192, y + 1.2, 0.15)
            form.answer(ask[key], 78, y, 112)
    return y + 8


def _method(form: Filling, y: float) -> float:
    """Draw the methods with one ticked: its words are the method as printed."""
    sheet, chosen = form.sheet, form.rng.choice(_METHODS[:6])
    sheet.text(18, y, "4. Nachweismethode (nur positiven Nachweis ankreuzen)", 10, "caladea-bold")
    for index, word in enumerate(_METHODS):
        x, at = 24 + 84 * (index // 6), y + 6.2 + 5.4 * (index % 6)
        is_it = word == chosen and form.trouble != "blank"
        form.square(x, at, is_it, 3.0)
        sheet.text(x + 5, at, word, 9, "caladea")
        if is_it:
            form.paper.take("method", word, at)
    return y + 6.2 + 5.4 * 6 + 4


def draw_negative(rng: Random, scene: Scene) -> Drawing:
    """Draw a finding that is negative: one pathogen was looked for and not found."""
    paper = Paper("laboratory_notification", "lab_negative")
    form = Filling(rng, paper, face=rng.choice(("carlito", "serif", "sans")), size=10, by_hand=0.0)
    finding = invent_finding(rng, rng.choice(PATHOGENS))
    word = rng.choice(("nicht nachweisbar", "nicht nachgewiesen", "kein Nachweis"))
    ask, sheet = laboratory_entries(rng, scene, form.day, replace(finding, result="negative", text=word)), form.sheet
    form.answer(ask["laboratory.organization"], 20, 20, 120)
    form.answer(ask["laboratory.address"], 20, 25.5, 120)
    sheet.line(20, 28, 190, 28, 0.5)
    form.answer(ask["submitter.organization"], 20, 46, 90)
    form.answer(ask["submitter.name"], 20, 51, 90)
    form.answer(ask["submitter.address"], 20, 56, 90)
    sheet.text(20, 40, "Einsender:", 8, "sans")
    sheet.text(126, 40, "Kopie an:", 8, "sans")
    form.answer(ask["recipient"], 126, 46, 64)
    sheet.text(20, 76, rng.choice(("Befundbericht", "Mikrobiologischer Befund", "Endbefund")), 14, "sans-bold")
    sheet.text(20, 81.5, rng.choice(("Kontrolluntersuchung im Rahmen des IfSG", "Umgebungsuntersuchung nach § 7 / § 25 IfSG")), 9, "sans")
    y = 92.0
    for keys in (
        ("patient.name", "patient.birth_date"),
        ("patient.address", "patient.sex"),
        ("order_number", "specimen.material"),
        ("specimen.collected_on", "specimen.received_on"),
    ):
        for x, width, key in ((20.0, 104.0, keys[0]), (126.0, 64.0, keys[1])):
            _colon(form, ask[key], x, y, width)
        y += 7
    y += 8
    for x, head in ((20.0, ask["pathogen"].label), (90.0, ask["method"].label), (140.0, ask["finding"].label)):
        label(sheet, x, y, head, 9.5, "sans-bold", 48)
    sheet.line(20, y + 2, 190, y + 2, 0.3)
    for x, width, key in ((20.0, 68.0, "pathogen"), (90.0, 48.0, "method"), (140.0, 50.0, "finding")):
        form.answer(ask[key], x, y + 8, width)
    paper.take("result", "negative", y + 8)
    sheet.line(20, y + 11, 190, y + 11, 0.3)
    _colon(form, ask["notification_date"], 20, y + 34, 80)
    form.answer(ask["laboratory.doctor"], 120, y + 44, 70)
    ink.signature(sheet, 122, y + 36, rng)
    return Drawing((sheet,), (paper,))


def _colon(form: Filling, entry: Entry, x: float, y: float, width: float) -> None:
    begin = form.sheet.text(x, y, f"{entry.label}: ", form.size, form.face)
    if entry.choices:
        form.answer_word(entry, x + begin, y, width - begin)
    else:
        form.answer(entry, x + begin, y, width - begin)


def draw_mono(rng: Random, scene: Scene) -> Drawing:
    """Draw a laboratory system's fixed-width printout with its labels in capitals and no rules."""
    paper = Paper("laboratory_notification", "lab_mono")
    form = Filling(rng, paper, face=rng.choice(("mono", "courier", "dejavu-mono")), size=10, by_hand=0.0)
    ask, sheet = laboratory_entries(rng, scene, form.day), form.sheet
    y = 20.0
    groups: tuple[tuple[str, ...], ...] = (
        ("laboratory.organization", "laboratory.address", "laboratory.phone"),
        ("recipient", "notification_date"),
        ("patient.family_name", "patient.given_name", "patient.birth_date", "patient.sex", "patient.street", "patient.town"),
        ("order_number", "specimen.material", "specimen.collected_on", "specimen.received_on"),
        ("pathogen", "method", "result", "finding"),
        ("submitter.organization", "submitter.name", "submitter.phone"),
    )
    titles = ("LABOR", "MELDUNG PAR. 7 IFSG", "PATIENT", "PROBE", "NACHWEIS", "EINSENDER")
    width = max(len(ask[key].label) for keys in groups for key in keys) + 1
    for title, keys in zip(titles, groups, strict=True):
        sheet.text(18, y, f"*** {title} ***", 10, form.face)
        y += 6
        for key in keys:
            begin = sheet.text(22, y, f"{ask[key].label.upper().ljust(width)}: ", 10, form.face)
            if ask[key].choices:
                form.answer_word(ask[key], 22 + begin, y)
            else:
                form.answer(ask[key], 22 + begin, y, 170 - begin)
            y += 5.4
        y += 4.5
    sheet.text(18, y + 4, "Validiert. Dieser Ausdruck ist ohne Unterschrift gültig.", 8.5, form.face)
    return Drawing((sheet,), (paper,))


def draw_boxes(rng: Random, scene: Scene) -> Drawing:
    """Draw a laboratory's own form: cells with a grey strip for the label on top, filled in by a typist or by hand."""
    paper = Paper("laboratory_notification", "lab_boxes")
    form = Filling(rng, paper, size=10, by_hand=0.15)
    ask, sheet = laboratory_entries(rng, scene, form.day), form.sheet
    sheet.box(15, 12, 180, 11, 0, fill=0)
    sheet.text(105, 19.5, "LABORMELDUNG nach § 7 Infektionsschutzgesetz", 13, "sans-bold", align="centre", grey=255)
    y = 28.0
    rows: tuple[tuple[tuple[str, float], ...], ...] = (
        (("recipient", 0.65), ("notification_date", 0.35)),
        (("patient.family_name", 0.4), ("patient.given_name", 0.35), ("patient.birth_date", 0.25)),
        (("patient.street", 0.38), ("patient.postal_code", 0.14), ("patient.city", 0.48)),
        (("patient.phone", 0.4), ("patient.sex", 0.6)),
        (("specimen.material", 0.4), ("specimen.collected_on", 0.3), ("specimen.received_on", 0.3)),
        (("order_number", 0.4), ("pathogen", 0.6)),
        (("method", 0.4), ("result", 0.6)),
        (("finding", 1.0),),
        (("submitter.organization", 0.55), ("submitter.name", 0.45)),
        (("submitter.address", 0.65), ("submitter.phone", 0.35)),
        (("laboratory.organization", 0.6), ("laboratory.phone", 0.4)),
        (("laboratory.address", 0.6), ("laboratory.doctor", 0.4)),
    )
    for cells in rows:
        x = 15.0
        for key, share in cells:
            width = 180 * share
            sheet.box(x, y, width, 14, 0.2)
            sheet.box(x, y, width, 4.6, 0.2, fill=218)
            label(sheet, x + 1.5, y + 3.5, ask[key].label, 8, "sans", width - 3)
            if ask[key].choices:
                form.tick(ask[key], x + 2, y + 11.2, 6, 9, "sans", width=width - 4)
            else:
                form.answer(ask[key], x + 2, y + 11.2, width - 4)
            x += width
        y += 14
    ink.signature(sheet, 120, y + 18, rng)
    sheet.line(110, y + 21, 190, y + 21, 0.2)
    sheet.text(110, y + 24.5, "Stempel, Unterschrift", 7.5, "sans")
    return Drawing((sheet,), (paper,))
