"""Opens the database, SQLite or PostgreSQL, and puts its refusals into our words.

SQLite: WAL, synchronous=FULL, foreign keys, BEGIN IMMEDIATE for writers behind one
fair lock. PostgreSQL: synchronous commit, time limits on connecting, waiting for locks and statements.
"""

from __future__ import annotations

import json
import logging
import os
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import exc

from bridge.domain.errors import ConfigurationError, NotFoundError, StateConflictError, StorageError
from bridge.store.fair_lock import FairLock

_log = logging.getLogger(__name__)

PATIENCE: Final = timedelta(seconds=10)
_WRITES: Final = "bridge_writes"
_VARIABLE: Final = "BRIDGE_STORAGE__DATABASE_URL"
_ALLOWED: Final = "must be sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"


def parse_url(url: str) -> sa.URL:
    """Return the address with its driver. Raises ConfigurationError, which never repeats the URL (it may hold a password)."""
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        raise ConfigurationError(_VARIABLE, "storage.database_url", _ALLOWED) from None
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite+pysqlite")
    raise ConfigurationError(_VARIABLE, "storage.database_url", _ALLOWED)


def make_engine(url: sa.URL, patience: timedelta) -> sa.Engine:
    """Return an engine that has not connected yet; `patience` is how long to wait for whoever locks the database."""
    seconds = patience.total_seconds()
    milliseconds = int(seconds * 1000)
    options: dict[str, Any] = {"pool_timeout": seconds, "hide_parameters": True, "json_serializer": _to_json}
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": seconds}, **options)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    settings = f"-c synchronous_commit=on -c lock_timeout={milliseconds} -c statement_timeout={6 * milliseconds} -c timezone=UTC"
    arguments = {"connect_timeout": max(2, int(seconds)), "options": settings, "application_name": "fax-bridge"}
    return sa.create_engine(url, connect_args=arguments, pool_pre_ping=True, **options)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # sqlite3 must not begin transactions of its own: `_begin_sqlite` does
    connection.execute("PRAGMA journal_mode=WAL")  # kept in the file: a change only when `migrate` makes it, alone
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    is_writer = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the driver's errors into StorageError, StateConflictError or NotFoundError, without any value."""
    try:
        yield
    except exc.IntegrityError as error:
        cause = _cause(error)
        if cause in {"SQLITE_CONSTRAINT_FOREIGNKEY", "23503"}:
            raise NotFoundError(f"a row refers to one that does not exist ({cause})") from None
        raise StateConflictError(f"such a row is there already, or its values are not allowed ({cause})") from None
    except exc.TimeoutError:
        raise StorageError("every database connection is in use: try again, or use fewer threads") from None
    except exc.DBAPIError as error:
        cause = _cause(error)
        _log.warning("database refused (%s): %s", cause, error.statement)  # the statement, never its values
        raise StorageError(f"the database refused ({cause}): check that it runs, is not locked and has space; nothing was saved") from None


def _cause(error: exc.DBAPIError) -> str:
    """Name the driver's error: SQLite's error name, PostgreSQL's SQLSTATE, else its class. Messages can hold values."""
    original = error.orig
    return str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or type(original).__name__)


_databases: weakref.WeakSet[Database] = weakref.WeakSet()


class Database:
    """Connections to one database, safe in threads and across forks: every process opens its own."""

    def __init__(self, url: str, lock_dir: Path | None = None, patience: timedelta = PATIENCE) -> None:
        """Take the SQLAlchemy `url`; nothing is opened yet.

        `lock_dir` is where SQLite's writers queue (None: beside the database file; all processes must name the same);
        `patience` bounds how long a locked database is waited for. Raises ConfigurationError.
        """
        self._url, self._patience = parse_url(url), patience
        self.file = Path(str(self._url.database)).absolute() if self.is_sqlite else None
        self._lock = FairLock((lock_dir or self.file.parent) / f"{self.file.name}.writers", patience) if self.file else None
        self._engines: dict[int, sa.Engine] = {}
        _databases.add(self)

    @property
    def is_sqlite(self) -> bool:
        """Tell SQLite from PostgreSQL."""
        return self._url.get_backend_name() == "sqlite"

    def close(self) -> None:
        """Close this process's connections; the next use opens new ones."""
        engine = self._engines.pop(os.getpid(), None)
        if engine is not None:
            engine.dispose()

    def rest(self) -> None:
        """Close this process's idle connections."""
        engine = self._engines.get(os.getpid())
        if engine is not None:
            engine.dispose()

    @contextmanager
    def reading(self, *, is_repeatable: bool = False) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that only reads.

        It sees one state of the database on SQLite; on PostgreSQL every statement sees the newest unless `is_repeatable`.
        """
        options = {"isolation_level": "REPEATABLE READ"} if is_repeatable and not self.is_sqlite else {}
        with refusals(), self._engine().connect() as connection, connection.execution_options(**options).begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection in a write transaction, after whoever was waiting before."""
        with refusals(), self._turn(), self._engine().connect() as connection, connection.execution_options(**{_WRITES: True}).begin():
            yield connection

    def _turn(self) -> AbstractContextManager[None]:
        return self._lock.hold() if self._lock else nullcontext()

    def _engine(self) -> sa.Engine:
        # Other processes' engines, inherited by a fork, stay in the dictionary untouched: closing them, even by
        # forgetting them, would speak on the parent's sockets and drop SQLite's locks.
        pid = os.getpid()
        return self._engines.get(pid) or self._engines.setdefault(pid, make_engine(self._url, self._patience))


def _rest_before_fork() -> None:
    """Leave no idle connection for a child: SQLite keeps its locks in process memory, and a copy of that is a lie."""
    for database in list(_databases):
        database.rest()


os.register_at_fork(before=_rest_before_fork)
