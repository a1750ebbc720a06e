"""The desk: one document for one person, every step kept, and nothing leaves while something is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.desk import Draft, Step, StepKind, WaitingFilter
from bridge.domain.errors import NotFoundError, RefusedError, StateConflictError
from bridge.domain.forms import CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import Completeness, Document, Fax, Field, Issue, IssueCode, JsonObject, Origin, ReviewTask
from bridge.domain.people import Action, Invitation, Permission, Person, Role
from bridge.domain.routing import Routes
from bridge.domain.sheet import Answer, Cause, Sheet
from bridge.services.desk import LEASE, Confirmed, Desk, HeldError
from bridge.services.learn import Learn
from bridge.services.review import Review
from bridge.stages.schema import RecordSchemas
from bridge.stages.typed import code_for_name, parse_value
from bridge.store.sql import SqlStore
from tests.deliveries import START, HeardBell, SetClock, add_document, add_fax, name_field

CODES = {"diseases": (CodeEntry("msvd", "Masern"), CodeEntry("mpvd", "Mumps"))}
LETTER = DocumentType(
    "letter",
    "Brief",
    1,
    "deliver",
    {},
    {},
    {},
    (
        FieldSpec("patient.family_name", FieldKind.NAME, ()),
        FieldSpec("patient.birth_date", FieldKind.DATE, ()),
        FieldSpec("disease", FieldKind.CODE, (), codes="diseases"),
        FieldSpec("subject", FieldKind.TEXT, ()),
    ),
    (),
    ("patient.family_name",),
    (),
    0.9,
    0.9,
)
CASES = replace(
    LETTER,
    name="case_list",
    title="Liste",
    fields=(FieldSpec("subject", FieldKind.TEXT, ()),),
    columns=(FieldSpec("city", FieldKind.CITY, ()),),
    required=("rows",),
)
TYPES = {"letter": LETTER, "case_list": CASES}
ALL = WaitingFilter()
BIRTH = "patient.birth_date"


def doubtful(path: str = BIRTH, value: str = "2020-03-15") -> Field:
    return Field(path, value, value, 0.4, Origin.READ, page=1, box=(0.1, 0.2, 0.3, 0.4))


@dataclass
class Office:
    """A desk over a real database, and people who work at it."""

    store: SqlStore
    clock: SetClock
    desk: Desk

    def hire(self, name: str, role: Role = Role.CLERK, mailboxes: tuple[str, ...] = ("office",)) -> Person:
        person = Person(new_id(), name.lower(), name, (role,), mailboxes, START)
        self.store.add_person(person, invitation_of(person), Action(START, None, "person added"))
        return person

    def receive(self, *fields: Field, issues: tuple[Issue, ...] = (), hours: float = 0, **changes: Any) -> Document:
        """A document that waits, due `hours` later than the first."""
        document = add_document(self.store, add_fax(self.store), fields=fields or (name_field(),), issues=issues, **changes)
        due_at = START + timedelta(hours=24 + hours)
        with self.store.begin() as tx:
            tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "Bitte prüfen.", START, due_at=due_at))
        return document

    def fail(self) -> Fax:
        return add_fax(self.store, FaxState.ENCRYPTED)

    def said(self, document: Document) -> list[str]:
        """What the log says of a fax, oldest first."""
        return [action.what for _, action in reversed(self.store.actions(fax_id=document.fax_id))]

    def record(self, document: Document) -> JsonObject:
        return self.store.records(document.id)[-1].body


def invitation_of(person: Person) -> Invitation:
    return Invitation(person.id.replace("-", "") * 2, person.id, START, START + timedelta(days=7))


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Office:
    return office_of(SqlStore(sqlite_url, tmp_path))


def office_of(store: SqlStore, types: dict[str, DocumentType] = TYPES, double: frozenset[str] = frozenset()) -> Office:
    clock = SetClock(START + timedelta(hours=1))
    parse, code_of = partial(parse_value, codes=CODES), partial(code_for_name, codes=CODES)
    routes = Routes(default=("office",), targets=frozenset({"office"}))
    review = Review(store, HeardBell(), clock, types, routes, parse, "https://bridge.example", RecordSchemas(types, CODES))
    return Office(store, clock, Desk(store, review, clock, types, parse, code_of, Learn(types), double))


@pytest.fixture
def anna(office: Office) -> Person:
    return office.hire("Anna")


@pytest.fixture
def berta(office: Office) -> Person:
    return office.hire("Berta")


def value(path: str, text: str, **changes: object) -> Step:
    return Step(StepKind.VALUE, path, text, **changes)


def answers(sheet: Sheet) -> dict[str, Answer]:
    return {line.path: line.answer for line in sheet.lines if line.answer is not Answer.OPEN}


def texts(sheet: Sheet) -> dict[str, str]:
    return {line.path: line.text for line in sheet.lines if line.text}


def test_a_clear_document_is_confirmed_at_once_and_the_next_is_the_persons(office: Office, anna: Person, berta: Person) -> None:
    first, second, third = office.receive(), office.receive(hours=1), office.receive(hours=2)
    office.desk.open(berta, second.id)
    sheet = office.desk.open(anna, first.id)

    done = office.desk.confirm(anna, first.id, sheet.revision)

    assert done == Confirmed(1, third.id)
    assert office.store.lease_holders("review:", office.clock.now()) == {second.fax_id: berta.id, third.fax_id: anna.id}
    assert office.record(first)["review"] == {"outcome": "confirmed", "at": office.clock.now().isoformat()}
    assert office.said(first) == ["document opened", "document confirmed"]


def test_nothing_leaves_while_something_is_asked(office: Office, anna: Person) -> None:
    document = office.receive(name_field(), doubtful())
    with pytest.raises(RefusedError, match="still asked") as refused:
        office.desk.confirm(anna, document.id, 0)
    assert "Geburtsdatum" in refused.value.reason
    assert office.store.records(document.id) == []


def test_steps_are_kept_confirmed_and_forgotten(office: Office, anna: Person) -> None:
    document = office.receive(name_field(), doubtful())
    sheet = office.desk.take_steps(anna, document.id, [value(BIRTH, "16.03.2020")], 0)
    assert (texts(sheet)[BIRTH], answers(sheet), sheet.revision, sheet.steps) == ("16.03.2020", {BIRTH: Answer.TYPED}, 1, 1)
    assert office.desk.open(anna, document.id) == sheet

    assert office.desk.confirm(anna, document.id, 1) == Confirmed(1, None)

    body = office.record(document)
    assert (body["data"], body["completeness"]) == ({"patient": {"family_name": "Böhm", "birth_date": "2020-03-16"}}, "whole")
    assert body["review"]["outcome"] == "corrected"
    assert office.store.draft(document.id) is None
    assert office.store.lease_holders("review:", office.clock.now()) == {}


@pytest.mark.parametrize("step", [Step(StepKind.CONFIRMED, BIRTH), value(BIRTH, "15.3.2020")])
def test_agreeing_with_what_was_read_is_no_correction(office: Office, anna: Person, step: Step) -> None:
    document = office.receive(name_field(), doubtful())
    office.desk.take_steps(anna, document.id, [step], 0)
    office.desk.confirm(anna, document.id, 1)
    assert office.record(document)["review"]["outcome"] == "confirmed"


def test_the_log_says_which_fields_were_changed_and_never_what_was_typed(office: Office, anna: Person) -> None:
    document = office.receive(name_field(), doubtful())
    office.desk.take_steps(anna, document.id, [value("patient.family_name", "Geheim"), value(BIRTH, "16.03.2020")], 0)
    office.desk.confirm(anna, document.id, 1)
    told = str(office.store.actions(fax_id=document.fax_id))
    assert "patient.family_name" in told
    assert "Geheim" not in told
    assert "2020" not in told


def test_a_required_value_may_lack_only_where_a_person_says_so(office: Office, anna: Person) -> None:
    document = office.receive(doubtful("subject", "Anfrage"))
    sheet = office.desk.take_steps(anna, document.id, [Step(StepKind.CONFIRMED, "subject")], 0)
    [line] = sheet.asked
    assert (line.path, line.cause, line.is_required) == ("patient.family_name", Cause.MISSING, True)

    sheet = office.desk.take_steps(anna, document.id, [Step(StepKind.UNREADABLE, "patient.family_name")], 1)

    assert sheet.asked == ()
    office.desk.confirm(anna, document.id, 2)
    body = office.record(document)
    assert (body["completeness"], [(issue["field"], issue["code"]) for issue in body["issues"]]) == (
        "partial",
        [("patient.family_name", "unreadable")],
    )


def test_every_step_is_undone_alone_and_a_group_at_once(office: Office, anna: Person) -> None:
    document = office.receive(name_field(), doubtful())
    steps = [value("subject", "eins")], [value(BIRTH, "1.1.2020", group="g"), value("subject", "zwei", group="g")]
    for revision, those in enumerate(steps):
        office.desk.take_steps(anna, document.id, those, revision)
    assert texts(office.desk.undo(anna, document.id, 2))["subject"] == "eins"
    sheet = office.desk.undo(anna, document.id, 3)
    assert "subject" not in texts(sheet)
    assert (sheet.steps, [line.path for line in sheet.asked]) == (0, [BIRTH])
    with pytest.raises(RefusedError, match="nothing to undo"):
        office.desk.undo(anna, document.id, 4)


def test_a_draft_that_moved_on_is_never_overwritten_or_confirmed(office: Office, anna: Person) -> None:
    document = office.receive()
    office.desk.take_steps(anna, document.id, [value("subject", "x")], 0)
    for act in (
        lambda: office.desk.take_steps(anna, document.id, [value("subject", "y")], 0),
        lambda: office.desk.undo(anna, document.id, 0),
        lambda: office.desk.confirm(anna, document.id, 0),
    ):
        with pytest.raises(StateConflictError):
            act()
    assert office.store.draft(document.id).steps == (value("subject", "x"),)


def test_a_step_that_does_not_fit_changes_nothing(office: Office, anna: Person) -> None:
    document = office.receive()
    for step in (value(BIRTH, "gestern"), Step(StepKind.CONFIRMED, "subject"), Step(StepKind.CONFIRMED, "disease.name")):
        with pytest.raises(RefusedError):
            office.desk.take_steps(anna, document.id, [value("patient.family_name", "x"), step], 0)
    assert office.store.draft(document.id) is None


def test_the_key_pressed_twice_sends_one_version(office: Office, anna: Person) -> None:
    clear, typed = office.receive(), office.receive(name_field(), doubtful())
    office.desk.take_steps(anna, typed.id, [value(BIRTH, "16.03.2020")], 0)
    for document, revision in ((clear, 0), (typed, 1)):
        office.desk.confirm(anna, document.id, revision)
        with pytest.raises((RefusedError, StateConflictError)):
            office.desk.confirm(anna, document.id, revision)
        assert len(office.store.records(document.id)) == 1


def test_what_was_typed_meanwhile_in_another_window_is_not_lost(office: Office, anna: Person) -> None:
    document = office.receive()
    steps: Sequence[Step] = (value("subject", "später"),)

    class TypesWhileSending(Review):
        def finish(self, *arguments: object, **more: object) -> int:
            with office.store.begin() as tx:
                tx.save_draft(Draft(document.id, anna.id, tuple(steps), 1, START), None)
            return super().finish(*arguments, **more)

    review = office.desk.review
    names = ("store", "queue", "clock", "types", "routes", "parse", "public_url", "schemas")
    slow = replace(office.desk, review=TypesWhileSending(*(getattr(review, name) for name in names)))
    with pytest.raises(StateConflictError):
        slow.confirm(anna, document.id, 0)
    assert office.store.records(document.id) == []
    assert office.store.draft(document.id).steps == steps


def test_a_sent_document_is_corrected_by_its_next_version(office: Office, anna: Person) -> None:
    document = office.receive()
    office.desk.confirm(anna, document.id, 0)
    office.desk.take_steps(anna, document.id, [value("subject", "Nachtrag")], 0)
    assert office.desk.confirm(anna, document.id, 1).version == 2


def test_a_question_about_a_partly_sent_record_is_answered_or_settled(office: Office, anna: Person) -> None:
    withheld = Issue(BIRTH, IssueCode.WITHHELD, "zurückgehalten", 1)
    facts: dict[str, Any] = {"state": DocumentState.RELEASED, "completeness": Completeness.PARTIAL}
    document = office.receive(name_field(), doubtful(), issues=(withheld,), **facts)
    sheet = office.desk.open(anna, document.id)
    assert [line.path for line in sheet.asked] == [BIRTH]
    office.desk.settle(anna, document.id, "nicht nötig")
    assert office.desk.next(anna, ALL) is None
    assert office.said(document)[-1] == "question closed"


def test_two_people_never_hold_one_fax(office: Office, anna: Person, berta: Person) -> None:
    document = office.receive()
    office.desk.open(anna, document.id)
    for act in (
        lambda: office.desk.open(berta, document.id),
        lambda: office.desk.take_steps(berta, document.id, [value("subject", "x")], 0),
        lambda: office.desk.confirm(berta, document.id, 0),
        lambda: office.desk.keep(berta, document.fax_id),
        lambda: office.desk.reject(berta, document.id, "weil"),
        lambda: office.desk.postpone(berta, document.id, office.clock.now() + LEASE, None),
    ):
        with pytest.raises(HeldError) as held:
            act()
        assert "Anna" in held.value.reason
    office.desk.leave(berta, document.fax_id)  # what is not hers she cannot give away
    assert office.store.lease_holders("review:", office.clock.now()) == {document.fax_id: anna.id}


def test_a_hold_ends_when_it_is_given_up_or_nobody_keeps_it(office: Office, anna: Person, berta: Person) -> None:
    document = office.receive()
    office.desk.take_steps(anna, document.id, [value("subject", "von Anna")], 0)
    office.clock.at += LEASE - timedelta(seconds=1)
    office.desk.keep(anna, document.fax_id)
    office.clock.at += LEASE - timedelta(seconds=1)
    with pytest.raises(HeldError):
        office.desk.open(berta, document.id)
    office.clock.at += timedelta(seconds=1)
    assert texts(office.desk.open(berta, document.id))["subject"] == "von Anna"  # her work is there still
    with pytest.raises(HeldError):
        office.desk.keep(anna, document.fax_id)
    office.desk.leave(berta, document.fax_id)
    office.desk.open(anna, document.id)


def test_opening_is_logged_once_for_as_long_as_it_is_held(office: Office, anna: Person) -> None:
    document = office.receive()
    for _ in range(3):
        office.desk.open(anna, document.id)
    assert office.said(document) == ["document opened"]


@pytest.mark.parametrize(("role", "mailboxes"), [(Role.CLERK, ("labor",)), (Role.AUDITOR, ("*",)), (Role.ADMINISTRATOR, ("*",))])
def test_for_others_a_document_does_not_exist(office: Office, role: Role, mailboxes: tuple[str, ...]) -> None:
    document, stranger = office.receive(), office.hire("Xaver", role, mailboxes)
    until = office.clock.now() + LEASE
    for act in (
        lambda: office.desk.open(stranger, document.id),
        lambda: office.desk.keep(stranger, document.fax_id),
        lambda: office.desk.take_steps(stranger, document.id, [value("subject", "x")], 0),
        lambda: office.desk.undo(stranger, document.id, 0),
        lambda: office.desk.confirm(stranger, document.id, 0),
        lambda: office.desk.postpone(stranger, document.id, until, None),
        lambda: office.desk.hand_over(stranger, document.id, stranger.id, None),
        lambda: office.desk.reject(stranger, document.id, "weil"),
        lambda: office.desk.settle(stranger, document.id, "weil"),
        lambda: office.desk.bring_back(stranger, document.id),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert office.said(document) == []


def test_only_what_is_of_the_persons_mailboxes_waits_for_her(office: Office) -> None:
    office.receive()
    labor = office.hire("Lara", mailboxes=("labor",))
    assert office.desk.waiting(labor, ALL) == ([], 0)
    assert office.desk.count(labor, replace(ALL, mailboxes=("office",))) == 0
    assert office.desk.next(labor, ALL) is None
    assert office.desk.count(office.hire("Olga", mailboxes=("*",)), ALL) == 1


def test_a_document_comes_next_however_much_nobody_could_read(office: Office, anna: Person) -> None:
    for _ in range(45):
        office.fail()
    document = office.receive()
    assert office.desk.next(anna, ALL) == document.id
    assert office.desk.next(anna, ALL, after=document.id) is None


def test_what_is_postponed_comes_back_on_its_day(office: Office, anna: Person) -> None:
    document = office.receive()
    until = office.clock.now() + timedelta(days=2)
    office.desk.postpone(anna, document.id, until, " Rückruf am Montag ")
    assert office.desk.waiting(anna, ALL) == ([], 0)
    assert office.store.lease_holders("review:", office.clock.now()) == {}
    office.clock.at = until
    ([line], _) = office.desk.waiting(anna, ALL)
    assert line.task is not None
    assert line.task.note == "Rückruf am Montag"
    with pytest.raises(RefusedError, match="time has passed"):
        office.desk.postpone(anna, document.id, until, None)


def test_what_is_handed_over_comes_next_for_that_person_alone(office: Office, anna: Person, berta: Person) -> None:
    document = office.receive()
    office.desk.hand_over(anna, document.id, berta.id, "Bitte ansehen")
    assert (office.desk.next(anna, ALL), office.desk.next(berta, ALL)) == (None, document.id)
    for other in (office.hire("Lara", mailboxes=("labor",)), office.hire("Adam", Role.AUDITOR)):
        assert not (other.may(Permission.REVIEW) and other.sees("office"))
        with pytest.raises(RefusedError, match="not for that person"):
            office.desk.hand_over(berta, document.id, other.id, None)


def test_a_rejected_document_does_not_leave_and_can_be_brought_back(office: Office, anna: Person) -> None:
    document = office.receive()
    office.desk.reject(anna, document.id, "Doppelt")
    assert office.store.document(document.id).state is DocumentState.REJECTED
    with pytest.raises(StateConflictError):
        office.desk.take_steps(anna, document.id, [value("subject", "x")], 0)
    office.desk.bring_back(anna, document.id)
    assert office.desk.next(anna, ALL) == document.id
    assert office.said(document) == ["document rejected", "document brought back"]


def test_a_name_brings_its_code_and_both_are_undone_at_once(office: Office, anna: Person) -> None:
    document = office.receive()
    sheet = office.desk.take_steps(anna, document.id, [value("disease.name", "Masern")], 0)
    assert (texts(sheet)["disease.code"], sheet.asked) == ("msvd", ())
    assert set(texts(office.desk.undo(anna, document.id, 1))) == {"patient.family_name"}


def test_a_changed_name_without_a_known_code_leaves_the_code_to_the_person(office: Office, anna: Person) -> None:
    read = (name_field("Masern", "disease.name"), name_field("msvd", "disease.code"))
    document = office.receive(name_field(), *read)
    sheet = office.desk.take_steps(anna, document.id, [value("disease.name", "Unbekanntes Fieber")], 0)
    assert [(line.path, line.cause) for line in sheet.asked] == [("disease.code", Cause.RULE)]
    with pytest.raises(RefusedError, match="still asked"):
        office.desk.confirm(anna, document.id, 1)


def test_a_critical_value_is_entered_twice(sqlite_url: str, tmp_path: Path) -> None:
    office = office_of(SqlStore(sqlite_url, tmp_path), double=frozenset({BIRTH, "patient.family_name"}))
    anna = office.hire("Anna")
    document = office.receive(name_field(), doubtful())
    office.desk.take_steps(anna, document.id, [value(BIRTH, "16.3.2020")], 0)
    for second, cause in (({}, "missing"), ({BIRTH: " "}, "missing"), ({BIRTH: "15.3.2020"}, "differs")):
        with pytest.raises(RefusedError, match=cause):
            office.desk.confirm(anna, document.id, 1, second=second)
    assert office.store.records(document.id) == []
    office.desk.confirm(anna, document.id, 1, second={BIRTH: "16.03.2020"})  # the name was sure, and nobody touched it
    assert len(office.store.records(document.id)) == 1


def test_a_list_of_which_rows_may_be_missing_is_completed_or_said_to_be_complete(office: Office, anna: Person) -> None:
    short = Issue("rows", IssueCode.MISSING, "Es kann eine Zeile fehlen.")
    cells = (name_field("Görlitz", "rows.0.city"), name_field("Zittau", "rows.1.city"))
    document = office.receive(*cells, issues=(short,), type="case_list")
    sheet = office.desk.open(anna, document.id)
    [line] = sheet.asked
    assert (line.path, line.reason, [choice.text for choice in line.choices]) == ("rows", "Es kann eine Zeile fehlen.", ["vollständig"])
    assert sheet.notes == ()

    sheet = office.desk.take_steps(anna, document.id, [Step(StepKind.ROW_INSERTED, row=2)], 0)
    assert len(sheet.rows) == 3  # an empty row is there to be filled
    office.desk.take_steps(anna, document.id, [Step(StepKind.ROW_INSERTED, row=0)], 1)
    office.desk.take_steps(anna, document.id, [value("rows.3.city", "Löbau"), value("rows", "vollständig")], 2)
    office.desk.confirm(anna, document.id, 3)

    body = office.record(document)
    assert body["data"] == {"rows": [{"city": "Görlitz"}, {"city": "Zittau"}, {"city": "Löbau"}]}
    assert (body["completeness"], body["issues"]) == ("whole", [])


def test_a_list_without_rows_asks_for_them(office: Office, anna: Person) -> None:
    document = office.receive(name_field("x", "subject"), type="case_list", issues=(Issue("rows", IssueCode.MISSING, "Fehlt."),))
    assert [line.path for line in office.desk.open(anna, document.id).asked] == ["rows"]
    assert office.desk.take_steps(anna, document.id, [value("rows.0.city", "Görlitz")], 0).asked == ()
    office.desk.confirm(anna, document.id, 1)
    assert office.record(document)["data"] == {"subject": "x", "rows": [{"city": "Görlitz"}]}


def test_a_draft_opens_though_its_type_has_changed_since(office: Office, anna: Person) -> None:
    document = office.receive(name_field(), doubtful())
    office.desk.take_steps(anna, document.id, [value(BIRTH, "16.3.2020"), value("subject", "x")], 0)
    without = {"letter": replace(LETTER, fields=tuple(spec for spec in LETTER.fields if spec.path != "subject"))}

    sheet = office_of(office.store, without).desk.open(anna, document.id)

    assert (texts(sheet)[BIRTH], sheet.revision, sheet.steps) == ("16.03.2020", 2, 1)
    assert office.said(document)[-1] == "draft changed"
