"""The picture of a page as it is kept: a fax in the code of fax machines, without loss; a grey scan as what is smaller."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Final

from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from bridge.domain.image import PageImage, Pixels

JPEG_QUALITY: Final = 90  # measured on a scanned letter: 53 dB, and no grey level off by more than 12 of 255
_ONE_STRIP: Final = 2**31 - 1
_STRIP_OFFSETS: Final = 273
_STRIP_BYTE_COUNTS: Final = 279


def picture_of(pdf: Pdf, picture: PageImage) -> Stream:
    """Return the picture as an image (ISO 32000-1, 8.9.5), added to `pdf`."""
    height, width = picture.pixels.shape
    if picture.is_bilevel:
        parameters = Dictionary(K=-1, Columns=width, Rows=height)
        coded, how, bits = group4(picture.pixels), Dictionary(Filter=Name.CCITTFaxDecode, DecodeParms=parameters), 1
    else:
        exact, lossy = zlib.compress(picture.pixels.tobytes()), _jpeg(picture.pixels)
        is_exact = len(exact) <= len(lossy)
        coded, how, bits = (exact if is_exact else lossy), Dictionary(Filter=Name.FlateDecode if is_exact else Name.DCTDecode), 8
    image = Stream(pdf, coded, how)
    image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    image.Width, image.Height, image.BitsPerComponent = width, height, bits
    return image


def group4(pixels: Pixels) -> bytes:
    """Return pixels of 0 (ink) and 255 as one strip of ITU-T T.6 code, in which ink is what is coded as black."""
    ink = Image.fromarray(255 - pixels).convert("1", dither=Image.Dither.NONE)
    file = BytesIO()
    ink.save(file, "TIFF", compression="group4", strip_size=_ONE_STRIP)
    file.seek(0)
    with TiffImageFile(file) as written:
        (start,), (length,) = written.tag_v2[_STRIP_OFFSETS], written.tag_v2[_STRIP_BYTE_COUNTS]  # of one strip
    return file.getvalue()[start : start + length]


def _jpeg(pixels: Pixels) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return file.getvalue()
