"""How evidence becomes the probability of being right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted relation of evidence to probability (`bridge calibrate`).

    `weights` by feature name, in log odds: their sum is a value's score. `curve` holds (score, probability) points,
    both ascending. `thresholds` maps a rate of silent errors to the probability from which values may leave for it.
    """

    weights: Mapping[str, float]
    curve: tuple[tuple[float, float], ...]
    thresholds: Mapping[float, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability (0..1) of a value with these features; a feature that was never fitted counts nothing."""
        score = sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        after = bisect_right(self.curve, (score, 1.0))
        if after == 0:
            return self.curve[0][1]
        if after == len(self.curve):
            return self.curve[-1][1]
        (x0, y0), (x1, y1) = self.curve[after - 1], self.curve[after]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0)

    def threshold(self, silent_rate: float) -> float:
        """Return from which probability on values may leave; above 1, so that none does, where no fitted rate is as low."""
        return min((threshold for rate, threshold in self.thresholds.items() if rate <= silent_rate), default=1.1)
