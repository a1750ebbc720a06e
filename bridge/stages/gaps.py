"""Lines to write on within a sentence, each with its caption in brackets below: "daß bei ____ (Zuname) ____ (Vorname) der Erreger …"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bridge.domain.layout import Box, Rule

_UNDER: Final = 1.6  # of the print's height: white between a line and its caption
_OVER: Final = (-0.5, 1.0)  # of the print's height: from the foot of what is written to the line
_LEAST: Final = 3  # lines with captions make a page of sentences to fill in
_LEVEL: Final = 0.5  # of the print's height: pieces of one line stand no further apart in height


@dataclass(frozen=True, slots=True)
class Gap:
    """A line to write on and the box of its caption."""

    line: Box
    caption: Box

    def is_under(self, box: Box, em: float) -> bool:
        """Tell whether the middle of `box` stands on the line; `em` is the height of print."""
        return self.line.left <= box.centre[0] <= self.line.right and self.is_level(box, em)

    def is_level(self, box: Box, em: float) -> bool:
        """Tell whether `box` stands in the row of print that the line belongs to."""
        return _OVER[0] * em <= self.line.top - box.bottom <= _OVER[1] * em


def find_gaps(rules: Sequence[Rule], captions: Sequence[Box], em: float) -> tuple[Gap, ...]:
    """Return the lines that have a caption in brackets below, left to right in each row; none where a page has but one or two.

    Lines that upright ones touch are a frame's or a table's. A caption stands under the middle of its line: that tells lines
    apart that faxes or page readers ran together.
    """
    upright = [rule.box for rule in rules if not rule.is_horizontal]
    lines = [line for line in _joined((rule.box for rule in rules if rule.is_horizontal), em) if not _is_touched(line, upright, em)]
    found: list[tuple[Box, Box]] = []
    for caption in captions:
        over = [
            line for line in lines if line.left <= caption.centre[0] <= line.right and -0.3 * em <= caption.top - line.bottom <= _UNDER * em
        ]
        if over:
            found.append((max(over, key=lambda line: line.bottom), caption))
    gaps: list[Gap] = []
    for line, own in groupby(sorted(found, key=lambda pair: (pair[0].top, pair[0].left, pair[1].left)), key=lambda pair: pair[0]):
        gaps += _shared([caption for _, caption in own], line)
    return tuple(gaps) if len(gaps) >= _LEAST else ()


def _is_touched(line: Box, upright: Iterable[Box], em: float) -> bool:
    slack = _LEVEL * em
    return any(
        line.left - slack <= rule.centre[0] <= line.right + slack and rule.top - slack <= line.top <= rule.bottom + slack
        for rule in upright
    )


def _shared(captions: Sequence[Box], line: Box) -> list[Gap]:
    """Return a line parted among the captions that stand below it."""
    gaps, start = list[Gap](), line.left
    for place, caption in enumerate(captions):
        is_last = place + 1 == len(captions)
        stop = line.right if is_last else min(captions[place + 1].left, max(caption.right, 2 * caption.centre[0] - start))
        gaps.append(Gap(Box(start, line.top, stop, line.bottom), caption))
        start = stop
    return gaps


def _joined(rules: Iterable[Box], em: float) -> list[Box]:
    """Return horizontal rules, pieces of one line that a fax has broken put together."""
    lines: list[Box] = []
    for rule in sorted(rules, key=lambda r: r.left):
        home = next(
            (n for n, line in enumerate(lines) if abs(line.top - rule.top) <= _LEVEL * em and 0 <= rule.left - line.right <= _LEVEL * em),
            None,
        )
        if home is None:
            lines.append(rule)
        else:
            lines[home] = lines[home].union(rule)
    return lines
