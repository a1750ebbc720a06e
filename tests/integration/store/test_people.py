"""Accounts, links, sessions, failures and the log of what people did, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bridge.domain.errors import NotFoundError, RefusedError, StateConflictError, StorageError
from bridge.domain.ids import new_id
from bridge.domain.people import Action, Invitation, Person, Role, Session
from bridge.store.sql import SqlStore
from tests.deliveries import START

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DONE = Action(START, None, "account changed")


def account(login: str = "anna", **changes: Any) -> Person:
    return replace(Person(new_id(), login, login.title(), (Role.CLERK,), ("amt",), START), **changes)


def link(person: Person, token: str = "a" * 64, expires_at: datetime = START + DAY) -> Invitation:
    return Invitation(token, person.id, START, expires_at)


def added(store: SqlStore, login: str = "anna", token: str | None = None, **changes: Any) -> Person:
    person = account(login, **changes)
    store.add_person(person, link(person, token or f"{login:x<64}"), DONE)
    return person


def signed_in(store: SqlStore, person: Person, token: str, at: datetime = START) -> Session:
    session = Session(token, person.id, at, at, at, at + DAY)
    store.add_session(session)
    return session


def words(store: SqlStore, **which: Any) -> list[str]:
    return [action.what for _, action in store.actions(**which)]


def at_once(*works: Any) -> list[Any]:
    """Run each in a thread of its own, all beginning together; return what they return."""
    gate = threading.Barrier(len(works))

    def run(work: Any) -> Any:
        gate.wait(60)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


# -- accounts ---------------------------------------------------------------------------------------------------------


def test_an_account_is_kept_as_it_was_given(store: SqlStore) -> None:
    roles = (Role.ADMINISTRATOR, Role.AUDITOR)
    person = added(store, "jörg", roles=roles, mailboxes=("*",), language="en", keys={"confirm": "Enter"}, is_active=False)
    assert store.person(person.id) == person
    assert store.person_by_login("jörg") == person
    assert store.person(person.id).roles == roles


def test_accounts_are_listed_by_name(store: SqlStore) -> None:
    for login in ("carl", "anna", "bert"):
        added(store, login)
    assert [person.name for person in store.people()] == ["Anna", "Bert", "Carl"]


def test_who_is_unknown_is_not_found(store: SqlStore) -> None:
    assert store.person_by_login("anna") is None
    with pytest.raises(NotFoundError):
        store.person(new_id())
    with pytest.raises(NotFoundError):
        store.change_person(new_id(), lambda person, _: person, DONE)
    with pytest.raises(NotFoundError):
        store.add_invitation(link(account()), DONE)
    with pytest.raises(NotFoundError):
        signed_in(store, account(), "s" * 64)
    assert words(store) == [], "what did not happen is not in the log"


def test_a_login_is_given_once(store: SqlStore) -> None:
    first = added(store)
    with pytest.raises(StateConflictError):
        added(store, token="b" * 64)
    assert store.person_by_login("anna") == first
    assert store.invitation("b" * 64) is None
    assert words(store) == ["account changed"]


def test_of_two_accounts_of_one_login_at_once_one_is_made(store: SqlStore) -> None:
    def add(token: str) -> bool:
        try:
            added(store, token=token)
        except StateConflictError:
            return False
        return True

    assert sorted(at_once(lambda: add("a" * 64), lambda: add("b" * 64))) == [False, True]
    assert len(store.people()) == 1


# -- changing them ----------------------------------------------------------------------------------------------------


def test_a_change_sees_the_account_and_all_others_as_they_are(store: SqlStore) -> None:
    anna, bert = added(store), added(store, "bert")
    seen: list[tuple[Person, Sequence[Person]]] = []

    def change(person: Person, others: Sequence[Person]) -> Person:
        seen.append((person, others))
        return replace(person, name="Anna Weiß", keys={"undo": "u"})

    changed = store.change_person(anna.id, change, Action(START, bert.id, "person changed"))
    assert seen == [(anna, [bert])]
    assert store.person(anna.id) == changed == replace(anna, name="Anna Weiß", keys={"undo": "u"})
    assert store.person(bert.id) == bert
    assert words(store, person_id=bert.id) == ["person changed"]


def test_what_a_change_refuses_leaves_everything_as_it_was(store: SqlStore) -> None:
    anna = added(store)
    signed_in(store, anna, "s" * 64)

    def refuse(person: Person, others: Sequence[Person]) -> Person:
        raise RefusedError("no", "Nein.")

    with pytest.raises(RefusedError):
        store.change_person(anna.id, refuse, Action(START, None, "person changed"), ends_sessions=True)
    assert store.person(anna.id) == anna
    assert store.session("s" * 64) is not None
    assert words(store) == ["account changed"]


def test_a_change_can_sign_the_person_out_and_nobody_else(store: SqlStore) -> None:
    anna, bert = added(store), added(store, "bert")
    signed_in(store, anna, "s" * 64)
    signed_in(store, bert, "t" * 64)
    store.change_person(anna.id, lambda person, _: person, DONE)
    assert store.session("s" * 64) is not None
    store.change_person(anna.id, lambda person, _: person, DONE, ends_sessions=True)
    assert (store.session("s" * 64), store.session("t" * 64) is not None) == (None, True)


def test_of_changes_at_once_none_is_lost(store: SqlStore) -> None:
    anna = added(store)

    def add_key(number: int) -> None:
        store.change_person(anna.id, lambda person, _: replace(person, keys={**person.keys, f"key {number}": str(number)}), DONE)

    at_once(*(lambda number=number: add_key(number) for number in range(4)))
    assert len(store.person(anna.id).keys) == 4


def test_two_who_switch_each_other_off_at_once_are_not_both_switched_off(store: SqlStore) -> None:
    anna, bert = added(store), added(store, "bert")

    def off_unless_last(person: Person, others: Sequence[Person]) -> Person:
        if not any(other.is_active for other in others):
            raise RefusedError("last", "Die letzte.")
        return replace(person, is_active=False)

    def switch_off(person: Person) -> bool:
        try:
            store.change_person(person.id, off_unless_last, DONE)
        except RefusedError:
            return False
        return True

    assert sorted(at_once(lambda: switch_off(anna), lambda: switch_off(bert))) == [False, True]
    assert sum(person.is_active for person in store.people()) == 1


# -- links ------------------------------------------------------------------------------------------------------------


def test_a_link_sets_the_password_signs_out_and_is_in_the_log(store: SqlStore) -> None:
    anna, bert = added(store, token="a" * 64), added(store, "bert")
    signed_in(store, anna, "s" * 64)
    signed_in(store, bert, "t" * 64)
    opened = store.use_invitation("a" * 64, "$argon2id$new", START + MINUTE)
    assert opened == store.person(anna.id) == replace(anna, password_hash="$argon2id$new")
    assert (store.session("s" * 64), store.session("t" * 64) is not None) == (None, True)
    assert store.person(bert.id) == bert
    assert [(action.at, action.what) for _, action in store.actions(person_id=anna.id)] == [(START + MINUTE, "password set by link")]


def test_a_used_link_opens_nothing(store: SqlStore) -> None:
    anna = added(store, token="a" * 64)
    store.use_invitation("a" * 64, "first", START + MINUTE)
    assert store.use_invitation("a" * 64, "second", START + 2 * MINUTE) is None
    assert store.person(anna.id).password_hash == "first"
    spent = store.invitation("a" * 64)
    assert spent is not None
    assert spent.used_at == START + MINUTE


@pytest.mark.parametrize("late", [timedelta(0), MINUTE])
def test_an_expired_link_opens_nothing(store: SqlStore, late: timedelta) -> None:
    anna = added(store, token="a" * 64)
    assert store.use_invitation("a" * 64, "hash", START + DAY + late) is None
    assert store.person(anna.id).password_hash is None


def test_a_link_nobody_made_opens_nothing(store: SqlStore) -> None:
    added(store)
    assert store.use_invitation("f" * 64, "hash", START) is None
    assert store.invitation("f" * 64) is None


def test_a_new_link_takes_the_place_of_unused_ones_of_that_person(store: SqlStore) -> None:
    anna = added(store, token="a" * 64)
    added(store, "bert", token="b" * 64)
    store.add_invitation(link(anna, "c" * 64), Action(START, None, "link renewed"))
    assert store.use_invitation("a" * 64, "hash", START) is None
    assert store.invitation("b" * 64) is not None
    assert store.use_invitation("c" * 64, "hash", START) is not None
    store.add_invitation(link(anna, "d" * 64), DONE)
    spent = store.invitation("c" * 64)
    assert spent is not None, "what was used stays, as a trace"
    assert spent.used_at == START


def test_a_link_used_twice_at_once_opens_for_one(store: SqlStore) -> None:
    anna = added(store, token="a" * 64)
    opened = at_once(*(lambda name=name: (name, store.use_invitation("a" * 64, name, START)) for name in ("one", "other")))
    [winner] = [name for name, person in opened if person is not None]
    assert store.person(anna.id).password_hash == winner
    assert words(store, person_id=anna.id) == ["password set by link"]


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_is_kept_and_its_use_remembered(store: SqlStore) -> None:
    session = signed_in(store, added(store), "s" * 64)
    assert store.session("s" * 64) == session
    store.touch_session("s" * 64, START + MINUTE)
    assert store.session("s" * 64) == replace(session, seen_at=START + MINUTE)
    assert store.session("t" * 64) is None


def test_a_changed_secret_leaves_the_old_one_a_moment(store: SqlStore) -> None:
    old = signed_in(store, added(store), "s" * 64)
    later = START + 15 * MINUTE
    fresh = replace(old, token_sha256="t" * 64, seen_at=later, changed_at=later)
    assert store.rotate_session("s" * 64, fresh, later + MINUTE)
    assert store.session("t" * 64) == fresh
    left = store.session("s" * 64)
    assert left is not None
    assert left.ends_at == later + MINUTE


def test_a_secret_is_changed_once(store: SqlStore) -> None:
    old = signed_in(store, added(store), "s" * 64)
    later = START + 15 * MINUTE
    fresh = [replace(old, token_sha256=letter * 64, seen_at=later, changed_at=later) for letter in "tu"]
    changed = at_once(*(lambda each=each: store.rotate_session("s" * 64, each, later + MINUTE) for each in fresh))
    assert sorted(changed) == [False, True]
    assert sum(store.session(each.token_sha256) is not None for each in fresh) == 1


def test_a_session_that_is_over_gets_no_new_secret(store: SqlStore) -> None:
    old = signed_in(store, added(store), "s" * 64)
    store.end_sessions(person_id=old.person_id)
    later = START + 15 * MINUTE
    assert not store.rotate_session("s" * 64, replace(old, token_sha256="t" * 64, changed_at=later), later + MINUTE)
    assert store.session("t" * 64) is None


def test_sessions_end_by_person_by_beginning_and_by_last_use(store: SqlStore) -> None:
    anna, bert = added(store), added(store, "bert")
    signed_in(store, anna, "1" * 64)
    signed_in(store, anna, "2" * 64, START + MINUTE)
    signed_in(store, bert, "3" * 64)
    signed_in(store, bert, "4" * 64, START + 5 * MINUTE)

    def living() -> str:
        return "".join(number for number in "1234" if store.session(number * 64))

    assert (store.end_sessions(person_id=anna.id, begun_at=START), living()) == (1, "234")
    assert (store.end_sessions(seen_before=START + MINUTE), living()) == (1, "24"), "who was seen at that very moment stays"
    assert (store.end_sessions(person_id=bert.id), living()) == (1, "2")
    assert store.end_sessions(person_id=bert.id) == 0
    with pytest.raises(ValueError, match="which sessions"):
        store.end_sessions()
    assert living() == "2"


# -- failures ---------------------------------------------------------------------------------------------------------


def test_failures_are_counted_by_key_until_they_are_forgotten(store: SqlStore) -> None:
    assert store.failures("k" * 64) is None
    assert [store.count_failure("k" * 64, START + number * MINUTE) for number in range(3)] == [1, 2, 3]
    assert store.count_failure("l" * 64, START) == 1
    assert store.failures("k" * 64) == (3, START + 2 * MINUTE)
    store.forget_failures("k" * 64)
    assert (store.failures("k" * 64), store.failures("l" * 64)) == (None, (1, START))
    assert store.count_failure("k" * 64, START) == 1


def test_failures_at_once_are_all_counted(store: SqlStore) -> None:
    assert sorted(at_once(*[lambda: store.count_failure("k" * 64, START)] * 4)) == [1, 2, 3, 4]


# -- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_keeps_lines_as_they_were_given_newest_first(store: SqlStore) -> None:
    person_id, fax_id, document_id = new_id(), new_id(), new_id()
    looked = Action(START, person_id, "fax opened", fax_id, document_id, {"path": "patient.birth_date", "pages": [1, 2]})
    store.log(looked)
    store.log(DONE)
    (second, newest), (first, oldest) = store.actions()
    assert (newest, oldest) == (DONE, looked)
    assert second > first


def test_the_log_is_read_by_fax_by_person_and_in_pages(store: SqlStore) -> None:
    anna, bert, fax_id = new_id(), new_id(), new_id()
    for number, (person_id, fax) in enumerate([(anna, fax_id), (bert, fax_id), (anna, None)]):
        store.log(Action(START, person_id, f"step {number}", fax))
    assert words(store, fax_id=fax_id) == ["step 1", "step 0"]
    assert words(store, person_id=anna) == ["step 2", "step 0"]
    assert words(store, person_id=anna, fax_id=fax_id) == ["step 0"]
    [(last, _)] = store.actions(limit=1)
    assert words(store, before=last) == ["step 1", "step 0"]
    assert words(store, before=last, limit=1) == ["step 1"]


def log_and_fail(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.log(Action(START, None, "taken back"))
        tx.set_fax_facts(new_id(), page_count=1)


def test_a_line_logged_in_a_transaction_shares_its_fate(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.log(Action(START, None, "kept"))
    with pytest.raises(NotFoundError):
        log_and_fail(store)
    assert words(store) == ["kept"]


@pytest.mark.parametrize(
    "change",
    ["UPDATE actions SET what = 'nothing'", "UPDATE actions SET person_id = NULL", "DELETE FROM actions"],
)
def test_the_database_refuses_to_change_or_remove_a_line(store: SqlStore, change: str) -> None:
    kept = Action(START, new_id(), "fax opened")
    store.log(kept)
    with pytest.raises((StateConflictError, StorageError)), store.writing() as connection:  # each driver has a name of its own for it
        connection.execute(sa.text(change))
    assert [action for _, action in store.actions()] == [kept]


def test_postgresql_refuses_to_empty_the_log(postgres_url: str) -> None:
    store = SqlStore(postgres_url)
    store.log(DONE)
    with pytest.raises(StorageError), store.writing() as connection:
        connection.execute(sa.text("TRUNCATE actions"))
    assert words(store) == ["account changed"]
    store.close()
