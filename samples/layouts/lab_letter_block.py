"""An institute's letter: address and telephone in a column on the right, a sentence, then what was found in an indented block."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import wrapped

_LEFT, _RIGHT, _SIDE = 24.0, 192.0, 142.0
_LABELS = """
pathogen: Erreger|Nachgewiesener Erreger|Keim
method: Methode|Nachweis mittels|Untersuchungsmethode
result: Ergebnis|Bewertung
finding: Befund|Befund im Einzelnen
specimen.material: Material|Probenmaterial|Untersucht wurde
specimen.collected_on: Entnahmedatum|abgenommen am
specimen.received_on: Probeneingang|Eingang bei uns
order_number: Unsere Auftragsnr.|Auftragsnr.|Probennummer
patient.birth_date: geboren am|Geburtsdatum
patient.sex: Geschlecht
patient.phone: Telefon|telefonisch erreichbar
submitter.organization: Einsender|Eingesandt durch
submitter.name: Behandelnde(r) Arzt/Ärztin|Ärztlicher Ansprechpartner
submitter.phone: Telefon Einsender|Tel. (Einsender)
"""
_PERSON = ("patient.name", "patient.birth_date", "patient.sex", "patient.address", "patient.phone")
_FOUND = ("pathogen", "specimen.material", "method", "result", "finding")
_PROBE = ("order_number", "specimen.collected_on", "specimen.received_on")
_SENDER = ("submitter.organization", "submitter.name", "submitter.phone")
_OPENINGS = (
    "hiermit kommen wir unserer Meldepflicht nach § 7 Abs. 1 IfSG nach und teilen Ihnen folgenden Erregernachweis mit:",
    "in unserem Institut wurde ein meldepflichtiger Krankheitserreger nachgewiesen. Die Angaben im Einzelnen:",
    "gemäß § 7 Infektionsschutzgesetz melden wir Ihnen namentlich den nachstehenden Befund.",
)
_ENDINGS = (
    "Die einsendende Stelle wurde von uns telefonisch vorab informiert. Das Isolat wird vier Wochen aufbewahrt.",
    "Weitere Untersuchungen (Typisierung) sind veranlasst; über das Ergebnis informieren wir Sie unaufgefordert.",
    "Für Rückfragen steht Ihnen die Leitstelle unseres Labors werktags von 8 bis 17 Uhr zur Verfügung.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    paper = Paper("laboratory_notification", "lab_letter_block")
    face = rng.choice(("carlito", "caladea", "serif", "sans"))
    form = Filling(rng, paper, face=face, size=rng.uniform(10, 11), by_hand=0.0, has_trouble=False)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day), _LABELS)
    _letterhead(form, ask, scene)
    y = _opening(form)
    y = _block(form, ask, y)
    _close(form, ask, y)
    return Drawing((form.sheet,), (paper,))


def _letterhead(form: Filling, ask: Entries, scene: Scene) -> None:
    """Print the institute's column on the right and the office's address on the left."""
    sheet, rng, lab, office = form.sheet, form.rng, scene.laboratory, scene.office
    y = 22.0
    for line in wrapped(lab.organization, 12, f"{form.face}-bold", _RIGHT - _SIDE):
        sheet.text(_SIDE, y, line, 12, f"{form.face}-bold")
        y += 5.4
    note(form, ask["laboratory.organization"], y)
    lines = [
        lab.address.street,
        lab.address.town,
        "",
        f"Telefon {lab.phone.printed}",
        f"info@{rng.choice(('labor', 'institut', 'mikro'))}.example",
    ]
    for text in lines:
        label(sheet, _SIDE, y, text, 8.5, form.face, _RIGHT - _SIDE)
        y += 4.2 if text else 2
    note(form, ask["laboratory.address"], y)
    note(form, ask["laboratory.phone"], y)
    sheet.line(_SIDE - 4, 17, _SIDE - 4, y, 0.5, 70)
    form.answer(ask["recipient"], _LEFT, 50, 100)
    form.write(_LEFT, 55.2, office.address.street, 100)
    form.write(_LEFT, 60.4, office.address.town, 100)
    sheet.text(_LEFT, 42, rng.choice(("Per Fax", "Vorab per Telefax", "Telefax – vertraulich")), 8.5, form.face)
    begin = sheet.text(_SIDE, 76, rng.choice(("Datum: ", "den ", "Meldung vom ")), form.size, form.face)
    form.answer(ask["notification_date"], _SIDE + begin, 76, _RIGHT - _SIDE - begin)


def _opening(form: Filling) -> float:
    sheet, rng = form.sheet, form.rng
    title = rng.choice(
        ("Meldung nach § 7 IfSG", "Namentliche Meldung gemäß § 7 Abs. 1 IfSG", "Nachweis eines meldepflichtigen Erregers (§ 7 IfSG)")
    )
    sheet.text(_LEFT, 90, title, form.size + 1, f"{form.face}-bold")
    sheet.text(_LEFT, 100, "Sehr geehrte Damen und Herren,", form.size, form.face)
    y = 103.0
    for line in wrapped(rng.choice(_OPENINGS), form.size, form.face, _RIGHT - _LEFT):
        y += 5.2
        sheet.text(_LEFT, y, line, form.size, form.face)
    return y + 9


def _block(form: Filling, ask: Entries, y: float) -> float:
    """Print the facts, indented, a little space between the groups; a rule runs along their left or a frame around them."""
    rng, sheet = form.rng, form.sheet
    groups = rng.choice(((_FOUND, _PROBE, _PERSON, _SENDER), (_PERSON, _FOUND, _PROBE, _SENDER), (_PERSON, _SENDER, _PROBE, _FOUND)))
    stop, colon, bold = _LEFT + rng.uniform(56, 62), rng.choice((":", "")), rng.choice((form.face, f"{form.face}-bold"))
    style, top = rng.choice(("rule", "frame", "none")), y - 5
    is_shown = {key: key not in {"submitter.phone", "patient.phone"} or rng.random() < 0.8 for group in groups for key in group}
    for group in groups:
        for key in group:
            entry = ask[key]
            if not (entry.text or entry.word) or not is_shown[key]:
                continue
            label(sheet, _LEFT + 6, y, f"{entry.label}{colon}", form.size, bold, stop - _LEFT - 8)
            if entry.choices:
                form.answer_word(entry, stop, y)
            else:
                form.answer(entry, stop, y, _RIGHT - stop - 3)
            y += 5.5
        y += 2.4
    y -= 4.5
    if style == "rule":
        sheet.line(_LEFT + 2, top, _LEFT + 2, y, 0.7)
    elif style == "frame":
        sheet.box(_LEFT + 2, top - 1, _RIGHT - _LEFT - 2, y - top + 2, 0.3)
    return y + 9


def _close(form: Filling, ask: Entries, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    for line in wrapped(rng.choice(_ENDINGS), form.size, form.face, _RIGHT - _LEFT):
        sheet.text(_LEFT, y, line, form.size, form.face)
        y += 5.2
    y += 4
    sheet.text(_LEFT, y, rng.choice(("Mit freundlichen Grüßen", "Mit freundlichen kollegialen Grüßen")), form.size, form.face)
    ink.signature(sheet, _LEFT + 2, y + 11, rng)
    form.answer(ask["laboratory.doctor"], _LEFT, y + 18, 90)
    sheet.text(
        _LEFT,
        y + 22.5,
        rng.choice(("Fachärztin für Mikrobiologie", "Ärztliche Leitung", "Oberarzt der Abteilung Virologie")),
        8.5,
        form.face,
    )
    foot = f"Akkreditiert nach DIN EN ISO 15189. Registergericht HRB {rng.randint(1000, 29999)}. Es gelten unsere Hinweise zum Datenschutz."
    sheet.line(_LEFT, 281, _RIGHT, 281, 0.15)
    sheet.text(_LEFT, 285, foot, 7.5, form.face)
