"""What nobody could read, whole faxes and pages of faxes that went on without them: it waits until a person has dealt with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bridge.domain.lifecycle import FAILED, DocumentState, FaxState, PageState
from bridge.domain.model import Document, Fax, Page
from bridge.ports import FaxFilter, Store

_UNTOLD: Final = "Diese Seite konnte nicht gelesen werden. Bitte das Original ansehen."


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page that waits for a person by itself, since no document that waits holds it; `reason` is German."""

    fax_id: str
    number: int
    reason: str
    since: datetime


def list_failed(store: Store, limit: int) -> list[Fax]:
    """Return the faxes that could not be read and that nobody has closed yet, oldest first, at most `limit` of each state."""
    failed = [fax for state in sorted(FAILED) for fax in store.faxes(FaxFilter(state=state, limit=limit))]
    return sorted(failed, key=lambda fax: fax.id)


def unread_pages(fax: Fax, pages: Sequence[Page], documents: Sequence[Document]) -> list[Page]:
    """Return those pages of a decided fax that could not be read and that no waiting document holds."""
    if fax.state is not FaxState.DECIDED:
        return []
    held = {number for document in documents if document.state is DocumentState.WAITING for number in document.pages}
    return [page for page in pages if page.state is PageState.QUARANTINED and page.number not in held]


def unread_reason(page: Page) -> str:
    """Return the German sentence that says why the page waits and what to do."""
    told = page.reason or _UNTOLD
    return f"Seite {page.number}: {told} Danach abschließen mit „close {page.fax_id} --page {page.number}“."


def list_unread(store: Store, limit: int) -> list[UnreadPage]:
    """Return all such pages, oldest first, found by their steps in quarantine, of which at most `limit` are looked at."""
    since = {(work.fax_id, work.page): work.created_at for work in store.quarantined(limit) if work.page is not None}
    found = []
    for fax_id in dict.fromkeys(fax_id for fax_id, _ in since):
        for page in unread_pages(store.fax(fax_id), store.pages(fax_id), store.documents(fax_id)):
            if (fax_id, page.number) in since:
                found.append(UnreadPage(fax_id, page.number, unread_reason(page), since[fax_id, page.number]))
    return sorted(found, key=lambda page: (page.since, page.fax_id, page.number))
