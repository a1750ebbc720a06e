"""A university institute's notification: a letter with the facts as 'label: value' in a loose column, prose below."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import invent_finding
from samples.people import Scene, invent_person
from samples.sheet import wrapped

_PROSE = (
    "Sehr geehrte Damen und Herren, gemäß § 7 IfSG melden wir Ihnen den oben genannten Nachweis. "
    "Für Rückfragen stehen wir Ihnen gerne zur Verfügung."
)
_SEX = {"female": "weiblich", "male": "männlich", "diverse": "divers"}


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    form = Form(
        rng, Paper("laboratory_notification", "lab_letter"), face=rng.choice(("serif", "sans", "dejavu-serif")), size=rng.uniform(10, 11)
    )
    lab, sheet, paper = scene.laboratory, form.sheet, form.paper
    sheet.text(195, 18, lab.organization, 13, "sans-bold", align="right")
    sheet.text(195, 23, lab.address.street, 8.5, align="right")
    sheet.text(195, 27, lab.address.town, 8.5, align="right")
    sheet.text(195, 31, f"Telefon {lab.phone.printed}", 8.5, align="right")
    paper.take("laboratory.organization", lab.organization)
    form.take_address("laboratory", lab.address)
    paper.take("laboratory.phone", lab.phone.value)
    form.put(25, 50, "recipient", scene.office.name, 80)
    form.write(25, 55, scene.office.address.street, 80)
    form.write(25, 60, scene.office.address.town, 80)
    date_text = f"{lab.address.place.city}, {form.day(scene.today)}"
    paper.take("notification_date", scene.today.isoformat())
    sheet.text(195, 72, date_text, 10, form.face, align="right")
    sheet.text(
        25,
        84,
        rng.choice(("Meldung eines Krankheitserregers gemäß § 7 Infektionsschutzgesetz", "Meldepflichtiger Erregernachweis (§ 7 IfSG)")),
        12,
        "sans-bold",
    )
    y = _facts(form, scene)
    for line in wrapped(_PROSE, form.size, form.face, 165):
        sheet.text(25, y, line, form.size, form.face)
        y += 5.5
    sheet.text(25, y + 6, "Mit freundlichen Grüßen", form.size, form.face)
    ink.signature(sheet, 28, y + 19, rng)
    sheet.text(25, y + 26, lab.doctor, form.size, form.face)
    paper.take("laboratory.name", lab.doctor)
    return Drawing((sheet,), (paper,))


def _facts(form: Form, scene: Scene) -> float:
    rng, sheet, paper = form.rng, form.sheet, form.paper
    person, finding = invent_person(rng, scene.place, scene.today), invent_finding(rng)
    received = scene.today - timedelta(days=rng.randint(0, 3))
    paper.take("pathogen.code", finding.pathogen.code)
    step, x = rng.uniform(6.2, 7.0), 78.0
    y = 95.0

    def label(text: str) -> float:
        nonlocal y
        y += step
        sheet.text(25, y, f"{text}:", form.size, "serif-bold" if "serif" in form.face else "sans-bold")
        return y

    form.put_name(x, label("Patient/in"), person, 110)
    form.put_day(x, label("Geburtsdatum"), "patient.birth_date", person.birth)
    if rng.random() < 0.8:
        form.put(x, label("Geschlecht"), "patient.sex", _SEX[person.sex], 40, person.sex)
    form.put_address(x, label("Wohnanschrift"), "patient", person.address, 112)
    form.put(x, label("Untersuchungsnummer"), "order_number", f"{rng.choice('ABKV')}-{received:%y}-{rng.randint(10000, 99999)}")
    form.put(x, label("Probenmaterial"), "specimen.material", rng.choice(finding.pathogen.materials), 110)
    form.put_day(
        x, label("Entnahmedatum"), "specimen.collected_on", received - timedelta(days=rng.randint(0, 2)) if rng.random() < 0.85 else None
    )
    form.put_day(x, label("Probeneingang"), "specimen.received_on", received)
    form.put(x, label("Erreger"), "pathogen.name", finding.name, 112)
    form.put(x, label("Nachweismethode"), "method", finding.method, 112)
    form.put(x, label("Ergebnis"), "result", "positiv", 60, "positive")
    form.put(x, label("Befund"), "finding", finding.text, 112)
    form.put(x, label("Einsender"), "submitter.organization", scene.practice.organization, 112)
    y += step
    form.put_address(x, y, "submitter", scene.practice.address, 112)
    return y + 2.4 * step
