"""TIFF: every code, tag and damage that faxes come with, and nothing allocated on the word of a header."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from bridge.decoders import tiff
from bridge.domain.errors import TooLargeError
from tests.unit.decoders.conftest import REVERSED, TiffPage, draw_page, fax_tags, strips_of, write_tiff

PAGE = draw_page()
G4 = strips_of(PAGE, "group4")


def looks_like(image: Image.Image, expected: Image.Image) -> bool:
    return image.size == expected.size and ImageChops.difference(image.convert("L"), expected.convert("L")).getbbox() is None


def by_pillow(*pages: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], **options)
    return buffer.getvalue()


class TestCodes:
    @pytest.mark.parametrize("rows", [None, 64, 1])
    @pytest.mark.parametrize("order", ["<", ">"])
    @pytest.mark.parametrize(("name", "number"), [("group3", 3), ("group4", 4), ("tiff_ccitt", 2)])
    def test_fax_codes_in_strips_and_both_byte_orders(self, decode, name, number, order, rows):
        strips = strips_of(PAGE, name, rows)
        content = write_tiff([TiffPage(strips, {**fax_tags(PAGE, number), 278: (rows or PAGE.height,)})], order)
        assert looks_like(decode(tiff.decode, content).images[0], PAGE)

    def test_two_dimensional_group_3(self, decode):
        strips = strips_of(PAGE, "group3", tags={292: 1})
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(strips, fax_tags(PAGE, 3, t4_options=1))])).images[0], PAGE)

    @pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits"])
    def test_codes_of_scanners(self, decode, compression):
        decoded = decode(tiff.decode, by_pillow(PAGE, compression=compression))
        assert looks_like(decoded.images[0], PAGE)
        assert decoded.images[0].mode == "1"

    def test_jpeg_in_tiff_becomes_grey(self, decode):
        scan = Image.linear_gradient("L").resize((600, 800)).convert("RGB")
        image = decode(tiff.decode, by_pillow(scan, compression="jpeg", dpi=(100, 100))).images[0]
        assert image.mode == "L"
        assert abs(image.getpixel((300, 400)) - 128) < 6

    def test_old_jpeg_in_tiff_is_read_as_the_jpeg_it_holds(self, decode):
        buffer = io.BytesIO()
        Image.new("L", (640, 480), 100).save(buffer, "JPEG")
        tags = {256: (640,), 257: (480,), 258: (8,), 259: (6,), 262: (1,), 513: (0,), 514: (len(buffer.getvalue()),)}
        content = bytearray(write_tiff([TiffPage([buffer.getvalue()], tags)]))
        place = content.find(buffer.getvalue())
        entry = content.find(struct.pack("<HHI", 513, 4, 1))
        content[entry + 8 : entry + 12] = struct.pack("<I", place)
        assert abs(decode(tiff.decode, bytes(content)).images[0].getpixel((5, 5)) - 100) < 3

    @pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "I;16", "F", "P", "LA"])
    def test_every_depth_becomes_grey(self, decode, mode):
        white = {"CMYK": (0, 0, 0, 0), "RGB": (255,) * 3, "RGBA": (0, 0, 0, 0), "I;16": 65535, "F": 9.0, "LA": (0, 0)}.get(mode, 255)
        image = Image.new(mode, (40, 30), white)
        black = {"CMYK": (0, 0, 0, 255), "RGB": (0,) * 3, "RGBA": (0, 0, 0, 255), "F": -3.0, "LA": (0, 255)}.get(mode, 0)
        image.putpixel((3, 4), black)
        if mode == "P":
            image.putpalette([level for level in range(256) for _ in range(3)])
        page = decode(tiff.decode, by_pillow(image)).images[0].convert("L")
        assert page.getpixel((3, 4)) == 0
        assert page.getpixel((20, 20)) == 255


class TestTags:
    def test_fill_order_2(self, decode):
        turned = [strip.translate(REVERSED) for strip in G4]
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(turned, fax_tags(PAGE, 4, fill_order=2))])).images[0], PAGE)

    def test_fill_order_2_forgotten(self, decode):
        turned = [strip.translate(REVERSED) for strip in G4]
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(turned, fax_tags(PAGE, 4))])).images[0], PAGE)

    def test_group_3_under_the_name_of_group_4(self, decode):
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(strips_of(PAGE, "group3"), fax_tags(PAGE, 4))])).images[0], PAGE)

    def test_compression_left_out(self, decode):
        tags = {tag: value for tag, value in fax_tags(PAGE, 4).items() if tag not in {258, 259, 262, 277, 278}}
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(G4, tags)])).images[0], PAGE)

    def test_height_left_out_is_counted_in_group_3(self, decode):
        tags = {tag: value for tag, value in fax_tags(PAGE, 3).items() if tag not in {257, 278}}
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(strips_of(PAGE, "group3"), tags)])).images[0], PAGE)

    def test_sizes_of_strips_left_out(self, decode):
        strips = strips_of(PAGE, "group4", 200)
        tags = {**fax_tags(PAGE, 4), 278: (200,), 279: tuple(0 for _ in strips)}
        assert looks_like(decode(tiff.decode, write_tiff([TiffPage(strips, tags)])).images[0], PAGE)

    def test_min_is_black_shows_ink_where_the_bits_are_zero(self, decode):
        image = decode(tiff.decode, write_tiff([TiffPage(G4, fax_tags(PAGE, 4, photometric=1))])).images[0]
        assert looks_like(image, ImageChops.invert(PAGE.convert("L")))

    @pytest.mark.parametrize(
        ("orientation", "turn"),
        [
            (1, None),
            (2, Image.Transpose.FLIP_LEFT_RIGHT),
            (3, Image.Transpose.ROTATE_180),
            (4, Image.Transpose.FLIP_TOP_BOTTOM),
            (5, Image.Transpose.TRANSPOSE),
            (6, Image.Transpose.ROTATE_90),
            (7, Image.Transpose.TRANSVERSE),
            (8, Image.Transpose.ROTATE_270),
        ],
    )
    def test_stored_pages_are_turned_upright_with_their_resolution(self, decode, orientation, turn):
        stored = PAGE if turn is None else PAGE.transpose(turn)
        fractions = {282: (204, 1), 283: (98, 1)} if orientation < 5 else {282: (98, 1), 283: (204, 1)}
        page = TiffPage(strips_of(stored, "group4"), fax_tags(stored, 4, orientation=orientation), fractions)
        decoded = decode(tiff.decode, write_tiff([page]))
        assert looks_like(decoded.images[0], PAGE)
        assert decoded.dpi == [(204, 98)]

    def test_resolution_in_centimetres(self, decode):
        page = TiffPage(G4, fax_tags(PAGE, 4, unit=3), {282: (80315, 1000), 283: (3858, 100)})
        across, down = decode(tiff.decode, write_tiff([page])).dpi[0]
        assert (round(across), round(down)) == (204, 98)

    def test_a_resolution_that_divides_by_zero_counts_for_none(self, decode):
        page = TiffPage(G4, fax_tags(PAGE, 4), {282: (204, 0), 283: (98, 0)})
        assert decode(tiff.decode, write_tiff([page])).dpi == [(204, 98)]

    def test_bigtiff(self, decode):
        entries = [(256, 4, 1728), (257, 4, 1145), (258, 3, 1), (259, 3, 4), (262, 3, 0), (273, 4, 0), (277, 3, 1), (279, 4, len(G4[0]))]
        start = 16 + 8 + 20 * len(entries) + 8
        body = b"".join(struct.pack("<HHQQ", tag, kind, 1, start if tag == 273 else value) for tag, kind, value in entries)
        content = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, len(entries)) + body + struct.pack("<Q", 0) + G4[0]
        assert looks_like(decode(tiff.decode, content).images[0], PAGE)


class TestManyPages:
    def test_all_pages_come_in_order(self, decode):
        pages = [draw_page(height=height) for height in (1145, 900, 1000)]
        content = write_tiff([TiffPage(strips_of(page, "group4"), fax_tags(page, 4)) for page in pages])
        decoded = decode(tiff.decode, content)
        assert [image.height for image in decoded.images] == [1145, 900, 1000]
        assert not decoded.is_truncated

    def test_a_thumbnail_of_the_page_before_is_no_page(self, decode):
        small = draw_page(172, 114)
        pages = [TiffPage(G4, fax_tags(PAGE, 4)), TiffPage(strips_of(small, "group4"), fax_tags(small, 4, subfile=1))]
        assert len(decode(tiff.decode, write_tiff(pages)).images) == 1

    def test_a_broken_page_among_good_ones_is_passed_over_and_told(self, decode):
        good = TiffPage(G4, fax_tags(PAGE, 4))
        broken = TiffPage(G4, {**fax_tags(PAGE, 4), 273: (0xFFFFFF0,)})
        decoded = decode(tiff.decode, write_tiff([good, broken, good]))
        assert len(decoded.images) == 2
        assert decoded.is_truncated

    @pytest.mark.parametrize("goal", [8, 0x7FFFFFFF], ids=["back to the first", "outside"])
    def test_a_chain_that_bites_its_tail_or_leaves_the_file_ends(self, decode, goal):
        decoded = decode(tiff.decode, write_tiff([TiffPage(G4, fax_tags(PAGE, 4))] * 2, next_of_last=goal))
        assert len(decoded.images) == 2
        assert decoded.is_truncated


class TestTruncated:
    def test_pages_before_the_break_are_kept(self, decode):
        content = write_tiff([TiffPage(G4, fax_tags(PAGE, 4))] * 3)
        decoded = decode(tiff.decode, content[: len(content) * 2 // 3 + 10])
        assert len(decoded.images) == 2
        assert decoded.is_truncated

    @pytest.mark.parametrize(("name", "number"), [("group3", 3), ("tiff_ccitt", 2), ("group4", 4), ("packbits", 32773), ("raw", 1)])
    @pytest.mark.parametrize("rows", [None, 100])
    def test_a_page_that_broke_off_midway_is_kept_as_far_as_it_goes(self, decode, name, number, rows):
        if name == "raw":
            stride = (PAGE.width + 7) // 8
            bits = ImageChops.invert(PAGE.convert("L")).convert("1").tobytes()
            strips = [bits[start : start + stride * (rows or 1145)] for start in range(0, len(bits), stride * (rows or 1145))]
        else:
            strips = strips_of(PAGE, name, rows)
        content = write_tiff([TiffPage(strips, {**fax_tags(PAGE, number), 278: (rows or PAGE.height,)})])
        decoded = decode(tiff.decode, content[: len(content) - sum(map(len, strips)) // 2])
        assert decoded.is_truncated
        kept = decoded.images[0]
        assert 300 < kept.height <= PAGE.height
        assert looks_like(kept.crop((0, 0, 1728, 300)), PAGE.crop((0, 0, 1728, 300)))
        assert decoded.dpi == [(204, 98)]

    def test_rows_lost_within_a_page_stay_white_and_those_behind_are_kept(self, decode):
        strips = strips_of(PAGE, "packbits", 229)
        strips[2] = b"\x80" * 3  # no-operation bytes: decodes to nothing
        tags = {**fax_tags(PAGE, 32773), 278: (229,)}
        decoded = decode(tiff.decode, write_tiff([TiffPage(strips, tags)]))
        kept = decoded.images[0]
        assert decoded.is_truncated
        assert looks_like(kept.crop((0, 687, 1728, 1145)), PAGE.crop((0, 687, 1728, 1145)))
        assert kept.crop((0, 458, 1728, 687)).convert("L").getextrema() == (255, 255)

    def test_fewer_rows_than_a_line_of_print_are_no_page(self, decode):
        content = write_tiff([TiffPage(strips_of(PAGE, "packbits"), fax_tags(PAGE, 32773))])
        decoded = decode(tiff.decode, content[: content.find(strips_of(PAGE, "packbits")[0]) + 40])
        assert decoded.images == []
        assert decoded.is_truncated

    @pytest.mark.parametrize("content", [b"II*\0", b"II*\0\0\0", b"MM\0*\0\0\0\x08", b"II*\0\xff\xff\xff\xff" + b"x" * 40])
    def test_a_header_without_directories_gives_no_page(self, decode, content):
        assert decode(tiff.decode, content).images == []

    def test_noise_instead_of_tags_gives_no_page(self, decode):
        assert decode(tiff.decode, b"II*\0\x08\0\0\0\x05\0" + bytes(range(256)) * 4).images == []


class TestLimits:
    @pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (0xFFFFFFFF, 0xFFFFFFFF), (1728, 0xFFFFFFFF)])
    def test_a_pixel_bomb_is_refused_by_its_header(self, decode, width, height):
        with pytest.raises(TooLargeError):
            decode(tiff.decode, write_tiff([TiffPage(G4, {**fax_tags(PAGE, 4), 256: (width,), 257: (height,)})]))

    def test_one_bomb_among_pages_refuses_the_file_before_any_page_is_written(self, decode, scratch):
        pages = [TiffPage(G4, fax_tags(PAGE, 4)), TiffPage(G4, {**fax_tags(PAGE, 4), 257: (10_000_000,)})]
        with pytest.raises(TooLargeError):
            decode(tiff.decode, write_tiff(pages))
        assert list(scratch.folder.iterdir()) == []

    def test_more_pages_than_allowed_are_refused(self, decode):
        tiny = draw_page(64, 120)
        with pytest.raises(TooLargeError):
            decode(tiff.decode, write_tiff([TiffPage(strips_of(tiny, "group4"), fax_tags(tiny, 4))] * 21))

    def test_all_files_together_are_bounded(self, decode, scratch):
        scratch.limits = replace(scratch.limits, output_bytes=1000)
        with pytest.raises(TooLargeError):
            decode(tiff.decode, write_tiff([TiffPage(G4, fax_tags(PAGE, 4))]))
