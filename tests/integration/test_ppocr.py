"""PP-OCR as it is: lines found and read on drawn and worn pages, one page at a time a host."""

from __future__ import annotations

import fcntl
import threading
from collections import Counter

import numpy as np
import pytest

from bridge.domain.errors import ReaderError
from bridge.domain.layout import Word
from bridge.readers.ppocr import PaddleValueReader, settings_file
from bridge.readers.ppocr_page import PaddlePageReader
from bridge.readers.second_look import SecondLookPageReader
from bridge.readers.tesseract import TesseractPageReader
from bridge.stages.clean import clean
from bridge.stages.layout import lay_out, quality_of
from tests.unit.stages.drawn_forms import PX_PER_MM, Sheet, form


@pytest.fixture(scope="module")
def values() -> PaddleValueReader:
    return PaddleValueReader()


@pytest.fixture(scope="module")
def reader(values: PaddleValueReader) -> PaddlePageReader:
    return PaddlePageReader(values)


def two_lines() -> Sheet:
    sheet = Sheet()
    sheet.text(30, 50, "Größe über Äpfel", 14)
    sheet.text(30, 60, "Zweite Zeile dort", 14)
    sheet.text(140, 60, "Rechts davon", 14)
    return sheet


def accuracy(words: tuple[Word, ...], sheet: Sheet) -> float:
    drawn = Counter(text for text, _ in sheet.words)
    return sum((drawn & Counter(word.text for word in words)).values()) / sum(drawn.values())


def test_words_stand_in_lines_and_name_their_reader(reader: PaddlePageReader) -> None:
    upright = clean(two_lines().faxed())
    words = reader.read_page(upright.pixels, upright.dpi).words
    assert [word.text for word in words] == ["Größe", "über", "Äpfel", "Zweite", "Zeile", "dort", "Rechts", "davon"]
    assert [word.line for word in words] == [0, 0, 0, 1, 1, 1, 2, 2]
    assert {word.reader for word in words} == {"ppocr"}
    assert quality_of(words) > 0.9


def test_boxes_fit_the_print_as_closely_as_those_of_tesseract(reader: PaddlePageReader) -> None:
    upright = clean(two_lines().faxed())
    by_text = {word.text: word.box for word in TesseractPageReader().read_page(upright.pixels, upright.dpi).words}
    for word in reader.read_page(upright.pixels, upright.dpi).words:
        other = by_text[word.text]
        assert word.box.left == pytest.approx(other.left, abs=PX_PER_MM)
        assert word.box.right == pytest.approx(other.right, abs=PX_PER_MM)
        assert word.box.overlap_y(other) > 0.6 * max(word.box.height, other.height)


def test_rules_beside_print_do_not_stretch_its_boxes(reader: PaddlePageReader) -> None:
    sheet = two_lines()
    sheet.line(20, 48, 190, 48, 0.4)
    sheet.line(28, 45, 28, 70, 0.4)
    upright = clean(sheet.faxed())
    heights = [word.box.height for word in reader.read_page(upright.pixels, upright.dpi).words]
    assert max(heights) < 7 * PX_PER_MM


def test_a_worn_page_reads_better_than_by_tesseract_and_is_laid_out_by_it(values: PaddleValueReader, reader: PaddlePageReader) -> None:
    sheet = form(with_marks=False)
    page = sheet.faxed("standard-noisy", skew=1.3)
    upright = clean(page)
    tesseract = TesseractPageReader()
    first = tesseract.read_page(upright.pixels, upright.dpi).words
    assert accuracy(reader.read_page(upright.pixels, upright.dpi).words, sheet) > accuracy(first, sheet)
    _, layout = lay_out(page, SecondLookPageReader(tesseract, values, reader))
    assert {word.reader for word in layout.words} == {"ppocr"}
    assert layout.quality < 0.7
    assert not layout.is_unreadable


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (400, 300), (3600, 2500)])
def test_pages_without_print_have_no_words(reader: PaddlePageReader, shape: tuple[int, int]) -> None:
    assert reader.read_page(np.full(shape, 255, np.uint8), 306.0).words == ()


def test_a_model_that_gives_up_is_named(monkeypatch: pytest.MonkeyPatch, values: PaddleValueReader) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError

    upright = clean(two_lines().faxed())
    monkeypatch.setattr(values, "recognize", refuse)
    with pytest.raises(ReaderError, match="memory is short"):
        PaddlePageReader(values).read_page(upright.pixels, upright.dpi)


def test_one_page_at_a_time_is_read_on_a_host(reader: PaddlePageReader) -> None:
    done = threading.Event()

    def read() -> None:
        reader.read_page(np.full((400, 300), 255, np.uint8), 306.0)
        done.set()

    with settings_file().open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = threading.Thread(target=read)
        thread.start()
        assert not done.wait(0.3)
    assert done.wait(30)
    thread.join()


def test_no_model_is_loaded_twice(values: PaddleValueReader, reader: PaddlePageReader) -> None:
    upright = clean(two_lines().faxed())
    reader.read_page(upright.pixels, upright.dpi)
    recognizer, detector = values._recognizer, reader._detector
    reader.read_page(upright.pixels, upright.dpi)
    values.read_values([upright.pixels[:100, :300]])
    assert values._recognizer is recognizer
    assert reader._detector is detector
