"""A city's question sheet for schools and day care (§ 34 IfSG): numbered questions, kinds and diseases to tick, a stamp for the house."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples import ink
from samples.authors import note, reworded
from samples.entries import Entries, facility_entries
from samples.filling import Filling, label
from samples.form import Drawing, Paper
from samples.people import Scene

_LEFT, _RIGHT, _ANSWER = 17.0, 194.0, 104.0
_LABELS = """
contact_person: Wer kann Auskunft geben (Ansprechpartner/in)?|Ansprechperson für Rückfragen|Leitung bzw. Vertretung
affected_children: Wie viele Kinder bzw. Schüler/innen sind betroffen?|Anzahl betroffener Kinder
affected_staff: Wie viele Beschäftigte sind betroffen?|Anzahl betroffenes Personal
onset_date: Seit wann (erster Krankheitsfall)?|Auftreten des ersten Falls|Beginn der ersten Erkrankung
notification_date: Datum|Datum der Benachrichtigung
recipient: An das|Benachrichtigung an
"""
_KINDS = {
    "Krippe": "Krippe",
    "Kindergarten": "Kindergarten",
    "Kita": "Kindertagesstätte",
    "Hort": "Hort",
    "Schule": "Schule",
}
_DISEASES = (
    "Noroviren", "Magen-Darm-Erkrankung", "Windpocken", "Scharlach", "Kopflausbefall", "Keuchhusten", "Krätze (Skabies)", "Mumps", "Masern",
    "Röteln", "Meningokokken", "Impetigo (Borkenflechte)", "Hepatitis A oder E", "EHEC",
)  # fmt: skip
_ASIDES = (
    ("Ist eine gemeinsame Mahlzeit als Ursache denkbar?", ("ja", "nein", "unklar")),
    ("Wurde die Elternschaft informiert?", ("ja", "nein")),
    ("Wurden bereits Stuhlproben veranlasst?", ("ja", "nein", "nicht bekannt")),
    ("Sind ungeimpfte Kinder in der Gruppe?", ("ja", "nein", "weiß nicht")),
)


def draw(rng: Random, scene: Scene) -> Drawing:
    """Draw one page, filled in by type or by hand."""
    paper = Paper("facility_notification", "facility_tick_diseases")
    form = Filling(rng, paper, size=rng.uniform(9.8, 11), by_hand=0.2)
    kind = rng.choice(tuple(_KINDS))
    ask = reworded(rng, facility_entries(rng, scene, form.day, (kind,)), _LABELS)
    y = _head(form, ask)
    y = _question(form, 1, "Um welche Art von Einrichtung handelt es sich?", y)
    y = _kinds(form, _KINDS[kind], y)
    y = _question(form, 2, rng.choice(("Welche Krankheit oder welcher Verdacht liegt vor?", "Art der Erkrankung (bitte ankreuzen)")), y + 3)
    y = _diseases(form, ask, y)
    number, y = 3, y + 3
    keys = ["affected_children", "affected_staff", "onset_date", "contact_person"]
    if rng.random() < 0.4:
        keys = [keys[3], keys[2], *keys[:2]]
    for key in keys:
        _question(form, number, ask[key].label, y)
        form.sheet.dotted(_ANSWER, y + 1.2, _RIGHT)
        form.answer(ask[key], _ANSWER + 2, y, _RIGHT - _ANSWER - 4)
        number, y = number + 1, y + 8.6
    _foot(form, ask, _asides(form, number, y))
    return Drawing((form.sheet,), (paper,))


def _head(form: Filling, ask: Entries) -> float:
    """Print the title and, in a box, the stamp of the house, which is there even on an empty sheet."""
    sheet, rng = form.sheet, form.rng
    sheet.text(_LEFT, 19, rng.choice(("Benachrichtigung nach § 34 IfSG", "Meldebogen für Gemeinschaftseinrichtungen")), 14, "dejavu-bold")
    sheet.text(_LEFT, 25, "durch die Leitung der Einrichtung (§ 34 Abs. 6 Infektionsschutzgesetz)", 9, "dejavu")
    label(sheet, _LEFT, 36, f"{ask['recipient'].label}:", 9, "dejavu", 40)
    form.answer(ask["recipient"], _LEFT, 42.5, 82)
    sheet.line(_LEFT, 44, _LEFT + 84, 44, 0.2)
    sheet.box(106, 30, _RIGHT - 106, 31, 0.25)
    sheet.text(108, 33.6, "Name, Anschrift, Telefon der Einrichtung (Stempel)", 7.5, "dejavu")
    address, phone = ask["facility.address"].text or "", ask["facility.phone"].text or ""
    street, _, town = address.partition(", ")
    lines = [(ask["facility.name"].text or "", 10.5, "sans-bold"), (street, 9.5, "sans"), (town, 9.5, "sans")]
    lines.append((f"{rng.choice(('Tel. ', 'Telefon: ', 'Tel.: '))}{phone}", 9.5, "sans"))
    ink.stamp(sheet, 112, 35, lines, rng, is_framed=False)
    for key in ("facility.name", "facility.address", "facility.phone"):
        note(form, ask[key], 60)
    sheet.line(_LEFT, 65, _RIGHT, 65, 0.6)
    return 72.0


def _question(form: Filling, number: int, text: str, y: float) -> float:
    form.sheet.text(_LEFT, y, f"{number}.", 9.5, "dejavu-bold")
    label(form.sheet, _LEFT + 7, y, text, 9.5, "dejavu", 78)
    return y + 6.4


def _kinds(form: Filling, chosen: str, y: float) -> float:
    x, is_filled = _LEFT + 7, form.trouble != "blank"
    for word in _KINDS.values():
        form.square(x, y, is_filled and word == chosen, 3.2)
        x += 5 + form.sheet.text(x + 5, y, word, 9, "dejavu") + 5
    if is_filled:
        form.paper.take("facility.kind", chosen, y)
    return y + 6.4


def _diseases(form: Filling, ask: Entries, y: float) -> float:
    """Draw the diseases in three columns, and a line for any other."""
    name, is_filled, sheet = ask["disease"].text, form.trouble != "blank", form.sheet
    for index, word in enumerate(_DISEASES):
        x, at = _LEFT + 7 + 58 * (index // 5), y + 6 * (index % 5)
        form.square(x, at, is_filled and word == name, 3.2)
        label(sheet, x + 5, at, word, 9, "dejavu", 50)
        if is_filled and word == name:
            form.paper.take("disease.name", word, at)
    x, at = _LEFT + 7, y + 30
    form.square(x, at, is_filled and name not in _DISEASES, 3.2)
    begin = x + 5 + sheet.text(x + 5, at, "andere, und zwar:", 9, "dejavu")
    sheet.dotted(begin + 1, at + 1.2, _RIGHT)
    if name not in _DISEASES:
        form.answer(replace(ask["disease"], values={"disease.name": name}), begin + 3, at, _RIGHT - begin - 5)
    return at + 7


def _asides(form: Filling, number: int, y: float) -> float:
    """Ask two things that no record wants."""
    for text, words in form.rng.sample(_ASIDES, 2):
        _question(form, number, text, y)
        chosen = form.rng.choice(words) if form.trouble != "blank" else None
        for index, word in enumerate(words):
            form.square(_ANSWER + 2 + 26 * index, y, word == chosen, 3.2)
            form.sheet.text(_ANSWER + 7 + 26 * index, y, word, 9, "dejavu")
        number, y = number + 1, y + 8.6
    return y


def _foot(form: Filling, ask: Entries, y: float) -> None:
    sheet, rng = form.sheet, form.rng
    y += 12
    form.answer(ask["notification_date"], _LEFT + 2, y, 50)
    ink.signature(sheet, 112, y, rng)
    for x, end, text in ((_LEFT, 72, ask["notification_date"].label), (106, _RIGHT, "Unterschrift")):
        sheet.line(x, y + 1.6, end, y + 1.6, 0.2)
        sheet.text(x, y + 5, text, 7.5, "dejavu")
    sheet.text(
        _LEFT, y + 13, "Personenbezogene Angaben bitte auf der gesonderten Liste nachreichen. Bogen GA 34, Stand 05/2025", 7.5, "dejavu"
    )
