"""Advertisement: a staffing agency offers people as coded profiles in a table that looks like a list of cases, and sells."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Paper
from samples.people import Scene, invent_person
from samples.places import invent_phone
from samples.sheet import Sheet, fitted, wrapped

_LEFT, _RIGHT = 15.0, 195.0
_AGENCIES = ("Wechselwerk Personalservice", "Kompetenz auf Zeit GmbH", "CareJobs24 Zeitarbeit", "Freiraum Personal & Beratung")
_JOBS = (
    "Hygienekontrolleur/in", "MFA, Impfstelle", "Verwaltungsfachangestellte/r", "Sachbearbeitung IfSG", "Schreibkraft, Phonotypist/in",
    "Arzt/Ärztin ÖGD", "Gesundheits- u. Kinderkrankenpfl.", "Empfang / Telefonzentrale", "Med. Dokumentar/in", "Biologe/in M.Sc.",
)  # fmt: skip
_STRENGTHS = (
    "SurvNet-Kenntnisse",
    "Führerschein B",
    "Schichtbereit",
    "10-Finger-System",
    "Russisch, Polnisch",
    "Erste-Hilfe-Kurs",
    "sofort frei",
)
_OPENINGS = (
    "krankheitsbedingte Ausfälle, Urlaubszeit, Grippewelle: Wenn Ihr Team an seine Grenzen kommt, sind wir da. Aus unserem Pool können wir "
    "Ihnen kurzfristig die unten aufgeführten Fachkräfte anbieten, auch tageweise.",
    "wir betreuen zurzeit mehrere qualifizierte Kandidatinnen und Kandidaten, die sich in Ihrer Region verändern möchten. Gern senden wir "
    "Ihnen die vollständigen Unterlagen unverbindlich zu.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    sheet, face = Sheet(), rng.choice(("carlito", "sans", "caladea", "dejavu"))
    agency, bold = rng.choice(_AGENCIES), f"{face}-bold"
    seller = invent_person(rng, scene.place, scene.today, youngest=24, oldest=55)
    _head(sheet, rng, scene, agency, bold, face)
    y = 74.0
    title = rng.choice(("Personalengpass? Diese Profile sind sofort verfügbar!", "Aktuelle Kandidatenliste für Ihre Behörde"))
    sheet.text(_LEFT, y, title, fitted(title, 15, bold, _RIGHT - _LEFT), bold)
    sheet.text(_LEFT, y + 10, "Sehr geehrte Damen und Herren,", 10.5, face)
    y += 12
    for line in wrapped(rng.choice(_OPENINGS), 10.5, face, _RIGHT - _LEFT):
        y += 5.2
        sheet.text(_LEFT, y, line, 10.5, face)
    y = _profiles(sheet, rng, face, y + 7)
    sheet.text(_LEFT, y + 8, "Alle Sätze zzgl. MwSt., Probetag kostenfrei. Keine Vermittlungsgebühr bei Übernahme nach 6 Monaten.", 9, face)
    sheet.text(_LEFT, y + 18, rng.choice(("Beste Grüße aus der Disposition", "Auf Ihren Anruf freut sich")), 10.5, face)
    ink.signature(sheet, _LEFT + 2, y + 26, rng)
    sheet.text(_LEFT, y + 34, f"{seller.given} {seller.family}, Key Account Öffentlicher Dienst", 10, face)
    _answer(sheet, rng, scene, face, max(y + 44, 220.0))
    sheet.text(_LEFT, 288, "Werbliche Information. Erlaubnis zur Arbeitnehmerüberlassung liegt vor. Daten anonymisiert (DSGVO).", 8, face)
    return Drawing((sheet,), (Paper("advertisement", "staffing_profiles"),))


def _head(sheet: Sheet, rng: Random, scene: Scene, agency: str, bold: str, face: str) -> None:
    """Print a row of little figures, the agency's name, and to whom it goes."""
    dark = rng.randint(0, 4)
    for index in range(5):
        x = _LEFT + index * 9
        fill = 0 if index == dark else 190
        sheet.ellipse(x + 1.6, 10, 4, 4, 0, fill=fill)
        sheet.polygon([(x, 22), (x + 1.4, 14.8), (x + 5.8, 14.8), (x + 7.2, 22)], fill)
    sheet.text(_RIGHT, 18, agency, 17, bold, align="right")
    sheet.text(_RIGHT, 23.5, f"Niederlassung {scene.place.city}", 9.5, face, align="right")
    sheet.line(_LEFT, 27, _RIGHT, 27, 1.0)
    for row, text in enumerate((scene.office.name, rng.choice(("Personalstelle", "Leitung Verwaltung")), scene.office.address.town)):
        sheet.text(_LEFT, 40 + row * 5.2, text, fitted(text, 10.5, face, 110), face)
    sheet.text(_RIGHT, 58, f"{scene.place.city}, {scene.today:%d.%m.%Y}", 10, face, align="right")


def _profiles(sheet: Sheet, rng: Random, face: str, y: float) -> float:
    """Draw the profiles: a number, age and trade, since when free, and the price; return where the table ends."""
    titles, widths = ("Profil", "m/w", "Alter", "Qualifikation", "Besonderes", "frei ab", "€/Std."), (20, 11, 13, 58, 38, 20, 20)
    heads = tuple(zip(titles, widths, strict=True))
    x = _LEFT
    for head, width in heads:
        sheet.box(x, y, width, 7, 0.2, fill=60)
        sheet.text(x + 1.5, y + 5, head, 9, f"{face}-bold", grey=255)
        x += width
    y += 7
    for number in range(rng.randint(4, 8)):
        cells = (
            f"{rng.choice('KPV')}-{rng.randint(1000, 9999)}", rng.choice("wwm"), str(rng.randint(22, 63)), rng.choice(_JOBS),
            rng.choice(_STRENGTHS), rng.choice(("sofort", f"{rng.randint(1, 28):02d}.{rng.randint(10, 12)}.", "KW 48")),
            f"{rng.randint(24, 96)},{rng.choice(('50', '90', '00'))}",
        )  # fmt: skip
        x = _LEFT
        for (_, width), text in zip(heads, cells, strict=True):
            sheet.box(x, y, width, 7.6, 0.15, fill=240 if number % 2 else None)
            sheet.text(x + 1.5, y + 5.2, text, fitted(text, 9.3, face, width - 2.5), face)
            x += width
        y += 7.6
    return y


def _answer(sheet: Sheet, rng: Random, scene: Scene, face: str, y: float) -> None:
    """Draw the slip to fax back, boxes in front of its sentences."""
    phone = invent_phone(rng, scene.place)
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 58, 0.6)
    sheet.text(_LEFT + 4, y + 8, f"ANTWORTFAX an {phone.printed}", 13, f"{face}-bold")
    wishes = ("Bitte senden Sie uns die Profile Nr. ____________________", "Bitte rufen Sie uns zurück, am besten um ________ Uhr",
              "Derzeit kein Bedarf, melden Sie sich in ___ Monaten wieder")  # fmt: skip
    for row, text in enumerate(wishes):
        sheet.box(_LEFT + 4, y + 13.2 + row * 7.5, 3.4, 3.4, 0.3)
        sheet.text(_LEFT + 10, y + 16.2 + row * 7.5, text, 10, face)
    for x, end, caption in ((_LEFT + 4, 84.0, "Ansprechpartner/in"), (90.0, 138.0, "Durchwahl"), (144.0, _RIGHT - 4, "Stempel")):
        sheet.line(x, y + 50, end, y + 50, 0.25)
        sheet.text(x, y + 53.6, caption, 8, face)
