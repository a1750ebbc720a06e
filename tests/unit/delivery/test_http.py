"""Sending over HTTP against answers that are made up; real connections are in tests/integration/test_delivery.py."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from bridge.delivery.dialect import ANSWER_BYTES, Answer, Judgement, Request, UnsendableError, judge_by_status, parse_retry_after
from bridge.delivery.http import HttpSender
from bridge.delivery.transcript import transcript
from bridge.domain.model import Record
from bridge.domain.targets import Auth, AuthKind, Pace, PaperKind, Times
from bridge.ports import Message, SendOutcome, Verdict
from tests.deliveries import START, target

RECORD = Record("0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10", 2, {"id": "0199c1f0", "data": {"name": "Böhm"}}, START)
OLD, NEW = ("whsec_" + letter * 32 for letter in "ab")
Handler = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]


class Plain:
    """A protocol that posts the record as it is."""

    answer_bytes = ANSWER_BYTES

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def request(self, message: Message) -> Request:
        if self._error is not None:
            raise self._error
        return Request("POST", "http://office.example/records", {"Content-Type": "application/json"}, message.record.content)

    def judge(self, answer: Answer) -> Judgement:
        return judge_by_status(answer)


class Receipts(Plain):
    """A protocol with receipts of its own."""

    def judge(self, answer: Answer) -> Judgement:
        return Judgement(Verdict.TAKEN, answer=answer.body, answer_type="application/fhir+json")


async def later(content: bytes) -> AsyncIterator[bytes]:
    yield content


def unread(answer: Handler) -> httpx.MockTransport:
    """Answers whose bodies must still be fetched, as from a network."""

    async def respond(request: httpx.Request) -> httpx.Response:
        given = answer(request)
        response = await given if inspect.isawaitable(given) else given
        if not response.is_stream_consumed:
            return response
        return httpx.Response(response.status_code, headers=response.headers, content=later(response.content))

    return httpx.MockTransport(respond)


def send(answer: Handler, protocol: Plain | None = None, **changes: object) -> SendOutcome:
    sender = HttpSender(target(**changes), protocol or Plain(), unread(answer))
    [outcome] = sender.send([Message(RECORD)], 10.0)
    sender.close()
    assert outcome is not None
    return outcome


def send_all(transport: httpx.MockTransport, count: int, seconds: float, pace: Pace) -> Sequence[SendOutcome | None]:
    sender = HttpSender(target(pace=pace), Plain(), transport)
    messages = [Message(replace(RECORD, version=version)) for version in range(1, count + 1)]
    outcomes = sender.send(messages, seconds)
    sender.close()
    return outcomes


class TestWhatIsSent:
    def test_the_protocols_request_goes_out_with_the_targets_token(self) -> None:
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(201, json={"id": "A-17"})

        outcome = send(answer)
        [request] = seen
        assert (request.method, str(request.url)) == ("POST", "http://office.example/records")
        assert request.headers["Authorization"] == "Bearer secret"
        assert request.headers["Accept-Encoding"] == "identity"
        assert request.content == RECORD.content
        assert outcome.sent_sha256 == hashlib.sha256(RECORD.content).hexdigest()
        assert (outcome.verdict, outcome.status, outcome.error, outcome.receiver_id) == (Verdict.TAKEN, 201, None, "A-17")

    @pytest.mark.parametrize(
        ("auth", "expected"),
        [
            (Auth(), None),
            (Auth(AuthKind.BASIC, "Amt", "geheim:ä"), "Basic QW10OmdlaGVpbTrDpA=="),
            (Auth(AuthKind.BEARER, secret="t"), "Bearer t"),
        ],
    )
    def test_credentials_are_those_of_the_target(self, auth: Auth, expected: str | None) -> None:
        seen: list[str | None] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request.headers.get("Authorization"))
            return httpx.Response(201)

        send(answer, auth=auth)
        assert seen == [expected]

    def test_every_secret_signs_and_the_receiver_may_know_either(self) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            assert request.headers["webhook-id"] == RECORD.idempotency_key
            for secret in (OLD, NEW):
                Webhook(secret).verify(request.content, dict(request.headers))
            with pytest.raises(WebhookVerificationError):
                Webhook("whsec_" + "c" * 32).verify(request.content, dict(request.headers))
            with pytest.raises(WebhookVerificationError):
                Webhook(OLD).verify(request.content + b" ", dict(request.headers))
            return httpx.Response(201)

        assert send(answer, secrets=(OLD, NEW)).verdict is Verdict.TAKEN

    def test_what_the_protocol_cannot_say_goes_to_a_person_unsent(self) -> None:
        outcome = send(lambda _: httpx.Response(201), Plain(UnsendableError("no such thing", "Bitte anrufen.")))
        assert (outcome.verdict, outcome.status, outcome.reason) == (Verdict.REFUSED, None, "Bitte anrufen.")
        assert outcome.error == "cannot be sent: no such thing"

    def test_what_nobody_foresaw_is_one_messages_outcome_and_no_other_s(self) -> None:
        class Stumbling(Plain):
            def request(self, message: Message) -> Request:
                if message.record.version == 2:
                    raise ZeroDivisionError
                return super().request(message)

        sender = HttpSender(target(), Stumbling(), unread(lambda _: httpx.Response(201)))
        outcomes = sender.send([Message(replace(RECORD, version=version)) for version in (1, 2, 3)], 10.0)
        assert [outcome and outcome.error for outcome in outcomes] == [None, "program error (ZeroDivisionError)", None]

    def test_what_is_not_composed_in_time_is_tried_again(self) -> None:
        class Slow(Plain):
            def request(self, message: Message) -> Request:
                is_over.wait(10)
                return super().request(message)

        is_over = threading.Event()
        sender = HttpSender(target(times=Times(total=0.05), paper=PaperKind.INLINE), Slow(), unread(lambda _: httpx.Response(201)))
        [outcome] = sender.send([Message(RECORD)], 10.0)
        is_over.set()
        assert outcome is not None
        assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "not composed in time")


class TestSeveralAtOnce:
    def test_no_more_are_under_way_than_the_target_takes(self) -> None:
        under_way, most = 0, 0

        async def answer(_: httpx.Request) -> httpx.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1
            return httpx.Response(201)

        outcomes = send_all(unread(answer), 12, 10.0, Pace(concurrency=3))
        assert [outcome and outcome.status for outcome in outcomes] == [201] * 12
        assert most == 3

    def test_outcomes_stand_in_the_order_of_the_messages(self) -> None:
        async def answer(request: httpx.Request) -> httpx.Response:
            is_first = b'"version":1' in request.content or not first
            first.append(1)
            await asyncio.sleep(0.02 if is_first else 0.0)
            return httpx.Response(201, json={"id": hashlib.sha256(request.content).hexdigest()})

        first: list[int] = []
        records = [replace(RECORD, body={"n": number}) for number in range(4)]
        sender = HttpSender(target(), Plain(), unread(answer))
        outcomes = sender.send([Message(record) for record in records], 10.0)
        assert [outcome and outcome.receiver_id for outcome in outcomes] == [outcome and outcome.sent_sha256 for outcome in outcomes]

    def test_none_is_begun_after_the_time_is_over(self) -> None:
        async def answer(_: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0.1)
            return httpx.Response(201)

        outcomes = send_all(unread(answer), 4, 0.05, Pace(concurrency=1))
        assert [outcome is None for outcome in outcomes] == [False, True, True, True]

    def test_requests_begin_as_far_apart_as_the_pace_says_across_calls_too(self) -> None:
        begun: list[float] = []

        def answer(_: httpx.Request) -> httpx.Response:
            begun.append(time.monotonic())
            return httpx.Response(201)

        sender = HttpSender(target(pace=Pace(concurrency=4, per_minute=1200)), Plain(), unread(answer))
        for _ in range(2):
            sender.send([Message(RECORD)] * 3, 10.0)
        assert min(later - earlier for earlier, later in pairwise(begun)) > 0.04


class TestAnswers:
    def test_an_endless_answer_is_not_read_to_its_end(self) -> None:
        served = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal served
            while True:
                served += 1024
                yield b" " * 1024

        outcome = send(lambda _: httpx.Response(201, content=endless()))
        assert (outcome.status, outcome.receiver_id) == (201, None)
        assert served <= ANSWER_BYTES + 2048

    def test_an_answer_that_breaks_off_counts_by_its_status(self) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b'{"id": '
            raise httpx.ReadError("gone")

        outcome = send(lambda _: httpx.Response(201, headers={"Location": "/records/R9"}, content=broken()))
        assert (outcome.status, outcome.receiver_id) == (201, "R9")

    def test_redirects_are_not_followed(self) -> None:
        calls: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            calls.append(str(request.url))
            return httpx.Response(307, headers={"Location": "http://elsewhere.example/"})

        outcome = send(answer)
        assert (outcome.verdict, outcome.status, outcome.error) == (Verdict.REFUSED, 307, "HTTP 307")
        assert calls == ["http://office.example/records"]

    def test_a_refusal_is_kept_without_what_was_sent_and_without_secrets(self) -> None:
        body = {"detail": "Name BÖHM unknown", "token": "secret", "field": "data.name"}
        outcome = send(lambda _: httpx.Response(422, json=body))
        assert outcome.answer_type == "application/json"
        kept = outcome.answer.decode()
        assert "data.name" in kept
        assert "böhm" not in kept.casefold()
        assert '"token":"[…]"' in kept

    @pytest.mark.parametrize(
        ("body", "media_type"),
        [
            (b'{"e":"\\ud83d"}', "application/json"),
            (b"\xff\xfe", "text/plain"),
            (b"hm", "text/plain; charset*=us-ascii''%00"),
            (b"hm", "text/plain; charset=no-such"),
            (b"hm", ";;;"),
        ],
    )
    def test_whatever_the_receiver_answers_is_an_outcome(self, body: bytes, media_type: str) -> None:
        outcome = send(lambda _: httpx.Response(422, headers={"Content-Type": media_type}, content=body))
        assert (outcome.verdict, outcome.status) == (Verdict.REFUSED, 422)

    def test_no_session_of_the_receivers_is_kept(self) -> None:
        seen: list[str | None] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request.headers.get("Cookie"))
            return httpx.Response(201, headers={"Set-Cookie": "JSESSIONID=1; Path=/"})

        sender = HttpSender(target(), Plain(), unread(answer))
        sender.send([Message(RECORD)] * 3, 10.0)
        assert seen == [None] * 3

    def test_whoever_watches_sees_no_secret_even_where_the_receiver_repeats_it(self) -> None:
        seen: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            return httpx.Response(
                201, headers={"x-echo": request.headers["Authorization"]}, json={"auth": request.headers["Authorization"]}
            )

        sender = HttpSender(target(), Plain(), unread(answer), watch=lambda *exchange: seen.append(transcript(*exchange)))
        sender.send([Message(RECORD)], 10.0)
        assert "HTTP 201" in seen[0]
        assert "secret" not in seen[0]

    def test_an_acceptance_keeps_nothing_but_a_receipt_of_the_protocol_as_it_came(self) -> None:
        assert send(lambda _: httpx.Response(201, json={"id": "R1", "echo": "x"})).answer == b""
        outcome = send(lambda _: httpx.Response(200, content=b'{"receipt": 1}'), Receipts())
        assert (outcome.answer, outcome.answer_type) == (b'{"receipt": 1}', "application/fhir+json")

    def test_the_wait_asked_for_reaches_the_outcome(self) -> None:
        outcome = send(lambda _: httpx.Response(429, headers={"Retry-After": "7"}))
        assert (outcome.verdict, outcome.retry_after) == (Verdict.AGAIN, timedelta(seconds=7))

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (httpx.ConnectError("Böhm"), "connection refused or impossible"),
            (httpx.ConnectTimeout("Böhm"), "no connection in time"),
            (httpx.ReadTimeout("Böhm"), "no answer in time"),
            (httpx.RemoteProtocolError("Böhm"), "connection broke (RemoteProtocolError)"),
            (OSError("Böhm"), "connection broke (OSError)"),
        ],
    )
    def test_trouble_on_the_way_is_an_outcome_whose_cause_quotes_nothing(self, error: Exception, cause: str) -> None:
        def fail(_: httpx.Request) -> httpx.Response:
            raise error

        outcome = send(fail)
        assert (outcome.verdict, outcome.status, outcome.error) == (Verdict.AGAIN, None, cause)

    def test_an_attempt_ends_when_its_time_is_over(self) -> None:
        async def answer(_: httpx.Request) -> httpx.Response:
            await asyncio.sleep(30)
            return httpx.Response(201)

        sender = HttpSender(target(times=Times(total=0.05)), Plain(), unread(answer))
        [outcome] = sender.send([Message(RECORD)], 10.0)
        assert outcome is not None
        assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "no answer in time")


class TestAccessTokens:
    """OAuth 2.0 client credentials (RFC 6749 section 4.4); a real authorization server is in tests/integration/test_target_access.py."""

    AUTH = Auth(AuthKind.OAUTH2, "client", "s3cret", "https://login.example/token", "records")

    def run(self, *refused: str, told: object = None, status: int = 200) -> tuple[list[SendOutcome | None], list[str]]:
        """Send twice; the token endpoint numbers its tokens, the receiver refuses those named."""
        seen: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.host == "login.example":
                seen.append(request.content.decode())
                number = len([line for line in seen if "grant_type" in line])
                return httpx.Response(status, json=told or {"access_token": f"t{number}", "token_type": "Bearer", "expires_in": 3600})
            token = request.headers["Authorization"].removeprefix("Bearer ")
            seen.append(token)
            return httpx.Response(401 if token in refused else 201)

        sender = HttpSender(target(auth=self.AUTH), Plain(), unread(answer))
        outcomes = [outcome for _ in range(2) for outcome in sender.send([Message(RECORD)], 10.0)]
        return outcomes, seen

    def test_one_token_serves_many_requests(self) -> None:
        outcomes, seen = self.run()
        assert [outcome and outcome.status for outcome in outcomes] == [201, 201]
        assert seen == ["grant_type=client_credentials&scope=records", "t1", "t1"]

    def test_a_refused_token_is_renewed_once(self) -> None:
        outcomes, seen = self.run("t1")
        assert [outcome and outcome.status for outcome in outcomes] == [201, 201]
        assert [line for line in seen if "grant" not in line] == ["t1", "t2", "t2"]

    def test_a_receiver_that_refuses_every_token_is_not_asked_without_end(self) -> None:
        outcomes, seen = self.run("t1", "t2", "t3", "t4")
        assert [outcome and outcome.verdict for outcome in outcomes] == [Verdict.REFUSED] * 2
        assert len(seen) == 4 + 3  # tries and tokens: what was refused last is not shown again

    @pytest.mark.parametrize(
        ("told", "status", "error"),
        [
            ({"error": "invalid_client", "error_description": "s3cret"}, 401, "no token: HTTP 401 (invalid_client)"),
            ({"error": "Böhm s3cret"}, 400, "no token: HTTP 400"),
            ({"access_token": "", "token_type": "Bearer"}, 200, "no token: HTTP 200"),
            ({"access_token": "t", "token_type": "mac"}, 200, "no token: HTTP 200"),
            ({"access_token": "t", "expires_in": "soon"}, 200, "no token: the time of its end is no number"),
            ({"access_token": "tö"}, 200, "no token: HTTP 200"),
            (["t"], 200, "no token: HTTP 200"),
        ],
    )
    def test_without_a_token_the_record_waits_and_the_cause_names_no_secret(self, told: object, status: int, error: str) -> None:
        outcomes, seen = self.run(told=told, status=status)
        assert [(outcome.verdict, outcome.error) for outcome in outcomes if outcome] == [(Verdict.AGAIN, error)] * 2
        assert len(seen) == 1  # asked once for both: accounts are locked by asking too often

    def test_a_token_about_to_end_is_renewed_before_it_is_used(self) -> None:
        _, seen = self.run(told={"access_token": "short", "expires_in": 20})
        assert len([line for line in seen if "grant" in line]) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Sun, 22 Nov 2026 14:02:00 GMT", timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 14:02:00 -0000", timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 13:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("9" * 400, timedelta(seconds=10**8)),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, expected: timedelta | None) -> None:
    assert parse_retry_after(value, datetime(2026, 11, 22, 14, 0, tzinfo=UTC)) == expected
