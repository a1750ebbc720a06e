"""faxes, show, replay, close, status: what is here and where it stands."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated

import typer

from bridge.bootstrap import house
from bridge.commands.console import Story, json_text, print_faxes, print_status, print_story
from bridge.domain.errors import NotFoundError, RefusedError
from bridge.domain.lifecycle import FaxState
from bridge.ports import FaxFilter, Store
from bridge.services.status import take_status


def faxes(
    state: Annotated[FaxState | None, typer.Option(help="Nur in diesem Stand.")] = None,
    mailbox: Annotated[str | None, typer.Option(help="Nur dieses Postfach.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000)] = 50,
) -> None:
    """Zeigt die neuesten Faxe."""
    print_faxes(house().store.faxes(FaxFilter(state=state, mailbox=mailbox, limit=limit)))


def show(fax_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Zeigt ein Fax: Stand, Dokumente, Werte, Zweifel, Zustellung und Geschichte."""
    store = house().store
    fax_id = fax_of(store, fax_id)
    documents = store.documents(fax_id)
    deliveries = [delivery for document in documents for delivery in store.deliveries(document.id)]
    print_story(
        Story(store.fax(fax_id), documents, deliveries, store.events(fax_id), store.ledger(fax_id)[0]),
    )


def fax_of(store: Store, known: str) -> str:
    """Return the fax of that id: its own, that of a document in it, or the one the fax server was told (250). Raises NotFoundError."""
    with suppress(NotFoundError):
        return store.fax(known).id
    with suppress(NotFoundError):
        return store.document(known).fax_id
    faxes = store.faxes_of(known)
    if len(faxes) > 1:
        raise RefusedError("several faxes", f"Unter dieser Kennung kamen mehrere Faxe: {', '.join(fax.id for fax in faxes)}.")
    if not faxes:
        raise NotFoundError(f"no fax {known}")
    return faxes[0].id


def replay(fax_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Liest ein Fax noch einmal vom Original; was schon zugestellt ist, bleibt."""
    house().review.replay(fax_id)
    sys.stdout.write(f"Fax {fax_id} wird neu gelesen. `bridge show {fax_id}` zeigt den Stand.\n")


def close(
    fax_id: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option(help="Warum das Fax oder die Seite erledigt ist.")],
    page: Annotated[int | None, typer.Option(min=1, metavar="N", help="Nur diese unlesbare Seite eines bearbeiteten Faxes.")] = None,
) -> None:
    """Schließt ein Fax ab, das nicht gelesen werden konnte, oder eine einzelne solche Seite."""
    if page is None:
        house().review.close_fax(fax_id, reason)
        sys.stdout.write(f"Fax {fax_id} ist abgeschlossen.\n")
    else:
        house().review.close_page(fax_id, page, reason)
        sys.stdout.write(f"Seite {page} von Fax {fax_id} ist abgeschlossen.\n")


def status(as_json: Annotated[bool, typer.Option("--json", help="Als JSON.")] = False) -> None:
    """Zeigt je Stufe Tiefe und Alter des Ältesten, was wartet, Unzustellbares, Quarantäne und die Lücke im Kassenbuch."""
    snapshot = take_status(house().store, house().clock)
    if as_json:
        sys.stdout.write(json_text(snapshot.to_dict(), indent=2) + "\n")
    else:
        print_status(snapshot)
    if snapshot.ledger.gap:
        raise typer.Exit(1)
