"""Where records go: the in-memory form of `config/targets/*.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from bridge.domain.retry import Backoff

PAUSED_UNTIL: Final = datetime(9999, 1, 1, tzinfo=UTC)  # a person's resuming comes before


RETRIES: Final = Backoff()
PROBES: Final = Backoff(timedelta(seconds=30), timedelta(minutes=15))


class TargetKind(StrEnum):
    """The protocol a target speaks."""

    REST = "rest"
    FHIR = "fhir"
    SORMAS = "sormas"
    FEED = "feed"  # it comes and takes: nothing is sent
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Times:
    """Limits of one attempt in seconds: to connect, for each wait on the receiver, from beginning to end."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a target is asked to take: requests at once, and a minute (0: as many as it answers)."""

    concurrency: int = 4
    per_minute: float = 0.0

    @property
    def spacing(self) -> float:
        """Seconds between the beginnings of two requests."""
        return 60.0 / self.per_minute if self.per_minute else 0.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """After `failures` tries in a row without a useful answer nothing more is sent for a while, then one as a probe.

    `wait` tells for how long, by how often the probe has failed.
    """

    failures: int = 5
    wait: Backoff = PROBES


class AuthKind(StrEnum):
    """How a target knows us. A client certificate (`Tls`) may come on top of each."""

    NONE = "none"
    BASIC = "basic"  # RFC 7617
    BEARER = "bearer"  # RFC 6750
    OAUTH2 = "oauth2"  # client credentials, RFC 6749 section 4.4


@dataclass(frozen=True, slots=True)
class Auth:
    """Our credentials: `user` and `secret` (basic), `secret` (bearer), or client id, secret, `token_url` and `scope` (oauth2)."""

    kind: AuthKind = AuthKind.NONE
    user: str = ""
    secret: str = field(default="", repr=False)
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files: our client certificate and its key, and whom to trust instead of the system's authorities."""

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None


class PaperKind(StrEnum):
    """What of the fax itself a record brings along."""

    NONE = "none"
    LINK = "link"  # an href to the searchable PDF of the document's pages, beside that of the original
    INLINE = "inline"  # that PDF itself, in base64
    ORIGINAL = "original"  # the fax as it came, whole, in base64: other documents of it too


@dataclass(frozen=True, slots=True)
class Target:
    """One receiving agency, one file of `config/targets/`: how records reach it, how often, and for how long it is tried.

    `secrets` sign what is sent (Standard Webhooks; two while one replaces the other). `shape` is a JMESPath expression that
    makes the receiver's own JSON out of the record, None for ours. `options` are the protocol's own. A feed's `auth` is what its
    reader shows.
    """

    name: str
    kind: TargetKind
    url: str = field(default="", repr=False)
    folder: Path | None = None
    auth: Auth = Auth()
    tls: Tls = Tls()
    times: Times = Times()
    pace: Pace = Pace()
    backoff: Backoff = RETRIES
    breaker: Breaker = Breaker()
    max_age: timedelta = timedelta(hours=72)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    shape: str | None = None
    paper: PaperKind = PaperKind.NONE
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetState:
    """How a target stands, the same for all workers.

    `is_paused` by a person or by its own word (HTTP 410), `reason` why. `failures` tries in a row had no useful answer; after enough of
    them it was shut, `openings` times since it last answered, and nothing is sent until `shut_until`. `since` is when that began.
    """

    name: str
    is_paused: bool = False
    reason: str | None = None
    failures: int = 0
    openings: int = 0
    shut_until: datetime | None = None
    since: datetime | None = None

    def rests_until(self, now: datetime) -> datetime | None:
        """Return until when nothing may be sent, None where something may be now."""
        if self.is_paused:
            return PAUSED_UNTIL
        return self.shut_until if self.shut_until is not None and self.shut_until > now else None
