"""A practice's note typed in Word: a greeting, a few lines with who, what and since when at a tab stop, a sentence or two, a stamp."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.authors import note, spoken
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.medicine import Case
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 28.0, 185.0
_Piece = str | Entry
# how three writers head their lines
_HEADS: tuple[dict[str, str], ...] = (
    {"who": "Wer?", "where": "Wohnt:", "phone": "Erreichbar:", "what": "Was?", "since": "Seit wann?", "signs": "Beschwerden?",
     "found": "Festgestellt:", "dead": "Gestorben:", "stay": "Klinik?", "source": "Woher?", "house": "Einrichtung?", "jabs": "Impfung?",
     "lab": "Labor?"},
    {"who": "Pat.", "where": "Adr.", "phone": "Tel.", "what": "Dg.", "since": "Beginn", "signs": "Sympt.", "found": "Dg. vom",
     "dead": "Exitus", "stay": "stat.", "source": "Inf.-Quelle", "house": "GE (§ 33)", "jabs": "Impfg.", "lab": "Labor"},
    {"who": "- Betrifft:", "where": "- zu Hause in:", "phone": "- Handy/Tel.:", "what": "- Meldung:", "since": "- krank ab:",
     "signs": "- Befinden:", "found": "- Diagnose am:", "dead": "- Todestag:", "stay": "- Krankenhaus:", "source": "- Ansteckung:",
     "house": "- Arbeit/Betreuung:", "jabs": "- Impfungen:", "lab": "- Probe:"},
)  # fmt: skip
_TITLES = ("Wichtig - bitte gleich weiterleiten!", "IfSG-Meldung, formlos", "Namentliche Meldung (Formular ist gerade alle)", "Eilt sehr")
_OPENINGS = (
    "Hallo ins Gesundheitsamt, hier eine Meldung aus unserer Sprechstunde:",
    "Liebes Team vom Infektionsschutz, wir haben folgenden Fall:",
    "wie eben mit Ihrer Vermittlung besprochen, hier die Daten:",
)
_ENDINGS = (
    "Angehörige wissen Bescheid. Bitte kurz den Empfang bestätigen, danke!",
    "Befunde reichen wir nach, sobald sie da sind. Rückruf bitte nicht zwischen 12 und 14 Uhr.",
    "Wir bitten um Nachricht, ob wir noch etwas veranlassen sollen.",
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page, half of it white."""
    case = invent_troubled_case(rng, scene)
    paper = Paper("disease_notification", "typed_note", needs_review=case.is_impossible)
    face = rng.choice(("carlito", "caladea", "serif", "sans", "courier"))
    form = Filling(rng, paper, face=face, size=rng.uniform(10.5, 12), by_hand=0.0, has_trouble=False)
    form.day_style = rng.choices(("dot", "bare", "short"), weights=(6, 2, 2))[0]
    ask, sheet, leading = case_entries(rng, case, scene, form.day), form.sheet, rng.uniform(5.4, 6.2)
    sheet.text(_LEFT, 24, rng.choice(("FAX", "Telefax", "F A X")), 20, f"{face}-bold")
    y = _flow(form, [rng.choice(("an", "für:", "geht an")), ask["recipient"]], _LEFT, 33, leading)
    y = _flow(form, [rng.choice(("Datum", "vom", "heute,")), ask["notification_date"]], _LEFT, y, leading)
    y += 4
    title = rng.choice(_TITLES)
    width = sheet.text(_LEFT, y, title, form.size + 1, f"{face}-bold")
    sheet.line(_LEFT, y + 1, _LEFT + width, y + 1, 0.3)
    y = _flow(form, [rng.choice(_OPENINGS)], _LEFT, y + 10, leading) + 3
    heads, is_bold = rng.choice(_HEADS), rng.random() < 0.4
    label_face = f"{face}-bold" if is_bold else face
    stop = _LEFT + max(text_width(head, form.size, label_face) for head in heads.values()) + 5
    for key, pieces in _told(form, case, ask):
        sheet.text(_LEFT, y, heads[key], form.size, label_face)
        y = _flow(form, pieces, stop, y, leading) + 0.8
    y = _flow(form, [rng.choice(_ENDINGS)], _LEFT, y + 5, leading) + 4
    _stamp(form, case, ask, y)
    return Drawing((sheet,), (paper,))


def _flow(form: Filling, pieces: list[_Piece], left: float, y: float, leading: float) -> float:
    """Set pieces as one running text from `left`, as a hanging indent does; return the base line of the next paragraph."""
    x, blank = left, text_width(" ", form.size, form.face)
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text or ""
        for part in text.split():
            if part[0] in ",.;)" and x > left:
                x -= blank
            elif x > left and x + text_width(part, form.size, form.face) > _RIGHT:
                x, y = left, y + leading
            x += form.sheet.text(x, y, part, form.size, form.face) + blank
        if isinstance(piece, Entry) and piece.text:
            note(form, piece, y)
    return y + leading


def _told(form: Filling, case: Case, ask: Entries) -> list[tuple[str, list[_Piece]]]:
    """Return the lines this writer has something to say in, by their heads' keys."""
    rng, sex = form.rng, case.patient.sex
    who: list[_Piece] = [ask["patient.name"], rng.choice((", *", ", geb.", ", geb. am")), ask["patient.birth_date"]]
    if rng.random() < 0.75:
        words = {"female": ("weiblich", "w", "weibl."), "male": ("männlich", "m", "männl."), "diverse": ("divers", "d", "div.")}[sex]
        who += [",", spoken("patient.sex", rng.choice(words), sex)]
    lines: list[tuple[str, list[_Piece]]] = [("who", who), ("where", [ask["patient.address"]])]
    if case.patient.phone:
        mail: list[_Piece] = [rng.choice((", Mail:", ", E-Mail")), ask["patient.email"]] if case.patient.email else []
        lines.append(("phone", [ask["patient.phone"], *mail]))
    lines.append(("what", _what(rng, case)))
    for key, moment in (("since", "onset_date"), ("found", "diagnosis_date"), ("dead", "death_date")):
        if ask[moment].text:
            lines.append((key, [ask[moment]]))
    if case.symptoms:
        lines.append(("signs", [ask["symptoms"]]))
    extra = [line for line in (_stay(case, ask), _source(case, ask), _house(case, ask), _jabs(case, ask), _lab(case, ask)) if line[1]]
    rng.shuffle(extra)
    return lines + extra


def _what(rng: Random, case: Case) -> list[_Piece]:
    """Word status and disease in one go: 'V. a. Masern', 'Masern, verstorben'."""
    named = spoken("disease.name", case.disease_name)
    named = replace(named, values={"disease.name": case.disease_name, "disease.code": case.disease.code})
    if case.status == "suspected":
        return [spoken("case_status", rng.choice(("V. a.", "Verdacht auf", "V.a.")), "suspected"), named]
    if case.status == "ill":
        return [spoken("case_status", rng.choice(("Erkrankung an", "Erkrankung:")), "ill"), named]
    return [named, ",", spoken("case_status", rng.choice(("Pat. verstorben", "Todesfall")), "deceased")]


def _stay(case: Case, ask: Entries) -> tuple[str, list[_Piece]]:
    if case.admitted == "yes":
        seit: list[_Piece] = ["seit", ask["hospital.admission_date"]] if case.admission else []
        return "stay", [spoken("hospital.admitted", "ja,", value=True), ask["hospital.name"], *seit]
    return "stay", [spoken("hospital.admitted", "nein", value=False)] if case.admitted == "no" else []


def _source(case: Case, ask: Entries) -> tuple[str, list[_Piece]]:
    if not case.exposure_country:
        return "source", []
    where: list[_Piece] = [ask["exposure.place"]] if case.exposure_place else []
    return "source", ["vermutlich", *where, "(Land:", ask["exposure.country"], ")"]


def _house(case: Case, ask: Entries) -> tuple[str, list[_Piece]]:
    said = {"works": "arbeitet dort:", "cared_for": "wird betreut:", "none": "keine Gemeinschaftseinrichtung"}
    if case.role is None:
        return "house", []
    return "house", [spoken("facility.role", said[case.role], case.role), ask["facility.name"]]


def _jabs(case: Case, ask: Entries) -> tuple[str, list[_Piece]]:
    if case.vaccinated is None:
        return "jabs", []
    words = {"vaccinated": "geimpft", "unvaccinated": "ungeimpft", "unknown": "unbekannt"}
    pieces: list[_Piece] = [spoken("vaccination.status", words[case.vaccinated], case.vaccinated)]
    if case.doses:
        pieces += [",", replace(ask["vaccination.doses"], text=f"{case.doses} x")]
    return "jabs", pieces + ([", zuletzt", ask["vaccination.last_date"]] if case.last_dose else [])


def _lab(case: Case, ask: Entries) -> tuple[str, list[_Piece]]:
    if case.lab_commissioned != "yes":
        return "lab", [spoken("laboratory.commissioned", "nichts eingeschickt", value=False)] if case.lab_commissioned == "no" else []
    pieces: list[_Piece] = [spoken("laboratory.commissioned", "eingeschickt", value=True)]
    if case.lab_name:
        pieces += ["an", ask["laboratory.name"]]
    return "lab", pieces + ([", entnommen am", ask["laboratory.sample_date"]] if case.sample_date else [])


def _stamp(form: Filling, case: Case, ask: Entries, y: float) -> None:
    """Stamp who writes at the foot, a pen's loops across, the secretary's initials beside."""
    rng, who, size, fax = form.rng, case.notifier, 9.5, ask["notifier.fax"].text
    lines = [(who.organization, size + 1, "sans-bold"), (who.doctor, size, "sans"), (who.address.street, size, "sans")]
    lines += [(who.address.town, size, "sans"), (f"Tel. {who.phone.printed}", size, "sans")]
    keys = ["notifier.organization", "notifier.name", "notifier.address", "notifier.phone"]
    for key, text in (("notifier.fax", f"Fax {fax}"), ("notifier.bsnr", f"BSNR {who.bsnr}"), ("notifier.lanr", f"LANR {who.lanr}")):
        if ask[key].text:
            lines.append((text, size, "sans"))
            keys.append(key)
    y = max(y, 150.0) if y < 200 else y
    ink.stamp(form.sheet, rng.choice((_LEFT, 100.0)), y, lines, rng, is_framed=rng.random() < 0.4)
    for key in keys:
        note(form, ask[key], y + 36)
    initials = rng.choice(("gez. Pe/ks", "i. A. MFA Ramona", "Diktat: Anmeldung, St", "Seite 1"))
    form.sheet.text(_LEFT, 285, initials, 9, form.face)
