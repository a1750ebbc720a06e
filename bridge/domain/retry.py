"""When to try again: a pure decision from what happened and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

RETRYABLE_STATUS: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waiting: `base` doubled per attempt up to `cap`, spread by `jitter` (0..1 of the wait)."""

    base: timedelta = timedelta(seconds=2)
    cap: timedelta = timedelta(minutes=15)
    jitter: float = 0.5

    def wait(self, attempt: int, chance: float, retry_after: timedelta | None = None) -> timedelta:
        """Return how long to wait after failed `attempt` (from 1); `chance` is a random number in [0, 1).

        A receiver's Retry-After (RFC 9110 section 10.2.3) is the least wait, still bounded by four times the cap.
        """
        doubled: timedelta = self.base * 2.0 ** min(attempt - 1, 20)
        wait = min(self.cap, doubled) * (1 - self.jitter * chance)
        if retry_after is not None:
            wait = max(wait, min(retry_after, 4 * self.cap))
        return wait


def is_retryable(status: int | None) -> bool:
    """Tell whether an attempt is worth repeating: no answer at all, 408, 425, 429 or 5xx. Redirects are not followed."""
    return status is None or status in RETRYABLE_STATUS or status >= 500
