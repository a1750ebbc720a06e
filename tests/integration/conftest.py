"""What integration tests of the intakes share: a place to keep faxes, with real bytes and a real database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.archive.pdfa import searchable_pdf
from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.model import Envelope, Fax, Work
from bridge.ports import FaxFilter
from bridge.services.accept import Accept
from bridge.services.papers import FaxPapers
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.integration.bench import Bench, opened


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Bell:
    """Remembers what was rung for."""

    rung: list[Work] = field(default_factory=list)

    def ring(self, work: list[Work]) -> None:
        self.rung += work


class Place:
    """Database, blobs and bell of one test, and what stands in them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.store = SqlStore(url, folder)
        self.blobs = FolderBlobs(folder / "blobs")
        self.bell = Bell()
        self.papers = FaxPapers(self.store, self.blobs, SandboxedDecoder(None), searchable_pdf)
        self.executor = ThreadPoolExecutor(4)
        self.accept = Accept(self.store, self.blobs, self.bell, SystemClock(), timedelta(days=5))

    def faxes(self) -> list[Fax]:
        """All faxes, oldest first."""
        return sorted(self.store.faxes(FaxFilter(limit=1000)), key=lambda fax: fax.id)

    def envelopes(self) -> list[Envelope]:
        """All envelopes, oldest first."""
        return [self.store.envelope(envelope_id) for envelope_id in sorted({fax.envelope_id for fax in self.faxes()})]

    def contents(self) -> list[bytes]:
        """What was taken in, oldest first."""
        return [self.blobs.get(envelope.content.sha256) for envelope in self.envelopes()]

    def incoming(self) -> list[Path]:
        """What lies half taken in."""
        return sorted(self.blobs.incoming().iterdir())

    def close(self) -> None:
        self.accept.close()
        self.executor.shutdown()


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Iterator[Place]:
    """An empty place on SQLite."""
    place = Place(tmp_path, sqlite_url)
    yield place
    place.close()


@pytest.fixture
def bench(tmp_path: Path, database_url: str) -> Iterator[Bench]:
    """A bench on both databases."""
    with opened(database_url, tmp_path) as bench:
        yield bench


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
