"""Paragraphs in the upper part of a page that ask for nothing: which is the sender's letterhead, which the recipient's address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bridge.domain.forms import DocumentType
from bridge.domain.layout import Box
from bridge.stages.folding import similarity
from bridge.stages.lines import Segment, Sheet, rows_of, union
from bridge.stages.parties import has_title, is_organisation, is_road
from bridge.stages.sections import Question
from bridge.stages.vocabulary import LabelKind

_LEADING: Final = 1.4  # of the print's height: white between the lines of a paragraph set at one and a half
_POSTAL: Final = re.compile(r"(?:^|[\s·•|,–-])(?:D-)?\d{5}\s+[A-ZÄÖÜ]")
_OFFICE: Final = re.compile(r"gesundheits(?:amt|dienst)|amt f[uü]r gesundheit|fach(?:bereich|dienst) gesundheit", re.IGNORECASE)
_NO_OFFICE_NAME: Final = re.compile(r"meld|formular|wird|mitteil|übermitt|bitte|fax-?nr|gemäß|nach §", re.IGNORECASE)
_SIGNING: Final = re.compile(r"unterschrift|stempel", re.IGNORECASE)  # captions beside which stamps stand
_CONTACT: Final = re.compile(
    r"^(?:tel|fon|fax|telefax|telefon|e-?mail|mail|internet|web|www|mobil|bsnr|lanr|zentrale|homepage)", re.IGNORECASE
)
_MOST_NAME_WORDS: Final = 12  # of a line that names somebody
_MOST_WORDS: Final = 25  # of a block that names no organisation
_LEAST_LINES: Final = 3  # name, street and town
_MISREAD: Final = 0.86  # how alike a word must be to the one it is a misreading of
_UPPER_PART: Final = 0.42  # of the page's height: where letterheads and addresses stand
_FOOT: Final = 0.88  # of the page's height: where papers with a head of its own have their sender's address
_ASKING_MM: Final = 40.0  # how far from a label its answer begins
_HEAD: Final = 0.3  # of the page's height: where a letterhead begins
_NAME_ALONE: Final = 0.2  # of the page's height: above it a sender's name may stand without its address
_WINDOW_MM: Final = (30.0, 105.0)  # from the page's top: where envelopes have their window
_RETURN_LINE_MM: Final = 14.0  # at most between the sender's small line and the address below it
_MOST_WINDOW_LINES: Final = 8


@dataclass(frozen=True)
class Block:
    """A paragraph; each of its lines is a run of segments that stand side by side."""

    lines: tuple[tuple[Segment, ...], ...]

    @property
    def segments(self) -> list[Segment]:
        """Its segments in reading order."""
        return [segment for line in self.lines for segment in line]

    @cached_property
    def box(self) -> Box:
        """The tight box around it."""
        return union(segment.box for segment in self.segments)

    @property
    def has_postal_line(self) -> bool:
        """Whether a postal code with its town stands in it."""
        return any(has_place(segment.text) for segment in self.segments)


def is_contact(text: str) -> bool:
    """Tell whether `text` begins as the contact lines of letterheads do (telephone, fax, mail)."""
    return bool(_CONTACT.match(text))


def has_place(text: str) -> bool:
    """Tell whether a postal code with its town stands in a line."""
    return bool(_POSTAL.search(text))


def names_office(text: str) -> bool:
    """Tell whether a line names a health office, forgiving what OCR does to the word."""
    return bool(_OFFICE.search(text)) or any(similarity(word, "Gesundheitsamt") >= _MISREAD for word in text.split())


def blocks_of(sheet: Sheet, questions: Sequence[Question]) -> list[Block]:
    """Return the paragraphs in the upper part of a page that ask for nothing, top to bottom.

    Labels of contact lines belong to a letterhead, an address that looks like a label ("An das Gesundheitsamt") to a window.
    """
    labelled = {
        id(q.label.segment) for q in questions if not _is_contact(q) and not is_office_address([q.label.segment]) and not is_street(q)
    }
    upper = [s for s in sheet.segments if s.box.bottom <= _UPPER_PART * sheet.layout.height and any(c.isalnum() for c in s.text)]
    blocks = _gathered([s for s in upper if id(s) not in labelled], sheet)
    return [each for block in blocks for each in _parted(block)]


def find_stamp(sheet: Sheet, questions: Sequence[Question]) -> list[Segment]:
    """Return the lines of the one address block low on a form that nothing asks for: the stamp beside or under a signature."""
    asking = [q for q in questions if not _is_contact(q) and (q.spec is not None or not _SIGNING.search(q.label.segment.text))]
    labelled = {id(q.label.segment) for q in asking if q.spec is not None}
    lower = [s for s in sheet.segments if s.box.top > _UPPER_PART * sheet.layout.height and any(c.isalnum() for c in s.text)]
    blocks = _gathered([s for s in lower if id(s) not in labelled], sheet)
    stamps = [b for b in blocks if b.has_postal_line and len(b.lines) >= _LEAST_LINES and _names_party(b.segments[:_LEAST_LINES])]
    free = [b for b in stamps if not is_office_address(b.segments) and not any(_is_beside(q.label.box, b.box, sheet) for q in asking)]
    return free[0].segments if len(free) == 1 else []


def _is_beside(label: Box, block: Box, sheet: Sheet) -> bool:
    """Tell whether a label stands close left of a block's first line, or right above it: then it asks for the block."""
    is_left = (
        label.right <= block.left and 0 <= label.centre[1] - block.top <= 2 * sheet.em and block.left - label.right <= _ASKING_MM * sheet.mm
    )
    is_above = 0 <= block.top - label.bottom <= 3 * sheet.em and label.overlap_x(block) > 0
    return is_left or is_above


def find_foot(sheet: Sheet) -> list[Segment]:
    """Return street and town, one under the other, where they stand at the foot of a page as firms and offices print them."""
    foot = [s for s in sheet.segments if s.box.top >= _FOOT * sheet.layout.height]
    for town in (s for s in foot if _POSTAL.match(s.text)):
        above = [
            s
            for s in foot
            if is_road(s.text) and abs(s.box.left - town.box.left) <= sheet.em and 0 <= town.box.top - s.box.bottom <= 2 * sheet.em
        ]
        if above:
            return [above[-1], town]
    return []


def _gathered(free: Sequence[Segment], sheet: Sheet) -> list[Block]:
    blocks: list[list[tuple[Segment, ...]]] = []
    for run in (run for row in rows_of(free) for run in _runs(row, sheet)):
        box = union(s.box for s in run)
        home = next((b for b in reversed(blocks) if _continues(union(s.box for s in b[-1]), box, sheet)), None)
        if home is None:
            blocks.append([run])
        else:
            home.append(run)
    return [Block(tuple(lines)) for lines in blocks]


def _parted(block: Block) -> list[Block]:
    """Return a block, the small sender's line over a recipient's address apart from it: its first line has a place, and a later one."""
    first, rest = Block(block.lines[:1]), Block(block.lines[1:])
    return [first, rest] if first.has_postal_line and rest.has_postal_line else [block]


def _runs(row: Sequence[Segment], sheet: Sheet) -> list[tuple[Segment, ...]]:
    """Return the parts of a printed line that wide gaps or upright rules keep apart."""
    runs: list[list[Segment]] = []
    for segment in row:
        last = runs[-1][-1].box if runs else None
        if last and segment.box.left - last.right <= 3 * sheet.em and not sheet.grid.upright_between(last, segment.box):
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return [tuple(run) for run in runs]


def _continues(upper: Box, lower: Box, sheet: Sheet) -> bool:
    """Tell whether the line `lower` goes on with the paragraph that ends in `upper`: close below it, flush or centred."""
    gap = lower.top - upper.bottom
    tall = max(upper.height, lower.height, sheet.em)
    aligned = abs(upper.left - lower.left) <= 1.5 * sheet.em
    centred = abs(upper.centre[0] - lower.centre[0]) <= 1.5 * sheet.em
    flush_right = abs(upper.right - lower.right) <= 1.5 * sheet.em
    return -0.3 * tall <= gap <= _LEADING * tall and (aligned or centred or flush_right) and not sheet.grid.level_between(upper, lower)


def is_street(question: Question) -> bool:
    """Tell whether what was taken for a label nobody knows is a street, with its town beside it."""
    return question.label.kind is LabelKind.UNKNOWN and is_road(question.label.segment.text)


def _is_contact(question: Question) -> bool:
    return is_contact(question.label.segment.words[question.label.start].text)


def is_office_address(lines: Sequence[Segment]) -> bool:
    """Tell whether lines are the address of a health office (or begin with "An das")."""
    for segment in lines[:4]:
        if names_office(segment.text) and len(segment.words) <= 8 and not _NO_OFFICE_NAME.search(segment.text):
            return True
    return bool(re.match(r"^an (?:das|den|die)\b", lines[0].text, re.IGNORECASE)) and len(lines) >= 2 and len(lines[0].words) <= 8


def find_window(blocks: Sequence[Block], sheet: Sheet, *, is_form: bool) -> Block | None:
    """Return the recipient's address: a health office's, or on papers that are no forms whatever stands in an envelope's window.

    Where two offices write to each other, the one in the window's place is the recipient.
    """
    offices = [block for block in blocks if is_office_address(block.segments)]
    if is_form:
        return offices[0] if offices else None
    placed = [block for block in blocks if _is_placed_as_window(block, sheet)]
    return next((block for block in placed if block in offices), offices[0] if offices else placed[0] if placed else None)


def _is_placed_as_window(block: Block, sheet: Sheet) -> bool:
    top, bottom = (edge * sheet.mm for edge in _WINDOW_MM)
    is_left = block.box.left < 0.25 * sheet.layout.width and block.box.right < 0.6 * sheet.layout.width
    is_address = 2 <= len(block.lines) <= _MOST_WINDOW_LINES and any(has_place(s.text) for s in block.lines[-1])
    return is_left and is_address and top <= block.box.top and block.box.bottom <= bottom


def find_head(
    blocks: Sequence[Block], window: Block | None, questions: Sequence[Question], sheet: Sheet, kind: DocumentType
) -> list[Segment]:
    """Return the lines of the letterhead: name and address at the head of the page, and the small sender's line over the window.

    A form's letterhead has a place in it; on a letter the name may stand alone, for its address is in the small line then.
    """
    sender = _return_line(blocks, window, sheet)
    labels = [q.label.box for q in questions if q.spec is not None and not _is_contact(q) and q.spec.path != kind.recipient]
    above = [
        b for b in blocks if b not in (window, sender) and b.box.top <= _HEAD * sheet.layout.height and not _is_asked(b, labels, sheet)
    ]
    addressed = next((b for b in above if b.has_postal_line and _is_party(b, is_form=kind.is_form)), None)
    limit = window.box.top if window else _NAME_ALONE * sheet.layout.height
    named = next((b for b in above if _names_party(b.segments) and b.box.top < limit), None)
    if addressed is not None:
        is_nameless = named is not None and not _names_party(addressed.segments) and named.box.top <= addressed.box.bottom
        return [*(named.segments if named and is_nameless else ()), *addressed.segments]
    if kind.is_form:
        return []
    return [*(named.segments if named else ()), *(sender.segments if sender else ())]


def _return_line(blocks: Sequence[Block], window: Block | None, sheet: Sheet) -> Block | None:
    """Return the one small line with the sender's address that stands right above the recipient's."""
    if window is None:
        return None
    for block in blocks:
        gap = window.box.top - block.box.bottom
        flush = abs(block.box.left - window.box.left) <= 2 * sheet.em
        if block is not window and len(block.lines) == 1 and block.has_postal_line and flush and 0 <= gap <= _RETURN_LINE_MM * sheet.mm:
            return block
    return None


def _is_asked(block: Block, labels: Sequence[Box], sheet: Sheet) -> bool:
    """Tell whether a label stands above a block or left of one of its lines, so that the block may be its answer."""
    box = block.box
    return any(label.left < box.right and label.top < box.bottom and not sheet.are_apart(label, box) for label in labels)


def _is_party(block: Block, *, is_form: bool) -> bool:
    """Tell whether a block with a place in it is somebody's; on a form a place alone may be the answer to a label nobody could read."""
    if _names_party(block.segments):
        return True
    return sum(len(s.words) for s in block.segments) <= _MOST_WORDS and (not is_form or len(block.lines) >= _LEAST_LINES)


def _names_party(lines: Iterable[Segment]) -> bool:
    """Tell whether a line names an organisation or a person with a title."""
    names = [
        s.text for s in lines if (len(s.words) <= _MOST_NAME_WORDS or has_place(s.text)) and "@" not in s.text and not is_contact(s.text)
    ]
    return any(is_organisation(name) or has_title(name) for name in names)
