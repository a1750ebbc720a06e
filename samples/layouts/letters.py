"""Letters: one by DIN 5008 from an organisation with reference lines, one plain from a citizen."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.people import Scene, invent_person
from samples.sheet import wrapped

_SUBJECTS = (
    (
        "Anforderung von Unterlagen zur Begehung",
        "wir bitten um Übersendung des Protokolls der letzten Begehung unserer Einrichtung. Für Rückfragen stehen wir Ihnen zur Verfügung.",
    ),
    (
        "Antrag auf Belehrung nach § 43 IfSG",
        "hiermit bitten wir um einen Termin zur Belehrung für drei neue Beschäftigte in unserer Küche. Eine kurze Bestätigung genügt.",
    ),
    (
        "Nachfrage zu unserem Hygieneplan",
        "wir beziehen uns auf das Telefonat der vergangenen Woche "
        "und bitten um Mitteilung, ob der eingereichte Hygieneplan vollständig ist.",
    ),
    (
        "Trinkwasseruntersuchung im Wohnhaus",
        "bitte teilen Sie uns mit, bis wann die Ergebnisse der Trinkwasseruntersuchung vorliegen werden und wer die Kosten dafür trägt.",
    ),
    (
        "Kostenübernahme Gutachten",
        "in der genannten Angelegenheit bitten wir um Mitteilung, ob die Kosten des amtsärztlichen Gutachtens übernommen werden.",
    ),
)
_FIRMS = (
    "Rechtsanwälte Kühn & Partner",
    "Caterino Großküchen GmbH",
    "Wohnungsgenossenschaft Aufbau eG",
    "Allgemeine Versicherung AG",
    "Diakonie Sozialstation gGmbH",
)


def draw_business(rng: Random, scene: Scene) -> Drawing:
    """Draw a letter with letterhead, window address, reference line and subject."""
    form = Form(rng, Paper("letter", "business_letter"), face=rng.choice(("sans", "serif", "dejavu")), size=rng.uniform(10, 11))
    sheet, paper, sender = form.sheet, form.paper, invent_person(rng, scene.place, scene.today)
    firm, (subject, body) = rng.choice(_FIRMS), rng.choice(_SUBJECTS)
    sheet.text(25, 20, firm, 15, "serif-bold")
    paper.take("sender.organization", firm)
    form.take_address("sender", sender.address)
    sheet.text(25, 26, f"{sender.address.street} · {sender.address.town}", 8.5, "serif")
    paper.take("sender.phone", scene.laboratory.phone.value)
    sheet.text(190, 26, f"Tel. {scene.laboratory.phone.printed}", 8.5, "serif", align="right")
    sheet.line(25, 28, 190, 28, 0.3)
    form.put(25, 52, "recipient", scene.office.name, 80)
    form.write(25, 57, scene.office.address.street, 80)
    form.write(25, 62, scene.office.address.town, 80)
    reference = f"{rng.choice(('53.2', 'Az. 12', 'K/ös'))}-{rng.randint(100, 9999)}/{scene.today:%y}"
    sheet.text(25, 86, "Unser Zeichen", 7.5)
    form.put(25, 91, "reference", reference, 60)
    sheet.text(150, 86, "Datum", 7.5)
    form.put_day(150, 91, "date", scene.today, 40)
    paper.take("subject", subject)
    sheet.text(
        25,
        106,
        f"{rng.choice(('', 'Betreff: ', 'Betr.: '))}{subject}",
        form.size + 0.5,
        "serif-bold" if form.face == "serif" else "sans-bold",
    )
    y = _body(form, body, 118)
    sheet.text(25, y, "Mit freundlichen Grüßen", form.size, form.face)
    ink.signature(sheet, 27, y + 14, rng)
    name = f"{sender.given} {sender.family}"
    paper.take("sender.name", name)
    sheet.text(25, y + 21, name, form.size, form.face)
    return Drawing((sheet,), (paper,))


def draw_private(rng: Random, scene: Scene) -> Drawing:
    """Draw a citizen's letter: sender block on top, place and date, no reference."""
    form = Form(rng, Paper("letter", "private_letter"), face=rng.choice(("serif", "mono", "sans")), size=rng.uniform(10.5, 12))
    sheet, paper, sender = form.sheet, form.paper, invent_person(rng, scene.place, scene.today, youngest=20)
    subject, body = rng.choice(_SUBJECTS[1:4])
    name = f"{sender.given} {sender.family}"
    form.put(24, 24, "sender.name", name)
    form.take_address("sender", sender.address)
    form.write(24, 30, sender.address.street)
    form.write(24, 36, sender.address.town)
    if sender.phone:
        x = 24 + sheet.text(24, 42, "Tel.: ", form.size, form.face)
        form.put_phone(x, 42, "sender.phone", sender.phone)
    form.put(24, 60, "recipient", scene.office.name, 120)
    form.write(24, 66, scene.office.address.town)
    day = f"{sender.address.place.city}, {rng.choice(('den ', ''))}{form.day(scene.today)}"
    paper.take("date", scene.today.isoformat())
    sheet.text(188, 82, day, form.size, form.face, align="right")
    paper.take("subject", subject)
    sheet.text(24, 98, f"{rng.choice(('Betreff: ', 'Betr.: ', ''))}{subject}", form.size, form.face)
    y = _body(
        form, body.replace("wir beziehen uns", "ich beziehe mich").replace("bitten wir", "bitte ich").replace("uns mit", "mir mit"), 112
    )
    sheet.text(24, y, "Mit freundlichem Gruß", form.size, form.face)
    ink.signature(sheet, 26, y + 15, rng)
    return Drawing((sheet,), (paper,))


def _body(form: Form, body: str, y: float) -> float:
    form.sheet.text(25, y, "Sehr geehrte Damen und Herren,", form.size, form.face)
    y += 10
    for line in wrapped(body, form.size, form.face, 160):
        form.sheet.text(25, y, line, form.size, form.face)
        y += 5.8
    return y + 8
