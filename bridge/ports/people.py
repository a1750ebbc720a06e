"""Where accounts, sessions and the log of what people did are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bridge.domain.people import Action, Invitation, Person, Session

Change = Callable[[Person, Sequence[Person]], Person]


class People(Protocol):
    """A part of `ports.Store`. Unknown ids raise NotFoundError; each method that writes is one transaction."""

    def person(self, person_id: str) -> Person:
        """Return the person."""
        ...

    def person_by_login(self, login: str) -> Person | None:
        """Return who signs in by that name (as stored: folded to lower case), None where nobody does."""
        ...

    def people(self) -> Sequence[Person]:
        """Return all accounts, by name."""
        ...

    def add_person(self, person: Person, invitation: Invitation, log: Action) -> None:
        """Insert an account with the link that opens it. Raises StateConflictError where the login is taken."""
        ...

    def change_person(self, person_id: str, change: Change, log: Action, *, ends_sessions: bool = False) -> Person:
        """Replace an account's row by what `change` makes of it, and return that.

        `change` gets the account and all others as they are at that moment; nobody changes any account meanwhile, so that what two
        people do at once both counts. What it raises is raised, and nothing is saved. `ends_sessions` signs the person out.
        """
        ...

    def add_invitation(self, invitation: Invitation, log: Action) -> None:
        """Insert another link for a person; earlier unused ones of hers open no more."""
        ...

    def use_invitation(self, token_sha256: str, password_hash: str, now: datetime) -> Person | None:
        """Spend the link and set the password; return whose it is, None where it is unknown, used or expired.

        All sessions of the person end.
        """
        ...

    def invitation(self, token_sha256: str) -> Invitation | None:
        """Return the link, None where there is none."""
        ...

    def add_session(self, session: Session) -> None:
        """Insert a session."""
        ...

    def session(self, token_sha256: str) -> Session | None:
        """Return the session, None where there is none."""
        ...

    def rotate_session(self, old_sha256: str, session: Session, old_ends_at: datetime) -> bool:
        """Insert `session` and let the old one end at `old_ends_at`; False, and nothing happens, where that was done already."""
        ...

    def touch_session(self, token_sha256: str, now: datetime) -> None:
        """Remember that the session was used."""
        ...

    def end_sessions(self, *, person_id: str | None = None, begun_at: datetime | None = None, seen_before: datetime | None = None) -> int:
        """End the sessions for which all that is given holds (at least one is); return how many.

        `begun_at` is a session's `created_at`, which its secret's changes leave as it was.
        """
        ...

    def failures(self, key: str) -> tuple[int, datetime] | None:
        """Return how often in a row signing in has failed for `key`, and when last; None where it has not."""
        ...

    def count_failure(self, key: str, now: datetime) -> int:
        """Count one more failure; return how many there are."""
        ...

    def forget_failures(self, key: str) -> None:
        """Begin anew after a success."""
        ...

    def log(self, action: Action) -> None:
        """Add a line; none is ever changed or removed (the database refuses it)."""
        ...

    def actions(
        self, *, fax_id: str | None = None, person_id: str | None = None, before: int | None = None, limit: int = 100
    ) -> Sequence[tuple[int, Action]]:
        """Return lines with their numbers, newest first, of all or of one fax or person."""
        ...
