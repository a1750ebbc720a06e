"""read and evaluate: files without a service."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Annotated, Any

import typer
from rich.progress import track

from bridge.bootstrap import house
from bridge.commands.console import console, json_text, print_reading
from bridge.domain.lifecycle import FaxState
from bridge.services.bulk_read import read_all
from bridge.services.evaluate import evaluate as score
from bridge.services.read import FileReading
from bridge.services.spool import locked, remove_abandoned

TRUTH = ".truth.json"
_READ = frozenset({FaxState.DECIDED, FaxState.NO_CONTENT})
_FOLDER = "bridge-read-"
_ABANDONED_AFTER = timedelta(minutes=1)  # a folder is locked at once when it is made


def read(
    files: Annotated[list[str], typer.Argument(help="TIFF, PDF, PNG, JPEG oder .eml", metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Objekt je Datei und Zeile.")] = False,
) -> None:
    """Liest Dateien ohne Dienst, Datenbank und Warteschlange.

    Endet mit 1, wenn eine Datei nicht gelesen werden konnte; eine E-Mail, in der kein Fax steckt, ist gelesen.
    """
    has_failed = False
    for file, reading in zip(files, _read_all([Path(file) for file in files]), strict=True):
        if as_json:
            sys.stdout.write(json_text({"file": file, **reading.as_json()}) + "\n")
            sys.stdout.flush()
        else:
            print_reading(file, reading)
        has_failed |= reading.state not in _READ
    if has_failed:
        raise typer.Exit(1)


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Faxe, daneben je NAME.truth.json", exists=True, file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Nur JSON ausgeben.")] = False,
) -> None:
    """Liest einen Ordner bewerteter Faxe und misst, was richtig, markiert und still falsch ist."""
    report = score((truth, {"file": str(file), **reading.as_json()}) for file, truth, reading in read_with_truth(folder))
    if not as_json:
        sys.stdout.write(report.to_markdown() + "\n\n")
    sys.stdout.write(json_text(report.to_json(), indent=2) + "\n")


def read_with_truth(folder: Path) -> Iterator[tuple[Path, dict[str, Any], FileReading]]:
    """Yield every fax of an evaluation folder with its truth file's content and what was read of it."""
    faxes = faxes_with_truth(folder)
    readings = _read_all(list(faxes))
    for file, reading in zip(track_files(faxes), readings, strict=True):
        yield file, faxes[file], reading


def track_files(faxes: Mapping[Path, Any]) -> Iterable[Path]:
    """Yield the files, with a progress bar where somebody watches."""
    return track(faxes, "Faxe lesen", len(faxes), console=console(to_stderr=True), disable=not sys.stderr.isatty())


def faxes_with_truth(folder: Path) -> dict[Path, dict[str, Any]]:
    """Return the faxes of an evaluation folder, each with the content of its NAME.truth.json."""
    truths = {file.name.removesuffix(TRUTH): file for file in sorted(folder.glob(f"*{TRUTH}"))}
    faxes = [file for file in sorted(folder.iterdir()) if file.stem in truths and not file.name.endswith(TRUTH)]
    if not faxes:
        raise typer.BadParameter(f"in {folder} steht kein Fax mit einer Datei NAME{TRUTH} daneben")
    return {file: json.loads(truths[file.stem].read_text(encoding="utf-8")) for file in faxes}


def _read_all(files: list[Path]) -> Iterator[FileReading]:
    """Read on all cores; a wrong configuration is told once, before any file is opened."""
    _: Any = house().catalog
    with own_temporary_files():
        yield from read_all(files, read_one)


@contextmanager
def own_temporary_files() -> Iterator[None]:
    """Keep the temporary files of this process and its children in one folder, gone afterwards whichever of them dies.

    If this process itself is killed, the next one removes the folder: its lock tells that nobody uses it any more.
    """
    remove_abandoned(Path(gettempdir()), _ABANDONED_AFTER, f"{_FOLDER}*")
    former = os.environ.get("TMPDIR")
    with TemporaryDirectory(prefix=_FOLDER, ignore_cleanup_errors=True) as folder, locked(Path(folder)):
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = None
            if former is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = former


def read_one(path: Path) -> FileReading:
    """Read one file in this process, as if it came in now: when it really came, a file's own time does not tell."""
    return house().read.read(path, datetime.now(UTC))
