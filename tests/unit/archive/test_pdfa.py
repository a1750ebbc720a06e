"""Searchable PDF/A: what poppler shows is the picture, what it finds are the words where they stand, and archives may keep it."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageDraw

from bridge.archive.pdfa import searchable_pdf
from bridge.domain.image import PageImage
from bridge.domain.layout import Box, Word
from bridge.domain.papers import ArchivePage, DocumentFacts
from tests.pdfa_rules import breaches

FACTS = DocumentFacts("Fax ÄÖÜ", datetime(2026, 11, 22, 12, 30, tzinfo=UTC))
LINES = (
    ("Meldebogen", "für", "Ärztinnen", "und", "Ärzte"),
    ("§", "6", "IfSG:", "Straße", "„Grüße“", "12,50", "€"),
    ("(Größe)", "<b>&amp;", "a\\b", "𝔄"),
)


def words_of(lines: Sequence[Sequence[str]], top: float = 100, height: float = 40) -> tuple[Word, ...]:
    """Words as a reader gives them: those with a letter below the line reach lower."""
    words, numbered = [], enumerate(lines)
    for line, texts in numbered:
        left = 150.0
        for text in texts:
            lower = 9 if set(text) & set("gjpqy(),") else 0
            box = Box(left, top + 90 * line, left + 22.5 * len(text), top + 90 * line + height + lower)
            words.append(Word(text, 0.9, box, 1, line))
            left = box.right + 17
    return tuple(words)


def drawn(size: tuple[int, int] = (1728, 1143), *, is_bilevel: bool = True) -> PageImage:
    """A page with slanted strokes, and with noise where it is grey."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for x in range(100, size[0], 190):
        draw.line((x, 60, x + 80, size[1] - 60), 0, 3)
    draw.rectangle((0, 0, 30, 12), 0)  # upper left
    pixels = np.array(image)
    if not is_bilevel:
        noise = np.random.default_rng(7).integers(0, 25, pixels.shape)
        pixels = np.clip(pixels.astype(int) * 0.8 + noise, 0, 255).astype(np.uint8)
    return PageImage(pixels, 204.0, 98.0, is_bilevel)


def fax_page(words: Sequence[Word] = words_of(LINES)) -> ArchivePage:
    """A page in standard resolution, upright as it came."""
    picture = drawn()
    height, width = picture.pixels.shape
    across, down = 306 / picture.x_dpi, 306 / picture.y_dpi
    return ArchivePage(picture, width * across, height * down, 306.0, (across, 0, 0, down, 0, 0), tuple(words))


def grey_page(words: Sequence[Word] = ()) -> ArchivePage:
    picture = drawn((800, 1100), is_bilevel=False)
    return ArchivePage(picture, 800, 1100, 100.0, words=tuple(words))


def poppler(program: str, content: bytes, folder: Path, *options: str) -> str:
    """Run a program of poppler's on the file; return what it prints."""
    file = folder / "fax.pdf"
    file.write_bytes(content)
    done = subprocess.run([program, *options, str(file), *(["-"] if program == "pdftotext" else [])], capture_output=True, check=True)
    assert not done.stderr
    return done.stdout.decode()


def rendered(content: bytes, folder: Path, x_dpi: float, y_dpi: float) -> NDArray[np.uint8]:
    """The first page as poppler shows it."""
    root = folder / "shown"
    (folder / "fax.pdf").write_bytes(content)
    resolution = ["-rx", str(x_dpi), "-ry", str(y_dpi)]
    subprocess.run(["pdftoppm", "-gray", "-singlefile", *resolution, str(folder / "fax.pdf"), str(root)], check=True)
    with Image.open(root.with_suffix(".pgm")) as image:
        return np.array(image)


def found_words(content: bytes, folder: Path, dpi: float) -> list[tuple[str, Box]]:
    """The words poppler finds, with their boxes in pixels."""
    pattern = r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
    found = re.findall(pattern, poppler("pdftotext", content, folder, "-bbox"))
    return [(html.unescape(text), Box(*(float(side) * dpi / 72 for side in sides))) for *sides, text in found]


# -- what is seen ----------------------------------------------------------------------------------------------------


def test_a_fax_is_shown_pixel_by_pixel_as_it_came(tmp_path: Path) -> None:
    page = fax_page()
    assert np.array_equal(rendered(searchable_pdf([page], FACTS), tmp_path, 204, 98), page.picture.pixels)


def test_a_fax_is_kept_in_the_code_of_fax_machines_without_loss(tmp_path: Path) -> None:
    page = fax_page()
    content = searchable_pdf([page], FACTS)
    assert " ccitt " in poppler("pdfimages", content, tmp_path, "-list")
    subprocess.run(["pdfimages", str(tmp_path / "fax.pdf"), str(tmp_path / "kept")], check=True)
    with Image.open(tmp_path / "kept-000.pbm") as kept:
        assert np.array_equal(np.array(kept.convert("L")), page.picture.pixels)


def test_a_grey_scan_is_kept_without_visible_loss(tmp_path: Path) -> None:
    page = grey_page()
    shown = rendered(searchable_pdf([page], FACTS), tmp_path, 100, 100)
    assert shown.shape == page.picture.pixels.shape
    error = shown.astype(float) - page.picture.pixels
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 35


def test_a_clean_grey_page_is_kept_exactly_because_that_is_smaller(tmp_path: Path) -> None:
    picture = replace(drawn((800, 1100)), is_bilevel=False)
    content = searchable_pdf([ArchivePage(picture, 800, 1100, 100.0)], FACTS)
    assert np.array_equal(rendered(content, tmp_path, 100, 100), picture.pixels)


def test_text_is_not_seen(tmp_path: Path) -> None:
    with_text, without = (rendered(searchable_pdf([fax_page(words)], FACTS), tmp_path, 150, 150) for words in (words_of(LINES), ()))
    assert np.array_equal(with_text, without)


@pytest.mark.parametrize(
    ("width", "height", "dpi", "points"),
    [(2550, 3300, 300, (612, 792)), (2, 300, 306, (3, 450)), (1728, 200_000, 98, (124.416, 14_400))],
    ids=["letter", "too narrow", "too long"],
)
def test_a_page_is_as_large_as_it_was_within_what_pdfa_allows(width: int, height: int, dpi: float, points: tuple[float, float]) -> None:
    content = searchable_pdf([ArchivePage(drawn((40, 50)), width, height, dpi)], FACTS)
    with Pdf.open(BytesIO(content)) as pdf:
        assert [float(side) for side in pdf.pages[0].mediabox[2:]] == pytest.approx(points, abs=0.01)
    assert not breaches(content)


# -- what is found ---------------------------------------------------------------------------------------------------


def test_every_word_is_found_where_it_stands(tmp_path: Path) -> None:
    page = fax_page()
    found = found_words(searchable_pdf([page], FACTS), tmp_path, page.dpi)
    assert [text for text, _ in found] == [word.text for word in page.words]
    for (_, box), word in zip(found, page.words, strict=True):
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx(
            (word.box.left, word.box.top, word.box.right, word.box.bottom), abs=0.5
        )


@pytest.mark.parametrize("option", ["-layout", "-raw"])
def test_lines_come_in_reading_order_with_blanks_between_words(tmp_path: Path, option: str) -> None:
    written = poppler("pdftotext", searchable_pdf([fax_page()], FACTS), tmp_path, option)
    assert [" ".join(line.split()) for line in written.splitlines() if line.strip()] == [" ".join(line) for line in LINES]


def test_words_that_touch_stay_two(tmp_path: Path) -> None:
    first, second = Box(100, 100, 200, 140), Box(198, 100, 300, 140)
    words = (Word("Haus", 1, first, 1, 1), Word("Arzt", 1, second, 1, 1))
    assert poppler("pdftotext", searchable_pdf([fax_page(words)], FACTS), tmp_path).split() == ["Haus", "Arzt"]


def test_each_page_has_its_own_words(tmp_path: Path) -> None:
    content = searchable_pdf([fax_page(words_of([["eins"]])), fax_page(()), grey_page(words_of([["drei"]]))], FACTS)
    assert [page.split() for page in poppler("pdftotext", content, tmp_path).split("\f")] == [["eins"], [], ["drei"], []]


def test_what_no_printer_prints_is_left_out_of_words_and_empty_boxes_do_no_harm(tmp_path: Path) -> None:
    box = Box(300, 200, 400, 240)
    odd = (Word("\x00\ufeff", 1, box, 1, 1), Word("A\x07\u200bB", 1, box, 1, 2), Word("C", 1, Box(500, 300, 500, 300), 1, 3))
    content = searchable_pdf([fax_page(odd)], FACTS)
    assert poppler("pdftotext", content, tmp_path).split() == ["AB", "C"]
    assert not breaches(content)


def test_a_page_of_very_many_characters_is_written(tmp_path: Path) -> None:
    every = [chr(code) for code in range(0x21, 0x17F) if chr(code).isprintable()]
    lines = [["".join(every[start : start + 20])] for start in range(0, len(every), 20)]
    content = searchable_pdf([fax_page(words_of(lines))], FACTS)
    assert poppler("pdftotext", content, tmp_path, "-raw").split() == [text for (text,) in lines]
    assert not breaches(content)


# -- what archives ask -----------------------------------------------------------------------------------------------


def test_the_file_is_pdfa() -> None:
    assert not breaches(searchable_pdf([fax_page(), grey_page(words_of(LINES))], FACTS))
    assert not breaches(searchable_pdf([fax_page(())], FACTS))


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    file = tmp_path / "fax.pdf"
    file.write_bytes(searchable_pdf([fax_page(), grey_page()], FACTS))
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No syntax or stream encoding errors found" in done.stdout


def test_the_same_pages_give_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib, sys; from tests.unit.archive.test_pdfa import *; "
        "sys.stdout.write(hashlib.sha256(searchable_pdf([fax_page(), grey_page()], FACTS)).hexdigest())"
    )
    repository = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", code]
    digests = {subprocess.run(command, cwd=repository, capture_output=True, check=True).stdout for _ in range(2)}
    assert len(digests) == 1
    assert searchable_pdf([fax_page()], FACTS) != searchable_pdf([fax_page()], replace(FACTS, title="Fax B"))


def test_it_says_what_it_is() -> None:
    with Pdf.open(BytesIO(searchable_pdf([fax_page()], FACTS))) as pdf, pdf.open_metadata() as metadata:
        assert (str(pdf.Root.Lang), pdf.Root.ViewerPreferences.DisplayDocTitle) == ("de-DE", True)
        assert str(pdf.docinfo.Title) == metadata["dc:title"] == "Fax ÄÖÜ"
        assert metadata["xmp:CreateDate"] == "2026-11-22T12:30:00+00:00"
        assert metadata["dc:language"] == {"de-DE"}


def rewritten(change: Callable[[Pdf], object], **options: object) -> bytes:
    """A good file, changed."""
    with Pdf.open(BytesIO(searchable_pdf([fax_page()], FACTS))) as pdf:
        change(pdf)
        file = BytesIO()
        pdf.save(file, **options)
    return file.getvalue()


def descendant(pdf: Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj.Resources.Font.Text.DescendantFonts[0]


def picture(pdf: Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj.Resources.XObject.Picture


def tell(pdf: Pdf, name: str, value: str) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata[name] = value


def show_nothing(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.contents_add(b"BT /Text 9 Tf <0000> Tj ET")


BREAKS: dict[str, Callable[[Pdf], object]] = {
    "6.1.5: /Title differs from dc:title": lambda pdf: setattr(pdf.docinfo, "Title", "another"),
    "6.1.13: size of a page": lambda pdf: setattr(pdf.pages[0].obj, "MediaBox", Array([0, 0, 2, 900])),
    "6.1.7.2: filter /LZWDecode": lambda pdf: setattr(picture(pdf), "Filter", Name.LZWDecode),
    "6.2.2: operators": lambda pdf: pdf.pages[0].contents_add(b"/GS gs"),
    "6.2.2: /Text is no resource": lambda pdf: pdf.pages[0].obj.Resources.__delitem__("/Font"),
    "6.2.3: output intent": lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
    "6.2.3: profile": lambda pdf: setattr(pdf.Root.OutputIntents[0].DestOutputProfile, "N", 1),
    "6.2.4: colour": lambda pdf: setattr(picture(pdf), "ColorSpace", Name.DeviceCMYK),
    "6.2.8: /Interpolate": lambda pdf: setattr(picture(pdf), "Interpolate", True),
    "6.2.8: /SMask of an image": lambda pdf: setattr(picture(pdf), "SMask", picture(pdf)),
    "6.2.11.3.2: no CIDToGIDMap": lambda pdf: descendant(pdf).__delitem__("/CIDToGIDMap"),
    "6.2.11.4.1: not embedded": lambda pdf: descendant(pdf).FontDescriptor.__delitem__("/FontFile2"),
    "6.2.11.4.1: glyph not embedded": lambda pdf: descendant(pdf).CIDToGIDMap.write(b"\0\5" * 500),
    "6.2.11.5: widths": lambda pdf: setattr(descendant(pdf), "DW", 600),
    "6.2.11.7.2: ToUnicode": lambda pdf: pdf.pages[0].obj.Resources.Font.Text.ToUnicode.write(b"1 beginbfchar\n<0001> <0041>\nendbfchar"),
    "6.2.11.8: .notdef is shown": show_nothing,
    "6.2 to 6.5: /Annots of a page": lambda pdf: setattr(pdf.pages[0].obj, "Annots", Array([])),
    "6.4 to 6.11: /OpenAction": lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS="x")),
    "6.6.2.1: no metadata": lambda pdf: pdf.Root.__delitem__("/Metadata"),
    "6.6.4: identification": lambda pdf: tell(pdf, "pdfaid:part", "1"),
    "6.7.4: language": lambda pdf: pdf.Root.__delitem__("/Lang"),
}


@pytest.mark.parametrize("breach", BREAKS)
def test_the_rules_see_what_is_broken(breach: str) -> None:
    assert breach in breaches(rewritten(BREAKS[breach]))


def test_the_rules_see_what_is_broken_in_the_file_itself() -> None:
    good = searchable_pdf([fax_page()], FACTS)
    nothing: Callable[[Pdf], object] = lambda pdf: None  # noqa: E731
    assert not breaches(rewritten(nothing))
    assert "6.1.2: header" in breaches(good.replace(b"%PDF-1.7", b"%PDF-2.0", 1))
    assert "6.1.3: bytes after the end" in breaches(good + b"more\n")
    assert "6.1.3: encrypted" in breaches(rewritten(nothing, encryption=pikepdf.Encryption(owner="o", user="")))
    assert "6.1.7.1: no line break before endstream" in breaches(rewritten(nothing, preserve_pdfa=False))
