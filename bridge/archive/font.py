"""The font of text that is there to be found, not seen: every character is the same empty glyph, half as wide as it is high."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Final

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

ADVANCE: Final = 0.5  # of every character, in units of the font's size
ASCENT: Final = 0.8
DESCENT: Final = -0.2  # not 0, which readers take for a fault and replace; together they are as high as the size
_EM: Final = 1000
_NAME: Final = "Glyphless"
_MADE: Final = 3_029_529_600  # seconds since 1904, in 2000: the clock must not show
_MAX_BLOCK: Final = 100  # mappings in one block of a CMap (Adobe Technical Note 5014)

_CMAP: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class Alphabet:
    """Numbers characters from 1 in the order in which they are first written, over all pages of a file."""

    def __init__(self) -> None:
        """Begin without any."""
        self._numbers: dict[str, int] = {}

    def encode(self, text: str) -> str:
        """Return `text` as two bytes a character, in hex."""
        return "".join(f"{self._numbers.setdefault(character, len(self._numbers) + 1):04X}" for character in text)

    def __len__(self) -> int:
        """Return how many characters it has."""
        return len(self._numbers)

    def to_unicode(self) -> bytes:
        """Return the CMap from numbers back to characters (ISO 32000-1, 9.10.3)."""
        lines = [f"<{number:04X}> <{character.encode('utf-16-be').hex().upper()}>" for character, number in self._numbers.items()]
        blocks = [lines[start : start + _MAX_BLOCK] for start in range(0, len(lines), _MAX_BLOCK)]
        written = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return _CMAP.format(blocks=written).encode("ascii")


def font_of(pdf: Pdf, alphabet: Alphabet) -> Dictionary:
    """Return the composite font (ISO 32000-1, 9.7) that shows the characters of `alphabet`, its parts added to `pdf`."""
    glyphs = b"\0\0" + b"\0\1" * len(alphabet)
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(f"/{_NAME}"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf)),
        DW=round(ADVANCE * _EM),
        CIDToGIDMap=Stream(pdf, glyphs),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name(f"/{_NAME}"),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=Stream(pdf, alphabet.to_unicode()),
    )


def _descriptor(pdf: Pdf) -> Dictionary:
    program = _program()
    ascent, descent = round(ASCENT * _EM), round(DESCENT * _EM)
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{_NAME}"),
        Flags=4,  # symbolic: its characters are none of the standard Latin ones
        FontBBox=Array([0, descent, round(ADVANCE * _EM), ascent]),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=ascent,
        StemV=80,
        FontFile2=Stream(pdf, program, Length1=len(program)),
    )


@cache
def _program() -> bytes:
    """Return the TrueType program: `.notdef` and one glyph, both without an outline. The same bytes every time."""
    names, advance = (".notdef", "blank"), round(ADVANCE * _EM)
    builder = FontBuilder(_EM)
    builder.font.recalcTimestamp = False
    builder.setupHead(unitsPerEm=_EM, created=_MADE, modified=_MADE)
    builder.setupGlyphOrder(list(names))
    builder.setupGlyf({name: Glyph() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (advance, 0)))
    builder.setupHorizontalHeader(ascent=round(ASCENT * _EM), descent=round(DESCENT * _EM))
    written = BytesIO()
    builder.save(written)
    return written.getvalue()
