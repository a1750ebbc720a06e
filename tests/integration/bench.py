"""A process with all that is real, worked by the test: what was rung for is done when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.bootstrap import House
from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.lifecycle import Stage
from bridge.domain.model import Fax, Work
from bridge.queue.host_lock import FileHostLock
from bridge.readers.tesseract import TesseractPageReader, TesseractValueReader
from bridge.services.accept import Accept, Transmission
from bridge.services.process import Patience, Process
from bridge.services.spool import Spool
from bridge.services.steps.tools import Tools
from bridge.settings import load_settings
from bridge.stages.schema import RecordSchemas
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "checked_in"
UPLOAD = Transmission("http", ("infektionsschutz",), "application/octet-stream", "127.0.0.1")


@dataclass
class SetClock:
    at: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Bell:
    rung: list[Work] = field(default_factory=list)

    def ring(self, work: Sequence[Work]) -> None:
        self.rung += work

    def unheard(self, stage: Stage) -> int:
        return 0


@dataclass
class Bench:
    """A process with real database, blobs, decoder and reader; only the bell is a list, so that the test is the worker."""

    store: SqlStore
    blobs: FolderBlobs
    clock: SetClock
    bell: Bell
    tools: Tools
    process: Process

    def arrive(self, content: bytes, transmission: Transmission = UPLOAD) -> Fax:
        spool = Spool(self.blobs.incoming())
        spool.write(content)
        accept = Accept(self.store, self.blobs, self.bell, self.clock, timedelta(days=5))
        accepted = accept.accept(spool, transmission)
        accept.close()
        return self.store.fax(accepted.fax_ids[0])

    def work(self, until: Callable[[Work], bool] = lambda _: False) -> None:
        """Do all that was rung for, in order, up to the piece of which `until` holds."""
        while self.bell.rung and not until(self.bell.rung[0]):
            self.process.run(self.bell.rung.pop(0).id)


@contextmanager
def opened(database_url: str, folder: Path) -> Iterator[Bench]:
    """Give a bench over an empty database."""
    store, blobs, clock, bell = SqlStore(database_url, folder), FolderBlobs(folder / "blobs"), SetClock(), Bell()
    catalog = House(load_settings({})).catalog
    readers = (TesseractValueReader(),)
    window = timedelta(days=5)
    schemas = RecordSchemas(catalog.types, catalog.codes)
    tools = Tools(store, blobs, SandboxedDecoder(None), TesseractPageReader(), readers, clock, catalog, schemas, "http://here", window)
    patience = Patience(timedelta(seconds=60), max_crashes=3, max_expirations=2, max_failures=3)
    yield Bench(store, blobs, clock, bell, tools, Process(tools, bell, FileHostLock(folder), patience, "worker"))
    store.close()


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()
