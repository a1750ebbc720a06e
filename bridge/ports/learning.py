"""What the team's work teaches: labels, and numbers that the database counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bridge.domain.desk import LabelProposal, ProposalState
from bridge.domain.teaching import Corrections, Week


class LearningTransaction(Protocol):
    """A part of `ports.Transaction`."""

    def propose_label(self, type_name: str, path: str, label: str, sender: str, now: datetime) -> None:
        """Count a label once for each sender whose faxes show it; only a digest of `sender` is kept. What was decided stays."""
        ...

    def count_corrections(self, type_name: str, paths: Sequence[str], now: datetime) -> None:
        """Count one correction of each of these fields on the day of `now` (UTC)."""
        ...


class Learning(Protocol):
    """A part of `ports.Store`."""

    def label_proposals(self, state: ProposalState | None = None) -> Sequence[LabelProposal]:
        """Return the labels that faxes of enough senders have shown (`desk.SENDERS_NEEDED`), the most frequent first."""
        ...

    def decide_label(self, type_name: str, path: str, label: str, state: ProposalState, person_id: str) -> None:
        """Approve or decline a learnt label. Raises NotFoundError."""
        ...

    def weeks(self, begins: Sequence[tuple[date, datetime]]) -> Sequence[Week]:
        """Count by week. `begins` are the Mondays, rising, with the moment at which each begins; the last week has no end."""
        ...

    def corrections(self, since: datetime, limit: int) -> Sequence[Corrections]:
        """Return the fields that were corrected since that day, the most often corrected first."""
        ...

    def handling_times(self, limit: int) -> Sequence[timedelta]:
        """Return how long the newest confirmed documents were open before, at most `limit` of them."""
        ...
