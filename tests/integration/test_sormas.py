"""Delivering to a SORMAS over HTTP: nothing is doubled, nothing of a person's at the office overwritten, every row accounted for."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from bridge.delivery.dialect import Answer, Dialect, UnsendableError
from bridge.delivery.sormas import SormasSender
from bridge.domain.targets import Target, TargetKind
from bridge.ports.delivery import Message, SendOutcome, Verdict
from tests.notifications import DISEASE, RECORD_ID, changed, record
from tests.sormas_server import SormasServer, sormas_server

OPTIONS = {key: f"{key.upper().replace('_', '-'):X<26}" for key in ("reporting_user", "region", "district")}
PEOPLE = (("Böhm", "Anna"), ("Weiß", "Emil"), ("Jung", "Ida"))
ROWS = [{"number": at, "family_name": family, "given_name": given} for at, (family, given) in enumerate(PEOPLE, 1)]
LIST: dict[str, Any] = {"kind": "contacts", "disease": {"name": "msvd"}, "rows": ROWS}
CONFLICT = "inzwischen geändert"


class PlainSender:
    """Implements `ports.RecordSender`: one request after the other."""

    def __init__(self, server: SormasServer, dialect: Dialect) -> None:
        self._server, self._dialect = server, dialect

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        return [self._one(message) if seconds > 0 else None for message in messages]

    def _one(self, message: Message) -> SendOutcome:
        try:
            request = self._dialect.request(message)
        except UnsendableError as error:
            return SendOutcome(Verdict.REFUSED, None, f"cannot be sent: {error}", 0.0, "", reason=error.reason)
        url = urlsplit(request.url)
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
        try:
            connection.request(request.method, url.path, request.content, {**request.headers, "Authorization": self._server.authorization})
            response = connection.getresponse()
            judged = self._dialect.judge(Answer(response.status, body=response.read()))
        except (OSError, http.client.HTTPException):
            return SendOutcome(Verdict.AGAIN, None, "connection broke", 0.0, "")
        finally:
            connection.close()
        return SendOutcome(
            judged.verdict,
            response.status,
            None if judged.verdict is Verdict.TAKEN else judged.error or f"HTTP {response.status}",
            0.0,
            "",
            receiver_id=judged.receiver_id,
            answer=judged.answer or b"",
            reason=judged.reason,
        )


@pytest.fixture
def server() -> Iterator[SormasServer]:
    with sormas_server() as running:
        yield running


@pytest.fixture
def sender(server: SormasServer) -> SormasSender:
    target = Target("amt", TargetKind.SORMAS, url=server.url, options=OPTIONS)
    return SormasSender(target, {}, partial(PlainSender, server))


def deliver(sender: SormasSender, data: dict[str, Any], version: int = 1, kind: str = "", seconds: float = 60.0) -> SendOutcome:
    (outcome,) = sender.send([Message(record(data, version, kind=kind))], seconds)
    assert outcome is not None
    return outcome


def only(entities: dict[str, Any]) -> Any:
    (entity,) = entities.values()
    return entity


def test_a_notification_becomes_one_case_of_one_person(server: SormasServer, sender: SormasSender) -> None:
    outcome = deliver(sender, DISEASE)
    assert outcome.verdict is Verdict.TAKEN
    assert outcome.receiver_id == only(server.entities["cases"])["uuid"]
    assert only(server.entities["persons"])["lastName"] == "Böhm"


def test_a_wrong_password_is_refused_with_what_to_do(server: SormasServer) -> None:
    target = Target("amt", TargetKind.SORMAS, url=server.url, options=OPTIONS)
    outcome = deliver(SormasSender(target, {}, partial(PlainSender, SormasServer(password="old"))), DISEASE)
    assert (outcome.verdict, outcome.status) == (Verdict.REFUSED, 401)
    assert outcome.reason is not None
    assert "Zugangsdaten" in outcome.reason


@pytest.mark.parametrize("is_multi_status", [False, True])
def test_what_was_saved_before_its_answer_got_lost_counts_as_taken_when_it_comes_again(
    is_multi_status: bool, server: SormasServer, sender: SormasSender
) -> None:
    server.is_multi_status = is_multi_status
    server.loses_answers, server.clock = 1, server.clock + timedelta(hours=1)
    assert deliver(sender, DISEASE).verdict is Verdict.AGAIN
    outcome = deliver(sender, DISEASE)
    assert outcome.verdict is Verdict.TAKEN
    assert outcome.receiver_id == only(server.entities["cases"])["uuid"]
    assert len(server.entities["persons"]) == 1


def test_a_correction_changes_the_same_case_and_person(server: SormasServer, sender: SormasSender) -> None:
    server.clock = record(DISEASE, 1).created_at
    deliver(sender, DISEASE)
    assert deliver(sender, changed(DISEASE, patient__family_name="Bohm"), version=2).verdict is Verdict.TAKEN
    assert only(server.entities["persons"])["lastName"] == "Bohm"
    assert only(server.entities["cases"])["externalID"] == f"{RECORD_ID}:2"


@pytest.mark.parametrize("kind", ["cases", "persons"])
@pytest.mark.parametrize("hours", [-1, 1], ids=["before the correction", "after it"])
def test_what_a_person_changed_in_sormas_is_not_overwritten(kind: str, hours: int, server: SormasServer, sender: SormasSender) -> None:
    corrected_at = record(DISEASE, 2).created_at
    server.clock = corrected_at - timedelta(hours=2)
    deliver(sender, DISEASE)
    server.clock = corrected_at + timedelta(hours=hours)
    server.edit(kind, only(server.entities[kind])["uuid"], additionalDetails="Anruf beim Arzt")
    outcome = deliver(sender, DISEASE, version=2)
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.reason is not None
    assert CONFLICT in outcome.reason
    assert only(server.entities[kind])["additionalDetails"] == "Anruf beim Arzt"


def test_a_correction_whose_answer_got_lost_counts_as_taken_when_it_comes_again(server: SormasServer, sender: SormasSender) -> None:
    server.clock = record(DISEASE, 1).created_at
    deliver(sender, DISEASE)
    server.loses_answers, server.clock = 1, server.clock + timedelta(hours=1)
    assert deliver(sender, DISEASE, version=2).verdict is Verdict.AGAIN
    assert deliver(sender, DISEASE, version=2).verdict is Verdict.TAKEN


def test_a_correction_of_what_never_arrived_creates_it(server: SormasServer, sender: SormasSender) -> None:
    assert deliver(sender, DISEASE, version=2).verdict is Verdict.TAKEN
    assert only(server.entities["cases"])["externalID"] == f"{RECORD_ID}:2"


def test_a_conflict_wrapped_in_207_goes_to_a_person(server: SormasServer, sender: SormasSender) -> None:
    server.is_multi_status = True
    assert deliver(sender, DISEASE).verdict is Verdict.TAKEN
    server.statuses[only(server.entities["cases"])["uuid"]] = 409
    server.edit("cases", only(server.entities["cases"])["uuid"], externalID="von Hand")
    outcome = deliver(sender, DISEASE)
    assert (outcome.verdict, outcome.status) == (Verdict.REFUSED, 207)
    assert outcome.reason is not None
    assert CONFLICT in outcome.reason


def test_a_list_becomes_as_many_contacts_as_it_has_rows(server: SormasServer, sender: SormasSender) -> None:
    outcome = deliver(sender, LIST, kind="case_list")
    assert outcome.verdict is Verdict.TAKEN
    assert {person["lastName"] for person in server.entities["persons"].values()} == {"Böhm", "Weiß", "Jung"}
    assert all(uuid.encode() in outcome.answer for uuid in server.entities["contacts"])


@pytest.mark.parametrize(
    ("status", "verdict", "told"), [(500, Verdict.AGAIN, None), (422, Verdict.REFUSED, "Zeile 2 der Liste: SORMAS hat die Meldung nicht")]
)
def test_a_row_that_fails_is_named_and_the_others_are_saved(
    server: SormasServer, sender: SormasSender, status: int, verdict: Verdict, told: str | None
) -> None:
    uuids = _uuids_of_rows(server, sender)
    server.statuses[uuids["Weiß"]] = status
    outcome = deliver(sender, LIST, kind="case_list")
    assert outcome.verdict is verdict
    assert outcome.error == f"HTTP {status} (rows 2)"
    assert (outcome.reason or "").startswith(told or "")
    assert len(server.entities["contacts"]) == 2


class Hurried:
    """Has time for three requests in each turn, and one more look at the end."""

    def __init__(self, server: SormasServer, dialect: Dialect) -> None:
        self._all = PlainSender(server, dialect)

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        tried = self._all.send(messages[:3], seconds)
        return [*tried, *[None] * (len(messages) - len(tried))]


def test_a_list_too_long_for_one_turn_goes_on_where_it_stopped(server: SormasServer) -> None:
    """Each turn must bring it further, also after a worker has forgotten what the one before it sent."""
    rows = [{"number": number, "family_name": f"Muster{number}", "given_name": "Erika"} for number in range(1, 101)]
    message = Message(record({**LIST, "rows": rows}, 1, kind="case_list"))
    target = Target("amt", TargetKind.SORMAS, url=server.url, options=OPTIONS)
    hurried = SormasSender(target, {}, partial(Hurried, server))
    assert hurried.send([message], 60.0) == [None]
    first = len(server.entities["contacts"])
    assert 0 < first < 100

    hurried = SormasSender(target, {}, partial(Hurried, server))
    outcomes = [outcome for _ in range(20) for outcome in hurried.send([message], 60.0)]

    assert len(server.entities["contacts"]) == 100
    taken = next(outcome for outcome in outcomes if outcome is not None)
    assert taken.verdict is Verdict.TAKEN


def test_a_list_that_comes_again_after_a_row_failed_is_taken_as_a_whole(server: SormasServer, sender: SormasSender) -> None:
    uuids = _uuids_of_rows(server, sender)
    server.statuses[uuids["Weiß"]] = 503
    server.clock += timedelta(hours=1)
    assert deliver(sender, LIST, kind="case_list").verdict is Verdict.AGAIN
    server.statuses.clear()
    assert deliver(sender, LIST, kind="case_list").verdict is Verdict.TAKEN
    assert len(server.entities["contacts"]) == len(server.entities["persons"]) == 3


def _uuids_of_rows(server: SormasServer, sender: SormasSender) -> dict[str, str]:
    """Return the contact's UUID for each family name; the server forgets them again."""
    deliver(sender, LIST, kind="case_list")
    names = {person["uuid"]: person["lastName"] for person in server.entities["persons"].values()}
    found = {names[contact["person"]["uuid"]]: contact["uuid"] for contact in server.entities["contacts"].values()}
    server.entities["persons"].clear()
    server.entities["contacts"].clear()
    return found


def test_a_corrected_list_keeps_who_is_who_by_the_running_numbers(server: SormasServer, sender: SormasSender) -> None:
    server.clock = record(LIST, 1, kind="case_list").created_at
    deliver(sender, changed(LIST, rows=ROWS[1:]), kind="case_list")
    before = {person["uuid"]: person["lastName"] for person in server.entities["persons"].values()}
    assert deliver(sender, LIST, version=2, kind="case_list").verdict is Verdict.TAKEN
    after = {person["uuid"]: person["lastName"] for person in server.entities["persons"].values()}
    assert before.items() <= after.items()
    assert len(after) == 3


def test_a_corrected_list_without_running_numbers_goes_to_a_person(server: SormasServer, sender: SormasSender) -> None:
    unnumbered = changed(LIST, rows=[{key: value for key, value in row.items() if key != "number"} for row in ROWS])
    assert deliver(sender, unnumbered, kind="case_list").verdict is Verdict.TAKEN
    asked = len(server.requests)
    outcome = deliver(sender, unnumbered, version=2, kind="case_list")
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.reason is not None
    assert "laufenden Nummern" in outcome.reason
    assert len(server.requests) == asked, "nothing was sent"


def test_rows_of_a_list_that_cannot_be_sent_are_named_with_the_reason_of_each(server: SormasServer, sender: SormasSender) -> None:
    rows = [ROWS[0], {"number": 2, "family_name": "Weiß"}, {"number": 3, "given_name": "Ida"}]
    outcome = deliver(sender, changed(LIST, rows=rows), kind="case_list")
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.reason is not None
    assert outcome.reason.startswith("Zeile 2, 3 der Liste: SORMAS verlangt Vor- und Nachnamen")
    assert len(server.entities["contacts"]) == 1


def test_several_messages_keep_their_outcomes_apart(sender: SormasSender) -> None:
    messages = [
        Message(record(LIST, kind="case_list", record_id="a")),
        Message(record({}, kind="letter", record_id="b")),
        Message(record(changed(LIST, rows=[]), kind="case_list", record_id="c")),
        Message(record(DISEASE, record_id="d")),
    ]
    verdicts = [outcome and outcome.verdict for outcome in sender.send(messages, 60.0)]
    assert verdicts == [Verdict.TAKEN, Verdict.REFUSED, Verdict.REFUSED, Verdict.TAKEN]


def test_without_time_nothing_is_tried(server: SormasServer, sender: SormasSender) -> None:
    assert sender.send([Message(record(DISEASE)), Message(record(LIST, kind="case_list"))], 0.0) == [None, None]
    assert server.requests == []


def test_a_case_sent_to_the_wrong_receiver_is_deleted(server: SormasServer, sender: SormasSender) -> None:
    deliver(sender, DISEASE)
    withdrawn = record(DISEASE, 2)
    withdrawn.body["withdrawn"] = {"at": "2026-11-23T08:00:00+01:00", "reason": "wrong_recipient", "text": None}
    first, second = (sender.send([Message(withdrawn, is_withdrawal=True)], 60.0)[0] for _ in range(2))
    assert first is not None
    assert first.verdict is Verdict.TAKEN
    assert server.entities["cases"] == {}
    assert second is not None
    assert second.verdict is Verdict.REFUSED, "nothing was there any more: a person looks"
