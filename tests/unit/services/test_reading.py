"""The stages put together: readings find their way back to their places, and completeness is told honestly."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bridge.domain.findings import Classification, CropReadings, Located, LocatedDocument, Part, Split
from bridge.domain.forms import FieldKind
from bridge.domain.layout import Box, HeaderLine, Layout, Reading
from bridge.services import reading

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

    first = reading._readings_of(documents, 0, readings)
    second = reading._readings_of(documents, 1, readings)

    assert [[r[0].text for r in lines] for lines in first] == [["a0", "a1"], ["b0"]]
    assert [[r[0].text for r in lines] for lines in second] == [["c0"]]


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


def test_header_lines_announce_a_page_count_only_where_they_agree() -> None:
    one, two = HeaderLine("1/2", page=1, page_count=2), HeaderLine("2/3", page=2, page_count=3)

    assert reading.announced_by_headers([one, None]) == 2
    assert reading.announced_by_headers([one, two]) is None
    assert reading.announced_by_headers([None]) is None


def test_the_day_a_fax_came_is_the_day_in_germany() -> None:
    assert reading.office_date(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == date(2026, 11, 22)


def test_a_fax_that_seems_to_hold_nothing_is_shown_to_a_person() -> None:
    pages = {1: Layout(100, 100, is_blank=True), 2: Layout(100, 100)}

    kept = reading._never_empty(Split((), blanks=(1,), covers=(2,)), pages)

    assert kept == Split((Part((1, 2), is_doubtful=True),))


def test_covers_and_blanks_beside_a_document_stay_filed() -> None:
    parted = Split((Part((2,)),), covers=(1,))

    assert reading._never_empty(parted, {1: Layout(1, 1), 2: Layout(1, 1)}) is parted
