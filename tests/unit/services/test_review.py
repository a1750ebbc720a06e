"""What a person may decide, what it leads to, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import (
    Completeness,
    Document,
    Fax,
    Field,
    Issue,
    IssueCode,
    JsonValue,
    Origin,
    Page,
    ReviewTask,
    Work,
)
from bridge.domain.routing import Condition, Fact, Routes, Rule
from bridge.ports import Settlement
from bridge.services.review import Review
from bridge.services.unread import list_unread
from bridge.stages.route import NO_RULE
from bridge.stages.schema import RecordSchemas
from bridge.store.sql import SqlStore
from tests.deliveries import (
    START,
    HeardBell,
    ScriptedSender,
    SetClock,
    add_document,
    add_fax,
    answer,
    deliverer,
    name_field,
    release,
)


def kind(name: str, *paths: str, columns: tuple[str, ...] = ()) -> DocumentType:
    def specs(names: tuple[str, ...]) -> tuple[FieldSpec, ...]:
        return tuple(FieldSpec(path, FieldKind.TEXT, ()) for path in names)

    return DocumentType(name, name, 3, "deliver", {}, {}, {}, specs(paths), specs(columns), (), (), 0.9, 0.9)


ROUTES = Routes(default=("office",), targets=frozenset({"office", "registry"}))
TYPES = {
    "letter": kind("letter", "patient.family_name", "subject", "disease.name", "disease.code"),
    "case_list": kind("case_list", "patient.family_name", columns=("city",)),
    "unknown": kind("unknown"),
}


def parse(kind: DocumentType, path: str, text: str) -> JsonValue:
    if text == "falsch":
        raise RefusedError("wrong value", "Der Wert passt nicht.")
    return None if text == "nicht bekannt" else text.strip()


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START + timedelta(hours=1))


@pytest.fixture
def bell() -> HeardBell:
    return HeardBell()


@pytest.fixture
def review(store: SqlStore, clock: SetClock, bell: HeardBell) -> Review:
    return Review(store, bell, clock, TYPES, ROUTES, parse, "https://bridge.example", RecordSchemas(TYPES, {}))


@pytest.fixture
def deliver_all(store: SqlStore, clock: SetClock, tmp_path: Path) -> Callable[[list[Work], int], None]:
    def run(work: list[Work], status: int) -> None:
        deliver = deliverer(store, tmp_path, clock, office=ScriptedSender([answer(status)]))
        for piece in work:
            deliver.run(piece.id)

    return run


def doubtful(path: str, value: str = "?") -> Field:
    return Field(path, value, value, 0.4, Origin.READ, page=1, box=(0.1, 0.2, 0.3, 0.4))


def waiting(store: SqlStore, *fields: Field, issues: tuple[Issue, ...] = (), **changes: object) -> Document:
    document = add_document(store, add_fax(store), fields=fields or (name_field(),), issues=issues, **changes)
    with store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "Bitte prüfen.", START))
    return document


def test_release_confirms_every_value_and_rings_for_the_delivery(store: SqlStore, review: Review, bell: HeardBell) -> None:
    document = waiting(store, doubtful("patient.family_name", "Böhm"))

    assert review.release(document.id) == 1

    released = store.document(document.id)
    assert released.state is DocumentState.RELEASED
    assert released.completeness is Completeness.WHOLE
    assert [(field.confidence, field.is_sure, field.origin) for field in released.fields] == [(1.0, True, Origin.READ)]
    body = store.record(document.id, 1).body
    assert body["review"] == {"outcome": "confirmed", "at": "2026-11-22T15:00:00+00:00"}
    assert (body["data"], body["schema"]) == ({"patient": {"family_name": "Böhm"}}, "letter/3")
    assert store.open_reviews(10) == []
    assert [(work.stage, work.delivery_id) for work in bell.rung] == [(Stage.DELIVER, store.deliveries(document.id)[0].id)]


def test_confirming_settles_doubts_about_values_but_not_what_is_missing_or_implausible_on_the_page(store: SqlStore, review: Review) -> None:
    issues = (
        Issue("patient.family_name", IssueCode.CONFLICT, "Zwei Lesarten."),
        Issue("subject", IssueCode.MISSING, "Fehlt."),
        Issue("disease.name", IssueCode.WITHHELD, "Zurückgehalten."),
        Issue("patient.family_name", IssueCode.IMPLAUSIBLE, "Prüfziffer stimmt nicht."),
    )
    document = waiting(store, issues=issues)
    review.release(document.id)
    assert [(issue.field, issue.code) for issue in store.document(document.id).issues] == [
        ("subject", IssueCode.MISSING),
        ("disease.name", IssueCode.UNREADABLE),
        ("patient.family_name", IssueCode.IMPLAUSIBLE),
    ]


def test_correct_replaces_adds_and_removes_values(store: SqlStore, review: Review) -> None:
    issues = (Issue("patient.family_name", IssueCode.IMPLAUSIBLE, "?"),)
    document = waiting(store, doubtful("patient.family_name", "Bohm"), doubtful("disease.name"), issues=issues)

    review.correct(document.id, {"patient.family_name": " Böhm", "subject": "nicht bekannt", "disease.name": None})

    corrected = store.document(document.id)
    by_path = {field.path: field for field in corrected.fields}
    assert set(by_path) == {"patient.family_name", "subject"}
    assert (by_path["patient.family_name"].value, by_path["patient.family_name"].origin) == ("Böhm", Origin.CORRECTED)
    assert by_path["patient.family_name"].page == 1, "its place on the page stays known"
    assert (by_path["subject"].value, by_path["subject"].origin, by_path["subject"].page) == (None, Origin.TYPED, None)
    assert corrected.issues == ()
    assert store.record(document.id, 1).body["review"]["outcome"] == "corrected"


def test_a_correction_of_what_was_sent_is_the_next_version(store: SqlStore, review: Review, deliver_all: Callable[..., None]) -> None:
    document = add_document(store, add_fax(store))
    deliver_all(release(store, document), 201)
    assert review.correct(document.id, {"subject": "Neu"}) == 2
    assert [record.version for record in store.records(document.id)] == [1, 2]
    assert store.document(document.id).state is DocumentState.RELEASED


def test_what_is_wrong_in_a_correction_changes_nothing(store: SqlStore, review: Review, bell: HeardBell) -> None:
    document = waiting(store)
    with pytest.raises(RefusedError) as refused:
        review.correct(document.id, {"subject": "falsch"})
    assert refused.value.reason == "Der Wert passt nicht."
    assert store.document(document.id) == document
    assert bell.rung == []


def test_a_name_is_not_corrected_beside_the_code_of_another(store: SqlStore, review: Review) -> None:
    document = waiting(store, doubtful("disease.name", "Masern"), doubtful("disease.code", "msvd"))
    with pytest.raises(RefusedError, match="code"):
        review.correct(document.id, {"disease.name": "Mumps"})
    review.correct(document.id, {"disease.name": "Mumps", "disease.code": None})
    assert [field.path for field in store.document(document.id).fields] == ["disease.name"]


def test_another_type_keeps_only_the_fields_it_has(store: SqlStore, review: Review) -> None:
    fields = (name_field(), name_field("x", "subject"), name_field("Pirna", "rows.0.city"), name_field("y", "rows.0.street"))
    document = waiting(store, *fields)
    review.correct(document.id, {}, as_type="case_list")
    changed = store.document(document.id)
    assert changed.type == "case_list"
    assert [field.path for field in changed.fields] == ["patient.family_name", "rows.0.city"]


def test_a_type_that_does_not_exist_or_has_no_record_is_refused(store: SqlStore, review: Review) -> None:
    document = waiting(store)
    with pytest.raises(RefusedError) as refused:
        review.correct(document.id, {}, as_type="brief")
    assert "case_list, letter, unknown" in refused.value.reason
    with pytest.raises(RefusedError) as refused:
        review.correct(document.id, {}, as_type="unknown")
    assert "keinen Datensatz" in refused.value.reason


def test_rules_say_where_a_record_goes_by_what_it_says_after_the_correction(store: SqlStore, review: Review) -> None:
    measles = Rule("Masern", ("registry",), (Condition(Fact.DISEASE, ("msvd",)),), is_copy=True)
    document = waiting(store)
    replace(review, routes=replace(ROUTES, rules=(measles,))).correct(document.id, {"disease.code": "msvd"})
    assert [delivery.target for delivery in store.deliveries(document.id)] == ["registry", "office"]


def test_what_no_rule_sends_anywhere_a_person_sends(store: SqlStore, review: Review) -> None:
    aimless = replace(review, routes=replace(ROUTES, default=()))
    document = waiting(store)
    with pytest.raises(RefusedError) as refused:
        aimless.release(document.id)
    assert refused.value.reason == NO_RULE
    with pytest.raises(RefusedError) as refused:
        aimless.release(document.id, targets=["agency"])
    assert refused.value.reason == "Den Empfänger „agency“ gibt es nicht. Möglich sind: office, registry."
    assert (store.document(document.id).state, store.deliveries(document.id)) == (DocumentState.WAITING, [])

    aimless.release(document.id, targets=["registry"])

    assert [delivery.target for delivery in store.deliveries(document.id)] == ["registry"]


def test_whom_a_person_names_gets_it_whatever_the_rules_say(store: SqlStore, review: Review) -> None:
    document = waiting(store)
    review.correct(document.id, {"subject": "x"}, targets=["registry"])
    assert [delivery.target for delivery in store.deliveries(document.id)] == ["registry"]


def test_what_left_whole_is_not_released_twice_but_a_partial_one_is(
    store: SqlStore, review: Review, deliver_all: Callable[..., None]
) -> None:
    whole = add_document(store, add_fax(store))
    deliver_all(release(store, whole), 201)
    with pytest.raises(RefusedError, match="whole"):
        review.release(whole.id)
    partial = add_document(store, add_fax(store), completeness=Completeness.PARTIAL)
    deliver_all(release(store, partial), 201)
    assert review.release(partial.id) == 2


def test_reject_and_bring_back(store: SqlStore, review: Review) -> None:
    document = waiting(store)
    review.reject(document.id, "Kein Fax für uns.")
    assert (store.document(document.id).state, store.document(document.id).reason) == (DocumentState.REJECTED, "Kein Fax für uns.")
    assert store.open_reviews(10) == []
    with pytest.raises(RefusedError):
        review.release(document.id)
    review.bring_back(document.id)
    assert store.document(document.id).state is DocumentState.WAITING
    assert [task.document_id for task in store.open_reviews(10)] == [document.id]
    with pytest.raises(RefusedError, match="waiting"):
        review.bring_back(document.id)


def test_a_filed_advertisement_comes_back(store: SqlStore, review: Review) -> None:
    document = add_document(store, add_fax(store), DocumentState.FILED)
    review.bring_back(document.id)
    assert store.document(document.id).state is DocumentState.WAITING


def test_what_was_sent_is_not_rejected_but_its_follow_up_can_be_closed(
    store: SqlStore, review: Review, deliver_all: Callable[..., None]
) -> None:
    document = waiting(store)
    with pytest.raises(RefusedError, match="not released"):
        review.close_follow_up(document.id, "Unleserlich.")
    deliver_all(release(store, document), 201)
    with pytest.raises(RefusedError, match="already released"):
        review.reject(document.id, "Doch nicht.")
    review.close_follow_up(document.id, "Unleserlich.")
    assert store.open_reviews(10) == []
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_failed_fax_is_closed_once_somebody_has_dealt_with_it(store: SqlStore, review: Review) -> None:
    fax = add_fax(store, FaxState.QUARANTINED, original=None)
    review.close_fax(fax.id, "Neu angefordert.")
    assert (store.fax(fax.id).state, store.fax(fax.id).reason) == (FaxState.CLOSED, "Neu angefordert.")
    with pytest.raises(RefusedError):
        review.close_fax(fax.id, "Nochmals.")


def unread(store: SqlStore, fax: Fax, *numbers: int) -> None:
    """Put pages of the fax into quarantine, as a step that failed leaves them."""
    with store.begin() as tx:
        for number in numbers:
            tx.add_page(Page(fax.id, number, PageState.QUARANTINED, None, 204.0, 196.0, reason="Abgestürzt."))
            tx.add_work(Work(new_id(), Stage.LAYOUT, fax.id, WorkState.QUARANTINED, START, START, page=number))


def test_an_unread_page_of_a_fax_that_went_on_waits_until_it_is_closed(store: SqlStore, review: Review) -> None:
    fax = add_fax(store, pages=2)
    unread(store, fax, 1, 2)
    assert [(page.fax_id, page.number) for page in list_unread(store, 10)] == [(fax.id, 1), (fax.id, 2)]
    assert "Abgestürzt." in list_unread(store, 10)[0].reason
    assert store.ledger(fax.id)[0].settled == {Settlement.WAITING: 2}

    review.close_page(fax.id, 1, "Werbung.")

    assert [page.number for page in list_unread(store, 10)] == [2]
    assert [work.page for work in store.quarantined(10)] == [2]
    assert [(page.state, page.reason) for page in store.pages(fax.id)] == [
        (PageState.CLOSED, "Werbung."),
        (PageState.QUARANTINED, "Abgestürzt."),
    ]
    line = store.ledger(fax.id)[0]
    assert (line.settled, line.gap) == ({Settlement.WAITING: 1, Settlement.REJECTED: 1}, 0)
    [told] = [event.detail for event in store.events(fax.id) if event.what == "page closed"]
    assert told == {"page": 1, "reason": "Werbung."}


@pytest.mark.parametrize("number", [1, 3])
def test_only_a_page_in_quarantine_can_be_closed(store: SqlStore, review: Review, number: int) -> None:
    fax = add_fax(store, pages=2)
    with store.begin() as tx:
        tx.add_page(Page(fax.id, 1, PageState.READ, None, 204.0, 196.0))
    with pytest.raises(RefusedError, match="not in quarantine") as refused:
        review.close_page(fax.id, number, "Werbung.")
    assert f"Seite {number}" in refused.value.reason


@pytest.mark.parametrize("state", [FaxState.LAID_OUT, FaxState.QUARANTINED])
def test_no_page_is_closed_of_a_fax_that_is_being_read_or_waits_as_a_whole(store: SqlStore, review: Review, state: FaxState) -> None:
    fax = add_fax(store, state)
    unread(store, fax, 1)
    with pytest.raises(RefusedError, match="not decided"):
        review.close_page(fax.id, 1, "Werbung.")
    assert list_unread(store, 10) == []


@pytest.mark.parametrize("decide", [Review.release, partial(Review.reject, reason="Doppelt.")], ids=["release", "reject"])
def test_who_decides_about_a_document_has_dealt_with_its_unread_pages_but_with_no_other(
    store: SqlStore, review: Review, decide: Callable[[Review, str], object]
) -> None:
    document = add_document(store, add_fax(store, pages=2), pages=(1,))
    unread(store, store.fax(document.fax_id), 1, 2)
    assert [page.number for page in list_unread(store, 10)] == [2], "page 1 waits with its document"

    decide(review, document.id)

    assert [page.state for page in store.pages(document.fax_id)] == [PageState.CLOSED, PageState.QUARANTINED]
    assert [work.page for work in store.quarantined(10)] == [2]


@pytest.mark.parametrize("state", [FaxState.DECIDED, FaxState.UNREADABLE, FaxState.QUARANTINED, FaxState.CLOSED])
def test_replay_reads_the_original_again_and_replaces_what_was_found(
    store: SqlStore, review: Review, bell: HeardBell, state: FaxState
) -> None:
    fax = add_fax(store, state)
    document = add_document(store, fax)
    stuck = Work(new_id(), Stage.LAYOUT, fax.id, WorkState.QUARANTINED, START, START, page=1)
    with store.begin() as tx:
        tx.add_work(stuck)

    review.replay(fax.id)

    assert store.fax(fax.id).state is FaxState.UNPACKED
    assert store.document(document.id).state is DocumentState.REPLACED
    assert store.documents(fax.id) == []
    assert store.quarantined(10) == []
    assert [(work.stage, work.fax_id) for work in bell.rung] == [(Stage.DECODE, fax.id)]
    assert store.work(bell.rung[0].id).state is WorkState.READY


def test_replay_of_what_was_never_unpacked_begins_there(store: SqlStore, review: Review, bell: HeardBell) -> None:
    fax = add_fax(store, FaxState.NO_CONTENT, original=None)
    review.replay(fax.id)
    assert store.fax(fax.id).state is FaxState.RECEIVED
    assert [work.stage for work in bell.rung] == [Stage.UNPACK]


def test_replay_is_refused_once_a_record_may_have_arrived(store: SqlStore, review: Review) -> None:
    fax = add_fax(store)
    kept = add_document(store, fax)
    document = add_document(store, fax, ordinal=2)
    release(store, document)
    with pytest.raises(RefusedError, match="released"):
        review.replay(fax.id)
    assert store.document(kept.id).state is DocumentState.WAITING, "all or nothing"


def test_replay_is_refused_while_the_fax_is_being_read(store: SqlStore, review: Review) -> None:
    with pytest.raises(RefusedError, match="being read"):
        review.replay(add_fax(store, FaxState.LAID_OUT).id)


def test_a_dead_letter_is_delivered_again_with_a_new_time_limit(
    store: SqlStore, review: Review, bell: HeardBell, clock: SetClock, deliver_all: Callable[..., None]
) -> None:
    document = add_document(store, add_fax(store))
    deliver_all(release(store, document), 422)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    clock.advance(days=30)
    review.redeliver(dead.id)
    deliver_all(bell.rung, 503)
    assert store.delivery(dead.id).state is DeliveryState.PENDING, "its age counts from the new try"
    with pytest.raises(RefusedError):
        review.redeliver(dead.id)


def test_a_dead_letter_with_a_newer_version_is_not_sent_after_it(store: SqlStore, review: Review, deliver_all: Callable[..., None]) -> None:
    document = add_document(store, add_fax(store))
    deliver_all(release(store, document), 422)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    release(store, document)
    with pytest.raises(RefusedError, match="newer") as refused:
        review.redeliver(dead.id)
    assert "Fassung 2" in refused.value.reason


def test_a_discarded_delivery_leaves_its_document_waiting_not_lost(
    store: SqlStore, review: Review, deliver_all: Callable[..., None]
) -> None:
    document = add_document(store, add_fax(store))
    deliver_all(release(store, document), 422)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    review.discard(dead.id, "Telefonisch gemeldet.")
    assert store.delivery(dead.id).reason == "Telefonisch gemeldet."
    assert store.document(document.id).state is DocumentState.WAITING
    assert [task.document_id for task in store.open_reviews(10)] == [document.id]
    with pytest.raises(RefusedError):
        review.discard(dead.id, "Nochmals.")


def test_discarding_an_old_version_does_not_touch_the_newer_one(store: SqlStore, review: Review, deliver_all: Callable[..., None]) -> None:
    document = add_document(store, add_fax(store))
    deliver_all(release(store, document), 422)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    release(store, document)
    review.discard(dead.id, "Durch neue Fassung ersetzt.")
    assert store.document(document.id).state is DocumentState.RELEASED


def test_discarding_one_of_two_targets_leaves_the_document_delivered(
    store: SqlStore, review: Review, clock: SetClock, tmp_path: Path
) -> None:
    document = add_document(store, add_fax(store))
    first, second = release(store, document, "office", "registry")
    deliver = deliverer(store, tmp_path, clock, office=ScriptedSender([answer(201)]), registry=ScriptedSender([answer(422)]))
    deliver.run(first.id)
    deliver.run(second.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    review.discard(dead.id, "Nicht zuständig.")
    assert store.document(document.id).state is DocumentState.DELIVERED


# -- what a type requires ----------------------------------------------------------------------------------------------


@pytest.fixture
def strict(review: Review) -> Review:
    """The same review, for a list that must have a kind, an illness and rows."""
    listing = kind("case_list", "kind", "disease.name", columns=("family_name", "city"))
    types = {"case_list": replace(listing, required=("kind", "disease.name", "rows"))}
    return replace(review, types=types, schemas=RecordSchemas(types, {}))


def test_what_lacks_a_required_value_is_not_released_and_the_person_is_told_what_to_do(
    store: SqlStore, strict: Review, bell: HeardBell
) -> None:
    document = waiting(store, name_field("Röteln", "disease.name"), type="case_list")

    with pytest.raises(RefusedError) as refused:
        strict.release(document.id)

    assert refused.value.reason.startswith("Es fehlen Pflichtangaben: kind, rows.")
    assert f"bridge review correct {document.id} kind=" in refused.value.reason
    assert "bridge review reject" in refused.value.reason
    assert "--without-required" in refused.value.reason
    assert (store.document(document.id), bell.rung) == (document, [])
    assert len(store.open_reviews(10)) == 1


def test_a_required_field_is_named_by_its_printed_label_too(store: SqlStore, strict: Review) -> None:
    labelled = replace(strict.types["case_list"], fields=(FieldSpec("kind", FieldKind.TEXT, ("Art der Liste",)),), required=("kind",))
    document = waiting(store, type="case_list")
    with pytest.raises(RefusedError) as refused:
        replace(strict, types={"case_list": labelled}).release(document.id)
    assert refused.value.reason.startswith("Die Pflichtangabe kind („Art der Liste“) fehlt.")


def test_a_doubtful_required_value_is_sure_once_a_person_releases_it(store: SqlStore, strict: Review) -> None:
    fields = (doubtful("kind", "cases"), doubtful("disease.name", "Röteln"), doubtful("rows.0.family_name", "Böhm"))
    document = waiting(store, *fields, type="case_list", issues=(Issue("kind", IssueCode.CONFLICT, "Zwei Lesarten."),))
    strict.release(document.id)
    assert store.record(document.id, 1).body["completeness"] == "whole"


def test_without_required_values_a_document_leaves_only_as_partial_and_the_story_says_so(store: SqlStore, strict: Review) -> None:
    document = waiting(store, name_field("Röteln", "disease.name"), type="case_list")

    strict.release(document.id, may_lack_required=True)

    body = store.record(document.id, 1).body
    assert body["completeness"] == "partial"
    issues = body["issues"]
    assert isinstance(issues, list)
    assert [(issue["field"], issue["code"]) for issue in issues if isinstance(issue, dict)] == [("kind", "missing"), ("rows", "missing")]
    [told] = [event.detail for event in store.events(document.fax_id) if event.what == "released without required"]
    assert told == {"document": document.id, "missing": ["kind", "rows"]}


def test_a_correction_needs_them_too_and_whoever_adds_them_makes_it_whole(store: SqlStore, strict: Review) -> None:
    document = waiting(store, name_field("Röteln", "disease.name"), type="case_list")
    with pytest.raises(RefusedError, match="required") as refused:
        strict.correct(document.id, {"kind": "cases"})
    assert f"correct {document.id} rows.0.family_name=" in refused.value.reason
    assert strict.correct(document.id, {"kind": "cases"}, may_lack_required=True) == 1
    assert strict.correct(document.id, {"rows.0.family_name": "Böhm"}) == 2
    assert [record.body["completeness"] for record in store.records(document.id)] == ["partial", "whole"]


def test_a_list_of_which_rows_may_be_missing_leaves_once_a_person_says_that_none_is(store: SqlStore, strict: Review) -> None:
    fields = (name_field("cases", "kind"), name_field("Röteln", "disease.name"), name_field("Böhm", "rows.0.family_name"))
    document = waiting(store, *fields, type="case_list", issues=(Issue("rows", IssueCode.MISSING, "Es kann eine Zeile fehlen."),))
    with pytest.raises(RefusedError) as refused:
        strict.release(document.id)
    assert refused.value.reason.startswith("Es kann eine Zeile fehlen. Bitte fehlende Zeilen nachtragen;")
    assert f"bridge review correct {document.id} rows=“ bestätigen" in refused.value.reason
    strict.correct(document.id, {"rows": None})
    body = store.record(document.id, 1).body
    assert (body["completeness"], body["issues"]) == ("whole", [])


def test_a_required_value_is_not_emptied_by_the_way(store: SqlStore, strict: Review) -> None:
    fields = (name_field("cases", "kind"), name_field("Röteln", "disease.name"), name_field("Böhm", "rows.0.family_name"))
    document = waiting(store, *fields, type="case_list")
    with pytest.raises(RefusedError, match="required"):
        strict.correct(document.id, {"disease.name": None})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("patient.familyname", "Meinten Sie „patient.family_name“?"),
        ("family_name", "Meinten Sie „patient.family_name“?"),
        ("disease.nmae", "Meinten Sie „disease.name“?"),
        ("xyz", "Möglich sind: patient.family_name, subject, disease.name, disease.code."),
    ],
)
def test_a_field_that_does_not_exist_is_refused_with_the_nearest_one(store: SqlStore, review: Review, typed: str, meant: str) -> None:
    document = waiting(store)
    for value in ("x", None):
        with pytest.raises(RefusedError, match="unknown field") as refused:
            review.correct(document.id, {typed: value})
        assert refused.value.reason == f"Das Feld „{typed}“ gibt es bei „letter“ nicht. {meant}"


def test_the_nearest_column_is_named_in_the_row_that_was_typed(store: SqlStore, strict: Review) -> None:
    document = waiting(store, type="case_list")
    with pytest.raises(RefusedError) as refused:
        strict.correct(document.id, {"rows.3.familyname": "Böhm"})
    assert "„rows.3.family_name“" in refused.value.reason


def test_a_doubt_about_no_field_of_the_type_can_be_cleared(store: SqlStore, review: Review) -> None:
    document = waiting(store, issues=(Issue("unassigned.1", IssueCode.CONFLICT, "Steht ohne Feld da."),))
    review.correct(document.id, {"unassigned.1": None})
    assert store.document(document.id).issues == ()


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_settled_without_a_reason(store: SqlStore, review: Review, reason: str) -> None:
    document, fax = waiting(store), add_fax(store, FaxState.UNREADABLE)
    decisions: list[Callable[[], None]] = [
        lambda: review.reject(document.id, reason),
        lambda: review.close_follow_up(document.id, reason),
        lambda: review.close_fax(fax.id, reason),
        lambda: review.close_page(fax.id, 1, reason),
        lambda: review.discard("irgendeine", reason),
    ]
    for decide in decisions:
        with pytest.raises(RefusedError, match="no reason") as refused:
            decide()
        assert refused.value.reason.startswith("Die Begründung ist leer.")
    assert store.document(document.id).state is DocumentState.WAITING


def test_the_stored_document_is_what_a_decision_is_based_on(store: SqlStore, review: Review) -> None:
    document = waiting(store)
    with store.begin() as tx:
        tx.save_document(replace(document, fields=(name_field("Neu"),)), DocumentState.WAITING)
    review.release(document.id)
    assert store.record(document.id, 1).body["data"] == {"patient": {"family_name": "Neu"}}
