"""Where a page's own pixels lie on the upright page: just where `clean` puts them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bridge.domain.image import PageImage, Pixels
from bridge.stages.clean import clean
from bridge.stages.placing import Placing, placing_of
from tests.unit.stages.drawn_forms import CONDITIONS, form


def moved(page: PageImage, placing: Placing) -> Pixels:
    """The page drawn through the mapping, which is of corners, by OpenCV, whose maps are of centres of pixels."""
    a, b, c, d, e, f = placing.matrix
    matrix = np.array([[a, c, e], [b, d, f]])
    matrix[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    drawn = cv2.warpAffine(page.pixels, matrix, (placing.width, placing.height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 2), np.uint8)


def shift_between(one: Pixels, other: Pixels) -> tuple[float, float]:
    """By how many pixels one page lies beside the other, across and down."""
    (across, down), _ = cv2.phaseCorrelate(255.0 - one, 255.0 - other)
    return across, down


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_page_as_it_came_lies_on_the_upright_page(condition: str, rotation: int) -> None:
    page = form().faxed(condition, skew=1.7, turned=(360 - rotation) % 360)
    upright = clean(page, rotation)

    placing = placing_of(page, rotation)

    assert (placing.height, placing.width) == upright.pixels.shape
    assert placing.dpi == upright.dpi
    shown = moved(page, placing)
    middle = placing.width // 2
    for part in (slice(0, middle), slice(middle, None)):  # both sides: a wrong angle would show
        assert shift_between(shown[:, part], upright.pixels[:, part]) == pytest.approx((0, 0), abs=0.5)


def test_a_page_that_clean_shrinks_first_is_placed_within_two_pixels() -> None:
    page = PageImage(np.full((4999, 3701), 255, np.uint8), 1200.0, 1200.0, is_bilevel=False)
    height, width = clean(page).pixels.shape
    placing = placing_of(page, 0)
    assert (placing.width, placing.height) == pytest.approx((width, height), abs=2)
