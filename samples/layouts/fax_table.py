"""A doctor's fax template from a word processor: the fax's particulars in a table, then one about a resident, several answers to a cell."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.besides import aside
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import Case
from samples.people import Scene
from samples.sheet import wrapped

_LEFT, _SPLIT, _MIDDLE, _RIGHT = 22.0, 62.0, 108.0, 190.0
_HOMES = ("Seniorenheim Abendfrieden", "Pflegeheim Haus Sonnenschein", "Seniorenzentrum St. Anna", "AWO-Pflegeheim Am Park")
_LABELS = """
recipient: An:|Empfänger:
notifier.organization: Von:|Absender:
notifier.name: Arzt:|Ansprechpartner:
notifier.phone: Tel.:|Telefon:
notifier.fax: Fax:|Telefax:
notification_date: Datum:
patient.name: Bewohner/in|Patient/in|Name
patient.birth_date: geb.|geb. am|*
patient.sex: Geschl.|m/w/d
patient.phone: Tel. (Angehörige)|Telefon
disease: Diagnose|Verdacht / Diagnose
case_status: Meldung als|Status
onset_date: Beginn|erkrankt seit
diagnosis_date: Diagnose vom|festgestellt am
death_date: verstorben am
symptoms: Symptome|Klinik
hospital.admitted: KH-Einweisung|Einweisung
hospital.name: wohin|Krankenhaus
hospital.admission_date: am
exposure.place: Ansteckung in|Infektionsort
exposure.country: Land
facility.name: Heim|Einrichtung
facility.role: Funktion|dort
vaccination.status: Impfung|Geimpft
vaccination.last_date: zuletzt|letzte am
vaccination.doses: Dosen|Anzahl
laboratory.commissioned: Laborprobe|Abstrich/Probe
laboratory.name: Labor|an
laboratory.sample_date: vom|entnommen
"""
_CHOICES = {
    "patient.sex": (("male", "m"), ("female", "w"), ("diverse", "d")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("yes", "ja"), ("no", "nein")),
    "facility.role": (("cared_for", "Bewohner/in"), ("works", "Personal")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "?")),
    "laboratory.commissioned": (("yes", "ja"), ("no", "nein")),
}
# what the first column says, and the lines of its answers: (key, where it begins, whether its label stands before it)
_Answers = tuple[tuple[str, float, bool], ...]
_TABLE: tuple[tuple[str, tuple[_Answers, ...]], ...] = (
    ("patient.name", ((("patient.name", 0, False),), (("patient.birth_date", 0, True), ("patient.sex", 60, True)))),
    ("Anschrift", ((("patient.street", 0, False),), (("patient.town", 0, False),))),
    ("patient.phone", ((("patient.phone", 0, False),),)),
    ("facility.name", ((("facility.name", 0, False),), (("facility.role", 0, True), ("#ward", 72, True)))),
    ("disease", ((("disease", 0, False),), (("case_status", 0, True),))),
    ("Verlauf", ((("onset_date", 0, True), ("diagnosis_date", 60, True)), (("death_date", 0, True),))),
    ("symptoms", ((("symptoms", 0, False),),)),
    ("hospital.admitted", ((("hospital.admitted", 0, False), ("hospital.admission_date", 34, True)), (("hospital.name", 0, True),))),
    ("laboratory.commissioned", (
        (("laboratory.commissioned", 0, False), ("laboratory.sample_date", 34, True)), (("laboratory.name", 0, True),),
    )),
    ("vaccination.status", (
        (("vaccination.status", 0, False), ("vaccination.doses", 38, True), ("vaccination.last_date", 72, True)),
    )),
    ("exposure.place", ((("exposure.place", 0, False), ("exposure.country", 66, True)),)),
    ("#measures", ((("#measures", 0, False),),)),
    ("#remarks", ((("#remarks", 0, False),),)),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = _in_home(rng, scene)
    paper = Paper("disease_notification", "fax_table", needs_review=case.is_impossible)
    face = rng.choice(("carlito", "sans", "caladea", "serif"))
    form = Filling(rng, paper, face=face, size=rng.uniform(10, 11), by_hand=0.12, marks={"type": 6, "x": 3, "tick": 1})
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    for key, text in (("ward", rng.choice(("Wohnbereich", "Zi."))), ("measures", "Maßnahmen"), ("remarks", "Bemerkungen")):
        told = rng.choice(("1", "2", "3")) if key == "ward" else aside(rng, key, 0.7).text
        ask[f"#{key}"] = Entry("", text, told)
    y = _particulars(form, ask, scene)
    form.sheet.text(_LEFT, y, rng.choice(("Meldung gem. § 6 IfSG", "Meldepflichtige Erkrankung (§ 6 IfSG)")), 12, f"{face}-bold")
    y += 3
    for first, lines in _TABLE:
        y = _row(form, ask, y, first, lines)
    greeting = rng.choice(("Mit freundlichen Grüßen", "MfG", "Mit freundlichem Gruß"))
    form.sheet.text(_LEFT, y + 9, greeting, 10.5, face)
    ink.signature(form.sheet, _LEFT + 4, y + 18, rng)
    small = "Dieses Fax enthält vertrauliche Informationen. Sollten Sie nicht der richtige Empfänger sein, informieren Sie uns bitte."
    form.sheet.text(_LEFT, 285, small, 7, face)
    return Drawing((form.sheet,), (paper,))


def _in_home(rng: Random, scene: Scene) -> Case:
    """Invent a case among those who live or work in a home for old people (or, where none comes up, the last one invented)."""
    for _ in range(30):
        case = invent_troubled_case(rng, scene)
        if (case.notified - case.patient.birth).days > 68 * 365:
            return replace(case, role="cared_for", facility=rng.choice(_HOMES))
    return replace(case, role="works", facility=rng.choice(_HOMES))


def _particulars(form: Filling, ask: Entries, scene: Scene) -> float:
    """Print letterhead and the table that tells from whom to whom the fax goes; return where the body begins."""
    sheet, rng, face = form.sheet, form.rng, form.face
    sheet.text(_LEFT, 24, rng.choice(("TELEFAX", "FAX", "Fax-Mitteilung")), 22, f"{face}-bold")
    sheet.text(_RIGHT, 19, ask["notifier.street"].text or "", 9, face, align="right")
    sheet.text(_RIGHT, 23.5, ask["notifier.town"].text or "", 9, face, align="right")
    for key in ("notifier.street", "notifier.town"):
        note(form, ask[key], 24)
    pages, of = Entry("", "Seiten:", "1"), Entry("", "Fax:", scene.office.fax.printed)
    subject = Entry("", "Betreff:", rng.choice(("IfSG-Meldung", "Meldung Infektionskrankheit", "Eilt! Meldung § 6 IfSG")))
    y = 30.0
    for left, right in (
        (ask["recipient"], ask["notifier.organization"]), (of, ask["notifier.name"]), (subject, ask["notifier.phone"]),
        (pages, ask["notifier.fax"]), (ask["notification_date"], Entry("", "", None)),
    ):  # fmt: skip
        sheet.line(_LEFT, y, _RIGHT, y, 0.15)
        for entry, x, end in ((left, _LEFT, _MIDDLE), (right, _MIDDLE, _RIGHT)):
            label(sheet, x + 1, y + 5, entry.label, 10, f"{face}-bold", 30)
            reach = 21 if x == _LEFT else 31
            form.answer(entry, x + reach, y + 5, end - x - reach - 2)
        y += 7.2
    sheet.line(_LEFT, y, _RIGHT, y, 0.15)
    return y + 9


def _row(form: Filling, ask: Entries, y: float, first: str, lines: tuple[_Answers, ...]) -> float:
    """Print one row of the table, as high as its lines; return where the next begins."""
    sheet, face, height = form.sheet, form.face, 1.6 + 5.9 * len(lines)
    sheet.box(_LEFT, y, _SPLIT - _LEFT, height, 0.15)
    sheet.box(_SPLIT, y, _RIGHT - _SPLIT, height, 0.15)
    heading = ask[first].label if first in ask else first
    for line in wrapped(heading, 10, f"{face}-bold", _SPLIT - _LEFT - 4)[:1]:
        sheet.text(_LEFT + 2, y + 5, line, 10, f"{face}-bold")
    for number, answers in enumerate(lines):
        base = y + 5 + number * 5.9
        ends = [at for _, at, _ in answers[1:]] + [_RIGHT - _SPLIT - 1]
        for (key, at, is_labelled), end in zip(answers, ends, strict=True):
            x = _SPLIT + 2 + at
            if is_labelled:
                x += sheet.text(x, base, ask[key].label if ask[key].label == "*" else f"{ask[key].label}:", 10, face) + 1.5
            if ask[key].choices:
                form.tick(ask[key], x + 1, base, 3.5, 10, face, 3.1, width=_SPLIT + end - x - 1)
            else:
                form.answer(ask[key], x, base, _SPLIT + end - x)
    return y + height
