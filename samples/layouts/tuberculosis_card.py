"""A county's form for tuberculosis: a ruled table, sections named in its first column, labels left in the cell and answers right."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples import ink
from samples.authors import reworded
from samples.besides import aside, number, occupation, remark
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case
from samples.people import Scene
from samples.sheet import text_width, wrapped

_LEFT, _BODY, _RIGHT, _HEIGHT = 15.0, 41.0, 197.0, 8.4
_LABELS = """
patient.family_name: Name|Familienname|Zuname
patient.given_name: Vorname|Vorname/n
patient.birth_date: geb. am|Geburtsdatum
patient.sex: Geschlecht
patient.street: Straße, Nr.|Straße/Hausnr.
patient.town: PLZ Wohnort|PLZ/Ort
patient.phone: Telefon|Tel. (auch mobil)
onset_date: Beginn der Beschwerden|Erkrankt seit (Datum)
diagnosis_date: Datum der Diagnose|Diagnosedatum
death_date: verstorben am|Todestag
symptoms: Symptome|Klinische Zeichen
hospital.admitted: Stationär|Klinikaufenthalt
hospital.name: Klinik|Krankenhaus
hospital.admission_date: Aufnahme am|seit
exposure.place: Vermutete Ansteckung in|Infektionsort
exposure.country: Land|Infektionsland
facility.role: In Einrichtung (§§ 23, 33, 36)|Gemeinschaftseinrichtung
facility.name: Name der Einrichtung|Einrichtung
laboratory.commissioned: Probe eingesandt|Labor beauftragt
laboratory.name: an|Labor
laboratory.sample_date: entnommen am|Probe vom
notifier.name: Arzt/Ärztin|Meldende/r
notifier.organization: Praxis/Klinik|Einrichtung
notifier.address: Anschrift|Adresse
notifier.phone: Tel.|Telefon
notifier.fax: Fax
notification_date: Gemeldet am|Datum
recipient: An|Empfänger
"""
_CHOICES = {
    "patient.sex": (("male", "männl."), ("female", "weibl."), ("diverse", "div.")),
    "case_status": (("ill", "Erkrankung an"), ("suspected", "Verdacht auf"), ("deceased", "Tod an")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein")),
    "facility.role": (("works", "tätig"), ("cared_for", "betreut/untergebracht"), ("none", "nein")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
_Rows = tuple[tuple[tuple[str, float], ...], ...]  # keys of questions and their share of the width
_PATIENT: _Rows = (
    (("patient.family_name", 0.55), ("patient.birth_date", 0.45)), (("patient.given_name", 0.55), ("#nationality", 0.45)),
    (("patient.street", 0.55), ("patient.town", 0.45)), (("patient.sex", 0.55), ("patient.phone", 0.45)),
    (("#occupation", 0.55), ("#entry", 0.45)),
)  # fmt: skip
_ILLNESS: _Rows = (
    (("#organ", 1.0),), (("onset_date", 0.52), ("diagnosis_date", 0.48)), (("symptoms", 1.0),), (("#therapy", 0.45), ("#drugs", 0.55)),
    (("hospital.admitted", 0.4), ("hospital.name", 0.6)), (("hospital.admission_date", 0.4), ("#ward", 0.6)), (("death_date", 0.6),),
)  # fmt: skip
_FINDINGS: _Rows = (
    (("laboratory.commissioned", 0.42), ("laboratory.name", 0.58)), (("laboratory.sample_date", 0.42), ("#material", 0.58)),
    (("#microscopy", 0.5), ("#culture", 0.5)),
)  # fmt: skip
_SURROUNDINGS: _Rows = (
    (("exposure.place", 0.55), ("exposure.country", 0.45)), (("facility.role", 1.0),), (("facility.name", 1.0),), (("#contacts", 1.0),),
)  # fmt: skip
_NOTIFIER: _Rows = (
    (("notifier.name", 0.55), ("notifier.phone", 0.45)), (("notifier.organization", 0.55), ("notifier.fax", 0.45)),
    (("notifier.address", 1.0),),
)  # fmt: skip
_POSITIVE = (("yes", "pos."), ("no", "neg."), ("open", "steht aus"))


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    tuberculosis = next(disease for disease in DISEASES if disease.code == "mytd")
    case = invent_troubled_case(rng, scene, tuberculosis)
    form = Filling(rng, Paper("disease_notification", "tuberculosis_card", needs_review=case.is_impossible), by_hand=0.2)
    form.size, form.hand_height = min(form.size, 10.5), min(form.hand_height, 3.1)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES) | _asides(rng, form, case)
    face = rng.choice(("carlito", "sans", "dejavu"))
    y = _head(form, ask, case, scene, face)
    sections = [("Patient/in", _PATIENT), ("Erkrankung", _ILLNESS), ("Bakteriologie", _FINDINGS), ("Umgebung", _SURROUNDINGS)]
    sections.insert(0 if rng.random() < 0.3 else 4, (rng.choice(("Meldende Stelle", "Melder/in")), _NOTIFIER))
    for title, rows in sections:
        y = _section(form, ask, y, title, rows, face)
    _foot(form, ask, y, face)
    return Drawing((form.sheet,), (form.paper,))


def _asides(rng: Random, form: Filling, case: Case) -> Entries:
    """Answer what only tuberculosis offices ask."""
    begin = case.notified - timedelta(days=rng.randint(0, 3))
    asides = {
        "#nationality": ("Staatsangehörigkeit", aside(rng, "nationality", 0.8)),
        "#occupation": ("Beruf", occupation(rng, case.patient, case.notified, 0.7)),
        "#entry": ("in Deutschland seit", remark(rng.choice((None, str(rng.randint(2008, 2025)))))),
        "#therapy": ("Therapiebeginn", remark(form.day(begin) if rng.random() < 0.6 else None)),
        "#drugs": ("Medikamente", aside(rng, "drugs", 0.6)),
        "#ward": ("Station", aside(rng, "ward", 1.0) if case.admitted == "yes" else remark(None)),
        "#material": ("Material", aside(rng, "material", 0.5)),
        "#contacts": ("Enge Kontaktpersonen (Anzahl, Namen ggf. auf gesondertem Blatt)", remark(rng.choice((None, "2", "3", "5")))),
    }
    answered = {key: Entry(key, text, entry.text) for key, (text, entry) in asides.items()}
    for key, text, offered in (
        ("#organ", "Organ", (("yes", "Lunge, offen"), ("no", "Lunge, geschlossen"), ("open", "extrapulmonal"))),
        ("#microscopy", "Mikroskopie", _POSITIVE),
        ("#culture", "Kultur/PCR", _POSITIVE),
    ):
        answered[key] = Entry(key, text, None, {}, offered, rng.choice(("yes", "no", "open", None)))
    return answered


def _head(form: Filling, ask: Entries, case: Case, scene: Scene, face: str) -> float:
    sheet, rng, bold = form.sheet, form.rng, f"{face}-bold"
    sheet.text(_LEFT, 16, rng.choice(("Tuberkulosefürsorge", "Fachbereich Gesundheit – Tbc-Beratung", "Infektionsschutz")), 9, face)
    sheet.text(_RIGHT, 16, f"Az. {number(rng, 3)}.{number(rng, 2)} Tbc", 8, face, align="right")
    sheet.text(_LEFT, 25, rng.choice(("Erstmeldung", "Meldung", "Arztmeldung")), 15, bold)
    sheet.text(_LEFT, 30.5, "nach § 6 Abs. 1 Satz 1 Nr. 1 Buchst. a Infektionsschutzgesetz", 8.5, face)
    x = 118 + sheet.text(118, 25, f"{ask['recipient'].label}: ", 9, face)
    form.answer(ask["recipient"], x, 25, _RIGHT - x)
    sheet.text(118, 30.5, f"Fax {scene.office.fax.printed}", 9, face)
    y = 39.0
    x = _tick(form, ask["case_status"], _LEFT, y, face, 118)
    sheet.text(x + 2, y, "Tuberkulose", 11, bold)
    for path, value in (("disease.name", "Tuberkulose"), ("disease.code", case.disease.code)):
        form.paper.take(path, value, y)
    return y + 4


def _tick(form: Filling, entry: Entry, x: float, y: float, face: str, width: float) -> float:
    """Tick an answer, without a trace in the truth where no record asks; return where the answers end."""
    if not entry.key.startswith("#"):
        return form.tick(entry, x, y, 5, 9, face, 3.0, width=width)
    natural = sum(text_width(word, 9, face) + 4.3 for _, word in entry.choices)
    gap = min(5.0, (width - natural) / (len(entry.choices) - 1))
    for key, word in entry.choices:
        form.square(x, y, key == entry.chosen and form.trouble != "blank", 3.0)
        x += 4.3 + form.sheet.text(x + 4.3, y, word, 9, face) + gap
    return x


def _section(form: Filling, ask: Entries, y: float, title: str, rows: _Rows, face: str) -> float:
    sheet, height = form.sheet, len(rows) * _HEIGHT
    sheet.box(_LEFT, y, _BODY - _LEFT, height, 0.35, fill=232)
    sheet.box(_BODY, y, _RIGHT - _BODY, height, 0.35)
    for row, line in enumerate(wrapped(title, 10, f"{face}-bold", _BODY - _LEFT - 3)):
        label(sheet, _LEFT + 1.5, y + 5.4 + row * 4.4, line, 10, f"{face}-bold", _BODY - _LEFT - 3)
    for row, cells in enumerate(rows):
        x, top = _BODY, y + row * _HEIGHT
        if row:
            sheet.line(_BODY, top, _RIGHT, top, 0.12)
        for index, (key, share) in enumerate(cells):
            width = (_RIGHT - _BODY) * share
            if index:
                sheet.line(x, top, x, top + _HEIGHT, 0.12)
            at = x + 1.5 + label(sheet, x + 1.5, top + 5.6, f"{ask[key].label}:", 8.5, face, width * 0.62) + 2
            if ask[key].choices:
                _tick(form, ask[key], at + 1, top + 5.7, face, x + width - at - 2)
            else:
                form.answer(ask[key], at, top + 5.7, x + width - at - 1.5)
            x += width
    return y + height


def _foot(form: Filling, ask: Entries, y: float, face: str) -> None:
    sheet, rng, text = form.sheet, form.rng, f"{ask['notification_date'].label}:"
    x = _LEFT + text_width(text, 9, face) + 2
    sheet.text(_LEFT, y + 9, text, 9, face)
    form.answer(ask["notification_date"], x, y + 9, 40)
    sheet.line(x - 1, y + 10.3, x + 40, y + 10.3, 0.15)
    ink.signature(sheet, 128, y + 9, rng)
    sheet.line(118, y + 10.3, _RIGHT, y + 10.3, 0.15)
    sheet.text(118, y + 13.5, "Unterschrift / Stempel", 7, face)
    small = "Auch der Abbruch oder die Verweigerung der Behandlung ist meldepflichtig (§ 6 Abs. 2 IfSG)."
    sheet.text(_LEFT, y + 19, small, 7.5, face)
