"""Incoming files: hashed while written, durable when deposited, gone when discarded."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import StorageError
from bridge.domain.model import BlobRef
from bridge.services.spool import Spool, remove_abandoned


class Shelf:
    """Stands for the blobs: remembers what it was given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.taken: list[bytes] = []
        self.error = error

    def put_file(self, path: Path, sha256: str, media_type: str) -> BlobRef:
        if self.error:
            raise self.error
        content = path.read_bytes()
        self.taken.append(content)
        assert sha256 == hashlib.sha256(content).hexdigest()
        return BlobRef(sha256, len(content), media_type)


def test_what_was_written_is_deposited_and_gone_from_here(tmp_path: Path) -> None:
    spool, shelf = Spool(tmp_path), Shelf()
    spool.write(b"ab")
    spool.write(b"c" * 500_000)

    ref = spool.deposit(shelf, "x/y")

    assert shelf.taken == [b"ab" + b"c" * 500_000]
    assert ref == BlobRef(hashlib.sha256(shelf.taken[0]).hexdigest(), 500_002, "x/y")
    assert not list(tmp_path.iterdir())


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"a")
    assert spool.path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_a_transmission_too(tmp_path: Path) -> None:
    shelf = Shelf()
    assert Spool(tmp_path).deposit(shelf, "x/y").size == 0
    assert shelf.taken == [b""]


def test_bytes_are_synced_before_they_are_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    spool = Spool(tmp_path)
    spool.write(b"abc")
    monkeypatch.setattr(os, "fsync", lambda _descriptor: synced.append(spool.path.read_bytes()))

    spool.deposit(Shelf(), "x/y")

    assert synced == [b"abc"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), StorageError("no")])
def test_a_disk_that_refuses_is_storage_trouble_and_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    spool = Spool(tmp_path)
    spool.write(b"abc")
    with pytest.raises(StorageError):
        spool.deposit(Shelf(error), "x/y")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_storage_trouble(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Spool(tmp_path / "gone").write(b"a")


def test_a_discarded_spool_is_gone_and_takes_nothing_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"abc")
    spool.discard()
    spool.discard()
    assert not list(tmp_path.iterdir())
    for use in (lambda: spool.write(b"d"), lambda: spool.deposit(Shelf(), "x/y")):
        with pytest.raises(StorageError):
            use()
    assert not list(tmp_path.iterdir())


def test_one_may_discard_what_another_is_depositing(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class SlowShelf(Shelf):
        def put_file(self, path: Path, sha256: str, media_type: str) -> BlobRef:
            begun.set()
            go_on.wait(10)
            return super().put_file(path, sha256, media_type)

    spool, shelf = Spool(tmp_path), SlowShelf()
    spool.write(b"abc")
    depositing = threading.Thread(target=spool.deposit, args=(shelf, "x/y"))
    depositing.start()
    assert begun.wait(10)
    discarding = threading.Thread(target=spool.discard)
    discarding.start()
    go_on.set()
    depositing.join(10)
    discarding.join(10)

    assert shelf.taken == [b"abc"]


def test_files_of_a_process_that_died_are_removed_and_others_kept(tmp_path: Path) -> None:
    script = (
        "import os,sys;from pathlib import Path;from bridge.services.spool import Spool;Spool(Path(sys.argv[1])).write(b'a');os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    living = Spool(tmp_path)
    living.write(b"a")

    assert remove_abandoned(tmp_path, timedelta(hours=1)) == 0  # too fresh to be judged
    assert remove_abandoned(tmp_path, timedelta(0)) == 1

    assert [path.name for path in tmp_path.iterdir()] == [living.path.name]


def test_a_folder_is_abandoned_when_nothing_in_it_is_written_any_more(tmp_path: Path) -> None:
    two_hours_ago = time.time() - 7200
    for name in ("old", "used"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.pgm").write_bytes(b"")
        os.utime(tmp_path / name, (two_hours_ago, two_hours_ago))
    os.utime(tmp_path / "old" / "page.pgm", (two_hours_ago, two_hours_ago))

    assert remove_abandoned(tmp_path, timedelta(hours=1)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["used"]


def test_a_folder_that_somebody_holds_stays_and_links_are_not_followed(tmp_path: Path) -> None:
    held = tmp_path / "work" / "held"
    held.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "work" / "link").symlink_to(elsewhere)
    descriptor = os.open(held, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    assert remove_abandoned(tmp_path / "work", timedelta(0)) == 0
    os.close(descriptor)
    assert remove_abandoned(tmp_path / "work", timedelta(0)) == 1
    assert elsewhere.is_dir()
