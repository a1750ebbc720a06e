"""The outbox: what may be handed to a target now, in which order, and what a feed offers. On both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bridge.domain.lifecycle import DeliveryState
from bridge.domain.targets import TargetState
from bridge.store.sql import SqlStore
from tests.deliveries import START, add_document, add_fax, release

MINUTE = timedelta(minutes=1)


def claimed(store: SqlStore, target: str = "office", limit: int = 10, **options: object) -> list[str]:
    return [
        f"{each.record.document_id}:{each.record.version}" for each in store.claim_deliveries(target, "me", MINUTE, START, limit, **options)
    ]  # type: ignore[arg-type]


def test_only_what_is_due_for_this_target_is_claimed_oldest_first(store: SqlStore) -> None:
    documents = [add_document(store, add_fax(store)) for _ in range(3)]
    for document in documents:
        release(store, document)
    release(store, add_document(store, add_fax(store)), "registry")
    release(store, add_document(store, add_fax(store)), at=START + MINUTE)

    assert claimed(store, limit=2) == [f"{document.id}:1" for document in documents[:2]]
    assert claimed(store) == [f"{documents[2].id}:1"]
    assert claimed(store) == []


def test_a_newer_version_waits_until_the_older_one_is_settled(store: SqlStore) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    [newer] = release(store, document)
    assert claimed(store) == [f"{document.id}:1"]
    assert claimed(store) == []
    assert store.next_due("office", START) is None
    with store.begin() as tx:
        tx.move_delivery(store.deliveries(document.id)[0].id, DeliveryState.PENDING, DeliveryState.DEAD, "refused")
    assert [work.id for work in [store.next_due("office", START)] if work] == [newer.id]
    assert claimed(store) == [f"{document.id}:2"]


def test_what_has_waited_longest_can_be_claimed_apart(store: SqlStore) -> None:
    old, new = add_document(store, add_fax(store)), add_document(store, add_fax(store))
    release(store, old, at=START - MINUTE)
    release(store, new)
    assert claimed(store, created_before=START) == [f"{old.id}:1"]


def test_a_target_that_rests_has_everything_postponed_but_what_is_being_sent(store: SqlStore) -> None:
    first, second = add_document(store, add_fax(store)), add_document(store, add_fax(store))
    release(store, first)
    assert claimed(store) == [f"{first.id}:1"]
    [waiting] = release(store, second)
    with store.begin() as tx:
        assert tx.postpone("office", START + MINUTE, START) == 1
        assert tx.postpone("office", START + MINUTE / 2, START) == 0, "nothing is brought forward by resting"
    assert store.work(waiting.id).due_at == START + MINUTE
    assert claimed(store) == []


def test_what_a_dead_worker_left_rests_too(store: SqlStore) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    claimed(store)
    after_its_lease = START + timedelta(days=1)
    with store.begin() as tx:
        assert tx.postpone("office", after_its_lease + MINUTE, after_its_lease) == 1
    assert store.next_due("office", after_its_lease) is None
    assert store.work(work.id).due_at == after_its_lease + MINUTE


def test_resuming_brings_everything_forward_and_begins_its_time_anew(store: SqlStore) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    later = START + timedelta(days=4)
    with store.begin() as tx:
        tx.postpone("office", later + timedelta(days=365), START)
        assert tx.bring_forward("office", later) == 1
    assert (store.work(work.id).due_at, store.work(work.id).created_at) == (later, later)


def test_the_least_tried_come_first_so_that_one_that_always_fails_stops_nobody(store: SqlStore) -> None:
    failing, fresh = add_document(store, add_fax(store)), add_document(store, add_fax(store))
    [work] = release(store, failing)
    claim = store.claim(work.id, "me", MINUTE, START)
    assert claim is not None
    with store.begin() as tx:
        tx.release_work(claim, START)
    release(store, fresh)
    assert claimed(store, limit=1) == [f"{fresh.id}:1"]
    assert claimed(store, limit=1) == [f"{failing.id}:1"]


def test_how_a_target_stands_is_the_same_for_all(store: SqlStore) -> None:
    assert store.target_state("office") == TargetState("office")
    shut = TargetState("office", failures=5, openings=1, shut_until=START, since=START)
    for state in (shut, TargetState("office", is_paused=True, reason="Umzug")):
        with store.begin() as tx:
            tx.save_target_state(state)
        assert store.target_state("office") == state


def test_pending_tells_how_much_waits_and_since_when(store: SqlStore) -> None:
    assert store.pending("office") == (0, None)
    release(store, add_document(store, add_fax(store)), at=START - MINUTE)
    release(store, add_document(store, add_fax(store)))
    assert store.pending("office") == (2, START - MINUTE)


def test_a_lease_given_back_is_free_and_another_ones_cannot_be_given_back(store: SqlStore) -> None:
    assert store.hold_lease("target:office", "me", MINUTE, START)
    store.drop_lease("target:office", "other")
    assert not store.hold_lease("target:office", "other", MINUTE, START)
    store.drop_lease("target:office", "me")
    assert store.hold_lease("target:office", "other", MINUTE, START)


@pytest.mark.parametrize("is_tried", [False, True])
def test_only_what_was_never_tried_can_be_dropped(store: SqlStore, is_tried: bool) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    [delivery] = store.deliveries(document.id)
    if is_tried:
        claimed(store)
    with store.begin() as tx:
        assert tx.drop_unsent(delivery.id, "withdrawn") is not is_tried
    assert store.delivery(delivery.id).state is (DeliveryState.PENDING if is_tried else DeliveryState.DISCARDED)


def offer(store: SqlStore) -> int:
    with store.begin() as tx:
        return tx.offer("office")


def positions(store: SqlStore, after: int = 0) -> list[tuple[str, int | None]]:
    return [(record.document_id, delivery.position) for delivery, record in store.offered("office", after, 100)]


def test_a_feed_counts_on_where_it_stopped(store: SqlStore) -> None:
    assert offer(store) == 0
    first, second = add_document(store, add_fax(store)), add_document(store, add_fax(store))
    release(store, first)
    assert store.has_unoffered("office")
    assert offer(store) == 1
    assert not store.has_unoffered("office")
    release(store, second)
    assert offer(store) == 1
    assert positions(store) == [(first.id, 1), (second.id, 2)]
    assert positions(store, after=1) == [(second.id, 2)]
    assert store.last_position("office") == 2


def test_what_commits_late_comes_behind_what_was_offered_already(store: SqlStore) -> None:
    """As with a release that began before another and ended after it."""
    early, late = add_document(store, add_fax(store)), add_document(store, add_fax(store))
    release(store, late, at=START + MINUTE)
    offer(store)
    release(store, early, at=START)
    offer(store)
    assert positions(store) == [(late.id, 1), (early.id, 2)]


def test_two_readers_who_come_at_once_give_every_delivery_one_position(store: SqlStore) -> None:
    documents = [add_document(store, add_fax(store)) for _ in range(20)]
    for document in documents:
        release(store, document)
    readers = [threading.Thread(target=offer, args=(store,)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [position for _, position in positions(store)] == [*range(1, 21)]
    assert store.last_position("office") == 20


def test_a_dead_letter_offered_anew_comes_last(store: SqlStore) -> None:
    first, second = add_document(store, add_fax(store)), add_document(store, add_fax(store))
    for document in (first, second):
        release(store, document)
    offer(store)
    [delivery] = store.deliveries(first.id)
    with store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, "not fetched")
        tx.move_delivery(delivery.id, DeliveryState.DEAD, DeliveryState.PENDING)
    offer(store)
    assert positions(store, after=1) == [(second.id, 2), (first.id, 3)]
