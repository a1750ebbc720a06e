"""TIFF as fax machines, fax servers and scanners write it, page by page.

Every directory is read with our own bounds first (`ifd`). Each page is then rebuilt as a TIFF of its own, from the tags
that matter and the bytes that are there, and only that is shown to libtiff: what chain, tags and offsets of the file
pretend cannot reach it. A page that broke off is decoded strip by strip, row by row, as far as it goes.
"""

from __future__ import annotations

import io
import mmap
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image

from bridge.decoders import ccitt, ifd, image
from bridge.decoders.ifd import Directory
from bridge.decoders.job import Scratch
from bridge.decoders.resolution import INCH, resolution
from bridge.domain.errors import DecodeError

_OLD_JPEG: Final = 6
_PLAIN: Final = 1
_REDUCED: Final = 1  # NewSubfileType: a thumbnail of another page
_MASK: Final = 4  # NewSubfileType: a transparency mask
# PlanarConfiguration, Predictor, ColorMap, tile size, ExtraSamples, SampleFormat, YCbCrSubSampling
_COPIED: Final = (ifd.BITS, ifd.SAMPLES, ifd.PHOTOMETRIC, ifd.FILL_ORDER, ifd.T4_OPTIONS, 284, 317, 320, 322, 323, 338, 339, 530)
_JPEG_TABLES: Final = 347
_BAD_ROWS: Final = 0.05  # share of bad rows that a noisy line may leave
_MOST_PRINTED: Final = 1 << 20
_LEAST_ROWS: Final = 16  # less than a line of print tells nobody anything
_MOST_ATTEMPTS: Final = 4000
_BROKEN: Final = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error, AttributeError)


@dataclass(frozen=True, slots=True)
class _Raster:
    """One page as its directory describes it, corrected where the data proves it wrong. `blocks` are strips or tiles."""

    order: str
    width: int
    height: int
    rows_per_strip: int
    compression: int
    tags: Mapping[int, ifd.Value]
    blocks: Sequence[bytes]
    is_tiled: bool
    is_cut: bool


def decode(path: Path, scratch: Scratch) -> bool:
    """Decode every page into `scratch`; return whether the file promised more. Raises TooLargeError from headers alone."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        chain = ifd.walk(content, scratch.limits.max_pages)  # type: ignore[arg-type]
        entries = [entry for entry in chain.directories if _has_data(entry)]
        directories = [entry for index, entry in enumerate(entries) if not _is_accessory(entries, index)]
        scratch.check_page_count(len(directories))
        for directory in directories:
            scratch.check_pixels(directory.number(ifd.WIDTH, 0), directory.number(ifd.HEIGHT, 0))
        is_truncated = chain.is_broken or len(entries) < len(chain.directories)
        for directory in directories:
            is_truncated |= _add_page(content, directory, scratch)
    return is_truncated


def _has_data(directory: Directory) -> bool:
    """Tell whether a directory describes an image at all; a chain that has lost its way leads to noise."""
    return ifd.WIDTH in directory.tags and bool({ifd.STRIP_OFFSETS, ifd.TILE_OFFSETS, ifd.JPEG_START} & set(directory.tags))


def _is_accessory(directories: Sequence[Directory], index: int) -> bool:
    """Tell whether a directory is a thumbnail or mask of the larger page before it."""
    if index == 0 or not directories[index].number(ifd.SUBFILE, 0) & (_REDUCED | _MASK):
        return False
    return directories[index].number(ifd.WIDTH, 0) <= directories[index - 1].number(ifd.WIDTH, 0)


def _add_page(content: mmap.mmap, directory: Directory, scratch: Scratch) -> bool:
    """Decode one page; return whether something of it is missing."""
    try:
        page, height, is_cut = _decode_page(content, directory, scratch)
        page = image.bilevel_or_grey(page)  # here, so that odd samples spoil no other page
    except (*_BROKEN, DecodeError):
        return True
    dpi = resolution(
        page.width,
        height,
        directory.ratio(ifd.X_RESOLUTION),
        directory.ratio(ifd.Y_RESOLUTION),
        directory.number(ifd.RESOLUTION_UNIT, INCH),
    )
    image.add_page(scratch, page, dpi, directory.number(ifd.ORIENTATION, 1))
    return is_cut


def _decode_page(content: mmap.mmap, directory: Directory, scratch: Scratch) -> tuple[Image.Image, int, bool]:
    """Return the page, the height it was meant to have, and whether it broke off."""
    if directory.number(ifd.COMPRESSION, _PLAIN) == _OLD_JPEG:
        start, size = directory.number(ifd.JPEG_START, 0), directory.number(ifd.JPEG_BYTES, 0)
        page, is_cut = image.load(io.BytesIO(content[start : start + size] if size else content[start:]), ("JPEG",), scratch)
        return page, page.height, is_cut
    raster = _describe(content, directory)
    scratch.check_pixels(raster.width, raster.height)  # again: a missing height may have been counted
    with _complaints() as complaints:
        try:
            page = _open(raster)
        except _BROKEN:
            return _salvage(raster), raster.height, True
        bad_rows = complaints.count()
    # Group 4 leaves nothing behind a bad code; the others go on with the next row, as noise on the line demands.
    bearable = 0 if raster.compression == ccitt.GROUP4 else _BAD_ROWS * raster.height
    is_damaged = raster.compression in ccitt.FAX_CODES and bad_rows > bearable
    return page, raster.height, raster.is_cut or is_damaged


class _Complaints:
    """What libtiff has printed about bad fax codes, a line each; Pillow passes on none of it."""

    def __init__(self, printed: int) -> None:
        self._printed = printed

    def count(self) -> int:
        """Return how many rows were complained of."""
        size = os.lseek(self._printed, 0, os.SEEK_END)
        return os.pread(self._printed, min(size, _MOST_PRINTED), 0).count(b"Fax")


@contextmanager
def _complaints() -> Iterator[_Complaints]:
    """Catch file descriptor 2, to which libtiff prints, for the time of the context."""
    saved, printed = os.dup(2), os.memfd_create("libtiff")
    os.dup2(printed, 2)
    try:
        yield _Complaints(printed)
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(printed)


def _describe(content: mmap.mmap, directory: Directory) -> _Raster:
    """Return what is to be decoded. Raises DecodeError where size or data are missing altogether."""
    is_tiled = ifd.TILE_OFFSETS in directory.tags
    blocks, is_cut = _blocks(content, directory, is_tiled)
    width, height = directory.number(ifd.WIDTH, 0), directory.number(ifd.HEIGHT, 0)
    compression = directory.number(ifd.COMPRESSION, _PLAIN)
    tags = {tag: directory.tags[tag] for tag in (*_COPIED, _JPEG_TABLES) if tag in directory.tags}
    pixels_bits = width * height * directory.number(ifd.BITS, 1) * directory.number(ifd.SAMPLES, 1)
    is_untold = ifd.COMPRESSION not in directory.tags and sum(map(len, blocks)) < pixels_bits // 16
    if (compression in ccitt.FAX_CODES or is_untold) and not is_tiled:
        guess = compression if compression in ccitt.FAX_CODES else ccitt.GROUP4
        options, fill_order = directory.number(ifd.T4_OPTIONS, 0), directory.number(ifd.FILL_ORDER, 1)
        code = ccitt.recognise(max(blocks, key=len), guess, options, fill_order, height // len(blocks))
        compression = code.compression
        photometric = directory.number(ifd.PHOTOMETRIC, 0)
        tags |= {ifd.BITS: (1,), ifd.SAMPLES: (1,), ifd.T4_OPTIONS: (code.t4_options,), ifd.FILL_ORDER: (code.fill_order,)}
        tags[ifd.PHOTOMETRIC] = (photometric if photometric in {0, 1, 3} else 0,)
        height = height or (code.rows if len(blocks) == 1 else 0)
    if width <= 0 or height <= 0:
        raise DecodeError("a page without width or height")
    rows = directory.number(ifd.ROWS_PER_STRIP, height) or height
    rows = height if len(blocks) == 1 else min(rows, height)
    return _Raster(directory.order, width, height, rows, compression, tags, blocks, is_tiled, is_cut)


def _blocks(content: mmap.mmap, directory: Directory, is_tiled: bool) -> tuple[list[bytes], bool]:
    """Return the bytes of each strip or tile as far as the file has them, and whether any were missing."""
    offsets = directory.tags.get(ifd.TILE_OFFSETS if is_tiled else ifd.STRIP_OFFSETS, ())
    sizes = directory.tags.get(ifd.TILE_BYTES if is_tiled else ifd.STRIP_BYTES, ())
    blocks: list[bytes] = []
    is_cut = False
    for index, offset in enumerate(map(int, offsets)):
        size = int(sizes[index]) if index < len(sizes) else 0
        if size <= 0:  # not told, or written before it was known: as far as the next one
            following = [int(other) for other in offsets if other > offset]
            size = min(following, default=len(content)) - offset
        blocks.append(content[offset : offset + size] if 0 < offset < len(content) else b"")
        is_cut |= len(blocks[-1]) < size
    if not any(blocks):
        raise DecodeError("a page without data")
    return blocks, is_cut


def _open(raster: _Raster) -> Image.Image:
    """Decode the whole raster or raise one of _BROKEN."""
    page = Image.open(io.BytesIO(_rebuild(raster)), formats=["TIFF"])
    page.load()
    if page.size != (raster.width, raster.height):
        raise ValueError("decoded to another size")
    return page


def _salvage(raster: _Raster) -> Image.Image:
    """Decode strip by strip, each as far as it goes; rows that are gone stay white, and the page ends with the last one."""
    if raster.is_tiled or int(raster.tags.get(284, (1,))[0]) != 1:
        raise DecodeError("a broken page of tiles or planes")
    canvas = Image.new("L", (raster.width, raster.height), 255)
    budget, end = _MOST_ATTEMPTS, 0
    for index, block in enumerate(raster.blocks):
        top = index * raster.rows_per_strip
        rows = min(raster.rows_per_strip, raster.height - top)
        if rows <= 0 or budget <= 0:
            break
        piece, attempts = _longest(replace(raster, height=rows, rows_per_strip=rows, blocks=(block,))) if block else (None, 0)
        budget -= attempts
        if piece:
            canvas.paste(image.to_grey(piece), (0, top))
            end = top + piece.height
    if end < min(_LEAST_ROWS, raster.height):
        raise DecodeError("a page of which no row decodes")
    return canvas.crop((0, 0, raster.width, end))


def _longest(strip: _Raster) -> tuple[Image.Image | None, int]:
    """Return as many rows of one strip as decode, found by bisection, and how often that was tried."""
    best: Image.Image | None = None
    low, high, attempts = 0, strip.height + 1, 0
    rows = strip.height
    while high - low > 1:
        attempts += 1
        try:
            best = _open(replace(strip, height=rows, rows_per_strip=rows))
            low = rows
        except _BROKEN:
            high = rows
        rows = (low + high) // 2
    return best, attempts


def _rebuild(raster: _Raster) -> bytes:
    """Return a classic TIFF with one directory in front of its data, in the byte order the data has."""
    offsets, sizes = (ifd.TILE_OFFSETS, ifd.TILE_BYTES) if raster.is_tiled else (ifd.STRIP_OFFSETS, ifd.STRIP_BYTES)
    tags: dict[int, ifd.Value] = {
        **raster.tags,
        ifd.WIDTH: (raster.width,),
        ifd.HEIGHT: (raster.height,),
        ifd.COMPRESSION: (raster.compression,),
        offsets: tuple(0 for _ in raster.blocks),
        sizes: tuple(map(len, raster.blocks)),
    }
    tags.setdefault(ifd.PHOTOMETRIC, (0,))
    if not raster.is_tiled:
        tags[ifd.ROWS_PER_STRIP] = (raster.rows_per_strip,)
    size = len(_serialise(raster.order, tags))
    places = [size]
    for block in raster.blocks:
        places.append(places[-1] + len(block))
    tags[offsets] = tuple(places[:-1])
    return b"".join((_serialise(raster.order, tags), *raster.blocks))


def _serialise(order: str, tags: Mapping[int, ifd.Value]) -> bytes:
    """Return header and directory. Integers become LONG, colour maps and small sets SHORT, JPEG tables bytes."""
    entries: list[bytes] = []
    beyond = b""
    start = 8 + 2 + 12 * len(tags) + 4
    for tag in sorted(tags):
        values = tags[tag]
        kind, code = (7, "B") if tag == _JPEG_TABLES else (4, "I") if tag in _LONGS else (3, "H")
        packed = struct.pack(f"{order}{len(values)}{code}", *values)
        if len(packed) > 4:
            place = struct.pack(order + "I", start + len(beyond))
            beyond += packed + b"\0" * (len(packed) % 2)
            packed = place
        entries.append(struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0"))
    magic = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    return magic + struct.pack(order + "H", len(entries)) + b"".join(entries) + b"\0\0\0\0" + beyond


_LONGS: Final = frozenset(
    {ifd.WIDTH, ifd.HEIGHT, ifd.ROWS_PER_STRIP, ifd.STRIP_OFFSETS, ifd.STRIP_BYTES, ifd.TILE_OFFSETS, ifd.TILE_BYTES, ifd.T4_OPTIONS}
)
