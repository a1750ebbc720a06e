"""Advertisement for practices and offices: a dealer's price list, an insurer's or academy's prose, rooms to let; all with a coupon."""

from __future__ import annotations

from random import Random

from samples.form import Drawing, Paper
from samples.people import Scene, invent_person
from samples.places import invent_phone
from samples.sheet import Sheet, fitted, wrapped

_SUPPLIES = (
    ("FFP2-Masken, einzeln verpackt", "50 Stück"),
    ("Nitrilhandschuhe, puderfrei, M", "10 x 100 Stück"),
    ("Flächendesinfektion, Kanister", "5 Liter"),
    ("Antigen-Schnelltest Kombi (Covid/Influenza/RSV)", "25 Tests"),
    ("Händedesinfektion viruzid", "12 x 500 ml"),
    ("Spritzen 2 ml, steril", "100 Stück"),
    ("Liegenabdeckung auf Rolle", "9 Rollen"),
    ("Infrarot-Thermometer", "1 Stück"),
    ("Urinbecher mit Deckel", "500 Stück"),
    ("Sicherheits-Blutentnahmeset", "50 Stück"),
)
_OFFERS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("Was, wenn die Praxis drei Wochen schließen muss?", "Praxisausfall-Police Plus", (
        "Eine behördlich angeordnete Quarantäne, ein Wasserschaden, eine längere Krankheit: Schon wenige Tage ohne Sprechstunde kosten "
        "mehr, als die meisten Praxen im Monat zurücklegen. Gehälter, Miete und Leasingraten laufen weiter.",
        "Mit unserer Police sind Sie schon ab 19,90 € im Monat abgesichert. Die ersten zwei Monate schenken wir Ihnen, ohne "
        "Gesundheitsprüfung und jederzeit kündbar.",
    ), "Ja, bitte rechnen Sie mir unverbindlich ein Angebot aus!"),
    ("Meldepflichten sicher beherrschen", "Tagesseminar für Praxis- und Klinikpersonal", (
        "Welche Krankheit ist wann und an wen zu melden? Was ändert sich mit der elektronischen Meldung? In sechs Stunden vermitteln "
        "unsere Referenten das nötige Wissen anhand von Fällen aus der täglichen Arbeit.",
        "Teilnahmegebühr 289,– € zzgl. MwSt., inklusive Unterlagen, Imbiss und Zertifikat. Ab der zweiten Person nur 219,– €. Die Zahl der "
        "Plätze ist begrenzt, also melden Sie sich am besten noch heute an!",
    ), "Hiermit melde ich mich verbindlich zum Seminar an:"),
    ("Rückenschmerzen im Team? Muss nicht sein!", "Betriebliche Gesundheitsförderung, die ankommt", (
        "Unsere Trainer kommen zu Ihnen: zwölf Einheiten zu je 30 Minuten, direkt in Ihren Räumen und ohne Sportkleidung. Bis zu 600 € je "
        "Kopf und Jahr bleiben steuerfrei.",
        "Vereinbaren Sie jetzt eine kostenlose Probestunde. Wer bis Monatsende bucht, spart 15 Prozent.",
    ), "Ja, wir möchten eine kostenlose Probestunde vereinbaren."),
)  # fmt: skip
_ROOM_POINTS = (
    "barrierefreier Zugang, Aufzug",
    "Stellplätze direkt am Haus",
    "frei einteilbar ab 80 m²",
    "Glasfaser und Klimatisierung",
    "provisionsfrei vom Eigentümer",
    "zwei Monate mietfrei",
    "Apotheke im Erdgeschoss",
)


def draw_supplies(rng: Random, scene: Scene) -> Drawing:
    """Draw a dealer's price list in a table with a column for the number wanted, name and practice to be filled in below."""
    del scene
    sheet, bold = Sheet(), rng.choice(("carlito-bold", "sans-bold", "narrow-bold"))
    firm = rng.choice(("MediPlus24 Praxisbedarf GmbH", "Hygiene-Kontor Nord", "Praxisdepot Schuster e. K."))
    sheet.text(16, 24, firm, 21, bold)
    sheet.text(
        16, 31, rng.choice(("Ihr Partner für Praxis, Pflege und Amt", "Alles für Ihre Praxis – schnell und günstig")), 11, "sans-italic"
    )
    sheet.ellipse(150, 10, 42, 26, 0.9)
    sheet.text(171, 22, f"-{rng.randint(15, 45)} %", 24, bold, align="centre")
    sheet.text(171, 29, "auf alles*", 11, bold, align="centre")
    headline = rng.choice(
        ("Erkältungszeit ist Desinfektionszeit!", "Jetzt Vorrat anlegen: unsere Winter-Angebote", "Sonderposten Schutzausrüstung")
    )
    sheet.text(16, 49, headline, fitted(headline, 20, bold, 178), bold)
    y = 58.0
    stops = (16.0, 104.0, 138.0, 166.0, 194.0)
    sheet.box(16, y, 178, 8, 0.3, fill=210)
    for x, head in zip(stops, ("Artikel", "Packung", "Preis netto", "Menge"), strict=False):
        sheet.text(x + 2, y + 5.6, head, 10, bold)
    items = rng.sample(_SUPPLIES, rng.randint(5, 8))
    for name, pack in items:
        y += 10.5 if name != items[0][0] else 8
        sheet.box(16, y, 178, 10.5, 0.2)
        sheet.text(18, y + 6.9, name, fitted(name, 11, "sans", 84), "sans")
        sheet.text(stops[1] + 2, y + 6.9, pack, 10, "sans")
        sheet.text(stops[3] - 3, y + 6.9, f"{rng.randint(3, 89)},{rng.choice(('49', '90', '95'))} €", 11, bold, align="right")
    for x in stops[1:4]:
        sheet.line(x, 58, x, y + 10.5, 0.2)
    sheet.text(16, y + 20, "Versandkostenfrei ab 100 € Bestellwert. Lieferung innerhalb von 48 Stunden.", 10.5, "sans")
    _coupon(
        sheet, rng, max(y + 28, 186), "FAX-BESTELLUNG", ("Name", "Praxis / Einrichtung", "Straße, PLZ, Ort", "Datum, Unterschrift"), bold
    )
    note = f"*Gilt nicht für bereits reduzierte Ware. {firm}, Preise zzgl. MwSt. Keine Werbung mehr? Kurze Nachricht genügt."
    sheet.text(16, 284, note, fitted(note, 7.5, "sans", 178), "sans")
    return Drawing((sheet,), (Paper("advertisement", "supplies_flyer"),))


def draw_prose(rng: Random, scene: Scene) -> Drawing:
    """Draw a letter that wants to sell: headline, prose, a box with the price's advantage, and a coupon to be cut off."""
    sheet, face = Sheet(), rng.choice(("caladea", "serif", "carlito"))
    bold = f"{face}-bold"
    headline, product, paragraphs, answer = rng.choice(_OFFERS)
    seller = invent_person(rng, scene.place, scene.today, youngest=25, oldest=60)
    sheet.text(
        192, 18, f"Fax-Information für {rng.choice(('Praxen und Behörden', 'die Praxisleitung', 'Entscheider'))}", 9, face, align="right"
    )
    y = 24.0
    for line in wrapped(headline, 24, bold, 172):
        y += 10
        sheet.text(20, y, line, 24, bold)
    sheet.text(20, y + 9, product, 14, bold)
    y += 20
    sheet.text(20, y, rng.choice(("Sehr geehrte Damen und Herren,", "Liebe Praxisinhaberin, lieber Praxisinhaber,")), 11.5, face)
    for paragraph in paragraphs:
        y += 4
        for line in wrapped(paragraph, 11.5, face, 172):
            y += 5.8
            sheet.text(20, y, line, 11.5, face)
    sheet.text(20, y + 13, "Herzliche Grüße", 11.5, face)
    sheet.text(20, y + 20, f"Ihr/e {seller.given} {seller.family}, Beratung {scene.place.city.split(' (')[0]}", 11.5, face)
    phone = invent_phone(rng, scene.place)
    sheet.text(20, y + 26, f"Telefon {phone.printed}", 11.5, bold)
    labels = ["Name, Vorname", "Praxis", "Telefon", "geb. am", "Ort, Datum", "Unterschrift"]
    if rng.random() < 0.5:
        labels.remove("geb. am")
    _coupon(sheet, rng, max(y + 36, 178), answer, tuple(labels), bold)
    small = "Diese Information erhalten Sie einmalig. Ihre Daten werden nicht weitergegeben. Ein Widerruf ist jederzeit möglich."
    sheet.text(20, 285, small, fitted(small, 7.5, face, 172), face)
    return Drawing((sheet,), (Paper("advertisement", "coupon_prose"),))


def draw_rooms(rng: Random, scene: Scene) -> Drawing:
    """Draw a landlord's offer of rooms: a sketch of the house, square metres and rent in big type, points with ticks."""
    sheet, bold = Sheet(), rng.choice(("dejavu-bold", "sans-bold"))
    sheet.text(105, 24, rng.choice(("ZU VERMIETEN", "Büro- und Praxisflächen", "NEUBAU: Räume frei!")), 27, bold, align="centre")
    sheet.text(
        105, 34, f"Ärztehaus „{rng.choice(('Am Stadttor', 'Quartier 7', 'Lindenhof'))}“ in {scene.place.city}", 14, "sans", align="centre"
    )
    for floor in range(4):
        sheet.box(24, 46 + floor * 15, 62, 15, 0.5)
        for window in range(5):
            sheet.box(28 + window * 11.4, 49.5 + floor * 15, 7, 8, 0.4, fill=200 if (window + floor) % 3 else 255)
    sheet.polygon([(20, 46), (55, 38), (90, 46)], 70)
    area, rent = rng.randint(8, 46) * 10, rng.randint(8, 16)
    sheet.text(98, 58, f"{area} m²", 34, bold)
    sheet.text(98, 70, f"ab {rent},{rng.choice(('50', '90', '00'))} € je m² kalt", 17, bold)
    y = 80.0
    for point in rng.sample(_ROOM_POINTS, 4):
        sheet.curve([(99, y - 2), (100.5, y), (104, y - 4.5)], 0.5)
        sheet.text(107, y, point, 11.5, "sans")
        y += 7.5
    text = (
        "Verlegen Sie Ihren Standort in beste Lage! Bezug nach Absprache, Grundrisse und Besichtigung kurzfristig möglich. Nutzen Sie auch "
        "unsere Leasing-Angebote für Möbel, Medizintechnik und Telefonanlage – eine Rate für alles."
    )
    y = 122.0
    for line in wrapped(text, 13, "sans", 166):
        sheet.text(22, y, line, 13, "sans")
        y += 7
    phone = invent_phone(rng, scene.place)
    sheet.box(22, y + 6, 166, 16, 0, fill=0)
    sheet.text(105, y + 16.8, f"Besichtigung: {phone.printed}", 17, bold, align="centre", grey=255)
    _coupon(
        sheet,
        rng,
        y + 26,
        "Rückfax: Ich interessiere mich für Räume",
        ("Firma / Praxis", "Name", "Fläche ca. (m²)", "Telefon", "Unterschrift"),
        bold,
    )
    sheet.text(22, 284, "Angaben ohne Gewähr, Irrtum und Zwischenvermietung vorbehalten. Objektgesellschaft mbH & Co. KG", 7.5, "sans")
    return Drawing((sheet,), (Paper("advertisement", "rooms_to_let"),))


def _coupon(sheet: Sheet, rng: Random, y: float, title: str, labels: tuple[str, ...], bold: str) -> None:
    """Draw what is to be faxed back: a broken line to cut along, a title, and lines to write on."""
    x = 14.0
    while x < 194:
        sheet.line(x, y, x + 3, y, 0.3)
        x += 5
    number = rng.choice(
        (f"0800 / {rng.randint(1000000, 9999999)}", f"0180 5 {rng.randint(100000, 999999)}", f"0800-{rng.randint(100000, 999999)}")
    )
    sheet.text(20, y + 9, title, fitted(title, 13, bold, 106), bold)
    sheet.text(192, y + 9, f"Fax: {number}", 13, bold, align="right")
    has_columns, y = rng.random() < 0.4, y + 22
    for index, text in enumerate(labels):
        left = 20.0 if not has_columns or index % 2 == 0 else 108.0
        right = 192.0 if not has_columns else left + 84
        begin = left + sheet.text(left, y, f"{text}:", 10, "sans") + 2
        sheet.line(begin, y + 0.8, right, y + 0.8, 0.2)
        y += 11.5 if not has_columns or index % 2 or index == len(labels) - 1 else 0
