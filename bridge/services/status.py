"""Status: what is going on and what waits for a person, in one snapshot."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.model import Delivery, Document, Fax, JsonObject, ReviewTask, Work
from bridge.ports import Clock, LedgerTotals, StageDepth, Store, WaitingCounts
from bridge.services.unread import list_failed

LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class Status:
    """One snapshot. `counts` are all there are; the lists are oldest first and end at `LIMIT` (`failed`: of each state)."""

    at: datetime
    stages: tuple[StageDepth, ...]
    counts: WaitingCounts
    waiting: tuple[Document, ...]
    follow_ups: tuple[ReviewTask, ...]
    failed: tuple[Fax, ...]
    dead_letters: tuple[Delivery, ...]
    quarantine: tuple[Work, ...]
    ledger: LedgerTotals

    def age(self, depth: StageDepth) -> float | None:
        """Return how many seconds ago the stage's oldest open work arose, None where there is none; clocks may differ."""
        return None if depth.oldest is None else max(0.0, (self.at - depth.oldest).total_seconds())

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
                    "oldest_seconds": None if (age := self.age(depth)) is None else round(age, 1),
                }
                for depth in self.stages
            ],
            "counts": asdict(self.counts),
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
    return Status(
        at=clock.now(),
        stages=tuple(store.depths()),
        counts=store.waiting(),
        waiting=tuple(store.documents_in(DocumentState.WAITING, LIMIT)),
        follow_ups=tuple(store.open_reviews(LIMIT, is_follow_up=True)),
        failed=tuple(list_failed(store, LIMIT)),
        dead_letters=tuple(store.deliveries_in(DeliveryState.DEAD, LIMIT)),
        quarantine=tuple(store.quarantined(LIMIT)),
        ledger=store.totals(),
    )
