"""A state institute's old form: frames with their names in the upper rule, dotted lines to write on, brackets behind say for what."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import reworded
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import fitted, text_width

_LEFT, _RIGHT = 17.0, 195.0
_STEP = 8.4
_LABELS = """
patient.family_name: Familienname|Zuname, ggf. Geburtsname|Name
patient.given_name: Vorname|Rufname|Vornamen
patient.birth_date: geb.|Geburtsdatum|Tag d. Geburt
patient.street: Straße u. Nr.|wohnhaft, Straße|Str., Hausnr.
patient.postal_code: PLZ|Postleitzahl
patient.city: Wohnort|Gemeinde|Ort
patient.phone: Telefon, freiwillig|Tel. privat|Fernspr.
specimen.material: Untersuchungsmaterial|Probenart|Material
specimen.collected_on: entnommen|Entnahmedatum|Probe vom
specimen.received_on: eingegangen|Labor-Eingang|hier eingetroffen
order_number: Labornummer|Tagebuch-Nr.|U.-Nr.
pathogen: nachgewiesener Erreger|Erreger, Spezies|Krankheitserreger
method: Nachweisverfahren|Methode|nachgewiesen durch
finding: Befund|ggf. Serovar, Titer, Befundtext|Befund im Einzelnen
submitter.name: Ärztin/Arzt|einsendende Person|Name d. Einsenders
submitter.organization: Praxis, Klinik, Heim|Einrichtung|Krankenhaus/Praxis
submitter.address: Straße, PLZ, Ort|Anschrift|vollst. Anschrift
submitter.phone: Telefon|Tel.-Nr.|Rückfragen
laboratory.organization: Bezeichnung des Labors|Untersuchungsstelle|Labor
laboratory.address: Sitz|Anschrift des Labors|Straße, PLZ, Ort
laboratory.phone: Telefon|Durchwahl|Tel.
laboratory.doctor: verantwortlich|Laborleitung|unterzeichnende Person
recipient: zuständiges Gesundheitsamt|Empfänger|Gesundheitsamt
notification_date: Meldedatum|Datum|gemeldet am
"""
_CHOICES = {
    "patient.sex": (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers")),
    "result": (("positive", "positiv"), ("negative", "negativ"), ("indeterminate", "nicht eindeutig")),
}
# a frame's names, its lines of (key, share of the line)
Frame = tuple[tuple[str, ...], tuple[tuple[tuple[str, float], ...], ...]]
_TO: Frame = (("Meldung an", "Geht an"), ((("recipient", 1.0),),))
_LAB: Frame = (
    ("Meldende Stelle", "Wer meldet?", "Labor"),
    ((("laboratory.organization", 1.0),), (("laboratory.address", 0.62), ("laboratory.phone", 0.38)), (("laboratory.doctor", 1.0),)),
)
_FOUND: Frame = (
    ("Nachweis", "Was wurde nachgewiesen?", "Laborergebnis"),
    ((("pathogen", 1.0),), (("method", 0.52), ("result", 0.48)), (("finding", 1.0),)),
)
_SAMPLE: Frame = (
    ("Probe", "Woraus?", "Untersuchungsgut"),
    ((("specimen.material", 0.6), ("order_number", 0.4)), (("specimen.collected_on", 0.5), ("specimen.received_on", 0.5))),
)
_SENDER: Frame = (
    ("Einsender", "Von wem kam die Probe?", "Eingesandt durch"),
    ((("submitter.organization", 0.55), ("submitter.name", 0.45)), (("submitter.address", 0.6), ("submitter.phone", 0.4))),
)
_PERSON: Frame = (
    ("Betroffene Person", "Um wen geht es?", "Personalien"),
    (
        (("patient.family_name", 0.52), ("patient.given_name", 0.48)),
        (("patient.birth_date", 0.4), ("patient.sex", 0.6)),
        (("patient.street", 0.56), ("patient.phone", 0.44)),
        (("patient.postal_code", 0.3), ("patient.city", 0.7)),
    ),
)
_ORDERS = (
    (_TO, _LAB, _FOUND, _SAMPLE, _SENDER, _PERSON),
    (_LAB, _TO, _SAMPLE, _FOUND, _PERSON, _SENDER),
    (_FOUND, _SAMPLE, _PERSON, _SENDER, _LAB, _TO),
)
_RULES = (
    "Die Meldung hat unverzüglich, spätestens 24 Stunden nach erlangter Kenntnis zu erfolgen (§ 9 Abs. 3 IfSG).",
    "Fehlende Angaben sind kein Grund, die Meldung zu verzögern. Nachmeldungen unter derselben Labornummer.",
    "Bitte für jeden Erreger ein eigenes Blatt. Durchschrift (gelb) verbleibt im Labor.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page full of frames, their order the institute's."""
    paper = Paper("laboratory_notification", "lab_hints_behind")
    form = Filling(rng, paper, size=rng.uniform(9.2, 10.6), by_hand=0.12)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day), _LABELS, _CHOICES)
    face = rng.choice(("serif", "caladea", "sans"))
    sheet = form.sheet
    sheet.text(_LEFT, 18, rng.choice(("Vordruck LUA 41-07b", "Form. L 7 / IfSG (Fassung 3)", "Best.-Nr. 52 0817")), 8, face)
    sheet.text(_RIGHT, 18, rng.choice(("- vertraulich -", "Blatt 1 (weiß): Gesundheitsamt", "Eilt!")), 8.5, face, align="right")
    title = rng.choice(("Erregernachweis", "Labormeldung", "Meldung eines Nachweises"))
    sheet.text(_RIGHT, 27, title, 19, f"{face}-bold", align="right")
    sheet.text(_RIGHT, 32.5, rng.choice(("- § 7 Abs. 1 Infektionsschutzgesetz -", "gemäß §§ 7, 8, 9 IfSG")), 9.5, face, align="right")
    y = 40.0
    for names, rows in rng.choice(_ORDERS):
        y = _frame(form, ask, (rng.choice(names), rows), y, face)
    _foot(form, ask, y + 3, face)
    return Drawing((sheet,), (paper,))


def _frame(form: Filling, ask: Entries, part: tuple[str, tuple[tuple[tuple[str, float], ...], ...]], y: float, face: str) -> float:
    """Draw a frame, its name standing in a break of the upper rule; return where the next begins."""
    sheet, (name, rows) = form.sheet, part
    height = len(rows) * _STEP + 4.6
    sheet.box(_LEFT, y, _RIGHT - _LEFT, height, 0.35)
    width = text_width(name, 9.5, f"{face}-bold")
    sheet.line(_LEFT + 5, y + 0.15, _LEFT + 8 + width, y + 0.15, 0.7, grey=255)
    sheet.text(_LEFT + 6.5, y + 1.3, name, 9.5, f"{face}-bold")
    at = y + 9.2
    for row in rows:
        x = _LEFT + 3
        for key, share in row:
            reach = (_RIGHT - _LEFT - 2) * share
            _line(form, ask, key, x, at, reach - 5, face)
            x += reach
        at += _STEP
    return y + height + 4.4


def _line(form: Filling, ask: Entries, key: str, x: float, y: float, width: float, face: str) -> None:
    """Draw a dotted line to write on with its hint behind it, or boxes that follow their words."""
    entry = ask[key]
    if entry.choices:
        form.tick(entry, x, y, 5.0, 9, face, 3.0, width=width, is_after=True)
        return
    hint = f"({entry.label})"
    size = fitted(hint, 8.5, face, width * 0.42)
    begin = width - text_width(hint, size, face)
    form.sheet.dotted(x, y + 1.1, x + begin - 1.5)
    form.answer(entry, x + 1, y, begin - 3)
    form.sheet.text(x + begin, y, hint, size, face)


def _foot(form: Filling, ask: Entries, y: float, face: str) -> None:
    """Have it dated and signed, with the institute's rules and the office's own corner."""
    sheet, rng = form.sheet, form.rng
    _line(form, ask, "notification_date", _LEFT + 3, y + 9, 72, face)
    sheet.dotted(104, y + 10.1, 158)
    ink.signature(sheet, 108, y + 9, rng)
    sheet.text(159.5, y + 9, "(Unterschrift)", 8.5, face)
    for number, rule in enumerate(rng.sample(_RULES, 2), start=1):
        sheet.text(_LEFT, y + 14 + 4.4 * number, f"{number}) {rule}", 8, face)
    if y < 235:
        sheet.box(_LEFT, y + 29, 84, 17, 0.2)
        sheet.text(_LEFT + 2, y + 33.5, "Vermerke des Gesundheitsamtes:", 8, face)
        sheet.text(_LEFT + 2, y + 42, "erf. ............  SurvNet ............  zdA", 8, face)
