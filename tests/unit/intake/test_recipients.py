"""Addresses lead to mailboxes as configured, and nowhere else."""

from __future__ import annotations

import pytest

from bridge.intake.recipients import Recipients

RECIPIENTS = Recipients(
    {
        "disease": ["Fax@Office.example", "fax=273@office.example"],
        "all": ["*@other.example"],
        "two": ["both@office.example"],
        "three": ["both@office.example"],
    }
)


@pytest.mark.parametrize(
    ("address", "mailboxes"),
    [
        ("fax@office.example", ("disease",)),
        ("FAX@OFFICE.EXAMPLE", ("disease",)),
        ("FAX=273@office.example", ("disease",)),
        ("anybody@other.example", ("all",)),
        ("both@office.example", ("two", "three")),
        ("fax+sub@office.example", ()),
        ("fax@sub.office.example", ()),
        ("fax@other.example.org", ()),
        ("fax", ()),
        ("", ()),
        ("*@office.example", ()),
    ],
)
def test_mailboxes_of_an_address(address: str, mailboxes: tuple[str, ...]) -> None:
    assert RECIPIENTS.mailboxes_of(address) == mailboxes


def test_a_named_address_goes_before_the_whole_domain() -> None:
    recipients = Recipients({"one": ["a@x.example"], "rest": ["*@x.example"]})
    assert recipients.mailboxes_of("A@x.example") == ("one",)
    assert recipients.mailboxes_of("b@x.example") == ("rest",)
