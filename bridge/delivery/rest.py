"""The `rest` protocol: one record version is one HTTP POST of its JSON, made safe to repeat by its Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from bridge.domain.forms import Target
from bridge.domain.model import JsonObject, Record
from bridge.ports import SendOutcome

MAX_ANSWER_BYTES: Final = 64 * 1024
_MAX_ID_LENGTH: Final = 200


def record_bytes(body: JsonObject) -> bytes:
    """Return the record as UTF-8 JSON, the same bytes for every attempt whatever order the database gives the keys in."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


class RestSender:
    """Implements `ports.RecordSender` for one target; safe to use from several threads."""

    def __init__(self, target: Target, client: httpx.Client | None = None) -> None:
        """Take the `target` and, for tests, a client. Proxies and .netrc of the environment are not used.

        A .netrc entry would replace the target's token, and a proxy would see the records.
        """
        self._target = target
        self._client = client or httpx.Client(trust_env=False, follow_redirects=False)
        timeout = httpx.Timeout(target.read_timeout, connect=target.connect_timeout)
        self._timeout = timeout

    def send(self, record: Record) -> SendOutcome:
        """Post `record` once. The outcome says what came of it; nothing the receiver or network does raises."""
        content = record_bytes(record.body)
        sent = hashlib.sha256(content).hexdigest()
        began = time.monotonic()
        try:
            answer = self._post(content, record.idempotency_key, began)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return SendOutcome(None, _cause(error), time.monotonic() - began, sent)
        return SendOutcome(
            answer.status,
            None if 200 <= answer.status < 300 else f"HTTP {answer.status}",
            time.monotonic() - began,
            sent,
            answer.retry_after,
            answer.receiver_id,
        )

    def _post(self, content: bytes, idempotency_key: str, began: float) -> _Answer:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # a packed answer could unpack to anything
            "Idempotency-Key": idempotency_key,
        }
        if self._target.token:
            headers["Authorization"] = f"Bearer {self._target.token}"
        request = self._client.build_request("POST", self._target.url, content=content, headers=headers, timeout=self._timeout)
        response = self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = self._read(response, began + self._target.connect_timeout + self._target.read_timeout)
        finally:
            response.close()
        return _Answer(
            response.status_code,
            parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
            _id_in(body) or _id_of(response.headers.get("Location")),
        )

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        """Return the answer's body, empty where it is too long, too slow or breaks off: the status alone decides."""
        body = bytearray()
        try:
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES or time.monotonic() > deadline:
                    return b""
        except httpx.HTTPError:
            return b""
        return bytes(body)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    retry_after: timedelta | None
    receiver_id: str | None


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


def _id_in(body: bytes) -> str | None:
    """Return the `id` of a JSON object, where it is a short string or an integer."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = answer.get("id") if isinstance(answer, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return str(found)[:_MAX_ID_LENGTH] or None


def _id_of(location: str | None) -> str | None:
    """Return the last segment of a Location header's path."""
    if location is None:
        return None
    try:
        path = urlsplit(location).path
    except ValueError:
        return None
    return path.rstrip("/").rpartition("/")[2][:_MAX_ID_LENGTH] or None


def _cause(error: Exception) -> str:
    """Return a short English cause; the error's own message is left out, for it may quote what was sent."""
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        return "connection refused or impossible"
    return f"connection broke ({type(error).__name__})"
