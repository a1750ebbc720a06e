"""Ways of reading over a folder of faxes with truth: what each fax scores by each, and what it costs."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bridge.commands.reading import own_temporary_files
from bridge.domain.lifecycle import FaxState
from bridge.services.bulk_read import guarded, in_processes
from bridge.services.evaluate import score_fax
from bridge.services.evaluation import FaxScore
from bridge.services.read import FileReading
from tests.benchmarks.baselines.ways import way

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class CostedReading(FileReading):
    """What came of one file, of how many pages, and the CPU seconds it took, those of all programs it called included."""

    pages: int = 0
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class MeasuredFax:
    """One fax by one way; `is_failed` where nothing could be read of it, which a person is told."""

    score: FaxScore
    pages: int = 0
    cpu_seconds: float = 0.0
    is_failed: bool = False


def measure(names: Sequence[str], faxes: Mapping[Path, Mapping[str, Any]]) -> dict[str, list[MeasuredFax]]:
    """Read all faxes (path to truth) by each of `WAYS` named, in two processes; says on stderr how far it is.

    A fax that fails in one way, or takes its process along, is a failed fax of that way, and costs no other. Ways take turns fax by
    fax: PP-OCR reads one whole page at a time a host, so that two processes would wait for each other.
    """
    measured: dict[str, list[MeasuredFax]] = {name: [] for name in names}
    tasks = [(path, name) for path in faxes for name in names]
    with own_temporary_files():
        readings = in_processes([partial(read_by, name, path) for path, name in tasks], PROCESSES)
        for (path, name), reading in zip(tasks, readings, strict=True):
            score = score_fax(faxes[path], {"file": path.name, **reading.as_json()})
            pages, seconds = (reading.pages, reading.cpu_seconds) if isinstance(reading, CostedReading) else (0, 0.0)
            measured[name].append(MeasuredFax(score, pages, seconds, reading.state is not FaxState.DECIDED))
            if name == names[-1]:
                _tell(len(measured[name]), len(faxes))
    return measured


def read_by(name: str, path: Path) -> CostedReading:
    """Read one file in this process by one of `WAYS`; a failure is a reading too, with its costs."""
    read, pages = way(name)
    counted, before = pages.count, _cpu_seconds()
    found = guarded(lambda file: read.read(file, datetime.now(UTC)), path)
    return CostedReading(found.state, found.reason, found.documents, pages.count - counted, _cpu_seconds() - before)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _tell(done: int, of: int) -> None:
    """Show progress on stderr: on a terminal in place, in a log now and then."""
    if sys.stderr.isatty():
        print(f"\r\033[K{done} of {of} faxes", end="\n" if done == of else "", file=sys.stderr, flush=True)
    elif done == of or done % 10 == 0:
        print(f"{done} of {of} faxes", file=sys.stderr, flush=True)
