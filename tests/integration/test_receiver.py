"""The reference receiver over real connections: what it keeps, what it refuses, how it misbehaves when told to."""

from __future__ import annotations

import http.client
import json
import math
import signal
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner

from bridge.cli import app
from bridge.delivery.http import HttpSender
from bridge.delivery.rest import Rest
from bridge.domain.model import Record
from bridge.domain.targets import Times
from bridge.ports.delivery import Message, Paper, Verdict
from bridge.receiver import KINDS, Fault, Faults, Receiver
from tests.conftest import REPOSITORY, wait_until
from tests.deliveries import START, target

OLD, NEW, FOREIGN = (f"whsec_{letter * 32}" for letter in "AbC")
KEY = "0199c1f0:1"
REQUEST = b"POST /records HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}"
VERDICTS = {
    "500": Verdict.AGAIN,
    "503": Verdict.AGAIN,
    "429": Verdict.AGAIN,
    "never": Verdict.AGAIN,
    "half": Verdict.AGAIN,
    "twice": Verdict.AGAIN,
    "slow": Verdict.TAKEN,
    "409": Verdict.REFUSED,
    "400": Verdict.REFUSED,
    "401": Verdict.REFUSED,
    "422": Verdict.REFUSED,
    "410": Verdict.GONE,
}


class NoPapers:
    def searchable(self, fax_id: str, pages: object) -> Paper:
        raise AssertionError("no paper is asked for")


@contextmanager
def client(receiver: Receiver, **options: float) -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, base_url=receiver.url.removesuffix("/records"), **options) as opened:  # type: ignore[arg-type]
        yield opened


def post(http: httpx.Client, key: str = KEY, content: bytes = b"{}", **headers: str) -> httpx.Response:
    return http.post("/records", content=content, headers={"Idempotency-Key": key, **headers})


@contextmanager
def connected(receiver: Receiver) -> Iterator[socket.socket]:
    host, port = receiver.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        yield line


@contextmanager
def sending(receiver: Receiver, *, read: float = 20.0, secrets: tuple[str, ...] = ()) -> Iterator[HttpSender]:
    office = target(receiver.url, times=Times(connect=5.0, read=read), secrets=secrets)
    sender = HttpSender(office, Rest(office, NoPapers(), "https://bridge.example"))
    yield sender
    sender.close()


# -- what it keeps --------------------------------------------------------------------------------------------------


def test_each_record_is_kept_once_and_the_numbers_say_what_came() -> None:
    with Receiver() as receiver, client(receiver) as http:
        assert post(http, "a:1").status_code == 201
        assert post(http, "a:1").status_code == 200
        assert post(http, "a:1", b'{"other": 1}').status_code == 409
        assert post(http, "a:3").status_code == 201
        assert post(http, "a:2").status_code == 201
        assert post(http, "b:1").status_code == 201
        assert post(http, "no version").status_code == 201
        assert post(http, content=b"[]").status_code == 422
        view = receiver.view()
        assert [kept.key for kept in view.received] == ["a:1", "a:3", "a:2", "b:1", "no version"]
        stats = view.stats
        assert (stats.taken, stats.repeats, stats.conflicts, stats.out_of_order) == (5, 1, 1, 1)
        assert (stats.faults, stats.refused) == ({}, {422: 1})
        assert http.get("/stats").json() == json.loads(json.dumps(asdict(stats)))
        assert http.get("/").status_code == 404


def test_one_record_sent_many_times_at_once_is_taken_once() -> None:
    with Receiver() as receiver, client(receiver) as http, ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: post(http).status_code, range(40)))
        assert sorted(statuses) == [200] * 39 + [201]
        assert (receiver.stats.taken, receiver.stats.repeats) == (1, 39)


def test_order_is_judged_by_what_an_earlier_run_has_kept_too(tmp_path: Path) -> None:
    with Receiver(file=tmp_path / "kept") as receiver, client(receiver) as http:
        post(http, "a:2")
    with Receiver(file=tmp_path / "kept") as receiver, client(receiver) as http:
        assert post(http, "a:2").status_code == 200
        post(http, "a:1")
        assert (receiver.stats.taken, receiver.stats.out_of_order) == (1, 1)


def test_without_contents_ten_thousand_records_cost_little_memory() -> None:
    with Receiver(keep_content=False) as receiver:
        tracemalloc.start()
        for number in range(10_000):
            receiver.take({"Idempotency-Key": f"{number}:1"}, b'{"filler": "%s%d"}' % (b"x" * 3000, number))
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        view = receiver.view()
    assert (view.stats.taken, len(view.received)) == (10_000, 10_000)
    assert (view.received[7].key, view.received[7].version, view.received[7].record) == ("7:1", 1, None)
    assert used < 10_000_000  # 30 MB came


# -- how it speaks HTTP ---------------------------------------------------------------------------------------------


def test_a_connection_stays_open_for_many_records_whatever_is_answered() -> None:
    with Receiver() as receiver:
        receiver.fail_next(Fault(503), Fault(409))
        connection = http.client.HTTPConnection(receiver.url.split("/")[2])
        connection.connect()
        first = connection.sock
        statuses = []
        for _ in range(4):
            connection.request("POST", "/records", b"{}", {"Idempotency-Key": KEY})
            with connection.getresponse() as response:
                statuses.append(response.status)
                response.read()
        assert (statuses, connection.sock) == ([503, 409, 201, 200], first)
        connection.close()


def test_a_sender_that_asks_first_is_told_to_go_on() -> None:
    with Receiver() as receiver, connected(receiver) as line:
        line.sendall(b"POST /records HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert line.recv(1000).startswith(b"HTTP/1.1 100 ")
        line.sendall(b"{}")
        assert line.recv(1000).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    ("framing", "status"),
    [("Transfer-Encoding: chunked\r\nContent-Length: 2", 411), ("Content-Length: x", 411), (f"Content-Length: {'0' * 18}9{'9' * 30}", 413)],
)
def test_a_body_of_unclear_or_endless_length_ends_the_connection(framing: str, status: int) -> None:
    with Receiver() as receiver, connected(receiver) as line:
        line.sendall(f"POST /records HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\n{framing}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(1000), b""))
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"\r\nConnection: close\r\n" in answer
        assert receiver.stats.refused == {status: 1}


def test_a_receiver_that_is_left_hangs_up_on_everybody() -> None:
    with ExitStack() as lines:
        with Receiver() as receiver:
            receiver.fail_next(Fault(0, wait=math.inf), Fault(None, is_kept=True, wait=3600))
            silent, never, slow = (lines.enter_context(connected(receiver)) for _ in range(3))
            for line in (never, slow):
                line.sendall(REQUEST)
            wait_until(lambda: sum(receiver.stats.faults.values()) == 2, "the faults")
        assert [line.recv(1000) for line in (silent, never, slow)] == [b""] * 3


# -- how it misbehaves ----------------------------------------------------------------------------------------------


def test_every_kind_of_fault_is_tried() -> None:
    assert set(VERDICTS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bridge_understands_each_fault_and_each_record_is_kept_once(kind: str) -> None:
    faults = Faults({kind: 1.0}, slow_seconds=0.2)
    message = Message(Record("0199c1f0", 1, {"id": "0199c1f0"}, START))
    with Receiver(faults=faults) as receiver, sending(receiver, read=1.0 if kind == "never" else 20.0) as sender:
        [outcome] = sender.send([message], 60)
        assert outcome is not None
        assert outcome.verdict is VERDICTS[kind]
        assert outcome.status == (int(kind) if kind.isdigit() else 201 if kind == "slow" else None)
        assert outcome.retry_after == (timedelta(seconds=1) if kind == "429" else None)
        assert len(receiver.received) == (1 if KINDS[kind].is_kept else 0)
        assert receiver.stats.faults == {kind: 1}


def test_after_faults_of_all_kinds_that_are_tried_again_everything_is_there_once() -> None:
    again = [kind for kind, verdict in VERDICTS.items() if verdict in {Verdict.AGAIN, Verdict.TAKEN}]
    faults = Faults(dict.fromkeys(again, 0.08), slow_seconds=0.01, seed=1)
    pending = [Message(Record(f"document-{number}", 1, {"id": f"document-{number}"}, START)) for number in range(60)]
    with Receiver(faults=faults) as receiver, sending(receiver, read=1.0) as sender:
        while pending:
            outcomes = sender.send(pending, 60)
            pending = [each for each, outcome in zip(pending, outcomes, strict=True) if outcome is None or outcome.verdict is Verdict.AGAIN]
        stats = receiver.stats
        assert sorted(kept.key for kept in receiver.received) == sorted(f"document-{number}:1" for number in range(60))
        assert set(stats.faults) == set(again)
        assert stats.repeats == stats.faults["half"] + stats.faults["twice"]  # these alone lose a good answer, and each makes one repeat


def test_a_slow_answer_that_nobody_waits_for_leaves_the_record_kept() -> None:
    with Receiver(faults=Faults({"slow": 1.0}, slow_seconds=3600)) as receiver, client(receiver, timeout=0.2) as http:
        with pytest.raises(httpx.ReadTimeout):
            post(http)
        assert [kept.key for kept in receiver.received] == [KEY]


def test_the_same_seed_gives_the_same_faults_about_as_often_as_asked() -> None:
    def met(seed: int) -> list[str | None]:
        faults = Faults({"500": 0.2, "twice": 0.1}, seed=seed)
        return [None if fault is None else fault.name for fault in (faults.next() for _ in range(2000))]

    assert met(7) == met(7) != met(8)
    assert 300 < met(7).count("500") < 500
    assert 130 < met(7).count("twice") < 270


def test_ordered_faults_come_first_and_by_themselves_end() -> None:
    faults = Faults()
    faults.order(Fault(503), Fault(0))
    assert [fault and fault.name for fault in (faults.next() for _ in range(3))] == ["503", "hang-up", None]


@pytest.mark.parametrize("shares", [{"teapot": 0.1}, {"500": 1.1}, {"500": -0.1}, {"500": 0.6, "503": 0.6}, {"500": math.nan}], ids=str)
def test_shares_that_make_no_sense_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Faults(shares)


# -- whom it believes -----------------------------------------------------------------------------------------------


def signed(secret: str, content: bytes = b"{}", key: str = KEY, age: float = 0) -> dict[str, str]:
    at = datetime.now(UTC) - timedelta(seconds=age)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, at, content.decode()),
    }


def test_a_signature_by_any_of_its_secrets_is_believed() -> None:
    with Receiver(secrets=[OLD, NEW]) as receiver, client(receiver) as http:
        assert post(http, "a:1", **signed(OLD, key="a:1")).status_code == 201
        assert post(http, "b:1", **signed(NEW, key="b:1")).status_code == 201
        both = signed(FOREIGN, key="c:1")
        both["webhook-signature"] += f" {signed(NEW, key='c:1')['webhook-signature']}"
        assert post(http, "c:1", **both).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: signed(FOREIGN),
        lambda: signed(NEW, b'{"other": 1}'),
        lambda: signed(NEW, key="other:1"),
        lambda: {**signed(NEW), "webhook-id": "other:1"},
        lambda: {**signed(NEW), "webhook-timestamp": "nan"},
        lambda: {**signed(NEW), "webhook-signature": "no signature"},
        lambda: {**signed(NEW), "webhook-signature": "v1,=="},
        lambda: signed(NEW, age=600),
        lambda: signed(NEW, age=-600),
    ],
    ids=["none", "foreign", "other content", "other key, signed", "other id", "no time", "no comma", "no base64", "stale", "early"],
)
def test_any_other_signature_is_not(headers: Callable[[], dict[str, str]]) -> None:
    """Signed when the test runs, not when it was collected: signatures grow old."""
    with Receiver(secrets=[OLD, NEW]) as receiver, client(receiver) as http:
        receiver.fail_next(Fault(503))
        assert post(http, **headers()).status_code == 401
        assert (receiver.received, receiver.stats.refused, receiver.stats.faults) == ((), {401: 1}, {})


def test_a_token_is_wanted_where_there_is_one() -> None:
    with Receiver(token="Schlüssel") as receiver, client(receiver) as http:
        assert post(http).status_code == 401
        assert post(http, Authorization="Bearer guess").status_code == 401
        assert receiver.stats.refused == {401: 2}


def test_what_the_bridge_signs_is_believed() -> None:
    message = Message(Record("0199c1f0", 1, {"name": "Böhm"}, START))
    for secrets in ((NEW,), (OLD, NEW)):
        with Receiver(secrets=[NEW]) as receiver, sending(receiver, secrets=secrets) as sender:
            [outcome] = sender.send([message], 60)
            assert outcome is not None
            assert outcome.verdict is Verdict.TAKEN
    with Receiver(secrets=[NEW]) as receiver, sending(receiver, secrets=(OLD,)) as sender:
        [outcome] = sender.send([message], 60)
        assert outcome is not None
        assert outcome.status == 401


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_ä", "whsec_A"])
def test_what_is_no_secret_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        Receiver(secrets=[secret])


# -- the command ----------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_does_and_in_the_end_what_came(tmp_path: Path) -> None:
    options = ["--port", "0", "--fault", "twice=1", "--seed", "3", "--token", "t", "--secret", NEW, "--file", str(tmp_path / "kept")]
    command = [sys.executable, "-m", "bridge.cli", "receiver", *options]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        beginning = [process.stdout.readline() for _ in range(5)]
        url = beginning[0].split()[1]
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(url, content=b"{}", headers={"Idempotency-Key": KEY, "Authorization": "Bearer t", **signed(NEW)}, trust_env=False)
        assert httpx.post(url, content=b"{}", trust_env=False).status_code == 401
        process.send_signal(signal.SIGTERM)
        end = process.stdout.read()
    assert process.returncode == 0
    assert (
        beginning[4]
        == "100.0% der Anfragen: twice, legt ohne Antwort auf, sodass der Absender ein zweites Mal senden muss; Datensatz behalten.\n"
    )
    assert end == (
        "Angenommen: 1; wiederholt: 0; anderer Inhalt unter bekanntem Schlüssel: 0; von einer neueren Fassung überholt: 0\n"
        "Fehlverhalten: twice 1\nAbgelehnt: HTTP 401 1\n"
    )
    assert json.loads((tmp_path / "kept").read_text())["key"] == KEY


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--fault", "teapot=0.1"], "möglich sind 500, 503"),
        (["--fault", "500"], "etwa 500=0.1"),
        (["--fault", "500=2"], "zwischen 0 und 1"),
        (["--fault", "500=0.1", "--fault", "500=0.2"], "schon genannt"),
        (["--secret", "whsec_"], "Base64"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_the_command_names_a_wrong_option(options: list[str], says: str) -> None:
    result = CliRunner().invoke(app, ["receiver", "--port", "0", *options], env={"COLUMNS": "400", "TERMINAL_WIDTH": "400"})
    assert result.exit_code == 2
    assert says in result.output


def test_the_command_names_a_file_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("[1]\n")
    result = CliRunner().invoke(app, ["receiver", "--port", "0", "--file", str(tmp_path / "other")], env={"TERMINAL_WIDTH": "400"})
    assert result.exit_code == 2
    assert "stammt von keiner Empfangsstelle" in result.output


def test_the_command_names_a_port_that_is_taken() -> None:
    with Receiver() as receiver:
        port = receiver.url.split(":")[2].removesuffix("/records")
        command = [sys.executable, "-m", "bridge.cli", "receiver", "--port", port]
        result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert f"Port {port}" in result.stderr
