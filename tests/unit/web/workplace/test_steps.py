"""What forms of the desk say, as steps and arrangements."""

from __future__ import annotations

import pytest

from bridge.domain.desk import Arrangement, StepKind
from bridge.domain.errors import RefusedError
from bridge.web.workplace.steps import place_of, rearranged, step_of


def test_an_answer_counts_before_what_is_typed() -> None:
    assert step_of({"path": "patient.city", "kind": "absent", "text": "Darmstadt"}, None).kind is StepKind.ABSENT
    assert step_of({"path": "patient.city", "choice": "Dortmund", "text": "Darmstadt"}, None).text == "Dortmund"


def test_nothing_typed_says_nothing_but_in_a_cell() -> None:
    with pytest.raises(RefusedError):
        step_of({"path": "patient.city", "text": " "}, None)
    assert step_of({"path": "rows.0.city", "text": ""}, None).kind is StepKind.ABSENT


@pytest.mark.parametrize("box", ["", "1", "0.5,0.5,0.4,0.6", "a,b,c,d", "0.1,0.2,0.3"])
def test_a_place_that_is_none_is_left_out(box: str) -> None:
    assert place_of({"page": "1", "box": box}) == (None, None)


def test_a_place_is_kept_within_the_page() -> None:
    assert place_of({"page": "2", "box": "-0.1,0.2,1.4,0.3"}) == (2, (0.0, 0.2, 1.0, 0.3))


def test_pages_with_the_same_number_make_one_document() -> None:
    sent = {"part.1": "1", "part.2": "2", "part.3": "1", "part.4": "", "type.2": "letter"}
    assert rearranged(sent, [(1, 2, 3)]) == Arrangement((((1, 3), None), ((2,), "letter")))


def test_who_only_turns_a_page_leaves_the_split_as_it_was() -> None:
    sent = {"part.1": "1", "part.2": "2", "turn.2": "180"}
    assert rearranged(sent, [(1,), (2,)]) == Arrangement((), {2: 180})
    assert rearranged(sent, [(1, 2)]) == Arrangement((((1,), None), ((2,), None)), {2: 180})


def test_a_turned_page_must_belong_somewhere() -> None:
    with pytest.raises(RefusedError, match="turned page"):
        rearranged({"part.1": "", "turn.1": "90"}, [(1,)])
