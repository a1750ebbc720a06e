"""The invariants of DEMIS's profiles that are no plain regular expressions, by their keys; part of fhir_profiles.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.fhir_answers import items_of


def _profiled(bundle: Mapping[str, Any], name: str) -> int:
    url = f"https://demis.rki.de/fhir/StructureDefinition/{name}"
    return sum(url in entry["resource"].get("meta", {}).get("profile", []) for entry in bundle.get("entry", []))


def _is_exclusive(concept: Mapping[str, Any]) -> bool:
    return not ("coding" in concept and "text" in concept)


def _names_match(name: str) -> Callable[[Mapping[str, Any]], bool]:
    forbidden = re.compile(r"[^@\\*?$|=´\"\[\]{}<>0-9]{0,100}")

    def is_free_of_them(patient: Mapping[str, Any]) -> bool:
        words = [word for entry in patient.get("name", []) for word in [entry.get(name)] if word]
        flat = [word for entry in words for word in (entry if isinstance(entry, list) else [entry])]
        return bool(flat) and all(forbidden.fullmatch(word) for word in flat)

    return is_free_of_them


INVARIANTS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "atLeastOneMetaProfile": lambda b: all(e["resource"].get("meta", {}).get("profile") for e in b.get("entry", [])),
    "maxOneNotifiedPerson": lambda b: _profiled(b, "NotifiedPerson") <= 1,
    "exactlyOneSubmittingRole": lambda b: _profiled(b, "SubmittingRole") == 1,
    "personOrFacility": lambda role: "practitioner" in role or "organization" in role,
    "personOrFacilityCount": lambda role: "practitioner" in role or "organization" in role,
    "personOrFacilityNotEmpty": lambda role: not ("practitioner" in role and "organization" in role),
    "codingOrText": _is_exclusive,
    "noItemText": lambda response: all("text" not in item for item in items_of(response)),
    "validFamilyName": _names_match("family"),
    "validGivenName": _names_match("given"),
    "oneOfficialName": lambda person: any(name.get("use") == "official" for name in person.get("name", [])),
    "org-1": lambda organization: any(key in organization for key in ("name", "_name", "identifier")),
}
