"""Reading without a service: what one file gives, whole or in part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bridge.bootstrap import House
from bridge.domain.errors import DecodeError, EncryptedError
from bridge.domain.image import PageImage, Pixels
from bridge.domain.lifecycle import FaxState
from bridge.ports import Attachment, DecodedFax, DecodedPage, MailContent, PageReading
from bridge.services.read import Read
from bridge.settings import load_settings
from tests.deliveries import START


class Mails:
    """Decodes a mail of several attachments, of which some are broken, into white pages."""

    def __init__(self, *attachments: DecodeError | None) -> None:
        self.attachments = attachments

    def sniff(self, path: Path) -> str:
        return "message/rfc822"

    def unpack_mail(self, path: Path, scratch: Path) -> MailContent:
        files = [Attachment(scratch / str(number), "", 1, "application/pdf", None) for number in range(len(self.attachments))]
        return MailContent({}, "", tuple(files))

    def decode(self, path: Path, media_type: str, scratch: Path) -> DecodedFax:
        if error := self.attachments[int(path.name)]:
            raise error
        return DecodedFax((DecodedPage(path, 204.0, 196.0, 1728, 2200),), is_truncated=False)

    def load(self, path: Path, x_dpi: float, y_dpi: float) -> PageImage:
        return PageImage(np.full((2200, 1728), 255, np.uint8), x_dpi, y_dpi, is_bilevel=True)


class Blind:
    name = "blind"

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        return PageReading(())

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        return 0, 0.0

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[object]:
        return ()


def read(*attachments: DecodeError | None) -> tuple[FaxState, str | None, list[list[int]]]:
    catalog = House(load_settings({})).catalog
    reading = Read(Mails(*attachments), Blind(), (), catalog).read(Path("mail.eml"), START)
    return reading.state, reading.reason, [list(document.part.pages) for document, _ in reading.documents]


def test_a_broken_fax_beside_good_ones_costs_only_itself_and_is_told() -> None:
    state, reason, pages = read(None, EncryptedError(), None)
    assert state is FaxState.DECIDED
    assert pages == [[1], [2]]
    assert reason == f"Unvollständig: 1 von 3 Faxen dieser E-Mail ließen sich nicht lesen. {EncryptedError.reason}"


@pytest.mark.parametrize("attachments", [(EncryptedError(),), (EncryptedError(), DecodeError())])
def test_a_mail_of_which_nothing_can_be_read_ends_in_its_first_failure(attachments: tuple[DecodeError, ...]) -> None:
    assert read(*attachments) == (FaxState.ENCRYPTED, EncryptedError.reason, [])


def test_a_mail_of_which_all_can_be_read_needs_no_reason() -> None:
    assert read(None, None) == (FaxState.DECIDED, None, [[1], [2]])
