"""Where a person works: on real faxes, or on those for practice, by the same pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bridge.domain.people import Person
from bridge.ports import Blobs, Store
from bridge.services.desk import Desk
from bridge.services.practice import Practice
from bridge.services.rearrange import Rearrange


@dataclass(frozen=True, slots=True)
class Bench:
    """What the pages for reviewing work on; `path` is where they are.

    `practice` is the person's own where nothing leaves, `rearrange` what has faxes read again where something does.
    """

    path: str
    desk: Desk
    store: Store
    blobs: Blobs
    rearrange: Rearrange | None = None
    practice: Practice | None = None


BenchOf = Callable[[Person], Bench]
