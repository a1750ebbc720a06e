"""Tidying: what processes that died have left behind, and what nobody refers to, is removed once it is old enough."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from bridge.ports import Blobs, Store
from bridge.services.spool import remove_abandoned

_log = logging.getLogger(__name__)


class Tidy:
    """Removes abandoned temporary files, incoming files, and blobs without a row, a bounded batch of blobs a call."""

    def __init__(self, store: Store, blobs: Blobs, work_folder: Path, *, older_than: timedelta, batch: int = 1000) -> None:
        """Take the folder for temporary files, after how long a thing counts as abandoned, and how many blobs are looked at."""
        self._store, self._blobs, self._work_folder = store, blobs, work_folder
        self._older_than, self._batch = older_than, batch
        self._after = ""

    def once(self) -> int:
        """Tidy a while, going on where the last call ended; return how many files were removed. Raises StorageError."""
        folders = (self._blobs.incoming(), self._work_folder)
        return sum(remove_abandoned(folder, self._older_than) for folder in folders) + self._remove_unreferenced()

    def _remove_unreferenced(self) -> int:
        """Remove blobs whose writer died before its row was committed, and page images of a fax that was read again.

        Whoever commits a row has put its blob shortly before, which makes the blob young; so an old one that no row
        refers to now can only come to be referred to by being put again, and `remove_old` looks at its age once more.
        """
        old, last = self._blobs.look_for_old(self._older_than, self._after, self._batch)
        self._after = last or ""
        removed = sum(self._blobs.remove_old(sha256, self._older_than) for sha256 in self._store.unreferenced(old))
        if removed:
            _log.info("removed %d blobs that no row refers to", removed)
        return removed
