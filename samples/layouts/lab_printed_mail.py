"""A mail of a laboratory's duty desk, printed and faxed: heads on top, dashes with words run in, a signature block."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.authors import note, spoken
from samples.entries import Entries, Entry, laboratory_entries
from samples.filling import Filling
from samples.form import MONTHS, Drawing, Paper
from samples.people import Scene
from samples.places import invent_phone
from samples.sheet import text_width

_LEFT, _RIGHT = 20.0, 190.0
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_SEXES = (
    (("female", "w"), ("male", "m"), ("diverse", "d")),
    (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers")),
)
_RESULTS = ("positiv", "POSITIV", "pos.")
_OPENING = (
    "Guten Tag, anbei unsere Meldung nach § 7 IfSG, der Befund im Original geht Ihnen über DEMIS noch zu, sobald die Störung behoben ist.",
    "Hallo zusammen, wir haben heute einen meldepflichtigen Nachweis freigegeben und melden ihn hiermit namentlich (§ 7 Abs. 1 IfSG):",
    "Sehr geehrte Damen und Herren, gemäß Infektionsschutzgesetz melden wir folgenden Befund:",
)
_CLOSING = (
    "Der Einsender ist telefonisch verständigt. Isolat wird 14 Tage aufbewahrt.",
    "Weitere Befunde stehen nicht aus. Bei Fragen bitte nicht auf diese Mail antworten, sondern anrufen.",
    "Eine Typisierung ist beauftragt, Ergebnis in ca. 1 Woche.",
)
_LEGAL = (
    "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie bitte sofort den Absender "
    "und vernichten Sie diese Mail. Das unerlaubte Kopieren ist nicht gestattet.",
    "Denken Sie an die Umwelt, bevor Sie diese Mail ausdrucken. Hinweise zum Datenschutz (Art. 13 DSGVO) finden Sie auf unserer Webseite.",
)
Piece = str | Entry


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page as a mail program prints it."""
    paper = Paper("laboratory_notification", "lab_printed_mail")
    face = rng.choice(("carlito", "sans", "dejavu", "mono", "serif"))
    form = Filling(rng, paper, face=face, size=rng.uniform(9.4, 10.8), by_hand=0.0, has_trouble=False)
    ask = laboratory_entries(rng, scene, form.day)
    ask["patient.sex"] = replace(ask["patient.sex"], choices=rng.choice(_SEXES))
    ask["patient"] = _patient(rng, ask)
    y = _head(form, ask, scene)
    ask["pathogen"] = replace(ask["pathogen"], values={})  # the subject has told it
    y = _flow(form, (rng.choice(_OPENING),), _LEFT, y + 12)
    y = _prose(form, ask, y + 9) if rng.random() < 0.4 else _dashes(form, ask, y + 3)
    if rng.random() < 0.8:
        y = _flow(form, (rng.choice(_CLOSING),), _LEFT, y + 9)
    y = _signature(form, ask, scene, y + 9)
    form.size = max(8.0, form.size * 0.85)
    _flow(form, (rng.choice(_LEGAL),), _LEFT, y + 9)
    form.sheet.text(105, 287, "1", 9, face, align="centre")
    return Drawing((form.sheet,), (paper,))


def _patient(rng: Random, ask: Entries) -> Entry:
    """Return the patient's name as talked of, or as filed."""
    usual = ask["patient.name"]
    if rng.random() < 0.4:
        return usual
    return replace(usual, text=f"{ask['patient.given_name'].text} {ask['patient.family_name'].text}")


def _bold(form: Filling) -> str:
    return f"{form.face}-bold"


def _head(form: Filling, ask: Entries, scene: Scene) -> float:
    """Print whose mailbox it was, a bar, and the lines of sender, day, addressee and subject."""
    sheet, rng, day, size = form.sheet, form.rng, scene.today, form.size
    sheet.text(
        _LEFT, 20, rng.choice(("Postausgang Labor", "Mikrobiologie Befundversand", "IfSG-Meldungen", "Anmeldung 2")), 13, _bold(form)
    )
    sheet.line(_LEFT, 22.5, _RIGHT, 22.5, 1.0)
    sent = f"{_DAYS[day.weekday()]}, {day.day}. {MONTHS[day.month - 1]} {day.year} {rng.randint(7, 17):02d}:{rng.randint(0, 59):02d}"
    if rng.random() < 0.3:
        sent = f"{_DAYS[day.weekday()][:2]} {day:%d.%m.%Y} {rng.randint(7, 17):02d}:{rng.randint(0, 59):02d}"
    subject = rng.choice(("§ 7 IfSG: {}", "Meldung {} (namentlich)", "WG: Labormeldung - {}", "EILT! {}")).format(ask["pathogen"].text)
    rows: list[tuple[str, tuple[Piece, ...]]] = [
        ("Von:", (rng.choice(("befunde@labor.example", "Mikrobiologie <mibi@labor.example>", "noreply-lis@labor.example")),)),
        (rng.choice(("Gesendet:", "Datum:")), (spoken("notification_date", sent, day.isoformat()),)),
        ("An:", (ask["recipient"], rng.choice(("", "<infektionsschutz@amt.example>", "(per Fax, da Postfach voll)")))),
        ("Betreff:", (replace(ask["pathogen"], text=subject),)),
    ]
    if rng.random() < 0.5:
        rows.append(("Anlagen:", (f"scan_{rng.randint(1000, 9999)}.pdf",)))
    if rng.random() < 0.5:
        rows.insert(rng.choice((0, 2)), ("Wichtigkeit:", ("Hoch",)))
    y = 30.0
    for head, pieces in rows:
        sheet.text(_LEFT, y, head, size, _bold(form))
        y = _flow(form, pieces, _LEFT + 32, y) + size * 0.5
    return y - 2


def _flow(form: Filling, pieces: tuple[Piece, ...], x: float, y: float) -> float:
    """Print pieces one behind the other between `x` and the right margin, as a mail wraps; return the last base line."""
    at, is_opened, blank = x, False, text_width(" ", form.size, form.face)
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text or piece.word or ""
        for number, word in enumerate(text.split()):
            gap = 0.0 if at == x or (number == 0 and word[0] in ",.;:)") or is_opened else blank
            if at + gap + text_width(word, form.size, form.face) > _RIGHT and at > x:
                at, gap, y = x, 0.0, y + form.size * 0.46
            at += gap
            at += form.sheet.text(at, y, word, form.size, form.face)
            is_opened = word == "("
        if isinstance(piece, Entry) and text:
            note(form, piece, y)
            if piece.choices:
                form.paper.take(piece.key, piece.chosen, y)
    return y


def _said(before: str, entry: Entry, after: str = "") -> tuple[Piece, ...]:
    """Return an entry within its words; nothing where there is no entry."""
    return (before, entry, after) if entry.text or entry.word else ()


def _result(form: Filling) -> Entry:
    return spoken("result", form.rng.choice(_RESULTS), "positive")


def _dashes(form: Filling, ask: Entries, y: float) -> float:
    """Print a dash for each thing, in an order of the day."""
    rng = form.rng
    sex = rng.choice((",", "/"))
    lines: list[tuple[Piece, ...]] = [
        (
            rng.choice(("- Wer:", "- Patient:", "- Person:")), ask["patient"], sex, ask["patient.sex"], sex,
            rng.choice(("geb.", "*", "Geb.-Dat.")), ask["patient.birth_date"],
        ),
        (
            rng.choice(("- wohnt:", "- Adresse:", "- Anschrift:")), ask["patient.address"],
            *_said(rng.choice((", Tel.", "/ Handy od. Festnetz:", "- erreichbar unter")), ask["patient.phone"]),
        ),
        (
            rng.choice(("- Nachweis:", "- Was:", "- Keim:")), ask["pathogen"], rng.choice((", Methode", "mittels", "/ Test:")),
            ask["method"], rng.choice((", Ergebnis", "->", "=")), _result(form),
        ),
        (rng.choice(("- Befund im Wortlaut:", "- Text:", "- Bemerkung des Labors:")), ask["finding"]),
        (
            rng.choice(("- Probe:", "- Woraus:", "- Material:")), ask["specimen.material"],
            *_said(rng.choice((", abgenommen", ", Entnahme", "vom")), ask["specimen.collected_on"]),
            rng.choice((", bei uns seit", ", Eingang", "/ eingegangen am")), ask["specimen.received_on"],
            rng.choice((", Auftrag", "- unsere Nr.", ", Barcode")), ask["order_number"],
        ),
        (
            rng.choice(("- Von wem:", "- Einsender:", "- geschickt von:")), ask["submitter.organization"], ",", ask["submitter.name"], ",",
            ask["submitter.address"], *_said(rng.choice((", Tel.", "/ Praxistelefon", ", Rückruf")), ask["submitter.phone"]),
        ),
    ]  # fmt: skip
    head, tail = lines[:2], lines[2:]
    rng.shuffle(tail)
    for line in (*head, *tail) if rng.random() < 0.7 else (*tail, *head):
        y = _flow(form, line, _LEFT + 5, y + form.size * 0.56)
    return y


def _prose(form: Filling, ask: Entries, y: float) -> float:
    """Tell the same in three paragraphs."""
    y = _flow(form, (
        "Bei", ask["patient"], "(", ask["patient.sex"], "), geboren am", ask["patient.birth_date"], ", wohnhaft", ask["patient.address"],
        *_said(", telefonisch erreichbar unter", ask["patient.phone"]), ", wurde", ask["pathogen"], "nachgewiesen.",
    ), _LEFT, y)  # fmt: skip
    y = _flow(form, (
        "Untersucht wurde", ask["specimen.material"], *_said("(entnommen am", ask["specimen.collected_on"], ")"), ", hier eingegangen am",
        ask["specimen.received_on"], "unter der Auftragsnummer", ask["order_number"], ". Methode:", ask["method"], ". Ergebnis:",
        _result(form), ". Befundtext:", ask["finding"],
    ), _LEFT, y + form.size * 0.7)  # fmt: skip
    return _flow(form, (
        "Das Material schickte uns", ask["submitter.name"], ",", ask["submitter.organization"], ",", ask["submitter.address"],
        *_said("(Telefon", ask["submitter.phone"], ")"),
    ), _LEFT, y + form.size * 0.7)  # fmt: skip


def _signature(form: Filling, ask: Entries, scene: Scene, y: float) -> float:
    rng, lab, step = form.rng, scene.laboratory, form.size * 0.46
    y = _flow(form, (rng.choice(("Mit freundlichen Grüßen", "Freundliche Grüße", "MfG", "Viele Grüße aus dem Labor")),), _LEFT, y)
    rows: list[tuple[Piece, ...]] = [
        (ask["laboratory.doctor"],),
        (rng.choice(("Laborärztin/Laborarzt vom Dienst", "Ärztliche Leitung", "FA Mikrobiologie")),),
    ]
    rows += [("--",), (ask["laboratory.organization"],), (ask["laboratory.address"],)]
    rows.append((rng.choice(("Tel.", "T", "Fon:")), ask["laboratory.phone"]))
    rows.append((rng.choice(("Fax", "F", "Telefax:")), invent_phone(rng, lab.address.place).printed))
    for row in rows:
        y = _flow(form, row, _LEFT, y + step)
    return y
