"""Doing one piece of work: claim it, do its step under a lease, and put failures where they belong.

Only the death of a sandboxed decoder counts as a crash of its input; an expired lease (a worker that was killed or
stopped) is counted apart. Both end in quarantine, never in silence. A disk or database that refuses counts as nothing:
the work waits until there is room.
"""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bridge.domain.errors import (
    DecodeError,
    DecoderCrashError,
    IllegalTransitionError,
    LostClaimError,
    StateConflictError,
    StorageError,
)
from bridge.domain.lifecycle import FaxState, Stage
from bridge.domain.model import Claim, Fax, Work
from bridge.domain.retry import wait_for_room
from bridge.ports import HostLock, Queue
from bridge.services.reading import place_of
from bridge.services.steps.decide import decide
from bridge.services.steps.decode import decode
from bridge.services.steps.layout import layout, set_page_aside
from bridge.services.steps.locate import locate
from bridge.services.steps.read_values import read_values
from bridge.services.steps.tools import Tools
from bridge.services.steps.unpack import unpack

_log = logging.getLogger(__name__)

Step = Callable[[Tools, Claim], list[Work]]
STEPS: Final[dict[Stage, Step]] = {
    Stage.UNPACK: unpack,
    Stage.DECODE: decode,
    Stage.LAYOUT: layout,
    Stage.LOCATE: locate,
    Stage.READ_VALUES: read_values,
    Stage.DECIDE: decide,
}
_PAGE_STAGES: Final = frozenset({Stage.LAYOUT, Stage.READ_VALUES})
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_CRASHED = DecoderCrashError.reason
_EXPIRED = "Die Bearbeitung wurde mehrfach abgebrochen. Bitte das Original ansehen; ein erneuter Versuch ist mit „replay“ möglich."
_FAILED = "Bei der Bearbeitung ist wiederholt ein Programmfehler aufgetreten. Bitte das Original ansehen und den Betrieb verständigen."


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often work is tried. `retry` is the wait after a failure, doubled each time up to an hour."""

    lease: timedelta
    max_crashes: int
    max_expirations: int
    max_failures: int = 5
    retry: timedelta = timedelta(seconds=1)


class Process:
    """Does the work of reading, one step a call."""

    def __init__(self, tools: Tools, queue: Queue, lock: HostLock, patience: Patience, owner: str) -> None:
        """Take what steps work with, the bell for what follows, and who we are (for the lease)."""
        self._tools, self._queue, self._lock, self._patience, self._owner = tools, queue, lock, patience, owner

    def run(self, work_id: str) -> None:
        """Do the work if it is there to be done and there is room to; ring for what follows.

        Raises StorageError where the database refuses even to take the work back, and nothing else.
        """
        if not self._tools.has_room():
            _log.error("work %s waits: the temporary folder has too little space", work_id)
            return
        claim = self._tools.store.claim(work_id, self._owner, self._patience.lease, self._tools.clock.now())
        if claim is None:
            return
        try:
            upcoming = self._attempt(claim)
        except (LostClaimError, StateConflictError):
            _log.warning("work %s was done by somebody else meanwhile", work_id)
            return
        except StorageError as error:
            self._give_back(claim, error)
            return
        self._queue.ring(upcoming)

    def _attempt(self, claim: Claim) -> list[Work]:
        if claim.work.expirations > self._patience.max_expirations:
            return self._set_aside(claim, _EXPIRED)
        is_last_chance = claim.work.expirations == self._patience.max_expirations
        try:
            with self._keep_alive(claim), self._lock.hold(alone=is_last_chance):
                return STEPS[claim.work.stage](self._tools, claim)
        except DecoderCrashError as error:
            return self._after_crash(claim, error)
        except DecodeError as error:
            return self._after_refusal(claim, error)
        except (LostClaimError, StateConflictError, StorageError):
            raise
        except Exception as error:  # noqa: BLE001 - a task's outer edge: one fax's trouble must not take the worker along
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                raise StorageError(f"a temporary file could not be written ({errno.errorcode[error.errno]})") from None
            return self._after_failure(claim, error)

    def _give_back(self, claim: Claim, error: StorageError) -> None:
        """Let the work wait for room. What was refused is no fault of it: nothing is counted towards quarantine."""
        _log.error("work %s (%s) waits: %s", claim.work.id, claim.work.stage.value, error)
        now = self._tools.clock.now()
        try:
            with self._tools.store.begin() as tx:
                tx.release_work(claim, now + wait_for_room(now - claim.work.created_at), is_counted=False, reason="no room")
        except LostClaimError:
            _log.warning("work %s was taken over meanwhile", claim.work.id)

    def _after_refusal(self, claim: Claim, error: DecodeError) -> list[Work]:
        """Put the page aside, or end the fax as the error says; a stage at which a fax cannot end so has failed."""
        if claim.work.stage in _PAGE_STAGES:
            return set_page_aside(self._tools, claim, error.reason)
        try:
            return self._fail_fax(claim, FaxState(error.state), error.reason)
        except IllegalTransitionError as illegal:
            return self._after_failure(claim, illegal)

    def _after_crash(self, claim: Claim, error: DecoderCrashError) -> list[Work]:
        _log.warning("decoder crashed on work %s (%s)", claim.work.id, error.detail)
        if claim.work.crashes + 1 >= self._patience.max_crashes:
            return self._set_aside(claim, _CRASHED)
        with self._tools.store.begin() as tx:
            tx.release_work(claim, self._tools.clock.now(), has_crashed=True, reason="decoder crashed")
        return [claim.work]

    def _after_failure(self, claim: Claim, error: Exception) -> list[Work]:
        """Give the work back for later."""
        _log.error("work %s (%s) failed with %s at %s", claim.work.id, claim.work.stage.value, type(error).__name__, place_of(error))
        if claim.work.attempts - claim.work.expirations >= self._patience.max_failures:
            return self._set_aside(claim, _FAILED)
        wait = min(self._patience.retry * 2 ** min(claim.work.attempts, 12), timedelta(hours=1))
        with self._tools.store.begin() as tx:
            tx.release_work(claim, self._tools.clock.now() + wait, reason=type(error).__name__)
        return []

    def _set_aside(self, claim: Claim, reason: str) -> list[Work]:
        if claim.work.stage in _PAGE_STAGES:
            return set_page_aside(self._tools, claim, reason)
        concerned = self._concerned(claim)
        with self._tools.store.begin() as tx:
            for fax in concerned:
                tx.move_fax(fax.id, fax.state, FaxState.QUARANTINED, reason)
            tx.quarantine_work(claim, reason)
        return []

    def _fail_fax(self, claim: Claim, state: FaxState, reason: str) -> list[Work]:
        """End the fax in a named state."""
        concerned = self._concerned(claim)
        with self._tools.store.begin() as tx:
            for fax in concerned:
                tx.move_fax(fax.id, fax.state, state, reason)
            tx.finish_work(claim)
        return []

    def _concerned(self, claim: Claim) -> list[Fax]:
        """Return the faxes that the claimed work is about: of an envelope that cannot be opened, those of all its mailboxes."""
        store = self._tools.store
        fax = store.fax(claim.work.fax_id)
        if claim.work.stage is not Stage.UNPACK:
            return [fax]
        return [each for each in store.faxes_of(fax.envelope_id) if each.state is fax.state]

    @contextmanager
    def _keep_alive(self, claim: Claim) -> Iterator[None]:
        """Prolong the lease while the step runs; Celery's hard time limit bounds how long that can be."""
        is_done = threading.Event()
        beat = threading.Thread(target=self._beat, args=(claim, is_done), name="lease", daemon=True)
        beat.start()
        try:
            yield
        finally:
            is_done.set()
            beat.join()

    def _beat(self, claim: Claim, is_done: threading.Event) -> None:
        while not is_done.wait(self._patience.lease.total_seconds() / 3):
            try:
                self._tools.store.extend(claim, self._patience.lease, self._tools.clock.now())
            except LostClaimError:
                _log.warning("lease on work %s is lost", claim.work.id)
                return
            except StorageError:
                _log.warning("lease on work %s could not be prolonged this time", claim.work.id)
