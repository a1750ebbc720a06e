"""Accounts, sessions, and the log of what people did, to which the database only lets lines be added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import NotFoundError, StateConflictError
from bridge.domain.people import Action, Invitation, Person, Session
from bridge.ports.people import Change
from bridge.store import tables
from bridge.store.engine import Database
from bridge.store.rows import from_row, plain_row


class People(Database):
    """The part of `ports.Store` about people."""

    def person(self, person_id: str) -> Person:
        """Return the person."""
        with self.reading() as connection:
            row = connection.execute(sa.select(tables.people).where(tables.people.c.id == person_id)).mappings().first()
        if row is None:
            raise NotFoundError(f"no person {person_id}")
        return from_row(Person, row)

    def person_by_login(self, login: str) -> Person | None:
        """Return who signs in by that name, None where nobody does."""
        with self.reading() as connection:
            row = connection.execute(sa.select(tables.people).where(tables.people.c.login == login)).mappings().first()
        return None if row is None else from_row(Person, row)

    def people(self) -> Sequence[Person]:
        """Return all accounts, by name."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(tables.people).order_by(tables.people.c.name, tables.people.c.id)).mappings().all()
        return [from_row(Person, row) for row in rows]

    def add_person(self, person: Person, invitation: Invitation, log: Action) -> None:
        """Insert an account with the link that opens it. Raises StateConflictError where the login is taken."""
        insert = self._insert_into(tables.people).values(**plain_row(person)).on_conflict_do_nothing().returning(tables.people.c.id)
        with self.writing() as connection:
            if connection.execute(insert).first() is None:
                raise StateConflictError("there is such a login already")
            connection.execute(sa.insert(tables.invitations).values(**plain_row(invitation)))
            add_action(connection, log)

    def change_person(self, person_id: str, change: Change, log: Action, *, ends_sessions: bool = False) -> Person:
        """Replace an account's row by what `change` makes of it and of all others, none of which changes meanwhile; return that."""
        every = sa.select(tables.people).order_by(tables.people.c.id).with_for_update()  # SQLite has one writer at a time anyway
        with self.writing() as connection:
            found = {row["id"]: from_row(Person, row) for row in connection.execute(every).mappings()}
            if (person := found.pop(person_id, None)) is None:
                raise NotFoundError(f"no person {person_id}")
            changed = change(person, [*found.values()])
            connection.execute(sa.update(tables.people).where(tables.people.c.id == person_id).values(**plain_row(changed)))
            if ends_sessions:
                connection.execute(sa.delete(tables.sessions).where(tables.sessions.c.person_id == person_id))
            add_action(connection, log)
        return changed

    def add_invitation(self, invitation: Invitation, log: Action) -> None:
        """Insert another link for a person; earlier unused ones of hers open no more."""
        table = tables.invitations
        with self.writing() as connection:
            connection.execute(sa.delete(table).where(table.c.person_id == invitation.person_id, table.c.used_at.is_(None)))
            connection.execute(sa.insert(table).values(**plain_row(invitation)))
            add_action(connection, log)

    def use_invitation(self, token_sha256: str, password_hash: str, now: datetime) -> Person | None:
        """Spend the link and set the password; return whose it is, None where it is unknown, used or expired."""
        table, people = tables.invitations, tables.people
        is_open = (table.c.token_sha256 == token_sha256, table.c.used_at.is_(None), table.c.expires_at > now)
        with self.writing() as connection:
            person_id = connection.execute(sa.update(table).where(*is_open).values(used_at=now).returning(table.c.person_id)).scalar()
            if person_id is None:
                return None
            set_password = sa.update(people).where(people.c.id == person_id).values(password_hash=password_hash).returning(people)
            row = connection.execute(set_password).mappings().one()
            connection.execute(sa.delete(tables.sessions).where(tables.sessions.c.person_id == person_id))
            add_action(connection, Action(now, person_id, "password set by link"))
        return from_row(Person, row)

    def invitation(self, token_sha256: str) -> Invitation | None:
        """Return the link, None where there is none."""
        table = tables.invitations
        with self.reading() as connection:
            row = connection.execute(sa.select(table).where(table.c.token_sha256 == token_sha256)).mappings().first()
        return None if row is None else from_row(Invitation, row)

    # -- sessions -----------------------------------------------------------------------------------------------------

    def add_session(self, session: Session) -> None:
        """Insert a session."""
        with self.writing() as connection:
            connection.execute(sa.insert(tables.sessions).values(**plain_row(session)))

    def session(self, token_sha256: str) -> Session | None:
        """Return the session, None where there is none."""
        table = tables.sessions
        with self.reading() as connection:
            row = connection.execute(sa.select(table).where(table.c.token_sha256 == token_sha256)).mappings().first()
        return None if row is None else from_row(Session, row)

    def rotate_session(self, old_sha256: str, session: Session, old_ends_at: datetime) -> bool:
        """Insert `session` and let the old one end at `old_ends_at`; False, and nothing happens, where that was done already."""
        table = tables.sessions
        is_unchanged = (table.c.token_sha256 == old_sha256, table.c.changed_at < session.changed_at, table.c.ends_at > old_ends_at)
        with self.writing() as connection:
            ending = sa.update(table).where(*is_unchanged).values(ends_at=old_ends_at, changed_at=session.changed_at)
            if connection.execute(ending).rowcount == 0:
                return False
            connection.execute(sa.insert(table).values(**plain_row(session)))
        return True

    def touch_session(self, token_sha256: str, now: datetime) -> None:
        """Remember that the session was used."""
        table = tables.sessions
        with self.writing() as connection:
            connection.execute(sa.update(table).where(table.c.token_sha256 == token_sha256).values(seen_at=now))

    def end_sessions(self, *, person_id: str | None = None, begun_at: datetime | None = None, seen_before: datetime | None = None) -> int:
        """End the sessions for which all that is given holds; return how many."""
        table = tables.sessions
        wanted = [table.c.person_id == person_id] if person_id is not None else []
        wanted += [table.c.created_at == begun_at] if begun_at is not None else []
        wanted += [table.c.seen_at < seen_before] if seen_before is not None else []
        if not wanted:
            raise ValueError("which sessions are to end?")
        with self.writing() as connection:
            return int(connection.execute(sa.delete(table).where(*wanted)).rowcount)

    # -- failures and the log -----------------------------------------------------------------------------------------

    def failures(self, key: str) -> tuple[int, datetime] | None:
        """Return how often in a row signing in has failed for `key`, and when last; None where it has not."""
        table = tables.sign_in_failures
        with self.reading() as connection:
            row = connection.execute(sa.select(table).where(table.c.key == key)).first()
        return None if row is None else (row.failures, row.last_at)

    def count_failure(self, key: str, now: datetime) -> int:
        """Count one more failure; return how many there are."""
        table = tables.sign_in_failures
        again = {"failures": table.c.failures + 1, "last_at": now}
        insert = self._insert_into(table).values(key=key, failures=1, last_at=now)
        with self.writing() as connection:
            counted = insert.on_conflict_do_update(index_elements=["key"], set_=again).returning(table.c.failures)
            return int(connection.execute(counted).scalar_one())

    def forget_failures(self, key: str) -> None:
        """Begin anew after a success."""
        with self.writing() as connection:
            connection.execute(sa.delete(tables.sign_in_failures).where(tables.sign_in_failures.c.key == key))

    def log(self, action: Action) -> None:
        """Add a line; none is ever changed or removed (the database refuses it)."""
        with self.writing() as connection:
            add_action(connection, action)

    def actions(
        self, *, fax_id: str | None = None, person_id: str | None = None, before: int | None = None, limit: int = 100
    ) -> Sequence[tuple[int, Action]]:
        """Return lines with their numbers, newest first, of all or of one fax or person."""
        table = tables.actions
        wanted = [table.c.fax_id == fax_id] if fax_id is not None else []
        wanted += [table.c.person_id == person_id] if person_id is not None else []
        wanted += [table.c.sequence < before] if before is not None else []
        with self.reading() as connection:
            rows = connection.execute(sa.select(table).where(*wanted).order_by(table.c.sequence.desc()).limit(limit)).mappings().all()
        return [(row["sequence"], from_row(Action, row)) for row in rows]

    def _insert_into(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


def add_action(connection: sa.Connection, action: Action) -> None:
    """Add a line to the log."""
    connection.execute(sa.insert(tables.actions).values(**plain_row(action)))
