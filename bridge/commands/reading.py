"""read and evaluate: files without a service."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from bridge.bootstrap import house
from bridge.commands.console import console, print_reading
from bridge.services.bulk_read import read_all
from bridge.services.evaluate import evaluate as score
from bridge.services.read import FileReading

TRUTH = ".truth.json"


def read(
    files: Annotated[list[str], typer.Argument(help="TIFF, PDF, PNG, JPEG oder .eml", metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Objekt je Datei und Zeile.")] = False,
) -> None:
    """Liest Dateien ohne Dienst, Datenbank und Warteschlange."""
    for file, reading in zip(files, _read_all([Path(file) for file in files]), strict=True):
        if as_json:
            sys.stdout.write(json.dumps({"file": file, **reading.as_json()}, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            print_reading(file, reading)


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Faxe, daneben je NAME.truth.json", exists=True, file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Nur JSON ausgeben.")] = False,
) -> None:
    """Liest einen Ordner bewerteter Faxe und misst, was richtig, markiert und still falsch ist."""
    truths = {file.name.removesuffix(TRUTH): file for file in sorted(folder.glob(f"*{TRUTH}"))}
    faxes = [file for file in sorted(folder.iterdir()) if file.stem in truths and not file.name.endswith(TRUTH)]
    if not faxes:
        raise typer.BadParameter(f"in {folder} steht kein Fax mit einer Datei NAME{TRUTH} daneben")
    readings = track(_read_all(faxes), "Faxe lesen", len(faxes), console=console(to_stderr=True), disable=not sys.stderr.isatty())
    pairs = [
        (json.loads(truths[file.stem].read_text(encoding="utf-8")), {"file": str(file), **reading.as_json()})
        for file, reading in zip(faxes, readings, strict=True)
    ]
    report = score(pairs)
    if not as_json:
        sys.stdout.write(report.to_markdown() + "\n\n")
    sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n")


def _read_all(files: list[Path]) -> Iterator[FileReading]:
    """Read on all cores; a wrong configuration is told once, before any file is opened."""
    _: Any = house().catalog
    return read_all(files, read_one)


def read_one(path: Path) -> FileReading:
    """Read one file in this process, as if it came in now: when it really came, a file's own time does not tell."""
    return house().read.read(path, datetime.now(UTC))
