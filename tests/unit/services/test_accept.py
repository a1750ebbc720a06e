"""A transmission is acknowledged once its bytes and its row are durable; the bell never delays or fails it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import IdempotencyConflictError, StorageError
from bridge.domain.lifecycle import FaxState, Stage, WorkState
from bridge.domain.media_types import MAIL
from bridge.domain.model import BlobRef, Envelope, Fax, Sender, Work
from bridge.ports import Accepted
from bridge.services.accept import Accept, Transmission, mail_key, upload_key
from bridge.services.spool import Spool

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAIL_TRANSMISSION = Transmission("smtp", ("a", "b"), MAIL, "127.0.0.1", "key")


class Memory:
    """Store, blobs and clock in memory, as far as accepting needs them."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.arrivals: list[tuple[Envelope, list[Fax], list[Work]]] = []
        self.store_error: Exception | None = None

    def now(self) -> datetime:
        return NOW

    def put_file(self, path: Path, sha256: str, media_type: str) -> BlobRef:
        self.story.append("bytes")
        return BlobRef(sha256, path.stat().st_size, media_type)

    def accept(self, envelope: Envelope, faxes: Sequence[Fax], work: Sequence[Work], window: timedelta) -> Accepted:
        if self.store_error:
            raise self.store_error
        for known, known_faxes, _ in self.arrivals:
            if envelope.dedup_key is not None and known.dedup_key == envelope.dedup_key:
                return Accepted(known.id, tuple(fax.id for fax in known_faxes), is_new=False)
        self.story.append("row")
        self.arrivals.append((envelope, list(faxes), list(work)))
        return Accepted(envelope.id, tuple(fax.id for fax in faxes), is_new=True, work=tuple(work))

    def envelope(self, envelope_id: str) -> Envelope:
        return next(envelope for envelope, _, _ in self.arrivals if envelope.id == envelope_id)


class Bell:
    """Remembers what was rung for; waits where told to."""

    def __init__(self) -> None:
        self.rung: list[Work] = []
        self.may_ring = threading.Event()
        self.may_ring.set()

    def ring(self, work: Sequence[Work]) -> None:
        self.may_ring.wait(30)
        self.rung += work


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def accept(memory: Memory, bell: Bell) -> Iterator[Accept]:
    use_case = Accept(memory, memory, bell, memory, timedelta(days=5))
    yield use_case
    bell.may_ring.set()
    use_case.close()


def spool_of(folder: Path, content: bytes = b"bytes") -> Spool:
    spool = Spool(folder)
    spool.write(content)
    return spool


def test_a_mail_is_one_envelope_with_one_fax_for_each_mailbox(accept: Accept, memory: Memory, tmp_path: Path) -> None:
    accepted = accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)

    [(envelope, faxes, work)] = memory.arrivals
    assert (envelope.channel, envelope.mailboxes, envelope.received_at, envelope.dedup_key, envelope.peer) == (
        "smtp",
        ("a", "b"),
        NOW,
        "key",
        "127.0.0.1",
    )
    assert [(fax.mailbox, fax.ordinal, fax.state, fax.original, fax.envelope_id) for fax in faxes] == [
        ("a", 1, FaxState.RECEIVED, None, envelope.id),
        ("b", 1, FaxState.RECEIVED, None, envelope.id),
    ]
    assert [(step.stage, step.fax_id, step.state, step.due_at) for step in work] == [(Stage.UNPACK, faxes[0].id, WorkState.READY, NOW)]
    assert accepted == Accepted(envelope.id, tuple(fax.id for fax in faxes), is_new=True, work=tuple(work))


def test_an_upload_is_its_own_original(accept: Accept, memory: Memory, tmp_path: Path) -> None:
    sender = Sender(number="+493518563790")
    accept.accept(spool_of(tmp_path), Transmission("http", ("a",), "application/pdf", "127.0.0.1", sender=sender))

    [(envelope, [fax], _)] = memory.arrivals
    assert fax.original == envelope.content
    assert fax.state is FaxState.RECEIVED
    assert fax.sender == sender


def test_bytes_are_durable_before_the_row(accept: Accept, memory: Memory, tmp_path: Path) -> None:
    accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    assert memory.story == ["bytes", "row"]


def test_the_bell_is_rung_for_what_is_new(accept: Accept, memory: Memory, bell: Bell, tmp_path: Path) -> None:
    accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    accept.close()
    assert bell.rung == memory.arrivals[0][2]


def test_a_slow_broker_delays_nobody(accept: Accept, bell: Bell, tmp_path: Path) -> None:
    bell.may_ring.clear()
    for number in range(3):
        accept.accept(spool_of(tmp_path), replace(MAIL_TRANSMISSION, dedup_key=str(number)))
    assert not bell.rung

    bell.may_ring.set()
    accept.close()
    assert len(bell.rung) == 3


def test_bells_beyond_what_may_wait_are_left_to_the_sweeper(
    accept: Accept, memory: Memory, bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.services.accept._WAITING_BELLS", 2)
    use_case = Accept(memory, memory, bell, memory, timedelta(days=5))
    bell.may_ring.clear()
    for number in range(5):
        use_case.accept(spool_of(tmp_path), replace(MAIL_TRANSMISSION, dedup_key=str(number)))
    bell.may_ring.set()
    use_case.close()

    assert len(memory.arrivals) == 5
    assert len(bell.rung) == 2


def test_what_is_committed_while_stopping_is_acknowledged_all_the_same(accept: Accept, memory: Memory, bell: Bell, tmp_path: Path) -> None:
    accept.close()
    assert accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION).is_new
    assert not bell.rung


def test_storage_trouble_acknowledges_nothing_and_leaves_no_file(accept: Accept, memory: Memory, bell: Bell, tmp_path: Path) -> None:
    memory.store_error = StorageError("database is locked")
    with pytest.raises(StorageError):
        accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    accept.close()
    assert not list(tmp_path.iterdir())
    assert not bell.rung


def test_the_same_transmission_is_taken_in_once(accept: Accept, memory: Memory, tmp_path: Path) -> None:
    first = accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    second = accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    assert (second.envelope_id, second.fax_ids, second.is_new) == (first.envelope_id, first.fax_ids, False)
    assert len(memory.arrivals) == 1


def test_a_known_key_for_another_mailbox_is_a_conflict(accept: Accept, tmp_path: Path) -> None:
    accept.accept(spool_of(tmp_path), MAIL_TRANSMISSION)
    with pytest.raises(IdempotencyConflictError):
        accept.accept(spool_of(tmp_path), replace(MAIL_TRANSMISSION, mailboxes=("a",)))


def test_the_log_names_ids_and_sizes_only(accept: Accept, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        accepted = accept.accept(spool_of(tmp_path, b"Subject: Frau Muster"), MAIL_TRANSMISSION)
    assert accepted.envelope_id in caplog.text
    assert "Muster" not in caplog.text


def test_a_mail_is_the_same_by_data_and_recipients() -> None:
    key = mail_key("digest", ["A@x", "b@x"], ["one", "two"])
    assert key == mail_key("digest", ["b@X", "a@x", "a@x"], ["two", "one"])
    others = [
        mail_key("other", ["a@x", "b@x"], ["one", "two"]),
        mail_key("digest", ["a@x"], ["one", "two"]),
        mail_key("digest", ["a@x", "b@x"], ["one"]),
    ]
    assert key not in others


def test_an_idempotency_key_belongs_to_its_token() -> None:
    assert upload_key("token", "1") == upload_key("token", "1")
    assert len({upload_key("token", "1"), upload_key("token", "2"), upload_key("other", "1")}) == 3
    assert "token" not in upload_key("token", "1")
