"""Advertisement: a dubious directory's offer that looks like an authority's form, with the reader's own data already filled in."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import Sheet, fitted, text_width, wrapped

_LEFT, _RIGHT = 18.0, 194.0
_NAMES = (
    ("Gewerbe- und Behördenverzeichnis", "Zentrale Erfassung · Abteilung Eintragungen"),
    ("Deutsches Register für Gesundheitsadressen", "Redaktion Stammdaten"),
    ("USt-ID- & Branchen-Datenbank", "Registratur Süd"),
    ("Zentralstelle Datenabgleich ZDA", "Erfassung gewerbefreier Stellen"),
)
_TITLES = ("Erfassungsformular", "Eintragungsantrag / Korrekturabzug", "Datenabgleich {year} – letzte Aufforderung")
_BODY = (
    "Um Eintragung, Ergänzung und Annahme wird gebeten. Prüfen Sie die vorliegenden Angaben auf Richtigkeit, berichtigen Sie diese bei "
    "Bedarf und senden Sie das unterschriebene Formular gebührenfrei bis zum {day} zurück. Nicht zutreffendes streichen."
)
_SMALL = (
    "Vertragsgegenstand ist der Basiseintrag im Internetverzeichnis. Der Marketingbeitrag beträgt jährlich {price} EUR zzgl. USt, zahlbar "
    "im Voraus. Die Laufzeit beträgt drei Jahre und verlängert sich um jeweils ein Jahr, wenn nicht drei Monate vor Ablauf schriftlich "
    "gekündigt wird. Mit der Unterschrift wird das Angebot angenommen. Bei diesem Schreiben handelt es sich um ein Werbeangebot und nicht "
    "um eine Rechnung. Es besteht keine Geschäftsbeziehung. Gerichtsstand ist Valletta. Bereits vorhandene Einträge bleiben unberührt."
)
_FIELDS = ("Firmierung / Dienststelle", "Straße, Hausnr.", "PLZ, Ort", "Telefon", "Telefax", "E-Mail", "Homepage", "Branche", "Leitung")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    sheet, face = Sheet(), rng.choice(("sans", "serif", "narrow", "dejavu"))
    name, department = rng.choice(_NAMES)
    _head(sheet, rng, scene, name, department, face)
    bold = f"{face}-bold"
    title = rng.choice(_TITLES).format(year=scene.today.year + 1)
    sheet.text(_LEFT, 92, title, fitted(title, 17, bold, _RIGHT - _LEFT), bold)
    y = 99.0
    day = f"{rng.randint(1, 28)}.{rng.randint(1, 12)}.{scene.today.year + 1}"
    for line in wrapped(_BODY.format(day=day), 9.5, face, _RIGHT - _LEFT):
        sheet.text(_LEFT, y, line, 9.5, face)
        y += 4.6
    y = _table(sheet, rng, scene, face, y + 3)
    y = _order(sheet, rng, face, y + 7)
    price = f"{rng.randint(598, 1290)},{rng.choice(('00', '80'))}"
    for line in wrapped(_SMALL.format(price=price), 8, "narrow", _RIGHT - _LEFT):
        sheet.text(_LEFT, y, line, 8, "narrow")
        y += 3.5
    sheet.text(_LEFT, 288, f"{name} Ltd. · {rng.choice(('Sliema, Malta', 'Sofia', 'Postfach Zug'))}", 8, "narrow")
    sheet.text(_RIGHT, 288, f"Form. {rng.randint(10, 99)}-B/{rng.randint(100, 999)}", 8, "narrow", align="right")
    return Drawing((sheet,), (Paper("advertisement", "directory_offer"),))


def _head(sheet: Sheet, rng: Random, scene: Scene, name: str, department: str, face: str) -> None:
    """Print a would-be crest, the reader's address and a block of numbers that look like a file's."""
    x = rng.choice((_LEFT, 170.0))
    sheet.ellipse(x, 12, 18, 18, 0.8)
    sheet.ellipse(x + 2, 14, 14, 14, 0.3)
    for step in range(5):
        sheet.line(x + 4.5 + step * 2.2, 17.5, x + 4.5 + step * 2.2, 25, 0.7)
    sheet.polygon([(x + 3.5, 17), (x + 9, 14.8), (x + 14.5, 17)], 0)
    left = _LEFT if x > 100 else 42.0
    sheet.text(left, 20, name, fitted(name, 15, f"{face}-bold", 128), f"{face}-bold")
    sheet.text(left, 26, department, 9.5, face)
    sheet.line(_LEFT, 33, _RIGHT, 33, 0.8)
    for row, text in enumerate((scene.office.name, scene.office.address.street, scene.office.address.town)):
        sheet.text(_LEFT, 48 + row * 5.4, text, fitted(text, 11, face, 92), face)
    facts = (
        ("Registernummer", f"{rng.randint(100, 999)}/{rng.randint(10000, 99999)}-{rng.randint(1, 9)}"),
        ("Kundencode", f"{rng.choice('ABDK')}{rng.randint(100000, 999999)}"),
        ("Datum", f"{scene.today:%d.%m.%Y}"),
        ("Rücksendung an Fax", f"0800-{rng.randint(100000, 999999)}"),
        ("Frist", rng.choice(("10 Werktage", "umgehend", "14 Tage nach Zugang"))),
    )
    for row, (label, text) in enumerate(facts):
        top = 42 + row * 7.0
        sheet.box(118, top, 34, 7, 0.2, fill=228)
        sheet.box(152, top, _RIGHT - 152, 7, 0.2)
        sheet.text(120, top + 4.8, label, 8.5, face)
        sheet.text(154, top + 4.8, text, fitted(text, 9.5, face, 38), face)


def _table(sheet: Sheet, rng: Random, scene: Scene, face: str, y: float) -> float:
    """Draw what the directory claims to know of the office beside room to correct it."""
    office = scene.office
    known = {
        "Firmierung / Dienststelle": office.name,
        "Straße, Hausnr.": office.address.street,
        "PLZ, Ort": office.address.town,
        "Telefon": office.phone.printed,
        "Telefax": office.fax.printed,
        "Branche": rng.choice(("Öffentliche Verwaltung", "Gesundheitswesen", "Behörden")),
    }
    stops = (_LEFT, 64.0, 130.0, _RIGHT)
    for (x, end), head in zip(pairwise(stops), ("Merkmal", "Bisher erfasst", "Berichtigung"), strict=True):
        sheet.box(x, y, end - x, 6.6, 0.2, fill=205)
        sheet.text(x + 2, y + 4.7, head, 9, f"{face}-bold")
    y += 6.6
    for field in _FIELDS if rng.random() < 0.6 else _FIELDS[:6]:
        for x, end in pairwise(stops):
            sheet.box(x, y, end - x, 7.4, 0.2)
        sheet.text(_LEFT + 2, y + 5, field, fitted(field, 9, face, 43), face)
        text = known.get(field, rng.choice(("", "- fehlt -")))
        known_face = "courier" if text_width(text, 8.5, "courier") <= 62 else "narrow"
        sheet.text(66, y + 5, text, fitted(text, 9.5, known_face, 62), known_face)
        y += 7.4
    return y


def _order(sheet: Sheet, rng: Random, face: str, y: float) -> float:
    """Draw a box to cross, which is crossed already, and lines for day and signature; return where the small print begins."""
    sheet.box(_LEFT, y - 3.2, 3.4, 3.4, 0.3)
    sheet.text(_LEFT + 1.7, y + 0.1, "X", 10, "sans-bold", align="centre")
    text = rng.choice(("Ja, die Angaben sind richtig und sollen veröffentlicht werden.", "Eintragung in der Ausführung „Standard Plus“"))
    sheet.text(_LEFT + 6, y, text, 10, f"{face}-bold")
    for x, end, caption in ((_LEFT, 76.0, "Ort, Datum"), (86.0, _RIGHT, "rechtsverbindliche Unterschrift, Stempel")):
        sheet.line(x, y + 19, end, y + 19, 0.25)
        sheet.text(x, y + 22.6, caption, 8, face)
    return y + 29
