"""Sentences with lines to fill in, each with its caption in brackets below."""

from __future__ import annotations

import pytest

from bridge.domain.layout import Box, Rule
from bridge.stages.gaps import find_gaps
from tests.unit.stages.printed import Page, find

LABORATORY = "laboratory_notification"
EM = 30.0
CAPTIONS = [Box(x, 110, x + 100, 140) for x in (150, 450, 750)]


def sentences(*, is_framed: bool = False) -> Page:
    """ "daß bei zu Pohl (Zuname), geb. am 11.01.1951 (Geburtsdatum), der Erreger EHEC (Bezeichnung d. Erregers) durch PCR (Art des Nachweises)"."""
    page = Page()
    filled = ((20, "daß bei", 50, "zu Pohl", "(Zuname)"), (110, "geb. am", 132, "11.01.1951", "(Geburtsdatum)"))
    below = ((20, "der Erreger", 50, "EHEC", "(Bezeichnung d. Erregers)"), (110, "durch", 125, "PCR", "(Art des Nachweises)"))
    for y, row in ((60, filled), (80, below)):
        for x, words, at, said, caption in row:
            page.write(x, y, words)
            page.write(at, y, said)
            page.line(at, y + 3.2, 50)
            page.write(at + 25 - 0.9 * len(caption), y + 4.5, caption, 2.2)
            if is_framed:
                page.box(at, y - 3, 50, 6.2)
    return page


def test_what_stands_on_a_line_answers_the_caption_below_it_and_the_words_around_answer_nothing():
    found = find(sentences(), LABORATORY)
    told = {"patient.family_name": "zu Pohl", "patient.birth_date": "11.01.1951", "pathogen": "EHEC", "method": "PCR"}
    assert {path: place.text for path, place in found.items() if place.text} == told


def rules(*spans: tuple[float, float]) -> list[Rule]:
    return [Rule(Box(left, 100, right, 103)) for left, right in spans]


def test_lines_run_together_are_parted_by_the_captions_below_their_middles():
    gaps = find_gaps(rules((100, 900)), CAPTIONS, EM)
    assert [(gap.line.left, gap.line.right) for gap in gaps] == [(100, 300), (300, 700), (700, 900)]


def test_a_line_that_the_fax_has_broken_is_one():
    gaps = find_gaps(rules((100, 190), (195, 300), (400, 600), (700, 900)), CAPTIONS, EM)
    assert [(gap.line.left, gap.line.right) for gap in gaps] == [(100, 300), (400, 600), (700, 900)]


@pytest.mark.parametrize("least", [1, 2])
def test_one_or_two_captions_make_no_page_of_sentences(least):
    assert find_gaps(rules((100, 900)), CAPTIONS[:least], EM) == ()


def test_lines_of_frames_and_tables_are_none_to_write_on():
    upright = [Rule(Box(100, 40, 103, 160))]
    assert find_gaps([*rules((100, 900)), *upright], CAPTIONS, EM) == ()
