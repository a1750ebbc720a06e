"""The bounded thread pool between async routes and the synchronous store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """Runs what blocks."""

    def __init__(self, executor: Executor) -> None:
        """Take the pool; it belongs to the caller."""
        self._executor = executor

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Return what `function` returns, without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def submit(self, function: Callable[[], object]) -> None:
        """Have it done without waiting, even when the request is being cancelled."""
        self._executor.submit(function)
