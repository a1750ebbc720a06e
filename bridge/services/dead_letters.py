"""Dead letters: deliveries that were given up and wait for a person, told with all that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.domain.errors import RefusedError
from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Attempt, Delivery, Document
from bridge.ports import Store

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that failed for good, its document, and every try with what the target said."""

    delivery: Delivery
    document: Document
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were tried again, and how many were refused since a newer version goes instead."""

    begun: int
    refused: int


def dead_letter(store: Store, delivery_id: str) -> DeadLetter:
    """Return one. Raises NotFoundError, and RefusedError where the delivery has not failed."""
    delivery = store.delivery(delivery_id)
    if delivery.state is not DeliveryState.DEAD:
        raise RefusedError(f"delivery is {delivery.state.value}", "Diese Zustellung ist nicht gescheitert; es gibt nichts zu tun.")
    return DeadLetter(delivery, store.document(delivery.document_id), store.attempts(delivery_id))


def redeliver_all(store: Store, target: str, redeliver: Callable[[str], None]) -> Replayed:
    """Try every dead letter of `target` again, the oldest first."""
    begun = refused = 0
    for delivery in store.deliveries_in(DeliveryState.DEAD, _AT_ONCE, target):
        try:
            redeliver(delivery.id)
            begun += 1
        except RefusedError:
            refused += 1
    return Replayed(begun, refused)
