"""dead-letters: what a target would not take. targets: how they stand, hold one, let it go on."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bridge.bootstrap import house
from bridge.commands.console import local, print_rows
from bridge.domain.errors import RefusedError
from bridge.domain.lifecycle import DeliveryState
from bridge.domain.targets import TargetKind, TargetState
from bridge.services.dead_letters import dead_letter, redeliver_all

dead_letters = typer.Typer(no_args_is_help=True, help="Was ein Empfänger nicht angenommen hat: ansehen, erneut zustellen, verwerfen.")
targets = typer.Typer(no_args_is_help=True, help="Wie es um die Empfänger steht: ansehen, anhalten, fortsetzen.")

DeliveryId = Annotated[str, typer.Argument(metavar="ZUSTELLUNG")]
TargetName = Annotated[str, typer.Argument(metavar="EMPFÄNGER")]
Reason = Annotated[str, typer.Option(help="Die Begründung, für die Geschichte des Faxes.")]
_MANY = 1000


@dead_letters.command("list")
def list_dead_letters() -> None:
    """Zeigt, was unzustellbar ist, das Älteste zuerst."""
    letters = house().store.deliveries_in(DeliveryState.DEAD, _MANY)
    rows = [(d.id, d.document_id, str(d.version), d.target, str(d.attempts), d.reason or "") for d in letters]
    print_rows(("Zustellung", "Dokument", "Fassung", "Empfänger", "Versuche", "Warum"), rows)


@dead_letters.command()
def show(delivery_id: DeliveryId) -> None:
    """Zeigt eine gescheiterte Zustellung: jeden Versuch und was der Empfänger dazu sagte."""
    letter = dead_letter(house().store, delivery_id)
    delivery, document = letter.delivery, letter.document
    sys.stdout.write(f"{delivery.reason}\n")
    sys.stdout.write(f"Dokument {document.id} ({document.type}), Fassung {delivery.version}, Fax {document.fax_id}, an {delivery.target}\n")
    rows = [
        (str(each.number), local(each.at), str(each.status or "–"), f"{each.seconds:.1f} s", each.error or "", each.answer or "")
        for each in letter.attempts
    ]
    print_rows(("Versuch", "Wann", "Status", "Dauer", "Fehler", "Antwort"), rows)


@dead_letters.command()
def redeliver(
    delivery_id: Annotated[str | None, typer.Argument(metavar="[ZUSTELLUNG]")] = None,
    target: Annotated[str | None, typer.Option(help="Alles, was dieser Empfänger nicht angenommen hat.")] = None,
) -> None:
    """Stellt noch einmal zu, unter demselben Schlüssel: eine Zustellung, oder alle an einen Empfänger."""
    if (delivery_id is None) == (target is None):
        raise RefusedError("one or all", "Bitte entweder eine Zustellung nennen oder mit --target einen Empfänger.")
    if delivery_id is not None:
        house().review.redeliver(delivery_id)
        sys.stdout.write(f"Zustellung {delivery_id} wird wiederholt.\n")
        return
    replayed = redeliver_all(house().store, _known(target or ""), house().review.redeliver)
    replaced = f"; {replayed.refused} nicht, weil es eine neuere Fassung gibt" if replayed.refused else ""
    sys.stdout.write(f"{replayed.begun} Zustellungen werden wiederholt{replaced}.\n")


@dead_letters.command()
def discard(delivery_id: DeliveryId, reason: Reason) -> None:
    """Verwirft eine Zustellung endgültig."""
    house().review.discard(delivery_id, reason)
    sys.stdout.write(f"Zustellung {delivery_id} ist verworfen.\n")


@targets.command("list")
def list_targets() -> None:
    """Zeigt jeden Empfänger: ob er annimmt, wie viel auf ihn wartet und seit wann."""
    store, rows = house().store, []
    for name, target in house().catalog.targets.items():
        count, oldest = store.pending(name)
        rows.append((name, target.kind.value, _told(store.target_state(name)), str(count), local(oldest) if oldest else ""))
    print_rows(("Empfänger", "Art", "Stand", "wartet", "seit"), rows)


@targets.command()
def pause(name: TargetName, reason: Reason) -> None:
    """Hält einen Empfänger an: nichts wird mehr gesendet, alles wartet."""
    if house().catalog.targets[_known(name)].kind is TargetKind.FEED:
        raise RefusedError("a feed is read", "Einen Feed liest der Empfänger selbst; anhalten lässt er sich nur durch ein anderes Token.")
    house().targets.pause(name, reason)
    sys.stdout.write(f"Empfänger {name} ist angehalten. „bridge targets resume {name}“ setzt fort.\n")


@targets.command()
def resume(name: TargetName) -> None:
    """Setzt einen angehaltenen Empfänger fort, oder versucht einen verstummten sofort wieder."""
    waiting = house().targets.resume(_known(name))
    sys.stdout.write(f"Empfänger {name} läuft weiter; {waiting} Zustellungen warteten.\n")


def _known(name: str) -> str:
    if name not in house().catalog.targets:
        there = ", ".join(sorted(house().catalog.targets))
        raise RefusedError("no such target", f"Den Empfänger „{name}“ gibt es nicht. Möglich sind: {there}.")
    return name


def _told(state: TargetState) -> str:
    if state.is_paused:
        return f"angehalten: {state.reason}"
    if state.since and state.shut_until:
        return f"antwortet nicht seit {local(state.since)}, nächster Versuch {local(state.shut_until)}"
    return "stockt" if state.failures else "nimmt an"
