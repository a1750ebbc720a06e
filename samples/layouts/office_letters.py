"""Letters to the office: a doctor's about a patient, and one with an information block as DIN 5008 has it."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.people import Scene, invent_person
from samples.sheet import wrapped

_MATTERS = (
    ("Ihre Anfrage vom {day}", "zu Ihrer Anfrage teilen wir mit, dass die gewünschten Unterlagen derzeit zusammengestellt und in der "
     "kommenden Woche nachgereicht werden. Für die Verzögerung bitten wir um Verständnis."),
    ("Terminverschiebung Ortsbesichtigung", "leider können wir den vereinbarten Termin nicht einhalten. Wir schlagen vor, die Besichtigung "
     "um zwei Wochen zu verschieben, und bitten um kurze Rückmeldung per Fax."),
    ("Beschwerde über Schimmelbefall in einer Mietwohnung", "in der Wohnung unserer Mandantin wurde Schimmelbefall festgestellt. "
     "Wir bitten um eine Stellungnahme zur gesundheitlichen Gefährdung und um einen Ortstermin."),
    ("Akteneinsicht", "namens und in Vollmacht unserer Mandantschaft beantragen wir Akteneinsicht und bitten um Übersendung der Vorgänge "
     "für drei Tage in unsere Kanzlei."),
)  # fmt: skip
_SENDERS = (
    "Kanzlei Dr. Hoffstedt", "Stadtwerke Nordring GmbH", "Hausverwaltung Immenhof", "Arbeiterwohlfahrt Kreisverband e. V.",
    "Berufsgenossenschaft Bau", "Caritas-Pflegedienst",
)  # fmt: skip


def draw_about_patient(rng: Random, scene: Scene) -> Drawing:
    """Draw a doctor's letter about a patient: it names a person and an illness, and notifies of nothing."""
    form = Form(rng, Paper("letter", "patient_letter"), face=rng.choice(("serif", "carlito", "caladea")), size=rng.uniform(10.5, 11.5))
    form.trouble, form.day_style = "none", "dot"
    sheet, who = form.sheet, scene.practice
    patient = invent_person(rng, scene.place, scene.today, youngest=4)
    form.put(25, 20, "sender.organization", who.organization, 110)
    form.put(25, 25.5, "sender.name", who.doctor, 110)
    form.put_address(25, 31, "sender", who.address, 110)
    x = 25 + sheet.text(25, 36.5, "Telefon ", form.size, form.face)
    form.put_phone(x, 36.5, "sender.phone", who.phone, 60)
    form.put(25, 58, "recipient", scene.office.name, 100)
    form.write(25, 63.5, scene.office.address.street)
    form.write(25, 69, scene.office.address.town)
    x = 150 + sheet.text(150, 69, "Datum: ", form.size, form.face)
    form.put_day(x, 69, "date", scene.today, 40)
    name = f"{patient.given} {patient.family}, geb. {patient.birth:%d.%m.%Y}"
    subject = rng.choice((f"Patient: {name}", f"Ärztliche Stellungnahme: {name}", f"Attest für {name}"))
    form.paper.take("subject", subject)
    for row, line in enumerate(wrapped(subject, form.size, "sans-bold", 160)):
        sheet.text(25, 92 + row * 5.5, line, form.size, "sans-bold")
    body = rng.choice((
        "oben genannte Person befindet sich in unserer hausärztlichen Betreuung. Aus ärztlicher Sicht bestehen gegen die Wiederaufnahme "
        "der Tätigkeit im Lebensmittelbereich keine Bedenken. Für Rückfragen stehe ich gern zur Verfügung.",
        "ich bitte um Mitteilung, ob für den oben genannten Patienten eine amtsärztliche Begutachtung bereits veranlasst wurde. "
        "Die Befunde habe ich der Familie mitgegeben.",
    ))  # fmt: skip
    y = _body(form, body, 110)
    ink.signature(sheet, 27, y + 12, rng)
    sheet.text(25, y + 20, who.doctor, form.size, form.face)
    return Drawing((sheet,), (form.paper,))


def draw_information_block(rng: Random, scene: Scene) -> Drawing:
    """Draw a letter with its information block on the right: reference, person, telephone, date one below the other."""
    form = Form(rng, Paper("letter", "information_block"), face=rng.choice(("sans", "dejavu", "carlito")), size=10.5)
    form.trouble, form.day_style = "none", rng.choice(("dot", "long"))
    sheet, clerk = form.sheet, invent_person(rng, scene.place, scene.today, youngest=25, oldest=64)
    firm, address = rng.choice(_SENDERS), clerk.address
    sheet.text(190, 18, firm, 13, "dejavu-bold", align="right")
    sheet.line(25, 21, 190, 21, 0.6)
    form.paper.take("sender.organization", firm)
    form.take_address("sender", address)
    sheet.text(25, 45, f"{firm}, {address.street}, {address.town}", 7, "sans")
    form.put(25, 54, "recipient", scene.office.name, 85)
    form.write(25, 59.5, scene.office.address.street, 85)
    form.write(25, 65, scene.office.address.town, 85)
    reference = f"{rng.choice(('AZ', 'V', 'III/'))}{rng.randint(10, 99)}-{rng.randint(1000, 9999)}"
    form.paper.take("reference", reference)
    form.paper.take("sender.name", f"{clerk.given} {clerk.family}")
    form.paper.take("sender.phone", scene.practice.phone.value)
    form.paper.take("date", scene.today.isoformat())
    for row, (label, text) in enumerate((
        ("Ihr Zeichen:", ""), (rng.choice(("Unser Zeichen:", "Unser Az.:", "Geschäftszeichen:")), reference),
        (rng.choice(("Name:", "Bearbeiter/in:")), f"{clerk.given} {clerk.family}"), ("Telefon:", scene.practice.phone.printed),
        ("Datum:", form.day(scene.today)),
    )):  # fmt: skip
        sheet.text(124, 50 + row * 5.2, label, 8.5, "sans")
        form.write(152, 50 + row * 5.2, text, 40)
    subject, body = rng.choice(_MATTERS)
    subject = subject.format(day=f"{scene.today.replace(day=1):%d.%m.%Y}")
    form.paper.take("subject", subject)
    sheet.text(25, 98, subject, 11, "sans-bold")
    y = _body(form, body, 112)
    ink.signature(sheet, 27, y + 12, rng)
    sheet.text(25, y + 20, f"{clerk.given} {clerk.family}", form.size, form.face)
    return Drawing((sheet,), (form.paper,))


def _body(form: Form, body: str, y: float) -> float:
    sheet = form.sheet
    sheet.text(
        25,
        y,
        form.rng.choice(("Sehr geehrte Damen und Herren,", "Guten Tag,", "Sehr geehrte Kolleginnen und Kollegen,")),
        form.size,
        form.face,
    )
    y += 10
    for line in wrapped(body, form.size, form.face, 160):
        sheet.text(25, y, line, form.size, form.face)
        y += 5.8
    sheet.text(25, y + 6, form.rng.choice(("Mit freundlichen Grüßen", "Freundliche Grüße", "Mit kollegialen Grüßen")), form.size, form.face)
    return y + 8
