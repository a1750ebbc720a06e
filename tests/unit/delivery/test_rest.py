"""The rest protocol against answers that are made up; real connections are in tests/integration/test_delivery.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bridge.delivery.rest import MAX_ANSWER_BYTES, RestSender, parse_retry_after, record_bytes
from bridge.domain.model import Record
from bridge.ports import SendOutcome
from tests.deliveries import START, target

RECORD = Record("0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10", 2, {"id": "0199c1f0", "data": {"name": "Böhm"}}, START)


def send(answer: Callable[[httpx.Request], httpx.Response], **changes: object) -> SendOutcome:
    def unread(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        if not response.is_stream_consumed:
            return response
        return httpx.Response(response.status_code, headers=response.headers, content=later(response.content))

    transport = httpx.MockTransport(unread)
    return RestSender(target("http://office.example/records", **changes), transport).send(RECORD)


async def later(content: bytes) -> AsyncIterator[bytes]:
    yield content


def test_what_is_sent_is_the_record_with_its_key_and_the_targets_token() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={"id": "A-17"})

    outcome = send(answer)
    [request] = seen
    assert request.method == "POST"
    assert request.headers["Idempotency-Key"] == "0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10:2"
    assert request.headers["Authorization"] == "Bearer secret"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == RECORD.body
    assert outcome.sent_sha256 == hashlib.sha256(request.content).hexdigest()
    assert (outcome.status, outcome.error, outcome.receiver_id) == (201, None, "A-17")


def test_without_a_token_no_authorization_is_sent() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400 if "Authorization" in request.headers else 201)

    assert send(answer, token=None).status == 201


def test_the_bytes_do_not_depend_on_the_order_of_keys() -> None:
    assert record_bytes({"b": "ö", "a": [1, None]}) == record_bytes({"a": [1, None], "b": "ö"}) == '{"a":[1,null],"b":"ö"}'.encode()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(200, json={"id": 17}), "17"),
        (httpx.Response(201, headers={"Location": "/records/R1/"}), "R1"),
        (httpx.Response(201, headers={"Location": "https://office.example/records/R2?x=1"}), "R2"),
        (httpx.Response(201, headers={"Location": "http://[bad"}), None),
        (httpx.Response(200, json={"id": True}), None),
        (httpx.Response(200, json=["id"]), None),
        (httpx.Response(200, content=b"\xff\xfe"), None),
        (httpx.Response(200, content=b"[" * 60_000), None),
        (httpx.Response(204), None),
    ],
)
def test_the_receivers_own_id_is_taken_from_body_or_location(answer: httpx.Response, expected: str | None) -> None:
    outcome = send(lambda _: answer)
    assert outcome.receiver_id == expected
    assert outcome.error is None


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    served = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal served
        while True:
            served += 1024
            yield b" " * 1024

    outcome = send(lambda _: httpx.Response(201, content=endless()))
    assert (outcome.status, outcome.receiver_id) == (201, None)
    assert served <= MAX_ANSWER_BYTES + 2048


def test_an_answer_that_breaks_off_counts_by_its_status() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b'{"id": '
        raise httpx.ReadError("gone")

    outcome = send(lambda _: httpx.Response(201, headers={"Location": "/records/R9"}, content=broken()))
    assert (outcome.status, outcome.receiver_id) == (201, "R9")


def test_redirects_are_not_followed() -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(str(request.url))
        return httpx.Response(307, headers={"Location": "http://elsewhere.example/"})

    outcome = send(answer)
    assert (outcome.status, outcome.error) == (307, "HTTP 307")
    assert calls == ["http://office.example/records"]


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
def test_trouble_on_the_way_is_an_outcome_whose_cause_quotes_nothing(error: Exception, cause: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    outcome = send(fail)
    assert (outcome.status, outcome.error) == (None, cause)


def test_an_impossible_address_is_an_outcome() -> None:
    outcome = RestSender(target("http://[bad/")).send(RECORD)
    assert outcome.status is None
    assert outcome.error is not None


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


def test_the_wait_asked_for_reaches_the_outcome() -> None:
    outcome = send(lambda _: httpx.Response(429, headers={"Retry-After": "7"}))
    assert (outcome.status, outcome.retry_after) == (429, timedelta(seconds=7))
