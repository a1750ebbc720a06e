"""Bodies held against SORMAS's own swagger file: types, required fields, enumerations, patterns, lengths, formats, unknown fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

_FORMATS = FormatChecker()


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: Any) -> bool:
    """Tell whether a text is a moment with its offset (RFC 3339), not a day alone."""
    from datetime import datetime

    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


class Swagger:
    """The definitions of one swagger file (OpenAPI 3.0), stricter than it says: no unknown field, nothing that is read only."""

    def __init__(self, file: Path) -> None:
        self._document = json.loads(file.read_text(encoding="utf-8"))
        for schema in self._document["components"]["schemas"].values():
            schema.setdefault("additionalProperties", not schema.get("properties"))

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """Return what the file says of an operation; KeyError where it has none."""
        return dict(self._document["paths"][path][method])

    def schema(self, name: str) -> dict[str, Any]:
        """Return a definition."""
        return dict(self._document["components"]["schemas"][name])

    def check(self, method: str, path: str, body: Any) -> list[str]:
        """Return what is wrong with the body of a request, by place and rule."""
        content = self.operation(method, path)["requestBody"]["content"]
        (schema,) = (kind["schema"] for kind in content.values())
        validator = self._validator(schema)
        wrong = [f"{'.'.join(map(str, error.absolute_path))}: {error.validator}" for error in validator.iter_errors(body)]
        return sorted(wrong + list(self._read_only(schema, body, "")))

    def _validator(self, schema: dict[str, Any]) -> Validator:
        return Draft202012Validator(schema | {"components": self._document["components"]}, format_checker=_FORMATS)

    def _read_only(self, schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = self.schema(schema["$ref"].rpartition("/")[2])
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from self._read_only(schema.get("items", {}), item, f"{at}.{number}" if at else str(number))
        elif isinstance(value, dict):
            for key, inner in value.items():
                place = f"{at}.{key}" if at else key
                known = schema.get("properties", {}).get(key, {})
                if known.get("readOnly"):
                    yield f"{place}: readOnly"
                yield from self._read_only(known, inner, place)
