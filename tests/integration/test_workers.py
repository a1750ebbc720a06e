"""A real Celery worker on a real Redis: deliveries are made whatever happens to bells, workers and Redis."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis

from bridge.bootstrap import House, SystemClock
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, Stage, WorkState
from bridge.domain.model import Document, Work
from bridge.receiver import Receiver
from bridge.serve import Program, programs
from bridge.services.sweep import Sweep
from bridge.settings import load_settings
from tests.conftest import REPOSITORY, wait_until
from tests.deliveries import add_document, add_fax, release

SECONDS = 90.0


@dataclass
class Office:
    """A house with its own Redis and one delivering worker, which sends to a receiver."""

    folder: Path
    house: House
    receiver: Receiver
    environ: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    def start(self, name: str) -> subprocess.Popen[bytes]:
        [program] = [each for each in programs(self.house) if each.name == name]
        program.before_start(0)
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                program.command, env={**program.environ, **self.environ}, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        wait_until(lambda: self._is_up(process, program), f"{name} to be ready", SECONDS)
        return process

    def _is_up(self, process: subprocess.Popen[bytes], program: Program) -> bool:
        assert process.poll() is None, (self.folder / f"{program.name}.log").read_text()
        return program.is_ready is not None and program.is_ready()

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def release(self) -> tuple[Document, list[Work]]:
        document = add_document(self.house.store, add_fax(self.house.store))
        return document, release(self.house.store, document, "default", at=datetime.now(UTC))

    def has_delivered(self, document: Document) -> bool:
        return self.house.store.document(document.id).state is DocumentState.DELIVERED

    def sweep(self) -> None:
        """Look once, without patience for bells that were rung before."""
        minute = timedelta(minutes=1)
        sweep = Sweep(self.house.store, self.house.queue, SystemClock(), "test", lease=minute, ring_again=timedelta(0), work_lease=minute)
        sweep.once()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with TemporaryDirectory(prefix="fax-work-") as name, Receiver() as receiver:
        folder = Path(name)
        config = tmp_path / "config"
        shutil.copytree(REPOSITORY / "config", config)
        (config / "targets" / "default.toml").write_text(
            f'kind = "rest"\nurl = "{receiver.url}"\ntoken = ""\nconnect_timeout = 2.0\nread_timeout = 5.0\nmax_age_hours = 1.0\n'
        )
        environ = {"BRIDGE_CONFIG": str(config), "BRIDGE_STORAGE__DATA_DIR": name, "BRIDGE_WORK__LEASE_SECONDS": "3"}
        house = House(load_settings(environ))
        house.migrate()
        office = Office(folder, house, receiver, environ)
        try:
            office.start("redis")
            yield office
        finally:
            office.stop()


def test_what_is_rung_for_is_delivered(office: Office) -> None:
    office.start("worker-delivering")
    document, work = office.release()
    office.house.queue.ring(work)
    wait_until(lambda: office.has_delivered(document), "the delivery", SECONDS)
    assert [kept.key for kept in office.receiver.received] == [f"{document.id}:1"]


def test_a_ring_before_any_worker_listens_is_heard_later(office: Office) -> None:
    document, work = office.release()
    office.house.queue.ring(work)
    office.start("worker-delivering")
    wait_until(lambda: office.has_delivered(document), "the delivery", SECONDS)


def test_a_work_id_nobody_knows_does_not_end_the_worker(office: Office) -> None:
    worker = office.start("worker-delivering")
    now = datetime.now(UTC)
    office.house.queue.ring([Work(new_id(), Stage.DELIVER, new_id(), WorkState.READY, now, now)])
    document, work = office.release()
    office.house.queue.ring(work)
    wait_until(lambda: office.has_delivered(document), "the delivery", SECONDS)
    assert worker.poll() is None


def test_a_message_that_is_none_costs_a_worker_but_not_the_next_one(office: Office) -> None:
    worker = office.start("worker-delivering")
    document, _ = office.release()
    with redis.Redis(unix_socket_path=str(office.socket)) as client:
        client.lpush("delivering", "rubbish")
    wait_until(lambda: worker.poll() is not None, "the worker's end", SECONDS)  # whatever started it starts it again
    office.start("worker-delivering")
    office.sweep()
    wait_until(lambda: office.has_delivered(document), "the delivery", SECONDS)


def test_a_killed_worker_is_followed_by_another_that_does_its_work_once(office: Office) -> None:
    worker = office.start("worker-delivering")
    documents = []
    for _ in range(5):
        document, work = office.release()
        office.house.queue.ring(work)
        documents.append(document)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    office.start("worker-delivering")

    def all_delivered() -> bool:
        office.sweep()
        return all(office.has_delivered(document) for document in documents)

    wait_until(all_delivered, "all deliveries", SECONDS)
    assert sorted(kept.key for kept in office.receiver.received) == sorted(f"{document.id}:1" for document in documents)


def test_a_worker_outlives_flushes_and_deaths_of_redis(office: Office) -> None:
    worker = office.start("worker-delivering")
    for disturb in (flush, kill_redis, flush, kill_redis):
        disturb(office)
        document, _ = office.release()  # and its ring is lost

        def is_delivered(document: Document = document) -> bool:
            office.sweep()
            return office.has_delivered(document)

        wait_until(is_delivered, f"the delivery after {disturb.__name__}", SECONDS)
    assert worker.poll() is None
    assert len(office.receiver.received) == 4


def test_a_redis_that_dies_while_work_is_acknowledged_does_not_silence_the_worker(office: Office) -> None:
    worker = office.start("worker-delivering")
    for round_ in range(1, 7):
        _, work = office.release()

        def has_arrived(count: int = round_) -> bool:
            office.sweep()
            return len(office.receiver.received) == count

        office.house.queue.ring(work)
        wait_until(has_arrived, f"arrival {round_}", SECONDS)
        kill_redis(office)  # between the receiver's answer and the acknowledgement, or shortly after
    assert worker.poll() is None


def flush(office: Office) -> None:
    with redis.Redis(unix_socket_path=str(office.socket)) as client:
        client.flushall()


def kill_redis(office: Office) -> None:
    for process in office.processes:
        if process.poll() is None and "redis-server" in str(process.args):
            process.kill()
            process.wait()
    office.start("redis")
