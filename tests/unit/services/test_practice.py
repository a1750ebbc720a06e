"""Practice: real pages over invented faxes, and nothing that could leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.bootstrap import House
from bridge.domain.desk import Step, StepKind, WaitingFilter
from bridge.domain.errors import ConfigurationError
from bridge.domain.lifecycle import DeliveryState
from bridge.domain.people import Person, Role
from bridge.practice_files import load_lessons
from bridge.services.practice import differing
from bridge.settings import load_settings
from tests.conftest import REPOSITORY

ANNA = Person("anna-id", "anna", "Anna Weber", (Role.CLERK,), (), datetime(2026, 11, 1, tzinfo=UTC))
LESSONS = load_lessons(REPOSITORY / "config")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(tmp_path_factory.mktemp("practice"))}))
    house.migrate()
    return house


def test_each_person_finds_every_lesson_in_order_whatever_her_mailboxes(house: House) -> None:
    own = house.practice("anna-id")
    lines, count = own.desk.waiting(ANNA, WaitingFilter())
    assert count == len(LESSONS) == len(own.practice.results())
    titles = [own.store.document(result.document_id).type for result in own.practice.results()]
    assert titles == [lesson.document.type for lesson in LESSONS]
    assert [line.task.document_id for line in lines if line.task] == [result.document_id for result in own.practice.results()]


def test_opening_it_again_lays_out_nothing_twice_and_others_have_their_own(house: House) -> None:
    house.practice("ben-id").close()
    again = house.practice("ben-id")
    assert len(again.practice.results()) == len(LESSONS)
    assert house.store.waiting().documents == 0


def test_what_is_confirmed_stays_in_the_practice_database(house: House) -> None:
    own = house.practice("carla-id")
    first = own.practice.results()[0]
    sheet = own.desk.open(ANNA, first.document_id)
    for line in sheet.asked:
        sheet = own.desk.take_steps(ANNA, first.document_id, [Step(StepKind.ABSENT, line.path)], sheet.revision)
    own.desk.confirm(ANNA, first.document_id, sheet.revision)
    assert own.practice.result(first.document_id).is_done
    assert list(house.store.deliveries_in(DeliveryState.PENDING, 10)) == []
    assert house.store.waiting().documents == 0


def test_beginning_anew_forgets_what_was_done(house: House) -> None:
    own = house.practice("dora-id")
    own.desk.reject(ANNA, own.practice.results()[0].document_id, "Probe.")
    assert own.practice.results()[0].is_done
    own.close()
    house.forget_practice("dora-id")
    assert not any(result.is_done for result in house.practice("dora-id").practice.results())


def test_a_decision_is_compared_with_what_stands_on_the_fax() -> None:
    lesson = LESSONS[0]
    right = {field.path for field in lesson.document.fields} - set(differing(lesson.document, lesson.truth))
    assert "patient.birth_date" in right
    wrong = tuple(replace(field, value="1900-01-01") if field.path == "patient.birth_date" else field for field in lesson.document.fields)
    assert "patient.birth_date" in differing(replace(lesson.document, fields=wrong), lesson.truth)
    lacking = tuple(field for field in lesson.document.fields if field.path != "patient.birth_date")
    assert "patient.birth_date" in differing(replace(lesson.document, fields=lacking), lesson.truth)


def test_a_lesson_that_cannot_be_read_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "1-kaputt.json").write_text('{"sender": 1}', "utf-8")
    with pytest.raises(ConfigurationError, match=r"1-kaputt\.json"):
        load_lessons(tmp_path)


def test_without_lessons_there_is_nothing_to_practise_on(tmp_path: Path) -> None:
    assert load_lessons(tmp_path) == ()
