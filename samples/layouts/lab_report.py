"""A laboratory system's report: letterhead, key data in two blocks, a table of results; every positive line is a notification."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import PATHOGENS, Finding, invent_finding
from samples.people import Person, Scene, invent_person

_LEFT, _RIGHT = 18.0, 192.0
_COLUMNS = (_LEFT, 74.0, 106.0, 128.0)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page with one to four results, of which one or two are positive, now and then none."""
    form = Form(rng, Paper("laboratory_notification", "lab_report"), face=rng.choice(("sans", "narrow", "dejavu", "mono")))
    form.size = rng.uniform(8.5, 10)
    patient = invent_person(rng, scene.place, scene.today)
    _letterhead(form, scene)
    _key_data(form, scene, patient)
    papers = _results(form)
    _close(form, scene)
    own = [
        Paper(
            p.kind,
            p.layout,
            values={**form.paper.values, **p.values},
            handwritten=form.paper.handwritten,
            needs_review=form.paper.needs_review,
        )
        for p in papers
    ]
    return Drawing((form.sheet,), tuple(own))


def _letterhead(form: Form, scene: Scene) -> None:
    lab, sheet = scene.laboratory, form.sheet
    form.paper.take("laboratory.organization", lab.organization)
    sheet.text(_LEFT, 19, lab.organization, 15, "serif-bold")
    form.take_address("laboratory", lab.address)
    width = sheet.text(_LEFT, 24.5, f"{lab.address.street} · {lab.address.town} · Tel. ", 8.5, "sans")
    form.paper.take("laboratory.phone", lab.phone.value)
    sheet.text(_LEFT + width, 24.5, lab.phone.printed, 8.5, "sans")
    sheet.line(_LEFT, 27, _RIGHT, 27, 0.5)
    title = form.rng.choice(
        (
            "Meldung gemäß § 7 IfSG – Nachweis eines Krankheitserregers",
            "Labormeldung nach § 7 Infektionsschutzgesetz",
            "Erregernachweis: Meldung nach § 7 Abs. 1 IfSG",
        )
    )
    sheet.text(_LEFT, 37, title, 12.5, "sans-bold")
    x = _LEFT + sheet.text(_LEFT, 44, "An: ", 9.5, "sans")
    form.put(x, 44, "recipient", scene.office.name, 120)


def _key_data(form: Form, scene: Scene, patient: Person) -> None:
    rng, sheet = form.rng, form.sheet
    received = scene.today
    collected = received.fromordinal(received.toordinal() - rng.randint(0, 3))
    sheet.box(_LEFT, 49, 86, 42, 0.2)
    sheet.box(_LEFT + 88, 49, 86, 42, 0.2)
    rows = (("Patient:", 0), ("geb. am:", 1), ("Geschlecht:", 2), ("Anschrift:", 3), ("Telefon:", 5))
    for label, row in rows:
        sheet.text(_LEFT + 2, 55 + row * 6.4, label, 8.5, "sans-bold")
    x = _LEFT + 24
    form.put_name(x, 55, patient, 60)
    form.put_day(x, 61.4, "patient.birth_date", patient.birth, 40)
    form.put(x, 67.8, "patient.sex", {"female": "weiblich", "male": "männlich", "diverse": "divers"}[patient.sex], 40, patient.sex)
    form.take_address("patient", patient.address)
    form.write(x, 74.2, patient.address.street, 60)
    form.write(x, 80.6, patient.address.town, 60)
    form.put_phone(x, 87, "patient.phone", patient.phone, 60)
    labels = (
        rng.choice(("Auftragsnr.:", "Labor-Nr.:", "Untersuchungs-Nr.:")),
        rng.choice(("Material:", "Untersuchungsmaterial:")),
        rng.choice(("Entnahme:", "Entnahmedatum:")),
        rng.choice(("Eingang:", "Probeneingang:")),
        "Einsender:",
    )
    for row, label in enumerate(labels):
        sheet.text(_LEFT + 90, 55 + row * 6.4, label, 8.5, "sans-bold")
    x = _LEFT + 127
    form.put(x, 55, "order_number", f"{received:%y}{rng.choice('-/')}{rng.randint(100000, 999999)}", 45)
    form.put_day(x, 67.8, "specimen.collected_on", collected if rng.random() < 0.9 else None, 44)
    form.put_day(x, 74.2, "specimen.received_on", received, 44)
    form.put(x, 80.6, "submitter.organization", scene.practice.organization, 45)
    form.put(x, 87, "submitter.name", scene.practice.doctor, 45)


def _choose_findings(rng: Random) -> list[tuple[Finding, bool]]:
    first = rng.choice(PATHOGENS)
    others = [p for p in PATHOGENS if set(p.materials) & set(first.materials) and p is not first]
    rng.shuffle(others)
    positives = rng.choices((1, 2, 0), weights=(78, 14, 8))[0]
    count = 1 if positives == 0 else positives + rng.randint(0, 2)
    lines = [(invent_finding(rng, p), index < positives) for index, p in enumerate([first, *others[: count - 1]])]
    rng.shuffle(lines)
    return lines


def _results(form: Form) -> list[Paper]:
    rng, sheet = form.rng, form.sheet
    lines = _choose_findings(rng)
    shared = [m for m in lines[0][0].pathogen.materials if all(m in f.pathogen.materials for f, _ in lines)]
    if shared:
        form.put(_LEFT + 127, 61.4, "specimen.material", rng.choice(shared), 45)
    heads = (rng.choice(("Erreger", "Krankheitserreger", "Untersuchung")), rng.choice(("Methode", "Nachweismethode")), "Ergebnis", "Befund")
    sheet.line(_LEFT, 97, _RIGHT, 97, 0.4)
    for x, head in zip(_COLUMNS, heads, strict=True):
        sheet.text(x + 1, 102, head, 9, "sans-bold")
    sheet.line(_LEFT, 104, _RIGHT, 104, 0.4)
    y, papers = 110.0, []
    for finding, is_positive in lines:
        text = finding.text if is_positive else rng.choice(("nicht nachweisbar", "kein Nachweis"))
        result = rng.choice(("positiv", "positiv", "POSITIV")) if is_positive else rng.choice(("negativ", "negativ", "neg."))
        for x, width, cell in zip(_COLUMNS, (54, 30, 20, 62), (finding.name, finding.method, result, text), strict=True):
            form.write(x + 1, y, cell, width)
        if is_positive or len(lines) == 1:
            values = {"pathogen.code": finding.pathogen.code, "pathogen.name": finding.name, "method": finding.method, "finding": text}
            values["result"] = "positive" if is_positive else "negative"
            papers.append(Paper("laboratory_notification", "lab_report", values=values))
        y += 7.5
    sheet.line(_LEFT, y - 3, _RIGHT, y - 3, 0.4)
    return papers


def _close(form: Form, scene: Scene) -> None:
    sheet = form.sheet
    sheet.text(
        _LEFT, 200, "Die Meldung erfolgt unabhängig von der Meldung durch den behandelnden Arzt (§ 8 Abs. 1 Nr. 2 IfSG).", 8, "sans-italic"
    )
    x = _LEFT + sheet.text(_LEFT, 225, form.rng.choice(("Datum: ", "Meldedatum: ")), 9.5, "sans")
    form.put_day(x, 225, "notification_date", scene.today, 40)
    ink.signature(sheet, 112, 224, form.rng)
    sheet.line(108, 228, 180, 228, 0.2)
    form.paper.take("laboratory.name", scene.laboratory.doctor)
    sheet.text(108, 232, scene.laboratory.doctor, 9, "sans")
    sheet.text(108, 236, "Facharzt für Laboratoriumsmedizin", 8, "sans")
