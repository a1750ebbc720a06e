"""The story of a fax: every phrase the house writes has a sentence in both languages, and none is shown raw."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState
from bridge.domain.model import Delivery, Event, JsonObject, Receipt, ReviewOutcome, WithdrawalReason
from bridge.domain.people import Action
from bridge.services import story
from bridge.services.steps.unpack import _PROBLEMS, MAIL_PROBLEMS
from bridge.services.story import Sentence, told
from bridge.web.workplace.texts import LANGUAGES, texts
from tests.conftest import REPOSITORY
from tests.deliveries import START

NAMES = {"p1": "Frau Weber", "d1": "Dokument 1", "patient.birth_date": "Geburtsdatum"}
SILENT = {"work forgotten"}


def written(what: str, **detail: object) -> list[Sentence]:
    return told([Event("f", START, what, dict(detail))], [], [], [], NAMES)


def spoken(sentences: list[Sentence], language: str = "de") -> list[str]:
    return [texts(language)[f"fax.told.{each.key}"].format(**each.values) for each in sentences]


def phrases() -> Iterator[str]:
    """Yield every phrase that is written into a fax's story, found in the program text."""
    for file in sorted(Path(REPOSITORY / "bridge").glob("*/**/*.py")):
        if "node_modules" in file.parts or file.parts[-2] == "commands":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from _phrase(node)


def _phrase(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = {"Event": 2, "_tell": 1, "_tell_of_deliveries": 0}.get(name)
    if place is None or len(call.args) <= place:
        return
    said = call.args[place]
    if isinstance(said, ast.Constant):
        yield str(said.value)
    elif isinstance(said, ast.Name) and said.id == "MAIL_PROBLEMS":
        yield MAIL_PROBLEMS


DETAILS: dict[str, list[JsonObject]] = {
    "fax added": [{"channel": channel} for channel in ("smtp", "http", "practice")],
    "fax moved": [{"from": "read", "to": state.value} for state in FaxState],
    "mail had problems": [{"kinds": dict.fromkeys([*_PROBLEMS.values(), "other", "new kind"], 2)}],
    "document moved": [{"from": "waiting", "to": state.value, "document": "d1", "version": 1} for state in DocumentState],
    "review opened": [{"document": "d1", "is_follow_up": flag} for flag in (False, True)],
    "review closed": [{"document": "d1", "outcome": outcome} for outcome in (*(each.value for each in ReviewOutcome), "new")],
    "released without required": [{"document": "d1", "missing": ["patient.birth_date", "rows"]}],
    "document withdrawn": [{"document": "d1", "reason": reason.value} for reason in WithdrawalReason],
    "delivery added": [{"document": "d1", "delivery": delivery, "target": "amt"} for delivery in ("v1", "v2")],
    "delivery moved": [{"delivery": "v1", "target": "amt", "to": state.value, "reason": "Abgelehnt."} for state in DeliveryState],
    "page closed": [{"page": 2, "reason": "angerufen"}],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_there_is_becomes_a_sentence(language: str) -> None:
    found = set(phrases())
    assert found >= {"fax moved", "follow-up closed", "delivery added", "document withdrawn", "mail had problems"}
    withdrawal = Delivery("v2", "d1", 2, "amt", DeliveryState.PENDING, 0, START, is_withdrawal=True)
    receipt = Receipt("v1", START, 201, "R-7", "ab" * 32, 1)
    for phrase in sorted(found):
        events = [Event("f", START, phrase, detail) for detail in DETAILS.get(phrase, [{"document": "d1"}])]
        for receipts in ([], [receipt]):
            sentences = told(events, [], [withdrawal], receipts, NAMES)
            assert sentences or phrase in SILENT, phrase
            assert "other" not in {sentence.key for sentence in sentences}, phrase
            for text in spoken(sentences, language):
                assert phrase not in text
                assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_did_has_a_sentence_that_names_them(language: str) -> None:
    for key in (*story.PERSONAL, "something new"):
        sentences = told([], [Action(START, "p1", key.replace("_", " "), "f", "d1")], [], [], NAMES)
        assert all("Frau Weber" in text for text in spoken(sentences, language)), key
        assert len(sentences) == 1


def test_looks_and_single_steps_are_the_logs_business() -> None:
    actions = [Action(START, "p1", what, "f", "d1") for what in ("fax seen", "document opened", "draft changed")]
    assert told([], actions, [], [], NAMES) == []


def test_whoever_corrected_is_named_with_what_was_changed() -> None:
    action = Action(START, "p1", "document confirmed", "f", "d1", {"version": 1, "changed": ["patient.birth_date"]})
    assert spoken(told([], [action], [], [], NAMES)) == ["Frau Weber hat Dokument 1 bestätigt und dabei geändert: Geburtsdatum."]


def test_a_phrase_nobody_knows_is_not_shown_raw() -> None:
    assert [sentence.key for sentence in written("never heard of")] == ["other"]


def test_a_fax_that_was_read_again_says_so() -> None:
    assert spoken(written("fax moved", **{"from": "decided", "to": "unpacked"})) == ["Das Fax wird noch einmal vom Original gelesen."]
    assert written("fax moved", **{"from": "received", "to": "unpacked"}) == []


def test_a_document_that_was_only_written_anew_has_no_story_but_its_next_version_has() -> None:
    assert written("document moved", document="d1", to="waiting", **{"from": "waiting"}) == []
    assert spoken(written("document moved", document="d1", to="released", version=2, **{"from": "released"})) == [
        "Dokument 1 wurde als Fassung 2 freigegeben."
    ]


def test_a_receipt_is_told_with_the_receivers_own_number() -> None:
    event = Event("f", START, "delivery moved", {"delivery": "v1", "target": "amt", "from": "pending", "to": "delivered"})
    [sentence] = told([event], [], [], [Receipt("v1", START, 201, "R-7", "ab" * 32, 1)], NAMES)
    assert spoken([sentence]) == ["amt hat den Empfang bestätigt und führt den Datensatz unter R-7."]


def test_missing_required_fields_have_their_names() -> None:
    assert spoken(written("released without required", document="d1", missing=["patient.birth_date"])) == [
        "Dokument 1 wurde ohne diese Pflichtangaben freigegeben: Geburtsdatum."
    ]


def test_what_a_person_or_target_said_is_quoted_apart_from_our_words() -> None:
    [sentence] = written("follow-up closed", document="d1", reason="Mit der Praxis geklärt.")
    assert sentence.quote == "Mit der Praxis geklärt."
    assert spoken([sentence]) == ["Die Nachfrage zu Dokument 1 wurde geschlossen."]


def test_events_and_what_people_did_stand_in_the_order_in_which_they_happened() -> None:
    late = Event("f", START + timedelta(minutes=2), "document added", {"document": "d1"})
    early = Event("f", START, "fax added", {"channel": "smtp"})
    between = Action(START + timedelta(minutes=1), "p1", "fax read again", "f")
    assert [sentence.key for sentence in told([early, late], [between], [], [], NAMES)] == ["arrived.smtp", "did.fax_read_again", "found"]
