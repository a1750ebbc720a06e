"""Server-sent events (WHATWG HTML, section 9.2): the number of what waits, as it changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bridge.domain.people import Person
from bridge.ports import Clock
from bridge.services.desk import Desk
from bridge.web.connections import IS_STOPPING
from bridge.web.threads import Threads
from bridge.web.workplace.inbox import filter_of
from bridge.web.workplace.texts import texts
from bridge.web.workplace.visitors import visitor_of

_EVERY_SECONDS: Final = 2.0
_SILENCE: Final = 10  # times without news until a sign of life is sent: proxies cut what is silent
_LONGEST: Final = 150  # times until the browser has to come again: by then a session may have ended


class Live:
    """Tells open pages how much waits."""

    def __init__(self, desk: Desk, clock: Clock, threads: Threads) -> None:
        """Take the desk that counts, the time, and the threads."""
        self._desk, self._clock, self._threads = desk, clock, threads
        self._counted: dict[tuple[str, ...], tuple[datetime, int]] = {}  # by mailboxes: however many pages are open, it is counted once

    async def stream(self, request: Request) -> Response:
        """Answer with an endless stream, which ends when the server stops."""
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(request, visitor_of(request).person), media_type="text/event-stream", headers=headers)

    async def _events(self, request: Request, person: Person) -> AsyncIterator[str]:
        words, told, silence = texts(person.language), -1, 0
        for _ in range(_LONGEST):
            if request.scope["state"].get(IS_STOPPING) or await request.is_disconnected():
                return
            count = await self._threads.run(self._count, person)
            silence = 0 if count != told else silence + 1
            if count != told:
                told = count
                yield f"event: waiting\ndata: {words['inbox.count'].format(count=count)}\n\n"
            elif silence % _SILENCE == 0:
                yield ": still here\n\n"
            await asyncio.sleep(_EVERY_SECONDS)

    def _count(self, person: Person) -> int:
        key, now = tuple(sorted(person.mailboxes)), self._clock.now()
        known = self._counted.get(key)
        if known is not None and now - known[0] < timedelta(seconds=_EVERY_SECONDS):
            return known[1]
        count = self._desk.count(person, filter_of(person, {}))
        self._counted[key] = now, count
        return count
