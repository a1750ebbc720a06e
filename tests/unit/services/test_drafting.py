"""What each step makes of a document, and which steps are refused."""

from __future__ import annotations

from functools import partial

import pytest

from bridge.domain.desk import Step, StepKind
from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document, Field, Issue, IssueCode, JsonValue, Origin
from bridge.services.answers import without_value
from bridge.services.drafting import LIST, apply_steps, differs, fitting_steps, without_empty_rows
from bridge.stages.typed import parse_value

BOX = (0.1, 0.2, 0.3, 0.4)


def kind(name: str, fields: dict[str, FieldKind], columns: tuple[str, ...] = ()) -> DocumentType:
    specs = tuple(FieldSpec(path, each, ()) for path, each in fields.items())
    of_rows = tuple(FieldSpec(path, FieldKind.TEXT, ()) for path in columns)
    return DocumentType(name, name, 1, "deliver", {}, {}, {}, specs, of_rows, (), (), 0.9, 0.9)


LETTER = {"subject": FieldKind.TEXT, "date": FieldKind.DATE}
TYPES = {
    "letter": kind("letter", LETTER),
    "note": kind("note", {"subject": FieldKind.TEXT}),
    "case_list": kind("case_list", {"list_date": FieldKind.DATE}, ("city", "note")),
}
parse = partial(parse_value, codes={})


def read(path: str, value: JsonValue, **changes: object) -> Field:
    return Field(path, value, str(value), 0.4, Origin.READ, 1, BOX, **changes)


def doubt(path: str, code: IssueCode = IssueCode.CONFLICT) -> Issue:
    return Issue(path, code, "Bitte prüfen.", 1, BOX)


def letter(*fields: Field, issues: tuple[Issue, ...] = (), type_name: str = "letter") -> Document:
    return Document("d", "f", 1, type_name, 0.5, (1,), DocumentState.WAITING, fields, issues)


def case_list(*fields: Field, issues: tuple[Issue, ...] = ()) -> Document:
    return letter(*fields, issues=issues, type_name="case_list")


def value(path: str, text: str, **changes: object) -> Step:
    return Step(StepKind.VALUE, path, text, **changes)


def after(document: Document, *steps: Step) -> Document:
    return apply_steps(document, steps, TYPES, parse)


def values(document: Document) -> dict[str, JsonValue]:
    return {field.path: field.value for field in document.fields}


def test_a_typed_value_replaces_the_read_one_in_its_place() -> None:
    document = letter(read("date", "2020-03-15"), read("subject", "Masem"), issues=(doubt("subject"), doubt("date")))

    changed = after(document, value("subject", " Masern "))

    assert [field.path for field in changed.fields] == ["date", "subject"]
    assert changed.fields[1] == Field("subject", "Masern", " Masern ", 1.0, Origin.CORRECTED, 1, BOX, is_sure=True)
    assert changed.issues == (doubt("date"),)


def test_a_typed_value_is_held_to_the_grammar_and_stands_where_the_person_found_it() -> None:
    changed = after(letter(), value("date", "5.3.2020", page=2, box=BOX))
    assert changed.fields == (Field("date", "2020-03-05", "5.3.2020", 1.0, Origin.TYPED, 2, BOX, is_sure=True),)
    moved = after(letter(read("date", "2020-01-01")), value("date", "5.3.2020", page=3, box=(0.5, 0.5, 0.6, 0.6)))
    assert (moved.fields[0].page, moved.fields[0].box) == (3, (0.5, 0.5, 0.6, 0.6))


def test_typing_what_was_read_is_agreeing_with_it() -> None:
    document = letter(read("date", "2020-03-15"), issues=(doubt("date"), doubt("date", IssueCode.IMPLAUSIBLE)))
    same = after(document, value("date", "15.03.2020"))
    assert (same.fields[0].origin, same.fields[0].is_sure, same.fields[0].confidence) == (Origin.READ, True, 1.0)
    assert same == after(document, Step(StepKind.CONFIRMED, "date"))
    assert same.issues == (doubt("date", IssueCode.IMPLAUSIBLE),)  # it stands on the fax like that
    assert not differs(document, same)


@pytest.mark.parametrize(
    "step",
    [
        value("date", "31.31.2020"),
        value("date", ""),
        value("nowhere", "x"),
        value("rows.0.city", "Görlitz"),
        Step(StepKind.VALUE, None, "x"),
        Step(StepKind.CONFIRMED, "nowhere"),
        Step(StepKind.CONFIRMED, "date"),  # where nothing was read there is nothing to agree with
        Step(StepKind.UNREADABLE, "nowhere"),
        Step(StepKind.ABSENT, "nowhere"),
        Step(StepKind.TYPE, text="poem"),
        Step(StepKind.ROW_INSERTED, row=0),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_with_a_german_reason(step: Step) -> None:
    with pytest.raises(RefusedError) as refused:
        after(letter(read("subject", "Masern")), step)
    assert refused.value.reason


def test_what_does_not_stand_on_the_fax_leaves_neither_value_nor_doubt() -> None:
    changed = after(letter(read("subject", "x"), issues=(doubt("subject"),)), Step(StepKind.ABSENT, "subject"))
    assert (changed.fields, changed.issues) == ((), ())


def test_a_doubt_about_no_field_can_be_taken_away() -> None:
    assert after(letter(issues=(doubt("unassigned.1"),)), Step(StepKind.ABSENT, "unassigned.1")).issues == ()


def test_what_nobody_can_read_leaves_its_place_and_no_value() -> None:
    document = letter(read("subject", "x"), issues=(doubt("subject"),))
    changed = after(document, Step(StepKind.UNREADABLE, "subject"))
    assert changed.fields == ()
    [issue] = changed.issues
    assert (issue.field, issue.code, issue.page, issue.box) == ("subject", IssueCode.UNREADABLE, 1, BOX)
    assert after(changed, Step(StepKind.UNREADABLE, "subject")) == changed
    assert after(document, Step(StepKind.UNREADABLE, "subject"), value("subject", "Masern")).issues == ()


def test_another_type_keeps_what_it_knows() -> None:
    document = letter(read("subject", "x"), read("date", "2020-03-15"), issues=(doubt("subject"), doubt("date"), doubt("type")))
    changed = after(document, Step(StepKind.TYPE, text="note"))
    assert (changed.type, changed.type_confidence, values(changed), changed.issues) == ("note", 1.0, {"subject": "x"}, (doubt("subject"),))
    assert after(document, Step(StepKind.TYPE, text="letter")) == document


ROWS = (read("rows.0.city", "A"), read("rows.1.city", "B"), read("rows.1.note", "b"), read("rows.2.city", "C"))


def test_an_inserted_row_moves_those_behind_it_with_their_doubts() -> None:
    changed = after(case_list(*ROWS, issues=(doubt("rows.2.city"), doubt("rows"))), Step(StepKind.ROW_INSERTED, row=1))
    assert values(changed) == {"rows.0.city": "A", "rows.2.city": "B", "rows.2.note": "b", "rows.3.city": "C"}
    assert changed.issues == (doubt("rows.3.city"), doubt("rows"))


def test_a_deleted_row_goes_with_its_doubts() -> None:
    changed = after(case_list(*ROWS, issues=(doubt("rows.1.note"), doubt("rows.2.city"))), Step(StepKind.ROW_DELETED, row=1))
    assert values(changed) == {"rows.0.city": "A", "rows.1.city": "C"}
    assert changed.issues == (doubt("rows.1.city"),)


def test_deleting_what_was_inserted_changes_nothing() -> None:
    document = case_list(*ROWS)
    assert after(document, Step(StepKind.ROW_INSERTED, row=2), Step(StepKind.ROW_DELETED, row=2)) == document


@pytest.mark.parametrize("row", [None, -1, 10**9])
def test_a_step_on_no_row_deletes_none(row: int | None) -> None:
    for change in (StepKind.ROW_DELETED, StepKind.ROW_INSERTED):
        with pytest.raises(RefusedError):
            after(case_list(*ROWS), Step(change, row=row))


def test_a_cell_far_beyond_any_list_is_refused() -> None:
    with pytest.raises(RefusedError):
        after(case_list(*ROWS), value("rows.999999999.city", "X"))


def test_a_person_says_that_no_row_is_missing() -> None:
    document = case_list(*ROWS, issues=(doubt(LIST, IssueCode.MISSING),))
    assert after(document, value(LIST, "Vollständig ")).issues == ()
    assert after(document, Step(StepKind.CONFIRMED, LIST)).issues == ()
    for refused in (value(LIST, "drei fehlen"), value(LIST, "")):
        with pytest.raises(RefusedError):
            after(document, refused)
    with pytest.raises(RefusedError):
        after(case_list(issues=document.issues), value(LIST, "vollständig"))


def test_the_first_value_of_a_list_ends_the_doubt_that_it_has_none() -> None:
    empty = case_list(issues=(doubt(LIST, IssueCode.MISSING),))
    assert after(empty, value("rows.0.city", "A")).issues == ()
    short = case_list(*ROWS, issues=empty.issues)
    assert after(short, value("rows.3.city", "D")).issues == short.issues  # there may be more still


def test_rows_left_empty_are_none() -> None:
    document = after(case_list(*ROWS), Step(StepKind.ROW_INSERTED, row=0), Step(StepKind.ROW_INSERTED, row=2))
    assert values(without_empty_rows(document)) == values(case_list(*ROWS))
    unreadable = case_list(read("rows.2.city", "C"), issues=(doubt("rows.0.city", IssueCode.UNREADABLE),))
    assert values(without_empty_rows(unreadable)) == {"rows.1.city": "C"}  # a row that nobody can read is one


def test_what_is_said_last_of_a_field_counts() -> None:
    said = [Step(StepKind.ABSENT, "subject"), Step(StepKind.UNREADABLE, "date"), Step(StepKind.ABSENT, "rows.0.city")]
    assert without_value(said) == {"subject", "date", "rows.0.city"}
    assert without_value([*said, value("subject", "x"), Step(StepKind.ROW_DELETED, row=0)]) == {"date"}


def test_a_document_differs_by_its_type_and_values_alone() -> None:
    document = letter(read("subject", "x"), issues=(doubt("date"),))
    assert not differs(document, after(document, Step(StepKind.CONFIRMED, "subject")))
    assert not differs(document, after(document, Step(StepKind.ABSENT, "date")))
    for step in (value("subject", "y"), Step(StepKind.ABSENT, "subject"), Step(StepKind.TYPE, text="note"), value("date", "1.1.2020")):
        assert differs(document, after(document, step))


def test_steps_that_a_changed_type_does_not_allow_are_left_out() -> None:
    steps = (value("subject", "y"), value("gone", "x"), Step(StepKind.TYPE, text="poem"), value("date", "1.1.2020"))
    assert fitting_steps(letter(), steps, TYPES, parse) == (steps[0], steps[3])
