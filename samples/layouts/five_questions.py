"""A district's form in a word processor's table: WER, WAS, WANN, WO in bold, and in each cell the answer above, its name below right."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import reworded
from samples.besides import number, occupation
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import fitted, text_width, wrapped

_LEFT, _BODY, _RIGHT = 14.0, 46.0, 198.0
_LABELS = """
patient.family_name: Nachname (auch Geburtsname)|Familienname|Nachname
patient.given_name: Rufname|Vorname/n
patient.birth_date: Geburtstag|geboren (TT.MM.JJJJ)
patient.sex: Geschlechtseintrag|Geschlecht
patient.street: Straße und Nr.|Wohnung: Straße, Nr.
patient.town: Postleitzahl und Ort|Wohnung: PLZ, Ort
patient.phone: tagsüber erreichbar unter|Telefon/Handy
disease: Name der Krankheit|Krankheit im Klartext
case_status: Stand|Einordnung
onset_date: erste Beschwerden|Beschwerden ab
diagnosis_date: Tag der Diagnose|Diagnose steht seit
death_date: gestorben am|ggf. Sterbetag
symptoms: Krankheitsbild|Beschwerden
hospital.admitted: im Krankenhaus?|Klinikaufnahme?
hospital.name: Name der Klinik|in welchem Haus?
hospital.admission_date: Tag der Aufnahme|liegt dort seit
exposure.place: Ort der Ansteckung (vermutet)|angesteckt wo?
exposure.country: in welchem Land|Staat
facility.role: Bezug zu Kita, Schule, Heim, Küche|Einrichtungsbezug
facility.name: Name dieser Einrichtung|in welcher Einrichtung
vaccination.status: Impfschutz|geimpft?
vaccination.last_date: jüngste Impfung|letzter Impftermin
vaccination.doses: wie oft|Anzahl
laboratory.commissioned: Labor eingeschaltet?|Probe verschickt?
laboratory.name: welches Labor|Laboratorium
laboratory.sample_date: Tag der Probenahme|abgenommen am
notifier.name: Ärztin oder Arzt|Ihr Name
notifier.organization: Praxis oder Klinik|Haus/Praxis
notifier.address: deren Anschrift|Sitz (Straße, Ort)
notifier.phone: Rückruf unter|Ihre Durchwahl
notifier.fax: Ihr Fax|Faxnummer
notification_date: heute ist der|Tag der Meldung
"""
_CHOICES = {
    "patient.sex": (("female", "Frau"), ("male", "Mann"), ("diverse", "divers")),
    "case_status": (("suspected", "nur Verdacht"), ("ill", "erkrankt"), ("deceased", "daran gestorben")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein"), ("not_known", "weiß nicht")),
    "facility.role": (("works", "arbeitet da"), ("cared_for", "wird da betreut"), ("none", "kein Bezug")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "weiß nicht")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
_Rows = tuple[tuple[tuple[str, float], ...], ...]  # keys of questions and their share of the width
_WHO: _Rows = (
    (("patient.given_name", 0.42), ("patient.family_name", 0.58)),
    (("patient.sex", 0.42), ("patient.birth_date", 0.24), ("#occupation", 0.34)),
    (("patient.town", 0.36), ("patient.street", 0.34), ("patient.phone", 0.3)),
)
_WHAT: _Rows = (
    (("case_status", 0.54), ("disease", 0.46)),
    (("symptoms", 1.0),),
    (("vaccination.status", 0.36), ("vaccination.doses", 0.16), ("#batch", 0.26), ("vaccination.last_date", 0.22)),
    (("laboratory.commissioned", 0.26), ("laboratory.name", 0.46), ("laboratory.sample_date", 0.28)),
)
_WHEN: _Rows = ((("onset_date", 0.3), ("diagnosis_date", 0.38), ("death_date", 0.32)),)
_WHERE: _Rows = (
    (("exposure.country", 0.4), ("exposure.place", 0.6)),
    (("hospital.admitted", 0.34), ("hospital.name", 0.4), ("hospital.admission_date", 0.26)),
    (("facility.role", 0.54), ("facility.name", 0.46)),
)
_SENDER: _Rows = (
    (("notifier.name", 0.46), ("notifier.organization", 0.54)),
    (("notifier.address", 0.54), ("notifier.phone", 0.24), ("notifier.fax", 0.22)),
    (("notification_date", 0.3), ("#sign", 0.7)),
)
_SECTIONS: tuple[tuple[str, str, _Rows], ...] = (
    ("WER?", "die erkrankte Person", _WHO),
    ("WAS?", "Krankheit, Impfung, Labor", _WHAT),
    ("WANN?", "alle Daten, soweit bekannt", _WHEN),
    ("WO?", "Ansteckung und Aufenthalt", _WHERE),
    ("VON WEM?", "meldende Stelle", _SENDER),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "five_questions", needs_review=case.is_impossible)
    form = Filling(rng, paper, size=rng.uniform(9.8, 10.8), by_hand=0.15)
    form.hand_height = min(form.hand_height, 3.2)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    ask["#occupation"] = Entry("", "Beruf / besuchte Klasse", occupation(rng, case.patient, case.notified, 0.6).text)
    ask["#batch"] = Entry("", "Impfstoff und Charge", None)
    ask["#sign"] = Entry("", "Unterschrift", None)
    face = rng.choice(("carlito", "sans", "dejavu", "caladea"))
    y, height = _head(form, face), rng.uniform(12.8, 14.0)
    order = list(_SECTIONS)
    if rng.random() < 0.4:
        order = [order[4], *order[:4]]
    elif rng.random() < 0.4:
        order[0], order[1] = order[1], order[0]
    for title, hint, rows in order:
        y = _section(form, ask, y, title, hint, rows, height, face)
    _foot(form, ask, scene, y, face)
    return Drawing((form.sheet,), (form.paper,))


def _head(form: Filling, face: str) -> float:
    """Print the heading with its advice; return where the table begins."""
    sheet, rng, bold = form.sheet, form.rng, f"{face}-bold"
    sheet.ellipse(_LEFT, 11, 15, 15, 0.8)
    sheet.text(_LEFT + 7.5, 21.6, "!", 24, bold, align="centre")
    title = rng.choice(("Fünf Fragen zur meldepflichtigen Krankheit", "Was Ärztinnen und Ärzte uns melden (§ 6 IfSG)"))
    sheet.text(_LEFT + 19, 17, title, fitted(title, 15, bold, 160), bold)
    hint = rng.choice(("Bitte so viel ausfüllen, wie Sie heute schon wissen. Der Rest kann nachgereicht werden.",
                       "Lieber lückenhaft und sofort als vollständig und zu spät: Die Frist beträgt 24 Stunden."))  # fmt: skip
    sheet.text(_LEFT + 19, 22.6, hint, fitted(hint, 9, face, 160), face)
    return 30.0 + rng.uniform(0, 2)


def _section(form: Filling, ask: Entries, y: float, title: str, hint: str, rows: _Rows, height: float, face: str) -> float:
    """Print a question's word on the left and its cells on the right; return where the next one begins."""
    sheet, total, bold = form.sheet, len(rows) * height, f"{face}-bold"
    sheet.box(_LEFT, y, _BODY - _LEFT, total, 0.4)
    size = fitted(title, 17, bold, _BODY - _LEFT - 4)
    sheet.text(_LEFT + 2, y + 7.6, title, size, bold)
    if total > height:
        for row, line in enumerate(wrapped(hint, 8.5, face, _BODY - _LEFT - 4)):
            sheet.text(_LEFT + 2, y + 12.4 + row * 3.8, line, 8.5, face)
    for row, cells in enumerate(rows):
        x, top = _BODY, y + row * height
        for key, share in cells:
            width = (_RIGHT - _BODY) * share
            sheet.box(x, top, width, height, 0.25)
            _cell(form, ask[key], x, top, width, height, face)
            x += width
    sheet.line(_LEFT, y + total, _RIGHT, y + total, 0.7)
    return y + total + 1.6


def _cell(form: Filling, entry: Entry, x: float, top: float, width: float, height: float, face: str) -> None:
    """Write an answer in the upper part of a cell and its name in the lower right corner."""
    base = top + 5.6
    form.sheet.text(x + width - 1.4, top + height - 1.3, entry.label, fitted(entry.label, 8, face, width - 2.4), face, align="right")
    if entry.choices:
        form.tick(entry, x + 2, base, 4.5, 8.0 if face == "dejavu" else 9.2, face, 3.1, width=width - 4)
    elif entry.label == "Unterschrift":
        ink.signature(form.sheet, x + 8, base + 1, form.rng)
    else:
        form.answer(entry, x + 2, base, width - 3)


def _foot(form: Filling, ask: Entries, scene: Scene, y: float, face: str) -> None:
    """Print where the form goes, and what only the office fills in."""
    sheet, rng = form.sheet, form.rng
    x = _LEFT + sheet.text(_LEFT, y + 5, rng.choice(("Bitte faxen an: ", "Zurück an: ", "Dieses Blatt geht an: ")), 9.5, f"{face}-bold")
    x += form.answer(ask["recipient"], x + 1, y + 5, 78) + 2
    text = f"Fax {scene.office.fax.printed}"
    sheet.text(min(x + 2, _RIGHT - text_width(text, 9.5, face)), y + 5, text, 9.5, face)
    sheet.box(_LEFT, y + 8.5, _RIGHT - _LEFT, 13, 0.25, fill=rng.choice((255, 236)))
    sheet.text(_LEFT + 2, y + 12.5, rng.choice(("Füllt das Amt aus:", "Nicht ausfüllen - nur für uns:")), 8, f"{face}-bold")
    for index, word in enumerate(("SurvNet-Nr.", "Sachb.", "erledigt")):
        sheet.text(_LEFT + 2 + index * 60, y + 19, f"{word} ______________", 8.5, face)
    stand = f"Stand {rng.randint(1, 12):02}/20{rng.randint(19, 25)}   Blatt {number(rng, 3)}"
    sheet.text(_RIGHT, 289, stand, 8, face, align="right")
