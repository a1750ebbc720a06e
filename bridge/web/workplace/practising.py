"""Üben: what a new clerk sees first, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.forms import DocumentType
from bridge.domain.people import Permission, Person
from bridge.ports import Store
from bridge.services.practice import Result
from bridge.stages.spoken import name_of
from bridge.web.threads import Threads
from bridge.web.workplace.benches import Bench, BenchOf
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.visitors import visitor_of

_FIRST_ACTIONS: Final = 30
_WORKED: Final = frozenset({"document opened", "document confirmed", "practice begun"})


class Practising:
    """Pages about a person's practice faxes; she works on them by the same pages as on real ones."""

    def __init__(
        self,
        bench_of: BenchOf,
        begin_anew: Callable[[str], None],
        store: Store,
        types: Mapping[str, DocumentType],
        pages: Pages,
        threads: Threads,
    ) -> None:
        """Take what finds a person's bench and what lays it out anew, and the log that tells whether she is new."""
        self._bench_of, self._begin_anew, self._store = bench_of, begin_anew, store
        self._types, self._pages, self._threads = types, pages, threads

    async def home(self, request: Request) -> Response:
        """Go where the person works; one who is new, and may review, first to practice."""
        person = visitor_of(request).person
        if person.may(Permission.REVIEW) and await self._threads.run(self._is_new, person):
            return RedirectResponse(f"{BASE}/ueben", HTTPStatus.SEE_OTHER)
        where = "eingang" if person.may(Permission.SEE_FAXES) else "einstellungen"
        return RedirectResponse(f"{BASE}/{where}", HTTPStatus.SEE_OTHER)

    async def show(self, request: Request) -> Response:
        """Tell how practising works, how far the person has come, and how it went."""
        context = await self._threads.run(self._context, visitor_of(request).person)
        return self._pages.answer(request, "practice.html", context)

    async def begin_anew(self, request: Request) -> Response:
        """Lay the practice faxes out anew."""
        await self._threads.run(self._begin_anew, visitor_of(request).person.id)
        return RedirectResponse(f"{BASE}/ueben", HTTPStatus.SEE_OTHER)

    def _is_new(self, person: Person) -> bool:
        done = {action.what for _, action in self._store.actions(person_id=person.id, limit=_FIRST_ACTIONS)}
        return not done & _WORKED

    def _context(self, person: Person) -> dict[str, Any]:
        bench = self._bench_of(person)
        results = bench.practice.results() if bench.practice is not None else []
        return {
            "results": [(result, self._title(bench, result), self._named(bench, result)) for result in results],
            "left": sum(not result.is_done for result in results),
            "bench": bench,
        }

    def _title(self, bench: Bench, result: Result) -> str:
        return self._types[bench.store.document(result.document_id).type].title

    def _named(self, bench: Bench, result: Result) -> str:
        return named(result, self._types[bench.store.document(result.document_id).type])


def named(result: Result, kind: DocumentType) -> str:
    """Return the names of the fields in which a decision differs from the fax, "" where it does not."""
    return ", ".join(dict.fromkeys(name_of(path.split(".", 2)[-1] if path.startswith("rows.") else path, kind) for path in result.wrong))
