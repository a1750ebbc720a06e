"""Invoices of four sellers: a classic one, one from a template in columns, one in prose, and a reminder."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.billing import Invoice, grouped, invent_invoice, money
from samples.form import Drawing, Form, Paper
from samples.people import Scene
from samples.sheet import wrapped


def _form(rng: Random, layout: str, faces: tuple[str, ...], size: float) -> Form:
    form = Form(rng, Paper("invoice", layout), face=rng.choice(faces), size=size)
    form.trouble, form.day_style = "none", rng.choice(("dot", "dot", "long"))
    return form


def _take(form: Form, invoice: Invoice, *paths: str) -> None:
    values = invoice.values()
    for path in paths:
        form.paper.take(path, values[path])


def _window(form: Form, invoice: Invoice, scene: Scene, x: float, y: float) -> None:
    """Print the address in the window, the seller's own small above it."""
    form.sheet.text(x, y, f"{invoice.seller} · {invoice.address.street} · {invoice.address.town}", 6.5, "sans")
    form.put(x, y + 7, "buyer.name", invoice.buyer, 84)
    form.write(x, y + 12.2, scene.office.address.street, 84)
    form.write(x, y + 17.4, scene.office.address.town, 84)


def draw_classic(rng: Random, scene: Scene) -> Drawing:
    """Draw letterhead, reference block on the right, a ruled table, sums at its foot."""
    form, invoice = _form(rng, "invoice_classic", ("sans", "carlito", "serif"), 10), invent_invoice(rng, scene)
    sheet = form.sheet
    form.paper.take("seller.name", invoice.seller)
    sheet.text(190, 22, invoice.seller, 15, "sans-bold", align="right")
    _window(form, invoice, scene, 24, 45)
    for row, (label, path, text) in enumerate((
        (rng.choice(("Rechnungsnummer", "Rechnungs-Nr.", "Beleg-Nr.")), "invoice_number", invoice.number),
        (rng.choice(("Rechnungsdatum", "Datum", "ausgestellt am")), "invoice_date", form.day(invoice.day)),
        (rng.choice(("zahlbar bis", "Fällig am", "Zahlungsziel")), "due_date", form.day(invoice.due)),
        ("Kundennummer", "", str(rng.randint(10000, 99999))),
    )):  # fmt: skip
        sheet.text(126, 52 + row * 5.4, f"{label}:", 9.5, form.face)
        form.write(160, 52 + row * 5.4, text, 32)
        if path:
            _take(form, invoice, path)
    sheet.text(24, 92, "Rechnung", 15, "sans-bold")
    y = _items(form, invoice, 100, 24, 190)
    for label, amount, path in (("Summe netto", invoice.net, "total_net"), ("zzgl. 19 % MwSt.", invoice.tax, ""), (
        rng.choice(("Rechnungsbetrag", "Gesamtbetrag")), invoice.gross, "total_gross")):  # fmt: skip
        y += 6
        sheet.text(130, y, label, 10, "sans-bold" if path == "total_gross" else "sans")
        sheet.text(189, y, f"{money(amount)} €", 10, "sans-bold" if path == "total_gross" else "sans", align="right")
        if path:
            _take(form, invoice, path)
    _take(form, invoice, "currency", "iban")
    sheet.line(24, 272, 190, 272, 0.2)
    sheet.text(
        24,
        277,
        f"{invoice.bank} · IBAN {grouped(invoice.iban)} · Steuernummer 201/{rng.randint(100, 999)}/{rng.randint(10000, 99999)}",
        7.5,
    )
    return Drawing((sheet,), (form.paper,))


def _items(form: Form, invoice: Invoice, y: float, left: float, right: float, *, is_ruled: bool = True) -> float:
    sheet = form.sheet
    columns = (left + 1, left + 12, right - 66, right - 28, right - 1)
    sheet.box(left, y, right - left, 7, 0.3 if is_ruled else 0, fill=None if is_ruled else 225)
    for x, head, align in zip(
        columns, ("Pos.", "Bezeichnung", "Menge", "Einzelpreis", "Gesamt"), ("left", "left", "left", "right", "right"), strict=True
    ):
        sheet.text(x, y + 4.9, head, 8.5, "sans-bold", align=align)
    y += 7
    for number, item in enumerate(invoice.items, start=1):
        texts = (str(number), item.text, str(item.count), money(item.price), money(item.total))
        for x, text, align in zip(columns, texts, ("left", "left", "left", "right", "right"), strict=True):
            sheet.text(x, y + 4.9, text, 9.5, form.face, align=align)
        y += 7
        if is_ruled:
            sheet.line(left, y, right, y, 0.15)
    return y


def draw_columns(rng: Random, scene: Scene) -> Drawing:
    """Draw a template of an office program: big title, two address blocks side by side, sums in shaded cells."""
    form, invoice = _form(rng, "invoice_columns", ("carlito", "dejavu"), 9.5), invent_invoice(rng, scene)
    sheet, bold = form.sheet, f"{form.face}-bold"
    sheet.text(18, 28, "RECHNUNG", 26, bold)
    heads = (("Rechnungs-Nr.", invoice.number, "invoice_number"), ("Datum", form.day(invoice.day), "invoice_date"))
    for row, (label, text, path) in enumerate((*heads, ("Fällig am", form.day(invoice.due), "due_date"))):
        sheet.text(132, 20 + row * 5.5, label, 8.5, bold)
        form.write(164, 20 + row * 5.5, text, 32)
        _take(form, invoice, path)
    for x, head, name, path, address in (
        (18, rng.choice(("Rechnungssteller", "Verkäufer")), invoice.seller, "seller.name", invoice.address),
        (110, rng.choice(("Rechnungsempfänger", "Rechnung an")), invoice.buyer, "buyer.name", scene.office.address),
    ):
        sheet.box(x, 45, 80, 6, 0, fill=0)
        sheet.text(x + 2, 49.3, head, 9, bold, grey=255)
        form.put(x + 2, 56.5, path, name, 76)
        form.write(x + 2, 61.5, address.street, 76)
        form.write(x + 2, 66.5, address.town, 76)
    y = _items(form, invoice, 78, 18, 192, is_ruled=False) + 6
    for label, amount, path in (("Nettobetrag", invoice.net, "total_net"), ("USt. 19 %", invoice.tax, ""), (
        rng.choice(("Bruttobetrag", "Zu zahlender Betrag", "Gesamt brutto")), invoice.gross, "total_gross")):  # fmt: skip
        sheet.box(112, y, 46, 7, 0.2, fill=228)
        sheet.box(158, y, 34, 7, 0.2)
        sheet.text(114, y + 4.9, label, 9, bold)
        sheet.text(190, y + 4.9, f"{money(amount)} EUR", 9.5, form.face, align="right")
        if path:
            _take(form, invoice, path)
        y += 7
    _take(form, invoice, "currency", "iban")
    sheet.text(18, y + 18, "Zahlungsangaben", 9.5, bold)
    for row, (label, text) in enumerate(
        (("Kreditinstitut", invoice.bank), ("IBAN", grouped(invoice.iban)), ("Verwendungszweck", invoice.number))
    ):
        sheet.text(18, y + 25 + row * 5.5, label, 9, bold)
        sheet.text(60, y + 25 + row * 5.5, text, 9.5, form.face)
    return Drawing((sheet,), (form.paper,))


def draw_prose(rng: Random, scene: Scene) -> Drawing:
    """Draw a craftsman's invoice: a letter whose sums stand in sentences and short lines, signed."""
    form, invoice = _form(rng, "invoice_prose", ("courier", "serif", "sans"), 11), invent_invoice(rng, scene)
    sheet = form.sheet
    form.put(24, 22, "seller.name", invoice.seller, 120)
    form.write(24, 27.5, f"{invoice.address.street}, {invoice.address.town}", 120)
    form.put(24, 48, "buyer.name", invoice.buyer, 120)
    form.write(24, 53.5, scene.office.address.street, 120)
    form.write(24, 59, scene.office.address.town, 120)
    _take(form, invoice, "invoice_date", "invoice_number", "total_gross", "total_net", "due_date", "currency", "iban")
    sheet.text(188, 76, f"{invoice.address.place.city}, den {form.day(invoice.day)}", form.size, form.face, align="right")
    sheet.text(24, 90, f"Rechnung Nr. {invoice.number}", 13, "sans-bold")
    y = _paragraph(form, "Für die ausgeführten Arbeiten und Lieferungen berechne ich Ihnen wie folgt:", 102)
    for item in invoice.items:
        sheet.text(28, y, f"{item.count} x {item.text} zu je {money(item.price)} Euro", form.size, form.face)
        sheet.text(186, y, f"{money(item.total)}", form.size, form.face, align="right")
        y += 6.5
    for label, amount in (("Summe netto", invoice.net), ("Mehrwertsteuer 19 %", invoice.tax), ("Endbetrag Euro", invoice.gross)):
        sheet.text(100, y + 3, label, form.size, form.face)
        sheet.text(186, y + 3, money(amount), form.size, form.face, align="right")
        y += 6.5
    y = _paragraph(form, f"Bitte überweisen Sie den Betrag bis zum {form.day(invoice.due)} auf mein Konto bei der {invoice.bank},", y + 8)
    sheet.text(24, y, f"IBAN {grouped(invoice.iban)}.", form.size, form.face)
    sheet.text(24, y + 14, "Mit freundlichen Grüßen", form.size, form.face)
    ink.signature(sheet, 26, y + 28, rng)
    return Drawing((sheet,), (form.paper,))


def _paragraph(form: Form, text: str, y: float) -> float:
    for line in wrapped(text, form.size, form.face, 160):
        form.sheet.text(24, y, line, form.size, form.face)
        y += 6
    return y + 3


def draw_reminder(rng: Random, scene: Scene) -> Drawing:
    """Draw a reminder: a narrow printed strip of what is open, with a slip for the transfer below."""
    form, invoice = _form(rng, "invoice_reminder", ("mono", "dejavu-mono", "sans"), 10), invent_invoice(rng, scene)
    sheet = form.sheet
    form.paper.take("seller.name", invoice.seller)
    sheet.text(105, 20, invoice.seller, 13, "serif-bold", align="centre")
    sheet.text(105, 26, f"{invoice.address.street} – {invoice.address.town}", 9, "serif", align="centre")
    sheet.line(20, 29, 190, 29, 0.4)
    _window(form, invoice, scene, 20, 42)
    sheet.text(20, 84, rng.choice(("Zahlungserinnerung", "1. Mahnung", "Kontoauszug und Zahlungserinnerung")), 14, "serif-bold")
    y = _paragraph(form, "Sicher haben Sie übersehen, dass folgende Rechnung noch offen ist:", 96)
    sheet.line(20, y, 190, y, 0.3)
    lines = (
        ("Rechnung Nr.", invoice.number, "invoice_number"),
        ("vom", form.day(invoice.day), "invoice_date"),
        ("fällig am", form.day(invoice.due), "due_date"),
        (rng.choice(("Offener Betrag", "Rechnungsbetrag")), f"{money(invoice.gross)} EUR", "total_gross"),
    )
    for label, text, path in lines:
        y += 7
        sheet.text(24, y, f"{label}:", 10, form.face)
        form.write(80, y, text, 80)
        _take(form, invoice, path)
    sheet.line(20, y + 3, 190, y + 3, 0.3)
    _take(form, invoice, "currency", "iban")
    y = 196.0
    sheet.line(8, y, 202, y, 0.15)
    for row, (label, text) in enumerate((
        ("Begünstigter", invoice.seller), ("IBAN", grouped(invoice.iban)), ("Betrag: Euro, Cent", money(invoice.gross)),
        ("Verwendungszweck", f"Rechnung {invoice.number}"),
    )):  # fmt: skip
        sheet.text(22, y + 12 + row * 14, label, 7, "sans")
        sheet.box(22, y + 13.5 + row * 14, 140, 8, 0.2)
        form.write(25, y + 19 + row * 14, text, 134)
    return Drawing((sheet,), (form.paper,))
