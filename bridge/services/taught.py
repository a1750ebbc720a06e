"""What the team has taught the machine, and the time that saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bridge.domain.desk import ProposalState
from bridge.domain.teaching import Lessons, Week
from bridge.ports import Clock, Store
from bridge.services.reading import OFFICE_TIME, office_date

_WEEKS: Final = 12
_MOST_FIELDS: Final = 20
_SAMPLE: Final = 500  # documents by which handling time is measured
_LONGEST: Final = timedelta(minutes=30)  # a document that was open for longer lay there while its person did something else


@dataclass(frozen=True, slots=True)
class Taught:
    """The numbers of the page „Gelernt": for the team, never by person. `minutes_by_hand` is what typing one document from paper takes."""

    store: Store
    clock: Clock
    minutes_by_hand: float

    def lessons(self, weeks: int = _WEEKS) -> Lessons:
        """Return the numbers of the last `weeks` weeks, this one included, oldest first."""
        begins = _mondays(office_date(self.clock.now()), weeks)
        counted = self.store.weeks(begins)
        handling = _mean_minutes(self.store.handling_times(_SAMPLE))
        return Lessons(
            weeks=tuple(counted),
            corrections=tuple(self.store.corrections(begins[0][1], _MOST_FIELDS)),
            labels=tuple(self.store.label_proposals(ProposalState.APPROVED)),
            minutes_a_document=handling,
            minutes_saved=self._saved(counted, handling),
        )

    def _saved(self, weeks: Sequence[Week], handling: float | None) -> float:
        """Return the minutes saved; what people confirmed counts only once it is known how long that takes."""
        by_itself = sum(week.by_itself for week in weeks) * self.minutes_by_hand
        by_people = sum(week.confirmed + week.corrected for week in weeks)
        return by_itself + (by_people * (self.minutes_by_hand - handling) if handling is not None else 0.0)


def _mondays(today: date, weeks: int) -> list[tuple[date, datetime]]:
    this = today - timedelta(days=today.weekday())
    days = [this - timedelta(weeks=back) for back in reversed(range(weeks))]
    return [(day, datetime.combine(day, time(), OFFICE_TIME)) for day in days]


def _mean_minutes(times: Sequence[timedelta]) -> float | None:
    while_working = [min(each, _LONGEST) for each in times]
    return sum(while_working, timedelta()).total_seconds() / 60 / len(while_working) if while_working else None
