"""The `[options]` of a target of kind `fhir`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final

from bridge.delivery.fhir.codes import parse_code_map
from bridge.delivery.fhir.document import Options
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import CodeEntry
from bridge.domain.targets import Target

_WORDS: Final = frozenset(entry.name for entry in fields(Options)) - {"codes"}
_CODE_MAP: Final = "code_map"


def options_of(target: Target, codes: Mapping[str, Sequence[CodeEntry]]) -> Options:
    """Return what the operator says of a DEMIS target; `codes` holds the official names. Raises ConfigurationError."""
    file, told = f"targets/{target.name}.toml", dict(target.options)
    tables = told.pop(_CODE_MAP, {})
    for key, value in told.items():
        if key not in _WORDS:
            raise ConfigurationError(file, f"options.{key}", f"is not a known key; allowed: {', '.join(sorted(_WORDS | {_CODE_MAP}))}")
        if not isinstance(value, str) or not value:
            raise ConfigurationError(file, f"options.{key}", "must be a text")
    names = {kind: {entry.code: entry.name for entry in codes.get(kind, ())} for kind in ("diseases", "pathogens")}
    if not isinstance(tables, Mapping):
        raise ConfigurationError(file, f"options.{_CODE_MAP}", "must hold tables")
    return Options(codes=parse_code_map(tables, file, names["diseases"], names["pathogens"]), **told)
