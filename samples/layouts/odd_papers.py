"""What also comes out of fax machines: a lunch menu, a hand-drawn sketch, a page that should have gone elsewhere."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import Sheet

_DISHES = (
    "Linsensuppe mit Wiener Würstchen|Schnitzel mit Pommes frites|Käsespätzle mit Röstzwiebeln|Fischfilet, Kartoffeln, Gurkensalat|"
    "Eierkuchen mit Apfelmus|"
    "Gulasch mit Klößen und Rotkohl|Nudeln Bolognese|Gemüseauflauf|Quark mit Leinöl und Kartoffeln|Hähnchenkeule mit Reis"
)


def _odd(sheet: Sheet, layout: str) -> Drawing:
    return Drawing((sheet,), (Paper("unknown", layout, needs_review=True),))


def draw_menu(rng: Random, scene: Scene) -> Drawing:
    """Draw a canteen's weekly menu, sent to the wrong number."""
    sheet = Sheet()
    sheet.text(105, 28, rng.choice(("Mittagstisch", "Speiseplan", "Wochenkarte")), 30, "serif-italic", align="centre")
    sheet.text(
        105,
        38,
        f"Woche vom {scene.today:%d.%m.%Y} · {rng.choice(('Gasthof Zur Linde', 'Metzgerei Roth', 'Kantine am Markt'))}",
        12,
        "serif",
        align="centre",
    )
    y = 60.0
    dishes = rng.sample(_DISHES.split("|"), 5)
    for day, dish in zip(("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"), dishes, strict=True):
        sheet.text(30, y, day, 14, "serif-bold")
        sheet.text(38, y + 8, dish, 13, "serif")
        sheet.text(180, y + 8, f"{rng.randint(5, 11)},{rng.choice(('50', '90', '20'))} €", 13, "serif", align="right")
        y += 24
    sheet.text(105, y + 12, "Vorbestellung bis 10 Uhr. Guten Appetit!", 12, "serif-italic", align="centre")
    return _odd(sheet, "menu")


def draw_sketch(rng: Random, scene: Scene) -> Drawing:
    """Draw a way sketched by hand, with a few handwritten words."""
    sheet = Sheet()

    def wobble(x1: float, y1: float, x2: float, y2: float) -> None:
        steps = 14
        points = [
            (x1 + (x2 - x1) * i / steps + rng.uniform(-0.7, 0.7), y1 + (y2 - y1) * i / steps + rng.uniform(-0.7, 0.7))
            for i in range(steps + 1)
        ]
        sheet.curve(points, 0.7)

    for _ in range(rng.randint(3, 5)):
        x = rng.uniform(30, 170)
        wobble(x, 50, x + rng.uniform(-25, 25), 250)
    for _ in range(rng.randint(2, 4)):
        y = rng.uniform(60, 240)
        wobble(20, y, 190, y + rng.uniform(-20, 20))
    for word in rng.sample(("Bahnhof", "Eingang", "hier!", "Parkplatz", "Tor 3", "Ampel", "Brunnen"), 4):
        ink.handwrite(sheet, rng.uniform(30, 140), rng.uniform(55, 240), word, rng, rng.uniform(5, 8))
    ink.handwrite(sheet, 40, 30, rng.choice(("So kommst du hin", "Lageplan", "Skizze wie besprochen")), rng, 7)
    del scene
    return _odd(sheet, "sketch")


def draw_delivery_note(rng: Random, scene: Scene) -> Drawing:
    """Draw a delivery note meant for a warehouse: labels, dates and a table, but none of the office's business."""
    sheet = Sheet()
    sheet.text(20, 24, rng.choice(("Lieferschein", "Warenbegleitschein", "Packliste")), 20, "sans-bold")
    sheet.text(20, 34, f"Nr. {rng.randint(10000, 99999)}   Datum: {scene.today:%d.%m.%Y}   Kunde: {rng.randint(1000, 9999)}", 10)
    sheet.text(20, 42, f"Empfänger: Zentrallager, {scene.practice.address.street}, {scene.practice.address.town}", 10)
    sheet.box(20, 52, 170, 8, 0.3)
    for x, head in ((22, "Pos."), (38, "Artikel"), (130, "Menge"), (155, "Gewicht")):
        sheet.text(x, 57.5, head, 9.5, "sans-bold")
    y = 60.0
    for position, goods in enumerate(
        rng.sample(
            (
                "Sechskantschrauben M8",
                "Dichtungsring 40 mm",
                "Kabelbinder 200 mm",
                "Holzdübel",
                "Winkelverbinder",
                "Montageschaum",
                "Silikon weiß",
            ),
            5,
        ),
        1,
    ):
        sheet.box(20, y, 170, 8, 0.2)
        for x, cell in (
            (22, str(position)),
            (38, goods),
            (130, f"{rng.randint(1, 90)} Stk."),
            (155, f"{rng.randint(1, 40)},{rng.randint(0, 9)} kg"),
        ):
            sheet.text(x, y + 5.5, cell, 9.5)
        y += 8
    sheet.text(20, y + 20, "Ware erhalten:", 10)
    sheet.line(48, y + 21, 120, y + 21, 0.2)
    ink.signature(sheet, 55, y + 20, rng)
    return _odd(sheet, "delivery_note")
