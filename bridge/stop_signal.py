"""Being told to stop: SIGINT and SIGTERM, heard however many come at once."""

from __future__ import annotations

import signal
import time
from types import TracebackType
from typing import Any, Final

_NAP_SECONDS: Final = 0.1
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class StopSignal:
    """Set by the first SIGINT or SIGTERM that comes while the context lasts. For the main thread only.

    A list and naps, not an event: of two signals at once the kernel may give both to another thread, which wakes no waiting
    main thread, and an event's lock may be held by what the second one interrupts.
    """

    def __init__(self) -> None:
        """Listen to nothing yet."""
        self._told: list[int] = []
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignal:
        self._former = {number: signal.signal(number, lambda told, _: self._told.append(told)) for number in _SIGNALS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until told to stop, at most `seconds` (None: for ever); return whether it was told."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._told:
            left = _NAP_SECONDS if deadline is None else min(_NAP_SECONDS, deadline - time.monotonic())
            if left <= 0:
                return False
            time.sleep(left)
        return True
