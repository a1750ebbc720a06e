"""send-sample, targets preview: what an operator and a receiver's programmer try before the first real record goes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bridge.bootstrap import house
from bridge.commands.console import visible
from bridge.domain.errors import RefusedError
from bridge.domain.model import WITHDRAWAL, JsonObject, Record
from bridge.domain.targets import Target, TargetKind
from bridge.ports import Message, SendOutcome, Verdict
from bridge.stages.specimen import specimen

TargetName = Annotated[str, typer.Argument(metavar="EMPFÄNGER")]
TypeName = Annotated[str, typer.Option("--type", metavar="DOKUMENTART", help="Von welcher Art der erfundene Datensatz sein soll.")]
RecordFile = Annotated[
    Path | None, typer.Option("--record", exists=True, dir_okay=False, help="Ein Datensatz als JSON statt des erfundenen.")
]
Certain = Annotated[bool, typer.Option("--yes", help="Nicht fragen.")]
_DEFAULT_TYPE = "disease_notification"
_VERDICTS = {
    Verdict.TAKEN: "Angenommen.",
    Verdict.AGAIN: "Nicht angenommen; im Betrieb würde es später noch einmal versucht.",
    Verdict.REFUSED: "Abgelehnt; im Betrieb läge der Datensatz jetzt bei den unzustellbaren.",
    Verdict.GONE: "Der Empfänger sagt, dass es ihn hier nicht mehr gibt; im Betrieb wäre er jetzt angehalten.",
}


def send_sample(name: TargetName, kind: TypeName = _DEFAULT_TYPE, is_certain: Certain = False) -> None:
    """Schickt einem Empfänger einen erfundenen Datensatz (Erika Mustermann) und zeigt Anfrage und Antwort.

    Nichts davon wird aufbewahrt. Der Empfänger kann ihn für echt halten: bitte vorher absprechen, am besten mit seinem Testsystem.
    """
    here, target = house(), _target(name)
    if target.kind is TargetKind.FEED:
        how = f"Einen Feed liest der Empfänger selbst: GET {here.settings.http.public_url}/api/v1/feeds/{name} mit seinem Token."
        raise RefusedError("a feed is read", how)
    record = _specimen(kind)
    if not is_certain:
        typer.confirm(f"Einen erfundenen Datensatz an „{name}“ ({target.url or target.folder}) schicken?", abort=True)
    [outcome] = here.sampling.to(target, _say).send([Message(record)], target.times.total)
    _tell(outcome)
    if outcome is None or outcome.verdict is not Verdict.TAKEN:
        raise typer.Exit(1)


def preview(name: TargetName, kind: TypeName = _DEFAULT_TYPE, file: RecordFile = None) -> None:
    """Zeigt, was ein Empfänger bekäme, in seiner eigenen Form, ohne etwas zu senden."""
    record = _specimen(kind) if file is None else _record_in(file)
    _say(house().sampling.preview(_target(name), Message(record, record.body.get("schema") == WITHDRAWAL)))


def _target(name: str) -> Target:
    targets = house().catalog.targets
    if name not in targets:
        raise RefusedError("no such target", f"Den Empfänger „{name}“ gibt es nicht. Möglich sind: {', '.join(sorted(targets))}.")
    return targets[name]


def _specimen(name: str) -> Record:
    here = house()
    kinds = {kind.name: kind for kind in here.catalog.types.values() if kind.has_record}
    if name not in kinds:
        raise RefusedError("no such type", f"Zur Dokumentart „{name}“ gibt es keinen Datensatz. Möglich sind: {', '.join(sorted(kinds))}.")
    now = here.clock.now()
    body = specimen(kinds[name], here.catalog.codes, now, here.settings.http.public_url)
    return Record(str(body["id"]), 1, body, now)


def _record_in(file: Path) -> Record:
    try:
        body: JsonObject = json.loads(file.read_bytes())
        return Record(str(body["id"]), int(str(body["version"])), body, house().clock.now())
    except (ValueError, KeyError, TypeError):
        raise RefusedError("no record", f"In {file} steht kein Datensatz als JSON mit „id“ und „version“.") from None


def _tell(outcome: SendOutcome | None) -> None:
    if outcome is None:
        _say("Nicht versucht: die Zeit war um.")
        return
    lines = [_VERDICTS[outcome.verdict]]
    lines += [f"Kennung beim Empfänger: {outcome.receiver_id}"] if outcome.receiver_id else []
    lines += [f"Ursache: {outcome.error}"] if outcome.error else []
    lines += [outcome.reason] if outcome.reason else []
    _say("\n".join(lines))


def _say(text: str) -> None:
    sys.stdout.write("".join(visible(line) + "\n" for line in text.splitlines()))
