"""A document as a person sees it while deciding: what is asked, why, what was read, and what is sure already."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.forms import FieldKind
from bridge.domain.model import IssueCode, JsonValue, Origin

Place = tuple[float, float, float, float]  # left, top, right, bottom as fractions of the upright page


class Cause(StrEnum):
    """Why a person is asked: these are shown apart."""

    MISREAD = "misread"  # the readers are unsure or disagree
    RULE = "rule"  # it reads clearly, but breaks a rule
    MISSING = "missing"  # nothing was found


class Answer(StrEnum):
    """What a person has said about a line so far."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    TYPED = "typed"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading or canonical value to pick: `text` is what a step carries, `shown` what a person sees, `readers` who read it."""

    text: str
    shown: str
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One field: `text` is its present value as typed by a person would be (dates 15.03.2020), "" where it has none.

    `cause` and `reason` (one German sentence) only where a person is asked. `choices` are readings that differ and,
    of enumerations, all allowed values. `is_double` demands a blind second entry before it may be confirmed.
    """

    path: str
    label: str
    kind: FieldKind
    text: str
    value: JsonValue
    origin: Origin | None
    answer: Answer
    is_required: bool
    is_double: bool = False
    cause: Cause | None = None
    code: IssueCode | None = None
    reason: str | None = None
    choices: tuple[Choice, ...] = ()
    page: int | None = None
    box: Place | None = None
    confidence: float | None = None

    @property
    def is_asked(self) -> bool:
        """Whether a person has still to say something."""
        return self.cause is not None and self.answer is Answer.OPEN


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, such as all of the patient; `title` is German."""

    name: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells in the order of the columns, and its strip of the page."""

    number: int
    cells: tuple[Line, ...]
    page: int | None = None
    box: Place | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with the draft applied. `columns` are the labels of the table's columns, where the type has rows.

    `notes` are doubts about no single field (German sentences): too few rows, a type that is not sure, a possible duplicate.
    """

    document_id: str
    fax_id: str
    type: str
    title: str
    pages: tuple[int, ...]
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    columns: tuple[tuple[str, str], ...]  # path within the row, label
    notes: tuple[str, ...]
    revision: int
    steps: int
    version: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, those of rows too."""
        return tuple(line for group in self.groups for line in group.lines) + tuple(cell for row in self.rows for cell in row.cells)

    @property
    def asked(self) -> tuple[Line, ...]:
        """What a person has still to say something about."""
        return tuple(line for line in self.lines if line.is_asked)
