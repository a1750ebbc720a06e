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
    assert fields[5].confidence > 0.6


def test_a_number_between_two_that_run_on_is_told_by_them():
    fields = settled_numbers([number(row, value) for row, value in enumerate((1, 2, 31, 4, 5, 6))])
    assert fields[2].value == 3
    assert fields[2].confidence <= 0.6


def test_numbers_around_a_lost_row_keep_their_gap():
    fields = settled_numbers([number(row, value) for row, value in enumerate((1, 2, 3, 4, 6, 7))])
    assert [field.value for field in fields] == [1, 2, 3, 4, 6, 7]


def city(row: int, value: str, *readings: str) -> Field:
    read = tuple(Reading("ppocr", text, 0.9) for text in readings or (value,))
    return Field(f"rows.{row}.city", value, value, 0.97, Origin.READ, 1, (0.0, 0.0, 1.0, 1.0), readings=read)


def test_an_entry_that_its_readings_dispute_is_taken_for_the_one_of_many_rows_that_it_nearly_is():
    rows = (("Kater", "Kaler"), ("Käfer", "Käfer"), ("Käfer", "Käfer"), ("Käfer", "Käfer"), ("Igel", "Igel"))
    assert settled(*rows)[0] == "Käfer"
    places = [city(0, "Leipziq", "Leipziq", "Lcipzg"), *(city(row, "Leipzig") for row in range(1, 5))]
    fields = settled_by_column(places)
    assert fields[0].value == "Leipzig"
    assert fields[0].confidence <= 0.6


def test_entries_that_figures_or_letters_tell_apart_stay_so():
    many = [("Gruppe 2", "Gruppe 2")] * 4
    assert settled(("Gruppe 1", "Gruppe I"), *many)[0] != "Gruppe 2"
    assert settled(("Haus A", "Haus Ä"), *[("Haus B", "Haus B")] * 4)[0] != "Haus B"
    assert settled(("1a", "la"), *[("1b", "1b")] * 4)[0] == "1a"
    assert settled(("Station 3", "Stalion 3"), *[("Station 5", "Station 5")] * 4)[0] == "Station 3"


def test_a_place_that_is_known_is_not_made_another():
    fields = settled_by_column([city(0, "Halle", "Halle", "Halie"), *(city(row, "Halde") for row in range(1, 5))])
    assert fields[0].value == "Halle"


def test_a_blank_that_one_reader_dropped_is_put_back():
    assert settled(("M14", "M 14"), ("M14", "M 14"), ("M14", "M14"), ("ITS", "ITS")) == ["M 14", "M 14", "M 14", "ITS"]


def test_a_place_within_an_address_stays_a_place():
    fields = settled_by_column([city(row, "Leipzig", "Ringweg 3, 04109 Leipzig") for row in range(4)])
    assert [field.value for field in fields] == ["Leipzig"] * 4
