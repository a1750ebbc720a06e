"""Releasing one version of a document's record: the only place where anything is put on its way to an agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from uuid_utils import uuid7

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
    return Work(str(uuid7()), Stage.DELIVER, fax_id, WorkState.READY, due_at=now, created_at=now, delivery_id=delivery.id)


def _start_delivery(tx: Transaction, document: Document, version: int, target: str, now: datetime) -> Work:
    delivery = Delivery(str(uuid7()), document.id, version, target, DeliveryState.PENDING, attempts=0, created_at=now)
    tx.add_delivery(delivery)
    work = deliver_work(delivery, document.fax_id, now)
    tx.add_work(work)
    return work
