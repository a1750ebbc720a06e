"""A practice program's form: the insured person's field of the panel doctors' forms, questions below it, the stamp at the foot."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.besides import aside, icd, number, occupation, remark
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import Case
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 15.0, 195.0
_LABELS = """
patient.sex: Geschlecht|Geschl.
patient.phone: Telefon Patient|Tel. priv./mobil|Erreichbar unter
disease: Diagnose (meldepflichtig)|Meldung betrifft|Krankheit n. § 6 IfSG
case_status: Meldung als|Es liegt vor|Verdacht / Erkrankung / Tod
onset_date: Erkrankungsbeginn (Datum)|Symptome seit|Beginn d. Erkrankung
diagnosis_date: Diagnosedatum|Diagnose am|Festgestellt am
death_date: Verstorben am|Todesdatum
symptoms: Symptome / Befund|Klinik|Beschwerdebild
hospital.admitted: Einweisung / stationär|KH-Einweisung
hospital.name: in (Krankenhaus)|Krankenhaus
hospital.admission_date: seit (Datum)|Aufnahmetag
exposure.place: Infektionsort (vermutl.)|Angesteckt in
exposure.country: Land|Staat
facility.role: Gemeinschaftseinr. (KiTa, Schule, Heim)|Einrichtung n. §§ 33, 36
facility.name: Name der Einrichtung|Name, Ort der Einrichtung
vaccination.status: Impfung|Impfschutz vorhanden
vaccination.last_date: zuletzt am|zuletzt
vaccination.doses: Anzahl|Impfungen (Zahl)
laboratory.commissioned: Laborauftrag erteilt|Material eingesandt
laboratory.name: an Labor|Labor
laboratory.sample_date: Abnahmedatum|entnommen am
"""
_CHOICES = {
    "hospital.admitted": (("no", "nein"), ("yes", "ja")),
    "patient.sex": (("male", "m"), ("female", "w"), ("diverse", "d")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "facility.role": (("none", "nein"), ("works", "arbeitet dort"), ("cared_for", "wird betreut")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "nicht bekannt")),
}
# rows of (key of a question, where it begins, how wide its label is)
_ROWS: tuple[tuple[tuple[str, float, float], ...], ...] = (
    (("patient.sex", 0, 38), ("patient.phone", 88, 38)),
    (("#occupation", 0, 38),),
    (),
    (("disease", 0, 46), ("#icd", 132, 16)),
    (("case_status", 0, 46),),
    (("onset_date", 0, 46), ("diagnosis_date", 96, 32)),
    (("symptoms", 0, 38),),
    (("death_date", 0, 46),),
    (),
    (("hospital.admitted", 0, 38), ("hospital.name", 74, 34)),
    (("hospital.admission_date", 74, 34),),
    (("exposure.place", 0, 46), ("exposure.country", 108, 16)),
    (("facility.role", 0, 66),),
    (("facility.name", 0, 46),),
    (("vaccination.status", 0, 38), ("vaccination.doses", 98, 30), ("vaccination.last_date", 138, 18)),
    (("laboratory.commissioned", 0, 46), ("laboratory.name", 84, 18)),
    (("laboratory.sample_date", 0, 46), ("#measures", 84, 28)),
)
_ASKED = {"#occupation": "Beruf / Tätigkeit", "#icd": "ICD-10", "#measures": "Maßnahmen"}


@dataclass
class _Look:
    """How this program sets its questions: face of labels, what goes under an answer, distance of rows."""

    face: str
    under: str
    leading: float
    bold: str


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "insured_head", needs_review=case.is_impossible)
    face = rng.choice(("mono", "courier", "dejavu-mono", "sans"))
    form = Filling(rng, paper, face=face, size=rng.uniform(9.3, 10.2), by_hand=0.22)
    face = rng.choice(("sans", "carlito", "dejavu", "serif"))
    look = _Look(face, rng.choice(("line", "dots", "none")), rng.uniform(7.6, 8.2), f"{face}-bold")
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    is_by_hand, form.is_by_hand = form.is_by_hand, False  # the program fills the insured person's field in whatever a pen adds
    _insured(form, ask, case)
    _address(form, ask, scene, look)
    form.is_by_hand = is_by_hand
    asides = {
        "#occupation": occupation(rng, case.patient, case.notified),
        "#icd": icd(rng, case.disease.code),
        "#measures": aside(rng, "measures", 0.4),
    }
    _questions(form, {**ask, **asides}, look)
    _foot(form, ask, case, look)
    return Drawing((form.sheet,), (paper,))


def _insured(form: Filling, ask: Entries, case: Case) -> None:
    """Fill in the field that every panel doctor's form has in its upper left corner."""
    sheet, rng, x, y, width, who = form.sheet, form.rng, _LEFT, 12.0, 90.0, case.notifier
    sheet.box(x, y, width, 51, 0.25)
    for top in (9.5, 34.2, 42.6):
        sheet.line(x, y + top, x + width, y + top, 0.15)
    sheet.text(x + 1, y + 3, "Krankenkasse bzw. Kostenträger", 6.5, "narrow")
    sheet.text(x + 1, y + 12.6, rng.choice(("Name, Vorname des Versicherten", "Name, Vorname der/des Versicherten")), 6.5, "narrow")
    sheet.text(x + 65, y + 16.6, "geb. am", 6.5, "narrow")
    form.answer(aside(rng, "insurer", 1.0), x + 2, y + 8, 80)
    form.answer(ask["patient.family_name"], x + 2, y + 17.6, 60)
    form.answer(ask["patient.given_name"], x + 2, y + 22.2, 60)
    form.answer(ask["patient.birth_date"], x + 65, y + 22.2, 24)
    form.answer(ask["patient.street"], x + 2, y + 27.2, 84)
    form.write(x + 2, y + 31.9, "D")
    form.answer(ask["patient.town"], x + 7, y + 31.9, 78)
    insured = f"{rng.choice('ABCEFHKLMRSTX')}{number(rng, 9)}"
    cells = (
        ((0, "Kostenträgerkennung", remark(number(rng, 9))), (32, "Versicherten-Nr.", remark(insured)),
         (66, "Status", remark(rng.choice(("1000000", "3000000", "5000000"))))),
        ((0, "Betriebsstätten-Nr.", Entry("notifier.bsnr", "", who.bsnr, {"notifier.bsnr": who.bsnr})),
         (32, "Arzt-Nr.", Entry("notifier.lanr", "", who.lanr, {"notifier.lanr": who.lanr})), (66, "Datum", ask["notification_date"])),
    )  # fmt: skip
    for row, entries in enumerate(cells):
        for at, caption, entry in entries:
            top = y + 34.2 + row * 8.4
            sheet.text(x + at + 1, top + 2.7, caption, 6.5, "narrow")
            form.answer(entry, x + at + 1.5, top + 7.1, (32, 34, 23)[at // 32])
            if at:
                sheet.line(x + at, top, x + at, top + 8.4, 0.15)


def _address(form: Filling, ask: Entries, scene: Scene, look: _Look) -> None:
    sheet, rng, x = form.sheet, form.rng, _LEFT + 99
    sheet.text(x, 18, rng.choice(("Arztmeldung", "Meldung § 6 IfSG", "IfSG-Meldebogen")), 15, look.bold)
    sheet.text(x, 23.5, "Namentliche Meldung einer Krankheit (§ 9 IfSG)", 8.2, look.face)
    sheet.text(x, 34, rng.choice(("An das", "An:", "Per Telefax an:")), 9, look.face)
    form.answer(ask["recipient"], x, 40, _RIGHT - x)
    for row, text in enumerate((scene.office.address.street, scene.office.address.town, f"Fax {scene.office.fax.printed}")):
        sheet.text(x, 46 + row * 5, text, 9, look.face)


def _questions(form: Filling, ask: Entries, look: _Look) -> None:
    titles = iter(form.rng.choice((("Angaben zur Person", "Krankheit", "Weitere Angaben"), ("Person", "Meldetatbestand", "Anamnese"))))
    y = _title(form, look, 71, next(titles))
    for row in _ROWS:
        if not row:
            y = _title(form, look, y + 1.5, next(titles))
            continue
        ends = [at for _, at, _ in row[1:]] + [_RIGHT - _LEFT]
        for (key, at, reach), end in zip(row, ends, strict=True):
            text = _ASKED.get(key) or ask[key].label
            label(form.sheet, _LEFT + at, y, f"{text}:", 9, look.face, reach - 1.5)
            x, width = _LEFT + at + reach, end - at - reach - 3
            if ask[key].choices:
                form.tick(ask[key], x, y, 5, 9, look.face, 3.0, width=width)
                continue
            form.answer(ask[key], x + 0.5, y, width)
            if look.under == "line":
                form.sheet.line(x, y + 1.2, x + width, y + 1.2, 0.12)
            elif look.under == "dots":
                form.sheet.dotted(x, y + 1.3, x + width)
        y += look.leading


def _title(form: Filling, look: _Look, y: float, text: str) -> float:
    form.sheet.text(_LEFT, y, text, 10.5, look.bold)
    form.sheet.line(_LEFT, y + 1.6, _RIGHT, y + 1.6, 0.4)
    return y + 8


def _foot(form: Filling, ask: Entries, case: Case, look: _Look) -> None:
    sheet, rng, who = form.sheet, form.rng, case.notifier
    lines = [
        (who.organization, 10.5, "sans-bold"),
        (who.doctor, 9.5, "sans"),
        (who.address.street, 9, "sans"),
        (who.address.town, 9, "sans"),
    ]
    lines.append((f"Tel. {who.phone.printed}", 9, "sans"))
    for key in ("notifier.organization", "notifier.name", "notifier.address", "notifier.phone"):
        note(form, ask[key], 270)
    if ask["notifier.fax"].text:
        lines.append((f"Fax {who.fax.printed}", 9, "sans"))
        note(form, ask["notifier.fax"], 270)
    reach = max(text_width(text, size, face) for text, size, face in lines)
    sheet.text(_LEFT, 255, rng.choice(("Vertragsarztstempel / Unterschrift", "Stempel, Unterschrift")), 7, look.face)
    ink.stamp(sheet, _RIGHT - reach - 14, 246, lines, rng, is_framed=rng.random() < 0.3)
    ink.signature(sheet, _LEFT + 4, 267, rng, 45)
    sheet.text(_LEFT, 284, rng.choice(("Ausdruck aus der Praxissoftware", "Formular IFSG6, Version 4.12", "Seite 1 von 1")), 6.8, look.face)
