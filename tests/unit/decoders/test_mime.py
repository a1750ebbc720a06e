"""Mails as fax servers, gateways and broken programs write them."""

from __future__ import annotations

import base64
import binascii
import io
import quopri
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bridge.decoders import mime
from bridge.decoders.job import Scratch
from bridge.domain.errors import TooLargeError
from tests.unit.decoders.conftest import REVERSED

TIFF = b"II*\0" + REVERSED * 40
PDF = b"%PDF-1.4\n" + bytes(range(256)) + b"\n%%EOF\n"
POSTSCRIPT = b"%!PS-Adobe-3.0\n%%Title: fax\n1 0 0 setrgbcolor\nshowpage\n"


def b64(content: bytes) -> bytes:
    return base64.encodebytes(content)


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, kind)
    return buffer.getvalue()


def part(content: bytes, *headers: str) -> bytes:
    return "\n".join(headers).encode() + b"\n\n" + content + b"\n"


def tiff_part(*headers: str, content: bytes = TIFF) -> bytes:
    return part(b64(content), "Content-Type: image/tiff", "Content-Transfer-Encoding: base64", *headers)


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "BB", close: bool = True, headers: str = "Subject: Fax\n") -> bytes:
    head = f'{headers}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode()
    end = f"--{boundary}--\n".encode() if close else b""
    return head + b"".join(f"--{boundary}\n".encode() + one for one in parts) + end


@pytest.fixture
def unpack(tmp_path: Path, scratch: Scratch) -> Callable[[bytes], dict[str, Any]]:
    def run(content: bytes) -> dict[str, Any]:
        path = tmp_path / "mail"
        path.write_bytes(content)
        result = mime.unpack(path, scratch)
        for entry in result["attachments"]:
            entry["content"] = (scratch.folder / entry["file"]).read_bytes()
        left = {entry["file"] for entry in result["attachments"]}
        assert {file.name for file in scratch.folder.iterdir()} == left, "files nobody asked for"
        return result

    return run


def only(result: dict[str, Any]) -> dict[str, Any]:
    assert len(result["attachments"]) == 1
    return result["attachments"][0]


class TestContainers:
    @pytest.mark.parametrize("kind", ["mixed", "fax-message", "related", "alternative", "x-unknown"])
    def test_any_multipart_gives_its_parts(self, unpack, kind):
        result = unpack(multipart(part(b"Guten Tag", "Content-Type: text/plain"), tiff_part(), kind=kind))
        assert only(result)["content"] == TIFF
        assert result["text"] == "Guten Tag"
        assert result["problems"] == []

    def test_carriage_returns_change_nothing(self, unpack):
        assert only(unpack(multipart(tiff_part()).replace(b"\n", b"\r\n")))["content"] == TIFF

    def test_a_mail_that_is_a_fax_itself(self, unpack):
        assert only(unpack(b"Subject: x\n" + tiff_part()))["content"] == TIFF

    def test_a_missing_end(self, unpack):
        assert only(unpack(multipart(tiff_part(), close=False)))["content"] == TIFF

    @pytest.mark.parametrize("declared", ['boundary=""', "", 'boundary="other"'])
    def test_an_empty_missing_or_wrong_boundary_is_found_in_the_body(self, unpack, declared):
        mail = multipart(part(b"Text", "Content-Type: text/plain"), tiff_part()).replace(b'boundary="BB"', declared.encode())
        result = unpack(mail)
        assert only(result)["content"] == TIFF
        assert result["problems"] == ["parts outside their boundary"]

    def test_parts_behind_a_boundary_closed_too_early(self, unpack):
        result = unpack(multipart(part(b"Text", "Content-Type: text/plain")) + b"--BB\n" + tiff_part() + b"--BB--\n")
        assert only(result)["content"] == TIFF

    def test_a_forwarded_mail_is_taken_apart_with_its_headers(self, unpack):
        inner = multipart(tiff_part(), boundary="CC", headers="From: fax@server\nSubject: Fax von innen\n")
        result = unpack(multipart(part(inner, "Content-Type: message/rfc822")))
        assert only(result)["content"] == TIFF
        assert result["headers"]["subject"] == ["Fax", "Fax von innen"]

    @pytest.mark.parametrize("declared", ["message/rfc822", "application/octet-stream; name=mail.eml"])
    def test_a_forwarded_mail_in_base64(self, unpack, declared):
        inner = multipart(tiff_part(), boundary="CC", headers="Subject: innen\n")
        result = unpack(multipart(part(b64(inner), f"Content-Type: {declared}", "Content-Transfer-Encoding: base64")))
        assert only(result)["content"] == TIFF
        assert result["headers"]["subject"] == ["Fax", "innen"]

    def test_a_fragment_of_a_mail_is_told(self, unpack):
        mail = b'Subject: x\nContent-Type: message/partial; id="a"; number=1; total=2\n\nSubject: y\n\npart\n'
        assert "message/partial holds no whole content" in unpack(mail)["problems"]


class TestTransferEncodings:
    @pytest.mark.parametrize("label", ["base64", "BASE64 ", "base64;", '"base64"', "base64 (comment)", "base-64"])
    def test_labels_of_base64(self, unpack, label):
        assert (
            only(unpack(multipart(part(b64(TIFF), "Content-Type: image/tiff", f"Content-Transfer-Encoding: {label}"))))["content"] == TIFF
        )

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda code: code.replace(b"\n", b""),
            lambda code: code.replace(b"\n", b" \n\n"),
            lambda code: code.replace(b"A", b"A!*\xff", 5),
            lambda code: b"".join(base64.b64encode(TIFF[start : start + 10]) + b"\n" for start in range(0, len(TIFF), 10)),
        ],
        ids=["unwrapped", "blanks", "junk", "padding on every line"],
    )
    def test_spoiled_base64(self, unpack, spoil):
        mail = multipart(part(spoil(b64(TIFF)), "Content-Type: image/tiff", "Content-Transfer-Encoding: base64"))
        assert only(unpack(mail))["content"] == TIFF

    def test_base64_that_breaks_off_gives_what_is_there(self, unpack):
        mail = multipart(part(b64(TIFF)[:2001], "Content-Type: image/tiff", "Content-Transfer-Encoding: base64"), close=False)
        assert TIFF.startswith(only(unpack(mail))["content"][:1400])

    @pytest.mark.parametrize("label", ["", "7bit", "8bit", "x-nonsense"])
    def test_base64_without_its_label(self, unpack, label):
        assert (
            only(unpack(multipart(part(b64(TIFF), "Content-Type: image/tiff", f"Content-Transfer-Encoding: {label}"))))["content"] == TIFF
        )

    @pytest.mark.parametrize("label", ["8bit", "binary", "base64"])
    def test_bytes_as_they_are(self, unpack, label):
        mail = multipart(part(TIFF, "Content-Type: application/octet-stream", f"Content-Transfer-Encoding: {label}"))
        assert only(unpack(mail))["content"].startswith(TIFF)

    def test_quoted_printable(self, unpack):
        code = quopri.encodestring(PDF)
        mail = multipart(part(code, "Content-Type: application/pdf", "Content-Transfer-Encoding: quoted-printable"))
        assert only(unpack(mail))["content"].startswith(PDF.rstrip())

    @pytest.mark.parametrize("label", ["x-uuencode", "uuencode", "7bit"])
    def test_uuencode(self, unpack, label):
        lines = [binascii.b2a_uu(TIFF[start : start + 45]) for start in range(0, len(TIFF), 45)]
        code = b"Das Fax:\n\nbegin 644 fax.tif\n" + b"".join(lines) + b"`\nend\n"
        mail = multipart(part(code, "Content-Type: text/plain", f"Content-Transfer-Encoding: {label}"))
        assert only(unpack(mail))["content"] == TIFF

    def test_uuencode_with_broken_lines_gives_what_they_hold(self, unpack):
        good = binascii.b2a_uu(TIFF[:45])
        code = b"begin 644 fax.tif\n" + good + good.rstrip() + b"junk\n" + "M\u00e4\u00f6".encode() + b"\n" + good + b"end\n"
        mail = multipart(part(code, "Content-Type: application/octet-stream", "Content-Transfer-Encoding: uue"))
        assert only(unpack(mail))["content"] == TIFF[:45] * 3

    def test_a_sentence_that_begins_like_uuencode_is_text(self, unpack):
        result = unpack(b"Subject: x\n\nbegin 100 Kilometer vor Bonn\n")
        assert result["attachments"] == []
        assert result["text"] == "begin 100 Kilometer vor Bonn"

    def test_yenc_is_told(self, unpack):
        assert "yEnc content was not decoded" in unpack(b"Subject: x\n\ntext\n=ybegin line=128 size=3 name=a\nabc\n=yend\n")["problems"]


class TestKinds:
    def test_octets_are_known_by_content(self, unpack):
        mail = multipart(part(b64(PDF), 'Content-Type: text/plain; name="liste.txt"', "Content-Transfer-Encoding: base64"))
        assert only(unpack(mail))["media_type"] == "application/pdf"

    def test_postscript_in_seven_bits_stays_an_attachment(self, unpack):
        found = only(unpack(multipart(part(POSTSCRIPT, "Content-Type: application/postscript", "Content-Transfer-Encoding: 7bit"))))
        assert found["media_type"] == "application/postscript"

    def test_winmail_dat_stays_an_attachment(self, unpack):
        tnef = b"\x78\x9f\x3e\x22\x01\x00" + bytes(60)
        found = only(unpack(multipart(part(b64(tnef), "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64"))))
        assert found["media_type"] == "application/ms-tnef"

    def test_an_attachment_without_content_stays_visible(self, unpack):
        mail = multipart(part(b"", "Content-Type: image/tiff; name=fax.tif", "Content-Transfer-Encoding: base64"))
        assert only(unpack(mail))["media_type"] == "application/x-empty"

    def test_an_attached_text_is_no_text_of_the_mail(self, unpack):
        result = unpack(multipart(part(b"Notiz", "Content-Type: text/plain", "Content-Disposition: attachment; filename=a.txt")))
        assert only(result)["media_type"] == "text/plain"
        assert result["text"] == ""


class TestLeftAside:
    def html(self, *content_ids: str) -> bytes:
        images = "".join(f'<img src="cid:{one}">' for one in content_ids)
        return part(f"<html><body>Ihr Fax{images}</body></html>".encode(), "Content-Type: text/html")

    def image(self, content: bytes, content_id: str) -> bytes:
        return part(b64(content), "Content-Type: image/png", f"Content-ID: <{content_id}>", "Content-Transfer-Encoding: base64")

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
    def test_tiny_images_are_noted_and_left(self, unpack, kind):
        result = unpack(multipart(self.image(picture(120, 40, kind), "logo"), tiff_part()))
        assert only(result)["content"] == TIFF
        assert result["problems"] == ["left aside: an image of 120 x 40 pixels"]

    def test_a_banner_shown_in_the_text_is_noted_and_left(self, unpack):
        result = unpack(multipart(self.html("a@b"), self.image(picture(1200, 300), "a@b"), kind="related"))
        assert result["attachments"] == []
        assert result["problems"] == ["left aside: an image of 1200 x 300 pixels shown within the text"]

    def test_a_page_shown_in_the_text_is_a_fax_where_there_is_no_other(self, unpack):
        assert (
            only(unpack(multipart(self.html("a@b"), self.image(picture(1728, 2200), "a@b"), kind="related")))["media_type"] == "image/png"
        )

    def test_a_page_shown_in_the_text_is_a_preview_beside_the_fax(self, unpack):
        result = unpack(multipart(self.html("a@b"), self.image(picture(1728, 2200), "a@b"), tiff_part()))
        assert only(result)["media_type"] == "image/tiff"
        assert len(result["problems"]) == 1

    def test_an_attached_image_of_any_larger_size_stays(self, unpack):
        assert only(unpack(multipart(self.html(), self.image(picture(600, 100), "x"))))["media_type"] == "image/png"

    def test_a_broken_image_stays(self, unpack):
        assert only(unpack(multipart(self.image(b"\x89PNG\r\n\x1a\nnoise", "x"))))["media_type"] == "image/png"

    def test_signatures_and_resource_forks_are_noted_and_left(self, unpack):
        signature = part(
            b64(b"\x30\x82\x01\x01" + bytes(99)),
            "Content-Type: application/pkcs7-signature; name=smime.p7s",
            "Content-Transfer-Encoding: base64",
        )
        fork = part(b64(b"\0\x05\x16\x07" + bytes(99)), "Content-Type: application/applefile", "Content-Transfer-Encoding: base64")
        result = unpack(multipart(signature, fork, tiff_part()))
        assert only(result)["content"] == TIFF
        assert result["problems"] == ["left aside: a signature", "left aside: a Macintosh resource fork"]


class TestNames:
    @pytest.mark.parametrize(
        ("header", "name"),
        [
            ('Content-Disposition: attachment; filename="fax 1.tif"', "fax 1.tif"),
            ("Content-Disposition: attachment; filename*=UTF-8''Fax%20f%C3%BCr%20uns.tif", "Fax für uns.tif"),
            ("Content-Disposition: attachment; filename*0*=ISO-8859-1''Gr%FC; filename*1*=%DFe.tif", "Grüße.tif"),
            ("Content-Disposition: attachment; filename==?utf-8?Q?Gr=C3=BC=C3=9Fe=2Etif?=", "Grüße.tif"),
            ('Content-Disposition: inline; filename="../../etc/passwd"', "passwd"),
            ('Content-Disposition: inline; filename="C:\\\\fax\\\\a.tif"', "a.tif"),
            ("Content-Disposition: attachment; filename*=no-such-charset''x.tif", "x.tif"),
            ("Content-Disposition: attachment; filename*=''", None),
        ],
    )
    def test_names_in_every_spelling(self, unpack, header, name):
        assert only(unpack(multipart(tiff_part(header))))["name"] == name

    def test_a_name_in_the_type_alone(self, unpack):
        mail = multipart(
            part(b64(TIFF), 'Content-Type: image/tiff; name="Cisco_fax.tif"; application=faxbw', "Content-Transfer-Encoding: base64 ")
        )
        assert only(unpack(mail))["name"] == "Cisco_fax.tif"


class TestWords:
    @pytest.mark.parametrize(
        ("raw", "value"),
        [
            (b"=?iso-8859-1?Q?Heiligenst=E4dter_Stra=DFe?=", "Heiligenstädter Straße"),
            (b"=?utf-8?B?R3LDvMOfZQ==?=\n =?utf-8?Q?_aus_Bonn?=", "Grüße aus Bonn"),
            ("Grüße".encode(), "Grüße"),
            ("Grüße".encode("latin-1"), "Grüße"),
            (b"=?no-such?Q?Gr=FC=DFe?=", "Grüße"),
            (b"=?utf-8?B?!!!?=", "=?utf-8?B?!!!?="),
            (b"a\x00b\tc", "ab\tc"),
        ],
    )
    def test_headers(self, unpack, raw, value):
        assert unpack(b"Subject: " + raw + b"\n\n")["headers"]["subject"] == [value]

    def test_repeated_headers_keep_their_order(self, unpack):
        assert unpack(b"Received: b\nReceived: a\n\n")["headers"]["received"] == ["b", "a"]

    @pytest.mark.parametrize(
        ("content", "charset"),
        [
            ("Übertragung".encode(), "utf-8"),
            ("Übertragung".encode("latin-1"), "iso-8859-1"),
            ("Übertragung".encode("latin-1"), "utf-8"),
            ("Übertragung".encode(), "iso-8859-1"),
            ("Übertragung".encode("latin-1"), "us-ascii"),
            ("Übertragung".encode(), "x-no-such"),
            ("Übertragung".encode("utf-16"), "utf-16"),
        ],
    )
    def test_bodies_in_wrong_charsets(self, unpack, content, charset):
        mail = multipart(part(b64(content), f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64"))
        assert unpack(mail)["text"] == "Übertragung"

    def test_a_single_spoiled_character_does_not_spoil_the_rest(self, unpack):
        content = "Übertragung für Ärzte und Grüße, Straße".encode() + b"\xff"
        assert unpack(b"Content-Type: text/plain; charset=utf-8\n\n" + content)["text"].startswith("Übertragung für Ärzte")

    def test_html_is_stripped_to_what_is_seen(self, unpack):
        page = "<html><head><title>T</title><style>p{}</style></head><body><p>Sender:&nbsp;<b>0228&#49;</b></p>Seiten<br>3<![x</body>"
        text = unpack(b"Content-Type: text/html; charset=utf-8\n\n" + page.encode())["text"]
        assert text.split("\n")[:3] == ["Sender: 02281", "Seiten", "3"]


class TestLimits:
    def test_parts_beyond_the_limit_are_told_and_those_before_kept(self, unpack):
        result = unpack(multipart(tiff_part(), *[part(b"x", "Content-Type: text/plain")] * 30))
        assert result["attachments"][0]["content"] == TIFF
        assert result["problems"] == ["more than 12 parts"]

    def test_depth_beyond_the_limit_is_told(self, unpack):
        mail = tiff_part()
        for level in range(8):
            mail = multipart(mail, boundary=f"level{level}", headers="")
        assert unpack(mail)["problems"] == ["nested deeper than 4 levels"]

    def test_a_mail_in_octets_at_the_deepest_level_stays_visible(self, unpack):
        mail = b"Subject: fax\n\nbody"
        for level in range(5):
            mail = multipart(part(mail, "Content-Type: application/octet-stream"), boundary=f"level{level}")
        assert only(unpack(mail))["media_type"] == "message/rfc822"

    def test_stray_parts_at_the_deepest_level_are_told(self, unpack):
        mail = multipart(tiff_part(), headers="").replace(b'boundary="BB"', b"")
        for level in range(3):
            mail = multipart(mail, boundary=f"level{level}", headers="")
        assert unpack(mail)["problems"] == ["nested deeper than 4 levels"]

    def test_a_header_block_without_end_is_cut(self, unpack):
        result = unpack(b"Subject: Fax\n" + b"X-Pad: x\n" * 2000 + b"\nbody")
        assert result["problems"] == ["header block longer than 4096 bytes"]
        assert result["headers"]["subject"] == ["Fax"]
        assert result["text"] == "body"

    def test_output_is_bounded(self, unpack, scratch):
        scratch.limits = replace(scratch.limits, output_bytes=1000)
        with pytest.raises(TooLargeError):
            unpack(multipart(tiff_part()))

    @pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 100, b"no header at all", b"Subject: x", b"\xff" * 500, b"--\n--BB--\n"])
    def test_nothing_makes_it_raise(self, unpack, content):
        assert unpack(content)["attachments"] == [] or content == b"\xff" * 500
