"""Accounts: inviting people, what each may do, and passwords. Whoever administers never knows another's password."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import Final

from bridge.domain.errors import RefusedError, StateConflictError
from bridge.domain.ids import new_id
from bridge.domain.model import JsonObject
from bridge.domain.people import ALL_MAILBOXES, Action, Invitation, Person, Role
from bridge.ports import Clock, Store
from bridge.services.sign_in import digest, folded_login, hasher, is_right

VALID_FOR: Final = timedelta(hours=24)
SHORTEST: Final = 12
_LONGEST: Final = 200
_FIRST_LOGIN: Final = "admin"
_GUESSED: Final = ("passwort", "password", "kennwort", "gesundheitsamt", "123456789012", "qwertzuiop")
_SPENT: Final = "Dieser Link ist abgelaufen oder wurde schon benutzt. Bitte lassen Sie sich einen neuen geben."
_LAST: Final = "Das ist das letzte Konto, das Personen verwalten darf. Bitte geben Sie dieses Recht zuerst jemand anderem."


@dataclass(frozen=True, slots=True)
class Staff:
    """The use cases of accounts; `mailboxes` are those there are."""

    store: Store
    clock: Clock
    mailboxes: Collection[str]

    def invite(self, by: Person | None, login: str, name: str, roles: Sequence[Role], mailboxes: Sequence[str]) -> tuple[Person, str]:
        """Add an account; return it and the secret of the link that opens it, which nobody can look up again. Raises RefusedError."""
        folded = folded_login(login)
        if not folded or not name.strip() or not roles:
            raise RefusedError("account incomplete", "Bitte Anmeldename, Name und mindestens eine Rolle angeben.")
        self._expect_mailboxes(mailboxes)
        now = self.clock.now()
        person = Person(new_id(), folded, name.strip(), tuple(roles), tuple(mailboxes), now)
        secret, invitation = self._invitation(person)
        try:
            self.store.add_person(person, invitation, self._action(by, "person invited", person))
        except StateConflictError:
            raise RefusedError("login is taken", f"Den Anmeldenamen „{folded}“ gibt es schon. Bitte einen anderen wählen.") from None
        return person, secret

    def renew_link(self, by: Person | None, person_id: str) -> str:
        """Return the secret of a new link for somebody who lost the password; earlier links open no more."""
        person = self.store.person(person_id)
        secret, invitation = self._invitation(person)
        self.store.add_invitation(invitation, self._action(by, "link renewed", person))
        return secret

    def accept_invitation(self, secret: str, password: str) -> Person:
        """Set the password by a link, which is then spent. Raises RefusedError."""
        token = digest(secret)
        invitation = self.store.invitation(token)
        if invitation is None:
            raise RefusedError("no such link", _SPENT)
        expect_strong(password, self.store.person(invitation.person_id).login)
        person = self.store.use_invitation(token, hasher.hash(password), self.clock.now())
        if person is None:
            raise RefusedError("link is spent", _SPENT)
        return person

    def change(
        self,
        by: Person | None,
        person_id: str,
        *,
        roles: Sequence[Role],
        mailboxes: Sequence[str],
        is_active: bool,
        name: str | None = None,
    ) -> Person:
        """Change what somebody is and sees; who is switched off is signed out. Raises RefusedError."""
        person = self.store.person(person_id)
        self._expect_mailboxes(mailboxes)
        changed = replace(person, name=name or person.name, roles=tuple(roles), mailboxes=tuple(mailboxes), is_active=is_active)
        if _administers(person) and not _administers(changed) and not any(_administers(each) for each in self._others(person)):
            raise RefusedError("last administrator", _LAST)
        detail: JsonObject = {"roles": [role.value for role in roles], "mailboxes": [*mailboxes], "is_active": is_active}
        self.store.save_person(changed, self._action(by, "person changed", person, detail))
        if not is_active:
            self.store.end_sessions(person_id=person_id)
        return changed

    def change_password(self, person: Person, old: str, new: str) -> None:
        """Set one's own password; all sessions end. Raises RefusedError."""
        if not is_right(person.password_hash, old):
            raise RefusedError("old password is wrong", "Das bisherige Kennwort stimmt nicht.")
        expect_strong(new, person.login)
        self.store.save_person(replace(person, password_hash=hasher.hash(new)), self._action(person, "password changed", person))
        self.store.end_sessions(person_id=person.id)

    def prefer(self, person: Person, *, language: str, keys: Mapping[str, str]) -> Person:
        """Change one's own language and keys."""
        changed = replace(person, language=language, keys=dict(keys))
        self.store.save_person(changed, self._action(person, "preferences changed", person))
        return changed

    def first_link(self) -> str | None:
        """Return the secret of a link for the first administrator, None once somebody has signed up.

        Every start makes a new one as long as nobody has used one: the last printed is the one that opens.
        """
        people = self.store.people()
        if not people:
            return self.invite(None, _FIRST_LOGIN, "Verwaltung", (Role.ADMINISTRATOR, Role.LEAD), (ALL_MAILBOXES,))[1]
        if any(person.password_hash for person in people):
            return None
        first = next((person for person in people if _administers(person)), None)
        return self.renew_link(None, first.id) if first is not None else None

    def _invitation(self, person: Person) -> tuple[str, Invitation]:
        secret, now = token_urlsafe(), self.clock.now()
        return secret, Invitation(digest(secret), person.id, now, now + VALID_FOR)

    def _others(self, person: Person) -> Sequence[Person]:
        return [each for each in self.store.people() if each.id != person.id and each.password_hash is not None]

    def _expect_mailboxes(self, mailboxes: Sequence[str]) -> None:
        unknown = sorted({*mailboxes} - {*self.mailboxes, ALL_MAILBOXES})
        if unknown:
            known = ", ".join(sorted(self.mailboxes))
            raise RefusedError("no such mailbox", f"Das Postfach „{unknown[0]}“ gibt es nicht. Möglich sind: {known}.")

    def _action(self, by: Person | None, what: str, whom: Person, detail: JsonObject | None = None) -> Action:
        return Action(self.clock.now(), by.id if by else None, what, detail={"person": whom.id, **(detail or {})})


def expect_strong(password: str, login: str) -> None:
    """Refuse passwords that are guessed (NIST SP 800-63B: length counts, rules of composition do not)."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= _LONGEST:
        raise RefusedError("password is too short", f"Das Kennwort braucht mindestens {SHORTEST} Zeichen.")
    if login in plain or len(set(plain)) < 5 or any(plain.startswith(guessed) for guessed in _GUESSED):
        raise RefusedError("password is guessed easily", "Dieses Kennwort ist leicht zu erraten. Bitte ein anderes wählen.")


def _administers(person: Person) -> bool:
    return person.is_active and Role.ADMINISTRATOR in person.roles
