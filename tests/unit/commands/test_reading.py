"""Temporary files of `bridge read`: in one closed folder, gone afterwards, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from bridge.commands.reading import own_temporary_files
from tests.conftest import wait_until

HOLD = """
import time
from pathlib import Path
from tempfile import gettempdir
from bridge.commands.reading import own_temporary_files
with own_temporary_files():
    Path(gettempdir(), "page.pgm").write_bytes(b"a page")
    time.sleep(600)
"""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's folder for temporary files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_what_is_left_in_the_folder_is_gone_afterwards(elsewhere: Path) -> None:
    with own_temporary_files():
        [folder] = elsewhere.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(folder)
        (folder / "page.pgm").write_bytes(b"a page")
    assert list(elsewhere.iterdir()) == []
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(elsewhere)


def test_the_folder_of_one_that_was_killed_is_removed_by_the_next_and_that_of_a_living_one_is_not(elsewhere: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", HOLD]) for _ in range(2)]
    wait_until(lambda: len(list(elsewhere.glob("bridge-read-*/page.pgm"))) == 2, "two readers")
    processes[0].send_signal(signal.SIGKILL)
    processes[0].wait()
    try:
        for path in [*elsewhere.glob("*/*"), *elsewhere.iterdir()]:
            os.utime(path, (time.time() - 3600,) * 2)
        with own_temporary_files():
            assert len(list(elsewhere.iterdir())) == 2, "one of the living reader, one of this"
        [left] = elsewhere.iterdir()
        assert (left / "page.pgm").is_file()
    finally:
        processes[1].kill()
        processes[1].wait()
