from __future__ import annotations

import pytest

from bridge.domain.errors import RefusedError
from bridge.stages.codes import match_code
from bridge.stages.spoken import name_of
from bridge.stages.typed import parse_value
from tests.unit.stages.printed import catalog

DISEASES, PATHOGENS = catalog().codes["diseases"], catalog().codes["pathogens"]


@pytest.mark.parametrize("entry", [*DISEASES, *PATHOGENS], ids=lambda entry: entry.code)
def test_every_official_name_is_its_own_entry(entry):
    entries = DISEASES if entry in DISEASES else PATHOGENS
    assert match_code(entry.name, entries).code == entry.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Masern", "msvd"),
        ("Rubeola", "msvd"),
        ("Covid", "cvdd"),
        ("SARS-CoV-2", "cvdd"),
        ("Corona", "cvdd"),
        ("Keuchhusten (Pertussis)", "bpsd"),
        ("HUS", "husd"),
        ("Röteln", "ruvd"),
        ("Tuberku1ose", "mytd"),
    ],
)
def test_synonyms_and_misread_letters(text, code):
    assert match_code(text, DISEASES).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Covid", "cvdp"),
        ("Coronavirus SARS-CoV-2", "cvdp"),
        ("Rubeola", "msvp"),
        ("Röteln", "ruvp"),
        ("Varizellen", "vzvp"),
        ("B. pertussis", "bpsp"),
        ("M. tuberculosis complex", "mytp"),
        ("Influenza A/B", "invp"),
        ("Noroviren", "novp"),
    ],
)
def test_pathogens_as_laboratories_print_them(text, code):
    assert match_code(text, PATHOGENS).code == code


@pytest.mark.parametrize("text", ["kein Mycobacterium tuberculosis", "Keine Clostridioides difficile", "ohne Mycobacterium tuberculosis"])
def test_a_denied_pathogen_is_none(text):
    assert match_code(text, PATHOGENS) is None


@pytest.mark.parametrize("text", ["Masem", "Hepatitis X", "", "x", "Grippaler Infekt", "Mas", "Fieber"])
def test_nothing_is_forced(text):
    assert match_code(text, DISEASES) is None


class TestTypedValues:
    KIND = catalog().types["disease_notification"]

    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            ("patient.birth_date", "15.03.2020", "2020-03-15"),
            ("patient.sex", "female", "female"),
            ("patient.sex", "weiblich", "female"),
            ("hospital.admitted", "ja", True),
            ("hospital.admitted", "nicht bekannt", None),
            ("disease.code", "msvd", "msvd"),
            ("disease.name", "Masern", "Masern"),
            ("patient.street", "Ringweg 5", "Ringweg 5"),
            ("patient.family_name", "Böhm", "Böhm"),
            ("vaccination.doses", "2", 2),
            ("notifier.organization", "Praxis am Markt", "Praxis am Markt"),
            ("symptoms", "Fieber, Husten", ["Fieber", "Husten"]),
        ],
    )
    def test_obey_the_fields_grammar(self, path, text, expected):
        assert parse_value(self.KIND, path, text, catalog().codes) == expected

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("patient.birth_date", "31.02.2020"),
            ("patient.postal_code", "123"),
            ("patient.sex", "ja"),
            ("disease.code", "Masern"),
            ("patient.shoe_size", "42"),
            ("rows.0.sex", "m"),
        ],
    )
    def test_are_refused_in_german_otherwise(self, path, text):
        with pytest.raises(RefusedError) as caught:
            parse_value(self.KIND, path, text, catalog().codes)
        assert path in caught.value.reason or f"„{name_of(path, self.KIND)}“" in caught.value.reason

    def test_columns_of_lists(self):
        assert parse_value(catalog().types["case_list"], "rows.3.sex", "w", catalog().codes) == "female"

    @pytest.mark.parametrize(
        ("kind", "path", "text", "near"),
        [
            ("disease_notification", "disease.code", "abcd", "(Milzbrand)"),
            ("disease_notification", "disease.code", "msvx", "msvd (Masern)"),
            ("disease_notification", "disease.code", "Masern", "msvd (Masern)"),
            ("laboratory_notification", "pathogen.code", "msvd", "msvp"),
        ],
    )
    def test_a_code_outside_the_list_of_its_field_is_refused_with_those_that_may_be_meant(self, kind, path, text, near):
        with pytest.raises(RefusedError) as caught:
            parse_value(catalog().types[kind], path, text, catalog().codes)
        assert f"„{text}“ für „{path}“" in caught.value.reason
        assert near in caught.value.reason
        assert "config/codes/" in caught.value.reason
