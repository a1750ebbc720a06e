"""The numbers of what was taught: by week and field, and the minutes that saves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bridge.domain.ids import first_id, new_id
from bridge.domain.model import Document, ReviewTask
from bridge.domain.teaching import Week
from bridge.services.taught import Taught
from bridge.store import tables
from bridge.store.sql import SqlStore
from tests.deliveries import START, SetClock, add_document, add_fax, release

NOW = START + timedelta(days=1)  # a Monday, 23 November 2026
MONDAY = date(2026, 11, 23)


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def taught(store: SqlStore) -> Taught:
    return Taught(store, SetClock(NOW), minutes_by_hand=6.0)


def read_at(store: SqlStore, at: datetime) -> Document:
    """A document read at that time: its id tells when."""
    number = new_id()[-12:]
    return add_document(store, add_fax(store), id=f"{first_id(at)[:-12]}{number}")


def left(
    store: SqlStore, at: datetime, outcome: str | None = None, *, is_follow_up: bool = False, closed: datetime | None = None
) -> Document:
    """A document that was read at that time and has left, by a person's hand where an outcome is told."""
    document = read_at(store, at)
    release(store, document)
    if outcome is not None:
        with store.begin() as tx:
            tx.add_review(ReviewTask(new_id(), document.id, document.fax_id, "Bitte prüfen.", at, is_follow_up=is_follow_up))
            tx.close_reviews(document.id, outcome, closed or at)
    return document


def act(store: SqlStore, document: Document, what: str, at: datetime, person: str = "p") -> None:
    row = {"at": at, "person_id": person, "what": what, "fax_id": document.fax_id, "document_id": document.id, "detail": {}}
    with store.writing() as connection:
        connection.execute(insert(tables.actions).values(row))


def test_weeks_begin_on_mondays_here_and_empty_ones_are_told_too(taught: Taught) -> None:
    lessons = taught.lessons(weeks=3)
    assert lessons.weeks == tuple(Week(MONDAY - timedelta(weeks=back)) for back in (2, 1, 0))
    assert lessons.weeks[0].share is None
    assert (lessons.minutes_saved, lessons.minutes_a_document, lessons.corrections, lessons.labels) == (0.0, None, (), ())


def test_what_people_sent_is_told_apart_from_what_left_by_itself(store: SqlStore, taught: Taught) -> None:
    for outcome in ("confirmed", "corrected", "corrected", "rejected", None):
        left(store, NOW, outcome)
    left(store, NOW, "confirmed", is_follow_up=True)
    read_at(store, NOW)
    left(store, NOW - timedelta(weeks=1))

    before, this = taught.lessons(weeks=2).weeks

    assert this == Week(MONDAY, confirmed=2, corrected=2, released=6, by_itself=3)
    assert this.share == 0.5
    assert before == Week(MONDAY - timedelta(weeks=1), released=1, by_itself=1)


def test_a_week_ends_on_sunday_at_midnight_in_germany(store: SqlStore, taught: Taught) -> None:
    midnight = datetime.fromisoformat("2026-11-23T00:00:00+01:00")
    left(store, midnight - timedelta(seconds=1), "confirmed")
    left(store, midnight, "confirmed", closed=midnight)
    assert [(week.confirmed, week.released) for week in taught.lessons(weeks=2).weeks] == [(1, 1), (1, 1)]


def test_what_is_older_than_the_weeks_shown_is_left_out(store: SqlStore, taught: Taught) -> None:
    left(store, NOW - timedelta(weeks=2), "confirmed")
    assert [week.released + week.confirmed for week in taught.lessons(weeks=2).weeks] == [0, 0]


def test_minutes_are_saved_by_what_left_by_itself_and_by_what_took_less_than_typing(store: SqlStore, taught: Taught) -> None:
    left(store, NOW)
    assert taught.lessons().minutes_saved == 6.0
    document = left(store, NOW, "confirmed")
    assert taught.lessons().minutes_saved == 6.0, "how long a person needs is not known yet"

    act(store, document, "document opened", NOW - timedelta(hours=3))
    act(store, document, "document opened", NOW - timedelta(minutes=2))
    act(store, document, "document opened", NOW - timedelta(minutes=1), person="other")
    act(store, document, "document confirmed", NOW)

    lessons = taught.lessons()
    assert (lessons.minutes_a_document, lessons.minutes_saved) == (2.0, 10.0)


def test_a_document_left_open_over_lunch_counts_half_an_hour(store: SqlStore, taught: Taught) -> None:
    document = left(store, NOW, "confirmed")
    act(store, document, "document opened", NOW - timedelta(hours=3))
    act(store, document, "document confirmed", NOW)
    assert taught.lessons().minutes_a_document == 30.0
    assert replace(taught, minutes_by_hand=10.0).lessons().minutes_saved == -20.0, "what costs time is not hidden"
