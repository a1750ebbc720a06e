"""Kinds of foreign bytes, told by their first bytes and never by a name. Only compares; opens nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bridge.domain.media_types import MAIL

HEAD_BYTES: Final = 16_384

TIFF: Final = "image/tiff"
PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
POSTSCRIPT: Final = "application/postscript"
TNEF: Final = "application/ms-tnef"
HTML: Final = "text/html"
TEXT: Final = "text/plain"
EMPTY: Final = "application/x-empty"
UNKNOWN: Final = "application/octet-stream"

DECODABLE: Final = frozenset({TIFF, PDF, PNG, JPEG})
_PORT_KINDS: Final = DECODABLE | {MAIL, POSTSCRIPT}

# Magic numbers at offset 0, longest first where one contains another. BigTIFF is TIFF too.
_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"%!", POSTSCRIPT),
    (b"\x04%!", POSTSCRIPT),  # the control-D some printer drivers begin with
    (b"\xc5\xd0\xd3\xc6", POSTSCRIPT),  # EPS with a preview
    (b"\x1b%-12345X", "application/vnd.hp-pjl"),
    (b"\x1bE", "application/vnd.hp-pcl"),
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),  # office documents as well
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x00\x05\x16\x07", "application/applefile"),
    (b"\x00\x05\x16\x00", "application/applefile"),
    (b"\x76\x2f\x31\x01", "image/x-exr"),
    (b"\x97JB2\r\n\x1a\n", "image/x-jbig2"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"\x7fELF", "application/x-executable"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

_HEADER_LINE: Final = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
# One of these begins a line of the header block of anything that is a mail; a text with colons has none.
_MAIL_HEADER: Final = re.compile(
    rb"^(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding|"
    rb"From|To|Subject|Date|Sender|Reply-To|X-[A-Za-z][A-Za-z0-9-]*)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HTML: Final = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b\b")


def head_of(path: Path) -> bytes:
    """Return the first bytes of the file, as many as `recognise` looks at."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def sniff(path: Path) -> str:
    """Return the media type in the vocabulary of `ports.Decoder.sniff`; all other kinds are application/octet-stream."""
    kind = recognise(head_of(path))
    return kind if kind in _PORT_KINDS else UNKNOWN


def recognise(head: bytes) -> str:
    """Return the media type of the bytes that begin with `head`, as exactly as it can be told."""
    if not head:
        return EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if head[4:8] == b"ftyp":
        return "image/heif" if head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif"} else "video/mp4"
    if head[:2] in {b"\x30\x80", b"\x30\x82", b"\x30\x83", b"\x30\x84"}:
        return "application/pkcs7-mime"  # a DER sequence: signed or encrypted mail content
    return _by_text(head)


def _by_text(head: bytes) -> str:
    """Tell mail, PDF behind leading junk, HTML and text apart."""
    stripped = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _is_mail(stripped):
        return MAIL
    # ISO 32000-1, annex H: readers accept the header anywhere in the first 1,024 bytes.
    if b"%PDF-" in head[:1024]:
        return PDF
    if stripped.startswith(b"%!PS"):
        return POSTSCRIPT
    if _HTML.match(stripped):
        return HTML
    return TEXT if stripped and not any(byte in _CONTROLS for byte in head) else UNKNOWN


def _is_mail(stripped: bytes) -> bool:
    """Tell whether a header block stands at the beginning: one header line first, and one a mail must have within."""
    lines = stripped.split(b"\n", 1)
    if lines[0].startswith((b"From ", b">From ")) and len(lines) == 2:  # mbox
        stripped = lines[1]
    if not _HEADER_LINE.match(stripped):
        return False
    block = re.split(rb"\r?\n\r?\n|\r\r", stripped, maxsplit=1)[0]
    return bool(_MAIL_HEADER.search(block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")))
