"""review: what waits for a person, and what the person decides. dead-letters: what a target would not take."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from bridge.bootstrap import house
from bridge.commands.console import json_text, local, print_rows
from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.domain.model import JsonObject
from bridge.services.unread import list_unread

review = typer.Typer(no_args_is_help=True, help="Was auf einen Menschen wartet: ansehen, freigeben, berichtigen, zurückweisen.")
dead_letters = typer.Typer(no_args_is_help=True, help="Was ein Empfänger nicht angenommen hat: ansehen, erneut zustellen, verwerfen.")

DocumentId = Annotated[str, typer.Argument(metavar="DOKUMENT")]
DeliveryId = Annotated[str, typer.Argument(metavar="ZUSTELLUNG")]
Reason = Annotated[str, typer.Option(help="Die Begründung, für die Geschichte des Faxes.")]
_MANY = 1000


@review.command("list")
def list_reviews(as_json: Annotated[bool, typer.Option("--json", help="Als JSON.")] = False) -> None:
    """Zeigt, was wartet, das Älteste zuerst: Dokumente, dann Seiten, die niemand lesen konnte."""
    store = house().store
    tasks, pages = store.open_reviews(_MANY), list_unread(store, _MANY)
    if as_json:
        listed = [_listed(task.document_id, task.fax_id, None, task.reason, task.created_at) for task in tasks]
        listed += [_listed(None, page.fax_id, page.number, page.reason, page.since) for page in pages]
        sys.stdout.write(json_text(listed, indent=2) + "\n")
        return
    rows = [(t.document_id, store.document(t.document_id).type, local(t.created_at), t.reason) for t in tasks]
    rows += [("–", "unlesbare Seite", local(page.since), f"Fax {page.fax_id}, {page.reason}") for page in pages]
    print_rows(("Dokument", "Art", "seit", "Warum"), rows)


def _listed(document: str | None, fax: str, page: int | None, reason: str, since: datetime) -> JsonObject:
    return {"document": document, "fax": fax, "page": page, "reason": reason, "since": since.isoformat()}


@review.command()
def release(document_id: DocumentId) -> None:
    """Gibt ein Dokument frei, wie es gelesen wurde: Ein Mensch hat jeden Wert geprüft."""
    version = house().review.release(document_id)
    sys.stdout.write(f"Dokument {document_id} ist als Fassung {version} freigegeben.\n")


@review.command()
def correct(
    document_id: DocumentId,
    values: Annotated[list[str], typer.Argument(metavar="FELD=WERT...", help="FELD= löscht den Wert: Er steht nicht auf dem Fax.")],
    as_type: Annotated[str | None, typer.Option("--type", help="Das Dokument ist von dieser Art.")] = None,
) -> None:
    """Berichtigt Werte und gibt das Dokument frei."""
    changes: dict[str, str | None] = {}
    for pair in values:
        path, separator, value = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"„{pair}“ ist nicht von der Form FELD=WERT")
        changes[path] = value or None
    version = house().review.correct(document_id, changes, as_type)
    sys.stdout.write(f"Dokument {document_id} ist als Fassung {version} freigegeben.\n")


@review.command()
def reject(document_id: DocumentId, reason: Reason) -> None:
    """Weist ein Dokument zurück: Es verlässt das Haus nicht."""
    house().review.reject(document_id, reason)
    sys.stdout.write(f"Dokument {document_id} ist zurückgewiesen.\n")


@review.command("settle")
def settle(document_id: DocumentId, reason: Reason) -> None:
    """Schließt die Nachfrage zu einem teilweise zugestellten Dokument, ohne eine neue Fassung zu senden."""
    house().review.close_follow_up(document_id, reason)
    sys.stdout.write(f"Die Nachfrage zu Dokument {document_id} ist geschlossen.\n")


@review.command("filed")
def filed() -> None:
    """Zeigt abgelegte Werbung; was keine ist, kommt mit „bring-back“ zurück."""
    documents = house().store.documents_in(DocumentState.FILED, _MANY)
    print_rows(("Dokument", "Fax", "Art", "Seiten"), [(d.id, d.fax_id, d.type, ", ".join(map(str, d.pages))) for d in documents])


@review.command("bring-back")
def bring_back(document_id: DocumentId) -> None:
    """Holt ein abgelegtes oder zurückgewiesenes Dokument zurück zu dem, was wartet."""
    house().review.bring_back(document_id)
    sys.stdout.write(f"Dokument {document_id} wartet wieder auf einen Menschen.\n")


@dead_letters.command("list")
def list_dead_letters() -> None:
    """Zeigt, was unzustellbar ist, das Älteste zuerst."""
    letters = house().store.deliveries_in(DeliveryState.DEAD, _MANY)
    rows = [(d.id, d.document_id, str(d.version), d.target, str(d.attempts), d.reason or "") for d in letters]
    print_rows(("Zustellung", "Dokument", "Fassung", "Empfänger", "Versuche", "Warum"), rows)


@dead_letters.command()
def redeliver(delivery_id: DeliveryId) -> None:
    """Stellt noch einmal zu, unter demselben Schlüssel."""
    house().review.redeliver(delivery_id)
    sys.stdout.write(f"Zustellung {delivery_id} wird wiederholt.\n")


@dead_letters.command()
def discard(delivery_id: DeliveryId, reason: Reason) -> None:
    """Verwirft eine Zustellung endgültig."""
    house().review.discard(delivery_id, reason)
    sys.stdout.write(f"Zustellung {delivery_id} ist verworfen.\n")
