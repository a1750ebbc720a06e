"""An insurer's or fund's letter as designers make it: a grey bar on the left tells who writes, the text stands beside."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples.form import Drawing, Form, Paper
from samples.people import Person, Scene, invent_person
from samples.sheet import fitted, text_width, wrapped

_BAR, _LEFT, _RIGHT = 52.0, 64.0, 196.0
_FUNDS = (
    "Betriebskrankenkasse Mobil Ost", "Rentenversicherung Elbe-Saale", "Unfallkasse der Gemeinden", "Beamtenhilfe VVaG",
    "Pflegekasse Nordlicht", "Zusatzversorgungskasse Kommunal",
)  # fmt: skip
# subject, paragraphs; {day} and {later} are other days than the letter's
_MATTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Erstattung von Impfstoffkosten, Abrechnung 3. Quartal", (
        "vielen Dank für Ihre Aufstellung vom {day}. Bei zwei Positionen fehlt uns die Angabe der verwendeten Packungsgröße.",
        "Bitte reichen Sie die Angaben bis {later} nach, damit wir die Rechnung noch in diesem Quartal begleichen können.")),
    ("Präventionsprojekt „Zahngesund im Kindergarten“", (
        "für das gemeinsame Projekt stehen im kommenden Jahr wieder Mittel bereit. Der Antrag ist formlos bis {later} möglich.",
        "Die Verwendung der bisherigen Mittel weisen Sie bitte wie gewohnt nach. Ein Muster liegt unserem Schreiben vom {day} bei.")),
    ("Anforderung eines Befundberichts zum Rehabilitationsantrag", (
        "zur Prüfung eines Antrags benötigen wir Ihren Befundbericht. Die Einwilligung der versicherten Person liegt uns vor.",
        "Unsere erste Anfrage vom {day} blieb leider ohne Antwort. Wir bitten um Übersendung bis {later}.")),
    ("Arbeitsunfall einer Mitarbeiterin Ihres Hauses – Rückfrage", (
        "zu der Unfallanzeige vom {day} haben wir noch eine Frage: Befand sich die Mitarbeiterin auf dem direkten Weg zum Dienst?",
        "Eine kurze Antwort per Fax genügt uns. Ohne Nachricht entscheiden wir ab {later} nach Aktenlage.")),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    form = Form(
        rng, Paper("letter", "sidebar_letter"), face=rng.choice(("carlito", "dejavu", "sans", "caladea")), size=rng.uniform(9.8, 10.8)
    )
    form.trouble, form.day_style = "none", rng.choice(("dot", "long", "bare"))
    clerk = invent_person(rng, scene.place, scene.today, youngest=23, oldest=63)
    fund = rng.choice(_FUNDS)
    _bar(form, scene, clerk, fund)
    _window(form, scene, fund)
    y = _text(form, scene)
    _closing(form, fund, y)
    return Drawing((form.sheet,), (form.paper,))


def _bar(form: Form, scene: Scene, clerk: Person, fund: str) -> None:
    """Draw the bar: logo, then groups of a small heading and what it is, right-aligned in some houses."""
    sheet, rng, paper, address = form.sheet, form.rng, form.paper, clerk.address
    sheet.box(0, 0, _BAR, 297, 0, fill=rng.choice((226, 236, 244)))
    sheet.ellipse(8, 10, 15, 15, 0, fill=40)
    sheet.ellipse(15, 13, 9, 9, 0, fill=255)
    y = 34.0
    for line in wrapped(fund, 12.5, f"{form.face}-bold", _BAR - 14):
        sheet.text(8, y, line, fitted(line, 12.5, f"{form.face}-bold", _BAR - 10), f"{form.face}-bold")
        y += 5.4
    paper.take("sender.organization", fund, y - 5.4)
    number = f"{rng.choice(('L', 'KT', 'R'))} {rng.randint(100, 999)} {rng.randint(1000, 9999)} {rng.choice('ABCX')}"
    groups: list[tuple[tuple[str, ...], str, str, object]] = [
        (("Es schreibt Ihnen", "Ihr Ansprechpartner", "Für Sie da"), "sender.name", f"{clerk.given} {clerk.family}", None),
        (("Durchwahl", "Rufen Sie mich an", "Fon direkt"), "sender.phone", scene.practice.phone.printed, scene.practice.phone.value),
        (("Bei Antwort bitte angeben", "Vorgangsnummer", "Schriftstück"), "reference", number, None),
        (("Erstellt am", "Unser Brief vom", "Briefdatum"), "date", form.day(scene.today), scene.today.isoformat()),
    ]
    rng.shuffle(groups)
    y = 66.0
    for labels, path, text, value in groups:
        sheet.text(8, y, rng.choice(labels), 8, form.face)
        size = fitted(text, 9.8, f"{form.face}-bold", _BAR - 10)
        sheet.text(8, y + 4.8, text, size, f"{form.face}-bold")
        paper.take(path, text if value is None else value, y + 5)
        y += 14.5
    sheet.text(8, y, rng.choice(("Besuchen Sie uns", "Post bitte an", "Hausadresse")), 8, form.face)
    sheet.text(8, y + 4.8, address.street, fitted(address.street, 9.8, form.face, _BAR - 10), form.face)
    sheet.text(8, y + 9.2, address.town, fitted(address.town, 9.8, form.face, _BAR - 10), form.face)
    for path, said in (("street", address.street), ("postal_code", address.place.postal_code), ("city", address.place.city)):
        paper.take(f"sender.{path}", said, y + 9.5)
    for row, text in enumerate(("Mo-Mi 8 bis 16 Uhr", "Do 8 bis 18 Uhr", "Fr 8 bis 13 Uhr", "", "Internet", "www.kasse.example")):
        sheet.text(8, y + 20 + row * 4.2, text, 8.5, form.face)


def _window(form: Form, scene: Scene, fund: str) -> None:
    """Print the address as in a window, with a bar code and the letter's running number above it."""
    sheet, rng, x = form.sheet, form.rng, _LEFT
    for _ in range(34):
        width = rng.choice((0.3, 0.3, 0.6, 0.9))
        sheet.box(x, 38, width, 4.2, 0, fill=0)
        x += width + rng.choice((0.35, 0.6))
    sheet.text(_LEFT, 46, f"{fund} · Zentraler Postversand", 8, form.face)
    form.paper.take("recipient", scene.office.name, 53)
    form.write(_LEFT, 53, scene.office.name, 90)
    lines = [scene.office.address.street, scene.office.address.town]
    if rng.random() < 0.5:
        lines.insert(0, rng.choice(("Verwaltung / Haushalt", "- Geschäftszimmer -", "Amtsleitung")))
    for row, text in enumerate(lines):
        form.write(_LEFT, 58.2 + row * 5.2, text, 90)


def _text(form: Form, scene: Scene) -> float:
    """Print the subject in big type, and the paragraphs in a narrow column; return where the closing begins."""
    sheet, rng, bold = form.sheet, form.rng, f"{form.face}-bold"
    subject, paragraphs = rng.choice(_MATTERS)
    y = 92.0
    for line in wrapped(subject, 13, bold, _RIGHT - _LEFT):
        sheet.text(_LEFT, y, line, 13, bold)
        y += 6.4
    form.paper.take("subject", subject, y - 6.4)
    day, later = scene.today - timedelta(days=rng.randint(8, 50)), scene.today + timedelta(days=rng.randint(10, 40))
    y += 4
    texts = [rng.choice(("Guten Tag,", "Sehr geehrte Damen und Herren,", "Liebe Kolleginnen und Kollegen,"))]
    texts += [each.format(day=f"{day:%d.%m.%Y}", later=f"{later:%d.%m.%Y}") for each in paragraphs]
    for text in texts:
        for line in wrapped(text, form.size, form.face, _RIGHT - _LEFT):
            sheet.text(_LEFT, y, line, form.size, form.face)
            y += 5.4
        y += 3
    return y + 3


def _closing(form: Form, fund: str, y: float) -> None:
    """Close without a signature, as machines write, and print bank and register at the foot."""
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, y, rng.choice(("Freundliche Grüße", "Mit besten Grüßen", "Auf gute Zusammenarbeit!")), form.size, form.face)
    sheet.text(_LEFT, y + 7, f"Ihre {fund}", form.size, form.face)
    sheet.text(_LEFT, y + 15, "Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig.", 8.5, form.face)
    iban = f"DE{rng.randint(10, 99)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)} 00"
    foot = (
        f"Bankverbindung: Sparkasse · IBAN {iban}",
        f"Institutionskennzeichen 10{rng.randint(1000000, 9999999)} · Gläubiger-ID DE34ZZZ000{rng.randint(10000, 99999)}",
        "Wie wir Ihre Daten verarbeiten, lesen Sie unter www.kasse.example/datenschutz oder auf Anfrage (Art. 13 DSGVO).",
    )
    for row, text in enumerate(foot):
        sheet.text(_LEFT, 280 + row * 4, text, fitted(text, 8, form.face, _RIGHT - _LEFT), form.face)
    sheet.text(_RIGHT, 272, "Seite 1 von 1", 8, form.face, align="right")
    reach = text_width("Bitte nicht knicken", 8, form.face)
    if rng.random() < 0.3:
        sheet.text(_RIGHT - reach, 20, "Bitte nicht knicken", 8, form.face)
