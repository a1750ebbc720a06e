"""What the API shows of the model, as pydantic models: the shapes OpenAPI documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from bridge.domain.lifecycle import FAILED, DocumentState, FaxState, PageState
from bridge.domain.model import Completeness, Document, Event, Fax, IssueCode, Page, PageKind, ReviewTask
from bridge.ports import LedgerLine
from bridge.services.unread import unread_pages, unread_reason

FAXES = "/api/v1/faxes"


class SenderView(BaseModel):
    """Who sent the fax, as far as known."""

    number: str | None
    tsid: str | None
    name: str | None


class OriginalView(BaseModel):
    """The bytes the fax was read from."""

    sha256: str
    size: int = Field(description="bytes")
    media_type: str
    href: str


class FaxView(BaseModel):
    """One fax."""

    id: str
    href: str
    envelope_id: str
    mailbox: str
    channel: str
    state: FaxState
    reason: str | None = Field(description="German sentence: why it waits and what to do")
    received_at: datetime
    sent_at: datetime | None = Field(description="the fax server's own time, where it tells one")
    sender: SenderView
    announced_pages: int | None
    page_count: int | None
    complete: bool | None = Field(description="null where not known")
    possible_duplicate_of: str | None
    original: OriginalView | None = Field(description="null until the mail is unpacked")


class PageView(BaseModel):
    """One page."""

    number: int
    state: PageState
    kind: PageKind
    reason: str | None
    href: str | None = Field(description="its picture, null where there is none")


class IssueView(BaseModel):
    """One doubt about a field."""

    field: str
    code: IssueCode
    message: str
    page: int | None


class DocumentView(BaseModel):
    """One document in the fax."""

    id: str
    ordinal: int
    type: str
    type_confidence: float
    pages: list[int]
    state: DocumentState
    reason: str | None = Field(description="German sentence: why it waits for a person")
    version: int = Field(description="of its newest record, 0 where there is none")
    completeness: Completeness | None
    issues: list[IssueView]


class WaitingView(BaseModel):
    """One thing that waits for a person."""

    document_id: str | None = Field(description="null where the fax as a whole waits, or a page that could not be read")
    page: int | None = Field(description="the page that could not be read and is in no document that waits, else null")
    reason: str
    is_follow_up: bool = Field(description="true where its record has left in part and a withheld value is still to be looked at")


class LedgerView(BaseModel):
    """Where the fax's pages are; `gap` is the number of pages of which nobody knows and must be 0."""

    announced: int | None
    decoded: int
    receipted: int
    settled: dict[str, int]
    gap: int


class EventView(BaseModel):
    """One line of the fax's story."""

    at: datetime
    what: str
    detail: dict[str, Any]


class FaxDetail(FaxView):
    """One fax with all that belongs to it."""

    pages: list[PageView]
    documents: list[DocumentView]
    waiting: list[WaitingView]
    ledger: LedgerView
    events: list[EventView]


class FaxList(BaseModel):
    """Some faxes, newest first."""

    items: list[FaxView]
    next: str | None = Field(description="address of the following ones, null at the end")


class RecordList(BaseModel):
    """Records as they were released, by document; the shape of each is its `schema`."""

    items: list[dict[str, Any]]


class AcceptedFax(BaseModel):
    """The answer to an upload: its bytes are durable."""

    id: str
    href: str
    envelope_id: str
    is_new: bool = Field(description="false where this Idempotency-Key was known: nothing was added")


class Health(BaseModel):
    """The answer of a probe."""

    status: str


def fax_href(fax_id: str) -> str:
    """Return the path of a fax."""
    return f"{FAXES}/{fax_id}"


def view_fax(fax: Fax) -> FaxView:
    """Show a fax."""
    return FaxView(**_fax_fields(fax))


def view_detail(
    fax: Fax,
    pages: Sequence[Page],
    documents: Sequence[Document],
    reviews: Sequence[ReviewTask],
    ledger: LedgerLine | None,
    events: Sequence[Event],
) -> FaxDetail:
    """Show a fax with all that belongs to it; `reviews` are its open ones."""
    return FaxDetail(
        **_fax_fields(fax),
        pages=[_view_page(page) for page in pages],
        documents=[_view_document(document) for document in documents],
        waiting=_view_waiting(fax, pages, documents, reviews),
        ledger=_view_ledger(ledger),
        events=[EventView(at=event.at, what=event.what, detail=dict(event.detail)) for event in events],
    )


def _fax_fields(fax: Fax) -> dict[str, Any]:
    original = fax.original
    return {
        "id": fax.id,
        "href": fax_href(fax.id),
        "envelope_id": fax.envelope_id,
        "mailbox": fax.mailbox,
        "channel": fax.channel,
        "state": fax.state,
        "reason": fax.reason,
        "received_at": fax.received_at,
        "sent_at": fax.sent_at,
        "sender": SenderView(number=fax.sender.number, tsid=fax.sender.tsid, name=fax.sender.name),
        "announced_pages": fax.announced_pages,
        "page_count": fax.page_count,
        "complete": fax.complete,
        "possible_duplicate_of": fax.possible_duplicate_of,
        "original": original
        and OriginalView(sha256=original.sha256, size=original.size, media_type=original.media_type, href=f"{fax_href(fax.id)}/original"),
    }


def _view_page(page: Page) -> PageView:
    has_picture = page.upright is not None or page.image is not None
    href = f"{fax_href(page.fax_id)}/pages/{page.number}.png" if has_picture else None
    return PageView(number=page.number, state=page.state, kind=page.kind, reason=page.reason, href=href)


def _view_document(document: Document) -> DocumentView:
    return DocumentView(
        id=document.id,
        ordinal=document.ordinal,
        type=document.type,
        type_confidence=document.type_confidence,
        pages=list(document.pages),
        state=document.state,
        reason=document.reason,
        version=document.version,
        completeness=document.completeness,
        issues=[IssueView(field=issue.field, code=issue.code, message=issue.message, page=issue.page) for issue in document.issues],
    )


def _view_waiting(fax: Fax, pages: Sequence[Page], documents: Sequence[Document], reviews: Sequence[ReviewTask]) -> list[WaitingView]:
    whole = [_waiting(fax.reason)] if fax.state in FAILED and fax.reason else []
    unsent = [_waiting(each.reason, each.id) for each in documents if each.state is DocumentState.WAITING and each.reason]
    unread = [_waiting(unread_reason(page), page=page.number) for page in unread_pages(fax, pages, documents)]
    follow_ups = [_waiting(task.reason, task.document_id, is_follow_up=True) for task in reviews if task.is_follow_up]
    return whole + unsent + unread + follow_ups


def _waiting(reason: str, document_id: str | None = None, page: int | None = None, *, is_follow_up: bool = False) -> WaitingView:
    return WaitingView(document_id=document_id, page=page, reason=reason, is_follow_up=is_follow_up)


def _view_ledger(line: LedgerLine | None) -> LedgerView:
    if line is None:
        return LedgerView(announced=None, decoded=0, receipted=0, settled={}, gap=0)
    settled = {settlement.value: count for settlement, count in line.settled.items()}
    return LedgerView(announced=line.announced, decoded=line.decoded, receipted=line.receipted, settled=settled, gap=line.gap)
