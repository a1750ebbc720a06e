"""Settling what targets have taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Delivery, Receipt, Record
from bridge.ports import Transaction
from bridge.services.release import conclude

_SUPERSEDED: Final = "Ersetzt durch Fassung {version}, die zugestellt ist."


@dataclass(frozen=True, slots=True)
class Taken:
    """A pending delivery that its target has taken, what it handed over, and the proof."""

    delivery: Delivery
    record: Record
    receipt: Receipt


def take(tx: Transaction, taken: Sequence[Taken]) -> None:
    """Settle deliveries, and whatever waits only for them: their documents, and older versions that nobody need look at any more."""
    if not taken:
        return
    documents = tx.documents({each.record.document_id for each in taken})
    tx.add_receipt(*(each.receipt for each in taken))
    tx.move_deliveries([each.delivery.id for each in taken], DeliveryState.PENDING, DeliveryState.DELIVERED)
    newest: dict[tuple[str, str], int] = {}
    for each in taken:
        key = (each.record.document_id, each.delivery.target)
        newest[key] = max(newest.get(key, 0), each.record.version)
    for other in tx.deliveries(*(document.id for document in documents)):
        version = newest.get((other.document_id, other.target), 0)
        if other.state is DeliveryState.DEAD and other.version < version:
            tx.move_delivery(other.id, DeliveryState.DEAD, DeliveryState.DISCARDED, _SUPERSEDED.format(version=version))
    conclude(tx, documents)
