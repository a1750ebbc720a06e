"""Tidying: what nobody refers to is removed when it is old; what somebody refers to never is."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import NotFoundError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FaxState, PageState
from bridge.domain.model import BlobRef, Envelope, Fax, Page
from bridge.services.tidy import Tidy
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.deliveries import START

DAY = timedelta(days=1)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(database_url, tmp_path)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def age(path: Path) -> None:
    two_days_ago = time.time() - 2 * 86400
    os.utime(path, (two_days_ago, two_days_ago))


def keep(blobs: FolderBlobs, content: bytes) -> BlobRef:
    blob = blobs.put(content, "image/png")
    age(blobs.path(blob.sha256))
    return blob


def refer(store: SqlStore, content: BlobRef, original: BlobRef, image: BlobRef, upright: BlobRef) -> None:
    envelope = Envelope(new_id(), "smtp", ("amt",), START, content, dedup_key=None)
    fax = Fax(new_id(), envelope.id, "amt", "smtp", 1, FaxState.RECEIVED, START, original=original)
    store.accept(envelope, [fax], [], timedelta(days=5))
    with store.begin() as tx:
        tx.add_page(Page(fax.id, 1, PageState.DECODED, image, 204.0, 196.0, upright))


def is_there(blobs: FolderBlobs, blob: BlobRef) -> bool:
    try:
        return blobs.path(blob.sha256).is_file()
    except NotFoundError:
        return False


def test_old_blobs_without_a_row_go_and_all_others_stay(store: SqlStore, blobs: FolderBlobs, work: Path) -> None:
    referred = [keep(blobs, name) for name in (b"mail", b"original", b"image", b"upright")]
    refer(store, *referred)
    orphans = [keep(blobs, bytes([number])) for number in range(5)]
    young = blobs.put(b"young", "image/png")

    tidy = Tidy(store, blobs, work, older_than=DAY, batch=3)
    assert sum(tidy.once() for _ in range(4)) == 5

    assert not any(is_there(blobs, blob) for blob in orphans)
    assert all(is_there(blobs, blob) for blob in (*referred, young))
    assert sum(tidy.once() for _ in range(4)) == 0


def test_an_old_blob_that_is_put_again_meanwhile_stays(blobs: FolderBlobs, store: SqlStore, work: Path) -> None:
    orphan = keep(blobs, b"the same advertisement again")

    class Late:
        """The store, with an arrival of the same bytes between its answer and the removal."""

        def unreferenced(self, sha256s: list[str]) -> object:
            answer = store.unreferenced(sha256s)
            blobs.put(b"the same advertisement again", "image/png")
            return answer

    assert Tidy(Late(), blobs, work, older_than=DAY).once() == 0
    assert is_there(blobs, orphan)


def test_abandoned_temporary_and_incoming_files_go(blobs: FolderBlobs, store: SqlStore, work: Path) -> None:
    for folder in (work, blobs.incoming()):
        (folder / "old").write_bytes(b"")
        age(folder / "old")
        (folder / "young").write_bytes(b"")
    assert Tidy(store, blobs, work, older_than=DAY).once() == 2
    assert [path.name for folder in (work, blobs.incoming()) for path in folder.iterdir()] == ["young", "young"]
