"""Reading many files on all cores, answers in the order given; a process that dies costs its own file only."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from bridge.domain.errors import DecodeError, DecoderCrashError, StorageError
from bridge.domain.lifecycle import FaxState
from bridge.services.read import FileReading
from bridge.services.reading import place_of

_log = logging.getLogger(__name__)

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})

ReadOne = Callable[[Path], FileReading]
Call = Callable[[], FileReading]


def read_all(paths: Sequence[Path], read_one: ReadOne, processes: int | None = None) -> Iterator[FileReading]:
    """Yield what `read_one` (a module-level function) makes of each path, in order, on `processes` (all cores)."""
    return in_processes([partial(guarded, read_one, path) for path in paths], processes)


def in_processes(calls: Sequence[Call], processes: int | None = None) -> Iterator[FileReading]:
    """Yield what each call (of a module-level function that raises nothing) gives, in order, on `processes` (all cores)."""
    processes = min(processes or len(os.sched_getaffinity(0)), len(calls))
    if processes <= 1:
        yield from (call() for call in calls)
        return
    # spawn: the children start clean, whatever threads this process has
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future, call in [(pool.submit(call), call) for call in calls]:
            yield _result(future, call)


def guarded(read_one: ReadOne, path: Path) -> FileReading:
    """Return what `read_one` makes of a path; whatever goes wrong is a reading too, with its reason."""
    try:
        if path.is_dir():
            return FileReading(FaxState.UNREADABLE, "Das ist ein Ordner. Bitte die Dateien darin nennen, zum Beispiel ORDNER/*.tif.")
        if not path.is_file():  # a named pipe would be waited for
            raise FileNotFoundError
        with path.open("rb"):
            return read_one(path)
    except StorageError as error:
        return _without_room(error)
    except OSError as error:
        if error.errno in _NO_ROOM:
            return _without_room(error)
        return FileReading(FaxState.UNREADABLE, "Die Datei ist nicht da oder darf nicht gelesen werden. Bitte Pfad und Rechte prüfen.")
    except Exception as error:  # noqa: BLE001 - a file's outer edge: one file's trouble must not cost the others their answer
        _log.error("reading failed with %s at %s", type(error).__name__, place_of(error))
        return FileReading(FaxState.QUARANTINED, "Beim Lesen ist ein Programmfehler aufgetreten. Bitte die Datei ansehen und melden.")


def _without_room(error: Exception) -> FileReading:
    """Blame the folder for temporary files, not the file."""
    _log.error("no room to read in: %s at %s", type(error).__name__, place_of(error))
    return FileReading(
        FaxState.UNREADABLE,
        "Im Ordner für temporäre Dateien (TMPDIR, sonst /tmp) ist kein Platz. Bitte dort Platz schaffen oder mit TMPDIR einen anderen "
        "Ordner nennen und die Datei dann noch einmal lesen.",
    )


def _result(future: Future[FileReading], call: Call) -> FileReading:
    """Return the future's result; where the pool broke, make this call alone in a process of its own."""
    try:
        return future.result()
    except BrokenProcessPool:
        pass
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            return alone.submit(call).result()
    except BrokenProcessPool:
        crash: type[DecodeError] = DecoderCrashError
        return FileReading(FaxState(crash.state), crash.reason)
