"""Fields and values as a clerk would say them: German names of paths, dates as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.model import JsonValue

_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")

NAMES: Final[Mapping[str, str]] = {
    "family_name": "Familienname",
    "given_name": "Vorname",
    "birth_date": "Geburtsdatum",
    "disease.name": "Krankheit",
    "disease.code": "Krankheit (Code)",
    "pathogen.name": "Erreger",
    "pathogen.code": "Erreger (Code)",
    "result": "Ergebnis",
    "rows": "Zeilen der Liste",
    "kind": "Art der Liste",
    "date": "Datum",
    "subject": "Betreff",
    "case_status": "Verdacht/Erkrankung/Tod",
    "sex": "Geschlecht",
    "street": "Straße",
    "postal_code": "PLZ",
    "city": "Ort",
    "phone": "Telefon",
    "onset_date": "Erkrankungsbeginn",
    "diagnosis_date": "Diagnosedatum",
    "notification_date": "Meldedatum",
    "recipient": "Empfänger",
}
# What the desk names beside; sentences of the machine use the type's printed label there.
_MORE_NAMES: Final[Mapping[str, str]] = {
    "name": "Name",
    "organization": "Einrichtung",
    "fax": "Fax",
    "email": "E-Mail",
    "lanr": "LANR",
    "bsnr": "BSNR",
    "symptoms": "Symptome",
    "death_date": "Todesdatum",
    "admitted": "Im Krankenhaus aufgenommen",
    "admission_date": "Aufgenommen am",
    "exposure.place": "Ort der Ansteckung",
    "country": "Land der Ansteckung",
    "role": "Tätig oder betreut",
    "vaccination.status": "Impfstatus",
    "last_date": "Letzte Impfung",
    "doses": "Zahl der Impfungen",
    "commissioned": "Labor beauftragt",
    "sample_date": "Probe vom",
    "material": "Material",
    "collected_on": "Entnommen am",
    "received_on": "Eingegangen am",
    "method": "Methode",
    "finding": "Befund",
    "order_number": "Auftragsnummer",
    "reference": "Zeichen",
}
GROUPS: Final[Mapping[str, str]] = {
    "disease": "Krankheit",
    "pathogen": "Erreger",
    "patient": "Betroffene Person",
    "hospital": "Krankenhaus",
    "exposure": "Ansteckung",
    "vaccination": "Impfung",
    "facility": "Einrichtung",
    "specimen": "Probe",
    "laboratory": "Labor",
    "submitter": "Einsender",
    "notifier": "Meldende Person",
    "sender": "Absender",
    "seller": "Rechnungssteller",
    "buyer": "Rechnungsempfänger",
    "": "Meldung",
}


def printed_name(path: str, kind: DocumentType) -> str | None:
    """Return the first label that a form of the type prints for the field."""
    return next((spec.labels[0] for spec in kind.fields if spec.path == path and spec.labels), None)


def name_of(path: str, kind: DocumentType) -> str:
    """Return the German name of a field, without its row and group."""
    leaf = path.rsplit(".", 1)[-1]
    return NAMES.get(path) or _MORE_NAMES.get(path) or NAMES.get(leaf) or _MORE_NAMES.get(leaf) or printed_name(path, kind) or path


def group_of(path: str) -> str:
    """Return the part of the record that a field belongs to, "" for the notification itself."""
    return path.split(".", 1)[0] if "." in path else ""


def text_of(value: JsonValue, spec: FieldSpec | None) -> str:
    """Return a value as a person would type it: `15.03.2020`, `ja`, `männlich`; the grammar of its field reads it back."""
    if value is None:
        return "nicht bekannt"
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if spec is not None and spec.kind is FieldKind.DATE and (date := _PARTIAL_DATE.fullmatch(str(value))) is not None:
        return ".".join(part for part in reversed(date.groups()) if part is not None)
    if spec is not None and spec.choices.get(str(value)):
        return spec.choices[str(value)][0]
    return str(value)
