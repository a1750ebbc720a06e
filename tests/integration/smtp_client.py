"""A gateway in a thread of its own, and a client that says exactly the bytes it is told to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from bridge.intake.recipients import Recipients
from bridge.intake.smtp import SmtpGateway
from bridge.settings import SmtpSettings, load_settings

MAILBOXES = {
    "disease": ["disease@bridge.test", "fax=273@bridge.test"],
    "hygiene": ["hygiene@bridge.test", "*@hygiene.test"],
}


def smtp_settings(**changes: Any) -> SmtpSettings:
    """Return the defaults on a free port, with `changes`."""
    return SmtpSettings.model_validate(load_settings({}).smtp.model_dump() | {"port": 0} | changes)


class RunningGateway:
    """Runs a gateway on an event loop in another thread."""

    def __init__(self, place: Any, mailboxes: Mapping[str, list[str]] = MAILBOXES, **changes: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._gateway = SmtpGateway(smtp_settings(**changes), place.accept, Recipients(mailboxes), place.blobs, place.executor)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._gateway.start(), self._loop).result(30)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.stop()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(30)
            self._loop.close()

    @property
    def port(self) -> int:
        return self._gateway.port

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._gateway.stop(), self._loop).result(30)


class RawClient:
    """A socket with SMTP answers. `say` sends and returns the answer; multi-line answers are one string."""

    def __init__(self, port: int, greet: bool = True) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._buffer = b""
        if greet:
            assert self.answer().startswith("220 ")
            assert self.say(b"EHLO client.test\r\n").startswith("250")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.socket.close()

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def say(self, content: bytes) -> str:
        self.send(content)
        return self.answer()

    def answer(self) -> str:
        """Return the next whole answer; empty where the gateway has closed."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = self._line()
            if line is None:
                return ""
            lines.append(line)
        return "\n".join(lines)

    def is_closed(self) -> bool:
        """Wait for the gateway to close; False where it says something instead."""
        try:
            return not self._buffer and self.socket.recv(1) == b""
        except ConnectionError:
            return True

    def begin(self, *recipients: str, sender: str = "fax@server.test") -> None:
        """Go as far as 354."""
        assert self.say(f"MAIL FROM:<{sender}>\r\n".encode()).startswith("250")
        for recipient in recipients or ("disease@bridge.test",):
            assert self.say(f"RCPT TO:<{recipient}>\r\n".encode()).startswith("250")
        assert self.say(b"DATA\r\n").startswith("354")

    def _line(self) -> str | None:
        while b"\r\n" not in self._buffer:
            try:
                received = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not received:
                return None
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode()
