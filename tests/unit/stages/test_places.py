import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.stages.places import objection_to, place_and_rest, place_meant


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("60311", "Frankfurt am Main"),
        ("60311", "Frankfurt a. M."),
        ("60311", "Frankfurt/Main"),
        ("60311", "FRANKFURT"),
        ("15230", "Frankfurt (Oder)"),
        ("06108", "Halle (Saale)"),
        ("06108", "Halle/Saale"),
        ("02943", "Weisswasser"),
        ("66111", "Saarbruecken"),
        ("79100", "Freiburg i. Br."),
        ("67433", "Neustadt a. d. Weinstr."),
        ("18055", "Hansestadt Rostock"),
        ("01855", "Sebnitz OT Lichtenhain"),
    ],
)
def test_a_place_may_be_shortened_spelled_out_or_named_with_its_surroundings(code, city):
    assert objection_to(code, city) is None


@pytest.mark.parametrize(("code", "city"), [("01099", "Dresden-Neustadt"), ("12059", "Neukölln"), ("60439", "Heddernheim")])
def test_districts_are_let_pass(code, city):
    assert objection_to(code, city) is None


@pytest.mark.parametrize(
    ("code", "city"),
    [("01067", "Leipzig"), ("15230", "Frankfurt am Main"), ("06110", "Naumburg")],
)
def test_a_place_that_lies_elsewhere_is_named(code, city):
    assert f"gelesen wurde {city}" in (objection_to(code, city) or "")


@pytest.mark.parametrize(("code", "city"), [("19053", "Schwerm"), ("66111", "Saarbrucken"), ("70173", "Stuttgan"), ("30159", "Hanrıover")])
def test_a_misread_place_is_no_district(code, city):
    assert objection_to(code, city) is not None


def test_a_code_that_does_not_exist_is_told():
    assert "99999" in (objection_to("99999", None) or "")
    assert objection_to("01067", None) is None


@given(st.from_regex(r"\d{5}", fullmatch=True), st.none() | st.text(max_size=30))
def test_anything_is_answered_with_a_sentence_or_nothing(code, city):
    objection = objection_to(code, city)
    assert objection is None or code in objection


@pytest.mark.parametrize(("code", "city", "meant"), [("72070", "Tubingen", "Tübingen"), ("37073", "Gotmngen", "Göttingen")])
def test_a_misread_place_is_that_of_its_code(code, city, meant):
    assert place_meant(code, city) == meant


@pytest.mark.parametrize(("code", "city", "meant"), [("12043", "Berhn", "Berlin"), ("40210", "Dussekkort", "Düsseldorf")])
def test_of_a_doubtful_print_more_letters_may_be_wrong(code, city, meant):
    assert place_meant(code, city) is None
    assert place_meant(code, city, is_doubtful=True) == meant


@pytest.mark.parametrize(("code", "city"), [("50667", "entf"), ("12059", "Neukölln"), ("01067", "Leipzig")])
def test_what_is_unlike_the_place_of_its_code_means_something_else(code, city):
    assert place_meant(code, city, is_doubtful=True) is None


def test_a_line_begins_with_the_place_of_its_code():
    assert place_and_rest("01445", "Radebeul, Ringweg 5") == ("Radebeul", ", Ringweg 5")
    assert place_and_rest("01445", "Radebeuler Weg 5") is None
    assert place_and_rest("01067", "Radebeul, Ringweg 5") is None
