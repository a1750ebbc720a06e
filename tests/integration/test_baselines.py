"""The words that each tool of `./run bench baselines` feeds into the extraction: real engines on a small drawn page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bridge.bootstrap import House
from bridge.domain.errors import DecodeError
from bridge.domain.image import PageImage
from bridge.domain.layout import Layout, Word
from bridge.domain.lifecycle import FaxState
from bridge.ports import DecodedFax, DecodedPage
from bridge.settings import load_settings
from bridge.stages.layout import lay_out
from tests.benchmarks.baselines.measure import CostedReading, read_by
from tests.benchmarks.baselines.tools import OcrMyPdf, RawTesseract, Tool, WholePagePpocr, missing_for_ocrmypdf
from tests.benchmarks.baselines.ways import WAYS, PagesOfTool
from tests.unit.stages.drawn_forms import PX_PER_MM, Sheet

LINES = ("Meldebogen Infektionsschutz", "Nachname Vorname", "Gesundheitsamt Weimar")


def needs_ocrmypdf() -> None:
    """Skip visibly without OCRmyPDF, under CI too: only `./run bench baselines` installs it."""
    if missing := missing_for_ocrmypdf():
        pytest.skip(f"{', '.join(missing)} missing: ./run bench baselines installs them")


def page(condition: str = "standard-clean", skew: float = 1.2, turned: int = 0) -> PageImage:
    sheet = Sheet()
    for number, line in enumerate(LINES):
        sheet.text(25, 40 + 60 * number, line, 16)
    sheet.line(20, 120, 190, 120, 0.5)
    return sheet.faxed(condition, skew=skew, turned=turned)


def laid_out(tool: Tool, image: PageImage, scratch: Path) -> Layout:
    """Decode, load and lay out one page as `Read` does."""
    file = scratch / "page-0001.png"
    picture = Image.fromarray(image.pixels).convert("1")
    picture.save(file, dpi=(image.x_dpi, image.y_dpi))
    pages = PagesOfTool(House(load_settings({})).decoder, tool)
    came = DecodedFax((DecodedPage(file, image.x_dpi, image.y_dpi, *picture.size),), is_truncated=False)
    (shown,) = tool.shown(came, pages.decoder, scratch).pages
    return lay_out(pages.load(shown.path, shown.x_dpi, shown.y_dpi), pages)[1]


def place_of(words: tuple[Word, ...], text: str) -> tuple[float, float]:
    """Return the left edge and the middle of the only such word, in mm."""
    (word,) = [word for word in words if word.text == text]
    return word.box.left / PX_PER_MM, word.box.centre[1] / PX_PER_MM


@pytest.mark.parametrize("tool", [RawTesseract, WholePagePpocr])
def test_words_stand_where_their_print_does_on_the_upright_page(tool: Callable[[], Tool], tmp_path: Path) -> None:
    straight, skewed = (
        laid_out(tool(), page(skew=skew), folder) for skew, folder in ((0.0, _made(tmp_path / "a")), (1.2, _made(tmp_path / "b")))
    )
    assert {word for line in LINES for word in line.split()} <= {word.text for word in skewed.words}
    lefts, middles = zip(*(place_of(skewed.words, line.split()[0]) for line in LINES), strict=True)
    assert max(lefts) - min(lefts) < 1.5  # upright again: all began 25 mm from the sheet's edge
    assert np.diff(middles) == pytest.approx([60, 60], abs=1)
    assert place_of(straight.words, "Nachname") == pytest.approx((25, 103), abs=2)
    assert [word.reader for word in skewed.words] == [None] * len(skewed.words)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("tool", [RawTesseract, WholePagePpocr])
def test_rules_are_found_by_our_own_stage_whoever_reads(tool: Callable[[], Tool], tmp_path: Path) -> None:
    rules = [rule for rule in laid_out(tool(), page(), tmp_path).rules if rule.is_horizontal and rule.box.width > 160 * PX_PER_MM]
    assert len(rules) == 1


def test_a_tool_takes_a_page_as_it_comes_and_is_not_asked_a_second_time(tmp_path: Path) -> None:
    upside_down = laid_out(RawTesseract(), page("fine-clean", turned=180), tmp_path)
    assert upside_down.rotation == 0
    assert not {word for line in LINES for word in line.split()} & {word.text for word in upside_down.words}


def test_ocrmypdf_turns_and_straightens_the_page_and_its_text_layer_lies_on_the_print(tmp_path: Path) -> None:
    needs_ocrmypdf()
    sheet = Sheet()
    for number in range(20):
        sheet.text(25, 40 + 10 * number, "Das Gesundheitsamt Weimar bittet um einen Meldebogen", 12)
    layout = laid_out(OcrMyPdf(), sheet.faxed("fine-clean", skew=1.2, turned=180), tmp_path)
    places = [word.box for word in layout.words if word.text == "Gesundheitsamt"]
    assert len(places) >= 18
    assert np.ptp([box.left for box in places]) < 1.5 * PX_PER_MM
    assert {word.confidence for word in layout.words} == {0.9}
    assert layout.unread == ()  # no print is left that no word covers


def test_a_fax_on_which_ocrmypdf_fails_has_no_page(tmp_path: Path) -> None:
    needs_ocrmypdf()
    (tmp_path / "page-0001.png").write_bytes(b"no picture")
    broken = DecodedFax((DecodedPage(tmp_path / "page-0001.png", 204.0, 196.0, 1728, 2292),), is_truncated=False)
    with pytest.raises(DecodeError):
        OcrMyPdf().shown(broken, House(load_settings({})).decoder, tmp_path)


@pytest.mark.parametrize("name", [name for name in WAYS if name != "OCRmyPDF"])
def test_every_way_reads_a_fax_to_the_end_and_says_what_it_cost(name: str, tmp_path: Path) -> None:
    image = page("fine-clean")
    Image.fromarray(image.pixels).convert("1").save(tmp_path / "fax.tif", dpi=(image.x_dpi, image.y_dpi), compression="group4")
    reading = read_by(name, tmp_path / "fax.tif")
    assert (reading.state, reading.pages) == (FaxState.DECIDED, 1)
    assert reading.cpu_seconds > 0


def test_a_file_that_is_no_fax_fails_and_is_a_reading_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "fax.tif").write_bytes(b"II*\0 broken")
    reading = read_by("raw Tesseract", tmp_path / "fax.tif")
    assert isinstance(reading, CostedReading)
    assert (reading.state is FaxState.DECIDED, reading.documents) == (False, ())
