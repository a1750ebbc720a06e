"""A fax as a person has parted it: the split is hers, and the type too where she told it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.domain.findings import LocatedDocument, Part
from bridge.domain.forms import Catalog
from bridge.domain.layout import Layout
from bridge.services.reading import LocatedFax, locate_part

ToldPart = tuple[tuple[int, ...], str | None]  # page numbers, and the type where it was told


def parts_there(parts: Sequence[ToldPart], layouts: Mapping[int, Layout]) -> tuple[ToldPart, ...]:
    """Return the parts with those of their pages that could be laid out; what has none of them is left out."""
    there = ((tuple(sorted(number for number in pages if number in layouts)), kind) for pages, kind in parts)
    return tuple((pages, kind) for pages, kind in there if pages)


def locate_arranged(
    parts: Sequence[ToldPart], layouts: Mapping[int, Layout], catalog: Catalog, *, has_unread_pages: bool = False
) -> LocatedFax:
    """Find where the values of each part stand. Pages in no part are filed: as blanks, else as covers are.

    `layouts` by page number. `has_unread_pages` says that some page could not be laid out: then nothing goes out by itself, since
    what stands on it is not known.
    """
    documents: list[LocatedDocument] = []
    for pages, kind in parts:
        documents += locate_part(Part(pages, has_unread_pages), layouts, catalog, kind)
    held = {number for pages, _ in parts for number in pages}
    beside = sorted(set(layouts) - held)
    blanks = tuple(number for number in beside if layouts[number].is_blank)
    return LocatedFax(tuple(documents), blanks, tuple(number for number in beside if number not in blanks))
