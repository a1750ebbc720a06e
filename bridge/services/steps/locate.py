"""locate: a fax whose pages are laid out is split into documents, typed, and the places of its values found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.domain.layout import Layout
from bridge.domain.lifecycle import FaxState, PageState, Stage
from bridge.domain.model import Claim, Fax, Page, PageKind, Sender, Work
from bridge.ports import Transaction
from bridge.services.arranged import locate_arranged, parts_there
from bridge.services.reading import LocatedFax, boxes_on, locate_documents, weigh_page_counts
from bridge.services.steps.tools import Tools, new_work

LOCATED = "located"  # the kind under which the result is kept
_NO_PAGE = "Keine Seite dieses Faxes konnte gelesen werden. Bitte das Original ansehen und den Betrieb verständigen."


def locate(tools: Tools, claim: Claim) -> list[Work]:
    """Locate all values of the claimed fax; pages that carry some get a task to read them."""
    fax = tools.store.fax(claim.work.fax_id)
    pages = tools.store.pages(fax.id)
    layouts = layouts_of(tools, pages)
    if not layouts:
        return _leave_to_person(tools, claim, fax)
    located = _located(tools, fax, layouts, has_unread_pages=len(layouts) < len(pages))
    to_read = [number for number in layouts if boxes_on(located.documents, number)]
    now = tools.clock.now()
    upcoming = [new_work(Stage.READ_VALUES, fax.id, now, page=number) for number in to_read] or [new_work(Stage.DECIDE, fax.id, now)]
    with tools.store.begin() as tx:
        tx.save_result(fax.id, 0, LOCATED, located)
        _note_headers(tx, fax, layouts)
        for page in (page for page in pages if page.state is PageState.LAID_OUT and page.number not in to_read):
            tx.save_page(replace(page, state=PageState.READ, kind=_kind_of(page, located)), PageState.LAID_OUT)
        tx.set_pages_pending(fax.id, len(to_read))
        tx.move_fax(fax.id, FaxState.LAID_OUT, FaxState.LOCATED if to_read else FaxState.READ)
        for work in upcoming:
            tx.add_work(work)
        tx.finish_work(claim)
    return upcoming


def _located(tools: Tools, fax: Fax, layouts: dict[int, Layout], *, has_unread_pages: bool) -> LocatedFax:
    """Return what stands in the fax, parted as a person said, if somebody did."""
    arrangement = tools.store.arrangement(fax.id)
    parts = parts_there(arrangement.parts, layouts) if arrangement is not None else ()
    if parts:
        return locate_arranged(parts, layouts, tools.catalog_now(), has_unread_pages=has_unread_pages)
    return locate_documents(layouts, tools.catalog_now(), has_unread_pages=has_unread_pages)


def _leave_to_person(tools: Tools, claim: Claim, fax: Fax) -> list[Work]:
    """End a fax of which every page is in quarantine where a person finds it: there is no document to show."""
    with tools.store.begin() as tx:
        tx.move_fax(fax.id, FaxState.LAID_OUT, FaxState.QUARANTINED, _NO_PAGE)
        tx.finish_work(claim)
    return []


def layouts_of(tools: Tools, pages: Sequence[Page]) -> dict[int, Layout]:
    """Return the layouts of those pages that have one, by number; a page may have been put aside since."""
    laid_out = (page for page in pages if page.upright is not None)
    return {page.number: tools.store.layout(page.fax_id, page.number) for page in laid_out}


def _kind_of(page: Page, located: LocatedFax) -> PageKind:
    if page.number in located.covers:
        return PageKind.COVER
    return PageKind.BLANK if page.number in located.blanks else PageKind.CONTENT


def _note_headers(tx: Transaction, fax: Fax, layouts: dict[int, Layout]) -> None:
    """Keep what the TTI lines tell about the sending, where the mail has not said it already."""
    headers = [layout.header for layout in layouts.values()]
    count = weigh_page_counts(fax.page_count or 0, fax.announced_pages, fax.complete, headers)
    first = next((header for header in headers if header is not None), None)
    sender = fax.sender
    if first is not None:
        sender = Sender(number=sender.number or first.number, tsid=sender.tsid or first.tsid, name=sender.name)
    tx.set_fax_facts(
        fax.id,
        sender=sender,
        announced_pages=count.announced,
        complete=count.complete,
    )
