"""The ledger's totals, kept up so that asking for them costs the same however large the archive is.

A fax at rest is *booked*: its line is kept in `ledger_lines` and added to the one row of `ledger_totals`. Every transaction
that touches a fax puts it into `ledger_open` as its last act, and thereby locks that row until it is committed; booking
takes open faxes whose rows nobody holds. So a booked line either is what the rows say, or its fax is open. The totals
are what is booked, less the booked lines of open faxes, plus the lines of open faxes computed as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.lifecycle import FAILED, FaxState
from bridge.ports import LedgerLine, LedgerTotals, Settlement
from bridge.store.ledger import Ledger
from bridge.store.tables import LEDGER_COUNTS, faxes, ledger_lines, ledger_open, ledger_totals

_AT_REST: Final = (*sorted(FAILED), FaxState.CLOSED, FaxState.DECIDED)
_MOST_UNBALANCED: Final = 1000
_ONLY: Final = 1  # the id of the only row of totals

Counts = dict[str, int]


class Books(Ledger):
    """The part of `ports.Store` that keeps the totals of the ledger."""

    def totals(self) -> LedgerTotals:
        """Return the ledger's totals over all faxes."""
        is_open = sa.select(ledger_open.c.fax_id)
        unbalanced = sa.select(ledger_lines.c.fax_id).where(ledger_lines.c.gap != 0, ledger_lines.c.fax_id.not_in(is_open))
        with self.reading(is_repeatable=True) as connection:
            booked = _row(connection, sa.select(ledger_totals))
            outdated = _row(connection, _sum(ledger_lines.c.fax_id.in_(is_open)))
            live = self.lines(connection, lambda column: column.in_(is_open))
            bad = list(connection.scalars(unbalanced.order_by(ledger_lines.c.fax_id).limit(_MOST_UNBALANCED)))
        sums = _added(booked, outdated, _counts(live))
        return LedgerTotals(
            faxes=sums["faxes"],
            announced=sums["announced"],
            decoded=sums["decoded"],
            receipted=sums["receipted"],
            settled={settlement: sums[settlement.value] for settlement in Settlement},
            gap=sums["gap"],
            unbalanced=tuple(sorted([*bad, *(line.fax_id for line in live if line.gap)])),
        )

    def book(self, limit: int) -> int:
        """Book at most `limit` open faxes that are at rest; return how many."""
        # asked of each open fax, not joined: a database might begin with all faxes at rest, which are nearly all there are
        is_at_rest = sa.exists().where(faxes.c.id == ledger_open.c.fax_id, faxes.c.state.in_(_AT_REST))
        statement = sa.select(ledger_open.c.fax_id).where(is_at_rest).order_by(ledger_open.c.fax_id).limit(limit)
        with self.reading() as connection:  # an idle look shall not make writers wait
            if connection.scalars(statement.limit(1)).first() is None:
                return 0
        with self.writing() as connection:
            chosen = list(connection.scalars(statement.with_for_update(skip_locked=True, of=ledger_open)))
            if chosen:
                self._book(connection, chosen)
        return len(chosen)

    def _book(self, connection: sa.Connection, chosen: Sequence[str]) -> None:
        mine = ledger_lines.c.fax_id.in_(chosen)
        before = _row(connection, _sum(mine))
        lines = self.lines(connection, lambda column: column.in_(chosen))
        connection.execute(sa.delete(ledger_lines).where(mine))
        connection.execute(sa.insert(ledger_lines), [{"fax_id": line.fax_id, **_counts_of(line)} for line in lines])
        change = _added({}, before, _counts(lines))
        insert = (sqlite.insert if self.is_sqlite else postgresql.insert)(ledger_totals).values(id=_ONLY, **change)
        added = {name: ledger_totals.c[name] + insert.excluded[name] for name in change}
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=added))
        connection.execute(sa.delete(ledger_open).where(ledger_open.c.fax_id.in_(chosen)))


def _counts_of(line: LedgerLine) -> Counts:
    """Return what one line adds to the totals."""
    facts = {"announced": line.announced or 0, "decoded": line.decoded, "receipted": line.receipted, "gap": abs(line.gap)}
    return facts | {settlement.value: line.settled.get(settlement, 0) for settlement in Settlement}


def _counts(lines: Sequence[LedgerLine]) -> Counts:
    each = [_counts_of(line) for line in lines]
    return {"faxes": len(lines)} | {name: sum(counts[name] for counts in each) for name in LEDGER_COUNTS}


def _added(booked: Counts, outdated: Counts, live: Counts) -> Counts:
    return {name: booked.get(name, 0) - outdated.get(name, 0) + live[name] for name in ("faxes", *LEDGER_COUNTS)}


def _sum(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the sum of booked lines."""
    sums = (sa.func.coalesce(sa.func.sum(ledger_lines.c[name]), 0).label(name) for name in LEDGER_COUNTS)
    return sa.select(sa.func.count().label("faxes"), *sums).select_from(ledger_lines).where(where)


def _row(connection: sa.Connection, statement: sa.Select[Any]) -> Counts:
    row = connection.execute(statement).mappings().first()
    return {} if row is None else {name: int(row[name]) for name in ("faxes", *LEDGER_COUNTS)}
