"""A place on this host beside the others, or alone: two flock files, kept by the kernel, released by any death."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileHostLock:
    """Implements `ports.HostLock` in `folder`.

    Whoever wants to be alone keeps the turnstile while those inside leave, so that newcomers cannot starve it.
    """

    def __init__(self, folder: Path) -> None:
        """Take the `folder` for the two lock files; it must exist."""
        self._turnstile, self._room = folder / "turnstile.lock", folder / "room.lock"

    @contextmanager
    def hold(self, *, alone: bool) -> Iterator[None]:
        """Wait for a place; `alone` for the whole room."""
        with self._room.open("a") as room:
            with self._turnstile.open("a") as turnstile:
                fcntl.flock(turnstile, fcntl.LOCK_EX)
                fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield
