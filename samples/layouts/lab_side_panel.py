"""A hospital laboratory's print: a grey pane of patient and sender on the left, targets or resistances on the right."""

from __future__ import annotations

from random import Random

from samples.authors import note, reworded
from samples.entries import Entries, laboratory_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import Finding, invent_finding
from samples.people import Scene
from samples.sheet import wrapped

_EDGE, _BODY, _RIGHT = 67.0, 73.0, 200.0
_LABELS = """
patient.family_name: NAME|PAT.-NAME|NACHNAME
patient.given_name: VORNAME|VORN.
patient.birth_date: GEB.-DATUM|GEB. AM|GEBOREN
patient.sex: GESCHL.|SEX|GESCHLECHT
patient.street: STR.|STRASSE|ADRESSE
patient.town: PLZ / ORT|WOHNORT|ORT
patient.phone: TEL. PAT.|TELEFON (PATIENT)|TEL.
submitter.organization: EINSENDER|ANF. STELLE|ANFORDERNDE EINRICHTUNG
submitter.name: ANF. ARZT|ÄRZTIN/ARZT|EINS. ARZT
submitter.address: ADRESSE EINS.|ANSCHRIFT
submitter.phone: TEL. EINS.|RÜCKRUF
order_number: Auftrag|Auftr.-Nr.|Lab-ID
specimen.material: Material|Probe|PM
specimen.collected_on: Abnahme|Entn.|abgenommen
specimen.received_on: Eingang|Eing.|Probeneing.
notification_date: Druck/Meldung|gemeldet|Meldedat.
method: Verfahren|Methode|Testprinzip
finding: Ergebnistext|Befundtext|Mikrobiol. Befund
"""
_SEXES = (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers"))
# code of the pathogen (- for what nobody notifies) and its name on the panel
_PANELS = (
    "novp Norovirus GI/GII|rtvp Rotavirus A|- Adenovirus 40/41|- Astrovirus|camp Campylobacter spp.|salp Salmonella spp.|"
    "ehcp EHEC (stx1/stx2)|yenp Yersinia enterocolitica|gilp Giardia lamblia",
    "cvdp SARS-CoV-2|invp Influenza A|- Influenza B|rsvp RSV A/B|bpsp Bordetella pertussis|- Rhino-/Enterovirus|- hMPV|- Parainfluenza 1-4",
    "havp Anti-HAV IgM|hbvp HBs-Antigen|hcvp Anti-HCV|hevp Anti-HEV IgM|- Anti-HIV 1/2 + p24|- CMV IgM|- EBV VCA IgM",
)
_DRUGS = ("Ampicillin", "Cefotaxim", "Ciprofloxacin", "Cotrimoxazol", "Gentamicin", "Meropenem", "Azithromycin", "Tetracyclin")
_TITLES = ("Endbefund Mikrobiologie", "Befund Infektionsdiagnostik", "Teilbefund - meldepflichtig")
_SUBTITLES = ("Meldung gem. § 7 IfSG an das Gesundheitsamt", "zugleich namentliche Labormeldung (§ 7 Abs. 1 IfSG)")
_PANEL_HEADS = (("Target", "Resultat"), ("Parameter", "Ergebnis"), ("Zielsequenz / Antigen", "Erg."))


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page in two panes under a barcode."""
    paper = Paper("laboratory_notification", "lab_side_panel")
    face = rng.choice(("sans", "narrow", "carlito", "dejavu", "dejavu-mono"))
    form = Filling(rng, paper, face=face, size=rng.uniform(8.8, 10.0), by_hand=0.0, has_trouble=False)
    finding = invent_finding(rng)
    ask = reworded(rng, laboratory_entries(rng, scene, form.day, finding), _LABELS, {"patient.sex": _SEXES})
    form.sheet.box(8, 8, _EDGE - 8, 281, 0, fill=rng.choice((228, 236, 255)))
    form.sheet.line(_EDGE, 8, _EDGE, 289, rng.choice((0.3, 0.7)))
    _side(form, ask)
    y = _result(form, ask, finding, _top(form, ask, scene))
    y = _culture(form, y) if finding.method == "Kultur" else _targets(form, finding, y)
    _foot(form, ask, y)
    return Drawing((form.sheet,), (paper,))


def _side(form: Filling, ask: Entries) -> None:
    """Print patient and sender one below the other, each head small above what it names; who comes first is chance."""
    rng = form.rng
    patient = [f"patient.{key}" for key in ("family_name", "given_name", "birth_date", "sex", "street", "town", "phone")]
    sender = ["submitter.organization", "submitter.name", "submitter.address", "submitter.phone"][: rng.choice((3, 4, 4))]
    parts = rng.choices(([("Patient/in", patient), ("Auftraggeber", sender)], [("Einsender", sender), ("Pat.", patient)]), (7, 3))[0]
    y = 20.0
    for title, keys in parts:
        form.sheet.text(12, y, title, 11, "sans-bold")
        form.sheet.line(12, y + 1.6, _EDGE - 4, y + 1.6, 0.5)
        y += 3
        for key in keys:
            y = _below(form, ask, key, y)
        if keys is patient:  # what the hospital's own systems need
            form.sheet.text(12, y + 5, "FALL / STATION", 8, "sans")
            form.write(12, y + 9.6, f"{rng.randint(10**7, 10**8 - 1)} / {rng.choice(('INFA', 'ZNA', 'M4', 'KIN2', 'ITS-1'))}", 50)
            y += 11
        y += 14


def _below(form: Filling, ask: Entries, key: str, y: float) -> float:
    """Print a head and below it its answer on one line or two."""
    entry, width = ask[key], _EDGE - 17
    label(form.sheet, 12, y + 5, entry.label, 8, "sans", width)
    text = entry.text or ""
    lines = text.split(", ", 1) if key == "submitter.address" else wrapped(text, form.size, form.face, width)
    if entry.choices:
        form.answer_word(entry, 12, y + 9.8, width)
    elif len(lines) != 2:
        form.answer(entry, 12, y + 9.8, width)
    else:
        form.write(12, y + 9.8, lines[0], width)
        y += 4.6
        form.write(12, y + 9.8, lines[1], width)
        note(form, entry, y + 9.8)
    return y + 11.4


def _top(form: Filling, ask: Entries, scene: Scene) -> float:
    """Print the laboratory, the addressee, a barcode and the order's line cut by strokes."""
    sheet, rng, lab = form.sheet, form.rng, scene.laboratory
    label(sheet, _BODY, 16, lab.organization, 13, "sans-bold", 88)
    note(form, ask["laboratory.organization"], 16)
    x = 166.0
    while x < _RIGHT - 1:
        width = rng.choice((0.25, 0.5, 0.75))
        sheet.line(x, 9, x, 18, width)
        x += width + rng.choice((0.35, 0.6, 0.95))
    call = f"{rng.choice(('Tel.', 'Fon', 'Befundauskunft'))} {lab.phone.printed}"
    sheet.text(_BODY, 21, f"{lab.address.street} - {lab.address.town} - {call}", 9.2, "narrow")
    note(form, ask["laboratory.address"], 21)
    note(form, ask["laboratory.phone"], 21)
    begin = sheet.text(_BODY, 33, rng.choice(("Kopie an:  ", "Empfänger:  ", "Meldeempfänger:  ")), 9, "sans-bold")
    form.answer(ask["recipient"], _BODY + begin, 33, _RIGHT - _BODY - begin)
    sheet.text(_BODY, 44, rng.choice(_TITLES), 15, "sans-bold")
    sheet.text(_BODY, 49.5, rng.choice(_SUBTITLES), 9, "sans")
    return _order(form, ask, 58.0)


def _order(form: Filling, ask: Entries, y: float) -> float:
    """Print two lines of what was sent in and when."""
    sheet = form.sheet
    for keys in (("order_number", "specimen.material"), ("specimen.collected_on", "specimen.received_on", "notification_date")):
        width = (_RIGHT - _BODY) / len(keys)
        for index, key in enumerate(keys):
            x = _BODY + index * width
            begin = sheet.text(x, y, f"{ask[key].label} ", 9, "narrow")
            form.answer(ask[key], x + begin + 0.6, y, width - begin - 4)
            if index:
                sheet.line(x - 2, y - 3.5, x - 2, y + 1, 0.3)
        y += 6.4
    sheet.line(_BODY, y - 3, _RIGHT, y - 3, 0.3)
    return y + 4


def _result(form: Filling, ask: Entries, finding: Finding, y: float) -> float:
    """Print what was found, framed or behind a bar, before all that was tested."""
    sheet, rng = form.sheet, form.rng
    sheet.box(_BODY - 1.5, y - 1, rng.choice((1.2, _RIGHT - _BODY + 1.5)), 26.5, 0.6)
    y += 5.5
    begin = sheet.text(_BODY + 2, y, rng.choice(("ERREGER: ", "Nachgewiesen: ", "1) ")), form.size, "sans-bold")
    form.answer(ask["pathogen"], _BODY + 2 + begin, y, 70)
    word = rng.choice(("POSITIV", "positiv", "+ pos. +", "! positiv !"))
    form.paper.take("result", finding.result, y)
    sheet.text(_RIGHT - 3, y, word, form.size, "sans-bold", align="right")
    for key in ("method", "finding"):
        y += 6.2
        begin = sheet.text(_BODY + 2, y, f"{ask[key].label}: ", form.size, "sans")
        form.answer(ask[key], _BODY + 2 + begin, y, _RIGHT - _BODY - begin - 5)
    sheet.text(_BODY + 2, y + 5.6, "Meldepflicht: JA   (Nachweis durch Zweituntersuchung bestätigt)", 8, "sans")
    return y + 20


def _targets(form: Filling, finding: Finding, y: float) -> float:
    """List in two columns what else was tested, all of it negative."""
    sheet, rng, code = form.sheet, form.rng, finding.pathogen.code
    tested = [row.split(" ", 1) for row in next((panel for panel in _PANELS if code in panel), _PANELS[-1]).split("|")]
    others = [name for key, name in tested if key != code]
    heads = rng.choice(_PANEL_HEADS)
    sheet.text(_BODY, y, rng.choice(("Ausschlussdiagnostik im selben Material", "Weitere Untersuchungen (Auftrag)")), 10, "sans-bold")
    y += 6
    for x in (_BODY, 138.0):
        sheet.text(x, y, heads[0], 8, "sans-italic")
        sheet.text(x + 60, y, heads[1], 8, "sans-italic", align="right")
    chosen, word = rng.sample(others, min(len(others), rng.choice((4, 6)))), rng.choice(("negativ", "neg.", "n. n."))
    for index, name in enumerate(chosen):
        x = _BODY if index % 2 == 0 else 138.0
        y += 5.6 if index % 2 == 0 else 0
        form.write(x, y, name, 35)
        sheet.text(x + 60, y, word, form.size * 0.95, form.face, align="right")
    return y + 10


def _culture(form: Filling, y: float) -> float:
    """List to which drugs the isolate is sensitive."""
    sheet, rng = form.sheet, form.rng
    sheet.text(_BODY, y, rng.choice(("Antibiogramm (EUCAST)", "Resistenztestung zu 1)")), 10, "sans-bold")
    for drug in rng.sample(_DRUGS, rng.randint(4, 7)):
        y += 5.6
        form.write(_BODY, y, drug, 45)
        sheet.text(125, y, rng.choices("SIR", weights=(7, 1, 2))[0], form.size, "sans-bold")
        sheet.text(150, y, rng.choice(("<= 0,25", "<= 0,5", "1", "2", ">= 8")), form.size, form.face, align="right")
    sheet.text(_BODY, y + 5.5, "S = sensibel   I = sensibel bei erhöhter Exposition   R = resistent   (MHK in mg/l)", 8, "narrow")
    return y + 15


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    begin = sheet.text(_BODY, y + 4, rng.choice(("Vidiert: ", "Medizinisch freigegeben: ", "Befundet durch ")), form.size, "sans")
    form.answer(ask["laboratory.doctor"], _BODY + begin, y + 4, _RIGHT - _BODY - begin)
    sheet.text(_BODY, 279, "* Akkreditiertes Verfahren nach DIN EN ISO 15189. Dieser Befund ist ohne Unterschrift gültig.", 8, "narrow")
    sheet.text(_BODY, 284, "Mo-Fr 7.30-16.30 Uhr, Rufdienst über Pforte", 8, "narrow")
    sheet.text(_RIGHT, 284, f"MIBI{rng.randint(100, 999)}   1/1", 8, "narrow", align="right")
