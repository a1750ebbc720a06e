"""A person's work on one document before it is confirmed: steps that can be taken back, and what of it waits in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bridge.domain.model import ReviewTask, Sender

DEADLINE: Final = timedelta(hours=24)  # IfSG § 9 (3): by then a notification must have reached the office


class StepKind(StrEnum):
    """What a person did to a document."""

    VALUE = "value"  # `path` has `text`
    ABSENT = "absent"  # `path` does not stand on the fax
    UNREADABLE = "unreadable"  # something stands there that nobody can read
    CONFIRMED = "confirmed"  # `path` is right as it was read
    TYPE = "type"  # the document is of the type `text`
    ROW_INSERTED = "row_inserted"  # an empty row before row `row`
    ROW_DELETED = "row_deleted"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be undone. `page` and `box` (fractions of the upright page) say where a person found the value.

    `group` is shared by steps that belong together, such as the cells of what was pasted: they are undone at once.
    """

    kind: StepKind
    path: str | None = None
    text: str | None = None
    row: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has done to a document so far; `revision` rises with each change, so that nothing is overwritten unseen."""

    document_id: str
    person_id: str
    steps: tuple[Step, ...] = ()
    revision: int = 0
    updated_at: datetime | None = None


class WaitingKind(StrEnum):
    """What it is that waits."""

    DOCUMENT = "document"
    FOLLOW_UP = "follow_up"
    PAGE = "page"  # one page of a fax that could not be read
    FAX = "fax"  # a whole fax that could not be read


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of what waits. `task` is None for unread pages and faxes; `held_by` is the id of who has it just now.

    `due_at` is 24 hours after the fax came (IfSG § 9 (3)); `name` is the patient's, where one was read.
    """

    kind: WaitingKind
    fax_id: str
    mailbox: str
    received_at: datetime
    due_at: datetime
    reason: str
    sender: Sender = field(default_factory=Sender)
    task: ReviewTask | None = None
    type: str | None = None
    name: str | None = None
    page: int | None = None
    is_urgent: bool = False
    held_by: str | None = None
    issues: int = 0


@dataclass(frozen=True, slots=True)
class WaitingFilter:
    """Which of what waits to show, most urgent first. `mailboxes` None means all; `search` words must all be found.

    `only_tasks` leaves out what nobody could read; `after` is how many to leave out; postponed ones are shown only where `is_postponed`.
    """

    mailboxes: tuple[str, ...] | None = None
    type: str | None = None
    kind: WaitingKind | None = None
    search: str = ""
    is_postponed: bool = False
    only_tasks: bool = False
    handed_to: str | None = None
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named filter that everybody of a mailbox can open; `query` is that of the page's address."""

    id: str
    mailbox: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a person says a fax falls apart: parts of page numbers with their type (None: as recognised), and turns by page.

    Pages in no part belong to no document; without any part the machine parts the fax. Turns are degrees clockwise: asked for
    (90, 180, 270), from how the person sees the page; kept (0 too), from how the page was decoded.
    """

    parts: tuple[tuple[tuple[int, ...], str | None], ...] = ()
    turns: Mapping[int, int] = field(default_factory=dict)


SENDERS_NEEDED: Final = 2  # whose faxes must show a label before it is offered


class ProposalState(StrEnum):
    """What became of a label that was learnt from a correction."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class LabelProposal:
    """A printed label that people's corrections suggest for a field of a type, seen on faxes of `times` senders."""

    type: str
    path: str
    label: str
    state: ProposalState
    times: int
    first_at: datetime
    decided_by: str | None = None
