"""The programs in docs/receiving.md, cut out of the page and run: what it shows to agencies works as it stands there."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from bridge.delivery.http import HttpSender
from bridge.delivery.rest import Rest
from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.model import Document, Record, WithdrawalReason
from bridge.domain.targets import Pace
from bridge.ports.delivery import Message, Paper, Verdict
from bridge.services.withdraw import Withdraw
from tests.conftest import REPOSITORY, absent, wait_until
from tests.deliveries import START, HeardBell, SetClock, add_document, add_fax, release, target
from tests.integration.conftest import Place
from tests.integration.http_service import http_settings, running

PAGE = (REPOSITORY / "docs" / "receiving.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:python|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAMS = {name[0]: block for block in BLOCKS if (name := re.findall(r"[a-z-]+\.(?:py|sh)\b", block))}
AWKWARD = bytes([0, 10, 13, 39, 255, *range(27)])  # what a shell could trip over
OLD, NEW, FOREIGN = (f"whsec_{b64encode(key).decode()}" for key in (b"o" * 32, AWKWARD, b"f" * 32))
ID = "0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10"


class NoPapers:
    def searchable(self, fax_id: str, pages: object) -> Paper:
        raise AssertionError("no paper is asked for")


def message(version: int = 1, document_id: str = ID, **body: object) -> Message:
    record: dict[str, object] = {"id": document_id, "schema": "letter/1", "version": version, "data": {"subject": "Grüße"}, **body}
    return Message(Record(document_id, version, record, START))  # type: ignore[arg-type]


def sender(url: str, *secrets: str, transport: httpx.AsyncBaseTransport | None = None) -> HttpSender:
    office = target(url, secrets=secrets, pace=Pace(concurrency=4))
    return HttpSender(office, Rest(office, NoPapers(), "https://bridge.example"), transport)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the programs lie as files."""
    for tool in ("curl", "jq", "openssl"):
        if shutil.which(tool) is None:
            absent(tool)
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_page_has_its_three_programs_and_the_receiver_is_short() -> None:
    assert set(PROGRAMS) == {"receive.py", "verify.sh", "read-feed.sh"}
    assert len(BLOCKS) == 3
    assert len(PROGRAMS["receive.py"].splitlines()) <= 40


# -- receive.py -----------------------------------------------------------------------------------------------------


@dataclass
class Running:
    """The receiver of the page, running over a database."""

    url: str
    database: Path
    process: subprocess.Popen[bytes]

    def post(self, content: bytes, key: str, headers: dict[str, str] | None = None) -> int:
        return httpx.post(
            self.url, content=content, headers={"Idempotency-Key": key, **(headers or signed(content, key))}, trust_env=False
        ).status_code

    def deliver(self, sent: Message) -> int:
        return self.post(sent.record.content, sent.record.idempotency_key)

    def newest(self) -> list[tuple[str, int, str]]:
        with sqlite3.connect(self.database) as database:
            return database.execute("SELECT id, version, schema FROM document ORDER BY id").fetchall()

    def keys(self) -> list[str]:
        with sqlite3.connect(self.database) as database:
            return [key for (key,) in database.execute("SELECT key FROM message ORDER BY key")]


def signed(content: bytes, key: str, *, secret: str = NEW, age: float = 0) -> dict[str, str]:
    at = datetime.now(UTC) - timedelta(seconds=age)
    signature = Webhook(secret).sign(key, at, content.decode())
    return {"webhook-id": key, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


@contextmanager
def receiving(folder: Path) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    database = folder / "messages.sqlite"
    command = [sys.executable, str(folder / "receive.py"), str(port), str(database)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, env=os.environ | {"SECRETS": f"{OLD} {NEW}"}, stderr=log) as process:
        try:
            wait_until(lambda: answers(port), "the receiver")
            yield Running(f"http://127.0.0.1:{port}/", database, process)
        finally:
            process.kill()


def answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def receiver(folder: Path) -> Iterator[Running]:
    with receiving(folder) as started:
        yield started


def test_a_message_is_taken_once(receiver: Running) -> None:
    first = message()
    assert receiver.deliver(first) == 201
    assert receiver.deliver(first) == 200
    assert receiver.post(b'{"other": 1}', first.record.idempotency_key) == 409
    assert receiver.keys() == [f"{ID}:1"]
    assert receiver.newest() == [(ID, 1, "letter/1")]


def test_what_is_not_rightly_signed_is_not_taken(receiver: Running) -> None:
    content, key = message().record.content, f"{ID}:1"
    good = signed(content, key)
    refused = [
        {"webhook-id": key},
        signed(content, key, secret=FOREIGN),
        signed(b'{"other": 1}', key),
        signed(content, key, age=600),
        signed(content, key, age=-600),
        signed(content, f"{ID}:9"),  # an old request, sent again under a new key
        {**good, "webhook-timestamp": "yesterday"},
        {**good, "webhook-signature": "nonsense"},
    ]
    assert [receiver.post(content, key, headers) for headers in refused] == [401] * len(refused)
    assert receiver.keys() == []
    assert receiver.post(content, key, signed(content, key, secret=OLD)) == 201


def test_a_lower_version_never_replaces_a_higher_one(receiver: Running) -> None:
    assert [receiver.deliver(message(version)) for version in (2, 1, 3)] == [201, 201, 201]
    assert receiver.newest() == [(ID, 3, "letter/1")]
    assert receiver.deliver(message(2)) == 200
    assert receiver.newest() == [(ID, 3, "letter/1")]


def test_a_withdrawal_takes_the_records_place_and_a_later_version_takes_it_back(receiver: Running) -> None:
    receiver.deliver(message(1))
    receiver.deliver(message(2, schema="withdrawal/1"))
    assert receiver.newest() == [(ID, 2, "withdrawal/1")]
    receiver.deliver(message(3))
    assert receiver.newest() == [(ID, 3, "letter/1")]


def test_what_was_answered_is_there_after_the_receiver_was_killed(folder: Path) -> None:
    with receiving(folder) as receiver:
        assert receiver.deliver(message()) == 201
        receiver.process.kill()
    with receiving(folder) as receiver:
        assert receiver.deliver(message()) == 200
        assert receiver.keys() == [f"{ID}:1"]


def test_the_bridge_and_the_receiver_understand_each_other(receiver: Running) -> None:
    sent = [message(document_id=f"document-{number:02}") for number in range(20)]
    for secrets in ((NEW,), (OLD,), (FOREIGN, NEW)):
        bridge = sender(receiver.url, *secrets)
        outcomes = bridge.send(sent, 60)
        bridge.close()
        assert [outcome and outcome.verdict for outcome in outcomes] == [Verdict.TAKEN] * 20
    assert receiver.keys() == [f"document-{number:02}:1" for number in range(20)]


# -- verify.sh ------------------------------------------------------------------------------------------------------


def sent_by_the_bridge(*secrets: str) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        raise httpx.ConnectError("seen enough")

    bridge = sender("https://office.example/records", *secrets, transport=httpx.MockTransport(answer))
    bridge.send([message()], 60)
    bridge.close()
    return seen[0]


def verify(folder: Path, request: httpx.Request, *, secret: str = NEW, body: bytes | None = None) -> subprocess.CompletedProcess[str]:
    (folder / "body").write_bytes(request.content if body is None else body)
    headers = [request.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
    command = ["sh", str(folder / "verify.sh"), str(folder / "body"), *headers]
    return subprocess.run(command, env=os.environ | {"SECRET": secret}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("secrets", [(NEW,), (OLD, NEW), (NEW, OLD)], ids=["one", "being replaced", "replacing"])
def test_openssl_finds_the_bridges_signature_right(folder: Path, secrets: tuple[str, ...]) -> None:
    result = verify(folder, sent_by_the_bridge(*secrets))
    assert (result.returncode, result.stderr) == (0, "")
    if OLD in secrets:
        assert verify(folder, sent_by_the_bridge(*secrets), secret=OLD).returncode == 0


def test_openssl_finds_any_other_wrong(folder: Path) -> None:
    request = sent_by_the_bridge(NEW)
    assert verify(folder, request, secret=FOREIGN).returncode == 1
    assert verify(folder, request, body=request.content + b"\n").returncode == 1
    assert verify(folder, request, body=request.content.replace(b"letter", b"Letter")).returncode == 1
    assert "right would be v1," in verify(folder, request, secret=OLD).stderr


# -- read-feed.sh ---------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """An agency that reads its feed with the page's program."""

    place: Place
    feed: str
    folder: Path

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def release(self, count: int) -> list[Document]:
        documents = [add_document(self.place.store, add_fax(self.place.store)) for _ in range(count)]
        for document in documents:
            release(self.place.store, document)
        return documents

    def read(self, **environ: str) -> subprocess.CompletedProcess[str]:
        told = {"FEED": self.feed, "TOKEN": "feed-token", "INBOX": str(self.inbox), "no_proxy": "*", **environ}
        command = ["sh", str(self.folder / "read-feed.sh")]
        return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, timeout=120, check=False)

    def kept(self) -> list[str]:
        return sorted(file.name for file in self.inbox.iterdir())


@pytest.fixture
def office(place: Place, folder: Path) -> Iterator[Office]:
    with running(place, http_settings()) as url:
        office = Office(place, f"{url}/api/v1/feeds/office", folder)
        office.inbox.mkdir()
        yield office


def test_what_the_feed_offers_is_kept_and_acknowledged_page_by_page(office: Office) -> None:
    documents = office.release(101)
    result = office.read()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert office.kept() == sorted(f"{document.id}_1.json" for document in documents)
    kept = json.loads((office.inbox / f"{documents[0].id}_1.json").read_text())
    assert kept == office.place.store.record(documents[0].id, 1).body
    assert {office.place.store.document(document.id).state for document in documents} == {DocumentState.DELIVERED}


def test_corrections_and_withdrawals_come_behind_what_they_replace(office: Office) -> None:
    [document] = office.release(1)
    release(office.place.store, document)
    assert office.read().returncode == 0
    Withdraw(office.place.store, HeardBell(), SetClock()).once(document.id, WithdrawalReason.OTHER)
    assert office.read().returncode == 0
    names = [f"{document.id}_{version}.json" for version in (1, 2, 3)]
    assert office.kept() == names
    assert json.loads((office.inbox / names[2]).read_text())["schema"] == "withdrawal/1"


def test_what_is_offered_again_is_not_written_again_and_is_acknowledged(office: Office) -> None:
    [document] = office.release(1)
    (office.inbox / f"{document.id}_1.json").write_text("kept before")
    assert office.read().returncode == 0
    assert (office.inbox / f"{document.id}_1.json").read_text() == "kept before"
    assert office.place.store.document(document.id).state is DocumentState.DELIVERED


def test_what_cannot_be_kept_is_not_acknowledged(office: Office) -> None:
    [document] = office.release(1)
    unfinished = office.inbox / f"{document.id}_1.json.part"
    unfinished.symlink_to("/dev/full")
    assert office.read().returncode != 0
    unfinished.unlink()
    [delivery] = office.place.store.deliveries(document.id)
    assert delivery.state is DeliveryState.PENDING
    assert office.read().returncode == 0
    assert office.kept() == [f"{document.id}_1.json"]


def test_a_wrong_token_ends_with_an_error(office: Office) -> None:
    office.release(1)
    result = office.read(TOKEN="guess")
    assert result.returncode == 22
    assert "401" in result.stderr
    assert office.kept() == []


def test_an_empty_feed_is_no_error(office: Office) -> None:
    assert office.read(WAIT="0.2").returncode == 0


def test_the_page_tells_rightly_how_a_feed_refuses(office: Office) -> None:
    office.release(1)
    ours, others = ({"Authorization": f"Bearer {token}"} for token in ("feed-token", "guess"))
    with httpx.Client(trust_env=False) as http:
        assert [http.get(office.feed).status_code, http.post(f"{office.feed}/ack", json={"cursor": 0}).status_code] == [401, 401]
        assert http.get(office.feed, headers=others).status_code == 401
        assert http.get(f"{office.feed}-other", headers=ours).status_code == 404
        assert http.get(office.feed, headers=ours, params={"limit": 501}).status_code == 422
        page = http.get(office.feed, headers=ours, params={"limit": 500, "wait": 60}).json()
        assert http.post(f"{office.feed}/ack", headers=ours, json={"cursor": page["cursor"] + 1}).status_code == 409
        assert http.post(f"{office.feed}/ack", headers=ours, json={"cursor": page["cursor"]}).json() == {"settled": 1}
