"""Migrations: the schema they make is the one the tables tell, and several processes may make it at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bridge.domain.errors import ConfigurationError, StorageError
from bridge.store import tables
from bridge.store.migrate import upgrade
from bridge.store.rows import envelope_row, fax_row
from bridge.store.sql import SqlStore
from bridge.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("empty_postgres_url")
    return f"sqlite:///{tmp_path}/not/there/yet/bridge.sqlite"


def test_several_processes_may_upgrade_at_once(empty_url):
    program = "import sys; from bridge.store.migrate import upgrade; upgrade(sys.argv[1])"
    processes = [subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate(timeout=120)[1].decode() for process in processes] == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    assert SqlStore(empty_url).ledger() == []


def test_migrations_make_exactly_the_tables(database_url):
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(sqlite_url, tmp_path, story_of):
    store = SqlStore(sqlite_url, tmp_path)
    fax = story_of(store).arrive()
    upgrade(sqlite_url)
    assert store.fax(fax.id) == fax


def test_faxes_that_were_there_before_the_books_are_in_their_totals(empty_url, story_of, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, to=command.upgrade: to(config, "0001"))
        upgrade(empty_url)
    store = SqlStore(empty_url)
    story = story_of(store)
    envelope = story.envelope()
    with store.writing() as connection:
        connection.execute(sa.insert(tables.envelopes).values(envelope_row(envelope)))
        connection.execute(sa.insert(tables.faxes).values(fax_row(story.fax_in(envelope, announced_pages=2))))
    upgrade(empty_url)
    assert (store.totals().faxes, store.totals().announced) == (1, 2)
    store.close()


def test_a_place_where_nothing_can_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="folder"):
        upgrade(f"sqlite:///{tmp_path}/file/x/bridge.sqlite")


def test_a_wrong_url_is_a_configuration_error():
    with pytest.raises(ConfigurationError):
        upgrade("oracle://secret@x")


def test_the_gateway_loads_the_store_without_alembic():
    program = "import sys; from bridge.store.sql import SqlStore; print('alembic' in sys.modules, 'psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout == "False False\n"
