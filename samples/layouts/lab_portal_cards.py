"""A laboratory portal's page, printed from a browser: cards in two columns of uneven height, small grey labels above what was entered."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.authors import note, reworded, spoken
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import text_width, wrapped

_LEFT, _MIDDLE, _RIGHT = 16.0, 107.0, 194.0
_CARD = 87.0
_LABELS = """
patient.family_name: Familienname|Nachname
patient.given_name: Vorname(n)|Vorname
patient.birth_date: Geburtsdatum|Geboren am
patient.sex: Geschlecht (amtlich)|Geschlecht
patient.address: Hauptwohnsitz|Adresse
patient.phone: Telefonnummer|Kontakt (Telefon)
patient.email: E-Mail-Adresse|Kontakt (E-Mail)
specimen.material: Probenmaterial|Art der Probe
specimen.collected_on: Abnahme am|Entnommen am
specimen.received_on: Eingetroffen am|Probeneingang
order_number: Auftrags-ID|Interne Proben-ID
pathogen: Meldetatbestand|Erreger
method: Testverfahren|Untersuchungsmethode
finding: Befundtext|Freitext zum Befund
submitter.organization: Einrichtung|Name der Einrichtung
submitter.name: Ansprechperson|Ärztliche Person
submitter.address: Adresse|Anschrift
submitter.phone: Telefonnummer|Telefon (dienstlich)
laboratory.organization: Name des Labors|Organisation
laboratory.doctor: Gemeldet durch|Verantwortliche Person
laboratory.address: Adresse|Standort
laboratory.phone: Telefonnummer|Hotline
recipient: Zugestellt an|Zuständige Behörde
"""
_SEXES = (("male", "männlich"), ("female", "weiblich"), ("diverse", "divers"), ("unknown", "keine Angabe"))
_PATIENT = ("family_name", "given_name", "birth_date", "sex", "address", "phone", "email")
_CARDS = {
    "P": (("Person", "Betroffene Person"), tuple(f"patient.{key}" for key in _PATIENT)),
    "M": (("Probe", "Probenangaben"), ("order_number", "specimen.material", "specimen.collected_on", "specimen.received_on")),
    "B": (("Befund", "Ergebnis"), ("pathogen", "result", "method", "finding")),
    "E": (("Einsender", "Einsendende Stelle"), ("submitter.organization", "submitter.name", "submitter.address", "submitter.phone")),
    "L": (("Labor", "Meldendes Labor"), ("laboratory.organization", "laboratory.doctor", "laboratory.address", "laboratory.phone")),
}
_COLUMNS = (("PE", "BML"), ("BMP", "EL"), ("MBE", "PL"))
_TITLES = ("Meldung erfolgreich übermittelt", "Ihre Meldung ist eingegangen", "Labormeldung - Zusammenfassung")
_NOTES = (
    "Bitte drucken Sie diese Seite für Ihre Unterlagen. Eine erneute Übermittlung per Fax ist nicht erforderlich.",
    "Die Daten werden nach 30 Tagen automatisch gelöscht. Änderungen nur über „Nachmeldung“ möglich.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page with the browser's lines above and below."""
    paper = Paper("laboratory_notification", "lab_portal_cards")
    face = rng.choice(("dejavu", "carlito", "sans"))
    form = Filling(rng, paper, face=face, size=rng.uniform(9.4, 10.4), by_hand=0.0, marks={"dot": 1}, has_trouble=False)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day), _LABELS, {"patient.sex": _SEXES})
    form.sheet.text(9, 10.5, f"{scene.today:%d.%m.%y}, {rng.randint(12, 18)}:{rng.randint(0, 59):02d}", 8, "sans")
    form.sheet.text(105, 10.5, "Meldeportal § 7 IfSG", 8, "sans", align="centre")
    form.sheet.text(9, 290, f"https://meldeportal.example/labor/meldung/{rng.getrandbits(40):010x}/druck", 8, "sans")
    form.sheet.text(201, 290, "1/1", 8, "sans", align="right")
    top = _banner(form, ask, scene)
    bottom = top
    for x, column in zip((_LEFT, _MIDDLE), rng.choice(_COLUMNS), strict=True):
        y = top
        for letter in column:
            y = _card(form, ask, letter, x, y) + 4.5
        bottom = max(bottom, y)
    for number, line in enumerate(wrapped(rng.choice(_NOTES), 8.5, face, _RIGHT - _LEFT)):
        form.sheet.text(_LEFT, bottom + 4 + 4 * number, line, 8.5, face)
    return Drawing((form.sheet,), (paper,))


def _banner(form: Filling, ask: Entries, scene: Scene) -> float:
    """Print the portal's bar, the steps done, and to whom and when all of it went."""
    sheet, rng = form.sheet, form.rng
    sheet.box(_LEFT, 15, _RIGHT - _LEFT, 12, 0, fill=40)
    sheet.text(_LEFT + 4, 22.8, "Meldeportal Labor", 13, "carlito-bold", grey=255)
    sheet.text(
        _RIGHT - 4, 22.8, rng.choice(("Abmelden", "Hilfe  |  Abmelden", "Testumgebung: nein")), 8.5, "carlito", grey=255, align="right"
    )
    x = _LEFT
    for number, step in enumerate(("Person", "Probe", "Befund", "Prüfen", "Fertig"), start=1):
        sheet.ellipse(x, 31, 5.4, 5.4, 0.3)
        sheet.text(x + 2.7, 34.9, str(number), 8.5, "sans", align="centre")
        sheet.text(x + 7, 35, step, 8.5, "sans")
        x += 37
    sheet.text(_LEFT, 48, rng.choice(_TITLES), 15, f"{form.face}-bold")
    label = ask["recipient"].label
    y, clock = 55.5, f"{rng.randint(7, 11):02d}:{rng.randint(0, 59):02d}"
    begin = sheet.text(_LEFT, y, f"{label}: ", 9.5, form.face)
    form.answer(ask["recipient"], _LEFT + begin, y, _RIGHT - _LEFT - begin)
    begin = sheet.text(_LEFT, y + 5.4, rng.choice(("Übermittelt am ", "Meldezeitpunkt: ", "Status: zugestellt am ")), 9.5, form.face)
    sent = spoken("notification_date", f"{form.day(scene.today)}", scene.today.isoformat())
    begin += form.answer(sent, _LEFT + begin, y + 5.4, 60)
    sheet.text(_LEFT + begin, y + 5.4, f", {clock} Uhr", 9.5, form.face)
    return y + 11


def _card(form: Filling, ask: Entries, letter: str, x: float, y: float) -> float:
    """Draw a card as high as what stands in it; return its lower edge."""
    sheet, rng = form.sheet, form.rng
    names, keys = _CARDS[letter]
    name, top = rng.choice(names), y
    sheet.box(x + 3, y + 3, 6, 6, 0, fill=60)
    sheet.text(x + 6, y + 7.6, letter, 11, "sans-bold", grey=255, align="centre")
    sheet.text(x + 12, y + 7.8, name, 11.5, f"{form.face}-bold")
    sheet.text(x + _CARD - 4, y + 7.6, rng.choice(("ändern", "Kopie")), 8, form.face, grey=90, align="right")
    y += 10.5
    for key in keys:
        y = _field(form, ask, key, x + 4, y)
    sheet.box(x, top, _CARD, y + 3.5 - top, 0.2)
    return y + 3.5


def _field(form: Filling, ask: Entries, key: str, x: float, y: float) -> float:
    """Print a small label and below it the answer; return the last base line."""
    sheet, width = form.sheet, _CARD - 8
    entry = ask[key]
    label = entry.label if key != "result" else form.rng.choice(("Interpretation", "Testergebnis"))
    sheet.text(x, y + 4.2, label, 8, form.face, grey=70)
    if key == "patient.sex":
        form.tick(entry, x, y + 9.0, 2.6, 8.5, form.face, 3.0, width=width, is_round=True)
        return y + 9.6
    if key == "result":
        return _badge(form, x, y)
    if entry.text is None:
        sheet.text(x, y + 9.0, "–", form.size, form.face)
        return y + 9.4
    if key.endswith(".address"):
        street, _, town = entry.text.partition(", ")
        form.write(x, y + 9.0, street, width)
        form.write(x, y + 13.5, town, width)
        note(form, entry, y + 13.5)
        return y + 14
    if key.startswith("specimen.") and key.endswith("_on") and form.rng.random() < 0.4:
        entry = replace(entry, text=f"{entry.text}, {form.rng.randint(6, 19):02d}:{form.rng.choice(('00', '15', '30', '45'))} Uhr")
    form.answer(entry, x, y + 9.0, width)
    return y + 9.4


def _badge(form: Filling, x: float, y: float) -> float:
    """Print the result white on black, or in a frame."""
    word, is_dark = form.rng.choice(("POSITIV", "positiv", "Erreger nachgewiesen")), form.rng.random() < 0.5
    width = text_width(word, 9.5, "sans-bold") + 6
    form.sheet.box(x, y + 5.4, width, 5.6, 0.3, fill=0 if is_dark else None)
    form.sheet.text(x + 3, y + 9.4, word, 9.5, "sans-bold", grey=255 if is_dark else 0)
    form.paper.take("result", "positive", y + 9.4)
    return y + 11
