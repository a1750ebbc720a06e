"""One SMTP connection: aiosmtpd's dialogue with a DATA of our own.

aiosmtpd 1.4.6 collects a mail in memory, takes many times its limit when no line end comes, and refuses lines over
1,001 bytes, which fax servers send. It is pinned exactly, because some of its private parts are used here.
"""

from __future__ import annotations

import asyncio
import collections
import hmac
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from aiosmtpd.smtp import MISSING, SMTP, Envelope, Session, syntax

from bridge.domain.errors import StorageError
from bridge.domain.media_types import MAIL
from bridge.intake.admission import Admission
from bridge.intake.incoming_mail import IncomingMail, MailTooLargeError
from bridge.intake.recipients import Recipients
from bridge.ports import Accepted
from bridge.services.accept import Accept, Transmission, mail_key
from bridge.settings import SmtpSettings

_log = logging.getLogger(__name__)

T = TypeVar("T")

CHUNK_BYTES: Final = 65536
# After a refusal in the midst of DATA the rest is read and dropped for so long: closing at once would reset the
# connection, and a client that is still sending might never see why, and come again for days.
LINGER_SECONDS: Final = 5.0
_AUTH_PARAMETER: Final = re.compile(r"\s+AUTH=\S*", re.IGNORECASE)  # RFC 4954 section 5: must be taken, may be ignored
_COMMAND_LIMITS: Final = {"AUTH": 5, "STARTTLS": 3, "NOOP": 1000, "VRFY": 100, "HELP": 100, "*": 100_000}


@dataclass(frozen=True)  # without slots: aiosmtpd lists its members, which Python 3.11.2 (Debian 12) cannot do with slots
class Reception:
    """What all connections of a gateway share. The executor is bounded; disk and database are only met in it."""

    settings: SmtpSettings
    accept: Accept
    recipients: Recipients
    incoming: Path
    executor: Executor
    admission: Admission
    tls: ssl.SSLContext | None

    async def handle_EHLO(  # noqa: N802 - the name and arguments by which aiosmtpd calls
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Announce what we can: pipelining, and AUTH only where there are users."""
        session.host_name = hostname
        offered = [line for line in responses[:-1] if line.strip() != "250-AUTH"]
        return [*offered, "250-PIPELINING", responses[-1]]

    async def handle_RCPT(  # noqa: N802 - as above
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> Any:
        """Take a recipient that has a mailbox."""
        if not self.recipients.mailboxes_of(address):
            return "550 5.1.1 No such mailbox here; check the address"
        if len(envelope.rcpt_tos) >= self.settings.max_recipients:
            return "452 4.5.3 Too many recipients, send the mail to the rest separately"
        return MISSING

    def is_user(self, _mechanism: str, login: bytes, password: bytes) -> bool:
        """Tell whether the password fits, in a time that tells nothing about either."""
        users: Mapping[str, str] = self.settings.users
        known = users.get(login.decode("utf-8", "replace"))
        expected = (known if known is not None else "").encode()
        return hmac.compare_digest(expected, password) and known is not None and expected != b""


class SmtpSession(SMTP):
    """The dialogue with one peer."""

    line_length_limit = 4096  # bounds a command or AUTH line, and with it what the reader buffers ahead

    def __init__(self, reception: Reception, loop: asyncio.AbstractEventLoop) -> None:
        """Take what the gateway's connections share."""
        settings = reception.settings
        # aiosmtpd keeps this table on the class, where every EHLO of every connection raises it a little
        self.command_size_limits = collections.defaultdict(lambda: SMTP.command_size_limit)
        super().__init__(
            reception,
            data_size_limit=settings.max_message_bytes,
            hostname=settings.hostname,
            ident="ESMTP",
            tls_context=reception.tls,
            require_starttls=settings.tls_required,
            timeout=settings.idle_timeout_seconds,
            auth_required=settings.auth_required,
            auth_require_tls=reception.tls is not None,
            auth_exclude_mechanism=() if settings.users else ("LOGIN", "PLAIN"),
            auth_callback=reception.is_user,
            command_call_limit=_COMMAND_LIMITS,
            loop=loop,
        )
        self._reception = reception
        self._is_storing = False
        self._is_leaving = False
        self._has_parted = False  # our last word is said

    # -- the connection ---------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Part with the peer: at once, or when the mail that is being stored has been answered."""
        self._is_leaving = True
        if not self._is_storing:
            self._say_and_close(b"421 4.3.2 Shutting down, try again later\r\n")

    @property
    def peer(self) -> str:
        """The peer's IP address."""
        name = self.session.peer if self.session is not None else None
        return str(name[0]) if isinstance(name, tuple) else ""

    @property
    def dialogue(self) -> asyncio.Task[None] | None:
        """The task that talks with the peer."""
        return self._handler_coroutine

    async def handle_exception(self, error: Exception) -> str:
        """Answer what nobody foresaw. Neither answer nor log tell more than its kind: a message could quote a mail."""
        _log.error("SMTP session with %s failed: %s", self.peer, type(error).__name__)
        return "451 4.3.0 Internal error, try again later"

    async def _handle_client(self) -> None:
        peer, admission = self.peer, self._reception.admission
        try:
            refusal = admission.enter(peer)
            if refusal is not None:
                _log.warning("SMTP connection from %s refused: %s", peer, refusal[:3])
                await self.push(refusal)
                self._writer.close()
                return
            try:
                await super()._handle_client()
            finally:
                admission.leave(peer)
        except ConnectionError:
            _log.info("SMTP connection from %s lost", peer)

    def _timeout_cb(self) -> None:
        _log.info("SMTP connection from %s timed out", self.peer)
        self._say_and_close(b"421 4.4.2 Idle for too long, closing\r\n")

    def _say_and_close(self, line: bytes) -> None:
        transport = cast(asyncio.Transport | None, self.transport)
        if transport is None or getattr(transport, "_ssl_protocol", transport) is None:
            return  # asyncio's TLS transport, closed twice, has nothing left to ask or to close
        if not transport.is_closing() and not self._has_parted:
            transport.write(line)
        if transport.get_write_buffer_size():
            transport.abort()  # a peer that does not read would keep a plain close waiting for ever
        else:
            transport.close()

    # -- commands ---------------------------------------------------------------------------------------------------

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin TLS, once."""
        if self._tls_protocol is not None:
            await self.push("503 5.5.1 TLS is active already")
            return
        await super().smtp_STARTTLS(arg)

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Log in; mechanisms are case-insensitive (RFC 4954 section 4)."""
        mechanism, separator, rest = (arg or "").partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()}{separator}{rest}")

    @syntax("MAIL FROM: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin a mail; the null sender is welcome, and a size beyond the limit is refused at once."""
        await super().smtp_MAIL(_AUTH_PARAMETER.sub("", arg) if arg and self._reception.settings.users else arg)

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Tell nothing about who is here (RFC 5321 section 7.3)."""
        await self.push("252 2.5.2 Cannot verify, send mail to try")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a mail: 250 only when its bytes and its row are durable."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        settings = self._reception.settings
        mail = IncomingMail(self._reception.incoming, settings.max_message_bytes, settings.max_header_bytes)
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            refusal = await self._receive(mail)
            if refusal is not None:
                _log.warning("mail from %s refused after %d bytes: %s", self.peer, mail.size, refusal[:3])
                await self._refuse(refusal)
            else:
                answer = await self._store(mail, envelope.rcpt_tos)
                self.envelope = self._create_envelope()
                await self.push(answer)
                if self._is_leaving:
                    self.leave()
        finally:
            # handed over and not awaited, so that a cancelled session leaves nothing behind either
            self._reception.executor.submit(mail.discard)

    async def _receive(self, mail: IncomingMail) -> str | None:
        """Read the mail to its end and return None, or the answer with which to part."""
        try:
            async with asyncio.timeout(self._reception.settings.total_timeout_seconds):
                rest = None
                while rest is None:
                    chunk = await self._reader.read(CHUNK_BYTES)
                    if not chunk:
                        raise ConnectionResetError("connection lost during DATA")
                    rest = await self._in_executor(mail.feed, chunk)
        except TimeoutError:
            return "421 4.4.2 The mail took too long, try again later"
        except MailTooLargeError:
            return f"552 5.3.4 Mail or its header too large; the limit is {self._reception.settings.max_message_bytes} bytes"
        except StorageError as error:
            _log.error("mail from %s not stored: %s", self.peer, error)
            return "451 4.3.1 Storage trouble, try again later"
        # What came after the end is the next command (pipelining), and belongs before what comes still.
        self._reader._buffer[:0] = rest  # type: ignore[attr-defined]
        return None

    async def _store(self, mail: IncomingMail, addresses: list[str]) -> str:
        """Make the mail durable; return the answer."""
        mailboxes = tuple(sorted({box for address in addresses for box in self._reception.recipients.mailboxes_of(address)}))
        transmission = Transmission("smtp", mailboxes, MAIL, self.peer, mail_key(mail.digest(), addresses, mailboxes))
        self._is_storing = True
        try:
            accepted: Accepted = await self._in_executor(self._reception.accept.accept, mail.spool, transmission)
        except StorageError as error:
            _log.error("mail from %s not stored: %s", self.peer, error)
            return "451 4.3.1 Storage trouble, try again later"
        finally:
            self._is_storing = False
        return f"250 2.0.0 OK accepted as {accepted.envelope_id}"

    async def _refuse(self, answer: str) -> None:
        """Answer, drop what still comes for a while, close, and do nothing more: the rest of a mail is no command."""
        self._has_parted = True
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self.push(answer)
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                left = self._reception.settings.max_message_bytes
                while left > 0 and (dropped := await self._reader.read(CHUNK_BYTES)):
                    left -= len(dropped)
        raise asyncio.CancelledError  # by which aiosmtpd closes and ends the dialogue

    async def _in_executor(self, function: Callable[..., T], *arguments: object) -> T:
        """Run `function` in a thread. Meanwhile the peer is not idle: it waits for us."""
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        try:
            return await self.loop.run_in_executor(self._reception.executor, function, *arguments)
        finally:
            if self.transport is not None:
                self._reset_timeout()
