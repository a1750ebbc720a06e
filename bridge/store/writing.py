"""What every part of a write transaction is made of: guarded moves, inserts, and lines in the fax's story."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import NotFoundError, StateConflictError
from bridge.domain.model import Event, JsonObject
from bridge.store import tables
from bridge.store.rows import Row, plain_row


class Writing:
    """A connection that `Database.writing` gave, and which faxes were touched on it."""

    def __init__(self, connection: sa.Connection) -> None:
        """Take the open connection."""
        self._connection = connection
        self._touched: set[str] = set()

    def open_books(self) -> None:
        """Open the ledger's books for every fax this transaction has touched: its last act, see `store.books`."""
        if self._touched:
            insert = self._upsertable(tables.ledger_open).values([{"fax_id": fax_id} for fax_id in sorted(self._touched)])
            # an update even where nothing changes, for its lock
            again = {"fax_id": insert.excluded.fax_id}
            self._connection.execute(insert.on_conflict_do_update(index_elements=["fax_id"], set_=again))

    def add_event(self, event: Event) -> None:
        """Write a line of the fax's story."""
        self.add_events([event])

    def add_events(self, events: Collection[Event]) -> None:
        """Write lines of several faxes' stories."""
        self._touched.update(event.fax_id for event in events)
        if events:
            self._connection.execute(sa.insert(tables.events).values([plain_row(event) for event in events]))

    def _move(self, table: sa.Table, where: sa.ColumnElement[bool], expected: StrEnum, change: Mapping[str, Any]) -> None:
        """Update one row if it is in state `expected`. Raises StateConflictError, or NotFoundError where there is none."""
        statement = sa.update(table).where(where, table.c.state == expected).values(**change)
        if self._connection.execute(statement).rowcount == 0:
            state = self._one(table, where)["state"]
            raise StateConflictError(f"{table.name}: expected {expected.value}, found {state.value}")

    def _move_all(self, table: sa.Table, ids: Collection[str], expected: StrEnum, change: Mapping[str, Any]) -> None:
        """Update all of these rows if they are in state `expected`. Raises StateConflictError, or NotFoundError where one is missing."""
        statement = sa.update(table).where(table.c.id.in_(ids), table.c.state == expected).values(**change)
        if self._connection.execute(statement).rowcount < len(ids):
            found = {row.id: row.state for row in self._connection.execute(sa.select(table.c.id, table.c.state).where(table.c.id.in_(ids)))}
            if missing := set(ids) - found.keys():
                raise NotFoundError(f"no such row in {table.name}: {min(missing)}")
            others = sorted({state for state in found.values() if state != change["state"]})
            raise StateConflictError(f"{table.name}: expected {expected.value}, found {', '.join(others)}")

    def _one(self, table: sa.Table, where: sa.ColumnElement[bool]) -> Row:
        return self._first(sa.select(table).where(where), table.name)

    def _first(self, statement: sa.Select[Any], name: str) -> Row:
        row = self._connection.execute(statement).mappings().first()
        if row is None:
            raise NotFoundError(f"no such row in {name}")
        return row

    def _insert(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        self._connection.execute(sa.insert(table).values(**row))

    def _insert_once(self, table: sa.Table, row: Mapping[str, Any], name: str) -> None:
        """Insert a row whose keys may be taken; unlike an IntegrityError this leaves PostgreSQL's transaction usable."""
        self._insert_all_once(table, [row], name)

    def _insert_all_once(self, table: sa.Table, rows: Sequence[Mapping[str, Any]], name: str | None = None) -> None:
        """Insert rows whose keys may be taken. Raises StateConflictError where one is."""
        if not rows:
            return
        insert = self._upsertable(table).values(rows).on_conflict_do_nothing().returning(*table.primary_key.columns)
        if len(self._connection.execute(insert).all()) < len(rows):
            raise StateConflictError(f"there is a {name or f'row in {table.name}'} already")

    def _upsertable(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        is_sqlite = self._connection.dialect.name == "sqlite"
        return sqlite.insert(table) if is_sqlite else postgresql.insert(table)

    def _tell(self, fax_id: str, what: str, detail: JsonObject | None = None) -> None:
        self.add_event(Event(fax_id, datetime.now(UTC), what, detail or {}))
