"""The mail gateway over real sockets: what it takes, what it refuses, and that nothing is lost or left behind."""

from __future__ import annotations

import logging
import shutil
import smtplib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.errors import StorageError
from bridge.domain.lifecycle import FaxState, Stage
from bridge.domain.model import Envelope, Fax, Work
from bridge.ports import Accepted
from bridge.services.spool import Spool
from tests.conftest import absent, wait_until
from tests.integration.conftest import Place
from tests.integration.smtp_client import RawClient, RunningGateway

MAIL = b"From: fax@server.test\r\nSubject: Fax from Frau Geheim\r\n\r\nbody with Geheimnis\r\n"
END = b".\r\n"
Start = Callable[..., RunningGateway]


@pytest.fixture
def start(place: Place) -> Iterator[Start]:
    """Starts gateways with changed settings; all are stopped in the end."""
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(RunningGateway(place, **changes))


def is_nothing_left(place: Place) -> bool:
    return not place.incoming()


# -- taking mails in ------------------------------------------------------------------------------------------------


def test_a_mail_is_durable_when_it_is_acknowledged(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin()
        answer = client.say(MAIL + END)

        [envelope], [fax] = place.envelopes(), place.faxes()
    assert answer == f"250 2.0.0 OK accepted as {envelope.id}"
    assert place.contents() == [MAIL]
    assert (envelope.channel, envelope.mailboxes, envelope.peer, envelope.content.media_type) == (
        "smtp",
        ("disease",),
        "127.0.0.1",
        "message/rfc822",
    )
    assert (fax.mailbox, fax.state, fax.original) == ("disease", FaxState.RECEIVED, None)


def test_the_bell_is_rung_for_unpacking_and_nothing_lies_about(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin()
        client.say(MAIL + END)

    wait_until(lambda: bool(place.bell.rung), "the bell")
    assert [(work.stage, work.fax_id) for work in place.bell.rung] == [(Stage.UNPACK, place.faxes()[0].id)]
    wait_until(lambda: is_nothing_left(place), "an empty incoming folder")


def test_a_fax_server_sends_with_swaks(place: Place, start: Start) -> None:
    if shutil.which("swaks") is None:
        absent("swaks (Debian package swaks)")
    port = start().port
    command = ["swaks", "--server", "127.0.0.1", "--port", str(port), "--from", "fax@server.test", "--to", "disease@bridge.test"]
    done = subprocess.run([*command, "--body", "swaks body", "--pipeline"], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout
    assert b"swaks body" in place.contents()[0]


def test_a_program_sends_with_smtplib(place: Place, start: Start) -> None:
    with smtplib.SMTP("127.0.0.1", start().port) as client:
        client.sendmail("fax@server.test", ["disease@bridge.test", "hygiene@bridge.test"], MAIL + b".dotted\r\n..\r\n")
    assert place.contents() == [MAIL + b".dotted\r\n..\r\n"]


def test_each_mailbox_addressed_gets_a_fax_of_its_own(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin("disease@bridge.test", "FAX=273@bridge.test", "anyone@hygiene.test")
        client.say(MAIL + END)

    [envelope] = place.envelopes()
    assert envelope.mailboxes == ("disease", "hygiene")
    assert sorted(fax.mailbox for fax in place.faxes()) == ["disease", "hygiene"]


def test_a_null_sender_and_a_fax_address_are_taken(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin("FAX=273@bridge.test", sender="")
        assert client.say(MAIL + END).startswith("250")
    assert [fax.mailbox for fax in place.faxes()] == ["disease"]


def test_lines_of_any_length_come_through_unchanged(place: Place, start: Start) -> None:
    mail = MAIL + b"QUJD" * 750_000 + b"\r\nlast"
    with RawClient(start().port) as client:
        client.begin()
        assert client.say(mail + b"\r\n" + END).startswith("250")
    assert place.contents() == [mail + b"\r\n"]


def test_an_empty_mail_is_kept_too(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin()
        assert client.say(END).startswith("250")
    assert place.contents() == [b""]


def test_several_mails_come_over_one_connection(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin()
        assert client.say(MAIL + END).startswith("250")
        assert client.say(b"MAIL FROM:<a@b.test>\r\n").startswith("250")
        assert client.say(b"RSET\r\n").startswith("250")
        assert client.say(b"DATA\r\n").startswith("503")
        client.begin("hygiene@bridge.test")
        assert client.say(MAIL + b"2\r\n" + END).startswith("250")
        assert client.say(b"DATA\r\n").startswith("503")
        assert client.say(b"QUIT\r\n").startswith("221")
        assert client.is_closed()
    assert place.contents() == [MAIL, MAIL + b"2\r\n"]


def test_everything_may_be_sent_at_once(place: Place, start: Start) -> None:
    """Pipelining (RFC 2920): what follows the end of a mail is the next command."""
    first, second = (
        b"MAIL FROM:<a@b.test>\r\nRCPT TO:<disease@bridge.test>\r\nDATA\r\n" + MAIL + number + b"\r\n" + END for number in (b"1", b"2")
    )
    with RawClient(start().port) as client:
        client.send(first + second + b"NOOP\r\nQUIT\r\n")
        answers = [client.answer()[:3] for _ in range(10)]
    assert answers == ["250", "250", "354", "250", "250", "250", "354", "250", "250", "221"]
    assert place.contents() == [MAIL + b"1\r\n", MAIL + b"2\r\n"]


def test_bytes_may_come_one_at_a_time(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.socket.setsockopt(6, 1, 1)  # TCP_NODELAY
        client.begin()
        for byte in MAIL + b"..\r\n" + END + b"QUIT\r\n":
            client.send(bytes([byte]))
        assert client.answer().startswith("250")
        assert client.answer().startswith("221")
    assert place.contents() == [MAIL + b".\r\n"]


# -- what ends DATA -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fake_end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r\r\n", b"\n.\r", b"\r\n.\0\r\n"])
def test_no_mail_smuggles_another(place: Place, start: Start, fake_end: bytes) -> None:
    smuggled = b"MAIL FROM:<evil@x.test>\r\nRCPT TO:<disease@bridge.test>\r\nDATA\r\nSubject: smuggled\r\n\r\n"
    with RawClient(start().port) as client:
        client.begin()
        assert client.say(MAIL + fake_end + smuggled + END).startswith("250")
        assert client.say(b"NOOP\r\n").startswith("250")
    assert len(place.faxes()) == 1
    assert b"smuggled" in place.contents()[0]


# -- limits ---------------------------------------------------------------------------------------------------------


def test_the_size_is_announced_and_checked_before_anything_is_sent(start: Start) -> None:
    with RawClient(start(max_message_bytes=1000).port) as client:
        assert "250-SIZE 1000" in client.say(b"EHLO client.test\r\n")
        assert client.say(b"MAIL FROM:<a@b.test> SIZE=1001\r\n").startswith("552")
        assert client.say(b"MAIL FROM:<a@b.test> SIZE=1000 BODY=8BITMIME\r\n").startswith("250")


def test_a_mail_of_exactly_the_limit_is_taken(place: Place, start: Start) -> None:
    mail = MAIL + b"x" * (5000 - len(MAIL) - 2) + b"\r\n"
    with RawClient(start(max_message_bytes=5000).port) as client:
        client.begin()
        assert client.say(mail + END).startswith("250")
        client.begin()
        assert client.say(b"x" + mail + END).startswith("552")
        assert client.is_closed()
    assert place.contents() == [mail]


@pytest.mark.parametrize("begin", [MAIL, b""])
def test_an_endless_line_is_refused_and_the_connection_closed(place: Place, start: Start, begin: bytes) -> None:
    with RawClient(start(max_message_bytes=400_000).port) as client:
        client.begin()
        client.send(begin + b"x" * 450_000)
        assert client.answer().startswith("552")
        assert client.is_closed()
    wait_until(lambda: is_nothing_left(place), "an empty incoming folder")
    assert not place.faxes()


def test_what_follows_a_refused_mail_is_no_command(place: Place, start: Start) -> None:
    commands = b"\r\n.\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<disease@bridge.test>\r\nDATA\r\n" + MAIL + END
    with RawClient(start(max_message_bytes=1000).port) as client:
        client.begin()
        client.send(b"Subject: x\r\n\r\n" + b"x" * 2000 + commands)
        assert client.answer().startswith("552")
        assert client.is_closed()
    assert not place.faxes()


def test_a_client_that_sends_on_still_reads_the_refusal(place: Place, start: Start) -> None:
    with smtplib.SMTP("127.0.0.1", start(max_message_bytes=1_000_000).port) as client:
        client.ehlo()
        client.mail("a@b.test")
        client.rcpt("disease@bridge.test")
        assert client.data(MAIL + b"x" * 1_900_000)[0] == 552
    assert not place.faxes()


def test_a_header_that_never_ends_is_refused(place: Place, start: Start) -> None:
    with RawClient(start(max_header_bytes=2000).port) as client:
        client.begin()
        assert client.say(b"X-Line: x\r\n" * 300).startswith("552")
        assert client.is_closed()
    assert not place.faxes()


def test_a_body_may_be_longer_than_the_header_limit(place: Place, start: Start) -> None:
    with RawClient(start(max_header_bytes=200).port) as client:
        client.begin()
        assert client.say(MAIL + b"x" * 5000 + b"\r\n" + END).startswith("250")


def test_an_overlong_command_is_refused_and_the_dialogue_goes_on(start: Start) -> None:
    with RawClient(start().port) as client:
        assert client.say(b"NOOP " + b"x" * 600 + b"\r\n").startswith("500")
        assert client.say(b"NOOP " + b"x" * 300_000 + b"\r\n").startswith("500")
        assert client.say(b"NOOP\r\n").startswith("250")


def test_a_command_line_does_not_grow_with_every_greeting(start: Start) -> None:
    with RawClient(start().port) as client:
        for _ in range(50):
            client.say(b"EHLO client.test\r\n")
        with RawClient(start().port) as other:
            assert other.say(b"MAIL FROM:<" + b"x" * 600 + b"@b.test>\r\n").startswith("500")


def test_too_many_recipients_are_to_be_sent_separately(place: Place, start: Start) -> None:
    with RawClient(start(max_recipients=2).port) as client:
        client.say(b"MAIL FROM:<a@b.test>\r\n")
        answers = [client.say(f"RCPT TO:<{name}@hygiene.test>\r\n".encode())[:3] for name in ("a", "b", "c")]
        assert answers == ["250", "250", "452"]
        assert client.say(b"DATA\r\n").startswith("354")
        assert client.say(MAIL + END).startswith("250")
    assert len(place.faxes()) == 1


@pytest.mark.parametrize("limits", [{"max_connections": 2}, {"max_connections_per_peer": 2}])
def test_too_many_connections_are_to_come_later(start: Start, limits: dict[str, int]) -> None:
    port = start(**limits).port
    with RawClient(port) as first, RawClient(port):
        with RawClient(port, greet=False) as third:
            assert third.answer().startswith("421")
            assert third.is_closed()
        first.say(b"QUIT\r\n")

        def is_welcome() -> bool:
            with RawClient(port, greet=False) as client:
                return client.answer().startswith("220")

        wait_until(is_welcome, "a free place")


def test_other_networks_are_turned_away(place: Place, start: Start) -> None:
    with RawClient(start(allowed_networks=["10.0.0.0/8"]).port, greet=False) as client:
        assert client.answer().startswith("554")
        assert client.is_closed()


def test_a_silent_client_is_parted_with(place: Place, start: Start) -> None:
    with RawClient(start(idle_timeout_seconds=0.3).port) as client:
        assert client.answer().startswith("421")
        assert client.is_closed()


def test_a_client_that_falls_silent_in_a_mail_is_parted_with(place: Place, start: Start) -> None:
    with RawClient(start(idle_timeout_seconds=0.3).port) as client:
        client.begin()
        client.send(MAIL)
        assert client.answer().startswith("421")
        assert client.is_closed()
    wait_until(lambda: is_nothing_left(place), "an empty incoming folder")
    assert not place.faxes()


def test_every_chunk_buys_time(place: Place, start: Start) -> None:
    with RawClient(start(idle_timeout_seconds=1.0).port) as client:
        client.begin()
        client.send(MAIL)
        for _ in range(8):
            time.sleep(0.2)  # the pace of the client, which is what is tried here
            client.send(b"slowly\r\n")
        assert client.say(END).startswith("250")


def test_but_not_more_than_a_mail_may_take(place: Place, start: Start) -> None:
    with RawClient(start(idle_timeout_seconds=5.0, total_timeout_seconds=0.4).port) as client:
        client.begin()
        client.socket.settimeout(0.05)
        answer = ""
        for _ in range(600):
            client.send(b"slowly\r\n")
            try:
                answer = client.answer()
                break
            except TimeoutError:
                continue
        assert answer.startswith("421")
    wait_until(lambda: is_nothing_left(place), "an empty incoming folder")
    assert not place.faxes()


# -- who gets mail --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["nobody@bridge.test", "disease@elsewhere.test", "disease+x@bridge.test", "a@sub.hygiene.test", "disease%bridge.test@x.test"]
)
def test_nothing_is_relayed(place: Place, start: Start, address: str) -> None:
    with RawClient(start().port) as client:
        client.say(b"MAIL FROM:<disease@bridge.test>\r\n")
        assert client.say(f"RCPT TO:<{address}>\r\n".encode()).startswith("550")
        assert client.say(b"DATA\r\n").startswith("503")


def test_nobody_learns_who_is_here(start: Start) -> None:
    with RawClient(start().port) as client:
        assert client.say(b"VRFY disease@bridge.test\r\n") == client.say(b"VRFY nobody@bridge.test\r\n") == client.say(b"VRFY\r\n")
        assert client.say(b"EXPN disease\r\n").startswith("502")


def test_only_what_works_is_announced(start: Start) -> None:
    with RawClient(start().port) as client:
        offered = client.say(b"EHLO client.test\r\n")
        assert "PIPELINING" in offered
        assert "8BITMIME" in offered
        assert not [word for word in ("AUTH", "STARTTLS", "CHUNKING", "BINARYMIME", "SMTPUTF8") if word in offered]
        assert client.say(b"BDAT 5 LAST\r\n").startswith("500")
        assert client.say(b"AUTH PLAIN AGEAYg==\r\n").startswith("5")


@pytest.mark.parametrize(
    "line",
    [
        b"\r\n",
        b"\xff\xfe\r\n",
        b"MAIL FROM:<\xff@b.test>\r\n",
        b"DATA now\r\n",
        b"RCPT TO:<disease@bridge.test>\r\n",
        b"MAIL FROM:<a@b.test> BODY=BINARYMIME\r\n",
        b"MAIL FROM:<((((((((>\r\n",
    ],
)
def test_odd_commands_get_an_answer(start: Start, line: bytes) -> None:
    with RawClient(start().port) as client:
        assert client.say(line)[0] in "45"
        assert client.say(b"NOOP\r\n").startswith("250")


# -- nothing lost, nothing twice ------------------------------------------------------------------------------------


class BrokenStore:
    """A database that refuses, and all the rest of the real one."""

    def __init__(self, store: Any, error: Exception) -> None:
        self._store, self.error = store, error

    def accept(self, *_arguments: Any) -> Accepted:
        raise self.error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_storage_trouble_is_temporary(place: Place, start: Start) -> None:
    store = place.store
    place.accept._store = BrokenStore(store, StorageError("database is locked"))
    with RawClient(start().port) as client:
        client.begin()
        assert client.say(MAIL + END).startswith("451")
        assert is_nothing_left(place)

        place.accept._store = store
        client.begin()
        assert client.say(MAIL + END).startswith("250")
    assert len(place.faxes()) == 1


def test_a_full_disk_in_a_mail_is_temporary(place: Place, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_spool: Spool, _content: bytes) -> None:
        raise StorageError("incoming file cannot be written: No space left on device")

    monkeypatch.setattr(Spool, "write", refuse)
    with RawClient(start().port) as client:
        client.begin()
        assert client.say(MAIL + END).startswith("451")
        assert client.is_closed()
    assert is_nothing_left(place)
    assert not place.faxes()


def test_a_programming_error_acknowledges_nothing_and_tells_nothing(place: Place, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    place.accept._store = BrokenStore(place.store, ValueError("Frau Geheim"))
    with RawClient(start().port) as client:
        client.begin()
        answer = client.say(MAIL + END)
    assert answer.startswith("451")
    assert "Geheim" not in answer + caplog.text


def test_the_same_mail_sent_again_is_one_fax(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin()
        first = client.say(b"Received: from a; at noon\r\n" + MAIL + END)
        client.begin("DISEASE@bridge.test")
        second = client.say(b"Received: from b;\r\n\tlater\r\n" + MAIL + END)
    assert first.startswith("250")
    assert first == second
    assert len(place.faxes()) == 1


def test_less_alike_mails_are_faxes_of_their_own(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        for recipient, mail in (
            ("disease@bridge.test", MAIL),
            ("hygiene@bridge.test", MAIL),
            ("disease@bridge.test", b"X-Try: 2\r\n" + MAIL),
        ):
            client.begin(recipient)
            assert client.say(mail + END).startswith("250")
    assert len(place.faxes()) == 3


def test_a_lost_acknowledgement_makes_no_second_fax(place: Place, start: Start) -> None:
    port = start().port
    with RawClient(port) as client:
        client.begin()
        client.send(MAIL + END)
        wait_until(lambda: len(place.faxes()) == 1, "the fax")
    with RawClient(port) as client:
        client.begin()
        assert client.say(MAIL + END).startswith("250")
    assert len(place.faxes()) == 1


def test_a_client_that_vanishes_leaves_nothing_behind(place: Place, start: Start) -> None:
    with RawClient(start().port) as client:
        client.begin()
        client.send(MAIL * 5000)
        wait_until(lambda: bool(place.incoming()), "a file that grows")
    wait_until(lambda: is_nothing_left(place), "an empty incoming folder")
    assert not place.faxes()


def test_many_servers_send_at_once(place: Place, start: Start) -> None:
    port = start().port
    answers: list[str] = []

    def send(number: int) -> None:
        with RawClient(port) as client:
            client.begin()
            answers.append(client.say(MAIL + b"%d\r\n" % (number // 2) + END))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer[:3] for answer in answers] == ["250"] * 16
    assert len(place.faxes()) == 8


def test_no_log_holds_a_word_of_a_mail(place: Place, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), RawClient(start(max_message_bytes=1000).port) as client:
        client.begin("FAX=273@bridge.test")
        client.say(MAIL + END)
        client.say(b"Geheim as a command\r\n")
        client.say(b"VRFY Geheim@x.test\r\n")
        client.begin()
        client.say(MAIL + b"Geheim" * 1000 + END)
    assert "accepted envelope" in caplog.text
    assert not [word for word in ("Geheim", "273", "Subject") if word in caplog.text]


# -- starting and stopping ------------------------------------------------------------------------------------------


class SlowStore(BrokenStore):
    """A database that takes until it is told to go on."""

    def __init__(self, store: Any) -> None:
        super().__init__(store, StorageError(""))
        self.begun, self.go_on = threading.Event(), threading.Event()

    def accept(self, envelope: Envelope, faxes: Sequence[Fax], work: Sequence[Work], window: timedelta) -> Accepted:
        self.begun.set()
        self.go_on.wait(30)
        accepted: Accepted = self._store.accept(envelope, faxes, work, window)
        return accepted


def test_stopping_answers_the_mail_that_is_being_stored(place: Place, start: Start) -> None:
    store = place.accept._store = SlowStore(place.store)  # type: ignore[assignment]
    gateway = start()
    with RawClient(gateway.port) as busy, RawClient(gateway.port) as idle:
        busy.begin()
        busy.send(MAIL + END)
        assert store.begun.wait(30)
        stopping = threading.Thread(target=gateway.stop)
        stopping.start()
        assert idle.answer().startswith("421")
        assert idle.is_closed()
        store.go_on.set()
        assert busy.answer().startswith("250")
        assert busy.answer().startswith("421")
        stopping.join(30)
    assert len(place.faxes()) == 1


def test_a_slow_disk_is_not_the_clients_silence(place: Place, start: Start) -> None:
    store = place.accept._store = SlowStore(place.store)  # type: ignore[assignment]
    with RawClient(start(idle_timeout_seconds=0.2).port) as client:
        client.begin()
        client.send(MAIL + END)
        assert store.begun.wait(30)
        threading.Timer(0.6, store.go_on.set).start()
        assert client.answer().startswith("250")
