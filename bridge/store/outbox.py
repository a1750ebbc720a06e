"""What waits to be handed to each target, in the order in which it may be, and how each target stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Claim, Delivery, Record, Work
from bridge.domain.targets import TargetState
from bridge.ports import Outgoing
from bridge.store.claims import claiming, is_takeable
from bridge.store.engine import Database
from bridge.store.rows import Row, from_row
from bridge.store.tables import deliveries, feeds, records, target_states
from bridge.store.tables import work as steps


class Outbox(Database):
    """The part of `ports.Store` from which records are handed over."""

    def claim_deliveries(
        self, target: str, owner: str, lease: timedelta, now: datetime, limit: int, created_before: datetime | None = None
    ) -> Sequence[Outgoing]:
        """Take at most `limit` deliveries to `target` that are due, none before an older version of the same record.

        The least tried come first, of these the oldest: one that fails again and again does not stand in the way of all others.

        With `created_before` only such as have been tried for since then.
        """
        is_old = sa.true() if created_before is None else steps.c.created_at < created_before
        due = _due_to(target, now).where(is_old).order_by(steps.c.attempts, deliveries.c.id).limit(limit)
        claim = sa.update(steps).where(is_takeable(now)).values(**claiming(owner, lease, now))
        with self.writing() as connection:
            # asked for apart: as a part of the update PostgreSQL may ask for them anew for every step there is
            claim = claim.where(steps.c.id.in_(connection.execute(due).scalars().all()))
            claimed = {row["delivery_id"]: from_row(Work, row) for row in connection.execute(claim.returning(steps)).mappings()}
            rows = connection.execute(_with_records().where(deliveries.c.id.in_(claimed)).order_by(deliveries.c.id)).mappings().all()
        return [Outgoing(Claim(claimed[row["id"]], owner), *_delivery_and_record(row)) for row in rows]

    def next_due(self, target: str, now: datetime) -> Work | None:
        """Return a step that would be claimed for `target` now, None where there is none."""
        due = _due_to(target, now).order_by(deliveries.c.id).limit(1)
        with self.reading() as connection:
            row = connection.execute(sa.select(steps).where(steps.c.id.in_(due.scalar_subquery()))).mappings().first()
        return None if row is None else from_row(Work, row)

    def targets_of(self, delivery_ids: Collection[str]) -> Mapping[str, str]:
        """Return the targets of deliveries, by the deliveries' ids."""
        with self.reading() as connection:
            found = connection.execute(sa.select(deliveries.c.id, deliveries.c.target).where(deliveries.c.id.in_(delivery_ids)))
            return {row.id: row.target for row in found}

    def target_state(self, name: str) -> TargetState:
        """Return how a target stands; one that never failed has no row."""
        with self.reading() as connection:
            row = connection.execute(sa.select(target_states).where(target_states.c.name == name)).mappings().first()
        return TargetState(name) if row is None else from_row(TargetState, row)

    def pending(self, target: str) -> tuple[int, datetime | None]:
        """Return how many deliveries to `target` are not settled, and since when the oldest waits."""
        columns = (sa.func.count(), sa.func.min(deliveries.c.created_at))
        statement = sa.select(*columns).where(deliveries.c.target == target, deliveries.c.state == DeliveryState.PENDING)
        with self.reading() as connection:
            count, oldest = connection.execute(statement).one()
        return count, oldest

    # -- feeds ------------------------------------------------------------------------------------------------------

    def offered(self, feed: str, after: int, limit: int) -> Sequence[tuple[Delivery, Record]]:
        """Return what `feed` offers behind position `after` and was not acknowledged, by position."""
        is_open = (deliveries.c.target == feed, deliveries.c.state == DeliveryState.PENDING, deliveries.c.position > after)
        with self.reading() as connection:
            rows = connection.execute(_with_records().where(*is_open).order_by(deliveries.c.position).limit(limit)).mappings().all()
        return [_delivery_and_record(row) for row in rows]

    def has_unoffered(self, feed: str) -> bool:
        """Tell whether something waits for `feed` that has no position yet."""
        is_new = (deliveries.c.target == feed, deliveries.c.state == DeliveryState.PENDING, deliveries.c.position.is_(None))
        with self.reading() as connection:
            return connection.execute(sa.select(deliveries.c.id).where(*is_new).limit(1)).first() is not None

    def last_position(self, feed: str) -> int:
        """Return the highest position that `feed` has given out, 0 where none."""
        with self.reading() as connection:
            return connection.execute(sa.select(feeds.c.last_position).where(feeds.c.name == feed)).scalar_one_or_none() or 0


def _due_to(target: str, now: datetime) -> sa.Select[tuple[str]]:
    """Select the steps that may be done for `target` now: a newer version waits until the older one is settled."""
    older = deliveries.alias("older")
    # Older versions are looked for by their document. `|| ''` keeps PostgreSQL, while it knows nothing of the table's contents, from
    # walking through all that waits for the target instead, once for each of them.
    has_older = sa.exists().where(
        older.c.document_id == deliveries.c.document_id,
        older.c.version < deliveries.c.version,
        older.c.target.op("||")("") == deliveries.c.target,
        sa.type_coerce(older.c.state, sa.String).op("||")("") == DeliveryState.PENDING.value,
    )
    of_target = (deliveries.c.target == target, deliveries.c.state == DeliveryState.PENDING, is_takeable(now), ~has_older)
    return sa.select(steps.c.id).select_from(deliveries.join(steps, steps.c.delivery_id == deliveries.c.id)).where(*of_target)


_RECORD = "record_"


def _with_records() -> sa.Select[tuple[object, ...]]:
    same = sa.and_(records.c.document_id == deliveries.c.document_id, records.c.version == deliveries.c.version)
    of_record = [column.label(f"{_RECORD}{column.name}") for column in records.c]
    return sa.select(*deliveries.c, *of_record).select_from(deliveries.join(records, same))


def _delivery_and_record(row: Row) -> tuple[Delivery, Record]:
    of_record = {str(name).removeprefix(_RECORD): value for name, value in row.items() if str(name).startswith(_RECORD)}
    return from_row(Delivery, row), from_row(Record, of_record)
