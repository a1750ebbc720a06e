"""Faxes for practice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.layout import Layout
from bridge.domain.model import Document, JsonObject, Page, Sender


@dataclass(frozen=True, slots=True)
class Lesson:
    """One fax as it was read, by the `name` of its file; `truth` is what really stands on it, `pictures` upright pages by number."""

    name: str
    sender: Sender
    document: Document
    pages: tuple[Page, ...]
    layouts: Mapping[int, Layout]
    truth: JsonObject
    pictures: Mapping[int, Path]
