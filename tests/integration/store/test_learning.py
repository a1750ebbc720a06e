"""What people tell the machine, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.domain.desk import Arrangement, LabelProposal, ProposalState
from bridge.domain.errors import NotFoundError
from bridge.domain.ids import first_id, new_id
from bridge.domain.model import ReviewTask
from bridge.domain.teaching import Corrections, Week
from bridge.store.sql import SqlStore
from tests.deliveries import START, add_document, add_fax, release

PERSON = "0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10"
KEY = ("letter", "sender.name", "Gez. (Name)")


def show(store: SqlStore, *senders: str, key: tuple[str, str, str] = KEY) -> None:
    for sender in senders:
        with store.begin() as tx:
            tx.propose_label(*key, sender, START)


def test_an_arrangement_is_kept_replaced_and_survives_that_results_are_forgotten(store: SqlStore) -> None:
    fax, other = add_fax(store), add_fax(store)
    told = Arrangement((((1, 3), "letter"), ((2,), None)), {2: 180, 3: 0})
    with store.begin() as tx:
        tx.save_arrangement(fax.id, Arrangement())
        tx.save_arrangement(fax.id, told)
        tx.forget_results(fax.id)
    assert store.arrangement(fax.id) == told
    assert store.arrangement(other.id) is None


def test_a_label_counts_once_a_sender_and_is_listed_from_two_on(store: SqlStore) -> None:
    show(store, "a", "a")
    assert store.label_proposals() == []
    show(store, "b", "b", "c")
    show(store, "a", "b", key=("letter", "subject", "Betr."))
    assert store.label_proposals() == [
        LabelProposal(*KEY, ProposalState.PROPOSED, 3, START),
        LabelProposal("letter", "subject", "Betr.", ProposalState.PROPOSED, 2, START),
    ]


def test_what_was_decided_stays_decided_however_often_it_is_seen(store: SqlStore) -> None:
    show(store, "a", "b")
    store.decide_label(*KEY, ProposalState.DECLINED, PERSON)
    show(store, "c")
    assert store.label_proposals(ProposalState.PROPOSED) == []
    assert store.label_proposals(ProposalState.DECLINED) == [LabelProposal(*KEY, ProposalState.DECLINED, 3, START, PERSON)]
    store.decide_label(*KEY, ProposalState.APPROVED, PERSON)
    assert [each.label for each in store.label_proposals(ProposalState.APPROVED)] == [KEY[2]]


def test_what_was_not_offered_cannot_be_decided(store: SqlStore) -> None:
    show(store, "a")
    for key in (KEY, ("letter", "subject", "Betr.")):
        with pytest.raises(NotFoundError):
            store.decide_label(*key, ProposalState.APPROVED, PERSON)


def test_corrections_add_up_by_day_and_are_summed_since_one(store: SqlStore) -> None:
    for days, paths in ((0, ["subject", "subject", "date"]), (1, ["subject"]), (2, ["date", "date", "date"])):
        with store.begin() as tx:
            tx.count_corrections("letter", paths, START + timedelta(days=days))
            tx.count_corrections("letter", [], START)
    assert store.corrections(START, 10) == [Corrections("letter", "date", 4), Corrections("letter", "subject", 3)]
    assert store.corrections(START + timedelta(days=2), 10) == [Corrections("letter", "date", 3)]


def test_weeks_are_counted_by_when_documents_were_read_and_by_when_they_were_closed(store: SqlStore) -> None:
    mondays = [START - timedelta(weeks=1), START]
    for at, outcome in ((mondays[0], "confirmed"), (mondays[0], None), (START, "corrected"), (START - timedelta(weeks=9), "confirmed")):
        document = add_document(store, add_fax(store), id=first_id(at)[:-12] + new_id()[-12:])
        release(store, document)
        if outcome:
            with store.begin() as tx:
                tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "?", at))
                tx.close_reviews(document.id, outcome, at)
    days = [monday.date() for monday in mondays]
    assert store.weeks(list(zip(days, mondays, strict=True))) == [Week(days[0], 1, 0, 2, 1), Week(days[1], 0, 1, 1, 0)]
    assert store.weeks([(days[1], START)]) == [Week(days[1], 0, 1, 1, 0)], "one week alone"
    assert store.handling_times(10) == []
