"""A person splits, joins, reclassifies and turns: what is kept, from where the fax is read again, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.desk import Arrangement
from bridge.domain.errors import RefusedError, StateConflictError
from bridge.domain.findings import CropReadings
from bridge.domain.forms import DocumentType
from bridge.domain.ids import new_id
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import BlobRef, Fax, Page, PageKind, ReviewTask, Work
from bridge.services.again import from_pages
from bridge.services.rearrange import Rearrange
from bridge.services.steps.read_values import READINGS
from bridge.store.sql import SqlStore
from tests.deliveries import START, HeardBell, SetClock, add_document, add_fax, release

LETTER = DocumentType("letter", "Brief", 1, "review", {}, {}, {}, (), (), (), (), 0.9, 0.9)
PICTURE = BlobRef("c" * 64, 10, "image/png")


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def bell() -> HeardBell:
    return HeardBell()


@pytest.fixture
def rearrange(store: SqlStore, bell: HeardBell) -> Rearrange:
    return Rearrange(store, bell, SetClock(), {"letter": LETTER})


def decided(store: SqlStore, *states: PageState, rotation: int = 0, state: FaxState = FaxState.DECIDED) -> Fax:
    """A fax whose pages were laid out; those in quarantine came to it after that."""
    fax = add_fax(store, state, pages=len(states))
    with store.begin() as tx:
        for number, page_state in enumerate(states, start=1):
            tx.add_page(Page(fax.id, number, page_state, PICTURE, 204.0, 196.0, PICTURE, PageKind.COVER, "Grund."))
            tx.save_result(fax.id, number, "layout", Layout(100, 140, rotation=rotation))
            tx.save_result(fax.id, number, READINGS, (CropReadings(0, ()),))
    return fax


def split(*parts: tuple[int, ...], kind: str | None = None, **turns: int) -> Arrangement:
    return Arrangement(tuple((part, kind) for part in parts), {int(name.strip("p")): turn for name, turn in turns.items()})


def test_a_split_is_kept_and_the_fax_goes_on_from_its_layouts(store: SqlStore, rearrange: Rearrange, bell: HeardBell) -> None:
    fax = decided(store, PageState.READ, PageState.READ)
    document = add_document(store, fax, pages=(1, 2))
    with store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), document.id, fax.id, "Bitte prüfen.", START))

    rearrange.once(fax.id, split((1,), (2,), kind="letter"))

    assert store.arrangement(fax.id) == Arrangement((((1,), "letter"), ((2,), "letter")))
    assert store.fax(fax.id).state is FaxState.LAID_OUT
    assert [(work.stage, work.fax_id) for work in bell.rung] == [(Stage.LOCATE, fax.id)]
    assert [(page.state, page.kind, page.reason) for page in store.pages(fax.id)] == [(PageState.LAID_OUT, PageKind.CONTENT, None)] * 2
    assert (store.documents(fax.id), store.open_reviews(10)) == ([], [])
    assert store.document(document.id).state is DocumentState.REPLACED
    assert store.layout(fax.id, 2).width == 100, "what was laid out stays"
    [told] = [event.detail for event in store.events(fax.id) if event.what == "fax rearranged"]
    assert told == {"parts": [{"pages": [1], "type": "letter"}, {"pages": [2], "type": "letter"}], "turns": {}}


def test_what_was_read_at_other_places_is_not_taken_for_what_stands_at_the_new_ones(store: SqlStore, rearrange: Rearrange) -> None:
    fax = decided(store, PageState.READ)
    rearrange.once(fax.id, split((1,)))
    assert store.result(fax.id, 1, READINGS, tuple[CropReadings, ...]) == ()


def test_only_a_turned_page_is_laid_out_anew(store: SqlStore, rearrange: Rearrange, bell: HeardBell) -> None:
    fax = decided(store, PageState.READ, PageState.READ)

    rearrange.once(fax.id, split(p2=90))

    assert store.fax(fax.id).state is FaxState.DECODED
    assert store.fax(fax.id).pages_pending == 1
    assert [(work.stage, work.page) for work in bell.rung] == [(Stage.LAYOUT, 2)]
    assert [(page.state, page.upright) for page in store.pages(fax.id)] == [(PageState.LAID_OUT, PICTURE), (PageState.DECODED, None)]


def test_a_turn_adds_to_how_the_page_stands_and_earlier_ones_stay(store: SqlStore, rearrange: Rearrange) -> None:
    fax = decided(store, PageState.READ, PageState.READ, rotation=180)
    with store.begin() as tx:
        tx.save_arrangement(fax.id, split((1, 2), p1=180))
    rearrange.once(fax.id, split(p2=180))
    assert store.arrangement(fax.id) == split((1, 2), p1=180, p2=0), "as it was decoded, and looked for no more"


def test_a_page_that_failed_or_was_closed_is_tried_again_but_one_without_layout_still_waits(store: SqlStore, rearrange: Rearrange) -> None:
    fax = decided(store, PageState.QUARANTINED, PageState.CLOSED, PageState.QUARANTINED)
    with store.begin() as tx:
        for number in (1, 3):
            tx.add_work(Work(new_id(), Stage.LAYOUT, fax.id, WorkState.QUARANTINED, START, START, page=number))
    blind = replace(store.pages(fax.id)[2], upright=None)
    with store.begin() as tx:
        tx.save_page(replace(blind, state=PageState.DECODED), PageState.QUARANTINED)
        tx.save_page(blind, PageState.DECODED)

    rearrange.once(fax.id, split((1, 2, 3)))

    assert [page.state for page in store.pages(fax.id)] == [PageState.LAID_OUT, PageState.LAID_OUT, PageState.QUARANTINED]
    assert [work.page for work in store.quarantined(10)] == [3]


def test_a_fax_that_failed_is_made_from_its_original_again(store: SqlStore, rearrange: Rearrange, bell: HeardBell) -> None:
    fax = decided(store, PageState.LAID_OUT, state=FaxState.QUARANTINED)
    rearrange.once(fax.id, split((1,)))
    assert store.fax(fax.id).state is FaxState.UNPACKED
    assert [work.stage for work in bell.rung] == [Stage.DECODE]
    assert store.arrangement(fax.id) == split((1,))


@pytest.mark.parametrize(
    ("arrangement", "reason"),
    [
        (Arrangement(), "nichts geändert"),
        (split((1, 3)), "Seite 3"),
        (split(p3=90), "Seite 3"),
        (split((1,), ()), "keine Seite"),
        (split((1, 2), (2,)), "Seite 2 ist zweimal"),
        (split((1,), kind="brief"), "„brief“ gibt es nicht. Möglich sind: letter"),
        (split(p1=45), "90, 180 oder 270"),
        (split(p1=360), "90, 180 oder 270"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    store: SqlStore, rearrange: Rearrange, bell: HeardBell, arrangement: Arrangement, reason: str
) -> None:
    fax = decided(store, PageState.READ, PageState.READ)
    document = add_document(store, fax)
    with pytest.raises(RefusedError) as refused:
        rearrange.once(fax.id, arrangement)
    assert reason in refused.value.reason
    assert (store.arrangement(fax.id), store.documents(fax.id), bell.rung) == (None, [document], [])


def test_it_is_refused_while_the_fax_is_being_read_and_once_a_record_may_have_left(store: SqlStore, rearrange: Rearrange) -> None:
    with pytest.raises(RefusedError, match="being read"):
        rearrange.once(decided(store, PageState.LAID_OUT, state=FaxState.LOCATED).id, split((1,)))
    fax = decided(store, PageState.READ)
    release(store, add_document(store, fax))
    with pytest.raises(RefusedError, match="released"):
        rearrange.once(fax.id, split((1,)))
    assert store.fax(fax.id).state is FaxState.DECIDED


def test_a_fax_that_somebody_else_reads_again_meanwhile_is_not_put_back_twice(store: SqlStore) -> None:
    fax = decided(store, PageState.READ)
    pages = store.pages(fax.id)
    with store.begin() as tx:
        from_pages(tx, fax, pages, (), START)
    with pytest.raises(StateConflictError), store.begin() as tx:
        from_pages(tx, fax, pages, (), START)
