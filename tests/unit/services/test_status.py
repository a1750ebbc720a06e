"""The snapshot: everything that waits is in it, and nothing from a fax."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, Stage, WorkState
from bridge.domain.model import ReviewTask, Work
from bridge.services.deliver import Deliver
from bridge.services.status import take_status
from bridge.store.sql import SqlStore
from tests.deliveries import START, ScriptedSender, SetClock, add_document, add_fax, answer, release, target


def test_an_empty_house_is_at_rest(sqlite_url: str, tmp_path: Path) -> None:
    status = take_status(SqlStore(sqlite_url, tmp_path), SetClock())
    assert [depth.stage for depth in status.stages] == list(Stage)
    assert status.ledger.is_closed
    assert status.to_dict()["ledger"] == {
        "faxes": 0,
        "announced": 0,
        "decoded": 0,
        "receipted": 0,
        "settled": {"working": 0, "delivered": 0, "waiting": 0, "filed": 0, "rejected": 0, "missing": 0},
        "gap": 0,
        "unbalanced": [],
        "closed": True,
    }


def test_everything_that_waits_is_named(sqlite_url: str, tmp_path: Path) -> None:
    store, clock = SqlStore(sqlite_url, tmp_path), SetClock()
    document = add_document(store, add_fax(store), reason="Bitte prüfen.")
    failed = add_fax(store, FaxState.ENCRYPTED)
    dead = add_document(store, add_fax(store))
    [work] = release(store, dead)
    Deliver(store, {"office": ScriptedSender([answer(422)])}, {"office": target()}, clock, "me", lease=timedelta(minutes=1)).run(work.id)
    asked = add_document(store, add_fax(store))
    release(store, asked)
    with store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), asked.id, asked.fax_id, "Zurückgehalten.", START, is_follow_up=True))
        tx.add_work(Work(new_id(), Stage.LAYOUT, failed.id, WorkState.QUARANTINED, START, START, page=1, reason="Abgestürzt."))
    clock.advance(minutes=5)

    status = take_status(store, clock)

    assert [each.id for each in status.waiting] == [document.id]
    assert [each.id for each in status.failed] == [failed.id]
    assert [each.document_id for each in status.dead_letters] == [dead.id]
    assert [each.document_id for each in status.follow_ups] == [asked.id]
    assert [each.page for each in status.quarantine] == [1]
    written = status.to_dict()
    assert json.loads(json.dumps(written)) == written
    [delivering] = [stage for stage in written["stages"] if stage["stage"] == "deliver"]  # type: ignore[union-attr, index, call-overload]
    assert (delivering["ready"], delivering["oldest_seconds"]) == (1, 300.0)  # type: ignore[index, call-overload]
    assert "Böhm" not in json.dumps(written, ensure_ascii=False)


def test_a_page_nobody_can_account_for_opens_the_ledger(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    fax = add_fax(store, FaxState.DECIDED, pages=2)
    add_document(store, fax, DocumentState.WAITING)
    status = take_status(store, SetClock())
    assert status.ledger.gap > 0
    assert status.ledger.unbalanced == (fax.id,)
    assert not status.ledger.is_closed
