"""Words as invisible text, each as wide and as high as its print, so that what is found or selected is what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bridge.archive.font import ADVANCE, DESCENT, Alphabet
from bridge.domain.layout import Box, Word

FONT: Final = "Text"  # its name in the page's resources
_SPACE: Final = 0.2  # of a line's height: the blank behind its last word
_LEAST_ROOM: Final = 0.06  # of it: poppler parts words from a twentieth on
_THINNEST: Final = 0.5  # pixels


def text_of(words: Sequence[Word], height: float, points: float, alphabet: Alphabet) -> str:
    """Return a text object (ISO 32000-1, 9.4) of the words, in their order; "" where nothing can be written.

    `height` is that of the page in pixels, `points` the size of a pixel.
    """
    runs: list[str] = []
    for word, following in pairwise([*words, None]):
        letters = _printable(word.text) if word else ""
        if word is None or not letters:
            continue
        is_followed = following is not None and (following.block, following.line) == (word.block, word.line)
        box, blank = _apart(word.box, following.box if following and is_followed else None)
        runs += [_run(letters, box, height, points, alphabet), _run(" ", blank, height, points, alphabet)]
    return "\n".join(["BT", "3 Tr", *runs, "ET"]) if runs else ""


def fixed(*numbers: float) -> str:
    """Return numbers as content streams want them, to a hundredth of a pixel: without exponents."""
    return " ".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in numbers)


def _run(text: str, box: Box, height: float, points: float, alphabet: Alphabet) -> str:
    """Return the operators that write `text` over the whole of `box`."""
    size = max(box.height, _THINNEST) * points
    stretch = 100 * max(box.width, _THINNEST) * points / (ADVANCE * size * len(text))
    x, y = box.left * points, (height - box.bottom) * points - DESCENT * size
    return f"/{FONT} {fixed(size)} Tf {fixed(stretch)} Tz 1 0 0 1 {fixed(x, y)} Tm <{alphabet.encode(text)}> Tj"


def _apart(box: Box, following: Box | None) -> tuple[Box, Box]:
    """Return the boxes of a word and of the blank behind it, up to what follows on its line.

    A word that touches the next one gives way a little: viewers take words for one where there is no room between them.
    """
    if following is None or following.right <= box.right:  # the next one is no continuation to the right
        end = box.right + _SPACE * box.height
        return box, Box(box.right, box.top, end, box.bottom)
    room = _LEAST_ROOM * max(box.height, following.height)
    right = max(min(box.right, following.left - room), box.centre[0])
    return Box(box.left, box.top, right, box.bottom), Box(right, box.top, max(following.left, right + room), box.bottom)


def _printable(text: str) -> str:
    """Return the text without characters that stand for nothing printed: ToUnicode may not lead to them (ISO 19005-2, 6.2.11.7.2)."""
    return "".join(character for character in text if character.isprintable() and character != "\ufeff")
