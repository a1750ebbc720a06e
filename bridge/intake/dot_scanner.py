"""Finds the end of SMTP DATA and undoes dot-stuffing (RFC 5321 sections 4.1.1.4 and 4.5.2), over any chunk borders.

Only the five bytes CR LF `.` CR LF end the data (or `.` CR LF as its very first bytes). A bare LF or CR never counts as
a line end, because hosts that disagree about it let one mail smuggle another (CVE-2023-51764 and its siblings).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CRLF: Final = b"\r\n"
_DOTTED: Final = b"\r\n."
_END: Final = b"\r\n.\r\n"
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
        end = buffer.find(_END)
        if end >= 0:
            return Scanned(self._unstuff(buffer[: end + len(_CRLF)]), buffer[end + len(_END) :])
        # What may be the begin of the end waits; it starts with CR, so that no dotted line is cut apart.
        undecided = next((length for length in range(len(_END) - 1, 0, -1) if buffer.endswith(_END[:length])), 0)
        sure = len(buffer) - undecided
        self._undecided = buffer[sure:]
        return Scanned(self._unstuff(buffer[:sure]), None)

    def _unstuff(self, lines: bytes) -> bytes:
        content = lines.replace(_DOTTED, _CRLF)
        dropped = min(self._virtual, len(content))
        self._virtual -= dropped
        return content[dropped:]
