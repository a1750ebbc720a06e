"""What a form asks and what was answered: the same case for many authors' layouts, each wording it in its own way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from samples import wording
from samples.medicine import Case, Disease, Finding, invent_case, invent_finding
from samples.people import Person, Practice, Scene, invent_person
from samples.places import PLACES, Address, Phone

Day = Callable[[date], str]
FULL_YEARS = frozenset({"patient.birth_date"})  # nobody writes a birth date without its century


@dataclass(frozen=True, slots=True)
class Entry:
    """One question: its key, its label, what is written or ticked, and what that puts into the truth.

    None as `text` and as `chosen`: left empty. `choices` are (key, printed) of the boxes to tick. `is_doubtful`: it contradicts
    another answer, so that no careful clerk would take it unseen.
    """

    key: str
    label: str
    text: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()
    chosen: str | None = None
    is_doubtful: bool = False

    @property
    def word(self) -> str | None:
        """The chosen answer in print; None where none was chosen, or where the form does not offer it."""
        return next((word for key, word in self.choices if key == self.chosen), None)


Entries = dict[str, Entry]


class _Collector:
    """Collects entries under one author's wording and one writer's way of writing dates."""

    def __init__(self, rng: Random, day: Day) -> None:
        self.rng, self.day, self.entries = rng, day, Entries()

    def text(self, key: str, text: str | None, values: Mapping[str, Any] | None = None) -> None:
        entry = Entry(key, wording.label(self.rng, key), text, values if values is not None else {key: text})
        self.entries[key] = entry

    def date(self, key: str, day: date | None) -> None:
        text = None if day is None else f"{day:%d.%m.%Y}" if key in FULL_YEARS else self.day(day)
        self.text(key, text, {key: day.isoformat()} if day else {})

    def phone(self, key: str, phone: Phone | None) -> None:
        self.text(key, phone.printed if phone else None, {key: phone.value} if phone else {})

    def ticks(self, key: str, chosen: str | None) -> None:
        self.entries[key] = Entry(key, wording.label(self.rng, key), None, {}, wording.choices(self.rng, key), chosen)

    def address(self, prefix: str, address: Address) -> None:
        """Offer an address as one line, as two, and as three: a layout takes one of them."""
        street = {f"{prefix}.street": address.street}
        town = {f"{prefix}.postal_code": address.place.postal_code, f"{prefix}.city": address.place.city}
        for key, text, values in (
            ("address", f"{address.street}, {address.town}", {**street, **town}),
            ("street", address.street, street),
            ("town", address.town, town),
        ):
            if f"{prefix}.{key}" in wording.LABELS:
                self.text(f"{prefix}.{key}", text, values)


def _person(to: _Collector, person: Person) -> None:
    names = {"patient.family_name": person.family, "patient.given_name": person.given}
    to.text("patient.name", f"{person.family}, {person.given}", names)
    to.text("patient.family_name", person.family)
    to.text("patient.given_name", person.given)
    to.date("patient.birth_date", person.birth)
    to.ticks("patient.sex", person.sex)
    to.address("patient", person.address)
    to.text("patient.postal_code", person.address.place.postal_code)
    to.text("patient.city", person.address.place.city)
    to.phone("patient.phone", person.phone)
    to.text("patient.email", person.email)


def _notifier(to: _Collector, who: Practice) -> None:
    to.text("notifier.name", who.doctor)
    to.text("notifier.organization", who.organization)
    to.address("notifier", who.address)
    to.phone("notifier.phone", who.phone)
    to.phone("notifier.fax", who.fax if to.rng.random() < 0.7 else None)
    to.text("notifier.lanr", who.lanr if to.rng.random() < 0.6 else None)
    to.text("notifier.bsnr", who.bsnr if to.rng.random() < 0.6 else None)


def _contradict(to: _Collector, key: str, day: date) -> None:
    """Now and then let the date of `key` be `day`, which cannot be."""
    if to.rng.random() < 0.025:
        usual = to.entries[key]
        to.date(key, day)
        to.entries[key] = replace(to.entries[key], label=usual.label, is_doubtful=True)


def invent_troubled_case(rng: Random, scene: Scene, disease: Disease | None = None) -> Case:
    """Invent a case that now and then contradicts itself: born after falling ill, or a postal code of another place."""
    case = invent_case(rng, scene, disease)
    trouble = rng.random()
    if trouble < 0.015:
        onset = case.onset or case.notified
        return replace(case, patient=replace(case.patient, birth=onset + timedelta(days=rng.randint(20, 900))), is_impossible=True)
    if trouble < 0.03:
        own = case.patient.address
        other = rng.choice([place for place in PLACES if place.city != own.place.city])
        wrong = replace(own, place=replace(own.place, postal_code=other.postal_code))
        return replace(case, patient=replace(case.patient, address=wrong), is_impossible=True)
    return case


def case_entries(rng: Random, case: Case, scene: Scene, day: Day) -> Entries:
    """Return what a physician's notification may ask, by key (the keys of `wording.LABELS`)."""
    to = _Collector(rng, day)
    _person(to, case.patient)
    disease = {"disease.code": case.disease.code, "disease.name": case.disease_name}
    to.text("disease", case.disease_name, disease)
    to.text("symptoms", ", ".join(case.symptoms) or None, {"symptoms": list(case.symptoms)})
    for key, chosen in (
        ("case_status", case.status),
        ("hospital.admitted", case.admitted),
        ("facility.role", case.role),
        ("vaccination.status", case.vaccinated),
        ("laboratory.commissioned", case.lab_commissioned),
    ):
        to.ticks(key, chosen)
    for key, moment in (
        ("onset_date", case.onset),
        ("diagnosis_date", case.diagnosis),
        ("death_date", case.death),
        ("hospital.admission_date", case.admission),
        ("vaccination.last_date", case.last_dose),
        ("laboratory.sample_date", case.sample_date),
        ("notification_date", case.notified),
    ):
        to.date(key, moment)
    for key, text in (
        ("hospital.name", case.hospital),
        ("exposure.place", case.exposure_place),
        ("exposure.country", case.exposure_country),
        ("facility.name", case.facility),
        ("laboratory.name", case.lab_name),
        ("recipient", scene.office.name),
    ):
        to.text(key, text)
    to.text("vaccination.doses", str(case.doses) if case.doses else None, {"vaccination.doses": case.doses})
    _notifier(to, case.notifier)
    return to.entries


def laboratory_entries(rng: Random, scene: Scene, day: Day, finding: Finding | None = None) -> Entries:
    """Return what a laboratory's notification of `finding` (or an invented one) may ask, by key."""
    finding = finding or invent_finding(rng)
    to = _Collector(rng, day)
    _person(to, invent_person(rng, scene.place, scene.today))
    received = scene.today - timedelta(days=rng.randint(0, 2))
    to.text("pathogen", finding.name, {"pathogen.code": finding.pathogen.code, "pathogen.name": finding.name})
    to.text("specimen.material", rng.choice(finding.pathogen.materials))
    to.date("specimen.collected_on", received - timedelta(days=rng.randint(0, 3)) if rng.random() < 0.9 else None)
    to.date("specimen.received_on", received)
    to.text("method", finding.method)
    to.ticks("result", finding.result)
    to.text("finding", finding.text)
    to.text("order_number", rng.choice(("{y}{n}", "{y}-{n}", "L{n}/{y}", "{n}")).format(y=f"{received:%y}", n=rng.randint(100000, 9999999)))
    practice, lab = scene.practice, scene.laboratory
    to.text("submitter.name", practice.doctor)
    to.text("submitter.organization", practice.organization)
    to.address("submitter", practice.address)
    to.phone("submitter.phone", practice.phone if rng.random() < 0.7 else None)
    to.text("laboratory.organization", lab.organization)
    to.text("laboratory.doctor", lab.doctor, {"laboratory.name": lab.doctor})
    to.address("laboratory", lab.address)
    to.phone("laboratory.phone", lab.phone)
    to.date("notification_date", scene.today)
    to.text("recipient", scene.office.name)
    _contradict(to, "patient.birth_date", received + timedelta(days=rng.randint(30, 700)))
    return to.entries


_KINDS = {
    "Kita": ("Kindertagesstätte", "Kita"),
    "Kindergarten": ("Kindergarten", "Kindertagesstätte"),
    "Schule": ("Grundschule", "Schule"),
    "Krippe": ("Kinderkrippe", "Krippe"),
    "Hort": ("Hort", "Kinderhort"),
}
_FACILITY_NAMES = {
    "Kita": ("Kita Sternschnuppe", "Kita Am Weinberg", "Integrative Kita Pusteblume", "AWO-Kita Wirbelwind", "Kita St. Martin"),
    "Kindergarten": ("Waldkindergarten Wurzelkinder", "Ev. Kindergarten Arche Noah", "Kindergarten Rappelkiste"),
    "Schule": ("Pestalozzi-Grundschule", "Grundschule Wiesengrund", "Brüder-Grimm-Schule", "113. Grundschule"),
    "Krippe": ("Kinderkrippe Käferchen", "Krippe Mäusenest"),
    "Hort": ("Hort Abenteuerland", "Schulhort Bergstraße"),
}
OUTBREAKS = (
    "Noroviren", "Magen-Darm-Erkrankung", "Windpocken", "Scharlach", "Kopflausbefall", "Keuchhusten", "Hand-Fuß-Mund-Krankheit",
    "Krätze (Skabies)", "Mumps", "Masern", "Ringelröteln", "Gastroenteritis",
)  # fmt: skip


def facility_entries(rng: Random, scene: Scene, day: Day, kinds: tuple[str, ...] = ()) -> Entries:
    """Return what a notification of a school or day care centre (§ 34 IfSG) may ask, by key; `kinds` narrow its kind down."""
    to = _Collector(rng, day)
    kind = rng.choice(kinds or tuple(_KINDS))
    head = invent_person(rng, scene.place, scene.today, oldest=64, youngest=25)
    to.text("facility.name", rng.choice(_FACILITY_NAMES[kind]))
    to.text("facility.kind", rng.choice(_KINDS[kind]))
    to.address("facility", scene.practice.address)
    to.phone("facility.phone", scene.practice.phone)
    to.text("contact_person", f"{rng.choice(('', 'Frau ' if head.sex == 'female' else 'Herr ', ''))}{head.given} {head.family}")
    to.text("disease", rng.choice(OUTBREAKS))
    to.entries["disease"] = replace(to.entries["disease"], values={"disease.name": to.entries["disease"].text})
    children, staff = rng.randint(1, 24), rng.choice((None, 0, 1, 2, 3, 5))
    to.text("affected_children", str(children), {"affected_children": children})
    to.text("affected_staff", None if staff is None else str(staff), {"affected_staff": staff})
    to.date("onset_date", scene.today - timedelta(days=rng.randint(0, 8)) if rng.random() < 0.92 else None)
    to.date("notification_date", scene.today)
    to.text("recipient", scene.office.name, {})  # printed, but no field of such a notification (contract.md)
    _contradict(to, "onset_date", scene.today + timedelta(days=rng.randint(20, 400)))
    return to.entries
