"""Where records go: the in-memory form of `config/routes.toml` and `config/offices.toml`, and what a decision by them says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_CODE: Final = re.compile(r"[0-9]{5}")
_PREFIX: Final = re.compile(r"[0-9]{1,4}\*")
_RANGE: Final = re.compile(r"([0-9]{5})-([0-9]{5})")


class Fact(StrEnum):
    """What a rule may ask about a document; the names are the keys of its conditions."""

    TYPE = "type"
    MAILBOX = "mailbox"
    POSTAL_CODE = "postal_code"
    OFFICE = "office"
    DISEASE = "disease"
    URGENCY = "urgency"


class Urgency(StrEnum):
    """Whether somebody must look at once."""

    IMMEDIATE = "immediate"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a record says of itself; None where it does not.

    `postal_code` is where the case is: the patient's (IfSG § 9 (4)), else the facility's. `disease` is the code of the disease or pathogen.
    """

    type: str | None
    mailbox: str | None
    postal_code: str | None = None
    disease: str | None = None


@dataclass(frozen=True, slots=True)
class PostalCodes:
    """Postal codes from `first` to `last`, both included."""

    first: str
    last: str

    @classmethod
    def parse(cls, text: str) -> PostalCodes:
        """Return what `01445`, `01*` or `01445-01478` stands for. Raises ValueError, which says what is allowed."""
        if _CODE.fullmatch(text):
            return cls(text, text)
        if _PREFIX.fullmatch(text):
            return cls(text[:-1].ljust(5, "0"), text[:-1].ljust(5, "9"))
        found = _RANGE.fullmatch(text)
        if found is None or found[1] > found[2]:
            raise ValueError("postal codes look like 01445, 01* or 01445-01478")
        return cls(found[1], found[2])

    def __contains__(self, code: str) -> bool:
        return self.first <= code <= self.last


@dataclass(frozen=True, slots=True)
class Office:
    """A health office and the postal codes it is responsible for, as the operator lists them."""

    code: str
    name: str
    postal_codes: tuple[PostalCodes, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the values in `allowed` must hold; postal codes as `PostalCodes.parse` takes them, offices by code."""

    fact: Fact
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """All `conditions` holding, a record goes to `targets`; `is_copy`: to those too, and the rules below are looked at all the same."""

    name: str
    targets: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    is_copy: bool = False

    def covers(self, later: Rule) -> bool:
        """Tell whether the first match ends here for whatever a later rule would hold for."""
        wanted = {condition.fact: set(condition.allowed) for condition in later.conditions}
        return not self.is_copy and all(wanted.get(each.fact, {None}) <= set(each.allowed) for each in self.conditions)


@dataclass(frozen=True, slots=True)
class Routes:
    """All rules in order. `default` is for what no rule but copies holds for; `immediate` are codes of diseases and pathogens.

    `targets` are the names of all targets there are.
    """

    rules: tuple[Rule, ...] = ()
    default: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    immediate: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()

    def offices_for(self, postal_code: str) -> tuple[Office, ...]:
        """Return the offices that share a postal code: one nearly always, none where the list lacks it."""
        return tuple(office for office in self.offices if any(postal_code in each for each in office.postal_codes))

    def urgency_of(self, disease: str) -> Urgency:
        """Return how urgent a disease or pathogen is, by its code."""
        return Urgency.IMMEDIATE if disease in self.immediate else Urgency.NORMAL


class Outcome(StrEnum):
    """What came of looking at a rule."""

    HELD = "held"
    FAILED = "failed"
    UNDECIDED = "undecided"  # several offices share the postal code, and not all of them are meant


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule that was looked at: the condition that kept it from holding, and the values `found` there (none: not known)."""

    rule: Rule
    outcome: Outcome
    condition: Condition | None = None
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """Where a record goes, in order and without repeats, and why. No targets: `question` is the German sentence a person is asked."""

    targets: tuple[str, ...]
    trace: tuple[RuleTrace, ...]
    is_default: bool = False
    question: str | None = None


def unreachable(rules: Sequence[Rule]) -> tuple[Rule, Rule] | None:
    """Return the first rule that can never be reached, with the one above it that ends every match before."""
    pairs = ((rule, before) for place, rule in enumerate(rules) for before in rules[:place])
    return next(((rule, before) for rule, before in pairs if before.covers(rule)), None)
