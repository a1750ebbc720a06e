"""A mail as large as the gateway takes passes the sandbox within its memory, however it is wrapped."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bridge.decoders.sandbox import DecoderLimits, SandboxedDecoder

FAX = b"II*\0" + bytes(range(256)) * 146_000  # 50 MiB once it is base64
HEAD = b'From: fax@example.org\r\nSubject: Fax\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: image/tiff\r\n'


@pytest.mark.parametrize("encoding", ["wrapped", "unwrapped", "8bit"])
def test_fifty_mebibytes(tmp_path: Path, encoding: str) -> None:
    label, body = {
        "wrapped": (b"base64", base64.encodebytes(FAX).replace(b"\n", b"\r\n")),
        "unwrapped": (b"base64", base64.b64encode(FAX)),
        "8bit": (b"8bit", FAX),
    }[encoding]
    mail = tmp_path / "mail"
    mail.write_bytes(HEAD + b"Content-Transfer-Encoding: " + label + b"\r\n\r\n" + body + b"\r\n--B--\r\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # the kernel holds the child to this address space: more would be a crash, not a result
    content = SandboxedDecoder(DecoderLimits(memory_bytes=800_000_000)).unpack_mail(mail, scratch)
    assert [(one.media_type, one.size) for one in content.attachments] == [("image/tiff", len(FAX))]
