"""Delivering: what is due for a target is handed over by one worker at a time, and what follows from each answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Final, TypeVar

from bridge.domain.errors import LostClaimError, NotFoundError, StateConflictError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DeliveryState, WorkState
from bridge.domain.model import WITHDRAWAL, Attempt, BlobRef, Delivery, Receipt, Record, WithdrawalReason
from bridge.domain.targets import Target, TargetKind, TargetState
from bridge.ports import Blobs, Clock, Message, Outgoing, Queue, RecordSender, SendOutcome, Store, Transaction, Verdict
from bridge.services.reading import place_of
from bridge.services.settle import Taken, take
from bridge.services.target_health import after, is_probing
from bridge.stages.compose import withdrawal

Piece = TypeVar("Piece")
_log = logging.getLogger(__name__)

_UNKNOWN_TARGET: Final = "Der Empfänger „{target}“ ist nicht eingerichtet. Bitte config/targets ergänzen und dann erneut zustellen."
_REDIRECTED: Final = (
    "Der Empfänger „{target}“ verweist auf eine andere Adresse (HTTP {status}). "
    "Bitte die Adresse in config/targets prüfen und dann erneut zustellen."
)
_FORBIDDEN: Final = (
    "Der Empfänger „{target}“ verweigert den Zugang (HTTP {status}). "
    "Bitte die Zugangsdaten in config/targets prüfen und dann erneut zustellen."
)
_REFUSED: Final = (
    "Der Empfänger „{target}“ hat den Datensatz abgelehnt (HTTP {status}). "
    "Bitte die Ursache mit dem Empfänger klären und dann erneut zustellen oder verwerfen."
)
_GONE: Final = (
    "Den Empfänger „{target}“ gibt es unter dieser Adresse nicht mehr (HTTP {status}); er ist angehalten. "
    "Bitte die Adresse klären, „bridge targets resume {target}“ aufrufen und dann erneut zustellen."
)
_TOO_OLD: Final = (
    "Der Empfänger „{target}“ hat den Datensatz seit über {hours:g} Stunden nicht angenommen; „bridge dead-letters show“ zeigt jeden "
    "Versuch. Bitte den Empfänger auf anderem Weg verständigen und dann erneut zustellen oder verwerfen."
)
_NOT_FETCHED: Final = (
    "Der Empfänger „{target}“ hat den Datensatz seit über {hours:g} Stunden nicht abgeholt. "
    "Bitte den Empfänger verständigen und dann erneut anbieten oder verwerfen."
)
_ROUNDS_PER_SLOT: Final = 16  # records taken at once for each request that may run at once
_SENDING_SHARE: Final = 0.2  # of a lease in which requests are begun; one may take three quarters
_BURIED_AT_ONCE: Final = 64
_NO_TIME_WAIT: Final = timedelta(seconds=1)
_ANSWER_LENGTH: Final = 4000


class Deliver:
    """Works on DELIVER steps. Nothing is sent inside a transaction; what came of it is saved in one.

    A ring for one step makes all that is due for its target be handed over: whoever holds the target's lease sends, several at a time,
    and other rings for it find nothing to do. So order, pace and breaker of a target are kept by one, and a slow one costs no other time.
    """

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        queue: Queue,
        senders: Mapping[str, RecordSender],
        targets: Mapping[str, Target],
        clock: Clock,
        owner: str,
        *,
        lease: timedelta,
        chance: Callable[[], float] | None = None,
    ) -> None:
        """Take senders (none for feeds) and targets by name; `lease` must outlast a request; `chance` gives [0, 1)."""
        self._store, self._blobs, self._queue, self._clock = store, blobs, queue, clock
        self._senders, self._targets, self._owner = senders, targets, owner
        self._lease, self._chance = lease, chance or SystemRandom().random
        self._busy, self._guard = set[str](), threading.Lock()

    def run(self, work_id: str) -> None:
        """Hand over what is due for the target of this step. Raises StorageError only.

        A claim lost while sending saves nothing: its new owner sends the same version under the same Idempotency-Key.
        """
        try:
            work = self._store.work(work_id)
            delivery = self._store.delivery(work.delivery_id or "")
        except NotFoundError:
            return
        if work.state is WorkState.DONE:  # handed over with others by an earlier ring: the usual case
            return
        if delivery.state is not DeliveryState.PENDING:
            self._settle_idle(work_id)
        elif delivery.target in self._targets:
            self._drain(self._targets[delivery.target])
        else:
            self._bury_all(delivery.target)

    def _settle_idle(self, work_id: str) -> None:
        """End a step whose delivery is settled already."""
        claim = self._store.claim(work_id, self._owner, self._lease, self._clock.now())
        if claim is not None:
            self._save_together([claim], lambda tx, claims: tx.finish_work(*claims))

    def _bury_all(self, target: str) -> None:
        """Make dead letters of all that waits for a target that is not there any more, however it stood."""
        now = self._clock.now()
        with self._store.begin() as tx:
            tx.bring_forward(target, now)
        reason = _UNKNOWN_TARGET.format(target=target)
        while outgoing := self._store.claim_deliveries(target, self._owner, self._lease, now, _BURIED_AT_ONCE):
            self._save_together(outgoing, partial(self._bury_each, reason))

    def _drain(self, target: Target) -> None:
        owner, lease_name = f"{self._owner}:{new_id()}", f"target:{target.name}"
        began = self._clock.now()
        if not self._begin(target.name):
            return
        try:
            if not self._store.hold_lease(lease_name, owner, self._lease, began):
                return
            while self._hand_over(target, owner) and (now := self._clock.now()) - began < self._lease:
                if not self._store.hold_lease(lease_name, owner, self._lease, now):
                    return
        finally:
            self._busy.discard(target.name)
            self._store.drop_lease(lease_name, owner)
        # Whoever was rung meanwhile found the lease held and went away; and there may be more than one turn's worth.
        if (step := self._store.next_due(target.name, self._clock.now())) is not None:
            self._queue.ring([step])

    def _begin(self, target: str) -> bool:
        """Tell whether no other thread of this process hands over to `target`: asking the database for each ring would cost a write."""
        with self._guard:
            if target in self._busy:
                return False
            self._busy.add(target)
            return True

    def _hand_over(self, target: Target, owner: str) -> bool:
        """Try what is due, once; tell whether there may be more."""
        now, state = self._clock.now(), self._store.target_state(target.name)
        if target.kind is TargetKind.FEED:
            return self._wait_for_reader(target, owner)
        if state.rests_until(now) is not None:
            self._let_rest(target)
            return False
        limit = target.pace.concurrency * _ROUNDS_PER_SLOT
        if state.failures and self._give_up_old(target, owner, limit, _TOO_OLD):
            return True
        outgoing = self._store.claim_deliveries(target.name, owner, self._lease, now, 1 if is_probing(state, target.breaker) else limit)
        if not outgoing:
            return False
        outcomes = self._send(target, outgoing)
        self._save(target, state, outgoing, outcomes, now)
        return any(outcome is not None for outcome in outcomes)

    def _let_rest(self, target: Target) -> None:
        """Let what waits for a target that rests be due when it does no more: as it stands now, for a person may just have resumed it."""
        now = self._clock.now()
        with self._store.begin() as tx:
            if (until := tx.target_state(target.name).rests_until(now)) is not None:
                tx.postpone(target.name, until, now)

    def _send(self, target: Target, outgoing: Sequence[Outgoing]) -> Sequence[SendOutcome | None]:
        """Try each once.

        What nobody foresaw counts as a try without an answer, so that backoff and maximum age apply to it too; each is then
        tried by itself, under the same key, so that one record cannot hold up the others.
        """
        try:
            messages = [message_of(each.delivery, each.record) for each in outgoing]
            return self._senders[target.name].send(messages, _SENDING_SHARE * self._lease.total_seconds())
        except Exception as error:  # noqa: BLE001 - a task's outer edge: trouble must not go round without end
            cause = type(_first(error)).__name__
            _log.error("target %s: sending failed with %s at %s", target.name, cause, place_of(_first(error)))
            if len(outgoing) > 1:
                return self._send_alone(target, outgoing)
            return [SendOutcome(Verdict.AGAIN, None, f"program error ({cause})", 0.0, sent_sha256="")]

    def _send_alone(self, target: Target, outgoing: Sequence[Outgoing]) -> Sequence[SendOutcome | None]:
        """Try each by itself, as many as there is time for."""
        until = self._clock.now() + _SENDING_SHARE * self._lease
        outcomes: list[SendOutcome | None] = []
        for each in outgoing:
            outcomes += self._send(target, [each]) if self._clock.now() <= until else [None]
        return outcomes

    def _wait_for_reader(self, target: Target, owner: str) -> bool:
        """Give up what a feed's reader has not fetched in time; the rest is looked at again when its time is over."""
        limit = target.pace.concurrency * _ROUNDS_PER_SLOT
        if self._give_up_old(target, owner, limit, _NOT_FETCHED):
            return True
        outgoing = self._store.claim_deliveries(target.name, owner, self._lease, self._clock.now(), limit)

        def rest(tx: Transaction, those: Sequence[Outgoing]) -> None:
            for each in those:
                tx.release_work(each.claim, each.claim.work.created_at + target.max_age, is_counted=False)

        self._save_together(outgoing, rest)
        return bool(outgoing)

    def _give_up_old(self, target: Target, owner: str, limit: int, template: str) -> bool:
        """Make dead letters of what has been tried for too long; tell whether there was any."""
        now = self._clock.now()
        old = self._store.claim_deliveries(target.name, owner, self._lease, now, limit, created_before=now - target.max_age)
        reason = template.format(target=target.name, hours=target.max_age / timedelta(hours=1))
        self._save_together(old, partial(self._bury_each, reason))
        return bool(old)

    # -- what came of it --------------------------------------------------------------------------------------------

    def _save(
        self, target: Target, state: TargetState, outgoing: Sequence[Outgoing], outcomes: Sequence[SendOutcome | None], began: datetime
    ) -> None:
        """Save all outcomes at once; where one of them was settled by somebody else meanwhile, each by itself."""
        now = self._clock.now()
        tried = [_Tried(each, outcome, self._kept_answer(outcome), began) for each, outcome in zip(outgoing, outcomes, strict=True)]
        self._save_together(tried, partial(self._settle, target))
        newer = after(state, target, [outcome for outcome in outcomes if outcome is not None], now, self._chance())
        if newer != state:
            with self._store.begin() as tx:
                if tx.target_state(target.name) == state:  # else a person's word meanwhile goes first
                    tx.save_target_state(newer)

    def _save_together(self, pieces: Sequence[Piece], change: Callable[[Transaction, Sequence[Piece]], None]) -> None:
        """Save all in one transaction; where one of them was settled by somebody else meanwhile, each in its own."""
        try:
            with self._store.begin() as tx:
                change(tx, pieces)
        except (LostClaimError, NotFoundError, StateConflictError) as error:
            if len(pieces) < 2:
                _log.warning("a delivery was settled by somebody else meanwhile: %s", type(error).__name__)
                return
            for piece in pieces:
                self._save_together([piece], change)

    def _settle(self, target: Target, tx: Transaction, tried: Sequence[_Tried]) -> None:
        now = self._clock.now()
        tx.add_attempt(*(one.attempt for one in tried if one.attempt is not None))
        taken = [one for one in tried if one.verdict is Verdict.TAKEN]
        tx.finish_work(*(one.of.claim for one in taken))
        take(tx, [one.taken(now) for one in taken])
        is_stuck = all(one.outcome is None for one in tried)
        for one in tried:
            if one.outcome is None:
                tx.release_work(one.of.claim, now + _NO_TIME_WAIT * is_stuck, is_counted=False)
                continue
            if one.verdict is not Verdict.TAKEN:
                self._try_again_or_bury(tx, target, one.of, one.outcome, now)
            delivery, what = one.of.delivery, one.outcome.error or one.outcome.status
            _log.info("delivery %s attempt %d: %s", delivery.id, delivery.attempts + 1, what)

    def _try_again_or_bury(self, tx: Transaction, target: Target, each: Outgoing, outcome: SendOutcome, now: datetime) -> None:
        if (reason := self._final_reason(target, each, outcome, now)) is not None:
            self._bury(tx, each, reason)
            return
        wait = target.backoff.wait(each.claim.work.attempts, self._chance(), outcome.retry_after)
        tx.release_work(each.claim, now + wait, reason=outcome.error)

    def _final_reason(self, target: Target, each: Outgoing, outcome: SendOutcome, now: datetime) -> str | None:
        """Return the German reason for giving up, None where another try is worth it."""
        if outcome.verdict is Verdict.AGAIN:
            if now - each.claim.work.created_at <= target.max_age:
                return None
            return _TOO_OLD.format(target=target.name, hours=target.max_age / timedelta(hours=1))
        if outcome.reason is not None:
            return outcome.reason
        status = outcome.status or 0
        if outcome.verdict is Verdict.GONE:
            return _GONE.format(target=target.name, status=status)
        template = _REDIRECTED if 300 <= status < 400 else _FORBIDDEN if status in {401, 403} else _REFUSED
        return template.format(target=target.name, status=status)

    def _bury(self, tx: Transaction, each: Outgoing, reason: str) -> None:
        """Make the delivery a dead letter, which waits for a person."""
        tx.finish_work(each.claim)
        tx.move_delivery(each.delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, reason)

    def _bury_each(self, reason: str, tx: Transaction, those: Sequence[Outgoing]) -> None:
        for each in those:
            self._bury(tx, each, reason)

    def _kept_answer(self, outcome: SendOutcome | None) -> BlobRef | None:
        """Keep the receipt that a protocol gives in words of its own."""
        if outcome is None or outcome.verdict is not Verdict.TAKEN or not outcome.answer:
            return None
        return self._blobs.put(outcome.answer, outcome.answer_type or "application/octet-stream")


@dataclass(frozen=True, slots=True)
class _Tried:
    """One delivery and what came of trying it at `began`; None where there was no time. `answer` is a receipt that is kept."""

    of: Outgoing
    outcome: SendOutcome | None
    answer: BlobRef | None
    began: datetime

    @property
    def verdict(self) -> Verdict | None:
        return None if self.outcome is None else self.outcome.verdict

    @property
    def attempt(self) -> Attempt | None:
        if self.outcome is None:
            return None
        told = None
        if self.verdict is not Verdict.TAKEN and self.outcome.answer:
            told = self.outcome.answer.decode(errors="replace")[:_ANSWER_LENGTH]
        delivery, outcome = self.of.delivery, self.outcome
        return Attempt(delivery.id, delivery.attempts + 1, self.began, outcome.seconds, outcome.status, outcome.error, told)

    def taken(self, at: datetime) -> Taken:
        """Return it as taken at that time."""
        delivery, record, outcome = self.of.delivery, self.of.record, self.outcome
        if outcome is None:
            raise ValueError("what was not tried was not taken")
        pages, proof = len(record.pages), outcome.sent_sha256
        return Taken(delivery, record, Receipt(delivery.id, at, outcome.status or 0, outcome.receiver_id, proof, pages, self.answer))


def message_of(delivery: Delivery, record: Record) -> Message:
    """Return what goes out for a delivery: its record, or where this version goes elsewhere now, that it no longer holds here."""
    if not delivery.is_withdrawal or record.body.get("schema") == WITHDRAWAL:
        return Message(record, delivery.is_withdrawal)
    body = withdrawal(record.body, version=record.version, at=record.created_at, reason=WithdrawalReason.WRONG_RECIPIENT, text=None)
    return Message(replace(record, body=body), is_withdrawal=True)


def _first(error: Exception) -> Exception:
    """Return what went wrong first, of several at once."""
    return _first(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error
