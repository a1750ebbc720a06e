"""What the desk of people who review keeps: what waits in its order, drafts, saved views, what was learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bridge.domain.desk import Arrangement, Draft, SavedView, Waiting, WaitingFilter
from bridge.domain.people import Action


class DeskTransaction(Protocol):
    """A part of `ports.Transaction`."""

    def save_draft(self, draft: Draft, expected_revision: int | None) -> None:
        """Insert (`expected_revision` None) or replace a draft; raises StateConflictError where it is another's revision."""
        ...

    def forget_draft(self, document_id: str, revision: int | None = None) -> None:
        """Remove the draft, where there is one; raises StateConflictError where it is not at `revision`.

        0 says that there is none, None that it may be at whichever.
        """
        ...

    def save_arrangement(self, fax_id: str, arrangement: Arrangement) -> None:
        """Keep how a person says the fax falls apart (upsert); it survives `forget_results`."""
        ...

    def defer_reviews(self, document_id: str, *, postponed_until: datetime | None, note: str | None, handed_to: str | None) -> None:
        """Set all three on the document's open review tasks."""
        ...

    def log(self, action: Action) -> None:
        """Add a line to the log of what people did."""
        ...


class Desk(Protocol):
    """A part of `ports.Store`."""

    def waiting_list(self, which: WaitingFilter, now: datetime) -> Sequence[Waiting]:
        """Return what waits: whole faxes and pages nobody could read, documents, follow-ups; urgent first, then by due time."""
        ...

    def waiting_count(self, which: WaitingFilter, now: datetime) -> int:
        """Return how many there are in all, whatever `after` and `limit`."""
        ...

    def draft(self, document_id: str) -> Draft | None:
        """Return what somebody has done so far."""
        ...

    def arrangement(self, fax_id: str) -> Arrangement | None:
        """Return how a person said the fax falls apart."""
        ...

    def find_faxes(self, words: Sequence[str], mailboxes: Sequence[str] | None, limit: int) -> Sequence[str]:
        """Return ids of faxes for which each of `words` begins a term (names, numbers, dates, sender), newest first."""
        ...

    def lease_holders(self, prefix: str, now: datetime) -> Mapping[str, str]:
        """Return who holds which living named lease, by the name behind `prefix`."""
        ...

    def saved_views(self, mailboxes: Sequence[str] | None) -> Sequence[SavedView]:
        """Return the saved views of mailboxes (None: all), by name."""
        ...

    def save_view(self, view: SavedView) -> None:
        """Insert a view, or replace the one of the same mailbox and name."""
        ...

    def remove_view(self, view_id: str) -> None:
        """Remove a view."""
        ...
