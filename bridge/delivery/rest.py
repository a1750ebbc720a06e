"""The `rest` protocol: one record version is one HTTP POST of its JSON, made safe to repeat by its Idempotency-Key."""

from __future__ import annotations

import asyncio
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
    """Implements `ports.RecordSender` for one target; safe to use from several threads.

    Time limits of a socket begin anew with every byte, so a receiver that answers a byte a minute would hold the worker
    for ever. Only an event loop can end such an attempt from outside: each attempt has a short one of its own.
    """

    def __init__(self, target: Target, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Take the `target` and, for tests, a transport. Proxies and .netrc of the environment are not used.

        A .netrc entry would replace the target's token, and a proxy would see the records.
        """
        self._target, self._transport = target, transport
        self._tls = httpx.create_ssl_context()  # SSL_CERT_FILE is the one thing of the environment that counts
        self._timeout = httpx.Timeout(target.read_timeout, connect=target.connect_timeout)

    def send(self, record: Record) -> SendOutcome:
        """Post `record` once. The outcome says what came of it; nothing the receiver or network does raises."""
        content = record_bytes(record.body)
        sent = hashlib.sha256(content).hexdigest()
        began = time.monotonic()
        try:
            answer = asyncio.run(self._post(content, record.idempotency_key))
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

    async def _post(self, content: bytes, idempotency_key: str) -> _Answer:
        deadline = asyncio.get_running_loop().time() + self._target.total_timeout
        async with self._client() as client:
            async with asyncio.timeout_at(deadline):
                response = await client.send(self._request(client, content, idempotency_key), stream=True)
            body = await self._read(response, deadline)
        return _Answer(
            response.status_code,
            parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
            _id_in(body) or _id_of(response.headers.get("Location")),
        )

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            trust_env=False, follow_redirects=False, verify=self._tls, transport=self._transport, timeout=self._timeout
        )

    def _request(self, client: httpx.AsyncClient, content: bytes, idempotency_key: str) -> httpx.Request:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # a packed answer could unpack to anything
            "Idempotency-Key": idempotency_key,
        }
        if self._target.token:
            headers["Authorization"] = f"Bearer {self._target.token}"
        return client.build_request("POST", self._target.url, content=content, headers=headers)

    async def _read(self, response: httpx.Response, deadline: float) -> bytes:
        """Return the answer's body, empty where it is too long, too slow or breaks off: the status alone decides."""
        body = bytearray()
        try:
            async with asyncio.timeout_at(deadline):
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MAX_ANSWER_BYTES:
                        return b""
        except (httpx.HTTPError, TimeoutError):
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
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        return "connection refused or impossible"
    return f"connection broke ({type(error).__name__})"
