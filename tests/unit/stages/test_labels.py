"""Where a printed label ends: the paragraph of the law behind it belongs to it."""

from __future__ import annotations

import pytest

from bridge.stages.labels import find_labels
from bridge.stages.lines import open_sheet
from tests.unit.stages.printed import Page, catalog, values

DISEASE = "disease_notification"


def form(line: str) -> Page:
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 28, "Name: Böhm")
    page.write(20, 60, line)
    return page


def labels(line: str) -> dict[str, set[str]]:
    """Return the labels in a form's last line with the paths they may ask for."""
    found = find_labels(open_sheet(1, form(line).layout()), catalog().types[DISEASE])
    last = [label for label in found if label.box.top > 700]
    return {label.segment.cut(label.start, label.stop).text: {spec.path for spec in label.specs} for label in last}


@pytest.mark.parametrize(
    "label",
    [
        "Krankheit n. § 6 IfSG:",
        "Krankheit nach § 6 IfSG:",
        "Krankheit gem. §6 IfSG:",
        "Krankheit nach § 6 Abs. 1 IfSG:",
        "Diagnose gemäß §§ 6, 7 IfSG:",
        "Erkrankung lt. Par. 6 IfSG:",
    ],
)
def test_the_paragraph_of_the_law_belongs_to_the_label_before_it(label):
    assert labels(f"{label} Masern") == {label: {"disease"}}


@pytest.mark.parametrize(
    "label", ["Diagnose n. 8 6 IfSG:", "Krankheit n. § 6 1fSG:", "Verdacht auf n. S 6 lfSG:", "Krankheit n. $ 6 IfSC:"]
)
def test_so_does_a_misread_one(label):
    assert labels(f"{label} Masern") == {label: {"disease"}}


def test_what_follows_is_the_value():
    assert values(form("Krankheit n. § 6 IfSG: Masern"), DISEASE)["disease.name"] == "Masern"


def test_a_paragraph_behind_the_label_s_colon_is_no_part_of_it():
    assert labels("Krankheit: nach § 6 IfSG Masern") == {"Krankheit:": {"disease"}}


def test_one_in_the_value_is_no_part_of_it_either():
    assert labels("Krankheit n. § 6 IfSG: Masern nach § 7 IfSG") == {"Krankheit n. § 6 IfSG:": {"disease"}}


@pytest.mark.parametrize("line", ["Krankheit nach Masern", "Krankheit nach § 6 Masern", "Krankheit nach Reise, s. IfSG"])
def test_other_words_behind_a_label_make_it_none(line):
    assert labels(line) == {}
