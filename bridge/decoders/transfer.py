"""Content-Transfer-Encodings (RFC 2045) undone as far as they go: base64 with junk in it, uuencode, wrong labels."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bridge.decoders import sniff
from bridge.decoders.job import Scratch

_CHUNK: Final = 1 << 20
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_JUNK: Final = bytes(byte for byte in range(256) if byte not in _ALPHABET + b"=")
_ONLY_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]{64,}\Z")
UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)
_UU_END: Final = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_UU_NAMES: Final = frozenset({"x-uuencode", "x-uue", "uuencode", "uue"})


def write(chunks: Iterator[bytes], path: Path, scratch: Scratch) -> bytes:
    """Write `chunks` to `path`, return its first bytes. Raises TooLargeError where scratch is full, OSError where the disk is."""
    head = b""
    with path.open("wb") as file:
        for chunk in chunks:
            scratch.account(len(chunk))
            file.write(chunk)
            if len(head) < sniff.HEAD_BYTES:
                head += chunk[: sniff.HEAD_BYTES - len(head)]
    return head


def decode(raw: bytes, label: str) -> Iterator[bytes]:
    """Yield the content of a part's body. `label` is its Content-Transfer-Encoding, believed unless the bytes say no."""
    words = label.lower().strip(" \t\r\n\"';").split()
    encoding = words[0] if words else ""
    if encoding.startswith(("base64", "base-64")):
        if sniff.recognise(raw[:1024].lstrip(b"\r\n")) in sniff.DECODABLE:  # labelled, but never encoded
            return _slices(raw.lstrip(b"\r\n"))
        return from_base64(raw)
    if encoding == "quoted-printable":
        return _from_quoted_printable(raw)
    if encoding in _UU_NAMES and UU_BEGIN.search(raw):
        return from_uuencode(raw, UU_BEGIN.search(raw))
    if _is_unlabelled_base64(raw):
        return from_base64(raw)
    return _slices(raw)


def from_base64(raw: bytes) -> Iterator[bytes]:
    """Yield what base64 `raw` holds: foreign characters are skipped, every padding begins anew, a lone rest is dropped."""
    carry = b""
    for piece in _slices(raw):
        segments = piece.translate(None, _JUNK).split(b"=")
        for index, segment in enumerate(segments):
            pending = carry + segment
            whole = len(pending) - len(pending) % 4
            carry = pending[whole:]
            yield base64.b64decode(pending[:whole])
            if index < len(segments) - 1:  # padding: what is carried ends here
                yield _rest(carry)
                carry = b""
    yield _rest(carry)


def _rest(carry: bytes) -> bytes:
    return base64.b64decode(carry + b"=" * (4 - len(carry))) if len(carry) > 1 else b""


def from_uuencode(raw: bytes, begin: re.Match[bytes] | None) -> Iterator[bytes]:
    """Yield the content of the uuencoded block that begins at `begin`; broken lines yield what they hold."""
    if begin is None:
        return
    for line in raw[begin.end() : _end_of_block(raw, begin)].splitlines():
        if not line or line[:1] in b"` ":
            continue
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # as many characters as the first one promises
            try:
                yield binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue


def blocks_of_uuencode(raw: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield name and content of each uuencoded block within a text."""
    position = 0
    while begin := UU_BEGIN.search(raw, position):
        yield begin.group(1).decode("utf-8", "replace"), from_uuencode(raw, begin)
        position = _end_of_block(raw, begin)


def _end_of_block(raw: bytes, begin: re.Match[bytes]) -> int:
    end = _UU_END.search(raw, begin.end())
    return end.start() if end else len(raw)


def _from_quoted_printable(raw: bytes) -> Iterator[bytes]:
    """Yield line by line in large pieces: an escape never spans more than a line's end."""
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start + _CHUNK)
        end = len(raw) if end < 0 else end + 1
        yield binascii.a2b_qp(raw[start:end])
        start = end


def _is_unlabelled_base64(raw: bytes) -> bool:
    """Tell whether a body without a label is a fax in base64 all the same."""
    head = raw[:4096].strip()
    if not _ONLY_BASE64.match(head):
        return False
    start = base64.b64decode(head.translate(None, _JUNK + b"=")[:1024])
    return sniff.recognise(start) in sniff.DECODABLE


def _slices(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), _CHUNK):
        yield raw[start : start + _CHUNK]
