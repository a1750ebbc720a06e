"""What practice software prints: a plain list of 'Feld: Wert' lines under short headings, answers as words or [x]."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Form, Paper
from samples.medicine import Case, invent_case
from samples.people import Scene

_SEX = {"female": ("weiblich", "w", "W"), "male": ("männlich", "m", "M"), "diverse": ("divers", "d", "D")}
_STATUS = {"suspected": "Verdacht", "ill": "Erkrankung", "deceased": "Tod"}
_ANSWER = {"yes": ("ja", True), "no": ("nein", False), "not_known": ("nicht bekannt", None)}


class _Printout:
    """A cursor that goes down the page, labels on the left, values in a column or right after the colon."""

    def __init__(self, form: Form, column: float | None, step: float) -> None:
        self.form, self.column, self.step, self.y = form, column, step, 20.0

    def heading(self, text: str) -> None:
        self.y += self.step * 0.7
        self.form.sheet.text(20, self.y, text, self.form.size, "mono-bold" if "mono" in self.form.face else "sans-bold")
        self.y += self.step

    def field(self, label: str) -> tuple[float, float]:
        """Print a label and return where its value goes."""
        width = self.form.sheet.text(20, self.y, f"{label}:", self.form.size, self.form.face)
        at = (self.column if self.column else 20 + width + 2.5), self.y
        self.y += self.step
        return at


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_case(rng, scene)
    form = Form(
        rng,
        Paper("disease_notification", "practice_printout", needs_review=case.is_impossible),
        face=rng.choice(("mono", "dejavu-mono", "sans", "mono")),
    )
    form.size = rng.uniform(9.5, 11)
    page = _Printout(form, rng.choice((None, 72.0, 78.0)), rng.uniform(5.2, 6.0))
    _head(page, case, scene)
    _patient(page, case)
    _disease(page, case)
    _rest(page, case)
    page.y += page.step
    at = page.field(rng.choice(("Meldedatum", "Datum der Meldung", "Datum")))
    form.put_day(*at, "notification_date", case.notified)
    form.sheet.text(20, 284, f"Ausdruck aus {rng.choice(('MediPrax 4.2', 'PraxisDesk', 'ARZTplus', 'DocuMed'))} - Seite 1 von 1", 7, "sans")
    return Drawing((form.sheet,), (form.paper,))


def _head(page: _Printout, case: Case, scene: Scene) -> None:
    form, who = page.form, case.notifier
    bold = "mono-bold" if "mono" in form.face else "sans-bold"
    form.put(20, page.y, "notifier.organization", who.organization, 150)
    page.y += page.step
    form.put(20, page.y, "notifier.name", who.doctor, 100)
    page.y += page.step
    form.put_address(20, page.y, "notifier", who.address, 150)
    page.y += page.step
    x = 20 + form.sheet.text(20, page.y, "Tel.: ", form.size, form.face)
    x += form.put_phone(x, page.y, "notifier.phone", who.phone, 45)
    if form.rng.random() < 0.7:
        x += form.sheet.text(x, page.y, "  Fax: ", form.size, form.face)
        form.put_phone(x, page.y, "notifier.fax", who.fax, 45)
    page.y += page.step
    if form.rng.random() < 0.75:
        x = 20 + form.sheet.text(20, page.y, "LANR: ", form.size, form.face)
        x += form.put(x, page.y, "notifier.lanr", who.lanr)
        x += form.sheet.text(x, page.y, "   BSNR: ", form.size, form.face)
        form.put(x, page.y, "notifier.bsnr", who.bsnr)
        page.y += page.step
    form.sheet.line(20, page.y - 2, 190, page.y - 2, 0.3)
    page.y += page.step
    x = 20 + form.sheet.text(20, page.y, "An: ", form.size, form.face)
    form.put(x, page.y, "recipient", scene.office.name, 130)
    page.y += page.step * 1.8
    title = form.rng.choice(
        (
            "Arztmeldung gemäß § 6 IfSG",
            "Meldung einer meldepflichtigen Krankheit nach § 6 IfSG",
            "Meldung nach Infektionsschutzgesetz (§ 6)",
        )
    )
    form.sheet.text(20, page.y, title, form.size + 2, bold)
    page.y += page.step


def _patient(page: _Printout, case: Case) -> None:
    form, person = page.form, case.patient
    page.heading(form.rng.choice(("Patient", "Patientendaten", "Betroffene Person")))
    if form.rng.random() < 0.5:
        form.put_name(*page.field(form.rng.choice(("Name, Vorname", "Patient"))), person, 110)
    else:
        form.put(*page.field(form.rng.choice(("Name", "Nachname", "Familienname"))), "patient.family_name", person.family, 110)
        form.put(*page.field("Vorname"), "patient.given_name", person.given, 110)
    form.put_day(*page.field(form.rng.choice(("Geburtsdatum", "geb. am", "Geb.-Datum"))), "patient.birth_date", person.birth)
    form.put(*page.field("Geschlecht"), "patient.sex", form.rng.choice(_SEX[person.sex]), 40, person.sex)
    if form.rng.random() < 0.5:
        form.put_address(*page.field(form.rng.choice(("Anschrift", "Adresse"))), "patient", person.address, 110)
    else:
        form.put(*page.field(form.rng.choice(("Straße", "Straße, Nr."))), "patient.street", person.address.street)
        x, y = page.field("PLZ, Ort")
        form.paper.take("patient.postal_code", person.address.place.postal_code)
        form.put(x, y, "patient.city", person.address.town, 100, person.address.place.city)
    if person.phone or form.rng.random() < 0.5:
        form.put_phone(*page.field(form.rng.choice(("Telefon", "Tel.", "Telefonnummer"))), "patient.phone", person.phone)
    if person.email:
        form.put(*page.field("E-Mail"), "patient.email", person.email, 100)


def _disease(page: _Printout, case: Case) -> None:
    form = page.form
    page.heading(form.rng.choice(("Diagnose", "Erkrankung", "Meldetatbestand")))
    form.paper.take("disease.code", case.disease.code)
    form.put(*page.field(form.rng.choice(("Krankheit", "Diagnose", "Meldepflichtige Krankheit"))), "disease.name", case.disease_name, 110)
    if form.rng.random() < 0.5:
        form.put(*page.field("Status"), "case_status", _STATUS[case.status], 60, case.status)
    else:
        x, y = page.field("Meldung wegen")
        form.paper.take("case_status", case.status)
        for key, label in _STATUS.items():
            x += form.write(x, y, f"[{'x' if key == case.status else ' '}] {label}   ")
    for label, path, day in (
        (form.rng.choice(("Erkrankungsbeginn", "Erkrankungstag", "Erkrankungsdatum")), "onset_date", case.onset),
        (form.rng.choice(("Diagnosedatum", "Datum der Diagnose")), "diagnosis_date", case.diagnosis),
        ("Todesdatum", "death_date", case.death),
    ):
        if day or (form.rng.random() < 0.3 and path != "death_date"):
            form.put_day(*page.field(label), path, day, 60, "seit" if path == "onset_date" and form.rng.random() < 0.15 else "")
    if case.symptoms:
        form.put(*page.field("Symptome"), "symptoms", ", ".join(case.symptoms), 110, list(case.symptoms))


def _rest(page: _Printout, case: Case) -> None:
    form = page.form
    page.heading("Weitere Angaben")
    if case.admitted:
        word, value = _ANSWER[case.admitted]
        form.paper.take("hospital.admitted", value)
        form.write(*page.field(form.rng.choice(("Krankenhausaufnahme", "Stationäre Behandlung"))), word)
    if case.hospital:
        form.put(*page.field("Krankenhaus"), "hospital.name", case.hospital, 100)
    if case.admission:
        form.put_day(*page.field(form.rng.choice(("Aufnahme am", "Aufnahmedatum"))), "hospital.admission_date", case.admission)
    if case.exposure_place:
        form.put(*page.field("Infektionsort"), "exposure.place", case.exposure_place, 100)
    if case.exposure_country:
        form.put(*page.field("Infektionsland"), "exposure.country", case.exposure_country, 100)
    if case.vaccinated:
        word = {"vaccinated": "geimpft", "unvaccinated": "nicht geimpft", "unknown": "unbekannt"}[case.vaccinated]
        form.put(*page.field("Impfstatus"), "vaccination.status", word, 60, case.vaccinated)
    if case.last_dose:
        form.put_day(*page.field("Letzte Impfung"), "vaccination.last_date", case.last_dose)
    if case.doses:
        form.put(*page.field("Anzahl Impfdosen"), "vaccination.doses", str(case.doses), 20, case.doses)
    if case.lab_commissioned:
        word, value = _ANSWER[case.lab_commissioned]
        form.paper.take("laboratory.commissioned", value)
        form.write(*page.field("Labor beauftragt"), word)
    if case.lab_name:
        form.put(*page.field("Labor"), "laboratory.name", case.lab_name, 100)
    if case.sample_date:
        form.put_day(*page.field(form.rng.choice(("Probenentnahme", "Entnahmedatum"))), "laboratory.sample_date", case.sample_date)
