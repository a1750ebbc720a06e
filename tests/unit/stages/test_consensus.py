from __future__ import annotations

from bridge.domain.layout import Reading
from bridge.domain.model import Field, Origin
from bridge.stages.consensus import settled_by_column, settled_numbers


def group(row: int, *readings: str) -> Field:
    read = tuple(Reading(name, text, 0.9) for name, text in zip(("tesseract", "ppocr"), readings, strict=True))
    return Field(f"rows.{row}.group", readings[0], readings[0], 0.97, Origin.READ, 1, (0.0, 0.0, 1.0, 1.0), readings=read)


def number(row: int, value: int, *readings: str) -> Field:
    read = tuple(Reading("ppocr", text, 0.9) for text in readings or (str(value),))
    return Field(f"rows.{row}.number", value, str(value), 0.97, Origin.READ, 1, (0.0, 0.0, 1.0, 1.0), readings=read)


def settled(*rows: tuple[str, str]) -> list[object]:
    return [field.value for field in settled_by_column([group(i, *row) for i, row in enumerate(rows)])]


def test_dots_that_other_rows_kept_are_put_back_and_the_entry_does_not_leave_unseen():
    rows = [("Kafer", "Kafer"), ("Käfer", "Käfer"), ("Igel", "Igel"), ("Käfer", "Kafer")]
    fields = settled_by_column([group(i, *row) for i, row in enumerate(rows)])
    assert [field.value for field in fields] == ["Käfer", "Käfer", "Igel", "Käfer"]
    assert [field.confidence > 0.6 for field in fields] == [False, True, True, True]


def test_of_two_readings_the_one_that_more_rows_have_is_taken():
    assert settled(("Kater", "Kafer"), ("Kafer", "Kafer"), ("Kafer", "Kafer"), ("Igel", "Igel"))[0] == "Kafer"


def test_a_figure_goes_before_the_letter_it_looks_like():
    assert settled(("la", "1a"), ("1a", "1a"), ("la", "la"), ("1b", "1b")) == ["1a", "1a", "1a", "1b"]


def test_an_entry_on_which_its_readings_agree_is_not_made_another():
    assert settled(("Kater", "Kater"), ("Kafer", "Kafer"), ("Kafer", "Kafer"), ("Kafer", "Kafer"))[0] == "Kater"


def test_dots_that_one_reading_alone_saw_are_not_believed():
    assert settled(("Baren", "Baren"), ("Bären", "Baren"), ("Baren", "Baren"), ("Baren", "Baren"))[0] == "Baren"


def test_few_rows_say_nothing():
    assert settled(("Kafer", "Kafer"), ("Käfer", "Käfer")) == ["Kafer", "Käfer"]


def test_a_number_that_leaps_is_taken_as_the_reading_of_it_that_runs_on():
    fields = settled_numbers([number(0, 1), number(1, 12, "12", "2"), number(2, 3), number(3, 4), number(4, 5), number(5, 9)])
    assert [field.value for field in fields] == [1, 2, 3, 4, 5, 9]
    assert fields[1].confidence <= 0.6
