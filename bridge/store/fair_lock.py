"""A first come, first served lock across processes and threads, kept by the kernel alone.

SQLite lets one writer in at a time, and those who wait poll; whoever has just finished then tends to be in again first,
and some of four busy writers starve. Here each takes a ticket and waits until nobody before it is left:

- a ticket is an *open file description* lock (`fcntl(2)`, F_OFD_SETLK) on one byte of the file, at the ticket's number;
- the next number stands in the file itself, guarded by a lock on byte 0;
- it is my turn when no byte before mine is locked.

A process that dies, at whatever point, is no longer holding any byte: there are no stale tickets. Linux only.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from bridge.domain.errors import StorageError

_COUNTER: Final = struct.Struct("=Q")
_FLOCK: Final = struct.Struct("@hhqqi4x")  # struct flock of 64-bit Linux: type, whence, start, length, pid
_FIRST_TICKET: Final = 1  # byte 0 guards the counter
_SHORTEST_NAP: Final = 0.0005
_LONGEST_NAP: Final = 0.005

_open_files: set[int] = set()


class FairLock:
    """The lock that the file at `path` stands for; made where it is missing, never deleted."""

    def __init__(self, path: Path, patience: timedelta) -> None:
        """Take the file's path, whose folder must exist, and how long to wait before giving up."""
        self._path, self._patience = path, patience.total_seconds()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for my turn and keep it while the context lasts. Raises StorageError where it does not come in time."""
        deadline = time.monotonic() + self._patience
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        except OSError as error:
            raise StorageError(f"the writers' lock file cannot be opened (errno {error.errno}): check the folder and its space") from None
        _open_files.add(file)
        try:
            _wait_for_turn(file, _take_ticket(file, deadline), deadline)
            yield
        finally:
            _set_lock(file, fcntl.F_UNLCK, 0, 0)  # by name, since a child may hold a copy of the file for a moment
            _open_files.discard(file)
            os.close(file)


def _take_ticket(file: int, deadline: float) -> int:
    """Draw the next number and lock its byte before anybody can draw a later one."""
    _wait_for(file, 0, 1, deadline)
    try:
        content = os.pread(file, _COUNTER.size, 0)
        ticket = max(_FIRST_TICKET, _COUNTER.unpack(content)[0]) if len(content) == _COUNTER.size else _FIRST_TICKET
        _wait_for(file, ticket, 1, deadline)  # free at once: whoever dies before counting on leaves its number to the next
        os.pwrite(file, _COUNTER.pack(ticket + 1), 0)
    except OSError as error:
        raise StorageError(f"the writers' lock file cannot be written (errno {error.errno}): free disk space and try again") from None
    finally:
        _set_lock(file, fcntl.F_UNLCK, 0, 1)
    return ticket


def _wait_for_turn(file: int, ticket: int, deadline: float) -> None:
    """Wait until no earlier ticket is held by anybody who lives."""
    earlier = ticket - _FIRST_TICKET
    if earlier:
        _wait_for(file, _FIRST_TICKET, earlier, deadline)
        _set_lock(file, fcntl.F_UNLCK, _FIRST_TICKET, earlier)


def _wait_for(file: int, start: int, length: int, deadline: float) -> None:
    nap = _SHORTEST_NAP
    while not _try_lock(file, start, length):
        # Polled, because a blocking fcntl cannot be given a time limit in a thread; the order does not depend on it.
        if time.monotonic() > deadline:
            raise StorageError("another writer keeps the database locked: try again, and if it lasts, look for a stuck process")
        time.sleep(nap)
        nap = min(_LONGEST_NAP, nap * 1.2)


def _try_lock(file: int, start: int, length: int) -> bool:
    try:
        _set_lock(file, fcntl.F_WRLCK, start, length)
    except BlockingIOError:
        return False
    return True


def _set_lock(file: int, kind: int, start: int, length: int) -> None:
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, start, length, 0))


def _forget_in_child() -> None:
    """Close what a fork copied: a lock lives as long as any copy of its file, so a child could keep a dead parent's."""
    for file in _open_files:
        os.close(file)
    _open_files.clear()


os.register_at_fork(after_in_child=_forget_in_child)
