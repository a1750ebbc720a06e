"""unpack: what the fax server's mail says is believed only where it can be true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bridge.services.steps import unpack

RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("way", [timedelta(0), timedelta(days=29), timedelta(minutes=-30)])
def test_a_likely_time_is_the_fax_servers(way: timedelta) -> None:
    assert unpack._believed(RECEIVED - way, RECEIVED) == RECEIVED - way


@pytest.mark.parametrize("way", [timedelta(days=31), timedelta(days=-1)])
def test_a_server_with_a_wrong_clock_dates_nothing(way: timedelta) -> None:
    assert unpack._believed(RECEIVED - way, RECEIVED) is None


def test_a_mail_without_a_time_dates_nothing() -> None:
    assert unpack._believed(None, RECEIVED) is None
