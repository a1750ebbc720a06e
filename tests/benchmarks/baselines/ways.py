"""The ways of reading that are compared: ours as it is, and the same extraction fed with the words of another tool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bridge.bootstrap import House
from bridge.domain.errors import ReaderError
from bridge.domain.findings import MIXED, CropReadings, Located
from bridge.domain.forms import Catalog
from bridge.domain.image import PageImage, Pixels
from bridge.domain.layout import Box, Reading, Word
from bridge.ports import DecodedFax, Decoder, MailContent, PageReading
from bridge.services.read import Read
from bridge.services.reading import LocatedFax
from bridge.settings import load_settings
from bridge.stages.agreement import PAGE
from bridge.stages.clean import straightening
from bridge.stages.ink import dark
from bridge.stages.skew import skew_of
from tests.benchmarks.baselines.tools import OcrMyPdf, RawTesseract, Tool, WholePagePpocr

OURS: Final = "ours"
OCRMYPDF: Final = "OCRmyPDF"
_TOOLS: Final[Mapping[str, Callable[[], Tool]]] = {"raw Tesseract": RawTesseract, OCRMYPDF: OcrMyPdf, "PP-OCR whole page": WholePagePpocr}
WAYS: Final = (OURS, *_TOOLS)


class CountedPages:
    """Implements `ports.Decoder` by another one, and counts the pages it loads."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder, self.count = decoder, 0

    def sniff(self, path: Path) -> str:
        return self.decoder.sniff(path)

    def unpack_mail(self, path: Path, scratch: Path) -> MailContent:
        return self.decoder.unpack_mail(path, scratch)

    def decode(self, path: Path, media_type: str, scratch: Path) -> DecodedFax:
        return self.decoder.decode(path, media_type, scratch)

    def load(self, path: Path, x_dpi: float, y_dpi: float) -> PageImage:
        self.count += 1
        return self.decoder.load(path, x_dpi, y_dpi)


class PagesOfTool(CountedPages):
    """Implements `ports.Decoder` and `ports.PageReader`: pages are what a tool shows, their words those that it reads on them.

    A page is laid out before the next one is loaded: the words asked for are those of the page that was loaded last.
    """

    def __init__(self, decoder: Decoder, tool: Tool) -> None:
        super().__init__(decoder)
        self._tool = tool
        self._unread: tuple[Path, PageImage] | None = None

    def decode(self, path: Path, media_type: str, scratch: Path) -> DecodedFax:
        return self._tool.shown(super().decode(path, media_type, scratch), self.decoder, scratch)

    def load(self, path: Path, x_dpi: float, y_dpi: float) -> PageImage:
        page = super().load(path, x_dpi, y_dpi)
        self._unread = path, page
        return page

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the words of the loaded page, in pixels of the upright one. Raises ReaderError when asked again: no second look."""
        if self._unread is None:
            raise ReaderError("a tool reads each page once, as it shows it")
        (path, page), self._unread = self._unread, None
        return PageReading(upright_words(self._tool.words(path, page), page, dpi))

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        """Return that the page stands as it should: a tool that looks for more has turned it before it was loaded."""
        return 0, 1.0


class ReadOnce(Read):
    """Reads files by the words of a page alone: no value is read again."""

    def __init__(self, pages: PagesOfTool, catalog: Catalog) -> None:
        super().__init__(pages, pages, (), catalog)

    def _read_values(self, located: LocatedFax, pages: Mapping[int, Pixels]) -> dict[int, tuple[CropReadings, ...]]:
        """Return what the page says in combs, where words of pages are not taken for values; elsewhere they are already."""
        return {
            number: tuple(
                CropReadings(index, said)
                for index, said in enumerate(
                    said for document in located.documents for place in document.located if place.page == number for said in _said_in(place)
                )
            )
            for number in pages
        }


def _said_in(place: Located) -> list[tuple[Reading, ...]]:
    """Return the readings of each box of a place; what stands in a comb stands in one line."""
    first = (Reading(PAGE, place.text, place.confidence),) if place.reader == MIXED and place.text else ()
    return [first if index == 0 else () for index, _ in enumerate(place.boxes)]


def upright_words(words: tuple[Word, ...], page: PageImage, dpi: float) -> tuple[Word, ...]:
    """Return words of a page as it was loaded, their boxes moved to where their print stands on the upright page of `dpi`."""
    fx, fy = dpi / page.x_dpi, dpi / page.y_dpi
    skew = skew_of(dark(page.pixels, is_bilevel=page.is_bilevel), page.x_dpi, page.y_dpi)
    matrix, _ = straightening(page.pixels.shape, fx, fy, skew)
    return tuple(replace(word, box=_moved(word.box, matrix, fx, fy)) for word in words)


def _moved(box: Box, matrix: NDArray[np.float64], fx: float, fy: float) -> Box:
    """Return a box around the same middle, as large as before: turning its corners would make long words too high."""
    x, y = (float(value) for value in matrix @ np.array([*box.centre, 1.0]))
    across, down = box.width * fx / 2, box.height * fy / 2
    return Box(x - across, y - down, x + across, y + down)


@cache
def way(name: str) -> tuple[Read, CountedPages]:
    """Return this process's reading of files by one of `WAYS`, and the counter of its pages."""
    house = House(load_settings())
    if name == OURS:
        house.decoder = counted = CountedPages(house.decoder)
        return house.read, counted
    pages = PagesOfTool(house.decoder, _TOOLS[name]())
    return ReadOnce(pages, house.catalog), pages
