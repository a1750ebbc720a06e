from __future__ import annotations

import pytest

from bridge.domain.evidence import Agreement
from bridge.domain.forms import FieldSpec
from bridge.stages.agreement import Version, agree
from bridge.stages.answers import misread_choice, parse_choice
from tests.unit.stages.printed import catalog


def sex() -> FieldSpec:
    return next(spec for spec in catalog().types["case_list"].columns if spec.path == "sex")


@pytest.mark.parametrize(("text", "meant"), [("werbl", "female"), ("webl.", "female"), ("mannt", "male")])
def test_an_answer_but_for_one_letter_is_proposed_and_doubtful(text, meant):
    assert parse_choice(sex(), text) is None
    parsed = misread_choice(sex(), text)
    assert (parsed.value, parsed.problem is None) == (meant, False)


@pytest.mark.parametrize("text", ["x", "n", "wedt", "Magdalena", ""])
def test_what_is_further_from_every_answer_is_none(text):
    assert misread_choice(sex(), text) is None


def test_a_misread_answer_is_no_witness_for_a_read_one():
    versions = [
        Version("ppocr", "weibl", 0.9, parse_choice(sex(), "weibl")),
        Version("tesseract", "werbl", 0.9, misread_choice(sex(), "werbl")),
    ]
    verdict = agree(versions, sex().kind)
    assert verdict is not None
    assert (verdict.agreement, verdict.chosen.text) == (Agreement.CONFLICT, "weibl")
