"""Builders for tests of what leaves: a clock that is set, a bell that is heard, documents ready to be released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.delivery.senders import Senders
from bridge.domain.errors import NotFoundError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, Stage
from bridge.domain.model import BlobRef, Completeness, Document, Envelope, Fax, Field, JsonObject, Origin, Record, Work
from bridge.domain.retry import Backoff
from bridge.domain.targets import Auth, AuthKind, Target, TargetKind, Times
from bridge.ports import Message, Paper, RecordSender, SendOutcome, Store, Verdict
from bridge.services.deliver import Deliver
from bridge.services.release import release_version
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
ORIGINAL = BlobRef("a" * 64, 10, "image/tiff")


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class HeardBell:
    """A bell that remembers; `waiting` is how many rings it says nobody has heard, by stage."""

    rung: list[Work] = field(default_factory=list)
    waiting: Mapping[Stage, int] = field(default_factory=dict)

    def ring(self, work: Sequence[Work]) -> None:
        self.rung += work

    def unheard(self, stage: Stage) -> int:
        return self.waiting.get(stage, 0)


@dataclass
class ScriptedSender:
    """Answers one outcome after the other, the last one for ever; keeps what was sent, and how many came at a time."""

    outcomes: list[SendOutcome]
    messages: list[Message] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    @property
    def sent(self) -> list[Record]:
        return [message.record for message in self.messages]

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        self.batches.append(len(messages))
        self.messages += messages
        return [self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0] for _ in messages]


def verdict(status: int | None) -> Verdict:
    """What HTTP says of a status (RFC 9110), as docs/receiving.md promises it to agencies."""
    if status is None or status in {408, 425, 429} or status >= 500:
        return Verdict.AGAIN
    return Verdict.TAKEN if status < 300 else Verdict.GONE if status == 410 else Verdict.REFUSED


def answer(status: int | None, *, retry_after: float | None = None) -> SendOutcome:
    error = None if status is not None and status < 300 else "no answer in time" if status is None else f"HTTP {status}"
    wait = None if retry_after is None else timedelta(seconds=retry_after)
    return SendOutcome(verdict(status), status, error, 0.1, "b" * 64, wait, "R1" if error is None else None)


def target(url: str = "http://127.0.0.1:9/records", name: str = "office", **changes: object) -> Target:
    values: dict[str, object] = {
        "kind": TargetKind.REST,
        "auth": Auth(AuthKind.BEARER, secret="secret"),
        "times": Times(connect=2.0, read=2.0),
        "backoff": Backoff(timedelta(seconds=2), timedelta(minutes=15), jitter=0.5),
    }
    return Target(name=name, url=url, **{**values, **changes})  # type: ignore[arg-type]


@dataclass
class Office:
    """A house with two targets that answer as told, and all that delivers to them."""

    store: SqlStore
    clock: SetClock
    blobs: FolderBlobs
    bell: HeardBell = field(default_factory=HeardBell)

    def deliverer(self, *outcomes: SendOutcome, sender: RecordSender | None = None, **changes: object) -> tuple[Deliver, ScriptedSender]:
        scripted = ScriptedSender(list(outcomes))
        known = {name: target(name=name, **changes) for name in ("office", "registry")}
        senders = dict.fromkeys(known, sender or scripted)
        lease = timedelta(minutes=2)
        deliver = Deliver(self.store, self.blobs, self.bell, senders, known, self.clock, "me", lease=lease, chance=lambda: 0.0)
        return deliver, scripted


class NoPapers:
    """A place where no fax has a picture."""

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        raise NotFoundError("page without a picture")

    def original(self, fax_id: str) -> Paper:
        raise NotFoundError("fax without an original")


def deliverer(store: SqlStore, folder: Path, clock: SetClock, **senders: RecordSender) -> Deliver:
    """What delivers with these senders, one a target; answers are kept below `folder`."""
    blobs, known = FolderBlobs(folder / "blobs"), {name: target(name=name) for name in senders}
    return Deliver(store, blobs, HeardBell(), senders, known, clock, "me", lease=timedelta(minutes=1))


def sender(office: Target) -> RecordSender:
    """What really sends to a target."""
    return Senders(NoPapers(), {}, "https://bridge.example").to(office)


def send_once(office: Target, record: Record | None = None) -> SendOutcome:
    """Try one record once, really."""
    [outcome] = sender(office).send([Message(record or Record("d", 1, {}, START))], 30.0)
    assert outcome is not None
    return outcome


def name_field(value: str = "Böhm", path: str = "patient.family_name") -> Field:
    return Field(path, value, value, 0.97, Origin.READ, page=1, box=(0.1, 0.1, 0.2, 0.2), is_sure=True)


def add_fax(store: Store, state: FaxState = FaxState.DECIDED, pages: int = 1, original: BlobRef | None = ORIGINAL) -> Fax:
    """Insert a fax as if it had been accepted and brought to `state`."""
    envelope = Envelope(new_id(), "smtp", ("office",), START, BlobRef(new_id().replace("-", "") * 2, 10, "message/rfc822"), dedup_key=None)
    fax = Fax(new_id(), envelope.id, "office", "smtp", 1, state, START, original=original, page_count=pages)
    store.accept(envelope, [fax], [], timedelta(days=5))
    return fax


def add_document(store: Store, fax: Fax, state: DocumentState = DocumentState.WAITING, **changes: object) -> Document:
    values: dict[str, object] = {
        "fields": (name_field(),),
        "completeness": Completeness.WHOLE,
        "pages": (1,),
        "type": "letter",
        "ordinal": 1,
    }
    document = Document(fax_id=fax.id, type_confidence=0.99, state=state, **{"id": new_id(), **values, **changes})  # type: ignore[arg-type]
    with store.begin() as tx:
        tx.add_document(document)
    return document


def body_of(document: Document, version: int) -> JsonObject:
    return {"id": document.id, "version": version, "pages": list(document.pages), "data": {"note": "Grüße"}}


def release(store: Store, document: Document, *targets: str, at: datetime = START, withdrawn_from: Sequence[str] = ()) -> list[Work]:
    """Release the next version of a stored document; return the work that delivers it."""
    document = store.document(document.id)
    record = Record(document.id, document.version + 1, body_of(document, document.version + 1), at)
    with store.begin() as tx:
        return release_version(tx, document, record, targets or ("office",), at, withdrawn_from)
