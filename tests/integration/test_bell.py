"""Ringing on a real Redis: what stands in the queues, and that nobody waits for a bell that does not ring."""

from __future__ import annotations

import base64
import json
import logging
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import Stage, WorkState
from bridge.domain.model import Work
from bridge.queue import bell as bell_module
from bridge.queue.bell import CeleryBell, queue_name, task_name
from tests.conftest import wait_until
from tests.deliveries import START


def work(stage: Stage) -> Work:
    return Work(new_id(), stage, new_id(), WorkState.READY, START, START)


def rings(socket: Path, queue: str) -> list[tuple[str, list[str]]]:
    """(task name, arguments) of each message, in the order in which workers take them: by priority, then by age."""
    lists = [queue] + [f"{queue}\x06\x16{step}" for step in (3, 6, 9)]  # kombu's names for the lists of a queue
    with redis.Redis(unix_socket_path=str(socket)) as client:
        messages = [json.loads(raw) for name in lists for raw in reversed(client.lrange(name, 0, -1))]  # type: ignore[arg-type]
    return [(message["headers"]["task"], json.loads(base64.b64decode(message["body"]))[0]) for message in messages]


@pytest.fixture
def own_redis() -> Iterator[tuple[Path, list[subprocess.Popen[bytes]]]]:
    """A Redis this test may kill: its socket, and its process (replaceable)."""
    with TemporaryDirectory(prefix="fax-bell-") as folder:
        path = Path(folder) / "r.sock"
        processes = [start_redis(path)]
        yield path, processes
        for process in processes:
            process.kill()
            process.wait()


def start_redis(path: Path) -> subprocess.Popen[bytes]:
    program = shutil.which("redis-server")
    assert program
    path.unlink(missing_ok=True)
    command = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(path.parent)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_until(path.exists, "redis-server's socket")
    return process


def test_each_stage_is_rung_for_by_name_on_its_queue_what_is_nearest_to_its_end_first(redis_socket: Path, redis_url: str) -> None:
    pieces = {stage: work(stage) for stage in Stage}
    bell = CeleryBell(redis_url)
    bell.ring(list(pieces.values()))
    order = (Stage.READ_VALUES, Stage.DECIDE, Stage.LOCATE, Stage.LAYOUT, Stage.UNPACK, Stage.DECODE)
    assert rings(redis_socket, "reading") == [(task_name(stage), [pieces[stage].id]) for stage in order]
    assert rings(redis_socket, "delivering") == [("bridge.deliver", [pieces[Stage.DELIVER].id])]
    assert {stage: bell.unheard(stage) for stage in (Stage.DECODE, Stage.DELIVER)} == {Stage.DECODE: 6, Stage.DELIVER: 1}


def test_nothing_to_ring_for_opens_no_connection() -> None:
    CeleryBell("redis+socket:///nowhere").ring([])


def connections(socket: Path) -> int:
    with redis.Redis(unix_socket_path=str(socket)) as client:
        return len(client.client_list())  # type: ignore[arg-type]


def test_threads_share_one_bell(redis_socket: Path, redis_url: str) -> None:
    before = connections(redis_socket)
    bell = CeleryBell(redis_url)
    threads = [threading.Thread(target=bell.ring, args=([work(Stage.DECODE)],)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings(redis_socket, "reading")) == 20
    assert connections(redis_socket) - before <= 2


def test_a_flush_between_two_rings_loses_only_the_first(redis_socket: Path, redis_url: str) -> None:
    bell = CeleryBell(redis_url)
    bell.ring([work(Stage.DECODE)])
    with redis.Redis(unix_socket_path=str(redis_socket)) as client:
        client.flushall()
    second = work(Stage.DECODE)
    bell.ring([second])
    assert rings(redis_socket, "reading") == [("bridge.decode", [second.id])]


def test_an_unreachable_redis_is_told_once_and_asked_again_after_a_rest(
    own_redis: tuple[Path, list[subprocess.Popen[bytes]]], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "REST_SECONDS", 0.05)
    path, processes = own_redis
    bell = CeleryBell(f"redis+socket://{path}")
    bell.ring([work(Stage.DECODE)])
    processes[0].kill()
    processes[0].wait()
    with caplog.at_level(logging.WARNING, logger="bridge.queue.bell"):
        for _ in range(5):
            bell.ring([work(Stage.DECODE)])
            assert bell.unheard(Stage.DECODE) == 0
    assert len(caplog.records) == 1
    processes.append(start_redis(path))

    def arrives() -> bool:
        bell.ring([work(Stage.DECODE)])
        return bool(rings(path, "reading"))

    wait_until(arrives, "a ring after Redis came back", 10)


def test_a_redis_that_hangs_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bell_module, "TIMEOUT_SECONDS", 0.2)
    with TemporaryDirectory(prefix="fax-bell-") as folder, socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{folder}/r.sock")
        silent.listen()
        bell = CeleryBell(f"redis+socket://{folder}/r.sock")
        done = threading.Event()

        def ring_often() -> None:
            for _ in range(100):
                bell.ring([work(Stage.DECODE)])
            done.set()

        threading.Thread(target=ring_often, daemon=True).start()
        assert done.wait(10), "100 rings of a silent Redis take a timeout or two, not a hundred"


def test_deliveries_have_a_queue_of_their_own() -> None:
    assert {queue_name(stage) for stage in Stage} == {"reading", "delivering"}
    assert queue_name(Stage.DELIVER) == "delivering"
