"""A linear model of document types on character n-grams: what a page's wording as a whole speaks for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

SHORTEST, LONGEST = 3, 5  # letters of an n-gram, the blanks around its word included
_LEAST_KNOWN: Final = 30  # n-grams; a text with fewer of them says nothing


@dataclass(frozen=True, slots=True)
class TypeModel:
    """Weights by n-gram (`bridge train`): its rarity first, then one weight a type, in the order of `types`.

    `version` tells when and from how many documents it was trained.
    """

    version: str
    types: tuple[str, ...]
    intercepts: tuple[float, ...]
    grams: Mapping[str, tuple[float, ...]]

    def probabilities(self, text: str) -> dict[str, float]:
        """Return the probability of each type for a folded text; none where too little of it is known to tell."""
        counts = Counter(gram for gram in grams_of(text) if gram in self.grams)
        if len(counts) < _LEAST_KNOWN:
            return {}
        weights = {gram: (1 + math.log(count)) * self.grams[gram][0] for gram, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        scores = list(self.intercepts)
        for gram, weight in weights.items():
            for index, factor in enumerate(self.grams[gram][1:]):
                scores[index] += weight / length * factor
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        return {name: power / sum(powers) for name, power in zip(self.types, powers, strict=True)}


def grams_of(text: str) -> Iterator[str]:
    """Yield every run of `SHORTEST` to `LONGEST` characters in a folded text, none reaching over a blank."""
    for word in text.split():
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]
