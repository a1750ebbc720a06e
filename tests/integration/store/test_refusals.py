"""A database that is locked, full or gone: a StorageError in bounded time, without values, and nothing half done."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from bridge.domain.errors import StateConflictError, StorageError
from bridge.store.blobs import FolderBlobs
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore

SHORT = timedelta(milliseconds=300)


def database_file(url: str) -> str:
    return str(sa.make_url(url).database)


def test_a_database_locked_by_a_foreigner_is_a_storage_error_and_reading_goes_on(sqlite_url, tmp_path, story_of):
    store = SqlStore(sqlite_url, tmp_path, SHORT)
    story = story_of(store)
    fax = story.arrive()
    foreigner = sqlite3.connect(database_file(sqlite_url), isolation_level=None)
    foreigner.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="SQLITE_BUSY"):
        story.arrive()
    assert store.fax(fax.id) == fax
    foreigner.execute("ROLLBACK")
    foreigner.close()
    story.arrive()


def test_a_second_writer_gives_up_in_time(sqlite_url, tmp_path, story_of):
    story = story_of(SqlStore(sqlite_url, tmp_path, SHORT))
    with SqlStore(sqlite_url, tmp_path).begin(), pytest.raises(StorageError, match="another writer"):
        story.arrive()


def test_a_locked_table_is_a_storage_error(postgres_url, tmp_path, story_of):
    story = story_of(SqlStore(postgres_url, None, SHORT))
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as foreigner:
        foreigner.execute("LOCK TABLE faxes")
        with pytest.raises(StorageError, match="55P03"):
            story.arrive()
    story.arrive()


def test_a_database_that_is_not_there_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError):
        SqlStore(f"postgresql+psycopg://postgres@/x?host={tmp_path}", None, SHORT).depths()
    with pytest.raises(StorageError):
        SqlStore(f"sqlite:///{tmp_path}/no/bridge.sqlite", tmp_path, SHORT).depths()
    with pytest.raises(StorageError):
        SqlStore(f"sqlite:///{tmp_path}/empty.sqlite", tmp_path, SHORT).depths()


def test_a_connection_that_breaks_loses_its_transaction_and_the_next_one_works(postgres, postgres_url, story_of):
    store = SqlStore(postgres_url, None)
    story = story_of(store)
    fax = story.arrive()
    name = sa.make_url(postgres_url).database

    def break_within() -> None:
        with store.begin() as tx:
            tx.set_fax_facts(fax.id, page_count=1)
            postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    with pytest.raises(StorageError):
        break_within()
    assert store.fax(fax.id).page_count is None
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert store.fax(fax.id) == fax


def test_errors_and_logs_carry_no_values(store, story, caplog):
    caplog.set_level(logging.DEBUG)
    fax = story.arrive(mailbox="Böhm")
    with pytest.raises(StateConflictError) as known, store.begin() as tx:
        tx.add_fax(fax)
    with store.writing() as connection:
        connection.execute(sa.text("ALTER TABLE faxes RENAME COLUMN mailbox TO box"))
    with pytest.raises(StorageError) as refused, store.begin() as tx:
        tx.add_fax(story.fax_in(story.envelope(), mailbox="Böhm"))
    assert "INSERT INTO faxes" in caplog.text
    for text in (str(known.value), str(refused.value), caplog.text):
        assert "Böhm" not in text
        assert fax.id not in text


def test_all_connections_in_use_is_a_storage_error(sqlite_url, tmp_path):
    store = SqlStore(sqlite_url, tmp_path, SHORT)
    engine_size = 15  # SQLAlchemy's pool of 5 and overflow of 10

    def use(left: int) -> None:
        with store.reading():
            if left:
                use(left - 1)

    use(engine_size - 1)
    with pytest.raises(StorageError, match="in use"):
        use(engine_size)


def test_a_full_disk_refuses_and_what_was_acknowledged_is_kept(small_disk, story_of):
    url = f"sqlite:///{small_disk}/bridge.sqlite"
    upgrade(url)
    store, blobs = SqlStore(url, small_disk), FolderBlobs(small_disk / "blobs")
    story = story_of(store)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 300_000))
    acknowledged = []

    def fill() -> None:
        while True:
            acknowledged.append(story.arrive(reason="x" * 2000))

    with pytest.raises(StorageError, match=r"SQLITE_FULL|SQLITE_IOERR"):
        fill()
    with pytest.raises(StorageError, match="ENOSPC"):
        blobs.put(bytes(500_000), "image/tiff")
    assert acknowledged
    assert [store.fax(fax.id) for fax in acknowledged] == acknowledged
    assert list(blobs.incoming().iterdir()) == []
    ballast.unlink()
    acknowledged.append(story.arrive())
    assert len(store.ledger()) == len(acknowledged)
    with sqlite3.connect(f"{small_disk}/bridge.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    store.close()
