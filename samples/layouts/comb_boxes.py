"""A form made to be read by machine: one box a letter, printed labels above, wide gaps."""

from __future__ import annotations

from datetime import date
from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import Case, invent_case
from samples.people import Scene

_X = 20.0
_PITCH = 5.2


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_case(rng, scene)
    form = Form(
        rng, Paper("disease_notification", "comb_boxes", needs_review=case.is_impossible), face=rng.choice(("mono", "sans", "dejavu-mono"))
    )
    form.trouble = "none"
    form.sheet.text(_X, 20, "Meldung nach § 6 IfSG", 17, "sans-bold")
    form.sheet.text(_X, 26, "Bitte in Druckbuchstaben ausfüllen – ein Zeichen je Kästchen", 8.5)
    form.sheet.text(130, 18, "Empfänger", 7.5)
    form.put(130, 23.5, "recipient", scene.office.name, 66)
    form.sheet.line(129, 25.5, 198, 25.5, 0.2)
    y = _patient(form, case, 36)
    y = _disease(form, case, y)
    _notifier(form, case, y + 4)
    return Drawing((form.sheet,), (form.paper,))


def _comb(form: Form, x: float, y: float, label: str, count: int, text: str | None) -> None:
    """Draw `count` boxes below their label at `y` and write one character into each."""
    sheet = form.sheet
    sheet.text(x, y, label, 7.5, "sans")
    for place in range(count):
        sheet.box(x + place * _PITCH, y + 1.4, _PITCH, 6.4, 0.18)
    for place, letter in enumerate((text or "")[:count]):
        sheet.text(x + (place + 0.5) * _PITCH, y + 6.3, letter, 11, form.face, align="centre")


def _comb_day(form: Form, x: float, y: float, label: str, path: str, day: date | None) -> None:
    """Draw day, month and year in three combs with points between."""
    sheet = form.sheet
    sheet.text(x, y, label, 7.5, "sans")
    at = x
    for part in (f"{day:%d}", f"{day:%m}", f"{day:%Y}") if day else ("  ", "  ", "    "):
        for letter in part:
            sheet.box(at, y + 1.4, _PITCH, 6.4, 0.18)
            sheet.text(at + _PITCH / 2, y + 6.3, letter, 11, form.face, align="centre")
            at += _PITCH
        if len(part) == 2:
            sheet.text(at + 0.7, y + 7.2, ".", 12, "sans-bold")
        at += 2.4
    if day:
        form.paper.take(path, day.isoformat())


def _take_comb(form: Form, x: float, y: float, label: str, path: str, count: int, text: str | None) -> None:
    """Fill a comb in; what is too long for it is not on the form, so such a value stays empty."""
    fits = text if text and len(text) <= count else None
    _comb(form, x, y, label, count, fits)
    if fits:
        form.paper.take(path, fits)


def _patient(form: Form, case: Case, y: float) -> float:
    person = case.patient
    form.sheet.text(_X, y, "A  Patient", 10.5, "sans-bold")
    y += 5
    _take_comb(form, _X, y, "Familienname", "patient.family_name", 30, person.family)
    _take_comb(form, _X, y + 11, "Vorname", "patient.given_name", 20, person.given)
    _comb_day(form, _X + 112, y + 11, "Geburtsdatum", "patient.birth_date", person.birth)
    _take_comb(form, _X, y + 22, "Straße, Hausnummer", "patient.street", 30, person.address.street)
    _take_comb(form, _X, y + 33, "PLZ", "patient.postal_code", 5, person.address.place.postal_code)
    _take_comb(form, _X + 32, y + 33, "Ort", "patient.city", 24, person.address.place.city)
    form.sheet.text(_X, y + 44, "Telefon", 7.5)
    if person.phone:
        form.put_phone(_X + 1, y + 50, "patient.phone", person.phone, 60)
    form.sheet.line(_X, y + 52, _X + 75, y + 52, 0.2)
    form.sheet.text(_X + 85, y + 44, "Geschlecht", 7.5)
    form.choose(
        _X + 85, y + 50, "patient.sex", (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers")), person.sex, 27.0, 9, square=4
    )
    return y + 62


def _disease(form: Form, case: Case, y: float) -> float:
    sheet = form.sheet
    sheet.text(_X, y, "B  Erkrankung", 10.5, "sans-bold")
    y += 6
    sheet.text(_X, y, "Meldepflichtige Krankheit", 7.5)
    form.paper.take("disease.code", case.disease.code)
    form.put(_X + 1, y + 6, "disease.name", case.disease_name, 86)
    sheet.box(_X, y + 1.2, 90, 7, 0.2)
    form.choose(
        _X + 98,
        y + 6,
        "case_status",
        (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
        case.status,
        (25, 29, 20),
        9,
        square=4,
    )
    y += 13
    _comb_day(form, _X, y, "Erkrankungsbeginn", "onset_date", case.onset)
    _comb_day(form, _X + 58, y, "Diagnosedatum", "diagnosis_date", case.diagnosis)
    _comb_day(form, _X + 116, y, "Todesdatum", "death_date", case.death)
    y += 13
    sheet.text(_X, y, "Symptome", 7.5)
    sheet.box(_X, y + 1.2, 170, 7, 0.2)
    if case.symptoms:
        form.put(_X + 1, y + 6, "symptoms", ", ".join(case.symptoms), 165, list(case.symptoms))
    y += 14
    for label, path, chosen, choices in (
        ("Stationäre Aufnahme", "hospital.admitted", case.admitted, (("yes", "ja"), ("no", "nein"), ("not_known", "nicht erhoben"))),
        (
            "Impfstatus",
            "vaccination.status",
            case.vaccinated,
            (("vaccinated", "geimpft"), ("unvaccinated", "ungeimpft"), ("unknown", "unbekannt")),
        ),
        ("Labor beauftragt", "laboratory.commissioned", case.lab_commissioned, (("yes", "ja"), ("no", "nein"))),
    ):
        sheet.text(_X, y, label, 9, "sans")
        form.choose(_X + 42, y, path, choices, chosen, 30.0, 9, square=4)
        y += 8
    return y


def _notifier(form: Form, case: Case, y: float) -> None:
    who, sheet = case.notifier, form.sheet
    sheet.text(_X, y, "C  Meldende Person", 10.5, "sans-bold")
    y += 5
    for x, label, path, text, width in (
        (_X, "Name", "notifier.name", who.doctor, 84),
        (_X + 88, "Praxis / Krankenhaus", "notifier.organization", who.organization, 84),
    ):
        sheet.text(x, y, label, 7.5)
        form.put(x + 1, y + 5.6, path, text, width - 6)
        sheet.line(x, y + 7.4, x + width - 4, y + 7.4, 0.2)
    y += 12
    _take_comb(form, _X, y, "PLZ", "notifier.postal_code", 5, who.address.place.postal_code)
    _take_comb(form, _X + 32, y, "Ort", "notifier.city", 24, who.address.place.city)
    y += 12
    _take_comb(form, _X, y, "LANR", "notifier.lanr", 9, who.lanr if form.rng.random() < 0.8 else None)
    _take_comb(form, _X + 58, y, "BSNR", "notifier.bsnr", 9, who.bsnr if form.rng.random() < 0.8 else None)
    _comb_day(form, _X + 116, y, "Datum der Meldung", "notification_date", case.notified)
    y += 24
    sheet.line(_X + 90, y, _X + 165, y, 0.2)
    sheet.text(_X + 90, y + 3.5, "Unterschrift", 7.5)
    ink.signature(sheet, _X + 98, y - 1, form.rng)
