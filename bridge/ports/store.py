"""The database: the truth about every fax."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage
from bridge.domain.model import (
    Attempt,
    BlobRef,
    Claim,
    Delivery,
    Document,
    Envelope,
    Event,
    Fax,
    Page,
    Receipt,
    Record,
    ReviewTask,
    Sender,
    Work,
)
from bridge.ports.desk import Desk, DeskTransaction
from bridge.ports.learning import Learning, LearningTransaction
from bridge.ports.ledger import LedgerLine, LedgerTotals
from bridge.ports.outbox import HandingOver, Outbox
from bridge.ports.people import People

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer of accepting: ids of envelope and its faxes; `is_new` is False where this transmission was known."""

    envelope_id: str
    fax_ids: tuple[str, ...]
    is_new: bool
    work: tuple[Work, ...] = ()


@dataclass(frozen=True, slots=True)
class FaxFilter:
    """Which faxes to list, newest first; None means any."""

    state: FaxState | None = None
    mailbox: str | None = None
    before_id: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class StageDepth:
    """Open work of one stage: how many pieces are ready, claimed or quarantined, and when the oldest ready or claimed arose.

    `oldest` is not when it is due: work that waits between two tries grows old all the same.
    """

    stage: Stage
    ready: int
    claimed: int
    quarantined: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How much waits for a person: documents, questions after partial records, failed faxes, dead letters, quarantined steps."""

    documents: int
    follow_ups: int
    failed: int
    dead_letters: int
    quarantine: int


class Transaction(HandingOver, DeskTransaction, LearningTransaction, Protocol):
    """One short write transaction. All of it is committed when the context ends without an error, or none of it.

    `move_*` are guarded: `UPDATE .. WHERE id = .. AND state = expected`; no match raises StateConflictError, a change
    that `lifecycle` does not know raises IllegalTransitionError. Every `move_*` and `add_*` of fax, document and
    delivery writes an event row too.
    """

    def add_fax(self, fax: Fax) -> None:
        """Insert another fax of an accepted envelope."""
        ...

    def fax(self, fax_id: str) -> Fax:
        """Return the fax as this transaction sees it."""
        ...

    def move_fax(self, fax_id: str, expected: FaxState, new: FaxState, reason: str | None = None) -> None:
        """Change a fax's state; `reason` is the German sentence shown to people."""
        ...

    def set_fax_facts(
        self,
        fax_id: str,
        *,
        sender: Sender | None = None,
        original: BlobRef | None = None,
        announced_pages: int | None = None,
        page_count: int | None = None,
        complete: bool | None = None,
        sent_at: datetime | None = None,
        possible_duplicate_of: str | None = None,
    ) -> None:
        """Overwrite those facts that are given (None leaves a fact as it is)."""
        ...

    def set_pages_pending(self, fax_id: str, count: int) -> None:
        """Start the counter of open page tasks of the fax's current stage."""
        ...

    def count_page_done(self, fax_id: str) -> int:
        """Decrement the counter and return what is left; 0 tells the last page."""
        ...

    def add_page(self, page: Page) -> None:
        """Insert a decoded page."""
        ...

    def save_page(self, page: Page, expected: PageState, layout: Layout | None = None) -> None:
        """Replace a page's row, moving it from state `expected` to `page.state`; store `layout` where given."""
        ...

    def save_result(self, fax_id: str, number: int, kind: str, content: object) -> None:
        """Keep a stage's intermediate result (upsert): a frozen dataclass, or a tuple of them, of the domain.

        `number` is the page, 0 the whole fax; `kind` names the result, such as `located` or `readings`.
        """
        ...

    def forget_results(self, fax_id: str) -> None:
        """Delete pages, layouts and intermediate results of a fax that is to be read again."""
        ...

    def add_document(self, document: Document) -> None:
        """Insert a document with its fields and issues."""
        ...

    def save_document(self, document: Document, expected: DocumentState) -> None:
        """Replace a document's row, moving it from `expected` to `document.state` (equal states are allowed here)."""
        ...

    def document(self, document_id: str) -> Document:
        """Return the document as this transaction sees it, its row locked until the end (PostgreSQL: FOR UPDATE).

        Whoever changes a document, or concludes its state from its deliveries, reads it here first: versions and
        receipts that come at the same time then wait for one another.
        """
        ...

    def forget_delivery_work(self, delivery_ids: Collection[str]) -> None:
        """Delete the steps that would deliver what was settled otherwise."""
        ...

    def add_review(self, task: ReviewTask) -> None:
        """Insert a review task."""
        ...

    def close_reviews(self, document_id: str, outcome: str, at: datetime) -> None:
        """Close every open review task of the document."""
        ...

    def add_event(self, event: Event) -> None:
        """Write a line of the fax's story."""
        ...

    def add_work(self, work: Work) -> None:
        """Insert a step to do."""
        ...

    def finish_work(self, *claims: Claim) -> None:
        """Mark claimed steps done; raises LostClaimError where the token of one is outdated."""
        ...

    def release_work(
        self, claim: Claim, due_at: datetime, *, has_crashed: bool = False, is_counted: bool = True, reason: str | None = None
    ) -> None:
        """Give the step back to be done again from `due_at`; raises LostClaimError.

        `is_counted` False takes this claim out of the step's `attempts`: disk or database refused, not the step.
        """
        ...

    def quarantine_work(self, claim: Claim, reason: str) -> None:
        """Put the step aside for a person; raises LostClaimError."""
        ...

    def forget_work(self, fax_id: str, page: int | None = None) -> None:
        """Delete every step of reading a fax, or one `page` of it, in whatever state (DELIVER steps stay).

        One still running loses its claim. For what a person closes or has read again, so that nothing stays in
        quarantine without end.
        """
        ...


class Store(Outbox, Desk, Learning, People, Protocol):
    """The database: the truth about every fax."""

    def accept(self, envelope: Envelope, faxes: Sequence[Fax], work: Sequence[Work], window: timedelta) -> Accepted:
        """Commit a new arrival, or return the known one with the same `dedup_key` within `window`, in one transaction.

        Raises IdempotencyConflictError where the key is known with other content (HTTP).
        """
        ...

    def begin(self) -> AbstractContextManager[Transaction]:
        """Open a write transaction (SQLite: fair lock across processes, BEGIN IMMEDIATE)."""
        ...

    # -- work -------------------------------------------------------------------------------------------------------

    def claim(self, work_id: str, owner: str, lease: timedelta, now: datetime) -> Claim | None:
        """Take ready (and due), or expired, work; None where it is done, held by a living lease, quarantined or forgotten.

        Taking over an expired lease raises its `expirations` by one.
        """
        ...

    def extend(self, claim: Claim, lease: timedelta, now: datetime) -> None:
        """Prolong the lease; raises LostClaimError."""
        ...

    def excuse(self, since: datetime, until: datetime) -> int:
        """Give back, uncounted and due at once, all work whose lease ended between the two times; return how much.

        For leases that the database itself kept from being prolonged or given back.
        """
        ...

    def overdue(self, now: datetime, rung_before: datetime, limit: int) -> Sequence[Work]:
        """Return work to ring for: ready and due, or with an expired lease, and not rung since `rung_before`."""
        ...

    def mark_rung(self, work_ids: Sequence[str], now: datetime) -> None:
        """Remember when a bell was last rung."""
        ...

    def hold_lease(self, name: str, owner: str, lease: timedelta, now: datetime) -> bool:
        """Take or prolong a named lease (the sweeper's, a target's); False where another living owner has it."""
        ...

    def drop_lease(self, name: str, owner: str) -> None:
        """Give a named lease back, where it is still `owner`'s."""
        ...

    # -- reading ----------------------------------------------------------------------------------------------------

    def envelope(self, envelope_id: str) -> Envelope:
        """Return the envelope."""
        ...

    def fax(self, fax_id: str) -> Fax:
        """Return the fax."""
        ...

    def faxes(self, which: FaxFilter) -> Sequence[Fax]:
        """List faxes, newest first."""
        ...

    def faxes_of(self, envelope_id: str) -> Sequence[Fax]:
        """Return the faxes of an envelope by mailbox and ordinal."""
        ...

    def find_original(self, sha256: str, since: datetime, other_than: str) -> Fax | None:
        """Return the oldest other fax with the same original bytes received since then, for the duplicate link."""
        ...

    def unreferenced(self, sha256s: Sequence[str]) -> Sequence[str]:
        """Return those of the blobs that no row refers to."""
        ...

    def pages(self, fax_id: str) -> Sequence[Page]:
        """Return a fax's pages by number."""
        ...

    def layout(self, fax_id: str, number: int) -> Layout:
        """Return the stored layout of a page."""
        ...

    def result(self, fax_id: str, number: int, kind: str, as_type: type[T]) -> T | None:
        """Return the stored stage result as `as_type` (such as `tuple[Located, ...]`), None where there is none."""
        ...

    def documents(self, fax_id: str) -> Sequence[Document]:
        """Return a fax's documents by ordinal, replaced ones left out."""
        ...

    def document(self, document_id: str) -> Document:
        """Return the document with fields and issues."""
        ...

    def documents_in(self, state: DocumentState, limit: int, *, newest_first: bool = False) -> Sequence[Document]:
        """Return documents in a state, oldest first or newest."""
        ...

    def records(self, document_id: str) -> Sequence[Record]:
        """Return all versions of a document's record, oldest first."""
        ...

    def record(self, document_id: str, version: int) -> Record:
        """Return one version."""
        ...

    def deliveries(self, document_id: str) -> Sequence[Delivery]:
        """Return the deliveries of a document, oldest first."""
        ...

    def delivery(self, delivery_id: str) -> Delivery:
        """Return the delivery."""
        ...

    def deliveries_in(self, state: DeliveryState, limit: int, target: str | None = None) -> Sequence[Delivery]:
        """Return deliveries in a state, all or those to one target, oldest first."""
        ...

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """Return the tries of a delivery by number."""
        ...

    def receipt(self, delivery_id: str) -> Receipt | None:
        """Return the receipt, None where there is none yet."""
        ...

    def open_reviews(self, limit: int, fax_id: str | None = None, *, is_follow_up: bool | None = None) -> Sequence[ReviewTask]:
        """Return open review tasks, of all faxes or of one, all or only (no) follow-ups, oldest first."""
        ...

    def events(self, fax_id: str) -> Sequence[Event]:
        """Return a fax's story, oldest first."""
        ...

    def work(self, work_id: str) -> Work:
        """Return the step."""
        ...

    def quarantined(self, limit: int) -> Sequence[Work]:
        """Return quarantined steps, oldest first."""
        ...

    def depths(self) -> Sequence[StageDepth]:
        """Return the depth of every stage, empty ones too."""
        ...

    def waiting(self) -> WaitingCounts:
        """Count what waits for a person, however much that is."""
        ...

    def totals(self) -> LedgerTotals:
        """Return the ledger's totals over all faxes, at a cost that grows with those not booked yet, not with all."""
        ...

    def book(self, limit: int) -> int:
        """Book at most `limit` faxes that are at rest and were touched since they were last booked; return how many."""
        ...

    def ledger(self, fax_id: str | None = None) -> Sequence[LedgerLine]:
        """Return the ledger of one fax, or of all, computed by the database from rows as they are."""
        ...
