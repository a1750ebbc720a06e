"""GET /api/v1/feeds/NAME and its acknowledgement: for agencies that come and take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Query, Request
from pydantic import BaseModel, Field

from bridge.domain.errors import NotFoundError
from bridge.services.feed import Feed, FeedPage
from bridge.web.access import Tokens
from bridge.web.connections import IS_STOPPING
from bridge.web.threads import Threads
from bridge.web.token import Credentials, presented_token

FEEDS: Final = "/api/v1/feeds"
_LOOK_EVERY_SECONDS: Final = 0.5
_LAST: Final = 2**53 - 1  # the largest that every reader of JSON keeps exactly (RFC 8259 section 6)
Position = Annotated[int, Query(ge=0, le=_LAST)]


class FeedItemView(BaseModel):
    """One message of a feed."""

    position: int
    idempotency_key: str = Field(description="the same whenever this version is offered: keep it, and take each key once")
    message: dict[str, Any] = Field(description="a record or a withdrawal; its `schema` names what it keeps to, see /schemas")


class FeedView(BaseModel):
    """What a feed offers behind the position asked for."""

    items: list[FeedItemView]
    cursor: int = Field(description="go on with `after`, and acknowledge it once all items are kept")


class Acknowledgement(BaseModel):
    """Everything up to this position is kept by the reader."""

    cursor: int = Field(ge=0, le=_LAST)


class AcknowledgedView(BaseModel):
    """How many messages this acknowledgement settled; 0 where all were settled before."""

    settled: int


class Feeds:
    """Serves each feed to the bearer of its own token; for the bearer of another's it is not there."""

    def __init__(self, feed: Feed, tokens: Mapping[str, str], threads: Threads) -> None:
        """Take the tokens by the feed's name."""
        self._feed, self._threads = feed, threads
        self._tokens = Tokens({token: [name for name, own in tokens.items() if own == token] for token in tokens.values()})

    async def read_feed(
        self,
        request: Request,
        credentials: Credentials,
        name: str,
        after: Position = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        wait: Annotated[float, Query(ge=0, le=60, description="seconds to wait for something to come, where there is nothing")] = 0,
    ) -> FeedView:
        """Return what the feed offers behind `after`, in an order that never changes; unacknowledged messages are offered again."""
        self._admit(credentials, name)
        page = await self._read(request, name, after, limit, wait)
        items = [FeedItemView(position=each.position, idempotency_key=each.key, message=each.body) for each in page.items]
        return FeedView(items=items, cursor=page.cursor)

    async def acknowledge_feed(self, credentials: Credentials, name: str, body: Acknowledgement) -> AcknowledgedView:
        """Settle everything that was offered up to `cursor`; it is not offered again."""
        self._admit(credentials, name)
        return AcknowledgedView(settled=await self._threads.run(self._feed.acknowledge, name, body.cursor))

    async def _read(self, request: Request, name: str, after: int, limit: int, wait: float) -> FeedPage:
        """Look again and again for as long as the reader is willing to wait and there, and the server is not to stop."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + wait
        while True:
            page = await self._threads.run(self._feed.read, name, after, limit)
            left = ends_at - loop.time()
            if page.items or left <= 0 or IS_STOPPING in request.scope.get("state", {}) or await request.is_disconnected():
                return page
            await asyncio.sleep(min(_LOOK_EVERY_SECONDS, left))

    def _admit(self, credentials: Credentials, name: str) -> None:
        """Raise Problem 401 without a token that is some feed's, NotFoundError for one that is another's."""
        if not self._tokens.access(presented_token(credentials)).may_use(name):
            raise NotFoundError("no such feed for this token")
