"""Whether pages are still read as well as they were: words, check boxes, rules and which way up, by the service's own page reader.

Where a page is now read better, `python -m tests.integration.page_set` raises its floor; a floor is lowered by nobody without a reason.
"""

from __future__ import annotations

import pytest

from bridge.ports import PageReader
from bridge.stages.layout import lay_out
from samples.degrade import CONDITIONS
from samples.layouts import LAYOUTS
from tests.integration.page_set import PAGES, Chosen, compare, draw, floors, page_reader

FLOORS = floors()


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return page_reader()


def test_the_set_has_every_condition_and_way_up_and_only_pages_to_learn_from() -> None:
    assert set(FLOORS) == {chosen.name for chosen in PAGES}
    assert {chosen.condition for chosen in PAGES} == set(CONDITIONS)
    assert {chosen.turned for chosen in PAGES} == {0, 90, 180, 270}
    assert {layout.group for layout in LAYOUTS if layout.name in {chosen.layout for chosen in PAGES}} == {"train"}


@pytest.mark.parametrize("chosen", PAGES, ids=lambda chosen: chosen.name)
def test_a_page_loses_no_words_boxes_or_rules(chosen: Chosen, reader: PageReader) -> None:
    page, expected = draw(chosen)
    found = compare(lay_out(page, reader)[1], expected)
    least = FLOORS[chosen.name]
    assert found.rotation == -chosen.turned % 360
    assert found.words >= least["words"], f"{found.words:.3f} of the words; not read: {', '.join(found.missed)}"
    assert found.marks >= least["marks"]
    assert found.rules >= least["rules"]
