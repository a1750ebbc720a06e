"""Being told to stop, by real signals to a real process."""

from __future__ import annotations

import signal
import subprocess
import sys

from bridge.stop_signal import StopSignal

# Each round two signals at once meet a waiting main thread beside a busy one, as in a worker whose libraries have threads.
ROUNDS = """
import os, signal, threading
from bridge.stop_signal import StopSignal
is_over = threading.Event()
def busy():
    while not is_over.is_set():
        sum(range(1000))
threading.Thread(target=busy, daemon=True).start()
for _ in range(30):
    with StopSignal() as stop:
        def both():
            for number in (signal.SIGTERM, signal.SIGINT) * 3:
                os.kill(os.getpid(), number)
        teller = threading.Thread(target=both)
        teller.start()
        assert stop.wait(30)
        teller.join()
        assert stop.wait(0.1)
is_over.set()
print("heard")
"""


def test_several_signals_at_once_are_always_heard() -> None:
    done = subprocess.run([sys.executable, "-c", ROUNDS], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "heard\n", "")


def test_a_wait_ends_when_its_time_is_over_and_former_ways_of_being_told_come_back() -> None:
    former = signal.getsignal(signal.SIGTERM)
    with StopSignal() as stop:
        assert signal.getsignal(signal.SIGTERM) is not former
        assert not stop.wait(0.01)
    assert signal.getsignal(signal.SIGTERM) is former
