"""Eingang: everything that waits, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.desk import SavedView, Waiting, WaitingFilter, WaitingKind
from bridge.domain.forms import DocumentType
from bridge.domain.ids import new_id
from bridge.domain.people import ALL_MAILBOXES, Permission, Person
from bridge.ports import Clock, Store
from bridge.services.desk import Desk
from bridge.web.threads import Threads
from bridge.web.workplace.forms import fields_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.visitors import visitor_of

_PAGE: Final = 50
_SOON: Final = timedelta(hours=4)
_FILTERS: Final = ("postfach", "art", "was", "suche", "spaeter", "fuer_mich")


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long a notification has still time (IfSG § 9 (3)): `kind` is `late`, `soon` or `calm`."""

    kind: str
    hours: int
    minutes: int


def countdown(due_at: datetime, now: datetime) -> Countdown:
    """Return what is left until `due_at`, or how long ago it was, in whole minutes."""
    left = due_at - now
    minutes = int(abs(left).total_seconds() // 60)
    kind = "late" if left < timedelta(0) else "soon" if left < _SOON else "calm"
    return Countdown(kind, *divmod(minutes, 60))


class Inbox:
    """Shows what waits for the signed-in person's mailboxes."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        types: Mapping[str, DocumentType],
        mailboxes: Sequence[str],
        clock: Clock,
        pages: Pages,
        threads: Threads,
    ) -> None:
        """Take the desk, the names to filter by, and what shows pages."""
        self._desk, self._store, self._types, self._mailboxes = desk, store, types, mailboxes
        self._clock, self._pages, self._threads = clock, pages, threads

    async def show(self, request: Request) -> Response:
        """List what waits; of a request for a part of the page only the list."""
        context = await self._threads.run(self._context, visitor_of(request).person, dict(request.query_params))
        template = "inbox_list.html" if request.headers.get("HX-Request") else "inbox.html"
        return self._pages.answer(request, template, context)

    async def save_view(self, request: Request) -> Response:
        """Keep the filters under a name, for everybody of the mailbox."""
        person, sent = visitor_of(request).person, await fields_of(request)
        # what is searched for is often a patient's name, and no view for everybody
        query = urlencode({name: sent[name] for name in _FILTERS if sent.get(name) and name != "suche"})
        mailbox = sent.get("postfach") or next(iter(person.mailboxes), "")
        if sent.get("name", "").strip() and person.sees(mailbox):
            await self._threads.run(self._store.save_view, SavedView(new_id(), mailbox, sent["name"].strip()[:60], query))
        return RedirectResponse(f"{BASE}/eingang?{query}", 303)

    async def remove_view(self, request: Request) -> Response:
        """Forget a saved view of one of the person's mailboxes."""
        person = visitor_of(request).person
        views = await self._threads.run(self._store.saved_views, mailboxes_of(person))
        if request.path_params["view_id"] in {view.id for view in views if person.sees(view.mailbox)}:
            await self._threads.run(self._store.remove_view, request.path_params["view_id"])
        return RedirectResponse(f"{BASE}/eingang", 303)

    def _context(self, person: Person, query: Mapping[str, str]) -> dict[str, Any]:
        now, which = self._clock.now(), filter_of(person, query)
        lines, count = self._desk.waiting(person, which)
        names = {each.id: each.name for each in self._store.people()}
        chosen = {name: query[name] for name in _FILTERS if query.get(name)}
        following = urlencode({**chosen, "ab": which.after + _PAGE}) if which.after + _PAGE < count else None
        previous = urlencode({**chosen, "ab": max(0, which.after - _PAGE)}) if which.after else None
        mailboxes = [name for name in self._mailboxes if person.sees(name)]
        return {
            "lines": [(line, countdown(line.due_at, now), address_of(line, person)) for line in lines],
            "count": count,
            "names": names,
            "types": self._types,
            "mailboxes": mailboxes,
            "chosen": {name: query.get(name, "") for name in _FILTERS},
            "views": self._store.saved_views(mailboxes_of(person)),
            "following": following,
            "previous": previous,
            "after": which.after,
            "is_filtered": bool(chosen),
        }


def filter_of(person: Person, query: Mapping[str, str]) -> WaitingFilter:
    """Return what a page's address asks for, never more than the person may see."""
    wanted, own = query.get("postfach", ""), mailboxes_of(person)
    mailboxes = (wanted,) if wanted and person.sees(wanted) else own
    after = query.get("ab", "0")
    return WaitingFilter(
        mailboxes=None if mailboxes is None else tuple(mailboxes),
        type=query.get("art") or None,
        kind=next((kind for kind in WaitingKind if kind.value == query.get("was")), None),
        search=query.get("suche", "")[:200],
        is_postponed=query.get("spaeter") == "1",
        handed_to=person.id if query.get("fuer_mich") == "1" else None,
        after=int(after) if after.isdecimal() and len(after) < 8 else 0,
        limit=_PAGE,
    )


def mailboxes_of(person: Person) -> tuple[str, ...] | None:
    """Return the mailboxes that bound what the person sees, None for all."""
    return None if ALL_MAILBOXES in person.mailboxes else tuple(person.mailboxes)


def address_of(line: Waiting, person: Person) -> str:
    """Return the page on which the person can deal with it, or at least see it."""
    can_review = line.task is not None and person.may(Permission.REVIEW)
    return f"{BASE}/pruefen/{line.task.document_id}" if can_review and line.task else f"{BASE}/faxe/{line.fax_id}"
