"""A person says how a fax falls apart and which way up its pages are, and it is read again by that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.desk import Arrangement
from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import FaxState
from bridge.domain.model import Event, JsonObject, JsonValue, Page
from bridge.ports import Clock, Queue, Store
from bridge.services.again import from_original, from_pages, replace_documents

_TURNS: Final = frozenset({90, 180, 270})


@dataclass(frozen=True, slots=True)
class Rearrange:
    """The use case of splitting, joining, reclassifying and turning. `types` by name."""

    store: Store
    queue: Queue
    clock: Clock
    types: Mapping[str, DocumentType]

    def once(self, fax_id: str, arrangement: Arrangement) -> None:
        """Keep the arrangement and read the fax again by it: turned pages from their picture, the others as they were laid out.

        Its documents are replaced. Turns are added to how the pages stand; without parts, those told earlier stay.
        Raises RefusedError where the arrangement cannot be, while the fax is being read, and once a record of it may have left.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            fax = tx.fax(fax_id)
            replace_documents(self.store, tx, fax, now)
            pages = [page for page in self.store.pages(fax_id) if page.image is not None]
            self._expect_possible(arrangement, {page.number for page in pages})
            tx.save_arrangement(fax_id, self._kept(fax_id, arrangement, pages))
            tx.add_event(Event(fax_id, now, "fax rearranged", _detail(arrangement)))
            # a fax that has failed has no pages to rely on: it is made from its original, and the arrangement holds then too
            is_decided = fax.state is FaxState.DECIDED
            work = from_pages(tx, fax, pages, arrangement.turns, now) if is_decided else [from_original(tx, fax, now)]
        self.queue.ring(work)

    def _expect_possible(self, arrangement: Arrangement, pages: Collection[int]) -> None:
        if not arrangement.parts and not arrangement.turns:
            raise RefusedError("nothing is arranged", "Es ist nichts geändert. Bitte Seiten trennen, verbinden oder drehen.")
        told = [number for numbers, _ in arrangement.parts for number in numbers]
        _expect_pages([*told, *arrangement.turns], pages)
        if not all(numbers for numbers, _ in arrangement.parts):
            raise RefusedError("a part has no page", "Ein Dokument hat keine Seite. Bitte jedem Dokument eine Seite geben.")
        twice = [number for number, times in Counter(told).items() if times > 1]
        if twice:
            raise RefusedError("a page in two parts", f"Seite {twice[0]} ist zweimal vergeben. Bitte jede Seite nur einem Dokument geben.")
        unknown = [kind for _, kind in arrangement.parts if kind is not None and kind not in self.types]
        if unknown:
            allowed = ", ".join(sorted(self.types))
            raise RefusedError("no such type", f"Die Dokumentart „{unknown[0]}“ gibt es nicht. Möglich sind: {allowed}.")
        if not set(arrangement.turns.values()) <= _TURNS:
            raise RefusedError("no such turn", "Eine Seite lässt sich nur um 90, 180 oder 270 Grad drehen.")

    def _kept(self, fax_id: str, arrangement: Arrangement, pages: Sequence[Page]) -> Arrangement:
        """Return what is to be kept: turns from how each page was decoded, together with what was told earlier."""
        earlier = self.store.arrangement(fax_id) or Arrangement()
        stands = {page.number: self._rotation(page) for page in pages if page.number in arrangement.turns}
        turns = {number: (stands[number] + turn) % 360 for number, turn in arrangement.turns.items()}
        return Arrangement(arrangement.parts or earlier.parts, {**earlier.turns, **turns})

    def _rotation(self, page: Page) -> int:
        """Return how the page is seen: as it was laid out, else as it was decoded."""
        return self.store.layout(page.fax_id, page.number).rotation if page.upright is not None else 0


def _expect_pages(told: Sequence[int], pages: Collection[int]) -> None:
    unknown = sorted(set(told) - set(pages))
    if unknown:
        raise RefusedError("no such page", f"Seite {unknown[0]} gibt es in diesem Fax nicht, oder es gibt kein Bild von ihr.")


def _detail(arrangement: Arrangement) -> JsonObject:
    parts: list[JsonValue] = [{"pages": [*pages], "type": kind} for pages, kind in arrangement.parts]
    turns: JsonObject = {str(number): turn for number, turn in sorted(arrangement.turns.items())}
    return {"parts": parts, "turns": turns}
