"""Konto: one's own language, keys and password."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.errors import RefusedError
from bridge.services.people import Staff
from bridge.web.threads import Threads
from bridge.web.workplace import keys
from bridge.web.workplace.forms import fields_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.texts import LANGUAGES
from bridge.web.workplace.visitors import visitor_of


class Account:
    """What everybody may change about herself."""

    def __init__(self, staff: Staff, pages: Pages, threads: Threads) -> None:
        """Take the use cases of accounts, and what shows pages."""
        self._staff, self._pages, self._threads = staff, pages, threads

    async def show(self, request: Request) -> Response:
        """Show the account."""
        return self._answer(request)

    async def change_language(self, request: Request) -> Response:
        """Speak another language from now on."""
        person, sent = visitor_of(request).person, await fields_of(request)
        language = sent.get("language", "")
        if language in LANGUAGES:
            await self._threads.run(lambda: self._staff.prefer(person, language=language, keys=person.keys))
        return _saved("sprache")

    async def change_keys(self, request: Request) -> Response:
        """Take the keys that the form says, or all as they were at first."""
        person, sent = visitor_of(request).person, await fields_of(request)
        try:
            own = {} if sent.get("reset") else keys.chosen(sent)
        except RefusedError as refused:
            return self._answer(request, refused.reason, {**keys.DEFAULTS, **{action: sent.get(action, "") for action in keys.DEFAULTS}})
        await self._threads.run(lambda: self._staff.prefer(person, language=person.language, keys=own))
        return _saved("tasten")

    async def change_password(self, request: Request) -> Response:
        """Take another password; everything that is signed in has to sign in again."""
        person, sent = visitor_of(request).person, await fields_of(request)
        try:
            if sent.get("password") != sent.get("again"):
                raise RefusedError("passwords differ", "Die beiden Eingaben sind verschieden. Bitte beide noch einmal eingeben.")
            await self._threads.run(self._staff.change_password, person, sent.get("old", ""), sent.get("password", ""))
        except RefusedError as refused:
            return self._answer(request, refused.reason)
        return RedirectResponse(f"{BASE}/anmelden", HTTPStatus.SEE_OTHER)

    def _answer(self, request: Request, problem: str | None = None, own: dict[str, str] | None = None) -> Response:
        person = visitor_of(request).person
        context = {
            "problem": problem,
            "languages": LANGUAGES,
            "keys": [(action, keys.allowed(action), (own or {**keys.DEFAULTS, **person.keys})[action]) for action in keys.DEFAULTS],
            "is_saved": bool(request.query_params.get("gespeichert")),
        }
        status = HTTPStatus.OK if problem is None else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._pages.answer(request, "account.html", context, status=status)


def _saved(what: str) -> Response:
    return RedirectResponse(f"{BASE}/konto?gespeichert=1#{what}", HTTPStatus.SEE_OTHER)
