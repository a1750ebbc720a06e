"""Records over a real connection to a real receiver, on both databases."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.targets import Auth, AuthKind, Times
from bridge.receiver import MAX_RECORD_BYTES, Fault, Receiver
from bridge.store.sql import SqlStore
from tests.deliveries import SetClock, add_document, add_fax, deliverer, release, send_once, sender, target


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(token="secret") as running:
        yield running


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(database_url, tmp_path)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def test_a_record_arrives_once_with_a_receipt_that_names_it(store: SqlStore, clock: SetClock, receiver: Receiver, tmp_path: Path) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliverer(store, tmp_path, clock, office=sender(target(receiver.url))).run(work.id)

    [kept] = receiver.received
    assert kept.key == f"{document.id}:1"
    assert kept.record["data"] == {"note": "Grüße"}
    [delivery] = store.deliveries(document.id)
    receipt = store.receipt(delivery.id)
    assert receipt is not None
    assert (receipt.receiver_id, receipt.sent_sha256) == (kept.id, kept.sha256)


@pytest.mark.parametrize("fault", [Fault(503), Fault(429, (("Retry-After", "5"),)), Fault(0), Fault(0, is_kept=True)], ids=str)
def test_after_a_fault_the_same_bytes_arrive_and_count_once(
    store: SqlStore, clock: SetClock, receiver: Receiver, fault: Fault, tmp_path: Path
) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver = deliverer(store, tmp_path, clock, office=sender(target(receiver.url)))
    receiver.fail_next(fault)
    deliver.run(work.id)
    assert store.document(document.id).state is DocumentState.RELEASED
    clock.advance(minutes=1)
    deliver.run(work.id)

    assert [kept.key for kept in receiver.received] == [f"{document.id}:1"]
    assert receiver.repeats == (1 if fault.is_kept else 0)
    assert store.document(document.id).state is DocumentState.DELIVERED


def test_a_refused_connection_is_tried_again(store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliver = deliverer(store, tmp_path, clock, office=sender(target(f"http://127.0.0.1:{port}/records")))
    deliver.run(work.id)
    [delivery] = store.deliveries(document.id)
    assert [attempt.error for attempt in store.attempts(delivery.id)] == ["connection refused or impossible"]
    with Receiver(port=port) as back:
        clock.advance(minutes=1)
        deliver.run(work.id)
        assert len(back.received) == 1


def test_a_receiver_that_never_answers_is_given_up_for_now(store: SqlStore, clock: SetClock, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        office = target(f"http://127.0.0.1:{silent.getsockname()[1]}/records", times=Times(read=0.2))
        outcome = send_once(office)
    assert (outcome.status, outcome.error) == (None, "no answer in time")


@contextmanager
def dripping(beginning: bytes, drop: bytes, end: bytes) -> Iterator[str]:
    """A receiver that answers `beginning` at once, then drop by drop for half a minute, then `end`; gives its address."""

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(beginning)
                for _ in range(600):
                    time.sleep(0.05)
                    connection.sendall(drop)
                connection.sendall(end)
            except OSError:
                pass  # the sender has had enough

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/records"
        thread.join(60)


def test_a_receiver_whose_answer_drips_without_end_is_given_up_for_now() -> None:
    with dripping(b"HTTP/1.1 201 Created\r\nX-Slow: ", b"z", b"\r\nContent-Length: 0\r\n\r\n") as url:
        outcome = send_once(target(url, times=Times(read=5.0, total=0.5)))
    assert (outcome.status, outcome.error) == (None, "no answer in time")


def test_an_acceptance_whose_body_drips_without_end_is_an_acceptance() -> None:
    head = b"HTTP/1.1 201 Created\r\nLocation: /records/R7\r\nContent-Length: 604\r\n\r\n{"
    with dripping(head, b" ", b'"id": "late"}') as url:
        outcome = send_once(target(url, times=Times(read=5.0, total=0.5)))
    assert (outcome.status, outcome.error, outcome.receiver_id) == (201, None, "R7")


def test_a_wrong_token_is_a_dead_letter(store: SqlStore, clock: SetClock, receiver: Receiver, tmp_path: Path) -> None:
    document = add_document(store, add_fax(store))
    [work] = release(store, document)
    deliverer(store, tmp_path, clock, office=sender(target(receiver.url, auth=Auth(AuthKind.BEARER, secret="guess")))).run(work.id)
    [dead] = store.deliveries_in(DeliveryState.DEAD, 10)
    assert "Zugangsdaten" in (dead.reason or "")
    assert receiver.received == ()


def test_the_receiver_refuses_what_is_no_record() -> None:
    with Receiver() as receiver:
        with httpx.Client(trust_env=False) as client:
            key = {"Idempotency-Key": "k"}
            assert client.post(receiver.url, content=b"{}").status_code == 400
            assert client.post(receiver.url, content=b"[]", headers=key).status_code == 422
            assert client.post(receiver.url, content=b"{", headers=key).status_code == 422
            assert client.post(receiver.url, content=iter([b"{}"]), headers=key).status_code == 411
            assert client.post(receiver.url, content=bytes(MAX_RECORD_BYTES + 1), headers=key).status_code == 413
            assert client.post(receiver.url, content=b'{"a":1}', headers=key).status_code == 201
            assert client.post(receiver.url, content=b'{"a":1}', headers=key).status_code == 200
            assert client.post(receiver.url, content=b'{"a":2}', headers=key).status_code == 409
        assert [kept.record for kept in receiver.received] == [{"a": 1}]


def test_the_receiver_remembers_in_its_file_and_drops_a_line_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    with Receiver(file=file) as receiver:
        httpx.post(receiver.url, content=b'{"a":1}', headers={"Idempotency-Key": "k"}, trust_env=False)
    with file.open("a") as torn:
        torn.write('{"key": "half')
    with Receiver(file=file) as receiver:
        assert [kept.key for kept in receiver.received] == ["k"]
        httpx.post(receiver.url, content=b'{"a":1}', headers={"Idempotency-Key": "k"}, trust_env=False)
        httpx.post(receiver.url, content=b'{"a":2}', headers={"Idempotency-Key": "l"}, trust_env=False)
        assert receiver.repeats == 1
    assert [json.loads(line)["key"] for line in file.read_text().splitlines()] == ["k", "l"]
