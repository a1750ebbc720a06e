"""Blobs: bytes by their SHA-256, durable before they are named, never lost by being stored twice."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import NotFoundError, StorageError
from bridge.domain.model import BlobRef
from bridge.store.blobs import FolderBlobs

CONTENT = b"II*\x00 a fax"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ABSENT = "0" * 64


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def write(path: Path, content: bytes = CONTENT) -> Path:
    path.write_bytes(content)
    return path


def all_files(blobs: FolderBlobs) -> list[Path]:
    return sorted(path for path in blobs.incoming().parent.rglob("*") if path.is_file())


def test_what_was_put_can_be_got_by_its_hash(blobs):
    assert blobs.put(CONTENT, "image/tiff") == BlobRef(SHA256, len(CONTENT), "image/tiff")
    assert blobs.get(SHA256) == CONTENT
    assert blobs.path(SHA256).read_bytes() == CONTENT


def test_blobs_fan_out_over_two_levels_and_nothing_else_is_left(blobs):
    blobs.put(CONTENT, "image/tiff")
    assert all_files(blobs) == [blobs.incoming().parent / SHA256[:2] / SHA256[2:4] / SHA256]


def test_a_blob_cannot_be_changed_by_accident(blobs):
    blobs.put(CONTENT, "image/tiff")
    assert blobs.path(SHA256).stat().st_mode & 0o777 == 0o440


def test_a_file_is_taken_over(blobs):
    path = write(blobs.incoming() / "mail")
    assert blobs.put_file(path, SHA256, "image/tiff").size == len(CONTENT)
    assert not path.exists()
    assert blobs.get(SHA256) == CONTENT


def test_the_same_content_again_keeps_the_first_file(blobs):
    blobs.put(CONTENT, "image/tiff")
    inode = blobs.path(SHA256).stat().st_ino
    path = write(blobs.incoming() / "again")
    blobs.put_file(path, SHA256, "image/tiff")
    assert blobs.path(SHA256).stat().st_ino == inode
    assert not path.exists()


def test_a_torn_blob_is_replaced_by_the_whole_one(blobs):
    blobs.put(CONTENT, "image/tiff")
    torn = blobs.path(SHA256)
    torn.chmod(0o640)
    torn.write_bytes(CONTENT[:3])
    blobs.put(CONTENT, "image/tiff")
    assert blobs.get(SHA256) == CONTENT


@pytest.mark.parametrize("is_there_already", [False, True])
def test_file_and_all_folders_on_its_way_are_fsynced(blobs, monkeypatch, is_there_already):
    if is_there_already:
        blobs.put(CONTENT, "image/tiff")
    synced = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(Path(f"/proc/self/fd/{file}").readlink()))
    blobs.put_file(write(blobs.incoming() / "mail"), SHA256, "image/tiff")
    place, root = blobs.path(SHA256), blobs.incoming().parent
    source = place if is_there_already else blobs.incoming() / "mail"
    assert synced == [source, place.parent, place.parent.parent, root]


def test_a_file_of_another_file_system_is_copied(blobs, tmp_path):
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system at /dev/shm")
    path = write(elsewhere / f"fax-bridge-test-{os.getpid()}")
    blobs.put_file(path, SHA256, "image/tiff")
    assert not path.exists()
    assert all_files(blobs) == [blobs.path(SHA256)]
    assert blobs.get(SHA256) == CONTENT


@pytest.mark.parametrize("name", [ABSENT, "", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "\n"])
def test_what_is_not_there_or_no_hash_is_not_found(blobs, name):
    blobs.put(CONTENT, "image/tiff")
    with pytest.raises(NotFoundError):
        blobs.path(name)
    with pytest.raises(NotFoundError):
        blobs.get(name)


DAY = timedelta(days=1)


def age(path: Path) -> None:
    """Make the file two days old."""
    two_days_ago = time.time() - 2 * 86400
    os.utime(path, (two_days_ago, two_days_ago))


def test_old_blobs_are_found_in_batches_and_in_order(blobs):
    names = sorted(blobs.put(bytes([number]), "image/tiff").sha256 for number in range(7))
    for name in names[:5]:
        age(blobs.path(name))
    found, after, looks = [], "", 0
    while after is not None:
        old, after = blobs.look_for_old(DAY, after, 3)
        assert len(old) <= 3
        found += old
        looks += 1
    assert found == names[:5]
    assert looks == 3


def test_only_an_old_blob_is_removed(blobs):
    blobs.put(CONTENT, "image/tiff")
    assert not blobs.remove_old(SHA256, DAY)
    age(blobs.path(SHA256))
    assert blobs.remove_old(SHA256, DAY)
    assert not blobs.remove_old(SHA256, DAY)
    with pytest.raises(NotFoundError):
        blobs.path(SHA256)


def test_an_old_blob_that_is_put_again_is_young(blobs):
    blobs.put(CONTENT, "image/tiff")
    age(blobs.path(SHA256))
    assert blobs.look_for_old(DAY, "", 9) == ([SHA256], None)
    blobs.put(CONTENT, "image/tiff")
    assert not blobs.remove_old(SHA256, DAY)
    assert blobs.get(SHA256) == CONTENT


def test_nothing_is_removed_while_somebody_finds_a_blob_that_is_there(blobs, monkeypatch):
    blobs.put(CONTENT, "image/tiff")
    age(blobs.path(SHA256))
    tried = []
    renew = os.utime
    monkeypatch.setattr(os, "utime", lambda path: (tried.append(blobs.remove_old(SHA256, DAY)), renew(path)))
    blobs.put(CONTENT, "image/tiff")
    assert tried == [False]
    assert blobs.get(SHA256) == CONTENT


def test_a_refusing_disk_is_a_storage_error_without_a_path_and_leaves_the_source(blobs, monkeypatch):
    path = write(blobs.incoming() / "mail of frau böhm")

    def refuse(file: int) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StorageError, match="ENOSPC") as refused:
        blobs.put_file(path, SHA256, "image/tiff")
    assert "böhm" not in str(refused.value)
    assert path.read_bytes() == CONTENT
    with pytest.raises(NotFoundError):
        blobs.path(SHA256)


def test_a_file_that_vanished_is_a_storage_error(blobs):
    with pytest.raises(StorageError, match="ENOENT"):
        blobs.put_file(blobs.incoming() / "gone", SHA256, "image/tiff")


def test_a_real_limit_on_file_size_refuses_and_leaves_nothing_behind(blobs):
    program = (
        "import sys, signal, pathlib, resource\n"
        "from bridge.domain.errors import StorageError\n"
        "from bridge.store.blobs import FolderBlobs\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: FolderBlobs(pathlib.Path(sys.argv[1])).put(bytes(100_000), 'image/tiff')\n"
        "except StorageError as error: print(error)\n"
    )
    root = blobs.incoming().parent
    done = subprocess.run([sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=True)
    assert "EFBIG" in done.stdout
    assert all_files(blobs) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096
