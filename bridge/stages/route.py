"""Where a record goes: rules are looked at in order, the first that holds decides, copies go out besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bridge.domain.model import JsonObject, JsonValue
from bridge.domain.routing import Condition, Fact, Outcome, PostalCodes, RouteDecision, RouteFacts, Routes, Rule, RuleTrace

# The office responsible is that of the patient's place (IfSG § 9 (4)); a notification by a facility names its own (§ 34 (6)).
_PLACES: Final = ("data.patient.postal_code", "data.facility.postal_code")
_DISEASES: Final = ("data.disease.code", "data.pathogen.code")
_CHOOSE: Final = "Bitte beim Freigeben einen Empfänger nennen („--to EMPFÄNGER“)"
NO_RULE: Final = f"Keine Regel in config/routes.toml nennt einen Empfänger für dieses Dokument. {_CHOOSE} oder dort eine Regel ergänzen."
SEVERAL_OFFICES: Final = (
    f"Für die Postleitzahl kommen mehrere Ämter in Frage ({{offices}}); die Regel „{{rule}}“ lässt sich nicht entscheiden. {_CHOOSE}."
)


def facts_of(body: JsonObject) -> RouteFacts:
    """Return what rules may ask about, from the contract's JSON of a record."""
    postal_codes, diseases = ([found for path in paths if (found := _text(body, path))] for paths in (_PLACES, _DISEASES))
    return RouteFacts(_text(body, "type"), _text(body, "fax.mailbox"), next(iter(postal_codes), None), next(iter(diseases), None))


def route(facts: RouteFacts, routes: Routes) -> RouteDecision:
    """Return the targets, and every rule that was looked at.

    A condition on what the record does not say does not hold. Where several offices share the postal code and a rule means only
    some of them, nothing is guessed, neither by taking the rule nor by passing it: a person is asked.
    """
    targets: list[str] = []
    trace: list[RuleTrace] = []
    found = found_of(facts, routes)
    for rule in routes.rules:
        seen = _look(rule, found)
        trace.append(seen)
        if seen.outcome is Outcome.UNDECIDED:
            return RouteDecision((), tuple(trace), question=_several_offices(seen, routes))
        if seen.outcome is Outcome.HELD:
            targets += rule.targets
            if not rule.is_copy:
                return RouteDecision(tuple(dict.fromkeys(targets)), tuple(trace))
    targets += routes.default
    question = None if targets else NO_RULE
    return RouteDecision(tuple(dict.fromkeys(targets)), tuple(trace), is_default=bool(routes.default), question=question)


def found_of(facts: RouteFacts, routes: Routes) -> Mapping[Fact, tuple[str, ...]]:
    """Return the values of every fact: none where it is not known, several where offices share a postal code."""
    urgency = routes.urgency_of(facts.disease) if facts.disease else None
    offices = routes.offices_for(facts.postal_code) if facts.postal_code else ()
    return {
        Fact.TYPE: _known(facts.type),
        Fact.MAILBOX: _known(facts.mailbox),
        Fact.POSTAL_CODE: _known(facts.postal_code),
        Fact.OFFICE: tuple(office.code for office in offices),
        Fact.DISEASE: _known(facts.disease),
        Fact.URGENCY: _known(urgency),
    }


def _known(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _look(rule: Rule, found: Mapping[Fact, tuple[str, ...]]) -> RuleTrace:
    """Return what comes of a rule: a condition that fails outweighs one that is undecided."""
    seen = [_judge(rule, condition, found[condition.fact]) for condition in rule.conditions]
    by_outcome = {each.outcome: each for each in reversed(seen)}
    return by_outcome.get(Outcome.FAILED) or by_outcome.get(Outcome.UNDECIDED) or RuleTrace(rule, Outcome.HELD)


def _judge(rule: Rule, condition: Condition, found: tuple[str, ...]) -> RuleTrace:
    fitting = [value for value in found if _is_allowed(value, condition)]
    if not fitting:
        return RuleTrace(rule, Outcome.FAILED, condition, found)
    return RuleTrace(rule, Outcome.HELD if len(fitting) == len(found) else Outcome.UNDECIDED, condition, found)


def _is_allowed(value: str, condition: Condition) -> bool:
    if condition.fact is Fact.POSTAL_CODE:
        return any(value in PostalCodes.parse(each) for each in condition.allowed)
    return value in condition.allowed


def _several_offices(seen: RuleTrace, routes: Routes) -> str:
    names = [office.name for office in routes.offices if office.code in seen.found]
    return SEVERAL_OFFICES.format(offices="; ".join(names), rule=seen.rule.name)


def _text(tree: JsonValue, path: str) -> str | None:
    """Return the text at a dotted path, None where there is none."""
    for step in path.split("."):
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree if isinstance(tree, str) and tree else None
