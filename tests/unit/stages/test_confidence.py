"""What a fit weighs: how many scan lines a value's print has, and how many of its letters may have lost their dots."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bridge.domain.calibration import Calibration
from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.forms import FieldKind
from bridge.stages.confidence import features, probability

NAME = Evidence(
    kind=FieldKind.NAME,
    agreement=Agreement.FULL,
    word_confidence=0.96,
    crop_confidence=0.98,
    label_score=1.0,
    readers=2,
    is_ticked=False,
    is_handwritten=False,
    is_doubtful=False,
    is_plausible=True,
)


def steps(print_lines: float) -> set[str]:
    return {name for name in features(replace(NAME, print_lines=print_lines)) if name.startswith("lines_")}


@pytest.mark.parametrize(
    ("print_lines", "reached"),
    [
        (7.9, set()),
        (8.0, {"lines_8"}),
        (11.9, {"lines_8", "lines_10"}),
        (15.0, {"lines_8", "lines_10", "lines_12", "lines_15"}),
        (20.0, {"lines_8", "lines_10", "lines_12", "lines_15", "lines_19"}),
    ],
)
def test_each_step_that_the_print_s_scan_lines_reach_counts(print_lines, reached):
    assert steps(print_lines) == reached


def test_in_coarse_print_letters_that_may_have_lost_their_dots_count():
    found = features(replace(NAME, print_lines=9.0, plain_vowels=3))
    assert found["lost_dots"] == pytest.approx(math.log(4))


def test_a_word_without_such_letters_has_lost_none():
    assert features(replace(NAME, print_lines=9.0, plain_vowels=0))["lost_dots"] == 0.0


@pytest.mark.parametrize("print_lines", [12.0, 20.0])
def test_in_fine_print_they_do_not(print_lines):
    assert "lost_dots" not in features(replace(NAME, print_lines=print_lines, plain_vowels=3))


def test_a_tick_has_no_print():
    ticked = features(replace(NAME, is_ticked=True, print_lines=9.0, plain_vowels=3))
    assert not any(name.startswith(("lines_", "lost_")) for name in ticked)


def test_a_fit_may_tell_coarse_print_from_fine():
    fitted = Calibration({"bias": 1.0, "lines_12": 2.0, "lost_dots": -1.0}, ((-5.0, 0.0), (5.0, 1.0)), {})
    fine, coarse, dotless = (
        probability(replace(NAME, print_lines=lines, plain_vowels=vowels), fitted) for lines, vowels in ((20.0, 3), (9.0, 0), (9.0, 3))
    )
    assert fine > coarse > dotless


CERTAIN = Calibration({}, ((0.0, 0.99),), {})


@pytest.mark.parametrize("kind", [FieldKind.NAME, FieldKind.STREET, FieldKind.TEXT])
def test_what_may_have_lost_its_dots_to_a_coarse_raster_is_never_sure(kind):
    coarse = replace(NAME, kind=kind, print_lines=11.5, plain_vowels=2)
    assert probability(coarse, CERTAIN) == 0.9
    assert probability(replace(coarse, print_lines=12.0), CERTAIN) == 0.99


def test_what_has_no_letters_that_could_have_dots_is_as_sure_as_ever():
    assert probability(replace(NAME, print_lines=11.5, plain_vowels=0), CERTAIN) == 0.99


def test_a_town_is_held_against_its_postal_code_instead():
    assert probability(replace(NAME, kind=FieldKind.CITY, print_lines=11.5, plain_vowels=2), CERTAIN) == 0.99
