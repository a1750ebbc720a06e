"""A fax parted by a person: whose word counts for what, and what becomes of the pages beside."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.domain.errors import ReaderError
from bridge.domain.findings import Part
from bridge.domain.image import PageImage, Pixels
from bridge.domain.layout import Layout
from bridge.ports import PageReading
from bridge.services.arranged import locate_arranged, parts_there
from bridge.services.reading import lay_out_or_leave
from tests.unit.stages.printed import Page, catalog


def notification() -> Layout:
    page = Page()
    page.write(20, 20, "Meldung einer übertragbaren Krankheit gemäß § 6 IfSG", 4)
    page.write(20, 50, "Angaben zum Patienten")
    page.write(20, 60, "Vorname:")
    page.write(90, 60, "Anna")
    return page.layout()


PAGES = {1: notification(), 2: Page().layout(), 3: notification(), 4: Layout(2520, 3564, is_blank=True)}


def test_parts_and_told_types_are_sure_and_the_rest_is_as_it_looks() -> None:
    found = locate_arranged((((1, 2), None), ((3,), "letter")), PAGES, catalog())
    first, second = found.documents
    assert [document.part for document in found.documents] == [Part((1, 2)), Part((3,))]
    assert first.classification.type == "disease_notification"
    assert first.classification.confidence < 1.0
    assert (second.classification.type, second.classification.confidence) == ("letter", 1.0)
    assert {place.path for place in first.located if place.text == "Anna"} == {"patient.given_name"}


def test_pages_in_no_part_are_filed_and_one_in_a_part_is_not_even_if_it_is_blank() -> None:
    found = locate_arranged((((1,), None),), PAGES, catalog())
    assert (found.covers, found.blanks) == ((2, 3), (4,))
    assert locate_arranged((((1, 2, 3, 4), None),), PAGES, catalog()).blanks == ()


def test_what_stands_on_a_page_that_could_not_be_laid_out_keeps_everything_back() -> None:
    found = locate_arranged((((1,), None),), {1: PAGES[1]}, catalog(), has_unread_pages=True)
    assert [document.part.is_doubtful for document in found.documents] == [True]


def test_a_type_that_is_configured_no_more_is_looked_for() -> None:
    [document] = locate_arranged((((1,), "gone"),), {1: PAGES[1]}, catalog()).documents
    assert document.classification.type == "disease_notification"


def test_parts_keep_the_pages_that_are_there_in_their_order() -> None:
    assert parts_there((((3, 1, 9), None), ((9,), "letter")), PAGES) == (((1, 3), None),)


@pytest.mark.parametrize(("rotation", "shape"), [(None, (40, 80)), (0, (40, 80)), (90, (80, 40)), (180, (40, 80))])
def test_a_page_that_cannot_be_read_is_shown_as_a_person_has_turned_it(rotation: int | None, shape: tuple[int, int]) -> None:
    class Unable:
        def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
            raise ReaderError("no")

        def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
            raise ReaderError("no")

    pixels, layout = lay_out_or_leave(PageImage(np.zeros((40, 80), np.uint8), 204.0, 196.0, True), Unable(), rotation)
    assert pixels.shape == (layout.height, layout.width) == shape
    assert (layout.rotation, layout.is_unreadable) == (rotation or 0, True)
