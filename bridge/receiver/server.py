"""The receiver's HTTP: a thread a connection, connections kept open, an answer in one piece."""

from __future__ import annotations

import json
import math
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, NamedTuple

from standardwebhooks import Webhook, WebhookVerificationError

from bridge.domain.signing import SIGNED_WITH, is_signing_secret
from bridge.receiver.faults import Fault, Faults
from bridge.receiver.keeping import Keeping, Received, Stats, Taken, View

MAX_RECORD_BYTES: Final = 32 * 1024 * 1024  # a record may bring its pages along
_IDLE_SECONDS: Final = 30.0
_CLOSE: Final = ("Connection", "close")
_LONGEST_LENGTH: Final = 18  # digits


class Receiver:
    """A context manager: serves on loopback from a thread of its own until it is left. Then every connection is broken."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str | None = None,
        secrets: Sequence[str] = (),
        file: Path | None = None,
        faults: Faults | None = None,
        keep_content: bool = True,
    ) -> None:
        """Take the `port` (0: any free one), the bearer `token` asked for, and a JSON-lines `file` that outlives the process.

        With `secrets` (`whsec_…`) each request must carry a signature by one of them, as Standard Webhooks says. `faults` tells how
        it misbehaves. Without `keep_content` it remembers keys and hashes only. Raises ValueError for what is no secret, OSError
        where port or file cannot be had.
        """
        self._token, self._hooks = token, [_hook(secret) for secret in secrets]
        self._server = _Server(port, self)
        try:
            self._keeping = Keeping(faults or Faults(), file=file, keep_content=keep_content)
        except (OSError, ValueError):
            self._server.server_close()
            raise
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="receiver", daemon=True)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.break_connections()
        self._server.server_close()
        self._thread.join()
        self._keeping.close()

    @property
    def url(self) -> str:
        """Where to post records."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/records"

    @property
    def received(self) -> tuple[Received, ...]:
        """All records kept, in the order of arrival."""
        return self._keeping.view().received

    @property
    def repeats(self) -> int:
        """How often a record came again that was kept already."""
        return self.stats.repeats

    @property
    def stats(self) -> Stats:
        """What has come so far."""
        return self._keeping.stats()

    def view(self) -> View:
        """Return numbers and records of one and the same moment."""
        return self._keeping.view()

    def fail_next(self, *faults: Fault) -> None:
        """Answer the next records with `faults`, one each, then well again."""
        self._keeping.order(*faults)

    def take(self, headers: Any, content: bytes) -> Taken:
        """Return what comes of one request: refused (400, 401, 422), or kept, or a fault."""
        if not self._is_authorised(headers.get("Authorization", "")):
            return self._keeping.refuse(HTTPStatus.UNAUTHORIZED)
        key = headers.get("Idempotency-Key")
        if not key:
            return self._keeping.refuse(HTTPStatus.BAD_REQUEST)
        if self._hooks and not (key == headers.get("webhook-id") and self._is_signed(headers, content)):
            return self._keeping.refuse(HTTPStatus.UNAUTHORIZED)  # the signature covers webhook-id, not Idempotency-Key
        return self._keeping.take(key, content)

    def refuse(self, status: HTTPStatus) -> Taken:
        """Count a request whose body is not even read."""
        return self._keeping.refuse(status)

    def _is_authorised(self, authorization: str) -> bool:
        return self._token is None or compare_digest(authorization.encode(), f"Bearer {self._token}".encode())

    def _is_signed(self, headers: Any, content: bytes) -> bool:
        return any(_verifies(hook, headers, content) for hook in self._hooks)


def _hook(secret: str) -> Webhook:
    if not is_signing_secret(secret):
        raise ValueError(f"a signing secret is {SIGNED_WITH}")
    return Webhook(secret)


def _verifies(hook: Webhook, headers: Any, content: bytes) -> bool:
    try:
        hook.verify(content, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: signatures that are not even written as such
        return False
    return True


class _Server(ThreadingHTTPServer):
    """Knows its connections, so that none outlives it: a sender that keeps one open would go on talking to the dead."""

    daemon_threads = False  # server_close() waits for them
    request_queue_size = 128

    def __init__(self, port: int, receiver: Receiver) -> None:
        self.receiver, self.is_ending = receiver, threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def break_connections(self) -> None:
        """Hang up on everybody; call when no new ones are accepted any more."""
        self.is_ending.set()
        with self._lock:
            for connection in self._connections:
                _hang_up(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about senders that hang up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the sender was first
        connection.shutdown(socket.SHUT_RDWR)


class _Answer(NamedTuple):
    status: HTTPStatus
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class _Request(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        """Take one record."""
        content = self._body()
        if content is None:
            return
        taken = self.server.receiver.take(self.headers, content)
        if taken.fault is None:
            self._send(_answer(taken.status, taken.kept))
        else:
            self._misbehave(taken.fault, taken)

    def do_GET(self) -> None:
        """Show the numbers."""
        if self.path != "/stats":
            return self._send(_answer(HTTPStatus.NOT_FOUND))
        return self._send(_Answer(HTTPStatus.OK, json.dumps(asdict(self.server.receiver.stats)).encode()))

    def _body(self) -> bytes | None:
        """Return the request's body; None where there is none to answer well, which has been told."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self._break_off(HTTPStatus.LENGTH_REQUIRED)
            return None
        if len(length) > _LONGEST_LENGTH or int(length) > MAX_RECORD_BYTES:
            self._break_off(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        content = self.rfile.read(int(length))
        if len(content) < int(length):
            self.close_connection = True
            return None
        return content

    def _break_off(self, status: HTTPStatus) -> None:
        self.server.receiver.refuse(status)
        self._send(_answer(status, headers=(_CLOSE,)))

    def _misbehave(self, fault: Fault, taken: Taken) -> None:
        if math.isinf(fault.wait):
            self._wait_for_hang_up()
        elif fault.wait and self.server.is_ending.wait(fault.wait):
            self.close_connection = True
            return
        if fault.status == 0:
            self.close_connection = True
            return
        right = _answer(taken.status, taken.kept)
        self._send(right if fault.status is None else _answer(HTTPStatus(fault.status), headers=fault.headers), is_cut=fault.is_cut)

    def _wait_for_hang_up(self) -> None:
        self.connection.settimeout(None)
        self.connection.recv(1, socket.MSG_PEEK)

    def _send(self, answer: _Answer, *, is_cut: bool = False) -> None:
        """Answer in one piece; `is_cut`: half of it, which ends within the head, and hang up."""
        if is_cut or _CLOSE in answer.headers:
            self.close_connection = True
        lines = [f"{self.protocol_version} {answer.status.value} {answer.status.phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        lines += ["Content-Type: application/json", f"Content-Length: {len(answer.body)}", "", ""]
        whole = "\r\n".join(lines).encode() + answer.body
        self.wfile.write(whole[: len(whole) // 2] if is_cut else whole)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent: the caller tells what it saw."""


def _answer(status: HTTPStatus, kept: Received | None = None, headers: tuple[tuple[str, str], ...] = ()) -> _Answer:
    body = {"id": kept.id} if kept is not None else {"title": status.phrase, "status": status.value}
    if kept is not None and status is HTTPStatus.CREATED:
        headers = (*headers, ("Location", f"/records/{kept.id}"))
    return _Answer(status, json.dumps(body).encode(), headers)
