"""How we show targets who we are, against real counterparts on loopback: an authorization server, a server that asks for certificates."""

from __future__ import annotations

import json
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from standardwebhooks import Webhook

from bridge.delivery.senders import Senders
from bridge.domain.errors import ConfigurationError
from bridge.domain.model import Record
from bridge.domain.targets import Auth, AuthKind, Tls
from bridge.ports import Message, SendOutcome, Verdict
from tests.certificates import Authority
from tests.deliveries import START, NoPapers, send_once, sender, target

RECORD = Record("0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10", 2, {"id": "0199c1f0", "data": {"name": "Böhm"}}, START)
SECRET = "whsec_" + "YWJj" * 10


@dataclass
class Agency:
    """An agency with its authorization server (RFC 6749 section 4.4): `tokens` are those it takes now; remembers what it was asked."""

    lifetime: int = 3600
    tokens: list[str] = field(default_factory=list)
    issued: int = 0
    grants: list[Mapping[str, list[str]]] = field(default_factory=list)
    seen: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    peers: list[object] = field(default_factory=list)

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, object]:
        if path == "/token":
            return self._grant(headers.get("Authorization", ""), body)
        self.seen.append((dict(headers.items()), body))
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        return (201, {"id": "R1"}) if not self.issued or token in self.tokens else (401, {})

    def _grant(self, credentials: str, body: bytes) -> tuple[int, object]:
        if b64decode(credentials.removeprefix("Basic ")) != b"bridge:s3cret%2B%C3%A4":  # form-urlencoded (RFC 6749 section 2.3.1)
            return 401, {"error": "invalid_client"}
        self.grants.append(parse_qs(body.decode()))
        self.issued += 1
        self.tokens = [f"token-{self.issued}"]
        return 200, {"access_token": self.tokens[0], "token_type": "Bearer", "expires_in": self.lifetime}


@contextmanager
def serving(agency: Agency, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            agency.peers.append(self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None)
            status, told = agency.answer(self.path, self.headers, body)  # type: ignore[arg-type]
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


class TestOAuth2:
    def auth(self, url: str, secret: str = "s3cret+ä") -> Auth:
        return Auth(AuthKind.OAUTH2, "bridge", secret, f"{url}/token", "records")

    def test_a_token_is_fetched_once_and_serves_until_it_ends(self) -> None:
        agency = Agency()
        with serving(agency) as url:
            office = sender(target(f"{url}/records", auth=self.auth(url)))
            outcomes = [*office.send([Message(RECORD)] * 5, 10.0), *office.send([Message(RECORD)], 10.0)]
        assert [outcome and outcome.status for outcome in outcomes] == [201] * 6
        assert agency.grants == [{"grant_type": ["client_credentials"], "scope": ["records"]}]

    def test_a_token_that_is_taken_back_early_is_renewed_within_the_attempt(self) -> None:
        agency = Agency()
        with serving(agency) as url:
            office = sender(target(f"{url}/records", auth=self.auth(url)))
            office.send([Message(RECORD)], 10.0)
            agency.tokens = []
            [outcome] = office.send([Message(RECORD)], 10.0)
        assert outcome is not None
        assert (outcome.status, agency.issued) == (201, 2)

    def test_wrong_credentials_keep_the_record_waiting_and_say_why(self) -> None:
        with serving(Agency()) as url:
            outcome = send_once(target(f"{url}/records", auth=self.auth(url, "guess")))
        assert (outcome.verdict, outcome.error) == (Verdict.AGAIN, "no token: HTTP 401 (invalid_client)")


class TestCertificates:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> Authority:
        return Authority(tmp_path, "office-ca")

    @pytest.fixture
    def server_side(self, authority: Authority) -> ssl.SSLContext:
        """What a server does that asks for certificates of its own authority."""
        pem = authority.issue("server", ["127.0.0.1"])
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.file)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(pem.certificate, pem.key)
        return context

    def send(self, server_side: ssl.SSLContext, tls: Tls) -> tuple[SendOutcome, Agency]:
        agency = Agency()
        with serving(agency, server_side) as url:
            return send_once(target(f"{url}/records", tls=tls)), agency

    def test_we_show_ours_and_trust_the_authority_named(self, authority: Authority, server_side: ssl.SSLContext) -> None:
        pem = authority.issue("fax-bridge")
        outcome, agency = self.send(server_side, Tls(pem.certificate, pem.key, authority.file))
        assert (outcome.status, outcome.receiver_id) == (201, "R1")
        [peer] = agency.peers
        assert isinstance(peer, dict)
        assert peer["subject"] == ((("commonName", "fax-bridge"),),)

    def test_without_one_nothing_is_sent(self, authority: Authority, server_side: ssl.SSLContext) -> None:
        outcome, agency = self.send(server_side, Tls(authorities=authority.file))
        assert (outcome.verdict, outcome.status, agency.seen) == (Verdict.AGAIN, None, [])

    def test_nor_to_a_server_that_nobody_we_trust_vouches_for(
        self, authority: Authority, server_side: ssl.SSLContext, tmp_path: Path
    ) -> None:
        pem, other = authority.issue("fax-bridge"), Authority(tmp_path, "other-ca")
        outcome, agency = self.send(server_side, Tls(pem.certificate, pem.key, other.file))
        assert (outcome.verdict, outcome.error, agency.seen) == (Verdict.AGAIN, "the target's certificate is not trusted", [])

    def test_a_file_that_is_no_certificate_is_told_before_anything_starts(self, tmp_path: Path, authority: Authority) -> None:
        pem = authority.issue("fax-bridge")
        (tmp_path / "broken.pem").write_text("no certificate")
        with pytest.raises(ConfigurationError, match="PEM files") as error:
            Senders(NoPapers(), {}, "http://here").to(target(tls=Tls(tmp_path / "broken.pem", pem.key)))
        assert (error.value.file, error.value.key) == ("targets/office.toml", "tls")


def test_what_is_signed_can_be_verified_by_the_receiver() -> None:
    agency = Agency()
    with serving(agency) as url:
        send_once(target(f"{url}/records", secrets=(SECRET,)), RECORD)
    [(headers, body)] = agency.seen
    assert Webhook(SECRET).verify(body, dict(headers)) == RECORD.body
    assert headers["webhook-id"] == headers["Idempotency-Key"] == RECORD.idempotency_key
