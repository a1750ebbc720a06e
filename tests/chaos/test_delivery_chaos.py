"""Thousands of records to a receiver that fails in every way there is, by workers that are killed: each is taken once, in order."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.bootstrap import House
from bridge.domain.lifecycle import DeliveryState, DocumentState, PageState
from bridge.domain.model import Page, Record
from bridge.receiver import Faults, Receiver
from bridge.serve import Supervisor, serving
from bridge.services.dead_letters import redeliver_all
from bridge.services.release import release_version
from bridge.settings import load_settings
from bridge.stages.specimen import specimen
from samples.service import environment
from tests.conftest import wait_until
from tests.deliveries import ORIGINAL, add_document, add_fax

RECORDS = int(os.environ.get("CHAOS_RECORDS", "10000"))
CORRECTED = RECORDS // 10  # documents with a second version
SECRET = "whsec_" + "YWJj" * 10
FAULTS = {"500": 0.06, "503": 0.06, "429": 0.02, "409": 0.01, "slow": 0.05, "half": 0.05, "twice": 0.04, "never": 0.01}
TARGET = (
    "concurrency = 16",
    "connect_timeout = 1.0",
    "read_timeout = 1.0",
    "total_timeout = 2.0",
    "backoff_base_seconds = 0.2",
    "backoff_cap_seconds = 5.0",
    f'signing_secrets = ["{SECRET}"]',
    "[breaker]",
    "base_seconds = 1.0",
    "cap_seconds = 5.0",
)
IMPATIENT = {"BRIDGE_WORK__LEASE_SECONDS": "15", "BRIDGE_WORK__RING_AGAIN_SECONDS": "3", "BRIDGE_WORK__SWEEP_SECONDS": "0.5"}
WORKER = "worker-delivering"
pytestmark = pytest.mark.bench


class Watch(threading.Thread):
    """Strikes the delivering worker every now and then, and writes down how much memory each of its lives took at which age."""

    def __init__(self, supervisor: Supervisor) -> None:
        super().__init__(name="watch", daemon=True)
        self._supervisor, self._rng, self.is_over = supervisor, random.Random(4), threading.Event()
        self.blows, self.lives = 0, dict[int, list[int]]()

    def run(self) -> None:
        left = 10
        while not self.is_over.wait(1.0):
            pid = self._supervisor.pids[WORKER]
            if pid is None:
                continue
            self.lives.setdefault(pid, []).append(_resident_kib(pid))
            left -= 1
            if left <= 0:
                os.kill(pid, signal.SIGKILL)
                self.blows += 1
                left = self._rng.randint(15, 45)

    def growth(self) -> float:
        """Return by how much the longest life grew after its first ten seconds."""
        longest = max(self.lives.values(), key=len)
        return max(longest[10:], default=1) / max(longest[:10])


def _resident_kib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def release_many(house: House) -> None:
    """Release records as if so many faxes had been read, some of them twice: as read, and as corrected."""
    kind, now = house.catalog.types["disease_notification"], datetime.now(UTC)
    body = specimen(kind, house.catalog.codes, now, "http://here")
    for number in range(RECORDS - CORRECTED):
        fax = add_fax(house.store)
        document = add_document(house.store, fax)
        with house.store.begin() as tx:
            tx.add_page(Page(fax.id, 1, PageState.READ, ORIGINAL, 204.0, 98.0))
        for version in (1, 2) if number < CORRECTED else (1,):
            record = Record(document.id, version, {**body, "id": document.id, "version": version}, now)
            with house.store.begin() as tx:
                release_version(tx, document, record, ["default"], now)
            document = house.store.document(document.id)


def deliver_all(house: House, receiver: Receiver) -> None:
    """Wait until everything is delivered; what was refused a person sends again."""

    def is_done() -> bool:
        redeliver_all(house.store, "default", house.review.redeliver)
        return house.store.pending("default")[0] == 0 and not house.store.deliveries_in(DeliveryState.DEAD, 1)

    while not is_done():
        before = receiver.stats.taken
        wait_until(lambda taken=before: receiver.stats.taken > taken or is_done(), "another record", 120)


def test_each_record_is_taken_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(FAULTS, slow_seconds=0.5, seed=7)
    with Receiver(faults=faults, keep_content=False, secrets=(SECRET,)) as receiver:
        for name, value in (environment(tmp_path, receiver.url, TARGET) | IMPATIENT).items():
            monkeypatch.setenv(name, value)
        house = House(load_settings())
        house.migrate()
        release_many(house)
        began = time.monotonic()
        with serving(house, lambda _: None) as supervisor:
            watch = Watch(supervisor)
            watch.start()
            deliver_all(house, receiver)
            watch.is_over.set()
            watch.join()
        seconds, stats = time.monotonic() - began, receiver.stats

    print(f"\n{RECORDS} records in {seconds:.0f} s; worker killed {watch.blows} times; faults {dict(stats.faults)}")
    print(f"taken {stats.taken}, repeated {stats.repeats}; the worker's longest life grew to {watch.growth():.2f} of its first ten seconds")
    documents = house.store.documents_in(DocumentState.DELIVERED, 2 * RECORDS)
    assert len(documents) == RECORDS - CORRECTED
    # a first version that was refused needs no second try once the corrected one has arrived
    superseded = house.store.deliveries_in(DeliveryState.DISCARDED, RECORDS)
    assert {(delivery.version, (delivery.reason or "")[:21]) for delivery in superseded} <= {(1, "Ersetzt durch Fassung")}
    released = {f"{document.id}:{version + 1}" for document in documents for version in range(document.version)}
    kept = [each.key for each in receiver.received]
    assert len(kept) == len(set(kept)) == stats.taken
    assert released - set(kept) <= {f"{delivery.document_id}:1" for delivery in superseded}
    assert (stats.conflicts, stats.out_of_order, dict(stats.refused)) == (0, 0, {})
    assert watch.blows > 0
    assert watch.growth() < 1.3
    while house.store.book(RECORDS):
        pass
    assert house.store.totals().is_closed
