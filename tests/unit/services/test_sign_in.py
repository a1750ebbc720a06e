"""Signing in: who is let in, who must wait, how long it lasts, and what is written down about it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bridge.domain.errors import RefusedError
from bridge.domain.ids import new_id
from bridge.domain.people import Action, Invitation, Person, Role
from bridge.services.passwords import hashed, is_outdated
from bridge.services.sign_in import SignIn, csrf_token, digest, is_csrf_token
from bridge.store.sql import SqlStore
from tests.deliveries import START, SetClock

PASSWORD = "Lindenbaum am Brunnen 7"
WRONG = "Kastanie am Brunnen 7"
OFFICE, HOME = "10.0.0.7", "10.0.0.8"
DONE = Action(START, None, "account changed")


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sign_in(store: SqlStore, clock: SetClock) -> SignIn:
    return SignIn(store, clock, timedelta(minutes=30))


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hashed(PASSWORD)


@pytest.fixture
def anna(store: SqlStore, password_hash: str) -> Person:
    return account(store, "anna", password_hash)


def account(store: SqlStore, login: str, password_hash: str) -> Person:
    person = Person(new_id(), login, "Anna Weiß", (Role.CLERK,), ("amt",), START)
    store.add_person(person, Invitation(digest(login), person.id, START, START + timedelta(days=1)), DONE)
    opened = store.use_invitation(digest(login), password_hash, START)
    assert opened is not None
    return opened


def switch_off(store: SqlStore, person: Person) -> None:
    store.change_person(person.id, lambda current, _: replace(current, is_active=False), DONE)


def refusal(sign_in: SignIn, login: str = "anna", password: str = WRONG, peer: str = OFFICE) -> str:
    with pytest.raises(RefusedError) as refused:
        sign_in.begin(login, password, peer)
    return refused.value.reason


def words(store: SqlStore) -> list[str]:
    return [action.what for _, action in reversed(store.actions()) if action.what not in {DONE.what, "password set by link"}]


# -- being let in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["anna", " Anna ", "ANNA", "an\0na"])
def test_name_and_password_let_in(sign_in: SignIn, anna: Person, typed: str) -> None:
    secret, person = sign_in.begin(typed, PASSWORD, OFFICE)
    assert person == anna
    assert sign_in.resume(secret) == (anna, None)


def test_each_session_has_a_secret_of_its_own(sign_in: SignIn, anna: Person) -> None:
    first, second = (sign_in.begin("anna", PASSWORD, OFFICE)[0] for _ in range(2))
    assert first != second
    assert sign_in.resume(first) is not None


def test_a_secret_nobody_was_given_lets_nobody_in(sign_in: SignIn, anna: Person) -> None:
    for invented in ("", "invented", "\udc80"):
        assert sign_in.resume(invented) is None


def test_the_database_holds_no_secret_that_lets_in(sign_in: SignIn, store: SqlStore, anna: Person) -> None:
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    kept = store.session(digest(secret))
    assert kept is not None
    assert sign_in.resume(kept.token_sha256) is None


def test_a_password_kept_in_an_older_way_is_kept_in_todays_after_signing_in(sign_in: SignIn, store: SqlStore) -> None:
    older = account(store, "bert", PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD))
    _, person = sign_in.begin("bert", PASSWORD, OFFICE)
    kept = store.person(older.id)
    assert kept == person
    assert kept.password_hash is not None
    assert not is_outdated(kept.password_hash)
    sign_in.begin("bert", PASSWORD, OFFICE)
    assert words(store) == ["password rehashed", "signed in", "signed in"]


# -- being refused ----------------------------------------------------------------------------------------------------


def test_refusals_are_alike_whatever_is_wrong(sign_in: SignIn, store: SqlStore, anna: Person, password_hash: str) -> None:
    switch_off(store, account(store, "bert", password_hash))
    never_opened = Person(new_id(), "carl", "Carl", (Role.CLERK,), ("amt",), START)
    store.add_person(never_opened, Invitation("c" * 64, never_opened.id, START, START + timedelta(days=1)), DONE)
    wrong_password = refusal(sign_in)
    assert "stimmen nicht" in wrong_password
    assert refusal(sign_in, "nobody", PASSWORD) == wrong_password
    assert refusal(sign_in, "bert", PASSWORD) == wrong_password
    assert refusal(sign_in, "carl", "") == wrong_password


def test_an_unknown_name_costs_a_check_of_a_password_as_a_known_one_does(
    sign_in: SignIn, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, against: str, password: bytes) -> bool:
        checked.append(against.rpartition("$")[0].rpartition("$")[0])  # algorithm and parameters, which make the time
        return verify(self, against, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    refusal(sign_in, "anna")
    refusal(sign_in, "nobody")
    known, unknown = checked
    assert known == unknown
    assert known.startswith("$argon2id$")


def test_text_that_cannot_be_stored_or_hashed_is_refused_like_any_other(sign_in: SignIn, anna: Person) -> None:
    usual = refusal(sign_in)
    assert refusal(sign_in, "\ud800\0", "\ud800\0") == usual
    assert refusal(sign_in, "anna", "x" * 100_000) == usual


# -- having to wait ---------------------------------------------------------------------------------------------------


def fail(sign_in: SignIn, times: int, login: str = "anna", peer: str = OFFICE) -> None:
    for _ in range(times):
        assert "stimmen nicht" in refusal(sign_in, login, peer=peer)


def test_four_failures_cost_nothing(sign_in: SignIn, anna: Person) -> None:
    fail(sign_in, 4)
    sign_in.begin("anna", PASSWORD, OFFICE)


def test_the_fifth_failure_in_a_row_makes_a_pause_even_for_the_right_password(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    fail(sign_in, 5)
    assert "in 30 Sekunden" in refusal(sign_in, password=PASSWORD)
    clock.advance(seconds=29)
    assert "in einer Sekunde" in refusal(sign_in, password=PASSWORD)
    clock.advance(seconds=1)
    sign_in.begin("anna", PASSWORD, OFFICE)


def test_the_pause_doubles_up_to_a_quarter_of_an_hour(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    fail(sign_in, 4)
    told = []
    for _ in range(8):
        fail(sign_in, 1)
        told.append(refusal(sign_in).partition(" in ")[2].partition(" noch")[0])
        clock.advance(minutes=15)
    assert told == ["30 Sekunden", "60 Sekunden", "2 Minuten", "4 Minuten", "8 Minuten", "15 Minuten", "15 Minuten", "15 Minuten"]


def test_what_is_tried_during_a_pause_does_not_make_it_longer(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    fail(sign_in, 5)
    for _ in range(29):
        clock.advance(seconds=1)
        assert "Fehlversuche" in refusal(sign_in, peer=HOME)
    clock.advance(seconds=1)
    sign_in.begin("anna", PASSWORD, HOME)


def test_a_name_waits_wherever_it_is_tried_from(sign_in: SignIn, anna: Person) -> None:
    for number in range(5):
        fail(sign_in, 1, peer=f"10.0.1.{number}")
    assert "Fehlversuche" in refusal(sign_in, password=PASSWORD, peer=HOME)


def test_an_address_waits_whatever_name_it_tries(sign_in: SignIn, anna: Person) -> None:
    for number in range(5):
        fail(sign_in, 1, login=f"name {number}")
    assert "Fehlversuche" in refusal(sign_in, password=PASSWORD, peer=OFFICE)
    sign_in.begin("anna", PASSWORD, HOME)


def test_an_address_that_waits_cannot_make_others_wait(sign_in: SignIn, anna: Person) -> None:
    fail(sign_in, 5, login="nobody")
    for _ in range(10):
        refusal(sign_in, "anna")
    sign_in.begin("anna", PASSWORD, HOME)


def test_an_unknown_name_waits_like_a_known_one(sign_in: SignIn, anna: Person) -> None:
    fail(sign_in, 5, login="anna", peer=OFFICE)
    fail(sign_in, 5, login="nobody", peer=HOME)
    assert refusal(sign_in, "nobody", peer="10.0.0.9") == refusal(sign_in, "anna", peer="10.0.0.9")


def test_a_success_begins_the_count_anew(sign_in: SignIn, anna: Person) -> None:
    for _ in range(3):
        fail(sign_in, 4)
        sign_in.begin("anna", PASSWORD, OFFICE)


def test_of_many_guesses_at_once_after_a_pause_one_is_checked(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    fail(sign_in, 5)
    clock.advance(seconds=30)
    gate = threading.Barrier(4)

    def guess(number: int) -> str:
        gate.wait(60)
        return refusal(sign_in, peer=f"10.0.1.{number}")

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(guess, range(4)))
    assert sum("stimmen nicht" in each for each in told) == 1


# -- staying signed in ------------------------------------------------------------------------------------------------


def test_who_does_nothing_for_half_an_hour_is_signed_out(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    clock.advance(minutes=30, seconds=1)
    assert sign_in.resume(secret) is None


def resumed(sign_in: SignIn, secret: str) -> str:
    """Return the secret that the browser has after a request."""
    found = sign_in.resume(secret)
    assert found is not None
    return found[1] or secret


def test_who_works_stays_signed_in_for_twelve_hours_and_no_longer(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    for _ in range(12 * 6 - 1):
        clock.advance(minutes=10)
        secret = resumed(sign_in, secret)
    clock.advance(minutes=10)
    assert sign_in.resume(secret) is None


def test_the_secret_changes_every_quarter_of_an_hour_and_the_old_one_stays_good_for_a_minute(
    sign_in: SignIn, clock: SetClock, anna: Person
) -> None:
    first, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    clock.advance(minutes=15)
    assert resumed(sign_in, first) == first
    clock.advance(seconds=1)
    second = resumed(sign_in, first)
    assert second != first
    clock.advance(seconds=59)
    assert sign_in.resume(first) == (anna, None), "a request that was under way signs nobody out, and makes no third secret"
    clock.advance(seconds=1)
    assert sign_in.resume(first) is None
    assert sign_in.resume(second) == (anna, None)


def test_a_page_left_open_is_signed_out_though_its_secret_was_changed(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    clock.advance(minutes=20)
    secret = resumed(sign_in, secret)
    clock.advance(minutes=30, seconds=1)
    assert sign_in.resume(secret) is None


def test_who_is_switched_off_is_out_at_once(sign_in: SignIn, store: SqlStore, anna: Person) -> None:
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    switch_off(store, anna)
    assert sign_in.resume(secret) is None
    assert store.session(digest(secret)) is None


# -- signing out ------------------------------------------------------------------------------------------------------


def test_signing_out_ends_this_session_alone(sign_in: SignIn, store: SqlStore, clock: SetClock, anna: Person) -> None:
    here, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    clock.advance(seconds=1)
    there, _ = sign_in.begin("anna", PASSWORD, HOME)
    sign_in.end(here)
    assert sign_in.resume(here) is None
    assert sign_in.resume(there) is not None
    sign_in.end(here)
    sign_in.end("invented")
    assert words(store) == ["signed in", "signed in", "signed out"]


def test_signing_out_takes_a_secret_along_that_was_changed_by_the_same_request(sign_in: SignIn, clock: SetClock, anna: Person) -> None:
    old, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    clock.advance(minutes=20)
    fresh = resumed(sign_in, old)
    sign_in.end(old)
    assert (sign_in.resume(old), sign_in.resume(fresh)) == (None, None)


# -- what is written down ---------------------------------------------------------------------------------------------


def test_every_way_in_and_out_is_in_the_log(sign_in: SignIn, store: SqlStore, anna: Person) -> None:
    refusal(sign_in, "anna")
    refusal(sign_in, "nobody")
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    sign_in.end(secret)
    told = [(action.what, action.person_id, action.detail) for _, action in reversed(store.actions())][2:]
    assert told == [
        ("sign-in failed", anna.id, {}),
        ("sign-in failed", None, {"login": digest("nobody")[:8]}),
        ("signed in", anna.id, {}),
        ("signed out", anna.id, {}),
    ]


def test_nothing_that_was_typed_and_no_secret_is_written_down_or_shown(
    sign_in: SignIn, store: SqlStore, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refusal(sign_in, PASSWORD, "typed-into-the-wrong-field")
    with pytest.raises(RefusedError) as refused:
        sign_in.begin("anna", WRONG, OFFICE)
    secret, person = sign_in.begin("anna", PASSWORD, OFFICE)
    shown = (
        f"{caplog.text}{store.actions()}{refused.value!r}{person!r}{store.session(digest(secret))!r}{store.invitation(digest('anna'))!r}"
    )
    hidden = (PASSWORD, PASSWORD.casefold(), WRONG, "typed-into", secret, digest(secret), digest("anna"), "$argon2id$")
    assert [each for each in hidden if each in shown] == []


# -- forms ------------------------------------------------------------------------------------------------------------


def test_a_token_belongs_to_one_browser_and_does_not_tell_its_secret() -> None:
    token = csrf_token("secret")
    assert is_csrf_token("secret", token)
    assert not is_csrf_token("another", token)
    assert not is_csrf_token("secret", "")
    assert not is_csrf_token("secret", "ä\udc80")
    assert "secret" not in token


def test_without_a_secret_no_token_is_right() -> None:
    assert not is_csrf_token("", csrf_token("")), "everybody can work that one out"


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(sign_in: SignIn, anna: Person, clock: SetClock) -> None:
    secret, _ = sign_in.begin("anna", PASSWORD, OFFICE)
    for _ in range(3):
        clock.advance(minutes=10)
        assert sign_in.resume(secret, is_by_itself=True) == (anna, None)
    clock.advance(seconds=1)
    assert sign_in.resume(secret) is None
