"""Signing in and out, and the link that lets a person choose her password."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.errors import RefusedError
from bridge.services.people import Staff
from bridge.services.sign_in import SignIn, csrf_token
from bridge.web.threads import Threads
from bridge.web.workplace.forms import fields_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.visitors import Door, expect_own

_FORM_COOKIE: Final = "bridge-sign-in"


class SignInPages:
    """The pages that are open to everybody."""

    def __init__(self, sign_in: SignIn, staff: Staff, door: Door, pages: Pages, threads: Threads) -> None:
        """Take what checks passwords and links, and what shows pages."""
        self._sign_in, self._staff, self._door, self._pages, self._threads = sign_in, staff, door, pages, threads

    async def show(self, request: Request) -> Response:
        """Ask for login and password."""
        return self._form(
            request, "sign_in.html", {"problem": None, "login": "", "onward": _onward(request.query_params.get("weiter", ""))}
        )

    async def begin(self, request: Request) -> Response:
        """Sign in, or say why not."""
        sent = await fields_of(request)
        await expect_own(request, request.cookies.get(_FORM_COOKIE, ""))
        onward, peer = _onward(sent.get("weiter", "")), request.client.host if request.client else ""
        try:
            secret, _ = await self._threads.run(self._sign_in.begin, sent.get("login", ""), sent.get("password", ""), peer)
        except RefusedError as refused:
            context = {"problem": refused.reason, "login": sent.get("login", ""), "onward": onward}
            return self._form(request, "sign_in.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)
        response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
        self._door.remember(request, response, secret)
        return response

    async def end(self, request: Request) -> Response:
        """Sign out."""
        await self._threads.run(self._sign_in.end, request.cookies.get(self._door.cookie, ""))
        response = RedirectResponse(f"{BASE}/anmelden", HTTPStatus.SEE_OTHER)
        self._door.forget(response)
        return response

    async def show_invitation(self, request: Request) -> Response:
        """Ask for a password to choose, or say at once that the link opens nothing any more."""
        try:
            await self._threads.run(self._staff.invited, request.path_params["secret"])
        except RefusedError as refused:
            return self._form(request, "invitation.html", {"problem": refused.reason, "is_spent": True}, HTTPStatus.NOT_FOUND)
        return self._form(request, "invitation.html", {"problem": None, "is_spent": False})

    async def accept_invitation(self, request: Request) -> Response:
        """Set the password, and send to the page for signing in."""
        sent = await fields_of(request)
        await expect_own(request, request.cookies.get(_FORM_COOKIE, ""))
        try:
            if sent.get("password") != sent.get("again"):
                raise RefusedError("passwords differ", "Die beiden Eingaben sind verschieden. Bitte beide noch einmal eingeben.")
            await self._threads.run(self._staff.accept_invitation, request.path_params["secret"], sent.get("password", ""))
        except RefusedError as refused:
            return self._form(request, "invitation.html", {"problem": refused.reason, "is_spent": False}, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse(f"{BASE}/anmelden", HTTPStatus.SEE_OTHER)

    async def choose_language(self, request: Request) -> Response:
        """Show the pages that are open to everybody in another language."""
        response = RedirectResponse(f"{BASE}/anmelden", HTTPStatus.SEE_OTHER)
        response.set_cookie("language", request.path_params["language"], path="/", httponly=True, samesite="lax")
        return response

    def _form(self, request: Request, template: str, context: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK) -> Response:
        """Show a form that carries the token of its browser: nobody is signed in yet who had one."""
        secret = request.cookies.get(_FORM_COOKIE) or token_urlsafe()
        response = self._pages.answer(request, template, {**context, "csrf": csrf_token(secret)}, status=status)
        response.set_cookie(_FORM_COOKIE, secret, path="/", httponly=True, samesite="lax")
        return response


def _onward(wanted: str) -> str:
    """Return where to go after signing in: a page of ours, never another site."""
    return wanted if wanted.startswith(f"{BASE}/") and "\\" not in wanted and "//" not in wanted else f"{BASE}/"
