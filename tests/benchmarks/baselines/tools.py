"""The tools that ours is measured beside, each as somebody would use it who has it at hand: what it shows and which words it reads."""

from __future__ import annotations

import csv
import importlib
import importlib.util
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from bridge.domain.errors import DecodeError
from bridge.domain.image import PageImage
from bridge.domain.layout import Box, Word
from bridge.ports import DecodedFax, Decoder
from bridge.readers.ppocr import PaddleValueReader
from bridge.readers.ppocr_page import PaddlePageReader
from bridge.readers.tesseract import TesseractPageReader
from bridge.stages.clean import squared

_TEXT_LAYER: Final = 0.9  # confidence of words that come without one: about what Tesseract gives those that are right
_SECONDS: Final = 60  # for the text layer of a fax
_WORD_LEVEL: Final = "5"  # of poppler's TSV, as of Tesseract's


class Tool(Protocol):
    """Reads pages, each as it came or as the tool itself makes it."""

    def shown(self, fax: DecodedFax, decoder: Decoder, scratch: Path) -> DecodedFax:
        """Return the pages as the tool shows them; raises DecodeError where it gives none. Files land in `scratch`."""
        ...

    def words(self, path: Path, page: PageImage) -> tuple[Word, ...]:
        """Return the words of one shown page (its file and its pixels), boxes in its pixels; raises ReaderError."""
        ...


class RawTesseract:
    """Tesseract (deu, psm 3) on the page as it was decoded, with the resolution that a fax file tells it: that of its rows."""

    def __init__(self) -> None:
        self._reader = TesseractPageReader()

    def shown(self, fax: DecodedFax, decoder: Decoder, scratch: Path) -> DecodedFax:
        return fax

    def words(self, path: Path, page: PageImage) -> tuple[Word, ...]:
        return self._reader.read_page(page.pixels, page.y_dpi).words


class WholePagePpocr:
    """PP-OCR, detection and recognition, on the page as it was decoded with its rows stretched until pixels are square."""

    def __init__(self) -> None:
        self._reader = PaddlePageReader(PaddleValueReader())

    def shown(self, fax: DecodedFax, decoder: Decoder, scratch: Path) -> DecodedFax:
        return fax

    def words(self, path: Path, page: PageImage) -> tuple[Word, ...]:
        pixels, dpi = squared(page)
        read = self._reader.read_page(pixels, dpi).words
        return tuple(replace(word, box=scaled(word.box, page.x_dpi / dpi, page.y_dpi / dpi), reader=None) for word in read)


class OcrMyPdf:
    """OCRmyPDF on the fax as PDF: its pages as it turns and straightens them, and the words of its text layer.

    Called in this process, so that its start-up of a second is not counted, and without making its file smaller.
    """

    def __init__(self) -> None:
        logging.getLogger("ocrmypdf").setLevel(logging.CRITICAL)  # its failures are counted, not told one by one
        os.environ["OMP_THREAD_LIMIT"] = "1"  # its Tesseract's, as of all readers here: costs are counted on one thread

    def shown(self, fax: DecodedFax, decoder: Decoder, scratch: Path) -> DecodedFax:
        folder = scratch / "ocrmypdf"
        folder.mkdir()
        came, made = folder / "came.pdf", folder / "made.pdf"
        _recognize([page.path for page in fax.pages], came, made)
        pages = decoder.decode(made, "application/pdf", folder).pages
        for page, text in zip(pages, _by_page(_text_layer(made)), strict=True):
            _layer_of(page.path).write_text(text, encoding="utf-8")
        return DecodedFax(pages, fax.is_truncated)

    def words(self, path: Path, page: PageImage) -> tuple[Word, ...]:
        return tuple(
            Word(text, _TEXT_LAYER, scaled(box, page.x_dpi / 72, page.y_dpi / 72), block, line)
            for text, box, block, line in _layer_words(_layer_of(path).read_text(encoding="utf-8"))
        )


def missing_for_ocrmypdf() -> tuple[str, ...]:
    """Return what OCRmyPDF needs and this machine lacks, each as a name to install."""
    modules = [name for name in ("ocrmypdf", "img2pdf") if importlib.util.find_spec(name) is None]
    return (*modules, *(program for program in ("unpaper", "tesseract", "pdftotext") if shutil.which(program) is None))


def scaled(box: Box, across: float, down: float) -> Box:
    """Return the box in coordinates that are `across` and `down` times as many."""
    return Box(box.left * across, box.top * down, box.right * across, box.bottom * down)


def _recognize(pages: Sequence[Path], came: Path, made: Path) -> None:
    """Put pages into the PDF `came` and have `made` of it. Raises DecodeError where they refuse: the fax then has no page to show."""
    to_pdf, library = importlib.import_module("img2pdf"), importlib.import_module("ocrmypdf")  # installed for this comparison only
    wanted = {"rotate_pages": True, "deskew": True, "clean": True, "output_type": "pdf", "optimize": 0}
    try:
        came.write_bytes(to_pdf.convert([str(page) for page in pages]))
        code = library.ocr(came, made, language="deu", jobs=1, progress_bar=False, **wanted)
    except (to_pdf.ImageOpenError, library.exceptions.ExitCodeException) as error:
        raise DecodeError(f"OCRmyPDF failed: {type(error).__name__}") from None
    if code:
        raise DecodeError(f"OCRmyPDF ended with {code}")


def _text_layer(pdf: Path) -> str:
    """Return the words of a PDF and where they stand, as poppler's TSV."""
    try:
        done = subprocess.run(["pdftotext", "-tsv", pdf, "-"], capture_output=True, text=True, check=True, timeout=_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        raise DecodeError(f"pdftotext failed: {type(error).__name__}") from None
    return done.stdout


def _layer_of(page: Path) -> Path:
    return page.with_suffix(".tsv")


def _by_page(layer: str) -> list[str]:
    """Return the rows of each page of a text layer, below their heading; a page without words has its own row too."""
    heading, *rows = layer.splitlines()
    pages: list[list[str]] = []
    for row in rows:
        if row.endswith("###PAGE###"):
            pages.append([heading])
        pages[-1].append(row)
    return ["\n".join(page) for page in pages]


def _layer_words(layer: str) -> Iterator[tuple[str, Box, int, int]]:
    """Yield text, box in points, block and line of each word of a page's text layer."""
    blocks: dict[tuple[str, ...], int] = {}
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(layer.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = " ".join(row["text"].split())
        if row["level"] != _WORD_LEVEL or not text:
            continue
        left, top, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
        block = (row["par_num"], row["block_num"])
        line = (*block, row["line_num"])
        box = Box(left, top, left + max(0.1, width), top + max(0.1, height))
        yield text, box, blocks.setdefault(block, len(blocks)), lines.setdefault(line, len(lines))
