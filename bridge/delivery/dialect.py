"""What a protocol over HTTP says and understands, without a network: requests to build, answers to judge."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol
from urllib.parse import urlsplit

from bridge.domain.errors import RefusedError
from bridge.domain.retry import is_gone, is_retryable, is_taken
from bridge.ports.delivery import Message, Verdict

ANSWER_BYTES: Final = 64 * 1024  # of a protocol that looks for an id only
JSON: Final = "application/json"
_ID: Final = re.compile(r"[A-Za-z0-9._:/@-]{1,200}")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; what proves who we are is added when it is sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: names of `headers` in lower case; `body` cut off where it was too long, too slow or broke (`is_whole` False)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer means: the parts of a `SendOutcome` that the protocol decides.

    `error` None stands for the status alone ("HTTP 422"). `answer` and `answer_type` replace the body where the protocol has a
    receipt of its own: kept as it is, so it must hold nothing of the fax that need not be kept.
    """

    verdict: Verdict
    error: str | None = None
    receiver_id: str | None = None
    reason: str | None = None
    answer: bytes | None = None
    answer_type: str = ""


class UnsendableError(RefusedError):
    """A message that this protocol cannot express, however often it is tried.

    `str()` is English, `reason` says in German what to do instead; neither holds a value of the fax.
    """


class Dialect(Protocol):
    """One protocol over HTTP, as pure functions of message and answer."""

    @property
    def answer_bytes(self) -> int:
        """How much of an answer may be needed, in bytes."""
        ...

    def request(self, message: Message) -> Request:
        """Return what hands `message` over: the same content for every attempt. Raises UnsendableError."""
        ...

    def judge(self, answer: Answer) -> Judgement:
        """Return what `answer` means. Never raises for what the receiver says."""
        ...


def verdict_of(status: int | None) -> Verdict:
    """Return what a status means where the protocol says no more (None: no answer came). Redirects are not followed."""
    if is_retryable(status):
        return Verdict.AGAIN
    if is_taken(status):
        return Verdict.TAKEN
    return Verdict.GONE if is_gone(status) else Verdict.REFUSED


def judge_by_status(answer: Answer) -> Judgement:
    """Return the plain judgement: by the status, with the receiver's id from the body's `id` or the Location header (RFC 9110 10.2.2)."""
    verdict = verdict_of(answer.status)
    if verdict is not Verdict.TAKEN:
        return Judgement(verdict)
    return Judgement(verdict, receiver_id=id_in(answer.body) or id_of(answer.headers.get("location")))


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return the wait a Retry-After header asks for: seconds or an HTTP date (RFC 9110 10.2.3), None where it is neither."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:10]), 10**8))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(timedelta(0), moment - now)


def id_in(body: bytes) -> str | None:
    """Return the `id` of a JSON object, where it is a short string or an integer."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = answer.get("id") if isinstance(answer, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return _as_id(str(found))


def id_of(location: str | None) -> str | None:
    """Return the last segment of a Location header's path."""
    if location is None:
        return None
    try:
        path = urlsplit(location).path
    except ValueError:
        return None
    return _as_id(path.rstrip("/").rpartition("/")[2])


def _as_id(text: str) -> str | None:
    """Return what looks like an id: anything else could be words of the fax."""
    return text if _ID.fullmatch(text) else None
