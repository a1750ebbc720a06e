"""Where a person works: on real faxes, or on those for practice, by the same pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bridge.domain.people import Person
from bridge.ports import Blobs, Store
from bridge.services.desk import Desk
from bridge.services.rearrange import Rearrange


@dataclass(frozen=True, slots=True)
class Bench:
    """What the pages for reviewing work on; `path` is where they are, `rearrange` None where faxes cannot be read again."""

    path: str
    desk: Desk
    store: Store
    blobs: Blobs
    rearrange: Rearrange | None

    @property
    def is_practice(self) -> bool:
        """Whether nothing leaves from here."""
        return self.rearrange is None


BenchOf = Callable[[Person], Bench]
