"""A state's laboratory form: ruled cells, fourteen numbered methods to be ticked, the finding in words."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples import ink
from samples.form import Drawing, Form, Paper
from samples.medicine import Finding, invent_finding
from samples.people import Scene, invent_person
from samples.sheet import fitted

_LEFT, _RIGHT = 16.0, 194.0
METHODS = (
    "Erregerisolierung / Kultur",
    "Mikroskopie",
    "Antigennachweis",
    "Nukleinsäurenachweis (PCR)",
    "IgM-Antikörpernachweis",
    "Antikörperänderung (2 Proben)",
    "einmalig deutlich erhöhter Titer",
    "Antikörpernachweis",
    "Liquor-/Serum-Index",
    "Toxinnachweis",
    "Toxin-/Virulenzgene",
    "Histologie",
    "Subspezies / Serovar / Genotyp",
    "andere",
)
_TICKED = {"PCR": 3, "Kultur": 0, "Mikroskopie": 1, "Antigennachweis": 2, "Antigen-EIA": 2, "IgM-Antikörper (ELISA)": 4, "ELISA": 2}


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    finding = invent_finding(rng)
    form = Form(rng, Paper("laboratory_notification", "lab_form"), size=rng.uniform(9, 10.5))
    sheet = form.sheet
    sheet.text(_LEFT, 18, "Labormeldebogen", 16, "sans-bold")
    sheet.text(_LEFT, 24, "Nachweis von Krankheitserregern gemäß § 7 Abs. 1 IfSG", 10)
    sheet.text(118, 15, "Gesundheitsamt", 7.5)
    form.put(118, 20.5, "recipient", scene.office.name, 74)
    form.write(118, 25.5, scene.office.address.street, 74)
    form.write(118, 30.5, scene.office.address.town, 74)
    sheet.box(116, 11.5, 78, 22, 0.3)
    y = _patient(form, scene, 38)
    y = _specimen(form, scene, finding, y + 2)
    y = _methods(form, finding, y + 2)
    _parties(form, scene, y + 2)
    return Drawing((sheet,), (form.paper,))


def _row(form: Form, y: float, cells: tuple[tuple[str, float], ...], height: float = 10.2) -> tuple[float, list[float]]:
    x, starts = _LEFT, []
    for label, width in cells:
        form.sheet.box(x, y, width, height, 0.22)
        form.sheet.text(x + 1, y + 3, label, 7, "narrow")
        starts.append(x + 2)
        x += width
    return y + height, starts


def _title(form: Form, y: float, text: str) -> float:
    form.sheet.text(_LEFT, y + 4, text, 10, "sans-bold")
    return y + 5.5


def _patient(form: Form, scene: Scene, y: float) -> float:
    person = invent_person(form.rng, scene.place, scene.today)
    y = _title(form, y, form.rng.choice(("Betroffene Person", "Patient/in")))
    top, x = _row(form, y, (("Name, Vorname", 92), ("Geburtsdatum", 40), ("Geschlecht", 46)))
    form.put_name(x[0], top - 2, person, 88)
    form.put_day(x[1], top - 2, "patient.birth_date", person.birth, 36)
    form.choose(
        x[2], top - 2, "patient.sex", (("female", "weibl."), ("male", "männl."), ("diverse", "div.")), person.sex, 14.6, 8, square=2.8
    )
    top, x = _row(form, top, (("Anschrift (Straße und Hausnummer, PLZ, Ort)", 132), ("Telefon", 46)))
    form.put_address(x[0], top - 2, "patient", person.address, 128)
    form.put_phone(x[1], top - 2, "patient.phone", person.phone, 42)
    return top


def _specimen(form: Form, scene: Scene, finding: Finding, y: float) -> float:
    rng = form.rng
    y = _title(form, y, "Untersuchungsmaterial")
    top, x = _row(form, y, (("Art des Untersuchungsmaterials", 60), ("Entnahmetag", 36), ("Eingangsdatum", 36), ("Labor-Nr.", 46)))
    form.put(x[0], top - 2, "specimen.material", rng.choice(finding.pathogen.materials), 56)
    received = scene.today - timedelta(days=rng.randint(0, 2))
    form.put_day(x[1], top - 2, "specimen.collected_on", received - timedelta(days=rng.randint(0, 3)) if rng.random() < 0.85 else None, 32)
    form.put_day(x[2], top - 2, "specimen.received_on", received, 32)
    form.put(x[3], top - 2, "order_number", f"{rng.choice(('L', 'M', 'V', ''))}{rng.randint(1000000, 99999999)}", 42)
    top, x = _row(form, top, (("Krankheitserreger", 92), ("Ergebnis", 86)))
    form.paper.take("pathogen.code", finding.pathogen.code)
    form.put(x[0], top - 2, "pathogen.name", finding.name, 88)
    results = (("positive", "positiv"), ("negative", "negativ"), ("indeterminate", "grenzwertig"))
    form.choose(x[1], top - 2, "result", results, "indeterminate" if rng.random() < 0.05 else "positive", (22, 23, 20), 9)
    return top


def _methods(form: Form, finding: Finding, y: float) -> float:
    y = _title(form, y, "Nachweismethode (Zutreffendes ankreuzen)")
    ticked = _TICKED.get(finding.method, 7)
    for index, method in enumerate(METHODS):
        left, at = _LEFT + 60 * (index // 5), y + 5 + 6 * (index % 5)
        form.square(left, at, index == ticked, 3)
        form.sheet.text(left + 5, at, f"{index + 1}", 7.5, "sans-bold")
        form.sheet.text(left + 9, at, method, fitted(method, 9, "sans", 49))
    form.paper.take("method", METHODS[ticked])
    top, x = _row(form, y + 34, (("Untersuchungsbefund", 178),), 16)
    form.put(x[0], top - 6, "finding", finding.text, 172)
    return top


def _parties(form: Form, scene: Scene, y: float) -> None:
    rng, who, lab = form.rng, scene.practice, scene.laboratory
    y = _title(form, y, rng.choice(("Einsender (Arzt / Krankenhaus)", "Einsendende Person / Einrichtung")))
    top, x = _row(form, y, (("Name", 80), ("Praxis / Krankenhaus", 98)))
    form.put(x[0], top - 2, "submitter.name", who.doctor, 76)
    form.put(x[1], top - 2, "submitter.organization", who.organization, 94)
    top, x = _row(form, top, (("Anschrift", 132), ("Telefon", 46)))
    form.put_address(x[0], top - 2, "submitter", who.address, 128)
    form.put_phone(x[1], top - 2, "submitter.phone", who.phone if rng.random() < 0.8 else None, 42)
    y = _title(form, top + 2, rng.choice(("Meldendes Labor", "Meldende Untersuchungsstelle")))
    top, x = _row(form, y, (("Name des Labors", 92), ("Verantwortlich", 86)))
    form.put(x[0], top - 2, "laboratory.organization", lab.organization, 88)
    form.put(x[1], top - 2, "laboratory.name", lab.doctor, 82)
    top, x = _row(form, top, (("Anschrift", 132), ("Telefon", 46)))
    form.put_address(x[0], top - 2, "laboratory", lab.address, 128)
    form.put_phone(x[1], top - 2, "laboratory.phone", lab.phone, 42)
    top, x = _row(form, top + 3, (("Datum", 60), ("Unterschrift / Stempel", 118)), 15)
    form.put_day(x[0], top - 4, "notification_date", scene.today, 50)
    ink.signature(form.sheet, x[1] + 20, top - 4, rng)
