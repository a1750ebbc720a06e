"""What the house needs around it: time, the bell, bytes, a place on the host."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bridge.domain.lifecycle import Stage
from bridge.domain.model import BlobRef, Work


class Clock(Protocol):
    """Time, so that tests can set it."""

    def now(self) -> datetime:
        """Return the current time, aware, UTC."""
        ...


class Queue(Protocol):
    """The bell: tells workers that there is work. Losing a ring loses nothing, the sweeper rings again."""

    def ring(self, work: Sequence[Work]) -> None:
        """Announce each piece of work by its id on its stage's queue. Never raises: an unreachable broker is logged."""
        ...

    def unheard(self, stage: Stage) -> int:
        """Return how many rings wait on the queue that `stage` shares with others; 0 where the broker cannot tell."""
        ...


class Blobs(Protocol):
    """Bytes by their SHA-256, immutable."""

    def put_file(self, path: Path, sha256: str, media_type: str) -> BlobRef:
        """Take over the fsynced file at `path` (same file system where possible), fsync the folder, return its ref."""
        ...

    def put(self, content: bytes, media_type: str) -> BlobRef:
        """Write `content` durably (file and folder fsynced) and return its ref."""
        ...

    def path(self, sha256: str) -> Path:
        """Return a readable local path of the blob; raises NotFoundError."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises NotFoundError."""
        ...

    def look_for_old(self, older_than: timedelta, after: str, limit: int) -> tuple[Sequence[str], str | None]:
        """Look at `limit` blobs in the order of their SHA-256, beginning behind `after` ("": with the first).

        Return those that nobody has put for `older_than`, and the last one looked at, None where there are no more.
        """
        ...

    def remove_old(self, sha256: str, older_than: timedelta) -> bool:
        """Remove the blob if nobody has put it for `older_than`; tell whether it was removed.

        Whoever refers to a blob puts it first, so one that is old and that no row refers to will not be missed.
        """
        ...

    def incoming(self) -> Path:
        """Return the folder in which intakes write before `put_file` (same file system as the blobs)."""
        ...


class HostLock(Protocol):
    """Lets a suspicious page be worked on with nothing else running on this host."""

    def hold(self, *, alone: bool) -> AbstractContextManager[None]:
        """Wait for a place beside the others, or, `alone`, until all others have left and keep new ones out."""
        ...
