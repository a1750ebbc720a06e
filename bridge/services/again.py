"""Reading a fax again: its documents are replaced, and it goes back to an earlier step, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.domain.errors import RefusedError
from bridge.domain.lifecycle import FAILED, DocumentState, FaxState, PageState, Stage
from bridge.domain.model import Fax, Page, PageKind, Work
from bridge.ports import Store, Transaction
from bridge.services.steps.read_values import READINGS
from bridge.services.steps.tools import new_work

_RESTING: Final = FAILED | {FaxState.CLOSED, FaxState.DECIDED}


def replace_documents(store: Store, tx: Transaction, fax: Fax, now: datetime) -> None:
    """Set aside what was found in `fax`, as `tx` has read it.

    Raises RefusedError while the fax is being read, and once a record of it may have reached an agency (any version was
    released): reading again makes new documents with new ids, which the agency would take for new notifications.
    """
    if fax.state not in _RESTING:
        raise RefusedError("fax is being read", "Das Fax wird gerade gelesen. Bitte warten, bis es fertig ist.")
    for listed in store.documents(fax.id):  # all there are: whoever adds one has moved the fax on before
        document = tx.document(listed.id)
        if document.version > 0:
            raise RefusedError(
                "a record has been released",
                "Aus diesem Fax ist schon ein Datensatz gesendet; erneutes Lesen ergäbe eine zweite Meldung. "
                "Bitte das Dokument stattdessen berichtigen.",
            )
        tx.save_document(replace(document, state=DocumentState.REPLACED), document.state)
        tx.close_reviews(document.id, "replaced", now)
        tx.forget_draft(document.id)


def from_original(tx: Transaction, fax: Fax, now: datetime) -> Work:
    """Put the fax before the step that makes its pages, decoding, or unpacking where there is no original yet; return that step."""
    tx.forget_results(fax.id)
    tx.forget_work(fax.id)
    stage, state = (Stage.UNPACK, FaxState.RECEIVED) if fax.original is None else (Stage.DECODE, FaxState.UNPACKED)
    tx.move_fax(fax.id, fax.state, state)
    work = new_work(stage, fax.id, now)
    tx.add_work(work)
    return work


def from_pages(tx: Transaction, fax: Fax, pages: Collection[Page], turned: Collection[int], now: datetime) -> list[Work]:
    """Put a decided fax before the step that finds its documents, with the layouts it has; return the steps that follow.

    Pages whose numbers are in `turned` are laid out anew before that.
    """
    for page in pages:
        if page.number in turned:
            _go_back(tx, replace(page, upright=None), PageState.DECODED)
        elif page.upright is not None:
            _go_back(tx, page, PageState.LAID_OUT)
    layouts = [new_work(Stage.LAYOUT, fax.id, now, page=number) for number in sorted(turned)]
    upcoming = layouts or [new_work(Stage.LOCATE, fax.id, now)]
    tx.set_pages_pending(fax.id, len(layouts))
    tx.move_fax(fax.id, FaxState.DECIDED, FaxState.DECODED if layouts else FaxState.LAID_OUT)
    for work in upcoming:
        tx.add_work(work)
    return upcoming


def _go_back(tx: Transaction, page: Page, state: PageState) -> None:
    """Put one page back to `state`, whatever it came to; what was read of its values fits other places now."""
    if page.state is PageState.QUARANTINED:
        tx.forget_work(page.fax_id, page.number)
    tx.save_result(page.fax_id, page.number, READINGS, ())
    tx.save_page(replace(page, state=state, kind=PageKind.CONTENT, reason=None), page.state)
