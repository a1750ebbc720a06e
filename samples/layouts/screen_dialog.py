"""A hard copy of a practice program's window: tabs, framed groups, labels right-aligned before sunken fields, lists and round buttons."""

from __future__ import annotations

from random import Random

from samples.authors import reworded
from samples.besides import icd, number
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.people import Scene
from samples.sheet import fitted, text_width

_LEFT, _RIGHT = 13.0, 197.0
_LABELS = """
patient.family_name: Nachname|Name
patient.given_name: Vorname
patient.birth_date: Geb.Dat.|Geb.-Datum|geb.
patient.sex: Geschlecht|m/w/d
patient.street: Str./Hnr.|Straße
patient.postal_code: PLZ
patient.city: Ort|Wohnort
patient.phone: Tel. priv.|Telefon 1|Mobil/Tel.
patient.email: eMail|E-Mail
disease: IfSG-Diagnose|Meldepfl. Krankheit|Krankh.
case_status: Meldestatus|Fall|Meldetyp
onset_date: Beginn|Ersterkr.|Krank seit
diagnosis_date: Diagn. am|Diag.-Datum|Festgestellt
death_date: Exitus am|Verst. am|Todesdat.
symptoms: Sympt.|Symptome|Klinik
hospital.admitted: KH-Einw.|Stationär|Hospit.
hospital.name: KH/Klinik|Krankenh.
hospital.admission_date: Aufn.|seit
exposure.place: Inf.-Ort|Ansteckung in
exposure.country: Inf.-Land|Staat
facility.role: GE-Bezug|§33/36
facility.name: Einr.|Einrichtung
vaccination.status: Impfung|Geimpft?
vaccination.last_date: letzte am|Letzte Dosis
vaccination.doses: Dosen|Anz.
laboratory.commissioned: Labor beauftr.|Probe verschickt
laboratory.name: Labor|Labor/Inst.
laboratory.sample_date: Abnahme|Entn. am
notifier.name: Arzt|Behandler
notifier.organization: Betriebsst.|Praxis
notifier.phone: Rückruf|Tel. Praxis
notifier.lanr: LANR
notifier.bsnr: BSNR
notification_date: Meldung vom|Meldedat.
recipient: Gesundh.amt|Empf.
"""
_CHOICES = {
    "patient.sex": (("female", "W"), ("male", "M"), ("diverse", "D"), ("unknown", "X")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("yes", "Ja"), ("no", "Nein"), ("not_known", "n. bek.")),
    "facility.role": (("works", "Tätigkeit"), ("cared_for", "Betreuung"), ("none", "kein")),
    "vaccination.status": (("vaccinated", "Ja"), ("unvaccinated", "Nein"), ("unknown", "n. bek.")),
    "laboratory.commissioned": (("yes", "Ja"), ("no", "Nein")),
}
_Rows = tuple[tuple[tuple[str, float, float], ...], ...]  # key, where its field begins and how wide it is; ^ before a key: a list
_TITLES = (
    "Patient|Erkrankung|Verlauf / Herkunft|Labor, Impfung|Absender",
    "Stammdaten|Meldung|Aufenthalt|Diagnostik|Melder",
    "Person|§ 6 IfSG|Epidemiologie|Labor/Impfstatus|Arzt",
)
_PATIENT: _Rows = (
    (("patient.family_name", 34, 62), ("patient.given_name", 121, 59)),
    (("patient.birth_date", 34, 30), ("patient.sex", 84, 50), ("#patient", 158, 22)),
    (("patient.street", 34, 58), ("patient.postal_code", 103, 15), ("patient.city", 138, 42)),
    (("patient.phone", 34, 46), ("patient.email", 98, 82)),
)
_DISEASE: _Rows = (
    (("^disease", 40, 88), ("#icd", 144, 24)),
    (("case_status", 40, 88), ("death_date", 152, 26)),
    (("onset_date", 40, 28), ("diagnosis_date", 92, 28)),
    (("symptoms", 40, 138),),
)
_WAYS: _Rows = (
    (("hospital.admitted", 36, 46), ("hospital.name", 103, 43), ("hospital.admission_date", 160, 22)),
    (("^facility.role", 36, 34), ("facility.name", 96, 86)),
    (("exposure.place", 36, 48), ("^exposure.country", 112, 40)),
)
_TESTS: _Rows = (
    (("laboratory.commissioned", 38, 26), ("laboratory.name", 84, 62), ("laboratory.sample_date", 163, 20)),
    (("vaccination.status", 38, 46), ("vaccination.doses", 106, 8), ("vaccination.last_date", 140, 26)),
)
_SENDER: _Rows = (
    (("notifier.name", 36, 58), ("notifier.organization", 119, 63)),
    (("notifier.lanr", 36, 24), ("notifier.bsnr", 76, 24), ("notifier.phone", 128, 46)),
    (("^recipient", 36, 86), ("notification_date", 152, 28)),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page, the window on its upper two thirds."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "screen_dialog", needs_review=case.is_impossible)
    face = rng.choice(("sans", "dejavu", "carlito", "narrow"))
    form = Filling(rng, paper, face=face, size={"dejavu": 8.6, "narrow": 10.0}.get(face, 9.4), by_hand=0.0, has_trouble=False)
    form.is_partly_by_hand = False
    form.mark = rng.choice(("dot", "dot", "filled"))
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES)
    ask["#patient"] = Entry("", rng.choice(("Pat.Nr.", "PatNr")), number(rng, 5))
    ask["#icd"] = Entry("", "ICD", icd(rng, case.disease.code).text)
    groups = list(zip(rng.choice(_TITLES).split("|"), (_PATIENT, _DISEASE, _WAYS, _TESTS, _SENDER), strict=True))
    if rng.random() < 0.4:
        groups = [groups[0], groups[4], *groups[1:4]]
    form.sheet.text(_LEFT, 13, f"Bildschirmausdruck   {case.notified:%d.%m.%Y}   Platz {rng.randint(1, 6)}", 8, "mono")
    y = _window(form, 18)
    for title, rows in groups:
        y = _group(form, ask, y, title, rows)
    _buttons(form, y)
    return Drawing((form.sheet,), (paper,))


def _window(form: Filling, y: float) -> float:
    """Draw title bar, menu and tabs; return where the groups begin."""
    sheet, rng, face = form.sheet, form.rng, form.face
    sheet.box(_LEFT, y, _RIGHT - _LEFT, 6.4, 0.2, fill=rng.choice((0, 40)))
    bold = face if face == "narrow" else f"{face}-bold"
    sheet.text(
        _LEFT + 2,
        y + 4.5,
        rng.choice(("IfSG-Meldung bearbeiten", "Meldepflichtige Erkrankung [§ 6]", "Formular: Infektionsmeldung")),
        9.5,
        bold,
        grey=255,
    )
    for index, sign in enumerate(("×", "□", "_")):
        sheet.box(_RIGHT - 6 - index * 5.6, y + 1.1, 4.6, 4.2, 0.15, fill=255)
        sheet.text(_RIGHT - 3.7 - index * 5.6, y + 4.4, sign, 9, "dejavu", align="centre")
    x = _LEFT + 2
    for word in ("Datei", "Bearbeiten", "Ansicht", "Formulare", "Extras", "?"):
        x += sheet.text(x, y + 10.8, word, 9, face) + 5
    sheet.line(_LEFT, y + 12.6, _RIGHT, y + 12.6, 0.15)
    x = _LEFT + 2
    for index, word in enumerate(("Meldung", "Verlauf", "Anhänge", "Protokoll")):
        width = text_width(word, 9, face) + 6
        top = y + 14.4 - (0.8 if index == 0 else 0)
        sheet.curve([(x, y + 20), (x, top), (x + width, top), (x + width, y + 20)], 0.2)
        sheet.text(x + 3, y + 18.4, word, 9, face)
        if index:
            sheet.line(x, y + 20, x + width, y + 20, 0.2)
        x += width
    sheet.line(x, y + 20, _RIGHT, y + 20, 0.2)
    return y + 24


def _group(form: Filling, ask: Entries, y: float, title: str, rows: _Rows) -> float:
    """Draw a frame with its title in the upper line, and the fields within; return where the next begins."""
    sheet, height = form.sheet, len(rows) * 7.6 + 5.4
    sheet.box(_LEFT + 2.5, y, _RIGHT - _LEFT - 5, height, 0.2)
    sheet.box(_LEFT + 6, y - 1, text_width(title, 9, form.face) + 2.4, 2, 0, fill=255)
    sheet.text(_LEFT + 7, y + 1.1, title, 9, form.face)
    for row, fields in enumerate(rows):
        base, end = y + 8.2 + row * 7.6, _LEFT + 3.5
        for key, at, width in fields:
            x, entry = _LEFT + at, ask[key.removeprefix("^")]
            text = entry.label + ("" if entry.label.endswith("?") else ":")
            sheet.text(x - 1.6, base, text, fitted(text, 9, form.face, x - 2 - end), form.face, align="right")
            _field(form, entry, x, base, min(width, _RIGHT - 4 - x), is_list=key.startswith("^"))
            end = x + width + 1
    return y + height + 4.4


def _field(form: Filling, entry: Entry, x: float, base: float, width: float, *, is_list: bool) -> None:
    """Draw what a label stands before: round buttons, a list with its arrow, or a sunken field."""
    sheet = form.sheet
    if entry.choices and not is_list:
        form.tick(entry, x + 0.8, base, 4.2, 9, form.face, 2.9, width=width, is_round=True)
        return
    sheet.box(x, base - 4.1, width, 5.6, 0.15)
    sheet.line(x + 0.25, base - 3.85, x + width, base - 3.85, 0.2)
    sheet.line(x + 0.25, base - 4.1, x + 0.25, base + 1.5, 0.3)
    room = width - 2
    if is_list:
        right = x + width
        sheet.box(right - 5.2, base - 4.1, 5.2, 5.6, 0.15)
        sheet.polygon([(right - 3.8, base - 2.0), (right - 1.4, base - 2.0), (right - 2.6, base - 0.4)])
        room -= 5.2
    (form.answer_word if entry.choices else form.answer)(entry, x + 1.2, base, room)


def _buttons(form: Filling, y: float) -> None:
    """Draw the buttons and the status bar at the foot of the window, and the window's edges."""
    sheet, rng, face = form.sheet, form.rng, form.face
    x = _RIGHT - 4
    for word in rng.choice(("Abbrechen|Fax senden|Speichern", "Hilfe F1|Schließen|Drucken|OK")).split("|"):
        width = max(20.0, text_width(word, 9, face) + 6)
        sheet.box(x - width, y, width, 6.6, 0.3)
        sheet.text(x - width / 2, y + 4.5, word, 9, face, align="centre")
        x -= width + 3
    sheet.line(_LEFT, y + 10, _RIGHT, y + 10, 0.2)
    status = f"Benutzer MFA{rng.randint(1, 4)}   |   Mandant 1   |   DS {rng.randint(1, 40)} von {rng.randint(41, 90)}"
    sheet.text(_LEFT + 2, y + 14, status, 8, face)
    sheet.box(_LEFT, 18, _RIGHT - _LEFT, y + 16 - 18, 0.4)
