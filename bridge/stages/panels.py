"""Pages with a side panel: a narrow column with somebody's details beside the letter or form, that has nothing in common with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from bridge.domain.layout import Box, Rule

_TALL: Final = 0.3  # of the page's height that print must take on either side
_NARROW: Final = 0.42  # of both panels' width: two columns as wide as each other are one form, filled in one way throughout
_LEAST_LINES: Final = 8  # on either side: a letterhead with the date and a stray word below it has fewer
_GUTTER: Final = 2.0  # of the print's height: white between two panels
_BESIDE_RULE: Final = 0.3  # the same, on either side of an upright rule
_FLUSH: Final = 0.5  # of the print's height: lines that begin this near to one another are one column's
_LEVEL: Final = 0.25  # of the print's height: lines that stand this level are printed as one row
_ROWS: Final = 0.5  # share of a side's lines that go on across: then they are the rows of a form or table
_REACH: Final = 1.5  # of the print's height: horizontal rules this close to a gutter on both sides cross it


def find_panels(lines: Sequence[Box], rules: Sequence[Rule], height: float, em: float) -> tuple[Box, ...]:
    """Return the panels of a page, left to right; none where it is one.

    `lines` are the boxes of printed runs and check boxes, `height` is the page's, `em` that of print. Panels are parted by a long
    upright rule or a white gutter that neither print nor rules cross. What goes on across it line by line is a form or a table.
    """
    level = [rule.box for rule in rules if rule.is_horizontal]
    gutters = [*_ruled(rules, em), *_white(lines, em)]
    found = [panels for gutter in gutters if (panels := _parted_at(gutter, lines, level, height, em))]
    return max(found, key=lambda panels: panels[0].height, default=())


def _ruled(rules: Iterable[Rule], em: float) -> list[Box]:
    """Return the strips around upright rules; pieces into which a fax breaks one count together."""
    upright = sorted((rule.box for rule in rules if not rule.is_horizontal), key=lambda box: box.centre[0])
    strips: list[Box] = []
    for box in upright:
        x = box.centre[0]
        strip = Box(x - _BESIDE_RULE * em, box.top, x + _BESIDE_RULE * em, box.bottom)
        is_piece = bool(strips) and abs(strips[-1].centre[0] - x) <= _FLUSH * em
        strips[-1:] = [strips[-1].union(strip)] if is_piece else [*strips[-1:], strip]
    return strips


def _white(lines: Sequence[Box], em: float) -> list[Box]:
    """Return the strips left of where many lines begin flush; their heights are the page's."""
    columns: list[list[float]] = []
    for left in sorted(line.left for line in lines):
        if columns and left - columns[-1][-1] <= _FLUSH * em:
            columns[-1].append(left)
        else:
            columns.append([left])
    starts = [column[0] for column in columns if len(column) >= _LEAST_LINES]
    return [Box(left - (_GUTTER + 0.1) * em, 0.0, left - 0.1 * em, float("inf")) for left in starts]


def _parted_at(gutter: Box, lines: Sequence[Box], level: Sequence[Box], height: float, em: float) -> tuple[Box, ...]:
    """Return what stands left and right of the longest stretch of a gutter that nothing crosses; none where that is no panel each."""
    crossing = sorted([line for line in lines if line.overlap_x(gutter) > 0] + _crossing(gutter, level, em), key=lambda box: box.top)
    ends = [gutter.top, *(edge for box in crossing for edge in (box.top, box.bottom)), min(gutter.bottom, height)]
    top, bottom = max(zip(ends[::2], ends[1::2], strict=True), key=lambda stretch: stretch[1] - stretch[0])
    beside = [line for line in lines if top <= line.centre[1] <= bottom]
    left = [line for line in beside if line.right <= gutter.centre[0]]
    right = [line for line in beside if line.left >= gutter.centre[0]]
    if not all(_is_tall(side, height) for side in (left, right)) or _are_rows(left, right, em):
        return ()
    first = Box(min(line.left for line in left), top, gutter.centre[0], bottom)
    second = Box(gutter.centre[0], top, max(line.right for line in right), bottom)
    is_side_panel = min(first.width, second.width) <= _NARROW * (first.width + second.width)
    return (first, second) if is_side_panel else ()


def _crossing(gutter: Box, level: Sequence[Box], em: float) -> list[Box]:
    """Return the horizontal rules that cross a gutter; those that come up to it from both sides at one height are one rule."""
    left = [rule for rule in level if rule.left < gutter.left - em and rule.right >= gutter.left - _REACH * em]
    right = [rule for rule in level if rule.right > gutter.right + em and rule.left <= gutter.right + _REACH * em]
    return [one for one in left if any(abs(one.centre[1] - other.centre[1]) <= _FLUSH * em for other in right)]


def _is_tall(side: Sequence[Box], height: float) -> bool:
    if len(side) < _LEAST_LINES:
        return False
    return max(line.bottom for line in side) - min(line.top for line in side) >= _TALL * height


def _are_rows(left: Sequence[Box], right: Sequence[Box], em: float) -> bool:
    """Tell whether the lines of the side with fewer ones have a line of the other at their height."""
    fewer, more = sorted((left, right), key=len)
    return sum(any(_is_level(line, other, em) for other in more) for line in fewer) >= _ROWS * len(fewer)


def _is_level(one: Box, other: Box, em: float) -> bool:
    return min(abs(one.top - other.top), abs(one.bottom - other.bottom), abs(one.centre[1] - other.centre[1])) <= _LEVEL * em
