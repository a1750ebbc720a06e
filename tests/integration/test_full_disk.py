"""A disk that is really full, for hours: what was acknowledged waits inside, and goes on by itself once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.bootstrap import House
from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.errors import StorageError
from bridge.domain.lifecycle import FaxState, PageState, Stage
from bridge.queue.host_lock import FileHostLock
from bridge.readers.tesseract import TesseractPageReader, TesseractValueReader
from bridge.services.accept import Accept, Transmission
from bridge.services.process import Patience, Process
from bridge.services.spool import Spool
from bridge.services.steps.tools import Tools
from bridge.services.sweep import Sweep
from bridge.settings import load_settings
from bridge.stages.schema import RecordSchemas
from bridge.store.blobs import FolderBlobs
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore
from tests.conftest import REPOSITORY
from tests.deliveries import HeardBell, SetClock

SAMPLE = REPOSITORY / "samples" / "checked_in" / "05-fallliste-zwei-seiten.tif"
UPLOAD = Transmission("http", ("infektionsschutz",), "application/octet-stream", "127.0.0.1")
WINDOW, LEASE = timedelta(days=5), timedelta(seconds=120)


@dataclass
class Service:
    """One worker and the sweeper over real storage, as long as the test lets time pass."""

    store: SqlStore
    blobs: FolderBlobs
    clock: SetClock
    bell: HeardBell
    process: Process
    sweep: Sweep
    refusals: int = 0

    def arrive(self) -> str:
        spool = Spool(self.blobs.incoming())
        spool.write(SAMPLE.read_bytes())
        accept = Accept(self.store, self.blobs, self.bell, self.clock, WINDOW)
        accepted = accept.accept(spool, UPLOAD)
        accept.close()
        return accepted.fax_ids[0]

    def pass_time(self, by: timedelta, until: Stage = Stage.DELIVER) -> None:
        """Sweep every half minute and do what is rung for, up to stage `until`."""
        end = self.clock.at + by
        while self.clock.at < end:
            self.clock.advance(seconds=30)
            try:
                self.sweep.once()
            except StorageError:
                self.refusals += 1
            self.work(until)

    def work(self, until: Stage) -> None:
        while self.bell.rung and self.bell.rung[0].stage is not until:
            try:
                self.process.run(self.bell.rung.pop(0).id)
            except StorageError:
                self.refusals += 1


def service(url: str, folder: Path, disk: Path) -> Service:
    store, blobs, clock, bell = SqlStore(url, folder), FolderBlobs(disk / "blobs"), SetClock(), HeardBell()
    catalog, reader, values = House(load_settings({})).catalog, TesseractPageReader(), (TesseractValueReader(),)
    schemas = RecordSchemas(catalog.types, catalog.codes)
    tools = Tools(store, blobs, SandboxedDecoder(), reader, values, clock, catalog, schemas, "http://here", WINDOW)
    process = Process(tools, bell, FileHostLock(folder), Patience(LEASE, max_crashes=3, max_expirations=5), "worker")
    times = timedelta(seconds=20), timedelta(seconds=30)
    return Service(
        store, blobs, clock, bell, process, Sweep(store, bell, clock, "s", lease=times[0], ring_again=times[1], work_lease=LEASE)
    )


def fill(disk: Path, but: int = 0) -> Path:
    """Leave only as many bytes free on the disk; return what takes the rest."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - but)))
    return ballast


def assert_it_outlasts(served: Service, disk: Path, stage: Stage) -> None:
    fax_id = served.arrive()
    served.work(until=stage)
    ballast = fill(disk)

    served.pass_time(timedelta(hours=1))
    assert served.store.quarantined(10) == []
    ballast.unlink()
    served.pass_time(timedelta(minutes=10))

    fax = served.store.fax(fax_id)
    assert (fax.state, fax.reason) == (FaxState.DECIDED, None)
    assert [page.state for page in served.store.pages(fax_id)] == [PageState.READ] * 2
    assert served.store.ledger(fax_id)[0].gap == 0


def test_where_only_the_blobs_have_no_room(database_url: str, tmp_path: Path, small_disk: Path) -> None:
    assert_it_outlasts(service(database_url, tmp_path, small_disk), small_disk, Stage.DECODE)


@pytest.mark.parametrize("stage", [Stage.DECODE, Stage.LAYOUT])
def test_where_the_database_has_no_room_either(small_disk: Path, stage: Stage) -> None:
    url = f"sqlite:///{small_disk / 'bridge.sqlite3'}"
    upgrade(url)
    served = service(url, small_disk, small_disk)
    assert_it_outlasts(served, small_disk, stage)
    assert served.refusals > 100


def test_temporary_files_of_a_worker_that_starts_then_go_nowhere_else(small_disk: Path) -> None:
    fill(small_disk)
    program = "import tempfile; from workers.app import app; from celery.signals import worker_init; "
    program += "worker_init.send(app); print(tempfile.gettempdir())"
    environment = {**os.environ, "TMPDIR": str(small_disk), "PYTHONPATH": str(REPOSITORY)}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=small_disk.parent, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(small_disk)
