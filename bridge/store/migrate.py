"""Brings a database to the newest schema. Apart from the store, so that only those who migrate load Alembic."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bridge.domain.errors import StorageError
from bridge.store.engine import Database

_FOLDER = Path(__file__).resolve().parent / "migrations"
_ADVISORY_KEY = 0x666178  # "fax": who migrates this PostgreSQL database


def upgrade(url: str) -> None:
    """Create or migrate the tables; safe when several processes call it at once, quick when nothing is to be done.

    Makes SQLite's folder. Raises ConfigurationError for a wrong `url`, StorageError where the database refuses.
    """
    database = Database(url)
    try:
        if database.file is not None:
            _make_folder(database.file.parent)
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_KEY)))
            _run_alembic(connection)
    finally:
        database.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(f"the database folder cannot be made (errno {error.errno}): check its place and rights") from None


def _run_alembic(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
