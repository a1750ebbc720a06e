from __future__ import annotations

import numpy as np
import pytest

from bridge.domain.image import PageImage
from bridge.stages.clean import TARGET_DPI, clean, squared
from tests.unit.stages.drawn_forms import CONDITIONS, PX_PER_MM, SANS, Sheet, form, letter

TTI = "22.11.2026 14:32  +49 3581 856379  PRAXIS DR WEISS       S. 1/3"


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("skew", [-4.5, -1.4, 0.0, 0.3, 2.2])
def test_skew_of_forms_and_letters_is_found_within_a_tenth_of_a_degree(condition: str, skew: float) -> None:
    for sheet in (form(), letter()):
        page = clean(sheet.faxed(condition, skew=skew, tti=TTI, streaks=1))
        assert page.skew_degrees == pytest.approx(skew, abs=0.1)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_pixels_are_square_and_stay_grey(condition: str) -> None:
    sheet = Sheet()
    sheet.frame(50, 80, 150, 180, 0.6)
    page = clean(sheet.faxed(condition, skew=1.5))
    rows, columns = (np.flatnonzero((page.pixels < 100).sum(axis=axis) > 60 * PX_PER_MM) for axis in (1, 0))
    assert rows[-1] - rows[0] == pytest.approx(100 * PX_PER_MM, rel=0.01)
    assert columns[-1] - columns[0] == pytest.approx(100 * PX_PER_MM, rel=0.01)
    assert page.dpi == TARGET_DPI
    assert len(np.unique(page.pixels)) > 20


def test_a_scanners_streak_across_a_page_laid_sideways_does_not_hide_its_skew() -> None:
    page = clean(letter().faxed("fine-noisy", skew=1.4, turned=90, streaks=1), rotation=270)
    assert page.skew_degrees == pytest.approx(1.4, abs=0.15)


def test_nothing_is_cut_off_at_the_corners_of_a_skewed_page() -> None:
    pixels = np.full((2292, 1728), 255, np.uint8)
    lines = form().faxed("fine-clean", skew=4.0).pixels
    pixels[:] = lines
    for y, x in ((5, 5), (5, 1700), (2270, 5), (2270, 1700)):
        pixels[y : y + 16, x : x + 16] = 0
    page = clean(PageImage(pixels, 204.0, 196.0, is_bilevel=True))
    height, width = page.pixels.shape
    assert page.skew_degrees == pytest.approx(4.0, abs=0.1)
    assert all((page.pixels[ys, :] < 100).any() for ys in (slice(0, height // 10), slice(height - height // 10, height)))
    assert all((page.pixels[:, xs] < 100).any() for xs in (slice(0, width // 10), slice(width - width // 10, width)))


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("condition", ["fine-clean", "standard-noisy"])
def test_a_page_is_turned_clockwise_before_it_is_deskewed(turned: int, condition: str) -> None:
    sheet = Sheet()
    for y in range(60, 250, 8):
        sheet.line(20, y, 190, y, 0.4)
    sheet.text(20, 20, "OBEN", 40, SANS)
    page = clean(sheet.faxed(condition, skew=1.0, turned=turned), rotation=360 - turned)
    height, width = page.pixels.shape
    assert page.rotation == 360 - turned
    assert height > width
    assert page.skew_degrees == pytest.approx(1.0, abs=0.15)
    assert (page.pixels[: height // 6, : width // 2] < 100).mean() > 5 * (page.pixels[: height // 6, width // 2 :] < 100).mean()


def test_grey_scans_are_scaled_but_not_blurred() -> None:
    grey = np.full((1100, 850), 220, np.uint8)
    grey[400:700, 300:301] = 0
    page = clean(PageImage(grey, 100.0, 100.0, is_bilevel=False))
    assert page.pixels.shape == (3366, 2601)
    sharp = page.pixels.min()
    blurred = clean(PageImage(np.where(grey < 128, 0, 255).astype(np.uint8), 100.0, 100.0, is_bilevel=True)).pixels.min()
    assert sharp < 20 < blurred


def test_a_large_scan_is_brought_down_to_reading_size() -> None:
    page = clean(PageImage(np.full((3500, 2400), 255, np.uint8), 1200.0, 1200.0, is_bilevel=False))
    assert page.pixels.shape == (893, 612)
    assert page.is_blank


def test_an_absurd_resolution_does_not_blow_the_page_up() -> None:
    page = clean(PageImage(np.full((2000, 1600), 255, np.uint8), 1.0, 1.0, is_bilevel=True))
    assert max(page.pixels.shape) <= 14_000


def test_orientation_detection_gets_square_unblurred_pixels() -> None:
    pixels, dpi = squared(form().faxed("standard-clean"))
    assert dpi == 204.0
    assert pixels.shape == (2386, 1728)
    assert (pixels == 0).any()
    assert (pixels == 255).any()


@pytest.mark.parametrize("condition", CONDITIONS)
class TestBlank:
    def test_an_empty_page_is_blank(self, condition: str) -> None:
        assert clean(Sheet().faxed(condition)).is_blank

    def test_header_line_streaks_and_scanner_edges_are_nothing(self, condition: str) -> None:
        sheet = Sheet()
        sheet.line(0, 0, 0, 290, 3)
        sheet.line(0, 0, 215, 0.6, 2)
        assert clean(sheet.faxed(condition, skew=1.0)).is_blank
        assert clean(Sheet().faxed(condition, tti=TTI, streaks=3)).is_blank
        assert clean(Sheet().faxed(condition, tti=TTI, turned=180)).is_blank

    def test_a_streak_broken_by_the_line_is_nothing(self, condition: str) -> None:
        page = Sheet().faxed(condition)
        held = np.random.default_rng(3).random(page.pixels.shape[0]) < 0.7
        page.pixels[held, 700:702] = 0
        assert clean(page).is_blank

    def test_one_short_word_is_something(self, condition: str) -> None:
        sheet = Sheet()
        sheet.scribble(90, 120, 9, 5)
        assert not clean(sheet.faxed(condition)).is_blank
        printed = Sheet()
        printed.text(90, 120, "nein", 9)
        assert not clean(printed.faxed(condition, tti=TTI)).is_blank

    def test_a_short_word_in_the_header_lines_place_is_something(self, condition: str) -> None:
        sheet = Sheet()
        sheet.scribble(90, 3, 15, 5)
        assert not clean(sheet.faxed(condition)).is_blank

    def test_a_written_page_is_something(self, condition: str) -> None:
        page = clean(letter().faxed(condition))
        assert not page.is_blank
        assert 0.01 < page.ink < 0.1


def test_shadow_on_a_grey_scan_is_no_ink() -> None:
    shade = np.tile(np.linspace(120, 230, 1654).astype(np.uint8), (2339, 1))
    assert clean(PageImage(shade, 200.0, 200.0, is_bilevel=False)).is_blank


def test_a_black_page_is_not_blank() -> None:
    assert not clean(PageImage(np.zeros((2292, 1728), np.uint8), 204.0, 196.0, is_bilevel=True)).is_blank
