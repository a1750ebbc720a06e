"""What makes a mail the same mail when it is sent again: its data without the trace of its way here."""

from __future__ import annotations

import hashlib
from typing import Final

_RECEIVED: Final = b"received:"


class MailDigest:
    """SHA-256 over a mail's data without its leading Received fields (folded lines included), in chunks of any size.

    Each host on the way puts such a field on top (RFC 5321 section 4.4), with a time in it. Only the leading ones are
    left out: everything below the first other line is the sender's own.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._line = b""  # the begin of a line that is not yet told to be a Received field or something else
        self._is_skipping = False  # inside a line that is left out
        self._had_received = False
        self._is_past_trace = False

    def update(self, content: bytes) -> None:
        """Take the next bytes of the mail."""
        while content and not self._is_past_trace:
            content = self._skip_line(content) if self._is_skipping else self._begin_line(content)
        self._hash.update(content)

    def hexdigest(self) -> str:
        """Return the digest of all that came, which must be complete."""
        if self._line:
            self._hash.update(self._line)
            self._line = b""
        return self._hash.hexdigest()

    def _skip_line(self, content: bytes) -> bytes:
        _, line_end, rest = content.partition(b"\n")
        self._is_skipping = not line_end
        return rest

    def _begin_line(self, content: bytes) -> bytes:
        """Look at the begin of a line together with what is known of it; return what is left to look at."""
        line = self._line + content
        is_folded = self._had_received and line[:1] in (b" ", b"\t")
        if is_folded or line[: len(_RECEIVED)].lower() == _RECEIVED:
            self._line, self._is_skipping, self._had_received = b"", True, True
            return line
        if _RECEIVED.startswith(line.lower()):
            self._line = line
            return b""
        self._line, self._is_past_trace = b"", True
        return line
