"""Auf Papier weiterarbeiten: how much waits, and all of it as files to print."""

from __future__ import annotations

import asyncio

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from bridge.domain.media_types import PDF
from bridge.services.paper_way import AT_ONCE, PaperWay
from bridge.web.fax_files import FILE_HEADERS, WholeFile
from bridge.web.threads import Threads
from bridge.web.workplace.forms import number_of
from bridge.web.workplace.inbox import mailboxes_of
from bridge.web.workplace.pages import Pages
from bridge.web.workplace.visitors import visitor_of


class PaperPages:
    """The way that stays open when the machine cannot read."""

    def __init__(self, way: PaperWay, pages: Pages, threads: Threads) -> None:
        """Take what gathers and binds, and what shows pages."""
        self._way, self._pages, self._threads = way, pages, threads
        self._binding = asyncio.Lock()  # one at a time: hundreds of faxes must not take all threads

    async def show(self, request: Request) -> Response:
        """Tell how much waits, and since when."""
        overview = await self._threads.run(self._way.overview, mailboxes_of(visitor_of(request).person))
        return self._pages.answer(request, "paper.html", {"overview": overview, "at_once": AT_ONCE})

    async def pile(self, request: Request) -> Response:
        """Answer with one file; it is removed once it was sent."""
        person, after = visitor_of(request).person, number_of(request.query_params.get("ab"))
        async with self._binding:
            pile = await self._threads.run(self._way.pile, mailboxes_of(person), person.id, after)
        first, last = pile.cover.lines[0].number, pile.cover.lines[-1].number
        return WholeFile(
            pile.path,
            media_type=PDF,
            filename=f"wartende-faxe-{first}-{last}.pdf",
            headers=FILE_HEADERS,
            background=BackgroundTask(pile.path.unlink, missing_ok=True),
        )
