"""How long it takes to show what waits, among 100,000 faxes of which 3,000 wait, on each database."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bridge.domain.desk import WaitingFilter, WaitingKind
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import BlobRef, Document, Envelope, Fax, Field, Issue, IssueCode, Origin, ReviewTask, Sender
from bridge.domain.terms import sought, terms_of_document, terms_of_sender
from bridge.store import tables
from bridge.store.rows import envelope_row, fax_row, plain_row
from bridge.store.sql import SqlStore

FAXES = int(os.environ.get("BENCH_FAXES", "100000"))
WAITING = FAXES * 3 // 100
FAILED = 50
ROUNDS = 40
MEDIAN, P95 = 0.100, 0.250  # seconds that a page of what waits may take in all
NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
NAMES = ("Böhm", "Müller", "Schmidt", "Weiß", "Öztürk", "Nowak", "Meier", "Lange", "Krüger", "Vogel")
PATHS = [f"patient.{leaf}" for leaf in ("family_name", "given_name", "birth_date", "street", "postal_code", "city", "phone")]
pytestmark = pytest.mark.bench


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    store = SqlStore(database_url, tmp_path)
    fill(store, random.Random(1))
    yield store
    store.close()


def fill(store: SqlStore, chance: random.Random) -> None:
    """Write down faxes as a year brings them, a thousand at a time; the newest of them wait."""
    for first in range(0, FAXES, 1000):
        rows: dict[sa.Table, list[dict[str, Any]]] = {}
        for number in range(first, min(first + 1000, FAXES)):
            for table, row in rows_of(number, chance):
                rows.setdefault(table, []).append(row)
        with store.writing() as connection:
            for table, those in rows.items():
                connection.execute(sa.insert(table), those)
    with store.writing() as connection:
        connection.execute(sa.text("ANALYZE"))


def rows_of(number: int, chance: random.Random) -> Iterator[tuple[sa.Table, dict[str, Any]]]:
    came = NOW - timedelta(minutes=FAXES - number)
    envelope = Envelope(new_id(), "smtp", ("amt",), came, BlobRef(f"{number:064}", 10, "message/rfc822"), None)
    state = FaxState.ENCRYPTED if number < FAILED else FaxState.DECIDED
    sender = Sender(f"+4935818{number:06}", f"PRAXIS {number % 400}", None)
    fax = Fax(new_id(), envelope.id, "amt" if number % 3 else "labor", "smtp", 1, state, came, sender, page_count=1)
    document = document_of(fax, number >= FAXES - WAITING, chance)
    yield tables.envelopes, envelope_row(envelope)
    yield tables.faxes, fax_row(fax)
    yield tables.documents, plain_row(document)
    for term in terms_of_sender(sender) | terms_of_document(document):
        yield tables.search_terms, {"term": term, "fax_id": fax.id}
    closed = None if document.state is DocumentState.WAITING else came
    due, is_urgent = came + timedelta(hours=24), number % 20 == 0
    yield tables.reviews, plain_row(ReviewTask(new_id(), document.id, fax.id, "Bitte prüfen.", came, False, closed, None, due, is_urgent))


def document_of(fax: Fax, waits: bool, chance: random.Random) -> Document:
    """Return a document as heavy as a notification is: some thirty fields with their places."""
    birth = f"{chance.randint(1930, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    values = dict.fromkeys(PATHS, "x" * 20) | {"patient.family_name": chance.choice(NAMES), "patient.birth_date": birth}
    values |= {f"notifier.field_{number}": "y" * 30 for number in range(23)} | {"disease.name": "Masern"}
    fields = tuple(Field(path, value, value, 0.99, Origin.READ, 1, (0.1, 0.2, 0.3, 0.4), (), True) for path, value in values.items())
    issues = (Issue("patient.sex", IssueCode.MISSING, "Die Pflichtangabe steht nicht auf dem Fax."),)
    state = DocumentState.WAITING if waits else DocumentState.DELIVERED
    return Document(new_id(), fax.id, 1, "disease_notification", 0.99, (1,), state, fields, issues)


def seconds(run: Callable[[], object]) -> Sequence[float]:
    run()  # once for what is compiled and cached
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        took.append(time.perf_counter() - begun)
    return sorted(took)


def show(store: SqlStore, which: WaitingFilter) -> None:
    """Do what a page of what waits does."""
    store.waiting_list(which, NOW)
    store.waiting_count(which, NOW)


def test_what_waits_is_shown_within_a_tenth_of_a_second(store: SqlStore) -> None:
    shown = {
        "first page": WaitingFilter(),
        "last page": WaitingFilter(after=WAITING - 50),
        "one mailbox": WaitingFilter(mailboxes=("labor",)),
        "one type": WaitingFilter(type="disease_notification", kind=WaitingKind.DOCUMENT),
        "search for a name": WaitingFilter(search="Böhm"),
        "search for one letter": WaitingFilter(search="m"),
        "search for name and day": WaitingFilter(search="müller 15.3."),
    }
    assert store.waiting_count(WaitingFilter(), NOW) == WAITING + FAILED
    slow = []
    for name, which in shown.items():
        slow += report(store, name, seconds(partial(show, store, which)))
    for text in ("Böhm", "m", "Praxis 17", "+49 3581 8000123"):  # among all faxes, not those that wait alone
        report(store, f"faxes with {text!r}", seconds(partial(store.find_faxes, sought(text), None, 50)))
    assert slow == []


def report(store: SqlStore, name: str, took: Sequence[float]) -> list[str]:
    """Print what it took; return its name where that is too long."""
    median, p95 = statistics.median(took), took[int(0.95 * len(took))]
    database = "SQLite" if store.is_sqlite else "PostgreSQL"
    print(f"{database}: {name}: median {1000 * median:.1f} ms, p95 {1000 * p95:.1f} ms")
    return [name] if median > MEDIAN or p95 > P95 else []
