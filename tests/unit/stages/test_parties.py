"""Address blocks as name, organization and address."""

from __future__ import annotations

import pytest

from bridge.stages.parties import NUMBER_ALONE, party


def organization(*lines: str) -> object:
    return party("\n".join((*lines, "Ringweg 5", "01067 Dresden")))["organization"].value


@pytest.mark.parametrize("form", ["GbR", "gGmbH", "MVZ GmbH", "PartG", "PartGmbB", "e. V.", "GmbH & Co. KG"])
def test_a_legal_form_alone_in_a_line_goes_on_with_the_name_above_it(form):
    assert organization("Labor Löwe", form) == f"Labor Löwe {form}"


def test_the_address_below_it_is_the_organization_s():
    found = party("Labor Löwe\nGbR\nRingweg 5\n01067 Dresden")
    assert {key: parsed.value for key, parsed in found.items()} == {
        "organization": "Labor Löwe GbR",
        "street": "Ringweg 5",
        "postal_code": "01067",
        "city": "Dresden",
    }


@pytest.mark.parametrize("line", ["Abt. Befunde", "Facharztzentrum", "Röntgen Nord GbR"])
def test_another_line_does_not(line):
    assert organization("Labor Löwe", line) == "Labor Löwe"


def test_a_legal_form_over_everything_stands_for_itself():
    assert organization("GmbH") == "GmbH"


def test_a_number_alone_in_its_line_is_a_telephone_s():
    found = party("Dipl.-Med. Böhme\nKinderarztpraxis am Bahnhof\nZum Sägewerk 60, 01640 Coswig\n03523/80487")
    assert (found["phone"].value, found["phone"].problem) == ("+49352380487", NUMBER_ALONE)


@pytest.mark.parametrize("line", ["Fax · 0351 4516269", "Fax | 0351 4516269", "Fax : 0351 4516269", "021234500"])
def test_a_number_that_something_else_is_called_by_is_none(line):
    assert "phone" not in party(f"Praxis am Markt\nDr. med. Anna Böhm\nRingweg 5\n01067 Dresden\n{line}")


def test_a_labelled_number_goes_before_a_bare_one():
    assert party("Praxis am Markt\nRingweg 5, 01067 Dresden\n0351 4516269\nTel. 0351 4516268")["phone"].value == "+493514516268"


@pytest.mark.parametrize("calling", ["Kinder- und Jugendarzt", "Fachärztin für Allgemeinmedizin", "Oberarzt", "Praxisleitung"])
def test_what_a_person_is_stands_behind_the_name(calling):
    found = party(f"Dr. med. Anna Böhm, {calling}\nRingweg 5, 01067 Dresden")
    assert (found["name"].value, "organization" in found) == ("Dr. med. Anna Böhm", False)


def test_another_person_behind_a_comma_is_none():
    assert "Kurz" in str(party("Dr. med. Anna Böhm, Dr. med. Uwe Kurz\nRingweg 5, 01067 Dresden")["name"].value)
