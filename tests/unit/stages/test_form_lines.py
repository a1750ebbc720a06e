from __future__ import annotations

import pytest

from bridge.domain.layout import Box, Rule, Word
from bridge.stages.lines import Sheet as OpenSheet
from bridge.stages.lines import open_sheet
from bridge.stages.rules import without_streaks
from tests.unit.stages.drawn_forms import BOLD, PX_PER_MM, Sheet, px
from tests.unit.stages.printed import MM, Page
from tests.unit.stages.test_rules import rules_of


def level(rules: tuple[Rule, ...]) -> list[Box]:
    return [rule.box for rule in rules if rule.is_horizontal]


def upright(rules: tuple[Rule, ...]) -> list[Box]:
    return [rule.box for rule in rules if not rule.is_horizontal]


def row(height: float) -> Sheet:
    """Two horizontal lines `height` mm apart, the upper one at 100 mm."""
    sheet = Sheet()
    sheet.line(20, 100, 190, 100)
    sheet.line(20, 100 + height, 190, 100 + height)
    return sheet


class TestDividers:
    @pytest.mark.parametrize("condition", ["fine-clean", "standard-noisy"])
    def test_a_short_line_from_one_horizontal_to_the_next_is_found(self, condition):
        sheet = row(6.5)
        for x in (60, 130):
            sheet.line(x, 100, x, 106.5)
        found = upright(rules_of(sheet, condition, skew=0.0))
        assert [box.height / PX_PER_MM for box in found] == pytest.approx([6.5, 6.5], abs=1)
        assert (found[1].centre[0] - found[0].centre[0]) / PX_PER_MM == pytest.approx(70, abs=0.5)

    def test_one_that_ends_before_the_next_horizontal_is_none(self):
        sheet = row(9)
        sheet.line(60, 100, 60, 106.5)
        assert upright(rules_of(sheet, "fine-clean", skew=0.0)) == []

    def test_one_with_a_horizontal_at_one_end_only_is_none(self):
        sheet = Sheet()
        sheet.line(20, 100, 190, 100)
        sheet.line(60, 100, 60, 106.5)
        assert upright(rules_of(sheet, "fine-clean", skew=0.0)) == []

    def test_one_as_high_as_a_check_box_is_none(self):
        sheet = row(4)
        sheet.line(60, 100, 60, 104)
        assert upright(rules_of(sheet, "fine-clean", skew=0.0)) == []


class TestBlackBars:
    def bar(self, height: float, width: float = 160) -> Sheet:
        sheet = Sheet()
        sheet.pen.rectangle([px(v) for v in (20, 100, 20 + width, 100 + height)], fill=0)
        return sheet

    @pytest.mark.parametrize("height", [4, 7])
    def test_the_edges_are_lines(self, height):
        rules = rules_of(self.bar(height), "fine-clean", skew=0.0)
        top, bottom = level(rules)
        assert (bottom.centre[1] - top.centre[1]) / PX_PER_MM == pytest.approx(height, abs=0.6)
        assert [box.width / PX_PER_MM for box in (top, bottom)] == pytest.approx([160, 160], rel=0.02)

    def test_white_print_inside_changes_nothing(self):
        sheet = self.bar(7)
        sheet.pen.text((px(24), px(101)), "Betroffene Person", fill=255, font_size=px(4.5))
        assert len(level(rules_of(sheet, "fine-clean", skew=0.0))) == 2

    def test_a_short_black_patch_is_no_bar(self):
        assert level(rules_of(self.bar(6, width=20), "fine-clean", skew=0.0)) == []

    def test_bold_print_is_no_bar(self):
        sheet = Sheet()
        sheet.text(20, 100, "MELDEFORMULAR GESUNDHEITSAMT", 20, BOLD)
        assert rules_of(sheet, "fine-clean", skew=0.0) == ()


class TestOvershoot:
    def ruled(self, bottom: float) -> Box:
        """Return the upright line found from 100 mm down to `bottom`, past a horizontal one at 117 mm."""
        sheet = row(17)
        sheet.line(60, 100, 60, bottom)
        (found,) = upright(rules_of(sheet, "fine-clean", skew=0.0))
        return found

    def test_a_line_that_goes_on_less_than_a_row_is_cut(self):
        assert self.ruled(120).height / PX_PER_MM == pytest.approx(17, abs=0.6)

    def test_a_line_that_goes_on_for_a_row_is_kept(self):
        assert self.ruled(126).height / PX_PER_MM == pytest.approx(26, abs=0.6)

    def test_a_line_that_ends_there_is_kept(self):
        assert self.ruled(117).height / PX_PER_MM == pytest.approx(17, abs=0.6)


class TestStreaks:
    streak = Rule(Box(500, 0, 503, 3000))

    def words(self, count: int, left: float = 450, confidence: float = 0.9) -> list[Word]:
        """Return words of 100 pixels, one below the other."""
        return [Word("Böhm", confidence, Box(left, 100 + 60 * i, left + 100, 130 + 60 * i), 0, i) for i in range(count)]

    def test_what_runs_through_three_words_is_a_streak(self):
        assert without_streaks([self.streak], self.words(3)) == ()

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param({"count": 2}, id="two words"),
            pytest.param({"count": 9, "left": 490}, id="words that grew over a line at their left"),
            pytest.param({"count": 9, "left": 510}, id="words beside it"),
            pytest.param({"count": 9, "confidence": 0.3}, id="words nobody is sure of"),
        ],
    )
    def test_a_printed_line_is_kept(self, words):
        assert without_streaks([self.streak], self.words(**words)) == (self.streak,)

    def test_a_horizontal_line_is_no_streak(self):
        struck = Rule(Box(0, 114, 2000, 117))
        side_by_side = [Word("Böhm", 0.9, Box(100 + 200 * i, 100, 200 + 200 * i, 130), 0, 0) for i in range(4)]
        assert without_streaks([struck], side_by_side) == (struck,)

    def test_words_above_its_upper_end_are_not_run_through(self):
        low = Rule(Box(500, 2000, 503, 3000))
        assert without_streaks([low], self.words(9)) == (low,)


def opened(page: Page) -> OpenSheet:
    return open_sheet(1, page.layout())


def texts(page: Page) -> list[str]:
    return [segment.text for segment in opened(page).segments]


LETTER = 0.68 * 2.7  # mm: a letter's width
BLANK = 0.45 * 2.7


class TestColumns:
    LABEL = "Krankheitsbeginn"
    END = 20 + len(LABEL) * LETTER

    def form(self, gap: float, mates: int, label: str = LABEL, shift: float = 0.0) -> Page:
        """A long label `gap` mm before its answer, and `mates` short labels with answers `shift` mm off the same column."""
        page = Page()
        column = self.END + gap
        page.write(20, 40, label)
        page.write(column, 40, "gestern")
        for i in range(mates):
            page.write(20, 46 + 6 * i, "Ort")
            page.write(column + shift, 46 + 6 * i, "Bonn")
        return page

    def test_a_gap_wider_than_a_blank_is_enough_where_two_others_go_on(self):
        assert texts(self.form(gap=2.2, mates=2))[:2] == [self.LABEL, "gestern"]

    def test_a_blank_is_enough_where_three_others_go_on(self):
        assert texts(self.form(gap=BLANK, mates=3))[:2] == [self.LABEL, "gestern"]

    @pytest.mark.parametrize(
        ("gap", "mates", "shift"),
        [
            pytest.param(2.2, 1, 0.0, id="one line goes on there"),
            pytest.param(BLANK, 2, 0.0, id="two lines, and a mere blank"),
            pytest.param(2.2, 4, 3.0, id="the others go on elsewhere"),
            pytest.param(BLANK, 4, 0.7, id="a mere blank, not flush to the dot"),
        ],
    )
    def test_else_the_line_stays_whole(self, gap, mates, shift):
        assert texts(self.form(gap, mates, shift=shift))[0] == f"{self.LABEL} gestern"

    def test_only_the_gap_before_the_column_is_cut(self):
        page = self.form(gap=2.2, mates=2, label="Krankheit Beginn")
        assert texts(page)[:2] == ["Krankheit Beginn", "gestern"]

    def test_a_gap_like_the_others_of_its_line_is_none(self):
        page = Page()
        page.write(20, 40, "Krankheit")
        page.write(20 + 9 * LETTER + 2.2, 40, "Beginn")
        column = 20 + 15 * LETTER + 2 * 2.2
        page.write(column, 40, "gestern")
        for i in range(2):
            page.write(20, 46 + 6 * i, "Ort")
            page.write(column, 46 + 6 * i, "Bonn")
        assert texts(page)[0] == "Krankheit Beginn gestern"

    def test_a_value_whose_second_word_stands_under_another_column_is_not_cut(self):
        page = Page()
        second = 60 + len("Bad") * LETTER + BLANK
        page.write(20, 40, "Wohnort")
        page.write(60, 40, "Bad Homburg")
        for i in range(4):
            page.write(20, 46 + 6 * i, "Name")
            page.write(second, 46 + 6 * i, "Böhm")
        assert texts(page)[:2] == ["Wohnort", "Bad Homburg"]

    def test_lines_far_away_make_no_column(self):
        page = self.form(gap=2.2, mates=0)
        for i in range(4):
            page.write(20, 150 + 6 * i, "Ort")
            page.write(self.END + 2.2, 150 + 6 * i, "Bonn")
        assert texts(page)[0] == f"{self.LABEL} gestern"


class TestGluedLabels:
    def words(self, text: str) -> list[Word]:
        page = Page()
        page.write(20, 40, text)
        return [word for segment in opened(page).segments for word in segment.words]

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("BSNR:986287623", ["BSNR:", "986287623"]),
            ("Name:Böhm", ["Name:", "Böhm"]),
            ("Tel.:0351", ["Tel.:", "0351"]),
            ("Uhrzeit:14:30", ["Uhrzeit:", "14:30"]),
        ],
    )
    def test_label_and_value_read_as_one_word_are_parted(self, text, parts):
        assert [word.text for word in self.words(text)] == parts

    @pytest.mark.parametrize("text", ["14:30", "1:80", "Name:", "https://praxis.example", "a:b"])
    def test_other_colons_part_nothing(self, text):
        assert [word.text for word in self.words(text)] == [text]

    def test_the_box_is_parted_at_the_colon(self):
        label, value = self.words("BSNR:986287623")
        assert label.box.right == value.box.left == pytest.approx((20 + 5 * LETTER) * MM)


class TestReadTwice:
    PLACE = Box(240, 480, 440, 512)

    def page(self, *words: Word) -> Page:
        page = Page()
        page.words += words
        return page

    def read(self, text: str, confidence: float, reader: str | None, box: Box = PLACE) -> Word:
        return Word(text, confidence, box, 0, 0, reader)

    def test_another_engines_reading_of_the_same_word_is_left_out(self):
        assert texts(self.page(self.read("Dresden", 0.6, None), self.read("Dresdem", 0.9, "ppocr"))) == ["Dresden"]

    def test_of_two_readings_by_another_engine_the_surer_one_is_kept(self):
        assert texts(self.page(self.read("Dresdem", 0.6, "ppocr"), self.read("Dresden", 0.9, "ppocr"))) == ["Dresden"]

    def test_a_word_that_the_other_engine_alone_has_read_is_kept(self):
        beside = Box(460, 480, 600, 512)
        assert texts(self.page(self.read("Bad", 0.9, None), self.read("Homburg", 0.9, "ppocr", beside))) == ["Bad Homburg"]

    def test_the_same_word_elsewhere_is_kept(self):
        below = Box(240, 600, 440, 632)
        assert texts(self.page(self.read("Dresden", 0.9, None), self.read("Dresden", 0.9, "ppocr", below))) == ["Dresden", "Dresden"]


class TestGrownBoxes:
    def box_of(self, x: float) -> Box:
        """Return the box of a word from 240 to 440 pixels where an upright rule stands at `x`."""
        page = Page()
        page.words.append(Word("Dresden", 0.9, Box(240, 480, 440, 512), 0, 0))
        page.rules.append(Rule(Box(x, 400, x + 3, 600)))
        (segment,) = opened(page).segments
        return segment.box

    def test_a_box_grown_over_a_rule_at_its_right_is_cut_there(self):
        assert self.box_of(420) == Box(240, 480, 419, 512)

    def test_a_box_grown_over_a_rule_at_its_left_is_cut_there(self):
        assert self.box_of(260) == Box(264, 480, 440, 512)

    @pytest.mark.parametrize("x", [338, 500])
    def test_a_rule_through_its_middle_or_beside_it_cuts_nothing(self, x):
        assert self.box_of(x) == Box(240, 480, 440, 512)
