"""PNG and JPEG: upright by EXIF, grey or bilevel, as far as the data goes."""

import io

import pytest
from PIL import Image

from bridge.decoders import image
from bridge.domain.errors import TooLargeError
from tests.unit.decoders.conftest import draw_page


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_black_and_white_stays_bilevel_whatever_it_is_stored_as(decode, mode):
    decoded = decode(image.decode, encoded(draw_page().convert(mode), "PNG", dpi=(204, 98)))
    assert decoded.images[0].mode == "1"
    assert [(round(x), round(y)) for x, y in decoded.dpi] == [(204, 98)]


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_becomes_grey(decode, mode):
    white = Image.new("RGB", (320, 200), "white")
    white.paste("black", (0, 0, 160, 200))
    page = decode(image.decode, encoded(white.convert(mode), "JPEG", quality=90)).images[0].convert("L")
    assert page.getpixel((20, 100)) < 10
    assert page.getpixel((300, 100)) > 245


def test_what_is_transparent_shows_paper(decode):
    see_through = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert decode(image.decode, encoded(see_through, "PNG")).images[0].convert("L").getextrema() == (255, 255)


def test_exif_orientation_turns_the_page_upright(decode):
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.new("L", (400, 200), 255)
    lying.paste(0, (0, 0, 50, 200))
    page = decode(image.decode, encoded(lying, "JPEG", exif=exif)).images[0]
    assert page.size == (200, 400)
    assert page.getpixel((100, 10)) < 20


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_breaks_off_is_kept_as_far_as_it_goes_and_told(decode, kind):
    noise = Image.effect_noise((600, 600), 90)
    content = encoded(noise, kind)
    decoded = decode(image.decode, content[: len(content) // 2])
    assert decoded.is_truncated
    assert decoded.images[0].size == (600, 600)


def test_a_picture_of_only_a_header_raises(decode):
    with pytest.raises((OSError, SyntaxError, ValueError)):
        decode(image.decode, encoded(draw_page(), "PNG")[:20])


def test_a_pixel_bomb_is_refused_by_its_header(decode):
    content = bytearray(encoded(Image.new("1", (1, 1)), "PNG"))
    content[16:24] = b"\x7f\xff\xff\xff\x7f\xff\xff\xff"
    import struct
    import zlib

    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    with pytest.raises(TooLargeError):
        decode(image.decode, bytes(content))
