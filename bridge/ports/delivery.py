"""The way to an agency: what is handed over, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bridge.domain.model import Record


@dataclass(frozen=True, slots=True)
class Message:
    """What one delivery hands over: a version of a record, or (`is_withdrawal`) the word that it no longer holds.

    A withdrawal's `record.body` holds id, type, schema `withdrawal/1`, version, replaces, fax, and `withdrawn` with at, reason and text.
    """

    record: Record
    is_withdrawal: bool = False


class Verdict(StrEnum):
    """What an attempt means for its delivery."""

    TAKEN = "taken"
    AGAIN = "again"  # worth another try
    REFUSED = "refused"  # will not change by itself: a dead letter
    GONE = "gone"  # a dead letter, and nothing more is sent to this target until a person says so


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What came of one attempt: `status` None where no answer came, then `error` says why (English, short).

    `retry_after` as the receiver asked; `receiver_id` its own id for the record; `sent_sha256` of the body's bytes; `answer` the
    answer's body, of limited size and, where it is kept as text, without what was sent. `reason` is a German sentence for a
    person, where the protocol knows more than the status tells.
    """

    verdict: Verdict
    status: int | None
    error: str | None
    seconds: float
    sent_sha256: str
    retry_after: timedelta | None = None
    receiver_id: str | None = None
    answer: bytes = b""
    answer_type: str = ""
    reason: str | None = None


class RecordSender(Protocol):
    """One protocol to one target."""

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        """Try each message once, in any order and several at a time; return their outcomes in the order given.

        None is begun after `seconds`: those have no outcome. Never raises for what the receiver or network does; that is the outcome.
        """
        ...


@dataclass(frozen=True, slots=True)
class Paper:
    """What a fax looks like: a file's bytes and their media type."""

    content: bytes
    media_type: str


class Papers(Protocol):
    """Gives the faxes themselves to targets that want them."""

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        """Return these pages of a fax as PDF/A with our words behind the picture; raises NotFoundError."""
        ...

    def original(self, fax_id: str) -> Paper:
        """Return a fax as it came, all of it; raises NotFoundError."""
        ...
