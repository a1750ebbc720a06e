"""The things the house is about, frozen: from the envelope a fax came in to the receipt an agency gave for its record.

All ids are UUIDv7 strings; all times are aware datetimes; all pages count from 1 within their fax.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from typing_extensions import TypeAliasType

from bridge.domain.evidence import Evidence
from bridge.domain.layout import Reading
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage, WorkState

# Named, not a bare union: whoever builds a schema from these classes would otherwise follow the recursion for ever.
JsonValue = TypeAliasType("JsonValue", "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None")
JsonObject = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the fax, as far as mail, TSID (T.30 id) or provider tell: E.164 or as given."""

    number: str | None = None
    tsid: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class BlobRef:
    """Bytes kept in the blob store: SHA-256 in hex is the key, `size` in bytes."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """How something arrived: one mail or one upload, acknowledged once.

    `dedup_key` identifies the same transmission sent again (for mail: SHA-256 of the data without leading Received
    lines, and of its recipients; for HTTP: token and Idempotency-Key) within the configured window.
    """

    id: str
    channel: str
    mailboxes: tuple[str, ...]
    received_at: datetime
    content: BlobRef
    dedup_key: str | None
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Fax:
    """One fax for one mailbox. `original` is set by unpacking (at once for uploads).

    `announced_pages` is what mail or TTI line promised, `page_count` what was decoded; `complete` is None where unknown.
    `pages_pending` counts page tasks still open in the current stage. `possible_duplicate_of` links, never merges.
    `sent_at` is the fax server's own time where it tells one.
    """

    id: str
    envelope_id: str
    mailbox: str
    channel: str
    ordinal: int
    state: FaxState
    received_at: datetime
    sender: Sender = field(default_factory=Sender)
    original: BlobRef | None = None
    reason: str | None = None
    announced_pages: int | None = None
    page_count: int | None = None
    pages_pending: int = 0
    complete: bool | None = None
    sent_at: datetime | None = None
    possible_duplicate_of: str | None = None


class PageKind(StrEnum):
    """What a page is good for; blanks and covers belong to no document and are filed."""

    CONTENT = "content"
    BLANK = "blank"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a fax: `image` as decoded (1-bit or grey PNG), `upright` cleaned; resolutions in dots per inch."""

    fax_id: str
    number: int
    state: PageState
    image: BlobRef | None
    x_dpi: float
    y_dpi: float
    upright: BlobRef | None = None
    kind: PageKind = PageKind.CONTENT
    reason: str | None = None


class Origin(StrEnum):
    """Where a value comes from (contract: `evidence[].origin`)."""

    READ = "read"
    DERIVED = "derived"
    CORRECTED = "corrected"
    TYPED = "typed"


class IssueCode(StrEnum):
    """Why a field is not simply right (contract: `issues[].code`)."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    IMPLAUSIBLE = "implausible"
    CONFLICT = "conflict"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Issue:
    """One doubt, with a German sentence a clerk understands; `box` in fractions of the upright `page`."""

    field: str
    code: IssueCode
    message: str
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf of a document's data: its dotted `path`, normalised `value`, and the evidence for it.

    `is_sure` is decided by `stages.decide` against the type's threshold; `box` in fractions of the upright `page`.
    `basis` is what its confidence was computed from: confirmed faxes calibrate by it.
    """

    path: str
    value: JsonValue
    text: str
    confidence: float
    origin: Origin
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    readings: tuple[Reading, ...] = ()
    is_sure: bool = False
    basis: Evidence | None = None


class Completeness(StrEnum):
    """Whether a record carries all that was read, or only what was sure."""

    WHOLE = "whole"
    PARTIAL = "partial"


class WithdrawalReason(StrEnum):
    """Why a record that was sent no longer holds."""

    WRONG_RECIPIENT = "wrong_recipient"
    NOT_CONFIRMED = "not_confirmed"
    OTHER = "other"


class ReviewOutcome(StrEnum):
    """How a record came to be released (contract: `review.outcome`)."""

    AUTOMATIC = "automatic"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Document:
    """One document in a fax: its pages, type, fields and doubts. Its id is also its record's id, over all versions."""

    id: str
    fax_id: str
    ordinal: int
    type: str
    type_confidence: float
    pages: tuple[int, ...]
    state: DocumentState
    fields: tuple[Field, ...] = ()
    issues: tuple[Issue, ...] = ()
    reason: str | None = None
    version: int = 0  # of the newest record; 0 = none yet
    completeness: Completeness | None = None


WITHDRAWAL: Final = "withdrawal/1"  # the schema of the message that a record no longer holds


def canonical_json(value: JsonValue) -> bytes:
    """Return a value as UTF-8 JSON, the same bytes in whatever order its keys stand."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Record:
    """One version of what leaves: `body` is the contract's JSON object. Idempotency key = document id and version."""

    document_id: str
    version: int
    body: JsonObject
    created_at: datetime

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt of this version."""
        return f"{self.document_id}:{self.version}"

    @property
    def content(self) -> bytes:
        """The body as UTF-8 JSON, the same bytes for every attempt whatever order the database gives the keys in."""
        return canonical_json(self.body)

    @property
    def fax_id(self) -> str:
        """The fax it comes from."""
        fax = self.body["fax"]
        if not isinstance(fax, dict):
            raise TypeError("no record of the contract")
        return str(fax["id"])

    @property
    def pages(self) -> list[int]:
        """The pages it covers, as numbered in the fax: none of them where it is a withdrawal."""
        pages = self.body.get("pages")
        return [page for page in pages if isinstance(page, int)] if isinstance(pages, list) else []


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record version on its way to one target, or the word that the record no longer holds for it (`is_withdrawal`).

    `position` is its place in a feed, once it was offered there.
    """

    id: str
    document_id: str
    version: int
    target: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    reason: str | None = None
    is_withdrawal: bool = False
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: HTTP `status` or None, `error` a short English cause, `seconds` it took.

    `answer` is what a target said that did not take it, shortened and without what was sent.
    """

    delivery_id: str
    number: int
    at: datetime
    seconds: float
    status: int | None
    error: str | None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A target's acceptance: status, its own id where it gives one, SHA-256 (hex) of the bytes sent, pages covered.

    `answer` is its own receipt, where its protocol has one.
    """

    delivery_id: str
    at: datetime
    status: int
    receiver_id: str | None
    sent_sha256: str
    page_count: int
    answer: BlobRef | None = None


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """One document that waits for a person, or one whose partial record left doubts behind (`is_follow_up`).

    `due_at` is when the notification is due (IfSG § 9 (3): 24 hours after it came), `is_urgent` that its disease must not wait.
    `postponed_until`, `note` and `handed_to` (a person's id) are what somebody decided who had it before.
    """

    id: str
    document_id: str
    fax_id: str
    reason: str
    created_at: datetime
    is_follow_up: bool = False
    closed_at: datetime | None = None
    outcome: str | None = None
    due_at: datetime | None = None
    is_urgent: bool = False
    postponed_until: datetime | None = None
    note: str | None = None
    handed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One leased step. `token` rises with every claim (fencing); `due_at` is when it may next be rung for.

    `crashes` counts deaths of the sandboxed decoder, `expirations` leases that ran out, `attempts` all claims but those
    that ended because disk or database refused.
    """

    id: str
    stage: Stage
    fax_id: str
    state: WorkState
    due_at: datetime
    created_at: datetime
    page: int | None = None
    delivery_id: str | None = None
    attempts: int = 0
    crashes: int = 0
    expirations: int = 0
    token: int = 0
    lease_until: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one piece of work until `work.lease_until`; saving with an outdated token raises LostClaimError."""

    work: Work
    owner: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a fax's story: `what` is an English verb phrase of fixed words, never a value from the fax."""

    fax_id: str
    at: datetime
    what: str
    detail: JsonObject = field(default_factory=dict)
