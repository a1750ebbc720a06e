"""Who may do which step of work, and for how long: leases in the database with fencing tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import LostClaimError
from bridge.domain.lifecycle import WorkState
from bridge.domain.model import Claim, Work
from bridge.store.engine import Database
from bridge.store.rows import from_row
from bridge.store.tables import NEVER, leases
from bridge.store.tables import work as steps


class Claims(Database):
    """The part of `ports.Store` that hands out work."""

    def claim(self, work_id: str, owner: str, lease: timedelta, now: datetime) -> Claim | None:
        """Take ready (and due), or expired, work; None where it is done, held by a living lease, quarantined or forgotten.

        Taking over an expired lease raises its `expirations` by one.
        """
        statement = sa.update(steps).where(steps.c.id == work_id, is_takeable(now)).values(**claiming(owner, lease, now)).returning(steps)
        with self.writing() as connection:
            row = connection.execute(statement).mappings().first()
            return None if row is None else Claim(from_row(Work, row), owner)

    def extend(self, claim: Claim, lease: timedelta, now: datetime) -> None:
        """Prolong the lease; raises LostClaimError."""
        is_mine = (steps.c.id == claim.work.id, steps.c.state == WorkState.CLAIMED, steps.c.token == claim.work.token)
        with self.writing() as connection:
            if connection.execute(sa.update(steps).where(*is_mine).values(lease_until=now + lease)).rowcount == 0:
                raise LostClaimError(f"work {claim.work.id}: the claim with token {claim.work.token} is over")

    def excuse(self, since: datetime, until: datetime) -> int:
        """Give back, uncounted and due at once, all work whose lease ended between the two times; return how much."""
        change = {
            "state": WorkState.READY,
            "attempts": steps.c.attempts - 1,
            "due_at": until,
            "lease_until": None,
            "reason": "the database refused",
            "rung_at": NEVER,
        }
        has_ended = (steps.c.state == WorkState.CLAIMED, steps.c.lease_until >= since, steps.c.lease_until <= until)
        with self.writing() as connection:
            return connection.execute(sa.update(steps).where(*has_ended).values(**change)).rowcount

    def overdue(self, now: datetime, rung_before: datetime, limit: int) -> Sequence[Work]:
        """Return work to ring for: ready and due, or with an expired lease, and not rung since `rung_before`.

        Never rung ones first, then those rung longest ago. Work that became ready again counts as never rung.
        """
        ready = sa.and_(steps.c.state == WorkState.READY, steps.c.due_at <= now)
        expired = sa.and_(steps.c.state == WorkState.CLAIMED, steps.c.lease_until <= now)
        found: list[Work] = []
        with self.reading() as connection:
            for due in (expired, ready):  # apart, so that each walks its own index
                statement = sa.select(steps).where(due, steps.c.rung_at < rung_before).order_by(steps.c.rung_at).limit(limit - len(found))
                found += [from_row(Work, row) for row in connection.execute(statement).mappings()]
        return found

    def mark_rung(self, work_ids: Sequence[str], now: datetime) -> None:
        """Remember when a bell was last rung."""
        if work_ids:
            with self.writing() as connection:
                connection.execute(sa.update(steps).where(steps.c.id.in_(work_ids)).values(rung_at=now))

    def hold_lease(self, name: str, owner: str, lease: timedelta, now: datetime) -> bool:
        """Take or prolong a named lease (the sweeper's); False where another living owner has it."""
        values: dict[str, Any] = {"name": name, "owner": owner, "held_until": now + lease}
        is_free = sa.or_(leases.c.owner == owner, leases.c.held_until <= now)
        insert = (sqlite.insert if self.is_sqlite else postgresql.insert)(leases).values(**values)
        with self.writing() as connection:
            statement = insert.on_conflict_do_update(index_elements=["name"], set_=values, where=is_free)
            return connection.execute(statement.returning(leases.c.name)).first() is not None

    def drop_lease(self, name: str, owner: str) -> None:
        """Give a named lease back, where it is still `owner`'s."""
        with self.writing() as connection:
            connection.execute(sa.delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def claiming(owner: str, lease: timedelta, now: datetime) -> dict[str, Any]:
    """Return what a claim changes in a step; the token rises, so that whoever had it before is fenced off."""
    is_expired = steps.c.state == WorkState.CLAIMED
    return {
        "state": WorkState.CLAIMED,
        "token": steps.c.token + 1,
        "attempts": steps.c.attempts + 1,
        "expirations": steps.c.expirations + sa.case((is_expired, 1), else_=0),
        "lease_until": now + lease,
        "lease_owner": owner,
    }


def is_takeable(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a step is ready and due, or its lease has run out."""
    return sa.or_(
        sa.and_(steps.c.state == WorkState.READY, steps.c.due_at <= now),
        sa.and_(steps.c.state == WorkState.CLAIMED, steps.c.lease_until <= now),
    )
