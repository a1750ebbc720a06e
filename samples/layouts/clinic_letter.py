"""A clinic's letter to the office: an information block on the right, subject, paragraphs, closing, company details in the foot."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.people import TITLES, Person, Scene, invent_person
from samples.sheet import fitted, wrapped

_LEFT, _RIGHT, _BLOCK = 25.0, 190.0, 130.0
_HOUSES = ("Klinikum {city}", "Krankenhaus Bethanien", "Waldklinik {city}", "Helenenstift", "Klinik Am Südhang", "Marienhospital {city}")
_RANKS = ("Verwaltungsleitung", "Ärztliche Direktion", "Krankenhaushygiene")
# subject, paragraphs; {day} is a day before the letter's, {later} one after it
_MATTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Begehung der Endoskopie-Abteilung am {later}", (
        "für die angekündigte infektionshygienische Begehung haben wir den {later} vorgemerkt. Als Treffpunkt schlagen wir den "
        "Haupteingang um 9:00 Uhr vor.",
        "Bitte teilen Sie uns mit, welche Unterlagen wir vorab bereitstellen sollen. Den aktuellen Hygieneplan fügen wir nach der "
        "Überarbeitung bei.",
    )),
    ("Stellungnahme zum Begehungsprotokoll vom {day}, hier: bauliche Mängel im Aufbereitungsraum der Zentralsterilisation", (
        "zu den im Protokoll genannten Punkten nehmen wir wie folgt Stellung: Die Trennung der reinen und der unreinen Seite ist "
        "beauftragt, die Arbeiten sollen bis zum Ende des Quartals abgeschlossen sein.",
        "Wir bitten um Verlängerung der gesetzten Frist und danken für Ihr Verständnis.",
    )),
    ("Ergebnisse der Trinkwasseruntersuchung Haus C", (
        "anbei erhalten Sie die Ergebnisse der orientierenden Untersuchung. An zwei Entnahmestellen wurde der technische Maßnahmenwert "
        "überschritten; die Duschen sind gesperrt.",
        "Eine Nachuntersuchung ist für den {later} vereinbart. Über das Ergebnis werden wir Sie unverzüglich unterrichten.",
    )),
    ("Teilnahme am MRE-Netzwerktreffen", (
        "vielen Dank für die Einladung. Unser Haus wird mit zwei Personen teilnehmen und auf Wunsch über die Erfahrungen mit dem "
        "Aufnahme-Screening berichten.",
    )),
    ("Anforderung einer amtsärztlichen Bescheinigung", (
        "für die Einstellung einer neuen Kraft in unserer Speisenversorgung bitten wir um einen Termin zur Erstbelehrung nach § 43 IfSG.",
        "Nach Möglichkeit sollte der Termin vor dem {later} liegen. Die Kosten übernimmt unser Haus.",
    )),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    form = Form(rng, Paper("letter", "brief_klinik"), face=rng.choice(("carlito", "sans", "serif", "caladea")), size=rng.uniform(10, 11))
    form.trouble, form.day_style = "none", rng.choice(("dot", "dot", "long"))
    clerk = invent_person(rng, scene.place, scene.today, youngest=28, oldest=64)
    title = rng.choice(("", f"{rng.choice(TITLES[:3])} "))
    signer = f"{title}{clerk.given} {clerk.family}"
    house = rng.choice(_HOUSES).format(city=scene.place.city.split(" (")[0])
    _letterhead(form, scene, clerk, house)
    _block(form, scene, clerk, signer)
    day, later = scene.today - timedelta(days=rng.randint(9, 40)), scene.today + timedelta(days=rng.randint(8, 45))
    days = {"day": f"{day:%d.%m.%Y}", "later": f"{later:%d.%m.%Y}"}
    subject, paragraphs = rng.choice(_MATTERS)
    y = _subject(form, subject.format(**days))
    y = _body(form, [paragraph.format(**days) for paragraph in paragraphs], y)
    _closing(form, signer, y)
    return Drawing((form.sheet,), (form.paper,))


def _letterhead(form: Form, scene: Scene, clerk: Person, house: str) -> None:
    """Print the clinic's name, the line above the window, and the office's address in the window."""
    sheet, rng, address, office = form.sheet, form.rng, clerk.address, scene.office
    bold = f"{form.face}-bold"
    sheet.box(_LEFT, 13, 10, 10, 0, fill=60)
    sheet.line(_LEFT + 5, 15, _LEFT + 5, 21, 1.6, 255)
    sheet.line(_LEFT + 2, 18, _LEFT + 8, 18, 1.6, 255)
    sheet.text(_LEFT + 14, 20, house, 17, bold)
    if rng.random() < 0.5:
        sheet.text(_LEFT + 14, 25, rng.choice(("Akademisches Lehrkrankenhaus", "Haus der Schwerpunktversorgung")), 8.5, form.face)
    form.paper.take("sender.organization", house, 20)
    line = f"{house} · {address.street} · {address.town}"
    sheet.text(_LEFT, 47, line, fitted(line, 7.5, "sans", 85), "sans")
    sheet.line(_LEFT, 48.2, _LEFT + 85, 48.2, 0.12)
    for path, value in (("street", address.street), ("postal_code", address.place.postal_code), ("city", address.place.city)):
        form.paper.take(f"sender.{path}", value, 47)
    form.put(_LEFT, 55, "recipient", office.name, 85)
    lines = [office.address.street, office.address.town]
    if rng.random() < 0.3:
        lines.insert(0, rng.choice(("Fachbereich Hygiene", "Sachgebiet Infektionsschutz", "z. Hd. der Amtsleitung")))
    for row, text in enumerate(lines):
        form.write(_LEFT, 60.5 + row * 5.2, text, 85)


def _block(form: Form, scene: Scene, clerk: Person, signer: str) -> None:
    """Print the information block: only our own reference is the letter's; theirs and earlier letters' dates are not."""
    sheet, rng, paper = form.sheet, form.rng, form.paper
    earlier = scene.today - timedelta(days=rng.randint(5, 30))
    own = rng.choice(("{a}-{n}", "{a}/{k} {n}", "KH {n}/26", "{k}-{n}")).format(
        a=rng.choice(("HYG", "VW", "ÄD", "QM")), k=f"{clerk.given[:2]}{clerk.family[:2]}".lower(), n=rng.randint(11, 4999)
    )
    rows = [
        ("Ihr Zeichen", f"53-{rng.randint(100, 999)}/{rng.randint(10, 99)}" if rng.random() < 0.25 else ""),
        ("Ihre Nachricht vom", f"{earlier:%d.%m.%Y}" if rng.random() < 0.35 else ""),
        (rng.choice(("Unser Zeichen", "Unsere Zeichen")), own),
        (rng.choice(("Ansprechpartner/in", "Auskunft erteilt", "Bearbeitet von")), signer),
        (rng.choice(("Durchwahl", "Telefon-Durchwahl")), scene.practice.phone.printed),
        (rng.choice(("Telefax", "Fax")), scene.practice.fax.printed),
        ("Datum", form.day(scene.today)),
    ]
    if rng.random() < 0.4:
        rows.insert(0, rows.pop())
    has_colons, y = rng.random() < 0.5, 50.0
    for title, text in rows:
        sheet.text(_BLOCK, y, f"{title}:" if has_colons else title, 8, form.face)
        if text:
            form.write(_BLOCK + 29, y, text, 36)
        y += 5.0
    for path, value in (("reference", own), ("sender.name", signer), ("sender.phone", scene.practice.phone.value)):
        paper.take(path, value, y)
    paper.take("date", scene.today.isoformat(), y)


def _subject(form: Form, subject: str) -> float:
    bold = f"{form.face}-bold"
    y = 98.0
    for number, line in enumerate(wrapped(subject, form.size + 0.5, bold, _RIGHT - _LEFT)):
        y += 5.4 if number else 0
        form.sheet.text(_LEFT, y, line, form.size + 0.5, bold)
    form.paper.take("subject", subject, y)
    return y + 11


def _body(form: Form, paragraphs: list[str], y: float) -> float:
    rng, sheet = form.rng, form.sheet
    sheet.text(
        _LEFT,
        y,
        rng.choice(("Sehr geehrte Damen und Herren,", "Sehr geehrte Frau Kollegin, sehr geehrter Herr Kollege,")),
        form.size,
        form.face,
    )
    for paragraph in paragraphs:
        y += 4.0
        for line in wrapped(paragraph, form.size, form.face, _RIGHT - _LEFT):
            y += 5.4
            sheet.text(_LEFT, y, line, form.size, form.face)
    return y + 11


def _closing(form: Form, signer: str, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, y, rng.choice(("Mit freundlichen Grüßen", "Mit besten Grüßen", "Freundliche Grüße")), form.size, form.face)
    ink.signature(sheet, _LEFT + 2, y + 12, rng)
    sheet.text(_LEFT, y + 19, signer, form.size, form.face)
    sheet.text(_LEFT, y + 24, rng.choice(_RANKS), form.size - 1, form.face)
    head = rng.choice(("M. Kern", "Dr. A. Voss"))
    foot = f"Träger: gemeinnützige GmbH   Amtsgericht HRB {rng.randint(1000, 29999)}   Geschäftsführung: {head}"
    sheet.line(_LEFT, 279, _RIGHT, 279, 0.15)
    sheet.text(_LEFT, 283, foot, 7, "sans")
