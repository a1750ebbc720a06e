"""When to try again: bounded, spread, and no sooner than the receiver asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.retry import Backoff, is_retryable, wait_for_room

attempts = st.integers(min_value=1, max_value=10_000)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


def test_the_wait_doubles_until_the_cap() -> None:
    backoff = Backoff(base=timedelta(seconds=2), cap=timedelta(seconds=15), jitter=0)
    assert [backoff.wait(n, 0.0).total_seconds() for n in (1, 2, 3, 4, 5)] == [2, 4, 8, 15, 15]


@given(attempts, chances)
def test_the_wait_is_never_above_the_cap_nor_below_half_of_what_is_due(attempt: int, chance: float) -> None:
    backoff = Backoff()
    steady = Backoff(jitter=0).wait(attempt, 0.0)
    assert steady / 2 <= backoff.wait(attempt, chance) <= backoff.cap


def test_chance_spreads_the_tries_of_many() -> None:
    assert Backoff().wait(5, 0.9) < Backoff().wait(5, 0.1)


@given(attempts, chances, st.integers(min_value=0, max_value=24 * 3600))
def test_the_receivers_retry_after_is_the_least_wait(attempt: int, chance: float, asked: int) -> None:
    assert Backoff().wait(attempt, chance, timedelta(seconds=asked)) >= timedelta(seconds=asked)


def test_a_receiver_cannot_put_a_record_off_for_ever() -> None:
    assert Backoff(cap=timedelta(minutes=15)).wait(1, 0.0, timedelta(days=365)) == timedelta(hours=24)


def test_what_disk_or_database_refused_waits_as_long_as_it_has_waited_but_never_long() -> None:
    ages = [timedelta(seconds=seconds) for seconds in (0, 5, 60, 240, 86_400)]
    assert [wait_for_room(age).total_seconds() for age in ages] == [5, 5, 60, 240, 300]


@pytest.mark.parametrize("status", [None, 408, 425, 429, 500, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again(status: int | None) -> None:
    assert is_retryable(status)


@pytest.mark.parametrize("status", [200, 201, 301, 307, 400, 401, 403, 404, 409, 410, 413, 415, 422])
def test_what_will_not_change_by_itself_is_not_tried_again(status: int) -> None:
    assert not is_retryable(status)
