"""What a receiver has: each record once, in memory and, where it is wanted, in a file that outlives the process."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final

from bridge.receiver.faults import Fault, Faults

_LONGEST_NUMBER: Final = 9


@dataclass(frozen=True, slots=True)
class Received:
    """One record that was kept: our `id` for it, its Idempotency-Key, the SHA-256 (hex) of its bytes, and its content.

    `record` is None where contents are not kept.
    """

    id: str
    key: str
    sha256: str
    record: Any

    @property
    def document(self) -> str:
        """What all versions of one document have in common: the key up to its last colon."""
        return self.key.rpartition(":")[0] or self.key

    @property
    def version(self) -> int | None:
        """The number behind the key's last colon, None where there is none."""
        number = self.key.rpartition(":")[2]
        is_number = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
        return int(number) if is_number else None


@dataclass(frozen=True, slots=True)
class Stats:
    """What has come since the start.

    `taken`: records kept, each once. `repeats`: the same bytes again under a key that was kept. `conflicts`: other bytes under such a
    key. `out_of_order`: of those taken, the ones of which a newer version of the same document was taken before. `faults`: requests
    that met a fault, by kind. `refused`: requests answered 4xx for their own sake, by status.
    """

    taken: int
    repeats: int
    conflicts: int
    out_of_order: int
    faults: Mapping[str, int]
    refused: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class View:
    """Numbers and records of one moment."""

    stats: Stats
    received: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one record: the status that is right to answer, the record that is kept under its key, the fault to make of it."""

    status: HTTPStatus
    kept: Received | None = None
    fault: Fault | None = None


class Keeping:
    """Keeps records once by their keys. Safe for threads."""

    def __init__(self, faults: Faults, *, file: Path | None = None, keep_content: bool = True) -> None:
        """Take over what `file` (JSON lines) holds. Without `keep_content` memory and file hold keys and hashes only.

        Raises OSError where the file cannot be had, ValueError where it is not a receiver's.
        """
        self._lock, self._faults, self._keep_content = threading.Lock(), faults, keep_content
        self._kept: dict[str, Received] = {}
        self._newest: dict[str, int] = {}
        self._taken = self._repeats = self._conflicts = self._out_of_order = 0
        self._met: Counter[str] = Counter()
        self._refused: Counter[int] = Counter()
        self._file = self._open(file)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def order(self, *faults: Fault) -> None:
        """Let the next records meet `faults`, one each."""
        with self._lock:
            self._faults.order(*faults)

    def view(self) -> View:
        """Return everything as it is at this moment."""
        with self._lock:
            return View(self._stats(), tuple(self._kept.values()))

    def stats(self) -> Stats:
        """Return the numbers alone."""
        with self._lock:
            return self._stats()

    def refuse(self, status: HTTPStatus) -> Taken:
        """Count a request that is refused for its own sake."""
        with self._lock:
            self._refused[status.value] += 1
        return Taken(status)

    def take(self, key: str, content: bytes) -> Taken:
        """Keep a record, or meet a fault: 201 for a new one, 200 for the same again, 409 for other bytes under a known key.

        What is no JSON object is refused with 422, and meets no fault.
        """
        record = _parsed(content)
        if record is None:
            return self.refuse(HTTPStatus.UNPROCESSABLE_ENTITY)
        sha256 = hashlib.sha256(content).hexdigest()
        with self._lock:
            fault = self._faults.next()
            if fault is not None:
                self._met[fault.name] += 1
                if not fault.is_kept:
                    return Taken(HTTPStatus.SERVICE_UNAVAILABLE, fault=fault)
            known = self._kept.get(key)
            if known is None:
                return Taken(HTTPStatus.CREATED, self._keep(key, sha256, record), fault)
            if known.sha256 != sha256:
                self._conflicts += 1
                return Taken(HTTPStatus.CONFLICT, known, fault)
            self._repeats += 1
            return Taken(HTTPStatus.OK, known, fault)

    def _stats(self) -> Stats:
        numbers = self._taken, self._repeats, self._conflicts, self._out_of_order
        return Stats(*numbers, dict(self._met), dict(self._refused))

    def _keep(self, key: str, sha256: str, record: dict[str, Any]) -> Received:
        kept = Received(f"R{len(self._kept) + 1:06d}", key, sha256, record if self._keep_content else None)
        self._write(kept)
        self._kept[key] = kept
        self._taken += 1
        self._out_of_order += self._is_overtaken(kept)
        return kept

    def _is_overtaken(self, kept: Received) -> bool:
        """Tell whether a newer version of the same document is here already; remember the newest."""
        if kept.version is None:
            return False
        newest = self._newest.get(kept.document, kept.version)
        self._newest[kept.document] = max(newest, kept.version)
        return kept.version < newest

    def _open(self, file: Path | None) -> IO[str] | None:
        """Take over what an earlier process kept; a last line that was cut short was never acknowledged and is dropped."""
        if file is None:
            return None
        whole = file.read_bytes() if file.exists() else b""
        whole = whole[: whole.rfind(b"\n") + 1]
        for line in whole.splitlines():
            kept = _received(line, keep_content=self._keep_content)
            self._kept[kept.key] = kept
            self._is_overtaken(kept)
        opened = file.open("a", encoding="utf-8")
        opened.truncate(len(whole))
        return opened

    def _write(self, kept: Received) -> None:
        if self._file is not None:
            line = {"id": kept.id, "key": kept.key, "sha256": kept.sha256, "record": kept.record}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _received(line: bytes, *, keep_content: bool) -> Received:
    """Return a record from its line of the file. Raises ValueError where it is none."""
    try:
        told = json.loads(line)
        return Received(told["id"], told["key"], told["sha256"], told["record"] if keep_content else None)
    except (KeyError, TypeError):
        raise ValueError("a line that no receiver has written") from None
