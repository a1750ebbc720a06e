"""Accounts from the command line: a link is shown once, and the log tells in German who did what."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.commands.people import ROLES
from bridge.domain.people import Action, Role
from bridge.services.sign_in import digest
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore
from tests.conftest import REPOSITORY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """The database in the data folder that the commands use."""
    url = f"sqlite:///{tmp_path / 'bridge.sqlite3'}"
    upgrade(url)
    opened = SqlStore(url, tmp_path)
    yield opened
    opened.close()


def people(data: Path, *words: str) -> tuple[int, str]:
    """Run `bridge people`; return its code, and what it printed: answers go to one stream, refusals to the other."""
    environment = {**os.environ, "BRIDGE_STORAGE__DATA_DIR": str(data), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "bridge.cli", "people", *words]
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert not (done.stdout and done.stderr)
    return done.returncode, done.stdout or done.stderr


def secret_in(told: str) -> str:
    return told.rstrip().rpartition("/app/einladung/")[2]


def test_who_is_invited_gets_a_link_that_opens_and_is_shown_nowhere_else(tmp_path: Path, store: SqlStore) -> None:
    code, told = people(tmp_path, "invite", "Anna", "Anna Weiß", "--role", "clerk", "--role", "lead", "--mailbox", "*")
    assert code == 0
    secret = secret_in(told)
    link, anna = store.invitation(digest(secret)), store.person_by_login("anna")
    assert link is not None
    assert anna is not None
    assert (link.person_id, anna.roles, anna.mailboxes) == (anna.id, (Role.CLERK, Role.LEAD), ("*",))
    assert "Anna Weiß" in people(tmp_path, "list")[1]
    left = [file for file in tmp_path.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]
    assert left == []


def test_a_new_link_takes_the_place_of_the_old(tmp_path: Path, store: SqlStore) -> None:
    first = secret_in(people(tmp_path, "invite", "anna", "Anna", "--role", "clerk")[1])
    code, told = people(tmp_path, "link", " ANNA ")
    assert code == 0
    assert store.invitation(digest(first)) is None
    assert store.invitation(digest(secret_in(told))) is not None


def test_an_account_is_switched_off_and_on(tmp_path: Path, store: SqlStore) -> None:
    people(tmp_path, "invite", "anna", "Anna", "--role", "clerk")
    assert people(tmp_path, "disable", "anna") == (0, "Das Konto anna ist abgeschaltet.\n")
    assert "abgeschaltet" in people(tmp_path, "list")[1]
    code, told = people(tmp_path, "link", "anna")
    assert (code, "schalten Sie es zuerst wieder ein" in told) == (1, True)
    assert people(tmp_path, "enable", "anna")[0] == 0
    assert "eingeladen" in people(tmp_path, "list")[1]


def test_the_log_tells_who_did_what_and_to_whom(tmp_path: Path, store: SqlStore) -> None:
    people(tmp_path, "invite", "anna", "Anna", "--role", "clerk", "--mailbox", "infektionsschutz")
    anna = store.person_by_login("anna")
    assert anna is not None
    now = datetime.now(UTC)
    store.log(Action(now, anna.id, "signed in"))
    store.log(Action(now, anna.id, "a deed without words yet"))
    told = people(tmp_path, "log")[1]
    assert "hat eingeladen" in told
    assert "anna; Rollen: clerk; Postfächer: infektionsschutz" in told
    own = people(tmp_path, "log", "--of", "anna")[1]
    assert ("angemeldet" in own, "a deed without words yet" in own, "eingeladen" in own) == (True, True, False)
    assert "signed in" not in people(tmp_path, "log", "--limit", "1")[1]


def test_what_cannot_be_done_is_said_with_what_to_do(tmp_path: Path, store: SqlStore) -> None:
    assert "„bridge people invite“" in people(tmp_path, "list")[1]
    assert "Im Protokoll steht dazu nichts." in people(tmp_path, "log")[1]
    for words in (["link", "nobody"], ["log", "--of", "nobody"]):
        assert people(tmp_path, *words) == (1, "Diesen Anmeldenamen gibt es nicht. „bridge people list“ zeigt alle Konten.\n")
    code, told = people(tmp_path, "invite", "anna", "Anna", "--role", "clerk", "--mailbox", "keller")
    assert (code, "„keller“ gibt es nicht. Möglich sind: infektionsschutz" in told) == (1, True)


def test_every_role_has_a_german_name() -> None:
    assert set(ROLES) == set(Role)
