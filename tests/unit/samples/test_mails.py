"""Mails as fax servers send them, odd habits included."""

import email
from datetime import UTC, datetime
from random import Random

import pytest

from samples.header import Call
from samples.mails import SERVERS, Attachment, Reception, choose_server

CALL = Call(datetime(2026, 11, 20, 9, 15, tzinfo=UTC), "+49 351 8563790", "PRAXIS DR WEISS", "03518563799")
SEEN = Reception(CALL, 3, True, 1234)


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_carries_the_fax_unharmed(server):
    fax = Attachment(b"II*\0" + bytes(range(256)) * 40, "tif")
    mail = SERVERS[server](SEEN, fax)
    parts = [part for part in email.message_from_bytes(mail).walk() if part.get_content_type() == "image/tiff"]
    for part in parts:  # Cisco's encoding has a blank after it, which the email package does not forgive
        part.replace_header("Content-Transfer-Encoding", part["Content-Transfer-Encoding"].strip())
    assert [part.get_payload(decode=True) for part in parts] == [fax.content]
    assert b"\n" not in mail.replace(b"\r\n", b"")


def test_hylafax_tells_sender_and_pages_in_its_body():
    text = SERVERS["hylafax_de"](SEEN, Attachment(b"%PDF", "pdf")).decode()
    assert "Sender: PRAXIS DR WEISS" in text
    assert "Seiten: 3" in text
    assert "Subject: Fax empfangen von PRAXIS DR WEISS" in text


def test_fritzbox_writes_its_attachment_as_one_long_line():
    mail = SERVERS["fritzbox"](SEEN, Attachment(bytes(9000), "pdf"))
    assert max(map(len, mail.split(b"\r\n"))) == 12000


def test_cisco_is_no_multipart_mixed():
    message = email.message_from_bytes(SERVERS["cisco"](SEEN, Attachment(b"II*\0", "tif")))
    assert message.get_content_type() == "multipart/fax-message"
    assert message["X-Account-Id"] == ""


def test_servers_that_send_pdf_only_get_no_tiff():
    chosen = {choose_server(Random(turn), "tif") for turn in range(200)}
    assert chosen == set(SERVERS) - {"fritzbox", "efax"}
    assert "cisco" not in {choose_server(Random(turn), "pdf") for turn in range(200)}
