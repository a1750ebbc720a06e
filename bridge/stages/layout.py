"""What stands on a page and where: words, lines, check boxes, the fax machine's header line, handwriting."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bridge.domain.errors import ReaderError
from bridge.domain.image import PageImage, UprightPage
from bridge.domain.layout import HeaderLine, Layout, Rule, Word
from bridge.ports import PageReader, WornPageReader
from bridge.stages.clean import clean, squared
from bridge.stages.handwriting import find_handwriting
from bridge.stages.header_line import find_header_line
from bridge.stages.marks import find_marks, without_marks
from bridge.stages.rules import InkMap, find_rules, ink_map, without_streaks
from bridge.stages.second_look import READ_AGAIN
from bridge.stages.unread import find_unread, read_again

_GOOD: Final = 0.7  # mean confidence from which a page is surely upright
_FAIR: Final = 0.5  # and from which another way round need not be tried once one was found
_HOPELESS: Final = 0.4  # below it every way round is tried
_FEW_LETTERS: Final = 25
_WORN: Final = 0.7  # and below which another engine has a try at the whole page
_CLEAR: Final = 0.8  # the other engine's mean confidence: 0.88 and more on print, 0.55 to 0.75 where it guesses
_BELIEVED: Final = 0.3  # confidence from which orientation detection is asked no further
_BAND_MM: Final = 12.0  # of the page's top as it came, where the header line may stand
_BLANK_WORD: Final = 0.75  # a word read this well on a page without ink is one


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """A page turned some way and its words there; `engine` names the reader where it was not the page reader itself."""

    upright: UprightPage
    words: tuple[Word, ...]
    engine: str | None = None


def lay_out(page: PageImage, reader: PageReader, rotation: int | None = None) -> tuple[UprightPage, Layout]:
    """Return the page upright and its layout in pixels of it. Raises ReaderError where the page cannot be read at all.

    The page is read as it came; where that gives little, its orientation is looked for and it is read again; and where
    that still gives little, by another engine. `quality` stays the first engine's, by which confidences are calibrated.
    A `rotation` (degrees clockwise from how it came) that a person has told is not looked for: the page is read in that way alone.
    """
    as_it_came = clean(page, rotation or 0)
    with ThreadPoolExecutor(1) as aside:  # the page reader is a process of its own: rules need not wait for it
        drawn = aside.submit(_drawn, as_it_came)
        first = _Attempt(*_read_upright(page, as_it_came, reader)) if rotation is None else _read_as_told(as_it_came, reader)
    best = _read_worn(page, first, reader, turns=(0, 180) if rotation is None else (0,))
    upright, words, engine = best.upright, best.words, best.engine
    height, width = upright.pixels.shape
    header, words = find_header_line(words, height) if upright.rotation == 0 else _turned_header_line(page, upright, words, reader)
    if upright.is_blank and any(word.confidence >= _BLANK_WORD and _letters(word) >= 3 for word in words):
        upright = replace(upright, is_blank=False)
    if upright.is_blank:
        return upright, Layout(width, height, is_blank=True, rotation=upright.rotation, header=header)
    ink, found = drawn.result() if upright is as_it_came else _drawn(upright)
    rules = without_streaks(found, words)
    marks = find_marks(ink, words, rules)
    handwriting = find_handwriting(ink, words, rules, marks)
    again, unread = read_again(upright, find_unread(ink, words, rules, marks, handwriting), reader)
    words = _by_engine(engine, without_marks((*words, *again), marks))
    return upright, Layout(
        width=width,
        height=height,
        words=words,
        rules=rules,
        marks=marks,
        quality=min(quality_of(first.words), quality_of(words)) if engine else quality_of(words),
        is_unreadable=_is_unreadable(best),
        rotation=upright.rotation,
        header=header,
        handwriting=handwriting,
        unread=unread,
        fineness=round((page.x_dpi if upright.rotation % 180 else page.y_dpi) / upright.dpi, 4),
    )


def quality_of(words: Sequence[Word]) -> float:
    """Return the mean confidence of the words, long ones counting more; 0 without words."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _read_as_told(upright: UprightPage, reader: PageReader) -> _Attempt:
    return _Attempt(upright, reader.read_page(upright.pixels, upright.dpi).words)


def _read_worn(page: PageImage, first: _Attempt, reader: PageReader, turns: Sequence[int]) -> _Attempt:
    """Return the attempt that made more of the page: the first, or that of the other engine, upright or turned further by `turns`.

    Where orientation is hard to tell, the page reader may well have taken a worn page the wrong way round.
    """
    if first.upright.is_blank or quality_of(first.words) >= _WORN or not isinstance(reader, WornPageReader):
        return first
    best = first
    for turn in turns:
        upright = clean(page, (first.upright.rotation + turn) % 360) if turn else first.upright
        try:
            words = reader.read_worn(upright.pixels, upright.dpi).words
        except ReaderError:
            break  # the page was read once already
        if _worth(words) > _worth(best.words):
            best = _Attempt(upright, tuple(replace(word, reader=None) for word in words), words[0].reader)
        if quality_of(words) >= _CLEAR:
            break
    return best


def _is_unreadable(attempt: _Attempt) -> bool:
    """Tell whether nobody could make sense of a page with ink: engines are unsure by different measures where they guess."""
    return quality_of(attempt.words) < (_CLEAR if attempt.engine else _HOPELESS)


def _by_engine(engine: str | None, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words as another engine's, if they are: believed no more than any that only it could read."""
    if engine is None:
        return words
    return tuple(replace(word, reader=engine, confidence=min(READ_AGAIN, word.confidence)) for word in words)


def _drawn(upright: UprightPage) -> tuple[InkMap, tuple[Rule, ...]]:
    """Return what is inked on a page, and its rules."""
    ink = ink_map(upright)
    return ink, find_rules(ink)


def _read_upright(page: PageImage, upright: UprightPage, reader: PageReader) -> tuple[UprightPage, tuple[Word, ...]]:
    """Return the page turned the way in which it reads best, with its words; `upright` is what it is as it came."""
    words = reader.read_page(upright.pixels, upright.dpi).words
    # the machine's own line stands upright even where the page does not
    _, own = find_header_line(words, upright.pixels.shape[0])
    if upright.is_blank or not _is_doubtful(own):
        return upright, words
    rotation, confidence = reader.orientation(*squared(page))
    if rotation == 0 and confidence >= _BELIEVED and not _lies_sideways(own):
        return upright, words
    best, worth = (upright, words), _worth(own)
    for other in _candidates(rotation, confidence, own):
        turned = clean(page, other)
        try:
            read = reader.read_page(turned.pixels, turned.dpi).words
        except ReaderError:
            continue  # the page was read once already: another way round may fail
        if _worth(read) > worth:
            best, worth = (turned, read), _worth(read)
        if quality_of(read) >= _FAIR and not _lies_sideways(read):
            break
    return best


def _candidates(rotation: int, confidence: float, words: Sequence[Word]) -> list[int]:
    """Return the turns to try, the likeliest first: a fax upside down is common, a list lying sideways not rare."""
    order = [rotation] if rotation else []
    if confidence < _BELIEVED or rotation == 0 or quality_of(words) < _HOPELESS:
        order += [90, 270] if _lies_sideways(words) else [180]
    if quality_of(words) < _HOPELESS and sum(map(_letters, words)) >= _FEW_LETTERS:
        order += [180, 270, 90]
    return list(dict.fromkeys(order))


def _is_doubtful(words: Sequence[Word]) -> bool:
    """Tell whether the page may stand the wrong way round."""
    return quality_of(words) < _GOOD or sum(map(_letters, words)) < _FEW_LETTERS or _lies_sideways(words)


def _lies_sideways(words: Sequence[Word]) -> bool:
    """Tell whether words run down the page: Tesseract reads such lines well, but in their own direction."""
    long = [word for word in words if _letters(word) >= 4 and word.confidence > 0.5]
    return len(long) >= 3 and sum(word.box.height > 1.5 * word.box.width for word in long) > 0.5 * len(long)


def _worth(words: Sequence[Word]) -> float:
    """Return how much was read well: letters by the square of confidence, those of lines running down not counted."""
    if _lies_sideways(words):
        return 0.0
    return sum(_letters(word) * word.confidence**2 for word in words)


def _letters(word: Word) -> int:
    return sum(letter.isalnum() for letter in word.text)


def _turned_header_line(
    page: PageImage, upright: UprightPage, words: tuple[Word, ...], reader: PageReader
) -> tuple[HeaderLine | None, tuple[Word, ...]]:
    """Return the header line of a page that was fed the wrong way round, and the words without its remains.

    The machine prints it on top of the page as it came: there it is read apart.
    """
    rows = max(1, round(_BAND_MM / 25.4 * page.y_dpi))
    strip = np.full((rows * 2, page.pixels.shape[1]), 255, np.uint8)
    strip[: min(rows, page.pixels.shape[0])] = page.pixels[:rows]
    top = clean(PageImage(strip, page.x_dpi, page.y_dpi, page.is_bilevel))
    try:
        read = reader.read_page(top.pixels, top.dpi).words
    except ReaderError:
        return None, words
    header, _ = find_header_line(read, upright.dpi / 25.4 * 297)
    if header is None:
        return None, words
    return header, tuple(word for word in words if not _is_in_band(word, upright) or _is_own(word))


def _is_own(word: Word) -> bool:
    """Tell whether a word at that edge is the sender's: read well, and not running down as the machine's line does."""
    return word.confidence > 0.8 and _letters(word) >= 3 and word.box.height < 1.5 * word.box.width


def _is_in_band(word: Word, upright: UprightPage) -> bool:
    """Tell whether a word stands at the edge that was the top before the page was turned."""
    height, width = upright.pixels.shape
    band = _BAND_MM * 0.75 / 25.4 * upright.dpi
    x, y = word.box.centre
    return bool({90: x > width - band, 180: y > height - band, 270: x < band}.get(upright.rotation, False))
