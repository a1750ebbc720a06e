"""Who may connect, and how many at once."""

from __future__ import annotations

import pytest

from bridge.intake.admission import Admission


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_allowed_networks_may_enter(peer: str) -> None:
    assert Admission(["127.0.0.0/8", "::1/128"], 10, 10).enter(peer) is None


@pytest.mark.parametrize("peer", ["10.0.0.1", "::2", "::ffff:10.0.0.1", ""])
def test_others_are_turned_away_for_good(peer: str) -> None:
    answer = Admission(["127.0.0.0/8", "::1/128"], 10, 10).enter(peer)
    assert answer is not None
    assert answer.startswith("554 ")


def test_too_many_at_once_are_asked_to_come_later() -> None:
    admission = Admission(["0.0.0.0/0"], 3, 2)
    assert admission.enter("10.0.0.1") is None
    assert admission.enter("10.0.0.1") is None
    assert str(admission.enter("10.0.0.1")).startswith("421 ")
    assert admission.enter("10.0.0.2") is None
    assert str(admission.enter("10.0.0.3")).startswith("421 ")

    admission.leave("10.0.0.1")
    assert admission.enter("10.0.0.3") is None
