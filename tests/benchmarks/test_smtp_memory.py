"""The gateway's memory does not grow with what it takes in."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.integration.smtp_client import RawClient

MIB = 1024 * 1024
MAILS = 20
pytestmark = pytest.mark.bench


@contextmanager
def gateway(folder: Path) -> Iterator[tuple[int, int]]:
    """Run a gateway in a process of its own; give its pid and port."""
    environ = {**os.environ, "BRIDGE_SMTP__PORT": "0", "BRIDGE_SMTP__MAX_CONNECTIONS_PER_PEER": "50"}
    command = [sys.executable, str(Path(__file__).with_name("gateway_process.py")), str(folder)]
    with subprocess.Popen(
        command, env=environ | {"PYTHONPATH": str(REPOSITORY)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = int(process.stdout.readline())
        yield process.pid, port
        process.stdin.close()


def peak_memory(pid: int) -> int:
    """Return the most a process has had in memory, bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def send(port: int, number: int, line: bytes, answers: list[str]) -> None:
    """Send just under 50 MiB made of `line`."""
    with RawClient(port) as client:
        client.socket.settimeout(600)
        client.begin("fax@bridge.localhost")
        client.send(b"Subject: %d\r\n\r\n" % number)
        block = line * (MIB // len(line))
        for _ in range(49):
            client.send(block)
        answers.append(client.say(b"\r\n.\r\n"))


@pytest.mark.parametrize("line", [b"x" * MIB, b"QUJD" * 19 + b"\r\n", b"..\r\n"], ids=["one endless line", "base64", "dots"])
def test_twenty_mails_of_50_mib_at_once_stay_flat(tmp_path: Path, line: bytes, record_property: pytest.RecordProperty) -> None:
    answers: list[str] = []
    with gateway(tmp_path) as (pid, port):
        send(port, 0, b"x" * MIB, answers)
        before = peak_memory(pid)
        began = time.perf_counter()
        senders = [threading.Thread(target=send, args=(port, number, line, answers)) for number in range(1, MAILS + 1)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        seconds, after = time.perf_counter() - began, peak_memory(pid)
    record_property("mib_before", before // MIB)
    record_property("mib_after", after // MIB)
    print(f"\npeak {before / MIB:.0f} MiB after one mail, {after / MIB:.0f} MiB after {MAILS} at once, {seconds:.0f} s")
    assert [answer[:3] for answer in answers] == ["250"] * (MAILS + 1)
    assert after - before < 32 * MIB
