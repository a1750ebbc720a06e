"""Prüfen: one document, its page beside its fields; every step is kept at once and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.domain.desk import Step, StepKind
from bridge.domain.errors import RefusedError, StateConflictError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import DocumentState
from bridge.domain.people import Permission, Person
from bridge.domain.sheet import Answer, Cause, Line, Sheet
from bridge.ports import Clock
from bridge.services.desk import HeldError
from bridge.services.urgency import due_at
from bridge.web.threads import Threads
from bridge.web.workplace.benches import Bench, BenchOf
from bridge.web.workplace.forms import all_of, fields_of
from bridge.web.workplace.inbox import countdown, filter_of
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.practising import named
from bridge.web.workplace.steps import cells_of, rearranged, step_of
from bridge.web.workplace.visitors import visitor_of

_HERE: Final = ZoneInfo("Europe/Berlin")
_CHANGED_ELSEWHERE: Final = "Das Dokument wurde inzwischen an anderer Stelle geändert. Hier steht der neue Stand."
_SECOND: Final = "second."  # before the path of a field that is entered a second time


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of the practice fax before: the names of fields that differ from the fax, "" where none does."""

    differing: str


class Reviewing:
    """The pages on which a document is decided, on one bench: the real one, or that for practice."""

    def __init__(self, bench_of: BenchOf, types: Mapping[str, DocumentType], clock: Clock, pages: Pages, threads: Threads) -> None:
        """Take what finds a person's bench, the types to choose from, and what shows pages."""
        self._bench_of, self._types, self._clock, self._pages, self._threads = bench_of, types, clock, pages, threads

    async def begin(self, request: Request) -> Response:
        """Go to the most urgent document that nobody has."""
        person = visitor_of(request).person
        bench = await self._bench(person)
        following = await self._threads.run(bench.desk.next, person, filter_of(person, request.query_params))
        return RedirectResponse(f"{bench.path}/{following}" if following else self._home(bench), HTTPStatus.SEE_OTHER)

    async def show(self, request: Request) -> Response:
        """Open a document for the person alone; one that somebody else has is shown without a way to change it."""
        person = visitor_of(request).person
        bench = await self._bench(person)
        try:
            sheet = await self._threads.run(bench.desk.open, person, request.path_params["document_id"])
        except HeldError as held:
            context = {"reason": held.reason, "home": self._home(bench)}
            return self._pages.answer(request, "held.html", context, status=HTTPStatus.CONFLICT)
        return await self._answer(request, bench, sheet, "review.html")

    async def step(self, request: Request) -> Response:
        """Keep one answer; return its line and what changed around it."""
        sent = await fields_of(request)
        path = sent.get("path")
        others: list[str] = []  # whose lines the step has changed too, such as the code of a name

        def act(bench: Bench, person: Person, document_id: str) -> Sheet:
            before = bench.desk.open(person, document_id)
            line = next((line for line in before.lines if line.path == path), None)
            after = bench.desk.take_steps(person, document_id, [step_of(sent, line)], revision_of(sent))
            known = {line.path: line for line in before.lines}
            others.extend(line.path for line in after.lines if line.path != path and known.get(line.path) != line)
            return after

        return await self._change(request, act, path, others)

    async def paste(self, request: Request) -> Response:
        """Fill cells of the table from what was pasted, as one step."""
        sent = await fields_of(request)

        def act(bench: Bench, person: Person, document_id: str) -> Sheet:
            before = bench.desk.open(person, document_id)
            return bench.desk.take_steps(person, document_id, cells_of(before, sent, uuid4().hex), revision_of(sent))

        return await self._change(request, act)

    async def change_rows(self, request: Request) -> Response:
        """Insert or delete a row."""
        sent = await fields_of(request)
        kind = StepKind.ROW_DELETED if sent.get("change") == "delete" else StepKind.ROW_INSERTED

        def act(bench: Bench, person: Person, document_id: str) -> Sheet:
            return bench.desk.take_steps(person, document_id, [Step(kind, row=_number(sent.get("row")))], revision_of(sent))

        return await self._change(request, act)

    async def change_type(self, request: Request) -> Response:
        """Make the document one of another type."""
        sent = await fields_of(request)

        def act(bench: Bench, person: Person, document_id: str) -> Sheet:
            return bench.desk.take_steps(person, document_id, [Step(StepKind.TYPE, text=sent.get("type"))], revision_of(sent))

        return await self._change(request, act)

    async def undo(self, request: Request) -> Response:
        """Take the last step back."""
        sent = await fields_of(request)
        return await self._change(request, lambda bench, person, document_id: bench.desk.undo(person, document_id, revision_of(sent)))

    async def confirm(self, request: Request) -> Response:
        """Send the document on its way, and open the next."""
        sent, person = await fields_of(request), visitor_of(request).person
        targets = await all_of(request, "target")
        second = {name.removeprefix(_SECOND): text for name, text in sent.items() if name.startswith(_SECOND)}
        bench = await self._bench(person)
        document_id = request.path_params["document_id"]
        try:
            done = await self._threads.run(
                lambda: bench.desk.confirm(person, document_id, revision_of(sent), second=second, targets=targets)
            )
        except HeldError:
            raise
        except (RefusedError, StateConflictError) as refused:
            sheet = await self._threads.run(bench.desk.open, person, document_id)
            return await self._answer(request, bench, sheet, "sheet.html", problem=_sentence(refused))
        remark = await self._threads.run(self._remark, bench, document_id)
        return await self._go_on(request, bench, done.next_document_id, "confirmed", remark)

    async def postpone(self, request: Request) -> Response:
        """Let it wait until a day, and open the next."""
        sent = await fields_of(request)
        until = datetime.combine(_date(sent.get("until")), datetime.min.time(), _HERE) + timedelta(hours=6)
        return await self._leave(
            request, lambda bench, person, document_id: bench.desk.postpone(person, document_id, until, sent.get("note")), "postponed"
        )

    async def hand_over(self, request: Request) -> Response:
        """Give it to somebody else with a note, and open the next."""
        sent = await fields_of(request)
        return await self._leave(
            request,
            lambda bench, person, document_id: bench.desk.hand_over(person, document_id, sent.get("to", ""), sent.get("note")),
            "handed_over",
        )

    async def reject(self, request: Request) -> Response:
        """Settle it without sending, and open the next."""
        sent = await fields_of(request)
        return await self._leave(
            request, lambda bench, person, document_id: bench.desk.reject(person, document_id, sent.get("reason", "")), "rejected"
        )

    async def settle(self, request: Request) -> Response:
        """Close the question that a partly sent record left, without sending more."""
        sent = await fields_of(request)
        return await self._leave(
            request, lambda bench, person, document_id: bench.desk.settle(person, document_id, sent.get("reason", "")), "settled"
        )

    async def rearrange(self, request: Request) -> Response:
        """Split, join, retype or turn pages, and have the fax read again."""
        sent, person = await fields_of(request), visitor_of(request).person
        bench, document_id = await self._bench(person), request.path_params["document_id"]
        if (rearrange := bench.rearrange) is None:
            raise RefusedError("not in practice", "Beim Üben wird nichts neu gelesen.")
        sheet = await self._threads.run(bench.desk.open, person, document_id)
        try:
            wanted = rearranged(sent, [document.pages for document in await self._threads.run(bench.store.documents, sheet.fax_id)])
            await self._threads.run(bench.desk.arrange, person, document_id, lambda fax_id: rearrange.once(fax_id, wanted))
        except RefusedError as refused:
            return await self._answer(request, bench, sheet, "sheet.html", problem=refused.reason)
        return _redirect(request, f"{BASE}/faxe/{sheet.fax_id}?neu=1")

    async def keep(self, request: Request) -> Response:
        """Keep the fax for the person while her page is open."""
        person = visitor_of(request).person
        bench = await self._bench(person)
        await self._threads.run(bench.desk.keep, person, request.path_params["fax_id"])
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def leave(self, request: Request) -> Response:
        """Let others have the fax; what was typed stays."""
        person = visitor_of(request).person
        bench = await self._bench(person)
        await self._threads.run(bench.desk.leave, person, request.path_params["fax_id"])
        return RedirectResponse(self._home(bench), HTTPStatus.SEE_OTHER)

    # -- how ----------------------------------------------------------------------------------------------------------

    async def _bench(self, person: Person) -> Bench:
        return await self._threads.run(self._bench_of, person)

    async def _change(
        self,
        request: Request,
        act: Callable[[Bench, Person, str], Sheet],
        path: str | None = None,
        others: Sequence[str] = (),
    ) -> Response:
        """Do something to the draft; answer with the line of `path`, or the whole sheet where `others` have changed with it."""
        person, document_id = visitor_of(request).person, request.path_params["document_id"]
        bench = await self._bench(person)
        try:
            sheet = await self._threads.run(act, bench, person, document_id)
        except StateConflictError:
            sheet = await self._threads.run(bench.desk.open, person, document_id)
            return await self._answer(request, bench, sheet, "sheet.html", problem=_CHANGED_ELSEWHERE)
        except HeldError:
            raise
        except RefusedError as refused:
            sheet = await self._threads.run(bench.desk.open, person, document_id)
            return await self._answer(request, bench, sheet, "line.html" if path else "sheet.html", path=path, problem=refused.reason)
        return await self._answer(request, bench, sheet, "line.html" if path and not others else "sheet.html", path=path)

    async def _leave(self, request: Request, act: Callable[[Bench, Person, str], object], said: str) -> Response:
        """Do what ends the person's work on the document, and open the next."""
        person, document_id = visitor_of(request).person, request.path_params["document_id"]
        bench = await self._bench(person)
        try:
            await self._threads.run(act, bench, person, document_id)
        except HeldError:
            raise
        except (RefusedError, StateConflictError) as refused:
            sheet = await self._threads.run(bench.desk.open, person, document_id)
            return await self._answer(request, bench, sheet, "sheet.html", problem=_sentence(refused))
        following = await self._threads.run(bench.desk.next, person, filter_of(person, {}))
        return await self._go_on(request, bench, following, said)

    async def _go_on(self, request: Request, bench: Bench, document_id: str | None, said: str, remark: Remark | None = None) -> Response:
        person = visitor_of(request).person
        if document_id is None:
            return _redirect(request, f"{self._home(bench)}?fertig=1")
        sheet = await self._threads.run(bench.desk.open, person, document_id)
        headers = {"HX-Push-Url": f"{bench.path}/{document_id}"}
        return await self._answer(request, bench, sheet, "sheet.html", said=said, remark=remark, headers=headers)

    async def _answer(
        self,
        request: Request,
        bench: Bench,
        sheet: Sheet,
        template: str,
        *,
        path: str | None = None,
        problem: str | None = None,
        said: str | None = None,
        remark: Remark | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        person = visitor_of(request).person
        context = await self._threads.run(self._context, bench, person, sheet)
        line = next((line for line in sheet.lines if line.path == path), None)
        template = "sheet.html" if line is None and template == "line.html" else template
        if template == "sheet.html" and request.headers.get("HX-Request"):
            headers = {"HX-Retarget": "#sheet", "HX-Reswap": "outerHTML", **(headers or {})}
        context |= {
            "line": line,
            "problem": problem,
            "problem_path": path,
            "is_part": template == "line.html",
            "said": said,
            "remark": remark,
        }
        status = HTTPStatus.OK if problem is None or request.headers.get("HX-Request") else HTTPStatus.CONFLICT
        return self._pages.answer(request, template, context, status=status, headers=headers)

    def _context(self, bench: Bench, person: Person, sheet: Sheet) -> dict[str, Any]:
        fax = bench.store.fax(sheet.fax_id)
        following = bench.desk.next(person, filter_of(person, {}), after=sheet.document_id)
        people = [each for each in bench.store.people() if each.may(Permission.REVIEW) and each.sees(fax.mailbox) and each.id != person.id]
        return {
            "sheet": sheet,
            "asked": {cause.value: [line for line in _beside_rows(sheet) if line.cause is cause] for cause in Cause},
            "sure": [(group.title, [line for line in group.lines if line.cause is None]) for group in sheet.groups],
            "fax": fax,
            "pages": [page.number for page in bench.store.pages(fax.id)],
            "is_sent": bench.store.document(sheet.document_id).state in {DocumentState.RELEASED, DocumentState.DELIVERED},
            "targets": sorted(bench.desk.review.routes.targets),
            "part_of": {page: document.ordinal for document in bench.store.documents(fax.id) for page in document.pages},
            "left": countdown(due_at(fax), self._clock.now()),
            "bench": bench,
            "home": self._home(bench),
            "here": f"{bench.path}/{sheet.document_id}",
            "types": self._types,
            "people": people,
            "double": [line for line in sheet.lines if line.is_double and line.answer is not Answer.OPEN],
            "preload": _first_picture(bench, following),
            "tomorrow": (self._clock.now().astimezone(_HERE) + timedelta(days=1)).date().isoformat(),
        }

    def _remark(self, bench: Bench, document_id: str) -> Remark | None:
        """Return how the decision compares with what really stands on the fax, where that is known: in practice."""
        if bench.practice is None:
            return None
        kind = self._types[bench.store.document(document_id).type]
        return Remark(named(bench.practice.result(document_id), kind))

    def _home(self, bench: Bench) -> str:
        return f"{BASE}/ueben" if bench.practice else f"{BASE}/eingang"


def _first_picture(bench: Bench, document_id: str | None) -> str | None:
    """Return the address of the first page of the document that likely comes next, to be loaded while this one is read."""
    if document_id is None:
        return None
    document = bench.store.document(document_id)
    return f"{bench.path}/bild/{document.fax_id}/{document.pages[0]}.png" if document.pages else None


def _redirect(request: Request, address: str) -> Response:
    if request.headers.get("HX-Request"):
        return Response(status_code=HTTPStatus.OK, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def revision_of(sent: Mapping[str, str]) -> int:
    """Return the draft's revision that the page was made from."""
    return _number(sent.get("revision"))


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else 0


def _date(text: str | None) -> date:
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").replace(tzinfo=_HERE).date()
    except ValueError:
        raise RefusedError("no date", "Bitte ein Datum wählen.") from None


def _sentence(error: RefusedError | StateConflictError) -> str:
    return error.reason if isinstance(error, RefusedError) else _CHANGED_ELSEWHERE


def _beside_rows(sheet: Sheet) -> list[Line]:
    return [line for group in sheet.groups for line in group.lines]
