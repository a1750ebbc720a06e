"""A school's letter: centred head, place and day on the right, a running line of references, subject, paragraphs, address in the foot."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.people import Person, Scene, invent_person
from samples.sheet import fitted, wrapped

_LEFT, _RIGHT = 26.0, 188.0
_SCHOOLS = (
    "Gymnasium am Lindenplatz",
    "Berufliches Schulzentrum für Gesundheit und Soziales",
    "Freie Waldorfschule {city}",
    "Lessing-Oberschule",
    "Förderzentrum Albert Schweitzer",
)
# subject, paragraphs; {later} is a day after the letter's
_MATTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Terminanfrage Masernschutz-Nachweise", (
        "bei der Durchsicht der Nachweise nach § 20 IfSG sind bei mehreren Neuzugängen Fragen offen geblieben, die wir gern mit Ihnen "
        "klären möchten.",
        "Könnten Sie uns bis zum {later} einen Termin nennen, an dem eine Mitarbeiterin Ihres Hauses an der Schule sein kann?",
    )),
    ("Projektwoche „Gesund bleiben“ – Bitte um Mitwirkung", (
        "unsere Schule führt im Frühjahr eine Projektwoche durch. Wir würden uns sehr freuen, wenn Ihr Amt einen Vormittag zum Thema "
        "Hygiene und Impfen gestalten könnte.",
        "Benötigte Räume und Technik stellen wir selbstverständlich bereit. Über eine Rückmeldung bis {later} freuen wir uns.",
    )),
    ("Schuleingangsuntersuchung: Raumangebot für das kommende Jahr", (
        "wie telefonisch besprochen stellen wir für die Untersuchungen die Räume 104 und 105 zur Verfügung.",
        "Die Schlüssel liegen ab {later} im Sekretariat bereit. Bitte bringen Sie eigene Liegenauflagen mit.",
    )),
    ("Legionellenprüfung in der Turnhalle, Rückfrage zum Prüfbericht", (
        "der uns vorliegende Prüfbericht nennt zwei Entnahmestellen, die es nach dem Umbau nicht mehr gibt.",
        "Wir bitten um Auskunft, ob eine erneute Beprobung erforderlich ist und ob die Halle ab {later} wieder genutzt werden darf.",
    )),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    form = Form(
        rng, Paper("letter", "school_letter"), face=rng.choice(("serif", "courier", "carlito", "sans")), size=rng.uniform(10.2, 11.2)
    )
    form.trouble, form.day_style = "none", rng.choice(("dot", "long", "bare"))
    head = invent_person(rng, scene.place, scene.today, youngest=30, oldest=64)
    school = rng.choice(_SCHOOLS).format(city=scene.place.city.split(" (")[0])
    _letterhead(form, scene, head, school)
    subject, paragraphs = rng.choice(_MATTERS)
    later = f"{scene.today + timedelta(days=rng.randint(9, 40)):%d.%m.%Y}"
    y = _subject(form, subject, _references(form, scene, head))
    y = _body(form, [paragraph.format(later=later) for paragraph in paragraphs], y)
    _closing(form, head, y)
    _foot(form, scene, head)
    return Drawing((form.sheet,), (form.paper,))


def _letterhead(form: Form, scene: Scene, head: Person, school: str) -> None:
    """Print the school's name in the middle, the office's address, and place and day on one line."""
    sheet, rng, office = form.sheet, form.rng, scene.office
    sheet.text(107, 20, school, fitted(school, 18, f"{form.face}-bold", _RIGHT - _LEFT), f"{form.face}-bold", align="centre")
    form.paper.take("sender.organization", school, 20)
    sheet.text(107, 26, rng.choice(("– Schulleitung –", "Sekretariat", "staatlich anerkannte Ersatzschule")), 10, form.face, align="centre")
    for y in (29.5, 30.5):
        sheet.line(_LEFT, y, _RIGHT, y, 0.25)
    form.put(_LEFT, 46, "recipient", office.name, 100)
    lines = [office.address.street, office.address.town]
    if rng.random() < 0.4:
        lines.insert(0, rng.choice(("Kinder- und Jugendärztlicher Dienst", "z. Hd. Frau Dr. Lindner", "Abt. Infektionsschutz")))
    for row, text in enumerate(lines):
        form.write(_LEFT, 51.5 + row * 5.5, text, 100)
    sheet.text(
        _RIGHT,
        78,
        f"{head.address.place.city}, {rng.choice(('', 'den ', 'am '))}{form.day(scene.today)}",
        form.size,
        form.face,
        align="right",
    )
    form.paper.take("date", scene.today.isoformat(), 78)


def _references(form: Form, scene: Scene, head: Person) -> float:
    """Print references in one running line: ours is the letter's, theirs and an earlier day are not; some write none."""
    rng = form.rng
    earlier = scene.today - timedelta(days=rng.randint(4, 30))
    if rng.random() < 0.25:
        return 84.0
    own = f"{head.given[0]}{head.family[:2].lower()}-{rng.randint(10, 999)}/{scene.today:%y}"
    parts = [f"{rng.choice(('Unser Az.', 'Unser Zeichen', 'Az.'))}: {own}"]
    if rng.random() < 0.6:
        parts.append(f"{rng.choice(('Ihr Schreiben vom', 'Ihre E-Mail vom'))}: {earlier:%d.%m.%Y}")
    if rng.random() < 0.3:
        parts.insert(0, f"Ihr Zeichen: GA/{rng.randint(100, 999)}")
    form.sheet.text(_LEFT, 87, "    ".join(parts), form.size - 1.5, form.face)
    form.paper.take("reference", own, 87)
    return 91.0


def _subject(form: Form, subject: str, y: float) -> float:
    face = f"{form.face}-bold"
    lead = form.rng.choice(("", "Betreff: ", "Betr.: ", "Betrifft: "))
    for line in wrapped(lead + subject, form.size + 0.3, face, _RIGHT - _LEFT):
        y += 5.6
        form.sheet.text(_LEFT, y, line, form.size + 0.3, face)
    form.paper.take("subject", subject, y)
    return y + 11


def _body(form: Form, paragraphs: list[str], y: float) -> float:
    sheet = form.sheet
    sheet.text(_LEFT, y, form.rng.choice(("Sehr geehrte Damen und Herren,", "Guten Tag,")), form.size, form.face)
    for paragraph in paragraphs:
        y += 4.2
        for line in wrapped(paragraph, form.size, form.face, _RIGHT - _LEFT):
            y += 5.6
            sheet.text(_LEFT, y, line, form.size, form.face)
    return y + 12


def _closing(form: Form, head: Person, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, y, rng.choice(("Mit freundlichem Gruß", "Freundliche Grüße", "Mit freundlichen Grüßen")), form.size, form.face)
    ink.signature(sheet, _LEFT + 3, y + 13, rng)
    name = f"{head.given} {head.family}"
    form.paper.take("sender.name", name, y + 20)
    sheet.text(_LEFT, y + 20, name, form.size, form.face)
    sheet.text(_LEFT, y + 25, "Schulleiterin" if head.sex == "female" else "Schulleitung", form.size - 1, form.face)


def _foot(form: Form, scene: Scene, head: Person) -> None:
    """Print address and telephone at the bottom in three columns."""
    sheet, address, phone = form.sheet, head.address, scene.practice.phone
    sheet.line(_LEFT, 273, _RIGHT, 273, 0.25)
    columns = ((_LEFT, (address.street, address.town)), (84.0, (f"Tel. {phone.printed}", f"Fax {scene.practice.fax.printed}")))
    for x, lines in (*columns, (136.0, ("sekretariat@schule.example", "Sprechzeit 7:30 - 14:30 Uhr"))):
        for row, text in enumerate(lines):
            sheet.text(x, 277.5 + row * 4.2, text, 8.2, form.face)
    for path, value in (("street", address.street), ("postal_code", address.place.postal_code), ("city", address.place.city)):
        form.paper.take(f"sender.{path}", value, 282)
    form.paper.take("sender.phone", phone.value, 278)
