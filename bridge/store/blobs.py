"""Bytes in a folder, named by their SHA-256: `ab/cd/abcd…`, written once, never changed.

Durable means: the file's content is fsynced, then renamed into its place, then every folder on its way is fsynced.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from bridge.domain.errors import NotFoundError, StorageError
from bridge.domain.model import BlobRef

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FOLDER_MODE: Final = 0o750
_BLOB_MODE: Final = 0o440  # immutable; no concern of other users
_FANNED: Final = re.compile(r"[0-9a-f]{2}")


class FolderBlobs:
    """Implements `ports.Blobs` below one folder."""

    def __init__(self, root: Path) -> None:
        """Take the folder, made when first written to."""
        self._root = root.absolute()

    def incoming(self) -> Path:
        """Return the folder in which intakes write before `put_file` (same file system as the blobs)."""
        folder = self._root / "incoming"
        with _refusals():
            folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        return folder

    def put_file(self, path: Path, sha256: str, media_type: str) -> BlobRef:
        """Take over the file at `path`, whose content has this SHA-256 (hex), and return its ref once it is durable.

        The file leaves its place. A blob that is there already stays, and is made durable again: whoever wrote it may
        have died before. Raises StorageError, and then `path` is left as it was.
        """
        target = self._place(sha256)
        with _refusals():
            size = path.stat().st_size
            target.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            with self._locked(fcntl.LOCK_SH):
                is_there = _has_size(target, size)
                if is_there:
                    os.utime(target)  # young again: nobody may remove what is about to be referred to
            if is_there:
                _sync(target)
            else:  # absent, or torn by a power cut
                self._move(path, target)
            for folder in (target.parent, target.parent.parent, self._root):
                _sync(folder)
            path.unlink(missing_ok=True)
        return BlobRef(sha256, size, media_type)

    def put(self, content: bytes, media_type: str) -> BlobRef:
        """Write `content` durably (file and folder fsynced) and return its ref. Raises StorageError."""
        incoming = self.incoming()
        with _refusals():
            file, name = tempfile.mkstemp(dir=incoming)
            path = Path(name)
            try:
                with os.fdopen(file, "wb") as stream:
                    stream.write(content)
                return self.put_file(path, hashlib.sha256(content).hexdigest(), media_type)
            finally:
                path.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Return a readable local path of the blob; raises NotFoundError, also for what is no SHA-256."""
        place = self._place(sha256)
        if not place.is_file():
            raise NotFoundError(f"no blob {sha256}")
        return place

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises NotFoundError."""
        path = self.path(sha256)
        with _refusals():
            return path.read_bytes()

    def look_for_old(self, older_than: timedelta, after: str, limit: int) -> tuple[Sequence[str], str | None]:
        """Look at `limit` blobs in the order of their SHA-256, beginning behind `after` ("": with the first).

        Return those that nobody has put for `older_than`, and the last one looked at, None where there are no more.
        Raises StorageError.
        """
        moment = time.time() - older_than.total_seconds()
        with _refusals():
            looked_at = list(islice(self._names(after), limit))
            old = [name for name in looked_at if _is_older(self._place(name), moment)]
        return old, looked_at[-1] if len(looked_at) == limit else None

    def remove_old(self, sha256: str, older_than: timedelta) -> bool:
        """Remove the blob if nobody has put it for `older_than`; tell whether it was removed. Raises StorageError.

        Never waits: while somebody is putting blobs it may refuse, and can be asked again later.
        """
        place = self._place(sha256)
        with _refusals():
            try:
                with self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
                    is_old = _is_older(place, time.time() - older_than.total_seconds())
                    if is_old:
                        place.unlink()
                    return is_old
            except BlockingIOError:
                return False

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Hold a lock over all blobs: shared to find out that one is there and to renew it, exclusive to remove one."""
        descriptor = os.open(self._root, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)

    def _names(self, after: str) -> Iterator[str]:
        """Yield the names of all blobs behind `after`, in order."""
        for first in _listed(self._root):
            if not _FANNED.fullmatch(first) or first < after[:2]:
                continue
            for second in _listed(self._root / first):
                if first + second >= after[:4]:
                    yield from (name for name in _listed(self._root / first / second) if name > after and _SHA256.fullmatch(name))

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise NotFoundError("that is not a SHA-256 in 64 lower-case hexadecimal digits")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _move(self, path: Path, target: Path) -> None:
        """Put `path` into `target`'s place, durable in content before it can be seen there."""
        source = path
        if path.stat().st_dev != target.parent.stat().st_dev:
            file, name = tempfile.mkstemp(dir=self.incoming())
            os.close(file)
            source = Path(name)
        try:
            if source is not path:
                shutil.copyfile(path, source)
            os.utime(source)  # its age as a blob begins now
            _sync(source, _BLOB_MODE)
            source.replace(target)
        except OSError:
            if source is not path:
                source.unlink(missing_ok=True)
            raise


def _listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync(path: Path, mode: int | None = None) -> None:
    """Flush a file or folder to the disk, setting its mode before."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if mode is not None:
            os.fchmod(file, mode)
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refusal(error) from None


def _refusal(error: OSError) -> StorageError:
    """Name the error without the path, which may hold a foreign file name."""
    name = errno.errorcode.get(error.errno or 0, "unknown error")
    return StorageError(f"the blob folder refused ({name}): check its space and rights; nothing was saved")
