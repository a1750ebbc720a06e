"""The ledger: every page of every fax stands in exactly one place, and what cannot be explained shows as a gap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.errors import NotFoundError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, FaxState, PageState, Stage
from bridge.domain.model import PageKind, ReviewTask
from bridge.ports import Settlement

WORKING, DELIVERED, WAITING = Settlement.WORKING, Settlement.DELIVERED, Settlement.WAITING
FILED, REJECTED, MISSING = Settlement.FILED, Settlement.REJECTED, Settlement.MISSING
CONTENT, BLANK, COVER = {}, {"kind": PageKind.BLANK}, {"kind": PageKind.COVER}


def test_an_empty_house_has_an_empty_ledger(store):
    assert store.ledger() == []


def test_the_ledger_of_an_unknown_fax_is_not_found(store):
    with pytest.raises(NotFoundError):
        store.ledger(new_id())


@pytest.mark.parametrize("state", [FaxState.RECEIVED, FaxState.UNPACKED])
def test_a_fax_before_decoding_counts_as_one_page_underway_and_misses_none_yet(story, store, state):
    fax = story.arrive()
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, announced_pages=3)
    story.bring(fax, state)
    assert story.settled(fax) == {WORKING: 1}
    assert story.gap(fax) == 0


@pytest.mark.parametrize("state", [FaxState.DECODED, FaxState.LAID_OUT, FaxState.READ])
def test_pages_of_a_fax_underway_are_working(story, store, state):
    fax = story.arrive()
    with store.begin() as tx:
        tx.add_page(story.page(fax, 1))
        tx.add_page(story.page(fax, 2))
        tx.set_fax_facts(fax.id, page_count=2)
    story.bring(fax, state)
    assert story.settled(fax) == {WORKING: 2}
    assert story.gap(fax) == 0


@pytest.mark.parametrize("failure", sorted(FAILED))
def test_a_failed_fax_without_pages_waits_as_one_page_until_a_person_closes_it(story, store, failure):
    fax = story.arrive()
    with store.begin() as tx:
        tx.move_fax(fax.id, FaxState.RECEIVED, failure, "Bitte neu anfordern.")
    assert story.settled(fax) == {WAITING: 1}
    with store.begin() as tx:
        tx.move_fax(fax.id, failure, FaxState.CLOSED)
    assert story.settled(fax) == {REJECTED: 1}
    assert story.gap(fax) == 0


def test_a_failed_fax_waits_with_all_its_pages(story, store):
    fax = story.arrive()
    with store.begin() as tx:
        tx.add_page(story.page(fax, 1))
        tx.add_page(story.page(fax, 2))
        tx.set_fax_facts(fax.id, page_count=2)
    story.bring(fax, FaxState.DECODED)
    with store.begin() as tx:
        tx.move_fax(fax.id, FaxState.DECODED, FaxState.QUARANTINED, "Bitte ansehen.")
    assert story.settled(fax) == {WAITING: 2}


def test_a_step_in_quarantine_makes_a_fax_underway_wait(story, store):
    fax = story.arrive()
    work = story.work(fax)
    claim = store.claim(work.id, "w", story.lease, story.now)
    with store.begin() as tx:
        tx.quarantine_work(claim, "fünfmal abgelaufen")
    assert story.settled(fax) == {WAITING: 1}


def test_blanks_and_covers_of_a_decided_fax_are_filed(story):
    assert story.settled(story.decided(BLANK, COVER)) == {FILED: 2}


@pytest.mark.parametrize(
    ("state", "settlement"),
    [(DocumentState.WAITING, WAITING), (DocumentState.FILED, FILED), (DocumentState.REJECTED, REJECTED)],
)
def test_pages_stand_where_their_document_stands(story, state, settlement):
    fax = story.decided(CONTENT, CONTENT)
    story.document(fax, [1, 2], state)
    assert story.settled(fax) == {settlement: 2}
    assert story.gap(fax) == 0


def test_a_page_in_no_document_is_a_gap(story):
    fax = story.decided(CONTENT, CONTENT, BLANK)
    story.document(fax, [1])
    assert story.settled(fax) == {WAITING: 1, FILED: 1}
    assert story.gap(fax) == 1


def test_a_replaced_document_settles_nothing(story):
    fax = story.decided(CONTENT)
    story.document(fax, [1], DocumentState.REPLACED)
    assert story.gap(fax) == 1


def test_a_decided_fax_without_any_page_is_a_gap(story):
    fax = story.arrive()
    story.bring(fax, FaxState.DECIDED)
    assert story.gap(fax) == 1


def test_a_page_that_was_decoded_but_has_no_row_is_a_gap(story):
    fax = story.decided(BLANK)
    with story.store.begin() as tx:
        tx.set_fax_facts(fax.id, page_count=2)
    assert story.gap(fax) == 1


def test_a_released_document_is_working_until_every_delivery_is_done(story):
    fax = story.decided(CONTENT)
    first, second = story.release(story.document(fax, [1]), ["amt", "labor"])
    assert story.settled(fax) == {WORKING: 1}
    story.deliver(first)
    assert story.settled(fax) == {WORKING: 1}
    story.deliver(second)
    assert story.settled(fax) == {DELIVERED: 1}


def test_a_delivered_document_with_an_open_follow_up_is_delivered(story, store):
    fax = story.decided(CONTENT)
    document = story.document(fax, [1])
    (delivery,) = story.release(document)
    with store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), document.id, fax.id, "Feld prüfen", story.now, is_follow_up=True))
    story.deliver(delivery)
    with store.begin() as tx:
        current = tx.document(document.id)
        tx.save_document(replace(current, state=DocumentState.DELIVERED), DocumentState.RELEASED)
    assert story.settled(fax) == {DELIVERED: 1}


def test_a_dead_letter_waits_and_a_discarded_one_is_rejected(story, store):
    fax = story.decided(CONTENT)
    (delivery,) = story.release(story.document(fax, [1]))
    story.bury(delivery)
    assert story.settled(fax) == {WAITING: 1}
    with store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.DEAD, DeliveryState.DISCARDED, "doppelt")
    assert story.settled(fax) == {REJECTED: 1}


def test_delivery_work_in_quarantine_waits(story, store):
    fax = story.decided(CONTENT)
    (delivery,) = story.release(story.document(fax, [1]))
    work = story.work(fax, Stage.DELIVER, delivery_id=delivery.id)
    claim = store.claim(work.id, "w", story.lease, story.now)
    with store.begin() as tx:
        tx.quarantine_work(claim, "immer wieder abgelaufen")
    assert story.settled(fax) == {WAITING: 1}


def test_only_the_newest_version_counts(story):
    fax = story.decided(CONTENT)
    document = story.document(fax, [1])
    (first,) = story.release(document)
    story.bury(first)
    with story.store.begin() as tx:
        current = tx.document(document.id)
        tx.save_document(replace(current, state=DocumentState.WAITING), DocumentState.RELEASED)
    (second,) = story.release(document)
    assert story.settled(fax) == {WORKING: 1}
    story.deliver(second)
    assert story.settled(fax) == {DELIVERED: 1}


def test_a_released_document_that_goes_nowhere_is_a_gap(story):
    fax = story.decided(CONTENT)
    story.release(story.document(fax, [1]), [])
    assert story.gap(fax) == 1


def test_a_page_shared_by_documents_counts_once_and_as_the_least_settled(story):
    fax = story.decided(CONTENT, CONTENT)
    (delivery,) = story.release(story.document(fax, [1]))
    story.deliver(delivery)
    story.document(fax, [1, 2], DocumentState.FILED)
    assert story.settled(fax) == {FILED: 2}
    story.document(fax, [2], DocumentState.REJECTED)
    assert story.settled(fax) == {FILED: 1, REJECTED: 1}
    story.document(fax, [1])
    assert story.settled(fax) == {WAITING: 1, REJECTED: 1}
    story.release(story.document(fax, [1]))
    assert story.settled(fax) == {WORKING: 1, REJECTED: 1}
    assert story.gap(fax) == 0


def test_a_quarantined_page_waits_even_within_a_document_that_left_until_a_person_has_seen_it(story, store):
    fax = story.decided({"state": PageState.QUARANTINED}, CONTENT)
    document = story.document(fax, [1, 2])
    (delivery,) = story.release(document)
    story.deliver(delivery, pages=2)
    assert story.settled(fax) == {WAITING: 1, DELIVERED: 1}
    with store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), document.id, fax.id, "Seite 1 ansehen", story.now))
        tx.close_reviews(document.id, "confirmed", story.now)
    assert story.settled(fax) == {DELIVERED: 2}


def test_a_quarantined_page_in_no_document_waits(story):
    fax = story.decided({"state": PageState.QUARANTINED})
    assert story.settled(fax) == {WAITING: 1}
    assert story.gap(fax) == 0


def test_an_unread_page_that_a_person_has_closed_is_rejected_or_where_its_document_is(story, store):
    fax = story.decided({"state": PageState.QUARANTINED}, {"state": PageState.QUARANTINED})
    story.deliver(story.release(story.document(fax, [2]))[0])
    with store.begin() as tx:
        for page in store.pages(fax.id):
            tx.save_page(replace(page, state=PageState.CLOSED), PageState.QUARANTINED)
    assert story.settled(fax) == {REJECTED: 1, DELIVERED: 1}
    assert story.gap(fax) == 0


def test_pages_announced_but_not_decoded_are_missing_and_no_gap(story):
    fax = story.decided(BLANK, announced_pages=3)
    assert story.settled(fax) == {FILED: 1, MISSING: 2}
    assert story.gap(fax) == 0


def test_rows_for_missing_pages_are_no_decoded_pages(story, store):
    fax = story.decided(BLANK, announced_pages=2)
    with store.begin() as tx:
        tx.add_page(story.page(fax, 2, state=PageState.MISSING, image=None))
    assert story.settled(fax) == {FILED: 1, MISSING: 1}
    assert story.gap(fax) == 0


def test_receipts_cover_pages_once_however_many_documents_and_targets_share_them(story, store):
    fax = story.decided(CONTENT, CONTENT, CONTENT)
    for delivery in story.release(story.document(fax, [1, 2]), ["amt", "labor"]):
        story.deliver(delivery, pages=2)
    for delivery in story.release(story.document(fax, [2])):
        story.deliver(delivery, pages=1)
    story.document(fax, [3])
    (line,) = store.ledger(fax.id)
    assert (line.decoded, line.receipted) == (3, 2)


def test_a_receipt_for_fewer_pages_than_were_sent_shows(story, store):
    fax = story.decided(CONTENT, CONTENT)
    for delivery in story.release(story.document(fax, [1, 2])):
        story.deliver(delivery, pages=1)
    (line,) = store.ledger(fax.id)
    assert line.receipted == 1


def test_the_ledger_of_all_faxes_has_a_line_for_each(story, store):
    filed, waiting = story.decided(BLANK), story.decided(CONTENT)
    story.document(waiting, [1])
    assert {line.fax_id: dict(line.settled) for line in store.ledger()} == {filed.id: {FILED: 1}, waiting.id: {WAITING: 1}}


def test_a_fax_read_again_is_working_with_no_gap(story, store):
    fax = story.decided(CONTENT, CONTENT)
    with store.begin() as tx:
        tx.forget_results(fax.id)
        tx.move_fax(fax.id, FaxState.DECIDED, FaxState.UNPACKED)
    assert story.settled(fax) == {WORKING: 1}
    assert story.gap(fax) == 0
