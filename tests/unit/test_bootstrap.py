"""The house: what was set apart is made to fit together."""

from __future__ import annotations

from datetime import timedelta

from bridge.bootstrap import within_lease
from tests.deliveries import target


def test_an_attempt_never_outlasts_its_lease() -> None:
    assert within_lease(target(total_timeout=60.0), timedelta(seconds=120)).total_timeout == 60.0
    assert within_lease(target(total_timeout=600.0), timedelta(seconds=120)).total_timeout == 90.0
