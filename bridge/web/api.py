"""GET /api/v1/faxes…: what became of a fax, for those who may know."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from bridge.domain.errors import NotFoundError
from bridge.domain.lifecycle import FaxState
from bridge.domain.media_types import PDF
from bridge.domain.model import Fax
from bridge.ports import FaxFilter, Store
from bridge.web.access import Access, Tokens
from bridge.web.fax_files import EXTENSIONS, FaxFiles, WholeFile
from bridge.web.problems import Problem
from bridge.web.threads import Threads
from bridge.web.token import Credentials, presented_token
from bridge.web.views import FAXES, FaxDetail, FaxList, RecordList, view_detail, view_fax

_MOST_REVIEWS: Final = 1000  # shown of one fax
FILE_CONTENT: Final = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (*EXTENSIONS, "application/octet-stream")}
PICTURE_CONTENT: Final = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
SEARCHABLE_CONTENT: Final = {PDF: {"schema": {"type": "string", "format": "binary"}}}


_Number = Annotated[int, Field(ge=1, le=100_000)]
_Pages = Annotated[list[_Number] | None, Query(min_length=1, max_length=1000, description="only these, in this order; all where left out")]


class FaxReading:
    """Shows faxes to the bearers of tokens; what is not theirs is not there for them."""

    def __init__(self, store: Store, files: FaxFiles, tokens: Tokens, threads: Threads) -> None:
        """Take where faxes are kept, what makes files of them, who may see them, and the threads."""
        self._store, self._files, self._tokens, self._threads = store, files, tokens, threads

    async def list_faxes(
        self,
        credentials: Credentials,
        state: Annotated[FaxState | None, Query()] = None,
        mailbox: Annotated[str | None, Query()] = None,
        cursor: Annotated[UUID | None, Query(description="the last fax of the page before; see `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> FaxList:
        """List faxes, newest first."""
        mailboxes = _mailboxes_to_list(self._tokens.access(presented_token(credentials)), mailbox)
        filters = [FaxFilter(state, box, str(cursor) if cursor else None, limit + 1) for box in mailboxes]
        faxes = await self._threads.run(self._read_list, filters)
        following = None
        if len(faxes) > limit:
            query = {"state": state and state.value, "mailbox": mailbox, "cursor": faxes[limit - 1].id, "limit": limit}
            following = f"{FAXES}?{urlencode({key: value for key, value in query.items() if value is not None})}"
        return FaxList(items=[view_fax(fax) for fax in faxes[:limit]], next=following)

    async def get_fax(self, credentials: Credentials, fax_id: UUID) -> FaxDetail:
        """Show a fax: its state and why it waits, its pages and documents, its ledger and story."""
        return await self._threads.run(self._read_detail, await self._find(credentials, fax_id))

    async def get_records(
        self,
        credentials: Credentials,
        fax_id: UUID,
        all_versions: Annotated[bool, Query(description="also the versions that were replaced")] = False,
    ) -> RecordList:
        """Return the records released from a fax, the newest version of each."""
        fax = await self._find(credentials, fax_id)
        return RecordList(items=await self._files.records(fax, all_versions=all_versions))

    async def get_original(self, credentials: Credentials, fax_id: UUID) -> WholeFile:
        """Return the bytes a fax was read from; the whole mail where it was not unpacked or held no fax."""
        return await self._files.original(await self._find(credentials, fax_id))

    async def get_searchable(self, credentials: Credentials, fax_id: UUID, page: _Pages = None) -> Response:
        """Return pages of a fax as a PDF/A whose text can be found and copied, as far as they have been read."""
        return await self._files.searchable(await self._find(credentials, fax_id), page)

    async def get_page(self, credentials: Credentials, fax_id: UUID, number: Annotated[int, Path(ge=1, le=100_000)]) -> WholeFile:
        """Return a page's picture: upright where it has been cleaned already, else as decoded."""
        return await self._files.picture(await self._find(credentials, fax_id), number)

    async def _find(self, credentials: Credentials, fax_id: UUID) -> Fax:
        """Return the fax; for the wrong token it does not exist. Raises Problem 401 and NotFoundError."""
        access = self._tokens.access(presented_token(credentials))
        fax = await self._threads.run(self._store.fax, str(fax_id))
        if not access.may_use(fax.mailbox):
            raise NotFoundError("fax of another mailbox")
        return fax

    def _read_list(self, filters: Sequence[FaxFilter]) -> list[Fax]:
        found = [fax for which in filters for fax in self._store.faxes(which)]
        return sorted(found, key=lambda fax: fax.id, reverse=True)

    def _read_detail(self, fax: Fax) -> FaxDetail:
        store = self._store
        ledger = next(iter(store.ledger(fax.id)), None)
        reviews = store.open_reviews(_MOST_REVIEWS, fax.id)
        return view_detail(fax, store.pages(fax.id), store.documents(fax.id), reviews, ledger, store.events(fax.id))


def _mailboxes_to_list(access: Access, wanted: str | None) -> Sequence[str | None]:
    """Return the mailboxes to look in, None standing for all. Raises Problem 403."""
    if wanted is None:
        return [None] if access.is_unlimited else sorted(access.mailboxes)
    if not access.may_use(wanted):
        raise Problem(HTTPStatus.FORBIDDEN, "mailbox-not-allowed", "This token cannot see that mailbox; ask the operator.")
    return [wanted]
