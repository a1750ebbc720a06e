"""What values must hold against one another: dates in order, none in the future, running numbers without a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bridge.domain.forms import DocumentType, FieldKind
from bridge.domain.model import JsonValue
from bridge.stages.places import objection_to

_OLDEST: Final = timedelta(days=400)  # an event notified later than that is a misread year until a person says otherwise
_MAY_BE_OLD: Final = ("birth_date", "vaccination.last_date")
_MAY_BE_LATER: Final = ("due_date",)
_REFERENCES: Final = ("notification_date", "list_date", "date")

FUTURE: Final = "Das Datum liegt nach dem Eingang des Faxes."
BEFORE_BIRTH: Final = "Das Datum liegt vor dem Geburtsdatum."
AFTER_LIST: Final = "Das Datum liegt nach dem Tag, an dem die Liste erstellt wurde."
TOO_OLD: Final = "Das Datum liegt mehr als ein Jahr zurück."
IMPOSSIBLE_BIRTH: Final = "Das Geburtsdatum liegt vor 1900."
OUT_OF_ORDER: Final = "Die Reihenfolge der Daten stimmt nicht: {first} liegt nach {second}."


@dataclass(frozen=True, slots=True)
class Objection:
    """A rule that a field breaks; `is_missing` where something that should be there is not."""

    path: str
    message: str
    is_missing: bool = False


def objections(kind: DocumentType, values: Mapping[str, JsonValue], received_on: date) -> tuple[Objection, ...]:
    """Return what is wrong with the values (by path) taken together; `received_on` is the fax's day of arrival."""
    dates = {path: str(values[path]) for path in values if _is_date(path, kind)}
    found = [*_single(dates, received_on), *_in_order(kind.order, dates)]
    death, onset = dates.get("death_date"), dates.get("onset_date")
    if death and onset and _is_after(onset, death):
        found += [Objection(p, OUT_OF_ORDER.format(first="Erkrankungsbeginn", second="Todesdatum")) for p in ("onset_date", "death_date")]
    return (*found, *_places(values), *_after_list_date(dates), *_numbering(values))


def _places(values: Mapping[str, JsonValue]) -> list[Objection]:
    """Return postal codes that do not exist, and those of another place than the one printed beside them."""
    found: list[Objection] = []
    for path, value in values.items():
        if path.rpartition(".")[2] != "postal_code":
            continue
        beside = f"{path.rpartition('.')[0]}.city".lstrip(".")
        city = values.get(beside)
        message = objection_to(str(value), str(city) if city is not None else None)
        if message is not None:
            found += [Objection(each, message) for each in (path, beside) if each in values]
    return found


def _after_list_date(dates: Mapping[str, str]) -> list[Objection]:
    """Return dates in rows that lie after the day on which the list was made."""
    made = dates.get("list_date")
    if made is None:
        return []
    return [Objection(path, AFTER_LIST) for path, value in dates.items() if path.startswith("rows.") and _is_after(value, made)]


def _is_date(path: str, kind: DocumentType) -> bool:
    last = path.split(".", 2)[-1] if path.startswith("rows.") else path
    specs = kind.columns if path.startswith("rows.") else kind.fields
    return any(spec.path == last and spec.kind is FieldKind.DATE for spec in specs)


def _single(dates: Mapping[str, str], received_on: date) -> list[Objection]:
    found: list[Objection] = []
    reference = next((dates[path] for path in _REFERENCES if path in dates), received_on.isoformat())
    reference = min(reference, received_on.isoformat())
    oldest = (date.fromisoformat(reference) - _OLDEST).isoformat() if len(reference) == 10 and _is_real(reference) else "0000"
    for path, value in dates.items():
        birth = dates.get(_birth_beside(path))
        if _is_after(value, received_on.isoformat()) and not path.endswith(_MAY_BE_LATER):
            found.append(Objection(path, FUTURE))
        elif path.endswith("birth_date"):
            if value < "1900":
                found.append(Objection(path, IMPOSSIBLE_BIRTH))
        elif birth and _is_after(birth, value):
            found += [Objection(path, BEFORE_BIRTH), Objection(_birth_beside(path), BEFORE_BIRTH)]
        elif not path.endswith(_MAY_BE_OLD) and value < oldest:
            found.append(Objection(path, TOO_OLD))
    return found


def _is_real(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _birth_beside(path: str) -> str:
    if path.startswith("rows."):
        return ".".join((*path.split(".")[:2], "birth_date"))
    return "patient.birth_date"


def _is_after(one: str, other: str) -> bool:
    """Tell whether `one` is later than `other`, comparing only as far as both are known (2020-03 and 2020-03-15 are alike)."""
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def _in_order(order: Sequence[str], dates: Mapping[str, str]) -> list[Objection]:
    present = [path for path in order if path in dates]
    found: list[Objection] = []
    for place, earlier in enumerate(present):
        for later in present[place + 1 :]:
            if _is_after(dates[earlier], dates[later]):
                message = OUT_OF_ORDER.format(first=_spoken(earlier), second=_spoken(later))
                found += [Objection(earlier, message), Objection(later, message)]
    return found


_SPOKEN: Final = {
    "patient.birth_date": "das Geburtsdatum",
    "onset_date": "der Erkrankungsbeginn",
    "diagnosis_date": "das Diagnosedatum",
    "notification_date": "das Meldedatum",
    "specimen.collected_on": "das Entnahmedatum",
    "specimen.received_on": "das Eingangsdatum",
}


def _spoken(path: str) -> str:
    return _SPOKEN.get(path, path)


def _numbering(values: Mapping[str, JsonValue]) -> list[Objection]:
    """Return breaks in a list's running numbers. One that its neighbours correct is doubtful itself; else rows may be missing."""
    numbers = {int(path.split(".")[1]): value for path, value in values.items() if path.startswith("rows.") and path.endswith(".number")}
    rows = sorted({int(path.split(".")[1]) for path in values if path.startswith("rows.")})
    known = [(row, value) for row, value in sorted(numbers.items()) if isinstance(value, int)]
    if len(numbers) < 2 or not known:
        return []
    offsets = [value - row for row, value in known]
    usual = max(set(offsets), key=offsets.count)
    found: list[Objection] = []
    broken = [(row, value) for row, value in known if value - row != usual]
    if offsets.count(usual) >= len(known) - max(1, len(known) // 8) and not _is_shifted(broken, usual):
        found += [Objection(f"rows.{row}.number", "Die laufende Nummer passt nicht zu den Zeilen davor und danach.") for row, _ in broken]
    elif broken:
        found.append(Objection("rows", "Die laufenden Nummern sind nicht fortlaufend; es kann eine Zeile fehlen.", is_missing=True))
    if usual not in {1, 0} and known[0][0] == rows[0]:
        found.append(Objection("rows", f"Die Liste beginnt mit der Nummer {known[0][1]}; es können Zeilen fehlen.", is_missing=True))
    return found


def _is_shifted(broken: Sequence[tuple[int, int]], usual: int) -> bool:
    """Tell whether the numbers that do not fit are off by the same amount, as after a lost row."""
    shifts = [value - row - usual for row, value in broken]
    return len(shifts) >= 2 and len(set(shifts)) == 1
