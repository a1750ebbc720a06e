"""STARTTLS and AUTH, with a certificate of our own."""

from __future__ import annotations

import base64
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Place
from tests.integration.smtp_client import RawClient, RunningGateway

MAIL = b"Subject: x\r\n\r\nbody\r\n"
Start = Callable[..., RunningGateway]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of a self-made certificate for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    key, pem = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bridge.test"]
    subject = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, *subject, "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)
    return {"tls_certificate": str(pem), "tls_key": str(key)}


@pytest.fixture
def start(place: Place) -> Iterator[Start]:
    """Starts gateways with changed settings; all are stopped in the end."""
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(RunningGateway(place, **changes))


def trusting(certificate: dict[str, str]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate["tls_certificate"])


def secure(client: RawClient, certificate: dict[str, str]) -> None:
    assert client.say(b"STARTTLS\r\n").startswith("220")
    client.socket = trusting(certificate).wrap_socket(client.socket, server_hostname="127.0.0.1")


def plain(login: str, password: str) -> bytes:
    return base64.b64encode(f"\0{login}\0{password}".encode())


USERS: dict[str, Any] = {"users": {"Fax": "geheim-ü", "empty": ""}, "auth_required": True}


def test_a_mail_comes_by_tls_after_login(place: Place, start: Start, certificate: dict[str, str]) -> None:
    port = start(**certificate, **USERS, tls_required=True).port
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.starttls(context=trusting(certificate))
        client.ehlo()
        client.user, client.password = "Fax", "geheim-ü"
        assert client.docmd("AUTH", "PLAIN " + plain("Fax", "geheim-ü").decode())[0] == 235
        client.sendmail("a@b.test", ["disease@bridge.test"], MAIL + b"x" * 300_000 + b"\r\n..\r\n")
    assert place.contents() == [MAIL + b"x" * 300_000 + b"\r\n..\r\n"]


def test_a_large_mail_is_refused_by_tls_too(place: Place, start: Start, certificate: dict[str, str]) -> None:
    with RawClient(start(**certificate, max_message_bytes=200_000).port) as client:
        secure(client, certificate)
        client.say(b"EHLO client.test\r\n")
        client.begin()
        client.send(MAIL + b"x" * 250_000)
        assert client.answer().startswith("552")
        assert client.is_closed()
    assert not place.faxes()


def test_login_by_steps(start: Start, certificate: dict[str, str]) -> None:
    with RawClient(start(**certificate, **USERS).port) as client:
        secure(client, certificate)
        assert "AUTH LOGIN PLAIN" in client.say(b"EHLO client.test\r\n")
        assert client.say(b"auth login\r\n").startswith("334")
        assert client.say(base64.b64encode(b"Fax") + b"\r\n").startswith("334")
        assert client.say(base64.b64encode("geheim-ü".encode()) + b"\r\n").startswith("235")
        assert client.say(b"MAIL FROM:<a@b.test> AUTH=<>\r\n").startswith("250")


@pytest.mark.parametrize(
    ("login", "password"), [("Fax", "wrong"), ("Fax", ""), ("nobody", "geheim-ü"), ("nobody", ""), ("empty", ""), ("fax", "geheim-ü")]
)
def test_a_wrong_login_opens_nothing(start: Start, certificate: dict[str, str], login: str, password: str) -> None:
    with RawClient(start(**certificate, **USERS).port) as client:
        secure(client, certificate)
        client.say(b"EHLO client.test\r\n")
        assert client.say(b"AUTH PLAIN " + plain(login, password) + b"\r\n").startswith("535")
        assert client.say(b"MAIL FROM:<a@b.test>\r\n").startswith("530")


def test_passwords_cannot_be_tried_for_ever(start: Start, certificate: dict[str, str]) -> None:
    with RawClient(start(**certificate, **USERS).port) as client:
        secure(client, certificate)
        client.say(b"EHLO client.test\r\n")
        answers = [client.say(b"AUTH PLAIN " + plain("Fax", str(number)) + b"\r\n")[:3] for number in range(6)]
        assert answers == ["535"] * 5 + ["421"]
        assert client.is_closed()


def test_no_password_before_tls(start: Start, certificate: dict[str, str]) -> None:
    with RawClient(start(**certificate, **USERS).port) as client:
        assert "AUTH" not in client.say(b"EHLO client.test\r\n")
        assert client.say(b"AUTH PLAIN " + plain("Fax", "geheim-ü") + b"\r\n").startswith("538")


def test_without_a_certificate_logins_work_openly(start: Start) -> None:
    with RawClient(start(**USERS).port) as client:
        assert "AUTH LOGIN PLAIN" in client.say(b"EHLO client.test\r\n")
        assert client.say(b"MAIL FROM:<a@b.test>\r\n").startswith("530")
        assert client.say(b"AUTH PLAIN " + plain("Fax", "geheim-ü") + b"\r\n").startswith("235")
        assert client.say(b"MAIL FROM:<a@b.test>\r\n").startswith("250")


def test_where_tls_is_required_nothing_goes_without(start: Start, certificate: dict[str, str]) -> None:
    with RawClient(start(**certificate, tls_required=True).port) as client:
        assert client.say(b"MAIL FROM:<a@b.test>\r\n").startswith("530")
        secure(client, certificate)
        client.say(b"EHLO client.test\r\n")
        assert client.say(b"STARTTLS\r\n").startswith("503")
        assert client.say(b"MAIL FROM:<a@b.test>\r\n").startswith("250")


def test_what_was_said_before_tls_is_forgotten(start: Start, certificate: dict[str, str]) -> None:
    """A command slipped in behind STARTTLS must not run inside of it (CVE-2011-0411)."""
    with RawClient(start(**certificate).port) as client:
        client.say(b"MAIL FROM:<a@b.test>\r\n")
        assert client.say(b"STARTTLS\r\nNOOP\r\n").startswith("220")
        client.socket = trusting(certificate).wrap_socket(client.socket, server_hostname="127.0.0.1")
        assert client.say(b"RCPT TO:<disease@bridge.test>\r\n").startswith("503")


def test_a_failed_handshake_harms_nobody(place: Place, start: Start, certificate: dict[str, str]) -> None:
    port = start(**certificate).port
    with RawClient(port) as client:
        assert client.say(b"STARTTLS\r\n").startswith("220")
        client.send(b"this is no handshake\r\n" * 20)
        client.is_closed()
    with RawClient(port) as client:
        client.begin()
        assert client.say(MAIL + b".\r\n").startswith("250")


def test_a_key_that_does_not_fit_is_a_configuration_error(place: Place, certificate: dict[str, str], tmp_path: Path) -> None:
    from bridge.domain.errors import ConfigurationError

    broken = tmp_path / "broken.pem"
    broken.write_text("no key")
    with pytest.raises(ConfigurationError, match=r"smtp\.tls_certificate"):
        RunningGateway(place, **{**certificate, "tls_key": str(broken)})
