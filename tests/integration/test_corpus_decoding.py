"""Every file of the corpus ends in pages, parts or a named failure, within bounded time and memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.decoders.sandbox import DecoderLimits, SandboxedDecoder
from bridge.domain.errors import DecodeError
from bridge.ports import DecodedFax
from bridge.stages.unpack import fax_attachments, mail_facts, no_content_reason

pytestmark = pytest.mark.shared

LIMITS = DecoderLimits(seconds=30.0)
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "corpus"
FILES = sorted(str(path.relative_to(CORPUS)) for path in CORPUS.glob("*/*")) if CORPUS.is_dir() else ["absent"]

# What a person would say of them, by the end of their names; everything not named here only has to end well.
EXPECTED = {
    "CCITT_5.TIF": (1, 1728, 2376),
    "G4S.TIF": (1, 2464, 3248),
    "testfax4.tiff": (1, 2453, 3369),
    "CCITT_T.4_2D_no_fill.tiff": (1, 300, 225),
    "g4_orientation_8.tif": (1, 590, 88),
    "multipage-mmap.tiff": (3, 10, 10),
    "scan-mono-iccgray.tif": (1, 2408, 3436),
    "linn.pdf": (1, 2550, 3300),
    "testPDF_rotated.pdf": (1, 2339, 1653),
    "crom.png": (1, 400, 50),
    "rc4-128.pdf": "encrypted",
    "password-example.pdf": "encrypted",
    "testUnicodePassword.pdf": "encrypted",
    "r3-user-password.pdf": "encrypted",
    "decompression_bomb.gif": "unsupported",
    "panic.tnef": "unsupported",
    "python.exr": "unsupported",
    "linn.txt": "unsupported",
    "invalid.pdf": "unreadable",
    "sample-get-lzw-stuck.tiff": "unreadable",
}
TRUNCATED = ("loop.tif", "test_ifd_loop_to_self.tif")


@pytest.fixture(params=FILES)
def foreign(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "data" / "corpus" / str(request.param)


def expectation(path: Path) -> Any:
    return next((expected for ending, expected in EXPECTED.items() if path.name.endswith(ending)), None)


def decoded_or_state(decoder: SandboxedDecoder, path: Path, kind: str, folder: Path) -> DecodedFax | str:
    try:
        return decoder.decode(path, kind, folder)
    except DecodeError as error:
        return error.state


def test_by_itself(foreign: Path, tmp_path: Path) -> None:
    decoder = SandboxedDecoder(LIMITS)
    kind = decoder.sniff(foreign)
    expected = expectation(foreign)
    if kind == "message/rfc822":
        content = decoder.unpack_mail(foreign, tmp_path)
        mail_facts(content)
        assert fax_attachments(content) or no_content_reason(content).endswith(".")
        return
    decoded = decoded_or_state(decoder, foreign, kind, tmp_path)
    if isinstance(decoded, str):
        assert decoded in {"unreadable", "encrypted", "unsupported", "too_large"}
        assert expected is None or expected == decoded
        return
    for page in decoded.pages:
        image = decoder.load(page.path, page.x_dpi, page.y_dpi)
        assert image.pixels.shape == (page.height, page.width)
        assert 45 <= page.x_dpi <= 1300
        assert 45 <= page.y_dpi <= 1300
    assert expected is None or expected == (len(decoded.pages), decoded.pages[0].width, decoded.pages[0].height)
    if foreign.name.endswith(TRUNCATED):
        assert decoded.is_truncated


def test_as_a_mail_whatever_it_is(foreign: Path, tmp_path: Path) -> None:
    """By SMTP anything can come in the place of a mail."""
    content = SandboxedDecoder(LIMITS).unpack_mail(foreign, tmp_path)
    mail_facts(content)
    assert fax_attachments(content) or no_content_reason(content).endswith(".")


def test_as_any_other_kind(foreign: Path, tmp_path: Path) -> None:
    """A decoder that is handed the wrong kind names it, and does not die of it."""
    decoder = SandboxedDecoder(LIMITS)
    for number, kind in enumerate(("image/tiff", "application/pdf", "image/png")):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert decoded_or_state(decoder, foreign, kind, folder) != "quarantined"
