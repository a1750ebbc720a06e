"""Finds the end of SMTP DATA and undoes dot-stuffing (RFC 5321 sections 4.1.1.4 and 4.5.2), over any chunk borders.

Only the five bytes CR LF `.` CR LF end the data (or `.` CR LF as its very first bytes). A bare LF or CR never counts as
a line end, because hosts that disagree about it let one mail smuggle another (CVE-2023-51764 and its siblings).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CRLF: Final = b"\r\n"
_DOTTED: Final = b"\r\n."
TERMINATOR_BYTES: Final = 3  # `.` CR LF: the CR LF before it belongs to the data


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one chunk yields: unstuffed `content`, and once the data has ended the bytes after it, else None."""

    content: bytes
    rest: bytes | None


class DotScanner:
    """Feed it what comes after 354, in chunks of any size, until `rest` is not None."""

    def __init__(self) -> None:
        # The data's first line starts as if a CR LF came before it; these two bytes are not given out.
        self._undecided = _CRLF
        self._virtual = len(_CRLF)

    @property
    def pending(self) -> int:
        """How many of the bytes that came may turn out to belong to the terminator."""
        return max(0, len(self._undecided) - len(_CRLF))

    def scan(self, chunk: bytes) -> Scanned:
        """Take the next chunk."""
        buffer = self._undecided + chunk
        pieces: list[bytes] = []
        start = 0
        while (found := buffer.find(_DOTTED, start)) >= 0:
            line, following = found + len(_CRLF), buffer[found + 3 : found + 5]
            if following == _CRLF:
                pieces.append(buffer[start:line])
                return Scanned(self._without_virtual(pieces), buffer[found + 5 :])
            if found + 3 + len(following) == len(buffer) and _CRLF.startswith(following):
                return self._keep(pieces, buffer, start, found)
            pieces.append(buffer[start:line])
            start = line + 1
        open_end = 2 if buffer.endswith(_CRLF) else int(buffer.endswith(b"\r"))
        return self._keep(pieces, buffer, start, max(start, len(buffer) - open_end))

    def _keep(self, pieces: list[bytes], buffer: bytes, start: int, end: int) -> Scanned:
        """Give out what is sure, up to `end`, and keep what could be the begin of a dotted line."""
        pieces.append(buffer[start:end])
        self._undecided = buffer[end:]
        return Scanned(self._without_virtual(pieces), None)

    def _without_virtual(self, pieces: list[bytes]) -> bytes:
        content = b"".join(pieces)
        dropped = min(self._virtual, len(content))
        self._virtual -= dropped
        return content[dropped:]
