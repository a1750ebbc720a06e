"""A web portal's confirmation, printed from the browser: grey labels left, values right, answers as words, long values wrapped."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from samples.authors import print_wrapped, reworded
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import Sheet, wrapped

_LEFT, _VALUES, _RIGHT, _BOTTOM = 20.0, 82.0, 168.0, 282.0
_LABELS = """
recipient: Empfangendes Gesundheitsamt|Zuständiges Gesundheitsamt
notifier.name: Meldende Person|Name der meldenden Person
notifier.organization: Einrichtung|Meldende Einrichtung
notifier.address: Adresse der Einrichtung|Anschrift der Einrichtung
notifier.phone: Telefonnummer|Kontakt (Telefon)
notifier.fax: Faxnummer
notifier.bsnr: Betriebsstättennummer (BSNR)
notification_date: Meldedatum|Datum der Meldung
patient.family_name: Familienname|Nachname
patient.given_name: Vorname(n)|Vorname
patient.birth_date: Geburtsdatum
patient.sex: Geschlecht
patient.address: Hauptwohnsitz|Adresse (Hauptwohnsitz)
patient.phone: Telefonnummer|Telefon
patient.email: E-Mail-Adresse
disease: Meldepflichtige Krankheit|Meldetatbestand
case_status: Fallstatus|Art des Falls
onset_date: Beginn der Symptome|Datum des Symptombeginns
diagnosis_date: Datum der Diagnosestellung|Diagnosedatum
death_date: Sterbedatum
symptoms: Vorliegende Symptome|Symptome
hospital.admitted: Hospitalisiert|Stationäre Behandlung
hospital.name: Krankenhaus|Aufnehmende Einrichtung
hospital.admission_date: Aufnahmedatum|Stationär seit
exposure.place: Wahrscheinlicher Expositionsort|Ort der Exposition
exposure.country: Land der Exposition|Expositionsland
facility.role: Tätigkeit oder Betreuung in einer Einrichtung (§ 23, § 33, § 36 IfSG)|Bezug zu einer Einrichtung
facility.name: Name der Einrichtung
vaccination.status: Gegen die Krankheit geimpft|Impfung erhalten
vaccination.last_date: Datum der letzten Impfung|Letzte Impfstoffgabe
vaccination.doses: Anzahl der Impfstoffdosen|Anzahl Impfdosen
laboratory.commissioned: Labor mit Erregerdiagnostik beauftragt|Labor beauftragt
laboratory.name: Beauftragtes Labor|Bezeichnung des Labors
laboratory.sample_date: Datum der Probenentnahme|Probe entnommen am
"""
_CHOICES = {
    "patient.sex": (("female", "Weiblich"), ("male", "Männlich"), ("diverse", "Divers")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("yes", "Ja"), ("no", "Nein"), ("not_known", "nicht erhoben")),
    "facility.role": (("works", "Tätigkeit"), ("cared_for", "Betreuung"), ("none", "Nein")),
    "vaccination.status": (("vaccinated", "Ja"), ("unvaccinated", "Nein"), ("unknown", "unbekannt")),
    "laboratory.commissioned": (("yes", "Ja"), ("no", "Nein"), ("not_known", "nicht erhoben")),
}
_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Betroffene Person", (
        "patient.family_name", "patient.given_name", "patient.birth_date", "patient.sex", "patient.address",
        "patient.phone", "patient.email",
    )),
    ("Krankheit", ("disease", "case_status", "onset_date", "diagnosis_date", "death_date", "symptoms")),
    ("Hospitalisierung", ("hospital.admitted", "hospital.name", "hospital.admission_date")),
    ("Exposition", ("exposure.place", "exposure.country", "facility.role", "facility.name")),
    ("Impfung", ("vaccination.status", "vaccination.doses", "vaccination.last_date")),
    ("Labor", ("laboratory.commissioned", "laboratory.name", "laboratory.sample_date")),
)  # fmt: skip
_NOTIFIER = ("Meldende Person", (
    "notifier.organization", "notifier.name", "notifier.address", "notifier.phone", "notifier.fax", "notifier.bsnr",
))  # fmt: skip


@dataclass
class _Page:
    """Where the print has come to; it goes on overleaf where the sheet ends."""

    form: Filling
    y: float
    leading: float
    has_dashes: bool
    sheets: list[Sheet] = field(default_factory=list)

    def room(self, needed: float) -> None:
        if self.y + needed > _BOTTOM:
            self.form.sheet = Sheet()
            self.sheets.append(self.form.sheet)
            self.y = 22.0

    def heading(self, text: str) -> None:
        self.room(22)
        self.y += 3.6
        self.form.sheet.text(_LEFT, self.y, text, 11, f"{self.form.face.split('-')[0]}-bold")
        self.form.sheet.line(_LEFT, self.y + 1.6, _RIGHT, self.y + 1.6, 0.2, 120)
        self.y += self.leading + 1.8

    def row(self, entry: Entry) -> None:
        """Print one question and its answer; unanswered ones are left out, or get a dash."""
        text = entry.word if entry.choices else entry.text
        if text is None and not self.has_dashes:
            return
        form = self.form
        labels = wrapped(entry.label, 9, form.face, _VALUES - _LEFT - 3)
        values = wrapped(text or "–", form.size, form.face, _RIGHT - _VALUES)
        self.room(max(len(labels), len(values)) * self.leading)
        for number, line in enumerate(labels):
            form.sheet.text(_LEFT, self.y + number * self.leading, line, 9, form.face, grey=90)
        if text is None:
            form.sheet.text(_VALUES, self.y, "–", form.size, form.face)
        elif entry.choices:
            form.answer_word(entry, _VALUES, self.y, _RIGHT - _VALUES)
        else:
            print_wrapped(form, entry, _VALUES, self.y, _RIGHT - _VALUES, self.leading)
        self.y += max(len(labels), len(values)) * self.leading + 0.5


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page, or two where the answers are many."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "demis_beleg", needs_review=case.is_impossible)
    form = Filling(rng, paper, face=rng.choice(("sans", "dejavu", "carlito")), size=9.5, by_hand=0.0, has_trouble=False)
    form.day_style = "dot"
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    if case.lab_commissioned is None and rng.random() < 0.6:
        ask["laboratory.commissioned"] = replace(ask["laboratory.commissioned"], chosen="not_known")
    page = _Page(form, 52.0, rng.choice((4.2, 4.4, 4.7)), has_dashes=rng.random() < 0.3, sheets=[form.sheet])
    _head(page, ask)
    sections = [*_SECTIONS[:2], *rng.sample(_SECTIONS[2:], 4)] if rng.random() < 0.4 else list(_SECTIONS)
    for title, keys in [_NOTIFIER, *sections] if rng.random() < 0.6 else [*sections, _NOTIFIER]:
        page.heading(title)
        for key in keys:
            page.row(ask[key])
        if title == "Betroffene Person":  # asked by the portal, and by no record
            page.row(Entry("", "Zugehörigkeit zur Bundeswehr", rng.choice(("Keine Zugehörigkeit", "nicht erhoben", "unbekannt"))))
        if title == "Krankheit":
            page.row(Entry("", "Spender/in in den letzten 6 Monaten", rng.choice(("Nein", "nicht erhoben"))))
    _margins(page, scene)
    paper.pages = list(range(1, len(page.sheets) + 1))
    return Drawing(tuple(page.sheets), (paper,))


def _head(page: _Page, ask: Entries) -> None:
    """Print the portal's name and the confirmation's number, whom it went to, and when it was notified."""
    form, rng = page.form, page.form.rng
    sheet, bold = form.sheet, f"{form.face}-bold"
    sheet.box(_LEFT, 17, 9, 9, 0.6)
    sheet.line(_LEFT + 2, 21.5, _LEFT + 4, 24, 0.7)
    sheet.line(_LEFT + 4, 24, _LEFT + 7.5, 18.8, 0.7)
    sheet.text(_LEFT + 13, 24, rng.choice(("Meldeportal Infektionsschutz", "Meldeportal", "Elektronische Meldung")), 15, bold)
    sheet.text(_LEFT, 34, rng.choice(("Übermittlungsbestätigung", "Meldebestätigung", "Beleg über Ihre Meldung")), 12, bold)
    sheet.text(_LEFT, 39.5, "Meldung einer Krankheit gemäß § 6 IfSG – erfolgreich übermittelt", 9, form.face)
    number = "-".join(f"{rng.getrandbits(bits):0{bits // 4}x}" for bits in (32, 16, 16, 16, 48))
    page.y = 46.0
    page.row(Entry("", "Meldungs-ID", number))
    page.row(ask["recipient"])
    page.row(ask["notification_date"])


def _margins(page: _Page, scene: Scene) -> None:
    """Print what a browser prints around a page: when and what above, address and page below."""
    rng, total = page.form.rng, len(page.sheets)
    at = f"{scene.today:%d.%m.%y}, {rng.randint(7, 19):02d}:{rng.randint(0, 59):02d}"
    for number, sheet in enumerate(page.sheets, start=1):
        sheet.text(9, 11, at, 7, "sans")
        sheet.text(118, 11, "Meldeportal – Bestätigung", 7, "sans", align="centre")
        sheet.text(9, 289, "https://meldeportal.example/bestaetigung", 7, "sans")
        sheet.text(201, 289, f"{number}/{total}", 7, "sans", align="right")
