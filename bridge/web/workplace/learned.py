"""Gelernt: what the team has taught the machine, labels to approve, and filed advertisements that may be none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.desk import ProposalState
from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document
from bridge.domain.people import Action, Permission, Person
from bridge.ports import Clock, Store
from bridge.services.desk import Desk
from bridge.services.taught import Taught
from bridge.web.threads import Threads
from bridge.web.workplace.field_names import field_name
from bridge.web.workplace.forms import fields_of, number_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.visitors import visitor_of

_PAGE: Final = 20  # filed documents on a page
_MOST_FILED: Final = 500
_DECISIONS: Final = {
    "approve": (ProposalState.APPROVED, "label approved"),
    "decline": (ProposalState.DECLINED, "label declined"),
}


class Learned:
    """For the team, never by person."""

    def __init__(
        self, store: Store, taught: Taught, desk: Desk, types: Mapping[str, DocumentType], clock: Clock, pages: Pages, threads: Threads
    ) -> None:
        """Take what counts, what brings documents back, the names of types, and what shows pages."""
        self._store, self._taught, self._desk, self._types = store, taught, desk, types
        self._clock, self._pages, self._threads = clock, pages, threads

    async def show(self, request: Request) -> Response:
        """Show all of it."""
        return await self._answer(request)

    async def decide(self, request: Request) -> Response:
        """Approve or decline a label."""
        person, sent = visitor_of(request).person, await fields_of(request)
        if (decision := _DECISIONS.get(sent.get("decision", ""))) is None:
            return await self._answer(request)
        await self._threads.run(self._decide, person, sent, *decision)
        return RedirectResponse(f"{BASE}/gelernt?fertig=1#namen", HTTPStatus.SEE_OTHER)

    async def bring_back(self, request: Request) -> Response:
        """Let a filed document wait for a person again, in one step."""
        person, document_id = visitor_of(request).person, str(request.path_params["document_id"])
        try:
            await self._threads.run(self._desk.bring_back, person, document_id)
        except RefusedError as refused:
            return await self._answer(request, refused.reason)
        return RedirectResponse(f"{BASE}/gelernt?{urlencode({'zurueck': document_id})}#abgelegt", HTTPStatus.SEE_OTHER)

    # -- how ----------------------------------------------------------------------------------------------------------

    async def _answer(self, request: Request, problem: str | None = None) -> Response:
        person, query = visitor_of(request).person, dict(request.query_params)
        context = await self._threads.run(self._context, person, query)
        status = HTTPStatus.OK if problem is None else HTTPStatus.CONFLICT
        return self._pages.answer(request, "learned.html", {**context, "problem": problem}, status=status)

    def _context(self, person: Person, query: Mapping[str, str]) -> dict[str, Any]:
        lessons, after = self._taught.lessons(), number_of(query.get("ab"))
        filed = self._filed(person)
        shown = filed[after : after + _PAGE]
        self._log_looks(person, shown)
        may_teach = person.may(Permission.TEACH)
        proposals = self._store.label_proposals(ProposalState.PROPOSED) if may_teach else ()
        return {
            "lessons": lessons,
            "corrections": [(self._title(each.type), self._field(each.type, each.path), each.times) for each in lessons.corrections],
            "labels": [(self._title(each.type), self._field(each.type, each.path), each.label) for each in lessons.labels],
            "proposals": [(each, self._title(each.type), self._field(each.type, each.path)) for each in proposals],
            "may_teach": may_teach,
            "may_decide": person.may(Permission.REVIEW),
            "filed": [(document, self._title(document.type), self._store.fax(document.fax_id)) for document in shown],
            "filed_count": len(filed),
            "following": after + _PAGE if after + _PAGE < len(filed) else None,
            "previous": max(0, after - _PAGE) if after else None,
            "brought_back": query.get("zurueck"),
            "is_done": query.get("fertig") == "1",
        }

    def _filed(self, person: Person) -> Sequence[Document]:
        """Return the newest filed documents of the person's mailboxes."""
        documents = self._store.documents_in(DocumentState.FILED, _MOST_FILED, newest_first=True)
        return [document for document in documents if person.sees(self._store.fax(document.fax_id).mailbox)]

    def _log_looks(self, person: Person, shown: Sequence[Document]) -> None:
        now = self._clock.now()
        with self._store.begin() as tx:
            for fax_id in dict.fromkeys(document.fax_id for document in shown):
                tx.log(Action(now, person.id, "fax seen", fax_id))

    def _decide(self, person: Person, sent: Mapping[str, str], state: ProposalState, what: str) -> None:
        type_name, path, label = sent.get("type", ""), sent.get("path", ""), sent.get("label", "")
        self._store.decide_label(type_name, path, label, state, person.id)
        self._store.log(Action(self._clock.now(), person.id, what, detail={"type": type_name, "path": path}))

    def _title(self, name: str) -> str:
        return self._types[name].title if name in self._types else name

    def _field(self, type_name: str, path: str) -> str:
        return field_name(path, self._types[type_name]) if type_name in self._types else path
