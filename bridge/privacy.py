"""Keeping faxes and secrets from other users of the machine, and from what opens foreign bytes."""

from __future__ import annotations

import ctypes
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_DUMPABLE: Final = 4
_OTHERS: Final = 0o077
# What the bridge itself makes in its data folder; lost+found stands at the root of a volume.
_OURS: Final = re.compile(r"bridge\.sqlite3.*|blobs|logs|work|redis|redis\.sock|[a-z0-9.-]+\.(?:lock|ready)|lost\+found")


def close_files() -> None:
    """Make every file that this process and its children create from now on its user's alone."""
    os.umask(_OTHERS)


def close_folder(folder: Path) -> None:
    """Close a data folder of this user to all others, whoever made it.

    Where somebody keeps other things in it (it may be /var/lib), it stays as it is and only what is ours in it is closed.
    """
    entries = list(folder.iterdir())
    ours = [entry for entry in entries if _OURS.fullmatch(entry.name)]
    for path in [folder] if len(ours) == len(entries) else ours:
        with suppress(FileNotFoundError):  # a journal that was there a moment ago
            status = path.stat()
            if status.st_mode & _OTHERS and status.st_uid == os.geteuid():
                path.chmod(status.st_mode & 0o7777 & ~_OTHERS)


def close_process() -> None:
    """Keep this process's environment and memory from other processes of the same user, and from core dumps.

    A decoder that foreign bytes have taken over could otherwise read `/proc/PID/environ`. Programs started from here decide
    for themselves; root with CAP_SYS_PTRACE sees everything.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
