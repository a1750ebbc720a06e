"""The ledger's totals: always what the lines of all faxes add up to, whatever has been booked and touched again."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace

from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState
from bridge.domain.model import Event, PageKind
from bridge.store.tables import BLOB_COLUMNS, metadata
from tests.conftest import wait_until

CONTENT, BLANK = {}, {"kind": PageKind.BLANK}


def assert_totals_are_true(store) -> None:
    lines, totals = store.ledger(), store.totals()
    settled = Counter()
    for line in lines:
        settled.update(line.settled)
    assert (totals.faxes, totals.decoded, totals.receipted) == (len(lines), sum(x.decoded for x in lines), sum(x.receipted for x in lines))
    assert totals.announced == sum(line.announced or 0 for line in lines)
    assert {name: count for name, count in totals.settled.items() if count} == dict(settled)
    assert totals.gap == sum(abs(line.gap) for line in lines)
    assert totals.unbalanced == tuple(line.fax_id for line in lines if line.gap)


def test_nothing_adds_up_to_nothing(store):
    assert_totals_are_true(store)
    assert store.book(10) == 0


def test_totals_are_the_same_before_and_after_booking_and_after_every_change(story, store):
    failed, underway = story.arrive(), story.arrive()
    with store.begin() as tx:
        tx.move_fax(failed.id, FaxState.RECEIVED, FaxState.ENCRYPTED, "Bitte neu anfordern.")
        tx.set_fax_facts(underway.id, announced_pages=4)
    filed = story.decided(BLANK, announced_pages=3)
    waiting = story.decided(CONTENT, CONTENT)
    document = story.document(waiting, [1, 2])
    unbalanced = story.decided(CONTENT)
    assert_totals_are_true(store)

    assert store.book(3) == 3
    assert_totals_are_true(store)
    assert store.book(10) == 1, "one is underway and stays open"
    assert_totals_are_true(store)
    assert store.totals().unbalanced == (unbalanced.id,)

    (delivery,) = story.release(document)
    assert_totals_are_true(store)
    assert store.book(10) == 1
    story.deliver(delivery, pages=2)
    with store.begin() as tx:
        tx.save_document(replace(tx.document(document.id), state=DocumentState.DELIVERED), DocumentState.RELEASED)
        tx.move_fax(failed.id, FaxState.ENCRYPTED, FaxState.CLOSED)
        tx.forget_results(filed.id)
        tx.move_fax(filed.id, FaxState.DECIDED, FaxState.UNPACKED)
    assert_totals_are_true(store)
    assert store.book(10) == 2
    assert_totals_are_true(store)
    story.document(unbalanced, [1], DocumentState.REJECTED)
    assert_totals_are_true(store)
    assert store.book(10) == 1
    assert store.totals().unbalanced == ()
    assert store.book(10) == 0


def test_a_change_that_is_under_way_while_books_are_kept_is_not_lost(story, store):
    fax = story.decided(CONTENT)
    document = story.document(fax, [1])
    (delivery,) = story.release(document)
    assert store.book(10) == 1
    with store.begin() as tx:  # open again
        tx.add_event(Event(fax.id, story.now, "work forgotten"))
    keeper = threading.Thread(target=store.book, args=(10,))
    with store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, "abgelehnt")
        tx.open_books()
        keeper.start()
        if not store.is_sqlite:  # there the keeper waits for the writer
            wait_until(lambda: not keeper.is_alive(), "booking past the open fax")
    keeper.join(30)
    assert_totals_are_true(store)
    store.book(10)
    assert_totals_are_true(store)
    assert store.totals().settled["waiting"] == 1


def test_every_column_that_names_a_blob_keeps_it():
    digests = {column for table in metadata.sorted_tables for column in table.c if column.name.endswith("sha256")}
    of_nothing_kept = {
        metadata.tables["receipts"].c.sent_sha256,
        *(column for column in digests if column.name in {"token_sha256", "sender_sha256"}),
    }
    assert digests - of_nothing_kept == set(BLOB_COLUMNS)


def test_blobs_that_rows_refer_to_are_told_from_those_nobody_does(story, store):
    fax = story.decided(CONTENT)
    content, (page,) = store.envelope(fax.envelope_id).content, store.pages(fax.id)
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, original=story.envelope().content)
    original = store.fax(fax.id).original
    assert original is not None
    assert store.unreferenced([content.sha256, "0" * 64, page.image.sha256, original.sha256, "1" * 64]) == ["0" * 64, "1" * 64]
    assert store.unreferenced([]) == []
