"""layout: one page is cleaned, stood upright and laid out in words, rules and marks."""

from __future__ import annotations

from dataclasses import replace

import cv2

from bridge.domain.errors import ReaderError
from bridge.domain.image import PageImage, Pixels
from bridge.domain.lifecycle import FaxState, PageState, Stage
from bridge.domain.model import Claim, Page, PageKind, Work
from bridge.ports import Transaction
from bridge.services.reading import lay_out_or_leave
from bridge.services.steps.tools import Tools, new_work


def layout(tools: Tools, claim: Claim) -> list[Work]:
    """Lay out the claimed page, turned as a person has said, where somebody has."""
    page = page_of(tools, claim)
    arrangement = tools.store.arrangement(page.fax_id)
    rotation = arrangement.turns.get(page.number) if arrangement is not None else None
    upright, laid_out = lay_out_or_leave(_load(tools, page), tools.page_reader, rotation)
    image = tools.blobs.put(_as_png(upright), "image/png")
    kind = PageKind.BLANK if laid_out.is_blank else PageKind.CONTENT
    done = replace(page, state=PageState.LAID_OUT, upright=image, kind=kind)
    with tools.store.begin() as tx:
        tx.save_page(done, PageState.DECODED, laid_out)
        upcoming = after_page(tools, tx, claim)
        tx.finish_work(claim)
    return upcoming


def set_page_aside(tools: Tools, claim: Claim, reason: str) -> list[Work]:
    """Put the claimed page into quarantine; the rest of its fax goes on, but nothing of it leaves without a person."""
    page = page_of(tools, claim)
    with tools.store.begin() as tx:
        tx.save_page(replace(page, state=PageState.QUARANTINED, reason=reason), page.state)
        upcoming = after_page(tools, tx, claim)
        tx.quarantine_work(claim, reason)
    return upcoming


def after_page(tools: Tools, tx: Transaction, claim: Claim) -> list[Work]:
    """Count the claimed page done; the last one moves the fax on and returns the step that follows."""
    fax_id, stage = claim.work.fax_id, claim.work.stage
    if tx.count_page_done(fax_id) > 0:
        return []
    if stage is Stage.LAYOUT:
        tx.move_fax(fax_id, FaxState.DECODED, FaxState.LAID_OUT)
        following = new_work(Stage.LOCATE, fax_id, tools.clock.now())
    else:
        tx.move_fax(fax_id, FaxState.LOCATED, FaxState.READ)
        following = new_work(Stage.DECIDE, fax_id, tools.clock.now())
    tx.add_work(following)
    return [following]


def page_of(tools: Tools, claim: Claim) -> Page:
    """Return the page that the claimed work is about."""
    return next(page for page in tools.store.pages(claim.work.fax_id) if page.number == claim.work.page)


def _load(tools: Tools, page: Page) -> PageImage:
    if page.image is None:
        raise LookupError(f"page {page.number} of fax {page.fax_id} has no image")
    return tools.decoder.load(tools.blobs.path(page.image.sha256), page.x_dpi, page.y_dpi)


def _as_png(pixels: Pixels) -> bytes:
    is_encoded, buffer = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not is_encoded:
        raise ReaderError("upright page cannot be encoded")
    return bytes(buffer)
