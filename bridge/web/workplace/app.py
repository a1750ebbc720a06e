"""The workplace as an application of its own below `/app`: its routes, and its errors as pages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bridge.domain.errors import NotFoundError, RefusedError, StateConflictError, StorageError
from bridge.domain.forms import DocumentType
from bridge.domain.people import Permission
from bridge.ports import Clock, Store
from bridge.services.desk import Desk
from bridge.services.people import Staff
from bridge.services.sign_in import SignIn
from bridge.web.fax_files import FaxFiles
from bridge.web.threads import Threads
from bridge.web.workplace.benches import BenchOf
from bridge.web.workplace.inbox import Inbox
from bridge.web.workplace.live import Live
from bridge.web.workplace.more_pages import MorePages, add_pages
from bridge.web.workplace.pages import BASE, Pages
from bridge.web.workplace.pictures import Pictures
from bridge.web.workplace.practising import Practising
from bridge.web.workplace.reviewing import Reviewing
from bridge.web.workplace.sign_in import SignInPages
from bridge.web.workplace.visitors import Door, Endpoint, ForbiddenError, ForgedError

_log = logging.getLogger(__name__)

_WEB: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = _WEB / "front" / "node_modules"
# What the browser may fetch of each package, by the name under which it does.
_STATIC: Final[Mapping[str, Path]] = {
    "own": _WEB / "static",
    "kern": _PACKAGES / "@kern-ux" / "native" / "dist",
    "htmx": _PACKAGES / "htmx.org" / "dist",
    "htmx-sse": _PACKAGES / "htmx-ext-sse" / "dist",
    "viewer": _PACKAGES / "openseadragon" / "build" / "openseadragon",
}


_NOTICE: Final = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML", "HX-Trigger": "noticed"}


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the pages need, built by `bootstrap`.

    `practice` finds a person's bench for practice, `practise_again` lays it out anew for a person's id; `is_secure`: reached by HTTPS.
    """

    store: Store
    clock: Clock
    sign_in: SignIn
    staff: Staff
    desk: Desk
    bench: BenchOf
    practice: BenchOf
    practise_again: Callable[[str], None]
    types: Mapping[str, DocumentType]
    mailboxes: tuple[str, ...]
    more: MorePages
    is_secure: bool


def create_workplace(workplace: Workplace, files: FaxFiles, threads: Threads) -> FastAPI:
    """Build the application; whoever mounts it does so at `BASE`."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages()
    door = Door(workplace.sign_in, threads, is_secure=workplace.is_secure, sign_in_path=f"{BASE}/anmelden")
    for name, folder in _STATIC.items():
        app.mount(f"/static/{name}", StaticFiles(directory=folder, check_dir=False))
    _add_sign_in(app, SignInPages(workplace.sign_in, workplace.staff, door, pages, threads), door)
    _add_inbox(app, workplace, door, pages, threads)
    _add_review(app, "/pruefen", workplace.bench, workplace, door, pages, threads)
    _add_practice(app, workplace, door, pages, threads)
    add_pages(app, workplace.more, files, door, pages, threads)
    _install_errors(app, pages, door)
    return app


def _add(app: FastAPI, path: str, endpoint: Endpoint, method: str = "GET") -> None:
    app.add_route(path, endpoint, methods=[method], include_in_schema=False)


def _add_sign_in(app: FastAPI, sign_in: SignInPages, door: Door) -> None:
    _add(app, "/anmelden", sign_in.show)
    _add(app, "/anmelden", sign_in.begin, "POST")
    _add(app, "/abmelden", door.open(sign_in.end), "POST")
    _add(app, "/einladung/{secret}", sign_in.show_invitation)
    _add(app, "/einladung/{secret}", sign_in.accept_invitation, "POST")
    _add(app, "/sprache/{language}", sign_in.choose_language)


def _add_inbox(app: FastAPI, workplace: Workplace, door: Door, pages: Pages, threads: Threads) -> None:
    desk, see = workplace.desk, Permission.SEE_FAXES
    inbox = Inbox(desk, workplace.store, workplace.types, workplace.mailboxes, workplace.clock, pages, threads)
    _add(app, "/eingang", door.open(inbox.show, see))
    _add(app, "/eingang/ansichten", door.open(inbox.save_view, see), "POST")
    _add(app, "/eingang/ansichten/{view_id}/entfernen", door.open(inbox.remove_view, see), "POST")
    _add(app, "/live", door.open(Live(desk, workplace.clock, threads).stream, see, is_by_itself=True))


def _add_review(app: FastAPI, path: str, bench: BenchOf, workplace: Workplace, door: Door, pages: Pages, threads: Threads) -> None:
    reviewing = Reviewing(bench, workplace.types, workplace.clock, pages, threads)
    pictures = Pictures(bench, threads)
    one, of_fax = f"{path}/{{document_id}}", f"{path}/fax/{{fax_id}}"
    _add(app, path, door.open(reviewing.begin, Permission.REVIEW))
    _add(app, one, door.open(reviewing.show, Permission.REVIEW))
    for name, endpoint in {
        "schritte": reviewing.step,
        "einfuegen": reviewing.paste,
        "zeilen": reviewing.change_rows,
        "art": reviewing.change_type,
        "zurueck": reviewing.undo,
        "bestaetigen": reviewing.confirm,
        "zurueckstellen": reviewing.postpone,
        "weitergeben": reviewing.hand_over,
        "ablehnen": reviewing.reject,
        "abschliessen": reviewing.settle,
        "ordnen": reviewing.rearrange,
    }.items():
        _add(app, f"{one}/{name}", door.open(endpoint, Permission.REVIEW), "POST")
    _add(app, f"{of_fax}/behalten", door.open(reviewing.keep, Permission.REVIEW, is_by_itself=True), "POST")
    _add(app, f"{of_fax}/freigeben", door.open(reviewing.leave, Permission.REVIEW), "POST")
    _add(app, f"{path}/bild/{{fax_id}}/{{number:int}}.png", door.open(pictures.picture, Permission.SEE_FAXES))
    _add(app, f"{path}/bild/{{fax_id}}/{{number:int}}.json", door.open(pictures.words, Permission.SEE_FAXES))


def _add_practice(app: FastAPI, workplace: Workplace, door: Door, pages: Pages, threads: Threads) -> None:
    practising = Practising(workplace.practice, workplace.practise_again, workplace.store, workplace.types, pages, threads)
    _add(app, "/", door.open(practising.home))
    _add(app, "/ueben", door.open(practising.show, Permission.REVIEW))
    _add(app, "/ueben/neu", door.open(practising.begin_anew, Permission.REVIEW), "POST")
    _add_review(app, "/ueben/fax", workplace.practice, workplace, door, pages, threads)


def _install_errors(app: FastAPI, pages: Pages, door: Door) -> None:
    """Show every error as a page that says what to do next."""

    def shown(key: str, status: HTTPStatus) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def show(request: Request, error: Exception) -> Response:
            _log.info("%s refused: %s", request.method, type(error).__name__)
            reason = error.reason if isinstance(error, RefusedError) else None
            is_part = bool(request.headers.get("HX-Request"))  # htmx shows no answer that is an error
            template, headers = ("notice.html", _NOTICE) if is_part else ("error.html", None)
            context = {"key": key, "reason": reason}
            response = pages.answer(request, template, context, status=HTTPStatus.OK if is_part else status, headers=headers)
            door.renew(request, response)
            return response

        return show

    for kind, key, status in (
        (NotFoundError, "not_found", HTTPStatus.NOT_FOUND),
        (ForbiddenError, "forbidden", HTTPStatus.FORBIDDEN),
        (ForgedError, "forged", HTTPStatus.FORBIDDEN),
        (RefusedError, "refused", HTTPStatus.CONFLICT),
        (StateConflictError, "conflict", HTTPStatus.CONFLICT),
        (StorageError, "storage", HTTPStatus.SERVICE_UNAVAILABLE),
        (HTTPException, "not_found", HTTPStatus.NOT_FOUND),
    ):
        app.add_exception_handler(kind, shown(key, status))
