"""A mail is written as it comes, within its limits, and leaves nothing behind when it does not come to its end."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.intake.incoming_mail import HeaderLimit, IncomingMail, MailTooLargeError

HEADER = b"Subject: x\r\n\r\n"


def feed_all(mail: IncomingMail, chunks: list[bytes]) -> bytes | None:
    rest = None
    for chunk in chunks:
        rest = mail.feed(chunk)
        if rest is not None:
            return rest
    return rest


def check_all(limit: HeaderLimit, content: bytes, step: int) -> None:
    for i in range(0, len(content), step):
        limit.check(content[i : i + step])


def test_content_goes_to_the_file_as_it_comes(tmp_path: Path) -> None:
    mail = IncomingMail(tmp_path, 1000, 100)

    assert mail.feed(HEADER + b"..dot") is None
    assert mail.feed(b"ted\r\n.\r\nQUIT\r\n") == b"QUIT\r\n"

    assert mail.size == len(HEADER) + len(b".dotted\r\n")
    assert [path.name for path in tmp_path.iterdir()] == [mail.spool.path.name]


@pytest.mark.parametrize("size", [20, 999, 1000])
@pytest.mark.parametrize("step", [1, 3, 7, 10_000])
def test_a_mail_up_to_the_limit_is_taken(tmp_path: Path, size: int, step: int) -> None:
    wire = HEADER + b"x" * (size - len(HEADER) - 2) + b"\r\n.\r\n"
    mail = IncomingMail(tmp_path, 1000, 100)

    assert feed_all(mail, [wire[i : i + step] for i in range(0, len(wire), step)]) == b""
    assert mail.size == size


@pytest.mark.parametrize("step", [1, 3, 7, 10_000])
def test_one_byte_more_is_too_large(tmp_path: Path, step: int) -> None:
    wire = HEADER + b"x" * (1001 - len(HEADER) - 2) + b"\r\n.\r\n"
    mail = IncomingMail(tmp_path, 1000, 100)

    with pytest.raises(MailTooLargeError):
        feed_all(mail, [wire[i : i + step] for i in range(0, len(wire), step)])


def test_the_limit_holds_when_no_line_ever_ends(tmp_path: Path) -> None:
    mail = IncomingMail(tmp_path, 1000, 100)
    mail.feed(HEADER)

    with pytest.raises(MailTooLargeError):
        feed_all(mail, [b"x" * 64] * 100)

    assert mail.size <= 1000
    mail.discard()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\n\r\n"])
@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_a_header_ends_with_the_first_empty_line(end: bytes, step: int) -> None:
    limit = HeaderLimit(50)
    content = b"H: " + b"x" * (47 - len(end)) + end + b"y" * 1000

    check_all(limit, content, step)


@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_a_header_may_not_grow_beyond_its_limit(step: int) -> None:
    limit = HeaderLimit(50)
    content = b"H: " + b"x" * 45 + b"\r\n" + b"y" * 5

    with pytest.raises(MailTooLargeError):
        check_all(limit, content, step)


def test_a_mail_may_begin_with_the_empty_line() -> None:
    limit = HeaderLimit(10)
    limit.check(b"\r\n" + b"x" * 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=120), max_size=12))
def test_any_cut_gives_the_same_mail(tmp_path: Path, cuts: list[int]) -> None:
    wire = b"Received: x\r\n y\r\n" + HEADER + b"a\n.\nb\r\n..\r\nlong" + b"z" * 50 + b"\r\n.\r\n"
    borders = [0, *sorted(cut for cut in cuts if cut < len(wire)), len(wire)]
    chunks = [wire[begin:end] for begin, end in itertools.pairwise(borders)]
    whole, cut = IncomingMail(tmp_path, 1000, 100), IncomingMail(tmp_path, 1000, 100)

    assert whole.feed(wire) == b""
    assert feed_all(cut, chunks) == b""
    assert (cut.size, cut.digest()) == (whole.size, whole.digest())
    whole.discard()
    cut.discard()
