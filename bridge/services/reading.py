"""From layouts to decisions: the stages put together once, for the service and for reading without one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.domain.errors import ReaderError
from bridge.domain.findings import Classification, CropReadings, Decision, LocatedDocument, Part, Split
from bridge.domain.forms import Catalog, DocumentType
from bridge.domain.image import PageImage, Pixels
from bridge.domain.layout import Box, HeaderLine, Layout
from bridge.ports import PageReader
from bridge.stages.by_hand import given_to_a_person
from bridge.stages.classify import classify
from bridge.stages.clean import turned
from bridge.stages.decide import decide
from bridge.stages.layout import lay_out
from bridge.stages.locate import UNASSIGNED, locate
from bridge.stages.separate import separate
from bridge.stages.split import split
from bridge.stages.validate import validate

_log = logging.getLogger(__name__)

OFFICE_TIME = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class LocatedFax:
    """What stands in a fax: its documents with the places of their values, and the pages that belong to none."""

    documents: tuple[LocatedDocument, ...]
    blanks: tuple[int, ...]
    covers: tuple[int, ...]


def lay_out_or_leave(image: PageImage, reader: PageReader, rotation: int | None = None) -> tuple[Pixels, Layout]:
    """Lay a page out; one that the reader cannot read stays as it is, without words, for a person.

    `rotation` as `lay_out` takes it.
    """
    try:
        upright, layout = lay_out(image, reader, rotation)
    except ReaderError:
        _log.warning("the page reader gave up on a page; it is left to a person")
        pixels = turned(image, rotation)[0] if rotation else image.pixels
        height, width = pixels.shape
        return pixels, Layout(width, height, is_unreadable=True, rotation=rotation or 0)
    return upright.pixels, layout


def locate_documents(layouts: Mapping[int, Layout], catalog: Catalog, *, has_unread_pages: bool = False) -> LocatedFax:
    """Split a fax into documents, tell their types and find where their values stand.

    `layouts` by page number. `has_unread_pages` says that some page could not be laid out: where documents begin and
    end is then doubtful throughout, and nothing goes out by itself.
    """
    parted = _never_empty(split(layouts, catalog.types), layouts)
    documents: list[LocatedDocument] = []
    for part in parted.parts:
        doubtful = Part(part.pages, part.is_doubtful or has_unread_pages)
        documents += locate_part(doubtful, layouts, catalog)
    if parted.covers and all(catalog.types[document.classification.type].disposition == "file" for document in documents):
        # an advertisement behind a "cover" is odd enough that a person shall look at what was taken for one
        documents.append(LocatedDocument(Part(parted.covers, is_doubtful=True), Classification("unknown", 0.0), ()))
        return LocatedFax(tuple(documents), parted.blanks, ())
    return LocatedFax(tuple(documents), parted.blanks, parted.covers)


def locate_part(part: Part, layouts: Mapping[int, Layout], catalog: Catalog, as_type: str | None = None) -> tuple[LocatedDocument, ...]:
    """Return the documents of one part: of the type that a person has told, else of the one it looks like."""
    mine = {number: layouts[number] for number in part.pages}
    told = Classification(as_type, 1.0) if as_type is not None and as_type in catalog.types else None
    classification = told or classify(tuple(mine.values()), catalog.types, catalog.type_model)
    kind = catalog.types[classification.type]
    return separate(LocatedDocument(part, classification, locate(mine, kind, catalog.codes)), kind)


def _never_empty(parted: Split, layouts: Mapping[int, Layout]) -> Split:
    """Make one doubtful part of a fax that would leave no document: a person looks at it.

    What was taken for a cover may be the notification; blank pages may be the back of one, laid in the wrong way round.
    """
    if parted.parts or not layouts:
        return parted
    return Split((Part(tuple(sorted(layouts)), is_doubtful=True),))


def boxes_on(documents: Sequence[LocatedDocument], page: int) -> tuple[Box, ...]:
    """Return the boxes to be read again on `page`, in the order that `CropReadings.index` counts."""
    return tuple(box for document in documents for place in document.located if place.page == page for box in place.boxes)


def decide_document(
    documents: Sequence[LocatedDocument],
    which: int,
    readings: Mapping[int, Sequence[CropReadings]],
    layouts: Mapping[int, Layout],
    catalog: Catalog,
    *,
    received_at: datetime,
    is_fax_complete: bool | None,
) -> Decision:
    """Validate and decide document number `which` of a fax; `readings` by page, complete for all its documents."""
    document = documents[which]
    kind = catalog.types[document.classification.type]
    crops = _crops_of(documents, which, readings)
    validated = validate(
        kind,
        given_to_a_person(document.located, crops),
        [[crop.readings for crop in of_place] for of_place in crops],
        {number: layouts[number] for number in document.part.pages},
        catalog.codes,
        office_date(received_at),
        catalog.calibration,
        is_understood=_is_understood(document, kind),
    )
    return decide(
        kind,
        document.classification,
        validated,
        is_split_doubtful=document.part.is_doubtful,
        is_fax_complete=is_fax_complete,
        unreadable_pages=[number for number, layout in sorted(layouts.items()) if layout.is_unreadable],
    )


def _is_understood(document: LocatedDocument, kind: DocumentType) -> bool:
    """Tell whether all on a document's pages was given to some field, and its type and bounds are sure."""
    is_whole = not any(place.path.startswith(UNASSIGNED) for place in document.located)
    return is_whole and not document.part.is_doubtful and document.classification.confidence >= kind.type_threshold


def place_of(error: Exception) -> str:
    """Return file and line where an error arose; its message is not to be logged, since it could hold a value from a fax."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else "unknown"


def office_date(moment: datetime) -> date:
    """Return the calendar day in Germany at `moment`."""
    return moment.astimezone(OFFICE_TIME).date()


@dataclass(frozen=True, slots=True)
class PageCount:
    """How many pages a fax was announced with, None where nobody told, and whether all came, None where that is not known."""

    announced: int | None
    complete: bool | None


def weigh_page_counts(decoded: int, by_mail: int | None, said: bool | None, headers: Sequence[HeaderLine | None]) -> PageCount:
    """Weigh what mail, TTI lines ("page x of y") and our own decoder say about the number of pages.

    `by_mail` is the mail's count, `said` its own word on completeness (False also for a truncated file). Readers misread
    single figures of small print (1/1 as 1/61), so a header counts as one voice: one that promises more than was decoded
    is overruled by the mail's complete count or by two other headers; several are overruled only by a majority that includes
    the mail. Where voices are even the fax counts as incomplete: a person looks, and nothing is lost.
    """
    without = is_complete(decoded, by_mail, said)
    counts = [header.page_count for header in headers if header is not None and header.page_count]
    counts = [count for count in counts if count >= decoded]  # fewer than came can only be a misreading
    more = [count for count in counts if count > decoded]
    same = len(counts) - len(more)
    against = same + (without is True)
    is_overruled = (without is True or same > 1) if len(more) == 1 else against > len(more)
    if more and not is_overruled:
        promised = max(set(more), key=lambda count: (more.count(count), count))
        return PageCount(max(promised, by_mail or 0), complete=False)
    announced = by_mail or (decoded if same else None)
    return PageCount(announced, is_complete(decoded, announced, said))


def is_complete(decoded: int, announced: int | None, said: bool | None) -> bool | None:
    """Tell whether all pages came: `said` False (partial reception, truncated file) settles it, else the counts do."""
    if said is False or (announced is not None and announced > decoded):
        return False
    if announced is not None:
        return True
    return said


def _crops_of(
    documents: Sequence[LocatedDocument], which: int, readings: Mapping[int, Sequence[CropReadings]]
) -> tuple[tuple[CropReadings, ...], ...]:
    """Deal the crops of each page out to the places of document `which`, in the order of `boxes_on`."""
    upcoming = {page: iter(sorted(crops, key=lambda crop: crop.index)) for page, crops in readings.items()}
    dealt: tuple[tuple[CropReadings, ...], ...] = ()
    for number, document in enumerate(documents[: which + 1]):
        rows = tuple(tuple(_next(upcoming, place.page) for _ in place.boxes) for place in document.located)
        if number == which:
            dealt = rows
    return dealt


def _next(upcoming: Mapping[int, Iterator[CropReadings]], page: int) -> CropReadings:
    """Return the next crop of `page`; one without readings where the page was put aside before its values were read."""
    crop = next(upcoming[page], None) if page in upcoming else None
    return crop if crop is not None else CropReadings(0, ())
