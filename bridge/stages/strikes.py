"""Values that somebody has struck out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bridge.domain.layout import Word
from bridge.stages.lines import Sheet

_MIDDLE: Final = 0.2  # of a word's height, up or down from its centre
_LONGEST_MM: Final = 90.0  # longer ones are lines of the form
_THICKEST: Final = 0.4  # of a word's height


def is_struck_out(words: Sequence[Word], sheet: Sheet) -> bool:
    """Tell whether a line runs through the middle of a word for most of its width; lines to write on run below."""
    lines = [rule.box for rule in sheet.layout.rules if rule.is_horizontal and rule.box.width <= _LONGEST_MM * sheet.mm]
    return any(
        abs(line.centre[1] - word.box.centre[1]) <= _MIDDLE * word.box.height
        and line.height <= _THICKEST * word.box.height
        and line.overlap_x(word.box) >= 0.6 * word.box.width
        for word in words
        for line in lines
    )
