from __future__ import annotations

from bridge.domain.layout import Box, Mark, MarkShape, MarkState
from bridge.stages.lines import Sheet, open_sheet
from bridge.stages.matrices import rows_of_marks, titles_of
from tests.unit.stages.printed import MM, Page

COLUMNS = (20.0, 28.0, 36.0)  # mm: the left edges of the boxes
ROWS = {40.0: "Masern", 48.0: "Mumps", 56.0: "Tollwut"}
EM = 2.7


def mark(x: float, y: float) -> Mark:
    return Mark(Box(x * MM, y * MM, (x + 3) * MM, (y + 3) * MM), MarkShape.SQUARE, MarkState.EMPTY, 0.0)


def matrix(*titles: str, rows: dict[float, str] = ROWS, over: float = 34.0) -> Page:
    """Three boxes before each answer, a title over the middle of each column."""
    page = Page()
    for x, title in zip(COLUMNS, titles, strict=False):
        page.write(x + 1.5 - 0.34 * EM * len(title), over, title, EM)
    for y, answer in rows.items():
        page.marks += [mark(x, y) for x in COLUMNS]
        page.write(44, y, answer)
    return page


def opened(page: Page) -> Sheet:
    return open_sheet(1, page.layout())


def meanings(page: Page) -> list[list[str | None]]:
    """Return what the title of each box stands for, row by row; None where it has none."""
    sheet = opened(page)
    rows = rows_of_marks(sheet)
    found = titles_of(rows, sheet)
    return [[found[id(m)][1] if id(m) in found else None for m in row] for row in sorted(rows, key=lambda r: r[0].box.top)]


class TestRows:
    def test_boxes_side_by_side_are_one_row_from_left_to_right(self):
        rows = rows_of_marks(opened(matrix()))
        assert len(rows) == len(ROWS)
        assert all([m.box.left / MM for m in row] == list(COLUMNS) for row in rows)

    def test_a_box_alone_before_its_answer_is_no_row(self):
        page = Page()
        for y in ROWS:
            page.tick(20, y, "Masern")
        assert rows_of_marks(opened(page)) == []

    def test_boxes_with_their_answers_between_are_no_row(self):
        page = Page()
        page.tick(20, 40, "ja")
        page.tick(34, 40, "nein")
        assert rows_of_marks(opened(page)) == []

    def test_boxes_far_apart_are_no_row(self):
        page = Page()
        page.marks += [mark(20, 40), mark(120, 40)]
        assert rows_of_marks(opened(page)) == []

    def test_a_box_read_as_letters_between_two_is_no_print(self):
        page = Page()
        page.marks += [mark(20, 40), mark(36, 40)]
        page.write(28, 40, "O")
        assert [len(row) for row in rows_of_marks(opened(page))] == [2]


class TestTitles:
    def test_each_box_has_the_word_over_its_column(self):
        assert meanings(matrix("V", "E", "T")) == [["V", "E", "T"]] * 3

    def test_the_title_is_the_printed_word_itself(self):
        sheet = opened(matrix("V", "E", "T"))
        rows = rows_of_marks(sheet)
        titles = titles_of(rows, sheet)
        assert [titles[id(m)][0].text for m in rows[0]] == ["V", "E", "T"]

    def test_a_legend_tells_what_short_titles_stand_for(self):
        page = matrix("V", "E", "T")
        page.write(20, 70, "V = Verdacht, E = Erkrankung, T=Tod")
        assert meanings(page) == [["Verdacht", "Erkrankung", "Tod"]] * 3

    def test_a_title_that_the_legend_leaves_out_stands_for_itself(self):
        page = matrix("V.", "E.", "T.")
        page.write(20, 70, "V = Verdacht")
        assert meanings(page)[0] == ["Verdacht", "E", "T"]

    def test_one_row_of_boxes_alone_has_no_titles(self):
        assert meanings(matrix("V", "E", "T", rows={40.0: "Masern"})) == [[None, None, None]]

    def test_print_far_above_is_no_title(self):
        assert meanings(matrix("V", "E", "T", over=20.0)) == [[None, None, None]] * 3

    def test_the_nearest_word_above_is_the_title(self):
        page = matrix("V", "E", "T")
        page.write(20.6, 30, "A")
        assert meanings(page)[0] == ["V", "E", "T"]
