"""Delivering: what follows from each outcome, on a real SQLite database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.lifecycle import DeliveryState, DocumentState, WorkState
from bridge.domain.retry import Backoff
from bridge.domain.targets import Breaker, TargetState
from bridge.ports import Message, SendOutcome, Verdict
from bridge.services.target_health import Targets
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.deliveries import START, Office, SetClock, add_document, add_fax, answer, release


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def office(store: SqlStore, clock: SetClock, tmp_path: Path) -> Office:
    return Office(store, clock, FolderBlobs(tmp_path / "blobs"))


def test_an_accepted_record_leaves_an_attempt_a_receipt_and_a_delivered_document(store: SqlStore, clock: SetClock, office: Office) -> None:
    document = add_document(store, add_fax(store, pages=2), pages=(1, 2))
    [work] = release(store, document)
    deliver, sender = office.deliverer(answer(201))

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
def test_a_passing_fault_is_tried_again_after_a_wait_that_doubles(
    store: SqlStore, clock: SetClock, office: Office, status: int | None
) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, sender = office.deliverer(answer(status), answer(status), answer(201))

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


def test_the_receivers_own_wait_is_respected(store: SqlStore, clock: SetClock, office: Office) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    deliver, _ = office.deliverer(answer(429, retry_after=120))
    deliver.run(work.id)
    assert store.work(work.id).due_at == START + timedelta(seconds=120)


def test_an_unforeseen_error_of_a_sender_is_a_try_that_is_repeated_later_and_given_up_in_the_end(
    store: SqlStore, clock: SetClock, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
            raise ZeroDivisionError("Böhm")

    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, _ = office.deliverer(sender=Broken())

    deliver.run(work.id)

    [delivery] = store.deliveries(document.id)
    assert [attempt.error for attempt in store.attempts(delivery.id)] == ["program error (ZeroDivisionError)"]
    assert store.work(work.id).state is WorkState.READY
    assert store.work(work.id).due_at > START
    assert "office" in caplog.text
    assert "Böhm" not in caplog.text
    clock.advance(hours=73)
    deliver.run(work.id)
    assert store.deliveries(document.id)[0].state is DeliveryState.DEAD


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, "Ursache"), (409, "Ursache"), (422, "Ursache"), (401, "Zugangsdaten"), (403, "Zugangsdaten"), (302, "Adresse")],
)
def test_a_refusal_becomes_a_dead_letter_that_says_what_to_do(
    store: SqlStore, clock: SetClock, office: Office, status: int, advice: str
) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, _ = office.deliverer(answer(status))

    deliver.run(work.id)

    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert f"HTTP {status}" in (dead.reason or "")
    assert advice in (dead.reason or "")
    assert store.work(work.id).state is WorkState.DONE
    assert store.document(document.id).state is DocumentState.RELEASED


def test_a_record_too_old_is_given_up_but_tried_once_even_so(store: SqlStore, clock: SetClock, office: Office) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    deliver, sender = office.deliverer(answer(503))
    clock.advance(hours=73)

    deliver.run(work.id)

    assert len(sender.sent) == 1
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "72 Stunden" in (dead.reason or "")


def test_a_target_nobody_has_set_up_is_a_dead_letter(store: SqlStore, clock: SetClock, office: Office) -> None:
    [work] = release(store, add_document(store, add_fax(store)), "elsewhere")
    deliver, sender = office.deliverer(answer(201))
    deliver.run(work.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "elsewhere" in (dead.reason or "")
    assert sender.sent == []


def test_a_document_is_delivered_once_all_its_targets_have_it(store: SqlStore, clock: SetClock, office: Office) -> None:
    document = add_document(store, add_fax(store))
    first, second = release(store, document, "office", "registry")
    deliver, _ = office.deliverer(answer(201))
    deliver.run(first.id)
    assert store.document(document.id).state is DocumentState.RELEASED
    deliver.run(second.id)
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_an_older_version_on_its_way_is_not_overtaken(store: SqlStore, clock: SetClock, office: Office) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    [newer] = release(store, document)
    deliver, sender = office.deliverer(answer(201))

    deliver.run(newer.id)
    assert [record.version for record in sender.sent] == [1, 2]
    assert sender.batches == [1, 1], "both are due, and still one goes after the other"
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_dead_letter_that_a_newer_version_replaces_waits_for_nobody(store: SqlStore, clock: SetClock, office: Office) -> None:
    document = add_document(store, add_fax(store))
    [older] = release(store, document)
    deliver, _ = office.deliverer(answer(422), answer(201))
    deliver.run(older.id)
    [newer] = release(store, document)
    deliver.run(newer.id)

    assert store.deliveries_in(DeliveryState.DEAD, 10) == []
    [superseded] = store.deliveries_in(DeliveryState.DISCARDED, 10)
    assert "Fassung 2" in (superseded.reason or "")
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_claim_lost_while_sending_saves_nothing_and_the_new_owner_sends_the_same_again(
    store: SqlStore, clock: SetClock, office: Office
) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    other, other_sender = office.deliverer(answer(201))

    class SlowSender:
        def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
            clock.advance(minutes=3)  # beyond the lease, which somebody else then takes
            other.run(work.id)
            return [answer(201)]

    slow, _ = office.deliverer(sender=SlowSender())
    slow.run(work.id)

    [delivery] = store.deliveries(document.id)
    assert delivery.state is DeliveryState.DELIVERED
    assert len(store.attempts(delivery.id)) == 1
    assert len(other_sender.sent) == 1


def test_work_for_a_settled_delivery_does_nothing(store: SqlStore, clock: SetClock, office: Office) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, sender = office.deliverer(answer(201))
    [delivery] = store.deliveries(document.id)
    with store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, "by hand")

    deliver.run(work.id)
    deliver.run(work.id)

    assert sender.sent == []
    assert store.work(work.id).state is WorkState.DONE


class TestATargetThatFallsSilent:
    @pytest.fixture
    def steps(self, store: SqlStore) -> list[str]:
        return [release(store, add_document(store, add_fax(store)))[0].id for _ in range(8)]

    BREAKER = Breaker(failures=3, wait=Backoff(timedelta(seconds=30), timedelta(minutes=15), jitter=0.0))

    def test_is_left_alone_after_some_tries_and_probed_with_one_record(
        self, store: SqlStore, clock: SetClock, office: Office, steps: list[str]
    ) -> None:
        deliver, sender = office.deliverer(answer(503), breaker=self.BREAKER)
        deliver.run(steps[0])
        assert sender.batches == [8]
        clock.advance(seconds=10)
        deliver.run(steps[0])
        assert sender.batches == [8], "due again, but the target rests"

        clock.advance(seconds=30)
        deliver.run(steps[0])
        assert sender.batches == [8, 1]
        clock.advance(seconds=59)
        deliver.run(steps[1])
        assert sender.batches == [8, 1], "the second rest is twice as long"

    def test_costs_one_alert_and_one_word_when_it_is_back(
        self, store: SqlStore, clock: SetClock, office: Office, steps: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        down, _ = office.deliverer(answer(None), breaker=self.BREAKER)
        for _ in range(5):
            down.run(steps[0])
            clock.advance(hours=1)
        back, _ = office.deliverer(answer(201), breaker=self.BREAKER)
        back.run(steps[0])

        assert caplog.text.count("does not answer") == 1
        assert caplog.text.count("answers again") == 1
        assert store.target_state("office") == TargetState("office")
        assert store.deliveries_in(DeliveryState.PENDING, 10) == []

    def test_has_its_oldest_records_given_up_without_another_try_each(
        self, store: SqlStore, clock: SetClock, office: Office, steps: list[str]
    ) -> None:
        deliver, sender = office.deliverer(answer(None), breaker=self.BREAKER)
        deliver.run(steps[0])
        clock.advance(hours=73)
        deliver.run(steps[0])

        assert sender.batches == [8]
        assert len(store.deliveries_in(DeliveryState.DEAD, 10)) == 8

    def test_leaves_the_other_targets_alone(self, store: SqlStore, clock: SetClock, office: Office, steps: list[str]) -> None:
        down, _ = office.deliverer(answer(None), breaker=self.BREAKER)
        down.run(steps[0])
        document = add_document(store, add_fax(store))
        [work] = release(store, document, "registry")
        up, _ = office.deliverer(answer(201))
        up.run(work.id)
        assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_target_that_is_gone_is_paused_and_sends_on_when_resumed(store: SqlStore, clock: SetClock, office: Office) -> None:
    [first] = release(store, add_document(store, add_fax(store)))
    deliver, sender = office.deliverer(answer(410), answer(201))
    deliver.run(first.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "bridge targets resume" in (dead.reason or "")

    waiting = add_document(store, add_fax(store))
    [second] = release(store, waiting)
    deliver.run(second.id)
    assert len(sender.sent) == 1
    assert Targets(store, clock).resume("office") == 1
    deliver.run(second.id)
    assert store.document(waiting.id).state is DocumentState.DELIVERED


def test_a_paused_target_gets_nothing(store: SqlStore, clock: SetClock, office: Office) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    Targets(store, clock).pause("office", "Umzug")
    deliver, sender = office.deliverer(answer(201))
    clock.advance(hours=100)
    deliver.run(work.id)
    assert sender.sent == []
    assert store.target_state("office").reason == "Umzug"


def test_what_a_target_said_that_refused_is_kept_for_the_person_who_looks(store: SqlStore, clock: SetClock, office: Office) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    deliver, _ = office.deliverer(replace(answer(422), answer=b'{"detail": "city is missing"}'))
    deliver.run(work.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert [attempt.answer for attempt in store.attempts(dead.id)] == ['{"detail": "city is missing"}']


def test_a_receipt_of_the_targets_own_is_kept_as_it_came(store: SqlStore, clock: SetClock, office: Office) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver, _ = office.deliverer(replace(answer(200), answer=b"<receipt/>", answer_type="application/fhir+xml"))
    deliver.run(work.id)
    receipt = store.receipt(store.deliveries(document.id)[0].id)
    assert receipt is not None
    assert receipt.answer is not None
    assert (office.blobs.get(receipt.answer.sha256), receipt.answer.media_type) == (b"<receipt/>", "application/fhir+xml")


def test_while_one_worker_hands_over_another_leaves_the_target_to_it(store: SqlStore, clock: SetClock, office: Office) -> None:
    first, second = (release(store, add_document(store, add_fax(store)))[0] for _ in range(2))
    other, other_sender = office.deliverer(answer(201))

    class Busy:
        def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
            other.run(second.id)
            return [answer(201)] * len(messages)

    busy, _ = office.deliverer(sender=Busy())
    busy.run(first.id)
    assert other_sender.sent == []
    assert store.deliveries_in(DeliveryState.PENDING, 10) == []


def test_what_there_was_no_time_for_comes_again_in_a_moment_and_counts_as_no_try(store: SqlStore, clock: SetClock, office: Office) -> None:
    [work] = release(store, add_document(store, add_fax(store)))

    class Hurried:
        def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
            clock.advance(seconds=119)
            return [None] * len(messages)

    hurried, _ = office.deliverer(sender=Hurried())
    hurried.run(work.id)
    assert store.work(work.id).due_at == clock.now() + timedelta(seconds=1)
    assert store.work(work.id).attempts == 0
    assert store.deliveries_in(DeliveryState.PENDING, 1)[0].attempts == 0


def test_a_target_that_is_there_no_more_has_all_it_waits_for_shown_to_a_person(store: SqlStore, clock: SetClock, office: Office) -> None:
    works = [release(store, add_document(store, add_fax(store)), "gone")[0] for _ in range(3)]
    with store.begin() as tx:
        tx.postpone("gone", clock.now() + timedelta(days=365), clock.now())
    deliver, sender = office.deliverer(answer(201))
    deliver.run(works[0].id)
    assert [letter.target for letter in store.deliveries_in(DeliveryState.DEAD, 10)] == ["gone"] * 3
    assert sender.messages == []


def test_a_folder_that_is_back_counts_as_back_though_it_has_no_status(store: SqlStore, clock: SetClock, office: Office) -> None:
    works = [release(store, add_document(store, add_fax(store)))[0] for _ in range(6)]
    away, there = answer(None), SendOutcome(Verdict.TAKEN, None, None, 0.1, "b" * 64)
    deliver, _ = office.deliverer(*[away] * 5, there, there, breaker=Breaker(5))
    for work in works:
        deliver.run(work.id)
        clock.advance(minutes=20)
    assert store.target_state("office") == TargetState("office")


def test_one_record_that_always_fails_stops_nobody(store: SqlStore, clock: SetClock, office: Office) -> None:
    failing = add_document(store, add_fax(store))
    [work] = release(store, failing)

    class Choking:
        def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
            return [answer(500 if message.record.document_id == failing.id else 201) for message in messages]

    deliver, _ = office.deliverer(sender=Choking())
    for _ in range(6):  # it fails so often that the target is left alone, and probed with single records
        deliver.run(work.id)
        clock.advance(minutes=20)
    later = [release(store, add_document(store, add_fax(store)), at=clock.now())[0] for _ in range(3)]
    for piece in later:
        deliver.run(piece.id)
        clock.advance(minutes=20)
    assert {store.delivery(piece.delivery_id or "").state for piece in later} == {DeliveryState.DELIVERED}
    assert store.delivery(work.delivery_id or "").state is DeliveryState.PENDING


@pytest.mark.parametrize("is_paused", [True, False])
def test_what_a_person_says_of_a_target_meanwhile_goes_before_what_is_learnt(
    store: SqlStore, clock: SetClock, office: Office, is_paused: bool
) -> None:
    [work] = release(store, add_document(store, add_fax(store)))
    targets = Targets(store, clock)

    class Interrupted:
        def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
            if is_paused:
                targets.pause("office", "Wartung")
            else:
                targets.resume("office")
            return [answer(503)] * len(messages)

    with store.begin() as tx:
        tx.save_target_state(TargetState("office", failures=8, openings=2))
    deliver, _ = office.deliverer(sender=Interrupted())
    deliver.run(work.id)
    assert (store.target_state("office").is_paused, store.target_state("office").failures) == ((True, 8) if is_paused else (False, 0))
