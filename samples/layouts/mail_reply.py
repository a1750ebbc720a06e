"""A mail printed and faxed: the office's questions stand quoted with '>', a practice has written its answer under each."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.authors import note, spoken
from samples.besides import number
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import MONTHS, TICKED, Drawing, Paper
from samples.medicine import Case
from samples.people import Scene
from samples.sheet import text_width, wrapped

_LEFT, _RIGHT = 20.0, 192.0
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_Answer = list[str | Entry]
_SEXES = {"female": "weiblich", "male": "männlich", "diverse": "divers"}
_STATUS = {"suspected": "Verdacht", "ill": "Erkrankung", "deceased": "Tod"}
_YES = {"yes": "ja", "no": "nein", "not_known": "nicht bekannt"}
_VACCINATED = {"vaccinated": "ja", "unvaccinated": "nein", "unknown": "nicht bekannt"}
_ROLES = {"works": "arbeitet dort", "cared_for": "wird dort betreut", "none": "nein"}


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "mail_reply", needs_review=case.is_impossible)
    face = rng.choice(("carlito", "sans", "mono", "courier", "dejavu"))
    form = Filling(rng, paper, face=face, size=rng.uniform(9.2, 9.8), by_hand=0.0, has_trouble=False)
    form.is_partly_by_hand = False
    ask = case_entries(rng, case, scene, form.day)
    y, leading = _head(form, ask, case), rng.uniform(4.0, 4.3)
    form.sheet.text(_LEFT, y, rng.choice(("Guten Tag,", "Sehr geehrte Damen und Herren,", "Hallo,")), form.size, face)
    y += leading * 1.5
    opening = rng.choice(("unsere Antworten stehen direkt unter Ihren Fragen.", "anbei die Angaben zur Meldung, siehe unten im Text."))
    form.sheet.text(_LEFT, y, opening, form.size, face)
    y += leading * 1.8
    numbered = rng.random() < 0.5
    for index, (question, answer) in enumerate(_interview(rng, ask, case), start=1):
        y = _quote(form, y, f"{index}. {question}" if numbered else question, leading)
        y = _reply(form, y, answer, leading) + leading * 0.6
    _signature(form, ask, case, y + 2, leading)
    return Drawing((form.sheet,), (paper,))


def _head(form: Filling, ask: Entries, case: Case) -> float:
    """Print what mail programs put on top: whose mailbox, sender, day, addressee, subject."""
    sheet, rng, face, day = form.sheet, form.rng, form.face, case.notified
    bold = f"{face}-bold"
    sheet.text(_LEFT, 17, rng.choice(("Anmeldung", "Praxis Empfang", "Info", "Sekretariat")), 12, bold)
    sheet.line(_LEFT, 19.5, _RIGHT, 19.5, 0.8)
    sent = f"{_DAYS[day.weekday()]}, {day.day}. {MONTHS[day.month - 1]} {day.year} {rng.randint(8, 17):02}:{rng.randint(0, 59):02}"
    rows: list[tuple[str, str | Entry]] = [
        ("Von:", ask["notifier.organization"]), ("Gesendet:", sent), ("An:", ask["recipient"]),
        ("Betreff:", rng.choice(("AW: Ihre Meldung - fehlende Angaben", f"AW: Ticket {number(rng, 6)}", "Re: Meldung § 6 IfSG"))),
    ]  # fmt: skip
    if rng.random() < 0.4:
        rows.append(("Wichtigkeit:", "Hoch"))
    y = 26.0
    for name, value in rows:
        sheet.text(_LEFT, y, name, form.size, bold)
        if isinstance(value, Entry):
            form.answer(value, _LEFT + 34, y, _RIGHT - _LEFT - 34)
        else:
            sheet.text(_LEFT + 34, y, value, form.size, face)
        y += 4.8
    sheet.text(_LEFT, 289, rng.choice(("1", "Seite 1", "Seite 1 von 1")), 8, face)
    return y + 5


def _interview(rng: Random, ask: Entries, case: Case) -> list[tuple[str, _Answer]]:
    """Return the office's questions with the practice's answers."""
    sex = spoken("patient.sex", _SEXES[case.patient.sex], case.patient.sex)
    status = spoken("case_status", _STATUS[case.status], case.status)
    person: list[tuple[str, _Answer]] = [
        (rng.choice(("Name, Vorname und Geburtsdatum der betroffenen Person?", "Wer ist erkrankt (Name, Vorname, geb. am)?")),
         [ask["patient.name"], "; geb.", ask["patient.birth_date"]]),
        (rng.choice(("Geschlecht?", "Welches Geschlecht ist eingetragen?")), [sex]),
        (rng.choice(("Anschrift und Telefonnummer?", "Wo wohnt die Person und wie ist sie telefonisch erreichbar?")),
         [ask["patient.address"], *_if_told(", Tel.", ask["patient.phone"])]),
    ]  # fmt: skip
    illness: list[tuple[str, _Answer]] = [
        (rng.choice(("Um welche meldepflichtige Krankheit handelt es sich?", "Welche Krankheit wird gemeldet?")), [ask["disease"]]),
        (rng.choice(("Verdacht, Erkrankung oder Tod?", "Melden Sie einen Verdacht, eine Erkrankung oder einen Tod?")),
         [status, *_if_told(", verstorben am", ask["death_date"])]),
        (rng.choice(("Seit wann bestehen Beschwerden?", "Datum des Erkrankungsbeginns?")), [ask["onset_date"]]),
        (rng.choice(("Wann wurde die Diagnose gestellt?", "Datum der Diagnose?")), [ask["diagnosis_date"]]),
        (rng.choice(("Welche Symptome sind aufgetreten?", "Klinisches Bild / Symptome?")), [ask["symptoms"]]),
    ]  # fmt: skip
    rest = [*_stay(rng, ask, case), *_tests(rng, ask, case)]
    blocks = [person, illness] if rng.random() < 0.6 else [illness, person]
    return [*blocks[0], *blocks[1], *rest, (rng.choice(("Datum der Meldung?", "Wann haben Sie gemeldet?")), [ask["notification_date"]])]


def _if_told(before: str, entry: Entry) -> _Answer:
    """Return `entry` with a word before it, or nothing where it has no text."""
    return [before, entry] if entry.text else []


def _said(path: str, words: dict[str, str], chosen: str | None) -> Entry:
    return spoken(path, words[chosen], value=TICKED.get(chosen, chosen)) if chosen else spoken(path, None)


def _stay(rng: Random, ask: Entries, case: Case) -> list[tuple[str, _Answer]]:
    hospital: _Answer = [_said("hospital.admitted", _YES, case.admitted), *_if_told(",", ask["hospital.name"])]
    hospital += _if_told(", Aufnahme am", ask["hospital.admission_date"])
    role: _Answer = [_said("facility.role", _ROLES, case.role), *_if_told(":", ask["facility.name"])]
    where: _Answer = [ask["exposure.place"], ", Land:" if case.exposure_place else "Land:", ask["exposure.country"]]
    return [
        (rng.choice(("Liegt oder lag die Person im Krankenhaus? Wo, seit wann?", "Stationäre Aufnahme (Klinik, Datum)?")), hospital),
        (rng.choice(("Wo hat sich die Person vermutlich angesteckt?", "Infektionsort und -land?")), where if case.exposure_country else []),
        (rng.choice(("Arbeitet die Person in einer Einrichtung nach § 33 oder § 36 IfSG oder wird sie dort betreut? In welcher?",
                     "Tätigkeit oder Betreuung in einer Gemeinschaftseinrichtung?")), role),
    ]  # fmt: skip


def _tests(rng: Random, ask: Entries, case: Case) -> list[tuple[str, _Answer]]:
    vaccinated: _Answer = [_said("vaccination.status", _VACCINATED, case.vaccinated)]
    if case.doses:
        vaccinated += [",", replace(ask["vaccination.doses"], text=f"{case.doses} Dosen" if case.doses > 1 else "1 Dosis")]
    vaccinated += _if_told(", letzte am", ask["vaccination.last_date"])
    laboratory: _Answer = [_said("laboratory.commissioned", _YES, case.lab_commissioned), *_if_told(",", ask["laboratory.name"])]
    laboratory += _if_told(", Probe vom", ask["laboratory.sample_date"])
    return [
        (rng.choice(("Ist die Person gegen diese Krankheit geimpft (Anzahl, letzte Impfung)?", "Impfstatus?")), vaccinated),
        (rng.choice(("Haben Sie ein Labor beauftragt? Welches?", "Wurde Material ins Labor geschickt? Labor, Entnahmedatum?")), laboratory),
    ]  # fmt: skip


def _quote(form: Filling, y: float, question: str, leading: float) -> float:
    """Print a question as mail programs quote it; return the base line of the answer."""
    for line in wrapped(question, form.size, form.face, _RIGHT - _LEFT - 6):
        form.sheet.text(_LEFT, y, f"> {line}", form.size, form.face)
        y += leading
    return y


def _reply(form: Filling, y: float, answer: _Answer, leading: float) -> float:
    """Print an answer as running text, or a word of none; return the base line below."""
    if not any(isinstance(piece, Entry) and piece.text for piece in answer):
        if form.rng.random() < 0.6:
            form.sheet.text(_LEFT, y, form.rng.choice(("-", "-", "folgt")), form.size, form.face)
        return y + leading
    x, blank = _LEFT, text_width(" ", form.size, form.face)
    for piece in answer:
        text = (piece.text or "") if isinstance(piece, Entry) else piece
        for word in text.split():
            x += 0 if x == _LEFT or word[0] in ",;:" else blank
            if x + text_width(word, form.size, form.face) > _RIGHT:
                x, y = _LEFT, y + leading
            x += form.sheet.text(x, y, word, form.size, form.face)
        if isinstance(piece, Entry) and piece.text:
            note(form, piece, y)
    return y + leading


def _signature(form: Filling, ask: Entries, case: Case, y: float, leading: float) -> None:
    """Print the block that the practice's program puts under every mail."""
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, y, rng.choice(("Mit freundlichen Grüßen", "Viele Grüße", "Freundliche Grüße")), form.size, form.face)
    sheet.text(_LEFT, y + leading * 1.5, f"i. A. {rng.choice(('M. Ritter', 'S. Baier', 'K. Thiel'))}, MFA", form.size, form.face)
    y += leading * 2.6
    sheet.text(_LEFT, y, "--", form.size, form.face)
    lines: list[list[str | Entry]] = [
        [ask["notifier.name"], f", {case.notifier.speciality}"], [ask["notifier.address"]],
        ["Tel. ", ask["notifier.phone"], *_if_told(" | Fax ", ask["notifier.fax"])]
    ]  # fmt: skip
    for pieces in lines:
        y, x = y + leading, _LEFT
        for piece in pieces:
            if isinstance(piece, Entry):
                x += form.answer(piece, x, y, 100)
            else:
                x += sheet.text(x, y, piece, form.size, form.face)
    closing = rng.choice(
        ("Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken.", "Diese E-Mail kann vertrauliche Daten enthalten.")
    )
    sheet.text(_LEFT, y + leading * 1.4, closing, 8, form.face)
