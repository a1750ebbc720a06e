"""Delivering: one attempt to hand one record version to one target, and what follows from its outcome."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final

from bridge.domain.errors import LostClaimError, StateConflictError
from bridge.domain.forms import Target
from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Attempt, Claim, Delivery, Receipt, Record
from bridge.domain.retry import Backoff, is_retryable
from bridge.ports import Clock, RecordSender, SendOutcome, Store, Transaction
from bridge.services.reading import place_of
from bridge.services.release import conclude

_log = logging.getLogger(__name__)

_UNKNOWN_TARGET: Final = "Der Empfänger „{target}“ ist nicht eingerichtet. Bitte config/targets ergänzen und dann erneut zustellen."
_REDIRECTED: Final = (
    "Der Empfänger „{target}“ verweist auf eine andere Adresse (HTTP {status}). "
    "Bitte die Adresse in config/targets prüfen und dann erneut zustellen."
)
_FORBIDDEN: Final = (
    "Der Empfänger „{target}“ verweigert den Zugang (HTTP {status}). Bitte das Token in config/targets prüfen und dann erneut zustellen."
)
_REFUSED: Final = (
    "Der Empfänger „{target}“ hat den Datensatz abgelehnt (HTTP {status}). "
    "Bitte die Ursache mit dem Empfänger klären und dann erneut zustellen oder verwerfen."
)
_TOO_OLD: Final = (
    "Der Empfänger „{target}“ hat den Datensatz seit über {hours:g} Stunden nicht angenommen (zuletzt: {error}). "
    "Bitte den Empfänger auf anderem Weg verständigen und dann erneut zustellen oder verwerfen."
)
_SUPERSEDED: Final = "Ersetzt durch Fassung {version}, die zugestellt ist."
_WAIT_FOR_OLDER: Final = timedelta(seconds=2)


class Deliver:
    """Works on DELIVER steps. Nothing is sent inside a transaction; what came of it is saved in one."""

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, RecordSender],
        targets: Mapping[str, Target],
        clock: Clock,
        owner: str,
        *,
        lease: timedelta,
        backoff: Backoff | None = None,
        chance: Callable[[], float] | None = None,
    ) -> None:
        """Take a sender and the rules per target's name; `lease` must outlast one attempt; `chance` gives [0, 1)."""
        self._store, self._senders, self._targets, self._clock, self._owner = store, senders, targets, clock, owner
        self._lease, self._backoff, self._chance = lease, backoff or Backoff(), chance or SystemRandom().random

    def run(self, work_id: str) -> None:
        """Try the delivery once if it is there to be tried. Raises StorageError only.

        A claim lost while sending saves nothing: its new owner sends the same version under the same Idempotency-Key.
        """
        claim = self._store.claim(work_id, self._owner, self._lease, self._clock.now())
        if claim is None or claim.work.delivery_id is None:
            return
        try:
            self._deliver(claim, self._store.delivery(claim.work.delivery_id))
        except (LostClaimError, StateConflictError):
            _log.warning("delivery %s was settled by somebody else meanwhile", claim.work.delivery_id)

    def _deliver(self, claim: Claim, delivery: Delivery) -> None:
        if delivery.state is not DeliveryState.PENDING:
            with self._store.begin() as tx:
                tx.finish_work(claim)
        elif self._has_older_pending(delivery):
            with self._store.begin() as tx:
                tx.release_work(claim, self._clock.now() + _WAIT_FOR_OLDER, reason="an older version goes first")
        elif delivery.target not in self._senders or delivery.target not in self._targets:
            with self._store.begin() as tx:
                self._bury(tx, claim, delivery, _UNKNOWN_TARGET.format(target=delivery.target))
        else:
            record = self._store.record(delivery.document_id, delivery.version)
            began = self._clock.now()
            outcome = self._send(delivery, record)
            self._save(claim, delivery, record, outcome, began)

    def _send(self, delivery: Delivery, record: Record) -> SendOutcome:
        """Try once. What nobody foresaw counts as a try without an answer, so that backoff and maximum age apply to it too."""
        began = time.monotonic()
        try:
            return self._senders[delivery.target].send(record)
        except Exception as error:  # noqa: BLE001 - a task's outer edge: one record's trouble must not go round without end
            _log.error("delivery %s: sending failed with %s at %s", delivery.id, type(error).__name__, place_of(error))
            return SendOutcome(None, f"program error ({type(error).__name__})", time.monotonic() - began, sent_sha256="")

    def _has_older_pending(self, delivery: Delivery) -> bool:
        """Tell whether an older version is still on its way to the same target, which must not be overtaken."""
        return any(
            other.target == delivery.target and other.version < delivery.version and other.state is DeliveryState.PENDING
            for other in self._store.deliveries(delivery.document_id)
        )

    def _save(self, claim: Claim, delivery: Delivery, record: Record, outcome: SendOutcome, began: datetime) -> None:
        past = self._store.attempts(delivery.id)
        attempt = Attempt(delivery.id, len(past) + 1, began, outcome.seconds, outcome.status, outcome.error)
        tries = 1 + sum(earlier.at >= claim.work.created_at for earlier in past)  # a person's new try starts afresh
        now = self._clock.now()
        with self._store.begin() as tx:
            tx.add_attempt(attempt)
            if outcome.status is not None and 200 <= outcome.status < 300:
                tx.finish_work(claim)
                self._receipt(tx, delivery, record, outcome, outcome.status, now)
            elif (reason := self._final_reason(claim, delivery, outcome, now)) is not None:
                self._bury(tx, claim, delivery, reason)
            else:
                wait = self._backoff.wait(tries, self._chance(), outcome.retry_after)
                tx.release_work(claim, now + wait, reason=outcome.error)
        _log.info("delivery %s attempt %d: %s", delivery.id, attempt.number, outcome.error or outcome.status)

    def _final_reason(self, claim: Claim, delivery: Delivery, outcome: SendOutcome, now: datetime) -> str | None:
        """Return the German reason for giving up, None where another try is worth it."""
        target = self._targets[delivery.target]
        if is_retryable(outcome.status):
            if now - claim.work.created_at <= timedelta(hours=target.max_age_hours):
                return None
            return _TOO_OLD.format(target=target.name, hours=target.max_age_hours, error=outcome.error)
        status = outcome.status or 0
        template = _REDIRECTED if 300 <= status < 400 else _FORBIDDEN if status in {401, 403} else _REFUSED
        return template.format(target=target.name, status=status)

    def _bury(self, tx: Transaction, claim: Claim, delivery: Delivery, reason: str) -> None:
        """Make the delivery a dead letter, which waits for a person."""
        tx.finish_work(claim)
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, reason)

    def _receipt(self, tx: Transaction, delivery: Delivery, record: Record, outcome: SendOutcome, status: int, now: datetime) -> None:
        document = tx.document(delivery.document_id)
        tx.add_receipt(Receipt(delivery.id, now, status, outcome.receiver_id, outcome.sent_sha256, page_count=_page_count(record)))
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DELIVERED)
        for other in tx.deliveries(document.id):
            is_older = other.target == delivery.target and other.version < delivery.version
            if is_older and other.state is DeliveryState.DEAD:  # nobody need look at what a newer version has replaced
                tx.move_delivery(other.id, DeliveryState.DEAD, DeliveryState.DISCARDED, _SUPERSEDED.format(version=delivery.version))
        conclude(tx, document)


def _page_count(record: Record) -> int:
    pages = record.body.get("pages")
    return len(pages) if isinstance(pages, list) else 0
