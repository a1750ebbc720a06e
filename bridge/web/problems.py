"""Errors as problem documents (RFC 9457). They name places and causes, never a value that came in."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from bridge.domain.errors import IdempotencyConflictError, NotFoundError, RefusedError, StorageError

_log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 10


class InvalidInput(BaseModel):
    """One input that was not understood."""

    location: str = Field(description="`path`, `query`, `header` or `body`")
    name: str
    code: str = Field(description="what is wrong, such as `missing` or `uuid_parsing`")


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="`about:blank` where the status says it all, else a name for the cause")
    title: str
    status: int
    detail: str = Field(description="what happened and what to do next")
    errors: list[InvalidInput] | None = None


class Problem(Exception):  # noqa: N818 - the standard's word
    """Ends a request with a problem document. `cause` is a short name of fixed words, such as `upload-too-large`."""

    def __init__(self, status: HTTPStatus, cause: str | None, detail: str, headers: Mapping[str, str] | None = None) -> None:
        """Take the HTTP status, the cause's name (None: the status says it all), what to do next, and extra headers."""
        super().__init__(detail)
        self.status, self.cause, self.detail, self.headers = status, cause, detail, dict(headers or {})


_PARAMETERS_DETAIL: Final = "Some inputs are not as the description at /api/v1/openapi.json asks; see `errors`."
_DETAILS: Final[Mapping[int, str]] = {
    400: "The body cannot be read; send JSON in UTF-8, as the description at /api/v1/openapi.json asks.",
    404: "There is nothing at this address; check the path and the id.",
    405: "This address does not take that method; see the Allow header.",
}


def problem_response(
    status: HTTPStatus,
    cause: str | None,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[InvalidInput] | None = None,
) -> JSONResponse:
    """Build the answer."""
    document = ProblemDocument(
        type=f"urn:fax-bridge:problem:{cause}" if cause else "about:blank",
        title=status.phrase,
        status=int(status),
        detail=detail,
        errors=list(errors) if errors else None,
    )
    return JSONResponse(document.model_dump(exclude_none=True), int(status), dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of `app` that has a name a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_input)
    app.add_exception_handler(NotFoundError, _on_missing)
    app.add_exception_handler(IdempotencyConflictError, _on_idempotency_conflict)
    app.add_exception_handler(RefusedError, _on_refusal)
    app.add_exception_handler(StorageError, _on_storage_trouble)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return `responses=` of a route for the problems it may answer with."""
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    headers = {
        HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
        HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": {"description": "seconds", "required": True, "schema": {"type": "integer"}}},
    }
    return {
        int(status): {"description": status.phrase, "content": {MEDIA_TYPE: {"schema": schema}}, "headers": headers.get(status, {})}
        for status in statuses
    }


def storage_trouble() -> Problem:
    """Disk or database refuse: nothing was taken in."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "storage-trouble",
        "Storage is not available and nothing was taken in; try again later.",
        {"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def failure() -> Response:
    """Answer what nobody foresaw."""
    detail = "Something unforeseen happened; try again, and tell the operator if it stays."
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, None, detail)


def answer(problem: Problem) -> Response:
    """Build the answer to a request that `problem` ends."""
    return problem_response(problem.status, problem.cause, problem.detail, problem.headers)


async def _on_problem(_request: Request, error: Exception) -> Response:
    return answer(cast(Problem, error))


async def _on_http_error(request: Request, error: Exception) -> Response:
    failure = cast(HTTPException, error)
    status = HTTPStatus(failure.status_code)
    headers = {"Allow": _allowed(request)} if status is HTTPStatus.METHOD_NOT_ALLOWED else failure.headers
    return problem_response(status, None, _DETAILS.get(status, "The request cannot be served; see the status."), headers)


def _allowed(request: Request) -> str:
    """Return the methods of all routes to this path: Starlette itself names those of the first only."""
    routes = [route for route in request.app.routes if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for route in routes for method in route.methods or ()}))


async def _on_invalid_input(_request: Request, error: Exception) -> Response:
    errors = [
        InvalidInput(location=str(fault["loc"][0]), name=".".join(str(part) for part in fault["loc"][1:]), code=str(fault["type"]))
        for fault in cast(RequestValidationError, error).errors()
    ]
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", _PARAMETERS_DETAIL, errors=errors)


async def _on_missing(_request: Request, _error: Exception) -> Response:
    return problem_response(HTTPStatus.NOT_FOUND, None, _DETAILS[404])


async def _on_idempotency_conflict(_request: Request, _error: Exception) -> Response:
    detail = "This Idempotency-Key came before with another body or mailbox; use a new key for a new fax."
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)


async def _on_refusal(_request: Request, error: Exception) -> Response:
    return problem_response(HTTPStatus.CONFLICT, "refused", cast(RefusedError, error).reason)


async def _on_storage_trouble(request: Request, error: Exception) -> Response:
    _log.error("%s %s: %s", request.method, request.url.path, error)
    return answer(storage_trouble())
