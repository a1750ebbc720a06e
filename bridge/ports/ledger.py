"""The ledger: what is known, from different hands, of every page received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Settlement(StrEnum):
    """Where a received page stands in the ledger (see `LedgerLine`)."""

    WORKING = "working"
    DELIVERED = "delivered"
    WAITING = "waiting"
    FILED = "filed"
    REJECTED = "rejected"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One fax in the ledger: how many pages were announced, decoded, covered by receipts, and how each page is settled.

    The three first come from different hands (the sender's mail or TTI line, our decoder, the receiver), so that a
    difference shows a loss. A fax without a decodable page counts as one page in `settled` (`waiting` or `rejected`).
    """

    fax_id: str
    announced: int | None
    decoded: int
    receipted: int
    settled: Mapping[Settlement, int]

    @property
    def gap(self) -> int:
        """Pages of which nobody knows where they are: decoded minus settled (must be 0)."""
        return max(self.decoded, 1) - sum(n for s, n in self.settled.items() if s is not Settlement.MISSING)

    @property
    def expected(self) -> int:
        """Pages announced or received, whichever are more; all that is settled, `missing` too, and the gap add up to it."""
        return sum(self.settled.values()) + self.gap


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """The ledger over all faxes: pages announced (where anything was), decoded, covered by receipts, settled how; the gap.

    `gap` counts pages of which nobody knows where they are and must be 0; `unbalanced` names the faxes they belong to
    (the first thousand of them).
    """

    faxes: int
    announced: int
    decoded: int
    receipted: int
    settled: Mapping[Settlement, int]
    gap: int
    unbalanced: tuple[str, ...]

    @property
    def expected(self) -> int:
        """Pages announced or received, as in `LedgerLine`."""
        return sum(self.settled.values()) + self.gap

    @property
    def is_closed(self) -> bool:
        """Tell whether every page received is delivered, waiting, filed or rejected."""
        return self.gap == 0 and not self.unbalanced and self.settled[Settlement.WORKING] == 0
