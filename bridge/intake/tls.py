"""The mail gateway's certificate, looked at before anything starts and used by STARTTLS."""

from __future__ import annotations

import ssl

from bridge.domain.errors import ConfigurationError
from bridge.settings import SmtpSettings


def tls_context(settings: SmtpSettings) -> ssl.SSLContext | None:
    """Return what STARTTLS needs; None without a certificate. Raises ConfigurationError where it cannot be used."""
    if not settings.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # a key that asks for a passphrase is refused: nobody sits at a service's terminal
        context.load_cert_chain(settings.tls_certificate, settings.tls_key or None, password=lambda: "")
    except OSError as error:  # ssl.SSLError is one
        problem = f"must be a PEM file that can be read, with its key there or in smtp.tls_key, without a passphrase: {error.strerror}"
        raise ConfigurationError("settings", "smtp.tls_certificate", problem) from None
    return context
