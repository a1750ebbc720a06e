"""Accounts: who is invited, what each may become, and that somebody who may manage people always remains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import NotFoundError, RefusedError
from bridge.domain.ids import new_id
from bridge.domain.people import ALL_MAILBOXES, Person, Role
from bridge.services.passwords import expect_strong
from bridge.services.people import Staff
from bridge.services.sign_in import SignIn, digest
from bridge.store.sql import SqlStore
from tests.deliveries import SetClock

PASSWORD = "Lindenbaum am Brunnen 7"
OTHER = "Kastanie am Brunnen 7"
CLERK, ADMINISTRATOR = (Role.CLERK,), (Role.ADMINISTRATOR,)


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def staff(store: SqlStore, clock: SetClock) -> Staff:
    return Staff(store, clock, {"infektionsschutz", "hygiene"})


@pytest.fixture
def sign_in(store: SqlStore, clock: SetClock) -> SignIn:
    return SignIn(store, clock, timedelta(minutes=30))


def joined(staff: Staff, login: str, roles: tuple[Role, ...] = CLERK) -> Person:
    """Somebody who has followed the link."""
    _, secret = staff.invite(None, login, login.title(), roles, ("hygiene",))
    return staff.accept_invitation(secret, PASSWORD)


@pytest.fixture
def chief(staff: Staff) -> Person:
    return joined(staff, "chief", ADMINISTRATOR)


# -- inviting ---------------------------------------------------------------------------------------------------------


def test_who_is_invited_chooses_a_password_and_signs_in(staff: Staff, sign_in: SignIn, chief: Person) -> None:
    person, secret = staff.invite(chief, " Anna ", " Anna Weiß ", CLERK, ("hygiene",))
    assert (person.login, person.name, person.roles, person.mailboxes) == ("anna", "Anna Weiß", CLERK, ("hygiene",))
    assert staff.invited(secret) == person
    opened = staff.accept_invitation(secret, PASSWORD)
    assert sign_in.begin("anna", PASSWORD, "10.0.0.7")[1] == opened


def test_an_invitation_is_in_the_log_with_who_gave_it_and_what_it_gives(staff: Staff, store: SqlStore, chief: Person) -> None:
    person, secret = staff.invite(chief, "anna", "Anna", (Role.CLERK, Role.CLERK), (ALL_MAILBOXES,))
    [(_, line), *_] = store.actions(person_id=chief.id)
    assert (line.what, line.detail) == ("person invited", {"person": person.id, "roles": ["clerk"], "mailboxes": ["*"]})
    assert secret not in str(store.actions())


@pytest.mark.parametrize(
    ("login", "name", "roles", "mailboxes", "reason"),
    [
        (" ", "Anna", CLERK, (), "Anmeldename und Name"),
        ("anna", " ", CLERK, (), "Anmeldename und Name"),
        ("anna", "Anna", (), (), "mindestens eine Rolle"),
        ("anna", "Anna", CLERK, ("hygiene", "keller"), "„keller“ gibt es nicht. Möglich sind: hygiene, infektionsschutz, * (alle)"),
        ("CHIEF", "Anna", CLERK, (), "„chief“ gibt es schon"),
    ],
)
def test_what_makes_no_account_is_refused_with_what_to_do(
    staff: Staff, store: SqlStore, chief: Person, login: str, name: str, roles: tuple[Role, ...], mailboxes: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        staff.invite(chief, login, name, roles, mailboxes)
    assert reason in refused.value.reason
    assert [person.login for person in store.people()] == ["chief"]


def test_a_link_opens_once_and_for_a_day(staff: Staff, clock: SetClock) -> None:
    _, secret = staff.invite(None, "anna", "Anna", CLERK, ())
    _, late = staff.invite(None, "bert", "Bert", CLERK, ())
    staff.accept_invitation(secret, PASSWORD)
    clock.advance(hours=24)
    for spent in (secret, late, "invented"):
        with pytest.raises(RefusedError) as refused:
            staff.accept_invitation(spent, PASSWORD)
        assert "abgelaufen oder wurde schon benutzt" in refused.value.reason
        with pytest.raises(RefusedError):
            staff.invited(spent)


def test_a_password_that_is_too_weak_does_not_spend_the_link(staff: Staff) -> None:
    _, secret = staff.invite(None, "anna", "Anna", CLERK, ())
    with pytest.raises(RefusedError):
        staff.accept_invitation(secret, "kurz")
    assert staff.accept_invitation(secret, PASSWORD).password_hash is not None


# -- a new link -------------------------------------------------------------------------------------------------------


def test_a_new_link_replaces_the_password_and_signs_out(staff: Staff, sign_in: SignIn, chief: Person) -> None:
    anna = joined(staff, "anna")
    session, _ = sign_in.begin("anna", PASSWORD, "10.0.0.7")
    first, second = (staff.renew_link(chief, anna.id) for _ in range(2))
    assert sign_in.resume(session) is not None, "until the link is used nothing changes"
    with pytest.raises(RefusedError):
        staff.accept_invitation(first, OTHER)
    staff.accept_invitation(second, OTHER)
    assert sign_in.resume(session) is None
    with pytest.raises(RefusedError):
        sign_in.begin("anna", PASSWORD, "10.0.0.7")
    sign_in.begin("anna", OTHER, "10.0.0.7")


def test_a_new_link_ends_the_pause_that_others_brought_upon_somebody(staff: Staff, sign_in: SignIn, chief: Person) -> None:
    anna = joined(staff, "anna")
    for _ in range(6):
        with pytest.raises(RefusedError):
            sign_in.begin("anna", "guessed", "10.6.6.6")
    staff.accept_invitation(staff.renew_link(chief, anna.id), OTHER)
    sign_in.begin("anna", OTHER, "10.0.0.7")


def test_who_is_switched_off_gets_no_link_and_uses_none(staff: Staff, store: SqlStore, chief: Person) -> None:
    anna = joined(staff, "anna")
    before = staff.renew_link(chief, anna.id)
    staff.switch(chief, anna.id, is_active=False)
    with pytest.raises(RefusedError) as refused:
        staff.renew_link(chief, anna.id)
    assert "abgeschaltet" in refused.value.reason
    with pytest.raises(RefusedError):
        staff.accept_invitation(before, OTHER)
    assert store.person(anna.id).password_hash == anna.password_hash


def test_nobody_gets_a_link_who_is_not_there(staff: Staff) -> None:
    with pytest.raises(NotFoundError):
        staff.renew_link(None, new_id())


# -- changing ---------------------------------------------------------------------------------------------------------


def test_a_change_is_made_and_logged_with_what_it_gave(staff: Staff, store: SqlStore, chief: Person) -> None:
    anna = joined(staff, "anna")
    changed = staff.change(chief, anna.id, name="Anna Rot", roles=(Role.LEAD, Role.CLERK), mailboxes=("*",), is_active=True)
    assert store.person(anna.id) == changed == replace(anna, name="Anna Rot", roles=(Role.LEAD, Role.CLERK), mailboxes=("*",))
    [(_, line), *_] = store.actions(person_id=chief.id)
    given = {"person": anna.id, "roles": ["lead", "clerk"], "mailboxes": ["*"], "is_active": True}
    assert (line.what, line.detail) == ("person changed", given)


def test_a_change_keeps_a_mailbox_that_the_configuration_has_lost_but_gives_none(staff: Staff, store: SqlStore, clock: SetClock) -> None:
    anna = joined(staff, "anna")
    later = Staff(store, clock, {"infektionsschutz"})
    later.change(None, anna.id, roles=(Role.LEAD,), mailboxes=("hygiene",), is_active=True)
    with pytest.raises(RefusedError):
        later.change(None, anna.id, roles=(Role.LEAD,), mailboxes=("hygiene", "keller"), is_active=True)
    assert store.person(anna.id).mailboxes == ("hygiene",)


def test_who_is_switched_off_is_signed_out_and_may_come_back(staff: Staff, sign_in: SignIn, chief: Person) -> None:
    anna = joined(staff, "anna")
    session, _ = sign_in.begin("anna", PASSWORD, "10.0.0.7")
    staff.switch(chief, anna.id, is_active=False)
    assert sign_in.resume(session) is None
    with pytest.raises(RefusedError):
        sign_in.begin("anna", PASSWORD, "10.0.0.7")
    staff.switch(chief, anna.id, is_active=True)
    assert sign_in.resume(session) is None, "an old session does not come to life again"
    sign_in.begin("anna", PASSWORD, "10.0.0.7")


def test_a_role_that_is_taken_counts_from_the_next_request_on(staff: Staff, sign_in: SignIn, chief: Person) -> None:
    joined(staff, "anna", ADMINISTRATOR)
    session, anna = sign_in.begin("anna", PASSWORD, "10.0.0.7")
    staff.change(chief, anna.id, roles=CLERK, mailboxes=(), is_active=True)
    found = sign_in.resume(session)
    assert found is not None
    assert found[0].roles == CLERK


def test_the_last_administrator_is_neither_switched_off_nor_stripped(staff: Staff, store: SqlStore, chief: Person) -> None:
    staff.invite(chief, "never-came", "Nie da", ADMINISTRATOR, ())
    gone = joined(staff, "gone", ADMINISTRATOR)
    staff.switch(chief, gone.id, is_active=False)
    joined(staff, "anna", (Role.LEAD,))

    def strip() -> None:
        staff.change(chief, chief.id, roles=CLERK, mailboxes=(), is_active=True)

    def switch_off() -> None:
        staff.change(chief, chief.id, roles=ADMINISTRATOR, mailboxes=(), is_active=False)

    for refused_step in (strip, switch_off, lambda: staff.switch(None, chief.id, is_active=False)):
        with pytest.raises(RefusedError) as refused:
            refused_step()
        assert "letzte Konto" in refused.value.reason
    assert store.person(chief.id) == chief


def test_one_of_two_administrators_may_go(staff: Staff, chief: Person) -> None:
    deputy = joined(staff, "deputy", ADMINISTRATOR)
    assert not staff.switch(deputy, chief.id, is_active=False).is_active


def test_what_a_person_prefers_undoes_nothing_that_was_changed_meanwhile(staff: Staff, store: SqlStore, chief: Person) -> None:
    anna = joined(staff, "anna")
    staff.switch(chief, anna.id, is_active=False)
    staff.prefer(anna, language="en", keys={"confirm": "F2"})
    assert store.person(anna.id) == replace(anna, is_active=False, language="en", keys={"confirm": "F2"})


def test_several_keys_may_be_switched_off(staff: Staff, chief: Person) -> None:
    assert staff.prefer(chief, language="de", keys={"confirm": "", "undo": ""}).keys == {"confirm": "", "undo": ""}


def test_a_language_that_is_not_spoken_here_is_refused(staff: Staff, chief: Person) -> None:
    with pytest.raises(RefusedError) as refused:
        staff.prefer(chief, language="fr", keys={})
    assert "Deutsch oder Englisch" in refused.value.reason


# -- passwords --------------------------------------------------------------------------------------------------------


def test_ones_own_password_is_changed_by_who_knows_the_old_one_and_ends_all_sessions(staff: Staff, sign_in: SignIn, chief: Person) -> None:
    session, _ = sign_in.begin("chief", PASSWORD, "10.0.0.7")
    with pytest.raises(RefusedError) as refused:
        staff.change_password(chief, "not that", OTHER)
    assert "bisherige Kennwort" in refused.value.reason
    with pytest.raises(RefusedError):
        staff.change_password(chief, PASSWORD, "kurz")
    assert sign_in.resume(session) is not None
    staff.change_password(chief, PASSWORD, OTHER)
    assert sign_in.resume(session) is None
    sign_in.begin("chief", OTHER, "10.0.0.7")


@pytest.mark.parametrize("password", ["Lindenbaum 7", "äöüßäöüß ñçé", "four words that nobody said", "x!" * 8 + "abc"])
def test_long_passwords_are_taken_whatever_they_are_made_of(password: str) -> None:
    expect_strong(password, "a")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("elf Zeichen", "mindestens 12 Zeichen"),
        ("lang" * 51, "höchstens 200 Zeichen"),
        ("Anna-Katharina", "leicht zu erraten"),
        ("anna-katharina1", "leicht zu erraten"),
        ("aaaaaaaaaaaaaaaa", "leicht zu erraten"),
        ("Passwort12345", "leicht zu erraten"),
        ("Gesundheitsamt1", "leicht zu erraten"),
        ("123456789012", "leicht zu erraten"),
    ],
)
def test_passwords_that_are_guessed_are_refused_without_being_repeated(password: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        expect_strong(password, "anna-katharina")
    assert reason in refused.value.reason
    assert password not in f"{refused.value!r}{refused.value.reason}"


# -- the first account ------------------------------------------------------------------------------------------------


def test_where_there_is_no_account_the_first_is_made_with_a_link_for_a_day(staff: Staff, store: SqlStore, clock: SetClock) -> None:
    secret = staff.first_link()
    assert secret is not None
    [admin] = store.people()
    assert (admin.login, admin.roles, admin.mailboxes) == ("admin", (Role.ADMINISTRATOR, Role.LEAD), ("*",))
    link = store.invitation(digest(secret))
    assert link is not None
    assert link.expires_at == clock.now() + timedelta(hours=24)


def test_every_start_makes_a_fresh_link_until_one_is_used(staff: Staff, clock: SetClock) -> None:
    first = staff.first_link()
    clock.advance(hours=30)
    second = staff.first_link()
    assert first is not None
    assert second is not None
    with pytest.raises(RefusedError):
        staff.accept_invitation(first, PASSWORD)
    staff.accept_invitation(second, PASSWORD)
    assert staff.first_link() is None


def test_there_is_no_first_link_where_others_were_invited_too(staff: Staff) -> None:
    _, secret = staff.invite(None, "chief", "Chief", ADMINISTRATOR, ())
    staff.invite(None, "anna", "Anna", CLERK, ())
    assert staff.first_link() is None
    assert staff.invited(secret).login == "chief", "links that others were given still open"
