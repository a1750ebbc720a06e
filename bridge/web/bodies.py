"""Bodies of requests, which may come from anybody: within a size, never standing still, and within a time in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.web.problems import Problem, answer

IDLE_SECONDS: Final = 60.0  # between two chunks of a body
SMALL_BYTES: Final = 1_048_576  # of a body that is no fax


async def chunks(request: Request, limit: int, seconds: float) -> AsyncIterator[bytes]:
    """Give out the body piece by piece.

    Raises Problem: 413 beyond `limit` bytes, 408 where it stands still or takes longer than `seconds` in all, 400 where it ends early.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large(limit)
    body, total = request.stream(), 0
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while True:
        try:
            async with asyncio.timeout_at(min(clock() + IDLE_SECONDS, end)):
                chunk = await anext(body, None)
        except TimeoutError:
            if clock() < end:
                raise Problem(HTTPStatus.REQUEST_TIMEOUT, None, "The body stands still; send it again.") from None
            detail = f"The body took longer than {seconds:.0f} s in all; send it again by a faster line, or in smaller parts."
            raise Problem(HTTPStatus.REQUEST_TIMEOUT, "upload-too-slow", detail) from None
        except ClientDisconnect:
            raise Problem(HTTPStatus.BAD_REQUEST, "upload-cut-off", "The connection was lost; send it again.") from None
        if chunk is None:
            return
        total += len(chunk)
        if total > limit:
            raise too_large(limit)
        if chunk:
            yield chunk


def too_large(limit: int) -> Problem:
    """Return what a body of more than `limit` bytes is answered."""
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload-too-large", f"The limit is {limit} bytes; send it in smaller parts.")


class SmallBodies:
    """Takes the bodies of all requests but those to one path before they are served.

    FastAPI reads a body whole, however long it is and takes, before it looks at the token.
    """

    def __init__(self, app: ASGIApp, streamed: str, seconds: float) -> None:
        """Take the path whose bodies are read as they come, and the time for any other."""
        self._app, self._streamed, self._seconds = app, streamed, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the body at hand, or answer why not."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] == self._streamed:
            await self._app(scope, receive, send)
            return
        try:
            body = b"".join([chunk async for chunk in chunks(Request(scope, receive), SMALL_BYTES, self._seconds)])
        except Problem as problem:
            await answer(problem)(scope, receive, send)
            return
        await self._app(scope, _with_body(body, receive), send)


def _with_body(body: bytes, receive: Receive) -> Receive:
    """Return what gives out `body`, and then whatever else happens to the connection."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
