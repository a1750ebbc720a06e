"""Claims: one owner at a time, fenced by a token, and what is overdue is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.errors import LostClaimError, NotFoundError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import Stage, WorkState

SECOND = timedelta(seconds=1)


@pytest.fixture
def claimed(store, story):
    """Claim fresh work."""

    def claim():
        found = store.claim(story.work().id, "first", story.lease, story.now)
        assert found is not None
        return found

    return claim


def test_a_claim_has_a_token_and_a_lease(store, story):
    work = story.work(page=3)
    claim = store.claim(work.id, "first", story.lease, story.now)
    assert claim.owner == "first"
    assert (claim.work.state, claim.work.token, claim.work.attempts, claim.work.page) == (WorkState.CLAIMED, 1, 1, 3)
    assert claim.work.lease_until == story.now + story.lease
    assert store.work(work.id) == claim.work


def test_claimed_work_is_not_claimed_again_while_its_lease_lives(store, story, claimed):
    claim = claimed()
    assert store.claim(claim.work.id, "second", story.lease, story.now + story.lease - SECOND) is None


def test_work_is_not_claimed_before_it_is_due(store, story):
    work = story.work(due_at=story.now + SECOND)
    assert store.claim(work.id, "first", story.lease, story.now) is None
    assert store.claim(work.id, "first", story.lease, story.now + SECOND) is not None


def test_forgotten_work_is_not_claimed_and_its_runner_loses_it(store, story, claimed):
    claim = claimed()
    with store.begin() as tx:
        tx.forget_work(claim.work.fax_id)
    assert store.claim(claim.work.id, "second", story.lease, story.now + story.lease) is None
    with pytest.raises(LostClaimError), store.begin() as tx:
        tx.finish_work(claim)


def test_the_work_of_one_page_is_forgotten_apart_from_that_of_others(store, story):
    fax = story.arrive()
    first, second = story.work(fax, Stage.LAYOUT, page=1), story.work(fax, Stage.LAYOUT, page=2)
    with store.begin() as tx:
        tx.forget_work(fax.id, page=1)
    with pytest.raises(NotFoundError):
        store.work(first.id)
    assert store.work(second.id) == second


def test_an_expired_lease_passes_on_and_is_counted(store, story, claimed):
    claim = claimed()
    successor = store.claim(claim.work.id, "second", story.lease, story.now + story.lease)
    assert (successor.work.token, successor.work.attempts, successor.work.expirations) == (2, 2, 1)


@pytest.mark.parametrize(
    "save",
    [
        lambda tx, claim: tx.finish_work(claim),
        lambda tx, claim: tx.release_work(claim, claim.work.due_at),
        lambda tx, claim: tx.quarantine_work(claim, "x"),
    ],
)
def test_who_lost_the_lease_saves_nothing(store, story, claimed, save):
    claim = claimed()
    successor = store.claim(claim.work.id, "second", story.lease, story.now + story.lease)

    def save_result() -> None:
        with store.begin() as tx:
            tx.set_fax_facts(claim.work.fax_id, page_count=9)
            save(tx, claim)

    with pytest.raises(LostClaimError):
        save_result()
    assert store.fax(claim.work.fax_id).page_count is None
    with pytest.raises(LostClaimError):
        store.extend(claim, story.lease, story.now)
    with store.begin() as tx:
        save(tx, successor)
    with pytest.raises(LostClaimError), store.begin() as tx:
        save(tx, successor)


def test_an_extended_lease_lives_longer(store, story, claimed):
    claim = claimed()
    store.extend(claim, story.lease, story.now + SECOND)
    assert store.claim(claim.work.id, "second", story.lease, story.now + story.lease) is None


def test_finished_work_stays_done(store, story, claimed):
    claim = claimed()
    with store.begin() as tx:
        tx.finish_work(claim)
    assert store.work(claim.work.id).state is WorkState.DONE
    assert store.claim(claim.work.id, "second", story.lease, story.now + 2 * story.lease) is None


def test_released_work_comes_back_when_due_and_counts_only_crashes_as_crashes(store, story, claimed):
    claim = claimed()
    later = story.now + SECOND
    with store.begin() as tx:
        tx.release_work(claim, later, has_crashed=True, reason="decoder crashed")
    work = store.work(claim.work.id)
    assert (work.state, work.crashes, work.reason, work.lease_until) == (WorkState.READY, 1, "decoder crashed", None)
    assert store.claim(work.id, "second", story.lease, story.now) is None
    again = store.claim(work.id, "second", story.lease, later)
    with store.begin() as tx:
        tx.release_work(again, later)
    assert store.work(work.id).crashes == 1


def test_a_claim_that_disk_or_database_refused_is_no_attempt_and_its_token_is_over(store, story, claimed):
    claim = claimed()
    with store.begin() as tx:
        tx.release_work(claim, story.now, is_counted=False, reason="no room")
    work = store.work(claim.work.id)
    assert (work.state, work.attempts, work.expirations, work.crashes) == (WorkState.READY, 0, 0, 0)
    again = store.claim(work.id, "second", story.lease, story.now)
    assert (again.work.attempts, again.work.token) == (1, 2)
    with pytest.raises(LostClaimError), store.begin() as tx:
        tx.release_work(claim, story.now, is_counted=False)


def test_nobody_is_given_quarantined_work(store, story, claimed):
    claim = claimed()
    with store.begin() as tx:
        tx.quarantine_work(claim, "dreimal abgestürzt")
    assert [work.id for work in store.quarantined(10)] == [claim.work.id]
    assert store.claim(claim.work.id, "second", story.lease, story.now + story.lease) is None


def test_overdue_is_what_is_due_or_expired_and_was_not_rung_lately(store, story, claimed):
    ready = story.work()
    story.work(due_at=story.now + SECOND)
    living, expired = claimed(), claimed()
    store.extend(living, 2 * story.lease, story.now)
    then = story.now + story.lease

    def overdue(**options):
        return {work.id for work in store.overdue(options.get("now", then), options.get("rung_before", story.now), options.get("limit", 9))}

    assert overdue(now=story.now) == {ready.id}
    late = overdue() - {ready.id, expired.work.id}
    assert len(late) == 1
    assert len(overdue(limit=2)) == 2
    assert overdue(limit=1) == {expired.work.id}
    store.mark_rung([ready.id, expired.work.id], story.now + SECOND)
    store.mark_rung([], story.now)
    assert overdue() == late
    assert overdue(rung_before=story.now + 2 * SECOND) == late | {ready.id, expired.work.id}


def test_only_leases_that_ended_in_the_time_meant_are_excused(store, story, claimed):
    before, within, living, done = claimed(), claimed(), claimed(), claimed()
    store.extend(before, SECOND, story.now)
    store.extend(living, 3 * story.lease, story.now)
    with store.begin() as tx:
        tx.finish_work(done)
    since, until = story.now + 2 * SECOND, story.now + 2 * story.lease

    assert store.excuse(since, until) == 1

    work = store.work(within.work.id)
    assert (work.state, work.attempts, work.expirations, work.lease_until, work.due_at) == (WorkState.READY, 0, 0, None, until)
    assert [store.work(claim.work.id) for claim in (living, done)] == [
        replace(living.work, lease_until=story.now + 3 * story.lease),
        replace(done.work, state=WorkState.DONE, lease_until=None),
    ]
    with pytest.raises(LostClaimError):
        store.extend(within, story.lease, until)
    assert store.claim(before.work.id, "next", story.lease, until).work.expirations == 1


def test_work_that_became_ready_again_is_rung_however_lately_it_was(store, story, claimed):
    claim = claimed()
    store.mark_rung([claim.work.id], story.now)
    with store.begin() as tx:
        tx.release_work(claim, story.now)
    assert [work.id for work in store.overdue(story.now, story.now - SECOND, 9)] == [claim.work.id]


def test_depths_name_every_stage(store, story, claimed):
    story.work(stage=Stage.DECODE, created_at=story.now + SECOND)
    story.work(stage=Stage.DECODE, created_at=story.now + 2 * SECOND)
    done, stuck, running = claimed(), claimed(), claimed()
    with store.begin() as tx:
        tx.finish_work(done)
        tx.quarantine_work(stuck, "x")
    depths = {depth.stage: depth for depth in store.depths()}
    assert list(depths) == list(Stage)
    decode, unpack, deliver = depths[Stage.DECODE], depths[Stage.UNPACK], depths[Stage.DELIVER]
    assert (decode.ready, decode.claimed, decode.quarantined, decode.oldest) == (2, 0, 0, story.now + SECOND)
    assert (unpack.ready, unpack.claimed, unpack.quarantined, unpack.oldest) == (0, 1, 1, running.work.created_at)
    assert (deliver.ready, deliver.claimed, deliver.quarantined, deliver.oldest) == (0, 0, 0, None)


def test_work_that_waits_for_its_next_try_grows_old_all_the_same(store, story, claimed):
    claim = claimed()
    with store.begin() as tx:
        tx.release_work(claim, story.now + timedelta(hours=5))
    [unpack] = [depth for depth in store.depths() if depth.stage is Stage.UNPACK]
    assert unpack.oldest == claim.work.created_at == story.now


def test_a_named_lease_has_one_living_owner(store, story):
    name = new_id()
    assert store.hold_lease(name, "a", story.lease, story.now)
    assert store.hold_lease(name, "a", story.lease, story.now + SECOND)
    assert not store.hold_lease(name, "b", story.lease, story.now + story.lease)
    assert store.hold_lease(name, "b", story.lease, story.now + SECOND + story.lease)
    assert not store.hold_lease(name, "a", story.lease, story.now + SECOND + story.lease)
