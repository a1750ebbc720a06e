"""The way on paper: whatever waits can be printed, read or not, and nothing that waits is left out unseen."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pikepdf import Pdf
from PIL import Image

from bridge.archive.pdfa import searchable_pdf
from bridge.archive.pile import bind_pile
from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.errors import NotFoundError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import BlobRef, Document, Envelope, Fax, ReviewTask
from bridge.services import paper_way
from bridge.services.paper_way import PaperWay
from tests.deliveries import START, SetClock
from tests.integration.conftest import Place
from tests.integration.http_service import CATALOG


@pytest.fixture
def way(place: Place, tmp_path: Path) -> PaperWay:
    work = tmp_path / "work"
    work.mkdir()
    decoder = SandboxedDecoder(None)
    return PaperWay(
        place.store,
        place.blobs,
        decoder,
        place.papers,
        searchable_pdf,
        bind_pile,
        CATALOG.types,
        SetClock(START + timedelta(hours=1)),
        work,
    )


def tiff(pages: int = 1) -> bytes:
    file = BytesIO()
    images = [Image.new("1", (864, 1100), 1) for _ in range(pages)]
    images[0].save(file, "TIFF", compression="group4", dpi=(204, 98), save_all=True, append_images=images[1:])
    return file.getvalue()


def came(
    place: Place, content: bytes, state: FaxState = FaxState.UNPACKED, mailbox: str = "disease", kind: str = "image/tiff", hours: float = 0
) -> Fax:
    original = place.blobs.put(content, kind)
    at = START - timedelta(hours=hours)
    envelope = Envelope(new_id(), "http", (mailbox,), at, replace(original), None)
    fax = Fax(new_id(), envelope.id, mailbox, "http", 1, state, at, original=original)
    place.store.accept(envelope, [fax], [], timedelta(days=5))
    return fax


def asked(place: Place, fax: Fax, *, is_urgent: bool = False) -> Document:
    document = Document(new_id(), fax.id, 1, "disease_notification", 0.9, (1,), DocumentState.WAITING, reason="Unklar.")
    task = ReviewTask(new_id(), document.id, fax.id, "Unklar.", START, due_at=fax.received_at + timedelta(hours=24), is_urgent=is_urgent)
    with place.store.begin() as tx:
        tx.add_document(document)
        tx.add_review(task)
    return document


def text_of(path: Path, *pages: int) -> str:
    first, last = pages or (1, 1)
    done = subprocess.run(["pdftotext", "-layout", "-f", str(first), "-l", str(last), str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def order(way: PaperWay, mailboxes: Sequence[str] | None = None) -> list[str]:
    return [each.fax_id for each in way.waiting(mailboxes)[0]]


def test_a_fax_that_nobody_has_read_yet_is_printed_from_its_original(place: Place, way: PaperWay) -> None:
    fax = came(place, tiff(2))
    pile = way.pile(None, new_id())
    with Pdf.open(pile.path) as pdf:
        assert len(pdf.pages) == 3
    assert "noch nicht gelesen, 2 S." in text_of(pile.path)
    assert [line.number for line in pile.cover.lines] == [1]
    assert place.store.actions(fax_id=fax.id)[0][1].what == "fax printed"


def test_urgent_faxes_come_first_then_those_due_first(place: Place, way: PaperWay) -> None:
    late, early = came(place, tiff(), hours=1), came(place, tiff(), hours=5)
    urgent = came(place, tiff(), FaxState.DECIDED)
    asked(place, urgent, is_urgent=True)
    assert order(way) == [urgent.id, early.id, late.id]


def test_a_fax_of_several_documents_that_wait_is_printed_once(place: Place, way: PaperWay) -> None:
    fax = came(place, tiff(), FaxState.DECIDED)
    asked(place, fax)
    asked(place, fax, is_urgent=True)
    [each], _ = way.waiting(None)
    assert each.is_urgent
    assert each.what == CATALOG.types["disease_notification"].title


def test_what_is_settled_is_not_printed(place: Place, way: PaperWay) -> None:
    came(place, tiff(), FaxState.DECIDED)
    came(place, tiff(), FaxState.CLOSED)
    assert order(way) == []
    assert way.overview(None).oldest_at is None
    with pytest.raises(NotFoundError):
        way.pile(None, new_id())


def test_a_fax_that_cannot_be_opened_is_on_the_cover_with_the_reason(place: Place, way: PaperWay) -> None:
    came(place, b"%!PS-Adobe-3.0\n", FaxState.UNSUPPORTED, kind="application/postscript")
    came(place, tiff())
    pile = way.pile(None, new_id())
    assert [line.remark is None for line in sorted(pile.cover.lines, key=lambda line: line.pages)] == [False, True]
    assert "Dieses Dateiformat kann nicht gelesen werden" in text_of(pile.path)


def test_a_mail_that_was_not_opened_yet_is_printed_with_its_faxes(place: Place, way: PaperWay) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"] = "Fax"
    mail.set_content("Ein Fax.")
    mail.add_attachment(tiff(), "image", "tiff", filename="fax.tif")
    content = place.blobs.put(bytes(mail), "message/rfc822")
    envelope = Envelope(new_id(), "smtp", ("disease",), START, BlobRef(content.sha256, content.size, content.media_type), None)
    place.store.accept(envelope, [Fax(new_id(), envelope.id, "disease", "smtp", 1, FaxState.RECEIVED, START)], [], timedelta(days=5))
    [line] = way.pile(None, new_id()).cover.lines
    assert (line.pages, line.remark) == (1, None)


def test_only_the_persons_mailboxes_are_printed(place: Place, way: PaperWay) -> None:
    own, _ = came(place, tiff()), came(place, tiff(), mailbox="hygiene")
    assert order(way, ["disease"]) == [own.id]


def test_more_than_fit_into_a_file_are_told_and_come_in_the_next(place: Place, way: PaperWay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_way, "AT_ONCE", 2)
    for hours in (3, 2, 1):
        came(place, tiff(), hours=hours)
    overview = way.overview(None)
    assert (overview.count, overview.unread, overview.files) == (3, 3, ((1, 2), (3, 3)))
    first, second = way.pile(None, new_id()), way.pile(None, new_id(), after=2)
    assert first.cover.remaining == 1
    assert "die nicht in dieser Datei stehen: 1" in text_of(first.path)
    assert [line.number for line in second.cover.lines] == [3]


def test_where_more_waits_than_is_looked_at_the_cover_says_so(place: Place, way: PaperWay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_way, "_MOST", 2)
    for _ in range(3):
        came(place, tiff())
    assert way.overview(None).is_more
    assert "mindestens" in text_of(way.pile(None, new_id()).path)


def test_nothing_is_left_behind_in_the_folder_but_the_pile(place: Place, way: PaperWay, tmp_path: Path) -> None:
    came(place, tiff())
    pile = way.pile(None, new_id())
    assert list((tmp_path / "work").iterdir()) == [pile.path]


def test_a_long_list_goes_on_over_several_sheets(place: Place, way: PaperWay) -> None:
    for _ in range(60):
        came(place, b"no fax at all", FaxState.UNREADABLE, kind="application/octet-stream")
    pile = way.pile(None, new_id())
    with Pdf.open(pile.path) as pdf:
        sheets = len(pdf.pages)
    assert sheets == 3
    numbers = {word for word in text_of(pile.path, 1, sheets).split() if word.isdecimal()}
    assert {str(number) for number in range(1, 61)} <= numbers
