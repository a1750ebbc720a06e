"""What both kinds of notification share: a document that grows entry by entry, and the persons and places in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir.codes import (
    BSNR,
    DEMIS,
    GENDER,
    GENDER_EXTENSION,
    LOINC,
    UNKNOWN,
    CodeMap,
    Element,
    code_system,
    coding,
    naming_system,
    profile,
)
from bridge.domain.model import JsonObject

_NAMESPACE: Final = uuid5(NAMESPACE_URL, naming_system("NotificationId"))
_NAME: Final = re.compile(r"[^@\\*?$|=´\"\[\]{}<>0-9]{1,100}")  # NotifiedPerson: validFamilyName, validGivenName
_GENDERS: Final = {"male": "male", "female": "female", "diverse": "other"}


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator says of a DEMIS target.

    `bsnr`, `laboratory_id` and `participant_id` are identifiers of the notifier, where all faxes of this target come from one and
    the same; a BSNR on the page counts more. `responsible_office` is the office's code at DEMIS (`1.01.0.53.`), where DEMIS shall
    not find it from the addresses. `notifier_type` is what the notifiers of diseases are, in DEMIS's list organizationType.
    """

    codes: CodeMap = field(default_factory=CodeMap)
    bsnr: str | None = None
    laboratory_id: str | None = None
    participant_id: str | None = None
    responsible_office: str | None = None
    notifier_type: str = "medFacility"


_ABSENT: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Page:
    """A record's `data`, asked by dotted path."""

    data: JsonObject

    def at(self, path: str, default: Any = None) -> Any:
        """Return what stands at `path`; `default` where nothing does."""
        found: Any = self.data
        for key in path.split("."):
            if not isinstance(found, dict) or key not in found:
                return default
            found = found[key]
        return found

    def text(self, path: str) -> str | None:
        """Return the words at `path`."""
        found = self.at(path)
        return found if isinstance(found, str) and found.strip() else None

    def texts(self, path: str) -> Sequence[str]:
        """Return the list of words at `path`."""
        found = self.at(path)
        return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []

    def is_unknown(self, path: str) -> bool:
        """Tell whether the page says that nobody knows (the contract's null), which is more than not saying anything."""
        return self.at(path, _ABSENT) is None


class Document:
    """The entries of one Bundle. The same record gives the same ids, whatever its version and however often it is sent."""

    def __init__(self, record_id: str) -> None:
        self._record_id = record_id
        self.entries: list[Element] = []

    def id_of(self, role: str) -> str:
        """Return the UUID of what plays `role` in this record."""
        return str(uuid5(_NAMESPACE, f"{self._record_id}/{role}"))

    def add(self, role: str, kind: str, canonical: str, content: Element) -> Element:
        """Add a resource of `kind` that follows the profile `canonical`; return a Reference to it."""
        return self._insert(len(self.entries), role, kind, canonical, content)

    def add_first(self, role: str, kind: str, canonical: str, content: Element) -> Element:
        """Add it before all others, where a document's Composition has to be (FHIR R4 bdl-11)."""
        return self._insert(0, role, kind, canonical, content)

    def _insert(self, at: int, role: str, kind: str, canonical: str, content: Element) -> Element:
        identity = self.id_of(role)
        resource = {"resourceType": kind, "id": identity, "meta": {"profile": [canonical]}} | content
        self.entries.insert(at, {"fullUrl": f"{DEMIS}/{kind}/{identity}", "resource": resource})
        return {"reference": f"{kind}/{identity}"}


def mandatory(name: str, value: str | None) -> Element:
    """Return the primitive element `name`, which a profile wants: its value, or the mark that it is not known."""
    return {name: value} if value else {f"_{name}": UNKNOWN}


def optional(name: str, value: Any) -> Element:
    """Return the element `name` where there is a value."""
    return {name: value} if value else {}


def composition(document: Document, version: int, date: str, subject: Element, author: Element) -> Element:
    """Return what the Compositions of both kinds have in common.

    A correction keeps the NotificationId and is `amended`, as the profile Notification says of status and identifier; relatesTo
    is for notifications of others (its code is fixed to `appends`).
    """
    return {
        "identifier": {"system": naming_system("NotificationId"), "value": document.id_of("notification")},
        "status": "final" if version == 1 else "amended",
        "type": {"coding": [coding(LOINC, "34782-3", "Infectious disease Note")]},
        "subject": subject,
        "date": date,
        "author": [author],
    }


def notified_person(document: Document, page: Page) -> Element:
    """Add the person the notification is about. Raises UnsendableError without a name that DEMIS takes."""
    family, given = page.text("patient.family_name"), page.text("patient.given_name")
    if not family or not given:
        raise UnsendableError(
            "no name of the notified person", "Name oder Vorname der betroffenen Person fehlt: bitte beim Melder erfragen."
        )
    if not _NAME.fullmatch(family) or not _NAME.fullmatch(given):
        reason = "Im Namen der betroffenen Person stehen Ziffern oder Sonderzeichen, die DEMIS nicht annimmt: bitte den Namen prüfen."
        raise UnsendableError("characters in the notified person's name that the profile forbids", reason)
    content = {
        "name": [{"use": "official", "family": family, "given": given.split()}],
        **optional("telecom", _telecom(page, "patient", ("phone", "email"))),
        **_gender(page),
        **optional("birthDate", page.text("patient.birth_date")),
        **optional("address", [address] if (address := _address(page, "patient")) else None),
    }
    return document.add("patient", "Patient", profile("NotifiedPerson"), content)


def _gender(page: Page) -> Element:
    """Return the administrative gender, `unknown` where the page does not say; `diverse` is told by the German extension."""
    sex = page.text("patient.sex")
    gender: Element = {"gender": _GENDERS.get(sex or "", "unknown")}
    if sex == "diverse":
        gender["_gender"] = {"extension": [{"url": GENDER_EXTENSION, "valueCoding": coding(GENDER, "D", "divers")}]}
    return gender


def notifier(document: Document, page: Page, path: str, kind: str, options: Options) -> Element:
    """Add who notifies (§ 8 IfSG) as an organization of `kind` and return a Reference to its role.

    Always an organization, with the person as its contact: a Practitioner needs family and given name, and a name as printed
    ("Dr. med. Meier") cannot be taken apart without guessing. Raises UnsendableError where the page names nobody.
    """
    if not page.text(f"{path}.organization") and not page.text(f"{path}.name"):
        raise UnsendableError("no name of the notifier", "Der Melder fehlt: bitte Namen oder Einrichtung des Melders nachtragen.")
    content = {
        **optional("identifier", _identifiers(page.text(f"{path}.bsnr"), options)),
        "type": [{"coding": [coding(code_system("organizationType"), kind)]}],
        **facility(page, path),
    }
    organization = document.add("notifier", "Organization", profile("NotifierFacility"), content)
    return document.add("notifier-role", "PractitionerRole", profile("NotifierRole"), {"organization": organization})


def _identifiers(bsnr: str | None, options: Options) -> list[Element]:
    identifiers = {
        BSNR: bsnr or options.bsnr,
        naming_system("DemisLaboratoryId"): options.laboratory_id,
        naming_system("DemisParticipantId"): options.participant_id,
    }
    return [{"system": system, "value": value} for system, value in identifiers.items() if value]


def facility(page: Page, path: str) -> Element:
    """Return name, telecom, address and contact of an organization as the DEMIS profiles want them, unknown where need be."""
    person, organization = page.text(f"{path}.name"), page.text(f"{path}.organization")
    is_contact = person and organization and person != organization
    return {
        **mandatory("name", organization or person),
        "telecom": _telecom(page, path, ("phone", "fax", "email")) or [{"system": "phone", **mandatory("value", None)}],
        "address": [_full_address(page, path)],
        **optional("contact", [{"name": {"text": person}}] if is_contact else None),
    }


def _telecom(page: Page, path: str, systems: Sequence[str]) -> list[Element]:
    return [{"system": system, "value": value} for system in systems if (value := page.text(f"{path}.{system}"))]


def _address(page: Page, path: str) -> Element:
    street = page.text(f"{path}.street")
    return {
        **optional("line", [street] if street else None),
        **optional("city", page.text(f"{path}.city")),
        **optional("postalCode", page.text(f"{path}.postal_code")),
    }


def _full_address(page: Page, path: str) -> Element:
    """Return an address with all that an organization's must have. Whoever has a German postal code is in Germany."""
    postal_code = page.text(f"{path}.postal_code")
    return {
        **_address(page, path),
        **mandatory("city", page.text(f"{path}.city")),
        **mandatory("postalCode", postal_code),
        **mandatory("country", "DE" if postal_code else None),
    }
