"""Only CR LF . CR LF ends DATA, wherever the chunks are cut."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.intake.dot_scanner import DotScanner


def scan_all(chunks: Iterable[bytes]) -> tuple[bytes, bytes | None]:
    """Return the content found, and what came after the end (None where there was none)."""
    scanner, content, rest = DotScanner(), b"", None
    for chunk in chunks:
        if rest is not None:
            rest += chunk
            continue
        scanned = scanner.scan(chunk)
        content += scanned.content
        rest = scanned.rest
    return content, rest


def reference(wire: bytes) -> tuple[bytes, bytes] | None:
    """Say it in the words of RFC 5321 instead: lines end with CR LF only, and lose one leading dot."""
    lines = wire.split(b"\r\n")
    for index, line in enumerate(lines[:-1]):
        if line == b".":
            kept = b"".join(text.removeprefix(b".") + b"\r\n" for text in lines[:index])
            return kept, b"\r\n".join(lines[index + 1 :])
    return None


@pytest.mark.parametrize(
    ("wire", "content", "rest"),
    [
        (b".\r\n", b"", b""),
        (b"a\r\n.\r\n", b"a\r\n", b""),
        (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n"),
        (b"..a\r\n...\r\n.\r\n", b".a\r\n..\r\n", b""),
        (b".a\r\n.\r\n", b"a\r\n", b""),
        (b"a\r\r\n.\r\n", b"a\r\r\n", b""),
        (b"\r\n.\r\r\n.\r\n", b"\r\n\r\r\n", b""),
        (b"\r\n.\r\n.\r\n", b"\r\n", b".\r\n"),
    ],
)
def test_data_ends_with_a_lone_dot_and_stuffed_dots_are_undone(wire: bytes, content: bytes, rest: bytes) -> None:
    assert scan_all([wire]) == (content, rest)


@pytest.mark.parametrize(
    "fake_end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r.\r\n",
        b"\r\n.\r",
        b"\n.\r",
        b"\r\n.\r\r\n",
        b"\r\n.\0\r\n",
        b"\r\n. \r\n",
        b"\r\n\r.\r\n",
    ],
)
def test_nothing_else_ends_data(fake_end: bytes) -> None:
    smuggled = b"Subject: a\r\n\r\nbody" + fake_end + b"MAIL FROM:<evil@example.org>\r\n"

    content, rest = scan_all([smuggled])
    assert rest is None

    content, rest = scan_all([smuggled + b".\r\n"])
    assert rest == b""
    assert b"MAIL FROM:<evil@example.org>" in content


WIRE = st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.", b"\r\n.\r\n", b"a", b"bc"]), max_size=40).map(b"".join)


@given(WIRE, st.lists(st.integers(min_value=0, max_value=80), max_size=20))
@example(b"a\r\n.\r\nrest", [1, 2, 3, 4, 5, 6])
def test_where_chunks_are_cut_makes_no_difference(wire: bytes, cuts: list[int]) -> None:
    borders = [0, *sorted(cut for cut in cuts if cut < len(wire)), len(wire)]
    chunks = [wire[begin:end] for begin, end in itertools.pairwise(borders)]

    content, rest = scan_all(chunks)

    assert (content, rest) == scan_all([wire])
    expected = reference(wire)
    assert (rest is None) == (expected is None)
    if expected is not None:
        assert (content, rest) == expected


@given(WIRE)
def test_one_byte_at_a_time(wire: bytes) -> None:
    assert scan_all(wire[i : i + 1] for i in range(len(wire))) == scan_all([wire])


@given(st.binary(max_size=200))
def test_what_was_stuffed_comes_out_as_it_was(body: bytes) -> None:
    lines = body.split(b"\r\n")
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)

    assert scan_all([stuffed + b"\r\n.\r\n"]) == (body + b"\r\n", b"")
