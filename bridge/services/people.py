"""Accounts: inviting people, what each may do, and passwords. Whoever administers never knows another's password."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import Final, TypeVar

from bridge.domain.errors import RefusedError, StateConflictError
from bridge.domain.ids import new_id
from bridge.domain.model import JsonObject
from bridge.domain.people import ALL_MAILBOXES, Action, Invitation, Person, Role
from bridge.ports import Clock, Store
from bridge.services.passwords import expect_strong, hashed, is_right
from bridge.services.sign_in import digest, folded_login, login_key

T = TypeVar("T")

VALID_FOR: Final = timedelta(hours=24)
LANGUAGES: Final = ("de", "en")
_FIRST_LOGIN: Final = "admin"
_SPENT: Final = "Dieser Link ist abgelaufen oder wurde schon benutzt. Bitte lassen Sie sich einen neuen geben."
_LAST: Final = "Das ist das letzte Konto, das Personen verwalten darf. Bitte geben Sie dieses Recht zuerst jemand anderem."
_SWITCHED_OFF: Final = "Das Konto ist abgeschaltet. Bitte schalten Sie es zuerst wieder ein."


@dataclass(frozen=True, slots=True)
class Staff:
    """The use cases of accounts; `mailboxes` are those there are."""

    store: Store
    clock: Clock
    mailboxes: Collection[str]

    def invite(self, by: Person | None, login: str, name: str, roles: Sequence[Role], mailboxes: Sequence[str]) -> tuple[Person, str]:
        """Add an account; return it and the secret of the link that opens it, which nobody can look up again. Raises RefusedError."""
        folded = folded_login(login)
        if not folded or not name.strip():
            raise RefusedError("account incomplete", "Bitte Anmeldename und Name angeben.")
        _expect_roles(roles)
        self._expect_mailboxes(mailboxes)
        person = Person(new_id(), folded, name.strip(), _once(roles), _once(mailboxes), self.clock.now())
        secret, invitation = self._invitation(person)
        try:
            self.store.add_person(person, invitation, self._action(by, "person invited", person.id, _rights(person)))
        except StateConflictError:
            raise RefusedError("login is taken", f"Den Anmeldenamen „{folded}“ gibt es schon. Bitte einen anderen wählen.") from None
        return person, secret

    def renew_link(self, by: Person | None, person_id: str) -> str:
        """Return the secret of a new link for somebody who lost the password; earlier links open no more. Raises RefusedError."""
        person = self.store.person(person_id)
        if not person.is_active:
            raise RefusedError("account is switched off", _SWITCHED_OFF)
        secret, invitation = self._invitation(person)
        self.store.add_invitation(invitation, self._action(by, "link renewed", person.id))
        return secret

    def invited(self, secret: str) -> Person:
        """Return whom the link lets in. Raises RefusedError where it opens nothing (any more)."""
        invitation = self.store.invitation(digest(secret))
        if invitation is None or not invitation.is_open(self.clock.now()):
            raise RefusedError("no such link", _SPENT)
        person = self.store.person(invitation.person_id)
        if not person.is_active:
            raise RefusedError("account is switched off", _SPENT)
        return person

    def accept_invitation(self, secret: str, password: str) -> Person:
        """Set the password by a link, which is then spent; failures to sign in before are forgotten. Raises RefusedError."""
        expect_strong(password, self.invited(secret).login)
        person = self.store.use_invitation(digest(secret), hashed(password), self.clock.now())
        if person is None:
            raise RefusedError("link is spent", _SPENT)
        self.store.forget_failures(login_key(person.login))
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
        before = self.store.person(person_id)
        _expect_roles(roles)
        self._expect_mailboxes(mailboxes, besides=before.mailboxes)
        given = (name or "").strip()

        def changed(person: Person, others: Sequence[Person]) -> Person:
            after = replace(person, name=given or person.name, roles=_once(roles), mailboxes=_once(mailboxes), is_active=is_active)
            return _with_administrator(person, after, others)

        detail: JsonObject = {"roles": [role.value for role in _once(roles)], "mailboxes": [*_once(mailboxes)], "is_active": is_active}
        log = self._action(by, "person changed", person_id, detail)
        return self.store.change_person(person_id, changed, log, ends_sessions=not is_active)

    def switch(self, by: Person | None, person_id: str, *, is_active: bool) -> Person:
        """Switch an account on, or off, which signs the person out. Raises RefusedError."""

        def switched(person: Person, others: Sequence[Person]) -> Person:
            return _with_administrator(person, replace(person, is_active=is_active), others)

        log = self._action(by, "person changed", person_id, {"is_active": is_active})
        return self.store.change_person(person_id, switched, log, ends_sessions=not is_active)

    def change_password(self, person: Person, old: str, new: str) -> None:
        """Set one's own password; all sessions end. Raises RefusedError."""
        known = self.store.person(person.id).password_hash
        if not is_right(known, old):
            raise RefusedError("old password is wrong", "Das bisherige Kennwort stimmt nicht.")
        expect_strong(new, person.login)
        fresh = hashed(new)
        self.store.change_person(
            person.id,
            lambda current, _: replace(current, password_hash=fresh),
            self._action(person, "password changed", person.id),
            ends_sessions=True,
        )

    def prefer(self, person: Person, *, language: str, keys: Mapping[str, str]) -> Person:
        """Change one's own language, and keys by action: which may be chosen is the pages' rule. Raises RefusedError."""
        if language not in LANGUAGES:
            raise RefusedError("no such language", "Diese Sprache gibt es hier nicht. Bitte Deutsch oder Englisch wählen.")
        return self.store.change_person(
            person.id,
            lambda current, _: replace(current, language=language, keys=dict(keys)),
            self._action(person, "preferences changed", person.id),
        )

    def first_link(self) -> str | None:
        """Return the secret of a link for the first administrator, None once there is anybody else.

        Every start makes a new one as long as nobody has used one: the last printed is the one that opens.
        """
        people = self.store.people()
        if not people:
            return self.invite(None, _FIRST_LOGIN, "Verwaltung", (Role.ADMINISTRATOR, Role.LEAD), (ALL_MAILBOXES,))[1]
        if any(person.password_hash is not None or not _administers(person) for person in people):
            return None
        return self.renew_link(None, people[0].id)

    def _invitation(self, person: Person) -> tuple[str, Invitation]:
        secret, now = token_urlsafe(), self.clock.now()
        return secret, Invitation(digest(secret), person.id, now, now + VALID_FOR)

    def _expect_mailboxes(self, mailboxes: Sequence[str], besides: Sequence[str] = ()) -> None:
        """Refuse mailboxes that do not exist; those a person has already may be kept though the configuration has lost them."""
        unknown = sorted({*mailboxes} - {*self.mailboxes, *besides, ALL_MAILBOXES})
        if unknown:
            known = ", ".join([*sorted(self.mailboxes), f"{ALL_MAILBOXES} (alle)"])
            raise RefusedError("no such mailbox", f"Das Postfach „{unknown[0]}“ gibt es nicht. Möglich sind: {known}.")

    def _action(self, by: Person | None, what: str, person_id: str, detail: JsonObject | None = None) -> Action:
        return Action(self.clock.now(), by.id if by else None, what, detail={"person": person_id, **(detail or {})})


def _expect_roles(roles: Sequence[Role]) -> None:
    if not roles:
        raise RefusedError("no role", "Bitte mindestens eine Rolle wählen. Wer nicht mehr arbeiten soll, wird abgeschaltet.")


def _with_administrator(before: Person, after: Person, others: Sequence[Person]) -> Person:
    """Return `after`, unless nobody were left to manage people: an account that was never opened is nobody yet."""
    if _administers(before) and not _administers(after) and not any(_administers(each) and each.password_hash for each in others):
        raise RefusedError("last administrator", _LAST)
    return after


def _administers(person: Person) -> bool:
    return person.is_active and Role.ADMINISTRATOR in person.roles


def _rights(person: Person) -> JsonObject:
    return {"roles": [role.value for role in person.roles], "mailboxes": [*person.mailboxes]}


def _once(several: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(several))
