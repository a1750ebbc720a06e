"""Handwriting never leaves by itself: neither what a pen surely wrote, nor what may be by the same pen."""

from __future__ import annotations

from bridge.domain.findings import CropReadings, Located
from bridge.domain.forms import FieldKind
from bridge.domain.layout import Box, Reading
from bridge.stages.by_hand import BY_HAND, LIKE_THE_OTHERS, given_to_a_person

LINE = Box(0, 0, 10, 10)
PRINT, PERHAPS, LIKELY, SURE = 0.02, 0.3, 0.6, 0.95  # how like a pen's the ink is


def place(path: str, kind: FieldKind = FieldKind.NAME, *, is_handwritten: bool = False, doubt: str | None = None) -> Located:
    return Located(path, kind, 1, LINE, "", 1.0, boxes=(LINE,), is_handwritten=is_handwritten, doubt=doubt)


def crop(pen: float, text: str = "Böhm") -> CropReadings:
    return CropReadings(0, (Reading("tesseract", text, 0.99),), pen)


def doubts(*given: tuple[Located, float]) -> list[str | None]:
    return [found.doubt for found in given_to_a_person([p for p, _ in given], [[crop(pen)] for _, pen in given])]


def test_a_value_that_looks_written_by_hand_goes_to_a_person() -> None:
    found = given_to_a_person([place("a"), place("b")], [[crop(LIKELY)], [crop(PRINT)]])
    assert [(p.is_handwritten, p.doubt) for p in found] == [(True, BY_HAND), (False, None)]


def test_one_line_written_by_hand_makes_the_whole_value_so() -> None:
    (found,) = given_to_a_person([place("a")], [[crop(PRINT), crop(LIKELY)]])
    assert found.is_handwritten


def test_where_one_value_is_surely_by_hand_only_plain_print_leaves_beside_it() -> None:
    assert doubts((place("a"), SURE), (place("b"), PERHAPS), (place("c"), PRINT)) == [BY_HAND, LIKE_THE_OTHERS, None]


def test_what_was_seen_as_handwriting_on_the_page_tells_of_the_others_too() -> None:
    seen = place("a", is_handwritten=True, doubt="Handschrift")
    assert doubts((seen, LIKELY), (place("b"), PERHAPS)) == ["Handschrift", LIKE_THE_OTHERS]


def test_a_signature_across_print_does_not_hold_a_typed_form() -> None:
    crossed = place("a", is_handwritten=True, doubt="Handschrift")
    assert doubts((crossed, PERHAPS), (place("b"), PERHAPS)) == ["Handschrift", None]


def test_a_value_that_is_only_likely_by_hand_does_not_hold_the_others() -> None:
    assert doubts((place("a"), LIKELY), (place("b"), PERHAPS)) == [BY_HAND, None]


def test_a_stamped_or_printed_sender_says_nothing_of_how_the_form_was_filled_in() -> None:
    sender = place("notifier", FieldKind.PARTY)
    assert doubts((sender, SURE), (place("b"), PERHAPS)) == [BY_HAND, None]
    assert doubts((place("b"), SURE), (sender, PERHAPS)) == [BY_HAND, None]


def test_a_doubt_that_was_there_before_stays_the_one_told() -> None:
    assert doubts((place("a", doubt="Der Eintrag ist durchgestrichen."), SURE)) == ["Der Eintrag ist durchgestrichen."]


def test_ink_that_nobody_could_read_is_no_value() -> None:
    (found,) = given_to_a_person([place("a")], [[crop(SURE, text="")]])
    assert (found.is_handwritten, found.doubt) == (False, None)
