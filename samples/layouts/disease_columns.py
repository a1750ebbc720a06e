"""A county's form: the patient on lines to write on, then some thirty diseases to tick in three columns, the rest on lines below."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.entries import Entries, case_entries, invent_troubled_case
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case, Disease
from samples.people import Scene

_LEFT, _RIGHT = 20.0, 194.0
_LABELS = """
recipient: An das|per Fax an
patient.name: Name, Vorname:|Der Patientin / des Patienten Name, Vorname:
patient.birth_date: geb.:|Geb.-Datum:
patient.sex: Geschlecht:
patient.street: Straße:|wohnhaft (Straße, Nr.):
patient.town: PLZ, Wohnort:|in (PLZ, Ort):
patient.phone: Tel.:|Tel.-Nr. (Patient/Eltern):
case_status: Es wird gemeldet:|Gemeldet wird:
onset_date: erkrankt am:|Krankheitsbeginn:
diagnosis_date: festgestellt am:|Diagnose am:
death_date: verstorben am:|Todestag:
symptoms: Symptome:|Krankheitserscheinungen:
hospital.admitted: Krankenhauseinweisung:|Ins Krankenhaus eingewiesen:
hospital.name: Krankenhaus:|wohin:
hospital.admission_date: am:|eingewiesen am:
exposure.place: Vermutl. Ansteckungsquelle (Ort):|Wo angesteckt:
exposure.country: Land:|Urlaubs-/Herkunftsland:
facility.role: Kindereinrichtung/Schule/Heim:|Gemeinschaftseinrichtung:
facility.name: welche:|Name der Einrichtung:
vaccination.status: Schutzimpfung:|Geimpft:
vaccination.last_date: letzte Impfung:|zuletzt am:
laboratory.name: Untersuchungsmaterial gesandt an (Labor):|Labor:
laboratory.sample_date: entnommen am:|Entnahme:
notifier.name: Name der Ärztin/des Arztes:|Meldende/r Ärztin/Arzt:
notifier.organization: Praxis/Klinik:
notifier.address: Anschrift:
notifier.phone: Tel.:|Rückruf unter:
notification_date: Datum:|Ausgefüllt am:
"""
_CHOICES = {
    "patient.sex": (("male", "m"), ("female", "w"), ("diverse", "d")),
    "case_status": (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
    "hospital.admitted": (("no", "nein"), ("yes", "ja")),
    "facility.role": (("cared_for", "besucht"), ("works", "beschäftigt"), ("none", "nein")),
    "vaccination.status": (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "nicht bekannt")),
}
# how this form's list words what the usual names word otherwise
_NAMES = {
    "neid": "Meningokokken-Erkrankung, inv.", "hbvd": "Hepatitis B, akut", "havd": "Hepatitis A, akut", "hcvd": "Hepatitis C, akut",
    "hevd": "Hepatitis E, akut", "mytd": "Tuberkulose, behandlungsbedürftig", "povd": "Poliomyelitis (Kinderlähmung)",
    "husd": "HUS, enteropathisch", "rbvd": "Tollwut (Lyssa)", "band": "Milzbrand (Anthrax)", "hfad": "Virushämorrhagisches Fieber",
    "cdfd": "C. difficile, schwer", "mpxd": "Mpox", "cvdd": "COVID-19", "mpvd": "Mumps (Parotitis epidemica)", "ruvd": "Röteln",
}  # fmt: skip
_STATUSES = (("suspected", "V"), ("ill", "E"), ("deceased", "T"))


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page; some editions have boxes for suspicion, illness and death at each disease, others one box and a row of three."""
    case = invent_troubled_case(rng, scene)
    marks = {"x": 5, "tick": 3, "filled": 1, "type": 2, "dot": 1}
    form = Filling(rng, Paper("disease_notification", "krankheiten_spalten", needs_review=case.is_impossible), by_hand=0.3, marks=marks)
    form.size, form.hand_height = min(form.size, 11), min(form.hand_height, 3.4)
    ask, sheet = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES), form.sheet
    title = rng.choice(("MELDUNG EINER ÜBERTRAGBAREN KRANKHEIT", "Ärztliche Meldung nach § 6 IfSG"))
    sheet.text(_LEFT, 20, title, 13, "serif-bold")
    sheet.text(_LEFT, 25, "(Infektionsschutzgesetz, namentliche Meldung)", 8.5, "serif")
    _line(form, ask, 33, ("recipient", 0.62), ("notification_date", 0.38))
    y = _lines(form, ask, 44, (
        (("patient.name", 0.68), ("patient.birth_date", 0.32)), (("patient.street", 0.56), ("patient.phone", 0.44)),
        (("patient.town", 0.6), ("patient.sex", 0.4)),
    ))  # fmt: skip
    has_three = rng.random() < 0.5
    if not has_three:
        _line(form, ask, y + 0.5, ("case_status", 1.0))
        y += 7.5
    y = _list(form, case, y - 2, has_three=has_three)
    y = _lines(form, ask, y + 7, (
        (("onset_date", 0.34), ("diagnosis_date", 0.33), ("death_date", 0.33)), (("symptoms", 1.0),),
        (("hospital.admitted", 0.48), ("hospital.admission_date", 0.52)), (("hospital.name", 1.0),),
        (("exposure.place", 0.58), ("exposure.country", 0.42)), (("facility.role", 0.6), ("facility.name", 0.4)),
        (("vaccination.status", 0.55), ("vaccination.last_date", 0.45)), (("laboratory.name", 0.66), ("laboratory.sample_date", 0.34)),
    ))  # fmt: skip
    _notifier(form, ask, case, y + 1)
    return Drawing((sheet,), (form.paper,))


def _lines(form: Filling, ask: Entries, y: float, rows: tuple[tuple[tuple[str, float], ...], ...]) -> float:
    for cells in rows:
        _line(form, ask, y, *cells)
        y += 9.0
    return y


def _line(form: Filling, ask: Entries, y: float, *cells: tuple[str, float]) -> None:
    """Print questions side by side, each with a line to write on or with boxes behind it."""
    x = _LEFT
    for key, share in cells:
        entry, width = ask[key], (_RIGHT - _LEFT) * share - 3
        begin = x + label(form.sheet, x, y, entry.label, 9, "serif", width * 0.6) + 2
        if entry.choices:
            form.tick(entry, begin + 1, y, 4.5, 9, "serif", 3.0, width=x + width - begin - 1)
        else:
            form.sheet.line(begin, y + 1, x + width, y + 1, 0.15)
            form.answer(entry, begin + 0.8, y, x + width - begin - 1)
        x += (_RIGHT - _LEFT) * share


def _list(form: Filling, case: Case, y: float, *, has_three: bool) -> float:
    """Draw the list in its frame: thirty diseases by the alphabet, down one column and on in the next."""
    rng, sheet, column, step = form.rng, form.sheet, (_RIGHT - _LEFT) / 3, 5.1
    others = [disease for disease in DISEASES if disease is not case.disease]
    listed = sorted([case.disease, *rng.sample(others, 29)], key=_printed)
    top = 5.0 if has_three else 1.5
    sheet.box(_LEFT, y, _RIGHT - _LEFT, top + 10 * step + 6.5, 0.3)
    for index in range(3):
        x = _LEFT + index * column
        if index:
            sheet.line(x, y, x, y + top + 10 * step, 0.12)
        for place, (_, letter) in enumerate(_STATUSES if has_three else ()):
            sheet.text(x + 3 + place * 4.3, y + 3.9, letter, 8, "serif-bold", align="centre")
    for index, disease in enumerate(listed):
        at = y + top + 3.4 + step * (index % 10)
        _item(form, case, disease, _LEFT + column * (index // 10), at, column, has_three=has_three)
    below = y + top + 10 * step + 4.4
    end = _LEFT + 2 + sheet.text(_LEFT + 2, below, "andere bedrohliche Krankheit, und zwar:", 8.5, "serif")
    sheet.line(end + 2, below + 0.8, _RIGHT - 4, below + 0.8, 0.12)
    if has_three:
        sheet.text(_RIGHT, y - 0.8, "V = Verdacht   E = Erkrankung   T = Tod", 7, "serif", align="right")
    return y + top + 10 * step + 6.5


def _printed(disease: Disease) -> str:
    return _NAMES.get(disease.code, disease.names[0])


def _item(form: Filling, case: Case, disease: Disease, x: float, y: float, width: float, *, has_three: bool) -> None:
    """Draw one disease with its box or boxes; the ticked one is the disease, as this list words it."""
    is_it = disease is case.disease and form.trouble != "blank"
    for place, (status, _) in enumerate(_STATUSES if has_three else _STATUSES[:1]):
        form.square(x + 1.6 + place * 4.3, y, is_it and (not has_three or status == case.status), 2.8)
    begin = x + (15.2 if has_three else 6.4)
    label(form.sheet, begin, y, _printed(disease), 8.5, "serif", x + width - begin - 0.8)
    if is_it:
        form.paper.take("disease.code", disease.code, y)
        form.paper.take("disease.name", _printed(disease), y)
        if has_three:
            form.paper.take("case_status", case.status, y)


def _notifier(form: Filling, ask: Entries, case: Case, y: float) -> None:
    """Let the notifying doctor stamp the form, or write on its lines."""
    sheet, who = form.sheet, case.notifier
    if form.rng.random() < 0.5 or form.trouble == "blank":
        y = _lines(
            form,
            ask,
            y,
            ((("notifier.name", 0.6), ("notifier.phone", 0.4)), (("notifier.organization", 1.0),), (("notifier.address", 1.0),)),
        )
    else:
        sheet.text(_LEFT, y - 1, "Stempel der Ärztin / des Arztes", 7.5, "serif")
        lines = [(who.organization, 10, "sans-bold"), (who.doctor, 9, "sans"), (who.speciality, 7.5, "sans")]
        lines += [(f"{who.address.street} · {who.address.town}", 8.5, "sans"), (f"Telefon {who.phone.printed}", 8.5, "sans")]
        ink.stamp(sheet, _LEFT + 4 + form.rng.uniform(0, 6), y + 0.5, lines, form.rng, is_framed=form.rng.random() < 0.4)
        for key in ("notifier.organization", "notifier.name", "notifier.address", "notifier.phone"):
            note(form, ask[key], y + 22)
        y += 22
    sheet.line(135, y + 4, _RIGHT, y + 4, 0.15)
    sheet.text(135, y + 7.5, "Unterschrift", 7.5, "serif")
    ink.signature(sheet, 140, y + 2.5, form.rng, 40)
