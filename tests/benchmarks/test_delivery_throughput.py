"""How many records a second are handed over, as a ratio against httpx alone to the same receiver, measured in one run."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bridge.bootstrap import SystemClock
from bridge.catalog import load_catalog
from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Document, Record
from bridge.domain.targets import Auth, Pace
from bridge.services.deliver import Deliver
from bridge.services.release import release_version
from bridge.stages.specimen import specimen
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.conftest import REPOSITORY, wait_until
from tests.deliveries import HeardBell, add_document, add_fax, sender, target

RECORDS = int(os.environ.get("BENCH_RECORDS", "3000"))
AT_ONCE = 8
SECRET = "whsec_" + "YWJj" * 10
pytestmark = pytest.mark.bench


@contextmanager
def receiver() -> Iterator[str]:
    """A reference receiver in a process of its own; yields where it takes records."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bridge.cli", "receiver", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port), "the receiver")
        yield f"http://127.0.0.1:{port}/records"
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def bodies() -> list[Record]:
    """Notifications of one disease, whole, each by an id of its own."""
    catalog = load_catalog(REPOSITORY / "config", {}, 0.01)
    now = datetime.now(UTC)
    kind = catalog.types["disease_notification"]
    made = [specimen(kind, catalog.codes, now + timedelta(seconds=number), "http://here") for number in range(RECORDS)]
    return [Record(str(body["id"]), 1, body, now) for body in made]


async def _post_all(url: str, records: list[Record]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE), trust_env=False) as client:

        async def post(record: Record) -> None:
            async with slots:
                headers = {"Content-Type": "application/json", "Idempotency-Key": record.idempotency_key}
                assert (await client.post(url, content=record.content, headers=headers)).status_code == 201

        async with asyncio.TaskGroup() as group:
            for record in records:
                group.create_task(post(record))


def alone(records: list[Record]) -> float:
    """Return records a second that httpx posts when it does nothing else."""
    with receiver() as url:
        began = time.perf_counter()
        asyncio.run(_post_all(url, records))
        return len(records) / (time.perf_counter() - began)


def whole(store: SqlStore, folder: Path, records: list[Record]) -> float:
    """Return records a second from the outbox to the receipt, signed."""
    document_of = {record.document_id: add_document(store, add_fax(store), id=record.document_id) for record in records}
    for record in records:
        _release(store, document_of[record.document_id], record)
    with receiver() as url:
        office = target(url, auth=Auth(), pace=Pace(AT_ONCE), secrets=(SECRET,))
        bell, clock = HeardBell(), SystemClock()
        blobs = FolderBlobs(folder / "blobs")
        deliver = Deliver(store, blobs, bell, {"office": sender(office)}, {"office": office}, clock, "me", lease=timedelta(minutes=2))
        began = time.perf_counter()
        while (step := store.next_due("office", clock.now())) is not None:
            deliver.run(step.id)
        seconds = time.perf_counter() - began
    settled = [delivery.state for record in records for delivery in store.deliveries(record.document_id)]
    assert settled == [DeliveryState.DELIVERED] * len(records)
    return len(records) / seconds


def _release(store: SqlStore, document: Document, record: Record) -> None:
    with store.begin() as tx:
        release_version(tx, document, replace(record, version=1), ["office"], record.created_at)


def test_records_a_second_from_outbox_to_receipt(database_url: str, tmp_path: Path) -> None:
    records = bodies()
    plain = alone(records)
    ours = whole(SqlStore(database_url, tmp_path), tmp_path, records)
    kind = database_url.partition(":")[0]
    print(
        f"\n{RECORDS} records, {AT_ONCE} at once: httpx alone {plain:.0f} a second, with {kind} and signatures {ours:.0f}, ratio {ours / plain:.2f}"
    )
