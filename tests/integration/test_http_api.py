"""The HTTP interface over a real server and a real database: uploads, what became of them, and who may know."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import pytest
from openapi_spec_validator import validate
from pikepdf import Pdf
from PIL import Image

from bridge.delivery.rest import Rest
from bridge.domain.errors import StorageError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState
from bridge.domain.model import Attempt, Completeness, Delivery, Document, Fax, Issue, IssueCode, Page, PageKind, Record, ReviewTask
from bridge.domain.targets import PaperKind
from bridge.ports import Message, Paper
from bridge.services.spool import Spool
from bridge.web.app import create_app
from bridge.web.bodies import SMALL_BYTES
from tests.conftest import wait_until
from tests.deliveries import add_fax, target
from tests.integration.conftest import Place
from tests.integration.http_service import (
    ALL,
    BOTH,
    CATALOG,
    DISEASE,
    LIMIT,
    SCHEMAS,
    add_dead_letter,
    bearer,
    http_settings,
    running,
    served,
)

PDF = b"%PDF-1.4 a fax"


@pytest.fixture
def base_url(place: Place) -> Iterator[str]:
    """Address of a running server."""
    with running(place, http_settings()) as url:
        yield url


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, timeout=30) as client:
        yield client


def post(client: httpx.Client, content: bytes = PDF, headers: dict[str, str] = ALL, **params: str) -> httpx.Response:
    return client.post("/api/v1/faxes", content=content, headers=headers, params={"mailbox": "disease", **params})


def assert_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"]
    return problem


# -- uploads --------------------------------------------------------------------------------------------------------


def test_a_body_becomes_a_fax_that_is_durable(client: httpx.Client, place: Place) -> None:
    response = post(client, headers=ALL | {"Content-Type": "application/pdf"}, sender_number="+49 351 8563790")

    assert response.status_code == 201
    [fax] = place.faxes()
    assert response.headers["location"] == f"/api/v1/faxes/{fax.id}"
    assert response.json() == {"id": fax.id, "href": f"/api/v1/faxes/{fax.id}", "envelope_id": fax.envelope_id, "is_new": True}
    assert place.contents() == [PDF]
    assert (fax.mailbox, fax.channel, fax.state, fax.sender.number) == ("disease", "http", FaxState.RECEIVED, "+49 351 8563790")
    assert fax.original is not None
    assert fax.original.media_type == "application/pdf"
    wait_until(lambda: bool(place.bell.rung), "the bell")
    wait_until(lambda: not place.incoming(), "an empty incoming folder")


@pytest.mark.parametrize("content_type", ["", "application/x-www-form-urlencoded", "image/tiff; application=faxbw", "nonsense"])
def test_any_content_type_is_taken(client: httpx.Client, place: Place, content_type: str) -> None:
    assert post(client, headers=ALL | {"Content-Type": content_type}).status_code == 201
    assert place.contents() == [PDF]


def test_a_mail_is_unpacked_later(client: httpx.Client, place: Place) -> None:
    assert post(client, b"Subject: x\r\n\r\n", ALL | {"Content-Type": "message/rfc822"}).status_code == 201
    [fax] = place.faxes()
    assert fax.original is None
    assert place.envelopes()[0].content.media_type == "message/rfc822"


def test_a_form_is_taken(client: httpx.Client, place: Place) -> None:
    content = PDF + b"\r\n--" + bytes(range(256)) * 400
    form = {"mailbox": "hygiene", "sender_number": "0351 123"}
    response = client.post("/api/v1/faxes", files={"file": ("Frau Geheim.pdf", content, "application/pdf")}, data=form, headers=ALL)

    assert response.status_code == 201
    [fax] = place.faxes()
    assert (fax.mailbox, fax.sender.number) == ("hygiene", "0351 123")
    assert place.contents() == [content]


def test_a_token_with_one_mailbox_needs_not_name_it(client: httpx.Client, place: Place) -> None:
    assert client.post("/api/v1/faxes", content=PDF, headers=DISEASE).status_code == 201
    assert [fax.mailbox for fax in place.faxes()] == ["disease"]


def test_the_same_key_again_is_the_same_fax(client: httpx.Client, place: Place) -> None:
    first = post(client, headers=ALL | {"Idempotency-Key": "k1"})
    second = post(client, headers=ALL | {"Idempotency-Key": "k1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["location"] == second.headers["location"]
    assert (first.json()["is_new"], second.json()["is_new"]) == (True, False)
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert len(place.faxes()) == 1


def test_the_same_key_for_something_else_is_refused(client: httpx.Client, place: Place) -> None:
    post(client, headers=ALL | {"Idempotency-Key": "k1"})

    for other in (
        post(client, PDF + b"other", ALL | {"Idempotency-Key": "k1"}),
        post(client, headers=ALL | {"Idempotency-Key": "k1"}, mailbox="hygiene"),
    ):
        assert assert_problem(other, 422)["type"].endswith("idempotency-key-reused")
    assert len(place.faxes()) == 1


def test_a_key_belongs_to_its_token_and_no_key_means_a_new_fax(client: httpx.Client, place: Place) -> None:
    for headers in (ALL | {"Idempotency-Key": "k1"}, DISEASE | {"Idempotency-Key": "k1"}, ALL, ALL):
        assert post(client, headers=headers).status_code == 201
    assert len(place.faxes()) == 4


@pytest.mark.parametrize("declared", [True, False])
def test_too_large_a_body_is_refused(client: httpx.Client, place: Place, declared: bool) -> None:
    body = PDF * 20_000
    assert len(body) > LIMIT
    response = client.post("/api/v1/faxes?mailbox=disease", content=body if declared else iter([body[:70_000]] * 4), headers=ALL)
    assert_problem(response, 413)
    wait_until(lambda: not place.incoming(), "an empty incoming folder")
    assert not place.faxes()


def test_a_body_of_exactly_the_limit_is_taken(client: httpx.Client) -> None:
    assert post(client, b"x" * LIMIT).status_code == 201
    assert client.post("/api/v1/faxes?mailbox=disease", files={"file": b"x" * LIMIT}, headers=ALL).status_code == 201
    assert_problem(client.post("/api/v1/faxes?mailbox=disease", files={"file": b"x" * (LIMIT + 1)}, headers=ALL), 413)


def test_nothing_is_no_fax(client: httpx.Client, place: Place) -> None:
    assert_problem(post(client, b""), 422)
    assert not place.faxes()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + "b" * 300, b"x"),
        ("multipart/form-data; boundary=b", b"no form at all"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ncut off'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"x" * 2000 + b"\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n' * 2 + b"--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n" * 1
            + b"".join(b"--b\r\nContent-Disposition: form-data; name=f%d\r\n\r\nx\r\n" % n for n in range(30))
            + b"--b--\r\n",
        ),
    ],
)
def test_a_broken_form_is_refused(client: httpx.Client, place: Place, content_type: str, body: bytes) -> None:
    response = client.post("/api/v1/faxes?mailbox=disease", content=body, headers=ALL | {"Content-Type": content_type})
    assert_problem(response, 400)
    assert not place.faxes()
    wait_until(lambda: not place.incoming(), "an empty incoming folder")


@pytest.mark.parametrize(
    ("headers", "mailbox", "status"),
    [
        ({}, "disease", 401),
        (bearer("wrong"), "disease", 401),
        ({"Authorization": "Basic abc"}, "disease", 401),
        (DISEASE, "hygiene", 403),
        (ALL, "unknown", 403),
        (bearer("strange"), "gone", 403),
    ],
)
def test_only_the_right_token_may_send(client: httpx.Client, place: Place, headers: dict[str, str], mailbox: str, status: int) -> None:
    response = post(client, headers=headers, mailbox=mailbox)
    assert_problem(response, status)
    assert ("www-authenticate" in response.headers) == (status == 401)
    assert not place.faxes()


def test_without_a_mailbox_several_cannot_be_told_apart(client: httpx.Client) -> None:
    assert_problem(client.post("/api/v1/faxes", content=PDF, headers=BOTH), 422)


def test_a_number_that_is_none_is_refused_without_repeating_it(client: httpx.Client) -> None:
    problem = assert_problem(post(client, sender_number="Frau Geheim"), 422)
    assert "Geheim" not in str(problem)


def test_storage_trouble_is_to_be_tried_later(client: httpx.Client, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise StorageError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Spool, "write", refuse)
        first = post(client)
    monkeypatch.setattr(place.store, "accept", refuse)
    for response in (first, post(client)):
        assert_problem(response, 503)
        assert int(response.headers["retry-after"]) > 0
    assert not place.faxes()
    wait_until(lambda: not place.incoming(), "an empty incoming folder")


def test_a_client_that_vanishes_leaves_nothing_behind(base_url: str, place: Place) -> None:
    url = httpx.URL(base_url)
    head = (
        f"POST /api/v1/faxes?mailbox=disease HTTP/1.1\r\nHost: x\r\nAuthorization: {ALL['Authorization']}\r\nContent-Length: 150000\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(head.encode() + b"x" * 70_000)
        wait_until(lambda: bool(place.incoming()), "a file that grows")
    wait_until(lambda: not place.incoming(), "an empty incoming folder")
    assert not place.faxes()


def test_a_body_that_stands_still_is_given_up(base_url: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.web.bodies.IDLE_SECONDS", 0.2)
    url = httpx.URL(base_url)
    head = f"POST /api/v1/faxes?mailbox=disease HTTP/1.1\r\nHost: x\r\nAuthorization: {ALL['Authorization']}\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")


def connect(url: str) -> socket.socket:
    address = httpx.URL(url)
    return socket.create_connection((address.host, address.port or 80), timeout=30)


def drip(connection: socket.socket, seconds: float) -> bytes:
    """Send a byte every moment; return what is answered until the other side hangs up, or b"" where it never does."""
    connection.settimeout(0.05)
    answer, deadline = b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            connection.sendall(b"x")
            received = connection.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            return answer
        if not received:
            return answer
        answer += received
    return b""


def test_a_body_that_drips_for_ever_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.web.connections.HEAD_SECONDS", 0.2)
    head = (
        f"POST /api/v1/faxes?mailbox=disease HTTP/1.1\r\nHost: x\r\nAuthorization: {ALL['Authorization']}\r\nContent-Length: 99999\r\n\r\n"
    )
    with running(place, http_settings(total_timeout_seconds=0.5)) as url, connect(url) as connection:
        connection.sendall(head.encode())
        answer = drip(connection, 30)
    assert answer.startswith(b"HTTP/1.1 408 ")
    problem = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert problem["type"] == "urn:fax-bridge:problem:upload-too-slow"
    assert (problem["title"], problem["status"]) == ("Request Timeout", 408)
    wait_until(lambda: not place.incoming(), "an empty incoming folder")
    assert not place.faxes()


@pytest.mark.parametrize("sent", [b"", b"GET /livez HT"])
def test_who_sends_no_request_is_hung_up_on(place: Place, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.web.connections.HEAD_SECONDS", 0.2)
    with running(place, http_settings()) as url, connect(url) as connection:
        connection.sendall(sent)
        assert connection.recv(4096) == b""


def test_more_connections_than_allowed_are_told_to_come_again(place: Place) -> None:
    with running(place, http_settings(max_connections=2)) as url, connect(url), connect(url) as second:
        with httpx.Client(base_url=url) as third:
            response = third.get("/livez")
        problem = assert_problem(response, 503)
        assert problem["type"] == "urn:fax-bridge:problem:too-many-connections"
        assert int(response.headers["retry-after"]) > 0
        second.close()

        def is_served() -> bool:
            with httpx.Client(base_url=url) as again:
                return again.get("/livez").status_code == 200

        wait_until(is_served, "room for another")


def test_a_connection_serves_one_request_after_the_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.web.connections.HEAD_SECONDS", 0.2)
    with running(place, http_settings(max_connections=1)) as url, httpx.Client(base_url=url) as client:
        assert [client.get("/livez").status_code for _ in range(3)] == [200] * 3


# -- what became of them --------------------------------------------------------------------------------------------


def read_through(place: Place, fax: Fax) -> Document:
    """Put a fax into the state it has after reading: two pages, a document with a record, another that waits."""
    picture, upright = place.blobs.put(b"picture", "image/png"), place.blobs.put(b"upright", "image/png")
    document = Document(
        id=new_id(),
        fax_id=fax.id,
        ordinal=1,
        type="letter",
        type_confidence=0.9,
        pages=(1,),
        state=DocumentState.WAITING,
        issues=(Issue("date", IssueCode.UNREADABLE, "Das Datum ist nicht lesbar", 1),),
        reason="Das Datum bitte prüfen.",
    )
    with place.store.begin() as tx:
        tx.set_fax_facts(fax.id, announced_pages=3, page_count=2)
        tx.add_page(Page(fax.id, 1, PageState.DECODED, picture, 204, 196, upright))
        tx.add_page(Page(fax.id, 2, PageState.DECODED, picture, 204, 196))
        tx.add_page(Page(fax.id, 3, PageState.MISSING, None, 0, 0))
        tx.add_document(document)
        tx.add_document(
            replace(document, id=new_id(), ordinal=2, pages=(2,), state=DocumentState.RELEASED, version=2, completeness=Completeness.WHOLE)
        )
    second = place.store.documents(fax.id)[1]
    with place.store.begin() as tx:
        for version in (1, 2):
            tx.add_record(Record(second.id, version, {"id": second.id, "version": version}, datetime.now(UTC)))
    return document


@pytest.fixture
def fax(client: httpx.Client, place: Place) -> Fax:
    post(client, headers=ALL | {"Content-Type": "application/pdf"})
    return place.faxes()[0]


def test_a_fax_shows_all_that_became_of_it(client: httpx.Client, place: Place, fax: Fax) -> None:
    document = read_through(place, fax)

    shown = client.get(f"/api/v1/faxes/{fax.id}", headers=DISEASE).json()

    assert (shown["id"], shown["state"], shown["mailbox"], shown["page_count"]) == (fax.id, "received", "disease", 2)
    assert shown["original"]["href"] == f"/api/v1/faxes/{fax.id}/original"
    base = f"/api/v1/faxes/{fax.id}/pages"
    assert [(page["number"], page["state"], page["href"]) for page in shown["pages"]] == [
        (1, "decoded", f"{base}/1.png"),
        (2, "decoded", f"{base}/2.png"),
        (3, "missing", None),
    ]
    assert [(item["type"], item["state"], item["version"]) for item in shown["documents"]] == [
        ("letter", "waiting", 0),
        ("letter", "released", 2),
    ]
    assert shown["waiting"] == [{"document_id": document.id, "page": None, "reason": "Das Datum bitte prüfen.", "is_follow_up": False}]
    assert shown["documents"][0]["issues"][0]["code"] == "unreadable"
    assert shown["ledger"]["decoded"] == 2
    assert sum(shown["ledger"]["settled"].values()) >= 2
    assert shown["events"]


def test_a_failed_fax_tells_why_it_waits(client: httpx.Client, place: Place, fax: Fax) -> None:
    with place.store.begin() as tx:
        tx.move_fax(fax.id, FaxState.RECEIVED, FaxState.UNREADABLE, "Bitte neu anfordern.")
    shown = client.get(f"/api/v1/faxes/{fax.id}", headers=ALL).json()
    assert (shown["state"], shown["reason"]) == ("unreadable", "Bitte neu anfordern.")
    assert shown["waiting"] == [{"document_id": None, "page": None, "reason": "Bitte neu anfordern.", "is_follow_up": False}]


def test_a_question_that_a_partial_record_left_open_waits_until_it_is_settled(client: httpx.Client, place: Place, fax: Fax) -> None:
    read_through(place, fax)
    sent = place.store.documents(fax.id)[1]
    with place.store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), sent.id, fax.id, "Bitte nachsehen: Ort.", datetime.now(UTC), is_follow_up=True))
    asked = {"document_id": sent.id, "page": None, "reason": "Bitte nachsehen: Ort.", "is_follow_up": True}
    assert asked in client.get(f"/api/v1/faxes/{fax.id}", headers=ALL).json()["waiting"]
    with place.store.begin() as tx:
        tx.close_reviews(sent.id, "closed", datetime.now(UTC))
    assert asked not in client.get(f"/api/v1/faxes/{fax.id}", headers=ALL).json()["waiting"]


def test_a_page_that_nobody_could_read_waits_by_itself(client: httpx.Client, place: Place, fax: Fax) -> None:
    way = [FaxState.RECEIVED, FaxState.UNPACKED, FaxState.DECODED, FaxState.LAID_OUT, FaxState.READ, FaxState.DECIDED]
    with place.store.begin() as tx:
        tx.add_page(Page(fax.id, 1, PageState.READ, None, 204, 196, kind=PageKind.BLANK))
        tx.add_page(Page(fax.id, 2, PageState.QUARANTINED, None, 204, 196, reason="Abgestürzt."))
        for old, new in pairwise(way):
            tx.move_fax(fax.id, old, new)
    [waiting] = client.get(f"/api/v1/faxes/{fax.id}", headers=ALL).json()["waiting"]
    assert (waiting["document_id"], waiting["page"], waiting["is_follow_up"]) == (None, 2, False)
    assert "Abgestürzt." in waiting["reason"]
    assert f"close {fax.id} --page 2" in waiting["reason"]


def test_records_are_shown_as_released(client: httpx.Client, place: Place, fax: Fax) -> None:
    read_through(place, fax)
    newest = client.get(f"/api/v1/faxes/{fax.id}/records", headers=ALL).json()["items"]
    every = client.get(f"/api/v1/faxes/{fax.id}/records", headers=ALL, params={"all_versions": "true"}).json()["items"]
    assert [record["version"] for record in newest] == [2]
    assert [record["version"] for record in every] == [1, 2]


def test_the_original_can_only_be_saved(client: httpx.Client, fax: Fax) -> None:
    response = client.get(f"/api/v1/faxes/{fax.id}/original", headers=ALL)
    assert response.content == PDF
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == f'attachment; filename="fax-{fax.id}.pdf"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("wanted", ["bytes=0-3", "bytes=99999-", "nonsense"])
def test_a_file_is_always_sent_whole(client: httpx.Client, fax: Fax, wanted: str) -> None:
    response = client.get(f"/api/v1/faxes/{fax.id}/original", headers=ALL | {"Range": wanted})
    assert (response.status_code, response.content, response.headers["accept-ranges"]) == (200, PDF, "none")


def test_before_unpacking_the_original_is_the_mail(client: httpx.Client, place: Place) -> None:
    post(client, b"Subject: x\r\n\r\n", ALL | {"Content-Type": "message/rfc822"})
    response = client.get(f"/api/v1/faxes/{place.faxes()[0].id}/original", headers=ALL)
    assert (response.content, response.headers["content-type"]) == (b"Subject: x\r\n\r\n", "message/rfc822")


def test_foreign_media_types_are_not_passed_on(client: httpx.Client, place: Place) -> None:
    post(client, b"<script>", ALL | {"Content-Type": "text/html"})
    assert client.get(f"/api/v1/faxes/{place.faxes()[0].id}/original", headers=ALL).headers["content-type"] == "application/octet-stream"


def test_pages_are_shown_upright_where_possible(client: httpx.Client, place: Place, fax: Fax) -> None:
    read_through(place, fax)
    first, second = (client.get(f"/api/v1/faxes/{fax.id}/pages/{number}.png", headers=ALL) for number in (1, 2))
    assert (first.content, second.content) == (b"upright", b"picture")
    assert first.headers["content-type"] == "image/png"
    for number in (3, 4):
        assert_problem(client.get(f"/api/v1/faxes/{fax.id}/pages/{number}.png", headers=ALL), 404)


def add_picture(place: Place, fax: Fax, number: int = 1, height: int = 1143) -> None:
    """Give a fax a page that was decoded and not read yet."""
    file = BytesIO()
    Image.new("1", (1728, height), 1).save(file, "PNG")
    with place.store.begin() as tx:
        tx.add_page(Page(fax.id, number, PageState.DECODED, place.blobs.put(file.getvalue(), "image/png"), 204, 98))


def test_a_fax_can_be_saved_as_a_file_that_can_be_searched(client: httpx.Client, place: Place, fax: Fax) -> None:
    assert_problem(client.get(f"/api/v1/faxes/{fax.id}/searchable.pdf", headers=ALL), 404)
    add_picture(place, fax)
    response = client.get(f"/api/v1/faxes/{fax.id}/searchable.pdf", headers=DISEASE)
    assert response.status_code == 200
    assert response.content == place.papers.searchable(fax.id).content
    assert response.content.startswith(b"%PDF-1.7")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == f'attachment; filename="fax-{fax.id}-searchable.pdf"'
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


def test_only_the_pages_that_are_asked_for_are_in_the_file_in_that_order(client: httpx.Client, place: Place, fax: Fax) -> None:
    for number, height in ((1, 500), (2, 1000), (3, 1500)):
        add_picture(place, fax, number, height)
    address = f"/api/v1/faxes/{fax.id}/searchable.pdf"
    response = client.get(f"{address}?page=3&page=2", headers=DISEASE)
    assert response.status_code == 200
    with Pdf.open(BytesIO(response.content)) as file:
        assert [round(float(page.mediabox[3]) * 98 / 72) for page in file.pages] == [1500, 1000]
    for missing in ("page=4", "page=2&page=4"):
        assert_problem(client.get(f"{address}?{missing}", headers=DISEASE), 404)
    for wrong in ("page=0", "page=", "page=two", "&".join(["page=1"] * 1001)):
        assert_problem(client.get(f"{address}?{wrong}", headers=DISEASE), 422)


def test_a_record_that_links_to_its_pages_links_to_just_those(client: httpx.Client, place: Place, fax: Fax) -> None:
    for number in (1, 2, 3):
        add_picture(place, fax, number)
    office = target(paper=PaperKind.LINK)
    record = Record(new_id(), 1, {"fax": {"id": fax.id}, "pages": [2, 3]}, datetime.now(UTC))
    body = json.loads(Rest(office, place.papers, str(client.base_url).rstrip("/")).request(Message(record)).content)
    response = client.get(body["paper"]["href"], headers=DISEASE)
    assert response.content == place.papers.searchable(fax.id, [2, 3]).content


def test_long_faxes_are_composed_one_at_a_time_and_leave_threads_for_others(
    client: httpx.Client, place: Place, fax: Fax, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_picture(place, fax)
    go_on, running_now, most = threading.Event(), [], []
    compose = place.papers.searchable

    def slow(fax_id: str, pages: Sequence[int] | None) -> Paper:
        running_now.append(fax_id)
        most.append(len(running_now))
        go_on.wait(30)
        running_now.pop()
        return compose(fax_id, pages)

    monkeypatch.setattr(place.papers, "searchable", slow)
    address = f"/api/v1/faxes/{fax.id}/searchable.pdf"
    with ThreadPoolExecutor(6) as clients:  # more than the server has threads
        asked = [clients.submit(client.get, address, headers=ALL) for _ in range(6)]
        wait_until(lambda: bool(running_now), "the first to be composed")
        assert client.get("/readyz").status_code == 200
        go_on.set()
        assert [each.result().status_code for each in asked] == [200] * 6
    assert max(most) == 1


@pytest.mark.parametrize("path", ["", "/records", "/original", "/searchable.pdf", "/pages/1.png"])
def test_another_mailbox_is_as_if_it_were_not_there(client: httpx.Client, place: Place, path: str) -> None:
    post(client, mailbox="hygiene")
    [fax] = place.faxes()
    foreign = client.get(f"/api/v1/faxes/{fax.id}{path}", headers=DISEASE)
    absent = client.get(f"/api/v1/faxes/{new_id()}{path}", headers=DISEASE)
    assert assert_problem(foreign, 404) == assert_problem(absent, 404)
    assert_problem(client.get(f"/api/v1/faxes/{fax.id}{path}"), 401)


def test_the_list_pages_through_what_a_token_may_see(client: httpx.Client, place: Place) -> None:
    for number in range(7):
        post(client, b"%d" % number, mailbox="disease" if number % 2 else "hygiene")
    newest_first = [fax.id for fax in reversed(place.faxes())]

    for headers, params, expected in (
        (ALL, {}, newest_first),
        (BOTH, {}, newest_first),
        (DISEASE, {}, newest_first[1::2]),
        (ALL, {"mailbox": "hygiene"}, newest_first[::2]),
        (ALL, {"state": "received"}, newest_first),
        (ALL, {"state": "decided"}, []),
    ):
        seen, address = [], str(httpx.URL("/api/v1/faxes", params={"limit": "2", **params}))
        while address:
            listing = client.get(address, headers=headers).json()
            assert len(listing["items"]) <= 2
            seen += [item["id"] for item in listing["items"]]
            address = listing["next"]
        assert seen == expected
    assert_problem(client.get("/api/v1/faxes", params={"mailbox": "hygiene"}, headers=DISEASE), 403)


# -- dead letters and feeds ------------------------------------------------------------------------------------------

DEAD_LETTERS = "/api/v1/dead-letters"


@pytest.fixture
def letter(place: Place) -> Delivery:
    """A delivery that its target would not take."""
    return add_dead_letter(place, add_fax(place.store))


def test_a_dead_letter_is_shown_with_every_try(client: httpx.Client, place: Place, letter: Delivery) -> None:
    with place.store.begin() as tx:
        tx.add_attempt(Attempt(letter.id, 1, datetime.now(UTC), 0.5, 422, "HTTP 422", "no such field"))
    [listed] = client.get(DEAD_LETTERS, headers=ALL).json()["items"]
    shown = client.get(f"{DEAD_LETTERS}/{letter.id}", headers=ALL).json()
    assert (listed["id"], listed["target"], listed["reason"], listed["attempts"]) == (letter.id, "registry", "Abgelehnt.", 1)
    assert {name: shown[name] for name in listed} == listed
    assert (shown["type"], shown["fax_id"]) == ("letter", place.faxes()[0].id)
    assert [(each["number"], each["status"], each["answer"]) for each in shown["tries"]] == [(1, 422, "no such field")]


def test_dead_letters_are_listed_by_target(client: httpx.Client, place: Place, letter: Delivery) -> None:
    other = add_dead_letter(place, add_fax(place.store), "archive")

    def listed(**params: str) -> list[str]:
        return [each["id"] for each in client.get(DEAD_LETTERS, headers=ALL, params=params).json()["items"]]

    assert (listed(), listed(limit="1")) == ([letter.id, other.id], [letter.id])
    assert (listed(target="archive"), listed(target="nobody")) == ([other.id], [])


def test_a_dead_letter_is_tried_again_once(client: httpx.Client, place: Place, letter: Delivery) -> None:
    assert client.post(f"{DEAD_LETTERS}/{letter.id}/redeliver", headers=ALL).json() == {"begun": 1, "refused": 0}
    assert place.store.delivery(letter.id).state is DeliveryState.PENDING
    assert [work.delivery_id for work in place.bell.rung] == [letter.id]
    for name in ("/redeliver", ""):
        problem = client.request("POST" if name else "GET", f"{DEAD_LETTERS}/{letter.id}{name}", headers=ALL)
        assert "nicht gescheitert" in assert_problem(problem, 409)["detail"]


def test_all_dead_letters_of_a_target_are_tried_again(client: httpx.Client, place: Place, letter: Delivery) -> None:
    other = add_dead_letter(place, add_fax(place.store), "archive")
    done = client.post(f"{DEAD_LETTERS}/redeliver", headers=ALL, params={"target": "archive"})
    assert done.json() == {"begun": 1, "refused": 0}
    assert place.store.delivery(other.id).state is DeliveryState.PENDING
    assert place.store.delivery(letter.id).state is DeliveryState.DEAD
    assert_problem(client.post(f"{DEAD_LETTERS}/redeliver", headers=ALL), 422)


def test_a_dead_letter_is_corrected_by_the_next_version(client: httpx.Client, place: Place, letter: Delivery) -> None:
    address = f"{DEAD_LETTERS}/{letter.id}/correct"
    assert "Pflichtangabe" in assert_problem(client.post(address, headers=ALL, json={"values": {}}), 409)["detail"]
    body = {"values": {"date": "01.02.2026", "subject": "Kontaktperson"}}
    assert client.post(address, headers=ALL, json=body).json() == {"version": 2}
    assert place.store.record(letter.document_id, 2).body["data"] == {"date": "2026-02-01", "subject": "Kontaktperson"}


def test_a_dead_letter_is_given_up_with_a_reason(client: httpx.Client, place: Place, letter: Delivery) -> None:
    address = f"{DEAD_LETTERS}/{letter.id}/discard"
    assert_problem(client.post(address, headers=ALL, json={"reason": ""}), 422)
    assert_problem(client.post(address, headers=ALL, json={"reason": " "}), 409)
    assert client.post(address, headers=ALL, json={"reason": "Doppelt."}).json() == {"id": letter.id}
    assert (given_up := place.store.delivery(letter.id)).state is DeliveryState.DISCARDED
    assert given_up.reason == "Doppelt."


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/ID"), ("POST", "/ID/redeliver"), ("POST", "/redeliver?target=registry")]
)
def test_dead_letters_are_for_those_who_may_use_every_mailbox(client: httpx.Client, letter: Delivery, method: str, path: str) -> None:
    address = DEAD_LETTERS + path.replace("ID", letter.id)
    assert_problem(client.request(method, address), 401)
    assert_problem(client.request(method, address, headers=BOTH), 403)
    assert_problem(client.request(method, address, headers=bearer("feed")), 401)


def test_an_id_that_is_none_is_no_dead_letter(client: httpx.Client) -> None:
    assert_problem(client.get(f"{DEAD_LETTERS}/{new_id()}", headers=ALL), 404)
    assert_problem(client.get(f"{DEAD_LETTERS}/Geheim", headers=ALL), 404)


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        ("office", bearer("feed"), 200),
        ("laboratory", bearer("other"), 200),
        ("office", bearer("other"), 404),
        ("nobody", bearer("feed"), 404),
        ("office", bearer("wrong"), 401),
        ("nobody", bearer("wrong"), 401),
        ("office", ALL, 401),
        ("office", {}, 401),
    ],
)
def test_a_feed_is_there_for_the_bearer_of_its_own_token_only(
    client: httpx.Client, name: str, headers: dict[str, str], status: int
) -> None:
    read = client.get(f"/api/v1/feeds/{name}", headers=headers)
    told = client.post(f"/api/v1/feeds/{name}/ack", json={"cursor": 0}, headers=headers)
    assert (read.status_code, told.status_code) == (status, status)
    assert ("www-authenticate" in read.headers) == (status == 401)


@pytest.mark.parametrize("params", [{"wait": "61"}, {"wait": "nan"}, {"wait": "-1"}, {"after": "-1"}, {"limit": "0"}, {"limit": "501"}])
def test_a_feed_asks_for_sensible_numbers(client: httpx.Client, params: dict[str, str]) -> None:
    assert_problem(client.get("/api/v1/feeds/office", params=params, headers=bearer("feed")), 422)


@pytest.mark.parametrize("body", [b"\xff", b"[" * 100_000, b'{"cursor": ' + b"9" * 5000 + b"}"])
def test_a_body_that_cannot_be_read_is_refused(client: httpx.Client, body: bytes) -> None:
    response = client.post("/api/v1/feeds/office/ack", content=body, headers=bearer("feed") | {"Content-Type": "application/json"})
    assert_problem(response, 400)


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_no_fax_is_never_long(client: httpx.Client, declared: bool) -> None:
    body = b" " * (SMALL_BYTES + 1)
    response = client.post("/api/v1/feeds/office/ack", content=body if declared else iter([body[:70_000]] * 20))
    assert "1048576" in assert_problem(response, 413)["detail"]


def test_a_body_that_is_no_fax_does_not_drip_for_ever(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.web.connections.HEAD_SECONDS", 0.2)
    head = b"POST /api/v1/feeds/office/ack HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n"
    with running(place, http_settings(total_timeout_seconds=0.5)) as url, connect(url) as connection:
        connection.sendall(head)
        assert drip(connection, 30).startswith(b"HTTP/1.1 408 ")


# -- errors, probes, description ------------------------------------------------------------------------------------


def test_every_error_is_a_problem_document(client: httpx.Client) -> None:
    assert_problem(client.get("/nowhere", headers=ALL), 404)
    assert assert_problem(client.delete("/api/v1/faxes", headers=ALL), 405)
    assert client.delete("/api/v1/faxes").headers["allow"] == "GET, POST"
    assert client.get("/api/v1/dead-letters/redeliver").headers["allow"] == "POST"
    assert_problem(client.get("/api/v1/faxes/", headers=ALL), 404)
    for path in ("/api/v1/faxes/Geheim", "/api/v1/faxes?limit=Geheim", "/api/v1/faxes?state=Geheim", "/api/v1/faxes?cursor=Geheim"):
        problem = assert_problem(client.get(path, headers=ALL), 422)
        assert problem["errors"][0]["name"]
        assert "Geheim" not in str(problem)


def test_what_is_no_request_is_answered_as_every_other_error(base_url: str) -> None:
    with connect(base_url) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nNote: a\0b\r\n\r\n")
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == 400


def test_a_failure_nobody_foresaw_tells_nothing(
    client: httpx.Client, place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("Frau Geheim")

    monkeypatch.setattr(place.store, "faxes", fail)
    response = client.get("/api/v1/faxes", headers=ALL)
    assert "Geheim" not in str(assert_problem(response, 500)) + caplog.text
    assert response.headers["cache-control"] == "no-store"


def test_the_probes_tell_life_from_readiness(client: httpx.Client, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}

    def refuse(*_arguments: object) -> None:
        raise StorageError("database is locked")

    monkeypatch.setattr(place.store, "faxes", refuse)
    assert client.get("/livez").status_code == 200
    assert_problem(client.get("/readyz"), 503)


def test_a_folder_that_cannot_be_written_to_is_not_ready(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.web.app.os.access", lambda *_arguments: False)
    assert_problem(client.get("/readyz"), 503)


def test_the_description_is_openapi_3_1_and_true(client: httpx.Client, place: Place) -> None:
    description = client.get("/api/v1/openapi.json").json()
    validate(description)
    assert description["openapi"].startswith("3.1")

    operations = {method["operationId"]: method for path in description["paths"].values() for method in path.values()}
    assert set(operations) == {
        "post_fax",
        "list_faxes",
        "get_fax",
        "get_records",
        "get_original",
        "get_searchable",
        "get_page",
        "read_feed",
        "acknowledge_feed",
        "list_dead_letters",
        "get_dead_letter",
        "redeliver_dead_letter",
        "redeliver_dead_letters",
        "correct_dead_letter",
        "discard_dead_letter",
        "list_schemas",
        "get_schema",
        "livez",
        "readyz",
    }
    posted = operations["post_fax"]
    assert {"201", "400", "401", "403", "408", "413", "422", "503"} <= set(posted["responses"])
    for name in ("acknowledge_feed", "correct_dead_letter", "discard_dead_letter"):
        assert {"200", "400", "401", "404", "408", "409", "413", "422", "503"} <= set(operations[name]["responses"])
    for operation in operations.values():
        for status, response in operation["responses"].items():
            expected = {"application/problem+json"} if status >= "4" else set(response["content"])
            assert set(response["content"]) == expected
    assert client.get("/api/v1/openapi.json").json() == description


def test_the_description_says_what_leaves_and_what_to_answer(client: httpx.Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    webhooks = {name: hook["post"] for name, hook in description["webhooks"].items()}
    assert set(webhooks) == {"record", "withdrawal"}
    for hook in webhooks.values():
        headers = {(each["name"], each["required"]) for each in hook["parameters"] if each["in"] == "header"}
        assert headers == {
            ("Idempotency-Key", True), ("webhook-id", False), ("webhook-timestamp", False), ("webhook-signature", False),
        }  # fmt: skip
        assert {"2XX", "4XX", "5XX"} <= set(hook["responses"])

    def bodies(name: str) -> dict[str, str]:
        choice = webhooks[name]["requestBody"]["content"]["application/json"]["schema"]
        assert [each["$ref"] for each in choice["oneOf"]] == list(choice["discriminator"]["mapping"].values())
        return {name: place.removeprefix("#/components/schemas/") for name, place in choice["discriminator"]["mapping"].items()}

    assert set(bodies("record")) == {kind.schema for kind in CATALOG.types.values()}
    assert set(bodies("withdrawal")) == {"withdrawal/1"}
    for name, component in (bodies("record") | bodies("withdrawal")).items():
        served = client.get(f"/schemas/{name}").json()
        assert description["components"]["schemas"][component] == {key: served[key] for key in served if not key.startswith("$")}


def test_schemas_are_there_for_everybody(client: httpx.Client) -> None:
    listed = client.get("/schemas").json()["items"]
    assert {each["name"] for each in listed} == set(SCHEMAS.names)
    for each in listed:
        response = client.get(each["href"])
        assert (response.status_code, response.headers["content-type"]) == (200, "application/schema+json")
        assert (response.json()["$id"], response.json()["title"]) == (each["href"], each["title"])
        assert response.json() == SCHEMAS.schema(each["name"])


@pytest.mark.parametrize(("name", "status"), [("letter/99", 404), ("postcard/1", 404), ("letter/first", 422), ("letter", 404)])
def test_a_schema_that_is_not_there(client: httpx.Client, name: str, status: int) -> None:
    assert_problem(client.get(f"/schemas/{name}"), status)


def test_ids_are_uuids_of_version_7(place: Place, fax: Fax) -> None:
    assert UUID(fax.id).version == 7


def test_requests_do_not_wait_for_one_another_in_the_event_loop(place: Place) -> None:
    """A store that blocks one request leaves the loop free for a probe."""
    begun, go_on = threading.Event(), threading.Event()

    def block(_which: object) -> list[Fax]:
        begun.set()
        go_on.wait(30)
        return []

    async def both() -> tuple[int, int]:
        place.store.faxes = block  # type: ignore[method-assign]
        app = create_app(served(place, http_settings()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bridge.test") as client:
            slow = asyncio.create_task(client.get("/api/v1/faxes", headers=ALL))
            await asyncio.to_thread(begun.wait, 30)
            alive = await client.get("/livez")
            go_on.set()
            return (await slow).status_code, alive.status_code

    try:
        assert asyncio.run(both()) == (200, 200)
    finally:
        del place.store.faxes
