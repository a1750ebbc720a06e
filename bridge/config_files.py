"""Reading the files of `config/`: a mistake is named with file, key and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from bridge.domain.errors import ConfigurationError
from bridge.settings import ENV_REFERENCE, PREFIX, Strict, read_toml

Model = TypeVar("Model", bound=Strict)
_NO_TABLES: Final[Mapping[str, type[Strict]]] = {}


def files_in(folder: Path) -> list[Path]:
    """Return the TOML files of a folder, by name. Raises ConfigurationError where it is missing."""
    if not folder.is_dir():
        raise ConfigurationError(str(folder), "-", "the folder is missing")
    return sorted(folder.glob("*.toml"))


def read_file(file: Path, model: type[Model], tables: Mapping[str, type[Strict]] = _NO_TABLES, tree: dict[str, Any] | None = None) -> Model:
    """Return a file (or its `tree`, already parsed) as `model`; `tables` are the models of its tables. Raises ConfigurationError."""
    try:
        return model.model_validate(read_toml(file) if tree is None else tree)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "-"
        inner = tables.get(str(first["loc"][0]), model) if len(first["loc"]) > 1 else model
        raise ConfigurationError(str(file), key, _explained(first["type"], first["msg"], inner)) from None


def _explained(kind: str, message: str, model: type[Strict]) -> str:
    """Return pydantic's message, with the allowed keys where a key is unknown."""
    if kind == "model_type":
        return "must be a table"
    if kind != "extra_forbidden":
        return message
    return f"is not a known key; allowed: {', '.join(sorted(model.model_fields))}"


def resolved(file: Path, key: str, text: str, environ: Mapping[str, str], *, may_be_unset: bool = False) -> str:
    """Return `text` with each `${BRIDGE_NAME}` replaced, by nothing where it `may_be_unset`. Raises ConfigurationError."""
    for name in ENV_REFERENCE.findall(text):
        if not name.startswith(PREFIX):
            raise ConfigurationError(str(file), key, f"refers to {name}; only variables that begin with {PREFIX} are allowed")
        if name not in environ and not may_be_unset:
            raise ConfigurationError(str(file), key, f"needs the environment variable {name}, which is not set")
    return ENV_REFERENCE.sub(lambda match: environ.get(match.group(1), ""), text)
