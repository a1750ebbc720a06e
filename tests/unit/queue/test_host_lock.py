"""Suspicious pages run alone on a host; everybody else shares it."""

from __future__ import annotations

import threading
from pathlib import Path

from bridge.queue.host_lock import FileHostLock


def test_many_work_side_by_side(tmp_path: Path) -> None:
    lock = FileHostLock(tmp_path)
    meeting = threading.Barrier(3, timeout=10)

    def work() -> None:
        with FileHostLock(tmp_path).hold(alone=False):
            meeting.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    with lock.hold(alone=False):
        meeting.wait()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_who_must_be_alone_waits_for_the_others_and_keeps_newcomers_out(tmp_path: Path) -> None:
    order: list[str] = []
    is_inside, may_leave, lone_waits = threading.Event(), threading.Event(), threading.Event()

    def early() -> None:
        with FileHostLock(tmp_path).hold(alone=False):
            is_inside.set()
            may_leave.wait(10)
            order.append("early")

    def lone() -> None:
        lone_waits.set()
        with FileHostLock(tmp_path).hold(alone=True):
            order.append("alone")

    first, second = threading.Thread(target=early), threading.Thread(target=lone)
    first.start()
    assert is_inside.wait(10)
    second.start()
    assert lone_waits.wait(10)
    may_leave.set()
    for thread in (first, second):
        thread.join(10)

    assert order == ["early", "alone"]
