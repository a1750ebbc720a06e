"""What waits is listed with the command that settles it, and that command does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FaxState, PageState, Stage, WorkState
from bridge.domain.model import Page, ReviewTask, Work
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore
from tests.conftest import REPOSITORY
from tests.deliveries import START, add_document, add_fax, name_field


def bridge(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BRIDGE_STORAGE__DATA_DIR": str(data), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "bridge.cli", *words]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    """The database in the data folder that the commands use."""
    url = f"sqlite:///{tmp_path / 'bridge.sqlite3'}"
    upgrade(url)
    return SqlStore(url, tmp_path)


def test_an_unread_page_is_listed_and_closed(tmp_path: Path, store: SqlStore) -> None:
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


def test_a_fax_that_could_not_be_read_is_listed_until_it_is_closed_for_a_reason(tmp_path: Path, store: SqlStore) -> None:
    fax = add_fax(store, FaxState.UNPACKED)
    with store.begin() as tx:
        tx.move_fax(fax.id, FaxState.UNPACKED, FaxState.ENCRYPTED, "Mit einem Passwort geschützt.")
    store.close()

    [listed] = json.loads(bridge(tmp_path, "review", "list", "--json").stdout)
    assert listed == {
        "document": None,
        "fax": fax.id,
        "page": None,
        "reason": "Mit einem Passwort geschützt.",
        "since": START.isoformat(),
        "state": "encrypted",
    }
    shown = bridge(tmp_path, "review", "list").stdout
    for words in (fax.id, "22.11.2026 15:00:00", "verschlüsselt", "Passwort", "bridge show FAX", "bridge replay FAX", "bridge close FAX"):
        assert words in shown

    refused = bridge(tmp_path, "close", fax.id, "--reason", " ")
    assert (refused.returncode, "Begründung" in refused.stderr) == (1, True)
    assert bridge(tmp_path, "close", fax.id, "--reason", "Neu angefordert.").returncode == 0
    assert bridge(tmp_path, "review", "list").stdout == "Es wartet nichts.\n"


def test_of_a_possible_duplicate_list_and_show_and_release_name_the_other_fax(tmp_path: Path, store: SqlStore) -> None:
    first, again = add_fax(store), add_fax(store)
    fields = tuple(name_field(value, path) for path, value in (("date", "2026-11-20"), ("subject", "Anfrage")))
    document = add_document(store, again, fields=fields)
    with store.begin() as tx:
        tx.set_fax_facts(again.id, possible_duplicate_of=first.id)
        tx.add_review(ReviewTask(new_id(), document.id, again.id, "Bitte prüfen.", START))
    store.close()
    sentence = f"Mögliches Duplikat von Fax {first.id}"

    [listed] = json.loads(bridge(tmp_path, "review", "list", "--json").stdout)
    assert (listed["reason"].startswith(sentence), listed["reason"].endswith("Bitte prüfen.")) == (True, True)
    assert sentence in bridge(tmp_path, "show", again.id).stdout
    released = bridge(tmp_path, "review", "release", document.id)
    assert (released.returncode, sentence in released.stdout) == (0, True), released.stderr


def test_required_values_may_be_lacking_only_where_the_person_says_so(tmp_path: Path, store: SqlStore) -> None:
    document = add_document(store, add_fax(store), type="case_list", fields=())
    store.close()

    refused = bridge(tmp_path, "review", "release", document.id)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "kind („Art der Liste“), disease.name („Erkrankung“), rows" in refused.stderr

    released = bridge(tmp_path, "review", "release", document.id, "--without-required")
    assert (released.returncode, "unvollständig (partial)" in released.stdout) == (0, True), released.stderr
    assert "Freigegeben ohne Pflichtangaben: kind, disease.name, rows" in bridge(tmp_path, "show", document.fax_id).stdout
