"""A form for laboratories after the federal institute's: lettered parts, what is written stands on lines, each line's name below it."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import reworded
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _RIGHT = 17.0, 194.0
_LABELS = """
recipient: Gesundheitsamt (Empfänger der Meldung)|zuständiges Gesundheitsamt|Meldung geht an
patient.name: Name, Vorname|Familienname, Vorname der betroffenen Person|Zuname, Vorname
patient.birth_date: geb. am|Geburtsdatum|Geburtstag
patient.sex: Geschlecht
patient.street: Straße und Hausnummer der Hauptwohnung|Straße, Haus-Nr.
patient.town: PLZ/Ort|Postleitzahl, Wohnort
patient.phone: Telefon|Tel. (für Rückfragen des Gesundheitsamtes)
patient.email: E-Mail
submitter.organization: Einsender (Praxis / Krankenhaus / Station)|einsendende Einrichtung
submitter.name: Ärztin / Arzt|Name der einsendenden Person
submitter.address: Anschrift des Einsenders|Straße, PLZ, Ort
submitter.phone: Telefon des Einsenders|Tel.
specimen.material: Untersuchungsmaterial|Art des Materials
specimen.collected_on: Entnahmedatum|Tag der Entnahme
specimen.received_on: Eingangsdatum|Eingang im Labor
order_number: Labor-Nr.|laborinterne Nr.
pathogen: Krankheitserreger|nachgewiesener Krankheitserreger (ggf. Spezies, Serovar)
method: Nachweismethode|Methode (Nr. oder Klartext)
result: Wertung|Nachweis
finding: Untersuchungsbefund|Befund / Bemerkungen
laboratory.organization: Meldendes Laboratorium|Untersuchungsstelle
laboratory.doctor: verantwortliche Ärztin / verantwortlicher Arzt|Leitung
laboratory.address: Anschrift|Anschrift des Labors
laboratory.phone: Telefon|Tel.-Durchwahl
notification_date: Datum|Tag der Meldung
"""
_PARTS: dict[str, tuple[tuple[tuple[str, float], ...], ...]] = {
    "Betroffene Person": (
        (("patient.name", 0.56), ("patient.birth_date", 0.44)),
        (("patient.street", 0.5), ("patient.town", 0.5)),
        (("patient.phone", 0.3), ("patient.email", 0.3), ("patient.sex", 0.4)),
    ),
    "Einsender": (
        (("submitter.organization", 0.58), ("submitter.name", 0.42)),
        (("submitter.address", 0.65), ("submitter.phone", 0.35)),
    ),
    "Probe": ((("specimen.material", 0.34), ("specimen.collected_on", 0.22), ("specimen.received_on", 0.22), ("order_number", 0.22)),),
    "Nachweis": ((("pathogen", 0.55), ("method", 0.45)), (("finding", 0.6), ("result", 0.4))),
    "Labor": (
        (("laboratory.organization", 0.58), ("laboratory.doctor", 0.42)),
        (("laboratory.address", 0.65), ("laboratory.phone", 0.35)),
    ),
}
_ORDERS = (
    ("Betroffene Person", "Probe", "Nachweis", "Einsender", "Labor"),
    ("Labor", "Einsender", "Betroffene Person", "Probe", "Nachweis"),
    ("Einsender", "Betroffene Person", "Probe", "Nachweis", "Labor"),
)
_ASIDES = ("Erstnachweis bei dieser Person", "Isolat an das Referenzzentrum gesandt", "Klinische Angaben lagen vor")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page, filled in by type or by hand."""
    paper = Paper("laboratory_notification", "lab_lines_below")
    form = Filling(rng, paper, size=rng.uniform(9.5, 11), by_hand=0.12)
    choices = {
        "patient.sex": (("female", "weibl."), ("male", "männl."), ("diverse", "divers")),
        "result": (("positive", "positiv"), ("negative", "negativ"), ("indeterminate", "unklar")),
    }
    ask = reworded(rng, laboratory_entries(rng, scene, form.day), _LABELS, choices)
    y, step = _head(form, ask), rng.uniform(12.2, 13.2)
    for letter, title in zip("ABCDE", rng.choice(_ORDERS), strict=True):
        y = _part(form, ask, letter, title, y, step)
    _foot(form, ask, y)
    return Drawing((form.sheet,), (paper,))


def _head(form: Filling, ask: Entries) -> float:
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, 18, rng.choice(("Meldeformular – Laboratorien", "Meldebogen für Laboratorien", "Labormeldung")), 17, "serif-bold")
    sheet.text(_LEFT, 23.5, "Nachweis eines Krankheitserregers gemäß §§ 7, 8, 9 Infektionsschutzgesetz (IfSG)", 10, "serif")
    sheet.text(_RIGHT, 18, "vertraulich!", 12, "serif-italic", align="right")
    _line(form, ask, "recipient", _LEFT, 28, 108)
    sheet.text(_LEFT + 120, 35, "Kennung der Untersuchungsstelle:", 8, "serif")
    for cell in range(5):
        sheet.box(_LEFT + 160 + cell * 3.4, 31, 3.4, 5, 0.15)
    sheet.line(_LEFT, 41.5, _RIGHT, 41.5, 0.9)
    return 43.0


def _part(form: Filling, ask: Entries, letter: str, title: str, y: float, step: float) -> float:
    """Print a part's letter white on black beside its title, then its lines."""
    sheet = form.sheet
    sheet.box(_LEFT, y + 0.8, 5, 5, 0, fill=0)
    sheet.text(_LEFT + 2.5, y + 4.8, letter, 10.5, "serif-bold", align="centre", grey=255)
    sheet.text(_LEFT + 7.5, y + 4.8, title, 10.5, "serif-bold")
    y += 5.6
    for cells in _PARTS[title]:
        x = _LEFT
        for key, share in cells:
            width = (_RIGHT - _LEFT) * share
            _line(form, ask, key, x, y, width - 4)
            x += width
        y += step
    return y + 2.5


def _line(form: Filling, ask: Entries, key: str, x: float, y: float, width: float) -> None:
    """Draw a line with the answer on it and its name below; boxes to tick stand where the answer would."""
    entry, sheet = ask[key], form.sheet
    if entry.choices:
        form.tick(entry, x, y + 6.6, 4, 9, "serif", 3.0, width=width)
    else:
        form.answer(entry, x + 1, y + 6.6, width - 2)
        sheet.line(x, y + 8, x + width, y + 8, 0.2)
    label(sheet, x, y + 11.2, entry.label, 7.5, "serif", width)


def _foot(form: Filling, ask: Entries, y: float) -> None:
    """Ask one thing more that no record wants, then have it dated and signed."""
    sheet, rng = form.sheet, form.rng
    sheet.line(_LEFT, y, _RIGHT, y, 0.9)
    sheet.text(_LEFT, y + 6, f"{rng.choice(_ASIDES)}:", 9, "serif")
    chosen = rng.choice((0, 1, 2, None)) if form.trouble != "blank" else None
    for index, word in enumerate(("ja", "nein", "unbekannt")):
        form.square(_LEFT + 68 + 22 * index, y + 6, index == chosen, 3.0)
        sheet.text(_LEFT + 72.5 + 22 * index, y + 6, word, 9, "serif")
    _line(form, ask, "notification_date", _LEFT, y + 10, 45)
    sheet.line(_LEFT + 62, y + 18, _LEFT + 140, y + 18, 0.2)
    sheet.text(_LEFT + 62, y + 21.2, "Unterschrift, Laborstempel", 7.5, "serif")
    ink.signature(sheet, _LEFT + 70, y + 17, rng)
    sheet.text(_LEFT, 287, "Die Meldung hat unverzüglich, spätestens 24 Stunden nach Kenntnis zu erfolgen (§ 9 Abs. 3 IfSG).", 7.5, "serif")
