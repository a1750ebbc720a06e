"""Every body that goes to SORMAS keeps to its own swagger file; broken ones do not pass the check."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.delivery.dialect import Request, UnsendableError
from bridge.delivery.sormas import Sormas, parts_of
from bridge.delivery.sormas.diseases import DISEASES
from bridge.domain.model import Record
from bridge.domain.targets import Target, TargetKind
from bridge.ports.delivery import Message
from tests.notifications import DISEASE, LABORATORY, NOTIFICATIONS, changed, leaves, record, sample_records
from tests.sormas_schema import Swagger

pytestmark = pytest.mark.shared

CODES = Path(__file__).resolve().parents[2] / "config" / "codes"
URL = "https://sormas.example/sormas-rest"
PLACES = ("reporting_user", "region", "district", "community", "facility")


def code_list(name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((CODES / f"{name}.toml").read_text(encoding="utf-8"))["entries"])


ENTRIES = code_list("pathogens") + code_list("diseases")
NAMES = {name: entry["code"] for entry in ENTRIES for name in (entry["name"], *entry.get("synonyms", []))}
OTHERS = {entry["code"]: "OTHER" for entry in ENTRIES if entry["code"] not in DISEASES}


@pytest.fixture(scope="module")
def swagger(shared: Path) -> Swagger:
    return Swagger(shared / "data" / "sormas" / "swagger.json")


@pytest.fixture(scope="module")
def sormas() -> Sormas:
    options = {key: f"{key.upper().replace('_', '-'):X<26}" for key in PLACES} | {"disease_map": OTHERS}
    return Sormas(Target("amt", TargetKind.SORMAS, url=URL, options=options), NAMES)


def wrongs(swagger: Swagger, request: Request) -> list[str]:
    """Return what is wrong with a request, its method and path among it (KeyError where there is no such operation)."""
    return swagger.check(request.method.lower(), request.url.removeprefix(URL), json.loads(request.content))


def requests(sormas: Sormas, sent: Record) -> Iterator[Request]:
    for part in parts_of(Message(sent)).values():
        yield sormas.request(part)


@pytest.mark.parametrize("data", [DISEASE, LABORATORY], ids=["disease", "laboratory"])
@pytest.mark.parametrize("absent", [None, *sorted({*leaves(DISEASE), *leaves(LABORATORY)})])
def test_a_notification_passes_whatever_it_lacks(data: dict[str, Any], absent: str | None, swagger: Swagger, sormas: Sormas) -> None:
    lacking = changed(data, **{absent.replace(".", "__"): ...}) if absent in set(leaves(data)) and absent else data
    try:
        assert wrongs(swagger, sormas.request(Message(record(lacking)))) == []
    except UnsendableError:
        assert absent in {"patient.family_name", "patient.given_name"}


def test_every_notification_of_the_samples_passes(swagger: Swagger, sormas: Sormas) -> None:
    sent = list(_sent(swagger, sormas, sample_records(seed=11, count=120, kinds=NOTIFICATIONS)))
    assert len(sent) >= 90


def test_every_list_of_the_samples_passes_row_by_row(swagger: Swagger, sormas: Sormas) -> None:
    sent = list(_sent(swagger, sormas, sample_records(seed=12, count=30, kinds=("case_list",))))
    assert len(sent) >= 200
    assert {request.url.removeprefix(URL) for request in sent} == {"/cases/pushWithPerson", "/contacts/pushWithPerson"}
    uuids = [json.loads(request.content)["coreData"]["uuid"] for request in sent]
    assert len(set(uuids)) == len(uuids)


def _sent(swagger: Swagger, sormas: Sormas, records: Iterator[Record]) -> Iterator[Request]:
    for each in records:
        for part in parts_of(Message(each)).values():
            try:
                request = sormas.request(part)
            except UnsendableError as refused:
                if not _may_be_refused(part.record, refused):
                    pytest.fail(f"refused without cause: {refused}")
                continue
            assert wrongs(swagger, request) == []
            yield request


def _may_be_refused(part: Record, refused: UnsendableError) -> bool:
    """Tell whether a record really lacks what it is refused for."""
    data: Any = part.body["data"]
    found, row = set(leaves(data)), data.get("rows", [{}])[0]
    if "no full name" in str(refused):
        return not {"patient.family_name", "patient.given_name"} <= found and not {"family_name", "given_name"} <= set(row)
    if "negative" in str(refused):
        return "negative" in {data.get("result"), row.get("result")}
    return "disease" in str(refused) and not {"disease.code", "pathogen.code"} & found


def test_every_disease_of_the_built_in_map_is_one_of_sormas(swagger: Swagger) -> None:
    known = swagger.schema("CaseDataDto")["properties"]["disease"]["enum"]
    assert set(DISEASES.values()) <= set(known)


def test_every_code_of_the_built_in_map_is_in_our_lists() -> None:
    assert DISEASES.keys() <= {entry["code"] for entry in ENTRIES}


def test_a_withdrawal_passes(swagger: Swagger, sormas: Sormas) -> None:
    withdrawn = record(DISEASE, 2)
    withdrawn.body["withdrawn"] = {"at": "2026-11-23T08:00:00+01:00", "reason": "wrong_recipient", "text": None}
    assert wrongs(swagger, sormas.request(Message(withdrawn, is_withdrawal=True))) == []


Break = Callable[[dict[str, Any]], Any]
BROKEN: dict[str, tuple[Break, str]] = {
    "no disease": (lambda body: body["coreData"].pop("disease"), "coreData: required"),
    "no region": (lambda body: body["coreData"].pop("responsibleRegion"), "coreData: required"),
    "no name": (lambda body: body["person"].pop("lastName"), "person: required"),
    "a disease of its own": (lambda body: body["coreData"].update(disease="MASERN"), "coreData.disease: enum"),
    "a sex of ours": (lambda body: body["person"].update(sex="female"), "person.sex: enum"),
    "a day without time": (lambda body: body["coreData"].update(reportDate="2026-11-22"), "coreData.reportDate: format"),
    "a time without offset": (lambda body: body["coreData"].update(reportDate="2026-11-22T10:00:00"), "coreData.reportDate: format"),
    "a uuid too short": (lambda body: body["coreData"].update(uuid="ABC"), "coreData.uuid: minLength"),
    "a uuid with dots": (lambda body: body["person"].update(uuid="ABCDEF.ABCDEF.ABCDEF.ABCDEFGH"), "person.uuid: pattern"),
    "a year in words": (lambda body: body["person"].update(birthdateYYYY="2020"), "person.birthdateYYYY: type"),
    "a null": (lambda body: body["coreData"].update(outcome=None), "coreData.outcome: enum"),
    "an unknown field": (lambda body: body["person"].update(family_name="Böhm"), "person: additionalProperties"),
    "a name too long": (lambda body: body["person"].update(lastName="B" * 513), "person.lastName: maxLength"),
    "a reference without uuid": (lambda body: body["coreData"].update(person={}), "coreData.person: required"),
    "a field that is read only": (lambda body: body["person"].update(phone="+49351"), "person.phone: readOnly"),
    "a nested field unknown": (lambda body: body["person"]["address"].update(zip="01445"), "person.address: additionalProperties"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_does_not_pass(name: str, swagger: Swagger, sormas: Sormas) -> None:
    spoil, expected = BROKEN[name]
    body = json.loads(sormas.request(Message(record(DISEASE))).content)
    spoil(body)
    assert expected in swagger.check("post", "/cases/pushWithPerson", body)


def test_a_list_of_bodies_does_not_pass(swagger: Swagger, sormas: Sormas) -> None:
    body = json.loads(sormas.request(Message(record(DISEASE))).content)
    assert swagger.check("post", "/cases/pushWithPerson", [body]) == [": type"]


def test_what_is_looked_at_exists(swagger: Swagger) -> None:
    assert swagger.operation("get", "/cases/{uuid}")
    assert swagger.operation("get", "/contacts/{uuid}")
    assert swagger.operation("get", "/persons/{uuid}")
