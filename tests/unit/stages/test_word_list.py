"""How common German words are."""

from __future__ import annotations

import pytest

from bridge.stages.word_list import UNKNOWN, commonness


def test_a_common_word_is_commoner_than_a_rare_one():
    common, rare = commonness(["Straße", "Mühlbach"])
    assert common > rare > UNKNOWN


@pytest.mark.parametrize(("printed", "misread"), [("Käfer", "Kafer"), ("Björn", "Bjom"), ("Zimmermann", "Zimmemann"), ("für", "fur")])
def test_what_readers_make_of_a_word_is_rarer_than_the_word(printed, misread):
    one, other = commonness([printed, misread])
    assert one >= other + 1.0


def test_capitals_and_sharp_s_make_no_difference():
    assert len({*commonness(["Groß", "groß", "GROSS", "gross"])}) == 1


@pytest.mark.parametrize("word", ["Xqzvbn", "", "x", "Donaudampfschifffahrtsgesellschaftskapitän"])
def test_what_the_list_does_not_hold_is_unknown(word):
    assert commonness([word]) == [UNKNOWN]
