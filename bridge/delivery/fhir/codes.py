"""Names that FHIR and DEMIS give to things, and the operator's own map from printed words to SNOMED CT and LOINC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from bridge.domain.errors import ConfigurationError

Element = dict[str, Any]  # a piece of FHIR JSON

DEMIS: Final = "https://demis.rki.de/fhir"
BSNR: Final = "https://fhir.kbv.de/NamingSystem/KBV_NS_Base_BSNR"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
NULL_FLAVOR: Final = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
VERIFICATION_STATUS: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
OBSERVATION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
DATA_ABSENT_REASON: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ORGANIZATION: Final = "http://hl7.org/fhir/StructureDefinition/Organization"
GENDER_EXTENSION: Final = "http://fhir.de/StructureDefinition/gender-amtlich-de"
GENDER: Final = "http://fhir.de/CodeSystem/gender-amtlich-de"

UNKNOWN: Final[Element] = {"extension": [{"url": DATA_ABSENT_REASON, "valueCode": "unknown"}]}


def profile(name: str) -> str:
    """Return the canonical URL of a DEMIS profile or extension."""
    return f"{DEMIS}/StructureDefinition/{name}"


def naming_system(name: str) -> str:
    """Return the URL of a DEMIS naming system."""
    return f"{DEMIS}/NamingSystem/{name}"


def code_system(name: str) -> str:
    """Return the URL of a DEMIS code system."""
    return f"{DEMIS}/CodeSystem/{name}"


def coding(system: str, code: str, display: str | None = None) -> Element:
    """Return a Coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


NOT_ASKED: Final = coding(NULL_FLAVOR, "NASK", "not asked")  # what every DEMIS questionnaire has where nobody answered
NOT_KNOWN: Final = coding(NULL_FLAVOR, "ASKU", "asked but unknown")


@dataclass(frozen=True, slots=True)
class Code:
    """One concept of a terminology."""

    system: str
    code: str
    display: str | None = None

    @property
    def coding(self) -> Element:
        """The concept as a Coding."""
        return coding(self.system, self.code, self.display)


@dataclass(frozen=True, slots=True)
class CodeMap:
    """What printed words mean in the terminologies, told by the operator; a word that is not in the map is sent as text.

    `tests` go by the pathogen's DEMIS code (`cvdp`), or by code and method as printed (`cvdp/PCR`), which counts more; all other
    maps by the printed word, whatever its case. `diseases` and `pathogens` hold the official name to each DEMIS code.
    """

    materials: Mapping[str, Code] = field(default_factory=dict)
    methods: Mapping[str, Code] = field(default_factory=dict)
    tests: Mapping[str, Code] = field(default_factory=dict)
    symptoms: Mapping[str, Code] = field(default_factory=dict)
    regions: Mapping[str, Code] = field(default_factory=dict)
    diseases: Mapping[str, str] = field(default_factory=dict)
    pathogens: Mapping[str, str] = field(default_factory=dict)


_SYSTEMS: Final = {"materials": SNOMED, "methods": SNOMED, "tests": LOINC, "symptoms": SNOMED, "regions": code_system("country")}
_CODE_KEYS: Final = frozenset(entry.name for entry in fields(Code))


def find(codes: Mapping[str, Code], word: str) -> Code | None:
    """Return what `word` means in a map of the operator's."""
    return codes.get(folded(word))


def concept(codes: Mapping[str, Code], word: str) -> Element:
    """Return a CodeableConcept: the code alone where the map has one, else the text alone (DEMIS allows not both)."""
    code = find(codes, word)
    return {"coding": [code.coding]} if code else {"text": word}


def folded(word: str) -> str:
    """Return `word` as the maps have it: lower case, white space folded."""
    return " ".join(word.split()).casefold()


def parse_code_map(toml: Mapping[str, Any], file: str, diseases: Mapping[str, str], pathogens: Mapping[str, str]) -> CodeMap:
    """Return the operator's map from a TOML file: tables as CodeMap has them, of `"word" = { code, display, system }`.

    `display` and `system` are optional (SNOMED CT, for tests LOINC). Raises ConfigurationError naming `file` and the key.
    """
    unknown = sorted(toml.keys() - _SYSTEMS.keys())
    if unknown:
        raise ConfigurationError(file, unknown[0], f"only the tables {', '.join(_SYSTEMS)} are known")
    tables = {
        table: {folded(word): _code(entry, _SYSTEMS[table], file, f"{table}.{word}") for word, entry in _table(toml, table, file).items()}
        for table in _SYSTEMS
    }
    return CodeMap(**tables, diseases=dict(diseases), pathogens=dict(pathogens))


def _table(toml: Mapping[str, Any], table: str, file: str) -> Mapping[str, Any]:
    entries = toml.get(table, {})
    if not isinstance(entries, Mapping):
        raise ConfigurationError(file, table, 'must be a table of "word" = { code = "..." }')
    return entries


def _code(entry: Any, system: str, file: str, key: str) -> Code:
    is_table = isinstance(entry, Mapping) and entry.keys() <= _CODE_KEYS and all(isinstance(value, str) for value in entry.values())
    if not is_table or not entry.get("code"):
        raise ConfigurationError(file, key, 'must be { code = "...", display = "...", system = "..." }, and only code is needed')
    return Code(entry.get("system", system), entry["code"], entry.get("display"))
