"""A one-page form that lists some thirty diseases in columns to be ticked, with a stamp instead of a notifier's block."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import DISEASES, Case, Disease, invent_case
from samples.people import Scene
from samples.sheet import fitted


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    printed = [(disease, rng.choice(disease.names)) for disease in DISEASES]
    printed.sort(key=lambda entry: entry[1])
    case = invent_case(rng, scene, rng.choice(DISEASES[:22]))
    form = Form(rng, Paper("disease_notification", "tick_list", needs_review=case.is_impossible), size=rng.uniform(9.5, 11))
    sheet = form.sheet
    sheet.text(105, 17, "Meldung einer übertragbaren Krankheit", 14, "serif-bold", align="centre")
    sheet.text(105, 22.5, "(§ 6 Abs. 1 Satz 1 Nr. 1 Infektionsschutzgesetz)", 9.5, "serif", align="centre")
    x = 18 + sheet.text(18, 31, "An: ", 10, "serif")
    form.put(x, 31, "recipient", scene.office.name, 105)
    y = _patient(form, case)
    y = _diseases(form, case, printed, y)
    _answers(form, case, y)
    _stamp(form, case)
    return Drawing((sheet,), (form.paper,))


def _line(form: Form, x1: float, x2: float, y: float, label: str) -> float:
    """Print a label with a dotted line after it; return where the value begins."""
    width = form.sheet.text(x1, y, label, 9.5, "serif")
    form.sheet.dotted(x1 + width + 1, y + 0.8, x2)
    return x1 + width + 2


def _patient(form: Form, case: Case) -> float:
    person = case.patient
    form.put_name(_line(form, 18, 128, 41, "Name, Vorname:"), 41, person, 80)
    form.put_day(_line(form, 131, 192, 41, "geb. am:"), 41, "patient.birth_date", person.birth, 40)
    form.put_address(_line(form, 18, 140, 49, "Anschrift:"), 49, "patient", person.address, 100)
    form.put_phone(_line(form, 143, 192, 49, "Tel.:"), 49, "patient.phone", person.phone, 38)
    form.sheet.text(18, 57, "Geschlecht:", 9.5, "serif")
    choices = (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers"), ("unknown", "unbekannt"))
    form.choose(42, 57, "patient.sex", choices, person.sex, (26, 28, 23, 25), 9.5, "serif", is_round=form.rng.random() < 0.3)
    return 63.0


def _diseases(form: Form, case: Case, printed: list[tuple[Disease, str]], y: float) -> float:
    sheet = form.sheet
    height = 4.9
    sheet.line(18, y, 192, y, 0.3)
    statuses = (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod an"))
    form.choose(18, y + 5.5, "case_status", statuses, case.status, (30, 32, 30), 9.5, "serif-bold")
    per_column = -(-len(printed) // 3)
    for index, (disease, name) in enumerate(printed):
        x, at = 18 + 58 * (index // per_column), y + 12 + height * (index % per_column)
        is_it = disease is case.disease
        form.square(x, at, is_it, 2.8)
        sheet.text(x + 4.3, at, name, fitted(name, 8.8, "serif", 52), "serif")
        if is_it:
            form.paper.take("disease.code", disease.code)
            form.paper.take("disease.name", name)
    bottom = y + 12 + height * per_column
    sheet.line(18, bottom, 192, bottom, 0.3)
    return bottom + 7


def _answers(form: Form, case: Case, y: float) -> None:
    yes_no = (("yes", "ja"), ("no", "nein"))
    before = "seit" if form.rng.random() < 0.1 else ""
    form.put_day(_line(form, 18, 92, y, "Erkrankungsbeginn:"), y, "onset_date", case.onset, 35, before)
    form.put_day(_line(form, 97, 192, y, "Datum der Diagnosestellung:"), y, "diagnosis_date", case.diagnosis, 35)
    y += 8
    at = _line(form, 18, 192, y, "Symptome:")
    if case.symptoms:
        form.put(at, y, "symptoms", ", ".join(case.symptoms), 150, list(case.symptoms))
    y += 8
    form.sheet.text(18, y, "Krankenhausaufnahme:", 9.5, "serif")
    form.choose(56, y, "hospital.admitted", yes_no, case.admitted, 14.0, 9.5, "serif")
    form.put(_line(form, 86, 192, y, "Krankenhaus:"), y, "hospital.name", case.hospital, 75)
    y += 8
    form.sheet.text(18, y, "Geimpft:", 9.5, "serif")
    states = (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "nicht bekannt"))
    form.choose(36, y, "vaccination.status", states, case.vaccinated, (14, 17, 30), 9.5, "serif")
    form.put_day(_line(form, 104, 192, y, "letzte Impfung am:"), y, "vaccination.last_date", case.last_dose, 40)
    y += 8
    form.sheet.text(18, y, "Labor beauftragt:", 9.5, "serif")
    form.choose(47, y, "laboratory.commissioned", yes_no, case.lab_commissioned, 14.0, 9.5, "serif")
    form.put(_line(form, 78, 192, y, "Name des Labors:"), y, "laboratory.name", case.lab_name, 80)
    y += 8
    form.put(_line(form, 18, 110, y, "Infektionsort:"), y, "exposure.place", case.exposure_place, 60)
    form.put(_line(form, 113, 192, y, "Land:"), y, "exposure.country", case.exposure_country, 55)
    y += 8
    form.put(_line(form, 18, 192, y, "Tätig oder betreut in (Name der Einrichtung):"), y, "facility.name", case.facility, 90)


def _stamp(form: Form, case: Case) -> None:
    who, paper, sheet = case.notifier, form.paper, form.sheet
    form.put_day(_line(form, 18, 80, 248, "Datum:"), 248, "notification_date", case.notified, 40)
    ink.signature(sheet, 24, 264, form.rng)
    sheet.line(18, 268, 85, 268, 0.2)
    sheet.text(18, 272, "Unterschrift der meldenden Person", 7.5, "serif")
    sheet.text(110, 243, "Stempel der Praxis / des Krankenhauses", 7.5, "serif")
    lines = [(who.organization, 10.5, "sans-bold"), (who.doctor, 9.5, "sans"), (who.speciality, 8, "sans")]
    lines += [(who.address.street, 9, "sans"), (who.address.town, 9, "sans"), (f"Tel. {who.phone.printed}", 9, "sans")]
    for path, value in (("organization", who.organization), ("name", who.doctor), ("phone", who.phone.value)):
        paper.take(f"notifier.{path}", value)
    form.take_address("notifier", who.address)
    if form.rng.random() < 0.6:
        lines.append((f"Fax {who.fax.printed}", 9, "sans"))
        paper.take("notifier.fax", who.fax.value)
    if form.rng.random() < 0.5:
        lines.append((f"BSNR {who.bsnr}   LANR {who.lanr}", 8.5, "sans"))
        paper.take("notifier.bsnr", who.bsnr)
        paper.take("notifier.lanr", who.lanr)
    ink.stamp(sheet, 110, 245, lines, form.rng, is_framed=form.rng.random() < 0.4)
