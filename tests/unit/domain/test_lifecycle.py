"""What may follow what: the whole table, not samples of it."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise, product

import pytest

from bridge.domain.errors import DecodeError, IllegalTransitionError
from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, FaxState, PageState, WorkState, check_transition

ALL_STATES: tuple[type[StrEnum], ...] = (FaxState, PageState, DocumentState, WorkState, DeliveryState)


def followers(state: StrEnum) -> set[str]:
    allowed = set()
    for new in type(state):
        try:
            check_transition(state, new)
        except IllegalTransitionError:
            continue
        allowed.add(new.value)
    return allowed


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (WorkState.READY, {"claimed"}),
        (WorkState.CLAIMED, {"ready", "done", "quarantined"}),
        (WorkState.DONE, set()),
        (WorkState.QUARANTINED, set()),
        (DeliveryState.PENDING, {"delivered", "dead", "discarded"}),
        (DeliveryState.DEAD, {"pending", "discarded"}),
        (DeliveryState.DELIVERED, set()),
        (DeliveryState.DISCARDED, set()),
        (PageState.DECODED, {"laid_out", "quarantined"}),
        (PageState.READ, {"decoded", "laid_out"}),
        (PageState.QUARANTINED, {"closed", "decoded", "laid_out"}),
        (PageState.CLOSED, {"decoded", "laid_out"}),
        (FaxState.DECIDED, {"unpacked", "decoded", "laid_out"}),
        (PageState.MISSING, set()),
        (DocumentState.WAITING, {"released", "rejected", "filed", "replaced"}),
        (DocumentState.REPLACED, set()),
    ],
)
def test_the_followers_of_a_state_are_exactly_these(state: StrEnum, expected: set[str]) -> None:
    assert followers(state) == expected


def test_a_fax_walks_from_arrival_to_decision() -> None:
    way = [FaxState.RECEIVED, FaxState.UNPACKED, FaxState.DECODED, FaxState.LAID_OUT, FaxState.LOCATED, FaxState.READ, FaxState.DECIDED]
    for old, new in pairwise(way):
        check_transition(old, new)


def test_no_stage_can_be_skipped_at_the_start_nor_undone() -> None:
    for old, new in [(FaxState.RECEIVED, FaxState.DECODED), (FaxState.UNPACKED, FaxState.LAID_OUT), (FaxState.DECODED, FaxState.RECEIVED)]:
        with pytest.raises(IllegalTransitionError):
            check_transition(old, new)


@pytest.mark.parametrize("failed", sorted(FAILED))
def test_a_failed_fax_can_be_replayed_or_closed_by_a_person(failed: FaxState) -> None:
    assert {"received", "unpacked", "closed"} == followers(failed)


def test_a_closed_fax_can_be_replayed() -> None:
    assert followers(FaxState.CLOSED) == {"received", "unpacked"}


@pytest.mark.parametrize("document_state", [DocumentState.FILED, DocumentState.REJECTED, DocumentState.DELIVERED, DocumentState.RELEASED])
def test_no_decision_about_a_document_is_final_for_a_person(document_state: DocumentState) -> None:
    check_transition(document_state, DocumentState.WAITING)


def test_a_delivered_document_is_never_replaced_or_filed_behind_its_receiver() -> None:
    assert not followers(DocumentState.DELIVERED) & {"replaced", "filed", "rejected"}


def test_every_state_but_the_first_can_be_reached_or_is_born_so() -> None:
    born = {FaxState.RECEIVED, PageState.DECODED, PageState.MISSING, DocumentState.WAITING, WorkState.READY, DeliveryState.PENDING}
    for states in ALL_STATES:
        reached = {new for old in states for new in followers(old)}
        assert {state.value for state in states} <= reached | {state.value for state in born if isinstance(state, states)}


@pytest.mark.parametrize(("states", "foreign"), [pair for pair in product(ALL_STATES, repeat=2) if pair[0] is not pair[1]])
def test_states_of_different_things_never_follow_one_another_though_they_share_names(states: type[StrEnum], foreign: type[StrEnum]) -> None:
    for old, new in product(states, foreign):
        with pytest.raises(IllegalTransitionError):
            check_transition(old, new)


def test_a_refusal_names_kind_and_both_states() -> None:
    with pytest.raises(IllegalTransitionError, match="WorkState: done -> ready"):
        check_transition(WorkState.DONE, WorkState.READY)


@pytest.mark.parametrize("error", [DecodeError, *DecodeError.__subclasses__()])
def test_every_named_failure_of_a_file_is_a_failed_state_of_its_fax(error: type[DecodeError]) -> None:
    assert FaxState(error.state) in FAILED
