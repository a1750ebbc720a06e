"""Tesseract through pytesseract: a whole page for its layout, then all values of a page in one process."""

from __future__ import annotations

import csv
import logging
import os
import tempfile
from collections import ChainMap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytesseract
from pytesseract import pytesseract as pytesseract_module

from bridge.domain.errors import ReaderError
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Reading, Word
from bridge.ports import PageReading

_LANGUAGE: Final = "deu"
_WORD_LEVEL: Final = "5"
_CROP_DPI: Final = 300
_BORDER: Final = 12  # white pixels around a crop: Tesseract wants print off the edge
_MIN_SIDE: Final = 3  # smaller crops carry no character

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _TsvWord:
    """One word row of Tesseract's TSV: confidence 0..1, box in pixels of its image."""

    page: int
    block: int
    line: tuple[int, int]  # paragraph and line within the block
    box: Box
    confidence: float
    text: str


class TesseractPageReader:
    """Implements `ports.PageReader` (psm 3, German). One process a call, one thread, `timeout` in seconds."""

    def __init__(self, timeout: float = 90.0) -> None:
        """Limit every call to `timeout` seconds."""
        _limit_threads()
        self._timeout = timeout

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the page's words, blocks and lines numbered from 0; raises ReaderError."""
        with tempfile.TemporaryDirectory(prefix="bridge-page-") as folder:
            path = _write(pixels, Path(folder) / "page.pgm")
            rows = list(_words(_run(path, f"--psm 3 --dpi {round(dpi)}", self._timeout)))
        lines: dict[tuple[int, tuple[int, int]], int] = {}
        words = tuple(
            Word(row.text, row.confidence, row.box, row.block - 1, lines.setdefault((row.block, row.line), len(lines)))
            for row in rows
        )  # fmt: skip
        return PageReading(words)

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        """Return the clockwise degrees that turn the page upright and a confidence 0..1; (0, 0.0) where it is unclear."""
        with tempfile.TemporaryDirectory(prefix="bridge-page-") as folder:
            path = _write(pixels, Path(folder) / "page.pgm")
            try:
                found = pytesseract.image_to_osd(
                    str(path),
                    config=f"--dpi {round(dpi)}",
                    output_type=pytesseract.Output.DICT,
                    timeout=self._timeout,
                )
                degrees, score = int(found["rotate"]), float(found["orientation_conf"])
            except pytesseract.TesseractNotFoundError as error:
                raise ReaderError("tesseract is not installed; install tesseract-ocr with deu and osd") from error
            except (pytesseract.TesseractError, RuntimeError, KeyError, ValueError) as error:
                # a nearly empty page has "Too few characters": common, and no fault
                _log.debug("orientation unknown: %s", type(error).__name__)
                return 0, 0.0
        return degrees % 360, score / (score + 2.0)


class TesseractValueReader:
    """Implements `ports.ValueReader` (psm 7, German): one process for all crops, halves where one spoils the list."""

    name = "tesseract"

    def __init__(self, timeout: float = 10.0, timeout_per_crop: float = 0.25) -> None:
        """Limit a list to `timeout` plus `timeout_per_crop` for each member, in seconds."""
        _limit_threads()
        self._timeout, self._timeout_per_crop = timeout, timeout_per_crop

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        """Return one reading per crop, in order; empty with confidence 0 where it could not be read."""
        if not crops:
            return ()
        with tempfile.TemporaryDirectory(prefix="bridge-crops-") as name:
            folder = Path(name)
            members = [
                _write(_padded(crop), folder / f"{index}.pgm") if crop.ndim == 2 and min(crop.shape) >= _MIN_SIDE else None
                for index, crop in enumerate(crops)
            ]
            read = self._read_list([path for path in members if path is not None], folder / "list.txt")
        return tuple(read[path] if path is not None else self._nothing() for path in members)

    def _read_list(self, paths: Sequence[Path], listing: Path) -> dict[Path, Reading]:
        """Read the members; where the process fails, each half apart, so that one bad member costs only itself."""
        if not paths:
            return {}
        listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        try:
            rows = list(_words(_run(listing, f"--psm 7 --dpi {_CROP_DPI}", self._timeout + self._timeout_per_crop * len(paths))))
        except _UnreadableError:
            if len(paths) == 1:
                _log.warning("a crop could not be read by tesseract")
                return {paths[0]: self._nothing()}
            middle = len(paths) // 2
            return self._read_list(paths[:middle], listing) | self._read_list(paths[middle:], listing)
        found: dict[int, list[_TsvWord]] = {}
        for row in rows:
            found.setdefault(row.page, []).append(row)
        return {path: self._reading(found.get(number, [])) for number, path in enumerate(paths, start=1)}

    def _reading(self, words: Sequence[_TsvWord]) -> Reading:
        """Return the words of one crop as a line; the confidence is the mean over characters."""
        if not words:
            return self._nothing()
        length = sum(len(word.text) for word in words)
        return Reading(
            reader=self.name,
            text=" ".join(" ".join(word.text for word in words).split()),
            confidence=sum(word.confidence * len(word.text) for word in words) / length,
        )

    def _nothing(self) -> Reading:
        return Reading(self.name, "", 0.0)


class _UnreadableError(ReaderError):
    """Tesseract gave up on this image or list, or ran out of time."""


def _limit_threads() -> None:
    """Give every Tesseract process one thread, without touching this process's own environment."""
    pytesseract_module.environ = ChainMap({"OMP_THREAD_LIMIT": "1"}, os.environ)


def _run(path: Path, config: str, timeout: float) -> str:
    """Return the TSV of one image or list file. Raises ReaderError, `_UnreadableError` where only this input is at fault."""
    try:
        tsv: str = pytesseract.image_to_data(str(path), lang=_LANGUAGE, config=config, timeout=timeout)
    except pytesseract.TesseractNotFoundError as error:
        raise ReaderError("tesseract is not installed; install tesseract-ocr with deu and osd") from error
    except pytesseract.TesseractError as error:
        raise _UnreadableError(f"tesseract ended with status {error.status}; see whether deu.traineddata is installed") from None
    except (RuntimeError, UnicodeDecodeError) as error:
        raise _UnreadableError(f"tesseract gave no text within {timeout:.0f} s ({type(error).__name__})") from None
    return tsv


def _words(tsv: str) -> Iterator[_TsvWord]:
    for row in csv.DictReader(tsv.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = " ".join((row["text"] or "").split())
        if row["level"] != _WORD_LEVEL or not text:
            continue
        left, top, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
        yield _TsvWord(
            page=int(row["page_num"]),
            block=int(row["block_num"]),
            line=(int(row["par_num"]), int(row["line_num"])),
            box=Box(left, top, left + max(1.0, width), top + max(1.0, height)),
            confidence=min(1.0, max(0.0, float(row["conf"]) / 100)),
            text=text,
        )


def _padded(crop: Pixels) -> Pixels:
    padded = cv2.copyMakeBorder(crop, _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=(255,))
    return np.asarray(padded, np.uint8)


def _write(pixels: Pixels, path: Path) -> Path:
    """Write as PGM, which costs nothing to pack and unpack. Raises ReaderError where the disk refuses."""
    if not cv2.imwrite(str(path), pixels):
        raise ReaderError(f"cannot write {path.name} for tesseract; check free space of the temporary folder")
    return path
