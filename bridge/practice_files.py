"""Reads `config/practice/`: faxes about invented persons, as they were read, with what really stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bridge.domain.errors import ConfigurationError
from bridge.domain.layout import Layout
from bridge.domain.model import Document, JsonObject, Page, Sender
from bridge.domain.practice import Lesson


@dataclass(frozen=True, slots=True)
class _File:
    """One file as it stands."""

    sender: Sender
    document: Document
    pages: tuple[Page, ...]
    layouts: Mapping[int, Layout]
    truth: JsonObject


def load_lessons(config_dir: Path) -> tuple[Lesson, ...]:
    """Return the lessons in the order of their names, none where there is no such folder. Raises ConfigurationError."""
    return tuple(_lesson(file) for file in sorted((config_dir / "practice").glob("*.json")))


def _lesson(file: Path) -> Lesson:
    try:
        read = TypeAdapter(_File).validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ConfigurationError(str(file), ".".join(map(str, first["loc"])), str(first["msg"])) from None
    pictures = {page.number: file.with_name(f"{file.stem}-{page.number}.png") for page in read.pages}
    return Lesson(file.stem, read.sender, read.document, read.pages, read.layouts, read.truth, pictures)
