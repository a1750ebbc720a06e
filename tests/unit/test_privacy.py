"""What is kept is closed to other users, and secrets to what opens foreign bytes."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import privacy
from bridge.privacy import close_folder
from tests.conftest import absent


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that an older version, or somebody's `mkdir`, has left open."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("blobs", "logs", "lost+found"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    for name in ("bridge.sqlite3", "bridge.sqlite3-wal", "bridge.sqlite3.writers", "serve.lock", "reading.ready"):
        (folder / name).touch()
        (folder / name).chmod(0o644)
    folder.chmod(0o755)
    return folder


def test_a_folder_that_is_there_is_closed_to_others(folder: Path) -> None:
    close_folder(folder)
    assert mode(folder) == 0o700


def test_an_empty_folder_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    close_folder(tmp_path)
    assert mode(tmp_path) == 0o700


def test_where_others_keep_their_things_only_ours_are_closed(folder: Path) -> None:
    (folder / "dpkg").mkdir()
    (folder / "dpkg").chmod(0o755)  # whatever the umask of this process
    close_folder(folder)
    assert mode(folder) == mode(folder / "dpkg") == 0o755
    assert {mode(folder / name) for name in ("blobs", "logs")} == {0o700}
    assert {mode(path) for path in folder.iterdir() if path.is_file()} == {0o600}


LOOK = "\nimport subprocess, sys\nsys.exit(subprocess.call(['cat', f'/proc/{os.getpid()}/environ'], stdout=subprocess.DEVNULL))\n"


@pytest.mark.parametrize(("does", "can_be_read"), [("", True), ("close_process()", False)])
def test_a_child_cannot_read_our_environment(does: str, can_be_read: bool) -> None:
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        absent("setpriv (Debian package util-linux)")
    as_anybody = ("setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    done = subprocess.run(
        [*as_anybody, python, "-I", "-c", inspect.getsource(privacy) + does + LOOK], cwd="/", check=False, capture_output=True
    )
    assert (done.returncode == 0) == can_be_read, done.stderr.decode()
