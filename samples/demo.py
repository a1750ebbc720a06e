"""`./run demo`: real faxes go through the whole service, and a table shows what became of each."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bridge.bootstrap import House
from bridge.commands.console import console, german, ledger_text, visible
from bridge.domain.lifecycle import FAILED, DeliveryState, FaxState
from bridge.domain.model import Document, Fax
from bridge.ports import Store
from bridge.receiver import Receiver
from bridge.settings import load_settings
from samples.service import as_mail, environment, send

FOLDER: Final = Path(".demo")
FAXES: Final = Path(__file__).parent / "checked_in"
PATIENCE_SECONDS: Final = 600.0
_SHOWN: Final = 2


@dataclass(frozen=True, slots=True)
class Sent:
    """One sample that was acknowledged by SMTP at `at`."""

    name: str
    envelope_id: str
    at: float


def main() -> int:
    """Run the demonstration; 0 only where the ledger closes: every page is delivered, waiting, filed or rejected."""
    out = console()
    folder = FOLDER.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    with Receiver(file=folder / "received.jsonl") as agency:
        environ = {**os.environ, **environment(folder, agency.url)}
        house = House(load_settings(environ))
        with _service(environ, folder), _progress(out) as progress:
            _wait_for_port(house.settings.smtp.port)
            sent = [_send(house.settings.smtp.port, file) for file in progress.track(_samples(), description="Faxe senden")]
            ended = _wait_until_settled(house.store, sent, progress)
            _print_record(out, folder)
            _report(out, house.store, sent, ended)
        is_closed = _print_ledger(out, house.store)
    out.print(f"Alles liegt in {folder}: Datenbank bridge.sqlite3, Bilder und Originale blobs/, Protokolle logs/,")
    out.print("empfangene Datensätze received.jsonl.")
    out.print("Nachsehen: BRIDGE_STORAGE__DATA_DIR=.demo .venv/bin/bridge review list")
    return 0 if is_closed else 1


def _samples() -> list[Path]:
    return sorted(path for path in FAXES.iterdir() if not path.name.endswith(".json"))


@contextmanager
def _service(environ: dict[str, str], folder: Path) -> Iterator[None]:
    """Run `bridge serve` for as long as the context lasts, its output in a log."""
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "bridge.cli", "serve"], env=environ, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def _progress(out: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:g}/{task.total:g}"), TimeElapsedColumn(), console=out
    )


def _wait_for_port(port: int) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            if time.monotonic() > limit:
                raise SystemExit("Der Dienst ist nicht gestartet; siehe .demo/serve.log") from None
            time.sleep(0.1)


def _send(port: int, file: Path) -> Sent:
    return Sent(file.name, send(port, as_mail(file)), time.monotonic())


def _faxes_of(store: Store, sent: Sent) -> Sequence[Fax]:
    return store.faxes_of(sent.envelope_id)


def _is_settled(store: Store, fax: Fax) -> bool:
    if fax.state is not FaxState.DECIDED and fax.state not in FAILED:
        return False
    return all(d.state is not DeliveryState.PENDING for doc in store.documents(fax.id) for d in store.deliveries(doc.id))


def _wait_until_settled(store: Store, sent: Sequence[Sent], progress: Progress) -> dict[str, float]:
    """Wait until every fax has come to rest; return by envelope how many seconds that took since its 250."""
    task = progress.add_task("Faxe lesen und zustellen", total=len(sent))
    ended: dict[str, float] = {}
    limit = time.monotonic() + PATIENCE_SECONDS
    while len(ended) < len(sent) and time.monotonic() < limit:
        for each in sent:
            if each.envelope_id not in ended and all(_is_settled(store, fax) for fax in _faxes_of(store, each)):
                ended[each.envelope_id] = time.monotonic() - each.at
                progress.advance(task)
        time.sleep(0.1)
    return ended


def _report(out: Console, store: Store, sent: Sequence[Sent], ended: dict[str, float]) -> None:
    table = Table("Fax", "Dokument", "Seiten", "Felder", "fraglich", "Stand", "Sekunden", title="Was aus jedem Fax geworden ist")
    for each in sent:
        seconds = f"{ended[each.envelope_id]:.1f}" if each.envelope_id in ended else "–"
        for fax in _faxes_of(store, each):
            documents = store.documents(fax.id)
            for document in documents:
                table.add_row(each.name, *_document_row(document), seconds)
            if not documents:
                table.add_row(each.name, "–", str(fax.page_count or "–"), "", "", german(fax.state.value), seconds)
    out.print(table)


def _document_row(document: Document) -> tuple[str, ...]:
    sure = sum(field.is_sure for field in document.fields)
    doubtful = len({issue.field for issue in document.issues} | {field.path for field in document.fields if not field.is_sure})
    state = german(document.state.value)
    if document.completeness is not None and document.version:
        state += " (ganz)" if document.completeness.value == "whole" else " (teilweise)"
    pages = ", ".join(map(str, document.pages))
    return document.type, pages, str(sure), str(doubtful), state


def _print_ledger(out: Console, store: Store) -> bool:
    """Print the ledger's sum and tell whether it closes."""
    totals = store.totals()
    out.print(ledger_text(totals))
    verdict, style = ("Das Kassenbuch geht auf.", "green") if totals.is_closed else ("Das Kassenbuch geht nicht auf.", "red")
    out.print(verdict, style=style)
    return totals.is_closed


def _print_record(out: Console, folder: Path) -> None:
    lines = (folder / "received.jsonl").read_text(encoding="utf-8").splitlines()
    if lines:
        out.print("Ein Datensatz, wie ihn die Empfangsstelle bekam, gekürzt („…“; ganz in received.jsonl):")
        out.print_json(visible(json.dumps(shortened(json.loads(lines[0])["record"]), ensure_ascii=False)))


def shortened(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record short enough to leave the table on the screen: two entries of the evidence, two issues, no boxes."""
    evidence: dict[str, Any] = {path: _without_place(entry) for path, entry in list(record["evidence"].items())[:_SHOWN]}
    issues: list[Any] = [_without_place(issue) for issue in record["issues"][:_SHOWN]]
    if more := len(record["evidence"]) - len(evidence):
        evidence["…"] = f"{more} weitere"
    if more := len(record["issues"]) - len(issues):
        issues.append(f"… {more} weitere")
    return {**record, "fax": "…", "evidence": evidence, "issues": issues}


def _without_place(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in {"page", "box"}}


if __name__ == "__main__":
    raise SystemExit(main())
