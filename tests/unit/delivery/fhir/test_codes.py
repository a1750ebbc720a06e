"""The operator's map from words to codes."""

from __future__ import annotations

import tomllib

import pytest

from bridge.delivery.fhir import Code, parse_code_map
from bridge.domain.errors import ConfigurationError


def test_a_map_has_snomed_for_words_and_loinc_for_tests_unless_it_says_otherwise() -> None:
    toml = """
        [materials]
        "Nasen-Rachen-Abstrich" = { code = "258500001", display = "Nasopharyngeal swab" }
        [tests]
        "cvdp/PCR" = { code = "94500-6" }
        [methods]
        Kultur = { code = "1", system = "http://example.org" }
    """
    codes = parse_code_map(tomllib.loads(toml), "codes.toml", {"msvd": "Masern"}, {})
    assert codes.materials == {"nasen-rachen-abstrich": Code("http://snomed.info/sct", "258500001", "Nasopharyngeal swab")}
    assert codes.tests == {"cvdp/pcr": Code("http://loinc.org", "94500-6")}
    assert codes.methods == {"kultur": Code("http://example.org", "1")}
    assert codes.diseases == {"msvd": "Masern"}


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("[material]", "material"),
        ("materials = 1", "materials"),
        ("[materials]\nStuhl = 1", "materials.Stuhl"),
        ("[materials]\nStuhl = { display = 'Stool' }", "materials.Stuhl"),
        ("[materials]\nStuhl = { code = 1 }", "materials.Stuhl"),
        ("[materials]\nStuhl = { code = '1', name = 'Stool' }", "materials.Stuhl"),
    ],
)
def test_a_wrong_map_names_file_and_key(toml: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        parse_code_map(tomllib.loads(toml), "codes.toml", {}, {})
    assert (wrong.value.file, wrong.value.key) == ("codes.toml", key)
