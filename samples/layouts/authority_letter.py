"""A letter from another authority: crest and name on top, window, file reference in a block on the right, bold subject, 'Im Auftrag'."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.people import Person, Scene, invent_person
from samples.sheet import fitted, text_width, wrapped

_LEFT, _BLOCK, _RIGHT = 25.0, 128.0, 192.0
_AUTHORITIES = (
    ("Landesuntersuchungsanstalt für das Gesundheits- und Veterinärwesen", "Fachgebiet Wasserhygiene"),
    ("Ordnungsamt", "Abteilung Gewerbeangelegenheiten"),
    ("Veterinär- und Lebensmittelüberwachungsamt", "Sachgebiet Lebensmittelüberwachung"),
    ("Ausländerbehörde", "Sachgebiet Aufenthalt"),
    ("Sozialamt", "Eingliederungshilfe"),
    ("Amtsgericht", "Abteilung für Betreuungssachen"),
)
_MATTERS = (
    ("Amtshilfeersuchen nach § 4 VwVfG – Stellungnahme zur Trinkwasserinstallation", "im Rahmen der Amtshilfe bitte ich um eine fachliche "
     "Stellungnahme zu der in der Anlage beschriebenen Trinkwasserinstallation. Ich wäre Ihnen dankbar, wenn Sie mir diese innerhalb von "
     "vier Wochen übersenden könnten. Sollten Sie weitere Unterlagen benötigen, bitte ich um einen kurzen Hinweis."),
    ("Amtsärztliches Gutachten zur Dienstfähigkeit", "ich bitte um Mitteilung, wann mit der Fertigstellung des angeforderten Gutachtens zu "
     "rechnen ist. Die Angelegenheit duldet aus hiesiger Sicht keinen längeren Aufschub."),
    ("Gemeinsame Begehung der Gemeinschaftsunterkunft am Hafen", "für die gemeinsame Begehung schlage ich einen Termin in der übernächsten "
     "Woche vor. Bitte teilen Sie mir mit, wer seitens Ihres Amtes teilnehmen wird."),
    ("Zuständigkeit für die Überwachung einer Freizeiteinrichtung", "nach hiesiger Auffassung liegt die Zuständigkeit für die hygienische "
     "Überwachung bei Ihrem Haus. Ich gebe den Vorgang daher mit der Bitte um Übernahme ab. Die Akte folgt auf dem Postweg."),
    ("Einladung zur Dienstbesprechung Bevölkerungsschutz", "zu der halbjährlichen Dienstbesprechung lade ich Sie herzlich ein. "
     "Um Rückmeldung bis zum Monatsende wird gebeten. Die Tagesordnung geht Ihnen gesondert zu."),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    form = Form(rng, Paper("letter", "brief_behoerde"), face=rng.choice(("sans", "serif", "carlito", "dejavu")), size=rng.uniform(10, 11))
    form.trouble, form.day_style = "none", rng.choice(("dot", "dot", "long"))
    clerk = invent_person(rng, scene.place, scene.today, youngest=26, oldest=64)
    name, department = rng.choice(_AUTHORITIES)
    if rng.random() < 0.5 and "Landes" not in name:
        name = f"Stadt {scene.place.city} – {name}" if "gericht" not in name else f"{name} {scene.place.city}"
    _letterhead(form, name, department, clerk)
    _window(form, scene, name, clerk)
    _block(form, scene, clerk)
    y = _subject_and_body(form)
    y = _closing(form, clerk, y)
    return Drawing((form.sheet,), (form.paper,))


def _letterhead(form: Form, name: str, department: str, clerk: Person) -> None:
    sheet, bold = form.sheet, f"{form.face}-bold"
    form.paper.take("sender.organization", name)
    form.take_address("sender", clerk.address)
    sheet.polygon([(_LEFT, 12), (_LEFT + 12, 12), (_LEFT + 12, 20), (_LEFT + 6, 26), (_LEFT, 20)], 120)
    sheet.polygon([(_LEFT + 2, 14), (_LEFT + 10, 14), (_LEFT + 6, 23)], 255)
    sheet.text(_LEFT + 16, 18, name, fitted(name, 13, bold, 150), bold)
    sheet.text(_LEFT + 16, 23.5, department, 9.5, form.face)
    sheet.line(_LEFT, 29, _RIGHT, 29, 0.2)
    address = clerk.address
    sheet.text(_LEFT, 281, f"Hausanschrift: {address.street}, {address.town}", 8, form.face)
    sheet.text(_RIGHT, 281, form.rng.choice(("Sprechzeiten: Di, Do 9–12 Uhr", "Termine nach Vereinbarung")), 8, form.face, align="right")
    sheet.line(_LEFT, 277, _RIGHT, 277, 0.1)


def _window(form: Form, scene: Scene, name: str, clerk: Person) -> None:
    sender = f"{name} · {clerk.address.street} · {clerk.address.town}"
    lines = [sender] if text_width(sender, 7, form.face) <= 88 else sender.split(" · ", 1)
    for row, line in enumerate(lines):
        form.sheet.text(_LEFT, 48 + 3 * (row - len(lines) + 1), line, 7, form.face)
    y = 56.0
    if form.rng.random() < 0.3:
        form.sheet.text(_LEFT, y, form.rng.choice(("Nur per Telefax", "Per Fax")), form.size, form.face)
        y += 6.5
    form.put(_LEFT, y, "recipient", scene.office.name, 85)
    form.write(_LEFT, y + 5.2, scene.office.address.street, 85)
    form.write(_LEFT, y + 10.4, scene.office.address.town, 85)


def _block(form: Form, scene: Scene, clerk: Person) -> None:
    """Print reference, clerk, telephone and date in the block, label beside value or above it."""
    rng, sheet = form.rng, form.sheet
    reference = rng.choice(("{a}.{b}-{n}/{y}", "{a}-{n:04d}.{b}", "{b} C {n}/{y}", "{a}/{b}-{n}")).format(
        a=rng.randint(10, 99), b=rng.randint(1, 9), n=rng.randint(12, 4999), y=f"{scene.today:%y}"
    )
    form.paper.take("reference", reference)
    form.paper.take("date", scene.today.isoformat())
    name = f"{clerk.given} {clerk.family}"
    facts = [
        (rng.choice(("Aktenzeichen", "Mein Zeichen", "Geschäftszeichen", "Gz.")), reference),
        (rng.choice(("Bearbeitung", "Auskunft erteilt", "Es schreibt Ihnen")), name),
        (rng.choice(("Durchwahl", "Telefon")), scene.practice.phone.printed),
        (rng.choice(("Datum", "Ort, Datum")), form.day(scene.today)),
    ]
    if facts[3][0] == "Ort, Datum":
        facts[3] = ("Ort, Datum", f"{clerk.address.place.city}, {form.day(scene.today)}")
    if rng.random() < 0.3:
        facts.insert(0, ("Ihre Nachricht vom", form.day(scene.today.fromordinal(scene.today.toordinal() - rng.randint(5, 30)))))
    form.paper.take("sender.name", name)
    form.paper.take("sender.phone", scene.practice.phone.value)
    is_above, y = rng.random() < 0.4, 48.0
    for label, text in facts:
        sheet.text(_BLOCK, y, label if is_above else f"{label}:", 8, form.face)
        if is_above:
            form.write(_BLOCK, y + 4.4, text, _RIGHT - _BLOCK)
            y += 9.6
        else:
            form.write(_BLOCK + 30, y, text, _RIGHT - _BLOCK - 30)
            y += 5.6


def _subject_and_body(form: Form) -> float:
    rng, sheet, face = form.rng, form.sheet, form.face
    subject, body = rng.choice(_MATTERS)
    form.paper.take("subject", subject)
    y = 108.0
    for line in wrapped(subject, form.size + 0.5, f"{face}-bold", 150):
        sheet.text(_LEFT, y, line, form.size + 0.5, f"{face}-bold")
        y += 5.6
    if rng.random() < 0.35:
        sheet.text(_LEFT, y + 1, rng.choice(("Anlagen: 2", "Anlage: 1 Aktenheft")), form.size - 1, face)
        y += 6
    y += 8
    sheet.text(_LEFT, y, rng.choice(("Sehr geehrte Damen und Herren,", "Sehr geehrte Kolleginnen und Kollegen,")), form.size, face)
    y += 9
    for line in wrapped(body, form.size, face, 158):
        sheet.text(_LEFT, y, line, form.size, face)
        y += 5.4
    return y


def _closing(form: Form, clerk: Person, y: float) -> float:
    sheet, face = form.sheet, form.face
    sheet.text(_LEFT, y + 7, form.rng.choice(("Mit freundlichen Grüßen", "Freundliche Grüße")), form.size, face)
    sheet.text(_LEFT, y + 13, form.rng.choice(("Im Auftrag", "i. A.", "In Vertretung")), form.size, face)
    ink.signature(sheet, _LEFT + 2, y + 25, form.rng)
    sheet.text(_LEFT, y + 33, f"{clerk.given} {clerk.family}", form.size, face)
    return y + 33
