"""Bytes in a folder, named by their SHA-256: `ab/cd/abcd…`, written once, never changed.

Durable means: the file's content is fsynced, then renamed into its place, then every folder on its way is fsynced.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from bridge.domain.errors import NotFoundError, StorageError
from bridge.domain.model import BlobRef

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FOLDER_MODE: Final = 0o750
_BLOB_MODE: Final = 0o440  # immutable; no concern of other users
_DAY: Final = timedelta(days=1)


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
            if _has_size(target, size):
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

    def sweep_incoming(self, older_than: timedelta = _DAY) -> int:
        """Delete what intakes that died have left, where nobody has written for that long; return how many files."""
        limit = time.time() - older_than.total_seconds()
        swept = 0
        for path in self.incoming().iterdir():
            try:
                if path.is_file() and path.stat().st_mtime < limit:
                    path.unlink()
                    swept += 1
            except FileNotFoundError:
                continue  # was taken over meanwhile
            except OSError as error:
                raise _refusal(error) from None
        return swept

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
            _sync(source, _BLOB_MODE)
            source.replace(target)
        except OSError:
            if source is not path:
                source.unlink(missing_ok=True)
            raise


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
