"""Ruled boxes: which cell a word stands in, and how many rules part two words. Comb teeth do not part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.layout import Box, Layout

_COMB_PITCH_MM: Final = (2.5, 8.5)
_COMB_HEIGHT_MM: Final = 13.0


@dataclass(frozen=True, slots=True)
class Cell:
    """The room between the nearest rules around a word; `sides` says how many of the four are rules, not page edges."""

    box: Box
    sides: int

    @property
    def is_closed(self) -> bool:
        """Tell whether rules stand on all four sides."""
        return self.sides == 4


class Grid:
    """The rules of one page."""

    def __init__(self, layout: Layout, mm: float) -> None:
        """Take a page's rules; `mm` is a millimetre in pixels."""
        self._page = Box(0.0, 0.0, float(layout.width), float(layout.height))
        self._slack = 0.6 * mm
        self._level = [rule.box for rule in layout.rules if rule.is_horizontal]
        upright = [rule.box for rule in layout.rules if not rule.is_horizontal]
        teeth = set(map(id, _comb_teeth(upright, mm)))
        self._upright = [box for box in upright if id(box) not in teeth]

    def cell_of(self, box: Box) -> Cell:
        """Return the cell in which the middle of `box` stands."""
        x, y = box.centre
        above = [r.bottom for r in self._level if self._spans_x(r, x) and r.centre[1] <= y]
        below = [r.top for r in self._level if self._spans_x(r, x) and r.centre[1] > y]
        left = [r.right for r in self._upright if self._spans_y(r, y) and r.centre[0] <= x]
        right = [r.left for r in self._upright if self._spans_y(r, y) and r.centre[0] > x]
        room = Box(
            max(left, default=self._page.left),
            max(above, default=self._page.top),
            min(right, default=self._page.right),
            min(below, default=self._page.bottom),
        )
        return Cell(room, sum(map(bool, (above, below, left, right))))

    def upright_between(self, left: Box, right: Box) -> int:
        """Return how many upright rules cross the line from `left` to `right` (two boxes of one printed line)."""
        y = (max(left.top, right.top) + min(left.bottom, right.bottom)) / 2
        found = [r for r in self._upright if self._spans_y(r, y) and left.centre[0] < r.centre[0] < right.centre[0]]
        return len(_apart((r.centre[0] for r in found if left.right - self._slack <= r.centre[0] <= right.left + self._slack), self._slack))

    def level_between(self, upper: Box, lower: Box) -> int:
        """Return how many horizontal rules lie between `upper` and `lower` where both stand."""
        left, right = max(upper.left, lower.left), min(upper.right, lower.right)
        x = (left + right) / 2 if left < right else lower.left + self._slack
        found = [r for r in self._level if self._spans_x(r, x) and upper.centre[1] < r.centre[1] < lower.centre[1]]
        return len(_apart((r.centre[1] for r in found), 2 * self._slack))

    def upright_in(self, top: float, bottom: float) -> list[float]:
        """Return the x of upright rules that run through most of the strip from `top` to `bottom`, left to right."""
        strip = Box(0.0, top, self._page.right, bottom)
        return _apart((r.centre[0] for r in self._upright if r.overlap_y(strip) >= 0.7 * strip.height), 2 * self._slack)

    def level_in(self, left: float, right: float) -> list[float]:
        """Return the y of horizontal rules that run through most of the column from `left` to `right`, downwards."""
        column = Box(left, 0.0, right, self._page.bottom)
        return _apart((r.centre[1] for r in self._level if r.overlap_x(column) >= 0.7 * column.width), 2 * self._slack)

    def has_line_under(self, box: Box, within: float) -> bool:
        """Tell whether a horizontal rule runs below `box`, at most `within` pixels away."""
        x = box.centre[0]
        return any(self._spans_x(r, x) and -self._slack <= r.top - box.bottom <= within for r in self._level)

    def has_line_above(self, box: Box, within: float) -> bool:
        """Tell whether a horizontal rule runs above `box`, at most `within` pixels away (a caption under its line)."""
        x = box.centre[0]
        return any(self._spans_x(r, x) and -self._slack <= box.top - r.bottom <= within for r in self._level)

    def _spans_x(self, rule: Box, x: float) -> bool:
        return rule.left - self._slack <= x <= rule.right + self._slack

    def _spans_y(self, rule: Box, y: float) -> bool:
        return rule.top - self._slack <= y <= rule.bottom + self._slack


def _apart(places: Iterable[float], slack: float) -> list[float]:
    """Return `places` in order, those closer than `slack` (a double line) taken for one."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > slack:
            kept.append(place)
    return kept


def _comb_teeth(upright: Sequence[Box], mm: float) -> list[Box]:
    """Return the inner rules of comb boxes: low, and at least four in a row at an even, narrow pitch."""
    low = sorted((box for box in upright if box.height <= _COMB_HEIGHT_MM * mm), key=lambda box: box.left)
    teeth: list[Box] = []
    for first in low:
        run = [first]
        for box in low:
            pitch = box.centre[0] - run[-1].centre[0]
            even = len(run) < 2 or abs(pitch - (run[1].centre[0] - run[0].centre[0])) <= 0.25 * pitch
            level = abs(box.centre[1] - first.centre[1]) <= 1.5 * mm
            if level and even and _COMB_PITCH_MM[0] * mm <= pitch <= _COMB_PITCH_MM[1] * mm:
                run.append(box)
        if len(run) >= 4:
            teeth += [box for box in run[1:-1] if box not in teeth]
    return teeth
