"""What forms ask besides what a record wants: answered on paper like all else, and no field of any truth."""

from __future__ import annotations

from datetime import date
from random import Random

from samples.entries import Entry
from samples.people import Person

_ANSWERS = {
    "insurer": ("AOK PLUS", "BARMER", "Techniker Krankenkasse", "DAK-Gesundheit", "IKK classic", "KKH", "BKK Mobil Oil", "AOK Bayern"),
    "occupation": ("Lehrer/in", "Koch/Köchin", "Altenpfleger/in", "Student/in", "Verkäufer/in", "Handwerker/in", "Büro", "arbeitslos"),
    "nationality": ("deutsch", "deutsch", "rumänisch", "syrisch", "polnisch", "ukrainisch", "türkisch", "vietnamesisch"),
    "ward": ("Infektiologie", "Innere 2", "Kinderstation", "ITS", "Notaufnahme", "Station 4B", "Pneumologie"),
    "material": ("Rachenabstrich", "Serum", "Stuhl", "EDTA-Blut", "Sputum", "Urin"),
    "animal": ("Hund", "Fledermaus", "Fuchs", "Katze", "Affe", "Waschbär"),
    "region": ("re. Hand", "li. Unterarm", "Wade links", "Finger II rechts", "Gesicht"),
    "measures": ("häusliche Absonderung", "Antibiotikum", "keine", "Isolierung im Einzelzimmer", "Kontaktpersonen informiert"),
    "remarks": ("Rückruf erbeten", "Familie ist informiert", "Befund folgt", "Patient kooperativ", "keine"),
    "drugs": ("INH, RMP, EMB, PZA", "INH, RMP", "4-fach-Therapie"),
}
_BY_AGE = ((1, None), (6, "Kitakind"), (18, "Schüler/in"))  # up to which age who is what
_ICD = {
    "msvd": "B05.9", "bpsd": "A37.0", "cvdd": "U07.1", "havd": "B15.9", "hbvd": "B16.9", "hevd": "B17.2", "neid": "A39.0", "mytd": "A15.0",
    "ruvd": "B06.9", "vzwd": "B01.9", "mpvd": "B26.9", "husd": "D59.3", "styd": "A01.0", "spad": "A01.4", "cord": "A36.9", "clod": "A05.1",
    "dend": "A97.9", "htvd": "A98.5", "mpxd": "B04",
}  # fmt: skip


def aside(rng: Random, key: str, chance: float = 0.6) -> Entry:
    """Return an answer to a question of `_ANSWERS` that no record asks, given with `chance`."""
    text = rng.choice(_ANSWERS[key])
    return remark(text if rng.random() < chance else None)


def occupation(rng: Random, person: Person, today: date, chance: float = 0.6) -> Entry:
    """Return what `person` does at his or her age, given with `chance`."""
    age = (today - person.birth).days // 365
    told = aside(rng, "occupation", chance)
    usual = next((word for limit, word in _BY_AGE if age < limit), told.text if age < 67 else "Rentner/in")
    return remark(usual if told.text else None)


def remark(text: str | None) -> Entry:
    """Return an answer that stands on paper only."""
    return Entry("", "", text)


def icd(rng: Random, code: str) -> Entry:
    """Return the diagnosis key of the disease `code`, as systems print it with V for a suspicion and G for a sure one."""
    return remark(f"{_ICD[code]} {rng.choice('GV')}" if code in _ICD else None)


def number(rng: Random, digits: int) -> str:
    """Return a number of `digits` digits, as systems give them to cases and print-outs."""
    return str(rng.randint(10 ** (digits - 1), 10**digits - 1))
