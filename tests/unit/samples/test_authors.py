"""Authors' own words, and values that go over several lines."""

from dataclasses import replace
from random import Random

from samples.authors import print_wrapped, reworded, spoken
from samples.entries import Entry
from samples.filling import Filling
from samples.form import Paper

PHONE = Entry("patient.phone", "Tel.", "0351 4711", {"patient.phone": "+493514711"})
SEX = Entry("patient.sex", "Geschlecht", None, {}, (("female", "weiblich"), ("male", "männlich")), "male")


def filling():
    return Filling(Random(1), Paper("disease_notification", "test"), face="sans", size=10, by_hand=0.0, has_trouble=False)


def test_an_author_words_questions_and_answers_anew_and_leaves_the_usual_ones_alone():
    usual = {"patient.phone": PHONE, "patient.sex": SEX}
    own = reworded(Random(1), usual, "patient.phone: Rückruf\n", {"patient.sex": (("male", "m"), ("female", "w"))})
    assert own["patient.phone"] == replace(PHONE, label="Rückruf")
    assert own["patient.sex"].word == "m"
    assert usual == {"patient.phone": PHONE, "patient.sex": SEX}


def test_a_wrapped_value_is_one_value_and_stands_where_its_last_line_does():
    form = filling()
    end = print_wrapped(form, spoken("facility.name", "Seniorenheim Abendfrieden am Stadtpark"), 20, 50, 40, 5)
    assert end > 50
    assert " ".join(each.text for each in form.sheet.printed) == form.paper.values["facility.name"]
    assert form.paper.spots == {"facility.name": end}


def test_a_doubtful_value_wants_a_person_when_wrapped_too():
    form = filling()
    print_wrapped(form, replace(PHONE, is_doubtful=True), 20, 50, 60, 5)
    assert form.paper.needs_review


def test_what_is_not_said_puts_nothing_into_the_truth():
    assert spoken("hospital.name", None).values == {}
    assert spoken("hospital.admitted", "nein", value=False).values == {"hospital.admitted": False}
