"""The fax code is told from the data: end-of-line words, end-of-block, order of bits."""

import pytest

from bridge.decoders import ccitt
from tests.unit.decoders.conftest import REVERSED, draw_page, strips_of

PAGE = draw_page(1728, 300)


def g3_1d() -> bytes:
    return strips_of(PAGE, "group3")[0]


def g3_2d() -> bytes:
    return strips_of(PAGE, "group3", tags={292: 1})[0]


def g4() -> bytes:
    return strips_of(PAGE, "group4")[0]


def rle() -> bytes:
    return strips_of(PAGE, "tiff_ccitt")[0]


@pytest.mark.parametrize(
    ("strip", "compression", "options"),
    [(g3_1d(), ccitt.GROUP3, 0), (g3_2d(), ccitt.GROUP3, 1), (g4(), ccitt.GROUP4, 0), (rle(), ccitt.RLE, 0)],
    ids=["MH", "MR", "MMR", "RLE"],
)
class TestEveryCode:
    def test_right_tags_stay(self, strip, compression, options):
        code = ccitt.recognise(strip, compression, options, 1, 300)
        assert (code.compression, code.t4_options, code.fill_order) == (compression, options, 1)

    def test_the_order_of_bits_is_found(self, strip, compression, options):
        code = ccitt.recognise(strip.translate(REVERSED), compression, options, 2, 300)
        assert (code.compression, code.t4_options, code.fill_order) == (compression, options, 2)


@pytest.mark.parametrize("strip", [g3_1d(), g3_2d(), g4()], ids=["MH", "MR", "MMR"])
def test_a_wrong_order_of_bits_is_put_right(strip):
    assert ccitt.recognise(strip.translate(REVERSED), 4, 0, 1, 300).fill_order == 2
    assert ccitt.recognise(strip, 4, 0, 2, 300).fill_order == 1


def test_group_4_tagged_as_group_3_is_recognised():
    assert ccitt.recognise(g4(), ccitt.GROUP3, 0, 1, 300).compression == ccitt.GROUP4


def test_group_3_tagged_as_group_4_is_recognised_with_its_dimension():
    assert ccitt.recognise(g3_1d(), ccitt.GROUP4, 0, 1, 300).compression == ccitt.GROUP3
    two = ccitt.recognise(g3_2d(), ccitt.GROUP4, 0, 1, 300)
    assert (two.compression, two.t4_options) == (ccitt.GROUP3, 1)


def test_one_dimensional_data_tagged_as_two_dimensional_is_recognised_by_its_first_row():
    white_first = draw_page(1728, 300)
    white_first.paste(1, (0, 0, 1728, 8))
    strip = strips_of(white_first, "group3")[0]
    assert ccitt.recognise(strip, ccitt.GROUP3, 1, 1, 300).t4_options == 0


def test_rows_are_counted_without_the_return_to_control():
    assert ccitt.recognise(g3_1d(), ccitt.GROUP3, 0, 1).rows == 300


def test_group_4_closed_by_several_end_of_lines_stays_group_4():
    ended = g4().rstrip(b"\0") + bytes.fromhex("001001001001001001001001")
    assert ccitt.recognise(ended, ccitt.GROUP4, 0, 1, 300).compression == ccitt.GROUP4


def test_an_empty_strip_is_what_its_tags_say():
    assert ccitt.recognise(b"", ccitt.GROUP4, 0, 1).compression == ccitt.GROUP4
