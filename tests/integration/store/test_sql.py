"""The store's rows: what was saved comes back as it was, moves are guarded, listings are in order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bridge.domain.errors import (
    ConfigurationError,
    IdempotencyConflictError,
    IllegalTransitionError,
    NotFoundError,
    StateConflictError,
)
from bridge.domain.findings import Classification, CropReadings, Located, LocatedDocument, Part
from bridge.domain.forms import FieldKind
from bridge.domain.ids import new_id
from bridge.domain.layout import Box, HeaderLine, Layout, Mark, MarkShape, MarkState, Reading, Rule, Word
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState
from bridge.domain.model import (
    Attempt,
    Completeness,
    Delivery,
    Event,
    Field,
    Issue,
    IssueCode,
    Origin,
    PageKind,
    Receipt,
    Record,
    ReviewTask,
    Sender,
)
from bridge.ports import FaxFilter, WaitingCounts
from bridge.store.sql import SqlStore

FIELD = Field(
    "patient.family_name", "Böhm", "Böhm", 0.998, Origin.READ, 1, (0.1, 0.2, 0.3, 0.4), (Reading("tesseract", "Böhm", 0.93),), True
)
VALUES = [None, True, 1, 1.0, "1", ["a", None, 2.5], {"a": {"b": [False]}}]
ISSUE = Issue("notifier.lanr", IssueCode.IMPLAUSIBLE, "Prüfziffer stimmt nicht", 1, (0.0, 0.0, 1.0, 1.0))


# -- accepting ------------------------------------------------------------------------------------------------------


def test_what_was_accepted_is_there_with_its_work_and_its_story(store, story):
    envelope = story.envelope(mailboxes=("amt", "labor"), dedup_key="k", peer="10.0.0.1")
    faxes = [story.fax_in(envelope, mailbox="labor"), story.fax_in(envelope, mailbox="amt", original=envelope.content)]
    work = story.step(faxes[0])
    accepted = store.accept(envelope, faxes, [work], story.window)
    assert (accepted.envelope_id, accepted.fax_ids, accepted.is_new) == (envelope.id, tuple(fax.id for fax in faxes), True)
    assert accepted.work == (work,)
    assert store.envelope(envelope.id) == envelope
    assert store.faxes_of(envelope.id) == [faxes[1], faxes[0]]
    assert store.work(work.id) == work
    assert [event.what for event in store.events(faxes[0].id)] == ["fax added"]


def test_the_same_transmission_again_is_the_known_one(store, story):
    envelope = story.envelope(dedup_key="k")
    fax = story.fax_in(envelope)
    store.accept(envelope, [fax], [story.step(fax)], story.window)
    again = replace(envelope, id=new_id(), received_at=envelope.received_at + timedelta(days=4))
    other = story.fax_in(again)
    accepted = store.accept(again, [other], [story.step(other)], story.window)
    assert (accepted.envelope_id, accepted.fax_ids, accepted.is_new, accepted.work) == (envelope.id, (fax.id,), False, ())
    with pytest.raises(NotFoundError):
        store.fax(other.id)
    assert store.fax(fax.id) == fax


def test_after_the_window_it_is_a_new_arrival(store, story):
    envelope = story.envelope(dedup_key="k")
    store.accept(envelope, [story.fax_in(envelope)], [], story.window)
    late = replace(envelope, id=new_id(), received_at=envelope.received_at + timedelta(days=5, seconds=1))
    assert store.accept(late, [story.fax_in(late)], [], story.window).is_new


def test_without_a_key_every_arrival_is_new(store, story):
    envelope = story.envelope()
    store.accept(envelope, [], [], story.window)
    assert store.accept(replace(envelope, id=new_id()), [], [], story.window).is_new


def test_an_idempotency_key_with_other_content_is_refused(store, story):
    envelope = story.envelope(channel="http", dedup_key="k")
    store.accept(envelope, [story.fax_in(envelope)], [], story.window)
    other = story.envelope(channel="http", dedup_key="k")
    with pytest.raises(IdempotencyConflictError):
        store.accept(other, [story.fax_in(other)], [], story.window)
    with pytest.raises(NotFoundError):
        store.envelope(other.id)


def test_a_mail_with_a_known_key_is_known_though_another_relay_wrote_into_its_header(store, story):
    first, again = story.envelope(dedup_key="k"), story.envelope(dedup_key="k")
    known = store.accept(first, [story.fax_in(first)], [], story.window)
    accepted = store.accept(again, [story.fax_in(again)], [], story.window)
    assert first.content != again.content
    assert (accepted.is_new, accepted.envelope_id) == (False, known.envelope_id)


def test_an_arrival_is_saved_as_a_whole_or_not_at_all(store, story):
    envelope = story.envelope()
    fax = story.fax_in(envelope)
    with pytest.raises(StateConflictError):
        store.accept(envelope, [fax, fax], [], story.window)
    with pytest.raises(NotFoundError):
        store.envelope(envelope.id)


# -- faxes and pages ------------------------------------------------------------------------------------------------


def test_facts_that_are_not_given_stay(store, story):
    fax = story.arrive(sender=Sender("+4935818563790", "PRAXIS", "Dr. Weiß"))
    twin, sent_at = new_id(), datetime(2026, 11, 22, 15, 0, tzinfo=timezone(timedelta(hours=1)))
    with store.begin() as tx:
        tx.set_fax_facts(fax.id)
        tx.set_fax_facts(fax.id, announced_pages=3, complete=False, sent_at=sent_at, possible_duplicate_of=twin)
        tx.set_fax_facts(fax.id, original=fax_blob(story), page_count=2)
    expected = replace(fax, announced_pages=3, complete=False, sent_at=sent_at, possible_duplicate_of=twin, page_count=2)
    found = store.fax(fax.id)
    assert found == replace(expected, original=fax_blob(story))
    assert found.sent_at.tzinfo is UTC
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, sender=Sender(tsid="X"))
        assert tx.fax(fax.id).sender == Sender(None, "X", None)


def fax_blob(story):
    return replace(story.envelope().content, sha256="ab" * 32, size=3 * 2**30)


def test_a_guarded_move_writes_a_line_of_the_story(store, story):
    fax = story.arrive()
    with store.begin() as tx:
        tx.move_fax(fax.id, FaxState.RECEIVED, FaxState.NO_CONTENT, "Die E-Mail enthält kein Fax.")
    assert store.fax(fax.id) == replace(fax, state=FaxState.NO_CONTENT, reason="Die E-Mail enthält kein Fax.")
    assert store.events(fax.id)[-1].detail == {"from": "received", "to": "no_content"}
    with store.begin() as tx:
        tx.move_fax(fax.id, FaxState.NO_CONTENT, FaxState.UNPACKED)
    assert store.fax(fax.id).reason is None


def test_a_move_from_another_state_conflicts_and_undoes_the_whole_transaction(store, story):
    fax = story.arrive()

    def change() -> None:
        with store.begin() as tx:
            tx.set_fax_facts(fax.id, page_count=7)
            tx.move_fax(fax.id, FaxState.UNPACKED, FaxState.DECODED)

    with pytest.raises(StateConflictError):
        change()
    assert store.fax(fax.id) == fax
    assert len(store.events(fax.id)) == 1


def test_a_move_that_the_lifecycle_does_not_know_is_illegal(store, story):
    fax = story.arrive()
    with pytest.raises(IllegalTransitionError), store.begin() as tx:
        tx.move_fax(fax.id, FaxState.RECEIVED, FaxState.DECIDED)


@pytest.mark.parametrize(
    "do",
    [
        lambda tx: tx.move_fax("no", FaxState.RECEIVED, FaxState.UNPACKED),
        lambda tx: tx.set_fax_facts("no", page_count=1),
        lambda tx: tx.set_pages_pending("no", 1),
        lambda tx: tx.count_page_done("no"),
        lambda tx: tx.fax("no"),
        lambda tx: tx.document("no"),
        lambda tx: tx.move_delivery("no", DeliveryState.PENDING, DeliveryState.DEAD),
        lambda tx: tx.add_event(Event("no", datetime(2026, 1, 1, tzinfo=UTC), "x")),
        lambda tx: tx.add_record(Record("no", 1, {}, datetime(2026, 1, 1, tzinfo=UTC))),
    ],
)
def test_what_is_not_there_is_not_found(store, do):
    with pytest.raises(NotFoundError), store.begin() as tx:
        do(tx)


@pytest.mark.parametrize("name", ["envelope", "fax", "document", "delivery", "work"])
def test_unknown_ids_are_not_found(store, name):
    with pytest.raises(NotFoundError):
        getattr(store, name)(new_id())


def test_the_last_page_is_known_by_the_counter(store, story):
    fax = story.arrive()
    with store.begin() as tx:
        tx.set_pages_pending(fax.id, 2)
    with store.begin() as tx:
        assert tx.count_page_done(fax.id) == 1
        assert tx.count_page_done(fax.id) == 0
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.count_page_done(fax.id)


def test_faxes_are_listed_newest_first_by_state_and_mailbox_in_portions(store, story):
    faxes = [story.arrive(mailbox=mailbox) for mailbox in ("a", "b", "a", "a")]
    story.bring(faxes[0], FaxState.UNPACKED)

    def listed(**which):
        return [faxes.index(next(f for f in faxes if f.id == found.id)) for found in store.faxes(FaxFilter(**which))]

    assert listed() == [3, 2, 1, 0]
    assert listed(limit=2) == [3, 2]
    assert listed(before_id=faxes[2].id) == [1, 0]
    assert listed(mailbox="a") == [3, 2, 0]
    assert listed(state=FaxState.RECEIVED) == [3, 2, 1]
    assert listed(state=FaxState.RECEIVED, mailbox="a", before_id=faxes[3].id) == [2]


def test_the_oldest_other_fax_with_the_same_bytes_is_found(store, story):
    blob = fax_blob(story)
    old, first, second, other = (story.arrive(original=blob) for _ in range(3)), None, None, story.arrive()
    old, first, second = old
    assert store.find_original(blob.sha256, story.now, second.id).id == old.id
    assert store.find_original(blob.sha256, story.now, old.id).id == first.id
    assert store.find_original(blob.sha256, story.now, old.envelope_id).id == first.id
    assert store.find_original(blob.sha256, story.now + timedelta(seconds=1), second.id) is None
    assert store.find_original("cd" * 32, story.now, other.id) is None


def test_a_page_is_moved_with_its_layout(store, story):
    fax = story.arrive()
    second, first = story.page(fax, 2, kind=PageKind.COVER), story.page(fax, 1)
    with store.begin() as tx:
        tx.add_page(second)
        tx.add_page(first)
    assert store.pages(fax.id) == [first, second]
    with pytest.raises(NotFoundError):
        store.layout(fax.id, 1)
    layout = Layout(
        2592,
        3600,
        words=(Word("Böhm", 0.91, Box(1, 2.5, 3, 4), 0, 1),),
        rules=(Rule(Box(0, 0, 9, 1)),),
        marks=(Mark(Box(1, 1, 2, 2), MarkShape.SQUARE, MarkState.FAINT, 0.2),),
        header=HeaderLine("22.11.2026 PRAXIS S. 1/2", page=1, page_count=2),
        handwriting=(Box(5, 5, 6, 6),),
    )
    done = replace(first, state=PageState.LAID_OUT, upright=fax_blob(story), reason="x")
    with store.begin() as tx:
        tx.save_page(done, PageState.DECODED, layout)
    assert store.pages(fax.id) == [done, second]
    assert store.layout(fax.id, 1) == layout
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.save_page(done, PageState.DECODED)


def test_results_come_back_in_their_type_and_are_replaced(store, story):
    fax = story.arrive()
    values = tuple(
        Located(f"rows.{i}.x", FieldKind.DATE, 1, Box(0, 0, 1, 1), "15.03.2020", 0.9, value=value) for i, value in enumerate(VALUES)
    )
    located = (LocatedDocument(Part((1, 2), is_doubtful=True), Classification("letter", 0.5), values),)
    with store.begin() as tx:
        tx.save_result(fax.id, 0, "located", ())
        tx.save_result(fax.id, 0, "located", located)
        tx.save_result(fax.id, 1, "readings", (CropReadings(0, (Reading("t", "x", 0.5),)),))
    assert store.result(fax.id, 0, "located", tuple[LocatedDocument, ...]) == located
    assert store.result(fax.id, 1, "readings", tuple[CropReadings, ...]) == (CropReadings(0, (Reading("t", "x", 0.5),)),)
    assert store.result(fax.id, 1, "located", tuple[LocatedDocument, ...]) is None
    with store.begin() as tx:
        tx.add_page(story.page(fax, 1))
        tx.set_fax_facts(fax.id, page_count=1)
        tx.forget_results(fax.id)
    assert store.result(fax.id, 0, "located", tuple[LocatedDocument, ...]) is None
    assert store.pages(fax.id) == []
    assert store.fax(fax.id).page_count is None


# -- documents, records, deliveries ---------------------------------------------------------------------------------


def test_a_document_comes_back_with_fields_and_issues_of_every_json_type(store, story):
    fax = story.arrive()
    fields = (FIELD, *(replace(FIELD, path=f"x.{i}", value=value) for i, value in enumerate(VALUES)))
    document = story.document(fax, [1, 2], fields=fields, issues=(ISSUE,), reason="Bitte prüfen", completeness=Completeness.PARTIAL)
    found = store.document(document.id)
    assert found == document
    assert [type(field.value) for field in found.fields] == [type(field.value) for field in fields]


def test_what_a_database_cannot_keep_in_text_is_marked_and_stops_nothing(store, story):
    fax = story.arrive(sender=Sender(name="a\0b\ud800c"))
    document = story.document(fax, [1], fields=(replace(FIELD, text="a\0b", value={"k\0": ["\udfff"]}),))
    assert store.fax(fax.id).sender.name == "a�b�c"
    assert store.document(document.id).fields[0].text == "a�b"
    assert store.document(document.id).fields[0].value == {"k�": ["�"]}


def test_documents_are_listed_by_ordinal_without_replaced_ones_and_by_state_oldest_first(store, story):
    fax = story.arrive()
    later, sooner = story.document(fax, [2], ordinal=2), story.document(fax, [1], ordinal=1)
    story.document(fax, [1], DocumentState.REPLACED, ordinal=0)
    assert store.documents(fax.id) == [sooner, later]
    assert store.documents_in(DocumentState.WAITING, 10) == [later, sooner]
    assert store.documents_in(DocumentState.WAITING, 1) == [later]
    assert store.documents_in(DocumentState.FILED, 10) == []


def test_a_document_moves_only_from_the_expected_state(store, story):
    document = story.document(story.arrive(), [1])
    corrected = replace(document, type="invoice", fields=(FIELD,))
    with store.begin() as tx:
        tx.save_document(corrected, DocumentState.WAITING)
        tx.save_document(replace(corrected, state=DocumentState.FILED), DocumentState.WAITING)
    assert store.document(document.id) == replace(corrected, state=DocumentState.FILED)
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.save_document(replace(corrected, state=DocumentState.REJECTED), DocumentState.WAITING)
    with pytest.raises(IllegalTransitionError), store.begin() as tx:
        tx.save_document(replace(corrected, state=DocumentState.DELIVERED), DocumentState.FILED)


def test_record_versions_are_unique_and_keep_the_order_of_their_keys(store, story):
    document = story.document(story.arrive(), [1])
    body = {"version": 1, "id": document.id, "data": {"zeta": 1, "alpha": {"y": None, "x": 0.5}}}
    with store.begin() as tx:
        tx.add_record(Record(document.id, 2, {}, story.now))
        tx.add_record(Record(document.id, 1, body, story.now))
        with pytest.raises(StateConflictError):
            tx.add_record(Record(document.id, 1, {}, story.now))
        tx.add_event(Event(document.fax_id, story.now, "went on"))  # the transaction is still of use
    assert [record.version for record in store.records(document.id)] == [1, 2]
    assert list(store.record(document.id, 1).body["data"]) == ["zeta", "alpha"]
    assert store.record(document.id, 1).body == body
    with pytest.raises(NotFoundError):
        store.record(document.id, 3)


def test_deliveries_attempts_and_receipts_are_kept(store, story):
    (delivery,) = story.release(story.document(story.arrive(), [1]))
    attempts = [
        Attempt(delivery.id, number, story.now, 0.25, status, error) for number, status, error in [(1, None, "refused"), (2, 201, None)]
    ]
    receipt = Receipt(delivery.id, story.now, 201, None, "ef" * 32, 1)
    assert store.receipt(delivery.id) is None
    with store.begin() as tx:
        for attempt in attempts:
            tx.add_attempt(attempt)
        with pytest.raises(StateConflictError):
            tx.add_attempt(attempts[0])
        tx.add_receipt(receipt)
        with pytest.raises(StateConflictError):
            tx.add_receipt(receipt)
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DELIVERED)
        assert tx.deliveries(delivery.document_id) == [replace(delivery, attempts=2, state=DeliveryState.DELIVERED)]
    assert store.attempts(delivery.id) == attempts
    assert store.receipt(delivery.id) == receipt
    assert store.delivery(delivery.id).attempts == 2
    assert store.deliveries(delivery.document_id) == store.deliveries_in(DeliveryState.DELIVERED, 5) == [store.delivery(delivery.id)]
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD)


def test_a_version_goes_to_a_target_once(store, story):
    (delivery,) = story.release(story.document(story.arrive(), [1]))
    with store.begin() as tx, pytest.raises(StateConflictError):
        tx.add_delivery(replace(delivery, id=new_id()))
    with pytest.raises(NotFoundError), store.begin() as tx:
        tx.add_delivery(Delivery(new_id(), delivery.document_id, 9, "amt", DeliveryState.PENDING, 0, story.now))


def test_reviews_are_open_until_closed(store, story):
    document = story.document(story.arrive(), [1])
    tasks = [ReviewTask(new_id(), document.id, document.fax_id, "ansehen", story.now, is_follow_up=flag) for flag in (False, True)]
    with store.begin() as tx:
        for task in tasks:
            tx.add_review(task)
    assert store.open_reviews(10) == tasks
    assert store.open_reviews(1) == tasks[:1]
    assert store.open_reviews(1, is_follow_up=True) == tasks[1:], "chosen before the list is cut"
    assert store.open_reviews(10, is_follow_up=False) == tasks[:1]
    with store.begin() as tx:
        tx.close_reviews(document.id, "confirmed", story.now)
        tx.close_reviews(document.id, "again", story.now)
    assert store.open_reviews(10) == []
    assert [event.what for event in store.events(document.fax_id)][-2:] == ["review closed", "review closed"]


def test_what_waits_is_counted_by_kind(store, story):
    assert store.waiting() == WaitingCounts(0, 0, 0, 0, 0)
    fax, failed = story.decided({}), story.arrive()
    story.document(fax, [1])
    sent = story.document(fax, [1])
    for delivery in story.release(sent, ["amt", "land", "bund"]):
        story.bury(delivery)
    stuck = [store.claim(story.work(fax, page=page).id, "w", story.lease, story.now) for page in range(5)]
    with store.begin() as tx:
        for flag in (True, True, False):
            tx.add_review(ReviewTask(new_id(), sent.id, fax.id, "ansehen", story.now, is_follow_up=flag))
        tx.move_fax(failed.id, FaxState.RECEIVED, FaxState.ENCRYPTED, "Bitte neu anfordern.")
        for claim in stuck:
            tx.quarantine_work(claim, "abgestürzt")
    assert store.waiting() == WaitingCounts(documents=1, follow_ups=2, failed=1, dead_letters=3, quarantine=5)
    with store.begin() as tx:
        tx.close_reviews(sent.id, "closed", story.now)
    assert store.waiting().follow_ups == 0


def test_every_move_of_fax_document_and_delivery_is_told_in_order(store, story):
    fax = story.decided({})
    (delivery,) = story.release(story.document(fax, [1]))
    story.deliver(delivery)
    told = [what for what, _ in itertools.groupby(event.what for event in store.events(fax.id))]
    assert told == ["fax added", "fax moved", "document added", "document moved", "delivery added", "delivery moved"]


# -- the database itself --------------------------------------------------------------------------------------------


def test_a_time_without_offset_is_refused(store, story):
    with pytest.raises(sa.exc.StatementError), store.begin() as tx:
        tx.add_event(Event("x", story.now.replace(tzinfo=None), "x"))


def test_nothing_of_a_failed_transaction_stays(store, story):
    fax = story.arrive()

    def fail() -> None:
        with store.begin() as tx:
            tx.set_fax_facts(fax.id, page_count=1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.fax(fax.id).page_count is None


def test_a_closed_store_opens_again(store, story):
    fax = story.arrive()
    store.close()
    store.close()
    assert store.fax(fax.id) == fax


@pytest.mark.parametrize("url", ["", "no url", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg2://x/y"])
def test_another_kind_of_database_is_refused_without_repeating_the_url(url):
    with pytest.raises(ConfigurationError, match="postgresql\\+psycopg"):
        SqlStore(url, None)


def test_sqlite_is_set_up_for_durability(sqlite_url, tmp_path):
    with SqlStore(sqlite_url, tmp_path).reading() as connection:
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
