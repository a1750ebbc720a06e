"""A family doctor's short note, typed in a word processor: letterhead, a few short lines that begin in bold, and a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from samples import ink
from samples.authors import note, spoken
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.medicine import Case
from samples.people import Practice, Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 25.0, 188.0
_Piece = str | Entry  # print, in bold where it begins with *; or a value
_BOLD = {"carlito": "carlito-bold", "caladea": "caladea-bold", "sans": "sans-bold", "serif": "serif-bold"}
_CARED = {"works": "arbeitet in: ", "cared_for": "wird betreut in: "}


@dataclass
class _Word:
    """What no line break may part: runs of (text, face), and the values that end in it."""

    runs: list[tuple[str, str]]
    ends: list[Entry]


def _words(form: Filling, pieces: list[_Piece]) -> list[_Word]:
    """Part a paragraph into words; punctuation stays with the word before it."""
    words: list[_Word] = []
    for piece in pieces:
        text = (piece.text or "") if isinstance(piece, Entry) else piece.removeprefix("*")
        face = _BOLD[form.face] if isinstance(piece, str) and piece.startswith("*") else form.face
        for number, part in enumerate(text.split()):
            if number == 0 and words and part[0] in ",.;)":
                words[-1].runs.append((part, face))
            else:
                words.append(_Word([(part, face)], []))
        if isinstance(piece, Entry) and piece.text:
            words[-1].ends.append(piece)
    return words


def _paragraph(form: Filling, y: float, pieces: list[_Piece], leading: float) -> float:
    """Set a paragraph; return the base line of the next one."""
    x, blank = _LEFT, text_width(" ", form.size, form.face)
    for word in _words(form, pieces):
        if x > _LEFT and x + sum(text_width(text, form.size, face) for text, face in word.runs) > _RIGHT:
            x, y = _LEFT, y + leading
        for text, face in word.runs:
            x += form.sheet.text(x, y, text, form.size, face)
        for entry in word.ends:
            note(form, entry, y)
        x += blank
    return y + leading


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page of which two thirds stay white."""
    case = invent_troubled_case(rng, scene)
    case = replace(case, notifier=_in_practice(case.notifier))
    paper = Paper("disease_notification", "kurzmeldung", needs_review=case.is_impossible)
    form = Filling(rng, paper, face=rng.choice(tuple(_BOLD)), size=rng.uniform(10, 11), by_hand=0.0, has_trouble=False)
    form.day_style = rng.choices(("dot", "bare", "long"), weights=(8, 1, 1))[0]
    form.is_partly_by_hand = rng.random() < 0.12
    ask, sheet, leading = case_entries(rng, case, scene, form.day), form.sheet, rng.uniform(4.9, 5.6)
    _letterhead(form, ask, case)
    y = _paragraph(form, 43, [rng.choice(("*An:", "*Per Fax an:", "")), ask["recipient"]], leading)
    day = f"{case.notifier.address.place.city}, "
    x = 132.0 + sheet.text(132, y + 1, day if text_width(day, form.size, form.face) < 22 else "Datum: ", form.size, form.face)
    form.answer(ask["notification_date"], x, y + 1, _RIGHT + 8 - x)
    y = _paragraph(
        form, y + 8, [rng.choice(("*Meldung nach § 6 IfSG", "*Kurzmeldung gemäß § 6 Infektionsschutzgesetz", "*IfSG-Meldung"))], leading
    )
    if rng.random() < 0.5:
        y = _paragraph(
            form,
            y + 1,
            [rng.choice(("Sehr geehrte Damen und Herren, hiermit melde ich:", "Hiermit melde ich Ihnen folgenden Fall:"))],
            leading,
        )
    for pieces in (_patient(form, case, ask), _disease(form, case, ask), *_more(form, case, ask)):
        y = _paragraph(form, y + 1, pieces, leading)
    y += 3
    sheet.text(_LEFT, y, rng.choice(("Mit freundlichen Grüßen", "Mit kollegialem Gruß", "MfG")), form.size, form.face)
    ink.signature(sheet, _LEFT + 3, y + 9, rng)
    form.answer(ask["notifier.name"], _LEFT, y + 15, 100)
    return Drawing((sheet,), (paper,))


def _in_practice(who: Practice) -> Practice:
    """Let a practice notify, as notes like this do not come from hospitals."""
    if who.speciality == "Oberarzt":
        return replace(who, organization=f"Hausarztpraxis {who.doctor.split()[-1]}", speciality="Hausärztliche Versorgung")
    fields = {"All": "Allgemeinmedizin", "Inn": "Innere Medizin", "Kin": "Kinder- und Jugendmedizin"}
    return replace(who, speciality=next(field for begin, field in fields.items() if begin in who.speciality))


def _letterhead(form: Filling, ask: Entries, case: Case) -> None:
    who, sheet, bold = case.notifier, form.sheet, _BOLD[form.face]
    is_centred = form.rng.random() < 0.5
    x, align = (105.0, "centre") if is_centred else (_RIGHT, "right")
    sheet.text(x, 18, who.organization, 14, bold, align=align)
    note(form, ask["notifier.organization"], 18)
    sheet.text(x, 23, f"{who.doctor}, {who.speciality}" if form.rng.random() < 0.6 else who.speciality, 9, form.face, align=align)
    sheet.text(x, 27.5, f"{who.address.street} · {who.address.town}", 9, form.face, align=align)
    note(form, ask["notifier.address"], 27.5)
    fax = ask["notifier.fax"]
    sheet.text(x, 32, f"Telefon {who.phone.printed}" + (f" · Fax {fax.text}" if fax.text else ""), 9, form.face, align=align)
    for entry in (ask["notifier.phone"], fax):
        note(form, entry, 32)
    sheet.line(_LEFT, 34.5, _RIGHT, 34.5, form.rng.choice((0.2, 0.5)))


def _patient(form: Filling, case: Case, ask: Entries) -> list[_Piece]:
    """Word who is ill; the sex stands there as a word, or nowhere."""
    rng, sex = form.rng, case.patient.sex
    has_sex = rng.random() < 0.7
    head = {"female": "*Patientin:", "male": "*Patient:"}.get(sex, "*Pat.:") if has_sex else rng.choice(("*Pat.:", "*Betroffene Person:"))
    pieces: list[_Piece] = [head, ask["patient.name"], rng.choice((", geb.", ", geboren am", ", geb. am")), ask["patient.birth_date"]]
    if has_sex:
        pieces += [",", spoken("patient.sex", {"female": "weiblich", "male": "männlich", "diverse": "divers"}[sex], sex)]
    pieces += [rng.choice((", wohnhaft", ", wohnh.", ", Anschrift:")), ask["patient.address"]]
    if case.patient.phone:
        pieces += [rng.choice((", Tel.", ", telefonisch erreichbar unter")), ask["patient.phone"]]
    return pieces


def _disease(form: Filling, case: Case, ask: Entries) -> list[_Piece]:
    """Word what is notified: status and disease, and when it began."""
    rng, status = form.rng, case.status
    named = spoken("disease.name", case.disease_name)
    coded = replace(named, values={"disease.name": case.disease_name, "disease.code": case.disease.code})
    if rng.random() < 0.5:
        said = spoken("case_status", {"suspected": "Verdacht", "ill": "Erkrankung", "deceased": "Todesfall"}[status], status)
        pieces: list[_Piece] = ["*Gemeldet wird:", said, {"suspected": "auf", "ill": "an", "deceased": "an"}[status], coded]
    else:
        said = spoken("case_status", {"suspected": "Verdachtsfall", "ill": "Erkrankungsfall", "deceased": "Todesfall"}[status], status)
        pieces = [rng.choice(("*Diagnose:", "*Krankheit:")), coded, "–", said]
    if case.onset:
        pieces += [rng.choice((", erkrankt seit", ", Krankheitsbeginn", ". Die Beschwerden begannen am")), ask["onset_date"]]
    if case.diagnosis:
        pieces += [rng.choice((", Diagnose gestellt am", ", diagnostiziert am", ". Die Diagnose wurde gestellt am")), ask["diagnosis_date"]]
    if case.death:
        pieces += [", verstorben am", ask["death_date"]]
    return [*pieces, "."]


def _more(form: Filling, case: Case, ask: Entries) -> list[list[_Piece]]:
    """Word the rest in short lines, where there is something to say."""
    rng, lines = form.rng, list[list[_Piece]]()
    if case.symptoms:
        lines.append([rng.choice(("*Symptome:", "*Klinik:", "*Beschwerden:")), ask["symptoms"]])
    if case.admitted == "yes":
        lines.append(["*Stationär:", spoken("hospital.admitted", "ja", value=True), ", Krankenhaus:", ask["hospital.name"]])
        if case.admission:
            lines[-1] += [", Aufnahme am", ask["hospital.admission_date"]]
    elif case.admitted == "no":
        lines.append(["*Stationär:", spoken("hospital.admitted", "nein", value=False)])
    if case.exposure_country:
        where: list[_Piece] = [ask["exposure.place"], ", Land:"] if case.exposure_place else ["Land:"]
        lines.append([rng.choice(("*Vermutlicher Infektionsort:", "*Angesteckt vermutlich in:")), *where, ask["exposure.country"]])
    if case.role in _CARED:
        lines.append(["*Einrichtung:", spoken("facility.role", _CARED[case.role], case.role), ask["facility.name"]])
    lines += [line for line in (_vaccination(case, ask), _laboratory(case, ask)) if line]
    return rng.sample(lines, len(lines)) if rng.random() < 0.4 else lines


def _vaccination(case: Case, ask: Entries) -> list[_Piece]:
    words = {"vaccinated": "geimpft", "unvaccinated": "nicht geimpft", "unknown": "unbekannt"}
    if case.vaccinated is None:
        return []
    line: list[_Piece] = ["*Impfstatus:", spoken("vaccination.status", words[case.vaccinated], case.vaccinated)]
    if case.doses:
        line += [", Zahl der Dosen:", ask["vaccination.doses"]]
    return line + ([", letzte Impfung am", ask["vaccination.last_date"]] if case.last_dose else [])


def _laboratory(case: Case, ask: Entries) -> list[_Piece]:
    if case.lab_commissioned != "yes":
        return []
    line: list[_Piece] = ["*Labor:", spoken("laboratory.commissioned", "beauftragt", value=True)]
    line += [",", ask["laboratory.name"]] if case.lab_name else []
    return line + ([", Probe vom", ask["laboratory.sample_date"]] if case.sample_date else [])
