"""review: what waits for a person, and what the person decides."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from bridge.bootstrap import house
from bridge.commands.console import german, json_text, local, print_rows, told_duplicate
from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import Completeness, JsonObject, ReviewTask, WithdrawalReason
from bridge.ports import Store
from bridge.services.unread import list_failed, list_unread

review = typer.Typer(no_args_is_help=True, help="Was auf einen Menschen wartet: ansehen, freigeben, berichtigen, zurückweisen.")

DocumentId = Annotated[str, typer.Argument(metavar="DOKUMENT")]
Reason = Annotated[str, typer.Option(help="Die Begründung, für die Geschichte des Faxes.")]
WithoutRequired = Annotated[
    bool,
    typer.Option(
        "--without-required", help="Auch ohne Pflichtangaben, die nicht auf dem Fax stehen; der Datensatz geht als unvollständig hinaus."
    ),
]
Targets = Annotated[list[str] | None, typer.Option("--to", metavar="EMPFÄNGER", help="Statt an die Empfänger, die die Regeln nennen.")]
_MANY = 1000
_FAILED_FAXES = (
    "Faxe, die nicht gelesen werden konnten: mit „bridge show FAX“ ansehen, mit „bridge replay FAX“ neu lesen oder, wenn sie "
    "erledigt sind, mit „bridge close FAX --reason …“ abschließen."
)


@review.command("list")
def list_reviews(as_json: Annotated[bool, typer.Option("--json", help="Als JSON.")] = False) -> None:
    """Zeigt, was wartet, das Älteste zuerst: Dokumente, Seiten und ganze Faxe, die niemand lesen konnte."""
    store = house().store
    tasks, pages, faxes = store.open_reviews(_MANY), list_unread(store, _MANY), list_failed(store, _MANY)
    if as_json:
        listed = [_listed(task.document_id, task.fax_id, None, _why(store, task), task.created_at) for task in tasks]
        listed += [_listed(None, page.fax_id, page.number, page.reason, page.since) for page in pages]
        listed += [_listed(None, fax.id, None, fax.reason or "", fax.received_at, fax.state) for fax in faxes]
        sys.stdout.write(json_text(listed, indent=2) + "\n")
        return
    rows = [(t.document_id, store.document(t.document_id).type, local(t.created_at), _why(store, t)) for t in tasks]
    rows += [("–", "unlesbare Seite", local(page.since), f"Fax {page.fax_id}, {page.reason}") for page in pages]
    if rows:
        print_rows(("Dokument", "Art", "seit", "Warum"), rows)
    if faxes:
        sys.stdout.write(f"\n{_FAILED_FAXES}\n")
        print_rows(
            ("Fax", "Eingang", "Stand", "Warum"), [(f.id, local(f.received_at), german(f.state.value), f.reason or "–") for f in faxes]
        )
    if not rows and not faxes:
        sys.stdout.write("Es wartet nichts.\n")


def _why(store: Store, task: ReviewTask) -> str:
    """Return why a document waits; where its fax likely came before, that is said even if the task is about something else."""
    original = store.fax(task.fax_id).possible_duplicate_of
    return task.reason if original is None or original in task.reason else f"{told_duplicate(original)} {task.reason}"


def _listed(document: str | None, fax: str, page: int | None, reason: str, since: datetime, state: FaxState | None = None) -> JsonObject:
    """Return one entry; `state` only of a fax that waits as a whole."""
    entry: JsonObject = {"document": document, "fax": fax, "page": page, "reason": reason, "since": since.isoformat()}
    return entry if state is None else {**entry, "state": state.value}


@review.command()
def release(document_id: DocumentId, without_required: WithoutRequired = False, to: Targets = None) -> None:
    """Gibt ein Dokument frei, wie es gelesen wurde: Ein Mensch hat jeden Wert geprüft."""
    version = house().review.release(document_id, may_lack_required=without_required, targets=to or ())
    _say_released(document_id, version)


def _say_released(document_id: str, version: int) -> None:
    store = house().store
    document = store.document(document_id)
    how = ", unvollständig (partial)" if document.completeness is Completeness.PARTIAL else ""
    sys.stdout.write(f"Dokument {document_id} ist als Fassung {version} freigegeben{how}.\n")
    original = store.fax(document.fax_id).possible_duplicate_of
    if original is not None:
        sys.stdout.write(f"{told_duplicate(original)} Der Empfänger erhält womöglich beide.\n")


@review.command()
def correct(
    document_id: DocumentId,
    values: Annotated[list[str], typer.Argument(metavar="FELD=WERT...", help="FELD= löscht den Wert: Er steht nicht auf dem Fax.")],
    as_type: Annotated[str | None, typer.Option("--type", help="Das Dokument ist von dieser Art.")] = None,
    without_required: WithoutRequired = False,
    to: Targets = None,
) -> None:
    """Berichtigt Werte und gibt das Dokument frei."""
    changes: dict[str, str | None] = {}
    for pair in values:
        path, separator, value = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"„{pair}“ ist nicht von der Form FELD=WERT")
        changes[path] = value or None
    version = house().review.correct(document_id, changes, as_type, may_lack_required=without_required, targets=to or ())
    _say_released(document_id, version)


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


@review.command()
def withdraw(
    document_id: DocumentId,
    reason: Annotated[WithdrawalReason, typer.Option(help="Warum der Datensatz nicht mehr gilt.")],
    text: Annotated[str | None, typer.Option(help="Was die Empfänger dazu wissen sollen; nichts über die betroffene Person.")] = None,
) -> None:
    """Zieht einen gesendeten Datensatz bei allen zurück, die ihn haben können."""
    told = house().withdraw.once(document_id, reason, text)
    where = f"wird zurückgezogen bei: {', '.join(told)}" if told else "war noch nirgends und ist zurückgewiesen"
    sys.stdout.write(f"Dokument {document_id} {where}.\n")
