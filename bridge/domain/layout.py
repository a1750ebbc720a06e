"""What stands on a page and where: the vocabulary between readers and stages.

Coordinate frame: unless a name says otherwise, boxes are in pixels of the *upright page* (cleaned, deskewed, square
pixels; origin top left, x right, y down). `Box.fractions_of` turns them into the contract's fractions of that page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle: left < right, top < bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The middle as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))

    def overlap_x(self, other: Box) -> float:
        """Return the length both share along x, 0 where they are apart."""
        return max(0.0, min(self.right, other.right) - max(self.left, other.left))

    def overlap_y(self, other: Box) -> float:
        """Return the length both share along y, 0 where they are apart."""
        return max(0.0, min(self.bottom, other.bottom) - max(self.top, other.top))

    def contains(self, other: Box, slack: float = 0.0) -> bool:
        """Tell whether `other` lies inside, `slack` pixels forgiven on each side."""
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and self.right + slack >= other.right
            and self.bottom + slack >= other.bottom
        )

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        """Tell whether the middle of `other` lies inside, `slack` pixels forgiven on each side: readers let boxes grow."""
        x, y = other.centre
        return self.left - slack <= x <= self.right + slack and self.top - slack <= y <= self.bottom + slack

    def fractions_of(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Return (left, top, right, bottom) as fractions of a page `width` x `height`, clipped to it, four digits."""
        clip = (min(1.0, max(0.0, v)) for v in (self.left / width, self.top / height, self.right / width, self.bottom / height))
        left, top, right, bottom = (round(v, 4) for v in clip)
        return left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word as the page reader saw it; `confidence` 0..1; `block` and `line` number its text line.

    `reader` names another engine where that one has read it instead.
    """

    text: str
    confidence: float
    box: Box
    block: int
    line: int
    reader: str | None = None


class MarkShape(StrEnum):
    """What kind of printed place for a cross it is."""

    SQUARE = "square"
    CIRCLE = "circle"
    BRACKETS = "brackets"  # [ ] or ( ) set in type


class MarkState(StrEnum):
    """Whether somebody has marked it; `FAINT` is doubt, for a person."""

    MARKED = "marked"
    EMPTY = "empty"
    FAINT = "faint"


@dataclass(frozen=True, slots=True)
class Mark:
    """A check box with its state and the share of its inside that is ink (0..1)."""

    box: Box
    shape: MarkShape
    state: MarkState
    fill: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line: horizontal where its box is wider than high."""

    box: Box

    @property
    def is_horizontal(self) -> bool:
        """Tell whether it runs along x."""
        return self.box.width >= self.box.height


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """The TTI line a fax machine prints on top (T.30): content of the envelope, never of a document."""

    text: str
    number: str | None = None
    tsid: str | None = None
    page: int | None = None
    page_count: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """One upright page: size in pixels, words in reading order, rules, marks.

    `quality` (0..1) is the mean word confidence weighted by length; `rotation` is how many degrees clockwise the
    decoded page was turned to stand upright; `handwriting` holds boxes of ink that is not print; `unread` boxes of print
    that no word covers: something stands there, and nobody knows what. `is_unreadable` where the page has ink and no reader made
    sense of it: nothing of its fax goes out by itself. `fineness` is how many scan lines of the page as it came make a row of
    pixels here: fine print in few lines loses its dots.
    """

    width: int
    height: int
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    marks: tuple[Mark, ...] = ()
    quality: float = 0.0
    is_blank: bool = False
    rotation: int = 0
    header: HeaderLine | None = None
    handwriting: tuple[Box, ...] = ()
    unread: tuple[Box, ...] = ()
    is_unreadable: bool = False
    fineness: float = 196 / 306


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader made of one crop: `text` folded to single blanks, `confidence` 0..1 as the reader gives it."""

    reader: str
    text: str
    confidence: float
