"""Pages as a searchable PDF/A-2b (ISO 19005-2): the picture as it came, and invisible over it what was read. Nothing is read again."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from pikepdf.models.metadata import encode_pdf_date
from PIL import ImageCms

from bridge.archive.font import Alphabet, font_of
from bridge.archive.pictures import picture_of
from bridge.archive.text_layer import FONT, fixed, text_of
from bridge.domain.papers import ArchivePage, DocumentFacts

_PRODUCER: Final = "Fax-Bridge"
_POINTS_PER_INCH: Final = 72.0
_SHORTEST, _LONGEST = 3.0, 14_400.0  # points of a page's side (ISO 19005-2, 6.1.13)
_EDGE: Final = 0.0005  # points
_PICTURE: Final = "Picture"


def searchable_pdf(pages: Iterable[ArchivePage], facts: DocumentFacts) -> bytes:
    """Return a PDF/A-2b file of the pages, at least one, in their order. The same pages and facts give the same bytes.

    Pages are taken one by one, so that a long fax needs not be in memory as pixels all at once.
    """
    with Pdf.new() as pdf:
        alphabet, font = Alphabet(), pdf.make_indirect(Dictionary())
        for page in pages:
            _add_page(pdf, page, alphabet, font)
        if len(alphabet):
            font.update(font_of(pdf, alphabet))
        _describe(pdf, facts)
        file = BytesIO()
        pdf.save(file, force_version="1.7", deterministic_id=True, preserve_pdfa=True)
    return file.getvalue()


def _add_page(pdf: Pdf, page: ArchivePage, alphabet: Alphabet, font: Dictionary) -> None:
    points = _points(page)
    width, height = _rounded_down(page.width * points), _rounded_down(page.height * points)
    text = text_of(page.words, page.height, points, alphabet)
    resources = Dictionary(XObject=Dictionary({f"/{_PICTURE}": picture_of(pdf, page.picture)}))
    if text:
        resources.Font = Dictionary({f"/{FONT}": font})
    content = f"q {fixed(*_on_paper(page, width, height))} cm /{_PICTURE} Do Q\n{text}"
    leaf = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=resources,
        Contents=Stream(pdf, content.encode("ascii")),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(leaf)))


def _points(page: ArchivePage) -> float:
    """Return how many points a pixel is; a page too small or too large for PDF/A is scaled."""
    short, long = sorted((page.width, page.height))
    return min(max(_POINTS_PER_INCH / page.dpi, _SHORTEST / short), _LONGEST / long)


def _rounded_down(points: float) -> float:
    """Return a side's length to a hundredth of a pixel: rounded up, viewers would add a row of pixels. No side falls below the least."""
    return max(_SHORTEST, math.floor(points * 1000) / 1000)


def _on_paper(page: ArchivePage, width: float, height: float) -> tuple[float, float, float, float, float, float]:
    """Return the matrix from the unit square, which an image fills bottom up, to the page in points (ISO 32000-1, 8.9.5).

    A picture that fills the page ends a trace before its edges: at or beyond them, poppler would scale it by a pixel.
    """
    rows, columns = page.picture.pixels.shape
    across, down = (width - _EDGE) / page.width, (height - _EDGE) / page.height
    a, b, c, d, e, f = page.placing
    left, bottom = (c * rows + e) * across, height - (d * rows + f) * down
    return a * columns * across, -b * columns * down, -c * rows * across, d * rows * down, left, bottom


def _describe(pdf: Pdf, facts: DocumentFacts) -> None:
    """Say what the file is: for people, for archives (XMP) and for screens and printers (output intent)."""
    root = pdf.Root
    root.Lang = String(facts.language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    profile = Stream(pdf, _srgb(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    root.OutputIntents = Array([pdf.make_indirect(intent)])
    pdf.docinfo.Title = String(facts.title)
    pdf.docinfo.Producer = String(_PRODUCER)
    pdf.docinfo.CreationDate = String(encode_pdf_date(facts.created_at))
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.load_from_docinfo(pdf.docinfo)
        metadata["dc:language"] = {facts.language}
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"


@cache
def _srgb() -> bytes:
    """Return the sRGB profile, without the time at which it was made: bytes 24 to 35 of its head (ICC.1:2004-10, 7.2.8)."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made_at = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))
    return profile[:24] + made_at + profile[36:]
