"""What else ends up in the tray: an energy broker's offer, an insurance flyer, a timetable, a form that belongs to another office."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Paper
from samples.people import Scene, invent_person
from samples.sheet import Sheet, wrapped


def draw_energy(rng: Random, scene: Scene) -> Drawing:
    """Draw an energy broker's offer with a table of prices and a slip to send back."""
    sheet = Sheet()
    firm = rng.choice(("EnergieFair24", "StromVergleich Direkt GmbH", "GasDeal Service"))
    sheet.text(20, 26, firm, 20, "dejavu-bold")
    sheet.text(
        20, 36, rng.choice(("Ihr persönliches Angebot: bis zu 35 % weniger Stromkosten!", "Jetzt wechseln und sparen!")), 13, "sans-bold"
    )
    text = (
        "Sehr geehrte Damen und Herren, die Preise am Markt sind gefallen. Sichern Sie sich unseren Sonderpreis für Gewerbe und Ämter. "
        "Das Angebot gilt nur, solange das Kontingent reicht."
    )
    y = 50.0
    for line in wrapped(text, 11, "sans", 168):
        sheet.text(20, y, line, 11, "sans")
        y += 6
    for row, (kind, old, new) in enumerate(
        (("Strom ct/kWh", "38,4", "24,9"), ("Gas ct/kWh", "12,1", "8,3"), ("Grundpreis / Monat", "14,90", "9,90"))
    ):
        for x, width, cell in ((20, 70, kind), (90, 40, f"bisher {old}"), (130, 50, f"nur {new} €*")):
            sheet.box(x, y + 4 + row * 9, width, 9, 0.3)
            sheet.text(x + 3, y + 10 + row * 9, cell, 11, "sans-bold" if "nur" in cell else "sans")
    sheet.box(20, y + 44, 170, 50, 0.6)
    sheet.text(25, y + 53, f"RÜCKANTWORT per Fax an 0800 / {rng.randint(1000000, 9999999)}", 12, "sans-bold")
    for row, word in enumerate(("Ja, bitte rufen Sie mich zurück.", "Ja, ich möchte ein kostenloses Angebot.")):
        sheet.box(26, y + 59 + row * 8, 4, 4)
        sheet.text(33, y + 62.4 + row * 8, word, 10.5)
    sheet.text(25, y + 84, "Firma: ______________________   Telefon: __________________", 10, "sans")
    sheet.text(
        20, 281, f"*netto, Jahresverbrauch ab 20.000 kWh. {firm}, {scene.place.city}. Keine weiteren Faxe? Bitte kurze Nachricht.", 7
    )
    return Drawing((sheet,), (Paper("advertisement", "energy_offer"),))


def draw_insurance(rng: Random, scene: Scene) -> Drawing:
    """Draw an agency's flyer in prose and points: it speaks of illness and staff, and sells."""
    sheet = Sheet()
    sheet.text(105, 30, rng.choice(("Betriebliche Krankenversicherung", "Gesundheit, die sich lohnt")), 20, "caladea-bold", align="centre")
    sheet.text(105, 40, f"Sonderkonditionen für Behörden in {scene.place.city}", 13, "caladea", align="centre")
    y = 60.0
    for point in rng.sample(("Ohne Gesundheitsprüfung", "Chefarzt und Einbettzimmer", "Zahnersatz zu 90 %", "Schneller zum Facharzt",
                             "Steuerlich gefördert", "Auch für Angehörige"), 4):  # fmt: skip
        sheet.text(30, y, f"+ {point}", 14, "caladea")
        y += 11
    sheet.box(25, y + 6, 160, 26, 0, fill=0)
    sheet.text(105, y + 18, f"Schon ab {rng.randint(9, 29)},90 € im Monat", 18, "sans-bold", align="centre", grey=255)
    sheet.text(105, y + 27, "Jetzt unverbindlich beraten lassen", 11, "sans", align="centre", grey=255)
    sheet.text(
        105,
        y + 48,
        f"Agentur {rng.choice(('Vogt', 'Krämer', 'Bartsch'))} · Tel. 0800 / {rng.randint(100000, 999999)}",
        13,
        "sans-bold",
        align="centre",
    )
    sheet.text(
        105, 280, "Anzeige. Wenn Sie keine Werbung mehr wünschen, faxen Sie diese Seite mit „Nein danke“ zurück.", 7.5, align="centre"
    )
    return Drawing((sheet,), (Paper("advertisement", "insurance_flyer"),))


def draw_timetable(rng: Random, scene: Scene) -> Drawing:
    """Draw a page of a duty roster that was meant for somebody else."""
    sheet = Sheet()
    sheet.text(20, 26, rng.choice(("Dienstplan", "Schichtplan", "Belegungsplan Turnhalle")), 18, "sans-bold")
    sheet.text(20, 34, f"KW {rng.randint(36, 47)} / 2026", 11)
    days = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    for column, day in enumerate(("", *days)):
        sheet.box(20 + column * 21, 42, 21, 8, 0.2, fill=225)
        sheet.text(22 + column * 21, 47.5, day, 9.5, "sans-bold")
    for row in range(rng.randint(6, 12)):
        person = invent_person(rng, scene.place, scene.today)
        for column in range(8):
            sheet.box(20 + column * 21, 50 + row * 8, 21, 8, 0.2)
            text = person.family[:10] if not column else rng.choice(("F", "S", "N", "frei", "6-14", "14-22"))
            sheet.text(22 + column * 21, 55.5 + row * 8, text, 9)
    return Drawing((sheet,), (Paper("unknown", "duty_roster", needs_review=True),))


def draw_foreign_form(rng: Random, scene: Scene) -> Drawing:
    """Draw a filled-in form of quite another office: a person with birth date and address, and no illness."""
    sheet, person = Sheet(), invent_person(rng, scene.place, scene.today, youngest=18)
    sheet.text(
        20,
        24,
        rng.choice(("Antrag auf Ausstellung eines Anwohnerparkausweises", "Antrag auf Befreiung vom Rundfunkbeitrag")),
        13,
        "carlito-bold",
    )
    y = 40.0
    for label, text in (
        ("Name, Vorname", f"{person.family}, {person.given}"), ("Geburtsdatum", f"{person.birth:%d.%m.%Y}"),
        ("Anschrift", f"{person.address.street}, {person.address.town}"), ("Telefon", person.phone.printed if person.phone else ""),
        ("Kennzeichen / Teilnehmernummer", f"{rng.randint(100, 999)} {rng.randint(100, 999)} {rng.randint(100, 999)}"),
        ("Beginn", f"{scene.today:%d.%m.%Y}"),
    ):  # fmt: skip
        sheet.text(20, y, label, 8, "carlito")
        sheet.box(20, y + 1.5, 170, 8, 0.2)
        sheet.text(23, y + 7.3, text, 11, "mono")
        y += 16
    sheet.text(20, y + 10, "Die Richtigkeit der Angaben wird versichert.", 10, "carlito")
    sheet.line(110, y + 28, 188, y + 28, 0.2)
    sheet.text(110, y + 32, "Unterschrift der antragstellenden Person", 7.5, "carlito")
    return Drawing((sheet,), (Paper("unknown", "foreign_form", needs_review=True),))
