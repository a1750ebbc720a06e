"""A health office's form for bites: whoever was bitten by an animal that may be rabid, in lettered paragraphs that break off in lines."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.besides import aside, occupation
from samples.entries import Entries, Entry, case_entries, invent_troubled_case
from samples.filling import Filling
from samples.form import Drawing, Paper
from samples.medicine import DISEASES, Case
from samples.people import Scene
from samples.sheet import text_width

_LEFT, _RIGHT = 22.0, 190.0
_LABELS = """
patient.name: Name, Vorname der verletzten Person|Verletzte Person (Name, Vorname)
patient.birth_date: geboren am|geb.
patient.sex: Geschlecht
patient.address: wohnhaft in (Straße, PLZ, Ort)|Anschrift
patient.phone: Telefon|tel. erreichbar
hospital.admitted: Stationär behandelt|Krankenhausbehandlung
hospital.name: Krankenhaus|wenn ja, wo
exposure.place: Ort des Kontakts|Ereignisort
exposure.country: Staat|Land
vaccination.status: Früher gegen Tollwut geimpft|Tollwutimpfung vor dem Kontakt
vaccination.doses: Zahl der Dosen|Dosen
vaccination.last_date: letzte am|zuletzt am
notifier.name: Behandelnde Ärztin / behandelnder Arzt|Name der Ärztin / des Arztes
notifier.organization: Praxis, Klinik|Einrichtung
notifier.address: Anschrift
notifier.phone: Telefon|Tel.
notifier.fax: Fax|Telefax
notification_date: Ort, Datum|Datum
"""
_CHOICES = {
    "patient.sex": (("male", "männlich"), ("female", "weiblich"), ("diverse", "divers")),
    "hospital.admitted": (("no", "nein"), ("yes", "ja")),
    "vaccination.status": (("unvaccinated", "nein"), ("vaccinated", "ja"), ("unknown", "unbekannt")),
}
_NAMES = {"serif": "serif-bold", "caladea": "caladea-bold", "dejavu-serif": "serif-bold"}
_Line = tuple[tuple[str, float], ...]  # keys of questions, and where on the line each begins
_PERSON: tuple[_Line, ...] = (
    (("patient.name", 0.0),), (("patient.birth_date", 0.0), ("patient.sex", 0.36)), (("patient.address", 0.0),),
    (("patient.phone", 0.0), ("#occupation", 0.52)),
)  # fmt: skip
_EVENT: tuple[_Line, ...] = (
    (("#day", 0.0), ("#animal", 0.5)), (("exposure.place", 0.0), ("exposure.country", 0.62)), (("#region", 0.0),), (("#kind", 0.0),),
    (("#owner", 0.0),),
)  # fmt: skip
_TREATED: tuple[_Line, ...] = (
    (("vaccination.status", 0.0),), (("vaccination.doses", 0.0), ("vaccination.last_date", 0.4)), (("#begun", 0.0),),
    (("hospital.admitted", 0.0),), (("hospital.name", 0.0),),
)  # fmt: skip
_NOTIFIER: tuple[_Line, ...] = (
    (("notifier.name", 0.0),), (("notifier.organization", 0.0),), (("notifier.address", 0.0),),
    (("notifier.phone", 0.0), ("notifier.fax", 0.5)),
)  # fmt: skip


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page."""
    case = invent_troubled_case(rng, scene, next(disease for disease in DISEASES if disease.code == "ttvd"))
    form = Filling(rng, Paper("disease_notification", "animal_bite", needs_review=case.is_impossible), by_hand=0.25)
    form.size = min(form.size, 11.0)
    ask = reworded(rng, case_entries(rng, case, scene, form.day), _LABELS, _CHOICES) | _asides(rng, form, case)
    face = rng.choice(tuple(_NAMES))
    y = _head(form, ask, case, scene, face)
    sections = [
        ("Verletzte Person", _PERSON),
        ("Tierkontakt", _EVENT),
        ("Behandlung und Impfung", _TREATED),
        ("Meldende Person", _NOTIFIER),
    ]
    if rng.random() < 0.3:
        sections.insert(0, sections.pop())
    gap = rng.uniform(7.8, 8.4)
    for letter, (title, lines) in zip("ABCD", sections, strict=True):
        form.sheet.text(_LEFT, y, f"{letter}.  {title}", 10.5, _NAMES[face])
        y += gap
        for line in lines:
            _line(form, ask, y, line, face)
            y += gap
        y += 1.5
    _foot(form, ask, y + 5, face)
    return Drawing((form.sheet,), (form.paper,))


def _asides(rng: Random, form: Filling, case: Case) -> Entries:
    """Answer what is asked about the animal and the wound, which is no field of a record."""
    bitten, begun = (case.notified - timedelta(days=days) for days in (rng.randint(1, 4), rng.randint(0, 1)))
    kinds = (("bite", "Biss"), ("scratch", "Kratzwunde"), ("saliva", "Speichelkontakt"))
    owner = rng.choice((None, "Tier entlaufen", "Wildtier", "Halter unbekannt"))
    return {
        "#occupation": Entry("", "Beruf", occupation(rng, case.patient, case.notified).text),
        "#day": Entry("", rng.choice(("Tag der Verletzung", "Kontakt am")), form.day(bitten)),
        "#animal": Entry("", "Tierart", aside(rng, "animal", 0.9).text),
        "#region": Entry("", "Verletzte Körperstelle", aside(rng, "region", 0.9).text),
        "#kind": Entry("#", "Art der Verletzung", None, {}, kinds, rng.choice(("bite", "bite", "scratch", "saliva"))),
        "#owner": Entry("", "Tierhalter/in, Verbleib des Tieres", owner),
        "#begun": Entry("", "Impfung nach dem Kontakt begonnen am", form.day(begun) if rng.random() < 0.6 else None),
    }


def _head(form: Filling, ask: Entries, case: Case, scene: Scene, face: str) -> float:
    """Print the office's own letterhead, then what is notified."""
    sheet, rng, bold, office = form.sheet, form.rng, _NAMES[face], scene.office
    sheet.text(105, 18, office.name, 14, bold, align="centre")
    note(form, ask["recipient"], 18)
    sheet.text(105, 23.5, f"{office.address.street} · {office.address.town}", 9, face, align="centre")
    sheet.text(105, 28, f"Telefon {office.phone.printed} · Telefax {office.fax.printed}", 9, face, align="centre")
    sheet.line(_LEFT, 31, _RIGHT, 31, 0.4)
    name = "Tollwutexpositionsverdacht"
    title = rng.choice(("Meldung", "Ärztliche Meldung"))
    sheet.text(_LEFT, 41, f"{title}: {name}", 13.5, bold)
    for path, value in (("disease.name", name), ("disease.code", case.disease.code)):
        form.paper.take(path, value, 41)
    law = "nach § 6 Abs. 1 Satz 1 Nr. 4 IfSG (Verletzung durch ein tollwutkrankes, -verdächtiges oder"
    for row, text in enumerate((law, "-ansteckungsverdächtiges Tier oder Berührung eines solchen Tieres oder Tierkörpers)")):
        sheet.text(_LEFT, 46.5 + row * 4.2, text, 9, face)
    return 61.0


def _line(form: Filling, ask: Entries, y: float, cells: _Line, face: str) -> None:
    """Print labels on one line, each followed by a rule for the answer, or by places for a cross."""
    sheet, full = form.sheet, _RIGHT - _LEFT
    ends = [at for _, at in cells[1:]] + [1.0]
    for (key, at), end in zip(cells, ends, strict=True):
        entry, x, stop = ask[key], _LEFT + at * full, _LEFT + end * full - (2.5 if end < 1 else 0)
        x += sheet.text(x, y, f"{entry.label}:", 10, face) + 2
        if entry.key == "#":
            for choice, word in entry.choices:
                form.square(x + 1, y, choice == entry.chosen and form.trouble != "blank", 3.2)
                x += 5.6 + sheet.text(x + 5.6, y, word, 10, face) + 6
        elif entry.choices:
            form.tick(entry, x + 1, y, 6, 10, face, 3.2, width=stop - x - 2)
        else:
            sheet.line(x - 1, y + 1.1, stop, y + 1.1, 0.15)
            form.answer(entry, x, y, stop - x)


def _foot(form: Filling, ask: Entries, y: float, face: str) -> None:
    sheet, entry = form.sheet, ask["notification_date"]
    sheet.line(_LEFT, y + 1.2, _LEFT + 66, y + 1.2, 0.15)
    place = f"{form.paper.values.get('notifier.city', '')}, " if entry.label.startswith("Ort") else ""
    if len(place) > 2 and text_width(place, form.size, form.face) < 30 and not form.is_by_hand:
        form.write(_LEFT + 1, y, place)
        form.answer(entry, _LEFT + 2 + text_width(place, form.size, form.face), y, 34)
    else:
        form.answer(entry, _LEFT + 1, y, 60)
    sheet.text(_LEFT, y + 4.8, entry.label, 7.5, face)
    ink.signature(sheet, 126, y, form.rng)
    sheet.line(116, y + 1.2, _RIGHT, y + 1.2, 0.15)
    sheet.text(116, y + 4.8, "Unterschrift und Stempel", 7.5, face)
