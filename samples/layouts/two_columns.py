"""A county's form in two columns: the person on the left, the illness on the right, values on lines, captions below some."""

from __future__ import annotations

from datetime import date
from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import Case, invent_case
from samples.people import Scene


class _Column:
    """One column: every entry is a label above its line."""

    def __init__(self, form: Form, x: float, y: float, width: float) -> None:
        self.form, self.x, self.y, self.width = form, x, y, width

    def heading(self, text: str) -> None:
        self.form.sheet.text(self.x, self.y + 4, text.upper(), 9.5, "dejavu-bold")
        self.form.sheet.line(self.x, self.y + 5.4, self.x + self.width, self.y + 5.4, 0.6)
        self.y += 10

    def entry(self, label: str, share: float = 1.0, offset: float = 0.0, *, is_last: bool = True) -> tuple[float, float, float]:
        """Print a label and its line; return x, base line and width for the value."""
        x, width = self.x + self.width * offset, self.width * share - (2 if share < 1 else 0)
        self.form.sheet.text(x, self.y + 1, label, 7.5, "dejavu")
        self.form.sheet.line(x, self.y + 8, x + width, self.y + 8, 0.2)
        at = (x + 1, self.y + 6.8, width - 2)
        if is_last:
            self.y += 12.5
        return at

    def day(self, label: str, path: str, day: date | None, share: float = 1.0, offset: float = 0.0, *, is_last: bool = True) -> None:
        x, y, width = self.entry(label, share, offset, is_last=is_last)
        self.form.put_day(x, y, path, day, width)

    def text(self, label: str, path: str, text: str | None, share: float = 1.0, offset: float = 0.0, *, is_last: bool = True) -> None:
        x, y, width = self.entry(label, share, offset, is_last=is_last)
        self.form.put(x, y, path, text, width)

    def ticks(self, label: str, path: str, choices: tuple[tuple[str, str], ...], chosen: str | None, step: float) -> None:
        self.form.sheet.text(self.x, self.y + 1, label, 7.5, "dejavu")
        self.form.choose(self.x + 1, self.y + 6.5, path, choices, chosen, step, 8.5, "dejavu", 3.0)
        self.y += 11.5


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_case(rng, scene)
    form = Form(rng, Paper("disease_notification", "two_columns", needs_review=case.is_impossible), size=rng.uniform(9.5, 11))
    sheet = form.sheet
    form.put(18, 18, "recipient", scene.office.name, 110)
    form.write(18, 23, f"{scene.office.address.street}, {scene.office.address.town}", 110)
    sheet.text(18, 37, rng.choice(("Anzeige einer meldepflichtigen Krankheit", "Meldebogen für Ärztinnen und Ärzte")), 15, "dejavu-bold")
    sheet.text(18, 43, "gemäß §§ 6, 8 und 9 des Infektionsschutzgesetzes (IfSG)", 9, "dejavu")
    _left(form, case)
    _right(form, case)
    _foot(form, case)
    return Drawing((sheet,), (form.paper,))


def _left(form: Form, case: Case) -> None:
    person, column = case.patient, _Column(form, 18, 50, 84)
    column.heading("Erkrankte Person")
    column.text("Nachname", "patient.family_name", person.family)
    column.text("Vorname", "patient.given_name", person.given)
    column.day("Geburtsdatum", "patient.birth_date", person.birth)
    column.ticks("Geschlecht", "patient.sex", (("male", "männl."), ("female", "weibl."), ("diverse", "divers")), person.sex, 24)
    column.text("Straße und Hausnummer", "patient.street", person.address.street)
    column.text("PLZ", "patient.postal_code", person.address.place.postal_code, 0.28, is_last=False)
    column.text("Wohnort", "patient.city", person.address.place.city, 0.72, 0.28)
    x, y, width = column.entry("Telefon")
    form.put_phone(x, y, "patient.phone", person.phone, width)
    column.text("E-Mail", "patient.email", person.email)
    column.heading("Gemeinschaftseinrichtung")
    roles = (("works", "tätig"), ("cared_for", "betreut"), ("none", "nein"))
    column.ticks("Tätigkeit oder Betreuung in einer Einrichtung", "facility.role", roles, case.role, 25)
    column.text("Name der Einrichtung", "facility.name", case.facility)


def _right(form: Form, case: Case) -> None:
    column = _Column(form, 110, 50, 84)
    column.heading("Krankheit")
    form.paper.take("disease.code", case.disease.code)
    column.text("Diagnose / Verdachtsdiagnose", "disease.name", case.disease_name)
    statuses = (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod"))
    column.ticks("Meldung wegen", "case_status", statuses, case.status, 28)
    column.day("Erkrankungsbeginn", "onset_date", case.onset, 0.5, is_last=False)
    column.day("Diagnosedatum", "diagnosis_date", case.diagnosis, 0.5, 0.5)
    x, y, width = column.entry("Symptome")
    if case.symptoms:
        form.put(x, y, "symptoms", ", ".join(case.symptoms), width, list(case.symptoms))
    answers = (("yes", "ja"), ("no", "nein"), ("not_known", "unbekannt"))
    column.ticks("Aufnahme in ein Krankenhaus", "hospital.admitted", answers, case.admitted, 20)
    column.text("Krankenhaus", "hospital.name", case.hospital, 0.62, is_last=False)
    column.day("Aufnahme am", "hospital.admission_date", case.admission, 0.38, 0.62)
    column.text("Infektionsort", "exposure.place", case.exposure_place, 0.5, is_last=False)
    column.text("Infektionsland", "exposure.country", case.exposure_country, 0.5, 0.5)
    states = (("vaccinated", "geimpft"), ("unvaccinated", "nicht geimpft"), ("unknown", "unbek."))
    column.ticks("Impfstatus", "vaccination.status", states, case.vaccinated, 29)
    column.day("Letzte Impfung", "vaccination.last_date", case.last_dose, 0.5, is_last=False)
    x, y, width = column.entry("Anzahl Dosen", 0.5, 0.5)
    form.put(x, y, "vaccination.doses", str(case.doses) if case.doses else None, width, case.doses)
    column.ticks("Labor beauftragt", "laboratory.commissioned", answers[:2], case.lab_commissioned, 20)
    column.text("Labor", "laboratory.name", case.lab_name, 0.62, is_last=False)
    column.day("Probe vom", "laboratory.sample_date", case.sample_date, 0.38, 0.62)


def _foot(form: Form, case: Case) -> None:
    who, sheet = case.notifier, form.sheet
    left = _Column(form, 18, 222, 84)
    left.heading("Meldende Person")
    left.text("Ärztin / Arzt", "notifier.name", who.doctor)
    left.text("Praxis / Einrichtung", "notifier.organization", who.organization)
    right = _Column(form, 110, 227, 84)
    x, y, width = right.entry("Anschrift")
    form.put_address(x, y, "notifier", who.address, width)
    x, y, width = right.entry("Telefon", 0.5, is_last=False)
    form.put_phone(x, y, "notifier.phone", who.phone, width)
    right.text("LANR", "notifier.lanr", who.lanr if form.rng.random() < 0.6 else None, 0.5, 0.5)
    # as on most German forms, the caption of place, date and signature stands below its line
    town = who.address.place.city
    form.put_day(19, 266.5, "notification_date", case.notified, 70, f"{town}, {form.rng.choice(('den ', ''))}".rstrip())
    sheet.line(18, 268.5, 92, 268.5, 0.2)
    sheet.text(18, 272, "Ort, Datum", 7.5, "dejavu")
    ink.signature(sheet, 118, 267, form.rng)
    sheet.line(110, 268.5, 194, 268.5, 0.2)
    sheet.text(110, 272, "Unterschrift", 7.5, "dejavu")
