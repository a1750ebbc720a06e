"""Cover sheets: they announce, and belong to no document."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.people import Scene
from samples.sheet import Sheet


def draw(rng: Random, scene: Scene, pages: int) -> Sheet:
    """Draw the cover sheet of a fax of `pages` pages."""
    return rng.choice((_form, _short_letter))(rng, scene, pages)


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
