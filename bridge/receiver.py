"""A small reference receiving agency: takes records over HTTP, keeps each once by its Idempotency-Key, gives a receipt.

It stands in for an agency's own interface in the demo and in tests, and shows what such an interface must do.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Final

MAX_RECORD_BYTES: Final = 4 * 1024 * 1024
_IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Received:
    """One record that was kept: our `id` for it, its Idempotency-Key, the SHA-256 (hex) of its bytes, and its content."""

    id: str
    key: str
    sha256: str
    record: Any


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that stands in for a record's acceptance: a status and headers such as Retry-After; 0 hangs up without one.

    With `is_kept` the record is kept and only the good answer is lost, as on a line that breaks too late.
    """

    status: int = 503
    headers: tuple[tuple[str, str], ...] = ()
    is_kept: bool = False


class Receiver:
    """A context manager: serves on loopback from a thread of its own until it is left."""

    def __init__(self, *, port: int = 0, token: str | None = None, file: Path | None = None) -> None:
        """Take the `port` (0: any free one), the bearer `token` asked for, and a JSON-lines `file` that outlives the process."""
        self._lock = threading.Lock()
        self._kept: dict[str, Received] = {}
        self._repeats = 0
        self._faults: list[Fault] = []
        self._token, self._file = token, self._open(file)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _request_class(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="receiver", daemon=True)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._file is not None:
            self._file.close()

    @property
    def url(self) -> str:
        """Where to post records."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/records"

    @property
    def received(self) -> tuple[Received, ...]:
        """All records kept, in the order of arrival."""
        with self._lock:
            return tuple(self._kept.values())

    @property
    def repeats(self) -> int:
        """How often a record came again that was kept already."""
        with self._lock:
            return self._repeats

    def fail_next(self, *faults: Fault) -> None:
        """Answer the next records with `faults`, one each, then well again."""
        with self._lock:
            self._faults += faults

    def is_authorised(self, authorization: str | None) -> bool:
        """Tell whether the header carries the token asked for."""
        return self._token is None or authorization == f"Bearer {self._token}"

    def take(self, key: str, content: bytes) -> tuple[Fault | None, HTTPStatus, Received | None]:
        """Keep a record and return (fault to answer instead, status, what was kept).

        201 for a new one, 200 for the same again, 409 for other bytes under a known key. Raises ValueError where the content
        is no JSON object.
        """
        record = json.loads(content)
        if not isinstance(record, dict):
            raise ValueError("a record is a JSON object")  # noqa: TRY004 - the caller answers both alike
        sha256 = hashlib.sha256(content).hexdigest()
        with self._lock:
            fault = self._faults.pop(0) if self._faults else None
            if fault is not None and not fault.is_kept:
                return fault, HTTPStatus(fault.status or 503), None
            known = self._kept.get(key)
            if known is not None:
                self._repeats += 1
                return fault, HTTPStatus.OK if known.sha256 == sha256 else HTTPStatus.CONFLICT, known
            kept = self._kept[key] = Received(f"R{len(self._kept) + 1:06d}", key, sha256, record)
            self._write(kept)
            return fault, HTTPStatus.CREATED, kept

    def _open(self, file: Path | None) -> IO[str] | None:
        """Take over what an earlier process kept; a last line that was cut short was never acknowledged and is dropped."""
        if file is None:
            return None
        whole = file.read_bytes() if file.exists() else b""
        whole = whole[: whole.rfind(b"\n") + 1]
        for line in whole.splitlines():
            kept = json.loads(line)
            self._kept[kept["key"]] = Received(kept["id"], kept["key"], kept["sha256"], kept["record"])
        opened = file.open("a", encoding="utf-8")
        opened.truncate(len(whole))
        return opened

    def _write(self, kept: Received) -> None:
        if self._file is not None:
            line = {"id": kept.id, "key": kept.key, "sha256": kept.sha256, "record": kept.record}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def _request_class(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"
        timeout = _IDLE_SECONDS

        def do_POST(self) -> None:
            """Answer one record."""
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit()) or int(length) > MAX_RECORD_BYTES:
                self.close_connection = True
                return self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if length.isdigit() else HTTPStatus.LENGTH_REQUIRED)
            content = self.rfile.read(int(length))
            if len(content) < int(length):
                self.close_connection = True
                return None
            if not receiver.is_authorised(self.headers.get("Authorization")):
                return self._answer(HTTPStatus.UNAUTHORIZED)
            key = self.headers.get("Idempotency-Key")
            if not key:
                return self._answer(HTTPStatus.BAD_REQUEST)
            try:
                fault, status, kept = receiver.take(key, content)
            except ValueError:
                return self._answer(HTTPStatus.UNPROCESSABLE_ENTITY)
            if fault is not None and fault.status == 0:
                self.close_connection = True
                return None
            if fault is not None:
                return self._answer(HTTPStatus(fault.status), headers=fault.headers)
            return self._answer(status, kept)

        def _answer(self, status: HTTPStatus, kept: Received | None = None, headers: tuple[tuple[str, str], ...] = ()) -> None:
            body = json.dumps({"id": kept.id} if kept is not None else {"title": status.phrase, "status": status.value}).encode()
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if kept is not None and status is HTTPStatus.CREATED:
                self.send_header("Location", f"/records/{kept.id}")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Stay silent: the caller tells what it saw."""

    return Request
