"""How a target stands after a number of tries: a circuit breaker whose state lies in the database, the same for all workers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from bridge.domain.targets import Breaker, Target, TargetState
from bridge.ports import Clock, SendOutcome, Store, Verdict

_log = logging.getLogger(__name__)

_GONE: Final = "Der Empfänger sagt, dass es ihn unter dieser Adresse nicht mehr gibt (HTTP 410)."
_NO_ACCESS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_LONGEST_ASKED: Final = timedelta(hours=24)


def is_probing(state: TargetState, breaker: Breaker) -> bool:
    """Tell whether the target has failed so often that a single record must show whether it is back."""
    return state.failures >= breaker.failures


def after(state: TargetState, target: Target, outcomes: Sequence[SendOutcome], now: datetime, chance: float) -> TargetState:
    """Return how `target` stands after these outcomes, told once when it falls silent and once when it is back.

    An answer that takes or refuses a record is a useful one. A record refused before it was sent says nothing about the target.
    `chance` in [0, 1) spreads the wait.
    """
    if any(outcome.verdict is Verdict.GONE for outcome in outcomes):
        _log.error("target %s is gone (HTTP 410) and paused: check its address, then `bridge targets resume`", target.name)
        return replace(state, is_paused=True, reason=_GONE, since=now)
    failed = sum(outcome.verdict is Verdict.AGAIN for outcome in outcomes)
    if {outcome.status for outcome in outcomes} and all(outcome.status in _NO_ACCESS for outcome in outcomes):
        _log.error("target %s refuses our credentials: check them in its file, then redeliver its dead letters", target.name)
    if any(_is_useful(outcome) for outcome in outcomes):
        if state.openings:
            _log.warning("target %s answers again", target.name)
        return TargetState(state.name, shut_until=_rests_until(target, outcomes, now))
    failures = state.failures + failed
    if failures == state.failures or failures < target.breaker.failures:
        return replace(state, failures=failures, shut_until=_rests_until(target, outcomes, now))
    openings = state.openings + 1
    if openings == 1:
        _log.error("target %s does not answer: %d tries in a row failed; its records wait", target.name, failures)
    shut_until = now + target.breaker.wait.wait(openings, chance, _longest_asked(outcomes))
    return replace(state, failures=failures, openings=openings, shut_until=shut_until, since=state.since or now)


def _is_useful(outcome: SendOutcome) -> bool:
    """Tell whether the target has shown that it is there: what was refused before it was sent shows nothing."""
    return outcome.verdict is Verdict.TAKEN or (outcome.verdict is Verdict.REFUSED and outcome.status is not None)


def _rests_until(target: Target, outcomes: Sequence[SendOutcome], now: datetime) -> datetime | None:
    """Return until when the target is left alone: as long as it asks, and as its pace is, whichever worker comes next."""
    wait = max(_longest_asked(outcomes) or timedelta(0), timedelta(seconds=target.pace.spacing if outcomes else 0.0))
    return now + wait if wait else None


def _longest_asked(outcomes: Sequence[SendOutcome]) -> timedelta | None:
    """Return how long 429 (RFC 6585 section 4) asks to be left alone: it is about us, not about one record."""
    asked = [each.retry_after for each in outcomes if each.status == HTTPStatus.TOO_MANY_REQUESTS and each.retry_after is not None]
    return min(max(asked), _LONGEST_ASKED) if asked else None


class Targets:
    """What operations do with targets: see how they stand, hold one, let it go on."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the database."""
        self._store, self._clock = store, clock

    def pause(self, name: str, reason: str) -> None:
        """Send nothing more to a target until it is resumed; what is released meanwhile waits."""
        now = self._clock.now()
        with self._store.begin() as tx:
            tx.save_target_state(replace(tx.target_state(name), is_paused=True, reason=reason, since=now))

    def resume(self, name: str) -> int:
        """Let a paused or shut target be tried at once; return how many deliveries waited. Their maximum age begins anew."""
        with self._store.begin() as tx:
            tx.save_target_state(TargetState(name))
            return tx.bring_forward(name, self._clock.now())
