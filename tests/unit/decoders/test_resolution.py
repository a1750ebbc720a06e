"""Resolution by tags where they can be true, by the shape of a fax raster where they cannot."""

import pytest

from bridge.decoders.resolution import CENTIMETRE, INCH, resolution


@pytest.mark.parametrize(("x", "y"), [(204, 98), (204, 196), (204, 391), (200, 100), (200, 200), (203.2, 97.8)])
def test_true_tags_of_a_fax_are_believed(x, y):
    assert resolution(1728, 1145 if y < 120 else 2291, x, y) == (x, y)


def test_lines_per_centimetre_become_lines_per_inch():
    across, down = resolution(1728, 2291, 80.3, 77.0, CENTIMETRE)
    assert (round(across), round(down)) == (204, 196)


def test_lines_per_centimetre_are_recognised_where_the_unit_says_inch():
    across, down = resolution(1728, 1145, 80.3, 38.5, INCH)
    assert (round(across), round(down)) == (204, 98)


@pytest.mark.parametrize("tags", [(None, None), (0, 0), (1, 1), (72, 72), (-204, -98), (float("nan"), 98.0), (65535, 65535)])
@pytest.mark.parametrize(("height", "down"), [(1145, 98), (1372, 98), (2291, 196), (2794, 196), (4582, 391)])
def test_missing_and_absurd_tags_are_inferred_from_the_length_of_a_sheet(tags, height, down):
    assert resolution(1728, height, *tags) == (204, down)


@pytest.mark.parametrize("width", [2048, 2432])
def test_wider_fax_rasters_have_the_same_dots(width):
    assert resolution(width, 3300, None, None)[0] == 204


def test_a_missing_tag_across_is_filled_in_beside_a_true_one_down():
    assert resolution(1728, 1145, None, 98.0) == (204, 98)


def test_a_fine_page_tagged_as_standard_is_corrected_since_no_sheet_is_that_long():
    assert resolution(1728, 2291, 204, 98) == (204, 196)


def test_a_true_long_page_keeps_its_tags():
    assert resolution(1728, 1700, 204, 98) == (204, 98)


@pytest.mark.parametrize(("width", "height", "dpi"), [(2480, 3508, 300), (1654, 2339, 200), (595, 842, 72), (794, 1123, 96)])
def test_scans_keep_their_tags(width, height, dpi):
    assert resolution(width, height, dpi, dpi) == (dpi, dpi)


def test_a_photo_without_true_tags_is_taken_for_a_sheet_of_a4():
    assert resolution(2480, 3508, 72, 72) == (300, 300)


def test_a_crop_without_tags_gets_a_low_but_possible_resolution():
    assert resolution(400, 50, None, None) == (100, 100)
