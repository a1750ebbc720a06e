"""What is configured, told in sentences that can be read aloud and hold no secret."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.catalog import load_catalog
from bridge.domain.routing import Condition, Fact, Rule
from bridge.domain.targets import Auth, AuthKind, PaperKind, Target, TargetKind, Tls
from bridge.web.workplace.settings_sentences import Said, of_mailbox, of_routes, of_target, of_type, of_urgency
from bridge.web.workplace.texts import LANGUAGES, texts
from tests.conftest import REPOSITORY

CATALOG = load_catalog(REPOSITORY / "config", os.environ, 0.01)


def spoken(sentences: Iterable[Said], language: str = "de") -> list[str]:
    return [_spoken(said, language) for said in sentences]


def _spoken(said: Said, language: str) -> str:
    words = texts(language)
    before = " und ".join(_spoken(part, language) for part in said.conditions)
    return (f"Wenn {before}: " if before else "") + words[f"settings.{said.key}"].format(**said.values)


def test_a_type_that_leaves_by_itself_says_where_to_and_on_what_condition() -> None:
    sentences = spoken(of_type(CATALOG.types["disease_notification"], CATALOG))
    assert sentences[0] == "Geht an default."
    assert sentences[1].startswith("Ohne Menschen nur, wenn alle Pflichtangaben sicher sind: Krankheit, Familienname")


def test_a_type_that_people_always_see_says_so() -> None:
    assert "Ein Mensch prüft jedes Dokument dieser Art." in spoken(of_type(CATALOG.types["case_list"], CATALOG))


def test_an_advertisement_says_that_it_is_filed_and_comes_back() -> None:
    [sentence] = spoken(of_type(CATALOG.types["advertisement"], CATALOG))
    assert "zurückholen" in sentence


def test_a_type_goes_only_where_rules_for_it_lead() -> None:
    only_letters = Rule("Briefe", ("archive",), (Condition(Fact.TYPE, ("letter",)),))
    catalog = replace(CATALOG, routes=replace(CATALOG.routes, rules=(only_letters,)))
    assert spoken(of_type(CATALOG.types["letter"], catalog))[0] == "Geht an archive."
    assert spoken(of_type(CATALOG.types["disease_notification"], catalog))[0] == "Geht an default."


def test_a_rule_names_its_conditions_and_targets() -> None:
    rule = Rule(
        "Eilig", ("on_call",), (Condition(Fact.URGENCY, ("immediate",)), Condition(Fact.POSTAL_CODE, ("01*", "02625"))), is_copy=True
    )
    catalog = replace(CATALOG, routes=replace(CATALOG.routes, rules=(rule,)))
    assert spoken(of_routes(catalog)) == [
        "Wenn die Meldung eilig ist und die Postleitzahl in 01*, 02625 liegt: zusätzlich an on_call („Eilig“).",
        "Alles andere geht an default.",
    ]


def test_a_target_shows_its_host_and_no_secret() -> None:
    auth = Auth(AuthKind.OAUTH2, "client", "very-secret", "https://login.example/token?key=also-secret", "scope")
    target = Target(
        "amt", TargetKind.REST, "https://user:hidden@amt.example/in?token=secret", auth=auth, secrets=("whsec_x",), shape="{a: b}"
    )
    said = " ".join(spoken(of_target(replace(target, tls=Tls(certificate=Path("/c")), paper=PaperKind.INLINE))))
    assert "amt.example" in said
    for secret in ("very-secret", "also-secret", "hidden", "token=", "whsec", "/c", "a: b"):
        assert secret not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_whatever_can_be_configured(language: str) -> None:
    targets = [
        Target("t", kind, "https://h.example/x", folder=Path("/out"), auth=Auth(auth), paper=paper)
        for kind in TargetKind
        for auth in AuthKind
        for paper in PaperKind
    ]
    rules = tuple(
        Rule(fact.value, ("default",), (Condition(fact, allowed),))
        for fact, allowed in {
            Fact.TYPE: ("letter",),
            Fact.MAILBOX: ("amt",),
            Fact.POSTAL_CODE: ("01*",),
            Fact.OFFICE: ("x",),
            Fact.DISEASE: ("msvd",),
            Fact.URGENCY: ("immediate", "normal"),
        }.items()
    )
    assert {rule.conditions[0].fact for rule in rules} == set(Fact)
    catalog = replace(CATALOG, routes=replace(CATALOG.routes, rules=rules, default=(), immediate=frozenset({"clod"})))
    told = [said for target in targets for said in of_target(target)] + [*of_routes(catalog), *of_urgency(catalog)]
    told += [said for kind in CATALOG.types.values() for said in of_type(kind, catalog)]
    told += [of_mailbox("amt", addresses) for addresses in ((), ("a@b",), ("*@b",), ("a@b", "*@c"))]
    assert all(spoken(told, language))
