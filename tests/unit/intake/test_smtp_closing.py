"""Closing a connection whose transport is already gone."""

from __future__ import annotations

import asyncio
from asyncio.sslproto import _SSLProtocolTransport  # the transport that a STARTTLS session really has
from types import SimpleNamespace

from bridge.intake.smtp_session import SmtpSession


def test_a_tls_connection_closed_twice_is_left_alone() -> None:
    loop = asyncio.new_event_loop()
    try:
        transport = _SSLProtocolTransport(loop, None)
        transport._closed = True
        session = SimpleNamespace(transport=transport, _has_parted=False)
        SmtpSession._say_and_close(session, b"421 4.3.2 Shutting down, try again later\r\n")  # type: ignore[arg-type]
        assert transport.is_closing()
    finally:
        loop.close()
