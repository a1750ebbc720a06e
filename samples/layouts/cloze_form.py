"""A county's old sheet for schools and day care (§ 34 IfSG): typewritten sentences with gaps, hints in brackets, copied many times."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entries, facility_entries
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import text_width, wrapped

_LEFT, _RIGHT, _SIZE = 22.0, 192.0, 10.0
_HINTS = {
    "facility.name": ("Bezeichnung der Einrichtung", "voller Name des Hauses"),
    "facility.kind": ("Kita, Hort, Schule, ...", "um was für eine Einrichtung es geht"),
    "facility.street": ("Straße u. Hausnr.", "Straße"),
    "facility.town": ("PLZ und Ort", "Postleitzahl, Ort"),
    "facility.address": ("Straße, PLZ, Ort", "vollständige Anschrift"),
    "facility.phone": ("Vorwahl/Rufnummer", "Fernsprecher"),
    "contact_person": ("Name, bitte lesbar", "wer Auskunft geben kann"),
    "disease": ("Krankheit oder Verdacht", "Bezeichnung lt. Arzt, sonst Beschwerden"),
    "onset_date": ("Tag, Monat, Jahr", "erstes Auftreten"),
    "affected_children": ("Zahl", "wieviel"),
    "affected_staff": ("Zahl", "ggf. 0"),
    "notification_date": ("Datum", "Tag der Absendung"),
}
_Piece = str | tuple[str, float]  # print, or a gap: its key and width
# the sheet's own words in two versions; a gap never stands alone at the end of a line without its hint below
_OLD: tuple[tuple[_Piece, ...], ...] = (
    ("Die/Der", ("facility.name", 112.0), ","),
    (("facility.kind", 58.0), "in", ("facility.address", 98.0)),
    ("(fernmündlich zu erreichen unter", ("facility.phone", 52.0), "),"),
    ("zeigt gemäß § 34 Abs. 6 IfSG an, daß seit dem", ("onset_date", 42.0)),
    ("insgesamt", ("affected_children", 18.0), "Kinder/Schüler sowie", ("affected_staff", 18.0), "Bedienstete"),
    ("an", ("disease", 98.0), "erkrankt oder dessen"),
    ("verdächtig sind. Nähere Auskunft erteilt", ("contact_person", 70.0), "."),
)
_NEW: tuple[tuple[_Piece, ...], ...] = (
    ("Bei uns ist", ("disease", 92.0), "aufgetreten,"),
    ("und zwar erstmals am", ("onset_date", 44.0), ". Bisher haben wir"),
    (("affected_staff", 18.0), "kranke Mitarbeiter/innen und", ("affected_children", 18.0), "kranke Kinder."),
    ("Fragen beantwortet Ihnen", ("contact_person", 74.0), ","),
    ("Apparat", ("facility.phone", 52.0), "."),
    ("Unser Haus:", ("facility.name", 100.0)),
    ("Wir sind eine (ein)", ("facility.kind", 66.0), "."),
    ("Sie finden uns:", ("facility.street", 66.0), ",", ("facility.town", 62.0)),
)
_LAW = (
    "Hinweis: Die Leitung ist verpflichtet, das zuständige Gesundheitsamt unverzüglich zu benachrichtigen. Dies gilt auch bei zwei oder "
    "mehr gleichartigen, schwerwiegenden Erkrankungen, wenn als deren Ursache Krankheitserreger anzunehmen sind. Eine Benachrichtigung ist "
    "nicht nötig, wenn ein Nachweis vorliegt, daß die Meldung bereits erfolgt ist. Verstöße können mit Bußgeld geahndet werden (§ 73 IfSG)."
)
_STEPS = (
    "1. Lücken in Druckschrift oder mit Maschine ausfüllen.",
    "2. Umgehend per Telefax absenden, Original verbleibt im Haus.",
    "3. Eltern der Gruppe durch Aushang unterrichten (ohne Namen!).",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page, its gaps filled in by machine, word processor or pen."""
    paper = Paper("facility_notification", "cloze_form")
    form = Filling(rng, paper, size=rng.uniform(10, 11), by_hand=0.2)
    ask, face = facility_entries(rng, scene, form.day), rng.choice(("courier", "courier", "mono"))
    y = _head(form, scene, face)
    has_hints_behind, leading = rng.random() < 0.4, rng.uniform(13.2, 14.6)
    for line in rng.choice((_OLD, _NEW)):
        x = _LEFT
        for number, piece in enumerate(line):
            if isinstance(piece, str):
                x += form.sheet.text(x - (1.5 if piece[0] in ",.)" and number else 0), y, piece, _SIZE, face) + 2
            else:
                x += _gap(form, ask, piece, x, y, is_behind=has_hints_behind and len(line) < 3) + 2.5
        y += leading
    _foot(form, ask, face, y)
    return Drawing((form.sheet,), (paper,))


def _head(form: Filling, scene: Scene, face: str) -> float:
    """Print who gets the sheet, the office's box, the title underlined as with a typewriter, and the steps; return where gaps begin."""
    sheet, rng, office, bold = form.sheet, form.rng, scene.office, f"{face}-bold"
    sheet.text(_RIGHT, 14, rng.choice(("Vordr. 34/6 - GA", "Blatt 1 (weiß) für GA", "- Kopiervorlage -")), 8, face, align="right")
    sheet.text(_LEFT, 22, rng.choice(("An", "Herrn/Frau Amtsarzt/-ärztin", "per Telefax")), _SIZE, face)
    form.write(_LEFT, 27.5, office.name, 92)
    form.write(_LEFT, 33, office.address.street, 92)
    form.write(_LEFT, 38.5, office.address.town, 92)
    sheet.text(_LEFT, 45.5, f"Telefax {office.fax.printed}", 9, face)
    sheet.box(124, 18, _RIGHT - 124, 29, 0.5)
    sheet.text(126, 22.5, "NICHT BESCHRIFTEN!", 9, bold)
    for row, text in enumerate(("Eing.: ____________", "Az. 53-34/ ________", "Bearb.: ____ Hz.: __")):
        sheet.text(126, 29.5 + row * 6.6, text, 9, face)
    title = rng.choice(("A N Z E I G E", "M I T T E I L U N G", "B E N A C H R I C H T I G U N G"))
    sheet.text(105, 58, title, 13, bold, align="centre")
    reach = text_width(title, 13, bold) / 2
    for y in (59.6, 60.5):
        sheet.line(105 - reach, y, 105 + reach, y, 0.3)
    sheet.text(105, 66, "aus Gemeinschaftseinrichtungen gem. § 34 (6) Infektionsschutzgesetz", 9.5, face, align="centre")
    for row, text in enumerate(_STEPS):
        sheet.text(_LEFT, 75 + row * 4.6, text, 8.5, face)
    sheet.line(_LEFT, 87, _RIGHT, 87, 0.2)
    return 99.0


def _gap(form: Filling, ask: Entries, gap: tuple[str, float], x: float, y: float, *, is_behind: bool) -> float:
    """Draw a gap with its hint in brackets, below the middle or behind; return how far both reach."""
    key, width = gap
    sheet, hint = form.sheet, f"({form.rng.choice(_HINTS[key])})"
    sheet.line(x, y + 1.1, x + width, y + 1.1, 0.25)
    form.answer(ask[key], x + 2, y, width - 3)
    room = _RIGHT - x - width - 1.5
    if is_behind and text_width(hint, 8, "narrow") <= room:
        return width + 1.5 + sheet.text(x + width + 1.5, y, hint, 8, "narrow")
    size = min(8.0, max(7.5, 8 * width / text_width(hint, 8, "narrow")))
    sheet.text(x + width / 2, y + 4.3, hint, size, "narrow", align="centre")
    return width


def _foot(form: Filling, ask: Entries, face: str, y: float) -> None:
    """Print questions that no record wants, day and signature with captions below, and the law in small type."""
    sheet, rng = form.sheet, form.rng
    x = _LEFT + sheet.text(_LEFT, y, "Ärztliche Bescheinigungen liegen", _SIZE, face) + 4
    chosen = rng.randint(0, 2) if form.trouble != "blank" else 2
    for index, word in enumerate(("vor", "nicht vor")):
        form.square(x, y, index == chosen, 3.2)
        x += 5 + sheet.text(x + 5, y, word, _SIZE, face) + 5
    y += 17
    for left, right in ((_LEFT, 74.0), (96.0, _RIGHT)):
        sheet.line(left, y + 1.1, right, y + 1.1, 0.25)
    form.answer(ask["notification_date"], _LEFT + 4, y, 46)
    ink.signature(sheet, 110, y - 0.5, rng)
    sheet.text(48, y + 4.5, f"({rng.choice(_HINTS['notification_date'])})", 8, "narrow", align="centre")
    sheet.text(144, y + 4.5, "(Unterschrift d. Leitung, Stempel)", 8, "narrow", align="centre")
    sheet.line(_LEFT, y + 11, _RIGHT, y + 11, 0.2)
    for row, line in enumerate(wrapped(_LAW, 8, "narrow", _RIGHT - _LEFT)):
        sheet.text(_LEFT, y + 15.5 + row * 3.6, line, 8, "narrow")
