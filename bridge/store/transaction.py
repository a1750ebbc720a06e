"""One write transaction: guarded moves, each with its line in the fax's story."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import LostClaimError, NotFoundError, StateConflictError
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DocumentState, FaxState, PageState, Stage, WorkState, check_transition
from bridge.domain.model import (
    BlobRef,
    Claim,
    Document,
    Envelope,
    Fax,
    JsonObject,
    Page,
    ReviewTask,
    Sender,
    Work,
)
from bridge.domain.terms import terms_of_document, terms_of_sender
from bridge.store import tables
from bridge.store.drafting import Drafting
from bridge.store.handing_over import HandingOver
from bridge.store.learning import LearningTransaction
from bridge.store.rows import blob_columns, envelope_row, fax_from, fax_row, from_row, page_row, plain_row, sender_columns

LAYOUT = "layout"


class SqlTransaction(HandingOver, Drafting, LearningTransaction):
    """Implements `ports.Transaction` on a connection that `Database.writing` gave."""

    # -- envelope and fax -------------------------------------------------------------------------------------------

    def add_envelope(self, envelope: Envelope) -> None:
        """Insert what was accepted."""
        self._insert(tables.envelopes, envelope_row(envelope))

    def add_fax(self, fax: Fax) -> None:
        """Insert another fax of an accepted envelope."""
        self._insert(tables.faxes, fax_row(fax))
        self.find_by(fax.id, terms_of_sender(fax.sender))
        self._tell(fax.id, "fax added", {"state": fax.state.value, "ordinal": fax.ordinal, "channel": fax.channel})

    def fax(self, fax_id: str) -> Fax:
        """Return the fax as this transaction sees it."""
        return fax_from(self._one(tables.faxes, tables.faxes.c.id == fax_id))

    def move_fax(self, fax_id: str, expected: FaxState, new: FaxState, reason: str | None = None) -> None:
        """Change a fax's state; `reason` is the German sentence shown to people."""
        check_transition(expected, new)
        self._move(tables.faxes, tables.faxes.c.id == fax_id, expected, {"state": new, "reason": reason})
        self._tell(fax_id, "fax moved", {"from": expected.value, "to": new.value})

    def set_fax_facts(
        self,
        fax_id: str,
        *,
        sender: Sender | None = None,
        original: BlobRef | None = None,
        announced_pages: int | None = None,
        page_count: int | None = None,
        complete: bool | None = None,
        sent_at: datetime | None = None,
        possible_duplicate_of: str | None = None,
    ) -> None:
        """Overwrite those facts that are given (None leaves a fact as it is)."""
        plain = {
            "announced_pages": announced_pages,
            "page_count": page_count,
            "complete": complete,
            "sent_at": sent_at,
            "possible_duplicate_of": possible_duplicate_of,
        }
        facts = {name: value for name, value in plain.items() if value is not None}
        if sender is not None:
            facts |= sender_columns(sender)
            self.find_by(fax_id, terms_of_sender(sender))
        facts |= blob_columns("original", original) if original is not None else {}
        if facts:
            self._update_fax(fax_id, facts)

    def set_pages_pending(self, fax_id: str, count: int) -> None:
        """Start the counter of open page tasks of the fax's current stage."""
        self._update_fax(fax_id, {"pages_pending": count})

    def count_page_done(self, fax_id: str) -> int:
        """Decrement the counter and return what is left; 0 tells the last page. Raises StateConflictError below 0."""
        column = tables.faxes.c.pages_pending
        statement = sa.update(tables.faxes).where(tables.faxes.c.id == fax_id, column > 0)
        left = self._connection.execute(statement.values(pages_pending=column - 1).returning(column)).scalar_one_or_none()
        if left is None:
            self.fax(fax_id)
            raise StateConflictError(f"fax {fax_id}: no page is pending")
        return int(left)

    # -- pages and results ------------------------------------------------------------------------------------------

    def add_page(self, page: Page) -> None:
        """Insert a decoded page."""
        self._touched.add(page.fax_id)
        self._insert(tables.pages, page_row(page))

    def save_page(self, page: Page, expected: PageState, layout: Layout | None = None) -> None:
        """Replace a page's row, moving it from state `expected` to `page.state`; store `layout` where given."""
        check_transition(expected, page.state)
        self._touched.add(page.fax_id)
        table = tables.pages
        self._move(table, sa.and_(table.c.fax_id == page.fax_id, table.c.number == page.number), expected, page_row(page))
        if layout is not None:
            self.save_result(page.fax_id, page.number, LAYOUT, layout)

    def save_result(self, fax_id: str, number: int, kind: str, content: object) -> None:
        """Keep a stage's intermediate result (upsert): a frozen dataclass, or a tuple of them, of the domain."""
        insert = self._upsertable(tables.results).values(fax_id=fax_id, number=number, kind=kind, content=content)
        replace = {"content": insert.excluded.content}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["fax_id", "number", "kind"], set_=replace))

    def forget_results(self, fax_id: str) -> None:
        """Delete pages, layouts and intermediate results of a fax that is to be read again, and their counts."""
        self._connection.execute(sa.delete(tables.results).where(tables.results.c.fax_id == fax_id))
        self._connection.execute(sa.delete(tables.pages).where(tables.pages.c.fax_id == fax_id))
        self._update_fax(fax_id, {"page_count": None, "pages_pending": 0})
        self._tell(fax_id, "results forgotten")

    # -- documents, reviews, events ---------------------------------------------------------------------------------

    def add_document(self, document: Document) -> None:
        """Insert a document with its fields and issues."""
        self._insert(tables.documents, plain_row(document))
        self.find_by(document.fax_id, terms_of_document(document))
        self._tell(document.fax_id, "document added", {"document": document.id, "state": document.state.value, "type": document.type})

    def save_document(self, document: Document, expected: DocumentState) -> None:
        """Replace a document's row, moving it from `expected` to `document.state` (equal states are allowed here)."""
        if document.state is not expected:
            check_transition(expected, document.state)
        self._move(tables.documents, tables.documents.c.id == document.id, expected, plain_row(document))
        self.find_by(document.fax_id, terms_of_document(document))
        change: JsonObject = {"document": document.id, "from": expected.value, "to": document.state.value, "version": document.version}
        self._tell(document.fax_id, "document moved", change)

    def document(self, document_id: str) -> Document:
        """Return the document as this transaction sees it, its row locked until the end (PostgreSQL: FOR UPDATE)."""
        statement = sa.select(tables.documents).where(tables.documents.c.id == document_id).with_for_update()
        return from_row(Document, self._first(statement, "documents"))

    def add_review(self, task: ReviewTask) -> None:
        """Insert a review task."""
        self._insert(tables.reviews, plain_row(task))
        self._tell(task.fax_id, "review opened", {"document": task.document_id, "review": task.id, "is_follow_up": task.is_follow_up})

    def close_reviews(self, document_id: str, outcome: str, at: datetime) -> None:
        """Close every open review task of the document."""
        table = tables.reviews
        statement = sa.update(table).where(table.c.document_id == document_id, table.c.closed_at.is_(None))
        closed = self._connection.execute(statement.values(closed_at=at, outcome=outcome).returning(table.c.id, table.c.fax_id))
        for review_id, fax_id in closed.all():
            self._tell(fax_id, "review closed", {"document": document_id, "review": review_id, "outcome": outcome})

    # -- work -------------------------------------------------------------------------------------------------------

    def forget_delivery_work(self, delivery_ids: Collection[str]) -> None:
        """Delete the steps that would deliver what was settled otherwise."""
        self._connection.execute(sa.delete(tables.work).where(tables.work.c.delivery_id.in_(delivery_ids)))

    def add_work(self, work: Work) -> None:
        """Insert a step to do."""
        self._insert(tables.work, plain_row(work))

    def finish_work(self, *claims: Claim) -> None:
        """Mark claimed steps done; raises LostClaimError where the token of one is outdated."""
        table = tables.work
        tokens = [(claim.work.id, claim.work.token) for claim in claims]
        are_mine = (table.c.state == WorkState.CLAIMED, sa.tuple_(table.c.id, table.c.token).in_(tokens))
        done = sa.update(table).where(*are_mine).values(state=WorkState.DONE, lease_until=None)
        if self._connection.execute(done).rowcount < len(claims):
            raise LostClaimError(f"work {', '.join(claim.work.id for claim in claims)}: a claim is over")

    def release_work(
        self, claim: Claim, due_at: datetime, *, has_crashed: bool = False, is_counted: bool = True, reason: str | None = None
    ) -> None:
        """Give the step back to be done again from `due_at`; raises LostClaimError.

        `is_counted` False takes this claim out of the step's `attempts`: disk or database refused, not the step.
        """
        change = {
            "due_at": due_at,
            "crashes": tables.work.c.crashes + int(has_crashed),
            "attempts": tables.work.c.attempts - int(not is_counted),
            "reason": reason,
            "lease_until": None,
            "rung_at": tables.NEVER,
        }
        self._end_claim(claim, WorkState.READY, change)

    def quarantine_work(self, claim: Claim, reason: str) -> None:
        """Put the step aside for a person; raises LostClaimError."""
        self._end_claim(claim, WorkState.QUARANTINED, {"reason": reason, "lease_until": None})
        self._tell(claim.work.fax_id, "work quarantined", {"work": claim.work.id, "stage": claim.work.stage.value})

    def forget_work(self, fax_id: str, page: int | None = None) -> None:
        """Delete every step of reading a fax, or one `page` of it, in whatever state (DELIVER steps stay).

        One still running loses its claim.
        """
        table = tables.work
        of_page = sa.true() if page is None else table.c.page == page
        self._connection.execute(sa.delete(table).where(table.c.fax_id == fax_id, table.c.stage != Stage.DELIVER, of_page))
        self._tell(fax_id, "work forgotten", {} if page is None else {"page": page})

    # -- how --------------------------------------------------------------------------------------------------------

    def _end_claim(self, claim: Claim, new: WorkState, change: Mapping[str, Any]) -> None:
        table = tables.work
        is_mine = (table.c.id == claim.work.id, table.c.state == WorkState.CLAIMED, table.c.token == claim.work.token)
        if self._connection.execute(sa.update(table).where(*is_mine).values(state=new, **change)).rowcount == 0:
            raise LostClaimError(f"work {claim.work.id}: the claim with token {claim.work.token} is over")

    def _update_fax(self, fax_id: str, change: Mapping[str, Any]) -> None:
        self._touched.add(fax_id)
        statement = sa.update(tables.faxes).where(tables.faxes.c.id == fax_id).values(**change)
        if self._connection.execute(statement).rowcount == 0:
            raise NotFoundError(f"no fax {fax_id}")
