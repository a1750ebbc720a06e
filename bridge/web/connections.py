"""How many connections the HTTP interface holds, and for how long it waits for a request: what uvicorn leaves open."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import ClassVar, Final

import h11
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from bridge.web.problems import RETRY_AFTER_SECONDS, problem_response

IS_STOPPING: Final = "is_stopping"  # in a request's state: whoever waits for something to come should answer now
HEAD_SECONDS: Final = 20.0  # until a request's head is complete, and for the rest of a body that was refused


def bounded(most: int) -> type[H11Protocol]:
    """Return the protocol for uvicorn's `http`: more connections than `most` are answered 503, silent ones are hung up on."""
    return type("Bounded", (BoundedProtocol,), {"max_connections": most})


class BoundedProtocol(H11Protocol):
    """One connection."""

    max_connections: ClassVar[int]

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection, or let it know that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self.app = _refuse
        self._wait_for_request()

    @override
    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP/1.1 as all other errors are answered, and hang up."""
        detail = "This is no request as RFC 9112 has it; check the client, and what stands between it and here."
        answer = problem_response(HTTPStatus.BAD_REQUEST, None, detail, {"Connection": "close", "Cache-Control": "no-store"})
        head = h11.Response(status_code=answer.status_code, headers=answer.raw_headers, reason=b"Bad Request")
        for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request of this connection."""
        super().on_response_complete()
        self._wait_for_request()

    @override
    def shutdown(self) -> None:
        """Let a request that is being answered know that the server stops: it waits for all answers."""
        if self.cycle is not None:
            self.cycle.scope["state"][IS_STOPPING] = True
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        super().connection_lost(exc)
        self._forget()

    def _wait_for_request(self) -> None:
        self._forget()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._hang_up_without_request)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up_without_request(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Connection": "close", "Cache-Control": "no-store"}
    detail = "There are more connections than allowed and nothing was taken in; try again later."
    await problem_response(HTTPStatus.SERVICE_UNAVAILABLE, "too-many-connections", detail, headers)(scope, receive, send)
