"""The child names every failure and never lets content into its answer."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import NoReturn

import pytest

from bridge.decoders import child, pages
from bridge.decoders.job import DECODE, UNPACK_MAIL, Job
from bridge.decoders.limits import DecoderLimits
from bridge.domain.errors import EncryptedError
from tests.unit.decoders.conftest import TiffPage, draw_page, fax_tags, strips_of, write_tiff


@pytest.fixture
def job(tmp_path: Path, limits: DecoderLimits):
    def make(task: str, content: bytes, media_type: str = "image/tiff") -> Job:
        path, scratch = tmp_path / "foreign", tmp_path / "scratch"
        path.write_bytes(content)
        scratch.mkdir()
        return Job(task, path, media_type, scratch, limits, os.getpid())

    return make


def fax() -> bytes:
    page = draw_page()
    return write_tiff([TiffPage(strips_of(page, "group4"), fax_tags(page, 4))] * 2)


def test_a_job_survives_the_way_to_the_child(job):
    there = job(DECODE, b"x")
    assert Job.from_json(json.loads(json.dumps(there.to_json()))) == there


def test_pages_are_announced_before_they_are_decoded_and_answered_last(job):
    announced: list[int] = []
    (answer,) = child.perform(job(DECODE, fax()), announced.append)
    assert announced == [2]
    assert [page["file"] for page in answer["result"]["pages"]] == ["page-0001.png", "page-0002.png"]


def test_a_mail_is_answered_in_parts(job):
    (answer,) = child.perform(job(UNPACK_MAIL, b"Subject: Fax\n\nText", "message/rfc822"), lambda pages: None)
    assert answer["result"]["text"] == "Text"


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (b"", "application/octet-stream", "DecodeError"),
        (b"\0\x01 noise", "application/octet-stream", "DecodeError"),
        (b"%!PS", "application/postscript", "UnsupportedError"),
        (b"PK\x03\x04", "application/octet-stream", "UnsupportedError"),
        (b"Subject: x\n\n", "message/rfc822", "UnsupportedError"),
        (b"II*\0", "image/tiff", "DecodeError"),
        (b"%PDF-1.4 noise", "application/pdf", "DecodeError"),
        (b"\x89PNG\r\n\x1a\nnoise", "image/png", "DecodeError"),
        (b"\xff\xd8\xff", "image/jpeg", "DecodeError"),
    ],
)
def test_what_gives_no_page_is_named(job, content, media_type, name):
    (answer,) = child.perform(job(DECODE, content, media_type), lambda pages: None)
    assert answer["error"] == name


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (EncryptedError(), "EncryptedError"),
        (MemoryError(), "DecoderCrashError"),
        (OSError(errno.ENOSPC, "full"), "StorageError"),
        (OSError("broken data stream"), "DecodeError"),
        (KeyError("Name: Böhm"), "DecodeError"),
    ],
)
def test_every_failure_has_a_name_and_no_content(job, monkeypatch, error, name):
    def fail(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(pages, "decode", fail)
    (answer,) = child.perform(job(DECODE, b"x"), lambda pages: None)
    assert answer["error"] == name
    assert "Böhm" not in json.dumps(answer, ensure_ascii=False)
