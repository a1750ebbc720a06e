"""What waits, in its order; drafts that nobody overwrites unseen; faxes found by words. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bridge.domain.desk import Draft, SavedView, Step, StepKind, WaitingFilter, WaitingKind
from bridge.domain.errors import StateConflictError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, PageState, Stage
from bridge.domain.model import Document, Fax, Field, Issue, IssueCode, Origin, ReviewTask, Sender
from bridge.store import tables
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore

ALL = WaitingFilter()
HOUR = timedelta(hours=1)


def field(path: str, value: str) -> Field:
    return Field(path, value, value, 0.9, Origin.READ, is_sure=True)


def wait_for_person(story, fax: Fax | None = None, **changes) -> Document:
    """A document that waits; what is not the document's is its task's."""
    fax = fax or story.decided({})
    own = {name: changes.pop(name) for name in ("type", "fields", "issues") if name in changes}
    document = story.document(fax, [1], **own)
    task = ReviewTask(new_id(), document.id, fax.id, "Bitte prüfen.", story.now, due_at=story.now)
    with story.store.begin() as tx:
        tx.add_review(replace(task, **changes))
    return document


def fail(story, reason: str | None = "Verschlüsselt.", **changes) -> Fax:
    fax = story.arrive(**changes)
    with story.store.begin() as tx:
        tx.move_fax(fax.id, FaxState.RECEIVED, FaxState.ENCRYPTED, reason)
    return fax


def put_aside(story, fax: Fax, number: int, reason: str) -> None:
    """Quarantine a page's step, as a page does that nobody can read."""
    story.work(fax, Stage.LAYOUT, page=number)
    [work] = [each for each in story.store.overdue(story.now, story.now, 100) if each.fax_id == fax.id and each.page == number]
    claim = story.store.claim(work.id, "w", story.lease, story.now)
    with story.store.begin() as tx:
        tx.save_page(story.page(fax, number, state=PageState.QUARANTINED, reason=reason), PageState.DECODED)
        tx.quarantine_work(claim, "crashed")


def lines(store, now, **which) -> list[str]:
    """The documents, or else the faxes, of what waits."""
    return [line.task.document_id if line.task else line.fax_id for line in store.waiting_list(replace(ALL, **which), now)]


def test_what_nobody_could_read_comes_first_then_what_is_urgent_then_by_due_time(store, story):
    late = wait_for_person(story, due_at=story.now + HOUR)
    soon = wait_for_person(story, due_at=story.now)
    urgent = wait_for_person(story, due_at=story.now + 9 * HOUR, is_urgent=True)
    failed = fail(story)

    assert lines(store, story.now) == [failed.id, urgent.id, soon.id, late.id]
    assert store.waiting_count(ALL, story.now) == 4
    assert [lines(store, story.now, after=after, limit=2) for after in range(5)] == [
        [failed.id, urgent.id],
        [urgent.id, soon.id],
        [soon.id, late.id],
        [late.id],
        [],
    ]


def test_a_line_says_what_a_person_must_know(store, story):
    fax = story.decided({}, sender=Sender("+493581856379", "PRAXIS", "Dr. Weiß"))
    named = (field("patient.given_name", "Jürgen"), field("patient.family_name", "Böhm"))
    doubts = (Issue("patient.sex", IssueCode.MISSING, "Fehlt."),) * 2
    wait_for_person(story, fax, type="disease_notification", fields=named, issues=doubts, due_at=story.now + HOUR, is_urgent=True)
    store.hold_lease(f"review:{fax.id}", "anna", HOUR, story.now)

    [line] = store.waiting_list(ALL, story.now)

    assert (line.kind, line.type, line.name, line.issues) == (WaitingKind.DOCUMENT, "disease_notification", "Böhm, Jürgen", 2)
    assert (line.mailbox, line.sender.name, line.due_at, line.is_urgent) == ("amt", "Dr. Weiß", story.now + HOUR, True)
    assert (line.held_by, line.reason) == ("anna", "Bitte prüfen.")
    assert store.waiting_list(ALL, story.now + 2 * HOUR)[0].held_by is None


def test_a_failed_fax_says_why_and_however_many_there_are_none_is_hidden(store, story):
    faxes = [fail(story, reason) for reason in ("Verschlüsselt.", None)]
    lines_shown = store.waiting_list(ALL, story.now)
    assert [(line.fax_id, line.kind, line.page) for line in lines_shown] == [(fax.id, WaitingKind.FAX, None) for fax in faxes]
    assert [line.reason for line in lines_shown] == [
        "Verschlüsselt.",
        "Dieses Fax konnte nicht gelesen werden. Bitte das Original ansehen.",
    ]
    assert all(line.is_urgent and line.due_at == line.received_at + 24 * HOUR for line in lines_shown)
    for _ in range(520):
        fail(story)
    assert store.waiting_count(ALL, story.now) == 522
    assert len(store.waiting_list(replace(ALL, after=510, limit=50), story.now)) == 12


def test_a_page_nobody_could_read_waits_by_itself_unless_a_waiting_document_holds_it(store, story):
    alone, held = story.arrive(), story.arrive()
    for fax in (alone, held):
        with store.begin() as tx:
            tx.add_page(story.page(fax, 1))
            tx.add_page(story.page(fax, 2))
        put_aside(story, fax, 2, "Nicht zu öffnen.")
    assert lines(store, story.now) == []  # they are underway still
    for fax in (alone, held):
        story.bring(fax, FaxState.DECIDED)
    story.document(alone, [2], DocumentState.FILED)
    story.document(held, [1, 2])

    [line] = store.waiting_list(ALL, story.now)

    assert (line.kind, line.fax_id, line.page, line.reason) == (WaitingKind.PAGE, alone.id, 2, "Nicht zu öffnen.")
    assert store.waiting_count(ALL, story.now) == 1
    with store.begin() as tx:
        tx.save_page(story.page(alone, 2, state=PageState.CLOSED), PageState.QUARANTINED)
    assert lines(store, story.now) == []


def test_filters_bound_what_is_shown_and_counted(store, story):
    other = story.arrive(mailbox="labor")
    story.bring(other, FaxState.DECIDED)
    letter, foreign = wait_for_person(story, type="letter"), wait_for_person(story, other, type="letter")
    question = wait_for_person(story, type="case_list", is_follow_up=True)
    handed = wait_for_person(story, type="case_list", handed_to="berta")
    failed = fail(story)

    def shown(**which) -> set[str]:
        found = lines(store, story.now, **which)
        assert store.waiting_count(replace(ALL, **which), story.now) == len(found)
        return set(found)

    assert shown(mailboxes=("labor",)) == {foreign.id}
    assert shown(mailboxes=()) == set()
    assert shown(type="letter") == {letter.id, foreign.id}
    assert shown(kind=WaitingKind.FOLLOW_UP) == {question.id}
    assert shown(kind=WaitingKind.DOCUMENT) == {letter.id, foreign.id, handed.id}
    assert shown(kind=WaitingKind.FAX) == {failed.id}
    assert shown(kind=WaitingKind.PAGE) == set()
    assert shown(handed_to="berta") == {handed.id}
    assert shown(type="case_list", mailboxes=("amt",)) == {question.id, handed.id}


def test_what_is_postponed_comes_back_when_its_time_has_come(store, story):
    document = wait_for_person(story)
    until = story.now + HOUR
    with store.begin() as tx:
        tx.defer_reviews(document.id, postponed_until=until, note="Rückruf", handed_to="berta")

    assert lines(store, story.now) == []
    assert lines(store, story.now, is_postponed=True) == [document.id]
    [line] = store.waiting_list(ALL, until)
    assert (line.task.note, line.task.handed_to, line.task.postponed_until) == ("Rückruf", "berta", until)


def test_what_is_closed_waits_no_more(store, story):
    document = wait_for_person(story)
    with store.begin() as tx:
        tx.close_reviews(document.id, "rejected", story.now)
    assert lines(store, story.now) == []


def test_what_waits_is_searched_by_beginnings_of_words(store, story):
    fax = story.decided({}, sender=Sender("+493581856379", None, "Praxis Weiß"))
    found = wait_for_person(story, fax, fields=(field("patient.family_name", "Böhm"), field("patient.birth_date", "2020-03-15")))
    wait_for_person(story, fields=(field("patient.family_name", "Böhme"), field("patient.birth_date", "2021-01-01")))
    failed = fail(story, sender=Sender(None, "WEISS", None))

    assert lines(store, story.now, search="böh 15.3.2020") == [found.id]
    assert lines(store, story.now, search="weiß") == [failed.id, found.id]
    assert lines(store, story.now, search="03581 / 856379") == [found.id]
    assert len(lines(store, story.now, search="boeh")) == 2
    assert lines(store, story.now, search="hm") == []
    assert store.waiting_count(replace(ALL, search="boehm 2021"), story.now) == 1


def test_a_fax_is_found_by_every_word_newest_first_within_the_mailboxes(store, story):
    old = story.arrive(sender=Sender(None, "PRAXIS WEISS", None))
    new = story.arrive(mailbox="labor", sender=Sender(None, "PRAXIS SCHWARZ", None))
    document = story.document(old, [1], fields=(field("patient.family_name", "Öztürk"),))

    assert store.find_faxes(["praxis"], None, 10) == [new.id, old.id]
    assert store.find_faxes(["praxis"], None, 1) == [new.id]
    assert store.find_faxes(["prax", "oez"], None, 10) == [old.id]
    assert store.find_faxes(["praxis"], ["amt"], 10) == [old.id]
    assert store.find_faxes(["praxis"], [], 10) == []
    corrected = replace(store.document(document.id), fields=(field("patient.family_name", "Yıldız"), field("disease.name", "Masern")))
    with store.begin() as tx:
        tx.save_document(corrected, DocumentState.WAITING)
        tx.set_fax_facts(old.id, sender=Sender("030 1234", None, None))
    assert store.find_faxes(["masern", "0301234"], None, 10) == [old.id]


@pytest.fixture
def german_postgres(postgres) -> Iterator[str]:
    """A database that sorts as German dictionaries do, where hyphens and points count for nothing."""
    name = "sorted_german"
    try:
        postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-ka-shifted'")
    except psycopg.Error as error:
        pytest.skip(f"this PostgreSQL knows no ICU locale: {error}")
    upgrade(postgres.url(name))
    yield postgres.url(name)
    postgres.drop_database(name)


def test_words_are_found_however_the_database_sorts(german_postgres, story_of, tmp_path: Path):
    store = SqlStore(german_postgres, tmp_path)
    fax = story_of(store).arrive(sender=Sender(None, "PRAXIS 15.03.2020", None))
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT 'a.c' < 'ab'")).scalar_one() is False  # it does sort like that
    assert store.find_faxes(["prax", "15.03.20"], None, 10) == [fax.id]
    assert store.find_faxes(["praxisx"], None, 10) == []
    store.close()


def test_a_draft_is_never_overwritten_unseen(store, story):
    document = wait_for_person(story)
    step = Step(StepKind.VALUE, "subject", "Maßnahme", page=1, box=(0.1, 0.2, 0.3, 0.4), group="g")
    first = Draft(document.id, "anna", (step,), 1, story.now)
    with store.begin() as tx:
        tx.save_draft(first, None)
    assert store.draft(document.id) == first
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.save_draft(first, None)
    second = replace(first, person_id="berta", steps=(), revision=2)
    with store.begin() as tx:
        tx.save_draft(second, 1)
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.save_draft(first, 1)
    assert store.draft(document.id) == second
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.forget_draft(document.id, 1)
    with store.begin() as tx:
        tx.forget_draft(document.id, 2)
        tx.forget_draft(document.id)  # there is none, and that is all it asks for
    assert store.draft(document.id) is None
    with pytest.raises(StateConflictError), store.begin() as tx:
        tx.forget_draft(document.id, 2)


def test_who_holds_what_is_known_as_long_as_it_is_held(store, story):
    store.hold_lease("review:a", "anna", HOUR, story.now)
    store.hold_lease("review:b", "berta", HOUR, story.now - 2 * HOUR)
    store.hold_lease("reviewxc", "x", HOUR, story.now)
    assert store.lease_holders("review:", story.now) == {"a": "anna"}


def test_a_view_is_kept_by_its_name_in_its_mailbox(store):
    store.save_view(SavedView("1", "amt", "Masern", "art=a"))
    store.save_view(SavedView("2", "amt", "Masern", "art=b"))
    store.save_view(SavedView("3", "labor", "Alle", ""))
    store.save_view(SavedView("4", "*", "Zuletzt", ""))
    assert store.saved_views(["amt"]) == [SavedView("1", "amt", "Masern", "art=b"), SavedView("4", "*", "Zuletzt", "")]
    assert [view.id for view in store.saved_views(None)] == ["3", "1", "4"]
    store.remove_view("1")
    assert [view.id for view in store.saved_views(None)] == ["3", "4"]


def test_a_task_without_a_due_time_is_due_a_day_after_its_fax_came(store, story):
    wait_for_person(story, due_at=None)
    [line] = store.waiting_list(ALL, story.now)
    assert line.due_at == line.received_at + 24 * HOUR


def test_search_terms_belong_to_their_fax_once(store, story):
    fax = story.arrive(sender=Sender(None, "PRAXIS", None))
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, sender=Sender(None, "PRAXIS", "Praxis"))
    with store.reading() as connection:
        assert connection.execute(sa.select(tables.search_terms.c.term)).scalars().all() == ["praxis"]
