"""The `bridge` command: which commands there are, and how errors are told."""

from __future__ import annotations

import io
import sys

import typer

from bridge.bootstrap import house
from bridge.commands import connecting, delivering, faxes, learning, people, reading, receiving, review, routing, running
from bridge.domain.errors import BridgeError, ConfigurationError, NotFoundError, RefusedError
from bridge.serve import ServeError
from bridge.telemetry import configure_logging

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nimmt Faxe an und gibt Datensätze weiter.",
)
app.command()(reading.read)
app.command()(reading.evaluate)
app.command()(learning.calibrate)
app.command()(learning.train)
app.command()(routing.route)
app.command()(receiving.receiver)
app.command()(faxes.faxes)
app.command()(faxes.show)
app.command()(faxes.replay)
app.command()(faxes.close)
app.command()(faxes.status)
app.add_typer(review.review, name="review")
app.add_typer(people.people, name="people")
app.add_typer(delivering.dead_letters, name="dead-letters")
app.add_typer(delivering.targets, name="targets")
delivering.targets.command()(connecting.preview)
app.command("send-sample")(connecting.send_sample)


@app.callback()
def _prepare() -> None:
    configure_logging()


@app.command("check-config")
def check_config() -> None:
    """Prüft die ganze Konfiguration, Dateien und Umgebungsvariablen, und nennt, was falsch ist."""
    catalog = house().check()
    sys.stdout.write(f"In Ordnung: {len(catalog.types)} Dokumentarten, {len(catalog.targets)} Empfänger ({house().settings.config_dir}).\n")


@app.command()
def serve() -> None:
    """Startet den ganzen Dienst und hält ihn am Laufen, bis Strg-C."""
    running.run_service(house())


@app.command(hidden=True)
def gateway() -> None:
    """Nur die Annahme per SMTP (Teil von `serve`)."""
    running.run_gateway(house())


@app.command(hidden=True)
def web() -> None:
    """Nur die HTTP-Schnittstelle (Teil von `serve`)."""
    running.run_web(house())


@app.command(hidden=True)
def sweep() -> None:
    """Nur der Wächter, der Liegengebliebenes neu anstößt (Teil von `serve`)."""
    running.run_sweep(house())


@app.command()
def migrate() -> None:
    """Bringt die Tabellen der Datenbank auf den neuesten Stand (`serve` tut es selbst)."""
    house().migrate()


def main() -> None:
    """Run the command; errors the bridge names are told in one line, without a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # no name of a file, however strange, costs the others their answer
    try:
        app()
    except ConfigurationError as error:
        _leave(2, f"Konfiguration: {error}")
    except NotFoundError:
        _leave(1, "Nicht gefunden. `bridge faxes` und `bridge review list` zeigen, was da ist.")
    except (RefusedError, ServeError) as error:
        _leave(1, error.reason)
    except BridgeError as error:
        _leave(1, f"{type(error).__name__}: {error}")


def _leave(code: int, message: str) -> None:
    sys.stderr.write(message + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
