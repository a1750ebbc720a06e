"""What rules of a form say about values that no reader doubts."""

from __future__ import annotations

from datetime import date

from bridge.stages.plausibility import objections
from tests.unit.stages.printed import catalog

CASE_LIST = catalog().types["case_list"]
TODAY = date(2026, 11, 25)


def test_running_numbers_that_nobody_knows_are_no_break():
    assert objections(CASE_LIST, {"rows.0.number": None, "rows.1.number": None}, TODAY) == ()


def test_a_leap_in_the_running_numbers_asks_for_the_rows_between():
    told = objections(CASE_LIST, {"rows.0.number": 1, "rows.1.number": 2, "rows.2.number": 5, "rows.3.number": 6}, TODAY)
    assert [(each.path, each.is_missing) for each in told] == [("rows", True)]
