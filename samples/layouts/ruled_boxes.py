"""A state's notification form: numbered sections of ruled cells, each with its small label in the corner."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import Case, invent_case
from samples.people import Scene

_LEFT, _WIDTH = 15.0, 180.0


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_case(rng, scene)
    form = Form(rng, Paper("disease_notification", "ruled_boxes", needs_review=case.is_impossible))
    form.size = min(form.size, 10.5)
    wording = rng.randint(0, 2)
    _head(form, scene, wording)
    y = _patient(form, case, 52.0, wording)
    y = _disease(form, case, y, wording)
    y = _circumstances(form, case, y, wording)
    _notifier(form, case, y, wording)
    return Drawing((form.sheet,), (form.paper,))


def _head(form: Form, scene: Scene, wording: int) -> None:
    sheet = form.sheet
    sheet.text(_LEFT, 20, ("Meldeformular", "Meldebogen", "Arztmeldung")[wording], 15, "sans-bold")
    sheet.text(
        _LEFT,
        26,
        (
            "Meldepflichtige Krankheit gemäß §§ 6, 8, 9 IfSG",
            "gemäß § 6 Infektionsschutzgesetz (IfSG)",
            "nach § 6 Abs. 1 IfSG – vertraulich –",
        )[wording],
        10,
        "sans",
    )
    sheet.text(_LEFT, 34, "Bitte unverzüglich, spätestens innerhalb von 24 Stunden", 8, "sans-italic")
    sheet.text(_LEFT, 38, "nach erlangter Kenntnis an das Gesundheitsamt übermitteln!", 8, "sans-italic")
    sheet.box(115, 13, 80, 30, 0.3)
    sheet.text(117, 17.5, ("An das", "An:", "Zuständiges Gesundheitsamt")[wording], 8)
    form.put(117, 23.5, "recipient", scene.office.name, 76)
    form.write(117, 28.5, scene.office.address.street, 76)
    form.write(117, 33.5, scene.office.address.town, 76)
    form.write(117, 39.5, f"Fax: {scene.office.fax.printed}", 76)


def _section(form: Form, y: float, title: str) -> float:
    form.sheet.box(_LEFT, y, _WIDTH, 5.6, 0.25, fill=226)
    form.sheet.text(_LEFT + 1.5, y + 4.2, title, 9, "sans-bold")
    return y + 5.6


def _cells(form: Form, y: float, cells: list[tuple[str, float]], height: float = 10.4) -> list[float]:
    """Rule one row of labelled cells; return where each begins."""
    x, starts = _LEFT, []
    for label, width in cells:
        form.sheet.box(x, y, width, height, 0.25)
        form.sheet.text(x + 1, y + 3.0, label, 6.8, "sans")
        starts.append(x + 1.8)
        x += width
    return starts


def _patient(form: Form, case: Case, y: float, wording: int) -> float:
    person = case.patient
    y = _section(form, y, ("1. Betroffene Person", "Angaben zum Patienten", "Patient/in")[wording])
    at = y + 8.8
    if wording == 1:
        x = _cells(form, y, [("Familienname", 60), ("Vorname", 50), ("geboren am", 34), ("Geschlecht", 36)])
        form.put(x[0], at, "patient.family_name", person.family, 56)
        form.put(x[1], at, "patient.given_name", person.given, 46)
    else:
        x = _cells(form, y, [("Name, Vorname", 104), ("Geburtsdatum" if wording else "geb. am", 36), ("Geschlecht", 40)])
        form.put_name(x[0], at, person, 100)
    form.put_day(x[-2], at, "patient.birth_date", person.birth, 32)
    form.choose(x[-1], at, "patient.sex", (("male", "m"), ("female", "w"), ("diverse", "d")), person.sex, 11.0, 8.5, square=3.0)
    y += 10.4
    at = y + 8.8
    phone_label = ("Telefon", "Telefonnummer", "Tel. (tagsüber)")[wording]
    x = _cells(
        form,
        y,
        [
            ("Straße, Hausnummer" if wording else "Straße und Hausnummer", 68),
            ("PLZ", 20),
            ("Wohnort" if wording == 2 else "Ort", 50),
            (phone_label, 42),
        ],
    )
    form.put(x[0], at, "patient.street", person.address.street, 64)
    form.put(x[1], at, "patient.postal_code", person.address.place.postal_code, 17)
    form.put(x[2], at, "patient.city", person.address.place.city, 47)
    form.put_phone(x[3], at, "patient.phone", person.phone, 38)
    return y + 12.0


def _disease(form: Form, case: Case, y: float, wording: int) -> float:
    y = _section(form, y, ("2. Diagnose / Verdachtsdiagnose", "Meldepflichtige Krankheit", "Diagnose")[wording])
    x = _cells(form, y, [("Krankheit" if wording else "Diagnose", 98), ("Zutreffendes bitte ankreuzen", 82)])
    form.paper.take("disease.code", case.disease.code)
    form.put(x[0], y + 8.8, "disease.name", case.disease_name, 94)
    statuses = (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod"))
    form.choose(x[1], y + 8.6, "case_status", statuses, case.status, (25, 29, 20), 9)
    y += 10.4
    x = _cells(
        form,
        y,
        [
            (("Erkrankungsbeginn", "Erkrankungsdatum", "Beginn der Symptome")[wording], 60),
            ("Datum der Diagnose" if wording else "Diagnosedatum", 60),
            ("ggf. Todesdatum", 60),
        ],
    )
    before = "seit" if form.rng.random() < 0.12 else ""
    form.put_day(x[0], y + 8.8, "onset_date", case.onset, 55, before)
    form.put_day(x[1], y + 8.8, "diagnosis_date", case.diagnosis, 55)
    form.put_day(x[2], y + 8.8, "death_date", case.death, 55)
    y += 10.4
    x = _cells(form, y, [("Symptome" if wording else "Symptome / klinisches Bild", 180)])
    if case.symptoms:
        form.put(x[0], y + 8.8, "symptoms", ", ".join(case.symptoms), 175, list(case.symptoms))
    return y + 12.0


def _circumstances(form: Form, case: Case, y: float, wording: int) -> float:
    y = _section(form, y, ("3. Krankenhaus, Infektionsquelle, Einrichtung", "Weitere Angaben", "Epidemiologische Angaben")[wording])
    answers = (("yes", "ja"), ("no", "nein"), ("not_known", "unbekannt"))
    x = _cells(
        form,
        y,
        [
            ("Aufnahme in ein Krankenhaus" if wording else "Im Krankenhaus behandelt", 64),
            ("Name des Krankenhauses", 78),
            ("Aufnahme am", 38),
        ],
    )
    form.choose(x[0], y + 8.6, "hospital.admitted", answers, case.admitted, (14, 17, 20), 9)
    form.put(x[1], y + 8.8, "hospital.name", case.hospital, 74)
    form.put_day(x[2], y + 8.8, "hospital.admission_date", case.admission, 34)
    y += 10.4
    x = _cells(form, y, [("Wahrscheinlicher Infektionsort", 98), ("Land" if wording else "Infektionsland", 82)])
    form.put(x[0], y + 8.8, "exposure.place", case.exposure_place, 94)
    form.put(x[1], y + 8.8, "exposure.country", case.exposure_country, 78)
    y += 10.4
    x = _cells(form, y, [("Tätigkeit / Betreuung in Gemeinschafts- oder medizinischer Einrichtung", 98), ("Name der Einrichtung", 82)])
    roles = (("works", "Tätigkeit"), ("cared_for", "Betreuung"), ("none", "weder noch" if wording else "nein"))
    form.choose(x[0], y + 8.6, "facility.role", roles, case.role, (29, 31, 20), 9)
    form.put(x[1], y + 8.8, "facility.name", case.facility, 78)
    y += 12.0
    y = _section(form, y, ("4. Impfstatus und Labor", "Impfung / Labor", "Impfung, Labordiagnostik")[wording])
    x = _cells(
        form,
        y,
        [("Gegen die Krankheit geimpft" if wording else "Impfstatus", 92), ("Datum der letzten Impfung", 50), ("Anzahl Impfdosen", 38)],
    )
    states = (("vaccinated", "geimpft"), ("unvaccinated", "nicht geimpft"), ("unknown", "unbekannt"))
    form.choose(x[0], y + 8.6, "vaccination.status", states, case.vaccinated, (26, 34, 20), 9)
    form.put_day(x[1], y + 8.8, "vaccination.last_date", case.last_dose, 46)
    form.put(x[2], y + 8.8, "vaccination.doses", str(case.doses) if case.doses else None, 20, case.doses)
    y += 10.4
    x = _cells(
        form, y, [("Labor beauftragt", 46), ("Name / Ort des Labors" if wording else "Name des Labors", 96), ("Probenentnahme am", 38)]
    )
    form.choose(x[0], y + 8.6, "laboratory.commissioned", answers[:2], case.lab_commissioned, 16.0, 9)
    form.put(x[1], y + 8.8, "laboratory.name", case.lab_name, 92)
    form.put_day(x[2], y + 8.8, "laboratory.sample_date", case.sample_date, 34)
    return y + 12.0


def _notifier(form: Form, case: Case, y: float, wording: int) -> None:
    y = _section(form, y, ("5. Meldende Person", "Meldende Person / Einrichtung", "Meldende Ärztin / Meldender Arzt")[wording])
    who = case.notifier
    rows: tuple[tuple[list[tuple[str, float]], tuple[tuple[str, str], ...]], ...] = (
        ([("Name", 90), ("Praxis / Krankenhaus", 90)], (("notifier.name", who.doctor), ("notifier.organization", who.organization))),
        (
            [("Straße, Hausnummer", 90), ("PLZ", 22), ("Ort", 68)],
            (
                ("notifier.street", who.address.street),
                ("notifier.postal_code", who.address.place.postal_code),
                ("notifier.city", who.address.place.city),
            ),
        ),
    )
    for cells, values in rows:
        for at, (_, width), (path, text) in zip(_cells(form, y, cells), cells, values, strict=True):
            form.put(at, y + 8.8, path, text, width - 4)
        y += 10.4
    x = _cells(form, y, [("Telefon", 45), ("Fax", 45), ("LANR", 45), ("BSNR", 45)])
    form.put_phone(x[0], y + 8.8, "notifier.phone", who.phone, 41)
    if form.rng.random() < 0.7:
        form.put_phone(x[1], y + 8.8, "notifier.fax", who.fax, 41)
    if form.rng.random() < 0.8:
        form.put(x[2], y + 8.8, "notifier.lanr", who.lanr, 41)
        form.put(x[3], y + 8.8, "notifier.bsnr", who.bsnr, 41)
    y += 10.4
    x = _cells(form, y, [("Datum der Meldung" if wording else "Datum", 60), ("Unterschrift", 120)], 14.0)
    form.put_day(x[0], y + 10.5, "notification_date", case.notified, 54)
    ink.signature(form.sheet, x[1] + 12, y + 10.5, form.rng)
