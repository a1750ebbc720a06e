"""Foreign bytes are opened in short-lived child processes; their death is an outcome, not an accident."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from bridge.decoders import sniff as kinds
from bridge.decoders.job import DECODE, UNPACK_MAIL, Job
from bridge.decoders.limits import DecoderLimits
from bridge.domain.errors import (
    DecodeError,
    DecoderCrashError,
    EncryptedError,
    NoContentError,
    StorageError,
    TooLargeError,
    UnsupportedError,
)
from bridge.domain.image import PageImage
from bridge.domain.media_types import MAIL
from bridge.ports import Attachment, DecodedFax, DecodedPage, MailContent

__all__ = ["DecoderLimits", "SandboxedDecoder"]

# A mail's headers and text are the largest answer; both are bounded by the child far below this.
_MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
_POLL_SECONDS: Final = 0.5
_ERRORS: Final[Mapping[str, type[Exception]]] = {
    error.__name__: error
    for error in (DecodeError, EncryptedError, UnsupportedError, TooLargeError, DecoderCrashError, NoContentError, StorageError)
}


class SandboxedDecoder:
    """`ports.Decoder` by one child process a call, limited in memory, time, output and processes it leaves behind.

    Safe to use from several threads. Raises StorageError where the scratch folder refuses a write or no process can
    be started, which is no fault of the file.
    """

    def __init__(self, limits: DecoderLimits | None = None) -> None:
        """Take the `limits` of every call."""
        self._limits = limits or DecoderLimits()

    def sniff(self, path: Path) -> str:
        """See `ports.Decoder.sniff`."""
        return kinds.sniff(path)

    def unpack_mail(self, path: Path, scratch: Path) -> MailContent:
        """See `ports.Decoder.unpack_mail`. Repeated headers keep their order; those of forwarded mails follow."""
        result = self._call(UNPACK_MAIL, path, MAIL, scratch)
        try:
            return MailContent(
                headers={str(name): tuple(values) for name, values in result["headers"].items()},
                text=result["text"],
                attachments=tuple(_attachment(scratch, entry) for entry in result["attachments"]),
                problems=tuple(result["problems"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise DecoderCrashError(f"senseless answer: {type(error).__name__}") from None

    def decode(self, path: Path, media_type: str, scratch: Path) -> DecodedFax:
        """See `ports.Decoder.decode`."""
        result = self._call(DECODE, path, media_type, scratch)
        try:
            pages = tuple(_page(scratch, entry) for entry in result["pages"])
            is_truncated = bool(result["is_truncated"])
        except (KeyError, TypeError, ValueError) as error:
            raise DecoderCrashError(f"senseless answer: {type(error).__name__}") from None
        if not pages:
            raise DecodeError("no page could be decoded")
        return DecodedFax(pages, is_truncated)

    def load(self, path: Path, x_dpi: float, y_dpi: float) -> PageImage:
        """See `ports.Decoder.load`. Raises TooLargeError where the limit has been lowered since it was decoded."""
        try:
            with Image.open(path, formats=["PNG"]) as image:
                if image.mode not in {"1", "L"}:
                    raise DecodeError("not a decoded page")
                if image.width * image.height > self._limits.max_pixels_per_page:
                    raise TooLargeError(f"page of {image.width} x {image.height} pixels")
                is_bilevel = image.mode == "1"
                pixels = np.array(image.convert("L"), dtype=np.uint8)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise DecodeError(f"cannot load the decoded page: {type(error).__name__}") from None
        return PageImage(pixels, x_dpi, y_dpi, is_bilevel)

    def _call(self, task: str, path: Path, media_type: str, scratch: Path) -> dict[str, Any]:
        """Run one child and return its result; raises what it named, or DecoderCrashError where it gave no answer."""
        job = Job(task, path.resolve(), media_type, scratch.resolve(), self._limits, os.getpid())
        answer = _run(job)
        if "error" in answer:
            raise _ERRORS.get(str(answer["error"]), DecoderCrashError)(str(answer.get("detail", ""))[:500])
        result = answer.get("result")
        if not isinstance(result, dict):
            raise DecoderCrashError("the child answered nothing")
        return result


def _run(job: Job) -> dict[str, Any]:
    """Start the child, collect its answers until it closes its pipe, and leave no process behind."""
    command = [sys.executable, "-I", "-m", "bridge.decoders.child", json.dumps(job.to_json())]
    # Our environment, which may hold secrets, is not passed on (and not to be had from /proc: see bridge/privacy.py); files of
    # the same user stay in reach. No temporary file outlives the scratch folder.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TMPDIR": str(job.scratch)}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=job.scratch,
            start_new_session=True,
        )
    except OSError as error:
        raise StorageError(f"no decoder could be started: {error.strerror}") from None
    try:
        return _Conversation(process, job).last_answer()
    finally:
        # While the leader is not yet waited for, its group's number cannot belong to anybody else.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


class _Conversation:
    """What the child says, read with a deadline, a bound on its length, and an eye on the files it writes."""

    def __init__(self, process: subprocess.Popen[bytes], job: Job) -> None:
        self._process, self._job = process, job
        self._started = time.monotonic()
        self._deadline = self._started + job.limits.seconds
        self._received = bytearray()

    def last_answer(self) -> dict[str, Any]:
        """Return the last complete line as an object; raises DecoderCrashError, TooLargeError."""
        stream = self._process.stdout
        if stream is None:
            raise DecoderCrashError("no pipe to the child")
        answer: dict[str, Any] = {}
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while True:
                self._check()
                if not selector.select(min(_POLL_SECONDS, max(0.0, self._deadline - time.monotonic()))):
                    continue
                chunk = os.read(stream.fileno(), 65_536)
                if not chunk:
                    return answer
                for line in self._lines(chunk):
                    answer = self._understand(line)

    def _check(self) -> None:
        if time.monotonic() >= self._deadline:
            raise DecoderCrashError(f"no answer within {self._deadline - self._started:.0f} s")
        written = 0
        for entry in os.scandir(self._job.scratch):
            with suppress(FileNotFoundError):  # a part of a mail that turned out to be a mail is deleted again
                written += entry.stat(follow_symlinks=False).st_size
        if written > 2 * self._job.limits.output_bytes:  # the child itself stops at once the limit
            raise TooLargeError("the child wrote more than it may")

    def _lines(self, chunk: bytes) -> list[bytes]:
        self._received += chunk
        if len(self._received) > _MAX_ANSWER_BYTES:
            raise DecoderCrashError("the child's answer is too long")
        if b"\n" not in chunk:
            return []
        *lines, rest = bytes(self._received).split(b"\n")
        self._received = bytearray(rest)
        return lines

    def _understand(self, line: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(line)
        except ValueError:
            raise DecoderCrashError("the child's answer is no JSON") from None
        if not isinstance(answer, dict):
            raise DecoderCrashError("the child's answer is no object")
        pages = answer.get("pages")
        if isinstance(pages, int):
            self._deadline = self._started + self._job.limits.seconds_for(pages)
        return answer


def _attachment(scratch: Path, entry: Mapping[str, Any]) -> Attachment:
    """Return one attachment; what the blob store will call it by is computed here, where no foreign byte can lie about it."""
    path = _own_file(scratch, entry["file"])
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Attachment(path, sha256, path.stat().st_size, str(entry["media_type"]), entry["name"])


def _page(scratch: Path, entry: Mapping[str, Any]) -> DecodedPage:
    path = _own_file(scratch, entry["file"])
    return DecodedPage(path, float(entry["x_dpi"]), float(entry["y_dpi"]), int(entry["width"]), int(entry["height"]))


def _own_file(scratch: Path, name: str) -> Path:
    """Return the named file in `scratch`; a child that names anything else has been taken over."""
    path = scratch / name
    if Path(name).name != name or path.is_symlink() or not path.is_file():
        raise DecoderCrashError("the child names a file it did not write")
    return path
