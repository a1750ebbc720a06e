"""A hospital information system's printout: a table of label and value cells over the whole width, grouped by bars."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Form, Paper
from samples.medicine import Case, invent_case
from samples.people import Scene
from samples.sheet import fitted

_LEFT, _SPLIT, _RIGHT, _ROW = 16.0, 74.0, 194.0, 6.6
_SEX = {"female": "weiblich", "male": "männlich", "diverse": "divers"}
_STATUS = {"suspected": "Krankheitsverdacht", "ill": "Erkrankung", "deceased": "Tod"}


class _Table:
    def __init__(self, form: Form, y: float) -> None:
        self.form, self.y = form, y

    def bar(self, text: str) -> None:
        sheet = self.form.sheet
        sheet.box(_LEFT, self.y, _RIGHT - _LEFT, _ROW, 0.2, fill=70)
        sheet.text(_LEFT + 2, self.y + 4.7, text, 9.5, "sans-bold", grey=255)
        self.y += _ROW

    def row(self, label: str) -> tuple[float, float, float]:
        """Rule one row and return x, base line and width of its value cell."""
        sheet = self.form.sheet
        sheet.box(_LEFT, self.y, _SPLIT - _LEFT, _ROW, 0.15)
        sheet.box(_SPLIT, self.y, _RIGHT - _SPLIT, _ROW, 0.15)
        sheet.text(_LEFT + 2, self.y + 4.6, label, fitted(label, 9, "sans", _SPLIT - _LEFT - 4), "sans")
        at = _SPLIT + 2, self.y + 4.7, _RIGHT - _SPLIT - 4
        self.y += _ROW
        return at

    def put(self, label: str, path: str, text: str | None, value: object = None) -> None:
        x, y, width = self.row(label)
        self.form.put(x, y, path, text, width, value)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_case(rng, scene)
    form = Form(
        rng,
        Paper("disease_notification", "hospital_table", needs_review=case.is_impossible),
        face=rng.choice(("sans", "sans-bold", "mono", "narrow")),
    )
    form.size = rng.uniform(9, 10)
    sheet, who = form.sheet, case.notifier
    sheet.text(_LEFT, 16, who.organization, 12, "sans-bold")
    form.paper.take("notifier.organization", who.organization)
    form.take_address("notifier", who.address)
    sheet.text(_LEFT, 21, f"{who.address.street}, {who.address.town}", 9)
    sheet.text(_RIGHT, 16, f"KIS-Ausdruck {rng.randint(100000, 999999)}", 7.5, align="right")
    sheet.text(
        _LEFT,
        32,
        rng.choice(("Meldeformular § 6 IfSG", "IfSG-Meldung (Krankheit)", "Krankheitsmeldung nach §§ 6, 9 IfSG")),
        14,
        "sans-bold",
    )
    table = _Table(form, 38)
    table.put("Zuständiges Gesundheitsamt", "recipient", scene.office.name)
    _patient(table, case)
    _disease(table, case)
    _rest(table, case)
    return Drawing((sheet,), (form.paper,))


def _patient(table: _Table, case: Case) -> None:
    form, person = table.form, case.patient
    table.bar("Betroffene Person")
    table.put("Familienname", "patient.family_name", person.family)
    table.put("Vorname(n)", "patient.given_name", person.given)
    x, y, width = table.row("Geburtsdatum")
    form.put_day(x, y, "patient.birth_date", person.birth, width)
    table.put("Geschlecht", "patient.sex", _SEX[person.sex], person.sex)
    x, y, width = table.row("Anschrift (Hauptwohnung)")
    form.put_address(x, y, "patient", person.address, width)
    x, y, width = table.row("Telefon")
    form.put_phone(x, y, "patient.phone", person.phone, width)


def _disease(table: _Table, case: Case) -> None:
    form = table.form
    table.bar("Diagnose")
    form.paper.take("disease.code", case.disease.code)
    table.put("Meldepflichtige Krankheit", "disease.name", case.disease_name)
    table.put("Art der Meldung", "case_status", _STATUS[case.status], case.status)
    for label, path, day in (
        ("Erkrankungsbeginn", "onset_date", case.onset),
        ("Diagnosedatum", "diagnosis_date", case.diagnosis),
        ("Verstorben am", "death_date", case.death),
    ):
        x, y, width = table.row(label)
        form.put_day(x, y, path, day, width)
    table.put("Symptome", "symptoms", ", ".join(case.symptoms) or None, list(case.symptoms))


def _rest(table: _Table, case: Case) -> None:
    form, who = table.form, case.notifier
    words = {"yes": "Ja", "no": "Nein", "not_known": "nicht erhoben"}
    table.bar("Behandlung und Exposition")
    x, y, width = table.row("Hospitalisiert")
    if case.admitted:
        form.paper.take("hospital.admitted", {"yes": True, "no": False, "not_known": None}[case.admitted])
        form.write(x, y, words[case.admitted], width)
    table.put("Krankenhaus", "hospital.name", case.hospital)
    x, y, width = table.row("Aufnahmedatum")
    form.put_day(x, y, "hospital.admission_date", case.admission, width)
    table.put("Infektionsort", "exposure.place", case.exposure_place)
    table.put("Infektionsland", "exposure.country", case.exposure_country)
    table.bar("Impfung und Labor")
    states = {"vaccinated": "geimpft", "unvaccinated": "ungeimpft", "unknown": "unbekannt"}
    table.put("Impfstatus", "vaccination.status", states.get(case.vaccinated or ""), case.vaccinated)
    x, y, width = table.row("Datum der letzten Impfung")
    form.put_day(x, y, "vaccination.last_date", case.last_dose, width)
    table.put("Untersuchungsstelle / Labor", "laboratory.name", case.lab_name)
    x, y, width = table.row("Probenentnahme am")
    form.put_day(x, y, "laboratory.sample_date", case.sample_date, width)
    table.bar("Meldende Person")
    table.put("Name", "notifier.name", who.doctor)
    x, y, width = table.row("Telefon")
    form.put_phone(x, y, "notifier.phone", who.phone, width)
    table.put("LANR", "notifier.lanr", who.lanr if form.rng.random() < 0.6 else None)
    x, y, width = table.row("Meldedatum")
    form.put_day(x, y, "notification_date", case.notified, width)
    form.sheet.text(_LEFT, table.y + 6, "Maschinell erstellt, ohne Unterschrift gültig.", 8, "sans-italic")
