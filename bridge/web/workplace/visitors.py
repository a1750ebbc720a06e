"""Who looks at a page: the session behind a cookie, what it may do, and that a change really comes from our own pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.people import Permission, Person
from bridge.services.sign_in import SignIn, csrf_token, is_csrf_token
from bridge.web.threads import Threads

Endpoint = Callable[[Request], Awaitable[Response]]

CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


class ForbiddenError(Exception):
    """The person may not do that; shown as a page."""


class ForgedError(Exception):
    """A change that did not come from our own pages, or from one that is too old."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person; `form_secret` is the browser's own, and stays when the session's secret is changed."""

    person: Person
    form_secret: str = field(repr=False)

    @property
    def csrf(self) -> str:
        """What forms of this browser carry."""
        return csrf_token(self.form_secret)


class Door:
    """Lets in who is signed in."""

    def __init__(self, sign_in: SignIn, threads: Threads, *, is_secure: bool, sign_in_path: str) -> None:
        """Take what knows sessions; `is_secure` where the service is reached by HTTPS: the cookie then never goes in the clear."""
        self._sign_in, self._threads, self._is_secure, self._sign_in_path = sign_in, threads, is_secure, sign_in_path

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers hold `__Host-` to HTTPS and to this very host (RFC 6265bis)."""
        return "__Host-bridge" if self._is_secure else "bridge"

    def open(self, endpoint: Endpoint, permission: Permission | None = None, *, is_by_itself: bool = False) -> Endpoint:
        """Return the endpoint for signed-in persons who have the permission (None: all); others are asked to sign in, or refused.

        `is_by_itself`: open pages ask for it without their person, who is signed out all the same when she has left.
        """

        async def guarded(request: Request) -> Response:
            secret = request.cookies.get(self.cookie, "")
            resume = partial(self._sign_in.resume, secret, is_by_itself=is_by_itself)
            found = await self._threads.run(resume) if secret else None
            if found is None:
                return self._ask(request)
            person, fresh = found
            known = request.cookies.get(self._form_cookie)
            request.state.visitor = visitor = Visitor(person, known or token_urlsafe())
            request.state.fresh_secret = fresh
            if request.method not in _SAFE_METHODS:
                await expect_own(request, visitor.form_secret)
            if permission is not None and not person.may(permission):
                raise ForbiddenError(permission.value)
            response = await endpoint(request)
            self.renew(request, response)
            return response

        return guarded

    def renew(self, request: Request, response: Response) -> None:
        """Give the browser what changed with this request, whatever its answer is: the old secret is soon worth nothing."""
        fresh, visitor = getattr(request.state, "fresh_secret", None), getattr(request.state, "visitor", None)
        if fresh is not None:
            self._set(response, self.cookie, fresh)
        if visitor is not None and request.cookies.get(self._form_cookie) is None:
            self._set(response, self._form_cookie, visitor.form_secret)

    def remember(self, request: Request, response: Response, secret: str) -> None:
        """Give the browser the session's secret, which no script can read; forms that are still open keep their token."""
        self._set(response, self.cookie, secret)
        self._set(response, self._form_cookie, request.cookies.get(self._form_cookie) or token_urlsafe())

    def forget(self, response: Response) -> None:
        """Take it back."""
        for name in (self.cookie, self._form_cookie):
            response.delete_cookie(name, path="/", secure=self._is_secure, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", secure=self._is_secure, httponly=True, samesite="lax")

    @property
    def _form_cookie(self) -> str:
        return f"{self.cookie}-form"

    def _ask(self, request: Request) -> Response:
        """Send to the page for signing in; parts of pages are not replaced by it, or what is being typed would be lost."""
        if request.headers.get("HX-Request") or request.method not in _SAFE_METHODS:
            return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Trigger": "signed-out", "HX-Reswap": "none"})
        where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{self._sign_in_path}?weiter={quote(where)}", HTTPStatus.SEE_OTHER)


async def expect_own(request: Request, secret: str) -> None:
    """Refuse what another site has made the browser send: the token of our own pages is only on them.

    `secret` is the browser's own; without one nothing is accepted, or anybody could compute the token. Raises ForgedError.
    """
    token = request.headers.get(CSRF_HEADER) or str((await request.form()).get(CSRF_FIELD, ""))
    if not secret or not is_csrf_token(secret, token):
        raise ForgedError


def visitor_of(request: Request) -> Visitor:
    """Return who was let in."""
    visitor: Visitor = request.state.visitor
    return visitor
