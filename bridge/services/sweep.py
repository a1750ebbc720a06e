"""Sweeping: ring again for whatever is overdue, so that a lost bell or a dead worker only costs time; and keep the house tidy."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from bridge.domain.errors import StorageError
from bridge.domain.lifecycle import READING, Stage, WorkState
from bridge.domain.model import Work
from bridge.ports import Clock, Queue, Store

_log = logging.getLogger(__name__)

LEASE_NAME: Final = "sweeper"
_TIDY_EVERY: Final = timedelta(minutes=1)
_BOOKED_AT_ONCE: Final = 500


class Stop(Protocol):
    """What says that it is time to stop."""

    def wait(self, seconds: float, /) -> bool:
        """Wait for that, `seconds` at most; return whether it is time."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What one look found: `is_leader` is False where another sweeper has the lease; how many pieces are overdue, were rung."""

    is_leader: bool
    overdue: int = 0
    rung: int = 0


class Sweep:
    """Looks for overdue work. Of several sweepers one works, the others stand by; an idle look is one lease and two queries."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        clock: Clock,
        owner: str,
        *,
        lease: timedelta,
        ring_again: timedelta,
        work_lease: timedelta,
        batch: int = 500,
        tidy: Callable[[], object] | None = None,
    ) -> None:
        """Take the named lease's length, after how long a bell counts as lost, how long work is leased, how many are rung a look.

        `tidy` is done by the sweeper that works, once a minute.
        """
        self._store, self._queue, self._clock, self._owner = store, queue, clock, owner
        self._lease, self._ring_again, self._batch, self._tidy = lease, ring_again, batch, tidy
        self._work_lease = work_lease
        self._tidied_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._refused: tuple[datetime, datetime] | None = None  # from the last good look before it to the last refused one

    def once(self) -> Swept:
        """Look once. Raises StorageError, and remembers it."""
        now = self._clock.now()
        try:
            swept = self._look(now)
        except StorageError:
            self._refused = (self._refused[0] if self._refused else self._looked_at or now, now)
            raise
        self._looked_at = now
        return swept

    def _look(self, now: datetime) -> Swept:
        if not self._store.hold_lease(LEASE_NAME, self._owner, self._lease, now):
            return Swept(is_leader=False)
        self._excuse(now)
        overdue = self._store.overdue(now, now - self._ring_again, self._batch)
        if not overdue:
            return Swept(is_leader=True)
        lost = self._lost(overdue)
        self._queue.ring(lost)
        self._store.mark_rung([work.id for work in overdue], now)  # those in line too, or they would hide what comes after
        return Swept(is_leader=True, overdue=len(overdue), rung=len(lost))

    def _excuse(self, now: datetime) -> None:
        """Give back, uncounted, what lost its lease because the database refused: its worker could neither prolong it nor return it.

        That shows up to a whole lease after the database is well again, when those still at work have prolonged theirs.
        """
        if self._refused is None:
            return
        since, until = self._refused
        excused = self._store.excuse(since, now)
        if excused:
            _log.warning("the database refused for a while: %d pieces of work begin anew, uncounted", excused)
        if now - until > self._work_lease:
            self._refused = None

    def run(self, stop: Stop, interval: timedelta) -> None:
        """Look every `interval` until `stop` says so. A refusing database is logged and tried again: the rescuer stays."""
        while True:
            try:
                swept = self.once()
                if swept.rung:
                    _log.info("rang again for %d of %d overdue pieces of work", swept.rung, swept.overdue)
                if swept.is_leader:
                    self._keep_house()
            except StorageError as error:
                _log.error("cannot look for overdue work, trying again: %s", error)
            if stop.wait(interval.total_seconds()):
                return

    def _keep_house(self) -> None:
        """Keep the ledger's books, and from time to time tidy up. Raises StorageError."""
        self._store.book(_BOOKED_AT_ONCE)
        now = self._clock.now()
        if self._tidy is not None and (self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY):
            self._tidied_at = now
            self._tidy()

    def _lost(self, overdue: Sequence[Work]) -> list[Work]:
        """Return the work whose bell must have been lost, the oldest first.

        Work with an expired lease always is. Ready work may only stand in a long line: while a queue holds as many rings
        as there are ready pieces none is missing, and ringing anyway would let a backlog grow by itself. For deliveries to one target
        one ring does, which hands over all of them.
        """
        overdue = self._one_a_target(overdue)
        chosen = [work for work in overdue if work.state is WorkState.CLAIMED]
        for stages in (READING, frozenset({Stage.DELIVER})):
            ready = [work for work in overdue if work.state is WorkState.READY and work.stage in stages]
            if ready:
                chosen += ready[: max(0, self._missing(stages))]
        return chosen

    def _one_a_target(self, overdue: Sequence[Work]) -> list[Work]:
        targets = self._store.targets_of([work.delivery_id for work in overdue if work.delivery_id is not None])
        first = {targets.get(work.delivery_id or "", ""): work.id for work in reversed(overdue) if work.delivery_id is not None}
        return [work for work in overdue if work.delivery_id is None or work.id in first.values()]

    def _missing(self, stages: frozenset[Stage]) -> int:
        ready = sum(depth.ready for depth in self._store.depths() if depth.stage in stages)
        return ready - self._queue.unheard(next(iter(stages)))
