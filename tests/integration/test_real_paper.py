"""Paper that nobody here drew: real faxes and scans are read as well as they were, and what none can read is said to be unreadable.

Held against gold texts where there are any, else against words that a person reads on the page. German is read; other languages are
here for their paper, so their floors are low.

Two sources. `../shared/data/corpus`: a German letter scanned askew, faxes and scans of test suites (French, Dutch, English). And the
eight facsimile test documents of the CCITT (now ITU-T; a letter, a circuit drawn by hand, an invoice, dense print, formulas, a graph,
Japanese, a memorandum written by hand): the Debian package jbigkit-testdata brings them, jbgtopbm of jbigkit-bin unpacks them. Looked
for and found nowhere else: no scan or fax of a page comes with the Debian packages tesseract-ocr, ocrad, gocr, netpbm, mgetty-fax,
mgetty-docs, hylafax-client, ocrmypdf-doc, python3-libtiff and pylibtiff, nor with any Python package that is installed here; the test
charts of ITU-T T.22 are sold on paper and in no package.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bridge.decoders.sandbox import DecoderLimits, SandboxedDecoder
from bridge.domain.image import PageImage
from bridge.domain.layout import Layout
from bridge.ports import PageReader
from bridge.stages.layout import lay_out
from tests.conftest import absent
from tests.integration.page_set import page_reader, words_in

CCITT = Path("/usr/share/jbigkit-testdata")


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return page_reader()


def recall(layout: Layout, expected: str) -> tuple[float, list[str]]:
    """Return which share of the expected words a page was found to have, and the words missed."""
    wanted = words_in(expected)
    missed = wanted - words_in(" ".join(word.text for word in layout.words))
    return 1 - missed.total() / wanted.total(), sorted(missed)


@dataclass(frozen=True, slots=True)
class Paper:
    """A page: how its file's name ends, the share of its words that must be found, and the words (or the end of a gold text's name)."""

    name: str
    least: float
    words: str


CORPUS = (
    Paper(
        "scan-mono-iccgray.tif",
        0.9,
        "apo-discounter.de Informationsblatt Nasensprays Nasentropfen geehrter Kunde Arzneimittel Nasenschleimhaut abschwellenden Wirkstoff "
        "entschieden Nasensekret abfließen leichter atmen Symptome Brennen Trockenheit Umständen Gewöhnung Behandlung auftreten Therapie "
        "dauerhaften Schädigung ständig verstopft Beschwerden abgeklungen Gefühl Abhängigkeit Arzt Hotline 01805-23232030 Festnetz "
        "Mobilfunkhöchstpreis E-Mail apotheker@apo-discounter.de kontaktieren Vertrauen wünschen freundlichen Grüßen Apo-Discounter.de Team",
    ),
    Paper("linn.pdf", 0.93, "linn.txt"),
    Paper("CCITT_5.TIF", 0.75, "Cela est autant plus valable que est plus grand voir figure vraie courbe valeurs pas phase des composants"),
)
CCITT_READ = (
    Paper(
        "ccitt1",
        0.85,
        "THE SLEREXE COMPANY LIMITED SAPORS LANE BOOLE DORSET BH25 8ER TELEPHONE TELEX 123456 350/PJC/EAC 18th January 1972 Cundall "
        "Mining Surveys Ltd Holroyd Road Reading Berks Dear Pete Permit introduce facility facsimile transmission photocell perform raster "
        "scan Yours sincerely Group Leader Research",
    ),
    Paper(
        "ccitt3",
        0.5,
        "CLASSEMENT FACTURE INVOICE DATE LIVRAISON FACTURATION rue XYZ ABCD 99000 VILLE 99000 VILLE ORIGINE DESTINATION MODE Air MARKS AND "
        "NUMBERS Composants AF-809 S8-T4 ZI07 Circuit Connecteur Composant 104,33 83,10 15,00 208,66 831,00 300,00 92,14 1431,80 1431,80",
    ),
    Paper(
        "ccitt4",
        0.75,
        "ordre lancement applications fait plus haut niveau Direction des est certes pas question construire bloc mais bien contraire par "
        "paliers successifs Certaines applications dont seront pas entreprises",
    ),
)


@pytest.mark.shared
@pytest.mark.parametrize("paper", CORPUS, ids=lambda paper: paper.name)
def test_faxes_and_scans_of_others(paper: Paper, shared: Path, tmp_path: Path, reader: PageReader) -> None:
    file = the_file(shared, paper.name)
    expected = the_file(shared, paper.words).read_text("utf-8") if paper.words.endswith(".txt") else paper.words
    share, missed = recall(laid_out(file, tmp_path, reader), expected)
    assert share >= paper.least, f"{share:.3f} of the words; not read: {', '.join(missed)}"


@pytest.mark.parametrize("paper", CCITT_READ, ids=lambda paper: paper.name)
def test_the_test_documents_of_the_ccitt(paper: Paper, reader: PageReader) -> None:
    share, missed = recall(lay_out(ccitt(paper.name), reader)[1], paper.words)
    assert share >= paper.least, f"{share:.3f} of the words; not read: {', '.join(missed)}"


def test_what_a_pen_drew_and_wrote_is_not_believed(reader: PageReader) -> None:
    layout = lay_out(ccitt("ccitt2"), reader)[1]
    assert layout.is_unreadable or layout.quality < 0.6


def the_file(shared: Path, ending: str) -> Path:
    """Return the file of the corpus whose name ends so."""
    return next(path for path in sorted((shared / "data" / "corpus").glob("*/*")) if path.name.endswith(f"__{ending}"))


def laid_out(file: Path, folder: Path, reader: PageReader) -> Layout:
    """Decode a file's first page as the service does, and read it."""
    decoder = SandboxedDecoder(DecoderLimits())
    page = decoder.decode(file, decoder.sniff(file), folder).pages[0]
    return lay_out(decoder.load(page.path, page.x_dpi, page.y_dpi), reader)[1]


def ccitt(name: str) -> PageImage:
    """Return one of the CCITT's documents: 1728 dots across a line, 200 an inch both ways."""
    unpack = shutil.which("jbgtopbm")
    file = CCITT / f"{name}.jbg"
    if unpack is None or not file.is_file():
        absent("the CCITT's test documents (Debian packages jbigkit-testdata and jbigkit-bin)")
    done = subprocess.run([unpack, str(file)], stdout=subprocess.PIPE, check=True)
    header = re.match(rb"P4\s+(\d+)\s+(\d+)\s", done.stdout)
    assert header is not None
    width, height = int(header[1]), int(header[2])
    rows = np.frombuffer(done.stdout[header.end() :], np.uint8).reshape(height, (width + 7) // 8)
    return PageImage(np.where(np.unpackbits(rows, axis=1)[:, :width], np.uint8(0), np.uint8(255)), 200.0, 200.0, is_bilevel=True)
