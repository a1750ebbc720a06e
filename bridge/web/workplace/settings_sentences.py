"""What is configured, as sentences: the key of each text and what fills it in. Secrets are no part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bridge.domain.forms import Catalog, DocumentType
from bridge.domain.routing import Condition, Fact, Routes, Rule
from bridge.domain.targets import PaperKind, Target, TargetKind
from bridge.stages.spoken import GROUPS, group_of, name_of

_MANY: Final = 8  # values that a sentence lists; of longer lists it tells how many more there are


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: the `key` below `[settings]`, its values, and the parts of a condition that stand before it."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    conditions: tuple[Said, ...] = ()


def of_type(kind: DocumentType, catalog: Catalog) -> Iterator[Said]:
    """Yield what happens to documents of a type."""
    if kind.disposition == "file":
        yield Said("type.filed", {"percent": _percent(kind.type_threshold)})
        return
    if not kind.has_record:
        yield Said("type.no_record")
        return
    yield Said("type.goes_to", {"targets": _listed(_targets_of(kind, catalog.routes))}) if catalog.targets else Said("type.no_target")
    if kind.disposition == "review":
        yield Said("type.always_reviewed")
    elif kind.required:
        yield Said("type.leaves_if", {"fields": ", ".join(_names(kind.required, kind))})
    else:
        yield Said("type.leaves")
    yield Said("type.recognised", {"percent": _percent(kind.type_threshold)})
    if kind.expected:
        yield Said("type.expected", {"fields": ", ".join(_names(kind.expected, kind))})


def of_routes(catalog: Catalog) -> Iterator[Said]:
    """Yield where records go, rule by rule, in the order in which they are looked at."""
    routes = catalog.routes
    for rule in routes.rules:
        conditions = tuple(_condition(each, catalog) for each in rule.conditions)
        yield Said("route.copy" if rule.is_copy else "route.rule", {"name": rule.name, "targets": _listed(rule.targets)}, conditions)
    if routes.default:
        yield Said("route.default" if routes.rules else "route.everything", {"targets": _listed(routes.default)})
    else:
        yield Said("route.asked")


def of_urgency(catalog: Catalog) -> Iterator[Said]:
    """Yield which diseases must not wait."""
    routes = catalog.routes
    if routes.immediate:
        yield Said("route.urgent", {"diseases": _cut([_disease(code, catalog) for code in sorted(routes.immediate)])})


def of_target(target: Target) -> Iterator[Said]:
    """Yield how records reach a target: its host, never its whole address, which may hold a secret."""
    yield Said(f"target.{target.kind.value}", {"where": _where(target)})
    if target.kind not in {TargetKind.FEED, TargetKind.FOLDER}:
        yield Said(f"auth.{target.auth.kind.value}")
        if target.tls.certificate is not None:
            yield Said("target.certificate")
        if target.secrets:
            yield Said("target.signed")
    if target.paper is not PaperKind.NONE:
        yield Said(f"paper.{target.paper.value}")
    if target.shape is not None:
        yield Said("target.shaped")
    if target.kind is not TargetKind.FEED:
        yield Said("target.given_up", {"hours": round(target.max_age.total_seconds() / 3600)})


def of_mailbox(name: str, addresses: Sequence[str]) -> Said:
    """Return where faxes of a mailbox come from."""
    whole = [address.removeprefix("*@") for address in addresses if address.startswith("*@")]
    single = [address for address in addresses if not address.startswith("*@")]
    if not addresses:
        return Said("mailbox.unreachable", {"name": name})
    if whole and single:
        return Said("mailbox.both", {"name": name, "addresses": _cut(single), "domains": _cut(whole)})
    if whole:
        return Said("mailbox.domains", {"name": name, "domains": _cut(whole)})
    return Said("mailbox.addresses", {"name": name, "addresses": _cut(single)})


def _targets_of(kind: DocumentType, routes: Routes) -> list[str]:
    """Return every target that a record of the type can reach by some rule, in their order."""
    found: dict[str, None] = {}
    for rule in routes.rules:
        if _may_hold(rule, kind.name):
            found.update(dict.fromkeys(rule.targets))
            if not rule.is_copy and all(condition.fact is Fact.TYPE for condition in rule.conditions):
                return list(found)  # nothing of this type passes it
    found.update(dict.fromkeys(routes.default))
    return list(found)


def _may_hold(rule: Rule, type_name: str) -> bool:
    return all(type_name in condition.allowed for condition in rule.conditions if condition.fact is Fact.TYPE)


def _condition(condition: Condition, catalog: Catalog) -> Said:
    if condition.fact is Fact.URGENCY:
        return Said(f"when.{condition.allowed[0]}" if len(set(condition.allowed)) == 1 else "when.any_urgency")
    return Said(f"when.{condition.fact.value}", {"values": _cut(_spoken(condition, catalog))})


def _spoken(condition: Condition, catalog: Catalog) -> list[str]:
    if condition.fact is Fact.TYPE:
        return [catalog.types[name].title for name in condition.allowed]
    if condition.fact is Fact.DISEASE:
        return [_disease(code, catalog) for code in condition.allowed]
    if condition.fact is Fact.OFFICE:
        offices = {office.code: office.name for office in catalog.routes.offices}
        return [offices.get(code, code) for code in condition.allowed]
    return list(condition.allowed)


def _disease(code: str, catalog: Catalog) -> str:
    return next((entry.name for entries in catalog.codes.values() for entry in entries if entry.code == code), code)


def _names(paths: Sequence[str], kind: DocumentType) -> list[str]:
    """Return the German names of fields, each once: a disease's code and name are one thing to a reader."""
    return list(dict.fromkeys(_name(path.removesuffix(".code") + ".name" if path.endswith(".code") else path, kind) for path in paths))


def _name(path: str, kind: DocumentType) -> str:
    group = group_of(path)
    name = name_of(path, kind)
    return name if not group or group not in GROUPS or GROUPS[group] == name else f"{name} ({GROUPS[group]})"


def _where(target: Target) -> str:
    if target.kind is TargetKind.FOLDER:
        return target.folder.name if target.folder is not None else "–"
    return urlsplit(target.url).hostname or "–"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "–"


def _cut(values: Sequence[str]) -> str:
    return ", ".join(values[:_MANY]) + (f" … (+{len(values) - _MANY})" if len(values) > _MANY else "")


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",")
