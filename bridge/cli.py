"""The `bridge` command."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bridge.bootstrap import house
from bridge.console import print_faxes, print_reading, print_story
from bridge.domain.errors import BridgeError, ConfigurationError, NotFoundError
from bridge.domain.lifecycle import FaxState
from bridge.ports import FaxFilter
from bridge.services.bulk_read import read_all
from bridge.services.read import FileReading
from bridge.telemetry import configure_logging

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nimmt Faxe an und gibt Datensätze weiter. Takes faxes in and hands records on.",
)


@app.callback()
def _prepare() -> None:
    configure_logging()


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="TIFF, PDF, PNG, JPEG oder .eml", metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Objekt je Zeile und Datei.")] = False,
) -> None:
    """Read files without server, database or queue."""
    house().catalog  # noqa: B018 - a wrong configuration is told once, before any file is opened
    for file, reading in zip(files, read_all(files, read_one), strict=True):
        if as_json:
            sys.stdout.write(json.dumps({"file": str(file), **reading.as_json()}, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            print_reading(file, reading)


def read_one(path: Path) -> FileReading:
    """Read one file in this process, as if it came in now: when it really came, a file's own time does not tell."""
    return house().read.read(path, datetime.now(UTC))


def main() -> None:
    """Run the command; errors the bridge names are told in one line, without a traceback."""
    try:
        app()
    except ConfigurationError as error:
        sys.stderr.write(f"Konfiguration: {error}\n")
        sys.exit(2)
    except NotFoundError:
        sys.stderr.write("Nicht gefunden. `bridge faxes` zeigt, was da ist.\n")
        sys.exit(1)
    except BridgeError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
