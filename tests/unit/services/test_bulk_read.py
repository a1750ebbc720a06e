"""Many files are read on all cores, in order; a dying process costs its own file only."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from bridge.domain.errors import StorageError
from bridge.domain.lifecycle import FaxState
from bridge.services.bulk_read import read_all
from bridge.services.read import FileReading


def read_name(path: Path) -> FileReading:
    if path.name == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name == "faulty":
        raise ValueError("Böhm, Anna")
    if path.name == "crowded":
        raise StorageError("No space left on device")
    if path.name == "full":
        raise OSError(errno.ENOSPC, "No space left on device")
    return FileReading(FaxState.DECIDED, path.name)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a", "deadly", "b", "c")]
    for path in paths:
        path.touch()
    return paths


def test_answers_come_in_the_order_given(files: list[Path]) -> None:
    harmless = [files[0], files[2], files[3]]

    assert [r.reason for r in read_all(harmless, read_name, processes=2)] == ["a", "b", "c"]


def test_a_file_that_kills_its_reader_is_named_and_the_others_are_read(files: list[Path]) -> None:
    states = [reading.state for reading in read_all(files, read_name, processes=2)]

    assert states == [FaxState.DECIDED, FaxState.QUARANTINED, FaxState.DECIDED, FaxState.DECIDED]


def test_a_file_that_is_not_there_is_an_answer_too(tmp_path: Path) -> None:
    (reading,) = read_all([tmp_path / "nowhere.tif"], read_name)

    assert reading.state is FaxState.UNREADABLE
    assert reading.reason is not None
    assert "Pfad" in reading.reason


@pytest.mark.parametrize("name", ["crowded", "full"])
def test_where_there_is_no_room_to_read_in_the_answer_asks_for_room(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()

    (reading,) = read_all([tmp_path / name], read_name)

    assert reading.reason is not None
    assert "Bitte dort Platz schaffen" in reading.reason
    assert "Programmfehler" not in reading.reason


def test_a_programming_error_is_an_answer_too_and_its_message_stays_unsaid(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    faulty = tmp_path / "faulty"
    faulty.touch()

    (reading,) = read_all([faulty], read_name)

    assert reading.state is FaxState.QUARANTINED
    assert "ValueError" in caplog.text
    assert "Böhm" not in caplog.text
