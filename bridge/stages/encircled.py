"""Check boxes with a ring drawn round them instead of a cross inside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from bridge.domain.image import Pixels
from bridge.domain.layout import Box
from bridge.stages.crosses import Place

_RAYS: Final = 24
_REACH: Final = 0.75  # of the box's size: how far from its edge a ring may run
_CLOSED: Final = 0.8  # share of all directions in which the ring must be met
_LEFT_CLOSED: Final = 0.7  # the same of those away from the words, where nothing else stands


def is_encircled(mask: Pixels, place: Place, rules: Sequence[Box]) -> bool:
    """Tell whether ink that is no printed line runs all round a place for a cross; `place` and `rules` in pixels of the ink mask."""
    hits = [_meets_ring(mask, place, 2 * math.pi * ray / _RAYS, rules) for ray in range(_RAYS)]
    left = hits[_RAYS * 3 // 8 : _RAYS * 5 // 8 + 1]
    return sum(hits) >= _CLOSED * _RAYS and sum(left) >= _LEFT_CLOSED * len(left)


def _meets_ring(mask: Pixels, place: Place, angle: float, rules: Sequence[Box]) -> bool:
    """Tell whether a ray from the middle meets ink beyond the outline."""
    (x, y), (across, down) = place.centre, (math.cos(angle), math.sin(angle))
    size = (place.width + place.height) / 2
    edge = min(place.width / 2 / max(abs(across), 1e-6), place.height / 2 / max(abs(down), 1e-6))
    height, width = mask.shape
    for step in range(round(edge + place.line + 1), round(edge + _REACH * size) + 1):
        column, row = round(x + step * across), round(y + step * down)
        if not (0 <= column < width and 0 <= row < height):
            return False
        if mask[row, column] and not any(rule.left <= column <= rule.right and rule.top <= row <= rule.bottom for rule in rules):
            return True
    return False
