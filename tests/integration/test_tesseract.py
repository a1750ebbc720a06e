from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytesseract
import pytest

from bridge.domain.errors import ReaderError
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Reading, Word
from bridge.readers import tesseract
from bridge.readers.tesseract import TesseractPageReader, TesseractValueReader
from bridge.stages.clean import clean, squared
from bridge.stages.layout import lay_out
from bridge.stages.read_values import read_values
from tests.unit.stages.drawn_forms import HEIGHT_MM, PX_PER_MM, VALUES, WIDTH_MM, Sheet, form, letter

TTI = "22.11.2026 14:32  +49 3581 856379  PRAXIS DR WEISS       S. 1/3"


def accuracy(words: tuple[Word, ...], sheet: Sheet) -> float:
    drawn = Counter(text for text, _ in sheet.words)
    return sum((drawn & Counter(word.text for word in words)).values()) / sum(drawn.values())


@pytest.mark.parametrize(
    ("condition", "least"), [("fine-clean", 0.95), ("fine-noisy", 0.65), ("standard-clean", 0.85), ("standard-noisy", 0.2)]
)
def test_the_recipe_reads_better_than_the_raster_as_it_came(condition: str, least: float) -> None:
    sheet = form(with_marks=False)
    page = sheet.faxed(condition, skew=1.3)
    upright, reader = clean(page), TesseractPageReader()
    cleaned = accuracy(reader.read_page(upright.pixels, upright.dpi).words, sheet)
    assert cleaned >= least
    assert cleaned > accuracy(reader.read_page(page.pixels, page.x_dpi).words, sheet)


def test_words_have_boxes_lines_and_confidences() -> None:
    sheet = Sheet()
    sheet.text(30, 50, "Erste Zeile hier", 14)
    sheet.text(30, 60, "Zweite Zeile dort", 14)
    upright = clean(sheet.faxed())
    words = TesseractPageReader().read_page(upright.pixels, upright.dpi).words
    assert [word.text for word in words] == ["Erste", "Zeile", "hier", "Zweite", "Zeile", "dort"]
    assert len({(word.block, word.line) for word in words}) == 2
    assert words[0].line == words[2].line != words[3].line
    assert all(0.5 < word.confidence <= 1 for word in words)
    assert words[0].box.left / PX_PER_MM == pytest.approx(30, abs=2)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_pages_fed_the_wrong_way_round_are_turned(turned: int) -> None:
    sheet = form(1)
    _, layout = lay_out(sheet.faxed("fine-clean", skew=0.8, turned=turned, tti=TTI), TesseractPageReader())
    assert (layout.rotation + turned) % 360 == 0
    assert layout.quality > 0.75
    assert layout.header is not None
    assert (layout.header.page, layout.header.page_count) == (1, 3)
    assert "Meldeformular" in [word.text for word in layout.words]
    assert not any("WEISS" in word.text for word in layout.words)


def test_orientation_of_an_empty_page_is_unknown() -> None:
    pixels, dpi = squared(Sheet().faxed())
    assert TesseractPageReader().orientation(pixels, dpi) == (0, 0.0)


def test_orientation_is_given_clockwise() -> None:
    pixels, dpi = squared(letter().faxed(turned=180))
    rotation, confidence = TesseractPageReader().orientation(pixels, dpi)
    assert rotation == 180
    assert 0.3 < confidence <= 1


def test_a_page_that_takes_too_long_raises() -> None:
    upright = clean(form().faxed())
    with pytest.raises(ReaderError, match="within"):
        TesseractPageReader(timeout=0.01).read_page(upright.pixels, upright.dpi)
    assert TesseractPageReader(timeout=0.01).orientation(upright.pixels, upright.dpi) == (0, 0.0)


def test_without_tesseract_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    blank = np.full((300, 300), 255, np.uint8)
    with pytest.raises(ReaderError, match="install tesseract-ocr"):
        TesseractPageReader().read_page(blank, 300)
    with pytest.raises(ReaderError, match="install tesseract-ocr"):
        TesseractPageReader().orientation(blank, 300)
    with pytest.raises(ReaderError, match="install tesseract-ocr"):
        TesseractValueReader().read_values([blank])


def test_one_thread_a_process_without_touching_our_environment() -> None:
    before = dict(os.environ)
    TesseractPageReader()
    assert pytesseract.pytesseract.environ["OMP_THREAD_LIMIT"] == "1"
    assert dict(os.environ) == before


def value_boxes(sheet: Sheet, pixels: Pixels) -> list[Box]:
    x, y = pixels.shape[1] / 2 - WIDTH_MM / 2 * PX_PER_MM, pixels.shape[0] / 2 - HEIGHT_MM / 2 * PX_PER_MM
    return [
        Box(x + 63 * PX_PER_MM, y + (36.5 + 8 * i) * PX_PER_MM, x + 197 * PX_PER_MM, y + (43.5 + 8 * i) * PX_PER_MM)
        for i in range(len(VALUES))
    ]


@pytest.mark.parametrize(("condition", "least"), [("fine-clean", 8), ("fine-noisy", 5), ("standard-clean", 6)])
def test_values_are_read_from_their_cells(condition: str, least: int) -> None:
    sheet = form(1)
    pixels = clean(sheet.faxed(condition, skew=0.9)).pixels
    readings = [crop.readings for crop in read_values(pixels, value_boxes(sheet, pixels), [TesseractValueReader()])]
    right = sum(bool(of_box) and of_box[0].text == value for of_box, (_, value) in zip(readings, VALUES, strict=True))
    assert right >= least
    assert all(reading.reader == "tesseract" and 0 < reading.confidence <= 1 for of_box in readings for reading in of_box if reading.text)


@pytest.fixture
def crops() -> list[Pixels]:
    sheet = form(1)
    pixels = clean(sheet.faxed()).pixels
    return [pixels[round(b.top) : round(b.bottom), round(b.left) : round(b.left) + 700] for b in value_boxes(sheet, pixels)[:4]]


def test_no_crops_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    assert TesseractValueReader().read_values([]) == ()


def test_all_crops_of_a_page_are_one_process(crops: list[Pixels], monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = tesseract._run
    monkeypatch.setattr(tesseract, "_run", lambda *given: calls.append(given) or real(*given))
    readings = TesseractValueReader().read_values(crops)
    assert len(calls) == 1
    assert [reading.text for reading in readings][1] == VALUES[1][1]


def test_a_member_that_spoils_the_list_costs_only_itself(crops: list[Pixels], monkeypatch: pytest.MonkeyPatch) -> None:
    real = tesseract._write

    def write(pixels: Pixels, path: Path) -> Path:
        real(pixels, path)
        if path.name == "2.pgm":
            path.write_bytes(b"no image at all")
        return path

    alone = [reading.text for reading in TesseractValueReader().read_values(crops)]
    monkeypatch.setattr(tesseract, "_write", write)
    spoilt = TesseractValueReader().read_values(crops)
    assert [reading.text for reading in spoilt] == [*alone[:2], "", alone[3]]
    assert spoilt[2] == Reading("tesseract", "", 0.0)


def test_crops_too_small_for_a_letter_and_white_ones_keep_the_order(crops: list[Pixels]) -> None:
    white = np.full((50, 300), 255, np.uint8)
    readings = TesseractValueReader().read_values([np.zeros((1, 1), np.uint8), crops[1], white, crops[1]])
    assert readings[0] == Reading("tesseract", "", 0.0)
    assert readings[1] == readings[3]
    assert readings[1].text == VALUES[1][1]


def test_a_list_that_takes_too_long_gives_nothing_but_ends(crops: list[Pixels]) -> None:
    readings = TesseractValueReader(timeout=0.005, timeout_per_crop=0.0).read_values(crops[:2])
    assert readings == (Reading("tesseract", "", 0.0),) * 2


def test_nothing_is_left_in_the_temporary_folder(crops: list[Pixels], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    TesseractValueReader().read_values(crops)
    upright = clean(letter().faxed())
    TesseractPageReader().read_page(upright.pixels, upright.dpi)
    TesseractPageReader().orientation(upright.pixels, upright.dpi)
    assert list(tmp_path.iterdir()) == []


def test_a_full_temporary_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cv2.imwrite", lambda *_: False)
    with pytest.raises(ReaderError, match="free space"):
        TesseractPageReader().read_page(np.full((300, 300), 255, np.uint8), 300)
