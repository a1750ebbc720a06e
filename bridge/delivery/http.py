"""Sending over HTTP, whatever the protocol: connections kept open, several requests at once, limits, credentials, signatures."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx
from standardwebhooks import Webhook

from bridge.delivery.auth import Login, NoTokenError, tls_context
from bridge.delivery.dialect import Answer, Dialect, Judgement, Request, UnsendableError, parse_retry_after
from bridge.delivery.redact import redact, redacted_answer, sent_values
from bridge.domain.targets import PaperKind, Target
from bridge.ports.delivery import Message, SendOutcome, Verdict

_log = logging.getLogger(__name__)

Watch = Callable[[Request, Answer], None]

_CAUSES: Final[Mapping[type[Exception], str]] = {
    ssl.SSLCertVerificationError: "the target's certificate is not trusted",
    ssl.SSLError: "TLS refused",
    socket.gaierror: "the target's name is not known",
}
_KEPT_BYTES: Final = 64 * 1024
_TROUBLE: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, NoTokenError)  # TimeoutError is an OSError


class HttpSender:
    """Implements `ports.RecordSender` for one target; safe to use from several threads, one of which sends at a time.

    Time limits of a socket begin anew with every byte, so a receiver that answers a byte a minute would hold the worker
    for ever. Only an event loop can end such an attempt from outside.
    """

    def __init__(
        self, target: Target, dialect: Dialect, transport: httpx.AsyncBaseTransport | None = None, *, watch: Watch | None = None
    ) -> None:
        """Take the target, its protocol, for tests a transport, and who is shown every exchange. Raises OSError for a wrong certificate.

        Proxies and .netrc of the environment are not used: a .netrc entry would replace the target's token, and a proxy would
        see the records.
        """
        self._target, self._dialect, self._watch = target, dialect, watch
        self._login, self._signers = Login(target.auth), [Webhook(secret) for secret in target.secrets]
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            verify=tls_context(target.tls),
            transport=transport,
            timeout=httpx.Timeout(target.times.read, connect=target.times.connect),
            limits=httpx.Limits(max_connections=target.pace.concurrency),
            headers={"Accept-Encoding": "identity"},  # a packed answer could unpack to anything
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # a session of the receiver's would be a second credential
        )
        self._runner, self._one_at_a_time = asyncio.Runner(), threading.Lock()
        self._next_begin = 0.0  # monotonic

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        """Try each message once, as many at a time and a minute as the target wants; nothing it or the network does raises."""
        with self._one_at_a_time:
            return self._runner.run(self._send(messages, time.monotonic() + seconds))

    def close(self) -> None:
        """Close what is open to the target."""
        with self._one_at_a_time:
            self._runner.run(self._client.aclose())
            self._runner.close()

    async def _send(self, messages: Sequence[Message], until: float) -> Sequence[SendOutcome | None]:
        slots = asyncio.Semaphore(self._target.pace.concurrency)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._in_turn(message, slots, until)) for message in messages]
        return [task.result() for task in tasks]

    async def _in_turn(self, message: Message, slots: asyncio.Semaphore, until: float) -> SendOutcome | None:
        async with slots:
            now = time.monotonic()
            begin = max(now, self._next_begin)
            if begin > until:
                return None
            self._next_begin = begin + self._target.pace.spacing
            if begin > now:
                await asyncio.sleep(begin - now)
            return await self._try(message)

    async def _try(self, message: Message) -> SendOutcome:
        """Try a message; what nobody foresaw is an outcome too, or it would take those with it that are under way."""
        began = time.monotonic()
        try:
            return await self._try_within(message, asyncio.get_running_loop().time() + self._target.times.total)
        except UnsendableError as error:
            return SendOutcome(Verdict.REFUSED, None, f"cannot be sent: {error}", 0.0, "", reason=error.reason)
        except Exception as error:  # noqa: BLE001 - a request's outer edge
            _log.error("target %s: sending failed with %s", self._target.name, type(error).__name__)
            return SendOutcome(Verdict.AGAIN, None, f"program error ({type(error).__name__})", time.monotonic() - began, "")

    async def _try_within(self, message: Message, deadline: float) -> SendOutcome:
        began = time.monotonic()
        try:
            async with asyncio.timeout_at(deadline):
                request = await self._composed(message)
        except TimeoutError:
            return SendOutcome(Verdict.AGAIN, None, "not composed in time", time.monotonic() - began, "")
        sent = hashlib.sha256(request.content).hexdigest()
        try:
            answer = await self._exchange(request, message.record.idempotency_key, deadline)
        except _TROUBLE as error:
            return SendOutcome(Verdict.AGAIN, None, _cause(error), time.monotonic() - began, sent)
        return await self._outcome(message, answer, time.monotonic() - began, sent)

    async def _composed(self, message: Message) -> Request:
        """Return the request; a PDF takes time that others' limits must not wait for."""
        if self._target.paper in {PaperKind.INLINE, PaperKind.ORIGINAL}:
            return await asyncio.to_thread(self._dialect.request, message)
        return self._dialect.request(message)

    async def _exchange(self, request: Request, key: str, deadline: float) -> Answer:
        """Send the request with our credentials; once more where the target refuses an access token that may have ended early."""

        async def fetch(asked: Request) -> Answer:
            return await self._fetch(asked, deadline)

        async def attempt(authorization: str | None) -> Answer:
            proven = self._proven(request, key, authorization)
            answer = await fetch(proven)
            if self._watch is not None:
                self._watch(proven, _without(self._secrets, answer))
            return answer

        authorization = await self._login.authorization(fetch)
        answer = await attempt(authorization)
        if answer.status != HTTPStatus.UNAUTHORIZED or not self._login.forget(authorization):
            return answer
        return await attempt(await self._login.authorization(fetch))

    async def _fetch(self, request: Request, deadline: float) -> Answer:
        asked = self._client.build_request(request.method, request.url, content=request.content, headers=dict(request.headers))
        async with asyncio.timeout_at(deadline):
            response = await self._client.send(asked, stream=True)
        try:
            body, is_whole = await self._read(response, deadline)
        finally:
            await response.aclose()
        return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body, is_whole)

    async def _read(self, response: httpx.Response, deadline: float) -> tuple[bytes, bool]:
        """Return the answer's body, cut off where it is too long, too slow or breaks off: then the status alone decides."""
        body = bytearray()
        try:
            async with asyncio.timeout_at(deadline):
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > self._dialect.answer_bytes:
                        return bytes(body[: self._dialect.answer_bytes]), False
        except (httpx.HTTPError, OSError):
            return bytes(body), False
        return bytes(body), True

    def _proven(self, request: Request, key: str, authorization: str | None) -> Request:
        """Return the request with what shows who sends it."""
        credentials = {} if authorization is None else {"Authorization": authorization}
        return replace(request, headers={**request.headers, **self._signature(request.content, key), **credentials})

    def _signature(self, content: bytes, key: str) -> Mapping[str, str]:
        """Return the headers of Standard Webhooks: one signature for each secret, two while one replaces the other."""
        if not self._signers:
            return {}
        now, text = datetime.now(UTC), content.decode()
        signatures = " ".join(signer.sign(key, now, text) for signer in self._signers)
        return {"webhook-id": key, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signatures}

    async def _outcome(self, message: Message, answer: Answer, seconds: float, sent: str) -> SendOutcome:
        judged = self._dialect.judge(answer)
        error = judged.error if judged.error or judged.verdict is Verdict.TAKEN else f"HTTP {answer.status}"
        wait = parse_retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
        kept, media_type = await self._kept(message, answer, judged)
        return SendOutcome(
            judged.verdict, answer.status, error, seconds, sent, wait, judged.receiver_id, kept, media_type, reason=judged.reason
        )

    @property
    def _secrets(self) -> frozenset[str]:
        """What must be neither kept nor shown, of an address's query too."""
        return self._login.secrets | frozenset(self._target.secrets) | {value for _, value in parse_qsl(urlsplit(self._target.url).query)}

    async def _kept(self, message: Message, answer: Answer, judged: Judgement) -> tuple[bytes, str]:
        """Return what is kept: a receipt as it came, nothing of a plain acceptance, of other answers the text without what was sent."""
        if judged.answer is not None:
            return judged.answer, judged.answer_type
        if judged.verdict is Verdict.TAKEN:
            return b"", ""
        values, body = sent_values(message.record.body), answer.body[:_KEPT_BYTES]
        is_whole = answer.is_whole and len(body) == len(answer.body)
        # a long answer takes its time
        return await asyncio.to_thread(redacted_answer, body, answer.headers.get("content-type", ""), is_whole, values, self._secrets)


def _without(secrets: Iterable[str], answer: Answer) -> Answer:
    """Return the answer as it may be shown."""
    headers = {name: redact(value, (), secrets) for name, value in answer.headers.items()}
    return replace(answer, headers=headers, body=redact(answer.body.decode(errors="replace"), (), secrets).encode(errors="replace"))


def _cause(error: Exception) -> str:
    """Return a short English cause; the error's own message is left out, for it may quote what was sent."""
    if isinstance(error, NoTokenError):
        return str(error)
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        for known, cause in _CAUSES.items():
            if any(isinstance(each, known) for each in _chain(error)):
                return cause
        return "connection refused or impossible"
    return f"connection broke ({type(error).__name__})"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
