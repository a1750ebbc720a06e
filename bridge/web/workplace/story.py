"""Fax: the whole story of one fax in words, where its pages are, what was read, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bridge.domain.errors import NotFoundError, RefusedError, StateConflictError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import FAILED, DocumentState, FaxState
from bridge.domain.model import Delivery, Document, Event, Fax, Field, JsonObject, Receipt, WithdrawalReason
from bridge.domain.people import Action, Permission, Person
from bridge.ports import Clock, Store
from bridge.services.desk import Desk
from bridge.services.review import Review
from bridge.services.story import told
from bridge.services.unread import unread_pages
from bridge.services.withdraw import Withdraw
from bridge.stages.spoken import text_of
from bridge.web.fax_files import FILE_HEADERS, FaxFiles
from bridge.web.threads import Threads
from bridge.web.workplace.field_names import field_name
from bridge.web.workplace.forms import fields_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.texts import texts
from bridge.web.workplace.visitors import visitor_of

_MOST_ACTIONS: Final = 1000  # of one fax, looks at it among them
_MOST_REVIEWS: Final = 1000
_RESTING: Final = FAILED | {FaxState.CLOSED, FaxState.DECIDED}
_MAY_HAVE_LEFT: Final = frozenset({DocumentState.RELEASED, DocumentState.DELIVERED, DocumentState.WAITING})
_CHANGED_ELSEWHERE: Final = "Das Fax wurde inzwischen an anderer Stelle geändert. Hier steht der neue Stand."


@dataclass(frozen=True, slots=True)
class DocumentStory:
    """A document with what can be done about it: `fields` are name, value and origin; `is_asked` where a person has it to review."""

    document: Document
    name: str
    fields: tuple[tuple[str, str, str], ...]
    is_asked: bool
    may_come_back: bool
    may_be_withdrawn: bool


class FaxStory:
    """The page of one fax; faxes of mailboxes that are not the person's do not exist for her."""

    def __init__(
        self,
        store: Store,
        files: FaxFiles,
        desk: Desk,
        review: Review,
        withdraw: Withdraw,
        types: Mapping[str, DocumentType],
        clock: Clock,
        pages: Pages,
        threads: Threads,
    ) -> None:
        """Take where faxes are kept, what makes files of them, what a person may decide, and what shows pages."""
        self._store, self._files, self._desk, self._review, self._withdraw = store, files, desk, review, withdraw
        self._types, self._clock, self._pages, self._threads = types, clock, pages, threads

    async def show(self, request: Request) -> Response:
        """Tell the story; the look at it is logged."""
        person, fax_id = visitor_of(request).person, str(request.path_params["fax_id"])
        fax = await self._threads.run(self._own, person, fax_id)
        await self._threads.run(self._log, person, "fax seen", fax.id)
        return await self._answer(request, fax.id)

    # -- files --------------------------------------------------------------------------------------------------------

    async def original(self, request: Request) -> Response:
        """Return the fax as it came."""
        return await self._files.original(await self._taken(request, "original"))

    async def searchable(self, request: Request) -> Response:
        """Return it as searchable PDF."""
        return await self._files.searchable(await self._taken(request, "searchable"))

    async def records(self, request: Request) -> Response:
        """Return the records released from it, all versions of each."""
        fax = await self._taken(request, "records")
        headers = {"Content-Disposition": f'attachment; filename="fax-{fax.id}.json"', **FILE_HEADERS}
        return JSONResponse({"items": await self._files.records(fax, all_versions=True)}, headers=headers)

    # -- decisions ----------------------------------------------------------------------------------------------------

    async def read_again(self, request: Request) -> Response:
        """Have the fax read again from its original."""
        return await self._decide(request, "fax read again", lambda fax, _: self._review.replay(fax.id), said="neu")

    async def close(self, request: Request) -> Response:
        """Settle a fax that could not be read."""
        return await self._decide(request, "fax closed", lambda fax, sent: self._review.close_fax(fax.id, sent.get("reason", "")))

    async def close_page(self, request: Request) -> Response:
        """Settle a page that could not be read."""
        number = int(request.path_params["number"])

        def act(fax: Fax, sent: Mapping[str, str]) -> None:
            self._review.close_page(fax.id, number, sent.get("reason", ""))

        return await self._decide(request, "page closed", act, {"page": number})

    async def bring_back(self, request: Request) -> Response:
        """Let a filed or rejected document wait for a person again."""
        person, document_id = visitor_of(request).person, str(request.path_params["document_id"])
        return await self._decide(request, None, lambda _, __: self._desk.bring_back(person, document_id))

    async def withdraw(self, request: Request) -> Response:
        """Tell every receiver of a document that it no longer holds."""
        document_id = str(request.path_params["document_id"])

        def act(fax: Fax, sent: Mapping[str, str]) -> None:
            self._expect_of(fax, document_id)
            because = next((reason for reason in WithdrawalReason if reason.value == sent.get("because")), None)
            if because is None:
                raise RefusedError("no such reason", "Bitte einen Grund für den Widerruf wählen.")
            self._withdraw.once(document_id, because, sent.get("reason", "").strip() or None)

        return await self._decide(request, "document withdrawn", act, document_id=document_id)

    # -- how ----------------------------------------------------------------------------------------------------------

    async def _taken(self, request: Request, file: str) -> Fax:
        person, fax_id = visitor_of(request).person, str(request.path_params["fax_id"])
        fax = await self._threads.run(self._own, person, fax_id)
        await self._threads.run(self._log, person, "fax file taken", fax.id, {"file": file})
        return fax

    async def _decide(
        self,
        request: Request,
        what: str | None,
        act: Callable[[Fax, Mapping[str, str]], object],
        detail: JsonObject | None = None,
        *,
        document_id: str | None = None,
        said: str = "fertig",
    ) -> Response:
        """Do what a person decided and log it under `what` (None: done where it is decided); a refusal is shown on the page."""
        person, sent = visitor_of(request).person, await fields_of(request)
        fax = await self._threads.run(self._own, person, str(request.path_params["fax_id"]))
        try:
            if person.may(Permission.REVIEW):
                await self._threads.run(self._desk.keep, person, fax.id)  # what somebody else has open is not decided over her head
            await self._threads.run(act, fax, sent)
        except RefusedError as refused:
            return await self._answer(request, fax.id, refused.reason)
        except StateConflictError:
            return await self._answer(request, fax.id, _CHANGED_ELSEWHERE)
        if what is not None:
            await self._threads.run(self._log, person, what, fax.id, detail, document_id)
        return RedirectResponse(f"{BASE}/faxe/{fax.id}?{said}=1", HTTPStatus.SEE_OTHER)

    async def _answer(self, request: Request, fax_id: str, problem: str | None = None) -> Response:
        person = visitor_of(request).person
        context = await self._threads.run(self._context, person, fax_id)
        said = next((key for name, key in (("neu", "fax.again"), ("fertig", "fax.done")) if request.query_params.get(name)), None)
        status = HTTPStatus.OK if problem is None else HTTPStatus.CONFLICT
        return self._pages.answer(request, "fax.html", {**context, "problem": problem, "said": said}, status=status)

    def _context(self, person: Person, fax_id: str) -> dict[str, Any]:
        store, fax = self._store, self._store.fax(fax_id)
        documents, pages, events = store.documents(fax_id), store.pages(fax_id), store.events(fax_id)
        deliveries = [delivery for document in documents for delivery in store.deliveries(document.id)]
        receipts = {delivery.id: receipt for delivery in deliveries if (receipt := store.receipt(delivery.id)) is not None}
        actions = [action for _, action in store.actions(fax_id=fax_id, limit=_MOST_ACTIONS)]
        names = {**self._names(person, documents, events), **self._field_names(documents, events, actions)}
        may_decide = person.may(Permission.REVIEW)
        return {
            "fax": fax,
            "here": f"{BASE}/faxe/{fax_id}",
            "story": told(events, actions, deliveries, list(receipts.values()), names),
            "ledger": next(iter(store.ledger(fax_id)), None),
            "pictures": [page for page in pages if page.image is not None or page.upright is not None],
            "documents": [self._document(document, names) for document in self._asked_first(documents)],
            "asked": {task.document_id for task in store.open_reviews(_MOST_REVIEWS, fax_id)},
            "deliveries": _told_deliveries(deliveries, receipts, names),
            "unread": unread_pages(fax, pages, documents),
            "may_decide": may_decide,
            "may_read_again": may_decide and fax.state in _RESTING and not any(document.version for document in documents),
            "has_failed": fax.state in FAILED,
            "reasons": [reason.value for reason in WithdrawalReason],
        }

    def _asked_first(self, documents: Sequence[Document]) -> list[Document]:
        return sorted(documents, key=lambda document: document.state is not DocumentState.WAITING)

    def _document(self, document: Document, names: Mapping[str, str]) -> DocumentStory:
        kind = self._types.get(document.type)
        return DocumentStory(
            document,
            names[document.id],
            tuple(_shown(field, kind) for field in document.fields) if kind is not None else (),
            is_asked=document.state is DocumentState.WAITING,
            may_come_back=document.state in {DocumentState.FILED, DocumentState.REJECTED},
            may_be_withdrawn=document.version > 0 and document.state in _MAY_HAVE_LEFT,
        )

    def _names(self, person: Person, documents: Sequence[Document], events: Sequence[Event]) -> dict[str, str]:
        """Return the names of people, and of documents in the person's language, replaced ones too."""
        words = texts(person.language)["fax.document"]
        known = {document.id: document for document in documents}
        for event in events:
            document_id = event.detail.get("document")
            if isinstance(document_id, str) and document_id not in known:
                with suppress(NotFoundError):
                    known[document_id] = self._store.document(document_id)
        named = {each.id: words.format(number=each.ordinal, type=self._title(each.type)) for each in known.values()}
        return {each.id: each.name for each in self._store.people()} | named

    def _field_names(self, documents: Sequence[Document], events: Sequence[Event], actions: Sequence[Action]) -> dict[str, str]:
        """Return the names of the fields that the story mentions."""
        kinds = [self._types[document.type] for document in documents if document.type in self._types]
        told = [event.detail.get("missing") for event in events] + [action.detail.get("changed") for action in actions]
        paths = {str(path) for listed in told if isinstance(listed, list) for path in listed}
        return {path: field_name(path, kind) for kind in kinds for path in paths}

    def _title(self, name: str) -> str:
        return self._types[name].title if name in self._types else name

    def _own(self, person: Person, fax_id: str) -> Fax:
        fax = self._store.fax(fax_id)
        if not person.sees(fax.mailbox):
            raise NotFoundError("fax of another mailbox")
        return fax

    def _expect_of(self, fax: Fax, document_id: str) -> None:
        """Refuse a document of another fax: its mailbox may not be the person's."""
        if self._store.document(document_id).fax_id != fax.id:
            raise NotFoundError("document of another fax")

    def _log(self, person: Person, what: str, fax_id: str, detail: JsonObject | None = None, document_id: str | None = None) -> None:
        self._store.log(Action(self._clock.now(), person.id, what, fax_id, document_id, detail or {}))


def _shown(field: Field, kind: DocumentType) -> tuple[str, str, str]:
    path = field.path.split(".", 2)[2] if field.path.startswith("rows.") and field.path.count(".") >= 2 else field.path
    spec = next((spec for spec in (*kind.fields, *kind.columns) if spec.path == path), None)
    return field_name(field.path, kind), text_of(field.value, spec), field.origin.value


def _told_deliveries(
    deliveries: Sequence[Delivery], receipts: Mapping[str, Receipt], names: Mapping[str, str]
) -> list[tuple[Delivery, str, Receipt | None]]:
    return [(delivery, names.get(delivery.document_id, "–"), receipts.get(delivery.id)) for delivery in deliveries]
