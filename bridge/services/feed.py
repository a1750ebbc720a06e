"""Feeds: for agencies that cannot be called. They come, take what is offered, and say up to where they have it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from bridge.domain.errors import RefusedError, StateConflictError
from bridge.domain.model import Delivery, JsonObject, Receipt, Record
from bridge.ports import Clock, Store
from bridge.services.deliver import message_of
from bridge.services.settle import Taken, take

_SETTLED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One message at its place in the feed, with the key that is the same whenever it is offered."""

    position: int
    key: str
    body: JsonObject


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What was asked for. `cursor` is where to go on, and what to acknowledge once all items are kept."""

    items: Sequence[FeedItem]
    cursor: int


class Feed:
    """Offers the deliveries of targets of kind `feed`, in an order that never changes, until they are acknowledged."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the database."""
        self._store, self._clock = store, clock

    def read(self, name: str, after: int, limit: int) -> FeedPage:
        """Return at most `limit` messages behind position `after` that were not acknowledged."""
        if self._store.has_unoffered(name):
            with self._store.begin() as tx:
                tx.offer(name)
        offered = self._store.offered(name, after, limit)
        items = []
        for delivery, record in offered:
            message = message_of(delivery, record)
            items.append(FeedItem(delivery.position or 0, record.idempotency_key, message.record.body))
        return FeedPage(items, items[-1].position if items else after)

    def acknowledge(self, name: str, cursor: int) -> int:
        """Settle all that was offered up to position `cursor`; return how many were. Raises RefusedError for a position not given yet."""
        if cursor > self._store.last_position(name):
            raise RefusedError("position was never offered", "Diese Stelle hat der Feed noch nicht ausgegeben; bitte erst lesen.")
        settled = 0
        while open_ones := [pair for pair in self._store.offered(name, 0, _SETTLED_AT_ONCE) if (pair[0].position or 0) <= cursor]:
            try:
                with self._store.begin() as tx:
                    tx.forget_delivery_work([delivery.id for delivery, _ in open_ones])
                    take(tx, [self._taken(delivery, record) for delivery, record in open_ones])
            except StateConflictError:  # another reader acknowledges the same: what is left is looked at anew
                continue
            settled += len(open_ones)
        return settled

    def _taken(self, delivery: Delivery, record: Record) -> Taken:
        sent = hashlib.sha256(message_of(delivery, record).record.content).hexdigest()
        return Taken(delivery, record, Receipt(delivery.id, self._clock.now(), HTTPStatus.OK, None, sent, len(record.pages)))
