"""receiver: a small receiving agency to try with, which misbehaves where it is told to."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from bridge.domain.errors import RefusedError
from bridge.receiver import KINDS, Faults, Receiver, Stats
from bridge.stop_signal import StopSignal

_EFFECTS: Final = {
    "500": "Fehler des Servers",
    "503": "gerade nicht bereit",
    "429": "zu viel, mit Retry-After: 1",
    "409": "Widerspruch",
    "410": "gibt es hier nicht mehr",
    "400": "abgelehnt",
    "401": "Zugang verweigert",
    "422": "als unbrauchbar abgelehnt",
    "never": "antwortet nie, bis der Absender aufgibt",
    "slow": "antwortet gut, aber erst nach --slow-seconds",
    "half": "legt mitten im Kopf der Antwort auf, sodass der Absender ein zweites Mal senden muss",
    "twice": "legt ohne Antwort auf, sodass der Absender ein zweites Mal senden muss",
}
_FAULT_HELP: Final = (
    "Fehlverhalten und sein Anteil an den Anfragen, etwa 503=0.1; mehrfach möglich, zusammen höchstens 1. "
    f"Der Datensatz wird NICHT behalten bei: {'; '.join(f'{k} ({_EFFECTS[k]})' for k in KINDS if not KINDS[k].is_kept)}. "
    f"Er wird behalten bei: {'; '.join(f'{k} ({_EFFECTS[k]})' for k in KINDS if KINDS[k].is_kept)}."
)


def receiver(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port auf 127.0.0.1; 0 nimmt einen freien.")] = 8090,
    token: Annotated[str | None, typer.Option(help="Nur Anfragen mit diesem Bearer-Token annehmen, andere mit 401 ablehnen.")] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(help="Nur Anfragen mit gültiger Signatur (Standard Webhooks, whsec_…) annehmen; mehrfach möglich, eine genügt."),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Jeden Datensatz als Zeile hier anfügen.")] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="ART=ANTEIL", help=_FAULT_HELP)] = None,
    slow_seconds: Annotated[float, typer.Option(min=0.0, max=3600.0, help="Wie lange „slow“ mit der Antwort wartet.")] = 5.0,
    seed: Annotated[int | None, typer.Option(help="Macht das Fehlverhalten wiederholbar, der Reihe der Anfragen nach.")] = None,
) -> None:
    """Startet eine kleine Empfangsstelle zum Ausprobieren, bis Strg-C. GET /stats zeigt, was kam; auf Wunsch benimmt sie sich schlecht."""
    shares = _shares(fault or [])
    faults = _faults(shares, slow_seconds, seed)
    with _receiver(port, token, secret or [], file, faults) as agency, StopSignal() as stop:
        _say(_plan(agency.url, shares, token is not None, len(secret or []), file))
        stop.wait()
        stats = agency.stats
    _say(_summary(stats))


def _shares(told: list[str]) -> dict[str, float]:
    """Return shares by kind. Raises BadParameter for what is not ART=ANTEIL."""
    shares: dict[str, float] = {}
    for each in told:
        kind, _, share = each.partition("=")
        if kind not in KINDS:
            raise typer.BadParameter(f"{each}: diese Art gibt es nicht; möglich sind {', '.join(KINDS)}")
        if kind in shares:
            raise typer.BadParameter(f"{each}: {kind} ist schon genannt")
        try:
            shares[kind] = float(share)
        except ValueError:
            raise typer.BadParameter(f"{each}: gebraucht wird ein Anteil zwischen 0 und 1, etwa {kind}=0.1") from None
    return shares


def _faults(shares: Mapping[str, float], slow_seconds: float, seed: int | None) -> Faults:
    try:
        return Faults(shares, slow_seconds=slow_seconds, seed=seed)
    except ValueError:
        raise typer.BadParameter("jeder Anteil muss zwischen 0 und 1 liegen, alle zusammen höchstens 1 ergeben") from None


def _receiver(port: int, token: str | None, secrets: list[str], file: Path | None, faults: Faults) -> Receiver:
    """Return the receiver. Raises BadParameter for a wrong secret or file, RefusedError for a port that is taken."""
    try:
        return Receiver(port=port, token=token, secrets=secrets, file=file, faults=faults)
    except ValueError:
        wrong = ["ein --secret ist nicht „whsec_“ und Base64"] * bool(secrets) + [f"{file} stammt von keiner Empfangsstelle"] * bool(file)
        raise typer.BadParameter(" oder ".join(wrong)) from None
    except OSError as error:
        reason = f"Port {port} oder Datei {file or '-'} ist nicht zu haben ({error.strerror}). Bitte --port oder --file ändern."
        raise RefusedError("receiver cannot start", reason) from None


def _plan(url: str, shares: Mapping[str, float], has_token: bool, secrets: int, file: Path | None) -> Iterator[str]:
    """Yield what it is going to do."""
    yield f"Empfangsstelle: {url} (Zahlen: {url.removesuffix('/records')}/stats)"
    if has_token:
        yield "Verlangt das Bearer-Token."
    if secrets:
        yield f"Verlangt eine gültige Signatur ({secrets} Schlüssel)."
    if file is not None:
        yield f"Schreibt jeden Datensatz nach {file}."
    for kind, share in shares.items():
        yield f"{share:.1%} der Anfragen: {kind}, {_EFFECTS[kind]}; Datensatz {'behalten' if KINDS[kind].is_kept else 'nicht behalten'}."


def _summary(stats: Stats) -> Iterator[str]:
    """Yield what came."""
    yield (
        f"Angenommen: {stats.taken}; wiederholt: {stats.repeats}; anderer Inhalt unter bekanntem Schlüssel: {stats.conflicts}; "
        f"von einer neueren Fassung überholt: {stats.out_of_order}"
    )
    if stats.faults:
        yield "Fehlverhalten: " + ", ".join(f"{kind} {count}" for kind, count in sorted(stats.faults.items()))
    if stats.refused:
        yield "Abgelehnt: " + ", ".join(f"HTTP {status} {count}" for status, count in sorted(stats.refused.items()))


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
