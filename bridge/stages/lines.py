"""A page as runs of words: a segment is printed in one line, with no wide gap, upright rule or check box inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from itertools import pairwise, zip_longest
from statistics import median
from typing import Final

from bridge.domain.layout import Box, Layout, Mark, MarkShape, MarkState, Word
from bridge.stages.cells import Grid
from bridge.stages.combs import Comb, combs_of, in_combs
from bridge.stages.folding import fold_blanks, similarity
from bridge.stages.gaps import Gap, find_gaps
from bridge.stages.panels import find_panels

_A4_MM: Final = (210.0, 297.0)
# leaders, rules, comb teeth and empty boxes read as text, rows of "=" as letters of another script
_FILLER: Final = re.compile(r"[_.…·\-—–|~\[\]=□☐▢◻\u3000-\u9fff\uff00-\uffef]*")
_TRAILING_LEADER: Final = re.compile(r"(?:_+|\.{3,}|…+|·{2,})[_.…·]*")
_TYPED_BOX: Final = re.compile(r"^[\[(]([xX×✗✓]?)[\])]")
_GLUED_LABEL: Final = re.compile(r"^([^\W\d_][^:]*[^\W\d_.]\.?:)(\w.*)$")  # no clock time, no address of a web page
_READ_LEADER: Final = re.compile(r"[aceimnosuürv.,„‚…:_\-!|]{6,}", re.IGNORECASE)  # dots that OCR took for letters
_LEADER_DOUBT: Final = 0.45
_LOWEST_PRINT: Final = 0.4  # of the usual height
_SAME: Final = 0.6  # likeness of two readings of one word
_GROWN: Final = 0.35  # of a word's box: how far a reader lets it grow over a rule
_COLUMN_GAP: Final = 0.55  # of the print's height
_WIDER: Final = 1.4  # times the other gaps of its run
_FLUSH: Final = 0.3  # of the print's height: how exactly columns stand
_COLUMN_REACH: Final = 14.0
_COLUMN_MATES: Final = 2
_LEAST_GAP: Final = 0.2  # of the print's height: a blank
_EXACT: Final = 0.15
_MANY_MATES: Final = 3
_TELLING: Final = 5  # letters from which a word's width tells how wide each is
_LEAST_TELLING: Final = 12
_BEARINGS: Final = 0.25  # of a letter: the white beside the first and the last
_EVEN: Final = 0.035  # by how much widths of letters may differ in a typewriter's face; elsewhere it is 0.08 and more
_BLANK: Final = 2.3  # letters' widths between two words of a run: one blank takes 1.6 to 1.9 with the white beside it, two 2.6 and more
_CAPTION: Final = re.compile(r"[({\[][^()]{2,}[^:]|[^()]{2,}\)")  # page readers lose a bracket
_WIDE_GAP: Final = 1.25  # of the print's height; a blank is about 0.4, in typewriter faces up to 1.1


@dataclass(frozen=True)
class Segment:
    """A run of words, left to right, all on one page."""

    words: tuple[Word, ...]

    @cached_property
    def box(self) -> Box:
        """The tight box around its words."""
        return union(word.box for word in self.words)

    @cached_property
    def text(self) -> str:
        """Its words with single blanks between."""
        return fold_blanks(" ".join(word.text for word in self.words))

    def cut(self, start: int, stop: int | None = None) -> Segment:
        """Return the run of its words from `start` to `stop`."""
        return Segment(self.words[start:stop])


@dataclass(frozen=True)
class Sheet:
    """One page as the stages see it: segments in reading order, rules as a grid, marks, and its units in pixels.

    `em` is the usual height of printed words, `mm` a millimetre (pages are taken for A4).
    """

    number: int
    layout: Layout
    segments: tuple[Segment, ...]
    grid: Grid
    marks: tuple[Mark, ...]
    em: float
    mm: float
    combs: tuple[Comb, ...] = ()
    gaps: tuple[Gap, ...] = ()
    panels: tuple[Box, ...] = ()

    def panel_of(self, box: Box) -> Box | None:
        """Return the panel in which the middle of `box` stands, None where none does."""
        x, y = box.centre
        return next((p for p in self.panels if p.left <= x <= p.right and p.top <= y <= p.bottom), None)

    def are_apart(self, one: Box, other: Box) -> bool:
        """Tell whether two boxes stand in different panels, which have nothing in common."""
        panel, another = self.panel_of(one), self.panel_of(other)
        return panel is not None and another is not None and panel != another

    def parts(self) -> tuple[Sheet, ...]:
        """Return what is to be read as pages of their own: what stands in no panel first, then the print of each."""
        if not self.panels:
            return (self,)
        homes = [self.panel_of(segment.box) for segment in self.segments]
        return tuple(
            replace(self, segments=tuple(s for s, home in zip(self.segments, homes, strict=True) if home == panel))
            for panel in (None, *self.panels)
        )

    def is_handwritten(self, box: Box) -> bool:
        """Tell whether handwriting takes a third of a box."""
        return any(box.overlap_x(h) * box.overlap_y(h) >= 0.3 * box.width * box.height for h in self.layout.handwriting)


def is_caption(segment: Segment) -> bool:
    """Tell whether a segment stands in brackets, as captions under or over room to write do."""
    return bool(_CAPTION.fullmatch(segment.text))


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all `boxes` (at least one)."""
    return reduce(Box.union, boxes)


def same_row(one: Box, other: Box) -> bool:
    """Tell whether two boxes stand in one printed line: they share half the lower one's height."""
    return one.overlap_y(other) >= 0.5 * min(one.height, other.height)


def open_sheet(number: int, layout: Layout) -> Sheet:
    """Return page `number` ready for the stages: the TTI line, leaders and words inside check boxes are left out."""
    return replace(_opened(layout), number=number)


@lru_cache(maxsize=32)  # every stage opens the same few pages, and none changes them
def _opened(layout: Layout) -> Sheet:
    across, down = _A4_MM if layout.width <= layout.height else reversed(_A4_MM)
    mm = min(layout.width / across, layout.height / down)
    layout = with_typed_boxes(layout)
    solid = [w.box.height for w in layout.words if len(w.text) >= 3 and any(c.isalpha() for c in w.text)]
    em = median(solid) if solid else 2.5 * mm
    grid = Grid(layout, mm)
    upright = [rule.box for rule in layout.rules if not rule.is_horizontal]
    words = [
        _within_rules(_without_leader(w), upright)
        for w in _clipped(_parted_at_colons(_said_once(layout.words)))
        if not _is_noise(w, layout, em)
    ]
    combs = combs_of(layout.rules, mm)
    words = in_combs(words, combs)
    chained = _chain(sorted((w for w in words if w.text), key=lambda w: (w.box.left, w.box.top)), layout.marks, grid, _pitch_of(words))
    chained = _cut_at_columns(chained, em)
    captions = [segment.box for segment in chained if is_caption(segment)]
    gaps = find_gaps(layout.rules, captions, em)
    chained = [piece for segment in chained for piece in _cut_at_gaps(segment, gaps, em)]
    segments = tuple(in_reading_order(s for s in chained if not _is_header(s, layout)))
    printed = [*(segment.box for segment in segments), *(mark.box for mark in layout.marks)]
    panels = find_panels(printed, layout.rules, float(layout.height), em)
    return Sheet(0, layout, segments, grid, layout.marks, em, mm, combs, gaps, panels)


def _said_once(words: Sequence[Word]) -> list[Word]:
    """Return the words without those that another engine has read in the same place too, the surer one kept."""
    kept: list[Word] = []
    for word in sorted(words, key=lambda w: (w.reader is not None, -w.confidence)):
        if word.reader is None or not any(_covers(other.box, word.box) and similarity(other.text, word.text) >= _SAME for other in kept):
            kept.append(word)
    places = {id(word): place for place, word in enumerate(words)}
    return sorted(kept, key=lambda w: places[id(w)])


def _covers(one: Box, other: Box) -> bool:
    shared = one.overlap_x(other) * one.overlap_y(other)
    return shared >= 0.6 * max(1.0, min(one.width * one.height, other.width * other.height))


def _parted_at_colons(words: Sequence[Word]) -> list[Word]:
    """Return the words, those in which a label and its value were read as one ("BSNR:986287623") as two."""
    parted: list[Word] = []
    for word in words:
        match = _GLUED_LABEL.match(word.text)
        if match is None:
            parted.append(word)
            continue
        cut = word.box.left + word.box.width * match.end(1) / len(word.text)
        parted.append(replace(word, text=match.group(1), box=replace(word.box, right=cut)))
        parted.append(replace(word, text=match.group(2), box=replace(word.box, left=cut)))
    return parted


def _clipped(words: Sequence[Word]) -> list[Word]:
    """Return the words with boxes that reach over the next word of their line cut short there: page readers let some grow."""
    clipped = []
    for word, following in zip_longest(words, words[1:]):
        is_same = (
            following is not None and (following.block, following.line) == (word.block, word.line) and same_row(word.box, following.box)
        )
        if following is not None and is_same and word.box.left < following.box.left < word.box.right - 0.3 * word.box.height:
            clipped.append(replace(word, box=replace(word.box, right=following.box.left - 1)))
        else:
            clipped.append(word)
    return clipped


def _within_rules(word: Word, upright: Sequence[Box]) -> Word:
    """Return the word with its box cut at an upright rule near one of its ends: what page readers let grow over it."""
    left, right = word.box.left, word.box.right
    for rule in upright:
        x = rule.centre[0]
        if not left < x < right or rule.overlap_y(word.box) < 0.5 * word.box.height:
            continue
        if x - left <= _GROWN * (right - left):
            left = min(rule.right + 1, right - 1)
        elif right - x <= _GROWN * (right - left):
            right = max(rule.left - 1, left + 1)
    return word if (left, right) == (word.box.left, word.box.right) else replace(word, box=replace(word.box, left=left, right=right))


def _cut_at_columns(segments: Sequence[Segment], em: float) -> list[Segment]:
    """Return the segments cut before words that stand flush with a column, where a long label nearly touches its answer.

    A column is where other lines that begin flush with this one go on, each after white. Where many go on just there, a blank
    is gap enough; a value whose second word happens to stand under something else is none of them.
    """
    starts = [(segment.box.left, segment.box.centre[1]) for segment in segments]
    return [piece for segment in segments for piece in _pieces(segment, _mates(segment, starts, em), em)]


def _mates(segment: Segment, starts: Sequence[tuple[float, float]], em: float) -> list[float]:
    """Return where the lines near a segment go on that begin flush with it."""
    level = segment.box.centre[1]
    near = [(left, y) for left, y in starts if 0.5 * em < abs(y - level) <= _COLUMN_REACH * em]
    flush = [y for left, y in near if abs(left - segment.box.left) <= 0.5 * em]
    return [left for left, y in near if left > segment.box.left + em and any(abs(y - other) <= 0.5 * em for other in flush)]


def _pieces(segment: Segment, mates: Sequence[float], em: float) -> list[Segment]:
    pieces, cut = list[Segment](), 0
    for index in range(1, len(segment.words)):
        here, before = segment.words[index].box, segment.words[index - 1].box
        gap = here.left - before.right
        is_wide = gap >= _COLUMN_GAP * em and gap >= _WIDER * _usual_gap(segment.words, index)
        flush = sum(abs(left - here.left) <= (_FLUSH if is_wide else _EXACT) * em for left in mates)
        if gap >= _LEAST_GAP * em and flush >= (_COLUMN_MATES if is_wide else _MANY_MATES):
            pieces.append(segment.cut(cut, index))
            cut = index
    return [*pieces, segment.cut(cut)]


def _usual_gap(words: Sequence[Word], but: int) -> float:
    """Return the widest gap of a run but the one before word `but`; 0 where there is no other."""
    return max((b.box.left - a.box.right for i, (a, b) in enumerate(pairwise(words), start=1) if i != but), default=0.0)


def _cut_at_gaps(segment: Segment, gaps: Sequence[Gap], em: float) -> list[Segment]:
    """Return a segment cut where a line to write on begins or ends: what is written there is no part of the sentence around it."""
    near = [gap for gap in gaps if gap.is_level(segment.box, em)]
    places = [next((n for n, gap in enumerate(near) if gap.is_under(word.box, em)), None) for word in segment.words]
    pieces, cut = list[Segment](), 0
    for index in range(1, len(places)):
        if places[index] != places[index - 1]:
            pieces.append(segment.cut(cut, index))
            cut = index
    return [*pieces, segment.cut(cut)]


def with_typed_boxes(layout: Layout) -> Layout:
    """Return the layout with check boxes set in type ("[x] ja") that are still words as marks."""
    words, marks = list[Word](), list(layout.marks)
    for word in layout.words:
        match = _TYPED_BOX.match(word.text)
        if match is None or any(mark.box.overlap_x(word.box) > 0 and mark.box.overlap_y(word.box) > 0 for mark in marks):
            words.append(word)
            continue
        inside, rest = match.group(1), word.text[match.end() :]
        cut = word.box.left + word.box.width * match.end() / len(word.text)
        state = MarkState.MARKED if inside else MarkState.EMPTY
        marks.append(Mark(Box(word.box.left, word.box.top, cut, word.box.bottom), MarkShape.BRACKETS, state, 0.3 if inside else 0.0))
        if rest:
            words.append(replace(word, text=rest, box=Box(cut, word.box.top, word.box.right, word.box.bottom)))
    return replace(layout, words=tuple(words), marks=tuple(marks))


def in_reading_order(segments: Iterable[Segment]) -> list[Segment]:
    """Return `segments` line by line, left to right in each."""
    rows = rows_of(segments)
    return [segment for row in rows for segment in row]


def rows_of(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Return `segments` gathered into printed lines, top to bottom."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: s.box.centre[1]):
        if rows and _belongs(segment, rows[-1]):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda s: s.box.left) for row in rows]


def _belongs(segment: Segment, row: Sequence[Segment]) -> bool:
    nearest = min(row, key=lambda s: abs(s.box.centre[0] - segment.box.centre[0]))
    return same_row(segment.box, nearest.box)


def _pitch_of(words: Sequence[Word]) -> float:
    """Return the width in pixels of every letter on a page in a typewriter's face, 0 where letters differ in width."""
    pitches = [word.box.width / (len(word.text) - _BEARINGS) for word in words if len(word.text) >= _TELLING and word.box.height > 0]
    if len(pitches) < _LEAST_TELLING:
        return 0.0
    usual = median(pitches)
    return usual if median(abs(pitch - usual) for pitch in pitches) <= _EVEN * usual else 0.0


def _chain(words: Sequence[Word], marks: Sequence[Mark], grid: Grid, pitch: float) -> list[Segment]:
    """Hang each word, from the left, onto the run whose last word stands closest before it; `pitch` as `_pitch_of` tells it."""
    runs: list[list[Word]] = []
    for word in words:
        best, best_gap = None, 0.0
        for run in runs:
            last = run[-1].box
            gap = word.box.left - last.right
            tall = max(word.box.height, last.height)
            if not (-4 * tall <= gap <= max(_WIDE_GAP * tall, _BLANK * pitch)) or not same_row(word.box, last):
                continue
            if best is None or gap < best_gap:
                best, best_gap = run, gap
        if best is not None and not _is_parted(best[-1].box, word.box, marks, grid):
            best.append(word)
        else:
            runs.append([word])
    return [Segment(tuple(run)) for run in runs]


def _is_parted(left: Box, right: Box, marks: Sequence[Mark], grid: Grid) -> bool:
    if grid.upright_between(left, right):
        return True
    return any(left.right - 2 <= m.box.centre[0] <= right.left + 2 and same_row(m.box, right) for m in marks)


def _is_noise(word: Word, layout: Layout, em: float) -> bool:
    """Tell whether a word is no text: a leader, a rule read as letters, or the inside of a check box."""
    if _FILLER.fullmatch(word.text.strip()) or word.box.height > 6 * em or _is_leader(word, em):
        return True
    for mark in layout.marks:
        inside = mark.box.overlap_x(word.box) * mark.box.overlap_y(word.box)
        if inside >= 0.5 * max(1.0, word.box.width * word.box.height):
            return True
    return False


def _is_leader(word: Word, em: float) -> bool:
    """Tell whether letters that nobody is sure of are dots or a line: too low, or few kinds of them over and over."""
    if word.confidence >= _LEADER_DOUBT:
        return False
    kinds = len(set(word.text.lower()))
    if word.box.height < _LOWEST_PRINT * em or (_READ_LEADER.fullmatch(word.text) and kinds <= 8):
        return True
    return len(word.text) >= 10 and kinds <= 0.4 * len(word.text) and word.box.width > 0.3 * em * len(word.text)


def _without_leader(word: Word) -> Word:
    """Return the word without the dots or line that lead on from it.

    Its box stays as it is: a crop cut too short loses a digit for every reader alike, and nobody sees it.
    """
    text = _TRAILING_LEADER.sub("", word.text).strip("|")
    return word if text == word.text else Word(text, word.confidence, word.box, word.block, word.line)


def _is_header(segment: Segment, layout: Layout) -> bool:
    """Tell whether a segment belongs to the fax machine's line on top of the page."""
    if layout.header is None or segment.box.bottom > 0.06 * layout.height:
        return False
    return segment.text in layout.header.text or similarity(segment.text, layout.header.text) >= 0.6
