"""PDF: faxes dot for dot, everything else as it looks at 200 dpi, and nothing rendered on the word of a box."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from bridge.decoders import pdf
from bridge.domain.errors import DecodeError, DecoderCrashError, EncryptedError, TooLargeError
from tests.unit.decoders.conftest import draw_page

A4 = (595, 842)


def write_pdf(pages: Sequence[tuple[tuple[float, float], bytes, Image.Image | None]], extra: bytes = b"", rotate: int = 0) -> bytes:
    """A PDF of (size in points, content stream, image named /Im)."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for size, stream, image in pages:
        resources = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        if image is not None:
            data = zlib.compress(image.tobytes())
            bits = 1 if image.mode == "1" else 8
            objects.append(
                b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace /DeviceGray"
                b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (*image.size, bits, len(data), data)
            )
            resources += b" /XObject << /Im %d 0 R >>" % len(objects)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Rotate %d /Contents %d 0 R /Resources << %s >> %s >>"
            % (*size, rotate, len(objects), resources, extra)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


FAX = draw_page(1728, 1145)
FAX_SIZE = (1728 / 204 * 72, 1145 / 98 * 72)
DRAW_FAX = b"q %g 0 0 %g 0 0 cm /Im Do Q" % FAX_SIZE


def text(words: bytes, x: int = 100, y: int = 700, size: int = 12) -> bytes:
    return b"BT /F %d Tf %d %d Td (%s) Tj ET" % (size, x, y, words)


def is_fax(image: Image.Image, expected: Image.Image = FAX) -> bool:
    return (
        image.mode == "1"
        and image.size == expected.size
        and ImageChops.difference(image.convert("L"), expected.convert("L")).getbbox() is None
    )


class TestTheFaxInAPage:
    def test_comes_out_dot_for_dot(self, decode):
        decoded = decode(pdf.decode, write_pdf([(FAX_SIZE, DRAW_FAX, FAX)]))
        assert is_fax(decoded.images[0])
        assert decoded.dpi == [(204, 98)]
        assert not decoded.is_truncated

    def test_comes_out_dot_for_dot_from_the_middle_of_a_larger_page(self, decode):
        inset = b"q 500 0 0 %g 40 20 cm /Im Do Q" % (500 * FAX_SIZE[1] / FAX_SIZE[0])
        assert is_fax(decode(pdf.decode, write_pdf([(A4, inset, FAX)])).images[0])

    @pytest.mark.parametrize(("rotate", "turn"), [(90, Image.Transpose.ROTATE_270), (180, Image.Transpose.ROTATE_180)])
    def test_is_turned_as_the_page_is(self, decode, rotate, turn):
        decoded = decode(pdf.decode, write_pdf([(FAX_SIZE, DRAW_FAX, FAX)], rotate=rotate))
        assert is_fax(decoded.images[0], FAX.transpose(turn))
        assert decoded.dpi == [(98, 204) if rotate == 90 else (204, 98)]

    def test_that_is_blank_stays_a_fax(self, decode):
        blank = Image.new("1", (1728, 1145), 1)
        assert is_fax(decode(pdf.decode, write_pdf([(FAX_SIZE, DRAW_FAX, blank)])).images[0], blank)

    @pytest.mark.parametrize(
        "content",
        [
            DRAW_FAX + b" " + text(b"EINGANG 22.11.2026", 400, 500),
            DRAW_FAX + b" 1 1 1 rg 100 650 150 90 re f",
            b"q -%g 0 0 %g %g 0 cm /Im Do Q" % (*FAX_SIZE, FAX_SIZE[0]),
            DRAW_FAX.replace(b"0 0 cm", b"40 0 cm") + b" " + text(b"links", 5, 300, 9),
        ],
        ids=["a stamp", "something painted over", "mirrored", "a word in the margin"],
    )
    def test_gives_way_to_the_page_where_the_page_shows_more(self, decode, content):
        decoded = decode(pdf.decode, write_pdf([(FAX_SIZE, content, FAX)]))
        assert decoded.dpi == [(200, 200)]

    @pytest.mark.parametrize("width", [4960, 400])
    def test_of_an_uncommon_resolution_is_rendered(self, decode, width):
        image = draw_page(width, int(width * 1.414))
        assert decode(pdf.decode, write_pdf([(A4, b"q 595 0 0 842 0 0 cm /Im Do Q", image)])).dpi == [(200, 200)]


class TestOtherPages:
    def test_are_rendered_grey_at_200_dpi(self, decode):
        scan = Image.linear_gradient("L").resize((800, 1000))
        decoded = decode(pdf.decode, write_pdf([(A4, b"q 595 0 0 842 0 0 cm /Im Do Q", scan), (A4, text(b"Brief"), None)]))
        assert [image.size for image in decoded.images] == [(1653, 2339)] * 2
        assert [image.mode for image in decoded.images] == ["L", "L"]
        assert decoded.dpi == [(200, 200)] * 2

    def test_are_cut_to_what_is_shown_however_large_the_sheet_behind_it(self, decode):
        shown = b"/CropBox [0 0 595 842]"
        decoded = decode(pdf.decode, write_pdf([((3240, 3240), text(b"Brief"), None)], shown))
        assert [image.size for image in decoded.images] == [(1653, 2339)]

    def test_stand_as_they_are_shown(self, decode):
        assert decode(pdf.decode, write_pdf([(A4, text(b"quer"), None)], rotate=90)).images[0].size == (2339, 1653)


class TestDamage:
    def test_a_syntax_error_within_a_page_is_told(self, decode):
        decoded = decode(pdf.decode, write_pdf([(A4, text(b"Brief") + b" /Nothing Do", None)]))
        assert decoded.is_truncated
        assert len(decoded.images) == 1

    @pytest.mark.parametrize("content", [b"%PDF-1.4\nnoise", b"%PDF-1.4", write_pdf([])])
    def test_no_page_at_all_is_unreadable(self, decode, content):
        with pytest.raises(DecodeError) as caught:
            decode(pdf.decode, content)
        assert caught.value.state == "unreadable"

    def test_a_file_that_broke_off_keeps_what_can_be_found(self, decode):
        content = write_pdf([(A4, text(b"eins"), None), (A4, text(b"zwei"), None)])
        assert decode(pdf.decode, content[: content.find(b"startxref")]).images


class TestLimits:
    def test_more_pages_than_allowed_are_refused_unrendered(self, decode, scratch):
        with pytest.raises(TooLargeError):
            decode(pdf.decode, write_pdf([(A4, text(b"x"), None)] * 21))
        assert list(scratch.folder.iterdir()) == []

    def test_a_page_of_too_many_pixels_is_refused_unrendered(self, decode, scratch):
        with pytest.raises(TooLargeError):
            decode(pdf.decode, write_pdf([(A4, text(b"x"), None), ((14400, 14400), text(b"x"), None)]))
        assert list(scratch.folder.iterdir()) == []

    def test_the_limit_is_held_against_what_poppler_renders_which_is_rounded_up(self, decode, scratch):
        side = 1080.02  # points: 3000.06 pixels, 9 000 333 in all, rendered as 3001 x 3001
        scratch.limits = replace(scratch.limits, max_pixels_per_page=9_000_400)
        with pytest.raises(TooLargeError):
            decode(pdf.decode, write_pdf([((side, side), text(b"x"), None)]))
        assert list(scratch.folder.iterdir()) == []

    def test_a_page_that_comes_out_larger_than_it_was_measured_is_refused(self, decode, scratch):
        with pytest.raises(TooLargeError):
            scratch.add_page(Image.new("1", (3001, 3000)), 200, 200)
        assert list(scratch.folder.iterdir()) == []

    def test_an_image_of_too_many_pixels_is_not_taken_out(self, decode):
        large = Image.new("1", (3600, 3000), 1)
        decoded = decode(pdf.decode, write_pdf([((900, 750), b"q 900 0 0 750 0 0 cm /Im Do Q", large)]))
        assert decoded.dpi == [(200, 200)]

    def test_a_password_is_named(self, decode, tmp_path):
        import subprocess

        plain, locked = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
        plain.write_bytes(write_pdf([(A4, text(b"x"), None)]))
        lock = ["qpdf", "--allow-weak-crypto", "--encrypt", "user", "owner", "128", "--", plain, locked]
        try:
            subprocess.run(lock, check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("qpdf is not installed")
        with pytest.raises(EncryptedError):
            decode(pdf.decode, locked.read_bytes())
        lock[3] = ""
        subprocess.run(lock, check=True, capture_output=True)
        assert len(decode(pdf.decode, locked.read_bytes()).images) == 1

    def test_poppler_that_takes_too_long_counts_as_a_crash(self, decode, monkeypatch):
        from pdf2image.exceptions import PDFPopplerTimeoutError

        def hang(*_: object, **__: object) -> None:
            raise PDFPopplerTimeoutError

        monkeypatch.setattr(pdf, "convert_from_path", hang)
        with pytest.raises(DecoderCrashError):
            decode(pdf.decode, write_pdf([(A4, text(b"x"), None)]))

    def test_without_poppler_no_file_is_blamed(self, decode, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(DecoderCrashError, match="not installed"):
            decode(pdf.decode, write_pdf([(A4, text(b"x"), None)]))
