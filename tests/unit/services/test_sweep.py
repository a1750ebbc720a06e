"""Sweeping: what is rung for again, and what is not."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import StorageError
from bridge.domain.lifecycle import Stage, WorkState
from bridge.domain.model import Work
from bridge.services.sweep import Sweep, Swept
from bridge.store.sql import SqlStore
from tests.deliveries import HeardBell, ScriptedSender, SetClock, add_document, add_fax, answer, deliverer, release

LEASE = timedelta(seconds=60)


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def sweeper(store: SqlStore, clock: SetClock, bell: HeardBell, owner: str = "one", batch: int = 500) -> Sweep:
    return Sweep(store, bell, clock, owner, lease=timedelta(seconds=20), ring_again=timedelta(seconds=30), work_lease=LEASE, batch=batch)


def add_work(store: SqlStore, pieces: int = 1) -> list[Work]:
    """Release as many records, each to a target of its own."""
    targets = ["office", *(f"office {number}" for number in range(2, pieces + 1))]
    return [release(store, add_document(store, add_fax(store)), target)[0] for target in targets]


def test_a_lost_bell_is_rung_again_but_not_at_every_look(store: SqlStore, clock: SetClock) -> None:
    [work] = add_work(store)
    bell = HeardBell()
    sweep = sweeper(store, clock, bell)
    assert sweep.once() == Swept(is_leader=True, overdue=1, rung=1)
    clock.advance(seconds=2)
    assert sweep.once() == Swept(is_leader=True)
    clock.advance(seconds=30)
    assert sweep.once().rung == 1
    assert [rung.id for rung in bell.rung] == [work.id] * 2


def test_one_ring_does_for_all_that_is_due_to_a_target(store: SqlStore, clock: SetClock) -> None:
    documents = [add_document(store, add_fax(store)) for _ in range(3)]
    work = [release(store, document, "office", "registry") for document in documents]
    bell = HeardBell()
    sweep = sweeper(store, clock, bell)
    assert sweep.once() == Swept(is_leader=True, overdue=6, rung=2)
    assert {rung.id for rung in bell.rung} == {piece.id for piece in work[0]}
    assert sweep.once() == Swept(is_leader=True)


def test_work_that_stands_in_line_is_not_rung_for(store: SqlStore, clock: SetClock) -> None:
    add_work(store, 3)
    bell = HeardBell(waiting={Stage.DELIVER: 3})
    assert sweeper(store, clock, bell).once() == Swept(is_leader=True, overdue=3, rung=0)
    assert bell.rung == []


def test_only_as_many_are_rung_for_as_are_missing_from_the_line(store: SqlStore, clock: SetClock) -> None:
    add_work(store, 3)
    bell = HeardBell(waiting={Stage.DELIVER: 2})
    assert sweeper(store, clock, bell).once().rung == 1


def test_a_backlog_is_walked_through_in_batches(store: SqlStore, clock: SetClock) -> None:
    work = add_work(store, 5)
    bell = HeardBell()
    sweep = sweeper(store, clock, bell, batch=2)
    assert [sweep.once().rung for _ in range(4)] == [2, 2, 1, 0]
    assert {rung.id for rung in bell.rung} == {piece.id for piece in work}


def test_an_expired_lease_is_rung_for_however_long_the_line(store: SqlStore, clock: SetClock) -> None:
    [work] = add_work(store)
    assert store.claim(work.id, "died", timedelta(seconds=10), clock.now()) is not None
    bell = HeardBell(waiting=dict.fromkeys(Stage, 1000))
    sweep = sweeper(store, clock, bell)
    assert sweep.once() == Swept(is_leader=True)
    clock.advance(seconds=11)
    assert sweep.once().rung == 1


def test_a_delivery_is_rung_for_when_its_wait_is_over(store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    [work] = add_work(store)
    bell = HeardBell()
    sweep = sweeper(store, clock, bell)
    sweep.once()
    sender = ScriptedSender([answer(503)])
    deliverer(store, tmp_path, clock, office=sender).run(work.id)
    assert sweep.once().overdue == 0
    clock.advance(seconds=3)
    assert sweep.once().rung == 1


def test_of_two_sweepers_one_works_until_it_falls_silent(store: SqlStore, clock: SetClock) -> None:
    add_work(store)
    bell = HeardBell()
    first, second = sweeper(store, clock, bell), sweeper(store, clock, bell, owner="two")
    assert first.once().is_leader
    assert not second.once().is_leader
    clock.advance(seconds=21)
    assert second.once().is_leader
    assert not first.once().is_leader


def test_a_refusing_database_does_not_end_the_rescuer(store: SqlStore, clock: SetClock) -> None:
    stop = threading.Event()
    looks: list[Callable[[], bool]] = []

    class Refusing(HeardBell):
        def ring(self, work: object) -> None:
            looks.append(stop.is_set)
            if len(looks) == 2:
                stop.set()
            clock.advance(seconds=31)
            raise StorageError("disk full")

    add_work(store)
    sweeper(store, clock, Refusing()).run(stop, timedelta(0))
    assert len(looks) == 2


@contextmanager
def refused(database: Path) -> Iterator[None]:
    """A time in which the database takes nothing: somebody else holds its lock."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@pytest.mark.parametrize("refused_seconds", [10, 600])
def test_a_lease_that_ends_because_the_database_refused_is_no_fault_of_the_work(
    sqlite_url: str, tmp_path: Path, clock: SetClock, refused_seconds: int
) -> None:
    store = SqlStore(sqlite_url, tmp_path, patience=timedelta(milliseconds=20))
    [work] = add_work(store)
    bell = HeardBell()
    sweep = sweeper(store, clock, bell)
    sweep.once()
    assert store.claim(work.id, "cannot give it back", LEASE, clock.now()) is not None
    with refused(tmp_path / "bridge.sqlite"):
        for _ in range(refused_seconds // 10):
            clock.advance(seconds=10)
            with pytest.raises(StorageError):
                sweep.once()
    bell.rung.clear()

    for _ in range(LEASE // timedelta(seconds=10) + 1):
        clock.advance(seconds=10)
        sweep.once()

    assert {rung.id for rung in bell.rung} == {work.id}
    waiting = store.work(work.id)
    assert (waiting.state, waiting.attempts, waiting.expirations) == (WorkState.READY, 0, 0)


def test_a_lease_that_ends_for_any_other_reason_counts_also_after_a_refusal(sqlite_url: str, tmp_path: Path, clock: SetClock) -> None:
    store = SqlStore(sqlite_url, tmp_path, patience=timedelta(milliseconds=20))
    [work] = add_work(store)
    sweep = sweeper(store, clock, HeardBell())
    with refused(tmp_path / "bridge.sqlite"), pytest.raises(StorageError):
        sweep.once()
    for _ in range(8):
        clock.advance(seconds=10)
        sweep.once()
    assert store.claim(work.id, "died", LEASE, clock.now()) is not None
    clock.advance(seconds=61)
    sweep.once()

    claim = store.claim(work.id, "next", LEASE, clock.now())

    assert claim is not None
    assert claim.work.expirations == 1


def test_it_stops_when_told(store: SqlStore, clock: SetClock) -> None:
    stop = threading.Event()
    stop.set()
    bell = HeardBell()
    add_work(store)
    sweeper(store, clock, bell).run(stop, timedelta(hours=1))
    assert len(bell.rung) == 1, "it looks once and then stops"


def test_the_sweeper_that_works_keeps_books_and_tidies_once_a_minute(store: SqlStore, clock: SetClock) -> None:
    add_work(store)
    tidied: list[bool] = []

    class Twice:
        """Stops after the fourth look, half a minute each."""

        looks = 0

        def wait(self, seconds: float, /) -> bool:
            self.looks += 1
            clock.advance(seconds=30)
            return self.looks == 4

    def run(owner: str) -> None:
        lease, again = timedelta(hours=1), timedelta(seconds=30)
        sweep = Sweep(store, HeardBell(), clock, owner, lease=lease, ring_again=again, work_lease=LEASE, tidy=lambda: tidied.append(True))
        sweep.run(Twice(), timedelta(0))

    run("one")
    assert len(tidied) == 2
    assert store.book(10) == 0, "all that is at rest is booked"
    run("two")
    assert len(tidied) == 2, "who stands by does nothing"
