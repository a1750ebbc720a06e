"""One fax's whole way, with every process real: mail in, record out, and what a person may do on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import Document
from samples.service import RECIPIENT, as_mail, send
from tests.conftest import wait_until
from tests.running_service import Service, running_service

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "checked_in"
PRINTOUT, ADVERTISEMENT = SAMPLES / "03-ausdruck-freepbx.eml", SAMPLES / "10-werbung-efax.eml"
TOKEN = {"Authorization": "Bearer geheim"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    tokens = {"BRIDGE_HTTP__TOKENS": json.dumps({"geheim": ["*"]}), "BRIDGE_WORK__SWEEP_SECONDS": "0.5"}
    with pytest.MonkeyPatch.context() as monkeypatch, running_service(tmp_path_factory.mktemp("bridge"), monkeypatch, tokens) as running:
        yield running


@pytest.fixture(scope="module")
def printout(service: Service) -> str:
    """The envelope of a notification that was sent by mail and has come to rest."""
    envelope = send(service.house.settings.smtp.port, as_mail(PRINTOUT))
    wait_until(lambda: service.is_settled(envelope), "the notification is read", 120)
    return envelope


def bridge(*arguments: str) -> str:
    """Run the command as a person does, in the environment of the service."""
    done = subprocess.run([sys.executable, "-m", "bridge.cli", *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def get(service: Service, path: str) -> httpx.Response:
    return httpx.get(service.house.settings.http.public_url + path, headers=TOKEN, timeout=30)


def release(service: Service, document: Document) -> Document:
    """Let a person release the document where the machine has not, and wait until it has arrived."""
    if document.state is DocumentState.WAITING:
        bridge("review", "release", document.id)
    wait_until(lambda: service.house.store.document(document.id).state is DocumentState.DELIVERED, "delivered", 60)
    return service.house.store.document(document.id)


def test_a_notification_arrives_at_the_agency_as_the_contract_says(service: Service, printout: str) -> None:
    (document,) = service.documents(printout)
    truth = json.loads((SAMPLES / "03-ausdruck-freepbx.truth.json").read_text(encoding="utf-8"))["documents"][0]

    sent = release(service, document)

    (kept,) = [kept for kept in service.agency.received if kept.key == f"{sent.id}:{sent.version}"]
    record = kept.record
    assert (record["id"], record["type"], record["version"]) == (document.id, "disease_notification", sent.version)
    assert record["schema"] == "disease_notification/1"
    assert record["data"]["patient"]["birth_date"] == truth["data"]["patient"]["birth_date"]
    assert record["evidence"]["patient.birth_date"]["page"] == 1
    assert record["fax"]["mailbox"] == "infektionsschutz"
    assert record["fax"]["original"]["href"].startswith(service.house.settings.http.public_url)


def test_what_the_record_points_to_can_be_fetched(service: Service, printout: str) -> None:
    (fax,) = service.faxes(printout)

    told = get(service, f"/api/v1/faxes/{fax.id}").json()

    assert told["state"] == "decided"
    assert get(service, f"/api/v1/faxes/{fax.id}/original").content
    assert get(service, f"/api/v1/faxes/{fax.id}/pages/1.png").headers["content-type"] == "image/png"


def test_the_command_line_tells_where_everything_stands(service: Service, printout: str) -> None:
    (fax,) = service.faxes(printout)

    assert fax.id in bridge("faxes")
    shown = bridge("show", fax.id)
    assert "disease_notification" in shown
    (document,) = service.documents(printout)
    assert bridge("show", document.id) == bridge("show", printout) == shown, "by what review lists, and by what the fax server was told"
    assert "Dokument" in bridge("review", "list")
    assert json.loads(bridge("review", "list", "--json")) is not None
    assert "Zustellung" in bridge("dead-letters", "list")
    assert "Kassenbuch" in bridge("status")
    assert json.loads(bridge("status", "--json"))["ledger"]["gap"] == 0
    assert "In Ordnung" in bridge("check-config")


def test_a_person_corrects_a_record_and_the_agency_gets_the_next_version(service: Service, printout: str) -> None:
    (document,) = service.documents(printout)
    before = release(service, document)

    bridge("review", "correct", document.id, "patient.city=Musterstadt", "patient.phone=")

    wait_until(lambda: any(kept.key == f"{document.id}:{before.version + 1}" for kept in service.agency.received), "the correction", 60)
    (kept,) = [kept for kept in service.agency.received if kept.key == f"{document.id}:{before.version + 1}"]
    assert kept.record["replaces"] == before.version
    assert kept.record["data"]["patient"]["city"] == "Musterstadt"
    assert "phone" not in kept.record["data"]["patient"]
    assert kept.record["evidence"]["patient.city"]["origin"] in {"corrected", "typed"}
    assert kept.record["review"]["outcome"] == "corrected"


def test_an_advertisement_is_filed_or_waits_but_never_leaves_and_can_be_brought_back(service: Service) -> None:
    envelope = send(service.house.settings.smtp.port, as_mail(ADVERTISEMENT))
    wait_until(lambda: service.is_read(envelope), "the advertisement is read", 120)
    (document,) = service.documents(envelope)

    if document.state is DocumentState.FILED:
        assert document.id in bridge("review", "filed")
        bridge("review", "bring-back", document.id)

    assert service.house.store.document(document.id).state is DocumentState.WAITING
    bridge("review", "reject", document.id, "--reason", "Werbung")
    assert service.house.store.document(document.id).state is DocumentState.REJECTED


def test_a_mail_without_a_fax_ends_in_a_named_state_and_is_closed_by_a_person(service: Service) -> None:
    envelope = send(service.house.settings.smtp.port, b"Subject: Hallo\r\n\r\nkein Fax\r\n")
    wait_until(lambda: service.is_read(envelope), "the mail is unpacked", 60)
    (fax,) = service.faxes(envelope)
    assert fax.state is FaxState.NO_CONTENT
    assert fax.reason

    bridge("close", fax.id, "--reason", "war nur eine Nachricht")

    assert service.house.store.fax(fax.id).state is FaxState.CLOSED


def test_a_fax_is_read_again_from_its_original(service: Service) -> None:
    envelope = send(service.house.settings.smtp.port, as_mail(SAMPLES / "09-standard-noisy.tif"))
    wait_until(lambda: service.is_read(envelope), "read", 120)
    (fax,) = service.faxes(envelope)
    (first,) = service.documents(envelope)

    bridge("replay", fax.id)

    wait_until(lambda: service.is_read(envelope) and [d.id for d in service.documents(envelope)] not in ([], [first.id]), "read again", 120)
    assert first.id not in [document.id for document in service.documents(envelope)]
    assert service.house.store.ledger(fax.id)[0].gap == 0


def test_a_broken_file_ends_in_a_named_state_and_the_next_fax_is_read(service: Service, printout: str) -> None:
    broken = b"Subject: Fax\r\nContent-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAD//w==\r\n"

    envelope = send(service.house.settings.smtp.port, broken)
    wait_until(lambda: service.is_read(envelope), "the broken fax has a state", 60)

    (fax,) = service.faxes(envelope)
    assert fax.state in {FaxState.UNREADABLE, FaxState.NO_CONTENT}
    assert fax.original is None or service.house.blobs.path(fax.original.sha256).exists()


def test_swaks_delivers_as_any_mail_client_does(service: Service) -> None:
    port = str(service.house.settings.smtp.port)
    done = subprocess.run(
        [
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            port,
            "--to",
            RECIPIENT,
            "--from",
            "fax@praxis.example",
            "--attach",
            f"@{SAMPLES / '08-kopfstand.tif'}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "250 2.0.0 OK accepted as" in done.stdout
