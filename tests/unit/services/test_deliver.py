"""Delivering: what follows from each outcome, on a real SQLite database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.lifecycle import DeliveryState, DocumentState, WorkState
from bridge.domain.model import Record
from bridge.domain.retry import Backoff
from bridge.ports import SendOutcome
from bridge.services.deliver import Deliver
from bridge.store.sql import SqlStore
from tests.deliveries import START, ScriptedSender, SetClock, add_document, add_fax, answer, release, target


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def deliverer(store: SqlStore, clock: SetClock, *outcomes: SendOutcome, **targets: object) -> tuple[Deliver, ScriptedSender]:
    sender = ScriptedSender(list(outcomes))
    known = {"office": target(), "registry": target(name="registry")}
    deliver = Deliver(
        store,
        dict.fromkeys(known, sender),
        known,
        clock,
        "me",
        lease=timedelta(minutes=2),
        backoff=Backoff(timedelta(seconds=2), timedelta(minutes=15), jitter=0.5),
        chance=lambda: 0.0,
    )
    return deliver, sender


def test_an_accepted_record_leaves_an_attempt_a_receipt_and_a_delivered_document(store: SqlStore, clock: SetClock) -> None:
    document = add_document(store, add_fax(store, pages=2), pages=(1, 2))
    [work] = release(store, document)
    deliver, sender = deliverer(store, clock, answer(201))

    deliver.run(work.id)

    [delivery] = store.deliveries(document.id)
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.attempts == 1
    assert [(attempt.number, attempt.status) for attempt in store.attempts(delivery.id)] == [(1, 201)]
    receipt = store.receipt(delivery.id)
    assert receipt is not None
    assert (receipt.status, receipt.receiver_id, receipt.sent_sha256, receipt.page_count) == (201, "R1", "b" * 64, 2)
    assert store.document(document.id).state is DocumentState.DELIVERED
    assert store.work(work.id).state is WorkState.DONE
    assert [record.idempotency_key for record in sender.sent] == [f"{document.id}:1"]


@pytest.mark.parametrize("status", [None, 408, 425, 429, 500, 502, 503])
def test_a_passing_fault_is_tried_again_after_a_wait_that_doubles(store: SqlStore, clock: SetClock, status: int | None) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, sender = deliverer(store, clock, answer(status), answer(status), answer(201))

    deliver.run(work.id)
    assert store.work(work.id).due_at == START + timedelta(seconds=2)
    deliver.run(work.id)
    assert len(sender.sent) == 1, "it is not due yet"

    clock.advance(seconds=2)
    deliver.run(work.id)
    assert store.work(work.id).due_at == START + timedelta(seconds=6)
    clock.advance(seconds=4)
    deliver.run(work.id)

    assert store.deliveries(document.id)[0].state is DeliveryState.DELIVERED
    assert [record.idempotency_key for record in sender.sent] == [f"{document.id}:1"] * 3
    assert [attempt.status for attempt in store.attempts(store.deliveries(document.id)[0].id)] == [status, status, 201]


def test_the_receivers_own_wait_is_respected(store: SqlStore, clock: SetClock) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    deliver, _ = deliverer(store, clock, answer(429, retry_after=120))
    deliver.run(work.id)
    assert store.work(work.id).due_at == START + timedelta(seconds=120)


def test_an_unforeseen_error_of_a_sender_is_a_try_that_is_repeated_later_and_given_up_in_the_end(
    store: SqlStore, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def send(self, record: Record) -> SendOutcome:
            raise ZeroDivisionError("Böhm")

    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver = Deliver(store, {"office": Broken()}, {"office": target()}, clock, "me", lease=timedelta(minutes=2), chance=lambda: 0.0)

    deliver.run(work.id)

    [delivery] = store.deliveries(document.id)
    assert [attempt.error for attempt in store.attempts(delivery.id)] == ["program error (ZeroDivisionError)"]
    assert store.work(work.id).state is WorkState.READY
    assert store.work(work.id).due_at > START
    assert delivery.id in caplog.text
    assert "Böhm" not in caplog.text
    clock.advance(hours=73)
    deliver.run(work.id)
    assert store.deliveries(document.id)[0].state is DeliveryState.DEAD


@pytest.mark.parametrize(
    ("status", "advice"), [(400, "Ursache"), (409, "Ursache"), (422, "Ursache"), (401, "Token"), (403, "Token"), (302, "Adresse")]
)
def test_a_refusal_becomes_a_dead_letter_that_says_what_to_do(store: SqlStore, clock: SetClock, status: int, advice: str) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, _ = deliverer(store, clock, answer(status))

    deliver.run(work.id)

    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert f"HTTP {status}" in (dead.reason or "")
    assert advice in (dead.reason or "")
    assert store.work(work.id).state is WorkState.DONE
    assert store.document(document.id).state is DocumentState.RELEASED


def test_a_record_too_old_is_given_up_but_tried_once_even_so(store: SqlStore, clock: SetClock) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    deliver, sender = deliverer(store, clock, answer(503))
    clock.advance(hours=73)

    deliver.run(work.id)

    assert len(sender.sent) == 1
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "72 Stunden" in (dead.reason or "")


def test_a_target_nobody_has_set_up_is_a_dead_letter(store: SqlStore, clock: SetClock) -> None:
    [work] = release(store, add_document(store, add_fax(store)), "elsewhere")
    deliver, sender = deliverer(store, clock, answer(201))
    deliver.run(work.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "elsewhere" in (dead.reason or "")
    assert sender.sent == []


def test_a_document_is_delivered_once_all_its_targets_have_it(store: SqlStore, clock: SetClock) -> None:
    document = add_document(store, add_fax(store))
    first, second = release(store, document, "office", "registry")
    deliver, _ = deliverer(store, clock, answer(201))
    deliver.run(first.id)
    assert store.document(document.id).state is DocumentState.RELEASED
    deliver.run(second.id)
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_an_older_version_on_its_way_is_not_overtaken(store: SqlStore, clock: SetClock) -> None:
    document = add_document(store, add_fax(store))
    [older] = release(store, document)
    [newer] = release(store, document)
    deliver, sender = deliverer(store, clock, answer(201))

    deliver.run(newer.id)
    assert sender.sent == []
    assert store.work(newer.id).state is WorkState.READY

    deliver.run(older.id)
    assert store.document(document.id).state is DocumentState.RELEASED, "the newest version is still on its way"
    clock.advance(seconds=2)
    deliver.run(newer.id)
    assert [record.version for record in sender.sent] == [1, 2]
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_dead_letter_that_a_newer_version_replaces_waits_for_nobody(store: SqlStore, clock: SetClock) -> None:
    document = add_document(store, add_fax(store))
    [older] = release(store, document)
    deliver, _ = deliverer(store, clock, answer(422), answer(201))
    deliver.run(older.id)
    [newer] = release(store, document)
    deliver.run(newer.id)

    assert store.deliveries_in(DeliveryState.DEAD, 10) == []
    [superseded] = store.deliveries_in(DeliveryState.DISCARDED, 10)
    assert "Fassung 2" in (superseded.reason or "")
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_claim_lost_while_sending_saves_nothing_and_the_new_owner_sends_the_same_again(store: SqlStore, clock: SetClock) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    other, other_sender = deliverer(store, clock, answer(201))

    class SlowSender:
        def send(self, record: Record) -> SendOutcome:
            clock.advance(minutes=3)  # beyond the lease, which somebody else then takes
            other.run(work.id)
            return answer(201)

    slow = Deliver(store, {"office": SlowSender()}, {"office": target()}, clock, "slow", lease=timedelta(minutes=2))
    slow.run(work.id)

    [delivery] = store.deliveries(document.id)
    assert delivery.state is DeliveryState.DELIVERED
    assert len(store.attempts(delivery.id)) == 1
    assert len(other_sender.sent) == 1


def test_work_for_a_settled_delivery_does_nothing(store: SqlStore, clock: SetClock) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, sender = deliverer(store, clock, answer(201))
    [delivery] = store.deliveries(document.id)
    with store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, "by hand")

    deliver.run(work.id)
    deliver.run(work.id)

    assert sender.sent == []
    assert store.work(work.id).state is WorkState.DONE
