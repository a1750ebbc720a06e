"""Bearer tokens (RFC 6750) and what each is good for: mailboxes, or feeds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bridge.settings import ALL_MAILBOXES
from bridge.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Access:
    """What the bearer of a token may see and do; `is_unlimited` also covers mailboxes that are configured no more."""

    token: str
    mailboxes: frozenset[str]
    is_unlimited: bool = False

    def may_use(self, mailbox: str) -> bool:
        """Tell whether faxes of this mailbox are the bearer's business."""
        return self.is_unlimited or mailbox in self.mailboxes


class Tokens:
    """The configured tokens. Comparison takes the same time whichever is asked for."""

    def __init__(self, tokens: Mapping[str, Sequence[str]]) -> None:
        """Take tokens with the names of their mailboxes (`*`: all)."""
        self._known = [(_digest(token), frozenset(names)) for token, names in tokens.items()]

    def access(self, token: str | None) -> Access:
        """Return what `token` opens. Raises Problem 401."""
        if token is None:
            raise unauthorised()
        presented, granted = _digest(token), None
        for digest, names in self._known:
            if hmac.compare_digest(digest, presented):
                granted = names
        if granted is None:
            refused = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise Problem(HTTPStatus.UNAUTHORIZED, "invalid-token", "This token is not known; ask the operator for one.", refused)
        return Access(token, granted - {ALL_MAILBOXES}, is_unlimited=ALL_MAILBOXES in granted)


def unauthorised() -> Problem:
    """Return what a request without a token is answered (RFC 6750 section 3)."""
    return Problem(HTTPStatus.UNAUTHORIZED, None, "Send a token as `Authorization: Bearer …`.", {"WWW-Authenticate": "Bearer"})


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
