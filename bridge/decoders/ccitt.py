"""Which fax code (ITU-T T.4, T.6) a strip really holds, where its tags are missing or wrong.

The end-of-line word (eleven zeros and a one) cannot occur inside valid MH, MR or MMR data. So its number tells Group 3
(one a row) from Group 4 (two, at the very end) and from RLE (none), and the right order of bits from the wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RLE: Final = 2
GROUP3: Final = 3
GROUP4: Final = 4
FAX_CODES: Final = frozenset({RLE, GROUP3, GROUP4})

_EOL: Final = "000000000001"
_EOFB: Final = _EOL * 2
_IS_2D: Final = 1  # bit 0 of T4Options
_ENOUGH_ROWS: Final = 8
_FIRST_EOL: Final = 16  # bits before it; in RLE the padding of rows may look like one, but not before the first row
_LONGEST_2D_RUN: Final = 4  # T.4: at least every fourth row is coded in one dimension (K = 2 or 4)
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class FaxCode:
    """How to decode a strip: TIFF's Compression, T4Options and FillOrder; `rows` counted by EOLs, 0 where none are."""

    compression: int
    t4_options: int
    fill_order: int
    rows: int = 0


def recognise(strip: bytes, compression: int, t4_options: int, fill_order: int, height: int = 0) -> FaxCode:
    """Return the code of a `strip` of about `height` rows (0: not known): what the tags say unless the data disproves it."""
    enough = max(_ENOUGH_ROWS, height // 4)
    declared = FaxCode(compression, t4_options, fill_order)
    bits = _bits(strip, fill_order)
    rows, tags = _rows(bits)
    if (rows < 0.9 * height or rows < enough) and not (rows < enough and _ends_block(bits)):
        other = 1 if fill_order == 2 else 2
        turned = _bits(strip, other)
        turned_rows, turned_tags = _rows(turned)
        # read backwards, some end-of-lines still look like one
        starts_with_eol = 0 <= turned.find(_EOL) < _FIRST_EOL
        if (starts_with_eol and turned_rows >= max(enough, 1.2 * rows)) or (rows < enough and _ends_block(turned)):
            declared, bits, rows, tags = FaxCode(compression, t4_options, other), turned, turned_rows, turned_tags
    if rows >= enough and (compression != RLE or bits.find(_EOL) < _FIRST_EOL):
        return FaxCode(GROUP3, _dimension(tags, t4_options), declared.fill_order, rows)
    if _ends_block(bits):
        return FaxCode(GROUP4, 0, declared.fill_order)
    return declared


def _bits(strip: bytes, fill_order: int) -> str:
    """Return the strip as a string of 0 and 1 in the order of transmission."""
    ordered = strip.translate(_REVERSED) if fill_order == 2 else strip
    return f"{int.from_bytes(ordered, 'big'):0{8 * len(ordered)}b}" if ordered else ""


def _ends_block(bits: str) -> bool:
    """Tell whether an end-of-facsimile-block (or the end-of-lines some machines send for it) stands at the very end."""
    return bits[-64:].rstrip("0").endswith(_EOFB)


def _dimension(tags: str, options: int) -> int:
    """Return T4Options with its first bit set right: behind each EOL of two-dimensional data 1 marks a row coded alone."""
    longest = max((len(run) for run in tags.split("1")), default=0)
    may_be_2d = tags.startswith("1") and "0" in tags and longest < _LONGEST_2D_RUN
    if options & _IS_2D and tags.startswith("0"):
        return options & ~_IS_2D  # the first row is always coded alone
    if not options & _IS_2D and may_be_2d and _is_periodic(tags):
        return options | _IS_2D
    return options


def _rows(bits: str) -> tuple[int, str]:
    """Return the number of rows and the bit behind each row's EOL; the six EOLs at the end (RTC) are no rows."""
    tags: list[str] = []
    rows = 0
    position = bits.find(_EOL)
    rows += position > 0 and "1" in bits[:position]  # data without an EOL before its first row
    while position >= 0:
        behind = position + len(_EOL)
        following = bits.find(_EOL, behind)
        end = len(bits) if following < 0 else following
        if "1" in bits[behind + 1 : end]:  # one EOL right behind another, or padding, is no row
            rows += 1
            tags.append(bits[behind : behind + 1])
        position = following
    return rows, "".join(tags)


def _is_periodic(tags: str) -> bool:
    """Tell whether rows coded alone come back at one distance, as encoders of two-dimensional data send them."""
    gaps = [len(run) for run in tags.strip("0").split("1")[1:-1]]
    return len(gaps) >= _ENOUGH_ROWS // 2 and sum(gap == gaps[0] for gap in gaps) >= 0.9 * len(gaps) and gaps[0] > 0
