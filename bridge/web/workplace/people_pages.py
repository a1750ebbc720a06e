"""Personen: who works with the bridge, what each may do, and the links that open accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.errors import RefusedError
from bridge.domain.people import ALL_MAILBOXES, Role
from bridge.ports import Store
from bridge.services.people import Staff
from bridge.web.threads import Threads
from bridge.web.workplace.forms import all_of, fields_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.visitors import visitor_of

LinkOf = Callable[[str], str]  # the whole address for a link's secret


class PeoplePages:
    """The pages of whoever manages people."""

    def __init__(self, store: Store, staff: Staff, mailboxes: Sequence[str], link_of: LinkOf, pages: Pages, threads: Threads) -> None:
        """Take the use cases of accounts, the mailboxes there are, and what makes an address of a link's secret."""
        self._store, self._staff, self._mailboxes, self._link_of = store, staff, mailboxes, link_of
        self._pages, self._threads = pages, threads

    async def show(self, request: Request) -> Response:
        """List everybody."""
        return await self._answer(request)

    async def invite(self, request: Request) -> Response:
        """Add somebody; the link is shown this once."""
        by, sent = visitor_of(request).person, await fields_of(request)
        roles, mailboxes = _roles(await all_of(request, "role")), await all_of(request, "mailbox")
        try:
            person, secret = await self._threads.run(self._staff.invite, by, sent.get("login", ""), sent.get("name", ""), roles, mailboxes)
        except RefusedError as refused:
            return await self._answer(request, problem=refused.reason, entered={**sent, "roles": roles, "mailboxes": mailboxes})
        return await self._answer(request, link=(person.name, self._link_of(secret)))

    async def renew_link(self, request: Request) -> Response:
        """Give somebody another link, for a forgotten password; it is shown this once."""
        person_id = str(request.path_params["person_id"])
        secret = await self._threads.run(self._staff.renew_link, visitor_of(request).person, person_id)
        person = await self._threads.run(self._store.person, person_id)
        return await self._answer(request, link=(person.name, self._link_of(secret)))

    async def change(self, request: Request) -> Response:
        """Change name, roles, mailboxes, and whether the account is open."""
        by, sent, person_id = visitor_of(request).person, await fields_of(request), str(request.path_params["person_id"])
        roles, mailboxes = _roles(await all_of(request, "role")), await all_of(request, "mailbox")
        name, is_active = sent.get("name", "").strip() or None, sent.get("active") == "1"
        try:
            await self._threads.run(
                lambda: self._staff.change(by, person_id, roles=roles, mailboxes=mailboxes, is_active=is_active, name=name)
            )
        except RefusedError as refused:
            return await self._answer(request, problem=refused.reason)
        return RedirectResponse(f"{BASE}/einstellungen/personen?gespeichert=1", HTTPStatus.SEE_OTHER)

    async def _answer(
        self,
        request: Request,
        *,
        problem: str | None = None,
        link: tuple[str, str] | None = None,
        entered: dict[str, Any] | None = None,
    ) -> Response:
        context = {
            "people": await self._threads.run(self._store.people),
            "roles": [role.value for role in Role],
            "mailboxes": [ALL_MAILBOXES, *self._mailboxes],
            "problem": problem,
            "link": link,
            "entered": {"login": "", "name": "", "roles": (), "mailboxes": (), **(entered or {})},
            "is_saved": bool(request.query_params.get("gespeichert")),
        }
        status = HTTPStatus.OK if problem is None else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._pages.answer(request, "people.html", context, status=status)


def _roles(sent: Sequence[str]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role.value in sent)
