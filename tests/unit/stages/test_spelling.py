"""Words that readers blur, spelled as they most likely were printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.stages.spelling import likely_spelling


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Kafer", "Käfer"),
        ("Friednch", "Friedrich"),
        ("Zimmemann", "Zimmermann"),
        ("Praxıs fur Kınder- und Jugendmedizin", "Praxis für Kinder- und Jugendmedizin"),
        ("lgel", "Igel"),
    ],
)
def test_one_reading_is_mended_by_what_readers_confuse(read, printed):
    assert likely_spelling(read, []) == printed


@pytest.mark.parametrize(
    ("read", "others", "printed"),
    [
        ("Ursudla", ["Ursula"], "Ursula"),
        ("Leipzg", ["Leipzig"], "Leipzig"),
        ("Rathus", ["Kinderarztpraxis am Rathaus"], "Rathaus"),
        ("Klauš-Dieter", ["Klaus-Dieter"], "Klaus-Dieter"),
    ],
)
def test_of_two_readings_the_commoner_word_is_taken(read, others, printed):
    assert likely_spelling(read, others) == printed


@pytest.mark.parametrize(("read", "printed"), [("Industnestr. 22", "Industriestr. 22"), ("Muhlenweg 60", "Mühlenweg 60")])
def test_a_street_that_the_list_hardly_knows_is_weighed_by_its_parts(read, printed):
    assert likely_spelling(read, []) == printed


@pytest.mark.parametrize("name", ["Schönecken", "Röckwitz", "Pärtzelt"])
def test_dots_that_were_read_are_believed(name):
    assert likely_spelling(name, []) == name


@pytest.mark.parametrize("name", ["Inken", "Hren"])
def test_no_stroke_is_lost_before_a_capital(name):
    assert likely_spelling(name, []) == name


@pytest.mark.parametrize("name", ["Süheyla", "Szymański", "Groß-Wilde", "Nguyen", "Öztürk", "Weiß", "van der Meer", "Zum Sägewerk 145"])
def test_a_rare_name_that_all_read_alike_stays(name):
    assert likely_spelling(name, [name, name]) == name


def test_an_accent_that_another_reader_lost_stays():
    assert likely_spelling("Petrović", ["Petrovic"]) == "Petrović"


def test_an_accent_that_readers_see_differently_is_not_made_none():
    assert likely_spelling("Novák", ["Noväk"]) != "Novak"


@pytest.mark.parametrize("text", ["PCR", "Ari-562/26", "3b", "MVZ", "L110633/26"])
def test_abbreviations_and_numbers_are_left_alone(text):
    assert likely_spelling(text, ["PER", "An-562/26"]) == text


@pytest.mark.parametrize(("text", "other"), [("Chir.1Rostock", "Chir.1 Rostock"), ("7etkin-Straße", "Zetkin-Straße")])
def test_what_is_glued_to_a_figure_is_no_word(text, other):
    assert likely_spelling(text, [other]) == text


def test_what_stands_between_words_stays_as_it_was_read():
    assert likely_spelling("(Kafer),  Gruppe 2", []) == "(Käfer),  Gruppe 2"


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs")), max_size=30), st.text(max_size=12))
def test_figures_are_never_altered(read, other):
    assert [c for c in likely_spelling(read, [other]) if c.isdecimal()] == [c for c in read if c.isdecimal()]


def test_capitals_stay_capitals():
    assert likely_spelling("ZIMMEMANN", []) == "ZIMMERMANN"
