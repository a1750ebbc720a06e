"""The stages put together: readings find their way back to their places, and completeness is told honestly."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from bridge.domain.errors import ReaderError
from bridge.domain.findings import Classification, CropReadings, Disposition, Located, LocatedDocument, Part, Split
from bridge.domain.forms import FieldKind
from bridge.domain.image import PageImage, Pixels
from bridge.domain.layout import Box, HeaderLine, Layout, Reading
from bridge.ports import PageReading
from bridge.services import reading
from tests.unit.stages.printed import catalog

LINE = Box(0, 0, 10, 10)


def place(path: str, page: int, lines: int) -> Located:
    return Located(path, FieldKind.TEXT, page, LINE, "", 1.0, boxes=tuple(Box(i, 0, i + 1, 1) for i in range(lines)))


def document(*places: Located) -> LocatedDocument:
    return LocatedDocument(Part((1,)), Classification("letter", 1.0), places)


def crop(index: int, text: str) -> CropReadings:
    return CropReadings(index, (Reading("tesseract", text, 1.0),))


def test_the_boxes_of_a_page_are_counted_over_all_documents_and_lines() -> None:
    documents = [document(place("a", 1, 2), place("b", 2, 1)), document(place("c", 1, 1))]

    assert len(reading.boxes_on(documents, 1)) == 3
    assert len(reading.boxes_on(documents, 2)) == 1


def test_each_reading_is_dealt_to_the_place_it_was_read_at() -> None:
    documents = [document(place("a", 1, 2), place("b", 2, 1)), document(place("c", 1, 1))]
    readings = {1: [crop(2, "c0"), crop(0, "a0"), crop(1, "a1")], 2: [crop(0, "b0")]}

    first = reading._crops_of(documents, 0, readings)
    second = reading._crops_of(documents, 1, readings)

    assert [[crop.readings[0].text for crop in crops] for crops in first] == [["a0", "a1"], ["b0"]]
    assert [[crop.readings[0].text for crop in crops] for crops in second] == [["c0"]]


@pytest.mark.parametrize(
    ("decoded", "announced", "said", "expected"),
    [
        (2, 2, None, True),
        (2, 3, None, False),
        (3, 2, None, True),
        (2, None, None, None),
        (2, None, True, True),
        (2, 2, False, False),
        (2, None, False, False),
    ],
)
def test_a_fax_is_complete_only_where_somebody_said_so_and_nobody_denies_it(
    decoded: int, announced: int | None, said: bool | None, expected: bool | None
) -> None:
    assert reading.is_complete(decoded, announced, said) is expected


def headers(*counts: int | None) -> list[HeaderLine | None]:
    """The header line of each page by the page count it tells, None for a page without one."""
    return [count and HeaderLine(f"{page}/{count}", page=page, page_count=count) for page, count in enumerate(counts, start=1)]


@pytest.mark.parametrize(
    ("decoded", "by_mail", "said", "counts", "announced"),
    [
        (1, 1, None, (61,), 1),  # 1/1 misread, and the mail knows better
        (1, None, True, (61,), None),
        (3, None, None, (3, 3, 8), 3),  # two headers know better
        (3, 3, None, (3, 3, 8), 3),
        (5, 5, None, (5, 5, 6, 6, 5), 5),
        (2, 2, None, (None, None), 2),
        (2, None, None, (2, None), 2),
        (3, None, None, (1, 3, 2), 3),  # fewer than came
    ],
)
def test_a_header_that_is_overruled_makes_no_fax_incomplete(
    decoded: int, by_mail: int | None, said: bool | None, counts: tuple[int | None, ...], announced: int | None
) -> None:
    assert reading.weigh_page_counts(decoded, by_mail, said, headers(*counts)) == reading.PageCount(announced, complete=True)


@pytest.mark.parametrize(
    ("decoded", "by_mail", "said", "counts", "announced"),
    [
        (1, None, None, (3,), 3),  # nobody says otherwise
        (2, None, None, (2, 3), 3),  # even voices: a person looks
        (2, 2, None, (3, 3), 3),  # the mail counts what came, the sender what it sent
        (2, 2, True, (3, 3), 3),
        (3, 3, None, (4, 4, 3), 4),
        (4, None, None, (4, 4, 5, 5), 5),
        (2, 3, None, (2, 2), 3),  # the mail promised more
        (2, 3, None, (5, 5), 5),
        (2, 2, False, (2, 2), 2),  # a truncated file
        (2, 2, False, (None, None), 2),
    ],
)
def test_pages_that_were_promised_and_did_not_come_are_noticed(
    decoded: int, by_mail: int | None, said: bool | None, counts: tuple[int | None, ...], announced: int
) -> None:
    assert reading.weigh_page_counts(decoded, by_mail, said, headers(*counts)) == reading.PageCount(announced, complete=False)


def test_where_nobody_tells_a_count_nothing_is_known() -> None:
    assert reading.weigh_page_counts(2, None, None, headers(None, None)) == reading.PageCount(None, None)
    assert reading.weigh_page_counts(2, None, None, headers(1, None)) == reading.PageCount(None, None)


def test_the_day_a_fax_came_is_the_day_in_germany() -> None:
    assert reading.office_date(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == date(2026, 11, 22)


def test_a_fax_that_seems_to_hold_nothing_is_shown_to_a_person() -> None:
    pages = {1: Layout(100, 100, is_blank=True), 2: Layout(100, 100)}

    kept = reading._never_empty(Split((), blanks=(1,), covers=(2,)), pages)

    assert kept == Split((Part((1, 2), is_doubtful=True),))


def test_covers_and_blanks_beside_a_document_stay_filed() -> None:
    parted = Split((Part((2,)),), covers=(1,))

    assert reading._never_empty(parted, {1: Layout(1, 1), 2: Layout(1, 1)}) is parted


class GivesUp:
    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        raise ReaderError("no")

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        return 0, 0.0


def test_a_page_on_which_the_reader_gives_up_stays_as_it_is_and_is_unreadable() -> None:
    image = PageImage(np.full((400, 300), 255, np.uint8), 204.0, 196.0, is_bilevel=True)

    pixels, layout = reading.lay_out_or_leave(image, GivesUp())

    assert pixels is image.pixels
    assert (layout.width, layout.height, layout.is_unreadable) == (300, 400, True)


def test_nothing_of_a_fax_goes_out_by_itself_where_one_of_its_pages_is_unreadable() -> None:
    pages = {1: Layout(100, 100), 2: Layout(100, 100, is_unreadable=True)}
    advertisement = LocatedDocument(Part((1,)), Classification("advertisement", 1.0), ())

    def decide(layouts: dict[int, Layout]) -> Disposition:
        received = datetime(2026, 11, 22, tzinfo=UTC)
        return reading.decide_document([advertisement], 0, {}, layouts, catalog(), received_at=received, is_fax_complete=True).disposition

    assert decide({1: pages[1]}) is Disposition.FILE
    assert decide(pages) is Disposition.WAIT
