"""Builds the HTTP interface from its ports: routes, errors and the description at /api/v1/openapi.json."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.domain.errors import StorageError
from bridge.ports import Blobs, FaxFilter, Store
from bridge.services.accept import Accept
from bridge.services.feed import Feed
from bridge.services.papers import FaxPapers
from bridge.services.review import Review
from bridge.settings import HttpSettings
from bridge.stages.schema import RecordSchemas
from bridge.web import problems
from bridge.web.access import Tokens
from bridge.web.api import FILE_CONTENT, PICTURE_CONTENT, SEARCHABLE_CONTENT, FaxReading
from bridge.web.bodies import SmallBodies
from bridge.web.dead_letters import DEAD_LETTERS, DeadLetters
from bridge.web.descriptions import SCHEMAS, SchemaReading, SchemaResponse, add_webhooks, message_components
from bridge.web.fax_files import FaxFiles, WholeFile
from bridge.web.feeds import FEEDS, Feeds
from bridge.web.problems import ProblemDocument, documented
from bridge.web.threads import Threads
from bridge.web.uploads import ANSWER_HEADERS, REQUEST_BODY, Uploads
from bridge.web.views import FAXES, Health
from bridge.web.workplace.app import Workplace, create_workplace
from bridge.web.workplace.pages import BASE

_log = logging.getLogger(__name__)

_S: Final = HTTPStatus
# Faxes are about people: nothing on the way may keep or reinterpret an answer.
_SAFE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_READING: Final = (_S.UNAUTHORIZED, _S.NOT_FOUND, _S.UNPROCESSABLE_ENTITY, _S.INTERNAL_SERVER_ERROR, _S.SERVICE_UNAVAILABLE)
_UPLOADING: Final = (
    *(_S.BAD_REQUEST, _S.UNAUTHORIZED, _S.FORBIDDEN, _S.REQUEST_TIMEOUT, _S.REQUEST_ENTITY_TOO_LARGE),
    *(_S.UNPROCESSABLE_ENTITY, _S.INTERNAL_SERVER_ERROR, _S.SERVICE_UNAVAILABLE),
)
_OPEN_FILES: Final = f"{BASE}/static/"

_WRITING: Final = (*_READING, _S.BAD_REQUEST, _S.REQUEST_TIMEOUT, _S.CONFLICT, _S.REQUEST_ENTITY_TOO_LARGE)


@dataclass(frozen=True, slots=True)
class Served:
    """What the interface serves, built by `bootstrap`.

    `mailboxes` are those there are, `feed_tokens` each feed's own by its name; `executor` is a bounded thread pool of the caller's.
    """

    settings: HttpSettings
    accept: Accept
    store: Store
    blobs: Blobs
    papers: FaxPapers
    schemas: RecordSchemas
    review: Review
    feed: Feed
    feed_tokens: Mapping[str, str]
    mailboxes: frozenset[str]
    workplace: Workplace
    executor: Executor


def create_app(served: Served) -> FastAPI:
    """Build the application."""
    settings, store, blobs = served.settings, served.store, served.blobs
    threads, tokens = Threads(served.executor), Tokens(settings.tokens)
    files = FaxFiles(store, blobs, served.papers, threads)
    app = FastAPI(
        title="Fax-Bridge",
        description="Takes faxes in and tells what became of them.",
        version=version("fax-bridge"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    _add_uploads(app, Uploads(served.accept, blobs, tokens, threads, served.mailboxes, settings))
    _add_reading(app, FaxReading(store, files, tokens, threads))
    _add_feeds(app, Feeds(served.feed, served.feed_tokens, threads))
    _add_dead_letters(app, DeadLetters(store, served.review, tokens, threads))
    _add_schemas(app, SchemaReading(served.schemas))
    _add_probes(app, store, blobs, threads)
    add_webhooks(app.webhooks, served.schemas)
    app.mount(BASE, create_workplace(served.workplace, files, threads))
    app.add_route("/", _to_workplace, include_in_schema=False)
    problems.install(app)
    app.add_middleware(SmallBodies, streamed=FAXES, seconds=settings.total_timeout_seconds)
    app.add_middleware(_OuterEdge)
    app.openapi = lambda: _describe(app, served.schemas)  # type: ignore[method-assign]
    return app


def _add_uploads(app: FastAPI, uploads: Uploads) -> None:
    app.add_api_route(
        FAXES,
        uploads.post_fax,
        methods=["POST"],
        status_code=_S.CREATED,
        responses={201: {"headers": ANSWER_HEADERS}, **documented(*_UPLOADING)},
        openapi_extra=REQUEST_BODY,
    )


def _add_reading(app: FastAPI, reading: FaxReading) -> None:
    listing = (_S.UNAUTHORIZED, _S.FORBIDDEN, _S.UNPROCESSABLE_ENTITY, _S.INTERNAL_SERVER_ERROR, _S.SERVICE_UNAVAILABLE)
    one = f"{FAXES}/{{fax_id}}"
    app.add_api_route(FAXES, reading.list_faxes, responses=documented(*listing))
    app.add_api_route(one, reading.get_fax, responses=documented(*_READING))
    app.add_api_route(f"{one}/records", reading.get_records, responses=documented(*_READING))
    for path, endpoint, answer, content in (
        (f"{one}/original", reading.get_original, WholeFile, FILE_CONTENT),
        (f"{one}/searchable.pdf", reading.get_searchable, Response, SEARCHABLE_CONTENT),
        (f"{one}/pages/{{number}}.png", reading.get_page, WholeFile, PICTURE_CONTENT),
    ):
        responses = {200: {"content": content}, **documented(*_READING)}
        app.add_api_route(path, endpoint, response_class=answer, response_model=None, responses=responses)


def _add_feeds(app: FastAPI, feeds: Feeds) -> None:
    one = f"{FEEDS}/{{name}}"
    app.add_api_route(one, feeds.read_feed, responses=documented(*_READING))
    app.add_api_route(f"{one}/ack", feeds.acknowledge_feed, methods=["POST"], responses=documented(*_WRITING))


def _add_dead_letters(app: FastAPI, letters: DeadLetters) -> None:
    one = f"{DEAD_LETTERS}/{{delivery_id:uuid}}"  # or `redeliver` would be taken for an id
    reading, writing = documented(*_READING, _S.FORBIDDEN, _S.CONFLICT), documented(*_WRITING, _S.FORBIDDEN)
    app.add_api_route(DEAD_LETTERS, letters.list_dead_letters, responses=reading)
    app.add_api_route(f"{DEAD_LETTERS}/redeliver", letters.redeliver_dead_letters, methods=["POST"], responses=writing)
    app.add_api_route(one, letters.get_dead_letter, responses=reading)
    app.add_api_route(f"{one}/redeliver", letters.redeliver_dead_letter, methods=["POST"], responses=writing)
    app.add_api_route(f"{one}/correct", letters.correct_dead_letter, methods=["POST"], responses=writing)
    app.add_api_route(f"{one}/discard", letters.discard_dead_letter, methods=["POST"], responses=writing)


def _add_schemas(app: FastAPI, reading: SchemaReading) -> None:
    one = documented(_S.NOT_FOUND, _S.UNPROCESSABLE_ENTITY, _S.INTERNAL_SERVER_ERROR)
    app.add_api_route(SCHEMAS, reading.list_schemas, responses=documented(_S.INTERNAL_SERVER_ERROR))
    app.add_api_route(f"{SCHEMAS}/{{type}}/{{version}}", reading.get_schema, response_class=SchemaResponse, responses=one)


def _add_probes(app: FastAPI, store: Store, blobs: Blobs, threads: Threads) -> None:
    async def livez() -> Health:
        """Tell that the process answers."""
        return Health(status="alive")

    async def readyz() -> Health:
        """Tell whether faxes can be taken in: the database answers, and bytes can be written."""
        await threads.run(_check_storage, store, blobs)
        return Health(status="ready")

    app.add_api_route("/livez", livez, responses=documented(_S.INTERNAL_SERVER_ERROR, _S.SERVICE_UNAVAILABLE))
    app.add_api_route("/readyz", readyz, responses=documented(_S.INTERNAL_SERVER_ERROR, _S.SERVICE_UNAVAILABLE))


async def _to_workplace(_request: Request) -> Response:
    """Send whoever types only the host's name to the pages for people."""
    return RedirectResponse(f"{BASE}/", HTTPStatus.SEE_OTHER)


def _check_storage(store: Store, blobs: Blobs) -> None:
    store.faxes(FaxFilter(limit=1))
    if not os.access(blobs.incoming(), os.W_OK):
        raise StorageError("incoming folder is not writable")


def _operation_id(route: APIRoute) -> str:
    return route.name


def _describe(app: FastAPI, messages: RecordSchemas) -> dict[str, Any]:
    """Return the OpenAPI description, with problem documents where FastAPI would announce errors of its own, and what leaves."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, webhooks=app.webhooks.routes
        )
        shapes: dict[str, Any] = schema["components"]["schemas"]
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes.update(problem.pop("$defs"), ProblemDocument=problem)
        shapes.update(message_components(messages))
        for unused in ("HTTPValidationError", "ValidationError"):
            shapes.pop(unused, None)
        app.openapi_schema = schema
    return app.openapi_schema


class _OuterEdge:
    """Adds headers to every answer, streamed ones too, and ends what nobody foresaw before a server logs its message."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an answer that has begun when something fails is cut off."""
        has_begun = False

        async def send_safely(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                headers.update(_SAFE_HEADERS)
                if scope.get("path", "").startswith(_OPEN_FILES):
                    headers["Cache-Control"] = "no-cache"  # kept, and asked for again: the same for everybody
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except Exception as error:  # noqa: BLE001 - a request's outer edge
            _log.error("request failed: %s", type(error).__name__)
            if has_begun or scope["type"] != "http":
                raise ConnectionError("the answer was cut off by a failure") from None
            await problems.failure()(scope, receive, send_safely)
