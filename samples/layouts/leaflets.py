"""Advertisement again: a seminar flyer with an answer slip, and a loan broker's circular."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import Sheet, wrapped


def draw_seminar(rng: Random, scene: Scene) -> Drawing:
    """Draw a seminar flyer: it speaks of the law a health office lives by, and is advertisement all the same."""
    sheet = Sheet()
    topic = rng.choice(
        (
            "Datenschutz in der öffentlichen Verwaltung",
            "IfSG-Novelle 2026 – was sich für Behörden ändert",
            "Hygienebeauftragte: Grundkurs",
            "Stressfrei führen",
        )
    )
    sheet.text(105, 26, "SEMINAREINLADUNG", 24, "dejavu-bold", align="centre")
    sheet.text(105, 38, topic, 14, "sans-bold", align="centre")
    sheet.text(
        105, 46, f"am {rng.randint(1, 28)}. {rng.choice(('Januar', 'Februar', 'März'))} 2027 in {scene.place.city}", 12, align="centre"
    )
    y = 62.0
    for point in rng.sample(
        (
            "Praxisnahe Fallbeispiele",
            "Rechtssichere Dokumentation",
            "Umfangreiche Seminarunterlagen",
            "Teilnahmezertifikat",
            "Erfahrene Referenten",
            "Mittagessen inklusive",
        ),
        4,
    ):
        sheet.ellipse(28, y - 2.6, 2, 2, fill=0)
        sheet.text(33, y, point, 12)
        y += 9
    sheet.text(25, y + 6, f"Frühbucherpreis: {rng.randint(190, 590)},– € zzgl. MwSt. statt {rng.randint(600, 890)},– €", 13, "sans-bold")
    sheet.line(15, y + 18, 195, y + 18, 0.4)
    sheet.text(20, y + 28, f"Anmeldung per Fax: 0800 / {rng.randint(1000000, 9999999)}", 13, "sans-bold")
    for row, label in enumerate(("Name, Vorname", "Behörde / Firma", "Anschrift", "Telefon / E-Mail", "Datum, Unterschrift")):
        sheet.text(20, y + 42 + row * 10, label, 10)
        sheet.dotted(70, y + 42.5 + row * 10, 188)
    sheet.text(20, 282, "Akademie für Fortbildung GmbH. Wünschen Sie keine Zusendung mehr? Fax genügt.", 7.5)
    return Drawing((sheet,), (Paper("advertisement", "seminar_flyer"),))


def draw_circular(rng: Random, scene: Scene) -> Drawing:
    """Draw a circular in prose with a headline and little else."""
    sheet = Sheet()
    headline, text = rng.choice(
        (
            (
                "Firmenwagen-Leasing ab 129 € im Monat",
                "Sichern Sie sich jetzt unsere Aktionsfahrzeuge ohne Anzahlung! "
                "Nur solange der Vorrat reicht. Rufen Sie noch heute an und "
                "vereinbaren Sie eine unverbindliche Probefahrt.",
            ),
            (
                "Sofortkredit ohne Schufa-Auskunft",
                "Günstige Finanzierung für Gewerbe und Behörden, Auszahlung in 24 Stunden. "
                "Fordern Sie noch heute Ihr kostenloses und unverbindliches Angebot an.",
            ),
            (
                "Reinigung Ihrer Büroräume zum Festpreis",
                "Testen Sie uns vier Wochen lang kostenlos! Unsere geschulten "
                "Kräfte arbeiten zuverlässig, gründlich und diskret, auch am Wochenende.",
            ),
        )
    )
    sheet.text(20, 30, headline, 22 if len(headline) < 36 else 18, "serif-bold")
    sheet.line(20, 34, 190, 34, 1.2)
    y = 50.0
    for line in wrapped("Sehr geehrte Damen und Herren, " + text[0].lower() + text[1:], 14, "serif", 168):
        sheet.text(20, y, line, 14, "serif")
        y += 8
    sheet.box(20, y + 10, 170, 30, 0.8)
    sheet.text(105, y + 24, f"Jetzt anrufen: 0180 5 / {rng.randint(100000, 999999)}", 19, "sans-bold", align="centre")
    sheet.text(105, y + 34, "(14 ct/min aus dem Festnetz) – Angebot gültig bis Monatsende", 10, align="centre")
    firm = rng.choice(("AutoDirekt GmbH", "FinanzPlus24", "CleanTeam Service"))
    sheet.text(20, 280, f"Werbung. {firm}, {scene.place.city}. Abmelden: bitte Fax zurücksenden.", 7.5)
    return Drawing((sheet,), (Paper("advertisement", "circular"),))
