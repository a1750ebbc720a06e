"""Ids sort by the time they were made, and a time has its place among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bridge.domain.ids import first_id, new_id


def test_the_first_id_of_a_moment_parts_what_was_made_before_from_what_comes() -> None:
    before = datetime.now(UTC)
    made = [new_id() for _ in range(20)]
    after = datetime.now(UTC) + timedelta(milliseconds=1)
    assert first_id(before) < made[0]
    assert made[-1] < first_id(after)
    assert len(first_id(before)) == len(made[0])
