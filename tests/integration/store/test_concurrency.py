"""Many at once: nobody starves, nothing is done twice, and whoever is killed leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.errors import StateConflictError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FaxState
from bridge.domain.model import Event
from bridge.store.sql import SqlStore

AT_ONCE = 8

WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bridge.domain.model import Event
from bridge.store.sql import SqlStore
url, lock_dir, fax_id, name, count = sys.argv[1:]
store = SqlStore(url, Path(lock_dir))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(count)):
    with store.begin() as tx:
        tx.add_event(Event(fax_id, datetime.now(UTC), name))
"""

BEGIN = """
import sys
from pathlib import Path
from bridge.store.sql import SqlStore
url, lock_dir, fax_id = sys.argv[1:]
with SqlStore(url, Path(lock_dir)).begin() as tx:
    tx.set_fax_facts(fax_id, page_count=99)
    print("in", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def start(database_url, tmp_path):
    """Start programs on the store's database that are killed at the end of the test."""
    with ExitStack() as stack:

        def run(program: str, *arguments: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", program, database_url, str(tmp_path), *arguments]
            process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            return process

        yield run


def at_once(work):
    """Run `work` in several threads that begin together; return what each returned."""
    gate = threading.Barrier(AT_ONCE)

    def run(_: int) -> object:
        gate.wait(60)
        return work()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_four_busy_writers_take_turns_and_none_starves(store, story, start):
    fax, names, count = story.arrive(), "abcd", 60
    writers = [start(WRITE, fax.id, name, str(count)) for name in names]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    told = [event.what for event in store.events(fax.id) if event.what in names]
    assert Counter(told) == dict.fromkeys(names, count)
    if store.is_sqlite:  # PostgreSQL lets them write at the same time
        first, last = max(told.index(name) for name in names), min(len(told) - told[::-1].index(name) for name in names)
        together = Counter(told[first:last])
        assert min(together.values()) >= 0.7 * max(together.values()), together


def test_a_writer_killed_within_its_transaction_leaves_nothing_and_holds_nobody_up(store, story, start):
    fax = story.arrive()
    writer = start(BEGIN, fax.id)
    assert writer.stdout.readline() == "in\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait(60)
    with store.begin() as tx:
        assert tx.fax(fax.id).page_count is None
        tx.set_fax_facts(fax.id, page_count=1)
    assert store.fax(fax.id).page_count == 1


def test_the_same_transmission_arriving_at_once_becomes_one(store, story):
    envelope = story.envelope(dedup_key="k")

    def accept():
        mine = replace(envelope, id=new_id())
        return store.accept(mine, [story.fax_in(mine)], [], story.window)

    accepted = at_once(accept)
    assert sum(each.is_new for each in accepted) == 1
    assert len({each.fax_ids for each in accepted}) == 1


def test_one_of_many_gets_the_claim(store, story):
    work = story.work()
    claims = at_once(lambda: store.claim(work.id, new_id(), story.lease, story.now))
    assert sum(claim is not None for claim in claims) == 1
    assert store.work(work.id).attempts == 1


def test_one_of_many_counts_the_last_page(store, story):
    fax = story.arrive()
    with store.begin() as tx:
        tx.set_pages_pending(fax.id, AT_ONCE)

    def count():
        with store.begin() as tx:
            return tx.count_page_done(fax.id)

    assert sorted(at_once(count)) == list(range(AT_ONCE))


def test_one_of_many_moves_a_fax(store, story):
    fax = story.arrive()

    def move():
        try:
            with store.begin() as tx:
                tx.move_fax(fax.id, FaxState.RECEIVED, FaxState.UNPACKED)
        except StateConflictError:
            return "conflict"
        return "moved"

    assert Counter(at_once(move)) == {"moved": 1, "conflict": AT_ONCE - 1}


def test_one_of_many_holds_a_named_lease(store, story):
    assert sum(at_once(lambda: store.hold_lease("sweeper", new_id(), story.lease, story.now))) == 1


def test_whoever_concludes_from_deliveries_sees_those_before(store, story):
    """Receipts that come at the same time: exactly one sees that all are there."""
    document = story.document(story.arrive(), [1])
    deliveries = iter(story.release(document, [f"target {n}" for n in range(AT_ONCE)]))

    def conclude():
        delivery = next(deliveries)
        with store.begin() as tx:
            tx.document(document.id)
            tx.move_delivery(delivery.id, delivery.state, delivery.state.DELIVERED)
            return all(each.state is each.state.DELIVERED for each in tx.deliveries(document.id))

    assert sum(at_once(conclude)) == 1


def test_a_child_process_uses_connections_of_its_own(store, story):
    """As Celery's prefork does it: the parent has used the store, then forks, and both go on."""
    fax = story.arrive()
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                with store.begin() as tx:
                    tx.add_event(Event(fax.id, story.now, f"child {number}"))
                status = 0 if store.fax(fax.id) == fax else 2
            finally:
                os._exit(status)
        children.append(child)
    with store.begin() as tx:
        tx.add_event(Event(fax.id, story.now, "parent"))
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert store.fax(fax.id) == fax
    told = {event.what for event in store.events(fax.id)}
    assert told == {"fax added", "parent", "child 0", "child 1", "child 2"}


def test_readers_do_not_wait_for_a_writer(store, story, database_url, tmp_path: Path):
    fax = story.arrive()
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, page_count=1)
        assert SqlStore(database_url, tmp_path).fax(fax.id).page_count is None
