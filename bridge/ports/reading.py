"""Opening foreign bytes and reading pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from bridge.domain.image import PageImage, Pixels
from bridge.domain.layout import Reading, Word


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part of a mail that may be a fax, as a file in the decoder's scratch folder; kind found by content."""

    path: Path
    sha256: str
    size: int
    media_type: str
    name: str | None


@dataclass(frozen=True, slots=True)
class MailContent:
    """A mail taken apart: decoded headers (lower-case names), its text (HTML stripped), its attachments in order.

    `problems` are short English causes of what could not be opened (too deep, too many parts, broken base64).
    """

    headers: Mapping[str, Sequence[str]]
    text: str
    attachments: tuple[Attachment, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One decoded page as a PNG file in the decoder's scratch folder (1-bit or 8-bit grey)."""

    path: Path
    x_dpi: float
    y_dpi: float
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DecodedFax:
    """The pages that decoded, in order; `is_truncated` where the file promised or held more than decoded."""

    pages: tuple[DecodedPage, ...]
    is_truncated: bool


class Decoder(Protocol):
    """Opens foreign bytes in a short-lived child process with limits. Files land in `scratch`, which the caller owns."""

    def sniff(self, path: Path) -> str:
        """Return the media type found by content.

        One of image/tiff, application/pdf, image/png, image/jpeg, message/rfc822,
        application/postscript, or application/octet-stream. Reads a few bytes; safe in any process.
        """
        ...

    def unpack_mail(self, path: Path, scratch: Path) -> MailContent:
        """Take a mail apart. Raises DecodeError subclasses (DecoderCrashError where the child died)."""
        ...

    def decode(self, path: Path, media_type: str, scratch: Path) -> DecodedFax:
        """Decode TIFF, PDF, PNG or JPEG into pages. Raises DecodeError subclasses, never returns no page."""
        ...

    def load(self, path: Path, x_dpi: float, y_dpi: float) -> PageImage:
        """Load one of our own decoded PNG files as pixels.

        Raises DecodeError where it is none (any longer), TooLargeError where it has more pixels than are allowed now.
        """
        ...


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page reader saw on an upright page: words with boxes in its pixels."""

    words: tuple[Word, ...]


class WordReader(Protocol):
    """Reads a whole upright page into words."""

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the words; raises ReaderError where the page cannot be read at all."""
        ...


class PageReader(WordReader, Protocol):
    """Reads pages, and tells which way round they stand."""

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        """Return (clockwise degrees to turn upright, confidence) for unblurred pixels; (0, 0.0) where unknown."""
        ...


@runtime_checkable
class LineReader(Protocol):
    """A page reader that can also have single lines read by another engine than its own."""

    def read_lines(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        """Return one reading per crop of a printed line, in order; empty text with confidence 0 where nothing could be read."""
        ...


@runtime_checkable
class WornPageReader(Protocol):
    """A page reader that can also have a whole page read by another engine than its own, where its own reads little."""

    def read_worn(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the words, each naming its reader; raises ReaderError. Slow, and one page at a time a host."""
        ...


class ValueReader(Protocol):
    """Reads single-line crops, all of a page at once."""

    name: str

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        """Return one reading per crop, in order; empty text with confidence 0 where nothing could be read."""
        ...
