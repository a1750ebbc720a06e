"""Everything that is only read: single rows, listings that stay fast at a million faxes, depths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from bridge.domain.errors import NotFoundError
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, Stage, WorkState
from bridge.domain.model import Attempt, Delivery, Document, Envelope, Event, Fax, Page, Receipt, Record, ReviewTask, Work
from bridge.ports import FaxFilter, StageDepth, WaitingCounts
from bridge.store import tables
from bridge.store.column_types import adapter
from bridge.store.engine import Database
from bridge.store.rows import Row, envelope_from, fax_from, from_row, page_from, receipt_from
from bridge.store.transaction import LAYOUT

T = TypeVar("T")


class Reading(Database):
    """The part of `ports.Store` that reads."""

    # -- envelopes, faxes, pages ------------------------------------------------------------------------------------

    def envelope(self, envelope_id: str) -> Envelope:
        """Return the envelope."""
        return envelope_from(self._one(tables.envelopes, envelope_id))

    def fax(self, fax_id: str) -> Fax:
        """Return the fax."""
        return fax_from(self._one(tables.faxes, fax_id))

    def faxes(self, which: FaxFilter) -> Sequence[Fax]:
        """List faxes, newest first (ids rise with time)."""
        table = tables.faxes
        statement = sa.select(table).order_by(table.c.id.desc()).limit(which.limit)
        if which.state is not None:
            statement = statement.where(table.c.state == which.state)
        if which.mailbox is not None:
            statement = statement.where(table.c.mailbox == which.mailbox)
        if which.before_id is not None:
            statement = statement.where(table.c.id < which.before_id)
        return [fax_from(row) for row in self._rows(statement)]

    def faxes_of(self, envelope_id: str) -> Sequence[Fax]:
        """Return the faxes of an envelope by mailbox and ordinal."""
        table = tables.faxes
        statement = sa.select(table).where(table.c.envelope_id == envelope_id).order_by(table.c.mailbox, table.c.ordinal, table.c.id)
        return [fax_from(row) for row in self._rows(statement)]

    def find_original(self, sha256: str, since: datetime, other_than: str) -> Fax | None:
        """Return the oldest other fax with the same original bytes received since then, for the duplicate link.

        `other_than` is the id of a fax, or of an envelope, none of whose faxes is meant.
        """
        table = tables.faxes
        statement = sa.select(table).where(table.c.original_sha256 == sha256, table.c.received_at >= since)
        statement = statement.where(table.c.id != other_than, table.c.envelope_id != other_than)
        rows = self._rows(statement.order_by(table.c.received_at, table.c.id).limit(1))
        return fax_from(rows[0]) if rows else None

    def unreferenced(self, sha256s: Sequence[str]) -> Sequence[str]:
        """Return those of the blobs that no row refers to."""
        referenced: set[str] = set()
        with self.reading() as connection:
            for column in tables.BLOB_COLUMNS:
                referenced.update(connection.scalars(sa.select(column).where(column.in_(sha256s))))
        return [sha256 for sha256 in sha256s if sha256 not in referenced]

    def pages(self, fax_id: str) -> Sequence[Page]:
        """Return a fax's pages by number."""
        table = tables.pages
        return [page_from(row) for row in self._rows(sa.select(table).where(table.c.fax_id == fax_id).order_by(table.c.number))]

    def layout(self, fax_id: str, number: int) -> Layout:
        """Return the stored layout of a page. Raises NotFoundError."""
        layout = self.result(fax_id, number, LAYOUT, Layout)
        if layout is None:
            raise NotFoundError(f"page {number} of fax {fax_id} has no layout")
        return layout

    def result(self, fax_id: str, number: int, kind: str, as_type: type[T]) -> T | None:
        """Return the stored stage result as `as_type` (such as `tuple[Located, ...]`), None where there is none."""
        table = tables.results
        where = (table.c.fax_id == fax_id, table.c.number == number, table.c.kind == kind)
        rows = self._rows(sa.select(table.c.content).where(*where))
        if not rows:
            return None
        hashable: Any = as_type
        result: T = adapter(hashable).validate_python(rows[0]["content"])
        return result

    def events(self, fax_id: str) -> Sequence[Event]:
        """Return a fax's story, oldest first."""
        table = tables.events
        statement = sa.select(table).where(table.c.fax_id == fax_id).order_by(table.c.sequence)
        return [from_row(Event, row) for row in self._rows(statement)]

    # -- documents, records, deliveries, reviews --------------------------------------------------------------------

    def documents(self, fax_id: str) -> Sequence[Document]:
        """Return a fax's documents by ordinal, replaced ones left out."""
        table = tables.documents
        statement = sa.select(table).where(table.c.fax_id == fax_id, table.c.state != DocumentState.REPLACED)
        return [from_row(Document, row) for row in self._rows(statement.order_by(table.c.ordinal, table.c.id))]

    def document(self, document_id: str) -> Document:
        """Return the document with fields and issues."""
        return from_row(Document, self._one(tables.documents, document_id))

    def documents_in(self, state: DocumentState, limit: int, *, newest_first: bool = False) -> Sequence[Document]:
        """Return documents in a state, oldest first or newest."""
        table = tables.documents
        order = table.c.id.desc() if newest_first else table.c.id
        statement = sa.select(table).where(table.c.state == state).order_by(order).limit(limit)
        return [from_row(Document, row) for row in self._rows(statement)]

    def records(self, document_id: str) -> Sequence[Record]:
        """Return all versions of a document's record, oldest first."""
        table = tables.records
        statement = sa.select(table).where(table.c.document_id == document_id).order_by(table.c.version)
        return [from_row(Record, row) for row in self._rows(statement)]

    def record(self, document_id: str, version: int) -> Record:
        """Return one version."""
        table = tables.records
        rows = self._rows(sa.select(table).where(table.c.document_id == document_id, table.c.version == version))
        if not rows:
            raise NotFoundError(f"no record {document_id}:{version}")
        return from_row(Record, rows[0])

    def deliveries(self, document_id: str) -> Sequence[Delivery]:
        """Return the deliveries of a document, oldest first."""
        table = tables.deliveries
        statement = sa.select(table).where(table.c.document_id == document_id).order_by(table.c.created_at, table.c.id)
        return [from_row(Delivery, row) for row in self._rows(statement)]

    def delivery(self, delivery_id: str) -> Delivery:
        """Return the delivery."""
        return from_row(Delivery, self._one(tables.deliveries, delivery_id))

    def deliveries_in(self, state: DeliveryState, limit: int, target: str | None = None) -> Sequence[Delivery]:
        """Return deliveries in a state, all or those to one target, oldest first."""
        table = tables.deliveries
        to_target = sa.true() if target is None else table.c.target == target
        statement = sa.select(table).where(table.c.state == state, to_target).order_by(table.c.id).limit(limit)
        return [from_row(Delivery, row) for row in self._rows(statement)]

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """Return the tries of a delivery by number."""
        table = tables.attempts
        statement = sa.select(table).where(table.c.delivery_id == delivery_id).order_by(table.c.number)
        return [from_row(Attempt, row) for row in self._rows(statement)]

    def receipt(self, delivery_id: str) -> Receipt | None:
        """Return the receipt, None where there is none yet."""
        rows = self._rows(sa.select(tables.receipts).where(tables.receipts.c.delivery_id == delivery_id))
        return receipt_from(rows[0]) if rows else None

    def open_reviews(self, limit: int, fax_id: str | None = None, *, is_follow_up: bool | None = None) -> Sequence[ReviewTask]:
        """Return open review tasks, of all faxes or of one, all or only (no) follow-ups, oldest first."""
        table = tables.reviews
        of_fax = sa.true() if fax_id is None else table.c.fax_id == fax_id
        of_kind = sa.true() if is_follow_up is None else table.c.is_follow_up.is_(is_follow_up)
        statement = sa.select(table).where(table.c.closed_at.is_(None), of_fax, of_kind).order_by(table.c.id).limit(limit)
        return [from_row(ReviewTask, row) for row in self._rows(statement)]

    # -- work -------------------------------------------------------------------------------------------------------

    def work(self, work_id: str) -> Work:
        """Return the step."""
        return from_row(Work, self._one(tables.work, work_id))

    def quarantined(self, limit: int) -> Sequence[Work]:
        """Return quarantined steps, oldest first."""
        table = tables.work
        statement = sa.select(table).where(table.c.state == WorkState.QUARANTINED).order_by(table.c.created_at, table.c.id).limit(limit)
        return [from_row(Work, row) for row in self._rows(statement)]

    def waiting(self) -> WaitingCounts:
        """Count what waits for a person, however much that is."""
        reviews = tables.reviews
        counts: dict[str, sa.ScalarSelect[Any]] = {
            "documents": _count(tables.documents, tables.documents.c.state == DocumentState.WAITING),
            "follow_ups": _count(reviews, reviews.c.closed_at.is_(None), reviews.c.is_follow_up.is_(True)),
            "failed": _count(tables.faxes, tables.faxes.c.state.in_(sorted(FAILED))),
            "dead_letters": _count(tables.deliveries, tables.deliveries.c.state == DeliveryState.DEAD),
            "quarantine": _count(tables.work, tables.work.c.state == WorkState.QUARANTINED),
        }
        columns: list[Any] = [count.label(name) for name, count in counts.items()]
        [row] = self._rows(sa.select(*columns))
        return WaitingCounts(**row)

    def depths(self) -> Sequence[StageDepth]:
        """Return the depth of every stage, empty ones too."""
        table = tables.work
        is_open = table.c.state.in_([WorkState.READY, WorkState.CLAIMED, WorkState.QUARANTINED])
        columns = (table.c.stage, table.c.state, sa.func.count().label("count"), sa.func.min(table.c.created_at).label("oldest"))
        counted = sa.select(*columns).where(is_open).group_by(table.c.state, table.c.stage)
        found = {(row["stage"], row["state"]): row for row in self._rows(counted)}

        def depth(stage: Stage) -> StageDepth:
            rows = {state: found.get((stage, state)) for state in WorkState}
            count = {state: row["count"] if row else 0 for state, row in rows.items()}
            oldest = [row["oldest"] for state in (WorkState.READY, WorkState.CLAIMED) if (row := rows[state])]
            return StageDepth(
                stage, count[WorkState.READY], count[WorkState.CLAIMED], count[WorkState.QUARANTINED], min(oldest, default=None)
            )

        return [depth(stage) for stage in Stage]

    # -- how --------------------------------------------------------------------------------------------------------

    def _rows(self, statement: sa.Select[Any]) -> Sequence[Row]:
        with self.reading() as connection:
            return connection.execute(statement).mappings().all()

    def _one(self, table: sa.Table, row_id: str) -> Row:
        rows = self._rows(sa.select(table).where(table.c.id == row_id))
        if not rows:
            raise NotFoundError(f"no such row in {table.name}: {row_id}")
        return rows[0]


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()
