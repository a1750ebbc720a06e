"""Cover sheets: they announce, and belong to no document."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from samples import ink
from samples.people import Scene
from samples.sheet import HANDS, Sheet, fitted

Cover = Callable[[Random, Scene, int], Sheet]


def choose(rng: Random) -> Cover:
    """Choose who made the cover sheet."""
    return rng.choices((draw, _by_hand, _table), weights=(6, 3, 3))[0]


def draw(rng: Random, scene: Scene, pages: int) -> Sheet:
    """Draw the cover sheet of a fax of `pages` pages."""
    return rng.choice((_form, _short_letter))(rng, scene, pages)


def _by_hand(rng: Random, scene: Scene, pages: int) -> Sheet:
    """Draw a practice's slip on which a pen wrote to whom, how many pages, and a word or two."""
    sheet, hand = Sheet(), rng.choice(HANDS)
    sheet.box(20, 20, 170, 24, 0.6)
    sheet.text(26, 36, "FAX-MITTEILUNG", 22, "caladea-bold")
    sheet.text(186, 30, scene.practice.organization, 10, "caladea", align="right")
    sheet.text(186, 36, f"Tel. {scene.practice.phone.printed}", 10, "caladea", align="right")
    y = 62.0
    for label, text in (
        ("an", "Gesundheitsamt"),
        ("Fax", scene.office.fax.printed),
        ("Seiten", str(pages)),
        ("Datum", f"{scene.today:%d.%m.%Y}"),
        ("Nachricht", rng.choice(("Meldung anbei", "wie besprochen", "bitte um Rückruf", "eilt!"))),
    ):
        sheet.text(26, y, label, 10, "caladea")
        sheet.dotted(52, y + 1, 186)
        ink.pen(sheet, 56, y - 0.5, text, hand, rng.uniform(3.2, 4.4), rng)
        y += 15
    ink.signature(sheet, 120, y + 12, rng)
    return sheet


def _table(rng: Random, scene: Scene, pages: int) -> Sheet:
    """Draw a hospital's cover: sender and receiver side by side in a ruled table, boxes below, small print."""
    sheet = Sheet()
    sheet.text(15, 24, scene.laboratory.organization, 14, "dejavu-bold")
    sheet.box(15, 30, 180, 9, 0, fill=0)
    sheet.text(18, 36.3, rng.choice(("Faxübermittlung", "TELEFAX-DECKBLATT", "Telefaxnachricht")), 13, "dejavu-bold", grey=255)
    office, laboratory = scene.office, scene.laboratory
    rows = (
        ("Empfänger", office.name, "Absender", laboratory.doctor),
        ("Straße", office.address.street, "Abteilung", rng.choice(("Infektionsdiagnostik", "Hygiene", "Sekretariat"))),
        ("Ort", office.address.town, "Telefon", laboratory.phone.printed),
        ("Telefax", office.fax.printed, "Datum / Seiten", f"{scene.today:%d.%m.%Y} / {pages}"),
    )
    for row, cells in enumerate(rows):
        for x, width, text, face in zip(
            (15, 39, 105, 135), (24, 66, 30, 60), cells, ("dejavu-bold", "dejavu", "dejavu-bold", "dejavu"), strict=True
        ):
            sheet.box(x, 44 + row * 10, width, 10, 0.2)
            sheet.text(x + 1.5, 50.3 + row * 10, text, fitted(text, 8.5, face, width - 3), face)
    for index, word in enumerate(("zur Kenntnis", "zur Erledigung", "mit der Bitte um Stellungnahme")):
        sheet.box(18 + index * 52, 96, 3.6, 3.6)
        sheet.text(24 + index * 52, 99.3, word, 9, "dejavu")
    sheet.text(15, 118, "Betreff: Meldungen nach Infektionsschutzgesetz", 10, "dejavu")
    sheet.text(
        15, 280, "Diese Nachricht enthält vertrauliche Gesundheitsdaten. Irrläufer bitte vernichten und uns benachrichtigen.", 7.5, "dejavu"
    )
    return sheet


def _form(rng: Random, scene: Scene, pages: int) -> Sheet:
    sheet = Sheet()
    sheet.text(20, 38, rng.choice(("TELEFAX", "Telefax-Deckblatt", "FAX")), 30, rng.choice(("sans-bold", "serif-bold")))
    rows = (
        ("An:", scene.office.name),
        ("Fax-Nr.:", scene.office.fax.printed),
        ("Von:", scene.practice.organization),
        ("Telefon:", scene.practice.phone.printed),
        ("Datum:", f"{scene.today:%d.%m.%Y}"),
        ("Seiten (inkl. Deckblatt):", str(pages)),
        ("Betreff:", rng.choice(("Meldung nach IfSG", "Meldeunterlagen", "Wie telefonisch besprochen"))),
    )
    y = 60.0
    for label, value in rows:
        sheet.text(20, y, label, 11, "sans-bold")
        sheet.text(75, y, value, 11)
        sheet.line(20, y + 3, 190, y + 3, 0.2)
        y += 12
    for row, label in enumerate(("Dringend", "Zur Kenntnis", "Bitte um Rückruf")):
        sheet.box(20 + row * 50, y + 5, 4, 4)
        sheet.text(26 + row * 50, y + 8.4, label, 10)
    sheet.text(20, 262, "Dieses Telefax ist vertraulich. Sollten Sie nicht der richtige Empfänger sein,", 8, "sans-italic")
    sheet.text(20, 266, "informieren Sie bitte den Absender und vernichten Sie es.", 8, "sans-italic")
    return sheet


def _short_letter(rng: Random, scene: Scene, pages: int) -> Sheet:
    sheet = Sheet()
    sheet.text(190, 25, scene.practice.organization, 13, "serif-bold", align="right")
    sheet.text(190, 31, f"{scene.practice.address.street}, {scene.practice.address.town}", 9, "serif", align="right")
    sheet.text(20, 55, "Kurzmitteilung / Fax", 18, "serif-bold")
    sheet.text(20, 70, f"Empfänger: {scene.office.name}", 11, "serif")
    sheet.text(20, 78, f"Anzahl der Seiten einschließlich dieser: {pages}", 11, "serif")
    sheet.text(20, 86, f"Datum: {scene.today:%d.%m.%Y}", 11, "serif")
    sheet.text(
        20,
        105,
        rng.choice(
            ("Anbei erhalten Sie die besprochenen Unterlagen.", "In der Anlage übersenden wir die Meldung mit der Bitte um Bearbeitung.")
        ),
        11,
        "serif",
    )
    sheet.text(20, 118, "Mit freundlichen Grüßen", 11, "serif")
    ink.signature(sheet, 22, 134, rng)
    return sheet
