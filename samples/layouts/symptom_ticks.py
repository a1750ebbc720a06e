"""The federal institute's form: under every disease its symptoms to be ticked, captions in the corners of open cells, two columns."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import reworded
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import COMMON, Case, Disease
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _MIDDLE, _RIGHT = 14.0, 106.0, 196.0
_LABELS = """
recipient: Empfänger (zuständiges Gesundheitsamt)|An das Gesundheitsamt
patient.family_name: Name|Familienname
patient.given_name: Vorname|Vorname(n)
patient.birth_date: Geburtsdatum (TT.MM.JJJJ)|geb. am (Tag/Monat/Jahr)
patient.sex: Geschlecht
patient.street: Straße, Hausnummer
patient.town: PLZ, Ort|Postleitzahl Wohnort
patient.phone: Telefon|Telefonnr.
case_status: Zutreffendes bitte ankreuzen|Meldung wegen
onset_date: Erkrankungsdatum¹|Datum des Erkrankungsbeginns|Beginn der Symptome
diagnosis_date: Diagnosedatum²|Datum der Diagnosestellung
death_date: Todesdatum|Datum (falls verstorben)
hospital.admitted: Patient/in im Krankenhaus|Überweisung/Aufnahme ins Krankenhaus
hospital.admission_date: Aufnahme am|seit
hospital.name: Name/Ort des Krankenhauses|Krankenhaus (Name, Ort)
exposure.place: Wahrscheinliche Infektionsquelle: Ort|Ort der Infektion (Landkreis, Region)
exposure.country: Land (bei Ausland)|Infektionsland
facility.role: Tätigkeit/Betreuung in Einrichtung nach §§ 23, 33, 36 IfSG|Patient/in in Gemeinschaftseinrichtung
facility.name: Name, Anschrift der Einrichtung|Einrichtung
vaccination.status: Impfstatus bzgl. der gemeldeten Krankheit|Geimpft
vaccination.last_date: Datum der letzten Impfung|letzte Impfung
vaccination.doses: Anzahl Impfdosen|Dosen
laboratory.commissioned: Labor mit Erregerdiagnostik beauftragt|Es wurde ein Labor beauftragt
laboratory.name: Name/Ort des Labors|Untersuchungsstelle
laboratory.sample_date: Probenentnahme|Datum der Probenentnahme
notifier.name: Name der meldenden Person|Ärztin/Arzt
notifier.organization: Einrichtung, Praxis|Krankenhaus/Praxis
notifier.address: Anschrift
notifier.phone: Telefon
notifier.fax: Fax
notification_date: Datum|Datum der Meldung
"""
_CHOICES = {
    "patient.sex": (("female", "weibl."), ("male", "männl."), ("diverse", "divers")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Klinische Diagnose"), ("deceased", "Tod")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein")),
    "facility.role": (("works", "Tätigkeit"), ("cared_for", "Betreuung"), ("none", "nein")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "unbekannt")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
_NOTES = (
    "¹ Tag, an dem die ersten Krankheitszeichen auftraten.  ² Tag, an dem die Diagnose oder der Verdacht gestellt wurde.",
    "Die Meldung muss unverzüglich, spätestens 24 Stunden nach erlangter Kenntnis, beim Gesundheitsamt vorliegen (§ 9 Abs. 3 IfSG).",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page: people on top, diseases with symptoms in the middle, what else is asked below."""
    case = invent_troubled_case(rng, scene)
    marks = {"x": 5, "tick": 3, "filled": 1, "type": 3, "dot": 1}
    form = Filling(rng, Paper("disease_notification", "symptom_ticks", needs_review=case.is_impossible), by_hand=0.2, marks=marks)
    form.size, form.hand_height = min(form.size, 10.0), min(form.hand_height, 3.0)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    sheet = form.sheet
    sheet.text(_LEFT, 16, rng.choice(("Meldeformular", "Arzt-Meldeformular")), 16, "sans-bold")
    sheet.text(_LEFT + 56, 16, "– V e r t r a u l i c h –", 11, "sans")
    sheet.text(_LEFT, 21.5, "Meldepflichtige Krankheit gemäß §§ 6, 8, 9 IfSG", 10, "sans")
    _people(form, ask)
    y = _diseases(form, case, ask, 66)
    y = _questions(form, ask, y)
    for row, text in enumerate(_NOTES):
        sheet.text(_LEFT, y + row * 3.2, text, 6.5, "sans")
    _notifier(form, ask, y + 6)
    return Drawing((sheet,), (form.paper,))


def _cell(form: Filling, ask: Entries, key: str, x: float, y: float, width: float, height: float = 8.6) -> None:
    """Draw a cell that is open above, its caption in the upper left corner."""
    sheet, entry = form.sheet, ask[key]
    sheet.line(x, y + height, x + width, y + height, 0.15)
    label(sheet, x + 1, y + 2.6, entry.label, 6.5, "sans", width - 2)
    if entry.choices:
        form.tick(entry, x + 1.5, y + height - 1.3, 4, 8.5, "sans", 2.9, width=width - 3)
    else:
        form.answer(entry, x + 2, y + height - 1.4, width - 3)


def _people(form: Filling, ask: Entries) -> None:
    sheet = form.sheet
    sheet.box(_LEFT, 25, 104, 34.6, 0.3)
    _cell(form, ask, "patient.family_name", _LEFT, 25.2, 56)
    _cell(form, ask, "patient.given_name", _LEFT + 56, 25.2, 48)
    _cell(form, ask, "patient.birth_date", _LEFT, 33.8, 46)
    _cell(form, ask, "patient.sex", _LEFT + 46, 33.8, 58)
    _cell(form, ask, "patient.street", _LEFT, 42.4, 104)
    _cell(form, ask, "patient.town", _LEFT, 51, 62)
    _cell(form, ask, "patient.phone", _LEFT + 62, 51, 42)
    x = _LEFT + 108
    sheet.box(x, 25, _RIGHT - x, 34.6, 0.3)
    label(sheet, x + 1, 28, ask["recipient"].label, 6.5, "sans", _RIGHT - x - 2)
    form.answer(ask["recipient"], x + 2, 35, _RIGHT - x - 4)
    for row, text in enumerate(("Namentliche Meldung bei Verdacht,", "Erkrankung oder Tod an den unten", "aufgeführten Krankheiten")):
        sheet.text(x + 2, 47 + row * 4, text, 8, "sans-italic")


def _diseases(form: Filling, case: Case, ask: Entries, y: float) -> float:
    """Print what may be notified in two columns, each disease with its symptoms; return where the columns end."""
    rng, sheet = form.rng, form.sheet
    label(sheet, _LEFT, y + 3, f"{ask['case_status'].label}:", 9, "sans-bold", 52)
    form.tick(ask["case_status"], _LEFT + 54, y + 3, 6, 9, "sans-bold", 3.2)
    _cell(form, ask, "death_date", _RIGHT - 42, y - 4, 42)
    y += 6
    others = [disease for disease in COMMON if disease is not case.disease]
    listed = sorted([case.disease, *rng.sample(others, 13)], key=lambda each: each.names[0])
    ends = []
    for column, x in ((listed[:7], _LEFT), (listed[7:], _MIDDLE)):
        at = y + 4.4
        for disease in column:
            at = _disease(form, case, disease, x, at)
        ends.append(at)
    sheet.line(_LEFT, y, _RIGHT, y, 0.3)
    sheet.line(_MIDDLE - 3, y, _MIDDLE - 3, max(ends) - 3, 0.15)
    sheet.line(_LEFT, max(ends) - 3, _RIGHT, max(ends) - 3, 0.3)
    return max(ends) - 2


def _disease(form: Filling, case: Case, disease: Disease, x: float, y: float) -> float:
    """Print a disease and below it its symptoms, as many to a line as find room; return the next disease's base line."""
    sheet, end = form.sheet, x + _RIGHT - _MIDDLE - 4
    is_it = disease is case.disease and form.trouble != "blank"
    name = case.disease_name if is_it else disease.names[0]
    form.square(x, y, is_it, 2.9)
    label(sheet, x + 4.5, y, name, 9, "sans-bold", end - x - 6)
    at, y = x + 4.5, y + 4.1
    for symptom in disease.symptoms:
        reach = text_width(symptom, 7.6, "sans") + 3.8
        if at + reach > end:
            at, y = x + 4.5, y + 3.9
        form.square(at, y, is_it and symptom in case.symptoms, 2.4)
        sheet.text(at + 3.4, y, symptom, 7.6, "sans")
        at += reach + 3
    if is_it:
        form.paper.take("disease.code", disease.code, y)
        form.paper.take("disease.name", name, y)
        if case.symptoms:
            form.paper.take("symptoms", list(case.symptoms), y)
    return y + 5.2


def _questions(form: Filling, ask: Entries, y: float) -> float:
    """Ask for the course in a left and the surroundings in a right column."""
    half = _RIGHT - _MIDDLE
    rows: tuple[tuple[str, str], ...] = (
        ("onset_date", "exposure.place"), ("diagnosis_date", "exposure.country"), ("hospital.admitted", "facility.role"),
        ("hospital.admission_date", "facility.name"), ("hospital.name", "vaccination.status"), ("laboratory.commissioned", ""),
        ("laboratory.name", "laboratory.sample_date"),
    )  # fmt: skip
    for left, right in rows:
        _cell(form, ask, left, _LEFT, y, half - 2, 9.4)
        if right:
            _cell(form, ask, right, _MIDDLE, y, half, 9.4)
        else:
            _cell(form, ask, "vaccination.last_date", _MIDDLE, y, half * 0.6, 9.4)
            _cell(form, ask, "vaccination.doses", _MIDDLE + half * 0.6, y, half * 0.4, 9.4)
        y += 9.4
    return y + 4


def _notifier(form: Filling, ask: Entries, y: float) -> None:
    sheet = form.sheet
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 30, 0.3)
    sheet.text(_LEFT + 1, y + 3.4, form.rng.choice(("Meldende Person", "Meldende/r Ärztin/Arzt")), 8, "sans-bold")
    _cell(form, ask, "notifier.name", _LEFT, y + 4, 70)
    _cell(form, ask, "notifier.organization", _LEFT + 70, y + 4, 112)
    _cell(form, ask, "notifier.address", _LEFT, y + 12.6, 96)
    _cell(form, ask, "notifier.phone", _LEFT + 96, y + 12.6, 43)
    _cell(form, ask, "notifier.fax", _LEFT + 139, y + 12.6, 43)
    x = _LEFT + 4 + label(sheet, _LEFT + 1, y + 27.6, f"{ask['notification_date'].label}:", 7.5, "sans", 34)
    form.answer(ask["notification_date"], x, y + 27.7, 40)
    sheet.text(_LEFT + 84, y + 27.6, "Unterschrift:", 7.5, "sans")
    ink.signature(sheet, _LEFT + 104, y + 27.6, form.rng)
