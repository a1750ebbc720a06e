"""One write transaction: guarded moves, each with its line in the fax's story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import LostClaimError, NotFoundError, StateConflictError
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage, WorkState, check_transition
from bridge.domain.model import (
    Attempt,
    BlobRef,
    Claim,
    Delivery,
    Document,
    Envelope,
    Event,
    Fax,
    JsonObject,
    Page,
    Receipt,
    Record,
    ReviewTask,
    Sender,
    Work,
)
from bridge.domain.targets import TargetState
from bridge.store import tables
from bridge.store.rows import Row, blob_columns, envelope_row, fax_from, fax_row, from_row, page_row, plain_row, receipt_row, sender_columns

LAYOUT = "layout"


class SqlTransaction:
    """Implements `ports.Transaction` on a connection that `Database.writing` gave."""

    def __init__(self, connection: sa.Connection) -> None:
        """Take the open connection."""
        self._connection = connection
        self._touched: set[str] = set()

    def open_books(self) -> None:
        """Open the ledger's books for every fax this transaction has touched: its last act, see `store.books`."""
        if self._touched:
            insert = self._upsertable(tables.ledger_open).values([{"fax_id": fax_id} for fax_id in sorted(self._touched)])
            # an update even where nothing changes, for its lock
            again = {"fax_id": insert.excluded.fax_id}
            self._connection.execute(insert.on_conflict_do_update(index_elements=["fax_id"], set_=again))

    # -- envelope and fax -------------------------------------------------------------------------------------------

    def add_envelope(self, envelope: Envelope) -> None:
        """Insert what was accepted."""
        self._insert(tables.envelopes, envelope_row(envelope))

    def add_fax(self, fax: Fax) -> None:
        """Insert another fax of an accepted envelope."""
        self._insert(tables.faxes, fax_row(fax))
        self._tell(fax.id, "fax added", {"state": fax.state.value, "ordinal": fax.ordinal, "channel": fax.channel})

    def fax(self, fax_id: str) -> Fax:
        """Return the fax as this transaction sees it."""
        return fax_from(self._one(tables.faxes, tables.faxes.c.id == fax_id))

    def move_fax(self, fax_id: str, expected: FaxState, new: FaxState, reason: str | None = None) -> None:
        """Change a fax's state; `reason` is the German sentence shown to people."""
        check_transition(expected, new)
        self._move(tables.faxes, tables.faxes.c.id == fax_id, expected, {"state": new, "reason": reason})
        self._tell(fax_id, "fax moved", {"from": expected.value, "to": new.value})

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
        plain = {
            "announced_pages": announced_pages,
            "page_count": page_count,
            "complete": complete,
            "sent_at": sent_at,
            "possible_duplicate_of": possible_duplicate_of,
        }
        facts = {name: value for name, value in plain.items() if value is not None}
        facts |= sender_columns(sender) if sender is not None else {}
        facts |= blob_columns("original", original) if original is not None else {}
        if facts:
            self._update_fax(fax_id, facts)

    def set_pages_pending(self, fax_id: str, count: int) -> None:
        """Start the counter of open page tasks of the fax's current stage."""
        self._update_fax(fax_id, {"pages_pending": count})

    def count_page_done(self, fax_id: str) -> int:
        """Decrement the counter and return what is left; 0 tells the last page. Raises StateConflictError below 0."""
        column = tables.faxes.c.pages_pending
        statement = sa.update(tables.faxes).where(tables.faxes.c.id == fax_id, column > 0)
        left = self._connection.execute(statement.values(pages_pending=column - 1).returning(column)).scalar_one_or_none()
        if left is None:
            self.fax(fax_id)
            raise StateConflictError(f"fax {fax_id}: no page is pending")
        return int(left)

    # -- pages and results ------------------------------------------------------------------------------------------

    def add_page(self, page: Page) -> None:
        """Insert a decoded page."""
        self._touched.add(page.fax_id)
        self._insert(tables.pages, page_row(page))

    def save_page(self, page: Page, expected: PageState, layout: Layout | None = None) -> None:
        """Replace a page's row, moving it from state `expected` to `page.state`; store `layout` where given."""
        check_transition(expected, page.state)
        self._touched.add(page.fax_id)
        table = tables.pages
        self._move(table, sa.and_(table.c.fax_id == page.fax_id, table.c.number == page.number), expected, page_row(page))
        if layout is not None:
            self.save_result(page.fax_id, page.number, LAYOUT, layout)

    def save_result(self, fax_id: str, number: int, kind: str, content: object) -> None:
        """Keep a stage's intermediate result (upsert): a frozen dataclass, or a tuple of them, of the domain."""
        insert = self._upsertable(tables.results).values(fax_id=fax_id, number=number, kind=kind, content=content)
        replace = {"content": insert.excluded.content}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["fax_id", "number", "kind"], set_=replace))

    def forget_results(self, fax_id: str) -> None:
        """Delete pages, layouts and intermediate results of a fax that is to be read again, and their counts."""
        self._connection.execute(sa.delete(tables.results).where(tables.results.c.fax_id == fax_id))
        self._connection.execute(sa.delete(tables.pages).where(tables.pages.c.fax_id == fax_id))
        self._update_fax(fax_id, {"page_count": None, "pages_pending": 0})
        self._tell(fax_id, "results forgotten")

    # -- documents, reviews, events ---------------------------------------------------------------------------------

    def add_document(self, document: Document) -> None:
        """Insert a document with its fields and issues."""
        self._insert(tables.documents, plain_row(document))
        self._tell(document.fax_id, "document added", {"document": document.id, "state": document.state.value, "type": document.type})

    def save_document(self, document: Document, expected: DocumentState) -> None:
        """Replace a document's row, moving it from `expected` to `document.state` (equal states are allowed here)."""
        if document.state is not expected:
            check_transition(expected, document.state)
        self._move(tables.documents, tables.documents.c.id == document.id, expected, plain_row(document))
        change: JsonObject = {"document": document.id, "from": expected.value, "to": document.state.value, "version": document.version}
        self._tell(document.fax_id, "document moved", change)

    def document(self, document_id: str) -> Document:
        """Return the document as this transaction sees it, its row locked until the end (PostgreSQL: FOR UPDATE)."""
        statement = sa.select(tables.documents).where(tables.documents.c.id == document_id).with_for_update()
        return from_row(Document, self._first(statement, "documents"))

    def add_review(self, task: ReviewTask) -> None:
        """Insert a review task."""
        self._insert(tables.reviews, plain_row(task))
        self._tell(task.fax_id, "review opened", {"document": task.document_id, "review": task.id, "is_follow_up": task.is_follow_up})

    def close_reviews(self, document_id: str, outcome: str, at: datetime) -> None:
        """Close every open review task of the document."""
        table = tables.reviews
        statement = sa.update(table).where(table.c.document_id == document_id, table.c.closed_at.is_(None))
        closed = self._connection.execute(statement.values(closed_at=at, outcome=outcome).returning(table.c.id, table.c.fax_id))
        for review_id, fax_id in closed.all():
            self._tell(fax_id, "review closed", {"document": document_id, "review": review_id, "outcome": outcome})

    def add_event(self, event: Event) -> None:
        """Write a line of the fax's story."""
        self._touched.add(event.fax_id)
        self._insert(tables.events, plain_row(event))

    # -- records and deliveries -------------------------------------------------------------------------------------

    def add_record(self, record: Record) -> None:
        """Insert a record version; the pair (document, version) is unique, a second insert raises StateConflictError."""
        self._insert_once(tables.records, plain_row(record), f"record {record.idempotency_key}")

    def add_delivery(self, delivery: Delivery) -> None:
        """Insert a delivery; (document, version, target) is unique, a second insert raises StateConflictError."""
        self._insert_once(tables.deliveries, plain_row(delivery), f"delivery of {delivery.document_id}:{delivery.version}")
        change: JsonObject = {"delivery": delivery.id, "document": delivery.document_id, "version": delivery.version}
        self._tell_of_delivery(delivery.id, "delivery added", change | {"target": delivery.target})

    def deliveries(self, document_id: str) -> Sequence[Delivery]:
        """Return the deliveries of a document as this transaction sees them, oldest first."""
        table = tables.deliveries
        rows = self._connection.execute(sa.select(table).where(table.c.document_id == document_id).order_by(table.c.created_at, table.c.id))
        return [from_row(Delivery, row) for row in rows.mappings()]

    def move_delivery(self, delivery_id: str, expected: DeliveryState, new: DeliveryState, reason: str | None = None) -> None:
        """Change a delivery's state; one that is tried anew comes behind all that its feed has offered."""
        check_transition(expected, new)
        again = {"position": None} if new is DeliveryState.PENDING else {}
        self._move(tables.deliveries, tables.deliveries.c.id == delivery_id, expected, {"state": new, "reason": reason} | again)
        self._tell_of_delivery(delivery_id, "delivery moved", {"delivery": delivery_id, "from": expected.value, "to": new.value})

    def add_attempt(self, attempt: Attempt) -> None:
        """Keep one try and count it; a second one of the same number raises StateConflictError."""
        self._insert_once(tables.attempts, plain_row(attempt), f"attempt {attempt.number} of {attempt.delivery_id}")
        table = tables.deliveries
        self._connection.execute(sa.update(table).where(table.c.id == attempt.delivery_id).values(attempts=table.c.attempts + 1))

    def add_receipt(self, receipt: Receipt) -> None:
        """Keep the acceptance; a second one raises StateConflictError."""
        self._insert_once(tables.receipts, receipt_row(receipt), f"receipt of {receipt.delivery_id}")
        self._touched.add(self._fax_of_delivery(receipt.delivery_id))

    def drop_unsent(self, delivery_id: str, reason: str) -> bool:
        """Discard a pending delivery of which nothing can have arrived: never tried, nobody is at it now, not offered by a feed.

        Tell whether it was.
        """
        table, steps = tables.deliveries, tables.work
        is_idle = (steps.c.delivery_id == delivery_id, steps.c.state == WorkState.READY)
        is_unsent = sa.exists().where(table.c.id == delivery_id, table.c.attempts == 0, table.c.position.is_(None))
        if self._connection.execute(sa.delete(steps).where(*is_idle, is_unsent)).rowcount == 0:
            return False
        self.move_delivery(delivery_id, DeliveryState.PENDING, DeliveryState.DISCARDED, reason)
        return True

    # -- targets and feeds ------------------------------------------------------------------------------------------

    def save_target_state(self, state: TargetState) -> None:
        """Keep how a target stands."""
        row = plain_row(state)
        insert = self._upsertable(tables.target_states).values(**row)
        self._connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=row))

    def offer(self, feed: str) -> int:
        """Give every delivery to `feed` that has none its position, in the order of creation; return how many.

        Positions are given here and not when a record is released: then one that is committed late could come to stand
        before what a reader has passed already. The feed's row is locked, so only one at a time counts on.
        """
        count_up = self._upsertable(tables.feeds).values(name=feed, last_position=0)
        same = {"last_position": tables.feeds.c.last_position}
        locked = count_up.on_conflict_do_update(index_elements=["name"], set_=same).returning(tables.feeds.c.last_position)
        last = int(self._connection.execute(locked).scalar_one())
        table = tables.deliveries
        is_new = (table.c.target == feed, table.c.state == DeliveryState.PENDING, table.c.position.is_(None))
        rows = self._connection.execute(sa.select(table.c.id, table.c.document_id, table.c.version).where(*is_new)).all()
        first: dict[str, str] = {}
        for row in sorted(rows, key=lambda row: row.id):
            first.setdefault(row.document_id, row.id)
        ordered = sorted(rows, key=lambda row: (first[row.document_id], row.version))
        for position, row in enumerate(ordered, last + 1):
            self._connection.execute(sa.update(table).where(table.c.id == row.id).values(position=position))
        if rows:
            self._connection.execute(sa.update(tables.feeds).where(tables.feeds.c.name == feed).values(last_position=last + len(rows)))
        return len(rows)

    # -- work -------------------------------------------------------------------------------------------------------

    def forget_delivery_work(self, delivery_id: str) -> None:
        """Delete the step that would deliver what was settled otherwise."""
        self._connection.execute(sa.delete(tables.work).where(tables.work.c.delivery_id == delivery_id))

    def add_work(self, work: Work) -> None:
        """Insert a step to do."""
        self._insert(tables.work, plain_row(work))

    def finish_work(self, claim: Claim) -> None:
        """Mark the claimed step done; raises LostClaimError where the token is outdated."""
        self._end_claim(claim, WorkState.DONE, {"lease_until": None})

    def release_work(
        self, claim: Claim, due_at: datetime, *, has_crashed: bool = False, is_counted: bool = True, reason: str | None = None
    ) -> None:
        """Give the step back to be done again from `due_at`; raises LostClaimError.

        `is_counted` False takes this claim out of the step's `attempts`: disk or database refused, not the step.
        """
        change = {
            "due_at": due_at,
            "crashes": tables.work.c.crashes + int(has_crashed),
            "attempts": tables.work.c.attempts - int(not is_counted),
            "reason": reason,
            "lease_until": None,
            "rung_at": tables.NEVER,
        }
        self._end_claim(claim, WorkState.READY, change)

    def quarantine_work(self, claim: Claim, reason: str) -> None:
        """Put the step aside for a person; raises LostClaimError."""
        self._end_claim(claim, WorkState.QUARANTINED, {"reason": reason, "lease_until": None})
        self._tell(claim.work.fax_id, "work quarantined", {"work": claim.work.id, "stage": claim.work.stage.value})

    def forget_work(self, fax_id: str, page: int | None = None) -> None:
        """Delete every step of reading a fax, or one `page` of it, in whatever state (DELIVER steps stay).

        One still running loses its claim.
        """
        table = tables.work
        of_page = sa.true() if page is None else table.c.page == page
        self._connection.execute(sa.delete(table).where(table.c.fax_id == fax_id, table.c.stage != Stage.DELIVER, of_page))
        self._tell(fax_id, "work forgotten", {} if page is None else {"page": page})

    # -- how --------------------------------------------------------------------------------------------------------

    def _end_claim(self, claim: Claim, new: WorkState, change: Mapping[str, Any]) -> None:
        table = tables.work
        is_mine = (table.c.id == claim.work.id, table.c.state == WorkState.CLAIMED, table.c.token == claim.work.token)
        if self._connection.execute(sa.update(table).where(*is_mine).values(state=new, **change)).rowcount == 0:
            raise LostClaimError(f"work {claim.work.id}: the claim with token {claim.work.token} is over")

    def _move(self, table: sa.Table, where: sa.ColumnElement[bool], expected: StrEnum, change: Mapping[str, Any]) -> None:
        """Update one row if it is in state `expected`. Raises StateConflictError, or NotFoundError where there is none."""
        statement = sa.update(table).where(where, table.c.state == expected).values(**change)
        if self._connection.execute(statement).rowcount == 0:
            state = self._one(table, where)["state"]
            raise StateConflictError(f"{table.name}: expected {expected.value}, found {state.value}")

    def _update_fax(self, fax_id: str, change: Mapping[str, Any]) -> None:
        self._touched.add(fax_id)
        statement = sa.update(tables.faxes).where(tables.faxes.c.id == fax_id).values(**change)
        if self._connection.execute(statement).rowcount == 0:
            raise NotFoundError(f"no fax {fax_id}")

    def _one(self, table: sa.Table, where: sa.ColumnElement[bool]) -> Row:
        return self._first(sa.select(table).where(where), table.name)

    def _first(self, statement: sa.Select[Any], name: str) -> Row:
        row = self._connection.execute(statement).mappings().first()
        if row is None:
            raise NotFoundError(f"no such row in {name}")
        return row

    def _insert(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        self._connection.execute(sa.insert(table).values(**row))

    def _insert_once(self, table: sa.Table, row: Mapping[str, Any], name: str) -> None:
        """Insert a row whose keys may be taken; unlike an IntegrityError this leaves PostgreSQL's transaction usable."""
        insert = self._upsertable(table).values(**row).on_conflict_do_nothing().returning(*table.primary_key.columns)
        if self._connection.execute(insert).first() is None:
            raise StateConflictError(f"there is a {name} already")

    def _upsertable(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        is_sqlite = self._connection.dialect.name == "sqlite"
        return sqlite.insert(table) if is_sqlite else postgresql.insert(table)

    def _tell(self, fax_id: str, what: str, detail: JsonObject | None = None) -> None:
        self.add_event(Event(fax_id, datetime.now(UTC), what, detail or {}))

    def _tell_of_delivery(self, delivery_id: str, what: str, detail: JsonObject) -> None:
        self._tell(self._fax_of_delivery(delivery_id), what, detail)

    def _fax_of_delivery(self, delivery_id: str) -> str:
        of_delivery = tables.deliveries.join(tables.documents, tables.deliveries.c.document_id == tables.documents.c.id)
        found = sa.select(tables.documents.c.fax_id).select_from(of_delivery).where(tables.deliveries.c.id == delivery_id)
        return str(self._connection.execute(found).scalar_one())
