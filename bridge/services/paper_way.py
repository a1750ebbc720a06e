"""The way on paper: when the bridge cannot read, everything that waits can be printed, the most urgent first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Final

from bridge.domain.desk import DEADLINE, Waiting, WaitingFilter
from bridge.domain.errors import DecodeError, NotFoundError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import FAILED, FaxState
from bridge.domain.media_types import MAIL
from bridge.domain.model import Fax, Sender
from bridge.domain.papers import Cover, CoverLine, DocumentFacts
from bridge.domain.people import Action
from bridge.ports import Blobs, Clock, DecodedPage, Decoder, FaxFilter, Store
from bridge.services.papers import Compose, FaxPapers, unread_page
from bridge.stages.unpack import fax_attachments

AT_ONCE: Final = 300  # faxes in one file: more than a day's work, and a printer's patience
_MOST: Final = 5_000  # lines of what waits that are looked at: weeks of work
_DONE: Final = FAILED | {FaxState.DECIDED, FaxState.CLOSED}
_UNREAD: Final = "noch nicht gelesen"
_UNREADABLE: Final = "nicht lesbar"
_NO_PICTURE: Final = "Lässt sich nicht drucken. Bitte das Original ansehen."

# Makes one file of a cover and a pile of PDF files, in their order.
Bind = Callable[[Cover, Sequence[Path], Path], None]


@dataclass(frozen=True, slots=True)
class Waits:
    """One fax that waits, with the most urgent of what waits in it; `what` is German, `is_unread` where it is still being read."""

    fax_id: str
    mailbox: str
    sender: Sender
    received_at: datetime
    due_at: datetime
    what: str
    is_urgent: bool = False
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """How much waits: `count` faxes, `unread` of them not read yet, the oldest of them, and which go into each file.

    `is_more` where more waits than is looked at.
    """

    count: int
    unread: int
    oldest_at: datetime | None
    files: tuple[tuple[int, int], ...]  # numbers of the first and last fax in each
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Pile:
    """A file that is ready: where it lies (whoever takes it removes it), and what is in it."""

    path: Path
    cover: Cover


class PaperWay:
    """Gathers what waits for a person's mailboxes and makes one PDF of it."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        decoder: Decoder,
        papers: FaxPapers,
        compose: Compose,
        bind: Bind,
        types: Mapping[str, DocumentType],
        clock: Clock,
        work_folder: Path,
    ) -> None:
        """Take where faxes are kept, what makes a PDF of each and binds them, and the folder for temporary files."""
        self._store, self._blobs, self._decoder, self._papers = store, blobs, decoder, papers
        self._compose, self._bind, self._types, self._clock, self._work_folder = compose, bind, types, clock, work_folder

    def overview(self, mailboxes: Sequence[str] | None) -> Overview:
        """Return how much waits in these mailboxes (None: all)."""
        waiting, is_more = self.waiting(mailboxes)
        oldest = min((each.received_at for each in waiting), default=None)
        files = tuple((first + 1, min(first + AT_ONCE, len(waiting))) for first in range(0, len(waiting), AT_ONCE))
        return Overview(len(waiting), sum(each.is_unread for each in waiting), oldest, files, is_more)

    def waiting(self, mailboxes: Sequence[str] | None) -> tuple[list[Waits], bool]:
        """Return every fax that waits or has not been read yet, each once, urgent ones first, then by when they are due.

        And whether there is more than is looked at.
        """
        which = WaitingFilter(mailboxes=None if mailboxes is None else tuple(mailboxes), is_postponed=True, limit=_MOST)
        lines, being_read = self._store.waiting_list(which, self._clock.now()), list(self._being_read(mailboxes))
        found: dict[str, Waits] = {}
        for each in (*map(self._of_line, lines), *map(_of_fax, being_read)):
            found[each.fax_id] = _joined(found[each.fax_id], each) if each.fax_id in found else each
        ordered = sorted(found.values(), key=lambda each: (not each.is_urgent, each.due_at, each.fax_id))
        return ordered, max(len(lines), len(being_read)) >= _MOST

    def pile(self, mailboxes: Sequence[str] | None, person_id: str, after: int = 0) -> Pile:
        """Make a file of at most `AT_ONCE` faxes, leaving out the first `after`, and log who took which.

        Faxes that cannot be printed are listed with the reason. Raises NotFoundError where none waits, and StorageError.
        """
        waiting, is_more = self.waiting(mailboxes)
        chosen = waiting[after : after + AT_ONCE]
        if not chosen:
            raise NotFoundError("nothing waits")
        with ExitStack() as unfinished:
            scratch = Path(unfinished.enter_context(self._scratch(self._work_folder)))
            made = [self._printed(number, each, scratch) for number, each in enumerate(chosen, start=after + 1)]
            cover = Cover(self._clock.now(), tuple(line for line, _ in made), len(waiting) - len(chosen), is_more)
            path = self._temporary()
            unfinished.callback(path.unlink)
            self._bind(cover, [file for _, file in made if file is not None], path)
            self._log(person_id, chosen)
            unfinished.pop_all()
        return Pile(path, cover)

    # -- how ----------------------------------------------------------------------------------------------------------

    def _being_read(self, mailboxes: Sequence[str] | None) -> Iterator[Fax]:
        """Yield the faxes that are on their way to being read."""
        boxes: Sequence[str | None] = [None] if mailboxes is None else mailboxes
        for state in FaxState:
            if state not in _DONE:
                for mailbox in boxes:
                    yield from self._store.faxes(FaxFilter(state, mailbox, limit=_MOST))

    def _of_line(self, line: Waiting) -> Waits:
        kind = self._types.get(line.type) if line.type is not None else None
        what = kind.title if kind is not None else line.type or _UNREADABLE
        return Waits(line.fax_id, line.mailbox, line.sender, line.received_at, line.due_at, what, line.is_urgent)

    def _printed(self, number: int, each: Waits, scratch: Path) -> tuple[CoverLine, Path | None]:
        """Return a fax's line on the cover, and its pages as a file of ours, None where there is no picture of any."""
        sender = each.sender.name or each.sender.tsid or each.sender.number or ""
        line = CoverLine(number, each.received_at, each.due_at, each.mailbox, sender, each.what, is_urgent=each.is_urgent)
        try:
            with self._scratch(scratch) as folder:
                content, pages = self._pages_of(self._store.fax(each.fax_id), Path(folder))
        except DecodeError as error:
            return replace(line, remark=error.reason), None
        except NotFoundError:
            return replace(line, remark=_NO_PICTURE), None
        file = scratch / f"{number}.pdf"
        file.write_bytes(content)
        return replace(line, pages=pages), file

    def _pages_of(self, fax: Fax, scratch: Path) -> tuple[bytes, int]:
        """Return a fax as PDF, and how many pages: those that are decoded, else those of its original, opened in the sandbox."""
        if known := sum(page.image is not None for page in self._store.pages(fax.id)):
            return self._papers.searchable(fax.id).content, known
        decoded: list[DecodedPage] = []
        for place, (path, kind) in enumerate(self._originals(fax, scratch)):
            folder = scratch / f"pages-{place}"
            folder.mkdir()
            decoded += self._decoder.decode(path, kind, folder).pages
        if not decoded:
            raise NotFoundError("fax without a picture")
        pages = (unread_page(self._decoder.load(page.path, page.x_dpi, page.y_dpi)) for page in decoded)
        return self._compose(pages, DocumentFacts(f"Fax {fax.id}", fax.received_at)), len(decoded)

    def _originals(self, fax: Fax, scratch: Path) -> list[tuple[Path, str]]:
        """Return the files that hold the fax: its original, else what its mail carries."""
        if fax.original is not None:
            return [(self._blobs.path(fax.original.sha256), fax.original.media_type)]
        path = self._blobs.path(self._store.envelope(fax.envelope_id).content.sha256)
        kind = self._decoder.sniff(path)
        if kind != MAIL:
            return [(path, kind)]
        return [(one.path, one.media_type) for one in fax_attachments(self._decoder.unpack_mail(path, scratch))]

    def _scratch(self, folder: Path) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="bridge-paper-", dir=folder, ignore_cleanup_errors=True)

    def _temporary(self) -> Path:
        descriptor, name = mkstemp(prefix="bridge-pile-", suffix=".pdf", dir=self._work_folder)
        os.close(descriptor)
        return Path(name)

    def _log(self, person_id: str, chosen: Sequence[Waits]) -> None:
        now = self._clock.now()
        with self._store.begin() as tx:
            for each in chosen:
                tx.log(Action(now, person_id, "fax printed", each.fax_id))


def _of_fax(fax: Fax) -> Waits:
    due_at = (fax.sent_at or fax.received_at) + DEADLINE
    return Waits(fax.id, fax.mailbox, fax.sender, fax.received_at, due_at, _UNREAD, is_unread=True)


def _joined(one: Waits, other: Waits) -> Waits:
    """Return what several documents of a fax come to: as urgent as the most urgent of them."""
    return replace(one, due_at=min(one.due_at, other.due_at), is_urgent=one.is_urgent or other.is_urgent)
