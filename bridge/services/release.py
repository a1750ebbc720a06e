"""Releasing one version of a document's record: the only place where anything is put on its way to an agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DeliveryState, DocumentState, Stage, WorkState
from bridge.domain.model import Delivery, Document, Record, Work
from bridge.ports import Transaction


def release_version(tx: Transaction, document: Document, record: Record, targets: Sequence[str], now: datetime) -> list[Work]:
    """Keep `record` and start one delivery per target; return the work to ring for once `tx` is committed.

    `document` is the row as it is in the store (its state is what the guarded change expects, so a fresh document is
    added as WAITING first) with the fields, issues and completeness that stand in the record. It becomes RELEASED with
    the record's version. `targets` are names of targets, at least one: a released document that goes nowhere would be
    lost. Raises StateConflictError where the document has moved on or this version exists.
    """
    if not targets:
        raise ValueError("a document is released to at least one target")
    if record.document_id != document.id or record.version != document.version + 1:
        raise ValueError("a record is released as the next version of its own document")
    tx.save_document(replace(document, state=DocumentState.RELEASED, version=record.version, reason=None), document.state)
    tx.add_record(record)
    return [_start_delivery(tx, document, record.version, target, now) for target in dict.fromkeys(targets)]


def deliver_work(delivery: Delivery, fax_id: str, now: datetime) -> Work:
    """Return a fresh step that delivers `delivery`; its `created_at` is when the delivery's time limit begins."""
    return Work(new_id(), Stage.DELIVER, fax_id, WorkState.READY, due_at=now, created_at=now, delivery_id=delivery.id)


def conclude(tx: Transaction, document: Document) -> DocumentState:
    """Settle a released document whose newest version needs no more tries; return the state it is in now.

    `document` was read in `tx`. It becomes DELIVERED once no delivery of that version is pending or a dead letter and
    one at least has its receipt; WAITING where a person has discarded all of them, for then nothing has arrived.
    """
    newest = [delivery.state for delivery in tx.deliveries(document.id) if delivery.version == document.version]
    if document.state is not DocumentState.RELEASED or not set(newest) <= {DeliveryState.DELIVERED, DeliveryState.DISCARDED}:
        return document.state
    state = DocumentState.DELIVERED if DeliveryState.DELIVERED in newest else DocumentState.WAITING
    tx.save_document(replace(document, state=state), document.state)
    return state


def _start_delivery(tx: Transaction, document: Document, version: int, target: str, now: datetime) -> Work:
    delivery = Delivery(new_id(), document.id, version, target, DeliveryState.PENDING, attempts=0, created_at=now)
    tx.add_delivery(delivery)
    work = deliver_work(delivery, document.fax_id, now)
    tx.add_work(work)
    return work
