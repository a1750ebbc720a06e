"""What people tell the machine: how a fax falls apart, and which printed labels ask for what."""

from __future__ import annotations

import sqlalchemy as sa

from bridge.domain.desk import Arrangement
from bridge.store import tables
from bridge.store.engine import Database
from bridge.store.writing import Writing


class LearningTransaction(Writing):
    """The part of a write transaction that keeps it."""

    def save_arrangement(self, fax_id: str, arrangement: Arrangement) -> None:
        """Keep how a person says the fax falls apart (upsert); it survives `forget_results`."""
        insert = self._upsertable(tables.arrangements).values(fax_id=fax_id, content=arrangement)
        replace = {"content": insert.excluded.content}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["fax_id"], set_=replace))


class Learning(Database):
    """The part of `ports.Store` that reads it."""

    def arrangement(self, fax_id: str) -> Arrangement | None:
        """Return how a person said the fax falls apart."""
        table = tables.arrangements
        with self.reading() as connection:
            kept: Arrangement | None = connection.execute(sa.select(table.c.content).where(table.c.fax_id == fax_id)).scalar_one_or_none()
        return kept
