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

    def upright_in(self, top: float, bottom: float, least: float = 0.7) -> list[float]:
        """Return the x of upright rules that run through `least` (a share) of the strip from `top` to `bottom`, left to right."""
        strip = Box(0.0, top, self._page.right, bottom)
        pieces = [(r.centre[0], max(r.top, top), min(r.bottom, bottom)) for r in self._upright if r.overlap_y(strip) > 0]
        return _drawn_along(pieces, least * strip.height, 2 * self._slack)

    def level_in(self, left: float, right: float, least: float = 0.7) -> list[float]:
        """Return the y of horizontal rules that run through `least` (a share) of the column from `left` to `right`, downwards."""
        column = Box(left, 0.0, right, self._page.bottom)
        pieces = [(r.centre[1], max(r.left, left), min(r.right, right)) for r in self._level if r.overlap_x(column) > 0]
        return _drawn_along(pieces, least * column.width, 2 * self._slack)

    def level_span(self, top: float, bottom: float) -> tuple[float, float] | None:
        """Return from where to where horizontal rules run between two heights; None where there is none."""
        lines = [r for r in self._level if top <= r.centre[1] <= bottom]
        return (min(r.left for r in lines), max(r.right for r in lines)) if lines else None

    def top_of_upright(self, x: float, y: float) -> float:
        """Return how far up the upright rules at `x` reach from `y`; the page's bottom where there is none.

        What stands above and ends at a line is the side of another box.
        """
        mine = sorted((r for r in self._upright if abs(r.centre[0] - x) <= 2 * self._slack and r.top <= y), key=lambda r: -r.top)
        top = self._page.bottom
        for rule in mine:
            if rule.bottom < top < self._page.bottom and self._ends_at_level(x, rule.bottom):
                break
            top = min(top, rule.top)
        return top

    def _ends_at_level(self, x: float, y: float) -> bool:
        return any(self._spans_x(r, x) and abs(r.centre[1] - y) <= 2 * self._slack for r in self._level)

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


def _drawn_along(pieces: Iterable[tuple[float, float, float]], least: float, slack: float) -> list[float]:
    """Return where rules run, given pieces (place, from, to): faxes break a rule into several, which count together."""
    groups: list[list[tuple[float, float, float]]] = []
    for piece in sorted(pieces):
        if groups and piece[0] - groups[-1][0][0] <= slack:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_middle(group) for group in groups if _covered(group) >= least]


def _middle(pieces: Sequence[tuple[float, float, float]]) -> float:
    """Return the place of the longest piece."""
    return max(pieces, key=lambda piece: piece[2] - piece[1])[0]


def _covered(pieces: Iterable[tuple[float, float, float]]) -> float:
    """Return the length that pieces cover together."""
    total, reached = 0.0, float("-inf")
    for _, start, stop in sorted(pieces, key=lambda piece: piece[1]):
        total += max(0.0, stop - max(start, reached))
        reached = max(reached, stop)
    return total


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
