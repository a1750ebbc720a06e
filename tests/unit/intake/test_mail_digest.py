"""The same mail on another way has the same digest; any other difference gives another."""

from __future__ import annotations

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.mail_digest import MailDigest

MAIL = b"From: a@b\r\nReceived: later one\r\n\r\nbody\r\n"


def digest(*chunks: bytes) -> str:
    result = MailDigest()
    for chunk in chunks:
        result.update(chunk)
    return result.hexdigest()


@pytest.mark.parametrize(
    "trace",
    [
        b"",
        b"Received: from x by y; Sun, 22 Nov 2026 14:00:00 +0100\r\n",
        b"RECEIVED: from x\r\n\tby y\r\n  id 3\r\nreceived:\r\n from z\r\n",
        b"Received: bare line end\nReceived: from x\n by y\n",
    ],
)
def test_leading_received_fields_do_not_count(trace: bytes) -> None:
    assert digest(trace + MAIL) == hashlib.sha256(MAIL).hexdigest()


@pytest.mark.parametrize("mail", [b"", b"Rec", b"Received", b"R\r\n", b"\r\n", b" folded: first\r\n", b"Receivedx: a\r\n", MAIL])
def test_everything_else_counts(mail: bytes) -> None:
    assert digest(mail) == hashlib.sha256(mail).hexdigest()


def test_a_received_field_below_another_belongs_to_the_mail() -> None:
    other = MAIL.replace(b"later", b"other")
    assert digest(MAIL) != digest(other)


@given(st.lists(st.integers(min_value=0, max_value=90), max_size=20))
def test_where_chunks_are_cut_makes_no_difference(cuts: list[int]) -> None:
    mail = b"Received: from x\r\n\tby y\r\nReceived: z\r\n" + MAIL
    borders = [0, *sorted(cut for cut in cuts if cut < len(mail)), len(mail)]
    chunks = [mail[begin:end] for begin, end in itertools.pairwise(borders)]

    assert digest(*chunks) == hashlib.sha256(MAIL).hexdigest()
