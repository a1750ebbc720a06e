"""Filling a form from its entries: what is written, ticked, left out or spoiled, and what the truth makes of it."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from samples.entries import Entry, case_entries, facility_entries, invent_troubled_case, laboratory_entries
from samples.filling import Filling
from samples.form import Paper
from samples.listing import HEADS, invent_row
from samples.people import invent_scene
from samples.wording import CHOICES, LABELS

BIRTH = Entry("patient.birth_date", "geb.", "04.05.1980", {"patient.birth_date": "1980-05-04"})
SEX = Entry("patient.sex", "Geschlecht", None, {}, (("female", "weiblich"), ("male", "männlich")), "male")


def filling(trouble="none", **options):
    form = Filling(Random(1), Paper("disease_notification", "test"), face="sans", size=10, **options)
    form.trouble, form.is_by_hand, form.is_partly_by_hand = trouble, False, False
    form.paper.needs_review = False
    return form


def test_an_answer_stands_in_the_truth_with_the_place_where_it_was_written():
    form = filling()
    assert form.answer(BIRTH, 20, 50, 60) > 10
    assert form.paper.values == {"patient.birth_date": "1980-05-04"}
    assert form.paper.spots == {"patient.birth_date": 50}
    assert [each.text for each in form.sheet.printed] == ["04.05.1980"]


def test_what_finds_no_room_is_left_out_of_page_and_truth():
    form = filling()
    assert form.answer(Entry("disease", "Krankheit", "Meningokokken-Meningitis", {"disease.name": "x"}), 20, 50, 12) == 0
    assert form.paper.values == {}
    assert form.sheet.printed == []


def test_a_pen_makes_a_value_handwritten_and_a_decisive_one_a_matter_for_a_person():
    form = filling()
    form.is_by_hand = True
    form.answer(Entry("patient.phone", "Tel.", "0351 4711", {"patient.phone": "+493514711"}), 20, 50, 60)
    assert form.paper.handwritten == ["patient.phone"]
    assert not form.paper.needs_review
    form.answer(BIRTH, 20, 60, 60)
    assert form.paper.needs_review


def test_letters_a_hand_does_not_have_are_typed():
    form = filling()
    form.is_by_hand = True
    form.answer(Entry("patient.family_name", "Name", "Szymański", {"patient.family_name": "Szymański"}), 20, 50, 60)
    assert form.paper.handwritten == []
    assert form.paper.values == {"patient.family_name": "Szymański"}


def test_a_struck_value_is_the_rewritten_one_and_wants_a_person():
    form = filling("struck")
    form.answer(BIRTH, 20, 50, 80)
    texts = [each.text for each in form.sheet.printed]
    assert texts[0] != "04.05.1980"
    assert texts[1:] == ["04.05.1980"]
    assert form.paper.values == {"patient.birth_date": "1980-05-04"}
    assert form.paper.handwritten == ["patient.birth_date"]
    assert form.paper.needs_review


def test_two_ticks_are_no_answer_and_only_once_on_a_form():
    form = filling("double_tick")
    form.tick(SEX, 20, 50)
    assert form.paper.values == {}
    assert form.paper.needs_review
    form.tick(SEX, 20, 60)
    assert form.paper.values == {"patient.sex": "male"}


def test_a_faint_tick_is_an_answer_that_wants_a_person():
    form = filling("faint_tick")
    form.tick(SEX, 20, 50)
    assert form.paper.values == {"patient.sex": "male"}
    assert form.paper.needs_review


def test_an_empty_form_has_no_truth():
    form = filling("blank")
    form.answer(BIRTH, 20, 50, 60)
    form.answer_word(SEX, 20, 60)
    form.brackets(SEX, 20, 70, 100)
    form.tick(SEX, 20, 80)
    assert form.paper.values == {}


def test_brackets_and_words_answer_as_ticks_do():
    form = filling()
    form.brackets(SEX, 20, 50, 100)
    assert form.sheet.printed[-1].text == "[ ] weiblich   [x] männlich"
    form.answer_word(SEX, 20, 60)
    assert form.sheet.printed[-1].text == "männlich"
    assert form.paper.values == {"patient.sex": "male"}


def test_an_answer_the_form_does_not_offer_stays_empty():
    form = filling()
    entry = Entry("hospital.admitted", "stationär", None, {}, (("yes", "ja"), ("no", "nein")), "not_known")
    form.tick(entry, 20, 50)
    form.answer_word(entry, 20, 60)
    assert form.paper.values == {}


@pytest.mark.parametrize("style", ["x", "tick", "filled", "type", "circle", "stroke", "dot", "faint"])
def test_every_style_of_mark_leaves_ink_at_the_chosen_box_only(style):
    form = filling()
    form.mark = style
    form.square(20, 50, False)
    form.square(60, 50, True)
    pixels = form.sheet.pixels < 200
    assert pixels[:, 59 * 16 : 65 * 16].sum() > pixels[:, 19 * 16 : 25 * 16].sum()


def test_some_cases_contradict_themselves_and_all_of_those_want_a_person():
    born_late = other_place = 0
    for turn in range(400):
        rng = Random(turn)
        scene = invent_scene(rng)
        case = invent_troubled_case(rng, scene)
        late = case.onset is not None and case.patient.birth > case.onset
        moved = case.patient.address.place.postal_code != scene.place.postal_code
        assert case.is_impossible or not (late or moved)
        born_late += late
        other_place += moved
    assert born_late
    assert other_place


@pytest.mark.parametrize(("entries_of", "key", "later"), [
    (laboratory_entries, "specimen.received_on", "patient.birth_date"), (facility_entries, "notification_date", "onset_date"),
])  # fmt: skip
def test_some_laboratories_and_facilities_contradict_themselves_and_those_want_a_person(entries_of, key, later):
    doubtful = 0
    for turn in range(200):
        rng = Random(turn)
        entries = entries_of(rng, invent_scene(rng), lambda day: f"{day:%d.%m.%Y}")
        if entries[later].text is None:
            continue
        is_after = entries[later].values[later] > entries[key].values[key]
        assert entries[later].is_doubtful == is_after
        doubtful += is_after
    assert doubtful
    form = filling()
    form.answer(replace(BIRTH, is_doubtful=True), 20, 50, 60)
    assert form.paper.needs_review


def test_every_question_of_a_case_has_its_wordings():
    rng = Random(4)
    scene = invent_scene(rng)
    entries = case_entries(rng, invent_troubled_case(rng, scene), scene, lambda day: f"{day:%d.%m.%Y}")
    assert set(entries) <= set(LABELS)
    assert set(CHOICES) <= set(LABELS)
    for key, entry in entries.items():
        assert entry.label in LABELS[key]


def test_a_row_tells_only_the_columns_its_list_has():
    rng = Random(2)
    row = invent_row(rng, invent_scene(rng), lambda day: f"{day:%d.%m.%Y}", 7, ("3b",))
    assert set(row.told(("number", "name"))) == {"number", "family_name", "given_name"}
    assert row.told(("number", "group")) == {"number": 7, "group": "3b"}
    assert set(row.texts) <= set(HEADS)
    assert date.fromisoformat(row.told(("birth_date",))["birth_date"])
