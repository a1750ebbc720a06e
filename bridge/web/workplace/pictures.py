"""What a page looks like and what was read on it, for the viewer."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from bridge.domain.errors import NotFoundError
from bridge.domain.model import JsonValue
from bridge.domain.people import Person
from bridge.web.threads import Threads
from bridge.web.workplace.benches import Bench, BenchOf
from bridge.web.workplace.visitors import visitor_of


class Pictures:
    """Serves pages of faxes whose mailbox is the person's business; others do not exist for her."""

    def __init__(self, bench_of: BenchOf, threads: Threads) -> None:
        """Take what finds a person's bench, and the threads."""
        self._bench_of, self._threads = bench_of, threads

    async def picture(self, request: Request) -> Response:
        """Return the upright picture of a page, else as it was decoded."""
        path = await self._threads.run(self._find, visitor_of(request).person, request.path_params["fax_id"], request.path_params["number"])
        return FileResponse(path, media_type="image/png", headers={"Content-Security-Policy": "sandbox; default-src 'none'"})

    async def words(self, request: Request) -> Response:
        """Return the words of a page with their boxes, in fractions of the upright page: to click a value instead of typing it."""
        person, fax_id, number = visitor_of(request).person, request.path_params["fax_id"], request.path_params["number"]
        return JSONResponse(await self._threads.run(self._words, person, fax_id, number), HTTPStatus.OK)

    def _find(self, person: Person, fax_id: str, number: int) -> str:
        bench = self._bench_of(person)
        expect_own_fax(bench, person, fax_id)
        pictures = [page.upright or page.image for page in bench.store.pages(fax_id) if page.number == number]
        if not pictures or pictures[0] is None:
            raise NotFoundError("page without a picture")
        return str(bench.blobs.path(pictures[0].sha256))

    def _words(self, person: Person, fax_id: str, number: int) -> list[JsonValue]:
        bench = self._bench_of(person)
        expect_own_fax(bench, person, fax_id)
        layout = bench.store.layout(fax_id, number)
        return [[word.text, *word.box.fractions_of(layout.width, layout.height)] for word in layout.words]


def expect_own_fax(bench: Bench, person: Person, fax_id: str) -> None:
    """Raise NotFoundError where the fax is not the person's business."""
    if bench.practice is None and not person.sees(bench.store.fax(fax_id).mailbox):
        raise NotFoundError("fax of another mailbox")
