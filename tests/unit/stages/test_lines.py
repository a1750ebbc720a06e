"""How words become runs: typewriters' blanks, print in no script of ours, and pages opened more than once."""

from __future__ import annotations

import pytest

from bridge.domain.layout import Box, Word
from bridge.stages.lines import open_sheet
from tests.unit.stages.printed import MM, Page

PITCH = 2.0  # mm: the width of every letter of a typewriter's face
HEIGHT = 2.0  # mm: so that its blank is wider than print of its height has elsewhere
BODY = ("Stadt", "Mutter", "Schwester", "Krankenhaus")


def put(page: Page, x: float, y: float, text: str, pitch: float = PITCH) -> float:
    """Print a word, each letter `pitch` mm wide with white beside it; return where it ends (mm)."""
    right = x + (len(text) - 0.25) * pitch
    page.words.append(Word(text, 0.95, Box(x * MM, y * MM, right * MM, (y + HEIGHT) * MM), 0, round(y)))
    return right


def runs(page: Page) -> list[str]:
    return [segment.text for segment in open_sheet(1, page.layout()).segments]


class TestFixedPitch:
    def first_line(self, gap: float, words: int = 16, uneven: float = 0.0) -> list[str]:
        """Return the runs of a line with `gap` letters' widths in it; letters of the page's other words differ by `uneven`."""
        page = Page()
        end = put(page, 20, 30, "Krankheit")
        put(page, end + gap * PITCH, 30, "Masern")
        for i in range(words):
            put(page, 20, 60 + 6 * i, BODY[i % 4], PITCH * (1 + uneven * (i % 3 - 1)))
        return runs(page)[:-words]

    @pytest.mark.parametrize("gap", [1.6, 1.8, 1.9])
    def test_words_with_one_blank_between_are_one_run(self, gap):
        assert self.first_line(gap) == ["Krankheit Masern"]

    @pytest.mark.parametrize("gap", [2.6, 2.9])
    def test_two_blanks_part_them(self, gap):
        assert self.first_line(gap) == ["Krankheit", "Masern"]

    def test_where_letters_differ_in_width_a_gap_as_wide_parts_them(self):
        assert self.first_line(1.8, uneven=0.1) == ["Krankheit", "Masern"]

    def test_a_few_words_do_not_tell_a_typewriter_s_face(self):
        assert self.first_line(1.8, words=8) == ["Krankheit", "Masern"]


class TestOtherScripts:
    @pytest.mark.parametrize("read", ["二二二", "ニニ三", "＝＝＝", "二", "==二=="])
    def test_rows_of_signs_read_as_another_script_are_dropped(self, read):
        page = Page()
        page.write(20, 30, f"Name {read} Böhm")
        assert runs(page) == ["Name", "Böhm"]

    def test_a_word_with_letters_of_ours_is_kept(self):
        page = Page()
        page.write(20, 30, "Böhm二")
        assert runs(page) == ["Böhm二"]

    @pytest.mark.parametrize("word", ["Žaneta", "Łódź", "Øre"])
    def test_so_are_letters_of_our_neighbours(self, word):
        page = Page()
        page.write(20, 30, word)
        assert runs(page) == [word]


class TestOpenedAgain:
    def layout(self, text: str = "Böhm"):
        page = Page()
        page.write(20, 30, text)
        return page.layout()

    def test_the_same_page_has_the_number_it_is_opened_with(self):
        sheets = [open_sheet(number, self.layout()) for number in (1, 2, 1)]
        assert [sheet.number for sheet in sheets] == [1, 2, 1]

    def test_it_is_taken_apart_once(self):
        one, other = open_sheet(1, self.layout()), open_sheet(2, self.layout())
        assert one.segments is other.segments

    def test_another_page_is_not_mistaken_for_it(self):
        texts = [[segment.text for segment in open_sheet(1, self.layout(name)).segments] for name in ("Böhm", "Weiß")]
        assert texts == [["Böhm"], ["Weiß"]]
