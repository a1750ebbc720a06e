"""What the operator says of a SORMAS target: who reports, where, and which disease is which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.delivery.sormas.diseases import DISEASES
from bridge.domain.errors import ConfigurationError

_REQUIRED: Final = ("reporting_user", "region", "district")
_UUIDS: Final = (*_REQUIRED, "community", "facility")
_UUID: Final = re.compile(r"[0-9a-zA-Z-]{20,36}")  # CaseDataDto.uuid: pattern, minLength, maxLength
_DISEASE: Final = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Options:
    """UUIDs of this SORMAS, and what it calls the diseases.

    `reporting_user` is the user our reports stand under; `region`, `district` and `community` are responsible for the cases, which
    stay in `facility` (`SORMAS-CONSTID-ISNONE-FACILITY` for none). `disease_map` goes by DEMIS code or by the printed name, whatever
    its case, and counts more than the built-in map. `names` holds the DEMIS code to each printed name.
    """

    reporting_user: str
    region: str
    district: str
    community: str | None = None
    facility: str | None = None
    disease_map: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def disease_called(self, word: str) -> str | None:
        """Return what SORMAS calls the disease of a DEMIS code or printed name."""
        key = folded(word)
        return self.disease_map.get(key) or self.disease_map.get(self.names.get(key, ""))


def parse_options(toml: Mapping[str, Any], file: str, names: Mapping[str, str]) -> Options:
    """Return the `[options]` of a target; `names` holds DEMIS codes by printed name. Raises ConfigurationError naming the key."""
    unknown = sorted(toml.keys() - {*_UUIDS, "disease_map"})
    if unknown:
        raise ConfigurationError(file, f"options.{unknown[0]}", f"only {', '.join(_UUIDS)} and the table disease_map are known")
    missing = [key for key in _REQUIRED if key not in toml]
    if missing:
        raise ConfigurationError(file, f"options.{missing[0]}", "must be given: a UUID of this SORMAS")
    uuids = {key: _uuid(toml[key], file, key) for key in _UUIDS if key in toml}
    codes = {folded(name): code for name, code in names.items()}
    return Options(**uuids, disease_map=_disease_map(toml.get("disease_map", {}), file), names=codes)


def folded(word: str) -> str:
    """Return `word` as the maps have it: lower case, white space folded."""
    return " ".join(word.split()).casefold()


def _uuid(value: Any, file: str, key: str) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ConfigurationError(file, f"options.{key}", "must be a UUID as SORMAS writes it: 20 to 36 letters, digits and hyphens")
    return value


def _disease_map(table: Any, file: str) -> Mapping[str, str]:
    if not isinstance(table, Mapping):
        raise ConfigurationError(file, "options.disease_map", 'must be a table of "code or name" = "SORMAS_DISEASE"')
    for word, disease in table.items():
        if not isinstance(disease, str) or not _DISEASE.fullmatch(disease):
            raise ConfigurationError(file, f"options.disease_map.{word}", "must be a disease as SORMAS names it, such as MEASLES")
    return {**DISEASES, **{folded(word): disease for word, disease in table.items()}}
