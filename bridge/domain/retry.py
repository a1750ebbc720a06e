"""When to try again: a pure decision from what happened and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

RETRYABLE_STATUS: Final = frozenset({408, 425, 429})
_LONGEST_ASKED: Final = timedelta(hours=24)  # promised to agencies in docs/receiving.md
_SHORTEST_REFUSAL: Final = timedelta(seconds=5)
_LONGEST_REFUSAL: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waiting: `base` doubled per attempt up to `cap`, spread by `jitter` (0..1 of the wait)."""

    base: timedelta = timedelta(seconds=2)
    cap: timedelta = timedelta(minutes=15)
    jitter: float = 0.5

    def wait(self, attempt: int, chance: float, retry_after: timedelta | None = None) -> timedelta:
        """Return how long to wait after failed `attempt` (from 1); `chance` is a random number in [0, 1).

        A receiver's Retry-After (RFC 9110 section 10.2.3) of up to 24 hours is the least wait; more counts as 24 hours.
        """
        doubled: timedelta = self.base * 2.0 ** min(attempt - 1, 20)
        wait = min(self.cap, doubled) * (1 - self.jitter * chance)
        if retry_after is not None:
            wait = max(wait, min(retry_after, _LONGEST_ASKED))
        return wait


def wait_for_room(age: timedelta) -> timedelta:
    """Return how long work of that `age` waits after disk or database refused it: as long again, within bounds.

    So the waits double without anything being counted: a full disk is no fault of the work, however often it is met.
    """
    return min(max(age, _SHORTEST_REFUSAL), _LONGEST_REFUSAL)


def is_retryable(status: int | None) -> bool:
    """Tell whether an attempt is worth repeating: no answer at all, 408, 425, 429 or 5xx. Redirects are not followed."""
    return status is None or status in RETRYABLE_STATUS or status >= 500


def is_taken(status: int | None) -> bool:
    """Tell whether the receiver has taken what was sent: any 2xx."""
    return status is not None and 200 <= status < 300


def is_gone(status: int | None) -> bool:
    """Tell whether the receiver says that it takes nothing any more (RFC 9110 section 15.5.11)."""
    return status == 410
