"""Pages of a fax as a searchable PDF/A, made of what was read already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from bridge.domain.errors import NotFoundError
from bridge.domain.image import PageImage
from bridge.domain.media_types import PDF
from bridge.domain.model import Fax, Page
from bridge.domain.papers import ArchivePage, DocumentFacts
from bridge.ports import Blobs, Decoder, Store
from bridge.ports.delivery import Paper
from bridge.stages.clean import upright_dpi
from bridge.stages.placing import placing_of

Compose = Callable[[Iterable[ArchivePage], DocumentFacts], bytes]

_ROUNDING: Final = 2  # pixels by which the size of the upright page may differ


class FaxPapers:
    """Implements `ports.Papers`: gathers what is stored of a fax and has it composed; stores nothing and reads nothing again."""

    def __init__(self, store: Store, blobs: Blobs, decoder: Decoder, compose: Compose) -> None:
        """Take where faxes are kept, what loads their pages, and what makes a PDF/A of them."""
        self._store, self._blobs, self._decoder, self._compose = store, blobs, decoder, compose

    def searchable(self, fax_id: str, pages: Sequence[int] | None = None) -> Paper:
        """Return a PDF/A of these pages, in this order, or of all that have a picture where none are named.

        A page that was not laid out yet has no words. Raises NotFoundError for an unknown fax, a page that is not there or
        never came, and a fax without any picture; DecodeError where a page has more pixels than are allowed now.
        """
        fax = self._store.fax(fax_id)
        stored = {page.number: page for page in self._store.pages(fax_id) if page.image is not None}
        chosen = sorted(stored) if pages is None else list(pages)
        if not chosen or any(number not in stored for number in chosen):
            raise NotFoundError("page without a picture")
        content = self._compose(self._gather(stored[number] for number in chosen), _facts(fax, pages))
        return Paper(content, PDF)

    def original(self, fax_id: str) -> Paper:
        """Return the bytes that came. Raises NotFoundError for an unknown fax and one that has none."""
        original = self._store.fax(fax_id).original
        if original is None:
            raise NotFoundError("fax without an original")
        return Paper(self._blobs.path(original.sha256).read_bytes(), original.media_type)

    def _gather(self, pages: Iterable[Page]) -> Iterator[ArchivePage]:
        for page in pages:
            yield self._archive_page(page)

    def _archive_page(self, page: Page) -> ArchivePage:
        """Return the page as it came, placed where its words were read."""
        if page.image is None:
            raise NotFoundError("page without a picture")
        picture = self._decoder.load(self._blobs.path(page.image.sha256), page.x_dpi, page.y_dpi)
        if page.upright is None:
            return unread_page(picture)
        layout = self._store.layout(page.fax_id, page.number)
        placing = placing_of(picture, layout.rotation)
        if abs(placing.width - layout.width) <= _ROUNDING and abs(placing.height - layout.height) <= _ROUNDING:
            return ArchivePage(picture, layout.width, layout.height, placing.dpi, placing.matrix, layout.words)
        # the skew is found otherwise than when the page was read: its words fit only the picture they were read from
        upright = self._decoder.load(self._blobs.path(page.upright.sha256), placing.dpi, placing.dpi)
        return ArchivePage(upright, layout.width, layout.height, placing.dpi, words=layout.words)


def unread_page(picture: PageImage) -> ArchivePage:
    """Return a page that was not laid out yet: as it came, without words."""
    height, width = picture.pixels.shape
    dpi = upright_dpi((height, width), picture.x_dpi, picture.y_dpi)
    across, down = dpi / picture.x_dpi, dpi / picture.y_dpi
    return ArchivePage(picture, width * across, height * down, dpi, (across, 0.0, 0.0, down, 0.0, 0.0))


def _facts(fax: Fax, pages: Sequence[int] | None) -> DocumentFacts:
    """Return what the file says of itself: nothing that stands on the fax."""
    title = f"Fax {fax.id}"
    if pages is not None:
        title += f", {'Seite' if len(pages) == 1 else 'Seiten'} {', '.join(map(str, pages))}"
    return DocumentFacts(title, fax.received_at)
