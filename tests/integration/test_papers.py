"""Searchable PDF/A of real faxes: read once by the house, then composed from what is stored."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from pikepdf import Pdf
from PIL import Image

from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.errors import NotFoundError
from bridge.domain.image import PageImage
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import PageState
from bridge.domain.model import Fax, Page
from bridge.domain.papers import ArchivePage, DocumentFacts
from bridge.readers.tesseract import TesseractPageReader
from bridge.services.accept import Transmission
from bridge.services.papers import FaxPapers
from bridge.services.reading import lay_out_or_leave
from bridge.services.spool import Spool
from tests.integration.conftest import Place
from tests.pdfa_rules import breaches

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "checked_in"


def arrived(place: Place, content: bytes) -> Fax:
    spool = Spool(place.blobs.incoming())
    spool.write(content)
    accepted = place.accept.accept(spool, Transmission("http", ("disease",), "application/octet-stream", "127.0.0.1"))
    return place.store.fax(accepted.fax_ids[0])


def as_png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True)
class ReadPage:
    """A page as decoded and as read: pictures as PNG, dots per inch across and down, and what stands on it."""

    picture: bytes
    x_dpi: float
    y_dpi: float
    upright: bytes
    layout: Layout


@cache
def reading_of(name: str) -> tuple[ReadPage, ...]:
    """Decode a sample and read its pages with Tesseract, once for all tests."""
    path, decoder, reader = SAMPLES / name, SandboxedDecoder(None), TesseractPageReader()
    pages = []
    with TemporaryDirectory() as scratch:
        for page in decoder.decode(path, decoder.sniff(path), Path(scratch)).pages:
            upright, layout = lay_out_or_leave(decoder.load(page.path, page.x_dpi, page.y_dpi), reader)
            pages.append(ReadPage(page.path.read_bytes(), page.x_dpi, page.y_dpi, as_png(Image.fromarray(upright)), layout))
    return tuple(pages)


def read_sample(place: Place, name: str) -> Fax:
    """Keep a sample with its pages as the steps do."""
    fax = arrived(place, (SAMPLES / name).read_bytes())
    for number, page in enumerate(reading_of(name), start=1):
        picture, upright = (place.blobs.put(content, "image/png") for content in (page.picture, page.upright))
        add_page(place, Page(fax.id, number, PageState.DECODED, picture, page.x_dpi, page.y_dpi, upright), page.layout)
    return fax


def add_page(place: Place, page: Page, layout: Layout) -> None:
    with place.store.begin() as tx:
        tx.add_page(replace(page, upright=None))
        tx.save_page(replace(page, state=PageState.LAID_OUT), PageState.DECODED, layout)


def text_of(content: bytes, folder: Path) -> str:
    (folder / "fax.pdf").write_bytes(content)
    command = ["pdftotext", "-layout", str(folder / "fax.pdf"), "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def shown(content: bytes, folder: Path, x_dpi: float, y_dpi: float) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    (folder / "fax.pdf").write_bytes(content)
    command = ["pdftoppm", "-gray", "-singlefile", "-rx", str(x_dpi), "-ry", str(y_dpi), str(folder / "fax.pdf"), str(folder / "shown")]
    subprocess.run(command, check=True)
    with Image.open(folder / "shown.pgm") as image:
        return np.array(image)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("05-fallliste-zwei-seiten.tif", ["Winter, Wiebke", "Erkrankung: Windpocken", "Clara-Zetkin-Straße 103, 55116 Mainz"]),
        ("08-kopfstand.tif", ["Gesundheitsamt"]),
        ("12-laborbrief-scan.pdf", ["Erreger: Bordetella pertussis", "Am Mühlbach 7, 48143 Münster"]),
    ],
)
def test_a_fax_that_was_read_can_be_searched_and_kept(place: Place, tmp_path: Path, name: str, lines: list[str]) -> None:
    fax = read_sample(place, name)
    kept = {path: path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()}

    paper = place.papers.searchable(fax.id)

    assert paper.media_type == "application/pdf"
    assert not breaches(paper.content)
    text = " ".join(text_of(paper.content, tmp_path).split())
    assert all(line in text for line in lines)
    assert len(paper.content) < 250_000 * len(place.store.pages(fax.id))
    assert place.papers.searchable(fax.id) == paper
    assert {path: path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()} == kept


@pytest.mark.parametrize("name", ["05-fallliste-zwei-seiten.tif", "08-kopfstand.tif", "12-laborbrief-scan.pdf"])
def test_the_page_lies_where_it_was_read(place: Place, tmp_path: Path, name: str) -> None:
    """Boxes of words, and of a record's evidence, are of the upright page: so is the page of the file."""
    fax = read_sample(place, name)
    page = place.store.pages(fax.id)[0]
    assert page.upright is not None
    with Image.open(place.blobs.path(page.upright.sha256)) as image:
        upright = np.array(image)

    seen = shown(place.papers.searchable(fax.id, [1]).content, tmp_path, 306, 306)

    assert seen.shape == upright.shape
    beside = [float(np.abs(np.roll(seen, shift, axis).astype(int) - upright).mean()) for axis in (0, 1) for shift in (-2, 0, 2)]
    assert min(beside) == beside[1] == beside[4]
    assert beside[1] < 0.5 * 255 * float((upright < 128).mean()) + 1


def test_only_the_pages_asked_for_come_in_the_order_asked_for(place: Place, tmp_path: Path) -> None:
    fax = read_sample(place, "05-fallliste-zwei-seiten.tif")
    both, second = place.papers.searchable(fax.id, [2, 1]).content, place.papers.searchable(fax.id, [2]).content
    assert "Linelist" in text_of(both, tmp_path).split("\f")[1]
    assert "Linelist" not in text_of(second, tmp_path)
    with Pdf.open(BytesIO(both)) as pdf:
        assert str(pdf.docinfo.Title) == f"Fax {fax.id}, Seiten 2, 1"
    with Pdf.open(BytesIO(second)) as pdf:
        assert (len(pdf.pages), str(pdf.docinfo.Title)) == (1, f"Fax {fax.id}, Seite 2")


def test_the_original_is_what_came(place: Place) -> None:
    fax = read_sample(place, "05-fallliste-zwei-seiten.tif")
    assert place.papers.original(fax.id).content == (SAMPLES / "05-fallliste-zwei-seiten.tif").read_bytes()


def test_a_page_that_was_not_read_yet_gives_its_picture_as_it_came(place: Place, tmp_path: Path) -> None:
    fax = arrived(place, b"a fax")
    pixels = np.full((1143, 1728), 255, np.uint8)
    pixels[300:340, 200:900] = 0
    picture = place.blobs.put(as_png(Image.fromarray(pixels).convert("1")), "image/png")
    with place.store.begin() as tx:
        tx.add_page(Page(fax.id, 1, PageState.DECODED, picture, 204, 98))
        tx.add_page(Page(fax.id, 2, PageState.MISSING, None, 0, 0))

    content = place.papers.searchable(fax.id).content

    assert not breaches(content)
    assert not text_of(content, tmp_path).strip()
    assert np.array_equal(shown(content, tmp_path, 204, 98), pixels)


def test_words_keep_to_the_picture_they_were_read_from_where_the_skew_is_found_otherwise_now(place: Place, tmp_path: Path) -> None:
    fax = arrived(place, b"a fax")
    picture = place.blobs.put(as_png(Image.new("1", (1728, 1143), 1)), "image/png")
    upright = Image.new("L", (2700, 3600), 200)
    cleaned = place.blobs.put(as_png(upright), "image/png")
    add_page(place, Page(fax.id, 1, PageState.DECODED, picture, 204, 98, cleaned), Layout(2700, 3600))
    assert np.array_equal(shown(place.papers.searchable(fax.id).content, tmp_path, 306, 306), np.array(upright))


@pytest.mark.parametrize("pages", [None, [1], [2], [7], []])
def test_what_has_no_picture_is_not_found(place: Place, pages: list[int] | None) -> None:
    fax = arrived(place, b"a fax")
    with place.store.begin() as tx:
        tx.add_page(Page(fax.id, 2, PageState.MISSING, None, 0, 0))
    with pytest.raises(NotFoundError):
        place.papers.searchable(fax.id, pages)


def test_pages_are_taken_one_by_one(place: Place) -> None:
    """A long fax is never in memory as pixels all at once."""
    fax = arrived(place, b"a fax")
    picture = place.blobs.put(as_png(Image.new("1", (1728, 1143), 1)), "image/png")
    with place.store.begin() as tx:
        for number in (1, 2, 3):
            tx.add_page(Page(fax.id, number, PageState.DECODED, picture, 204, 98))
    loaded: list[Path] = []

    class Counting(SandboxedDecoder):
        def load(self, path: Path, x_dpi: float, y_dpi: float) -> PageImage:
            loaded.append(path)
            return super().load(path, x_dpi, y_dpi)

    seen: list[int] = []

    def compose(pages: Iterable[ArchivePage], _facts: DocumentFacts) -> bytes:
        seen.extend(len(loaded) for _ in pages)
        return b""

    FaxPapers(place.store, place.blobs, Counting(None), compose).searchable(fax.id)
    assert seen == [1, 2, 3]
