"""Reading a file without service, database or queue: the same stages, one after the other, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.domain.errors import DecodeError
from bridge.domain.findings import CropReadings, Decision, Disposition, LocatedDocument, MailFacts
from bridge.domain.forms import Catalog
from bridge.domain.image import Pixels
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import FaxState
from bridge.domain.media_types import MAIL
from bridge.domain.model import JsonObject
from bridge.ports import DecodedFax, Decoder, PageReader, ValueReader
from bridge.services.reading import (
    LocatedFax,
    boxes_on,
    decide_document,
    lay_out_or_leave,
    locate_documents,
    weigh_page_counts,
)
from bridge.stages.compose import evidence_of, issues_of, nest
from bridge.stages.read_values import read_values
from bridge.stages.unpack import fax_attachments, mail_facts, no_content_reason


@dataclass(frozen=True, slots=True)
class FileReading:
    """What came of one file: the fax state it ends in, the German reason where it failed, its documents.

    Where a mail holds several faxes, page numbers run on from one to the next. If only some of them could be read, their
    documents stand here, and `reason` says what is not among them.
    """

    state: FaxState
    reason: str | None
    documents: tuple[tuple[LocatedDocument, Decision], ...] = ()

    def as_json(self) -> JsonObject:
        """Return state, reason and documents as `bridge read --json` prints them."""
        return {
            "state": self.state.value,
            "reason": self.reason,
            "documents": [*self.documents_as_json()],
        }

    def documents_as_json(self) -> list[JsonObject]:
        """Return the documents alone."""
        return [_document_json(document, decision) for document, decision in self.documents]


class Read:
    """Reads files, each on its own."""

    def __init__(self, decoder: Decoder, page_reader: PageReader, value_readers: Sequence[ValueReader], catalog: Catalog) -> None:
        """Take the ports; nothing is kept between files."""
        self._decoder, self._page_reader, self._value_readers, self._catalog = decoder, page_reader, value_readers, catalog

    def read(self, path: Path, received_at: datetime) -> FileReading:
        """Read a TIFF, PDF, PNG, JPEG or mail; `received_at` dates it where its mail tells no time. Never raises DecodeError."""
        try:
            with TemporaryDirectory(prefix="bridge-file-") as scratch:
                return self._read(path, received_at, Path(scratch))
        except DecodeError as error:
            return FileReading(FaxState(error.state), error.reason)

    def lay_out(self, path: Path) -> dict[int, Layout]:
        """Return the layouts of a file's pages, numbered over all its faxes, with nothing read again. Raises DecodeError."""
        layouts: dict[int, Layout] = {}
        with TemporaryDirectory(prefix="bridge-read-") as scratch:
            originals, _, _ = self._open(path, Path(scratch))
            for number, original in enumerate(originals):
                for page in self._decode(original, Path(scratch) / f"fax-{number}").pages:
                    image = self._decoder.load(page.path, page.x_dpi, page.y_dpi)
                    layouts[len(layouts) + 1] = lay_out_or_leave(image, self._page_reader)[1]
        return layouts

    def _read(self, path: Path, received_at: datetime, scratch: Path) -> FileReading:
        originals, facts, reason = self._open(path, scratch)
        if reason is not None:
            return FileReading(FaxState.NO_CONTENT, reason)
        documents: list[tuple[LocatedDocument, Decision]] = []
        failures: list[DecodeError] = []
        page_count = 0
        for number, original in enumerate(originals):
            try:
                decoded = self._decode(original, scratch / f"fax-{number}")
            except DecodeError as error:  # each fax of a mail stands for itself, as in the service
                failures.append(error)
                continue
            alone = facts if len(originals) == 1 else replace(facts, announced_pages=None)
            documents += self._read_fax(decoded, alone, facts.sent_at or received_at, first_page=page_count + 1)
            page_count += len(decoded.pages)
        if len(failures) == len(originals):
            raise failures[0]
        return FileReading(FaxState.DECIDED, _incomplete(failures, len(originals)), tuple(documents))

    def _decode(self, original: tuple[Path, str], folder: Path) -> DecodedFax:
        """Decode one original (file and media type) into a folder of its own. Raises DecodeError."""
        folder.mkdir()
        return self._decoder.decode(*original, folder)

    def _open(self, path: Path, scratch: Path) -> tuple[list[tuple[Path, str]], MailFacts, str | None]:
        """Return the originals in a file with their media types, what its mail says, and why there is none."""
        media_type = self._decoder.sniff(path)
        if media_type != MAIL:
            return [(path, media_type)], MailFacts(), None
        mail = self._decoder.unpack_mail(path, scratch)
        attachments = fax_attachments(mail)
        reason = None if attachments else no_content_reason(mail)
        return [(attachment.path, attachment.media_type) for attachment in attachments], mail_facts(mail), reason

    def _read_fax(
        self, decoded: DecodedFax, facts: MailFacts, received_at: datetime, first_page: int
    ) -> list[tuple[LocatedDocument, Decision]]:
        pages: dict[int, Pixels] = {}
        layouts: dict[int, Layout] = {}
        for number, page in enumerate(decoded.pages, start=first_page):
            pages[number], layouts[number] = lay_out_or_leave(self._decoder.load(page.path, page.x_dpi, page.y_dpi), self._page_reader)
        located = locate_documents(layouts, self._catalog)
        readings = self._read_values(located, pages)
        said = False if decoded.is_truncated else facts.complete
        count = weigh_page_counts(len(pages), facts.announced_pages, said, [layout.header for layout in layouts.values()])
        return [
            (
                document,
                decide_document(
                    located.documents,
                    which,
                    readings,
                    layouts,
                    self._catalog,
                    received_at=received_at,
                    is_fax_complete=count.complete,
                ),
            )
            for which, document in enumerate(located.documents)
        ]

    def _read_values(self, located: LocatedFax, pages: Mapping[int, Pixels]) -> dict[int, tuple[CropReadings, ...]]:
        return {number: read_values(pixels, boxes_on(located.documents, number), self._value_readers) for number, pixels in pages.items()}


def _incomplete(failures: Sequence[DecodeError], faxes: int) -> str | None:
    """Return the German sentence naming how many of a mail's faxes could not be read, and why; None where all could."""
    if not failures:
        return None
    reasons = " ".join(dict.fromkeys(error.reason for error in failures))
    return f"Unvollständig: {len(failures)} von {faxes} Faxen dieser E-Mail ließen sich nicht lesen. {reasons}"


def _document_json(located: LocatedDocument, decision: Decision) -> JsonObject:
    """Return one document as printed: what would be sent where it is released, all that was read where it waits."""
    is_released = decision.disposition is Disposition.RELEASE
    shown = tuple(field for field in decision.fields if field.is_sure) if is_released else decision.fields
    return {
        "type": located.classification.type,
        "pages": list(located.part.pages),
        "data": nest({field.path: field.value for field in shown}),
        "evidence": evidence_of(shown),
        "issues": issues_of(decision.issues),
        "completeness": decision.completeness.value if decision.completeness else None,
        "released": decision.disposition is not Disposition.WAIT,
    }
