"""Every notification passes DEMIS's own profiles, as its examples do; broken ones do not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.parameters import Parameters
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir import Code, CodeMap, Options, bundle, judge, request
from bridge.delivery.fhir.questions import QUESTIONS
from bridge.ports.delivery import Message, Verdict
from tests.fhir_profiles import Profiles
from tests.notifications import DISEASE, LABORATORY, changed, leaves, record, sample_records

pytestmark = pytest.mark.shared

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "demis" / "examples"
FILES = sorted(path.name for path in EXAMPLES.glob("*.json")) if EXAMPLES.is_dir() else ["absent"]
DISEASE_EXAMPLE = "NotificationBundleDisease__DiseaseNotificationBundle.json"
LABORATORY_EXAMPLE = "NotificationBundleLaboratory__LaboratoryReportBundleDv2.json"

# The examples are older than the profiles. Since then a notification refers to another by a Reference with the NotificationId
# (Notification 1.3.0, relatesTo.target[x]: type Reference alone); the examples have the bare Identifier of R4's own example.
OLD_RELATION = [
    "Bundle.entry[0].resource.relatesTo.targetReference: stands 0 times and must at least 1",
    "Bundle.entry[0].resource.relatesTo: has an element that its profile does not know: targetIdentifier",
]
# Here the Provenance was taken over from another document: its target is the Composition of that one.
FOREIGN_TARGET = ["Bundle.entry[16].resource.target[0]: refers to nothing in this Bundle"]
DEVIATIONS = {
    DISEASE_EXAMPLE: OLD_RELATION,
    "NotificationBundleDisease__DiseaseNotificationBundleWithEmptyFields.json": OLD_RELATION,
    "NotificationBundleDisease__DiseaseNotificationBundleWithProvenanceCertificate.json": OLD_RELATION + FOREIGN_TARGET,
    "NotificationBundleDisease__DiseaseNotificationBundleWithProvenanceMuk.json": OLD_RELATION + FOREIGN_TARGET,
}
MAP = CodeMap(
    materials={"rachenabstrich": Code("http://snomed.info/sct", "258529004")},
    methods={"pcr": Code("http://snomed.info/sct", "398545005")},
    tests={"cvdp": Code("http://loinc.org", "94500-6")},
    symptoms={"fieber": Code("http://snomed.info/sct", "386661006", "Fever (finding)")},
    regions={"türkei": Code("https://demis.rki.de/fhir/CodeSystem/country", "17775")},
)


@pytest.fixture(scope="module")
def profiles(shared: Path) -> Profiles:
    return Profiles(shared / "data" / "demis" / "profiles.tar.xz")


def example(name: str) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", FILES)
def test_the_examples_pass_but_for_the_deviations_named(name: str, shared: Path, profiles: Profiles) -> None:
    assert sorted(profiles.check(example(name))) == sorted(DEVIATIONS.get(name, []))


def resource(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the first resource of a kind."""
    return next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == kind)


def without(kind: str, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def take(document: dict[str, Any]) -> None:
        place: Any = resource(document, kind) if kind != "Bundle" else document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return take


def with_value(value: Any, kind: str, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def put(document: dict[str, Any]) -> None:
        place: Any = resource(document, kind) if kind != "Bundle" else document
        for step in path[:-1]:
            place = place[step]
        if isinstance(place, list) and path[-1] == len(place):
            place.append(value)
        else:
            place[path[-1]] = value

    return put


SNOMED_CODE = {"system": "http://snomed.info/sct", "code": "1"}
BROKEN: dict[str, tuple[str, Callable[[dict[str, Any]], None], str]] = {
    "the patient has no family name": (DISEASE_EXAMPLE, without("Patient", "name", 0, "family"), "name.family: stands 0 times"),
    "the patient has no gender": (DISEASE_EXAMPLE, without("Patient", "gender"), "gender: stands 0 times"),
    "the patient has two names": (DISEASE_EXAMPLE, with_value({"family": "A", "given": ["B"]}, "Patient", "name", 1), "may at most 1"),
    "the patient's name has digits": (DISEASE_EXAMPLE, with_value("B3troffen", "Patient", "name", 0, "family"), "validFamilyName"),
    "the patient has a fax, which the closed slices of telecom do not allow": (
        DISEASE_EXAMPLE, with_value({"system": "fax", "value": "0123456"}, "Patient", "telecom", 2), "none of the slices"),
    "the patient is married, which the profile leaves out": (
        DISEASE_EXAMPLE, with_value({"text": "ja"}, "Patient", "maritalStatus"), "maritalStatus: stands 1 times"),
    "an address is used for what DEMIS does not know": (
        DISEASE_EXAMPLE, with_value("holiday", "Patient", "address", 0, "extension", 0, "valueCoding", "code"), "a code that is not in"),
    "an extension is not of DEMIS": (
        DISEASE_EXAMPLE, with_value({"url": "https://demis.rki.de/fhir/StructureDefinition/Invented", "valueString": "x"}, "Patient",
                                    "address", 0, "extension", 1), "an extension that does not exist"),
    "the condition is another disease than its profile says": (
        DISEASE_EXAMPLE, with_value("msvd", "Condition", "code", "coding", 0, "code"), 'must be "cvdd"'),
    "the condition has no verification status": (DISEASE_EXAMPLE, without("Condition", "verificationStatus"), "verificationStatus: stands 0"),
    "the condition has a category": (DISEASE_EXAMPLE, with_value([{"text": "x"}], "Condition", "category"), "category: stands 1 times"),
    "there is no section on the diagnosis": (DISEASE_EXAMPLE, without("Composition", "section", 0), "section:disease: stands 0 times"),
    "there is a section of another kind": (
        DISEASE_EXAMPLE, with_value({"code": {"coding": [SNOMED_CODE]}}, "Composition", "section", 3), "none of the slices"),
    "the section on the diagnosis leads to the person": (
        DISEASE_EXAMPLE, with_value("Patient/458a9cb4-1e94-424e-bfd2-64cbd3efa41e", "Composition", "section", 0, "entry", 0, "reference"),
        "refers to what is none of Disease"),
    "the author stands not in the Bundle": (
        DISEASE_EXAMPLE, with_value("PractitionerRole/nobody", "Composition", "author", 0, "reference"), "refers to nothing"),
    "the notification replaces another": (DISEASE_EXAMPLE, with_value("replaces", "Composition", "relatesTo", 0, "code"), '"appends"'),
    "the document's type has another code": (
        DISEASE_EXAMPLE, with_value("1-1", "Composition", "type", "coding", 0, "code"), "must hold"),
    "the notification has no id": (DISEASE_EXAMPLE, without("Composition", "identifier"), "identifier: stands 0 times"),
    "the Bundle has no id": (DISEASE_EXAMPLE, without("Bundle", "identifier"), "identifier: stands 0 times"),
    "the Bundle's id has another naming system": (
        DISEASE_EXAMPLE, with_value("http://example.org", "Bundle", "identifier", "system"), "NotificationBundleId"),
    "the Bundle is a collection": (DISEASE_EXAMPLE, with_value("collection", "Bundle", "type"), 'must be "document"'),
    "the Composition is not the first": (DISEASE_EXAMPLE, lambda d: d["entry"].reverse(), "does not begin with a Composition"),
    "two entries have one fullUrl": (DISEASE_EXAMPLE, lambda d: d["entry"].append(d["entry"][1]), "fullUrl of another"),
    "a resource claims no profile": (DISEASE_EXAMPLE, without("Patient", "meta"), "atLeastOneMetaProfile"),
    "a resource claims a profile that does not exist": (
        DISEASE_EXAMPLE, with_value(["https://demis.rki.de/fhir/StructureDefinition/DiseaseXXXX"], "Condition", "meta", "profile"),
        "a profile that does not exist"),
    "a required question is left out": (DISEASE_EXAMPLE, without("QuestionnaireResponse", "item", 0), "question out: isDead"),
    "a question is answered that nobody asked": (
        DISEASE_EXAMPLE, with_value("isHappy", "QuestionnaireResponse", "item", 0, "linkId"), "answers what is not asked"),
    "a death's date is given for one who lives": (
        DISEASE_EXAMPLE, with_value("no", "QuestionnaireResponse", "item", 0, "answer", 0, "valueCoding", "code"), "is not asked after"),
    "a question is answered by words instead of a code": (
        DISEASE_EXAMPLE, with_value([{"valueString": "nein"}], "QuestionnaireResponse", "item", 1, "answer"), "by a valueCoding"),
    "the notifier is a facility of no known kind": (
        DISEASE_EXAMPLE, with_value("bakery", "Organization", "type", 0, "coding", 0, "code"), "a code that is not in"),
    "the specimen was never received": (LABORATORY_EXAMPLE, without("Specimen", "receivedTime"), "receivedTime: stands 0 times"),
    "the observation has no value": (LABORATORY_EXAMPLE, without("Observation", "valueString"), "valueQuantity: stands 0 times"),
    "the observation's code has words beside the coding": (
        LABORATORY_EXAMPLE, with_value("PCR", "Observation", "code", "text"), "codingOrText"),
    "the observation is of another kind": (
        LABORATORY_EXAMPLE, with_value("imaging", "Observation", "category", 0, "coding", 0, "code"), "must hold"),
    "the report's pathogen is another than its profile says": (
        LABORATORY_EXAMPLE, with_value("msvp", "DiagnosticReport", "code", "coding", 0, "code"), 'must be "cvdp"'),
    "the report concludes what DEMIS does not know": (
        LABORATORY_EXAMPLE, with_value("maybe", "DiagnosticReport", "conclusionCode", 0, "coding", 0, "code"), "a code that is not in"),
    "the report's conclusion is of another code system": (
        LABORATORY_EXAMPLE, with_value(SNOMED_CODE, "DiagnosticReport", "conclusionCode", 0, "coding", 0), "of another system"),
    "nobody sent the specimen in": (
        LABORATORY_EXAMPLE, lambda d: d["entry"].pop(next(
            n for n, e in enumerate(d["entry"]) if "SubmittingRole" in e["resource"]["meta"]["profile"][0])), "exactlyOneSubmittingRole"),
    "the report has no result": (LABORATORY_EXAMPLE, without("DiagnosticReport", "result"), "result: stands 0 times"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_example_fails(what: str, shared: Path, profiles: Profiles) -> None:
    name, breaks, problem = BROKEN[what]
    document = deepcopy(example(name))

    breaks(document)

    found = set(profiles.check(document)) - set(DEVIATIONS.get(name, []))
    assert any(problem in line for line in found), found


def notifications() -> Iterator[dict[str, Any]]:
    yield DISEASE
    yield LABORATORY
    for code in QUESTIONS:
        yield changed(DISEASE, disease__code=code, disease__name=code)
    yield changed(DISEASE, patient__sex="diverse", disease__code="cdfd")
    yield changed(LABORATORY, result="negative", finding=...)
    yield changed(DISEASE, vaccination={"status": None}, hospital={"admitted": None}, exposure={"country": None}, facility={"role": None})
    yield changed(DISEASE, vaccination={"status": "unknown"}, hospital={"admitted": False}, facility={"role": "none"}, case_status="ill")


@pytest.mark.parametrize(
    "options", [Options(), Options(MAP, "987654321", "10001", "20001", "1.14.6.27.", "physicianOffice")], ids=["bare", "mapped"]
)
def test_every_shape_of_record_passes_the_profiles(options: Options, profiles: Profiles) -> None:
    for data in notifications():
        document = bundle(record(data, 2), options)
        assert profiles.check(document) == []
        Bundle.model_validate(document)


def test_every_pathogen_of_demis_passes_the_profiles(profiles: Profiles) -> None:
    pathogens = profiles.code_system("notificationCategory")["concept"]
    assert len(pathogens) == 85
    for pathogen in pathogens:
        data = changed(LABORATORY, pathogen={"code": pathogen["code"], "name": pathogen["display"]})
        assert profiles.check(bundle(record(data), Options())) == []


def test_every_record_of_the_samples_passes_the_profiles(profiles: Profiles) -> None:
    """A form so spoilt that no record leaves it (no disease, no pathogen, no name) is refused before it is sent."""
    sent = 0
    for each in sample_records(seed=11, count=120):
        try:
            document = bundle(each, Options())
        except UnsendableError:
            assert not is_releasable(each.body), "a record with all that its type requires must be sendable"
            continue
        assert profiles.check(document) == []
        Bundle.model_validate(document)
        sent += 1
    assert sent >= 110


def is_releasable(body: dict[str, Any]) -> bool:
    """Tell whether a record has what its type requires (config/types) and a notifier."""
    data = body["data"]
    found = set(leaves(data))
    wanted = {"patient.family_name", "patient.given_name"}
    if body["type"] == "disease_notification":
        return wanted | {"disease.code"} <= found and bool({"notifier.name", "notifier.organization"} & found)
    return wanted | {"pathogen.code"} <= found and data.get("result") in {"positive", "negative"}


@given(full=st.sampled_from([DISEASE, LABORATORY]), chances=st.data())
@hypothesis_settings(max_examples=60)
def test_whatever_a_record_lacks_it_passes_the_profiles_or_is_not_sent(
    profiles: Profiles, full: dict[str, Any], chances: st.DataObject
) -> None:
    paths = sorted(leaves(full))
    gone = chances.draw(st.sets(st.sampled_from(paths)))
    kind = record(full).body["type"]
    data = changed(full, **{path.replace(".", "__"): ... for path in gone})
    try:
        document = bundle(record(data, kind=str(kind)), Options())
    except UnsendableError:
        mandatory = {"patient.family_name", "patient.given_name", "disease.code", "pathogen.code", "result"}
        assert (
            gone & mandatory or {"notifier.name", "notifier.organization"} <= gone or {"laboratory.name", "laboratory.organization"} <= gone
        )
        return
    assert profiles.check(document) == []
    Bundle.model_validate(document)


def test_what_is_posted_passes_the_profile_of_the_operation(profiles: Profiles) -> None:
    _, body = request(Message(record(DISEASE)), Options())
    parameters = json.loads(body)
    assert profiles.check(parameters) == []
    Parameters.model_validate(parameters)


def test_the_questions_are_those_that_demis_wants_answered(profiles: Profiles) -> None:
    wanted = {}
    for questionnaire in profiles.questionnaires():
        name = questionnaire["url"].rpartition("DiseaseQuestions")[2].lower()
        if len(name) == 4:
            wanted[name] = list(required(questionnaire["item"]))
    assert {code: paths.split() for code, paths in QUESTIONS.items() if paths} == wanted


def required(items: list[dict[str, Any]], before: str = "") -> Iterator[str]:
    """Yield the paths of the questions that must be answered whatever the other answers are."""
    for item in items:
        if item.get("required") and not item.get("enableWhen"):
            path = before + item["linkId"]
            below = list(required(item.get("item", []), path + ("/" if item["type"] == "group" else ">")))
            yield from below or [path]


def test_the_diseases_are_those_of_demis(profiles: Profiles) -> None:
    assert set(QUESTIONS) == {concept["code"] for concept in profiles.code_system("notificationDiseaseCategory")["concept"]}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("Receipt")] or ["absent"])
def test_the_receipts_of_demis_are_understood(name: str, shared: Path) -> None:
    answer = judge(200, (EXAMPLES / name).read_bytes())
    assert (answer.verdict, answer.receiver_id) == (Verdict.TAKEN, "fee6005e-5686-4b7b-b6ee-98b0e98a9d42")


@pytest.mark.parametrize("name", FILES)
def test_the_examples_are_fhir(name: str, shared: Path) -> None:
    """R4B is the nearest of fhir.resources to R4: it changed none of the resource types that stand here."""
    document = example(name)
    {"Bundle": Bundle, "Parameters": Parameters}[document["resourceType"]].model_validate(document)
