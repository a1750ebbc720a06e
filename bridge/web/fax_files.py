"""A fax as files to take away: as it came, as searchable PDF, its pages as pictures, its records. Who may have them is asked before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from bridge.domain.errors import NotFoundError
from bridge.domain.media_types import MAIL, PDF
from bridge.domain.model import BlobRef, Fax, JsonObject
from bridge.ports import Blobs, Store
from bridge.services.papers import FaxPapers
from bridge.web.threads import Threads

EXTENSIONS: Final = {
    "image/tiff": "tif",
    "image/png": "png",
    "image/jpeg": "jpg",
    PDF: "pdf",
    MAIL: "eml",
}
# Foreign bytes are only ever saved, never shown as a page of ours (the other safe headers are set for all answers).
FILE_HEADERS: Final = {"Content-Security-Policy": "sandbox; default-src 'none'"}


class WholeFile(FileResponse):
    """A file that is always answered whole, as RFC 9110 section 14.2 allows: refusals of a Range would be no problem documents."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it without looking for a Range."""
        self.headers["accept-ranges"] = "none"
        await super().__call__({**scope, "headers": [each for each in scope["headers"] if each[0] != b"range"]}, receive, send)


class FaxFiles:
    """Makes files of faxes, for programs and for people alike."""

    def __init__(self, store: Store, blobs: Blobs, papers: FaxPapers, threads: Threads) -> None:
        """Take where faxes are kept, what makes a PDF of them, and the threads."""
        self._store, self._blobs, self._papers, self._threads = store, blobs, papers, threads
        self._composing = asyncio.Lock()  # one at a time: long faxes must not take all threads from those that bring new ones

    async def original(self, fax: Fax) -> WholeFile:
        """Return the bytes a fax was read from; the whole mail where it was not unpacked or held no fax."""
        original = fax.original or (await self._threads.run(self._store.envelope, fax.envelope_id)).content
        kind = original.media_type if original.media_type in EXTENSIONS else "application/octet-stream"
        return await self._file(original, kind, f"fax-{fax.id}.{EXTENSIONS.get(kind, 'bin')}", "attachment")

    async def searchable(self, fax: Fax, pages: Sequence[int] | None = None) -> Response:
        """Return pages of a fax as a PDF/A whose text can be found and copied, as far as they have been read; raises NotFoundError."""
        async with self._composing:
            paper = await self._threads.run(self._papers.searchable, fax.id, pages)
        headers = {"Content-Disposition": f'attachment; filename="fax-{fax.id}-searchable.pdf"', **FILE_HEADERS}
        return Response(paper.content, media_type=paper.media_type, headers=headers)

    async def picture(self, fax: Fax, number: int) -> WholeFile:
        """Return a page's picture: upright where it has been cleaned already, else as decoded. Raises NotFoundError."""
        pages = await self._threads.run(self._store.pages, fax.id)
        pictures = [page.upright or page.image for page in pages if page.number == number]
        if not pictures or pictures[0] is None:
            raise NotFoundError("page without a picture")
        return await self._file(pictures[0], "image/png", f"fax-{fax.id}-{number}.png", "inline")

    async def records(self, fax: Fax, *, all_versions: bool = False) -> list[JsonObject]:
        """Return the records released from a fax, the newest version of each or all there were."""
        return await self._threads.run(self._read_records, fax.id, all_versions)

    async def _file(self, blob: BlobRef, media_type: str, name: str, disposition: str) -> WholeFile:
        path = await self._threads.run(self._blobs.path, blob.sha256)
        return WholeFile(path, media_type=media_type, filename=name, content_disposition_type=disposition, headers=FILE_HEADERS)

    def _read_records(self, fax_id: str, all_versions: bool) -> list[JsonObject]:
        bodies = []
        for document in self._store.documents(fax_id):
            records = self._store.records(document.id)
            bodies += [record.body for record in (records if all_versions else records[-1:])]
        return bodies
