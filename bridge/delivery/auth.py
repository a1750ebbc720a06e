"""How we show a target who we are: credentials for each request, tokens that are kept and renewed, certificates."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749 import OAuth2Token
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from bridge.delivery.dialect import Answer, Request
from bridge.domain.targets import Auth, AuthKind, Tls

_LEEWAY: Final = 30  # seconds: a token that ends sooner is renewed before it is used
_REFUSED_SECONDS: Final = 5.0
_VISIBLE: Final = re.compile(r"[!-~]+")  # what a header can hold
_ERROR_CODE: Final = re.compile(r"[a-z_]{1,40}")  # RFC 6749 section 5.2

Fetch = Callable[[Request], Awaitable[Answer]]


class NoTokenError(Exception):
    """The token endpoint gave none; `str()` says why, in words that hold no secret."""


class Login:
    """Credentials of one target for the Authorization header (RFC 7617, RFC 6750), an access token among them where it asks for one."""

    def __init__(self, auth: Auth) -> None:
        """Take the target's credentials. Lives in one event loop."""
        self._auth, self._token, self._lock = auth, "", asyncio.Lock()
        self._issued: Any = None  # authlib's token, which knows when it ends
        self._refusal, self._refused_until = "", 0.0  # monotonic

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be kept or shown: as configured, as sent, and the access token."""
        auth = self._auth
        pair = _pair(auth.user, auth.secret) if auth.user else ""
        client = self._client().removeprefix("Basic ") if auth.kind is AuthKind.OAUTH2 else ""
        return frozenset({auth.secret, pair, client, self._token}) - {""}

    async def authorization(self, fetch: Fetch) -> str | None:
        """Return the header's value, None without credentials; `fetch` reaches the token endpoint. Raises NoTokenError."""
        if self._auth.kind is AuthKind.BASIC:
            return f"Basic {_pair(self._auth.user, self._auth.secret)}"
        if self._auth.kind is AuthKind.BEARER:
            return f"Bearer {self._auth.secret}"
        if self._auth.kind is AuthKind.OAUTH2:
            async with self._lock:  # many attempts at once need one token only
                if self._issued is None or self._issued.is_expired(_LEEWAY):
                    await self._renew(fetch)
                return f"Bearer {self._token}"
        return None

    def forget(self, authorization: str | None) -> bool:
        """Forget the token behind a refused `authorization`; tell whether another one may be had."""
        if self._auth.kind is not AuthKind.OAUTH2:
            return False
        if authorization == f"Bearer {self._token}":  # else another attempt has renewed it already
            self._issued = None
        return True

    async def _renew(self, fetch: Fetch) -> None:
        """Ask for a token by our client credentials (RFC 6749 section 4.4)."""
        self._issued = None
        if time.monotonic() < self._refused_until:  # many records wait for the same answer, which locks accounts when asked too often
            raise NoTokenError(self._refusal)
        try:
            self._issued, self._token = _token_in(await fetch(self._token_request()))
        except NoTokenError as error:
            self._refusal, self._refused_until = str(error), time.monotonic() + _REFUSED_SECONDS
            raise

    def _token_request(self) -> Request:
        body = prepare_token_request("client_credentials", scope=self._auth.scope)
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", "Authorization": self._client()}
        return Request("POST", self._auth.token_url, headers, body.encode())

    def _client(self) -> str:
        """Return the client's credentials, form-urlencoded first (RFC 6749 section 2.3.1)."""
        return f"Basic {_pair(quote_plus(self._auth.user), quote_plus(self._auth.secret))}"


def _pair(user: str, secret: str) -> str:
    return b64encode(f"{user}:{secret}".encode()).decode()


def _token_in(answer: Answer) -> tuple[OAuth2Token, str]:
    """Return the token an answer gives, with the time of its end. Raises NoTokenError."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    told = told if isinstance(told, dict) else {}
    token, kind = told.get("access_token"), str(told.get("token_type", "bearer"))
    if answer.status != HTTPStatus.OK or not isinstance(token, str) or not _VISIBLE.fullmatch(token) or kind.lower() != "bearer":
        code = _ERROR_CODE.fullmatch(str(told.get("error")))
        raise NoTokenError(f"no token: HTTP {answer.status}" + (f" ({code[0]})" if code and "error" in told else ""))
    try:
        return OAuth2Token({"access_token": token, "expires_in": told.get("expires_in")}), token
    except (TypeError, ValueError, OverflowError):
        raise NoTokenError("no token: the time of its end is no number") from None


def tls_context(tls: Tls) -> ssl.SSLContext:
    """Return whom we trust, with our certificate where the target asks for one. Raises OSError where a file cannot be used."""
    if tls.authorities is None:
        context = httpx.create_ssl_context()  # SSL_CERT_FILE is the one thing of the environment that counts
    else:
        context = ssl.create_default_context(cafile=tls.authorities)
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key, password=b"")  # a locked key is refused, not asked for at a terminal
    return context
