"""What is asked of SORMAS, what its answers mean, and what an operator may set."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bridge.delivery.dialect import Answer, UnsendableError
from bridge.delivery.sormas import Look, Sormas
from bridge.domain.errors import ConfigurationError
from bridge.domain.targets import Target, TargetKind
from bridge.ports.delivery import Message, Verdict
from tests.notifications import DISEASE, LABORATORY, RECORD_ID, changed, record

UUIDS = {key: f"{key.upper().replace('_', '-'):X<26}" for key in ("reporting_user", "region", "district")}
ROW = {"number": 1, "family_name": "Böhm", "given_name": "Anna", "birth_date": "2020-03", "last_contact_date": "2026-11-20"}
LIST: dict[str, Any] = {"kind": "contacts", "disease": {"name": "Masern"}, "list_date": "2026-11-21", "rows": [ROW]}
NAMES = {"Masern": "msvd", "COVID-19": "cvdd"}


def sormas(**options: Any) -> Sormas:
    return Sormas(Target("amt", TargetKind.SORMAS, url="https://sormas.example/sormas-rest/", options=UUIDS | options), NAMES)


def pushed(data: dict[str, Any], version: int = 1, kind: str = "", **options: Any) -> dict[str, Any]:
    """Return the body that hands over a record with that data."""
    return dict(json.loads(sormas(**options).request(Message(record(data, version, kind=kind))).content))


def withdrawal(kind: str, reason: str) -> Message:
    asked = record(DISEASE, 2, kind=kind)
    body = {key: asked.body[key] for key in ("id", "type", "version", "replaces", "fax")}
    asked.body.clear()
    asked.body.update(body | {"schema": "withdrawal/1", "withdrawn": {"at": "2026-11-23T08:00:00+01:00", "reason": reason, "text": None}})
    return Message(asked, is_withdrawal=True)


def test_a_notification_is_posted_as_one_person_with_one_case() -> None:
    request = sormas().request(Message(record(DISEASE)))
    assert (request.method, request.url) == ("POST", "https://sormas.example/sormas-rest/cases/pushWithPerson")
    assert request.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert json.loads(request.content)["coreData"]["person"] == {"uuid": json.loads(request.content)["person"]["uuid"]}


def test_a_row_of_contacts_is_posted_as_one_person_with_one_contact() -> None:
    request = sormas().request(Message(record(LIST, kind="case_list")))
    assert request.url == "https://sormas.example/sormas-rest/contacts/pushWithPerson"
    contact = json.loads(request.content)["coreData"]
    assert contact["lastContactDate"] == "2026-11-20T00:00:00.000Z"
    assert contact["disease"] == "MEASLES"


def test_a_row_of_cases_is_posted_as_a_case() -> None:
    request = sormas().request(Message(record(changed(LIST, kind="cases"), kind="case_list")))
    assert request.url == "https://sormas.example/sormas-rest/cases/pushWithPerson"


def test_uuids_are_written_as_sormas_writes_them() -> None:
    body = pushed(DISEASE)
    for entity in (body["person"], body["coreData"], body["person"]["address"], body["coreData"]["symptoms"]):
        assert re.fullmatch(r"[A-Z2-7]{6}-[A-Z2-7]{6}-[A-Z2-7]{6}-[A-Z2-7]{8}", entity["uuid"])


def test_every_attempt_has_the_same_bytes() -> None:
    assert sormas().request(Message(record(DISEASE))).content == sormas().request(Message(record(DISEASE))).content


def test_a_correction_keeps_the_uuids_and_brings_its_own_time_and_external_id() -> None:
    first, second = pushed(DISEASE), pushed(changed(DISEASE, patient__family_name="Bohm"), version=2)
    assert first["coreData"]["uuid"] == second["coreData"]["uuid"]
    assert first["person"]["uuid"] == second["person"]["uuid"]
    assert second["coreData"]["changeDate"] > first["coreData"]["changeDate"]
    assert second["coreData"]["externalID"] == f"{RECORD_ID}:2"


def test_two_records_share_no_uuid() -> None:
    other = sormas().request(Message(record(DISEASE, record_id="another")))
    assert pushed(DISEASE)["person"]["uuid"] != json.loads(other.content)["person"]["uuid"]


def test_what_the_page_lacks_is_left_out() -> None:
    body = pushed({"patient": {"family_name": "Böhm", "given_name": "Anna"}, "disease": {"code": "msvd", "name": "Masern"}})
    assert body["person"].keys() == {"uuid", "changeDate", "firstName", "lastName", "sex"}
    assert body["person"]["sex"] == "UNKNOWN", "SORMAS wants a sex, and has a word for not knowing it"
    assert not body["coreData"].keys() & {"symptoms", "hospitalization", "outcome", "vaccinationStatus", "clinicianName", "healthFacility"}


@pytest.mark.parametrize(
    ("birth_date", "expected"), [("2020-03-15", (2020, 3, 15)), ("2020-03", (2020, 3, None)), ("2020", (2020, None, None))]
)
def test_a_birth_date_is_sent_as_far_as_it_is_known(birth_date: str, expected: tuple[int | None, ...]) -> None:
    person = pushed(changed(DISEASE, patient__birth_date=birth_date))["person"]
    assert tuple(person.get(key) for key in ("birthdateYYYY", "birthdateMM", "birthdateDD")) == expected


def test_a_day_that_is_not_whole_is_told_in_words() -> None:
    core = pushed(changed(DISEASE, onset_date="2026-11"))["coreData"]
    assert "onsetDate" not in core["symptoms"]
    assert "Erkrankungsbeginn: 2026-11" in core["additionalDetails"]


@pytest.mark.parametrize(("admitted", "expected"), [(True, "YES"), (False, "NO"), (None, "UNKNOWN")])
def test_an_answer_of_not_known_is_more_than_none(admitted: bool | None, expected: str) -> None:
    assert pushed(changed(DISEASE, hospital__admitted=admitted))["coreData"]["hospitalization"]["admittedToHealthFacility"] == expected


def test_only_a_death_that_was_notified_is_an_outcome() -> None:
    died = pushed(DISEASE)
    assert (died["coreData"]["outcome"], died["person"]["presentCondition"]) == ("DECEASED", "DEAD")
    ill = pushed(changed(DISEASE, case_status="ill", death_date=...))
    assert "outcome" not in ill["coreData"]
    assert "presentCondition" not in ill["person"]


def test_every_value_is_sent_in_a_field_or_in_words() -> None:
    for data in (DISEASE, LABORATORY):
        sent = json.dumps(pushed(data), ensure_ascii=False)
        for text in texts(data):
            assert text in sent


def texts(data: Any) -> list[str]:
    """Return the free words of a record: no code, no enumeration, no date."""
    if isinstance(data, dict):
        skipped = {"code", "case_status", "role", "status", "sex", "result"}
        return [text for key, value in data.items() if key not in skipped for text in texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in texts(value)]
    return [data] if isinstance(data, str) and not re.fullmatch(r"\d{4}(-\d\d){0,2}", data) else []


def test_words_too_long_for_their_field_stay_whole_among_the_details() -> None:
    symptoms = ["Husten und Schnupfen"] * 40
    core = pushed(changed(DISEASE, symptoms=symptoms))["coreData"]
    assert "symptomsComments" not in core["symptoms"]
    assert ", ".join(symptoms) in core["additionalDetails"]


@pytest.mark.parametrize("key", ["hbvd", "Hepatitis  B"])
def test_the_map_of_the_target_knows_codes_and_printed_names(key: str) -> None:
    data = changed(DISEASE, disease={"code": "hbvd", "name": "Hepatitis B"})
    assert pushed(data, disease_map={key: "ACUTE_VIRAL_HEPATITIS"})["coreData"]["disease"] == "ACUTE_VIRAL_HEPATITIS"


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        (changed(DISEASE, disease={"code": "hbvd", "name": "Hepatitis B"}), "", "disease_map"),
        (changed(LABORATORY, result="negative"), "", "negativ"),
        (changed(DISEASE, patient__given_name=...), "", "Vor- und Nachnamen"),
        (changed(DISEASE, patient__family_name="B" * 513), "", "Vor- und Nachnamen"),
        (changed(LIST, kind=...), "case_list", "Art der Liste"),
        (changed(LIST, rows=[ROW, ROW]), "case_list", "nicht als Ganzes"),
        (changed(LIST, rows=[ROW | {"note": "x" * 5000}]), "case_list", "mehr Text"),
        (changed(LIST, kind="cases", rows=[ROW | {"result": "negative"}]), "case_list", "negativ"),
        ({"subject": "Anfrage"}, "letter", "anderes Ziel"),
        ({"invoice_number": "1"}, "invoice", "anderes Ziel"),
        ({"affected_children": 3}, "facility_notification", "anderes Ziel"),
    ],
)
def test_what_sormas_cannot_take_is_told_in_german(data: dict[str, Any], kind: str, told: str) -> None:
    with pytest.raises(UnsendableError) as refused:
        pushed(data, kind=kind)
    assert told in refused.value.reason
    assert "Böhm" not in str(refused.value) + refused.value.reason


def test_a_case_that_was_never_the_receivers_is_deleted_there() -> None:
    request = sormas().request(withdrawal("disease_notification", "wrong_recipient"))
    assert request.url == "https://sormas.example/sormas-rest/cases/delete"
    assert json.loads(request.content) == [pushed(DISEASE)["coreData"]["uuid"]]


@pytest.mark.parametrize(
    ("kind", "reason", "told"),
    [
        ("disease_notification", "not_confirmed", pushed(DISEASE)["coreData"]["uuid"]),
        ("laboratory_notification", "other", "entscheidet in SORMAS ein Mensch"),
        ("case_list", "wrong_recipient", "Kennung dieser Liste"),
    ],
)
def test_any_other_withdrawal_is_for_a_person_at_the_receiver(kind: str, reason: str, told: str) -> None:
    with pytest.raises(UnsendableError) as refused:
        sormas().request(withdrawal(kind, reason))
    assert told in refused.value.reason


SAVED = json.dumps({"person": {"uuid": "P"}, "coreData": {"uuid": "ABCDEF-ABCDEF-ABCDEF-ABCDEFGH"}}).encode()
TAKEN, AGAIN, REFUSED, GONE = Verdict.TAKEN, Verdict.AGAIN, Verdict.REFUSED, Verdict.GONE


def entities(*statuses: Any) -> bytes:
    return json.dumps([{"statusCode": status, "body": "Böhm"} for status in statuses]).encode()


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, SAVED, TAKEN),
        (200, entities(200), TAKEN),
        (207, entities(200), TAKEN),
        (207, entities(200, 201), TAKEN),
        (207, entities(200, 409), REFUSED),
        (207, entities(200, 400), REFUSED),
        (207, entities(422, 500), AGAIN),
        (207, entities(429), AGAIN),
        (207, entities("200"), AGAIN),
        (207, entities(True), AGAIN),
        (207, b"[]", AGAIN),
        (207, b"", AGAIN),
        (207, b"[{", AGAIN),
        (207, b'["ABCDEF"]', AGAIN),
        (200, b"<html>Anmeldung</html>", AGAIN),
        (200, b'{"coreData": null}', AGAIN),
        (200, b'["ABCDEF-ABCDEF-ABCDEF-ABCDEFGH"]', TAKEN),
        (200, b"[]", REFUSED),
        (204, b"", AGAIN),
        (302, b"", REFUSED),
        (400, b"", REFUSED),
        (401, b"", REFUSED),
        (403, b"", REFUSED),
        (404, b"", REFUSED),
        (409, b"", REFUSED),
        (410, b"", GONE),
        (422, b"", REFUSED),
        (429, b"", AGAIN),
        (500, b"", AGAIN),
        (503, b"", AGAIN),
        (200, b"[" * 100_000, AGAIN),
    ],
)
def test_answers_mean(status: int, body: bytes, verdict: Verdict) -> None:
    judged = sormas().judge(Answer(status, body=body))
    assert judged.verdict is verdict
    is_told_elsewhere = 300 <= status < 400
    assert (judged.reason is not None) == (verdict is REFUSED and not is_told_elsewhere), "whatever needs a person tells it what to do"
    assert "Böhm" not in str(judged)


def test_the_receipt_is_the_uuid_of_the_case() -> None:
    assert sormas().judge(Answer(200, body=SAVED)).receiver_id == "ABCDEF-ABCDEF-ABCDEF-ABCDEFGH"


def test_an_answer_cut_off_is_no_receipt() -> None:
    assert sormas().judge(Answer(200, body=SAVED[:-5], is_whole=False)).verdict is AGAIN
    assert sormas().judge(Answer(200, {"content-type": "text/html"}, b"<html>Please log in", is_whole=False)).verdict is AGAIN
    assert sormas().judge(Answer(207, body=entities(200)[:-5], is_whole=False)).verdict is AGAIN


def test_a_conflict_is_told_apart_from_other_refusals() -> None:
    conflict, other = sormas().judge(Answer(207, body=entities(200, 409))), sormas().judge(Answer(207, body=entities(422, 200)))
    assert conflict.reason is not None
    assert "inzwischen geändert" in conflict.reason
    assert conflict.error == "HTTP 409 for entity 2 of 2"
    assert other.error == "HTTP 422 for entity 1 of 2"


SORMAS_EXAMPLE = Target("amt", TargetKind.SORMAS, url="https://sormas.example")


@pytest.mark.parametrize(("data", "kind", "place"), [(DISEASE, "", "cases"), (LIST, "case_list", "contacts")])
def test_a_look_asks_for_the_very_entities_that_a_push_saves(data: dict[str, Any], kind: str, place: str) -> None:
    message, body = Message(record(data, kind=kind)), pushed(data, kind=kind)
    core, person = Look(SORMAS_EXAMPLE).request(message), Look(SORMAS_EXAMPLE, of_person=True).request(message)
    assert (core.method, core.url) == ("GET", f"https://sormas.example/{place}/{body['coreData']['uuid']}")
    assert (person.method, person.url) == ("GET", f"https://sormas.example/persons/{body['person']['uuid']}")


@pytest.mark.parametrize(
    ("status", "entity", "verdict", "found"),
    [
        (200, {"creationDate": 1_700_000_000_000, "changeDate": 1_700_000_004_000}, TAKEN, b"untouched"),
        (200, {"creationDate": 1_700_000_000_000, "changeDate": 1_700_000_006_000}, TAKEN, b"changed"),
        (200, {"creationDate": "2026-11-22T14:00:00.000Z", "changeDate": "2026-11-22T15:00:01.000+01:00"}, TAKEN, b"untouched"),
        (200, {"creationDate": "2026-11-22T14:00:00.000Z", "changeDate": "2026-11-23T14:00:00.000Z"}, TAKEN, b"changed"),
        (200, {"changeDate": 1_700_000_004_000}, TAKEN, b"changed"),
        (200, {"creationDate": "gestern", "changeDate": True}, TAKEN, b"changed"),
        (200, {"uuid": None}, AGAIN, None),
        (204, {}, TAKEN, b"absent"),
        (404, {}, TAKEN, b"absent"),
        (403, {}, REFUSED, None),
        (410, {}, GONE, None),
        (503, {}, AGAIN, None),
    ],
)
def test_a_look_finds(status: int, entity: dict[str, Any], verdict: Verdict, found: bytes | None) -> None:
    body = json.dumps({"uuid": "ABCDEF", "externalID": "x:1"} | entity).encode()
    judged = Look(SORMAS_EXAMPLE).judge(Answer(status, body=body))
    assert (judged.verdict, judged.answer) == (verdict, found)
    assert judged.receiver_id == ("x:1" if found in {b"untouched", b"changed"} else None)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"region": None}, "options.region"),
        ({"district": "kurz"}, "options.district"),
        ({"facility": "mit Leerzeichen und Umläuten ä"}, "options.facility"),
        ({"regoin": "X" * 26}, "options.regoin"),
        ({"disease_map": ["msvd"]}, "options.disease_map"),
        ({"disease_map": {"hbvd": "Hepatitis"}}, "options.disease_map.hbvd"),
    ],
)
def test_a_wrong_option_is_named_with_its_file(options: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        sormas(**options)
    assert (wrong.value.file, wrong.value.key) == ("targets/amt.toml", key)


@pytest.mark.parametrize("missing", UUIDS)
def test_what_only_the_operator_knows_must_be_given(missing: str) -> None:
    target = Target("amt", TargetKind.SORMAS, options={key: uuid for key, uuid in UUIDS.items() if key != missing})
    with pytest.raises(ConfigurationError) as wrong:
        Sormas(target)
    assert wrong.value.key == f"options.{missing}"
