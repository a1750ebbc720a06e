"""How a receiver may misbehave, and when it does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of a record's acceptance.

    `status` and `headers` are answered; 0 hangs up without an answer, None stands for the answer that would have been right. With
    `is_kept` the record is kept and only the good answer is lost, as on a line that breaks too late. The answer is begun after
    `wait` seconds, or never (infinity): then the sender has to give up. With `is_cut` the line breaks in the middle of it.
    """

    status: int | None = 503
    headers: tuple[tuple[str, str], ...] = ()
    is_kept: bool = False
    wait: float = 0.0
    is_cut: bool = False
    kind: str = ""

    @property
    def name(self) -> str:
        """What it is counted under."""
        return self.kind or (str(self.status) if self.status else "hang-up")


KINDS: Final[Mapping[str, Fault]] = {
    kind: replace(fault, kind=kind)
    for kind, fault in {
        "500": Fault(500),
        "503": Fault(503),
        "429": Fault(429, headers=(("Retry-After", "1"),)),
        "409": Fault(409),
        "410": Fault(410),
        "400": Fault(400),
        "401": Fault(401),
        "422": Fault(422),
        "never": Fault(0, wait=math.inf),
        "slow": Fault(None, is_kept=True),
        "half": Fault(None, is_kept=True, is_cut=True),
        "twice": Fault(0, is_kept=True),
    }.items()
}


class Faults:
    """Tells which request meets which fault: first those that were ordered, one request each, then by chance.

    Not safe for threads: whoever asks holds a lock.
    """

    def __init__(self, shares: Mapping[str, float] | None = None, *, slow_seconds: float = 5.0, seed: int | None = None) -> None:
        """Take the share of requests that meet each kind of `KINDS`; with the same `seed` the same requests in order meet the same.

        Raises ValueError for a kind that is not known, a share outside of 0..1, or more than 1 together.
        """
        self._shares = dict(shares or {})
        unknown = self._shares.keys() - KINDS.keys()
        if unknown:
            raise ValueError(f"no kind of fault: {', '.join(sorted(unknown))}")
        if not all(0 <= share <= 1 for share in self._shares.values()) or math.fsum(self._shares.values()) > 1:
            raise ValueError("shares of faults must be between 0 and 1, and together no more than 1")
        self._slow_seconds, self._random = slow_seconds, Random(seed)  # noqa: S311 - no secret depends on it
        self._ordered: list[Fault] = []

    def order(self, *faults: Fault) -> None:
        """Let the next requests meet `faults`, one each."""
        self._ordered += faults

    def next(self) -> Fault | None:
        """Return what the request that has come now meets; None where it is taken well."""
        if self._ordered:
            return self._ordered.pop(0)
        point = self._random.random()
        for kind, share in self._shares.items():
            if point < share:
                return replace(KINDS[kind], wait=self._slow_seconds) if kind == "slow" else KINDS[kind]
            point -= share
        return None
