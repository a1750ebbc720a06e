"""A whole page by PP-OCR, detection and recognition: for pages that wear has left Tesseract little of.

Detection takes 1.3 s and 300 MB for a page, whatever stands on it, and each line some 20 ms (one thread).
"""

from __future__ import annotations

import fcntl
import importlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bridge.domain.errors import ReaderError
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Word
from bridge.ports import PageReading
from bridge.readers.ppocr import PaddleValueReader, in_colour, model_settings, settings_file

# Longer side in pixels of what detection sees. Measured on worn standard-resolution pages: 1920 finds the same lines as 1280,
# takes 3.3 s instead of 1.3 and 600 MB instead of 300.
_LONGEST_SIDE: Final = 1280
_INKED: Final = 150  # grey level below which a pixel is ink
_LEAST_INK: Final = 0.04  # of the fullest row's ink: rows with less belong to dust around a line
_RULED: Final = 0.8  # of a row's or column's length: fuller ones are a printed rule
_DOT_GAP: Final = 0.1  # of the crop's height: what stands nearer is the dots of umlauts
_LOWEST_MM: Final = 0.7  # of a line with the room that detection leaves around it


class PaddlePageReader:
    """Implements `ports.WordReader`, one page at a time a host.

    Lines are what detection finds, each a block of its own; confidences are PP-OCR's own.
    """

    def __init__(self, recognition: PaddleValueReader) -> None:
        """Take the reader of values, whose model reads the lines too; detection's model is loaded at the first page."""
        self._recognition = recognition

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        """Return the page's words line by line; raises ReaderError where a model gives up."""
        try:
            with _alone_on_host():
                places = self._detect(pixels, lowest=_LOWEST_MM / 25.4 * dpi)
                if not places:
                    return PageReading(())
                crops = [pixels[top:bottom, left:right] for left, top, right, bottom in places]
                result = self._recognition.recognize(crops, with_places=True)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ReaderError(f"PP-OCR could not read the page ({type(error).__name__}); see whether memory is short") from None
        name = self._recognition.name
        lines = zip(places, crops, result.txts, result.word_results, strict=True)
        return PageReading(
            tuple(
                Word(token, sure, box, number, number, name)
                for number, (place, crop, text, found) in enumerate(lines)
                for token, sure, box in _words(place, crop, text, found)
            )
        )

    def _detect(self, pixels: Pixels, lowest: float) -> list[tuple[int, int, int, int]]:
        """Return left, top, right, bottom of each line at least `lowest` high, top to bottom; the page stands straight already."""
        quads = self._detector(in_colour(pixels)).boxes
        hulls = [] if quads is None else [(*quad.min(axis=0), *quad.max(axis=0)) for quad in quads]
        lines = [(int(left), int(top), math.ceil(right), math.ceil(bottom)) for left, top, right, bottom in hulls]
        return [(left, top, right, bottom) for left, top, right, bottom in lines if min(right - left, bottom - top) >= lowest]

    @cached_property
    def _detector(self) -> Any:
        library = importlib.import_module("rapidocr.ch_ppocr_det")
        settings = model_settings("Det")
        settings.limit_side_len, settings.limit_type = _LONGEST_SIDE, "max"
        return library.TextDetector(settings)


@contextmanager
def _alone_on_host() -> Iterator[None]:
    """Wait until no other process of this installation reads a page: by a lock on rapidocr's settings, which all of them share.

    The kernel gives it back whatever the holder dies of, and nothing need be written for it.
    """
    with settings_file().open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _words(place: tuple[int, int, int, int], crop: Pixels, text: str, found: Any) -> Iterator[tuple[str, float, Box]]:
    """Yield text, confidence and box on the page of each word of one line.

    Recognition tells at which of its columns each letter stands: words part at the widest gap between them, and shrink to their ink.
    """
    if not found.words or not found.line_txt_len:
        return
    left, top, _, _ = place
    ink = crop < _INKED
    first_row, last_row = _rows(ink)
    sures = iter([sure for letter, sure in zip(text, found.confs, strict=True) if not letter.isspace()])
    is_inked = np.asarray(ink[first_row:last_row].any(axis=0), np.bool_)
    scale = ink.shape[1] / found.line_txt_len
    cuts = [_gap(is_inked, (before[-1] + 0.5) * scale, (after[0] + 0.5) * scale) for before, after in pairwise(found.word_cols)]
    edges = [0, *cuts, ink.shape[1]]
    for letters, (start, stop) in zip(found.words, pairwise(edges), strict=True):
        inked = np.flatnonzero(is_inked[start:stop])
        first, last = (start + int(inked[0]), start + int(inked[-1]) + 1) if len(inked) else (start, max(start + 1, stop))
        sure = float(np.mean(list(islice(sures, len(letters)))))
        yield "".join(letters), sure, Box(left + first, top + first_row, left + last, top + last_row)


def _gap(is_inked: NDArray[np.bool_], start: float, stop: float) -> int:
    """Return the middle of the widest gap between two columns; their own where there is none."""
    first, last = round(start), max(round(start), round(stop))
    inked = [first - 1, *(first + np.flatnonzero(is_inked[first:last])), last]
    _, before, after = max((after - before, before, after) for before, after in pairwise(inked))
    return int(before + after) // 2 if after - before > 1 else (first + last) // 2


def _rows(ink: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the first and one past the last row of the print in a line's crop.

    Detection leaves room above and below, in which rules and dust stand: the print is the rows with most ink that hang together.
    """
    profile = ink[:, ink.mean(axis=0) < _RULED].sum(axis=1)
    profile[profile > _RULED * ink.shape[1]] = 0
    full = np.flatnonzero(profile > _LEAST_INK * profile.max(initial=0))
    runs = [run for run in np.split(full, np.flatnonzero(np.diff(full) > _DOT_GAP * len(ink)) + 1) if len(run)]
    if not runs:
        return 0, len(ink)
    best = max(runs, key=lambda run: int(profile[run].sum()))
    return int(best[0]), int(best[-1]) + 1
