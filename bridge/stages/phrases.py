"""Whether a phrase is printed on a page, forgiving what OCR does to it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.layout import Layout
from bridge.stages.folding import fold, squeeze

_LEAST: Final = 0.86


@lru_cache(maxsize=256)
def page_text(layout: Layout) -> str:
    """Return the page's words in reading order, folded, with a blank at both ends.

    Sections of the IfSG are added as "paragraph 6 ifsg", however the page cites them and OCR read the §.
    """
    text = fold(" ".join(word.text for word in layout.words))
    cited = sorted({match.group(1) for match in _CITED.finditer(text)})
    return f" {text} {''.join(f'paragraph {number} ifsg ' for number in cited)}"


_CITED: Final = re.compile(
    r"\b(?:paragraph|8{1,2}|s{1,2}|5|b|gem|nach|gemass) ?(6|7|34)\b(?= (?:[a-z]{1,11} |\d{1,2} ){0,8}(?:ifsg|lfsg|infektionsschutz))"
)


def strength_of(phrase: str, text: str) -> float:
    """Return how surely `phrase` stands in a folded `text`: 1 as printed, less where OCR blurred it, else 0.

    Short phrases must stand there as they are, as words of their own; long ones may be off by a few letters.
    """
    folded = fold(phrase)
    if not folded:
        return 0.0
    if f" {folded} " in text:
        return 1.0
    if len(folded) < 8:
        return 0.0
    if folded in text:
        return 0.9
    score = fuzz.partial_ratio(squeeze(phrase), squeeze(text), score_cutoff=100 * _LEAST) / 100
    return score if score >= _LEAST and len(squeeze(phrase)) >= 8 else 0.0
