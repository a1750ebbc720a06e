"""A state office's official form: numbered grey bars, thin-ruled cells with a caption in each upper left corner, recipient top right."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import reworded
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _RIGHT, _HEIGHT = 17.0, 195.0, 9.8
_WIDTH = _RIGHT - _LEFT
_LABELS = """
recipient: Empfänger: örtlich zuständiges Gesundheitsamt|An die untere Gesundheitsbehörde
patient.family_name: Name (ggf. auch Geburtsname)|Familienname
patient.given_name: Vorname(n)|Sämtliche Vornamen
patient.birth_date: Geburtsdatum (Tag, Monat, Jahr)|geboren am
patient.sex: Geschlecht|Geschlecht (Personenstand)
patient.street: Hauptwohnsitz: Straße, Hausnummer|Wohnung (Straße und Nr.)
patient.postal_code: PLZ
patient.city: Wohnort|Ort
patient.phone: telefonisch erreichbar unter|Telefon / Mobiltelefon
patient.email: E-Mail (Angabe freiwillig)
disease: Bezeichnung der Krankheit|Krankheit bzw. Verdachtsdiagnose (Klartext)
case_status: Gemeldet wird|Meldetatbestand (§ 6 Abs. 1 IfSG)
onset_date: Tag der Erkrankung|Erste Krankheitszeichen am
diagnosis_date: Tag der Diagnose|Diagnose/Verdacht gestellt am
death_date: Tag des Todes|bei Todesfall: gestorben am
symptoms: Krankheitsbild (Leitsymptome)|Wesentliche Krankheitszeichen
hospital.admitted: Krankenhausbehandlung|Stationäre Aufnahme
hospital.name: Name des Krankenhauses|In welchem Krankenhaus?
hospital.admission_date: Tag der Aufnahme|Aufgenommen am
exposure.place: Wahrscheinlicher Ansteckungsort|Vermuteter Ort der Infektion
exposure.country: Staat|Land, in dem die Infektion erfolgte
facility.role: Gemeinschaftseinrichtung (§§ 33, 36 IfSG)|Einrichtung nach § 33 oder § 36 IfSG
facility.name: Bezeichnung der Einrichtung|Name der Schule, Kita, Pflegeeinrichtung usw.
vaccination.status: Impfung gegen diese Krankheit|Impfschutz
vaccination.last_date: Tag der letzten Impfung|zuletzt geimpft am
vaccination.doses: Zahl der Impfdosen
laboratory.commissioned: Labor mit Erregernachweis beauftragt|Untersuchung beauftragt
laboratory.name: Beauftragte Untersuchungsstelle|Labor (Name, Ort)
laboratory.sample_date: Probenentnahme am|Tag der Entnahme
notifier.organization: Praxis, Krankenhaus oder sonstige Einrichtung|Einrichtung der meldenden Person
notifier.name: Meldepflichtige Person (Name)|Ärztin / Arzt (Name in Druckbuchstaben)
notifier.street: Straße, Hausnummer
notifier.town: PLZ, Ort
notifier.phone: Telefon für Rückfragen|Telefon (tagsüber)
notifier.fax: Telefax
notifier.bsnr: Betriebsstätten-Nr.|BSNR
notification_date: Datum der Meldung|Gemeldet am
"""
_CHOICES = {
    "patient.sex": (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers")),
    "case_status": (("suspected", "Krankheitsverdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "facility.role": (("works", "dort tätig"), ("cared_for", "dort betreut"), ("none", "entfällt")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "unbekannt")),
}
# title of a section, and its rows of (key of a question, share of the width); what begins with # is asked for, and never answered
_Rows = tuple[tuple[tuple[str, float], ...], ...]
_SECTIONS: tuple[tuple[str, _Rows], ...] = (
    ("Betroffene Person", (
        (("patient.family_name", 0.4), ("patient.given_name", 0.34), ("patient.birth_date", 0.26)),
        (("patient.street", 0.44), ("patient.postal_code", 0.14), ("patient.city", 0.42)),
        (("patient.sex", 0.34), ("patient.phone", 0.28), ("patient.email", 0.38)),
    )),
    ("Krankheit", (
        (("disease", 0.52), ("case_status", 0.48)), (("onset_date", 0.34), ("diagnosis_date", 0.34), ("death_date", 0.32)),
        (("symptoms", 1.0),),
    )),
    ("Behandlung im Krankenhaus", (
        (("hospital.admitted", 0.3), ("hospital.name", 0.7)), (("hospital.admission_date", 0.3), ("#Station", 0.4), ("#Entlassen am", 0.3)),
    )),
    ("Ansteckung und Umfeld", (
        (("exposure.place", 0.4), ("exposure.country", 0.32), ("#Zeitraum (von – bis)", 0.28)),
        (("facility.role", 0.45), ("facility.name", 0.55)),
    )),
    ("Impfung und Laboruntersuchung", (
        (("vaccination.status", 0.42), ("vaccination.last_date", 0.36), ("vaccination.doses", 0.22)),
        (("laboratory.commissioned", 0.3), ("laboratory.name", 0.42), ("laboratory.sample_date", 0.28)),
    )),
)  # fmt: skip
_NOTIFIER: tuple[str, _Rows] = ("Meldende Person", (
    (("notifier.organization", 0.5), ("notifier.name", 0.5)), (("notifier.street", 0.5), ("notifier.town", 0.5)),
    (("notifier.phone", 0.36), ("notifier.fax", 0.34), ("notifier.bsnr", 0.3)),
))  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page; some editions of the form ask for the notifying person first."""
    case = invent_troubled_case(rng, scene)
    form = Filling(rng, Paper("disease_notification", "meldung_land", needs_review=case.is_impossible), by_hand=0.2)
    form.size, form.hand_height = min(form.size, 10.5), min(form.hand_height, 3.0)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    _head(form, ask, scene)
    sections = (_NOTIFIER, *_SECTIONS) if rng.random() < 0.3 else (*_SECTIONS, _NOTIFIER)
    bar, y = rng.choice((196, 208, 220)), 48.0
    for number, (title, rows) in enumerate(sections, start=1):
        y = _bar(form, y, f"{number}   {title}", bar)
        for cells in rows:
            y = _row(form, ask, y, cells)
        y += 1.6
    _foot(form, ask, y)
    return Drawing((form.sheet,), (form.paper,))


def _head(form: Filling, ask: Entries, scene: Scene) -> None:
    """Print the title beside a shield, and the box with the office's name; its address and fax number are no question."""
    rng, sheet = form.rng, form.sheet
    sheet.curve([(17, 12), (17, 20), (21.5, 25), (26, 20), (26, 12), (17, 12)], 0.4)
    sheet.line(17, 17, 26, 17, 0.4)
    sheet.text(30, 16, rng.choice(("Landesamt für Gesundheit", "Landesgesundheitsamt", "Landesamt für Verbraucherschutz")), 9, "sans")
    sheet.text(30, 23, "Meldeformular", 15, "sans-bold")
    sheet.text(_LEFT, 32, "Meldung einer meldepflichtigen Krankheit", 10, "sans-bold")
    sheet.text(_LEFT, 36.5, "nach § 6 Abs. 1, §§ 8 und 9 IfSG", 9, "sans")
    sheet.text(_LEFT, 43.5, "Zutreffendes bitte ankreuzen  – vertraulich –", 8, "sans-italic")
    sheet.box(112, 11, _RIGHT - 112, 33, 0.15)
    label(sheet, 113.2, 14.4, ask["recipient"].label, 7, "sans", 80)
    form.answer(ask["recipient"], 115, 21.5, _RIGHT - 118)
    for row, text in enumerate((scene.office.address.street, scene.office.address.town, f"Fax: {scene.office.fax.printed}")):
        sheet.text(115, 28 + row * 5.6, text, 9.5, "sans")


def _bar(form: Filling, y: float, title: str, grey: int) -> float:
    form.sheet.box(_LEFT, y, _WIDTH, 5.4, 0.12, fill=grey)
    form.sheet.text(_LEFT + 1.5, y + 4.0, title, 9.5, "sans-bold")
    return y + 5.4


def _row(form: Filling, ask: Entries, y: float, cells: tuple[tuple[str, float], ...]) -> float:
    x = _LEFT
    for key, share in cells:
        width = _WIDTH * share
        form.sheet.box(x, y, width, _HEIGHT, 0.12)
        text = key[1:] if key.startswith("#") else ask[key].label
        label(form.sheet, x + 0.9, y + 2.9, text, 7, "narrow", width - 1.8)
        if not key.startswith("#"):
            if ask[key].choices:
                form.tick(ask[key], x + 2, y + _HEIGHT - 1.7, 3.6, 8.5, "narrow", 2.9, width=width - 4)
            else:
                form.answer(ask[key], x + 2, y + _HEIGHT - 1.9, width - 3)
        x += width
    return y + _HEIGHT


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet = form.sheet
    sheet.box(_LEFT, y, _WIDTH, 13, 0.12)
    sheet.line(_LEFT + 60, y, _LEFT + 60, y + 13, 0.12)
    label(sheet, _LEFT + 0.9, y + 2.9, ask["notification_date"].label, 7, "narrow", 58)
    form.answer(ask["notification_date"], _LEFT + 2, y + 10, 56)
    sheet.text(_LEFT + 61, y + 2.9, "Unterschrift, Stempel", 7, "narrow")
    ink.signature(sheet, _LEFT + 85, y + 10.5, form.rng)
    edition = f"LG 06-{form.rng.randint(10, 99)} ({form.rng.randint(1, 12):02d}/{form.rng.randint(2019, 2025)})"
    sheet.text(_RIGHT, y + 16.5, edition, 7, "narrow", align="right")
    sheet.text(_LEFT, y + 16.5, "Die Meldung muss dem Gesundheitsamt spätestens 24 Stunden nach erlangter Kenntnis vorliegen.", 7, "narrow")
