"""Kinds by content, never by name."""

import pytest

from bridge.decoders import sniff

MAIL = b"Received: from x by y\r\nFrom: fax@example.org\r\nSubject: Fax\r\n\r\nBody"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"II*\0rest", "image/tiff"),
        (b"MM\0*rest", "image/tiff"),
        (b"II+\0\x08\0\0\0", "image/tiff"),
        (b"%PDF-1.4\n", "application/pdf"),
        (b"\r\n\x01junk before\n%PDF-1.4\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"%!PS-Adobe-3.0\n", "application/postscript"),
        (b"\x04%!PS", "application/postscript"),
        (b"\r\n%!PS", "application/postscript"),
        (b"\xc5\xd0\xd3\xc6", "application/postscript"),
        (MAIL, "message/rfc822"),
        (b"\xef\xbb\xbf" + MAIL, "message/rfc822"),
        (b"\r\n\r\n" + MAIL, "message/rfc822"),
        (b"From fax@example.org Sun Nov 22 18:00:00 2026\n" + MAIL, "message/rfc822"),
        (b"X-Weird : 1\nsubject: small letters\n\n", "message/rfc822"),
    ],
)
def test_kinds_that_are_opened_or_named(head, kind, tmp_path):
    assert sniff.recognise(head) == kind
    file = tmp_path / "wrong-name.docx"
    file.write_bytes(head)
    assert sniff.sniff(file) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "application/x-empty"),
        (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
        (b"GIF89a", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"BM\x36\0\0\0\0\0\0\0", "image/bmp"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"\0\0\0\x18ftypheic", "image/heif"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\x30\x82\x05\x01", "application/pkcs7-mime"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"  <!-- x --><HTML>", "text/html"),
        (b"Sehr geehrte Damen und Herren: anbei", "text/plain"),
        (b"Name: Meier\nOrt: Bonn\n", "text/plain"),
        (b"\0\x01\x02\x03 noise", "application/octet-stream"),
    ],
)
def test_other_kinds_are_octets_to_the_port(head, kind, tmp_path):
    assert sniff.recognise(head) == kind
    file = tmp_path / "fax.tif"
    file.write_bytes(head)
    assert sniff.sniff(file) == "application/octet-stream"
