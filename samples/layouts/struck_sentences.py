"""An old typewritten form, copied many times: sentences with gaps to be filled in, and answers given by striking out the others."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.authors import reworded
from samples.besides import aside, number
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import TICKED, Drawing, Paper
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _BODY, _RIGHT = 20.0, 31.0, 194.0
_Gap = tuple[str, float, str]  # key of what stands in it, its width in mm (0: to the margin), the hint in brackets below
_Line = tuple[str | _Gap, ...]  # print, '?key' for answers of which one stays unstruck, and gaps
_CHOICES = {
    "patient.sex": (("male", "männl."), ("female", "weibl."), ("diverse", "divers")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Sterbefall")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein"), ("not_known", "unbekannt")),
    "facility.role": (("works", "beschäftigt"), ("cared_for", "untergebracht"), ("none", "weder noch")),
    "vaccination.status": (("vaccinated", "geimpft"), ("unvaccinated", "ungeimpft"), ("unknown", "unbekannt")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    case = replace(case, symptoms=case.symptoms[:3])
    paper = Paper("disease_notification", "struck_sentences", needs_review=case.is_impossible)
    form = Filling(rng, paper, face=rng.choice(("courier", "mono", "sans", "dejavu-mono")), size=rng.uniform(9.5, 10.5), by_hand=0.25)
    if form.trouble in {"faint_tick", "double_tick"}:
        form.trouble = "none"
    form.hand_height = min(form.hand_height, 3.1)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), "recipient: An|An das", _CHOICES)
    ask["#occupation"] = aside(rng, "occupation", 0.4)
    face, style = rng.choice(("courier", "mono")), rng.choice(("pen", "pen", "hyphens"))
    y = _head(form, ask, face)
    order = [_patient(rng), _illness(rng), _stay(rng), _source(rng), _tests(rng)]
    if rng.random() < 0.4:
        order[2:] = rng.sample(order[2:], 3)
    leading = rng.uniform(5.3, 5.9)
    for roman, lines in zip(_ROMAN[1:], order, strict=False):
        form.sheet.text(_LEFT, y, f"{roman}.", 10, face)
        for line in lines:
            y = _set(form, ask, y, line, face, style, leading)
        y += 1.6
    _foot(form, ask, y + 1, face, leading)
    _copy_dirt(form)
    return Drawing((form.sheet,), (form.paper,))


def _patient(rng: Random) -> tuple[_Line, ...]:
    return (
        (
            rng.choice(("Der/Die", "Herr/Frau")),
            ("patient.family_name", 62, rng.choice(("Zuname", "Familienname"))),
            ("patient.given_name", 0, "Vorname"),
        ),
        ("geboren am", ("patient.birth_date", 34, rng.choice(("Tag, Monat, Jahr", "Geburtsdatum"))), "?patient.sex"),
        ("wohnhaft", ("patient.street", 60, "Straße und Hausnummer"), "in", ("patient.town", 0, "PLZ, Wohnort")),
        (rng.choice(("Fernruf", "Fernsprecher")), ("patient.phone", 48, "falls vorhanden"), "Beruf", ("#occupation", 0, "Tätigkeit")),
    )


def _illness(rng: Random) -> tuple[_Line, ...]:
    return (
        (rng.choice(("erkrankte am", "ist erkrankt am")), ("onset_date", 36, "erste Krankheitszeichen"), "unter folgenden Erscheinungen:"),
        (("symptoms", 0, "Symptome"),),
        ("Die Krankheit wurde festgestellt am", ("diagnosis_date", 0, "Tag der Diagnose")),
        ("Falls verstorben: Todestag", ("death_date", 0, "entfällt bei Lebenden")),
    )


def _stay(rng: Random) -> tuple[_Line, ...]:
    return (
        (rng.choice(("Befindet sich im Krankenhaus:", "In Krankenhausbehandlung:")), "?hospital.admitted"),
        ("und zwar im", ("hospital.name", 76, "Name des Krankenhauses"), "seit", ("hospital.admission_date", 0, "Aufnahmetag")),
        ("In Gemeinschaftseinrichtung:", "?facility.role"),
        ("nämlich in", ("facility.name", 0, "Schule, Kindergarten, Heim u. a.")),
    )


def _source(rng: Random) -> tuple[_Line, ...]:
    return (
        (
            rng.choice(("Mutmaßlich angesteckt in", "Hat sich wohl angesteckt in")),
            ("exposure.place", 48, "Ort"),
            "/",
            ("exposure.country", 0, "Land"),
        ),
        ("Gegen diese Krankheit", "?vaccination.status"),
        ("und zwar", ("vaccination.doses", 16, "Anzahl"), "mal, zuletzt am", ("vaccination.last_date", 0, "lt. Impfbuch")),
    )


def _tests(rng: Random) -> tuple[_Line, ...]:
    return (
        (rng.choice(("Material zur Untersuchung eingesandt:", "Untersuchungsstoff eingesandt:")), "?laboratory.commissioned"),
        ("an", ("laboratory.name", 84, "Untersuchungsamt/Labor"), "entnommen", ("laboratory.sample_date", 0, "Tag")),
    )


def _head(form: Filling, ask: Entries, face: str) -> float:
    """Print form number, recipient and heading, and what is notified; return where the numbered sentences go on."""
    sheet, rng, bold = form.sheet, form.rng, f"{face}-bold"
    sheet.text(_RIGHT, 13, f"Vordr. Nr. {number(rng, 2)}/{number(rng, 1)}  GA  (in 2facher Ausfertigung)", 8, face, align="right")
    sheet.text(_LEFT, 20, ask["recipient"].label, 10, face)
    form.answer(ask["recipient"], _LEFT, 26.5, 84)
    sheet.line(_LEFT, 28, _LEFT + 86, 28, 0.2)
    sheet.text(140, 26, "Eingangsstempel:", 8, face)
    sheet.text(105, 44, rng.choice(("A N Z E I G E", "M E L D U N G", "KRANKHEITSANZEIGE")), 14, bold, align="centre")
    sheet.text(105, 49.5, "über eine übertragbare Krankheit gemäß § 6 IfSG", 10, face, align="centre")
    hint = rng.choice(("(Nichtzutreffendes bitte streichen!)", "- Nichtzutreffendes ist durchzustreichen -"))
    sheet.text(105, 55, hint, 9, face, align="centre")
    sheet.text(_LEFT, 64, "I.", 10, face)
    y = _set(form, ask, 64, ("Angezeigt wird:", "?case_status"), face, "pen", 5.6)
    return _set(form, ask, y, ("an", ("disease", 0, "Bezeichnung der Krankheit")), face, "pen", 5.6) + 1.6


def _set(form: Filling, ask: Entries, y: float, line: _Line, face: str, style: str, leading: float) -> float:
    """Set one line of print, gaps and answers; return the base line of the next."""
    x, has_hint = _BODY, False
    for piece in line:
        if isinstance(piece, str) and piece.startswith("?"):
            _strike_others(form, ask[piece[1:]], x, y, face, style)
        elif isinstance(piece, str):
            x += form.sheet.text(x, y, piece, 10, face) + 2.2
        else:
            key, wanted, hint = piece
            width = wanted or _RIGHT - x
            form.sheet.line(x, y + 1.1, x + width, y + 1.1, 0.2)
            form.answer(ask[key], x + 1.2, y, width - 2)
            own = face if text_width(f"({hint})", 8, face) <= width + 1 else "narrow"
            form.sheet.text(x + width / 2, y + 4.3, f"({hint})", 8, own, align="centre")
            x, has_hint = x + width + 2.5, True
    return y + leading + (3.2 if has_hint else 0.6)


def _strike_others(form: Filling, entry: Entry, x: float, y: float, face: str, style: str) -> None:
    """Print the answers side by side and strike out all that do not hold; none where no answer was given."""
    is_given = entry.word is not None and form.trouble != "blank"
    if is_given:
        form.paper.take(entry.key, TICKED.get(entry.chosen or "", entry.chosen), y)
    for index, (key, word) in enumerate(entry.choices):
        if index:
            x += form.sheet.text(x, y, "-", 10, face) + 2.6
        width = form.sheet.text(x, y, word, 10, face)
        if is_given and key != entry.chosen and style == "pen":
            ink.strike(form.sheet, x, y - 1.2, x + width, form.rng)
        elif is_given and key != entry.chosen:
            for dy in (0.0, 0.5):
                form.sheet.text(x, y + dy, "-" * (len(word) + 1), 10, "courier-bold")
        x += width + 2.6


def _foot(form: Filling, ask: Entries, y: float, face: str, leading: float) -> None:
    """Print who notifies, the day and the place to sign."""
    sheet, rng = form.sheet, form.rng
    sheet.line(_LEFT, y - 4, _RIGHT, y - 4, 0.3)
    y = _set(
        form,
        ask,
        y + 1,
        (rng.choice(("Anzeigender Arzt:", "Anzeige erstattet:")), ("notifier.name", 0, "Name des Arztes")),
        face,
        "pen",
        leading,
    )
    y = _set(
        form, ask, y, (("notifier.organization", 70, "Praxis/Krankenhaus"), ("notifier.address", 0, "Anschrift")), face, "pen", leading
    )
    y = _set(
        form,
        ask,
        y,
        ("Fernruf", ("notifier.phone", 48, "mit Vorwahl"), "Tag der Anzeige", ("notification_date", 0, "Datum")),
        face,
        "pen",
        leading,
    )
    ink.signature(sheet, 146, y + 5, rng)
    label(sheet, 140, y + 9.5, "(Unterschrift)", 8, face, 50)
    sheet.text(_LEFT, 287, "Wird eine Anzeige unterlassen, so ist dies eine Ordnungswidrigkeit (§ 73 IfSG).", 8, face)


def _copy_dirt(form: Filling) -> None:
    """Add what the glass of copiers leaves: specks, and the shadow of the form's edge."""
    sheet, rng = form.sheet, form.rng
    for _ in range(rng.randint(8, 25)):
        size = rng.uniform(0.15, 0.45)
        sheet.ellipse(rng.uniform(8, 202), rng.uniform(8, 289), size, size, 0.1, fill=0)
    x = rng.uniform(6.5, 9)
    sheet.line(x, rng.uniform(4, 60), x + rng.uniform(-0.8, 0.8), rng.uniform(200, 290), 0.3, grey=60)
