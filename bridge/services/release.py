"""Releasing one version of a document's record: the only place where anything is put on its way to an agency."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.domain.errors import RefusedError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DeliveryState, DocumentState, Stage, WorkState
from bridge.domain.model import Delivery, Document, JsonObject, Record, Work
from bridge.ports import Transaction
from bridge.stages.schema import RecordSchemas

_BROKEN: Final = (
    "Der Datensatz entspricht nicht dem, was Empfängern zugesagt ist ({places}). Bitte diese Angaben berichtigen; sind sie richtig, "
    "die Betriebsverantwortlichen verständigen."
)


def expect_promised(schemas: RecordSchemas, body: JsonObject) -> None:
    """Refuse a message that is not what its schema promises to agencies: nothing of the kind may leave. Raises RefusedError."""
    if broken := schemas.violations(body):
        places = ", ".join(broken)
        raise RefusedError(f"not as its schema promises: {places}", _BROKEN.format(places=places))


def release_version(
    tx: Transaction, document: Document, record: Record, targets: Sequence[str], now: datetime, withdrawn_from: Sequence[str] = ()
) -> list[Work]:
    """Keep `record` and start one delivery per target; return the work to ring for once `tx` is committed.

    `withdrawn_from` are told that what they have no longer holds for them: all that had it, where `record` is a withdrawal, or those
    to which this version goes no more.

    `document` is the row as it is in the store (its state is what the guarded change expects, so a fresh document is
    added as WAITING first) with the fields, issues and completeness that stand in the record. It becomes RELEASED with
    the record's version. `targets` are names of targets, at least one: a released document that goes nowhere would be
    lost (a withdrawal goes to no target but those `withdrawn_from`).
    Raises StateConflictError where the document has moved on or this version exists.
    """
    if not targets and not withdrawn_from:
        raise ValueError("a document is released to at least one target")
    if record.document_id != document.id or record.version != document.version + 1:
        raise ValueError("a record is released as the next version of its own document")
    tx.save_document(replace(document, state=DocumentState.RELEASED, version=record.version, reason=None), document.state)
    tx.add_record(record)
    begun = [_start_delivery(tx, document, record.version, target, now) for target in dict.fromkeys(targets)]
    told = [target for target in dict.fromkeys(withdrawn_from) if target not in targets]
    return begun + [_start_delivery(tx, document, record.version, target, now, is_withdrawal=True) for target in told]


def holders(tx: Transaction, document: Document, reason: str, but: Collection[str] = ()) -> list[str]:
    """Return the targets, `but` those, that may have a record of `document` which still holds for them.

    What was never sent to them is discarded for `reason`.
    """
    for delivery in tx.deliveries(document.id):
        if delivery.target in but:
            continue
        if delivery.state is DeliveryState.PENDING:
            tx.drop_unsent(delivery.id, reason)
        elif delivery.state is DeliveryState.DEAD and not delivery.attempts and delivery.position is None:
            tx.move_delivery(delivery.id, DeliveryState.DEAD, DeliveryState.DISCARDED, reason)
    return [target for target in may_hold(tx.deliveries(document.id)) if target not in but]


def may_hold(deliveries: Sequence[Delivery]) -> list[str]:
    """Return the targets that may have a record of a document, by its deliveries: sent to, offered to, or being sent to."""
    newest: dict[str, Delivery] = {}
    for each in sorted(deliveries, key=lambda each: each.version):
        if each.attempts or each.position is not None or each.state in {DeliveryState.PENDING, DeliveryState.DELIVERED}:
            newest[each.target] = each
    return sorted(target for target, each in newest.items() if not _is_withdrawn(each))


def _is_withdrawn(newest: Delivery) -> bool:
    """Tell whether a target's newest delivery takes the record back there, unless nobody took it."""
    return newest.is_withdrawal and newest.state in {DeliveryState.PENDING, DeliveryState.DELIVERED}


def deliver_work(delivery: Delivery, fax_id: str, now: datetime) -> Work:
    """Return a fresh step that delivers `delivery`; its `created_at` is when the delivery's time limit begins."""
    return Work(new_id(), Stage.DELIVER, fax_id, WorkState.READY, due_at=now, created_at=now, delivery_id=delivery.id)


def conclude(tx: Transaction, documents: Sequence[Document]) -> None:
    """Settle released documents whose newest version needs no more tries; they were read in `tx`."""
    deliveries = tx.deliveries(*(document.id for document in documents))
    by_document: dict[str, list[Delivery]] = {document.id: [] for document in documents}
    for delivery in deliveries:
        by_document[delivery.document_id].append(delivery)
    settled: dict[DocumentState, list[Document]] = {}
    for document in documents:
        state = conclusion(document, by_document[document.id])
        if state is not document.state:
            settled.setdefault(state, []).append(document)
    for state, those in settled.items():
        tx.move_documents(those, DocumentState.RELEASED, state)


def conclusion(document: Document, deliveries: Sequence[Delivery]) -> DocumentState:
    """Return the state a document comes to by its deliveries, its present one where there is more to be done.

    DELIVERED once no delivery of its newest version is pending or a dead letter and one at least has its receipt; WAITING where a
    person has discarded all of them, for then nothing has arrived; REJECTED where that version withdraws the record.
    """
    newest = [delivery for delivery in deliveries if delivery.version == document.version]
    settled = {DeliveryState.DELIVERED, DeliveryState.DISCARDED}
    if document.state is not DocumentState.RELEASED or not {delivery.state for delivery in newest} <= settled:
        return document.state
    of_record = {delivery.state for delivery in newest if not delivery.is_withdrawal}
    if not of_record:
        return DocumentState.REJECTED
    return DocumentState.DELIVERED if DeliveryState.DELIVERED in of_record else DocumentState.WAITING


def _start_delivery(tx: Transaction, document: Document, version: int, target: str, now: datetime, *, is_withdrawal: bool = False) -> Work:
    delivery = Delivery(
        new_id(), document.id, version, target, DeliveryState.PENDING, attempts=0, created_at=now, is_withdrawal=is_withdrawal
    )
    tx.add_delivery(delivery)
    work = deliver_work(delivery, document.fax_id, now)
    tx.add_work(work)
    return work
