"""Who works with the bridge, what each may do, and what was done by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.model import JsonObject

ALL_MAILBOXES: Final = "*"


class Role(StrEnum):
    """What somebody is to the office."""

    CLERK = "clerk"
    LEAD = "lead"
    OPERATIONS = "operations"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that a role allows; faxes are only ever those of the person's mailboxes."""

    SEE_FAXES = "see_faxes"
    REVIEW = "review"
    TEACH = "teach"  # approve label variants
    SEE_SETTINGS = "see_settings"
    MANAGE_PEOPLE = "manage_people"
    SEE_LOG = "see_log"


PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.CLERK: frozenset({Permission.SEE_FAXES, Permission.REVIEW}),
    Role.LEAD: frozenset({Permission.SEE_FAXES, Permission.REVIEW, Permission.TEACH, Permission.SEE_SETTINGS}),
    Role.OPERATIONS: frozenset({Permission.SEE_SETTINGS}),
    Role.ADMINISTRATOR: frozenset({Permission.SEE_SETTINGS, Permission.MANAGE_PEOPLE}),
    Role.AUDITOR: frozenset({Permission.SEE_FAXES, Permission.SEE_SETTINGS, Permission.SEE_LOG}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One local account. `mailboxes` bound what is seen (`*`: all); `keys` are the shortcuts changed by the person, by action.

    `password_hash` is argon2id's encoded form, None until an invitation was followed.
    """

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    mailboxes: tuple[str, ...]
    created_at: datetime
    password_hash: str | None = field(default=None, repr=False)
    language: str = "de"
    keys: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the person's roles allows it."""
        return self.is_active and any(permission in PERMISSIONS[role] for role in self.roles)

    def sees(self, mailbox: str) -> bool:
        """Tell whether faxes of this mailbox are the person's business."""
        return ALL_MAILBOXES in self.mailboxes or mailbox in self.mailboxes


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, by the SHA-256 (hex) of a secret only the browser has.

    `changed_at` is when the secret was last changed, `ends_at` when the session ends whatever happens.
    """

    token_sha256: str = field(repr=False)
    person_id: str
    created_at: datetime
    seen_at: datetime
    changed_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that opens once and lets a person choose a password, by the SHA-256 (hex) of its secret."""

    token_sha256: str = field(repr=False)
    person_id: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it still opens."""
        return self.used_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the log of what people looked at and changed. `what` is of fixed words, `detail` ids and field paths, never a value."""

    at: datetime
    person_id: str | None
    what: str
    fax_id: str | None = None
    document_id: str | None = None
    detail: JsonObject = field(default_factory=dict)
