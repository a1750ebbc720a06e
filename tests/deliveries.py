"""Builders for tests of what leaves: a clock that is set, a bell that is heard, documents ready to be released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bridge.domain.forms import Target
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, Stage
from bridge.domain.model import BlobRef, Completeness, Document, Envelope, Fax, Field, JsonObject, Origin, Record, Work
from bridge.ports import SendOutcome, Store
from bridge.services.release import release_version

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
    """Answers one outcome after the other, the last one for ever; keeps what was sent."""

    outcomes: list[SendOutcome]
    sent: list[Record] = field(default_factory=list)

    def send(self, record: Record) -> SendOutcome:
        self.sent.append(record)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


def answer(status: int | None, *, retry_after: float | None = None) -> SendOutcome:
    error = None if status is not None and status < 300 else "no answer in time" if status is None else f"HTTP {status}"
    wait = None if retry_after is None else timedelta(seconds=retry_after)
    return SendOutcome(status, error, 0.1, "b" * 64, wait, "R1" if error is None else None)


def target(url: str = "http://127.0.0.1:9/records", name: str = "office", **changes: object) -> Target:
    values: dict[str, object] = {"kind": "rest", "token": "secret", "connect_timeout": 2.0, "read_timeout": 2.0, "max_age_hours": 72.0}
    return Target(name=name, url=url, **{**values, **changes})  # type: ignore[arg-type]


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
    document = Document(id=new_id(), fax_id=fax.id, type_confidence=0.99, state=state, **{**values, **changes})  # type: ignore[arg-type]
    with store.begin() as tx:
        tx.add_document(document)
    return document


def body_of(document: Document, version: int) -> JsonObject:
    return {"id": document.id, "version": version, "pages": list(document.pages), "data": {"note": "Grüße"}}


def release(store: Store, document: Document, *targets: str, at: datetime = START) -> list[Work]:
    """Release the next version of a stored document; return the work that delivers it."""
    document = store.document(document.id)
    record = Record(document.id, document.version + 1, body_of(document, document.version + 1), at)
    with store.begin() as tx:
        return release_version(tx, document, record, targets or ("office",), at)
