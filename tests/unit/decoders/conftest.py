"""Pages with recognisable ink, and TIFF files as fax machines and careless programs write them, byte by byte."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bridge.decoders.job import Scratch
from bridge.decoders.limits import DecoderLimits

REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def draw_page(width: int = 1728, height: int = 1145) -> Image.Image:
    """A white page with a black block top left, a bar down the left edge, and lines all the way down."""
    page = Image.new("1", (width, height), 1)
    pen = ImageDraw.Draw(page)
    pen.rectangle((10, 10, width // 4, height // 8), fill=0)
    pen.rectangle((0, 0, 4, height), fill=0)
    for y in range(height // 4, height, 23):
        pen.line((width // 10, y, width - y % 200 - 1, y), fill=0, width=3)
    return page


def strips_of(page: Image.Image, compression: str, rows: int | None = None, **info: object) -> list[bytes]:
    """The strips Pillow's libtiff makes of the page with a compression; `rows` per strip (default: one strip)."""
    buffer = io.BytesIO()
    # Pillow stores white as 1; fax machines, and PhotometricInterpretation 0, have it as 0
    stored = page.convert("L").point(lambda level: 255 - level).convert("1")
    stored.save(buffer, "TIFF", compression=compression, tiffinfo={278: rows or page.height, **info.get("tags", {})})
    with Image.open(io.BytesIO(buffer.getvalue())) as saved:
        tags = saved.tag_v2
        return [buffer.getvalue()[start : start + size] for start, size in zip(tags[273], tags[279], strict=True)]


@dataclass
class TiffPage:
    """One directory to be written as it is told, sensible or not."""

    strips: Sequence[bytes]
    tags: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    fractions: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def write_tiff(pages: Sequence[TiffPage], order: str = "<", next_of_last: int = 0) -> bytes:
    """A TIFF with the directory of each page in front of its data; `next_of_last` is where the chain goes at its end."""
    content = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8))
    for number, page in enumerate(pages):
        tags = {273: tuple(0 for _ in page.strips), 279: tuple(map(len, page.strips)), **page.tags}
        names = sorted({*tags, *page.fractions})
        beyond_at = len(content) + 2 + 12 * len(names) + 4
        beyond = bytearray()
        later: dict[int, int] = {}
        entries = bytearray()
        for tag in names:
            if tag in page.fractions:
                value, kind, count = struct.pack(order + "II", *page.fractions[tag]), 5, 1
            else:
                value, kind, count = struct.pack(f"{order}{len(tags[tag])}I", *tags[tag]), 4, len(tags[tag])
            if len(value) > 4:
                later[tag] = beyond_at + len(beyond)
                beyond += value
                value = struct.pack(order + "I", later[tag])
            else:
                later[tag] = len(content) + 2 + len(entries) + 8
            entries += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
        start = beyond_at + len(beyond)
        ending = start + sum(map(len, page.strips))
        following = ending if number < len(pages) - 1 else next_of_last
        content += struct.pack(order + "H", len(names)) + entries + struct.pack(order + "I", following) + beyond
        if 273 not in page.tags:
            places = [start + sum(map(len, page.strips[:index])) for index in range(len(page.strips))]
            content[later[273] : later[273] + 4 * len(places)] = struct.pack(f"{order}{len(places)}I", *places)
        content += b"".join(page.strips)
    return bytes(content)


def fax_tags(page: Image.Image, compression: int, **more: int) -> dict[int, tuple[int, ...]]:
    """The tags TIFF-F wants, without any resolution."""
    names = {"fill_order": 266, "orientation": 274, "t4_options": 292, "unit": 296, "photometric": 262, "subfile": 254}
    tags = {256: page.width, 257: page.height, 258: 1, 259: compression, 262: 0, 277: 1, 278: page.height}
    return {tag: (value,) for tag, value in {**tags, **{names[name]: value for name, value in more.items()}}.items()}


@dataclass
class Decoded:
    """What came of decoding: pages as images in order, and what was said about them."""

    images: list[Image.Image]
    dpi: list[tuple[float, float]]
    is_truncated: bool


@pytest.fixture
def limits() -> DecoderLimits:
    return DecoderLimits(max_pages=20, max_pixels_per_page=9_000_000, max_mime_parts=12, max_mime_depth=4, header_bytes=4096)


@pytest.fixture
def scratch(tmp_path: Path, limits: DecoderLimits) -> Scratch:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return Scratch(folder, limits, announce=lambda pages: None)


@pytest.fixture
def decode(tmp_path: Path, scratch: Scratch) -> Callable[[Callable[[Path, Scratch], bool], bytes], Decoded]:
    """Run a decoder (such as `tiff.decode`) in this process over bytes."""

    def run(decoder: Callable[[Path, Scratch], bool], content: bytes) -> Decoded:
        path = tmp_path / "foreign"
        path.write_bytes(content)
        is_truncated = decoder(path, scratch)
        images = [Image.open(scratch.folder / page["file"]) for page in scratch.pages]
        return Decoded(images, [(page["x_dpi"], page["y_dpi"]) for page in scratch.pages], is_truncated)

    return run
