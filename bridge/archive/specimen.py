"""A page with nothing on it, for a receiver's first connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from bridge.archive.pdfa import searchable_pdf
from bridge.domain.image import PageImage
from bridge.domain.media_types import PDF
from bridge.domain.papers import ArchivePage, DocumentFacts
from bridge.ports.delivery import Paper

_DPI: Final = 100.0
_A4: Final = (1169, 827)  # height, width in pixels


class BlankPapers:
    """Implements `ports.Papers` for faxes that never were."""

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        """Return as many empty pages."""
        return self._blank(fax_id, len(pages))

    def original(self, fax_id: str) -> Paper:
        """Return an empty page."""
        return self._blank(fax_id, 1)

    def _blank(self, fax_id: str, count: int) -> Paper:
        blank = PageImage(np.full(_A4, 255, dtype=np.uint8), _DPI, _DPI, is_bilevel=True)
        page = ArchivePage(blank, _A4[1], _A4[0], _DPI)
        return Paper(searchable_pdf([page] * count, DocumentFacts(f"Fax {fax_id}", datetime(2000, 1, 1, tzinfo=UTC))), PDF)
