"""Gutters: strips between two columns of a list that its entries leave white, where no rule parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bridge.domain.layout import Word
from bridge.stages.headers import Header, Title
from bridge.stages.lines import Segment, Sheet, rows_of, union

_LEAST_LINES: Final = 4  # that must stand aligned below a gutter, where no title tells of a column
_CLEAN: Final = 0.3  # share of the entries beside a clean gutter that may cross it
_MORE: Final = 0.1  # share of a strip's words that may cross another gutter than the emptiest


@dataclass(frozen=True)
class Strip:
    """The room between two rules of a list, or beside them: the titles in it from the left, and the words below."""

    left: float
    right: float
    titles: Sequence[Title]
    words: Sequence[Word]

    @classmethod
    def of(cls, left: float, right: float, titles: Sequence[Title], words: Sequence[Word]) -> Strip:
        """Return the strip between two edges with what stands in it, of a list's titles and words."""
        inside = sorted((t for t in titles if left <= t.box.centre[0] < right), key=lambda t: t.box.left)
        return cls(left, right, inside, [w for w in words if left <= w.box.centre[0] < right])

    def gutters(self, sheet: Sheet, *, only_clean: bool) -> list[float]:
        """Return the borders between its titles; `only_clean` where rules may make one column of them all the same."""
        borders = [_gutter(one, other, self.words, sheet) for one, other in pairwise(self.titles)]
        return [x for x in borders if not only_clean or self._is_clean(x)]

    def _is_clean(self, x: float) -> bool:
        """Tell whether entries stand on both sides of a gutter, and few in it: two of one line may be read as one word."""
        crossing = sum(w.box.left - 1 < x < w.box.right + 1 for w in self.words)
        before, behind = sum(w.box.right < x for w in self.words), sum(w.box.left > x for w in self.words)
        return min(before, behind) > 0 and crossing <= _CLEAN * min(before, behind)

    def untitled_borders(self, borders: Sequence[float], sheet: Sheet) -> list[float]:
        """Return borders of columns whose titles were not read: a gutter that nothing crosses, with entries aligned behind it."""
        edges = [self.left, *sorted(borders), self.right]
        found = []
        for left, right in pairwise(edges):
            mine = sorted((w for w in self.words if left <= w.box.centre[0] < right), key=lambda w: w.box.left)
            reached = mine[0].box.right if mine else 0.0
            for word in mine[1:]:
                here = 0.5 * (reached + word.box.left)
                behind = [w for w in mine if w.box.left >= word.box.left and w.box.left - word.box.left <= 0.6 * sheet.em]
                is_gutter = word.box.left - reached >= 0.9 * sheet.em and len(behind) >= _LEAST_LINES
                if is_gutter and not any(t.box.left - 1 < here < t.box.right + 1 for t in self.titles):
                    found.append(here)
                reached = max(reached, word.box.right)
        return found


def gutter_words(words: Sequence[Word], header: Header, sheet: Sheet) -> list[Word]:
    """Return the words without lines that run on from title to title: prose and notes between the rows know no columns."""
    starts = [title.box.left for title in header.titles]
    kept: list[Word] = []
    for line in rows_of(Segment((word,)) for word in words):
        gaps = [after.box.left - before.box.right for before, after in pairwise(line)]
        box = union(segment.box for segment in line)
        runs_on = any(box.left + sheet.em < start < box.right - 0.3 * sheet.em for start in starts)
        if not runs_on or max(gaps, default=0.0) > 1.2 * sheet.em:
            kept += [segment.words[0] for segment in line]
    return kept


def _gutter(left: Title, right: Title, words: Sequence[Word], sheet: Sheet) -> float:
    """Return the middle of the widest strip between two titles' middles that the fewest words cross: a title stands over its column.

    Where nothing stands between that strip and the right title's end, one with entries behind it goes first, though a word crosses it.
    """
    start, stop = min(left.box.left + sheet.em, left.box.centre[0]), right.box.centre[0]
    step = max(1.0, sheet.em / 4)
    places = [start + step * i for i in range(max(1, int((stop - start) / step)))]
    crossings = [sum(w.box.left - 1 < x < w.box.right + 1 for w in words) for x in places]
    fewest = min(crossings)

    def is_empty(run: Sequence[float]) -> bool:
        return not any(run[0] < w.box.left and w.box.centre[0] < right.box.right for w in words)

    def rank(run: Sequence[float]) -> tuple[bool, float]:
        return is_empty(run), -(run[-1] - run[0]) + 0.3 * abs((run[0] + run[-1]) / 2 - right.box.left)

    best = min(_runs(places, crossings, fewest), key=rank)
    if is_empty(best):
        best = min((best, *_runs(places, crossings, fewest + _MORE * len(words))), key=rank)
    return (best[0] + best[-1]) / 2


def _runs(places: Sequence[float], crossings: Sequence[int], most: float) -> list[list[float]]:
    """Return the runs of places that at most so many words cross."""
    runs: list[list[float]] = [[]]
    for x, crossed in zip(places, crossings, strict=True):
        if crossed <= most:
            runs[-1].append(x)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
