"""What the team and the machine have done together, in numbers: for the team, never by person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bridge.domain.desk import LabelProposal


@dataclass(frozen=True, slots=True)
class Week:
    """One week from Monday `begins`: documents that people released as they were read or corrected, in it.

    `released` counts the documents that were read in it and have left since, `by_itself` those of them that no person had to look at.
    """

    begins: date
    confirmed: int = 0
    corrected: int = 0
    released: int = 0
    by_itself: int = 0

    @property
    def share(self) -> float | None:
        """The part that left by itself; None where nothing has left."""
        return self.by_itself / self.released if self.released else None


@dataclass(frozen=True, slots=True)
class Corrections:
    """How often the value of a field was corrected; `path` without the number of a row."""

    type: str
    path: str
    times: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """The page of what was taught. `minutes_a_document` is what a person needs at the desk, None where nobody has been there yet."""

    weeks: tuple[Week, ...]
    corrections: tuple[Corrections, ...]
    labels: tuple[LabelProposal, ...]
    minutes_a_document: float | None
    minutes_saved: float
