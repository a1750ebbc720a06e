"""The `folder` protocol, for old import jobs: files that are whole from the moment they can be seen."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bridge.domain.errors import DecodeError, NotFoundError
from bridge.domain.ids import new_id
from bridge.domain.model import Record
from bridge.domain.targets import Target
from bridge.ports.delivery import Message, Papers, SendOutcome, Verdict

_PART: Final = ".part"
_ABANDONED_SECONDS: Final = 24 * 60 * 60
_MODE: Final = 0o640  # the import job is another user, of the folder's group
_NO_PAPER: Final = "Das Bild des Faxes ist nicht zu haben, das in den Ordner des Empfängers „{target}“ gehört. Bitte das Fax ansehen."


class FolderSender:
    """Implements `ports.RecordSender`: each record is `ID_vVERSION.json` beside `ID_vVERSION.pdf`, the PDF first.

    So a job that waits for *.json finds both. A withdrawal is `ID_vVERSION.withdrawn.json`. What is tried again is written over
    with the same bytes, or again where the job has taken it meanwhile: it must know a record by its id and version. The folder is
    never made: it may be a share that is not there just now.
    """

    def __init__(self, target: Target, papers: Papers) -> None:
        """Take the target and what gives PDFs. Nothing is opened yet."""
        if target.folder is None:
            raise ValueError("a target of kind folder has a folder")
        self._name, self._folder, self._papers = target.name, target.folder, papers

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        """Write each message once; nothing the disk does raises."""
        until = time.monotonic() + seconds
        self._tidy()
        return [None if time.monotonic() > until else self._try(message) for message in messages]

    def _try(self, message: Message) -> SendOutcome:
        began, sent = time.monotonic(), hashlib.sha256(message.record.content).hexdigest()

        def again(problem: str, error: OSError) -> SendOutcome:
            cause = errno.errorcode.get(error.errno or 0, type(error).__name__)
            return SendOutcome(Verdict.AGAIN, None, f"{problem} ({cause})", time.monotonic() - began, sent)

        try:
            files = self._files(message)
        except (NotFoundError, DecodeError) as error:
            reason = _NO_PAPER.format(target=self._name)
            return SendOutcome(Verdict.REFUSED, None, f"cannot be sent: no picture ({type(error).__name__})", 0.0, sent, reason=reason)
        except OSError as error:
            return again("picture cannot be read", error)
        try:
            for name, content in files.items():
                self._write(name, content)
        except OSError as error:
            return again("folder cannot be written", error)
        return SendOutcome(Verdict.TAKEN, None, None, time.monotonic() - began, sent, receiver_id=_stem(message.record))

    def _files(self, message: Message) -> dict[str, bytes]:
        """Return what is to be written, by name, in this order."""
        record, stem = message.record, _stem(message.record)
        if message.is_withdrawal:
            return {f"{stem}.withdrawn.json": record.content}
        return {f"{stem}.pdf": self._papers.searchable(record.fax_id, record.pages).content, f"{stem}.json": record.content}

    def _tidy(self) -> None:
        """Remove what a process that was killed has left half written."""
        for left in self._folder.glob(f".*{_PART}"):
            try:
                if time.time() - left.lstat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()
            except OSError:
                continue  # somebody else has, or it is not ours to take

    def _write(self, name: str, content: bytes) -> None:
        """Write a file that appears whole, and stays after a power cut."""
        hidden = self._folder / f".{name}.{new_id()}{_PART}"
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), _MODE)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            hidden.replace(self._folder / name)
        except OSError:
            hidden.unlink(missing_ok=True)
            raise
        _sync(self._folder)


def _stem(record: Record) -> str:
    return f"{record.document_id}_v{record.version}"


def _sync(folder: Path) -> None:
    """Make names last. A share that cannot (EINVAL, fsync(2)) never will: the record would be written again until it is too old."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)
