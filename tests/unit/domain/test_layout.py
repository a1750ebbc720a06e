"""Boxes: where things stand on a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.layout import Box, Rule

numbers = st.floats(min_value=-5000, max_value=5000, allow_nan=False)
extents = st.floats(min_value=1, max_value=5000, allow_nan=False)
boxes = st.builds(lambda left, top, width, height: Box(left, top, left + width, top + height), numbers, numbers, extents, extents)


def test_size_and_centre() -> None:
    box = Box(10, 20, 30, 60)
    assert (box.width, box.height, box.centre) == (20, 40, (20, 40))


@given(boxes, boxes)
def test_a_union_contains_both_and_is_the_same_either_way(one: Box, other: Box) -> None:
    assert one.union(other) == other.union(one)
    assert one.union(other).contains(one)
    assert one.union(other).contains(other)


@given(boxes, boxes)
def test_overlap_is_shared_and_never_longer_than_either(one: Box, other: Box) -> None:
    assert one.overlap_x(other) == other.overlap_x(one) <= min(one.width, other.width)
    assert one.overlap_y(other) == other.overlap_y(one) <= min(one.height, other.height)


def test_boxes_apart_share_nothing() -> None:
    assert Box(0, 0, 10, 10).overlap_x(Box(10, 0, 20, 10)) == 0
    assert Box(0, 0, 10, 10).overlap_y(Box(0, 11, 10, 20)) == 0


def test_slack_forgives_a_little_on_each_side() -> None:
    assert not Box(0, 0, 10, 10).contains(Box(-2, 0, 10, 12))
    assert Box(0, 0, 10, 10).contains(Box(-2, 0, 10, 12), slack=2)


@given(boxes)
def test_fractions_stay_on_the_page(box: Box) -> None:
    fractions = box.fractions_of(1728, 2200)
    assert all(0 <= value <= 1 for value in fractions)


def test_fractions_are_of_width_and_height_with_four_digits() -> None:
    assert Box(1, 50, 2, 100).fractions_of(3, 200) == (0.3333, 0.25, 0.6667, 0.5)


def test_a_rule_is_horizontal_where_it_is_wider_than_high() -> None:
    assert Rule(Box(0, 0, 100, 2)).is_horizontal
    assert not Rule(Box(0, 0, 2, 100)).is_horizontal
