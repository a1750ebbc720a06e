"""Withdrawing: every target that may have the record is told, in order, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import RefusedError
from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.model import Document, WithdrawalReason
from bridge.domain.routing import Routes
from bridge.services.release import holders
from bridge.services.review import Review
from bridge.services.withdraw import Withdraw
from bridge.stages.schema import RecordSchemas
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.deliveries import Office, SetClock, add_document, add_fax, answer, release


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Office:
    return Office(SqlStore(sqlite_url, tmp_path), SetClock(), FolderBlobs(tmp_path / "blobs"))


@pytest.fixture
def document(office: Office) -> Document:
    return add_document(office.store, add_fax(office.store))


def withdraw(office: Office, document: Document, reason: WithdrawalReason = WithdrawalReason.WRONG_RECIPIENT) -> tuple[str, ...]:
    return Withdraw(office.store, office.bell, office.clock).once(document.id, reason, "an das falsche Amt")


def test_a_delivered_record_is_withdrawn_by_a_message_of_its_own(office: Office, document: Document) -> None:
    [work] = release(office.store, document)
    deliver, sender = office.deliverer(answer(201))
    deliver.run(work.id)
    assert withdraw(office, document) == ("office",)
    deliver.run(office.bell.rung[-1].id)

    message = sender.messages[-1]
    assert message.is_withdrawal
    assert message.record.idempotency_key == f"{document.id}:2"
    assert message.record.body == {
        "id": document.id,
        "type": None,
        "schema": "withdrawal/1",
        "version": 2,
        "replaces": 1,
        "fax": {},
        "withdrawn": {"at": office.clock.now().isoformat(), "reason": "wrong_recipient", "text": "an das falsche Amt"},
    }
    assert office.store.document(document.id).state is DocumentState.REJECTED


def test_what_never_left_is_taken_back_without_a_word_to_anybody(office: Office, document: Document) -> None:
    release(office.store, document)
    assert withdraw(office, document) == ()
    assert office.store.document(document.id).state is DocumentState.REJECTED
    assert [delivery.state for delivery in office.store.deliveries(document.id)] == [DeliveryState.DISCARDED]
    assert [record.version for record in office.store.records(document.id)] == [1]


def test_a_record_that_may_have_arrived_goes_before_its_withdrawal(office: Office, document: Document) -> None:
    [work] = release(office.store, document)
    deliver, sender = office.deliverer(answer(None), answer(201))
    deliver.run(work.id)
    assert withdraw(office, document) == ("office",)
    office.clock.advance(minutes=1)
    deliver.run(work.id)
    assert [message.is_withdrawal for message in sender.messages] == [False, False, True]


def test_only_targets_that_may_have_it_are_told(office: Office, document: Document) -> None:
    first, _second = release(office.store, document, "office", "registry")
    deliver, _ = office.deliverer(answer(201))
    deliver.run(first.id)
    assert withdraw(office, document) == ("office",)


def test_a_refused_record_is_withdrawn_too_for_nobody_knows_what_was_kept(office: Office, document: Document) -> None:
    [work] = release(office.store, document)
    deliver, _ = office.deliverer(answer(422), answer(201))
    deliver.run(work.id)
    assert withdraw(office, document) == ("office",)
    deliver.run(office.bell.rung[-1].id)
    assert office.store.deliveries_in(DeliveryState.DEAD, 10) == []


def test_nothing_is_withdrawn_twice(office: Office, document: Document) -> None:
    [work] = release(office.store, document)
    deliver, _ = office.deliverer(answer(201))
    deliver.run(work.id)
    withdraw(office, document)
    with pytest.raises(RefusedError, match="being withdrawn"):
        withdraw(office, document)


def test_what_waits_for_a_person_is_rejected_and_not_withdrawn(office: Office, document: Document) -> None:
    with pytest.raises(RefusedError, match="not released"):
        withdraw(office, document)


def test_a_corrected_record_that_goes_elsewhere_is_withdrawn_where_it_was(office: Office, document: Document) -> None:
    [work] = release(office.store, document)
    deliver, sender = office.deliverer(answer(201))
    deliver.run(work.id)
    for step in release(office.store, document, "registry", withdrawn_from=["office"]):
        deliver.run(step.id)
    assert [(message.is_withdrawal, message.record.version) for message in sender.messages] == [(False, 1), (False, 2), (True, 2)]
    assert sender.sent[-1].body["withdrawn"] == {"at": office.clock.now().isoformat(), "reason": "wrong_recipient", "text": None}
    assert office.store.document(document.id).state is DocumentState.DELIVERED


def test_what_may_have_arrived_is_withdrawn_and_not_rejected_though_its_correction_was_given_up(office: Office, document: Document) -> None:
    [first] = release(office.store, document)
    deliver, sender = office.deliverer(answer(201), answer(422), answer(201))
    deliver.run(first.id)
    [second] = release(office.store, document)
    deliver.run(second.id)
    review = review_of(office)
    review.discard(second.delivery_id or "", "doch nicht")
    assert office.store.document(document.id).state is DocumentState.WAITING

    with pytest.raises(RefusedError) as refused:
        review.reject(document.id, "falsch")
    assert f"bridge review withdraw {document.id}" in refused.value.reason
    assert withdraw(office, document) == ("office",)
    deliver.run(office.bell.rung[-1].id)
    assert sender.messages[-1].is_withdrawal
    assert office.store.document(document.id).state is DocumentState.REJECTED


def test_a_withdrawal_that_nobody_took_can_be_sent_again_and_is_repeated(office: Office, document: Document) -> None:
    [first] = release(office.store, document)
    deliver, _ = office.deliverer(answer(201), answer(422), answer(201))
    deliver.run(first.id)
    works = release(office.store, document, "registry", withdrawn_from=["office"])
    [letter] = [work for work in works if office.store.delivery(work.delivery_id or "").target == "office"]
    deliver.run(letter.id)
    assert office.store.delivery(letter.delivery_id or "").state is DeliveryState.DEAD

    with office.store.begin() as tx:
        assert "office" in holders(tx, office.store.document(document.id), "x", but=["registry"])
    release(office.store, document, "registry")
    review_of(office).redeliver(letter.delivery_id or "")
    assert office.store.delivery(letter.delivery_id or "").state is DeliveryState.PENDING


def review_of(office: Office) -> Review:
    return Review(office.store, office.bell, office.clock, {}, Routes(), lambda *_: None, "https://here", RecordSchemas({}, {}))  # type: ignore[arg-type]
