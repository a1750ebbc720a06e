"""A fax as paper to be kept or handed on: what an archive needs of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bridge.domain.image import PageImage
from bridge.domain.layout import Word

Affine = tuple[float, float, float, float, float, float]
UNMOVED: Final[Affine] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a file says of itself: its title, when the fax came (aware), and its language (RFC 5646)."""

    title: str
    created_at: datetime
    language: str = "de-DE"


@dataclass(frozen=True, slots=True, eq=False)
class ArchivePage:
    """One upright page, `width` x `height` pixels of `dpi`, with the words on it, and the picture that shows it.

    `placing` (a, b, c, d, e, f) brings a point (x, y) of the picture to (a x + c y + e, b x + d y + f) of the upright page; both
    are measured in their own pixels from the upper left corner. So the pixels that came over the line stay as they are.
    """

    picture: PageImage
    width: float
    height: float
    dpi: float
    placing: Affine = UNMOVED
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One fax as the cover of a pile lists it; `remark` says why its pages are not in it, where they are not."""

    number: int
    received_at: datetime
    due_at: datetime
    mailbox: str
    sender: str
    what: str
    pages: int = 0
    is_urgent: bool = False
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on a pile of faxes: when it was made, and how many wait that are not in it (`remaining`; `is_more`: at least)."""

    made_at: datetime
    lines: tuple[CoverLine, ...]
    remaining: int = 0
    is_more: bool = False
