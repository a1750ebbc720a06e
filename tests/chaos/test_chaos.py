"""Processes die at random and Redis forgets: every acknowledged fax still ends once at the receiver, and the ledger closes."""

from __future__ import annotations

import os
import random
import signal
import smtplib
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import redis

from bridge.domain.lifecycle import DocumentState
from bridge.services.status import take_status
from samples.generate import generate
from samples.service import as_mail, send
from tests.running_service import Service, running_service, wait_for_all

FAXES = int(os.environ.get("CHAOS_FAXES", "200"))
IMPATIENT = {
    "BRIDGE_WORK__LEASE_SECONDS": "15",
    "BRIDGE_WORK__RING_AGAIN_SECONDS": "3",
    "BRIDGE_WORK__SWEEP_SECONDS": "0.5",
    "BRIDGE_WORK__WORKER_PROCESSES": "4",
    # many kills strike the same few pieces of work here, which is no fault of theirs
    "BRIDGE_WORK__MAX_EXPIRATIONS": "50",
}
IMPATIENT_TARGET = ("backoff_cap_seconds = 5", "[breaker]", "base_seconds = 1", "cap_seconds = 5")
pytestmark = pytest.mark.bench


class Sender(threading.Thread):
    """A fax server: sends each mail until it has a 250, as RFC 5321 tells it to."""

    def __init__(self, service: Service, mails: list[bytes]) -> None:
        super().__init__(name="fax server")
        self.service, self.mails = service, mails
        self.envelopes: list[str] = []
        self.waits: list[float] = []
        self.refusals: Counter[str] = Counter()

    def run(self) -> None:
        for mail in self.mails:
            while True:
                began = time.monotonic()
                try:
                    self.envelopes.append(send(self.service.house.settings.smtp.port, mail))
                except (OSError, smtplib.SMTPException) as error:
                    self.refusals[type(error).__name__] += 1
                    time.sleep(0.2)
                    continue
                self.waits.append(time.monotonic() - began)
                break


def victims(service: Service) -> list[int]:
    """Return all processes that may be struck: the supervisor's children and the pool processes of the workers."""
    mothers = [pid for pid in service.supervisor.pids.values() if pid is not None]
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", ",".join(map(str, mothers))], capture_output=True, text=True, check=False)
    return mothers + [int(pid) for pid in listed.stdout.split()]


def strike(service: Service, rng: random.Random, blows: int, flushes: int) -> Counter[str]:
    """Kill somebody every few seconds, each of the supervisor's children at least once, and flush Redis in between."""
    struck: Counter[str] = Counter()
    due = rng.sample(sorted(service.supervisor.pids), len(service.supervisor.pids))
    flush_at = {(number + 1) * blows // (flushes + 1) for number in range(flushes)}
    for blow in range(blows):
        time.sleep(rng.uniform(1.0, 4.0))
        if blow in flush_at:
            try:
                redis.Redis(unix_socket_path=str(service.house.folder / "redis.sock")).flushall()
                struck["flush"] += 1
            except redis.RedisError:
                flush_at.add(blow + 1)
            continue
        pid = service.supervisor.pids[due[-1]] if due else rng.choice(victims(service))
        if pid is None:
            continue  # it is just being started again
        due = due[:-1]
        name = next((name for name, each in service.supervisor.pids.items() if each == pid), "pool process")
        os.kill(pid, signal.SIGKILL)
        struck[name] += 1
    return struck


def release_all(service: Service, as_type: str) -> None:
    """Do what a person would with everything that waits."""
    for document in list(service.house.store.documents_in(DocumentState.WAITING, 10 * FAXES)):
        if not service.house.catalog.types[document.type].has_record:  # what was not recognised a person names
            service.house.review.correct(document.id, {}, as_type=as_type, may_lack_required=True)
        else:
            service.house.review.release(document.id, may_lack_required=True)


def test_every_acknowledged_fax_ends_once_at_the_receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ["disease_notification", "laboratory_notification"]
    mails = [as_mail(path) for path in generate(tmp_path / "faxes", FAXES, seed=77, conditions=["fine-clean"], kinds=kinds)]
    with running_service(tmp_path, monkeypatch, IMPATIENT, IMPATIENT_TARGET) as service:
        sender = Sender(service, mails)
        sender.start()
        struck = strike(service, random.Random(4), blows=24, flushes=2)
        sender.join(600)
        assert not sender.is_alive()

        wait_for_all(sender.envelopes, service.is_read, "every fax is read", 1500)
        release_all(service, as_type=kinds[0])
        struck += strike(service, random.Random(5), blows=10, flushes=1)  # while all that was released is being delivered
        wait_for_all(sender.envelopes, service.is_settled, "every record is delivered", 600)

        keys = [f"{doc.id}:{doc.version}" for envelope in sender.envelopes for doc in service.documents(envelope)]
        received = Counter(record.key for record in service.agency.received)
        ledger = take_status(service.house.store, service.house.clock).ledger
        print(f"\nstruck {dict(struck)}; refused {dict(sender.refusals)}; repeats at the receiver {service.agency.repeats}")
        print(f"longest wait for a 250 {max(sender.waits):.2f} s; ledger {ledger}")
        assert set(service.supervisor.pids) | {"pool process", "flush"} <= set(struck)
        assert len(set(sender.envelopes)) == FAXES
        assert not [envelope for envelope in sender.envelopes if not service.documents(envelope)]
        assert set(received) >= set(keys)
        assert set(received.values()) == {1}
        assert ledger.is_closed


def test_four_busy_workers_never_make_an_accept_wait_over_two_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = generate(tmp_path / "faxes", 60, seed=78, conditions=["fine-clean"], kinds=["disease_notification"])
    with running_service(tmp_path, monkeypatch, {"BRIDGE_WORK__WORKER_PROCESSES": "4"}) as service:
        sender = Sender(service, [as_mail(path) for path in busy])
        sender.start()
        sender.join(300)
        more = Sender(service, [as_mail(path) + b"\r\n" for path in busy])
        more.start()
        more.join(300)

    waits = sorted(sender.waits + more.waits)
    print(f"\naccepts with four busy workers: median {waits[len(waits) // 2]:.3f} s, longest {waits[-1]:.3f} s")
    assert not sender.refusals
    assert waits[-1] < 2.0
