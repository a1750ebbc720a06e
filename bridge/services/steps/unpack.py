"""unpack: the envelope's bytes become one fax for each attachment that is one, and for each mailbox addressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.domain.findings import MailFacts
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FaxState, Stage
from bridge.domain.media_types import MAIL
from bridge.domain.model import BlobRef, Claim, Envelope, Event, Fax, Work
from bridge.ports import Transaction
from bridge.services.steps.tools import Tools, new_work
from bridge.stages.unpack import fax_attachments, likely_copies, mail_facts, no_content_reason

MAIL_PROBLEMS = "mail had problems"  # the event that tells of them, by kind: what a decoder says could quote the mail
_PROBLEMS = {  # how each kind of `MailContent.problems` begins
    "left aside": "part_left_aside",
    "more than": "too_many_parts",
    "nested deeper": "nested_too_deep",
    "header block": "header_too_long",
    "message/": "content_elsewhere",
    "parts outside": "parts_outside_boundary",
    "yEnc": "encoding_unknown",
}
_LONGEST_WAY = timedelta(days=30)  # that a mail may have waited in a queue
_CLOCK_SKEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Contents:
    """What an envelope holds: originals in order, what its mail says of them, why there is none, and what could not be opened.

    `copies` tells the indices of originals that another one of the same mail likely is too, with that one's.
    """

    originals: tuple[BlobRef, ...]
    facts: MailFacts
    reason: str | None = None
    problems: tuple[str, ...] = ()
    copies: Mapping[int, int] = field(default_factory=dict)


def unpack(tools: Tools, claim: Claim) -> list[Work]:
    """Unpack the envelope of the claimed fax, for all its mailboxes at once. Raises DecodeError."""
    store = tools.store
    envelope = store.envelope(store.fax(claim.work.fax_id).envelope_id)
    contents = _open(tools, envelope)
    twins = [_find_twin(tools, envelope, original) for original in contents.originals]
    faxes = store.faxes_of(envelope.id)
    known = {(fax.mailbox, fax.ordinal) for fax in faxes}
    with store.begin() as tx:
        upcoming: list[Work] = []
        for first in (fax for fax in faxes if fax.state is FaxState.RECEIVED):
            if contents.problems:
                tx.add_event(
                    Event(first.id, tools.clock.now(), MAIL_PROBLEMS, {"kinds": dict(Counter(map(problem_kind, contents.problems)))})
                )
            if not contents.originals:
                tx.move_fax(first.id, FaxState.RECEIVED, FaxState.NO_CONTENT, contents.reason)
                continue
            upcoming += _unfold(tools, tx, first, contents, twins, known)
        tx.finish_work(claim)
    return upcoming


def _open(tools: Tools, envelope: Envelope) -> Contents:
    path = tools.blobs.path(envelope.content.sha256)
    media_type = tools.decoder.sniff(path)
    if media_type != MAIL and envelope.channel != "smtp":
        return Contents((BlobRef(envelope.content.sha256, envelope.content.size, media_type),), MailFacts())
    with tools.scratch() as scratch:
        mail = tools.decoder.unpack_mail(path, scratch)
        faxes = fax_attachments(mail)
        originals = tuple(tools.blobs.put_file(one.path, one.sha256, one.media_type) for one in faxes)
        reason = None if originals else no_content_reason(mail)
        return Contents(originals, mail_facts(mail), reason, mail.problems, likely_copies(faxes))


def problem_kind(problem: str) -> str:
    """Return the kind of a mail's problem, a fixed word."""
    return next((kind for beginning, kind in _PROBLEMS.items() if problem.startswith(beginning)), "other")


def _find_twin(tools: Tools, envelope: Envelope, original: BlobRef) -> str | None:
    """Return an earlier fax of another envelope with the same bytes: linked, never merged, never dropped."""
    twin = tools.store.find_original(original.sha256, envelope.received_at - tools.duplicate_window, envelope.id)
    return twin.id if twin is not None else None


def _believed(sent_at: datetime | None, received_at: datetime) -> datetime | None:
    """Return the fax server's time where it can be true: a server with a wrong clock must not date a notification."""
    if sent_at is None or not received_at - _LONGEST_WAY <= sent_at <= received_at + _CLOCK_SKEW:
        return None
    return sent_at


def _unfold(
    tools: Tools, tx: Transaction, first: Fax, contents: Contents, twins: Sequence[str | None], known: set[tuple[str, int]]
) -> list[Work]:
    """Give `first` the first original, and each further one a fax of its own beside it."""
    now = tools.clock.now()
    upcoming = []
    made: dict[int, str] = {}  # fax by the index of its original
    for ordinal, (original, twin) in enumerate(zip(contents.originals, twins, strict=True), start=1):
        if ordinal == 1:
            fax_id = first.id
        elif (first.mailbox, ordinal) in known:
            continue  # was unfolded before this envelope was opened again
        else:
            fax_id = new_id()
            tx.add_fax(Fax(fax_id, first.envelope_id, first.mailbox, first.channel, ordinal, FaxState.RECEIVED, first.received_at))
        made[ordinal - 1] = fax_id
        is_single = len(contents.originals) == 1
        tx.set_fax_facts(
            fax_id,
            sender=contents.facts.sender if contents.facts != MailFacts() else None,
            original=original,
            # a mail that carries several faxes cannot say which of them its page count means
            announced_pages=contents.facts.announced_pages if is_single else None,
            complete=contents.facts.complete,
            sent_at=_believed(contents.facts.sent_at, first.received_at),
            possible_duplicate_of=twin or made.get(contents.copies.get(ordinal - 1, -1)),
        )
        tx.move_fax(fax_id, FaxState.RECEIVED, FaxState.UNPACKED)
        work = new_work(Stage.DECODE, fax_id, now)
        tx.add_work(work)
        upcoming.append(work)
    return upcoming
