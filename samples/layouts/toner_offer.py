"""Advertisement: a toner dealer's fax offer with big type and an order slip."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import Sheet

_GOODS = (
    "Toner schwarz, 12.000 Seiten",
    "Toner-Set CMYK",
    "Trommeleinheit",
    "Faxfolie, 2 Rollen",
    "Kopierpapier A4, 80 g, 2.500 Blatt",
    "Tintenpatrone XL",
    "Resttonerbehälter",
    "Etiketten 70 x 36 mm",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    sheet, bold = Sheet(), rng.choice(("sans-bold", "dejavu-bold", "serif-bold"))
    firm = rng.choice(("TonerBlitz24 GmbH", "BüroMax Versand", "PrintProfi Handels GmbH", "Druck & Mehr e.K."))
    sheet.box(15, 14, 180, 26, 0, fill=0)
    sheet.text(105, 31, rng.choice(("SONDERAKTION!", "HERBST-ANGEBOT", "NUR DIESE WOCHE")), 34, bold, align="centre", grey=255)
    sheet.text(
        105,
        52,
        rng.choice(("Toner bis zu 60 % günstiger", "Tiefpreise für Ihr Büro", "Jetzt Büromaterial zum Bestpreis sichern")),
        19,
        bold,
        align="centre",
    )
    sheet.text(105, 61, "Sehr geehrte Damen und Herren, nutzen Sie unser exklusives Angebot per Fax:", 10.5, align="centre")
    y = 74.0
    for goods in rng.sample(_GOODS, rng.randint(4, 6)):
        price = rng.randint(9, 140)
        sheet.text(25, y, goods, 13)
        sheet.text(185, y, f"nur {price},{rng.choice(('90', '95', '99'))} €*", 15, bold, align="right")
        sheet.dotted(25, y + 2.5, 185, 1.6)
        y += 12
    sheet.text(105, y + 8, f"Bestell-Hotline: 0800 / {rng.randint(1000000, 9999999)} (gebührenfrei)", 14, bold, align="centre")
    sheet.box(20, y + 18, 170, 62, 0.5)
    sheet.text(25, y + 27, f"Fax-Antwort an 0800 / {rng.randint(1000000, 9999999)} – Ja, wir bestellen:", 12, bold)
    for row, label in enumerate(("Firma", "Ansprechpartner", "Straße, PLZ, Ort", "Telefon", "Datum, Unterschrift, Stempel")):
        sheet.text(25, y + 38 + row * 9, label, 9)
        sheet.line(75, y + 39 + row * 9, 184, y + 39 + row * 9, 0.2)
    sheet.text(20, 280, f"*zzgl. MwSt. und Versand. {firm}, Angebot freibleibend, solange der Vorrat reicht.", 7)
    sheet.text(20, 284, "Wenn Sie keine weiteren Angebote wünschen, senden Sie dieses Fax mit dem Vermerk „Streichen“ zurück.", 7)
    del scene
    return Drawing((sheet,), (Paper("advertisement", "toner_offer"),))
