"""A hospital system's text printout: 'Feld ....: Wert' in one or two columns, with case number, ward, print date and user around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from samples.authors import reworded
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.medicine import Case
from samples.people import FAMILY, Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 18.0, 196.0
_LABELS = """
patient.name: Pat.-Name|Patient
patient.birth_date: Geb.-Dat.|geb.
patient.sex: Geschl.|Geschlecht
patient.street: Strasse|Straße
patient.town: PLZ/Wohnort|Ort
patient.phone: Tel. privat|Telefon
disease: Meldediagnose|IfSG-Diagnose
case_status: Meldeart|Fallstatus
onset_date: Symptombeginn|Krank seit
diagnosis_date: Diagnosedatum|Diagnose vom
death_date: Exitus am|Verstorben
symptoms: Klinik/Symptome|Symptomatik
hospital.admitted: stationär|Stat. Behandlung
hospital.admission_date: Aufnahme|Aufn.-Datum
hospital.name: Haus|Behandl. Haus
exposure.place: Infekt.-Ort|vermutl. Inf.-Ort
exposure.country: Infekt.-Land|Land
facility.role: Gem.-Einricht.|Einr. §33 IfSG
facility.name: Einrichtung|Name d. Einr.
vaccination.status: Impfstatus|Geimpft
vaccination.last_date: Letzte Impfung|letzte Impfg.
vaccination.doses: Anz. Impfungen|Dosen
laboratory.commissioned: Labor angef.|Labor beauftragt
laboratory.name: Labor|Unters.-Labor
laboratory.sample_date: Abnahme|Probe vom
notifier.name: Melder|Meldender Arzt
notifier.street: Strasse|Anschrift
notifier.town: PLZ/Ort|Ort
notifier.phone: Telefon|Tel. dienstl.
notifier.fax: Telefax|Fax
notifier.bsnr: BSNR
notifier.lanr: LANR
notification_date: Meldedatum|Meldung vom
recipient: Empfänger|Meldung an
"""
_CHOICES = {
    "patient.sex": (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein")),
    "facility.role": (("works", "tätig"), ("cared_for", "betreut"), ("none", "nein")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "unbekannt")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
_HOUSES = ("Städtisches Klinikum", "Kreiskrankenhaus", "St. Vincenz-Krankenhaus", "Evangelisches Krankenhaus")
_WARDS = {
    True: ("INN2", "INFEKT", "PÄD 1", "ITS", "GER3", "PNEU"),
    False: ("AMB", "NOTAUFN", "POLI 2"),
}  # of patients in hospital, and of others
_Row = tuple[str | tuple[str, str], ...]  # keys of questions, or what the system prints besides: (label, text)


@dataclass
class _Print:
    """Where the printout has come to, and how it sets its fields: leaders' end, what stands for nothing, brackets or words."""

    form: Filling
    ask: Entries
    y: float
    leading: float
    reach: float
    nothing: str
    has_brackets: bool

    def rows(self, *rows: _Row) -> None:
        for row in rows:
            width = (_RIGHT - _LEFT) / len(row)
            for column, cell in enumerate(row):
                x = _LEFT + column * width
                label, entry = (cell[0], None) if isinstance(cell, tuple) else (self.ask[cell].label, self.ask[cell])
                x += self._leader(x, label)
                if entry is None:
                    self.form.write(x, self.y, cell[1], width)
                elif not self._value(entry, x, width - self.reach - 5):
                    self.form.write(x, self.y, self.nothing, width)
            self.y += self.leading

    def title(self, text: str) -> None:
        self.y += self.leading * 0.6
        self.form.sheet.text(_LEFT, self.y, text, self.form.size, _bold(self.form))
        self.y += self.leading * 1.1

    def rule(self, sign: str) -> None:
        """Print a line of signs over the width, as text printers do."""
        form = self.form
        count = int((_RIGHT - _LEFT) / text_width(sign, form.size, form.face))
        form.sheet.text(_LEFT, self.y, sign * count, form.size, form.face)
        self.y += self.leading

    def _leader(self, x: float, label: str) -> float:
        form, text = self.form, f"{label} "
        while text_width(f"{text}.:", form.size, form.face) <= self.reach:
            text += "."
        return max(form.sheet.text(x, self.y, f"{text}:", form.size, form.face), self.reach) + 2.4

    def _value(self, entry: Entry, x: float, width: float) -> float:
        if not entry.choices:
            return self.form.answer(entry, x, self.y, width)
        if self.has_brackets and len(entry.choices) < 3:
            return self.form.brackets(entry, x, self.y, width)
        return self.form.answer_word(entry, x, self.y, width)


def _bold(form: Filling) -> str:
    return {"narrow": "narrow-bold", "courier": "courier-bold"}.get(form.face, "mono-bold")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = _in_house(rng, invent_troubled_case(rng, scene), scene)
    paper = Paper("disease_notification", "kis_ausdruck", needs_review=case.is_impossible)
    face = rng.choice(("mono", "dejavu-mono", "courier", "narrow"))
    size = {"mono": 9.0, "dejavu-mono": 8.5, "courier": 9.5, "narrow": 10.0}[face]
    form = Filling(rng, paper, face=face, size=size, by_hand=0.0, has_trouble=False)
    form.trouble, form.day_style = rng.choices(("none", "struck"), weights=(95, 5))[0], "dot"
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    page = _Print(form, ask, 44.0, rng.choice((5.2, 5.6)), 34.0, rng.choice(("", "", "-", "---")), rng.random() < 0.4)
    _header(page, case)
    _body(page, case, scene)
    _footer(page, scene)
    return Drawing((form.sheet,), (paper,))


def _in_house(rng: Random, case: Case, scene: Scene) -> Case:
    """Let a hospital notify, and have its own patient on a ward where the patient is in hospital at all."""
    house = f"{rng.choice(_HOUSES)} {scene.place.city}"
    admitted = "no" if case.admitted == "not_known" else case.admitted  # its own system knows
    case = replace(case, notifier=replace(case.notifier, organization=house), admitted=admitted)
    return replace(case, hospital=house) if admitted == "yes" else case


def _header(page: _Print, case: Case) -> None:
    """Print the house, and what the system knows of the stay: none of it is asked for, but for the house's name."""
    form, rng, who, bold = page.form, page.form.rng, case.notifier, _bold(page.form)
    form.sheet.text(_LEFT, 17, who.organization, 11, bold)
    form.paper.take("notifier.organization", who.organization, 17)
    number, ward = rng.randint(2600100000, 2699999999), rng.choice(_WARDS[case.admitted == "yes"])
    form.write(_LEFT, 23, f"Fallnr. {number}   Pat.-ID {rng.randint(10**6, 10**7 - 1)}   Station {ward}", 170)
    form.sheet.text(_RIGHT, 17, f"Formular IFSG-{rng.randint(1, 9)}", 8, form.face, align="right")
    page.y = 29.0
    page.rule(rng.choice("=-"))
    titles = "MELDUNG NACH § 6 INFEKTIONSSCHUTZGESETZ", "Arztmeldung gem. §§ 6, 8, 9 IfSG", "IfSG-Meldung (Krankheit)"
    form.sheet.text(_LEFT, page.y + 2, rng.choice(titles), 11.5, bold)
    page.y += 9


def _body(page: _Print, case: Case, scene: Scene) -> None:
    rng = page.form.rng
    isolated = max(case.admission or scene.today, scene.today - timedelta(days=rng.randint(0, 3)))
    apart: _Row = (("Isolierung", "keine"),)
    if case.admitted == "yes":
        apart = (("Isolierung seit", f"{isolated:%d.%m.%Y}"), ("Entlassung", page.nothing))
    phone: _Row = ("patient.phone",)
    insurer = ("Kostenträger", rng.choice(("AOK", "Techniker KK", "BARMER", "DAK-Gesundheit", "privat")))
    parts: list[tuple[str, tuple[_Row, ...]]] = [
        ("PATIENT", (("patient.name", "patient.birth_date"), ("patient.sex", insurer), ("patient.street", "patient.town"), phone)),
        ("DIAGNOSE", (("disease",), ("case_status", "onset_date"), ("diagnosis_date", "death_date"), ("symptoms",))),
        ("AUFENTHALT", (("hospital.admitted", "hospital.admission_date"), ("hospital.name",), apart)),
        ("ANAMNESE", (
            ("exposure.place", "exposure.country"), ("facility.role",), ("facility.name",), ("vaccination.status", "vaccination.doses"),
            ("vaccination.last_date",),
        )),
        ("LABOR", (("laboratory.commissioned", "laboratory.sample_date"), ("laboratory.name",))),
    ]  # fmt: skip
    parts[2:4] = rng.sample(parts[2:4], 2)
    page.rows(("recipient",))
    for title, rows in parts:
        page.title(title)
        page.rows(*rows)
    page.y += 1
    page.rule(rng.choice("-_"))
    numbers = ("notifier.lanr", "notifier.bsnr") if rng.random() < 0.5 else ("notifier.bsnr",)
    page.rows(("notifier.name",), ("notifier.street", "notifier.town"), ("notifier.phone", "notifier.fax"), numbers, ("notification_date",))


def _footer(page: _Print, scene: Scene) -> None:
    """Print when and by whom it was printed."""
    form, rng = page.form, page.form.rng
    user = f"{rng.choice(FAMILY)[:6].upper()}{rng.choice('ABKMS')}"
    at = f"{scene.today:%d.%m.%Y} {rng.randint(6, 21):02d}:{rng.randint(10, 59)}"
    form.sheet.line(_LEFT, 279, _RIGHT, 279, 0.2)
    form.sheet.text(_LEFT, 283, rng.choice((f"Druck: {at}  Benutzer: {user}", f"Gedruckt am {at} von {user}")), 7.5, form.face)
    form.sheet.text(_RIGHT, 283, "Seite 1/1", 7.5, form.face, align="right")
