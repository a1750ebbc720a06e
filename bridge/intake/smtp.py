"""The mail gateway: faxes that fax servers send by SMTP (RFC 5321)."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from datetime import timedelta
from typing import Final
from weakref import WeakSet

from bridge.intake.admission import Admission
from bridge.intake.recipients import Recipients
from bridge.intake.smtp_session import Reception, SmtpSession
from bridge.intake.tls import tls_context
from bridge.ports import Blobs
from bridge.services.accept import Accept
from bridge.services.spool import remove_abandoned
from bridge.settings import SmtpSettings

_log = logging.getLogger(__name__)

_GRACE_SECONDS: Final = 10.0  # for mails that are being stored when the gateway stops
_ABANDONED_AFTER: Final = timedelta(hours=1)


class SmtpGateway:
    """Listens for mail and takes in what is for a configured mailbox. Belongs to one event loop."""

    def __init__(self, settings: SmtpSettings, accept: Accept, recipients: Recipients, blobs: Blobs, executor: Executor) -> None:
        """Take the use case, the addresses, the blobs for their incoming folder, and a bounded thread pool.

        The pool belongs to the caller and must outlive `stop`. Raises ConfigurationError.
        """
        self._settings, self._accept, self._recipients, self._blobs, self._executor = settings, accept, recipients, blobs, executor
        self._tls = tls_context(settings)
        self._server: asyncio.Server | None = None
        self._sessions: WeakSet[SmtpSession] = WeakSet()

    @property
    def port(self) -> int:
        """The port it listens on, once started (settings may say 0: any free one)."""
        if self._server is None:
            raise RuntimeError("the gateway is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begin to listen. Raises OSError where the address is taken, StorageError without a place for what comes in."""
        # aiosmtpd logs whole commands and addresses, and what it takes for a command may be a line of a mail.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
        if self._settings.users and self._tls is None:
            _log.warning("SMTP logins are taken without TLS: set smtp.tls_certificate, or passwords travel readable")
        loop = asyncio.get_running_loop()
        incoming = await loop.run_in_executor(self._executor, self._blobs.incoming)
        await loop.run_in_executor(self._executor, remove_abandoned, incoming, _ABANDONED_AFTER)
        limits = self._settings
        admission = Admission(limits.allowed_networks, limits.max_connections, limits.max_connections_per_peer)
        reception = Reception(limits, self._accept, self._recipients, incoming, self._executor, admission, self._tls)

        def welcome() -> SmtpSession:
            session = SmtpSession(reception, loop)
            self._sessions.add(session)
            return session

        self._server = await loop.create_server(welcome, limits.host, limits.port)
        _log.info("SMTP listens on %s port %d", limits.host, self.port)

    async def stop(self) -> None:
        """Stop listening and part with everybody; a mail whose end has come is still stored and answered."""
        if self._server is None:
            return
        self._server.close()
        sessions = list(self._sessions)
        for session in sessions:
            session.leave()
        dialogues = {session.dialogue for session in sessions if session.dialogue is not None}
        if dialogues:
            _, late = await asyncio.wait(dialogues, timeout=_GRACE_SECONDS)
            for dialogue in late:
                dialogue.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._server = None
