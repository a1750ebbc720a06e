"""What waits is listed with the command that settles it, and that command does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import PageState, Stage, WorkState
from bridge.domain.model import Page, Work
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore
from tests.conftest import REPOSITORY
from tests.deliveries import START, add_fax


def bridge(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BRIDGE_STORAGE__DATA_DIR": str(data), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "bridge.cli", *words]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_an_unread_page_is_listed_and_closed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.sqlite3'}"
    upgrade(url)
    store = SqlStore(url, tmp_path)
    fax = add_fax(store)
    with store.begin() as tx:
        tx.add_page(Page(fax.id, 1, PageState.QUARANTINED, None, 204.0, 196.0, reason="Abgestürzt."))
        tx.add_work(Work(new_id(), Stage.LAYOUT, fax.id, WorkState.QUARANTINED, START, START, page=1))
    store.close()

    [listed] = json.loads(bridge(tmp_path, "review", "list", "--json").stdout)
    assert (listed["document"], listed["fax"], listed["page"]) == (None, fax.id, 1)
    assert "unlesbare Seite" in bridge(tmp_path, "review", "list").stdout

    refused = bridge(tmp_path, "close", fax.id, "--reason", "Werbung.")
    assert (refused.returncode, "close FAX --page N" in refused.stderr) == (1, True)

    closed = bridge(tmp_path, "close", fax.id, "--page", "1", "--reason", "Werbung.")
    assert (closed.returncode, closed.stderr) == (0, "")
    assert json.loads(bridge(tmp_path, "review", "list", "--json").stdout) == []
    assert "Unlesbare Seite abgeschlossen" in bridge(tmp_path, "show", fax.id).stdout
