"""Signing in by name and password, and staying signed in: sessions whose secret only the browser has, and which end by themselves."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bridge.domain.errors import RefusedError
from bridge.domain.people import Action, Person, Session
from bridge.ports import Clock, Store

_log = logging.getLogger(__name__)

LONGEST: Final = timedelta(hours=12)  # a working day: whoever comes tomorrow signs in again
_ROTATED_AFTER: Final = timedelta(minutes=15)
_GRACE: Final = timedelta(seconds=60)  # for requests that were under way when the secret changed
_TOUCHED_AFTER: Final = timedelta(seconds=30)
_FREE_FAILURES: Final = 5
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_WRONG: Final = "Anmeldename oder Kennwort stimmen nicht. Bitte noch einmal versuchen."
_FORM: Final = b"form"

hasher: Final = PasswordHasher()  # argon2id (RFC 9106) with the library's parameters
# What an unknown name is checked against: it must take as long as a known one.
_NOBODY: Final = hasher.hash(token_urlsafe())


@dataclass(frozen=True, slots=True)
class SignIn:
    """The use cases of signing in; `idle` is after how long without a request a session ends."""

    store: Store
    clock: Clock
    idle: timedelta

    def begin(self, login: str, password: str, peer: str) -> tuple[str, Person]:
        """Return the secret of a new session and whose it is.

        `peer` is the address that asks. Raises RefusedError: alike, and after the same time, whether name or password is wrong;
        after five failures in a row for a name or an address, with a pause that grows.
        """
        now, name = self.clock.now(), folded_login(login)
        keys = (_key("login", name), _key("peer", peer))
        self._expect_patience(keys, now)
        person = self.store.person_by_login(name)
        is_known = is_right(person.password_hash if person else None, password)
        if person is None or not is_known or not person.is_active:
            for key in keys:
                self.store.count_failure(key, now)
            self.store.log(Action(now, person.id if person else None, "sign-in failed"))
            raise RefusedError("wrong login or password", _WRONG)
        for key in keys:
            self.store.forget_failures(key)
        return self._begin_session(person, now), person

    def resume(self, secret: str) -> tuple[Person, str | None] | None:
        """Return whose session it is, and its new secret where that was changed; None where there is no such session any more."""
        now, token = self.clock.now(), digest(secret)
        session = self.store.session(token)
        if session is None or now - session.seen_at > self.idle or now >= session.ends_at:
            return None
        person = self.store.person(session.person_id)
        if not person.is_active:
            self.store.end_sessions(person_id=person.id)
            return None
        if now - session.changed_at > _ROTATED_AFTER:
            return person, self._rotate(session, now)
        if now - session.seen_at > _TOUCHED_AFTER:
            self.store.touch_session(token, now)
        return person, None

    def _rotate(self, session: Session, now: datetime) -> str | None:
        """Return a new secret for the session. The old one stays good for a moment: of two requests at once only one gets the new."""
        secret = token_urlsafe()
        fresh = replace(session, token_sha256=digest(secret), seen_at=now, changed_at=now)
        return secret if self.store.rotate_session(session.token_sha256, fresh, now + _GRACE) else None

    def end(self, secret: str) -> None:
        """Sign out."""
        session = self.store.session(digest(secret))
        if session is not None:
            self.store.end_sessions(token_sha256=session.token_sha256)
            self.store.log(Action(self.clock.now(), session.person_id, "signed out"))

    def _begin_session(self, person: Person, now: datetime) -> str:
        secret = token_urlsafe()
        self.store.end_sessions(seen_before=now - LONGEST)
        self.store.add_session(Session(digest(secret), person.id, now, now, now, now + LONGEST))
        self.store.log(Action(now, person.id, "signed in"))
        _log.info("person %s signed in", person.id)
        return secret

    def _expect_patience(self, keys: tuple[str, ...], now: datetime) -> None:
        for key in keys:
            failed = self.store.failures(key)
            if failed is None or failed[0] < _FREE_FAILURES:
                continue
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failed[0] - _FREE_FAILURES, 10))
            if (left := failed[1] + pause - now) > timedelta(0):
                minutes = max(1, round(left.total_seconds() / 60))
                raise RefusedError("too many failures", f"Zu viele Fehlversuche. Bitte in {minutes} Min. noch einmal versuchen.")


def folded_login(login: str) -> str:
    """Return a login as it is kept: case and blanks around it do not count."""
    return login.strip().casefold()[:80]


def csrf_token(secret: str) -> str:
    """Return the token that forms carry for a browser with that secret (HMAC, RFC 2104): it cannot be turned back."""
    return hmac.new(secret.encode(), _FORM, sha256).hexdigest()


def digest(secret: str) -> str:
    """Return the SHA-256 (hex) by which a secret is kept."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _key(kind: str, value: str) -> str:
    return digest(f"{kind}:{value}")


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is the one that was hashed; an account without one takes as long."""
    try:
        hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
