"""A page read by one engine, its doubtful lines by another: small print, words glued to check boxes, worn pages."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.image import Pixels
from bridge.domain.layout import Reading
from bridge.ports import PageReader, PageReading, ValueReader, WordReader


class SecondLookPageReader:
    """Implements `ports.PageReader`, `ports.LineReader` and `ports.WornPageReader` by a reader for each."""

    def __init__(self, page_reader: PageReader, line_reader: ValueReader, worn_reader: WordReader) -> None:
        """Take the three; share `line_reader` with the reading of values, so that its model is loaded once."""
        self._page_reader, self._line_reader, self._worn_reader = page_reader, line_reader, worn_reader

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the page's words; raises ReaderError."""
        return self._page_reader.read_page(pixels, dpi)

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        """Return the clockwise degrees that turn the page upright, and a confidence."""
        return self._page_reader.orientation(pixels, dpi)

    def read_lines(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        """Return one reading per crop by the second engine."""
        return self._line_reader.read_values(crops)

    def read_worn(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the page's words by the engine for worn pages; raises ReaderError."""
        return self._worn_reader.read_page(pixels, dpi)
