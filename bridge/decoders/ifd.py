"""The directories of a TIFF file (TIFF 6.0, BigTIFF), read with bounds before any pixel is: nothing is trusted."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 256
HEIGHT: Final = 257
BITS: Final = 258
COMPRESSION: Final = 259
PHOTOMETRIC: Final = 262
FILL_ORDER: Final = 266
STRIP_OFFSETS: Final = 273
ORIENTATION: Final = 274
SAMPLES: Final = 277
ROWS_PER_STRIP: Final = 278
STRIP_BYTES: Final = 279
X_RESOLUTION: Final = 282
Y_RESOLUTION: Final = 283
T4_OPTIONS: Final = 292
RESOLUTION_UNIT: Final = 296
TILE_OFFSETS: Final = 324
TILE_BYTES: Final = 325
JPEG_START: Final = 513
JPEG_BYTES: Final = 514
SUBFILE: Final = 254

# TIFF type -> (bytes, struct code); rationals are two of them
_TYPES: Final[Mapping[int, tuple[int, str]]] = {
    1: (1, "B"), 2: (1, "B"), 3: (2, "H"), 4: (4, "I"), 5: (8, "II"), 6: (1, "b"), 7: (1, "B"), 8: (2, "h"),
    9: (4, "i"), 10: (8, "ii"), 11: (4, "f"), 12: (8, "d"), 13: (4, "I"), 16: (8, "Q"), 17: (8, "q"), 18: (8, "Q"),
}  # fmt: skip
_MAX_ENTRIES: Final = 4096
_MAX_VALUES: Final = 400_000  # strips of a long page, a row each; anything larger is a bomb

Value = tuple[int | float, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """One IFD: the file's byte order (`<` or `>`) and the values by tag. Tags that could not be read are absent."""

    order: str
    tags: Mapping[int, Value]

    def number(self, tag: int, default: int) -> int:
        """Return the first value of `tag` as an integer."""
        value = self.tags.get(tag, (default,))[0]
        return value if isinstance(value, int) else default

    def ratio(self, tag: int) -> float | None:
        """Return a rational (or plain) value, None where it is missing or divides by zero."""
        values = self.tags.get(tag)
        if not values:
            return None
        if len(values) == 1:
            return float(values[0])
        return values[0] / values[1] if values[1] else None


@dataclass(frozen=True, slots=True)
class Chain:
    """The directories in order; `is_broken` where the chain leaves the file, bites its tail, or does not end."""

    directories: tuple[Directory, ...]
    is_broken: bool


def walk(content: bytes, most: int) -> Chain:
    """Follow the chain of directories, up to `most` + 1 of them. Never raises for what the bytes say."""
    order = ">" if content[:2] == b"MM" else "<"
    is_big = len(content) >= 16 and struct.unpack_from(order + "H", content, 2)[0] == 43
    if len(content) < (16 if is_big else 8):
        return Chain((), True)
    offset = struct.unpack_from(order + ("Q" if is_big else "I"), content, 8 if is_big else 4)[0]
    seen: set[int] = set()
    found: list[Directory] = []
    while offset:
        if offset in seen:
            return Chain(tuple(found), True)
        seen.add(offset)
        entry = _directory(content, offset, order, is_big)
        if entry is None:
            return Chain(tuple(found), True)
        directory, following = entry
        found.append(directory)
        if len(found) > most:
            break
        if following is None:
            return Chain(tuple(found), True)
        offset = following
    return Chain(tuple(found), False)


def _directory(content: bytes, offset: int, order: str, is_big: bool) -> tuple[Directory, int | None] | None:
    """Return the directory at `offset` and the offset of the next one (None: cut off); None where there is none."""
    count_code, entry_size, next_code = ("Q", 20, "Q") if is_big else ("H", 12, "I")
    start = offset + struct.calcsize(order + count_code)
    if start > len(content):
        return None
    count = struct.unpack_from(order + count_code, content, offset)[0]
    if count == 0 or count > _MAX_ENTRIES:
        return None
    tags: dict[int, Value] = {}
    for index in range(count):
        position = start + index * entry_size
        if position + entry_size > len(content):
            return (Directory(order, tags), None) if tags else None
        tag, kind = struct.unpack_from(order + "HH", content, position)
        values = _values(content, position, kind, order, is_big)
        if values:
            tags.setdefault(tag, values)
    end = start + count * entry_size
    if end + struct.calcsize(order + next_code) > len(content):
        return Directory(order, tags), None
    return Directory(order, tags), struct.unpack_from(order + next_code, content, end)[0]


def _values(content: bytes, position: int, kind: int, order: str, is_big: bool) -> Value | None:
    """Return the values of one entry, None where type, count or place make no sense."""
    if kind not in _TYPES:
        return None
    size, code = _TYPES[kind]
    count_code, inline = ("Q", 8) if is_big else ("I", 4)
    count = struct.unpack_from(order + count_code, content, position + 4)[0]
    if not 0 < count <= _MAX_VALUES:
        return None
    place = position + 4 + inline
    if size * count > inline:
        place = struct.unpack_from(order + count_code, content, place)[0]
    if place + size * count > len(content):
        return None
    return struct.unpack_from(f"{order}{len(code) * count}{code[0]}", content, place)
