"""What schools and day care centres send (§ 34 IfSG), short ones: a typed note, a form with captions below, an office's boxes."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import OUTBREAKS, Entries, facility_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_KINDS = ("Kindertagesstätte", "Kinderkrippe", "Schule", "Kinderhort", "Kinderheim", "Sonstige")
_BOXED = {
    "Kindertagesstätte": "Kindertagesstätte", "Kita": "Kindertagesstätte", "Kindergarten": "Kindertagesstätte",
    "Kinderkrippe": "Kinderkrippe", "Krippe": "Kinderkrippe", "Grundschule": "Schule", "Schule": "Schule", "Hort": "Kinderhort",
    "Kinderhort": "Kinderhort",
}  # fmt: skip


def draw_note(rng: Random, scene: Scene) -> Drawing:
    """Draw a note typed by a head: 'Feld: Wert' lines with their values in one column, and a signature."""
    paper = Paper("facility_notification", "facility_note")
    form = Filling(rng, paper, face=rng.choice(("carlito", "serif", "courier", "sans")), size=11, by_hand=0.05)
    ask, sheet = facility_entries(rng, scene, form.day), form.sheet
    form.answer(ask["recipient"], 25, 26, 120)
    titles = ("Meldung gemäß § 34 Abs. 6 IfSG", "Benachrichtigung nach § 34 Infektionsschutzgesetz", "Meldung nach § 34 IfSG")
    sheet.text(25, 44, rng.choice(titles), 14, "sans-bold")
    y = 60.0
    for keys in (
        ("facility.name", "facility.kind", "facility.address", "facility.phone", "contact_person"),
        ("disease", "onset_date", "affected_children", "affected_staff"),
    ):
        for key in keys:
            text = f"{ask[key].label}:"
            sheet.text(25, y, text, form.size, form.face)
            form.answer(ask[key], 112, y, 80)
            y += 8.5
        y += 8
    sheet.text(
        25,
        y,
        rng.choice(("Die Eltern wurden informiert.", "Die Räume wurden desinfiziert.", "Ein Aushang ist erfolgt.")),
        form.size,
        form.face,
    )
    x = 25 + sheet.text(25, y + 24, f"{ask['notification_date'].label}: ", form.size, form.face)
    form.answer(ask["notification_date"], x, y + 24, 50)
    ink.signature(sheet, 120, y + 23, rng)
    return Drawing((sheet,), (paper,))


def draw_captions(rng: Random, scene: Scene) -> Drawing:
    """Draw a form with small captions below its lines, mostly filled in by hand, stamped by the facility."""
    paper = Paper("facility_notification", "facility_captions")
    form = Filling(rng, paper, face=rng.choice(("sans", "courier")), by_hand=0.35)
    ask, sheet = facility_entries(rng, scene, form.day), form.sheet
    sheet.text(105, 24, "Mitteilung einer Gemeinschaftseinrichtung", 16, "caladea-bold", align="centre")
    sheet.text(105, 30, "über das Auftreten übertragbarer Krankheiten gemäß § 34 Abs. 6 IfSG", 10, "caladea", align="centre")
    x = 22 + sheet.text(22, 44, "An: ", 10, "caladea")
    form.answer(ask["recipient"], x, 44, 120)
    sheet.text(120, 56, "Einrichtung (Stempel)", 7.5, "caladea")
    name, address = ask["facility.name"], ask["facility.address"]
    lines = [(name.text or "", 10.5, "sans-bold"), (scene.practice.address.street, 9, "sans"), (scene.practice.address.town, 9, "sans")]
    ink.stamp(sheet, 120, 59, lines, rng, is_framed=rng.random() < 0.5)
    for path, value in {**name.values, **address.values}.items():
        paper.take(path, value, 66)
    y = 92.0
    for cells in (
        (("contact_person", 0.6), ("facility.phone", 0.4)),
        (("facility.kind", 0.5), ("onset_date", 0.5)),
        (("disease", 1.0),),
        (("affected_children", 0.5), ("affected_staff", 0.5)),
    ):
        x = 22.0
        for key, share in cells:
            width = 166 * share - 4
            sheet.line(x, y, x + width, y, 0.2)
            label(sheet, x, y + 3.2, ask[key].label, 7.5, "caladea", width)
            form.answer(ask[key], x + 2, y - 1.3, width - 3)
            x += width + 4
        y += 19
    sheet.line(22, y + 10, 82, y + 10, 0.2)
    form.answer(ask["notification_date"], 24, y + 8.7, 50)
    sheet.text(22, y + 13.4, "Datum", 7.5, "caladea")
    sheet.line(96, y + 10, 188, y + 10, 0.2)
    sheet.text(96, y + 13.4, "Unterschrift der Leitung", 7.5, "caladea")
    ink.signature(sheet, 104, y + 9, rng)
    return Drawing((sheet,), (paper,))


def draw_boxes(rng: Random, scene: Scene) -> Drawing:
    """Draw an office's form: kinds of facility and diseases to tick, figures in a small table, grey label cells."""
    paper = Paper("facility_notification", "facility_boxes")
    form = Filling(rng, paper, size=10, by_hand=0.15)
    ask, sheet = facility_entries(rng, scene, form.day), form.sheet
    sheet.box(16, 12, 178, 16, 0.5)
    sheet.text(105, 19, "Meldebogen für Gemeinschaftseinrichtungen", 14, "carlito-bold", align="centre")
    sheet.text(105, 25, "Benachrichtigungspflicht nach § 34 Absatz 6 Infektionsschutzgesetz", 9.5, "carlito", align="centre")
    y = 34.0
    for key in ("recipient", "facility.name", "facility.street", "facility.town", "contact_person", "facility.phone"):
        y = _row(form, ask, key, y)
    y = _ticked(form, y + 8, "Art der Einrichtung", _KINDS, _BOXED[ask["facility.kind"].text or "Schule"], "facility.kind", 3)
    others = rng.sample([each for each in OUTBREAKS if each != ask["disease"].text], 9)
    names = sorted([*others, ask["disease"].text or ""])
    y = _ticked(form, y + 8, "Krankheit (auch Verdacht)", tuple(names), ask["disease"].text or "", "disease.name", 3)
    y = _counts(form, ask, y + 6)
    y = _row(form, ask, "onset_date", y + 8)
    _row(form, ask, "notification_date", y)
    ink.signature(sheet, 120, y + 24, rng)
    sheet.line(110, y + 27, 190, y + 27, 0.2)
    sheet.text(110, y + 30.5, "Unterschrift / Stempel", 7.5, "carlito")
    return Drawing((sheet,), (paper,))


def _row(form: Filling, ask: Entries, key: str, y: float) -> float:
    form.sheet.box(16, y, 58, 8, 0.2, fill=224)
    form.sheet.box(74, y, 120, 8, 0.2)
    label(form.sheet, 18, y + 5.4, ask[key].label, 9.5, "carlito", 54)
    form.answer(ask[key], 77, y + 5.6, 115)
    return y + 8


def _ticked(form: Filling, y: float, title: str, words: tuple[str, ...], chosen: str, path: str, columns: int) -> float:
    """Draw words to tick in columns; the ticked word is the value as printed."""
    sheet, rows = form.sheet, -(-len(words) // columns)
    sheet.text(16, y, title, 10, "carlito-bold")
    for index, word in enumerate(words):
        x, at = 18 + 58 * (index // rows), y + 7 + 6 * (index % rows)
        is_it = word == chosen and form.trouble != "blank"
        form.square(x, at, is_it, 3.2)
        sheet.text(x + 5.5, at, word, 9.5, "carlito")
        if is_it:
            form.paper.take(path, word, at)
    return y + 4 + 6 * rows


def _counts(form: Filling, ask: Entries, y: float) -> float:
    """Draw the figures: a small table, its heads above the numbers."""
    sheet = form.sheet
    for x, key in ((16.0, "affected_children"), (105.0, "affected_staff")):
        sheet.box(x, y, 89, 7, 0.2, fill=224)
        sheet.box(x, y + 7, 89, 9, 0.2)
        label(sheet, x + 2, y + 4.9, ask[key].label, 9.5, "carlito", 85)
        form.answer(ask[key], x + 40, y + 13.2, 30)
    return y + 16
