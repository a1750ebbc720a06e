"""What waits to be handed to each target, and how each target stands: a part of the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.model import Attempt, Claim, Delivery, Document, Receipt, Record, Work
from bridge.domain.targets import TargetState


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery that is claimed to be made now, and the record it hands over."""

    claim: Claim
    delivery: Delivery
    record: Record


class Outbox(Protocol):
    """The part of `Store` from which records are handed over."""

    def claim_deliveries(
        self, target: str, owner: str, lease: timedelta, now: datetime, limit: int, created_before: datetime | None = None
    ) -> Sequence[Outgoing]:
        """Take at most `limit` deliveries to `target` that are due, none before an older version of the same record.

        The least tried come first, of these the oldest.

        With `created_before` only such as have been tried for since then.
        """
        ...

    def next_due(self, target: str, now: datetime) -> Work | None:
        """Return a step that would be claimed for `target` now, None where there is none."""
        ...

    def targets_of(self, delivery_ids: Collection[str]) -> Mapping[str, str]:
        """Return the targets of deliveries, by the deliveries' ids."""
        ...

    def target_state(self, name: str) -> TargetState:
        """Return how a target stands; an unknown one stands well."""
        ...

    def pending(self, target: str) -> tuple[int, datetime | None]:
        """Return how many deliveries to `target` are not settled, and since when the oldest waits."""
        ...

    def offered(self, feed: str, after: int, limit: int) -> Sequence[tuple[Delivery, Record]]:
        """Return what `feed` offers behind position `after` and was not acknowledged, by position."""
        ...

    def has_unoffered(self, feed: str) -> bool:
        """Tell whether something waits for `feed` that has no position yet."""
        ...

    def last_position(self, feed: str) -> int:
        """Return the highest position that `feed` has given out, 0 where none."""
        ...


class HandingOver(Protocol):
    """The part of `Transaction` that keeps what is handed over and what came of it; several of a kind in one statement."""

    def add_record(self, record: Record) -> None:
        """Insert a record version; the pair (document, version) is unique, a second insert raises StateConflictError."""
        ...

    def add_delivery(self, delivery: Delivery) -> None:
        """Insert a delivery; (document, version, target) is unique."""
        ...

    def deliveries(self, *document_ids: str) -> Sequence[Delivery]:
        """Return the deliveries of documents as this transaction sees them, oldest first."""
        ...

    def move_delivery(self, delivery_id: str, expected: DeliveryState, new: DeliveryState, reason: str | None = None) -> None:
        """Change a delivery's state; one that is tried anew comes behind all that its feed has offered."""
        ...

    def move_deliveries(self, ids: Collection[str], expected: DeliveryState, new: DeliveryState, reason: str | None = None) -> None:
        """Change the state of several deliveries, or of none where one of them is in another."""
        ...

    def documents(self, ids: Collection[str]) -> Sequence[Document]:
        """Return documents by id, each locked as by `Transaction.document`."""
        ...

    def move_documents(self, documents: Collection[Document], expected: DocumentState, new: DocumentState) -> None:
        """Change the state of several documents, all in `expected`, and nothing else of them."""
        ...

    def add_attempt(self, *attempts: Attempt) -> None:
        """Keep tries and count them."""
        ...

    def add_receipt(self, *receipts: Receipt) -> None:
        """Keep acceptances."""
        ...

    def drop_unsent(self, delivery_id: str, reason: str) -> bool:
        """Discard a pending delivery of which nothing can have arrived: never tried, nobody is at it now, not offered by a feed.

        Tell whether it was.
        """
        ...

    def target_state(self, name: str) -> TargetState:
        """Return how a target stands, locked until the transaction ends."""
        ...

    def postpone(self, target: str, until: datetime, now: datetime) -> int:
        """Let nothing that waits for `target` be due before `until`; return how much was."""
        ...

    def bring_forward(self, target: str, now: datetime) -> int:
        """Let all that waits for `target` be due now, as if it had been released just now; return how much waits."""
        ...

    def save_target_state(self, state: TargetState) -> None:
        """Keep how a target stands."""
        ...

    def offer(self, feed: str) -> int:
        """Give every delivery to `feed` that has none its position, in the order of creation; return how many.

        Locks the feed until the transaction ends, so that whoever reads it next sees every position up to the last.
        """
        ...
