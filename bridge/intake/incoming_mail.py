"""One mail while it arrives: found to its end, measured, hashed and written, one chunk at a time."""

from __future__ import annotations

from pathlib import Path

from bridge.domain.errors import BridgeError
from bridge.intake.dot_scanner import TERMINATOR_BYTES, DotScanner
from bridge.intake.mail_digest import MailDigest
from bridge.services.spool import Spool


class MailTooLargeError(BridgeError):
    """The mail, or its header, exceeds what is configured; sending it again will not help."""


class IncomingMail:
    """The data of one mail. Holds no more of it in memory than the chunk at hand."""

    def __init__(self, folder: Path, max_bytes: int, max_header_bytes: int) -> None:
        """Take the folder to write in and the limits, in bytes as they come over the wire."""
        self.spool = Spool(folder)
        self._scanner = DotScanner()
        self._digest = MailDigest()
        self._max_bytes, self._wire_bytes = max_bytes, 0
        self._header = HeaderLimit(max_header_bytes)

    def feed(self, chunk: bytes) -> bytes | None:
        """Take the next chunk; return None while the mail goes on, else the bytes that came after its end.

        Raises MailTooLargeError as soon as a limit is passed, whether or not any line has ended, and StorageError.
        """
        scanned = self._scanner.scan(chunk)
        self._wire_bytes += len(chunk) - len(scanned.rest or b"")
        uncounted = self._scanner.pending if scanned.rest is None else TERMINATOR_BYTES
        if self._wire_bytes - uncounted > self._max_bytes:
            raise MailTooLargeError(f"more than {self._max_bytes} bytes")
        self._header.check(scanned.content)
        if scanned.content:
            self.spool.write(scanned.content)
            self._digest.update(scanned.content)
        return scanned.rest

    @property
    def size(self) -> int:
        """Bytes of the mail so far, unstuffed."""
        return self.spool.size

    def digest(self) -> str:
        """Return the SHA-256 (hex) without leading Received fields; the mail must have ended."""
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Leave nothing behind; does nothing for a mail that was accepted."""
        self.spool.discard()


class HeaderLimit:
    """Counts a mail's bytes until its first empty line (line ends CR LF or LF, as parsers take them)."""

    def __init__(self, max_bytes: int) -> None:
        """Take the limit in bytes."""
        self._max_bytes = max_bytes
        self._count = 0
        self._tail = b"\n"  # a mail may begin with the empty line: then it has no header
        self._is_past = False

    def check(self, content: bytes) -> None:
        """Take the next bytes. Raises MailTooLargeError where the header grows beyond the limit."""
        if self._is_past:
            return
        seen = self._tail + content
        ends = [seen.find(mark) + len(mark) for mark in (b"\n\r\n", b"\n\n") if mark in seen]
        self._is_past = bool(ends)
        self._count += min(ends) - len(self._tail) if ends else len(content)
        self._tail = seen[-2:]
        if self._count > self._max_bytes:
            raise MailTooLargeError(f"header of more than {self._max_bytes} bytes")
