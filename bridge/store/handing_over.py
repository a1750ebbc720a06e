"""The part of a write transaction that hands records over: versions, deliveries, attempts, receipts, targets, feeds.

What belongs to a batch is done for the whole of it in one statement: otherwise the database would be what records wait for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from bridge.domain.lifecycle import DeliveryState, DocumentState, WorkState, check_transition
from bridge.domain.model import Attempt, Delivery, Document, Event, JsonObject, Receipt, Record
from bridge.domain.targets import TargetState
from bridge.store import tables
from bridge.store.rows import from_row, plain_row, receipt_row
from bridge.store.writing import Writing


class HandingOver(Writing):
    """Implements the part of `ports.Transaction` that is `ports.outbox.HandingOver`."""

    def add_record(self, record: Record) -> None:
        """Insert a record version; the pair (document, version) is unique, a second insert raises StateConflictError."""
        self._insert_once(tables.records, plain_row(record), f"record {record.idempotency_key}")

    def add_delivery(self, delivery: Delivery) -> None:
        """Insert a delivery; (document, version, target) is unique, a second insert raises StateConflictError."""
        self._insert_once(tables.deliveries, plain_row(delivery), f"delivery of {delivery.document_id}:{delivery.version}")
        change: JsonObject = {"delivery": delivery.id, "document": delivery.document_id, "version": delivery.version}
        self._tell_of_deliveries("delivery added", {delivery.id: change})

    def deliveries(self, *document_ids: str) -> Sequence[Delivery]:
        """Return the deliveries of documents as this transaction sees them, oldest first."""
        table = tables.deliveries
        of_them = sa.select(table).where(table.c.document_id.in_(document_ids)).order_by(table.c.created_at, table.c.id)
        return [from_row(Delivery, row) for row in self._connection.execute(of_them).mappings()]

    def move_delivery(self, delivery_id: str, expected: DeliveryState, new: DeliveryState, reason: str | None = None) -> None:
        """Change a delivery's state; one that is tried anew comes behind all that its feed has offered."""
        self.move_deliveries([delivery_id], expected, new, reason)

    def move_deliveries(self, ids: Collection[str], expected: DeliveryState, new: DeliveryState, reason: str | None = None) -> None:
        """Change the state of several deliveries, or of none where one of them is in another."""
        check_transition(expected, new)
        again = {"position": None} if new is DeliveryState.PENDING else {}
        self._move_all(tables.deliveries, ids, expected, {"state": new, "reason": reason} | again)
        change: JsonObject = {"from": expected.value, "to": new.value}
        if reason is not None:
            change["reason"] = reason
        self._tell_of_deliveries("delivery moved", {delivery_id: {"delivery": delivery_id, **change} for delivery_id in ids})

    def documents(self, ids: Collection[str]) -> Sequence[Document]:
        """Return documents by id, as `document` does; locked in that order, so that none waits for another in a ring."""
        table = tables.documents
        locked = sa.select(table).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()
        return [from_row(Document, row) for row in self._connection.execute(locked).mappings()]

    def move_documents(self, documents: Collection[Document], expected: DocumentState, new: DocumentState) -> None:
        """Change the state of several documents, all in `expected`, and nothing else of them."""
        check_transition(expected, new)
        self._move_all(tables.documents, [document.id for document in documents], expected, {"state": new})
        change: JsonObject = {"from": expected.value, "to": new.value}
        now = datetime.now(UTC)
        told = [(each.fax_id, {"document": each.id, **change, "version": each.version}) for each in documents]
        self.add_events([Event(fax_id, now, "document moved", detail) for fax_id, detail in told])

    def add_attempt(self, *attempts: Attempt) -> None:
        """Keep tries and count them; a second one of the same number raises StateConflictError."""
        self._insert_all_once(tables.attempts, [plain_row(attempt) for attempt in attempts])
        table = tables.deliveries
        tried = table.c.id.in_([attempt.delivery_id for attempt in attempts])
        self._connection.execute(sa.update(table).where(tried).values(attempts=table.c.attempts + 1))

    def add_receipt(self, *receipts: Receipt) -> None:
        """Keep acceptances; a second one of a delivery raises StateConflictError."""
        self._insert_all_once(tables.receipts, [receipt_row(receipt) for receipt in receipts])
        self._touched.update(fax_id for fax_id, _ in self._places_of([receipt.delivery_id for receipt in receipts]).values())

    def drop_unsent(self, delivery_id: str, reason: str) -> bool:
        """Discard a pending delivery of which nothing can have arrived: never tried, nobody is at it now, not offered by a feed.

        Tell whether it was.
        """
        table, steps = tables.deliveries, tables.work
        is_idle = (steps.c.delivery_id == delivery_id, steps.c.state == WorkState.READY)
        # the delivery's row first: whoever offers it in a feed at this moment holds it, and its position is seen once that is done
        is_unsent = (table.c.id == delivery_id, table.c.state == DeliveryState.PENDING, table.c.attempts == 0, table.c.position.is_(None))
        locked = sa.select(table.c.id).where(*is_unsent).with_for_update()
        if self._connection.execute(locked).first() is None or self._connection.execute(sa.delete(steps).where(*is_idle)).rowcount == 0:
            return False
        self.move_delivery(delivery_id, DeliveryState.PENDING, DeliveryState.DISCARDED, reason)
        return True

    # -- targets and feeds ------------------------------------------------------------------------------------------

    def target_state(self, name: str) -> TargetState:
        """Return how a target stands, its row locked until the end; one that never failed has none."""
        table = tables.target_states
        row = self._connection.execute(sa.select(table).where(table.c.name == name).with_for_update()).mappings().first()
        return TargetState(name) if row is None else from_row(TargetState, row)

    def postpone(self, target: str, until: datetime, now: datetime) -> int:
        """Let nothing that waits for `target` be due before `until`; return how much was."""
        steps = tables.work
        change = {"state": WorkState.READY, "lease_until": None, "due_at": until}
        is_earlier = (steps.c.due_at < until, _waits_for(target), _is_idle(now))
        return self._connection.execute(sa.update(steps).where(*is_earlier).values(**change)).rowcount

    def bring_forward(self, target: str, now: datetime) -> int:
        """Let all that waits for `target` be due now, as if it had been released just now; return how much waits."""
        steps = tables.work
        is_waiting = (steps.c.state == WorkState.READY, _waits_for(target))
        change = {"due_at": now, "created_at": now, "rung_at": tables.NEVER}
        return self._connection.execute(sa.update(steps).where(*is_waiting).values(**change)).rowcount

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

    def _tell_of_deliveries(self, what: str, told: Mapping[str, JsonObject]) -> None:
        now, places = datetime.now(UTC), self._places_of(told)
        told_where = [(places[delivery_id], detail) for delivery_id, detail in told.items()]
        self.add_events([Event(fax_id, now, what, detail | {"target": target}) for (fax_id, target), detail in told_where])

    def _places_of(self, delivery_ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """Return the fax that each delivery belongs to, and its target."""
        documents, deliveries = tables.documents, tables.deliveries
        joined = deliveries.join(documents, deliveries.c.document_id == documents.c.id)
        wanted = deliveries.c.id.in_(delivery_ids)
        found = sa.select(deliveries.c.id, documents.c.fax_id, deliveries.c.target).select_from(joined).where(wanted)
        return {row.id: (row.fax_id, row.target) for row in self._connection.execute(found)}


def _waits_for(target: str) -> sa.ColumnElement[bool]:
    pending = (tables.deliveries.c.target == target, tables.deliveries.c.state == DeliveryState.PENDING)
    return tables.work.c.delivery_id.in_(sa.select(tables.deliveries.c.id).where(*pending))


def _is_idle(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that nobody is at a step: ready, or left by a process that died (a claim that ended before `now`)."""
    steps = tables.work
    return sa.or_(steps.c.state == WorkState.READY, sa.and_(steps.c.state == WorkState.CLAIMED, steps.c.lease_until <= now))
