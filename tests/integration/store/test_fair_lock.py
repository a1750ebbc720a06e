"""The writers' queue: first come, first served, and no death leaves it jammed. With real processes, really killed."""

from __future__ import annotations

import os
import random
import select
import signal
import struct
import subprocess
import sys
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import StorageError
from bridge.store.fair_lock import FairLock
from tests.conftest import wait_until

PATIENCE = timedelta(seconds=60)
AT_ONCE = timedelta(seconds=20)  # what may pass on a busy machine where nobody has to be waited for

HOLD = """
import sys, time
from datetime import timedelta
from pathlib import Path
from bridge.store.fair_lock import FairLock
with FairLock(Path(sys.argv[1]), timedelta(seconds=60)).hold():
    print("in", flush=True)
    sys.stdin.readline()
"""

# Leaves a mark while inside; whoever finds the mark of a living process there has seen two of them inside.
CROWD = """
import os, sys
from datetime import timedelta
from pathlib import Path
from bridge.store.fair_lock import FairLock
mark, lock = Path(sys.argv[2]), FairLock(Path(sys.argv[1]), timedelta(seconds=60))
while True:
    with lock.hold():
        other = mark.read_text() if mark.exists() else ""
        if other and Path("/proc", other).exists() and "Z" not in Path("/proc", other, "stat").read_text().rsplit(")", 1)[1][:3]:
            print("two inside", flush=True)
            sys.exit(1)
        mark.with_suffix(f".{os.getpid()}").write_text(str(os.getpid()))
        mark.with_suffix(f".{os.getpid()}").replace(mark)
        mark.unlink()
    print(".", flush=True)
"""

FORK = """
import os, sys, time
from datetime import timedelta
from pathlib import Path
from bridge.store.fair_lock import FairLock
with FairLock(Path(sys.argv[1]), timedelta(seconds=60)).hold():
    child = os.fork()
    if child == 0:
        time.sleep(600)
    print(child, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "writers"


@pytest.fixture
def start(path):
    """Start programs that are killed at the end of the test."""
    with ExitStack() as stack:

        def run(program: str, *arguments: object) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", program, str(path), *map(str, arguments)]
            process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            return process

        yield run


def tickets_drawn(path: Path) -> int:
    content = path.read_bytes() if path.exists() else b""
    return struct.unpack("=Q", content)[0] - 1 if content else 0


def queue_up(path: Path, start, process_count: int) -> list[subprocess.Popen[str]]:
    """Start holders one after the other, each once the one before has its ticket."""
    processes = []
    for _ in range(process_count):
        drawn = tickets_drawn(path)
        processes.append(start(HOLD))
        wait_until(lambda drawn=drawn: tickets_drawn(path) > drawn, "a drawn ticket")
    return processes


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)


def test_waiters_come_in_in_the_order_in_which_they_came(path):
    order: list[int] = []

    def wait(number: int) -> None:
        with FairLock(path, PATIENCE).hold():
            order.append(number)

    threads = []
    with FairLock(path, PATIENCE).hold():
        for number in range(8):
            threads.append(threading.Thread(target=wait, args=(number,)))
            threads[-1].start()
            wait_until(lambda number=number: tickets_drawn(path) == number + 2, "a drawn ticket")
        assert order == []
    for thread in threads:
        thread.join(60)
    assert order == list(range(8))


def test_who_has_just_been_in_goes_behind_whoever_waits(path, start):
    with FairLock(path, PATIENCE).hold():
        (waiter,) = queue_up(path, start, 1)
    with pytest.raises(StorageError), FairLock(path, timedelta(milliseconds=200)).hold():
        pass
    let_go(waiter)


def test_a_killed_holder_lets_the_next_one_in(path, start):
    holder, waiter = queue_up(path, start, 2)
    assert holder.stdout.readline() == "in\n"
    kill(holder)
    assert waiter.stdout.readline() == "in\n"
    let_go(waiter)


def test_a_killed_waiter_neither_jams_nor_lets_those_behind_overtake_the_holder(path, start):
    holder, waiter, last = queue_up(path, start, 3)
    assert holder.stdout.readline() == "in\n"
    kill(waiter)
    # The last one would be in by now if its dead predecessor were all it waits for: ours, behind it, shows it is not.
    with pytest.raises(StorageError), FairLock(path, timedelta(seconds=1)).hold():
        pass
    assert select.select([last.stdout], [], [], 0) == ([], [], [])
    let_go(holder)
    assert last.stdout.readline() == "in\n"
    let_go(last)


def test_who_gives_up_leaves_no_ticket_behind(path):
    with FairLock(path, PATIENCE).hold():
        for _ in range(3):
            with pytest.raises(StorageError, match="locked"), FairLock(path, timedelta(milliseconds=5)).hold():
                pass
    with FairLock(path, AT_ONCE).hold():
        pass


def test_a_child_does_not_keep_what_its_killed_parent_held(path, start):
    parent = start(FORK)
    child = int(parent.stdout.readline())
    kill(parent)
    try:
        with FairLock(path, AT_ONCE).hold():
            os.kill(child, 0)  # it lives
    finally:
        os.kill(child, signal.SIGKILL)


def test_four_processes_killed_at_random_never_meet_and_never_jam(path, start, tmp_path):
    chance = random.Random(1)
    crowd = [start(CROWD, tmp_path / "mark") for _ in range(4)]
    for _ in range(25):
        victim = chance.randrange(4)
        for _ in range(chance.randrange(1, 20)):
            assert crowd[chance.randrange(4)].stdout.readline() == ".\n"
        kill(crowd[victim])
        crowd[victim] = start(CROWD, tmp_path / "mark")
    for process in crowd:
        assert process.stdout.readline() == ".\n"


def test_a_lost_counter_starts_anew(path):
    path.write_bytes(b"\1")
    with FairLock(path, AT_ONCE).hold():
        assert tickets_drawn(path) == 1


def test_a_lock_file_that_cannot_be_opened_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="cannot be opened"), FairLock(tmp_path / "no folder" / "writers", AT_ONCE).hold():
        pass
