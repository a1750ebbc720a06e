"""A supplier's invoice: window on the left, a block of facts on the right, items, three sums, how to pay, a foot in three columns."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from samples.billing import Invoice, grouped, invent_invoice, money
from samples.form import Drawing, Form, Paper
from samples.people import Scene
from samples.sheet import fitted, text_width

_LEFT, _RIGHT = 22.0, 192.0


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page; it is to be paid by a day, or at once."""
    form = Form(rng, Paper("invoice", "rechnung_block"), face=rng.choice(("sans", "dejavu", "caladea", "carlito")), size=rng.uniform(9, 10))
    form.trouble, form.day_style = "none", rng.choice(("dot", "dot", "dot", "long"))
    invoice = invent_invoice(rng, scene)
    _head(form, invoice, scene)
    _block(form, invoice)
    title = rng.choice(("RECHNUNG", "Rechnung", "Lieferrechnung"))
    form.sheet.text(_LEFT, 104, title, 14, f"{form.face}-bold")
    form.sheet.text(_LEFT, 110.5, "Für unsere Lieferungen und Leistungen berechnen wir Ihnen:", form.size, form.face)
    y = _sums(form, invoice, _items(form, invoice, 116))
    _payment(form, invoice, y + 12)
    _foot(form, invoice)
    return Drawing((form.sheet,), (form.paper,))


def _take(form: Form, invoice: Invoice, *paths: str) -> None:
    values = invoice.values()
    for path in paths:
        form.paper.take(path, values[path])


def _head(form: Form, invoice: Invoice, scene: Scene) -> None:
    sheet, bold = form.sheet, f"{form.face}-bold"
    _take(form, invoice, "seller.name", "buyer.name")
    sheet.box(_LEFT, 14, 4, 12, 0, fill=0)
    sheet.text(_LEFT + 7, 20, invoice.seller, fitted(invoice.seller, 16, bold, 130), bold)
    sheet.text(
        _LEFT + 7,
        25.5,
        form.rng.choice(("Ihr zuverlässiger Partner", "seit 1987", "Meisterbetrieb", "Service und Vertrieb")),
        8.5,
        form.face,
    )
    sender = f"{invoice.seller}, {invoice.address.street}, {invoice.address.town}"
    face = form.face if text_width(sender, 7, form.face) <= 84 else "narrow"
    sheet.text(_LEFT, 48, sender, fitted(sender, 7, face, 96), face)
    sheet.line(_LEFT, 49, _LEFT + 90, 49, 0.1)
    department = form.rng.choice(("Zentrale Beschaffung", "Verwaltung", ""))
    for row, text in enumerate(filter(None, (invoice.buyer, department, *_street(scene)))):
        form.write(_LEFT, 55 + row * 5, text, 84)


def _street(scene: Scene) -> tuple[str, str]:
    return scene.office.address.street, scene.office.address.town


def _block(form: Form, invoice: Invoice) -> None:
    """Print the facts on the right; the first two are the invoice's own, the others nobody asks for."""
    rng, x = form.rng, 122.0
    own = [
        (rng.choice(("Rechnungs-Nr.", "Rechnung Nr.", "Belegnummer")), invoice.number, "invoice_number"),
        (rng.choice(("Rechnungsdatum", "Belegdatum", "Datum")), form.day(invoice.day), "invoice_date"),
    ]
    rng.shuffle(own)
    others = [
        ("Kunden-Nr.", str(rng.randint(10000, 99999)), ""),
        ("Ihre Bestellung", f"B-{rng.randint(100, 999)}/{invoice.day:%y}", ""),
        ("Lieferdatum", form.day(invoice.day.fromordinal(invoice.day.toordinal() - rng.randint(1, 9))), ""),
        ("Sachbearbeiter/in", rng.choice(("Fr. Heinze", "Hr. Pohl", "Fr. Aydin")), ""),
    ]
    others = rng.sample(others, rng.randint(2, 4))
    facts = [*own, *others] if rng.random() < 0.7 else [others[0], *own, *others[1:]]
    form.sheet.box(x, 46, _RIGHT - x, len(facts) * 5.6 + 4, 0.2)
    for row, (label, text, path) in enumerate(facts):
        form.sheet.text(x + 2.5, 52 + row * 5.6, label, 8.5, form.face)
        form.write(x + 34, 52 + row * 5.6, text, 34)
        if path:
            _take(form, invoice, path)


def _items(form: Form, invoice: Invoice, y: float) -> float:
    sheet, rng, bold = form.sheet, form.rng, f"{form.face}-bold"
    has_numbers, unit = rng.random() < 0.5, rng.choice(("St.", "Stk", "ME"))
    heads = ("Pos.", "Art.-Nr." if has_numbers else "", "Bezeichnung", "Menge", "Einzelpreis", "Betrag EUR")
    columns = (_LEFT + 1, _LEFT + 11, _LEFT + (30 if has_numbers else 12), 132.0, 161.0, _RIGHT - 1)
    aligns = ("left", "left", "left", "right", "right", "right")
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 6.6, 0, fill=220)
    for x, head, align in zip(columns, heads, aligns, strict=True):
        sheet.text(x, y + 4.6, head, 8.5, bold, align=align)
    y += 7.4
    for number, item in enumerate(invoice.items, start=1):
        code = f"{rng.randint(1000, 99999):05d}" if has_numbers else ""
        cells = (str(number), code, item.text, f"{item.count} {unit}", money(item.price), money(item.total))
        for x, text, align in zip(columns, cells, aligns, strict=True):
            sheet.text(x, y + 4.4, text, form.size, form.face, align=align)
        y += 6.6
    sheet.line(_LEFT, y + 0.6, _RIGHT, y + 0.6, 0.3)
    return y + 1


def _sums(form: Form, invoice: Invoice, y: float) -> float:
    rng, sheet = form.rng, form.sheet
    lines: tuple[tuple[str, Decimal, str], ...] = (
        (rng.choice(("Gesamt netto", "Warenwert netto", "Nettosumme")), invoice.net, "total_net"),
        (rng.choice(("MwSt. 19,00 %", "19 % Umsatzsteuer", "+ 19 % MwSt.")), invoice.tax, ""),
        (rng.choice(("Gesamt brutto", "Endbetrag brutto", "Rechnungssumme")), invoice.gross, "total_gross"),
    )
    sign = rng.choice(("EUR", "€"))
    for label, amount, path in lines:
        y += 6
        face = f"{form.face}-bold" if path == "total_gross" else form.face
        sheet.text(118, y, label, form.size, face)
        sheet.text(_RIGHT - 1, y, f"{money(amount)} {sign}", form.size, face, align="right")
        if path:
            _take(form, invoice, path)
    _take(form, invoice, "currency")
    sheet.line(118, y + 1.6, _RIGHT, y + 1.6, 0.2)
    sheet.line(118, y + 2.3, _RIGHT, y + 2.3, 0.2)
    return y


def _payment(form: Form, invoice: Invoice, y: float) -> None:
    """Say until when and to which account."""
    sheet, rng = form.sheet, form.rng
    if rng.random() < 0.7:
        _take(form, invoice, "due_date")
        day = form.day(invoice.due)
        text = rng.choice(
            (f"Zahlbar ohne Abzug bis zum {day}.", f"Bitte überweisen Sie den Betrag bis {day}.", f"Zahlungsziel: {day}, rein netto.")
        )
    else:
        text = "Zahlbar sofort nach Erhalt ohne Abzug."
    sheet.text(_LEFT, y, text, form.size, form.face)
    _take(form, invoice, "iban")
    sheet.text(_LEFT, y + 6, f"Bankverbindung: {invoice.bank}, IBAN {grouped(invoice.iban)}", form.size, form.face)
    sheet.text(_LEFT, y + 14, "Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.", 8, form.face)


def _foot(form: Form, invoice: Invoice) -> None:
    sheet, rng = form.sheet, form.rng
    sheet.line(_LEFT, 270, _RIGHT, 270, 0.15)
    columns = (
        (invoice.seller, invoice.address.street, invoice.address.town),
        (
            f"Steuer-Nr. {rng.randint(100, 299)}/{rng.randint(100, 999)}/{rng.randint(10000, 99999)}",
            f"USt-IdNr. DE{rng.randint(10**8, 10**9 - 1)}",
        ),
        (f"Amtsgericht {invoice.address.place.city.split(' (')[0]}", f"HR {rng.choice('AB')} {rng.randint(1000, 39999)}"),
    )
    for x, lines in zip((_LEFT, 96.0, 146.0), columns, strict=True):
        for row, text in enumerate(lines):
            sheet.text(x, 275 + row * 3.8, text, fitted(text, 7.5, form.face, 72 if x == _LEFT else 46), form.face)
