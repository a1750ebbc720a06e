"""route: where a record would go, and which rule says so."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from bridge.bootstrap import house
from bridge.domain.model import JsonObject
from bridge.domain.routing import Condition, Fact, Outcome, RouteDecision, Routes, RuleTrace
from bridge.stages.route import facts_of
from bridge.stages.route import route as decide

_GERMAN: Final = {
    Fact.TYPE: "die Dokumentart",
    Fact.MAILBOX: "das Postfach",
    Fact.POSTAL_CODE: "die Postleitzahl",
    Fact.OFFICE: "das zuständige Amt",
    Fact.DISEASE: "die Krankheit oder der Erreger",
    Fact.URGENCY: "die Dringlichkeit",
}


def route(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Ein Datensatz als JSON; „-“ liest die Standardeingabe.")],
    explain: Annotated[bool, typer.Option("--explain", help="Auch jede Regel zeigen, ob sie zutrifft und warum.")] = False,
) -> None:
    """Sagt, an welche Empfänger ein Datensatz ginge. Endet mit 1, wenn die Regeln keinen nennen."""
    facts = facts_of(_read_record(file))
    routes = house().catalog.routes
    decision = decide(facts, routes)
    for line in explanation(decision, routes) if explain else decision.targets:
        sys.stdout.write(f"{line}\n")
    if decision.question is not None:
        sys.stderr.write(f"{decision.question}\n")
        raise typer.Exit(1)


def explanation(decision: RouteDecision, routes: Routes) -> Iterator[str]:
    """Yield a line for each rule that was looked at, and one for the targets."""
    for number, seen in enumerate(decision.trace, start=1):
        yield f"{number}. „{seen.rule.name}“ {_told(seen, routes)}"
    if decision.is_default:
        yield f"Vorgabe (default), weil keine Regel entscheidet: an {', '.join(routes.default)}"
    yield f"Empfänger: {', '.join(decision.targets) or 'keiner'}"


def _told(seen: RuleTrace, routes: Routes) -> str:
    if seen.condition is None:
        targets = ", ".join(seen.rule.targets)
        return f"trifft zu: Kopie an {targets}" if seen.rule.is_copy else f"trifft zu und entscheidet: an {targets}"
    outcome = "ist nicht zu entscheiden" if seen.outcome is Outcome.UNDECIDED else "trifft nicht zu"
    return f"{outcome}: {_why(seen.condition, seen.found, routes)}"


def _why(condition: Condition, found: tuple[str, ...], routes: Routes) -> str:
    """Say what was asked and what the record says instead."""
    fact, wanted = _GERMAN[condition.fact], _named(condition.fact, condition.allowed, routes)
    if not found:
        return f"{fact} ist nicht bekannt (verlangt: {wanted})"
    return f"{fact} ist {_named(condition.fact, found, routes)} (verlangt: {wanted})"


def _named(fact: Fact, values: tuple[str, ...], routes: Routes) -> str:
    names = {office.code: office.name for office in routes.offices} if fact is Fact.OFFICE else {}
    return " oder ".join(names.get(value, value) for value in values)


def _read_record(file: str) -> JsonObject:
    """Return the record in a file. Raises BadParameter where it cannot be read or is none."""
    try:
        record = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"{file} lässt sich nicht lesen: {error.strerror}") from None
    except ValueError:
        raise typer.BadParameter(f"{file} ist kein JSON; gebraucht wird ein Datensatz, wie ihn ein Empfänger bekommt") from None
    if not isinstance(record, dict) or facts_of(record).type is None:
        raise typer.BadParameter(f"{file} ist kein Datensatz: „type“ fehlt")
    return record
