"""Records as files for old import jobs."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.delivery.folder import FolderSender
from bridge.domain.errors import NotFoundError
from bridge.domain.model import Record
from bridge.domain.targets import Auth, Target, TargetKind
from bridge.ports import Message, Paper, SendOutcome, Verdict
from tests.deliveries import START, NoPapers, target

FAX = "0199c1f0-0000-7b3a-9d55-0d4a3c1b2e10"
RECORD = Message(Record("doc", 2, {"id": "doc", "version": 2, "fax": {"id": FAX}, "pages": [3], "data": {"name": "Böhm"}}, START))
WITHDRAWAL = Message(Record("doc", 3, {"id": "doc", "schema": "withdrawal/1"}, START), is_withdrawal=True)


class Drawer:
    """Gives a paper."""

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        assert (fax_id, pages) == (FAX, [3])
        return Paper(b"%PDF", "application/pdf")

    def original(self, fax_id: str) -> Paper:
        raise AssertionError("a folder gets the pages of its record only")


class BrokenDrawer:
    """Cannot be read just now."""

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        raise OSError(errno.EIO, "Input/output error")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "import"
    folder.mkdir()
    return folder


def office(folder: Path) -> Target:
    return target(kind=TargetKind.FOLDER, folder=folder, url="", auth=Auth())


def send(folder: Path, message: Message = RECORD) -> SendOutcome:
    [outcome] = FolderSender(office(folder), Drawer()).send([message], 10.0)
    assert outcome is not None
    return outcome


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_record_is_json_beside_the_pdf_of_its_pages(inbox: Path) -> None:
    outcome = send(inbox)
    assert (outcome.verdict, outcome.error, outcome.receiver_id) == (Verdict.TAKEN, None, "doc_v2")
    assert names(inbox) == ["doc_v2.json", "doc_v2.pdf"]
    assert json.loads((inbox / "doc_v2.json").read_bytes()) == RECORD.record.body
    assert (inbox / "doc_v2.pdf").read_bytes() == b"%PDF"


def test_the_json_comes_last_so_that_whoever_sees_it_finds_both(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    replace = Path.replace

    def watched(self: Path, new: Path) -> Path:
        moved = replace(self, new)
        seen.append(names(inbox))
        return moved

    monkeypatch.setattr(Path, "replace", watched)
    send(inbox)
    assert seen == [["doc_v2.pdf"], ["doc_v2.json", "doc_v2.pdf"]]


def test_files_belong_to_the_group_too_whatever_the_service_closes(inbox: Path) -> None:
    closed = os.umask(0o077)
    try:
        send(inbox)
    finally:
        os.umask(closed)
    assert {stat.S_IMODE(file.stat().st_mode) for file in inbox.iterdir()} == {0o640}


def test_the_same_again_is_the_same_file(inbox: Path) -> None:
    send(inbox)
    before = {file.name: file.read_bytes() for file in inbox.iterdir()}
    assert send(inbox).verdict is Verdict.TAKEN
    assert {file.name: file.read_bytes() for file in inbox.iterdir()} == before


def test_a_withdrawal_is_a_file_of_its_own_without_a_picture(inbox: Path) -> None:
    assert send(inbox, WITHDRAWAL).verdict is Verdict.TAKEN
    assert names(inbox) == ["doc_v3.withdrawn.json"]


def test_a_folder_that_is_not_there_is_waited_for_and_never_made(tmp_path: Path) -> None:
    outcome = send(tmp_path / "share", WITHDRAWAL)
    assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "folder cannot be written (ENOENT)")
    assert not (tmp_path / "share").exists()


def test_what_is_in_the_way_is_waited_out_and_leaves_nothing_half(inbox: Path) -> None:
    (inbox / "doc_v2.json").mkdir()
    outcome = send(inbox)
    assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "folder cannot be written (EISDIR)")
    assert names(inbox) == ["doc_v2.json", "doc_v2.pdf"]


def test_what_a_killed_process_left_half_is_removed_after_a_day_and_nothing_else(inbox: Path) -> None:
    old, fresh, foreign = (inbox / name for name in (".doc_v1.json.x.part", ".doc_v3.json.y.part", ".keep"))
    for file in (old, fresh, foreign):
        file.write_text("half")
    for file in (old, foreign):
        os.utime(file, (0, 0))
    send(inbox)
    assert names(inbox) == [fresh.name, foreign.name, "doc_v2.json", "doc_v2.pdf"]


def test_a_file_in_place_of_the_folder_is_waited_out(tmp_path: Path) -> None:
    (tmp_path / "share").write_text("not mounted")
    outcome = send(tmp_path / "share")
    assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "folder cannot be written (ENOTDIR)")


def test_a_full_disk_is_waited_out_and_leaves_nothing_half(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = send(inbox)
    assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "folder cannot be written (ENOSPC)")
    assert names(inbox) == []


def test_a_share_that_cannot_sync_folders_is_written_to_all_the_same(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fsync

    def of_files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", of_files_only)
    assert send(inbox).verdict is Verdict.TAKEN
    assert names(inbox) == ["doc_v2.json", "doc_v2.pdf"]


def test_what_a_job_has_taken_is_written_again_if_tried_again(inbox: Path) -> None:
    send(inbox)
    (inbox / "doc_v2.json").unlink()
    assert send(inbox).verdict is Verdict.TAKEN
    assert names(inbox) == ["doc_v2.json", "doc_v2.pdf"]


def test_a_picture_that_cannot_be_read_is_no_trouble_of_the_folder(inbox: Path) -> None:
    [outcome] = FolderSender(office(inbox), BrokenDrawer()).send([RECORD], 10.0)
    assert outcome is not None
    assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "picture cannot be read (EIO)")
    assert names(inbox) == []


def test_without_a_picture_a_person_is_asked_and_nothing_is_written(inbox: Path) -> None:
    [outcome] = FolderSender(office(inbox), NoPapers()).send([RECORD], 10.0)
    assert outcome is not None
    assert (outcome.verdict, outcome.error) == (Verdict.REFUSED, f"cannot be sent: no picture ({NotFoundError.__name__})")
    assert names(inbox) == []


def test_none_is_begun_after_the_time_is_over(inbox: Path) -> None:
    assert FolderSender(office(inbox), Drawer()).send([RECORD], -1.0) == [None]
