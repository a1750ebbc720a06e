"""A county's typewritten form, copied many times: one long sentence with gaps to fill, what belongs in each stands in brackets below it."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import fitted, text_width

_LEFT, _RIGHT = 24.0, 192.0
_LEADING = 12.2
_LABELS = """
patient.family_name: Zuname|Familienname|Fam.-Name
patient.given_name: Vorname|Rufname|Vorname/n
patient.birth_date: Tag, Monat, Jahr|Geburtstag|Geb.-Tag
patient.street: Straße u. Hausnummer|Straße, Haus-Nr.|Str., Nr.
patient.town: Postleitzahl, Wohnort|PLZ u. Ort|PLZ, Wohnort
patient.phone: Ruf-Nr.|Fernruf|Rufnummer d. Pat.
specimen.material: Art des Untersuchungsgutes|Unters.-Gut|Art d. Materials
specimen.collected_on: Tag der Entnahme|Entnahmetag|Abnahme
specimen.received_on: Eingangstag|Tag des Eingangs|Eing.-Datum
order_number: Lab.-Tgb.-Nr.|Labor-Nr.|Unters.-Nr.
pathogen: Erreger|Krankheitserreger|Bezeichnung d. Erregers
method: Verfahren|Unters.-Verfahren|Art des Nachweises
finding: Wortlaut des Befundes|Befund im Wortlaut|Befund, ggf. Typ
submitter.name: Arzt/Ärztin|Name d. Arztes|Einsender, Name
submitter.organization: Praxis/Krankenanstalt|Praxis od. Krankenhaus|Praxis, Klinik
submitter.address: Anschrift d. Einsenders|dessen Anschrift|Straße, PLZ, Ort
notification_date: Datum|Tag der Meldung|den
"""
_CHOICES = {
    "patient.sex": (("male", "männl."), ("female", "weibl."), ("diverse", "divers")),
    "result": (("positive", "positiv"), ("indeterminate", "fraglich"), ("negative", "negativ")),
}
# what stands between the gaps; a gap is (key, width in mm), ticks are their key alone in brackets
Piece = str | tuple[str, float]
_PATIENT: tuple[tuple[Piece, ...], ...] = (
    (
        "Hiermit wird angezeigt, daß bei", ("patient.family_name", 52), ("patient.given_name", 44), "geb. am", ("patient.birth_date", 34),
        "[patient.sex]", ",", "wohnhaft", ("patient.street", 66), "in", ("patient.town", 62), ", Fernruf", ("patient.phone", 44), ",",
    ),
    (
        "Bei der am", ("patient.birth_date", 34), "geborenen Person", ("patient.given_name", 46), ("patient.family_name", 56),
        "[patient.sex]", ", aus", ("patient.town", 62), ",", ("patient.street", 66), ", Tel.", ("patient.phone", 44), ",",
    ),
)  # fmt: skip
_PROOF: tuple[tuple[tuple[Piece, ...], ...], ...] = (
    (
        (
            "in der am", ("specimen.collected_on", 36), "entnommenen und hier am", ("specimen.received_on", 36), "eingelangten Probe",
            ("specimen.material", 52), "unter Nr.", ("order_number", 34), "der Erreger", ("pathogen", 64), "durch", ("method", 58),
            "festgestellt worden ist.",
        ),
        (
            "im Untersuchungsgut", ("specimen.material", 52),
            ", entn.", ("specimen.collected_on", 36), ", eingeg.", ("specimen.received_on", 36),
            ", Buch-Nr.", ("order_number", 34), ", mittels", ("method", 58), "nachgewiesen wurde:", ("pathogen", 74),
        ),
    ),
    (
        (
            "wurde am", ("specimen.collected_on", 36), "eine Probe", ("specimen.material", 52), "genommen, die am",
            ("specimen.received_on", 36), "bei uns einging (lfd. Nr.", ("order_number", 34), ") und in der mit",
            ("method", 58), "gefunden wurde:", ("pathogen", 74),
        ),
        (
            "ist der Erreger", ("pathogen", 64), "nachgewiesen worden. Probe:",
            ("specimen.material", 52), "vom", ("specimen.collected_on", 36),
            ", im Labor am", ("specimen.received_on", 36), "mit der Nr.", ("order_number", 34), ", untersucht mit", ("method", 58),
        ),
    ),
)  # fmt: skip
_REST: tuple[tuple[Piece, ...], ...] = (
    ("Das Ergebnis lautet", "[result]", ", und zwar:", ("finding", 92)),
    ("Ergebnis:", "[result]", "Befund:", ("finding", 92)),
)
_SENDER: tuple[tuple[Piece, ...], ...] = (
    (
        "Eingesandt hat",
        ("submitter.name", 62),
        ("submitter.organization", 72),
        ("submitter.address", 100),
        ", Tel.",
        ("submitter.phone", 44),
    ),
    ("Auftrag von", ("submitter.organization", 72), ("submitter.name", 62), ("submitter.address", 100), "Fernruf", ("submitter.phone", 44)),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page with a stamp on top, the sentence, and the office's own box at the bottom."""
    paper = Paper("laboratory_notification", "lab_gap_sentences")
    form = Filling(
        rng, paper, face=rng.choice(("sans", "courier", "carlito", "dejavu", "serif")), size=rng.uniform(9.6, 11.0), by_hand=0.14
    )
    ask = reworded(rng, laboratory_entries(rng, scene, form.day), _LABELS, _CHOICES)
    _head(form, ask, scene)
    which = rng.randrange(2)
    y = _flow(form, ask, (*_PATIENT[which], *rng.choice(_PROOF[which])), 86)
    y = _flow(form, ask, rng.choice(_REST), y + _LEADING + 1)
    y = _flow(form, ask, rng.choice(_SENDER), y + _LEADING + 1)
    _foot(form, ask, y + 17)
    _wear(form)
    return Drawing((form.sheet,), (paper,))


def _head(form: Filling, ask: Entries, scene: Scene) -> None:
    sheet, rng, lab = form.sheet, form.rng, scene.laboratory
    lines = [
        (lab.organization, fitted(lab.organization, 10, "sans-bold", 78), "sans-bold"),
        (lab.address.street, 9.0, "sans"),
        (lab.address.town, 9.0, "sans"),
    ]
    lines.append((f"Tel. {lab.phone.printed}", 9.0, "sans"))
    ink.stamp(sheet, _LEFT + 2, 22, lines, rng, is_framed=rng.random() < 0.4)
    for key in ("laboratory.organization", "laboratory.address", "laboratory.phone"):
        note(form, ask[key], 42)
    sheet.text(_LEFT, 18, "(Stempel der Untersuchungsstelle)", 8, "courier")
    sheet.text(116, 18, "An das", 10, "courier")
    form.answer(ask["recipient"], 116, 25, _RIGHT - 116)
    sheet.line(116, 26.2, _RIGHT, 26.2, 0.2)
    sheet.text(
        116,
        33,
        rng.choice(("- Sachgebiet Seuchenhygiene -", "- Infektionsschutz -", "z. Hd. der Amtsärztin/des Amtsarztes")),
        10,
        "courier",
    )
    title = rng.choice(("ANZEIGE EINES KRANKHEITSERREGERS", "MELDUNG DER UNTERSUCHUNGSSTELLE", "ERREGERMELDUNG"))
    sheet.text(_LEFT, 58, title, 13, "courier-bold")
    sheet.line(_LEFT, 59.6, _LEFT + text_width(title, 13, "courier-bold"), 59.6, 0.4)
    sheet.text(_LEFT, 65.5, rng.choice(("nach § 7 des Infektionsschutzgesetzes", "gem. § 7 Abs. 1 IfSG - namentlich -")), 10, "courier")
    sheet.text(_LEFT, 72, "Bitte Maschinenschrift oder Blockschrift. Zutreffendes ankreuzen.", 8.5, "courier")


def _flow(form: Filling, ask: Entries, pieces: tuple[Piece, ...], y: float) -> float:
    """Let words, gaps and ticks follow one another, a new line where one is full; return the last base line."""
    x = _LEFT
    for piece in pieces:
        if isinstance(piece, tuple):
            x, y = _gap(form, ask, piece, x, y)
        elif piece.startswith("["):
            entry = ask[piece[1:-1]]
            width = sum(4.7 + text_width(word, 9.5, "courier") + 3.5 for _, word in entry.choices)
            x, y = (x, y) if x + width < _RIGHT else (_LEFT, y + _LEADING)
            x = form.tick(entry, x, y, 3.5, 9.5, "courier", 3.2) - 1.0
        else:
            for word in piece.split():
                width = text_width(word, 10, "courier")
                back = 1.6 if word in {",", ")"} and x > _LEFT else 0.0
                x, y = (x - back, y) if x - back + width < _RIGHT or back else (_LEFT, y + _LEADING)
                x += form.sheet.text(x, y, word, 10, "courier") + 2.2
    return y


def _gap(form: Filling, ask: Entries, piece: tuple[str, float], x: float, y: float) -> tuple[float, float]:
    """Draw one gap, its answer above the line and its hint below; return where the sentence goes on."""
    key, width = piece
    if x + width > _RIGHT:
        x, y = _LEFT, y + _LEADING
    form.sheet.line(x, y + 1.1, x + width, y + 1.1, 0.25)
    form.answer(ask[key], x + 1.5, y - 0.2, width - 2)
    hint = f"({ask[key].label})"
    if key not in {"submitter.phone"}:
        form.sheet.text(x + width / 2, y + 4.4, hint, fitted(hint, 8, "courier", width), "courier", align="centre")
    return x + width + 2.2, y


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    _gap(form, ask, ("notification_date", 44), _LEFT, y)
    sheet.line(112, y + 1.1, _RIGHT, y + 1.1, 0.25)
    ink.signature(sheet, 122, y, rng)
    sheet.text(152, y + 4.4, "(Unterschrift)", 8, "courier", align="centre")
    top = 266.0
    sheet.box(_LEFT, top, _RIGHT - _LEFT, 17, 0.3)
    sheet.text(_LEFT + 2, top + 5, "Nur vom Amt auszufüllen:", 8.5, "courier-bold")
    sheet.text(_LEFT + 2, top + 13, "Eing. ............   Kartei ............   Az. 53.2-..........   Bearb. .........", 8.5, "courier")
    sheet.text(_LEFT, 288, f"Vordr. GA {rng.randint(11, 98)}/7 ({rng.randint(200, 900)}) {rng.randint(3, 12)}.02", 8, "courier")


def _wear(form: Filling) -> None:
    """Leave specks and the shadow of a book's edge, as copies of copies have them."""
    sheet, rng = form.sheet, form.rng
    for _ in range(rng.randint(15, 60)):
        size = rng.uniform(0.12, 0.36)
        sheet.ellipse(rng.uniform(6, 204), rng.uniform(6, 291), size, size, fill=0)
    if rng.random() < 0.5:
        sheet.line(7.0, 5, 7.5 + rng.uniform(-0.6, 0.6), 292, rng.uniform(0.4, 1.2), grey=rng.choice((0, 60, 110)))
