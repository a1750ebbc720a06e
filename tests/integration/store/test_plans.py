"""At a million faxes a listing must not read a million rows: every frequent statement walks an index."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bridge.domain.desk import WaitingFilter, WaitingKind
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState
from bridge.domain.model import ReviewTask
from bridge.ports import FaxFilter
from bridge.store.sql import SqlStore

FREQUENT = {
    "faxes": lambda store, ids: store.faxes(FaxFilter()),
    "faxes by state": lambda store, ids: store.faxes(FaxFilter(state=FaxState.DECIDED, before_id=ids["fax"])),
    "faxes by mailbox": lambda store, ids: store.faxes(FaxFilter(mailbox="amt", before_id=ids["fax"])),
    "faxes by both": lambda store, ids: store.faxes(FaxFilter(mailbox="amt", state=FaxState.DECIDED)),
    "faxes of": lambda store, ids: store.faxes_of(ids["fax"]),
    "find original": lambda store, ids: store.find_original("ab" * 32, ids["now"], ids["fax"]),
    "pages": lambda store, ids: store.pages(ids["fax"]),
    "events": lambda store, ids: store.events(ids["fax"]),
    "documents": lambda store, ids: store.documents(ids["fax"]),
    "documents in": lambda store, ids: store.documents_in(DocumentState.WAITING, 50),
    "deliveries": lambda store, ids: store.deliveries(ids["fax"]),
    "deliveries in": lambda store, ids: store.deliveries_in(DeliveryState.DEAD, 50),
    "open reviews": lambda store, ids: store.open_reviews(50),
    "follow-ups": lambda store, ids: store.open_reviews(50, is_follow_up=True),
    "what waits": lambda store, ids: store.waiting(),
    "quarantined": lambda store, ids: store.quarantined(50),
    "claim": lambda store, ids: store.claim(ids["fax"], "w", ids["lease"], ids["now"]),
    "excuse": lambda store, ids: store.excuse(ids["now"], ids["now"]),
    "overdue": lambda store, ids: store.overdue(ids["now"], ids["now"], 50),
    "mark rung": lambda store, ids: store.mark_rung([ids["fax"]], ids["now"]),
    "depths": lambda store, ids: store.depths(),
    "ledger of one": lambda store, ids: store.ledger(ids["fax"]),
    "ledger totals": lambda store, ids: store.totals(),
    "book": lambda store, ids: store.book(50),
    "unreferenced": lambda store, ids: store.unreferenced(["ab" * 32, "cd" * 32]),
    "reviews of one": lambda store, ids: store.open_reviews(50, ids["fax"]),
    "weeks": lambda store, ids: store.weeks([(ids["now"].date(), ids["now"]), (ids["now"].date(), ids["now"] + ids["window"])]),
    "corrections": lambda store, ids: store.corrections(ids["now"], 20),
    "handling times": lambda store, ids: store.handling_times(500),
    "inbox": lambda store, ids: store.waiting_list(WaitingFilter(), ids["now"]),
    "inbox of a mailbox": lambda store, ids: store.waiting_list(WaitingFilter(mailboxes=("amt",), type="letter"), ids["now"]),
    "inbox of a person": lambda store, ids: store.waiting_list(WaitingFilter(handed_to="anna", kind=WaitingKind.DOCUMENT), ids["now"]),
    "search in the inbox": lambda store, ids: store.waiting_list(WaitingFilter(search="boehm 2020-03-15"), ids["now"]),
    "inbox count": lambda store, ids: store.waiting_count(WaitingFilter(search="boehm"), ids["now"]),
    "find faxes": lambda store, ids: store.find_faxes(["boehm", "2020"], ["amt"], 50),
    "draft": lambda store, ids: store.draft(ids["fax"]),
    "arrangement": lambda store, ids: store.arrangement(ids["fax"]),
    "accept": lambda store, ids: store.accept(ids["again"], [], [], ids["window"]),
}
SORTED_BY_INDEX = {
    "faxes",
    "faxes by state",
    "faxes by mailbox",
    "faxes by both",
    "documents in",
    "deliveries in",
    "open reviews",
    "follow-ups",
    "overdue",
}


@pytest.fixture
def store(sqlite_url, tmp_path):
    return SqlStore(sqlite_url, tmp_path)


@pytest.fixture
def statements(store):
    """Every statement with its parameters, as it goes to SQLite."""
    seen: list[tuple[str, object]] = []

    def see(_connection, _cursor, statement, parameters, *_):
        if statement.startswith(("SELECT", "UPDATE", "WITH")):
            seen.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", see)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", see)


@pytest.mark.parametrize("name", FREQUENT)
def test_a_frequent_statement_reads_by_index(store, story, statements, name):
    fax = story.arrive()
    known = story.envelope(dedup_key="k")
    store.accept(known, [], [], story.window)
    document = story.document(fax, [1])
    with store.begin() as tx:
        tx.add_review(ReviewTask("task", document.id, fax.id, "Bitte prüfen.", story.now))
    ids = {"fax": fax.id, "now": story.now, "lease": story.lease, "window": story.window, "again": replace(known, id="again")}
    statements.clear()
    FREQUENT[name](store, ids)
    assert statements
    for statement, parameters in list(statements):
        with store.reading() as connection:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        read_whole = [step for step in plan if step.startswith("SCAN") and not is_small(step) and name != "faxes"]
        assert read_whole == [], plan
        assert name != "book" or not any("ix_faxes_state" in step for step in plan), plan
        assert name not in SORTED_BY_INDEX or not any("TEMP B-TREE" in step for step in plan), plan


def is_small(step: str) -> bool:
    """Tell a subquery's few rows, the numbers in one JSON value, or a table that stays small, from a table."""
    return any(
        small in step
        for small in ("anon", "CONSTANT ROW", "VIRTUAL TABLE", "ledger_open", "ledger_totals", "ix_ledger_lines_unbalanced", "leases")
    )
