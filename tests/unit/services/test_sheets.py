"""What a person is shown of a document: what is asked and why, what may be meant, and what is sure."""

from __future__ import annotations

from functools import partial

import pytest

from bridge.domain.desk import Step, StepKind
from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Reading
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document, Field, Issue, IssueCode, JsonValue, Origin
from bridge.domain.sheet import Answer, Cause, Line, Sheet
from bridge.services.sheets import SheetRules, sheet_of
from bridge.stages.typed import parse_value

BOX = (0.1, 0.2, 0.3, 0.4)
SPECS = (
    FieldSpec("patient.family_name", FieldKind.NAME, ()),
    FieldSpec("patient.birth_date", FieldKind.DATE, ()),
    FieldSpec("patient.sex", FieldKind.CHOICE, (), choices={"male": ("männlich", "m"), "female": ("weiblich",)}),
    FieldSpec("hospital.admitted", FieldKind.YES_NO, ()),
    FieldSpec("symptoms", FieldKind.LIST, ()),
    FieldSpec("notifier.name", FieldKind.NAME, ()),
)
COLUMNS = (FieldSpec("city", FieldKind.CITY, ()), FieldSpec("birth_date", FieldKind.DATE, ()))
REQUIRED = ("patient.family_name",)
LETTER = DocumentType("letter", "Brief", 1, "deliver", {}, {}, {}, SPECS, (), REQUIRED, (), 0.9, 0.9)
CASES = DocumentType("case_list", "Liste", 1, "deliver", {}, {}, {}, (), COLUMNS, ("rows",), (), 0.9, 0.9)
TYPES = {"letter": LETTER, "case_list": CASES}
RULES = SheetRules(TYPES, partial(parse_value, codes={}), frozenset({"patient.birth_date"}))
BY_HAND = Evidence(FieldKind.NAME, Agreement.SINGLE, 0.5, 0.5, 1.0, 1, False, True, False, True)


def read(path: str, value: JsonValue, *readings: str, is_sure: bool = False, **changes: object) -> Field:
    those = tuple(Reading(f"reader{number}", text, 0.9) for number, text in enumerate(readings))
    return Field(path, value, str(value), 0.4, Origin.READ, 1, BOX, those, is_sure, **changes)


def sheet(*fields: Field, issues: tuple[Issue, ...] = (), steps: tuple[Step, ...] = (), kind: str = "letter", **facts: object) -> Sheet:
    known = (read("patient.family_name", "Böhm", is_sure=True), *fields) if kind == "letter" else fields
    document = Document("d", "f", 1, kind, 0.9, (1,), DocumentState.WAITING, known, issues, **facts)
    return sheet_of(document, steps, len(steps), RULES)


def line(shown: Sheet, path: str) -> Line:
    return next(line for line in shown.lines if line.path == path)


def test_what_is_sure_is_not_asked_and_stands_in_its_group_under_a_german_name() -> None:
    shown = sheet(read("notifier.name", "Dr. Weiß", is_sure=True))
    assert [(group.name, group.title, [line.label for line in group.lines]) for group in shown.groups] == [
        ("patient", "Betroffene Person", ["Familienname"]),
        ("notifier", "Meldende Person", ["Name"]),
    ]
    assert shown.asked == ()


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("patient.birth_date", "2020-03-15", "15.03.2020"),
        ("patient.birth_date", "2020-03", "03.2020"),
        ("patient.sex", "female", "weiblich"),
        ("hospital.admitted", True, "ja"),
        ("hospital.admitted", False, "nein"),
        ("hospital.admitted", None, "nicht bekannt"),
        ("symptoms", ["Fieber", "Husten"], "Fieber, Husten"),
    ],
)
def test_a_value_is_shown_as_a_person_would_type_it_and_is_read_back(path: str, value: JsonValue, text: str) -> None:
    assert line(sheet(read(path, value)), path).text == text
    assert RULES.parse(LETTER, path, text) == value


@pytest.mark.parametrize(
    ("field", "issue", "cause", "reason"),
    [
        (read("notifier.name", "Meier", "Meier", "Maier"), None, Cause.MISREAD, "Die Leser sind uneins: „Meier“ oder „Maier“."),
        (read("notifier.name", "Meier", basis=BY_HAND), None, Cause.MISREAD, "Von Hand geschrieben; bitte mit dem Bild vergleichen."),
        (read("notifier.name", "Meier", "Meier"), None, Cause.MISREAD, "Nicht sicher gelesen; bitte mit dem Bild vergleichen."),
        (read("notifier.name", "Meier"), IssueCode.IMPLAUSIBLE, Cause.RULE, "Grund."),
        (read("notifier.name", "Meier"), IssueCode.CONFLICT, Cause.MISREAD, "Grund."),
        (read("notifier.name", "Weiß", "Weiss"), IssueCode.WITHHELD, Cause.MISREAD, "Die Leser sind uneins: „Weiß“ oder „Weiss“."),
        (read("patient.sex", "male", "männlich"), None, Cause.MISREAD, "Nicht sicher gelesen; bitte mit dem Bild vergleichen."),
        (
            read("notifier.name", "A" * 50, "B" * 50),
            None,
            Cause.MISREAD,
            "Die Leser sind sich nicht einig; bitte mit dem Bild vergleichen.",
        ),
        (None, IssueCode.MISSING, Cause.MISSING, "Grund."),
        (None, IssueCode.UNREADABLE, Cause.MISREAD, "Grund."),
    ],
)
def test_a_doubt_has_one_cause_and_one_sentence(field: Field | None, issue: IssueCode | None, cause: Cause, reason: str) -> None:
    issues = (Issue("notifier.name", issue, "Grund.", 2, BOX),) if issue is not None else ()
    [asked] = sheet(*([field] if field else []), issues=issues).asked
    assert (asked.cause, asked.reason, asked.code, asked.box) == (cause, reason, issue, BOX)


def test_what_is_required_and_was_not_found_is_asked() -> None:
    document = Document("d", "f", 1, "letter", 0.9, (1,), DocumentState.WAITING)
    [asked] = sheet_of(document, (), 0, RULES).asked
    assert (asked.path, asked.cause, asked.is_required) == ("patient.family_name", Cause.MISSING, True)


def test_the_readings_that_differ_are_offered_normalised_and_nothing_that_is_no_value() -> None:
    field = read("patient.birth_date", "2020-03-15", "15.03.2020", "16.3.2020", "Quark", "16.03.2020")
    choices = line(sheet(field), "patient.birth_date").choices
    assert [(choice.text, choice.readers) for choice in choices] == [
        ("15.03.2020", ("reader0",)),
        ("16.03.2020", ("reader1", "reader3")),
    ]


def test_of_a_question_with_fixed_answers_all_are_offered() -> None:
    shown = sheet(read("patient.sex", "male"), read("hospital.admitted", True))
    assert [choice.text for choice in line(shown, "patient.sex").choices] == ["männlich", "weiblich"]
    assert {choice.text for choice in line(shown, "hospital.admitted").choices} >= {"ja", "nein"}
    for path in ("patient.sex", "hospital.admitted"):
        for choice in line(shown, path).choices:
            RULES.parse(LETTER, path, choice.text)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        (Step(StepKind.VALUE, "patient.birth_date", "1.1.2020"), Answer.TYPED),
        (Step(StepKind.CONFIRMED, "patient.birth_date"), Answer.CONFIRMED),
        (Step(StepKind.ABSENT, "patient.birth_date"), Answer.ABSENT),
        (Step(StepKind.UNREADABLE, "patient.birth_date"), Answer.UNREADABLE),
    ],
)
def test_an_answered_line_keeps_why_it_was_asked(step: Step, answer: Answer) -> None:
    shown = sheet(read("patient.birth_date", "2020-03-15"), steps=(step,))
    answered = line(shown, "patient.birth_date")
    assert (answered.answer, answered.cause, answered.is_double, shown.asked) == (answer, Cause.MISREAD, True, ())


def test_doubts_about_no_field_are_notes() -> None:
    loose = Issue("unassigned.1", IssueCode.CONFLICT, "Eine Angabe gehört zu keinem Feld.")
    assert sheet(issues=(loose, loose), reason="Die Dokumentart ist unsicher.").notes == ("Die Dokumentart ist unsicher.", loose.message)
    assert sheet(reason="Bitte prüfen: Familienname").notes == ()  # its field says so


def test_a_row_is_the_strip_of_its_cells() -> None:
    cells = (
        Field("rows.0.city", "Görlitz", "", 1.0, Origin.READ, 1, (0.1, 0.2, 0.3, 0.25), is_sure=True),
        Field("rows.0.birth_date", "2020-03-15", "", 1.0, Origin.READ, 1, (0.5, 0.19, 0.6, 0.24), is_sure=True),
        Field("rows.2.city", "Zittau", "", 1.0, Origin.READ, 2, BOX),
    )
    shown = sheet(*cells, kind="case_list")
    assert shown.columns == (("city", "Ort"), ("birth_date", "Geburtsdatum"))
    assert [(row.number, row.page, row.box) for row in shown.rows] == [(0, 1, (0.1, 0.19, 0.6, 0.25)), (1, None, None), (2, 2, BOX)]
    assert [cell.text for cell in shown.rows[0].cells] == ["Görlitz", "15.03.2020"]
    assert [line.path for line in shown.asked] == ["rows.2.city"]


def test_answers_go_with_their_rows() -> None:
    cells = (read("rows.0.city", "Görlitz"), read("rows.1.city", "Zittau"))
    said = Step(StepKind.CONFIRMED, "rows.1.city")
    inserted, deleted = Step(StepKind.ROW_INSERTED, row=0), Step(StepKind.ROW_DELETED, row=0)

    def answered(*steps: Step) -> list[str]:
        return [line.path for line in sheet(*cells, kind="case_list", steps=steps).lines if line.answer is not Answer.OPEN]

    assert answered(said, inserted) == ["rows.2.city"]
    assert answered(said, deleted) == ["rows.0.city"]
    assert answered(said, Step(StepKind.ROW_DELETED, row=1)) == []


@pytest.mark.parametrize(("row", "count"), [(0, 3), (2, 3)])
def test_an_added_row_is_shown_empty(row: int, count: int) -> None:
    cells = (read("rows.0.city", "Görlitz"), read("rows.1.city", "Zittau"))
    shown = sheet(*cells, kind="case_list", steps=(Step(StepKind.ROW_INSERTED, row=row),))
    assert len(shown.rows) == count
    assert [cell.text for cell in shown.rows[row].cells] == ["", ""]
    assert len(sheet(*cells, kind="case_list", steps=(Step(StepKind.ROW_INSERTED, row=row), Step(StepKind.ROW_DELETED, row=row))).rows) == 2


def test_a_list_that_becomes_a_letter_has_no_rows() -> None:
    shown = sheet(read("rows.0.city", "Görlitz"), kind="case_list", steps=(Step(StepKind.TYPE, text="letter"),))
    assert (shown.type, shown.title, shown.rows, shown.columns) == ("letter", "Brief", (), ())
