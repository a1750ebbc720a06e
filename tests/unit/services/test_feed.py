"""Feeds: taken in order, offered until acknowledged, settled by the acknowledgement."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import RefusedError
from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.model import WithdrawalReason
from bridge.domain.targets import TargetKind
from bridge.services.deliver import Deliver
from bridge.services.feed import Feed
from bridge.services.withdraw import Withdraw
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.deliveries import HeardBell, SetClock, add_document, add_fax, release, target


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def feed(store: SqlStore) -> Feed:
    return Feed(store, SetClock())


def read(feed: Feed, after: int = 0, limit: int = 100) -> list[str]:
    return [item.key for item in feed.read("office", after, limit).items]


def test_pages_follow_one_another_without_gap_or_repeat(store: SqlStore, feed: Feed) -> None:
    keys = []
    for _ in range(5):
        document = add_document(store, add_fax(store))
        release(store, document)
        keys.append(f"{document.id}:1")
    seen, cursor = [], 0
    while items := (page := feed.read("office", cursor, 2)).items:
        seen += [item.key for item in items]
        cursor = page.cursor
    assert seen == keys


def test_what_was_not_acknowledged_is_offered_again_and_what_was_is_not(store: SqlStore, feed: Feed) -> None:
    first, second = (add_document(store, add_fax(store)) for _ in range(2))
    release(store, first)
    release(store, second)
    assert read(feed) == read(feed) == [f"{first.id}:1", f"{second.id}:1"]
    assert feed.acknowledge("office", 1) == 1
    assert read(feed) == [f"{second.id}:1"]
    assert feed.acknowledge("office", 1) == 0


def test_acknowledging_is_the_receipt(store: SqlStore, feed: Feed) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    page = feed.read("office", 0, 10)
    feed.acknowledge("office", page.cursor)
    [delivery] = store.deliveries(document.id)
    receipt = store.receipt(delivery.id)
    assert receipt is not None
    assert receipt.sent_sha256 == hashlib.sha256(store.record(document.id, 1).content).hexdigest()
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_nothing_can_be_acknowledged_that_was_never_offered(store: SqlStore, feed: Feed) -> None:
    release(store, add_document(store, add_fax(store)))
    with pytest.raises(RefusedError):
        feed.acknowledge("office", 1)


def test_versions_stay_in_order(store: SqlStore, feed: Feed) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    release(store, document)
    assert read(feed) == [f"{document.id}:1", f"{document.id}:2"]


def test_a_withdrawal_is_offered_behind_what_it_withdraws(store: SqlStore, feed: Feed) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    read(feed)
    Withdraw(store, HeardBell(), SetClock()).once(document.id, WithdrawalReason.NOT_CONFIRMED)
    items = feed.read("office", 0, 10).items
    assert [item.key for item in items] == [f"{document.id}:1", f"{document.id}:2"]
    assert items[1].body["withdrawn"]["reason"] == "not_confirmed"  # type: ignore[index,call-overload]
    feed.acknowledge("office", 2)
    assert store.document(document.id).state is DocumentState.REJECTED


def test_what_nobody_fetches_becomes_a_dead_letter_in_time_and_not_before(store: SqlStore, feed: Feed, tmp_path: Path) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    clock, pull = SetClock(), target(kind=TargetKind.FEED, url="")
    blobs = FolderBlobs(tmp_path / "blobs")
    deliver = Deliver(store, blobs, HeardBell(), {}, {"office": pull}, clock, "me", lease=timedelta(minutes=2))
    deliver.run(work.id)
    assert read(feed) == [f"{document.id}:1"]
    clock.advance(hours=71)
    deliver.run(work.id)
    assert store.deliveries(document.id)[0].state is DeliveryState.PENDING
    clock.advance(hours=2)
    deliver.run(work.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "nicht abgeholt" in (dead.reason or "")
    assert read(feed) == []
