"""What the desk writes: drafts, what was deferred, and the words by which a fax is found."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bridge.domain.desk import Draft
from bridge.domain.errors import StateConflictError
from bridge.domain.people import Action
from bridge.store import tables
from bridge.store.people import add_action
from bridge.store.rows import plain_row
from bridge.store.writing import Writing


class Drafting(Writing):
    """A part of `ports.Transaction`."""

    def save_draft(self, draft: Draft, expected_revision: int | None) -> None:
        """Insert (`expected_revision` None) or replace a draft; raises StateConflictError where it is another's revision."""
        if expected_revision is None:
            self._insert_once(tables.drafts, plain_row(draft), "draft")
            return
        table = tables.drafts
        is_expected = (table.c.document_id == draft.document_id, table.c.revision == expected_revision)
        if self._connection.execute(sa.update(table).where(*is_expected).values(**plain_row(draft))).rowcount == 0:
            raise StateConflictError(f"draft of {draft.document_id}: not at revision {expected_revision}")

    def forget_draft(self, document_id: str, revision: int | None = None) -> None:
        """Remove the draft, where there is one; raises StateConflictError where it is not at `revision`.

        0 says that there is none, None that it may be at whichever.
        """
        table = tables.drafts
        gone = sa.delete(table).where(table.c.document_id == document_id).returning(table.c.revision)
        was = self._connection.execute(gone).scalar_one_or_none() or 0
        if revision not in {None, was}:
            raise StateConflictError(f"draft of {document_id}: at revision {was}, not {revision}")

    def defer_reviews(self, document_id: str, *, postponed_until: datetime | None, note: str | None, handed_to: str | None) -> None:
        """Set all three on the document's open review tasks."""
        table = tables.reviews
        are_open = (table.c.document_id == document_id, table.c.closed_at.is_(None))
        self._connection.execute(sa.update(table).where(*are_open).values(postponed_until=postponed_until, note=note, handed_to=handed_to))

    def log(self, action: Action) -> None:
        """Add a line to the log of what people did."""
        add_action(self._connection, action)

    def find_by(self, fax_id: str, terms: Collection[str]) -> None:
        """Let the fax be found by these words too."""
        if terms:
            rows = [{"term": term, "fax_id": fax_id} for term in sorted(terms)]
            self._connection.execute(self._upsertable(tables.search_terms).values(rows).on_conflict_do_nothing())
