"""A record's data, taken value by value: what found no field of its own stays, and is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from bridge.domain.model import JsonObject, JsonValue

SHORT: Final = 512  # maxLength of most texts in SORMAS
_ANSWERS: Final = {True: "YES", False: "NO", None: "UNKNOWN"}
_SECTIONS: Final = {
    "disease": "Krankheit", "exposure": "Infektionsort", "facility": "Einrichtung", "hospital": "Krankenhaus", "laboratory": "Labor",
    "notifier": "Melder", "pathogen": "Erreger", "patient": "Person", "specimen": "Probe", "submitter": "Einsender",
    "vaccination": "Impfung",
}  # fmt: skip
_LABELS: Final = {
    "admission_date": "Aufnahme", "admitted": "aufgenommen", "birth_date": "Geburtsdatum", "bsnr": "BSNR", "case_status": "Meldung als",
    "city": "Ort", "code": "Kode", "collected_on": "entnommen am", "commissioned": "beauftragt", "country": "Land",
    "death_date": "Todesdatum", "diagnosis_date": "Diagnosedatum", "doses": "Dosen", "email": "E-Mail", "family_name": "Name",
    "fax": "Fax", "finding": "Befund", "given_name": "Vorname", "group": "Gruppe", "lanr": "LANR",
    "last_contact_date": "letzter Kontakt", "last_date": "zuletzt am", "list_date": "Liste vom", "material": "Material",
    "method": "Methode", "name": "Name", "note": "Bemerkung", "notification_date": "Meldung vom", "number": "laufende Nummer",
    "onset_date": "Erkrankungsbeginn", "order_number": "Auftragsnummer", "organization": "Einrichtung", "phone": "Telefon",
    "place": "Ort", "postal_code": "PLZ", "received_on": "eingegangen am", "recipient": "Empfänger", "result": "Ergebnis",
    "role": "Tätigkeit", "sample_date": "Probe vom", "sex": "Geschlecht", "status": "Status", "street": "Straße",
    "symptoms": "Symptome", "test_date": "Testdatum",
}  # fmt: skip
_CHOSEN: Final = frozenset({"case_status", "result", "role", "sex", "status"})  # paths whose words are the contract's, not the page's
_ANSWERED: Final = {True: "ja", False: "nein", None: "nicht bekannt"}
_WORDS: Final = {
    "suspected": "Verdacht", "ill": "Erkrankung", "deceased": "Tod", "works": "dort tätig",
    "cared_for": "dort betreut", "none": "keine", "vaccinated": "geimpft", "unvaccinated": "nicht geimpft", "unknown": "unbekannt",
    "positive": "positiv", "negative": "negativ", "indeterminate": "nicht eindeutig", "diverse": "divers", "male": "männlich",
    "female": "weiblich",
}  # fmt: skip


class Form:
    """The leaves of a record's `data` by dotted path, each to be taken once."""

    def __init__(self, data: JsonObject) -> None:
        """Take the data; lists of words count as one leaf."""
        self._leaves = dict(_leaves(data))

    def text(self, path: str, limit: int = SHORT) -> str | None:
        """Take the words at `path`; longer ones than `limit` stay."""
        found = self._leaves.get(path)
        if isinstance(found, list):
            found = ", ".join(str(word) for word in found)
        if not isinstance(found, str) or not found.strip() or len(found) > limit:
            return None
        del self._leaves[path]
        return found

    def day(self, path: str) -> date | None:
        """Take the date at `path`; one without its day stays."""
        found = self._leaves.get(path)
        try:
            day = date.fromisoformat(found) if isinstance(found, str) and len(found) == len("2026-11-22") else None
        except ValueError:
            return None
        if day is not None:
            del self._leaves[path]
        return day

    def parts(self, path: str) -> list[int]:
        """Take year, month and day of the date at `path`, as many as the page has."""
        found = self._leaves.get(path)
        parts = found.split("-") if isinstance(found, str) else []
        if not parts or not all(part.isdecimal() for part in parts):
            return []
        del self._leaves[path]
        return [int(part) for part in parts]

    def answer(self, path: str) -> str | None:
        """Take the answer at `path`, null meaning that nobody knows."""
        if path not in self._leaves or not isinstance(found := self._leaves[path], bool | None):
            return None
        del self._leaves[path]
        return _ANSWERS[found]

    def peek(self, path: str) -> JsonValue:
        """Return what stands at `path` without taking it."""
        return self._leaves.get(path)

    def rest(self) -> str | None:
        """Return what was not taken, a line a value, in German."""
        return "\n".join(f"{_label(path)}: {_told(path, value)}" for path, value in self._leaves.items()) or None


def _leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def _label(path: str) -> str:
    section, _, key = path.rpartition(".")
    label = _LABELS.get(key, key)
    return f"{_SECTIONS.get(section, section)}, {label}" if section else label


def _told(path: str, value: JsonValue) -> str:
    if isinstance(value, list):
        return ", ".join(_told(path, item) for item in value)
    if value is None or isinstance(value, bool):
        return _ANSWERED[value]
    word = str(value)
    return _WORDS.get(word, word) if path.rpartition(".")[2] in _CHOSEN else word
