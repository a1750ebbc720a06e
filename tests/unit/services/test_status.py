"""The snapshot: everything that waits is in it, and nothing from a fax."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.commands.console import print_status
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import Fax, Page, ReviewTask, Work
from bridge.services import status as status_module
from bridge.services.status import Status, take_status
from bridge.store.sql import SqlStore
from tests.deliveries import START, ScriptedSender, SetClock, add_document, add_fax, answer, deliverer, release


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
    deliverer(store, tmp_path, clock, office=ScriptedSender([answer(422)])).run(work.id)
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


def test_a_delivery_that_backs_off_for_hours_is_as_old_as_it_is(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, clock = SqlStore(sqlite_url, tmp_path), SetClock()
    [work] = release(store, add_document(store, add_fax(store)))
    sender = ScriptedSender([answer(503, retry_after=5 * 3600)])
    deliverer(store, tmp_path, clock, office=sender).run(work.id)
    clock.advance(hours=2)

    status = take_status(store, clock)

    assert ages(status)["deliver"] == 2 * 3600
    print_status(status)
    assert "7200" in capsys.readouterr().out


def test_an_age_is_never_negative_where_clocks_differ(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, clock = SqlStore(sqlite_url, tmp_path), SetClock()
    release(store, add_document(store, add_fax(store)))
    clock.advance(seconds=-90)

    status = take_status(store, clock)

    assert ages(status)["deliver"] == 0
    print_status(status)
    assert "-90" not in capsys.readouterr().out


def test_totals_count_what_the_lists_leave_out(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    monkeypatch.setattr(status_module, "LIMIT", 2)
    waiting = [add_document(store, add_fax(store)) for _ in range(3)]
    with store.begin() as tx:
        for document in waiting:
            tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "Ansehen.", START))
        for _ in range(4):
            tx.add_review(ReviewTask(new_id(), waiting[0].id, waiting[0].fax_id, "Nachsehen.", START, is_follow_up=True))

    status = take_status(store, SetClock())

    assert (len(status.waiting), len(status.follow_ups)) == (2, 2)
    assert status.to_dict()["counts"] == {"documents": 3, "follow_ups": 4, "failed": 0, "dead_letters": 0, "quarantine": 0}
    print_status(status)
    assert "Es warten 3 Dokumente, 4 Nachfragen" in capsys.readouterr().out


def test_one_of_each_is_told_in_the_singular(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    document = add_document(store, add_fax(store))
    add_fax(store, FaxState.ENCRYPTED)
    with store.begin() as tx:
        tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "Ansehen.", START))
        tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "Nachsehen.", START, is_follow_up=True))
    print_status(take_status(store, SetClock()))
    assert "Es wartet 1 Dokument, 1 Nachfrage, 1 nicht lesbares Fax;" in capsys.readouterr().out


def read_fax(store: SqlStore, pages: int = 1) -> Fax:
    """A fax all of whose pages have been read."""
    fax = add_fax(store, pages=pages)
    with store.begin() as tx:
        for number in range(1, pages + 1):
            tx.add_page(Page(fax.id, number, PageState.READ, None, 204.0, 196.0))
    return fax


def test_the_ledger_is_a_sum_that_a_reader_can_check(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    announced, advertisement = read_fax(store, pages=2), read_fax(store)
    with store.begin() as tx:
        tx.set_fax_facts(announced.id, announced_pages=3)
    add_document(store, announced, pages=(1, 2))
    add_document(store, advertisement, DocumentState.FILED)
    add_fax(store, FaxState.ENCRYPTED, pages=0)

    status = take_status(store, SetClock())

    print_status(status)
    told = " ".join(capsys.readouterr().out.split())
    assert "Kassenbuch, 3 Faxe: 5 Seiten angekündigt oder eingegangen = wartet auf einen Menschen 3 + abgelegt 1 + fehlt 1; Lücke 0" in told
    assert told.endswith("; mitgezählt als je eine Seite: 1 Fax, das sich nicht (oder noch nicht) öffnen ließ.")
    assert status.ledger.expected == sum(status.ledger.settled.values())


def test_a_gap_is_what_the_ledgers_sum_lacks(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    add_document(store, read_fax(store, pages=2), DocumentState.FILED, pages=(1,))
    print_status(take_status(store, SetClock()))
    assert "2 Seiten angekündigt oder eingegangen = abgelegt 1; Lücke 1." in " ".join(capsys.readouterr().out.split())


def ages(status: Status) -> dict[str, float]:
    """The age of the oldest of every stage, as written."""
    return {stage["stage"]: stage["oldest_seconds"] for stage in status.to_dict()["stages"]}  # type: ignore[union-attr, index, call-overload, misc]


def test_a_page_nobody_can_account_for_opens_the_ledger(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    fax = add_fax(store, FaxState.DECIDED, pages=2)
    add_document(store, fax, DocumentState.WAITING)
    status = take_status(store, SetClock())
    assert status.ledger.gap > 0
    assert status.ledger.unbalanced == (fax.id,)
    assert not status.ledger.is_closed
