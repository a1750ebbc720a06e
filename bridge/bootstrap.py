"""Builds the house from settings: the only module that knows which adapter serves which port. Nothing is built at import."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Final

from bridge.archive.pdfa import searchable_pdf
from bridge.archive.pile import bind_pile
from bridge.archive.specimen import BlankPapers
from bridge.catalog import load_catalog
from bridge.decoders.sandbox import DecoderLimits, SandboxedDecoder
from bridge.delivery.senders import Senders
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import Catalog
from bridge.domain.practice import Lesson
from bridge.domain.targets import Target, TargetKind
from bridge.intake.tls import tls_context
from bridge.ports import Blobs, Clock, Decoder, PageReader, Paper, Queue, RecordSender, Store
from bridge.practice_files import load_lessons
from bridge.privacy import close_files, close_folder, close_process
from bridge.queue.bell import CeleryBell
from bridge.queue.host_lock import FileHostLock
from bridge.readers.ppocr import PaddleValueReader
from bridge.readers.ppocr_page import PaddlePageReader
from bridge.readers.second_look import SecondLookPageReader
from bridge.readers.tesseract import TesseractPageReader, TesseractValueReader
from bridge.services.accept import Accept
from bridge.services.deliver import Deliver
from bridge.services.desk import Desk
from bridge.services.feed import Feed
from bridge.services.learn import Learn, LearnedCatalog
from bridge.services.paper_way import PaperWay
from bridge.services.papers import FaxPapers
from bridge.services.people import Staff
from bridge.services.practice import Practice, SilentQueue
from bridge.services.process import Patience, Process
from bridge.services.read import Read
from bridge.services.rearrange import Rearrange
from bridge.services.review import Review
from bridge.services.sign_in import SignIn
from bridge.services.steps.tools import Tools
from bridge.services.sweep import Sweep
from bridge.services.target_health import Targets
from bridge.services.taught import Taught
from bridge.services.tidy import Tidy
from bridge.services.withdraw import Withdraw
from bridge.settings import Settings, load_settings
from bridge.stages.schema import RecordSchemas
from bridge.stages.typed import code_for_name, parse_value
from bridge.store.blobs import FolderBlobs
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore

_MAX_SOCKET_PATH: Final = 107  # sun_path of Linux's unix(7), without its closing NUL
_SOCKET: Final = "redis.sock"


class SystemClock:
    """Implements `ports.Clock` by the machine's clock."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        return datetime.now(UTC)


class House:
    """Everything a process may need, each part built when first asked for and then kept."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing is opened yet."""
        self.settings = settings
        self.clock: Clock = SystemClock()
        self.owner = f"{socket.gethostname()}:{os.getpid()}"

    @cached_property
    def folder(self) -> Path:
        """The folder for all that is kept here, made where it is missing, and closed to others. Raises ConfigurationError."""
        close_files()
        folder = self._made("storage.data_dir", self.settings.storage.data_dir)
        close_folder(folder)
        return folder

    @cached_property
    def work_folder(self) -> Path:
        """The folder for temporary files, which hold parts of faxes: closed to others, made where it is missing."""
        folder = self._made("storage.work_dir", Path(self.settings.storage.work_dir or self.folder / "work"))
        folder.chmod(0o700)
        return folder

    def _made(self, key: str, folder: Path) -> Path:
        try:
            folder.absolute().mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise self.settings.refusal(key, f"must be a folder that is there or can be made: {error.strerror}") from None
        return folder.absolute()

    def check(self) -> Catalog:
        """Return the catalog where everything that is set can work together. Raises ConfigurationError; nothing is started or made."""
        socket_path = self.settings.storage.data_dir.absolute() / _SOCKET
        if not self.settings.redis.url and len(os.fsencode(socket_path)) > _MAX_SOCKET_PATH:
            allowed = f"its path may have at most {_MAX_SOCKET_PATH - len(_SOCKET) - 1} bytes, for the private Redis"
            raise self.settings.refusal("storage.data_dir", allowed)
        try:
            tls_context(self.settings.smtp)
        except ConfigurationError as error:
            raise self.settings.refusal(error.key, error.problem) from None
        _ = self.senders
        return self.catalog

    @cached_property
    def database_url(self) -> str:
        """Where the database is: as set, else SQLite in the folder."""
        return self.settings.storage.database_url or f"sqlite:///{self.folder / 'bridge.sqlite3'}"

    @cached_property
    def redis_url(self) -> str:
        """Where Redis is: as set, else the private one's unix socket."""
        return self.settings.redis.url or f"redis+socket://{self.folder / _SOCKET}"

    @cached_property
    def catalog(self) -> Catalog:
        """Types, codes and targets. Raises ConfigurationError."""
        return load_catalog(self.settings.config_dir, os.environ, self.settings.reading.silent_rate)

    @cached_property
    def store(self) -> Store:
        """The database, as it is; see `migrate`."""
        return SqlStore(self.database_url, self.folder)

    @cached_property
    def blobs(self) -> Blobs:
        """The bytes."""
        return FolderBlobs(self.folder / "blobs")

    @cached_property
    def accept(self) -> Accept:
        """Taking transmissions in."""
        return Accept(self.store, self.blobs, self.queue, self.clock, self.duplicate_window)

    @cached_property
    def deliver(self) -> Deliver:
        """Handing records to agencies, one attempt a call."""
        targets = self.catalog.targets
        return Deliver(self.store, self.blobs, self.queue, self.senders, targets, self.clock, self.owner, lease=self._lease)

    @cached_property
    def senders(self) -> Mapping[str, RecordSender]:
        """What sends to each target but feeds, which are read. Raises ConfigurationError."""
        called = [target for target in self.catalog.targets.values() if target.kind is not TargetKind.FEED]
        return {target.name: self.sending.to(within_lease(target, self._lease)) for target in called}

    @cached_property
    def sending(self) -> Senders:
        """What makes senders."""
        return Senders(_PapersWhenAsked(self), self.catalog.codes, self.settings.http.public_url)

    @cached_property
    def sampling(self) -> Senders:
        """What makes senders of records that are made up."""
        return replace(self.sending, papers=BlankPapers())

    @cached_property
    def papers(self) -> FaxPapers:
        """Faxes as searchable PDFs."""
        return FaxPapers(self.store, self.blobs, self.decoder, searchable_pdf)

    @cached_property
    def paper_way(self) -> PaperWay:
        """What waits, to be printed."""
        types, work = self.catalog.types, self.work_folder
        return PaperWay(self.store, self.blobs, self.decoder, self.papers, searchable_pdf, bind_pile, types, self.clock, work)

    @cached_property
    def taught(self) -> Taught:
        """What the team has taught the machine."""
        return Taught(self.store, self.clock, self.settings.workplace.minutes_by_hand)

    @cached_property
    def schemas(self) -> RecordSchemas:
        """What is promised of each message."""
        return RecordSchemas(self.catalog.types, self.catalog.codes)

    @cached_property
    def targets(self) -> Targets:
        """Seeing, holding and resuming targets."""
        return Targets(self.store, self.clock)

    @cached_property
    def withdraw(self) -> Withdraw:
        """Taking back what was sent."""
        return Withdraw(self.store, self.queue, self.clock)

    @cached_property
    def feed(self) -> Feed:
        """What agencies fetch themselves."""
        return Feed(self.store, self.clock)

    @cached_property
    def sweep(self) -> Sweep:
        """Ringing again for what is overdue, and tidying."""
        work = self.settings.work
        ring_again = timedelta(seconds=work.ring_again_seconds)
        older_than = timedelta(hours=self.settings.storage.abandoned_hours)
        tidy = Tidy(self.store, self.blobs, self.work_folder, older_than=older_than).once
        return Sweep(
            self.store,
            self.queue,
            self.clock,
            self.owner,
            lease=10 * self.sweep_interval,
            ring_again=ring_again,
            work_lease=self._lease,
            tidy=tidy,
        )

    @property
    def sweep_interval(self) -> timedelta:
        """How often the sweeper looks."""
        return timedelta(seconds=self.settings.work.sweep_seconds)

    @cached_property
    def review(self) -> Review:
        """What a person decides."""
        parse = partial(parse_value, codes=self.catalog.codes)
        catalog, url = self.catalog, self.settings.http.public_url
        return Review(self.store, self.queue, self.clock, catalog.types, catalog.routes, parse, url, self.schemas)

    @cached_property
    def sign_in(self) -> SignIn:
        """Signing in to the workplace."""
        return SignIn(self.store, self.clock, timedelta(minutes=self.settings.workplace.idle_minutes))

    @cached_property
    def staff(self) -> Staff:
        """Accounts."""
        return Staff(self.store, self.clock, frozenset(self.settings.mailboxes))

    def invitation_link(self, secret: str) -> str:
        """Return the address that opens an account once."""
        return f"{self.settings.http.public_url}/app/einladung/{secret}"

    @cached_property
    def desk(self) -> Desk:
        """The desk at which people review."""
        return self._desk(self.store, self.review)

    @cached_property
    def rearrange(self) -> Rearrange:
        """Splitting, joining and turning pages."""
        return Rearrange(self.store, self.queue, self.clock, self.catalog.types)

    def practice(self, person_id: str) -> PracticeDesk:
        """Return a person's own desk for practice, made where it is missing, over a database from which nothing leaves."""
        folder = self._made("storage.data_dir", self.folder / "practice")
        url = f"sqlite:///{folder / person_id}.sqlite3"
        upgrade(url)
        store, blobs = SqlStore(url, folder), FolderBlobs(folder / "blobs")
        review = replace(self.review, store=store, queue=SilentQueue())
        practice = Practice(store, blobs, self.clock, self._lessons)
        practice.begin()
        return PracticeDesk(practice, replace(self._desk(store, review), is_everybodys=True), store, blobs, store.close)

    def forget_practice(self, person_id: str) -> None:
        """Remove a person's practice faxes, to begin anew."""
        for file in (self.folder / "practice").glob(f"{person_id}.sqlite3*"):
            file.unlink(missing_ok=True)

    @cached_property
    def _lessons(self) -> Sequence[Lesson]:
        return load_lessons(self.settings.config_dir)

    def _desk(self, store: Store, review: Review) -> Desk:
        parse = partial(parse_value, codes=self.catalog.codes)
        code_of = partial(code_for_name, codes=self.catalog.codes)
        types, double = self.catalog.types, frozenset(self.settings.workplace.double_entry)
        return Desk(store, review, self.clock, types, parse, code_of, Learn(types), double)

    @cached_property
    def queue(self) -> Queue:
        """The bell."""
        return CeleryBell(self.redis_url)

    @cached_property
    def decoder(self) -> Decoder:
        """The sandbox for foreign bytes."""
        limits = self.settings.limits
        return SandboxedDecoder(
            DecoderLimits(
                max_pages=limits.max_pages,
                max_pixels_per_page=limits.max_pixels_per_page,
                max_mime_parts=limits.max_mime_parts,
                max_mime_depth=limits.max_mime_depth,
                memory_bytes=limits.decoder_memory_bytes,
                seconds=limits.decoder_seconds,
                seconds_per_page=limits.decoder_seconds_per_page,
                output_bytes=limits.decoder_output_bytes,
            )
        )

    @cached_property
    def process(self) -> Process:
        """Reading, one step a call."""
        work = self.settings.work
        patience = Patience(self._lease, work.max_crashes, work.max_expirations)
        return Process(self._tools, self.queue, FileHostLock(self.folder), patience, self.owner)

    @cached_property
    def _second_reader(self) -> PaddleValueReader:
        """One for pages and values: its model is loaded once a process."""
        return PaddleValueReader()

    @cached_property
    def _page_reader(self) -> PageReader:
        return SecondLookPageReader(TesseractPageReader(), self._second_reader, PaddlePageReader(self._second_reader))

    @cached_property
    def read(self) -> Read:
        """Reading a file without keeping anything."""
        return Read(self.decoder, self._page_reader, (TesseractValueReader(), self._second_reader), self.catalog)

    @cached_property
    def duplicate_window(self) -> timedelta:
        """How far back a transmission is recognised as sent again."""
        return timedelta(days=self.settings.intake.duplicate_window_days)

    def migrate(self) -> None:
        """Bring the database's tables up to date; safe where several processes do so at once."""
        upgrade(self.database_url)

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.settings.work.lease_seconds)

    @cached_property
    def _tools(self) -> Tools:
        return Tools(
            store=self.store,
            blobs=self.blobs,
            decoder=self.decoder,
            page_reader=self._page_reader,
            value_readers=(TesseractValueReader(), self._second_reader),
            clock=self.clock,
            catalog=self.catalog,
            schemas=self.schemas,
            public_url=self.settings.http.public_url,
            taught=LearnedCatalog(self.catalog, self.store, self.clock),
            duplicate_window=self.duplicate_window,
        )


@dataclass(frozen=True, slots=True)
class PracticeDesk:
    """All that a person practises on; `close` gives up the database's connections."""

    practice: Practice
    desk: Desk
    store: Store
    blobs: Blobs
    close: Callable[[], None]


class _PapersWhenAsked:
    """Implements `ports.Papers`: a configuration can be checked with all its senders before a database is opened."""

    def __init__(self, house: House) -> None:
        self._house = house

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        """Return these pages of a fax as PDF/A; raises NotFoundError."""
        return self._house.papers.searchable(fax_id, pages)

    def original(self, fax_id: str) -> Paper:
        """Return a fax as it came; raises NotFoundError."""
        return self._house.papers.original(fax_id)


def within_lease(target: Target, lease: timedelta) -> Target:
    """Return the target with attempts that end before the lease does, or somebody else would send the same at the same time."""
    times = replace(target.times, total=min(target.times.total, 0.75 * lease.total_seconds()))
    return replace(target, times=times)


@cache
def house() -> House:
    """Return this process's house, built from defaults and environment. Raises ConfigurationError."""
    close_process()
    return House(load_settings())
