"""What people tell the machine: how a fax falls apart, which printed labels ask for what, what it got wrong, and how much that saves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from bridge.domain.desk import SENDERS_NEEDED, Arrangement, LabelProposal, ProposalState
from bridge.domain.errors import NotFoundError
from bridge.domain.ids import first_id
from bridge.domain.model import ReviewOutcome
from bridge.domain.teaching import Corrections, Week
from bridge.store import tables
from bridge.store.engine import Database
from bridge.store.rows import from_row
from bridge.store.writing import Writing

_BY_PEOPLE: Final = (ReviewOutcome.CONFIRMED.value, ReviewOutcome.CORRECTED.value)
_OPENED: Final = "document opened"
_CONFIRMED: Final = "document confirmed"


class LearningTransaction(Writing):
    """The part of a write transaction that keeps it."""

    def save_arrangement(self, fax_id: str, arrangement: Arrangement) -> None:
        """Keep how a person says the fax falls apart (upsert); it survives `forget_results`."""
        insert = self._upsertable(tables.arrangements).values(fax_id=fax_id, content=arrangement)
        replace = {"content": insert.excluded.content}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["fax_id"], set_=replace))

    def propose_label(self, type_name: str, path: str, label: str, sender: str, now: datetime) -> None:
        """Count a label once for each sender whose faxes show it; only a digest of `sender` is kept. What was decided stays."""
        key = {"type": type_name, "path": path, "label": label}
        digest = hashlib.sha256(sender.encode(errors="surrogatepass")).hexdigest()
        seen = self._upsertable(tables.label_sightings).values(**key, sender_sha256=digest).on_conflict_do_nothing()
        if self._connection.execute(seen.returning(tables.label_sightings.c.label)).first() is None:
            return
        table = tables.label_proposals
        insert = self._upsertable(table).values(**key, state=ProposalState.PROPOSED, times=1, first_at=now)
        self._connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_={"times": table.c.times + 1}))

    def count_corrections(self, type_name: str, paths: Sequence[str], now: datetime) -> None:
        """Count one correction of each of these fields on the day of `now` (UTC)."""
        table, day = tables.field_corrections, now.astimezone(UTC).date()
        for path, times in sorted(Counter(paths).items()):  # in order, so that no two transactions wait for each other in a ring
            insert = self._upsertable(table).values(day=day, type=type_name, path=path, times=times)
            more = {"times": table.c.times + insert.excluded.times}
            self._connection.execute(insert.on_conflict_do_update(index_elements=["day", "type", "path"], set_=more))


class Learning(Database):
    """The part of `ports.Store` that reads it."""

    def arrangement(self, fax_id: str) -> Arrangement | None:
        """Return how a person said the fax falls apart."""
        table = tables.arrangements
        with self.reading() as connection:
            kept: Arrangement | None = connection.execute(sa.select(table.c.content).where(table.c.fax_id == fax_id)).scalar_one_or_none()
        return kept

    def label_proposals(self, state: ProposalState | None = None) -> Sequence[LabelProposal]:
        """Return the labels that faxes of enough senders have shown, the most frequent first."""
        table = tables.label_proposals
        in_state = sa.true() if state is None else table.c.state == state
        statement = sa.select(table).where(table.c.times >= SENDERS_NEEDED, in_state)
        with self.reading() as connection:
            rows = connection.execute(statement.order_by(table.c.times.desc(), table.c.type, table.c.path, table.c.label)).mappings().all()
        return [from_row(LabelProposal, row) for row in rows]

    def decide_label(self, type_name: str, path: str, label: str, state: ProposalState, person_id: str) -> None:
        """Approve or decline a learnt label. Raises NotFoundError."""
        table = tables.label_proposals
        of_it = (table.c.type == type_name, table.c.path == path, table.c.label == label, table.c.times >= SENDERS_NEEDED)
        with self.writing() as connection:
            if connection.execute(sa.update(table).where(*of_it).values(state=state, decided_by=person_id)).rowcount == 0:
                raise NotFoundError("no such label")

    def weeks(self, begins: Sequence[tuple[date, datetime]]) -> Sequence[Week]:
        """Count by week. `begins` are the Mondays, rising, with the moment at which each begins; the last week has no end.

        Ids rise with time: which documents were read in a week is told by their ids alone, so that no record is opened.
        """
        moments = [moment for _, moment in begins]
        with self.reading() as connection:
            decided = _count(connection, _decided_by_people(moments), "outcome")
            released = _count(connection, _released(moments))
            looked_at = _count(connection, _looked_at(moments))
        return [
            Week(
                day,
                decided.get((number, ReviewOutcome.CONFIRMED.value), 0),
                decided.get((number, ReviewOutcome.CORRECTED.value), 0),
                released.get((number,), 0),
                max(0, released.get((number,), 0) - looked_at.get((number,), 0)),
            )
            for number, (day, _) in enumerate(begins)
        ]

    def corrections(self, since: datetime, limit: int) -> Sequence[Corrections]:
        """Return the fields that were corrected since that day, the most often corrected first."""
        table = tables.field_corrections
        times = sa.func.sum(table.c.times).label("times")
        counted = sa.select(table.c.type, table.c.path, times).where(table.c.day >= since.astimezone(UTC).date())
        ordered = counted.group_by(table.c.type, table.c.path).order_by(times.desc(), table.c.type, table.c.path).limit(limit)
        with self.reading() as connection:
            return [Corrections(row.type, row.path, int(row.times)) for row in connection.execute(ordered)]

    def handling_times(self, limit: int) -> Sequence[timedelta]:
        """Return how long the newest confirmed documents were open before, at most `limit` of them."""
        done = tables.actions.alias("done")
        opened = tables.actions.alias("opened")
        same = (opened.c.fax_id == done.c.fax_id, opened.c.document_id == done.c.document_id, opened.c.person_id == done.c.person_id)
        is_before = (opened.c.what == _OPENED, opened.c.sequence < done.c.sequence)
        newest = sa.select(opened.c.at).where(*same, *is_before).order_by(opened.c.sequence.desc()).limit(1).scalar_subquery()
        statement = sa.select(done.c.at, newest.label("opened_at")).where(done.c.what == _CONFIRMED).order_by(done.c.at.desc()).limit(limit)
        with self.reading() as connection:
            return [row.at - row.opened_at for row in connection.execute(statement) if row.opened_at is not None]


def _decided_by_people(moments: Sequence[datetime]) -> sa.Executable:
    """Select by week of closing and outcome how many documents people have sent."""
    table = tables.reviews
    week = _week_of(table.c.closed_at, moments)
    chosen = (table.c.closed_at >= moments[0], table.c.outcome.in_(_BY_PEOPLE))
    counted = sa.func.count(table.c.document_id.distinct()).label("count")
    return sa.select(week, table.c.outcome, counted).where(*chosen).group_by(week, table.c.outcome)


def _released(moments: Sequence[datetime]) -> sa.Executable:
    """Select by week of reading how many documents have left."""
    table, firsts = tables.records, [first_id(moment) for moment in moments]
    week = _week_of(table.c.document_id, firsts)
    return sa.select(week, sa.func.count().label("count")).where(table.c.document_id >= firsts[0], table.c.version == 1).group_by(week)


def _looked_at(moments: Sequence[datetime]) -> sa.Executable:
    """Select by week of reading how many documents left because a person sent them, not merely was asked about the rest later."""
    table, firsts = tables.reviews, [first_id(moment) for moment in moments]
    week = _week_of(table.c.document_id, firsts)
    chosen = (table.c.document_id >= firsts[0], table.c.is_follow_up.is_(False), table.c.outcome.in_(_BY_PEOPLE))
    return sa.select(week, sa.func.count(table.c.document_id.distinct()).label("count")).where(*chosen).group_by(week)


def _week_of(column: sa.ColumnElement[Any], begins: Sequence[Any]) -> sa.Label[int]:
    """Return the number of the week in which a value lies, none of which is earlier than the first."""
    newest_first = reversed(list(enumerate(begins)))
    return sa.case(*((column >= begin, sa.literal_column(str(number), sa.Integer)) for number, begin in newest_first)).label("week")


def _count(connection: sa.Connection, counted: sa.Executable, *by: str) -> Mapping[tuple[Any, ...], int]:
    rows = connection.execute(counted).mappings()
    return {(int(row["week"]), *(row[name] for name in by)): int(row["count"]) for row in rows}
