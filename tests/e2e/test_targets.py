"""One notification to every kind of target that can be had here: by POST, into a folder, from a feed; and its withdrawal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document
from samples.service import as_mail, send
from tests.conftest import wait_until
from tests.e2e.test_whole_way import PRINTOUT, bridge
from tests.running_service import Service, running_service

ROUTES = 'default = ["default", "archive", "state"]\n'
READER = {"Authorization": "Bearer lesen"}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("import")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, inbox: Path) -> Iterator[Service]:
    files = {
        "routes.toml": ROUTES,
        "targets/archive.toml": f'kind = "folder"\nfolder = "{inbox}"\n',
        "targets/state.toml": 'kind = "feed"\ntoken = "lesen"\n',
    }
    fast = {"BRIDGE_WORK__SWEEP_SECONDS": "0.5"}
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        running_service(tmp_path_factory.mktemp("bridge"), monkeypatch, fast, ['paper = "inline"'], files) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def document(service: Service) -> Document:
    """A notification that a person has released."""
    envelope = send(service.house.settings.smtp.port, as_mail(PRINTOUT))
    wait_until(lambda: service.is_read(envelope), "the notification is read", 120)
    (read,) = service.documents(envelope)
    if read.state is DocumentState.WAITING:
        bridge("review", "release", read.id)
    return service.house.store.document(read.id)


def feed(service: Service, after: int = 0) -> dict[str, Any]:
    url = f"{service.house.settings.http.public_url}/api/v1/feeds/state?after={after}"
    told: dict[str, Any] = httpx.get(url, headers=READER, timeout=30).json()
    return told


def acknowledge(service: Service, cursor: int) -> None:
    url = f"{service.house.settings.http.public_url}/api/v1/feeds/state/ack"
    httpx.post(url, headers=READER, json={"cursor": cursor}, timeout=30).raise_for_status()


def test_a_record_reaches_all_of_them_and_keeps_what_its_schema_promises(service: Service, document: Document, inbox: Path) -> None:
    key = f"{document.id}:1"
    wait_until(lambda: any(kept.key == key for kept in service.agency.received), "the record by POST", 60)
    wait_until((inbox / f"{document.id}_v1.json").exists, "the record as a file", 60)
    [posted] = [kept.record for kept in service.agency.received if kept.key == key]
    filed = json.loads((inbox / f"{document.id}_v1.json").read_bytes())
    page = feed(service)
    [item] = page["items"]
    paper = posted.pop("paper")
    assert posted == filed == item["message"]
    assert (item["idempotency_key"], paper["media_type"]) == (key, "application/pdf")
    schema = httpx.get(f"{service.house.settings.http.public_url}/schemas/{posted['schema']}", timeout=30).json()
    jsonschema.Draft202012Validator(schema).validate(posted)

    acknowledge(service, page["cursor"])
    wait_until(lambda: service.house.store.document(document.id).state is DocumentState.DELIVERED, "all receipts", 60)
    assert feed(service)["items"] == []


def test_its_pdf_can_be_searched(document: Document, inbox: Path, service: Service) -> None:
    wait_until((inbox / f"{document.id}_v1.pdf").exists, "the file", 60)
    text = subprocess.run(["pdftotext", str(inbox / f"{document.id}_v1.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    [name] = [field.value for field in service.house.store.document(document.id).fields if field.path == "patient.family_name"]
    assert str(name) in text


def test_a_withdrawal_reaches_all_who_had_it_and_says_nothing_of_the_person(service: Service, document: Document, inbox: Path) -> None:
    wait_until(lambda: service.house.store.document(document.id).state is DocumentState.DELIVERED, "all receipts", 60)
    assert "state" in bridge("review", "withdraw", document.id, "--reason", "not_confirmed")

    key = f"{document.id}:2"
    wait_until(lambda: any(kept.key == key for kept in service.agency.received), "the withdrawal by POST", 60)
    wait_until((inbox / f"{document.id}_v2.withdrawn.json").exists, "the withdrawal as a file", 60)
    [message] = [kept.record for kept in service.agency.received if kept.key == key]
    assert (message["schema"], message["replaces"], message["withdrawn"]["reason"]) == ("withdrawal/1", 1, "not_confirmed")
    assert message.keys() == {"id", "type", "schema", "version", "replaces", "fax", "withdrawn"}
    page = feed(service)
    assert [item["message"] for item in page["items"]] == [message]
    acknowledge(service, page["cursor"])
    wait_until(lambda: service.house.store.document(document.id).state is DocumentState.REJECTED, "the withdrawal everywhere", 60)
    assert "not_confirmed" in bridge("show", document.fax_id)


def test_operations_see_how_each_stands(service: Service) -> None:
    listed = bridge("targets", "list")
    assert all(name in listed for name in ("default", "archive", "state"))
    assert "angehalten" in bridge("targets", "pause", "default", "--reason", "Wartung")
    assert "Wartung" in bridge("targets", "list")
    bridge("targets", "resume", "default")
    assert "Wartung" not in bridge("targets", "list")
