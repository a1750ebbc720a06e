"""Status: what is going on and what waits for a person, in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState
from bridge.domain.model import Delivery, Document, Fax, JsonObject, ReviewTask, Work
from bridge.ports import Clock, FaxFilter, LedgerTotals, StageDepth, Store

LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class Status:
    """One snapshot. Lists are oldest first and end at `LIMIT` (`reviews` are those that follow a partial record)."""

    at: datetime
    stages: tuple[StageDepth, ...]
    waiting: tuple[Document, ...]
    follow_ups: tuple[ReviewTask, ...]
    failed: tuple[Fax, ...]
    dead_letters: tuple[Delivery, ...]
    quarantine: tuple[Work, ...]
    ledger: LedgerTotals

    def to_dict(self) -> JsonObject:
        """Return the snapshot as JSON: ids, states and German reasons, never a value from a fax. Ages in seconds."""
        return {
            "at": self.at.isoformat(),
            "stages": [
                {
                    "stage": depth.stage.value,
                    "ready": depth.ready,
                    "claimed": depth.claimed,
                    "quarantined": depth.quarantined,
                    "oldest_seconds": None if depth.oldest is None else round(max(0.0, (self.at - depth.oldest).total_seconds()), 1),
                }
                for depth in self.stages
            ],
            "waiting": [
                {"document": document.id, "fax": document.fax_id, "type": document.type, "reason": document.reason}
                for document in self.waiting
            ],
            "follow_ups": [{"document": task.document_id, "fax": task.fax_id, "reason": task.reason} for task in self.follow_ups],
            "failed": [{"fax": fax.id, "state": fax.state.value, "reason": fax.reason} for fax in self.failed],
            "dead_letters": [
                {"delivery": delivery.id, "document": delivery.document_id, "target": delivery.target, "reason": delivery.reason}
                for delivery in self.dead_letters
            ],
            "quarantine": [
                {"work": work.id, "stage": work.stage.value, "fax": work.fax_id, "page": work.page, "reason": work.reason}
                for work in self.quarantine
            ],
            "ledger": {
                "faxes": self.ledger.faxes,
                "announced": self.ledger.announced,
                "decoded": self.ledger.decoded,
                "receipted": self.ledger.receipted,
                "settled": {settlement.value: count for settlement, count in self.ledger.settled.items()},
                "gap": self.ledger.gap,
                "unbalanced": list(self.ledger.unbalanced),
                "closed": self.ledger.is_closed,
            },
        }


def take_status(store: Store, clock: Clock) -> Status:
    """Read the snapshot from the database. Raises StorageError."""
    failed = [fax for state in sorted(FAILED) for fax in store.faxes(FaxFilter(state=state, limit=LIMIT))]
    return Status(
        at=clock.now(),
        stages=tuple(store.depths()),
        waiting=tuple(store.documents_in(DocumentState.WAITING, LIMIT)),
        follow_ups=tuple(task for task in store.open_reviews(LIMIT) if task.is_follow_up),
        failed=tuple(sorted(failed, key=lambda fax: fax.id)),
        dead_letters=tuple(store.deliveries_in(DeliveryState.DEAD, LIMIT)),
        quarantine=tuple(store.quarantined(LIMIT)),
        ledger=store.totals(),
    )
