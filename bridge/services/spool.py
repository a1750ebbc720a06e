"""Bytes on their way in: written to a file as they arrive, hashed on the way, never whole in memory.

A spool file is locked (flock) by the process that writes it, so that files left by one that died can be told from
files that are still being written: the kernel drops the lock with the process.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from bridge.domain.errors import StorageError
from bridge.domain.ids import new_id
from bridge.domain.model import BlobRef
from bridge.ports import Blobs

_log = logging.getLogger(__name__)

SUFFIX: Final = ".spool"


class Spool:
    """One arriving transmission. May be written from one thread and discarded from another."""

    def __init__(self, folder: Path) -> None:
        """Take the folder from `Blobs.incoming`; the file is made by the first write."""
        self.path: Final = folder / f"{new_id()}{SUFFIX}"
        self._file: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._size = 0
        self._is_over = False
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    def write(self, content: bytes) -> None:
        """Append `content`. Raises StorageError where the disk refuses, or when the spool was discarded meanwhile."""
        with self._lock:
            try:
                self._open().write(content)
            except OSError as error:
                raise StorageError(f"incoming file cannot be written: {error.strerror}") from None
            self._hash.update(content)
            self._size += len(content)

    def deposit(self, blobs: Blobs, media_type: str) -> BlobRef:
        """Make the bytes durable (fsync) and hand them to `blobs`; nothing is left here. Raises StorageError."""
        with self._lock:
            try:
                file = self._open()
                file.flush()
                os.fsync(file.fileno())
                return blobs.put_file(self.path, self._hash.hexdigest(), media_type)
            except OSError as error:
                raise StorageError(f"incoming file cannot be kept: {error.strerror}") from None
            finally:
                self._end()

    def discard(self) -> None:
        """Remove what was written; does nothing once deposited or discarded. Waits for a write that is under way."""
        with self._lock:
            self._end()

    def _open(self) -> BinaryIO:
        if self._is_over:
            raise StorageError("incoming file was discarded")
        if self._file is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._file = os.fdopen(descriptor, "wb", buffering=0x20000)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._file

    def _end(self) -> None:
        self._is_over = True
        file, self._file = self._file, None
        if file is None:
            return
        try:
            self.path.unlink(missing_ok=True)
            file.close()
        except OSError as error:  # closing flushes, and the disk may be full: what was lost is being dropped anyway
            _log.warning("incoming file %s was not removed cleanly: %s", self.path.name, error.strerror)


def remove_abandoned(folder: Path, older_than: timedelta, pattern: str = "*") -> int:
    """Remove the files and folders in `folder` that processes which died have left; return how many.

    One is judged only when nothing in it was touched for `older_than`, and stays while somebody holds its lock.
    """
    removed = 0
    for path in folder.glob(pattern):
        try:
            if time.time() - _last_touched(path) >= older_than.total_seconds():
                with locked(path):
                    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                removed += 1
        except (BlockingIOError, FileNotFoundError):
            continue  # still being written, or gone to the blobs meanwhile
        except OSError as error:
            _log.warning("an abandoned file was not removed: %s", error.strerror)
    if removed:
        _log.info("removed %d abandoned files", removed)
    return removed


def _last_touched(path: Path) -> float:
    """Return when a file, or anything in a folder, was last written (seconds since 1970)."""
    inner = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return max(float(each.lstat().st_mtime) for each in (path, *inner))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file or folder, which tells others that it is in use. Raises BlockingIOError, or OSError for a link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
