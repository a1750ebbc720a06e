from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from bridge.domain.errors import ReaderError
from bridge.domain.image import PageImage, Pixels
from bridge.domain.layout import Box, MarkState, Word
from bridge.ports import PageReading
from bridge.stages.layout import lay_out, quality_of
from bridge.stages.second_look import READ_AGAIN
from tests.unit.stages.drawn_forms import PX_PER_MM, Sheet, form


class ScriptedReader:
    """Reads what the test says for each way round, known by where the sheet's black corner stands."""

    def __init__(self, words: dict[str, Sequence[Word]], orientation: tuple[int, float] = (0, 0.0), fails_at: str | None = None) -> None:
        self.words, self.found, self.fails_at = words, orientation, fails_at
        self.asked: list[str] = []

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        height, width = pixels.shape
        if height < 800:
            return PageReading(tuple(self.words.get("strip", ())))
        corners = {
            "upright": pixels[: height // 5, : width // 5], "left": pixels[height - height // 5 :, : width // 5],
            "over": pixels[height - height // 5 :, width - width // 5 :], "right": pixels[: height // 5, width - width // 5 :],
        }  # fmt: skip
        way = min(corners, key=lambda name: float(corners[name].mean()))
        self.asked.append(way)
        if way == self.fails_at:
            raise ReaderError("no")
        return PageReading(tuple(self.words.get(way, ())))

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        return self.found


def cornered() -> Sheet:
    sheet = Sheet()
    for y in range(80, 270, 8):
        sheet.line(20, y, 190, y, 0.4)
    sheet.pen.rectangle([160, 160, 800, 800], fill=0)
    return sheet


def good(count: int = 12, tall: bool = False) -> list[Word]:
    size = (40, 200) if tall else (200, 40)
    return [Word("Gesundheitsamt", 0.95, Box(300, 900 + i * 60, 300 + size[0], 900 + i * 60 + size[1]), 0, i) for i in range(count)]


def poor() -> list[Word]:
    return [Word("jweısyı9H", 0.15, Box(300, 900 + i * 60, 500, 940 + i * 60), 0, i) for i in range(12)]


def whichever_way(words: Sequence[Word]) -> ScriptedReader:
    return ScriptedReader(dict.fromkeys(("upright", "left", "over", "right"), words))


Faxed = Callable[[int], PageImage]


@pytest.fixture(scope="module")
def faxed() -> Faxed:
    sheet = cornered()
    return lambda turned: sheet.faxed("fine-clean", turned=turned)


def test_a_page_that_reads_well_is_read_once(faxed: Faxed) -> None:
    reader = ScriptedReader({"upright": good()})
    upright, layout = lay_out(faxed(0), reader)
    assert reader.asked == ["upright"]
    assert (layout.rotation, layout.is_blank) == (0, False)
    assert (layout.height, layout.width) == upright.pixels.shape
    assert layout.quality == pytest.approx(0.95)
    assert len([rule for rule in layout.rules if rule.is_horizontal]) >= 24


@pytest.mark.parametrize(("turned", "rotation"), [(90, 270), (180, 180), (270, 90)])
def test_a_page_the_wrong_way_round_is_turned_as_orientation_detection_says(faxed: Faxed, turned: int, rotation: int) -> None:
    reader = ScriptedReader({"upright": good(), "left": poor(), "over": poor(), "right": poor()}, (rotation, 0.8))
    upright, layout = lay_out(faxed(turned), reader)
    assert layout.rotation == upright.rotation == rotation
    assert len(reader.asked) == 2
    assert layout.words == tuple(good())


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_without_orientation_detection_every_way_is_tried(faxed: Faxed, turned: int) -> None:
    reader = ScriptedReader({"upright": good(), "left": poor(), "over": poor(), "right": poor()})
    _, layout = lay_out(faxed(turned), reader)
    assert (layout.rotation + turned) % 360 == 0


def test_a_poor_page_that_stands_upright_is_left_so(faxed: Faxed) -> None:
    reader = ScriptedReader({"upright": poor()}, (0, 0.6))
    _, layout = lay_out(faxed(0), reader)
    assert reader.asked == ["upright"]
    assert layout.rotation == 0


def test_words_that_run_down_the_page_are_no_good_reading(faxed: Faxed) -> None:
    reader = ScriptedReader({"upright": good(), "left": good(tall=True), "right": good(tall=True), "over": poor()}, (0, 0.9))
    _, layout = lay_out(faxed(90), reader)
    assert layout.rotation == 270


def test_a_way_round_that_cannot_be_read_does_not_lose_the_page(faxed: Faxed) -> None:
    reader = ScriptedReader({"upright": poor()}, (180, 0.9), fails_at="over")
    _, layout = lay_out(faxed(0), reader)
    assert layout.rotation == 0


def test_a_page_that_cannot_be_read_at_all_raises(faxed: Faxed) -> None:
    with pytest.raises(ReaderError):
        lay_out(faxed(0), ScriptedReader({}, fails_at="upright"))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_is_read_only_in_the_way_that_a_person_has_told(faxed: Faxed, rotation: int) -> None:
    ways = {0: "upright", 90: "right", 180: "over", 270: "left"}
    reader = ScriptedReader({"upright": good(), "right": poor(), "over": poor(), "left": poor()}, (180, 0.9))
    upright, layout = lay_out(faxed(0), reader, rotation)
    assert reader.asked == [ways[rotation]]
    assert upright.rotation == layout.rotation == rotation
    assert (layout.height, layout.width) == upright.pixels.shape


class TwoEngines(ScriptedReader):
    """Has worn pages read by another engine, which reads what the test says for each way round."""

    def __init__(self, words: dict[str, Sequence[Word]], worn: dict[str, Sequence[Word]], fails: bool = False) -> None:
        super().__init__(words, (0, 0.6))
        self.other, self.fails = ScriptedReader(worn), fails

    def read_worn(self, pixels: Pixels, dpi: float) -> PageReading:
        if self.fails:
            raise ReaderError("no")
        words = self.other.read_page(pixels, dpi).words
        return PageReading(tuple(replace(word, reader="other") for word in words))


class TestWorn:
    def test_a_page_that_reads_well_is_not_given_to_the_other_engine(self, faxed: Faxed) -> None:
        reader = TwoEngines({"upright": good()}, {"upright": good(20)})
        lay_out(faxed(0), reader)
        assert reader.other.asked == []

    def test_what_the_other_engine_makes_of_a_poor_one_is_its_word_alone(self, faxed: Faxed) -> None:
        _, layout = lay_out(faxed(0), TwoEngines({"upright": poor()}, {"upright": good()}))
        assert [word.text for word in layout.words] == ["Gesundheitsamt"] * 12
        assert {(word.reader, word.confidence) for word in layout.words} == {("other", READ_AGAIN)}
        assert not layout.is_unreadable

    def test_the_quality_stays_that_by_which_confidences_are_calibrated(self, faxed: Faxed) -> None:
        _, layout = lay_out(faxed(0), TwoEngines({"upright": poor()}, {"upright": good()}))
        assert layout.quality == pytest.approx(quality_of(poor()))

    def test_its_header_line_is_found(self, faxed: Faxed) -> None:
        _, layout = lay_out(faxed(0), TwoEngines({"upright": poor()}, {"upright": [*header(), *good()]}))
        assert layout.header is not None
        assert layout.header.page_count == 3

    def test_a_worn_page_taken_the_wrong_way_round_is_turned(self, faxed: Faxed) -> None:
        upright, layout = lay_out(faxed(180), TwoEngines({"over": poor()}, {"over": poor(), "upright": good()}))
        assert upright.rotation == layout.rotation == 180
        assert not layout.is_unreadable

    def test_but_not_one_of_which_a_person_has_told_how_it_stands(self, faxed: Faxed) -> None:
        reader = TwoEngines({"over": poor()}, {"over": poor(), "upright": good()})
        _, layout = lay_out(faxed(180), reader, 0)
        assert layout.rotation == 0
        assert set(reader.other.asked) == {"over"}

    @pytest.mark.parametrize(("worn", "fails"), [({"upright": poor()[:2]}, False), ({}, False), ({"upright": good()}, True)])
    def test_where_it_makes_less_of_the_page_or_fails_the_first_reading_stays(
        self, faxed: Faxed, worn: dict[str, Sequence[Word]], fails: bool
    ) -> None:
        _, layout = lay_out(faxed(0), TwoEngines({"upright": poor()}, worn, fails))
        assert layout.words == tuple(poor())

    def test_a_page_that_neither_reads_is_unreadable(self, faxed: Faxed) -> None:
        guessed = [replace(word, confidence=0.6) for word in poor()]
        _, layout = lay_out(faxed(0), TwoEngines({"upright": poor()}, {"upright": guessed}))
        assert layout.is_unreadable

    def test_so_is_one_with_ink_and_no_word(self, faxed: Faxed) -> None:
        _, layout = lay_out(faxed(0), TwoEngines({}, {}))
        assert layout.is_unreadable

    def test_a_blank_page_is_not(self) -> None:
        reader = TwoEngines({}, {})
        _, layout = lay_out(Sheet().faxed("fine-clean"), reader)
        assert layout.is_blank
        assert not layout.is_unreadable
        assert reader.other.asked == []


def header(y: float = 20) -> list[Word]:
    return [
        Word(text, 0.9, Box(100 + i * 200, y, 280 + i * 200, y + 30), 0, 0)
        for i, text in enumerate(["22.11.2026", "14:32", "PRAXIS", "WEISS", "S.", "1/3"])
    ]


def test_the_header_line_is_the_machines_not_the_documents(faxed: Faxed) -> None:
    _, layout = lay_out(faxed(0), ScriptedReader({"upright": [*header(), *good()]}))
    assert layout.header is not None
    assert (layout.header.page, layout.header.page_count) == (1, 3)
    assert layout.words == tuple(good())


def test_a_header_line_that_reads_well_does_not_hide_that_the_page_is_upside_down(faxed: Faxed) -> None:
    reader = ScriptedReader({"upright": good(), "over": [*header(), *header()]}, (180, 0.5))
    _, layout = lay_out(faxed(180), reader)
    assert layout.rotation == 180


@pytest.mark.parametrize(
    ("turned", "remains"), [(180, Box(300, 3540, 500, 3570)), (90, Box(10, 1000, 40, 1400)), (270, Box(2560, 1000, 2590, 1400))]
)
def test_the_header_line_of_a_turned_page_is_read_apart_and_its_remains_dropped(faxed: Faxed, turned: int, remains: Box) -> None:
    noise = Word("ssıam", 0.4, remains, 0, 99)
    reader = ScriptedReader(
        {"upright": [*good(), noise], "strip": header(), "over": poor(), "left": poor(), "right": poor()}, (360 - turned, 0.8)
    )  # fmt: skip
    _, layout = lay_out(faxed(turned), reader)
    assert layout.header is not None
    assert layout.header.page_count == 3
    assert layout.words == tuple(good())


def test_a_turned_page_without_header_line_keeps_its_words(faxed: Faxed) -> None:
    footer = Word("Fußzeile", 0.6, Box(300, 3540, 500, 3570), 0, 99)
    _, layout = lay_out(faxed(180), ScriptedReader({"upright": [*good(), footer], "over": poor()}, (180, 0.8)))
    assert layout.header is None
    assert footer in layout.words


class TestBlank:
    page = Sheet().faxed("fine-clean", tti="22.11.2026 14:32 +49 3581 856379 PRAXIS DR WEISS             S. 1/3")

    def test_a_page_with_only_a_header_line_is_blank_and_keeps_the_line(self) -> None:
        upright, layout = lay_out(self.page, whichever_way(header()))
        assert upright.is_blank
        assert layout.is_blank
        assert layout.words == ()
        assert layout.header is not None

    def test_a_word_that_was_read_well_speaks_against_it(self) -> None:
        _, layout = lay_out(self.page, whichever_way([*header(), good()[0]]))
        assert not layout.is_blank
        assert [word.text for word in layout.words] == ["Gesundheitsamt"]

    def test_what_a_reader_makes_of_dust_does_not(self) -> None:
        _, layout = lay_out(self.page, whichever_way(poor()))
        assert layout.is_blank


def test_check_boxes_are_marks_and_not_words() -> None:
    sheet = form(1)
    ticked = next(mark for mark in sheet.marks if mark.is_marked and mark.shape == "square")
    left, top, right, bottom = (v * PX_PER_MM for v in ticked.box)
    box = Word("X", 0.9, Box(left, top, right, bottom), 1, 1)
    label = Word("weiblich", 0.9, Box(right + 20, top, right + 180, bottom), 1, 1)
    _, layout = lay_out(sheet.faxed("fine-clean"), whichever_way([*good(), box, label]))
    assert box not in layout.words
    assert label in layout.words
    assert sum(mark.state is MarkState.MARKED for mark in layout.marks) >= 10


def test_quality_is_the_mean_confidence_weighted_by_length() -> None:
    assert quality_of([]) == 0.0
    assert quality_of([Word("ab", 1.0, Box(0, 0, 1, 1), 0, 0), Word("abcdef", 0.2, Box(0, 0, 1, 1), 0, 0)]) == pytest.approx(0.4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 2000), (2000, 3), (30, 30), (8, 5000)])
@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("is_bilevel", [True, False])
def test_pages_of_any_size_are_laid_out(shape: tuple[int, int], level: int, is_bilevel: bool) -> None:
    page = PageImage(np.full(shape, level, np.uint8), 204.0, 98.0, is_bilevel)
    upright, layout = lay_out(page, whichever_way([]))
    assert (layout.height, layout.width) == upright.pixels.shape
    assert min(upright.pixels.shape) >= 1


class TestFineness:
    """How many scan lines of the page as it came make a row of pixels."""

    @pytest.mark.parametrize(("condition", "lines_an_inch"), [("fine-clean", 196), ("standard-clean", 98)])
    def test_it_follows_from_the_fax_s_resolution(self, condition: str, lines_an_inch: int) -> None:
        upright, layout = lay_out(cornered().faxed(condition), whichever_way(good()))
        assert layout.fineness == pytest.approx(lines_an_inch / upright.dpi, abs=0.001)
        assert layout.fineness == pytest.approx(lines_an_inch / 306, abs=0.001)

    def test_on_a_page_turned_by_a_quarter_the_dots_across_are_its_lines(self, faxed: Faxed) -> None:
        reader = ScriptedReader({"upright": good(), "left": poor(), "over": poor(), "right": poor()}, (270, 0.8))
        _, layout = lay_out(faxed(90), reader)
        assert layout.fineness == pytest.approx(204 / 306, abs=0.001)

    def test_on_one_turned_upside_down_they_are_not(self, faxed: Faxed) -> None:
        reader = ScriptedReader({"upright": good(), "over": poor(), "left": poor(), "right": poor()}, (180, 0.8))
        _, layout = lay_out(faxed(180), reader)
        assert layout.fineness == pytest.approx(196 / 306, abs=0.001)
