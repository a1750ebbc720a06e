"""`bridge route`: where a record would go, and which rule says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bridge.catalog import load_catalog
from bridge.commands.routing import explanation
from bridge.commands.routing import route as command
from bridge.domain.model import JsonObject
from bridge.settings import load_settings
from bridge.stages.route import facts_of, route
from tests.conftest import REPOSITORY

SILENT_RATE = load_settings({}).reading.silent_rate
RECORD: JsonObject = {
    "type": "disease_notification",
    "fax": {"mailbox": "infektionsschutz"},
    "data": {"patient": {"postal_code": "02826"}, "disease": {"code": "msvd"}},
}
ROUTES = """
[urgency]
immediate = ["msvd"]
[[route]]
name = "Rufbereitschaft"
urgency = ["immediate"]
targets = ["on_call"]
also = true
[[route]]
name = "Schulen"
mailbox = ["schule"]
targets = ["default"]
[[route]]
name = "Landkreis"
office = ["1"]
targets = ["district", "default"]
"""
OFFICES = """
[[office]]
code = "1"
name = "Landkreis Oben"
postal_codes = ["02826", "02827"]
[[office]]
code = "2"
name = "Stadt Unten"
postal_codes = ["02827"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", folder)
    for name in ("on_call", "district"):
        shutil.copy(folder / "targets" / "default.toml", folder / "targets" / f"{name}.toml")
    (folder / "routes.toml").write_text(ROUTES, encoding="utf-8")
    (folder / "offices.toml").write_text(OFFICES, encoding="utf-8")
    return folder


def bridge_route(config: Path, record: object, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BRIDGE_CONFIG": str(config), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "bridge.cli", "route", *options, "-"]
    return subprocess.run(command, env=environment, cwd=config, input=json.dumps(record), capture_output=True, text=True, check=False)


def at(postal_code: str) -> JsonObject:
    return {**RECORD, "data": {"patient": {"postal_code": postal_code}}}


def explained(config: Path, record: JsonObject) -> list[str]:
    routes = load_catalog(config, {}, SILENT_RATE).routes
    return list(explanation(route(facts_of(record), routes), routes))


def test_only_the_targets_are_told_unless_more_is_asked(config: Path) -> None:
    done = bridge_route(config, RECORD)
    assert (done.returncode, done.stdout, done.stderr) == (0, "on_call\ndistrict\ndefault\n", "")


def test_where_a_person_must_say_it_the_question_is_told(config: Path) -> None:
    done = bridge_route(config, at("02827"), "--explain")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "1. „Rufbereitschaft“ trifft nicht zu: die Dringlichkeit ist nicht bekannt (verlangt: immediate)",
        "2. „Schulen“ trifft nicht zu: das Postfach ist infektionsschutz (verlangt: schule)",
        "3. „Landkreis“ ist nicht zu entscheiden: das zuständige Amt ist Landkreis Oben oder Stadt Unten (verlangt: Landkreis Oben)",
        "Empfänger: keiner",
    ]
    assert "mehrere Ämter" in done.stderr


def test_every_rule_is_explained(config: Path) -> None:
    assert explained(config, RECORD) == [
        "1. „Rufbereitschaft“ trifft zu: Kopie an on_call",
        "2. „Schulen“ trifft nicht zu: das Postfach ist infektionsschutz (verlangt: schule)",
        "3. „Landkreis“ trifft zu und entscheidet: an district, default",
        "Empfänger: on_call, district, default",
    ]


def test_the_default_is_named_as_such(config: Path) -> None:
    (config / "routes.toml").write_text(f'default = ["default"]\n{ROUTES}', encoding="utf-8")
    assert explained(config, at("99999"))[2:] == [
        "3. „Landkreis“ trifft nicht zu: das zuständige Amt ist nicht bekannt (verlangt: Landkreis Oben)",
        "Vorgabe (default), weil keine Regel entscheidet: an default",
        "Empfänger: default",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"{", "kein JSON"), (b"\xff", "kein JSON"), (b"[]", "kein Datensatz"), (b"{}", "kein Datensatz"), (None, "nicht lesen")],
)
def test_what_is_no_record_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "record.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(typer.BadParameter, match=says):
        command(str(file))
