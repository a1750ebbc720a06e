"""A store over each database, and short words to bring rows into being."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import BlobRef, Delivery, Document, Envelope, Fax, Page, Receipt, Record, Work
from bridge.ports import Settlement
from bridge.store.sql import SqlStore

NOW = datetime(2026, 11, 22, 14, 32, 5, 123456, tzinfo=UTC)
WINDOW = timedelta(days=5)
LEASE = timedelta(seconds=60)
UNDERWAY = [FaxState.RECEIVED, FaxState.UNPACKED, FaxState.DECODED, FaxState.LAID_OUT, FaxState.READ, FaxState.DECIDED]


def blob(content: str) -> BlobRef:
    return BlobRef(hashlib.sha256(content.encode()).hexdigest(), len(content), "image/tiff")


class Story:
    """Makes things happen in a store, with as little to say as possible."""

    now, window, lease = NOW, WINDOW, LEASE

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self._numbers = itertools.count(1)

    def envelope(self, **changes: Any) -> Envelope:
        plain = Envelope(new_id(), "smtp", ("amt",), NOW, blob(f"mail {next(self._numbers)}"), None, peer="127.0.0.1")
        return replace(plain, **changes)

    def fax_in(self, envelope: Envelope, **changes: Any) -> Fax:
        return replace(Fax(new_id(), envelope.id, "amt", envelope.channel, 1, FaxState.RECEIVED, envelope.received_at), **changes)

    def step(self, fax: Fax, stage: Stage = Stage.UNPACK, **changes: Any) -> Work:
        return replace(Work(new_id(), stage, fax.id, WorkState.READY, NOW, NOW), **changes)

    def arrive(self, **changes: Any) -> Fax:
        """Accept one envelope with one fax."""
        envelope = self.envelope()
        fax = self.fax_in(envelope, **changes)
        self.store.accept(envelope, [fax], [], WINDOW)
        return fax

    def work(self, fax: Fax | None = None, stage: Stage = Stage.UNPACK, **changes: Any) -> Work:
        step = self.step(fax or self.arrive(), stage, **changes)
        with self.store.begin() as tx:
            tx.add_work(step)
        return step

    def bring(self, fax: Fax, state: FaxState) -> None:
        """Move the fax on through the states until it is in `state`."""
        here = self.store.fax(fax.id).state
        with self.store.begin() as tx:
            for old, new in itertools.pairwise(UNDERWAY[UNDERWAY.index(here) : UNDERWAY.index(state) + 1]):
                tx.move_fax(fax.id, old, new)

    def page(self, fax: Fax, number: int, **changes: Any) -> Page:
        return replace(Page(fax.id, number, PageState.DECODED, blob(f"page {number}"), 204.0, 196.0), **changes)

    def decided(self, *pages: Any, **facts: Any) -> Fax:
        """A decided fax; each of `pages` is a mapping of what is special about that page."""
        fax = self.arrive()
        with self.store.begin() as tx:
            for number, special in enumerate(pages, start=1):
                tx.add_page(self.page(fax, number, **special))
            tx.set_fax_facts(fax.id, page_count=len(pages), **facts)
        self.bring(fax, FaxState.DECIDED)
        return fax

    def document(self, fax: Fax, pages: Sequence[int], state: DocumentState = DocumentState.WAITING, **changes: Any) -> Document:
        document = Document(new_id(), fax.id, next(self._numbers), "letter", 0.99, tuple(pages), state)
        document = replace(document, **changes)
        with self.store.begin() as tx:
            tx.add_document(document)
        return document

    def release(self, document: Document, targets: Sequence[str] = ("amt",)) -> list[Delivery]:
        """Release the document's next version."""
        current = self.store.document(document.id)
        released = replace(current, state=DocumentState.RELEASED, version=current.version + 1)
        deliveries = [Delivery(new_id(), document.id, released.version, each, DeliveryState.PENDING, 0, NOW) for each in targets]
        with self.store.begin() as tx:
            tx.save_document(released, current.state)
            tx.add_record(Record(document.id, released.version, {"id": document.id}, NOW))
            for delivery in deliveries:
                tx.add_delivery(delivery)
        return deliveries

    def deliver(self, delivery: Delivery, pages: int = 1) -> None:
        with self.store.begin() as tx:
            tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DELIVERED)
            tx.add_receipt(Receipt(delivery.id, NOW, 201, "r-1", "ab" * 32, pages))

    def bury(self, delivery: Delivery) -> None:
        with self.store.begin() as tx:
            tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, "abgelehnt")

    def settled(self, fax: Fax) -> dict[Settlement, int]:
        (line,) = self.store.ledger(fax.id)
        return dict(line.settled)

    def gap(self, fax: Fax) -> int:
        (line,) = self.store.ledger(fax.id)
        return line.gap


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def story(store: SqlStore) -> Story:
    return Story(store)


@pytest.fixture
def story_of() -> type[Story]:
    """For tests that open the store in their own way."""
    return Story
