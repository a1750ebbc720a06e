"""Einstellungen: types, routes, targets and mailboxes as sentences; they are changed in files, by the operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bridge.domain.forms import Catalog
from bridge.domain.targets import TargetState
from bridge.ports import Clock, Store
from bridge.web.threads import Threads
from bridge.web.workplace.pages import Pages
from bridge.web.workplace.settings_sentences import Said, of_mailbox, of_routes, of_target, of_type, of_urgency


@dataclass(frozen=True, slots=True)
class TargetStory:
    """A target's sentences, how it stands, and how much waits for it."""

    name: str
    sentences: tuple[Said, ...]
    state: TargetState
    rests: bool
    waiting: int


class SettingsPage:
    """Shows how the house is set up, and no secret of it."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        mailboxes: Mapping[str, Sequence[str]],
        silent_rate: float,
        clock: Clock,
        pages: Pages,
        threads: Threads,
    ) -> None:
        """Take what is configured (`mailboxes` with their addresses), and what shows pages."""
        self._store, self._catalog, self._mailboxes, self._silent_rate = store, catalog, mailboxes, silent_rate
        self._clock, self._pages, self._threads = clock, pages, threads

    async def show(self, request: Request) -> Response:
        """Show all of it on one page."""
        return self._pages.answer(request, "settings.html", await self._threads.run(self._context))

    def _context(self) -> dict[str, Any]:
        catalog = self._catalog
        return {
            "types": [(kind.title, tuple(of_type(kind, catalog))) for kind in catalog.types.values()],
            "routes": tuple(of_routes(catalog)),
            "urgent": tuple(of_urgency(catalog)),
            "targets": [self._target(name) for name in catalog.targets],
            "mailboxes": [of_mailbox(name, addresses) for name, addresses in self._mailboxes.items()],
            "silent": f"{self._silent_rate * 100:g}".replace(".", ","),
        }

    def _target(self, name: str) -> TargetStory:
        state, (waiting, _) = self._store.target_state(name), self._store.pending(name)
        rests = state.rests_until(self._clock.now()) is not None
        return TargetStory(name, tuple(of_target(self._catalog.targets[name])), state, rests, waiting)
