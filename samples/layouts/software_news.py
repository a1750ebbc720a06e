"""Advertisement: a software house's newsletter in two columns, with pictures of screens, quotes and 'read more'; it speaks of notifying."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Paper
from samples.people import Scene, invent_person
from samples.sheet import Sheet, fitted, wrapped

_COLUMNS, _WIDTH = (16.0, 109.0), 85.0
_HOUSES = ("medidatix", "PraxisPilot Software AG", "Curavia Systems", "amtwerk.digital")
_HEADLINES = (
    "Schluss mit dem Faxchaos: Meldungen, die sich selbst sortieren",
    "Version 12 ist da – schneller, klarer, sicherer",
    "Digitale Akte im Amt: So gelingt der Umstieg in 90 Tagen",
)
_ARTICLES = (
    ("Meldung nach § 6 IfSG in nur drei Klicks", "Patient auswählen, Diagnose bestätigen, absenden: Unser neues Modul füllt Name, "
     "Geburtsdatum und Anschrift automatisch aus der Kartei. Auch Ihr Labor lässt sich anbinden. Im Paket ab 39 € monatlich."),
    ("Webinar: Ausbruchslisten im Griff", "Unsere Expertin zeigt live, wie Sie Kontaktpersonen importieren und Termine zuteilen. "
     "Die Teilnahme ist kostenfrei, die Aufzeichnung erhalten alle Angemeldeten im Anschluss."),
    ("Jetzt Fördermittel sichern", "Mit dem ÖGD-Pakt lassen sich viele Lizenzen bezuschussen. Wir prüfen unverbindlich, welche Mittel "
     "Ihnen zustehen, und helfen beim Antrag. Sprechen Sie uns an!"),
    ("Neu: Terminbuch mit SMS-Erinnerung", "Bis zu 40 Prozent weniger versäumte Termine – das berichten unsere Pilotkunden. "
     "Testen Sie das Terminbuch 60 Tage lang ohne Risiko."),
    ("Umzug in die Cloud", "Server im Keller? Das muss nicht sein. Unser Rechenzentrum steht in Deutschland und ist zertifiziert. "
     "Wechselprämie bis Quartalsende: 20 % auf die ersten zwölf Monate."),
    ("Wir auf der Messe", "Besuchen Sie uns in Halle 4, Stand C 21! Für unsere Leserinnen und Leser liegen Freikarten bereit, "
     "solange der Vorrat reicht."),
)  # fmt: skip
_QUOTES = ("Wir sparen jeden Tag eine Stunde.", "Das Team hat uns großartig begleitet.", "Nie wieder Zettelwirtschaft!")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    sheet, face = Sheet(), rng.choice(("carlito", "dejavu", "sans", "caladea"))
    house, bold = rng.choice(_HOUSES), f"{face}-bold"
    _masthead(sheet, rng, scene, house, bold)
    articles = rng.sample(_ARTICLES, 5)
    left = _screen(sheet, rng, face, _COLUMNS[0], 66)
    for title, text in articles[:2]:
        left = _article(sheet, face, title, text, _COLUMNS[0], left)
    right = 68.0
    for title, text in articles[2:]:
        right = _article(sheet, face, title, text, _COLUMNS[1], right)
    _quote(sheet, rng, scene, face, right + 2)
    y = 236.0
    sheet.box(6, y, 198, 26, 0, fill=30)
    call = rng.choice(("Jetzt Demo buchen!", "30 Minuten, die sich lohnen", "Angebot anfordern – kostenlos & unverbindlich"))
    sheet.text(16, y + 11, call, 16, bold, grey=255)
    sheet.text(16, y + 19, f"Hotline 0800 / {rng.randint(1000000, 9999999)}  ·  vertrieb@software.example", 11, face, grey=255)
    sheet.ellipse(168, y - 6, 30, 30, 0, fill=255)
    sheet.ellipse(169.5, y - 4.5, 27, 27, 0.5)
    sheet.text(183, y + 8, f"-{rng.randint(10, 35)} %", 17, bold, align="centre")
    sheet.text(183, y + 14, "bis Jahresende", 8, face, align="centre")
    small = (
        f"Impressum: {house}, {scene.place.city}. Sie erhalten diesen Newsletter, weil Sie sich für unsere Lösungen interessieren könnten. "
        "Abbestellen: Antwort mit dem Wort STOPP. Alle Preise zzgl. gesetzlicher Umsatzsteuer, Mindestlaufzeit 24 Monate."
    )
    for row, line in enumerate(wrapped(small, 8, face, 178)):
        sheet.text(16, 270 + row * 3.8, line, 8, face)
    return Drawing((sheet,), (Paper("advertisement", "software_news"),))


def _masthead(sheet: Sheet, rng: Random, scene: Scene, house: str, bold: str) -> None:
    """Print the newsletter's name across the page, its number, and the headline."""
    sheet.box(6, 8, 198, 20, 0, fill=rng.choice((30, 90)))
    sheet.text(16, 22, house, 22, bold, grey=255)
    sheet.text(194, 21, rng.choice(("NEWSLETTER", "Kundenbrief", "INFOBRIEF")), 13, bold, align="right", grey=255)
    month = rng.choice(("Herbst", "Oktober", "Ausgabe 4"))
    sheet.text(16, 34, f"{month} {scene.today.year} · für Praxen, Labore und Gesundheitsämter", 9)
    y, headline = 44.0, rng.choice(_HEADLINES)
    for line in wrapped(headline, 19, bold, 178):
        sheet.text(16, y, line, 19, bold)
        y += 8.5
    sheet.line(16, 57, 194, 57, 0.6)


def _screen(sheet: Sheet, rng: Random, face: str, x: float, y: float) -> float:
    """Draw a picture of a window with fields and a button; return what base line comes next."""
    sheet.box(x, y, _WIDTH, 46, 0.5)
    sheet.box(x, y, _WIDTH, 6, 0, fill=120)
    for index in range(3):
        sheet.ellipse(x + 2.5 + index * 4, y + 1.8, 2.4, 2.4, 0, fill=255)
    for row, label in enumerate(rng.sample(("Patient", "Diagnose", "Meldedatum", "Empfänger", "Labor", "Status"), 4)):
        sheet.text(x + 4, y + 13 + row * 7, label, 8, face)
        sheet.box(x + 28, y + 9 + row * 7, 50, 5.4, 0.2)
        sheet.box(x + 29.5, y + 11 + row * 7, rng.uniform(12, 40), 1.6, 0, fill=170)
    sheet.box(x + 54, y + 38, 24, 6, 0, fill=60)
    sheet.text(x + 66, y + 42.2, rng.choice(("Senden", "Fertig", "OK")), 8.5, f"{face}-bold", align="centre", grey=255)
    caption = "Abb.: So einfach kann es sein (Muster)"
    sheet.text(x, y + 50, caption, fitted(caption, 8, face, _WIDTH), face)
    return y + 60


def _article(sheet: Sheet, face: str, title: str, text: str, x: float, y: float) -> float:
    """Set an article in its column; return the base line of the next."""
    for line in wrapped(title, 12, f"{face}-bold", _WIDTH):
        sheet.text(x, y, line, 12, f"{face}-bold")
        y += 5.4
    for line in wrapped(text, 9.5, face, _WIDTH):
        sheet.text(x, y, line, 9.5, face)
        y += 4.7
    sheet.text(x, y, "» mehr erfahren", 9, f"{face}-bold")
    return y + 11


def _quote(sheet: Sheet, rng: Random, scene: Scene, face: str, y: float) -> None:
    """Print a happy customer's words in a grey box, where there is room."""
    if y > 204:
        return
    who = invent_person(rng, scene.place, scene.today, youngest=28, oldest=60)
    sheet.box(_COLUMNS[1], y, _WIDTH, 24, 0, fill=228)
    sheet.text(_COLUMNS[1] + 4, y + 9, f"„{rng.choice(_QUOTES)}“", 10.5, f"{face}-bold")
    role = f"Dr. {who.given} {who.family}, {rng.choice(('Hausarztpraxis', 'Labor', 'MVZ'))}"
    sheet.text(_COLUMNS[1] + 4, y + 17, role, fitted(role, 9, face, _WIDTH - 8), face)
