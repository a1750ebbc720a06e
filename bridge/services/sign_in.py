"""Signing in by name and password, and staying signed in: sessions whose secret only the browser has, and which end by themselves."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from secrets import token_urlsafe
from typing import Final

from bridge.domain.errors import RefusedError
from bridge.domain.model import JsonObject
from bridge.domain.people import Action, Person, Session
from bridge.ports import Clock, Store
from bridge.services.passwords import hashed, is_outdated, is_right

_log = logging.getLogger(__name__)

LONGEST: Final = timedelta(hours=12)  # a working day: whoever comes tomorrow signs in again
_ROTATED_AFTER: Final = timedelta(minutes=15)
_GRACE: Final = timedelta(seconds=60)  # for requests that were under way when the secret changed
_TOUCHED_AFTER: Final = timedelta(seconds=30)
_FREE_FAILURES: Final = 5
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_WRONG: Final = "Anmeldename oder Kennwort stimmen nicht. Bitte noch einmal versuchen."
_FORM: Final = b"form"
_LOGIN_LENGTH: Final = 80
_TOLD_IN_MINUTES: Final = 100  # seconds


@dataclass(frozen=True, slots=True)
class SignIn:
    """The use cases of signing in; `idle` is after how long without a request a session ends."""

    store: Store
    clock: Clock
    idle: timedelta

    def begin(self, login: str, password: str, peer: str) -> tuple[str, Person]:
        """Return the secret of a new session and whose it is.

        `peer` is the address that asks. Raises RefusedError: alike, and after the same time, whether name or password is wrong;
        after five failures in a row for a name or an address, with a pause that grows. What is tried during a pause does not count.
        """
        now, name = self.clock.now(), folded_login(login)
        by_login, by_peer = login_key(name), _key("peer", peer)
        failed = self._expect_patience(by_login, now)
        self._expect_patience(by_peer, now)
        self._count_beforehand(by_login, failed, now)
        person = self.store.person_by_login(name)
        is_known = is_right(person.password_hash if person else None, password)
        if person is None or not is_known or not person.is_active:
            self.store.count_failure(by_peer, now)
            self.store.log(_failed(now, name, person))
            raise RefusedError("wrong login or password", _WRONG)
        for key in (by_login, by_peer):
            self.store.forget_failures(key)
        return self._begin_session(self._kept_up_to_date(person, password, now), now)

    def resume(self, secret: str, *, is_by_itself: bool = False) -> tuple[Person, str | None] | None:
        """Return whose session it is, and its new secret where that was changed; None where there is no such session any more.

        `is_by_itself`: an open page asks, not a person: that neither prolongs a session nor changes its secret.
        """
        now, token = self.clock.now(), digest(secret)
        session = self.store.session(token)
        if session is None or now - session.seen_at > self.idle or now >= session.ends_at:
            return None
        person = self.store.person(session.person_id)
        if not person.is_active:
            self.store.end_sessions(person_id=person.id)
            return None
        if is_by_itself:
            return person, None
        if now - session.changed_at > _ROTATED_AFTER:
            return person, self._rotate(session, now)
        if now - session.seen_at > _TOUCHED_AFTER:
            self.store.touch_session(token, now)
        return person, None

    def end(self, secret: str) -> None:
        """Sign out: every secret that this session has had is worth nothing from now on, a new one that is under way too."""
        session = self.store.session(digest(secret))
        if session is not None and self.store.end_sessions(person_id=session.person_id, begun_at=session.created_at):
            self.store.log(Action(self.clock.now(), session.person_id, "signed out"))

    def _begin_session(self, person: Person, now: datetime) -> tuple[str, Person]:
        secret = token_urlsafe()
        self.store.end_sessions(seen_before=now - LONGEST)
        self.store.add_session(Session(digest(secret), person.id, now, now, now, now + LONGEST))
        self.store.log(Action(now, person.id, "signed in"))
        _log.info("person %s signed in", person.id)
        return secret, person

    def _rotate(self, session: Session, now: datetime) -> str | None:
        """Return a new secret for the session. The old one stays good for a moment: of two requests at once only one gets the new."""
        secret = token_urlsafe()
        fresh = replace(session, token_sha256=digest(secret), seen_at=now, changed_at=now)
        return secret if self.store.rotate_session(session.token_sha256, fresh, now + _GRACE) else None

    def _kept_up_to_date(self, person: Person, password: str, now: datetime) -> Person:
        """Hash the password anew where that is done otherwise today: only now is it known."""
        known = person.password_hash
        if known is None or not is_outdated(known):
            return person
        fresh = hashed(password)
        return self.store.change_person(
            person.id,
            lambda current, _: replace(current, password_hash=fresh) if current.password_hash == known else current,
            Action(now, person.id, "password rehashed"),
        )

    def _expect_patience(self, key: str, now: datetime) -> int:
        """Return how many failures there have been in a row. Raises RefusedError while they make for a pause."""
        failed = self.store.failures(key)
        if failed is None:
            return 0
        count, last_at = failed
        if (left := last_at + _pause(count) - now) > timedelta(0):
            raise _too_many(left)
        return count

    def _count_beforehand(self, key: str, before: int, now: datetime) -> None:
        """Count the attempt before it is known how it ends: of many at once none but the first is worth a guess after a pause."""
        count = self.store.count_failure(key, now)
        if count > max(_FREE_FAILURES, before + 1):
            raise _too_many(_pause(count))


def folded_login(login: str) -> str:
    """Return a login as it is kept: case, blanks around it and characters nobody sees do not count."""
    return "".join(filter(str.isprintable, login)).strip().casefold()[:_LOGIN_LENGTH]


def login_key(login: str) -> str:
    """Return under which key failures are counted for a (folded) login."""
    return _key("login", login)


def csrf_token(secret: str) -> str:
    """Return the token that forms carry for a browser with that secret (HMAC, RFC 2104): it cannot be turned back."""
    return hmac.new(secret.encode("utf-8", "surrogateescape"), _FORM, sha256).hexdigest()


def is_csrf_token(secret: str, token: str) -> bool:
    """Tell, in constant time, whether it is that browser's token. Without a secret none is: everybody could work it out."""
    return bool(secret) and hmac.compare_digest(csrf_token(secret).encode(), token.encode("utf-8", "replace"))


def digest(secret: str) -> str:
    """Return the SHA-256 (hex) by which a secret is kept."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _key(kind: str, value: str) -> str:
    return digest(f"{kind}:{value}")


def _failed(now: datetime, login: str, person: Person | None) -> Action:
    """Return the line of the log: people type passwords where the login belongs, so what was typed is not in it."""
    detail: JsonObject = {} if person else {"login": digest(login)[:8]}
    return Action(now, person.id if person else None, "sign-in failed", detail=detail)


def _pause(failures: int) -> timedelta:
    if failures < _FREE_FAILURES:
        return timedelta(0)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(failures - _FREE_FAILURES, 10)))


def _too_many(left: timedelta) -> RefusedError:
    seconds = ceil(left.total_seconds())
    wait = "einer Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    if seconds >= _TOLD_IN_MINUTES:
        wait = f"{ceil(seconds / 60)} Minuten"
    reason = f"Zu viele Fehlversuche. Bitte in {wait} noch einmal versuchen oder sich von der Verwaltung einen neuen Link geben lassen."
    return RefusedError("too many failures", reason)
