from __future__ import annotations

import pytest

from bridge.domain.layout import Rule
from bridge.stages.clean import clean
from bridge.stages.rules import find_rules, ink_map
from tests.unit.stages.drawn_forms import BOLD, CONDITIONS, MONO, PX_PER_MM, SANS, Sheet, form, letter


def rules_of(sheet: Sheet, condition: str, skew: float = 0.8) -> tuple[Rule, ...]:
    return find_rules(ink_map(clean(sheet.faxed(condition, skew=skew))))


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_line_of_a_form_is_found_once(condition: str, seed: int) -> None:
    rules = rules_of(form(seed), condition)
    level = [rule for rule in rules if rule.is_horizontal]
    upright = [rule for rule in rules if not rule.is_horizontal]
    assert len(level) == 10 + 6
    assert all(rule.box.width == pytest.approx(182 * PX_PER_MM, rel=0.02) for rule in level)
    assert len(upright) == 3 + 5
    heights = sorted((rule.box.height / PX_PER_MM for rule in upright), reverse=True)
    assert heights == pytest.approx([72] * 3 + [35] * 5, abs=2)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(("size", "font"), [(9, MONO), (12, SANS), (13, BOLD)])
def test_rows_of_letters_are_no_lines(condition: str, size: float, font: str) -> None:
    assert rules_of(letter(size, font), condition) == ()


def test_a_line_broken_by_the_fax_is_one_line() -> None:
    sheet = Sheet()
    for x in range(20, 190, 10):
        sheet.line(x, 100, x + 8.2, 100)
    (rule,) = rules_of(sheet, "fine-clean", skew=0.0)
    assert rule.box.width == pytest.approx(168 * PX_PER_MM, rel=0.02)


def test_short_strokes_are_no_lines() -> None:
    sheet = Sheet()
    sheet.line(20, 100, 27, 100)
    sheet.square(50, 100, 4)
    assert rules_of(sheet, "fine-clean") == ()


@pytest.mark.parametrize("height", [6, 8, 10])
def test_a_black_bar_has_edges_above_and_below_and_no_line_at_its_ends(height: int) -> None:
    sheet = Sheet()
    sheet.line(20, 100 + height / 2, 180, 100 + height / 2, height)
    rules = rules_of(sheet, "fine-clean", skew=0.0)
    assert [rule.is_horizontal for rule in rules] == [True, True]
