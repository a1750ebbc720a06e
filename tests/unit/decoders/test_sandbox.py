"""The sandbox: whatever happens in the child is an outcome, and nothing of it stays behind."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bridge.decoders.sandbox import DecoderLimits, SandboxedDecoder
from bridge.domain.errors import DecodeError, DecoderCrashError, StorageError, TooLargeError, UnsupportedError
from tests.unit.decoders.conftest import TiffPage, draw_page, fax_tags, strips_of, write_tiff

PAGE = draw_page()


@pytest.fixture
def fax(tmp_path: Path) -> Path:
    path = tmp_path / "fax"
    path.write_bytes(write_tiff([TiffPage(strips_of(PAGE, "group4"), fax_tags(PAGE, 4))] * 2))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def child_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a program of a few lines in the child's place."""

    def replace_by(lines: str) -> None:
        program = tmp_path / "child"
        program.write_text(f"#!{sys.executable}\nimport os, sys, time, json\n{textwrap.dedent(lines)}")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program))

    return replace_by


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


class TestAnswers:
    def test_a_fax_becomes_pages_in_scratch(self, fax, folder):
        decoded = SandboxedDecoder().decode(fax, "image/tiff", folder)
        assert [(page.path.parent, page.width, page.height, page.x_dpi, page.y_dpi) for page in decoded.pages] == [
            (folder, 1728, 1145, 204, 98)
        ] * 2
        assert not decoded.is_truncated

    def test_a_mail_becomes_parts_in_scratch(self, tmp_path, folder):
        mail = tmp_path / "mail"
        mail.write_bytes(b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nContent-Type: image/tiff; name=a.tif\n\nII*\0abcd")
        content = SandboxedDecoder().unpack_mail(mail, folder)
        assert content.headers["subject"] == ("Grüße",)
        (attachment,) = content.attachments
        assert (attachment.media_type, attachment.name, attachment.size) == ("image/tiff", "a.tif", 8)
        assert attachment.sha256 == hashlib.sha256(b"II*\0abcd").hexdigest()

    def test_named_failures_keep_their_names(self, tmp_path, folder):
        script = tmp_path / "script"
        script.write_bytes(b"%!PS\n")
        decoder = SandboxedDecoder()
        with pytest.raises(UnsupportedError):
            decoder.decode(script, decoder.sniff(script), folder)

    def test_a_child_may_not_use_our_secrets(self, monkeypatch, child_is, fax, folder):
        monkeypatch.setenv("BRIDGE_SMTP__USERS", "secret")
        child_is("""
            seen = "UnsupportedError" if "BRIDGE_SMTP__USERS" in os.environ else "EncryptedError"
            print(json.dumps({"error": seen, "detail": ""}))
        """)
        with pytest.raises(DecodeError) as caught:
            SandboxedDecoder().decode(fax, "image/tiff", folder)
        assert caught.value.state == "encrypted"


class TestDeaths:
    @pytest.mark.parametrize(
        "program",
        [
            "os.kill(os.getpid(), 11)",
            "sys.exit(0)",
            "sys.exit(3)",
            "print('not json')",
            "print('[1, 2]')",
            "print(json.dumps({'result': 'no object'}))",
            "print(json.dumps({'result': {'pages': 7}}))",
            "print(json.dumps({'result': {'pages': [{}], 'is_truncated': False}}))",
            "print(json.dumps({'error': 'NoSuchError', 'detail': 'x'}))",
            "print(json.dumps({'result': {'is_truncated': False, 'pages': [{'file': '../fax', 'x_dpi': 1, 'y_dpi': 1, 'width': 1, 'height': 1}]}}))",
            "os.symlink('/etc/passwd', 'p'); print(json.dumps({'result': {'is_truncated': False, 'pages': [{'file': 'p', 'x_dpi': 1, 'y_dpi': 1, 'width': 1, 'height': 1}]}}))",
            "[sys.stdout.write('x' * 65536) for _ in range(1000)]",
            "print(json.dumps({'pages': 2})); sys.stdout.flush(); os.abort()",
        ],
    )
    def test_a_child_that_dies_or_talks_nonsense_has_crashed(self, child_is, fax, folder, program):
        child_is(program)
        with pytest.raises(DecoderCrashError):
            SandboxedDecoder().decode(fax, "image/tiff", folder)

    def test_nonsense_about_a_mail_is_a_crash_too(self, child_is, fax, folder):
        child_is("print(json.dumps({'result': {'headers': [], 'text': '', 'attachments': [], 'problems': []}}))")
        with pytest.raises(DecoderCrashError):
            SandboxedDecoder().unpack_mail(fax, folder)

    def test_no_page_is_never_an_answer(self, child_is, fax, folder):
        child_is("print(json.dumps({'result': {'pages': [], 'is_truncated': True}}))")
        with pytest.raises(DecodeError) as caught:
            SandboxedDecoder().decode(fax, "image/tiff", folder)
        assert caught.value.state == "unreadable"

    def test_a_child_that_hangs_is_killed_with_all_it_started(self, child_is, fax, folder):
        child_is("""
            if os.fork() == 0:
                open("grandchild", "w").write(str(os.getpid()))
                time.sleep(600)
            time.sleep(600)
        """)
        with pytest.raises(DecoderCrashError, match="no answer within"):
            SandboxedDecoder(DecoderLimits(seconds=1.0)).decode(fax, "image/tiff", folder)
        grandchild = int((folder / "grandchild").read_text())
        wait_for(lambda: not is_alive(grandchild))

    def test_processes_left_behind_by_a_child_that_answered_are_killed(self, child_is, fax, folder):
        child_is("""
            if os.fork() == 0:
                os.close(1)
                open("grandchild", "w").write(str(os.getpid()))
                time.sleep(600)
            while not os.path.exists("grandchild") or not open("grandchild").read():
                time.sleep(0.01)
            print(json.dumps({"error": "EncryptedError", "detail": ""}))
        """)
        with pytest.raises(DecodeError):
            SandboxedDecoder().decode(fax, "image/tiff", folder)
        grandchild = int((folder / "grandchild").read_text())
        wait_for(lambda: not is_alive(grandchild))

    def test_announced_pages_give_more_time_up_to_the_most_pages_allowed(self, child_is, fax, folder):
        child_is("""
            print(json.dumps({"pages": 10**9}), flush=True)
            time.sleep(600)
        """)
        with pytest.raises(DecoderCrashError, match="no answer within 1 s"):
            SandboxedDecoder(DecoderLimits(seconds=0.5, seconds_per_page=0.25, max_pages=2)).decode(fax, "image/tiff", folder)

    def test_a_child_that_floods_the_folder_is_stopped(self, child_is, fax, folder):
        child_is("""
            for number in range(10**6):
                open(f"flood-{number}", "wb").write(b"x" * 100_000)
                time.sleep(0.001)
        """)
        with pytest.raises(TooLargeError):
            SandboxedDecoder(DecoderLimits(output_bytes=1_000_000)).decode(fax, "image/tiff", folder)

    def test_no_child_at_all_is_no_fault_of_the_file(self, monkeypatch, fax, folder):
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
        with pytest.raises(StorageError):
            SandboxedDecoder().decode(fax, "image/tiff", folder)


class TestLimits:
    def test_memory_is_bounded(self, tmp_path, folder):
        scan = tmp_path / "scan"
        Image.new("RGB", (6000, 6000)).save(scan, "PNG")
        with pytest.raises(DecoderCrashError):
            SandboxedDecoder(DecoderLimits(memory_bytes=100_000_000)).decode(scan, "image/png", folder)

    def test_processor_time_is_bounded_in_the_child_itself(self, tmp_path, fax, folder):
        limits = DecoderLimits(seconds=1.0, seconds_per_page=0.5, max_pages=10, memory_bytes=500_000_000, output_bytes=1_000_000)
        program = """
            import json, resource, sys
            from bridge.decoders import child
            from bridge.decoders.limits import DecoderLimits
            child.limit_resources(DecoderLimits(**json.loads(sys.argv[1])))
            names = ("CPU", "AS", "FSIZE", "CORE")
            print(json.dumps([resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names]))
        """
        command = [sys.executable, "-c", textwrap.dedent(program), json.dumps({name: getattr(limits, name) for name in limits.__slots__})]
        answer = subprocess.run(command, capture_output=True, check=True, text=True)
        assert json.loads(answer.stdout) == [[2, 7], [500_000_000] * 2, [1_000_000] * 2, [0, 0]]

    def test_a_pixel_bomb_is_named_without_being_opened(self, tmp_path, folder):
        bomb = tmp_path / "bomb"
        bomb.write_bytes(write_tiff([TiffPage(strips_of(PAGE, "group4"), {**fax_tags(PAGE, 4), 257: (100_000_000,)})]))
        with pytest.raises(TooLargeError):
            SandboxedDecoder().decode(bomb, "image/tiff", folder)


class TestDeathOfTheWorker:
    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
    def test_child_and_poppler_end_with_the_worker(self, tmp_path, folder, sign):
        pids = tmp_path / "pids"
        poppler = tmp_path / "bin" / "pdfinfo"
        poppler.parent.mkdir()
        poppler.write_text(f"#!/bin/sh\necho $PPID $$ > {pids}.new && mv {pids}.new {pids}\nexec sleep 600\n")
        poppler.chmod(0o755)
        letter = tmp_path / "letter"
        letter.write_bytes(b"%PDF-1.4\n")
        program = (
            "import sys, pathlib; from bridge.decoders.sandbox import SandboxedDecoder; "
            "SandboxedDecoder().decode(pathlib.Path(sys.argv[1]), 'application/pdf', pathlib.Path(sys.argv[2]))"
        )
        environment = {**os.environ, "PATH": f"{poppler.parent}:{os.environ['PATH']}"}
        worker = subprocess.Popen([sys.executable, "-c", program, letter, folder], env=environment)
        try:
            wait_for(pids.exists)
            child, grandchild = map(int, pids.read_text().split())
            assert is_alive(child)
            assert is_alive(grandchild)
        finally:
            worker.send_signal(sign)
            worker.wait()
        wait_for(lambda: not is_alive(child) and not is_alive(grandchild))


class TestLoad:
    def test_a_fax_page_loads_as_bilevel_pixels(self, fax, folder):
        decoder = SandboxedDecoder()
        page = decoder.decode(fax, "image/tiff", folder).pages[0]
        image = decoder.load(page.path, page.x_dpi, page.y_dpi)
        assert image.is_bilevel
        assert image.pixels.shape == (1145, 1728)
        assert image.pixels.dtype == np.uint8
        assert set(np.unique(image.pixels)) == {0, 255}
        assert image.pixels[100, 100] == 0

    def test_a_grey_page_loads_with_its_levels(self, tmp_path):
        Image.new("L", (30, 20), 77).save(tmp_path / "page.png")
        image = SandboxedDecoder().load(tmp_path / "page.png", 200, 100)
        assert not image.is_bilevel
        assert (image.x_dpi, image.y_dpi, int(image.pixels[0, 0])) == (200, 100, 77)

    @pytest.mark.parametrize("mode", ["RGB", "P"])
    def test_only_our_own_kind_of_file_is_loaded(self, tmp_path, mode):
        Image.new(mode, (3, 3)).save(tmp_path / "page.png")
        with pytest.raises(DecodeError):
            SandboxedDecoder().load(tmp_path / "page.png", 200, 200)

    def test_a_page_above_a_limit_that_was_lowered_meanwhile_is_too_large_not_damaged(self, tmp_path):
        Image.new("1", (30, 20)).save(tmp_path / "page.png")
        with pytest.raises(TooLargeError):
            SandboxedDecoder(replace(DecoderLimits(), max_pixels_per_page=599)).load(tmp_path / "page.png", 200, 200)

    def test_a_spoiled_file_is_named(self, tmp_path):
        (tmp_path / "page.png").write_bytes(b"\x89PNG\r\n\x1a\nnoise")
        with pytest.raises(DecodeError):
            SandboxedDecoder().load(tmp_path / "page.png", 200, 200)


def test_limits_grow_with_pages_but_not_beyond_the_most_allowed():
    limits = replace(DecoderLimits(), seconds=10, seconds_per_page=2, max_pages=5)
    assert [limits.seconds_for(pages) for pages in (-1, 0, 3, 100)] == [10, 10, 16, 20]
