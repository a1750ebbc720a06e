"""decode: an original becomes page images, and each page a task."""

from __future__ import annotations

from bridge.domain.lifecycle import FaxState, PageState, Stage
from bridge.domain.model import Claim, Page, Work
from bridge.ports import DecodedPage
from bridge.services.reading import is_complete
from bridge.services.steps.tools import Tools, new_work


def decode(tools: Tools, claim: Claim) -> list[Work]:
    """Decode the claimed fax's original. Raises DecodeError."""
    fax = tools.store.fax(claim.work.fax_id)
    if fax.original is None:
        raise LookupError(f"fax {fax.id} is unpacked but has no original")
    with tools.scratch() as scratch:
        decoded = tools.decoder.decode(tools.blobs.path(fax.original.sha256), fax.original.media_type, scratch)
        pages = [_keep(tools, fax.id, number, page) for number, page in enumerate(decoded.pages, start=1)]
    now = tools.clock.now()
    upcoming = [new_work(Stage.LAYOUT, fax.id, now, page=page.number) for page in pages]
    said = False if decoded.is_truncated else fax.complete
    with tools.store.begin() as tx:
        for page in pages:
            tx.add_page(page)
        tx.set_fax_facts(fax.id, page_count=len(pages), complete=is_complete(len(pages), fax.announced_pages, said))
        tx.set_pages_pending(fax.id, len(pages))
        tx.move_fax(fax.id, FaxState.UNPACKED, FaxState.DECODED)
        for work in upcoming:
            tx.add_work(work)
        tx.finish_work(claim)
    return upcoming


def _keep(tools: Tools, fax_id: str, number: int, page: DecodedPage) -> Page:
    image = tools.blobs.put(page.path.read_bytes(), "image/png")
    return Page(fax_id, number, PageState.DECODED, image, page.x_dpi, page.y_dpi)
