"""The way on paper: when the bridge cannot read, everything that waits can be printed, the most urgent first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Final

from bridge.domain.desk import Waiting, WaitingFilter
from bridge.domain.errors import DecodeError, NotFoundError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import FAILED, FaxState
from bridge.domain.media_types import MAIL
from bridge.domain.model import Fax
from bridge.domain.papers import Cover, CoverLine, DocumentFacts
from bridge.domain.people import Action
from bridge.ports import Blobs, Clock, DecodedPage, Decoder, FaxFilter, Store
from bridge.services.papers import Compose, FaxPapers, unread_page
from bridge.stages.unpack import fax_attachments

AT_ONCE: Final = 300  # faxes in one file: more than a day's work, and a printer's patience
_MOST: Final = 20_000  # lines of what waits that are looked at
_DEADLINE: Final = timedelta(hours=24)  # IfSG § 9 (3)
_DONE: Final = FAILED | {FaxState.DECIDED, FaxState.CLOSED}
_UNREAD: Final = "noch nicht gelesen"
_UNREADABLE: Final = "nicht lesbar"
_NO_PICTURE: Final = "Lässt sich nicht drucken. Bitte das Original ansehen."

# Makes one file of a cover and a pile of PDF files, in their order.
Bind = Callable[[Cover, Sequence[Path], Path], None]


@dataclass(frozen=True, slots=True)
class Waits:
    """One fax that waits, with the most urgent of what waits in it; `what` is German, `reason` why it waits."""

    fax: Fax
    due_at: datetime
    what: str
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """How much waits: `count` faxes, `unread` of them not read yet, the oldest of them, and how many files they make."""

    count: int
    unread: int
    oldest_at: datetime | None
    files: tuple[tuple[int, int], ...]  # numbers of the first and last fax in each


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
        waiting = self.waiting(mailboxes)
        oldest = min((each.fax.received_at for each in waiting), default=None)
        files = tuple((first + 1, min(first + AT_ONCE, len(waiting))) for first in range(0, len(waiting), AT_ONCE))
        return Overview(len(waiting), sum(each.fax.state not in _DONE for each in waiting), oldest, files)

    def waiting(self, mailboxes: Sequence[str] | None) -> list[Waits]:
        """Return every fax that waits or has not been read yet, each once, urgent ones first, then by when they are due."""
        which = WaitingFilter(mailboxes=None if mailboxes is None else tuple(mailboxes), is_postponed=True, limit=_MOST)
        found: dict[str, Waits] = {}
        for line in self._store.waiting_list(which, self._clock.now()):
            known = found.get(line.fax_id)
            if known is None:
                found[line.fax_id] = Waits(self._store.fax(line.fax_id), line.due_at, self._what(line), line.is_urgent)
            else:
                found[line.fax_id] = replace(known, due_at=min(known.due_at, line.due_at), is_urgent=known.is_urgent or line.is_urgent)
        for fax in self._being_read(mailboxes):
            found.setdefault(fax.id, Waits(fax, (fax.sent_at or fax.received_at) + _DEADLINE, _UNREAD))
        return sorted(found.values(), key=lambda each: (not each.is_urgent, each.due_at, each.fax.id))

    def pile(self, mailboxes: Sequence[str] | None, person_id: str, after: int = 0) -> Pile:
        """Make a file of at most `AT_ONCE` faxes, leaving out the first `after`, and log who took which.

        Faxes that cannot be printed are listed with the reason. Raises NotFoundError where none waits, and StorageError.
        """
        waiting = self.waiting(mailboxes)
        chosen = waiting[after : after + AT_ONCE]
        if not chosen:
            raise NotFoundError("nothing waits")
        with ExitStack() as unfinished:
            scratch = Path(unfinished.enter_context(self._scratch(self._work_folder)))
            made = [self._printed(number, each, scratch) for number, each in enumerate(chosen, start=after + 1)]
            cover = Cover(self._clock.now(), tuple(line for line, _ in made), len(waiting) - len(chosen))
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

    def _what(self, line: Waiting) -> str:
        if line.type is None:
            return _UNREADABLE
        return self._types[line.type].title if line.type in self._types else line.type

    def _printed(self, number: int, each: Waits, scratch: Path) -> tuple[CoverLine, Path | None]:
        """Return a fax's line on the cover, and its pages as a file of ours, None where there is no picture of any."""
        sender = each.fax.sender
        line = CoverLine(
            number,
            each.fax.received_at,
            each.due_at,
            each.fax.mailbox,
            sender.name or sender.tsid or sender.number or "",
            each.what,
            is_urgent=each.is_urgent,
        )
        try:
            with self._scratch(scratch) as folder:
                content, pages = self._pages_of(each.fax, Path(folder))
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
                tx.log(Action(now, person_id, "fax printed", each.fax.id))
