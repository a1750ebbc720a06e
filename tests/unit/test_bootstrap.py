"""The house: what was set apart is made to fit together."""

from __future__ import annotations

from datetime import timedelta

from bridge.bootstrap import within_lease
from bridge.domain.targets import Times
from tests.deliveries import target


def test_an_attempt_never_outlasts_its_lease() -> None:
    assert within_lease(target(times=Times(total=60.0)), timedelta(seconds=120)).times.total == 60.0
    assert within_lease(target(times=Times(total=600.0)), timedelta(seconds=120)).times.total == 90.0
