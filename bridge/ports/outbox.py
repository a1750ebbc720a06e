"""What waits to be handed to each target, and how each target stands: a part of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.model import Claim, Delivery, Record, Work
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
        """Take at most `limit` deliveries to `target` that are due, oldest first, none before an older version of the same record.

        With `created_before` only such as have been tried for since then.
        """
        ...

    def next_due(self, target: str, now: datetime) -> Work | None:
        """Return a step that would be claimed for `target` now, None where there is none."""
        ...

    def postpone(self, target: str, until: datetime) -> int:
        """Let everything that waits for `target` be due at `until`; return how much."""
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
