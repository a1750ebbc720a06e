"""What becomes of work whose step fails: at every stage, for every refusal, it ends where a person finds it, or waits for room."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.bootstrap import House
from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.errors import DecodeError, StorageError
from bridge.domain.forms import Catalog
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FAILED, READING, FaxState, PageState, Stage, WorkState
from bridge.domain.model import BlobRef, Claim, Fax, Page, Work
from bridge.queue.host_lock import FileHostLock
from bridge.readers.tesseract import TesseractPageReader
from bridge.services import process as process_module
from bridge.services.process import Patience, Process
from bridge.services.steps.tools import Tools
from bridge.settings import load_settings
from bridge.stages.schema import RecordSchemas
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.deliveries import HeardBell, SetClock, add_fax

BEFORE = {
    Stage.UNPACK: FaxState.RECEIVED,
    Stage.DECODE: FaxState.UNPACKED,
    Stage.LAYOUT: FaxState.DECODED,
    Stage.LOCATE: FaxState.LAID_OUT,
    Stage.READ_VALUES: FaxState.LOCATED,
    Stage.DECIDE: FaxState.READ,
}
AFTER = {Stage.LAYOUT: FaxState.LAID_OUT, Stage.READ_VALUES: FaxState.READ}
PAGE_BEFORE = {Stage.LAYOUT: PageState.DECODED, Stage.READ_VALUES: PageState.LAID_OUT}
REFUSALS: Sequence[type[DecodeError]] = (DecodeError, *DecodeError.__subclasses__())
PATIENCE = Patience(timedelta(seconds=120), max_crashes=3, max_expirations=5)


@dataclass
class Bench:
    """A process over a real database; what its step does is told by the test."""

    store: SqlStore
    clock: SetClock
    tools: Tools
    lock: FileHostLock
    monkeypatch: pytest.MonkeyPatch

    def piece(self, stage: Stage) -> tuple[Fax, Work]:
        """A fax that stands before `stage`, with a page in it, and that stage's work."""
        fax = add_fax(self.store, BEFORE[stage])
        page = 1 if stage in AFTER else None
        work = Work(new_id(), stage, fax.id, WorkState.READY, self.clock.at, self.clock.at, page=page)
        with self.store.begin() as tx:
            tx.add_page(Page(fax.id, 1, PAGE_BEFORE.get(stage, PageState.DECODED), BlobRef("c" * 64, 10, "image/png"), 204.0, 196.0))
            tx.set_pages_pending(fax.id, 1)
            tx.add_work(work)
        return fax, work

    def run(self, work: Work, error: Exception | None = None, tools: Tools | None = None) -> None:
        """Run the step, which raises `error` or does all there is to do."""

        def step(tools: Tools, claim: Claim) -> list[Work]:
            if error is not None:
                raise error
            with tools.store.begin() as tx:
                tx.finish_work(claim)
            return []

        self.monkeypatch.setitem(process_module.STEPS, work.stage, step)
        Process(tools or self.tools, HeardBell(), self.lock, PATIENCE, "me").run(work.id)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return House(load_settings({})).catalog


@pytest.fixture
def bench(sqlite_url: str, tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Bench:
    store, clock, blobs = SqlStore(sqlite_url, tmp_path), SetClock(), FolderBlobs(tmp_path / "blobs")
    schemas = RecordSchemas(catalog.types, catalog.codes)
    tools = Tools(store, blobs, SandboxedDecoder(), TesseractPageReader(), (), clock, catalog, schemas, "http://here", timedelta(days=5))
    return Bench(store, clock, tools, FileHostLock(tmp_path), monkeypatch)


def test_every_stage_of_reading_is_tried_here() -> None:
    assert set(BEFORE) == READING


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("stage", sorted(set(BEFORE) - set(AFTER)))
def test_a_fax_that_is_refused_ends_in_a_failed_state_with_a_reason(bench: Bench, stage: Stage, refusal: type[DecodeError]) -> None:
    fax, work = bench.piece(stage)

    for _ in range(10):
        bench.run(work, refusal())
        bench.clock.advance(hours=2)

    ended = bench.store.fax(fax.id)
    assert ended.state in FAILED
    assert ended.reason
    assert bench.store.work(work.id).state in {WorkState.DONE, WorkState.QUARANTINED}
    assert bench.store.work(work.id).expirations == 0


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("stage", sorted(AFTER))
def test_a_page_that_is_refused_is_put_aside_and_its_fax_goes_on(bench: Bench, stage: Stage, refusal: type[DecodeError]) -> None:
    fax, work = bench.piece(stage)

    for _ in range(10):
        bench.run(work, refusal())
        bench.clock.advance(hours=2)

    [page] = bench.store.pages(fax.id)
    assert (page.state, page.reason) == (PageState.QUARANTINED, refusal.reason)
    assert bench.store.fax(fax.id).state is AFTER[stage]
    assert bench.store.work(work.id).state is WorkState.QUARANTINED


@pytest.mark.parametrize("stage", sorted(BEFORE))
@pytest.mark.parametrize(
    "error",
    [
        lambda: StorageError("the blob folder refused (ENOSPC)"),
        lambda: OSError(errno.ENOSPC, "No space left on device"),
        lambda: OSError(errno.EDQUOT, "Disk quota exceeded"),
    ],
    ids=["blobs", "temporary files", "quota"],
)
def test_a_disk_that_stays_full_for_hours_costs_a_fax_nothing_but_time(bench: Bench, stage: Stage, error: Callable[[], Exception]) -> None:
    fax, work = bench.piece(stage)
    end = bench.clock.at + timedelta(hours=3)

    tried = 0
    while bench.clock.at < end:
        bench.run(work, error())
        tried += 1
        waiting = bench.store.work(work.id)
        assert (waiting.state, waiting.attempts, waiting.expirations) == (WorkState.READY, 0, 0)
        assert waiting.due_at - bench.clock.at <= timedelta(minutes=5), "nobody waits longer once there is room"
        bench.clock.at = waiting.due_at
    bench.run(work)

    assert tried < 50
    assert bench.store.fax(fax.id).state is BEFORE[stage]
    assert bench.store.work(work.id).state is WorkState.DONE


def test_a_database_that_refuses_even_to_take_work_back_is_told_and_the_sweeper_brings_it_back(bench: Bench, sqlite_url: str) -> None:
    _, work = bench.piece(Stage.DECODE)
    impatient = replace(bench.tools, store=SqlStore(sqlite_url, bench.store.file.parent, patience=timedelta(milliseconds=20)))  # type: ignore[union-attr]
    other = sqlite3.connect(str(bench.store.file), isolation_level=None)

    def step(tools: Tools, claim: Claim) -> list[Work]:
        other.execute("BEGIN IMMEDIATE")
        with tools.store.begin() as tx:
            tx.finish_work(claim)
        return []

    bench.monkeypatch.setitem(process_module.STEPS, Stage.DECODE, step)
    with pytest.raises(StorageError):
        Process(impatient, HeardBell(), bench.lock, PATIENCE, "me").run(work.id)
    other.rollback()
    other.close()
    assert bench.store.work(work.id).state is WorkState.CLAIMED


def test_faults_of_the_program_are_counted_as_before_whatever_the_disk_refused_between(bench: Bench) -> None:
    fax, work = bench.piece(Stage.DECODE)

    for _ in range(PATIENCE.max_failures):
        for error in (StorageError("full"), ZeroDivisionError()):
            bench.run(work, error)
            bench.clock.advance(hours=2)

    assert bench.store.fax(fax.id).state is FaxState.QUARANTINED


def test_work_is_not_begun_without_room_for_its_temporary_files(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    _, work = bench.piece(Stage.LAYOUT)

    bench.run(work, tools=replace(bench.tools, room=2**62))

    assert bench.store.work(work.id) == work
    assert work.id in caplog.text
    bench.run(work)
    assert bench.store.work(work.id).state is WorkState.DONE
