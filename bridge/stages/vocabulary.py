"""The words of a type's forms: every printed phrase it knows, and what one found on a page is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from bridge.domain.forms import DocumentType, FieldSpec
from bridge.domain.layout import Box, Word
from bridge.stages.folding import squeeze
from bridge.stages.lines import Segment, union

NUMBERING: Final = re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})?|[A-Za-z]|[IVX]{1,4})[.)]+$|^\d{1,2}$|^[•▪■●*>-]$")
HEADING_PREFIX: Final = re.compile(
    r"^(?:\d{1,2} ?)?(?:[a-z] )?(?:angaben|daten|informationen|hinweise) (?:zu[rm]?|uber|der|des|ueber) (?:den |die |das |der |dem )?"
)


def is_numbering(words: Sequence[Word]) -> bool:
    """Tell whether words at the head of a line only number what follows."""
    return all(NUMBERING.match(word.text) for word in words)


class LabelKind(StrEnum):
    """What a piece of print is, other than a value."""

    FIELD = "field"  # asks for one of the type's fields
    HEADING = "heading"  # opens a section
    IGNORED = "ignored"  # asks for something nobody needs
    UNKNOWN = "unknown"  # ends in a colon, so it asks for something, but nobody knows what


@dataclass(frozen=True)
class Phrase:
    """A known printed phrase: the specs that it may ask for (none: ignored), or the section that it opens."""

    text: str
    specs: tuple[FieldSpec, ...] = ()
    section: str | None = None


@dataclass(frozen=True)
class Label:
    """One label or heading found on a page: words `start` to `stop` of a segment (of two, where it is wrapped).

    `score` 0..1 tells how well the print fits. `is_tight` where nothing (colon, gap, cell) parts it from what follows.
    """

    kind: LabelKind
    segment: Segment
    start: int
    stop: int
    score: float
    specs: tuple[FieldSpec, ...] = ()
    section: str | None = None
    wrapped: Segment | None = None
    has_colon: bool = False
    is_tight: bool = False

    @cached_property
    def box(self) -> Box:
        """The box around its words."""
        own = union(word.box for word in self.segment.words[self.start : self.stop])
        return own.union(self.wrapped.box) if self.wrapped else own

    @cached_property
    def left(self) -> float:
        """Where it begins, the number before it included ("3. Geschlecht"): answers below it stand flush with that."""
        return self.segment.box.left if is_numbering(self.segment.words[: self.start]) else self.box.left

    @property
    def is_whole(self) -> bool:
        """Tell whether its segment holds nothing else behind it."""
        return self.stop >= len(self.segment.words)


@dataclass(frozen=True, eq=False)
class DocumentTypeKey:
    """The part of a type that labels depend on; one object per type, so that its phrases are gathered once."""

    specs: tuple[FieldSpec, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    ignored: tuple[str, ...]


_KEYS: dict[int, tuple[DocumentType, DocumentTypeKey]] = {}


@lru_cache(maxsize=64)
def _phrases(kind: DocumentTypeKey) -> tuple[tuple[str, ...], tuple[Phrase, ...]]:
    """Return the squeezed texts and the phrases of a type, longest first; one text may serve several specs."""
    found: dict[str, Phrase] = {}
    for spec in kind.specs:
        for text in (*spec.labels, *filter(None, map(_turned_round, spec.labels))):
            known = found.get(squeeze(text))
            found[squeeze(text)] = Phrase(text, (*(known.specs if known else ()), spec), known.section if known else None)
    for section, texts in kind.sections:
        for text in texts:
            known = found.get(squeeze(text))
            found[squeeze(text)] = Phrase(text, known.specs if known else (), section)
    for text in kind.ignored:
        found.setdefault(squeeze(text), Phrase(text))
    ordered = sorted(found.items(), key=lambda item: -len(item[0]))
    return tuple(key for key, _ in ordered), tuple(phrase for _, phrase in ordered)


def _key_of(kind: DocumentType) -> DocumentTypeKey:
    known = _KEYS.get(id(kind))
    if known is None or known[0] is not kind:
        known = (kind, DocumentTypeKey(kind.fields, tuple(kind.sections.items()), (*kind.ignored, *kind.openers)))
        _KEYS[id(kind)] = known
    return known[1]


def _turned_round(label: str) -> str | None:
    """Return "Labor / Untersuchungsstelle" for "Untersuchungsstelle / Labor"."""
    parts = [part.strip() for part in label.split("/")]
    return f"{parts[1]} / {parts[0]}" if len(parts) == 2 and min(map(len, parts)) >= 4 else None


def known_phrases(kind: DocumentType) -> tuple[tuple[str, ...], tuple[Phrase, ...]]:
    """Return the squeezed texts and the phrases of a type, longest first, gathered once a type."""
    return _phrases(_key_of(kind))
