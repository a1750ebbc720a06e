"""What the stages hand to one another between a page's layout and a document's decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.forms import FieldKind
from bridge.domain.layout import Box, Reading
from bridge.domain.model import Completeness, Field, Issue, JsonValue, Sender


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What a fax server's mail tells about its fax; `complete` is False for a partial reception, None where unsaid."""

    sender: Sender = field(default_factory=Sender)
    announced_pages: int | None = None
    complete: bool | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One document's pages (numbers in the fax, ascending); `is_doubtful` where nothing of it may go out by itself."""

    pages: tuple[int, ...]
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """How a fax falls apart: each page stands in exactly one part, or among the blanks or covers."""

    parts: tuple[Part, ...]
    blanks: tuple[int, ...] = ()
    covers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """The document type's name (`unknown` where nothing speaks clearly) and the probability of its being right."""

    type: str
    confidence: float


MIXED: Final = "mixed"


@dataclass(frozen=True, slots=True)
class Located:
    """Where a value of a field stands, and what the page reader saw there.

    `path` is dotted (`rows.3.city` in lists). `boxes` are one per printed line, in pixels of the upright `page`, to be
    read again as crops; empty for values that are ticked. For those `value` is the ticked canonical value.
    `doubt` is a German sentence where the place itself is doubtful (two marks, a faint one, handwriting, a strike).
    `label_score` (0..1) says how well the printed label fits. `reader` names the engine that read `text`, where it was
    not the page reader's own; a text that two engines read in parts is named by `MIXED` and bears witness to nothing.
    """

    path: str
    kind: FieldKind
    page: int
    box: Box
    text: str
    confidence: float
    boxes: tuple[Box, ...] = ()
    value: JsonValue = None
    is_ticked: bool = False
    is_handwritten: bool = False
    doubt: str | None = None
    label_score: float = 1.0
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class LocatedDocument:
    """One part with its type and the places of its values."""

    part: Part
    classification: Classification
    located: tuple[Located, ...]


@dataclass(frozen=True, slots=True)
class CropReadings:
    """All readers' readings of one box; empty where there is no ink. `index` counts `Located.boxes` of the page.

    Order: documents by order, their `located` by order, boxes by order, kept to those on that page.
    `pen` says how likely (0..1) a pen wrote what stands there.
    """

    index: int
    readings: tuple[Reading, ...]
    pen: float = 0.0


@dataclass(frozen=True, slots=True)
class Validated:
    """Normalised fields with confidences, and every doubt about them. Nothing is repaired silently."""

    fields: tuple[Field, ...]
    issues: tuple[Issue, ...]


class Disposition(StrEnum):
    """What becomes of a document without a person."""

    RELEASE = "release"
    FILE = "file"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome: with RELEASE, `fields` that are sure go out and doubtful optional ones are withheld (PARTIAL).

    `reason` is the German sentence saying why it waits (or what a follow-up must look at), None where nobody is asked.
    """

    disposition: Disposition
    completeness: Completeness | None
    fields: tuple[Field, ...]
    issues: tuple[Issue, ...]
    reason: str | None
