"""Passwords: kept as argon2id (RFC 9106) with the library's parameters, and which are too easily guessed."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bridge.domain.errors import RefusedError

SHORTEST: Final = 12
_LONGEST: Final = 200
_OF_ITS_OWN: Final = 8  # characters besides the login
_LEAST_DIFFERENT: Final = 5
_GUESSED: Final = ("passwort", "password", "kennwort", "gesundheitsamt", "123456789012", "qwertzuiop")
_EASY: Final = "Dieses Kennwort ist leicht zu erraten. Bitte ein anderes wählen."

_hasher: Final = PasswordHasher()
# What an account without password, or none at all, is checked against: it must take as long as any other.
_NOBODY: Final = _hasher.hash(token_urlsafe())


def hashed(password: str) -> str:
    """Return the encoded form in which a password is kept. It takes a moment: never do it while a database waits."""
    return _hasher.hash(_octets(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is the one that was hashed; where there is none the answer takes as long."""
    try:
        _hasher.verify(password_hash or _NOBODY, _octets(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether it was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def expect_strong(password: str, login: str) -> None:
    """Raise RefusedError for passwords that are guessed (NIST SP 800-63B: length counts, rules of composition do not)."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise RefusedError("password is too short", f"Das Kennwort braucht mindestens {SHORTEST} Zeichen.")
    if len(password) > _LONGEST:
        raise RefusedError("password is too long", f"Das Kennwort darf höchstens {_LONGEST} Zeichen haben.")
    is_the_login = len(plain.replace(login, "")) < _OF_ITS_OWN
    if is_the_login or len(set(plain)) < _LEAST_DIFFERENT or plain.startswith(_GUESSED):
        raise RefusedError("password is guessed easily", _EASY)


def _octets(password: str) -> bytes:
    """Return what is hashed: no text, however broken, may end in an error that repeats it."""
    return password.encode("utf-8", "surrogatepass")
