"""From a file of any kind to pages: chooses the decoder, or names why there is none. Runs in the child."""

from __future__ import annotations

from pathlib import Path

from bridge.decoders import sniff
from bridge.decoders.job import JsonResult, Scratch
from bridge.domain.errors import DecodeError, UnsupportedError


def decode(path: Path, media_type: str, scratch: Scratch) -> JsonResult:
    """Decode `path`, of the kind found by content, into pages in `scratch`.

    Returns `{"pages": […], "is_truncated": bool}` with at least one page. Raises UnsupportedError for what is
    recognisably something else, DecodeError for nothing or noise.
    """
    if media_type not in sniff.DECODABLE:
        raise _why_not(sniff.recognise(sniff.head_of(path)))
    if media_type == sniff.TIFF:
        from bridge.decoders import tiff  # noqa: PLC0415 - each kind loads only its own library

        is_truncated = tiff.decode(path, scratch)
    elif media_type == sniff.PDF:
        from bridge.decoders import pdf  # noqa: PLC0415

        is_truncated = pdf.decode(path, scratch)
    else:
        from bridge.decoders import image  # noqa: PLC0415

        is_truncated = image.decode(path, scratch)
    if not scratch.pages:
        raise DecodeError("no page could be decoded")
    return {"pages": scratch.pages, "is_truncated": is_truncated}


def _why_not(kind: str) -> DecodeError:
    """Return the error for a kind that no decoder opens."""
    if kind == sniff.EMPTY:
        return DecodeError("the file is empty")
    if kind == sniff.UNKNOWN:
        return DecodeError("no known kind of file")
    return UnsupportedError(kind)
