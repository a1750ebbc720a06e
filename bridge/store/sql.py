"""The database behind `ports.Store`: SQLite by default, PostgreSQL for more than one machine. SQLAlchemy Core, no ORM."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from bridge.domain.errors import IdempotencyConflictError
from bridge.domain.model import Envelope, Fax, Work
from bridge.ports import Accepted
from bridge.store import tables
from bridge.store.books import Books
from bridge.store.claims import Claims
from bridge.store.desk import Desk
from bridge.store.learning import Learning
from bridge.store.outbox import Outbox
from bridge.store.people import People
from bridge.store.reading import Reading
from bridge.store.transaction import SqlTransaction


class SqlStore(Reading, Claims, Outbox, Desk, People, Books, Learning):
    """Implements `ports.Store`. It does not create tables (see `migrate`); see `Database` for its arguments."""

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """Open a write transaction (SQLite: fair lock across processes, BEGIN IMMEDIATE). Not to be nested."""
        with self.writing() as connection:
            transaction = SqlTransaction(connection)
            yield transaction
            transaction.open_books()

    def accept(self, envelope: Envelope, faxes: Sequence[Fax], work: Sequence[Work], window: timedelta) -> Accepted:
        """Commit a new arrival, or return the known one with the same `dedup_key` within `window`, in one transaction.

        Raises IdempotencyConflictError where the key is known with other content (HTTP).
        """
        with self.writing() as connection:
            known = _find_known(connection, envelope, window)
            if known is not None:
                return known
            transaction = SqlTransaction(connection)
            transaction.add_envelope(envelope)
            for fax in faxes:
                transaction.add_fax(fax)
            for step in work:
                transaction.add_work(step)
            transaction.open_books()
        return Accepted(envelope.id, tuple(fax.id for fax in faxes), is_new=True, work=tuple(work))


def _find_known(connection: sa.Connection, envelope: Envelope, window: timedelta) -> Accepted | None:
    """Return the newest earlier arrival of the same transmission, which stays unique until this transaction ends."""
    if envelope.dedup_key is None:
        return None
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(envelope.dedup_key.encode(errors="surrogatepass")).digest()[:8], "big", signed=True)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    envelopes, faxes = tables.envelopes, tables.faxes
    is_known = (envelopes.c.dedup_key == envelope.dedup_key, envelopes.c.received_at >= envelope.received_at - window)
    newest = sa.select(envelopes.c.id, envelopes.c.content_sha256).where(*is_known).order_by(envelopes.c.received_at.desc()).limit(1)
    found = connection.execute(newest).first()
    if found is None:
        return None
    # a mail's key holds its data already, without the Received lines that another way through relays changes
    if envelope.channel == "http" and found.content_sha256 != envelope.content.sha256:
        raise IdempotencyConflictError("this Idempotency-Key was used for other content: send new content with a new key")
    of_envelope = sa.select(faxes.c.id).where(faxes.c.envelope_id == found.id).order_by(faxes.c.mailbox, faxes.c.ordinal, faxes.c.id)
    return Accepted(found.id, tuple(connection.execute(of_envelope).scalars()), is_new=False)
