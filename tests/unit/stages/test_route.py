"""Where records go: what rules may ask, which of them decides, and when a person does."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.routing import Condition, Fact, Office, Outcome, PostalCodes, RouteFacts, Routes, Rule, Urgency, unreachable
from bridge.stages.route import NO_RULE, facts_of, found_of, route

UP, DOWN = "Landkreis Oben", "Stadt Unten"
OFFICES = (
    Office("1", UP, (PostalCodes.parse("01445"), PostalCodes.parse("02*"))),
    Office("2", DOWN, (PostalCodes.parse("01445-01478"),)),
)
FACTS = RouteFacts("disease_notification", "infektionsschutz", "02826", "msvd")


def rule(name: str, *targets: str, also: bool = False, **conditions: str | list[str]) -> Rule:
    allowed = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in conditions.items()}
    return Rule(name, targets or (name,), tuple(Condition(Fact(key), values) for key, values in allowed.items()), is_copy=also)


def routes(*rules: Rule, default: tuple[str, ...] = ()) -> Routes:
    return Routes(rules, default, OFFICES, frozenset({"msvd"}))


def targets(*rules: Rule, facts: RouteFacts = FACTS, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    return route(facts, routes(*rules, default=default)).targets


# -- what a record says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "postal_code", "disease"),
    [
        ({"patient": {"postal_code": "02826"}, "disease": {"code": "msvd", "name": "Masern"}}, "02826", "msvd"),
        ({"patient": {"postal_code": "02826"}, "submitter": {"postal_code": "01067"}, "pathogen": {"code": "msvp"}}, "02826", "msvp"),
        ({"facility": {"postal_code": "01445"}, "disease": {"name": "Windpocken"}}, "01445", None),
        ({"sender": {"postal_code": "01067"}}, None, None),
        ({"patient": {"postal_code": None}, "disease": {"code": None}}, None, None),
        ({}, None, None),
    ],
)
def test_the_place_is_where_the_case_is_and_the_disease_goes_by_code(
    data: dict[str, object], postal_code: str | None, disease: str | None
) -> None:
    body = {"type": "letter", "fax": {"mailbox": "hygiene"}, "data": data}
    assert facts_of(body) == RouteFacts("letter", "hygiene", postal_code, disease)  # type: ignore[arg-type]


def test_what_is_no_record_says_nothing() -> None:
    assert facts_of({"fax": "x", "data": []}) == RouteFacts(None, None)


# -- conditions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({}, True),
        ({"type": "disease_notification"}, True),
        ({"type": ["letter", "disease_notification"]}, True),
        ({"type": "letter"}, False),
        ({"mailbox": "infektionsschutz"}, True),
        ({"mailbox": "hygiene"}, False),
        ({"postal_code": "02826"}, True),
        ({"postal_code": ["01067", "028*"]}, True),
        ({"postal_code": "02825-02827"}, True),
        ({"postal_code": "02827-02900"}, False),
        ({"postal_code": "0*"}, True),
        ({"postal_code": "1*"}, False),
        ({"office": "1"}, True),
        ({"office": "2"}, False),
        ({"disease": "msvd"}, True),
        ({"disease": "vzwd"}, False),
        ({"urgency": "immediate"}, True),
        ({"urgency": "normal"}, False),
        ({"type": "disease_notification", "disease": "vzwd"}, False),
        ({"type": "disease_notification", "disease": "msvd", "office": "1"}, True),
    ],
)
def test_a_rule_holds_where_all_its_conditions_do(conditions: dict[str, str | list[str]], holds: bool) -> None:
    assert targets(rule("here", **conditions), default=("elsewhere",)) == (("here",) if holds else ("elsewhere",))


@pytest.mark.parametrize("conditions", [{"postal_code": "0*"}, {"office": "1"}, {"disease": "msvd"}, {"urgency": "normal"}])
def test_a_condition_on_what_the_record_does_not_say_does_not_hold(conditions: dict[str, str]) -> None:
    decision = route(RouteFacts("letter", "hygiene"), routes(rule("here", **conditions), default=("elsewhere",)))
    [seen] = decision.trace
    assert (decision.targets, seen.outcome, seen.found) == (("elsewhere",), Outcome.FAILED, ())


def test_what_is_not_named_as_immediate_is_normal() -> None:
    assert found_of(RouteFacts(None, None, disease="vzwd"), routes())[Fact.URGENCY] == (Urgency.NORMAL,)


@pytest.mark.parametrize("text", ["", "1445", "014455", "*", "01445*", "01478-01445", "01445 - 01478", "0144A", "01445-"])
def test_what_are_no_postal_codes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="postal codes look like"):
        PostalCodes.parse(text)


@given(st.from_regex(r"[0-9]{5}", fullmatch=True), st.from_regex(r"[0-9]{1,4}", fullmatch=True))
def test_a_prefix_stands_for_all_codes_that_begin_so(code: str, prefix: str) -> None:
    assert (code in PostalCodes.parse(f"{prefix}*")) == code.startswith(prefix)


# -- which rule decides ---------------------------------------------------------------------------------------------


def test_the_first_rule_that_holds_decides() -> None:
    assert targets(rule("no", type="letter"), rule("first", disease="msvd"), rule("second", type="disease_notification")) == ("first",)


def test_a_rule_may_name_several_targets_and_nobody_gets_a_record_twice() -> None:
    assert targets(rule("copy", "b", also=True), rule("main", "a", "b", "c")) == ("b", "a", "c")


def test_copies_go_out_besides_whatever_decides() -> None:
    copies = (rule("register", also=True), rule("never", also=True, type="letter"), rule("on-call", also=True, urgency="immediate"))
    assert targets(*copies, rule("office", office="1"), rule("late", also=True)) == ("register", "on-call", "office")
    assert targets(*copies, default=("default",)) == ("register", "on-call", "default")
    assert targets(*copies) == ("register", "on-call")


def test_what_no_rule_holds_for_goes_to_the_default_or_a_person_is_asked() -> None:
    assert targets(rule("no", type="letter"), default=("default",)) == ("default",)
    decision = route(FACTS, routes(rule("no", type="letter")))
    assert (decision.targets, decision.question) == ((), NO_RULE)


def test_every_rule_that_was_looked_at_is_told_with_the_condition_that_failed() -> None:
    decision = route(FACTS, routes(rule("a", type="disease_notification", disease="vzwd"), rule("b"), rule("c", type="letter")))
    assert [(seen.rule.name, seen.outcome, seen.condition, seen.found) for seen in decision.trace] == [
        ("a", Outcome.FAILED, Condition(Fact.DISEASE, ("vzwd",)), ("msvd",)),
        ("b", Outcome.HELD, None, ()),
    ]


# -- a postal code that several offices share -----------------------------------------------------------------------

SHARED = RouteFacts("disease_notification", "infektionsschutz", "01445", "msvd")


def test_a_rule_that_means_one_of_several_offices_asks_a_person_and_nothing_leaves() -> None:
    rules = routes(rule("copy", also=True), rule("up", office="1"), default=("default",))
    decision = route(SHARED, rules)
    assert decision.targets == ()
    assert [seen.outcome for seen in decision.trace] == [Outcome.HELD, Outcome.UNDECIDED]
    assert decision.question is not None
    assert all(word in decision.question for word in (UP, DOWN, "„up“", "--to"))


def test_a_rule_that_means_all_of_them_holds() -> None:
    assert targets(rule("both", office=["1", "2"]), facts=SHARED) == ("both",)


def test_a_rule_that_fails_otherwise_asks_nobody() -> None:
    assert targets(rule("up", office="1", type="letter"), default=("default",), facts=SHARED) == ("default",)


def test_the_rule_above_may_settle_it() -> None:
    assert targets(rule("border", postal_code="01445"), rule("up", office="1"), facts=SHARED) == ("border",)


# -- rules that can never be reached --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        (rule("all"), rule("late", type="letter"), True),
        (rule("all", also=True), rule("late", type="letter"), False),
        (rule("letters", type=["letter", "invoice"]), rule("late", type="letter", mailbox="x"), True),
        (rule("letters", type="letter"), rule("late", type=["letter", "invoice"]), False),
        (rule("letters", type="letter", mailbox="x"), rule("late", type="letter"), False),
        (rule("letters", type="letter"), rule("copy", also=True, type="letter"), True),
    ],
)
def test_a_rule_below_one_that_holds_whenever_it_would_is_lost(before: Rule, after: Rule, is_lost: bool) -> None:
    assert unreachable([rule("copy", also=True), before, after]) == ((after, before) if is_lost else None)


VALUES = st.sampled_from(["a", "b", "c"])
RULES = st.lists(
    st.builds(
        Rule,
        name=st.just("r"),
        targets=st.just(("t",)),
        conditions=st.dictionaries(st.sampled_from([Fact.TYPE, Fact.MAILBOX]), st.lists(VALUES, min_size=1), max_size=2).map(
            lambda given: tuple(Condition(fact, tuple(values)) for fact, values in given.items())
        ),
        is_copy=st.booleans(),
    ),
    max_size=4,
)


@given(RULES, st.none() | VALUES, st.none() | VALUES)
def test_a_rule_said_to_be_lost_never_holds(rules: list[Rule], kind: str | None, mailbox: str | None) -> None:
    lost = unreachable(rules)
    trace = route(RouteFacts(kind, mailbox), Routes(tuple(rules))).trace
    if lost is not None:
        assert all(seen.rule is not lost[0] for seen in trace if seen.outcome is Outcome.HELD)


# -- the offices there are ------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_real_offices_decide_for_nearly_all_postal_codes_and_ask_for_the_rest(shared: Path) -> None:
    sites = ElementTree.parse(shared / "data" / "offices" / "TransmittingSiteSearchText.xml").getroot()
    names: dict[str, str] = {}
    codes: dict[str, set[str]] = defaultdict(set)
    for site in sites:
        names[site.attrib["Code"]] = site.attrib["Name"]
        codes[site.attrib["Code"]] |= {text for each in site if (text := each.get("Value", "")).isdigit() and len(text) == 5}
    offices = tuple(Office(code, names[code], tuple(PostalCodes.parse(each) for each in sorted(codes[code]))) for code in names)
    plan = Routes(tuple(rule(office.code, office=office.code) for office in offices), ("default",), offices)

    decisions = {each: route(RouteFacts("disease_notification", "x", each), plan) for each in sorted(set().union(*codes.values()))[::20]}

    responsible = {each: {code for code in names if each in codes[code]} for each in decisions}
    assert len(decisions) > 400
    assert any(len(found) > 1 for found in responsible.values())
    for each, decision in decisions.items():
        if len(responsible[each]) == 1:
            assert decision.targets == tuple(responsible[each])
        else:
            assert decision.targets == ()
            assert decision.question is not None
            assert all(names[code] in decision.question for code in responsible[each])
