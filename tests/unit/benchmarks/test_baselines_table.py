"""What the table of `./run bench baselines` says of each way."""

from __future__ import annotations

from bridge.services.evaluation import Cell, DocumentScore, FaxScore, Leaf, RowCounts
from tests.benchmarks.baselines.measure import MeasuredFax
from tests.benchmarks.baselines.table import table

NO_ROWS = RowCounts()


def document(kind: str, *cells: Cell, rows: RowCounts = NO_ROWS, is_released: bool = False) -> DocumentScore:
    leaves = tuple(Leaf(f"field_{number}", cell) for number, cell in enumerate(cells))
    return DocumentScore(kind, "", "fine-clean", leaves, rows, is_type_right=True, is_released=is_released)


def fax(
    *documents: DocumentScore, pages: int = 1, seconds: float = 2.0, is_split_right: bool = True, is_failed: bool = False
) -> MeasuredFax:
    return MeasuredFax(FaxScore("a.tif", "fine-clean", is_split_right, documents), pages, seconds, is_failed)


def rows(ways: dict[str, list[MeasuredFax]]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the table's rows by title and way, each a cell by its head."""
    heads, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table(ways).splitlines())
    found, title = {}, ""
    for cells in lines:
        title = cells[0] or title
        found[title, cells[1]] = dict(zip(heads[2:], cells[2:], strict=True))
    return found


LETTER = document("letter", Cell.FLAGGED_RIGHT, Cell.FLAGGED_WRONG, Cell.FLAGGED_MISSING, Cell.FLAGGED_RIGHT)
SENT = document("letter", Cell.AUTO_RIGHT, Cell.AUTO_RIGHT, Cell.SILENT_ERROR, Cell.AUTO_RIGHT, is_released=True)
LIST = document("case_list", Cell.FLAGGED_RIGHT, Cell.FLAGGED_RIGHT, rows=RowCounts(truth=4, found=4, right=3))


def test_fields_are_right_of_all_there_are_and_wrong_of_those_read() -> None:
    told = rows({"ours": [fax(SENT)], "other": [fax(LETTER)]})
    assert [told["all", way]["fields right"] for way in ("ours", "other")] == ["75.0 %", "50.0 %"]
    assert [told["all", way]["wrong of those read"] for way in ("ours", "other")] == ["25.0 %", "33.3 %"]


def test_silent_errors_are_counted_among_what_left_by_itself() -> None:
    told = rows({"ours": [fax(SENT), fax(LETTER)], "other": [fax(LETTER), fax(LETTER)]})
    assert (told["all", "ours"]["silent"], told["all", "ours"]["silent rate"], told["all", "ours"]["released"]) == (
        "1 / 4",
        "25.00 %",
        "50.0 %",
    )
    assert (told["all", "other"]["silent"], told["all", "other"]["silent rate"], told["all", "other"]["released"]) == (
        "0 / 0",
        "–",
        "0.0 %",
    )


def test_lists_stand_apart_and_conditions_are_told_without_them() -> None:
    told = rows({"ours": [fax(LETTER), fax(LIST)]})
    titles = [title for title, _ in told]
    assert titles == ["all", "without lists", "fine-clean, without lists", "case_list", "letter"]
    assert told["fine-clean, without lists", "ours"]["fields right"] == told["without lists", "ours"]["fields right"] == "50.0 %"
    assert (told["case_list", "ours"]["row recall"], told["letter", "ours"]["row recall"]) == ("75.0 %", "–")


def test_costs_and_splits_are_of_the_faxes_that_hold_such_a_document() -> None:
    told = rows({"ours": [fax(LETTER, pages=1, seconds=2.0), fax(LIST, pages=3, seconds=12.0, is_split_right=False)]})
    assert [told[title, "ours"]["CPU s a page"] for title in ("all", "letter", "case_list")] == ["3.5", "2.0", "4.0"]
    assert [told[title, "ours"]["split"] for title in ("all", "letter", "case_list")] == ["50.0 %", "100.0 %", "0.0 %"]


def test_a_fax_that_fails_in_one_way_fails_there_alone_and_its_pages_still_count() -> None:
    told = rows({"ours": [fax(LETTER, pages=2)], "other": [fax(LETTER, pages=0, seconds=3.0, is_failed=True)]})
    assert [told["all", way]["failed faxes"] for way in ("ours", "other")] == ["0", "1"]
    assert [told["all", way]["CPU s a page"] for way in ("ours", "other")] == ["1.0", "1.5"]


def test_what_a_way_makes_up_counts_against_it() -> None:
    surplus = DocumentScore("letter", "", "fine-clean", (Leaf("subject", Cell.FLAGGED_WRONG, is_invented=True),), is_surplus=True)
    told = rows({"ours": [fax(LETTER)], "other": [fax(LETTER, surplus)]})
    assert [told["all", way]["wrong of those read"] for way in ("ours", "other")] == ["33.3 %", "50.0 %"]
    assert [told["all", way]["count"] for way in ("ours", "other")] == ["1", "1"]
