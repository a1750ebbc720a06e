"""A record as person and case, or person and contact: CoreAndPersonDto, the body of `pushWithPerson` (swagger of SORMAS 1.98).

What a person at the office decides (how a case is classified, whether it is investigated) stays as SORMAS has it for a new one.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.sormas.form import Form
from bridge.delivery.sormas.options import Options
from bridge.domain.model import JsonObject, JsonValue, Record

Entity = dict[str, Any]  # a DTO of SORMAS

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://sormas.org")
_GROUPS: Final = (slice(0, 6), slice(6, 12), slice(12, 18), slice(18, 26))
_SEXES: Final = {"male": "MALE", "female": "FEMALE", "diverse": "OTHER", "unknown": "UNKNOWN"}
_VACCINATED: Final = {"vaccinated": "VACCINATED", "unvaccinated": "UNVACCINATED", "unknown": "UNKNOWN"}
_NEW_CASE: Final = {"caseClassification": "NOT_CLASSIFIED", "investigationStatus": "PENDING"}
_NEW_CONTACT: Final = {"contactClassification": "UNCONFIRMED", "contactStatus": "ACTIVE"}
_CASE_DETAILS: Final = 1_000_000  # CaseDataDto.additionalDetails: maxLength
_CONTACT_DETAILS: Final = 4096  # ContactDto.additionalDetails: maxLength
_STREET: Final = 4096  # LocationDto.street: maxLength


class Author:
    """Gives the entities of one record their identity: the same for every version, so that a correction changes what it corrects."""

    def __init__(self, record: Record) -> None:
        """Take the record; its time stands for the last change (optimistic locking: what changed since is answered by 409)."""
        self._record = record

    @property
    def external_id(self) -> str:
        """What tells our record and its version in SORMAS."""
        return external_id(self._record)

    def entity(self, role: str) -> Entity:
        """Return the beginning of the entity that plays `role` in this record."""
        return {"uuid": uuid_of(self._record.document_id, role), "changeDate": _moment(self._record.created_at)}


def uuid_of(document_id: str, role: str) -> str:
    """Return the UUID of what plays `role` in a record, in SORMAS's own writing: base32 in groups of 6, 6, 6 and 8."""
    text = b32encode(uuid5(_NAMESPACE, f"{document_id}/{role}").bytes).decode()
    return "-".join(text[group] for group in _GROUPS)


def external_id(record: Record) -> str:
    """Return the id that SORMAS keeps with a case or contact: our record's and its version."""
    return f"{record.document_id}:{record.version}"


def notification(record: Record, options: Options) -> Entity:
    """Return a notification's person and case. Raises UnsendableError for what SORMAS cannot take, or must not be a case."""
    form = Form(_object(record.body, "data"))
    code = form.text("pathogen.code") or form.text("disease.code")
    return _case(record, form, "patient.", _disease((code, form.peek("pathogen.name"), form.peek("disease.name")), options), options)


def listed(record: Record, options: Options) -> Entity:
    """Return the person, and case or contact, of a list of one row. Raises UnsendableError as `notification` does."""
    data = _object(record.body, "data")
    rows = data.get("rows")
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
        raise UnsendableError("a list of more or less than one row", "Die Liste lässt sich nicht als Ganzes übergeben: bitte prüfen.")
    form = Form({key: value for key, value in data.items() if key not in {"rows", "kind"}} | rows[0])
    disease = _disease((form.peek("disease.name"),), options)
    if data.get("kind") == "cases":
        return _case(record, form, "", disease, options)
    if data.get("kind") == "contacts":
        return _contact(record, form, disease, options)
    reason = "Ob die Liste Erkrankte oder Kontaktpersonen nennt, ist nicht bekannt: bitte die Art der Liste nachtragen."
    raise UnsendableError("a list of neither cases nor contacts", reason)


def _disease(words: tuple[JsonValue, ...], options: Options) -> str:
    """Return what SORMAS calls a disease: by the first of `words` (codes and names) in the map. Raises UnsendableError."""
    for word in words:
        if isinstance(word, str) and (disease := options.disease_called(word)):
            return disease
    raise UnsendableError(
        "a disease that the target's map does not know",
        "SORMAS kennt diese Krankheit nicht unter einem eindeutigen Namen: bitte sie in [options.disease_map] des Ziels eintragen "
        "oder die Meldung auf anderem Weg übergeben.",
    )


def _case(record: Record, form: Form, at: str, disease: str, options: Options) -> Entity:
    """Return person and case; the person's own values stand below the path `at`."""
    if form.peek("result") == "negative":
        raise UnsendableError(
            "a negative result, which is no case",
            "Der Befund ist negativ; in SORMAS würde daraus ein Krankheitsfall: bitte den Befund auf anderem Weg übergeben.",
        )
    author = Author(record)
    person = _person(form, author, at)
    symptoms = {"onsetDate": _midnight(form.day("onset_date")), "symptomsComments": form.text("symptoms")}
    hospital = {
        "admittedToHealthFacility": form.answer("hospital.admitted"),
        "admissionDate": _midnight(form.day("hospital.admission_date")),
    }
    core = {
        **_core(author, "case", disease, person),
        **_NEW_CASE,
        **({"outcome": "DECEASED", "outcomeDate": person.get("deathDate")} if "presentCondition" in person else {}),
        "reportDate": _received(record),
        "symptoms": _nested(author, "symptoms", symptoms),
        "hospitalization": _nested(author, "hospitalization", hospital),
        "vaccinationStatus": _chosen(form, "vaccination.status", _VACCINATED),
        "clinicianName": form.text("notifier.name"),
        "clinicianPhone": form.text("notifier.phone"),
        "reportingUser": _reference(options.reporting_user),
        "responsibleRegion": _reference(options.region),
        "responsibleDistrict": _reference(options.district),
        "responsibleCommunity": _reference(options.community),
        "healthFacility": _reference(options.facility),
    }
    return _pushed(person, core, form, _CASE_DETAILS)


def _contact(record: Record, form: Form, disease: str, options: Options) -> Entity:
    author = Author(record)
    person = _person(form, author, "")
    core = {
        **_core(author, "contact", disease, person),
        **_NEW_CONTACT,
        "reportDateTime": _received(record),
        "lastContactDate": _midnight(form.day("last_contact_date")),
        "reportingUser": _reference(options.reporting_user),
        "region": _reference(options.region),
        "district": _reference(options.district),
        "community": _reference(options.community),
    }
    return _pushed(person, core, form, _CONTACT_DETAILS)


def _core(author: Author, role: str, disease: str, person: Entity) -> Entity:
    return {**author.entity(role), "externalID": author.external_id, "disease": disease, "person": {"uuid": person["uuid"]}}


def _person(form: Form, author: Author, at: str) -> Entity:
    """Return who it is about. SORMAS wants both names, and a sex, for which it knows UNKNOWN."""
    given, family = form.text(f"{at}given_name"), form.text(f"{at}family_name")
    if not given or not family:
        raise UnsendableError(
            "no full name of the person", "SORMAS verlangt Vor- und Nachnamen: bitte den fehlenden Namen erfragen und nachtragen."
        )
    address = {
        "street": form.text(f"{at}street", _STREET),
        "postalCode": form.text(f"{at}postal_code"),
        "city": form.text(f"{at}city"),
    }
    return {
        **author.entity("person"),
        "firstName": given,
        "lastName": family,
        "sex": _chosen(form, f"{at}sex", _SEXES) or "UNKNOWN",
        **dict(zip(("birthdateYYYY", "birthdateMM", "birthdateDD"), form.parts(f"{at}birth_date"), strict=False)),
        "address": _nested(author, "address", address),
        "personContactDetails": _contact_details(form, author, at) or None,
        **_death(form),
    }


def _contact_details(form: Form, author: Author, at: str) -> list[Entity]:
    """Return phone and mail; PersonDto's own `phone` and `emailAddress` are read only."""
    person = {"uuid": author.entity("person")["uuid"]}
    return [
        {
            **author.entity(key),
            "person": person,
            "personContactDetailType": key.upper(),
            "contactInformation": value,
            "primaryContact": True,
        }
        for key in ("phone", "email")
        if (value := form.text(f"{at}{key}"))
    ]


def _death(form: Form) -> Entity:
    day = form.day("death_date")
    if day is None and form.peek("case_status") != "deceased":
        return {}
    return {"presentCondition": "DEAD", "deathDate": _midnight(day)}


def _reference(uuid: str | None) -> Entity | None:
    return {"uuid": uuid} if uuid else None


def _nested(author: Author, role: str, content: Mapping[str, Any]) -> Entity | None:
    """Return an entity within another, None where the page says nothing of it."""
    present = _present(content)
    return {**author.entity(role), **present} if present else None


def _pushed(person: Entity, core: Entity, form: Form, limit: int) -> Entity:
    """Return the body: what found no field of its own stands in the core's `additionalDetails`."""
    details = form.rest()
    if details and len(details) > limit:
        raise UnsendableError(
            "more text than SORMAS keeps",
            "Die Meldung enthält mehr Text, als SORMAS aufnimmt: bitte den Fall in SORMAS von Hand anlegen.",
        )
    return {"person": _present(person), "coreData": _present(core | {"additionalDetails": details})}


def _present(content: Mapping[str, Any]) -> Entity:
    return {key: value for key, value in content.items() if value is not None}


def _chosen(form: Form, path: str, words: Mapping[str, str]) -> str | None:
    """Take a choice that SORMAS has a word for."""
    return words.get(str(form.peek(path))) and words[str(form.text(path))]


def _received(record: Record) -> str:
    """Return when the office got the notification."""
    return _moment(datetime.fromisoformat(str(_object(record.body, "fax")["received_at"])))


def _midnight(day: date | None) -> str | None:
    """Return a day as SORMAS takes it: midnight UTC, which is that same day in Germany too."""
    return _moment(datetime.combine(day, time(), UTC)) if day else None


def _moment(moment: datetime) -> str:
    """Return RFC 3339 in UTC (format date-time), to the millisecond as SORMAS keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _object(body: JsonObject, key: str) -> JsonObject:
    found = body.get(key)
    return found if isinstance(found, dict) else {}
