"""What stands in the documents; that DEMIS's profiles take them is in tests/integration/test_fhir_profiles.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.delivery.dialect import UnsendableError
from bridge.delivery.fhir import Code, CodeMap, Options, bundle
from tests.notifications import DISEASE, LABORATORY, changed, record

SNOMED = "http://snomed.info/sct"
UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def resources(data: dict[str, Any], kind: str, options: Options | None = None, version: int = 1) -> list[dict[str, Any]]:
    document = bundle(record(data, version), options or Options())
    return [entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == kind]


def answers(data: dict[str, Any], profile: str = "DiseaseInformationCommon", options: Options | None = None) -> dict[str, Any]:
    """Return the first answer to each question of the first level."""
    response = next(r for r in resources(data, "QuestionnaireResponse", options) if r["meta"]["profile"][0].endswith(f"/{profile}"))
    return {item["linkId"]: next(iter(item["answer"][0].values())) for item in response["item"] if "answer" in item}


def code_of(answer: dict[str, str]) -> str:
    return answer["code"]


def test_the_same_version_gives_the_same_document() -> None:
    assert bundle(record(DISEASE), Options()) == bundle(record(DISEASE), Options())


def test_a_correction_keeps_the_notification_and_is_amended_in_a_bundle_of_its_own() -> None:
    first, second = (bundle(record(DISEASE, version), Options()) for version in (1, 2))
    old, new = first["entry"][0]["resource"], second["entry"][0]["resource"]
    assert old["identifier"] == new["identifier"]
    assert (old["status"], new["status"]) == ("final", "amended")
    assert first["identifier"]["value"] != second["identifier"]["value"]
    assert first["timestamp"] < second["timestamp"]


def test_two_records_share_no_id() -> None:
    ids = [{entry["fullUrl"] for entry in bundle(record(DISEASE, record_id=i), Options())["entry"]} for i in ("a", "b")]
    assert not ids[0] & ids[1]


def test_the_person_is_as_the_page_says() -> None:
    (patient,) = resources(DISEASE, "Patient")
    assert patient["name"] == [{"use": "official", "family": "Böhm", "given": ["Anna", "Luise"]}]
    assert patient["address"] == [{"line": ["Lange Gasse 3"], "city": "Radebeul", "postalCode": "01445"}]
    assert (patient["gender"], patient["birthDate"]) == ("female", "2020-03-15")


def test_what_the_page_does_not_say_of_the_person_is_left_out() -> None:
    data = changed(DISEASE, patient={"family_name": "Böhm", "given_name": "Anna"})
    (patient,) = resources(data, "Patient")
    assert patient.keys() == {"resourceType", "id", "meta", "name", "gender"}
    assert patient["gender"] == "unknown"


def test_diverse_is_told_by_the_german_extension() -> None:
    (patient,) = resources(changed(DISEASE, patient__sex="diverse"), "Patient")
    assert patient["gender"] == "other"
    assert patient["_gender"]["extension"][0]["valueCoding"]["code"] == "D"


def test_an_organization_without_phone_and_address_has_them_marked_unknown() -> None:
    data = changed(LABORATORY, submitter={"organization": "Praxis am Markt"})
    submitter = next(r for r in resources(data, "Organization") if r["name"] == "Praxis am Markt")
    assert submitter["telecom"] == [{"system": "phone", "_value": UNKNOWN}]
    assert submitter["address"] == [{"_city": UNKNOWN, "_postalCode": UNKNOWN, "_country": UNKNOWN}]


def test_the_notifier_is_the_practice_with_the_doctor_as_its_contact() -> None:
    notifier = next(r for r in resources(DISEASE, "Organization") if r["name"] == "Kinderarztpraxis am Wall")
    assert notifier["contact"] == [{"name": {"text": "Dr. med. Meier"}}]
    assert notifier["identifier"] == [{"system": "https://fhir.kbv.de/NamingSystem/KBV_NS_Base_BSNR", "value": "123456789"}]


def test_the_operators_identifiers_are_the_notifiers_but_for_a_bsnr_on_the_page() -> None:
    options = Options(bsnr="987654321", laboratory_id="10001")
    systems = {
        "bsnr": "https://fhir.kbv.de/NamingSystem/KBV_NS_Base_BSNR",
        "lab": "https://demis.rki.de/fhir/NamingSystem/DemisLaboratoryId",
    }
    for data, bsnr in ((DISEASE, "123456789"), (changed(DISEASE, notifier__bsnr=...), "987654321")):
        notifier = next(r for r in resources(data, "Organization", options) if r["name"] == "Kinderarztpraxis am Wall")
        assert notifier["identifier"] == [{"system": systems["bsnr"], "value": bsnr}, {"system": systems["lab"], "value": "10001"}]


def test_the_responsible_office_is_tagged_where_the_operator_names_it() -> None:
    assert bundle(record(DISEASE), Options(responsible_office="1.14.6.27."))["meta"]["tag"][0]["code"] == "1.14.6.27."
    assert "tag" not in bundle(record(DISEASE), Options())["meta"]


@pytest.mark.parametrize(
    ("status", "verification"), [("suspected", "unconfirmed"), ("ill", "confirmed"), ("deceased", "confirmed"), (..., "unconfirmed")]
)
def test_a_suspicion_is_unconfirmed_and_so_is_what_the_page_leaves_open(status: Any, verification: str) -> None:
    (condition,) = resources(changed(DISEASE, case_status=status), "Condition")
    assert condition["verificationStatus"]["coding"][0]["code"] == verification
    notes = [note["text"] for note in condition["note"]]
    assert any("nicht zu entnehmen" in note for note in notes) == (status is ...)


def test_symptoms_are_words_unless_the_operator_maps_them() -> None:
    options = Options(CodeMap(symptoms={"fieber": Code(SNOMED, "386661006")}))
    (bare,), (mapped,) = resources(DISEASE, "Condition"), resources(DISEASE, "Condition", options)
    assert "evidence" not in bare
    assert bare["note"] == mapped["note"] == [{"text": "Symptome laut Meldung: Fieber, Exanthem"}]  # one of them has no code
    assert mapped["evidence"] == [{"code": [{"coding": [{"system": SNOMED, "code": "386661006"}]}]}]


def test_symptoms_of_a_disease_whose_profile_has_none_stay_words() -> None:
    options = Options(CodeMap(symptoms={"fieber": Code(SNOMED, "386661006"), "exanthem": Code(SNOMED, "1806006")}))
    (condition,) = resources(changed(DISEASE, disease__code="mytd"), "Condition", options)
    assert "evidence" not in condition
    assert condition["note"] == [{"text": "Symptome laut Meldung: Fieber, Exanthem"}]


def test_questions_nobody_answered_are_not_asked_and_those_answered_unknown_say_so() -> None:
    bare = {key: DISEASE[key] for key in ("patient", "disease", "notifier")}
    assert {code_of(answer) for answer in answers(bare).values()} == {"NASK"}
    assert code_of(answers(changed(bare, hospital={"admitted": None}))["hospitalized"]) == "ASKU"
    vaccination = changed(bare, vaccination={"status": "unknown"})
    assert code_of(answers(vaccination, "DiseaseInformationMSVD")["immunization"]) == "ASKU"


def test_a_full_page_answers_what_it_can() -> None:
    given = answers(DISEASE)
    assert [key for key, answer in given.items() if isinstance(answer, dict) and answer["code"] == "yes"] == [
        "isDead", "labSpecimenTaken", "hospitalized", "infectProtectFacility", "placeExposure",
    ]  # fmt: skip
    assert given["additionalInformation"] == "Probenentnahme laut Meldung: 2026-11-15"


def test_a_vaccination_is_an_immunization_with_an_unknown_vaccine() -> None:
    (immunization,) = resources(DISEASE, "Immunization")
    assert immunization["vaccineCode"]["coding"][0]["code"] == "NASK"
    assert immunization["occurrenceDateTime"] == "2024-05"
    assert immunization["note"] == [{"text": "Anzahl der Impfdosen laut Meldung: 1"}]


def test_a_vaccination_no_question_asks_for_is_additional_information() -> None:
    data = changed(DISEASE, disease={"code": "lsvd", "name": "Lassafieber"})
    assert not resources(data, "Immunization")
    assert "Impfstatus laut Meldung: geimpft" in answers(data)["additionalInformation"]


def test_a_hospital_named_without_an_admission_is_no_admission() -> None:
    given = answers(changed(DISEASE, hospital={"name": "Elblandklinikum"}))
    assert code_of(given["hospitalized"]) == "NASK"
    assert "Krankenhaus laut Meldung: Elblandklinikum" in given["additionalInformation"]


def test_an_admission_without_a_date_has_its_beginning_marked_unknown() -> None:
    (stay,) = resources(changed(DISEASE, hospital={"admitted": True}), "Encounter")
    assert stay["period"] == {"_start": UNKNOWN}


@pytest.mark.parametrize(
    ("result", "conclusion", "sign"), [("positive", "pathogenDetected", "POS"), ("negative", "pathogenNotDetected", "NEG")]
)
def test_a_result_is_conclusion_and_interpretation(result: str, conclusion: str, sign: str) -> None:
    data = changed(LABORATORY, result=result)
    (report,), (observation,) = resources(data, "DiagnosticReport"), resources(data, "Observation")
    assert report["conclusionCode"][0]["coding"][0]["code"] == conclusion
    assert observation["interpretation"][0]["coding"][0]["code"] == sign
    assert observation["valueString"] == LABORATORY["finding"]


def test_a_result_without_a_finding_is_its_own_value() -> None:
    (observation,) = resources(changed(LABORATORY, finding=...), "Observation")
    assert observation["valueString"] == "positiv"


def test_the_operators_map_puts_codes_for_words_never_both() -> None:
    codes = CodeMap(
        materials={"rachenabstrich": Code(SNOMED, "1")},
        methods={"pcr": Code(SNOMED, "2")},
        tests={"cvdp": Code("http://loinc.org", "3"), "cvdp/pcr": Code("http://loinc.org", "4")},
    )
    (bare,), (mapped,) = resources(LABORATORY, "Observation"), resources(LABORATORY, "Observation", Options(codes))
    (specimen,) = resources(LABORATORY, "Specimen", Options(codes))
    assert (bare["code"], bare["method"]) == ({"text": "SARS-CoV-2"}, {"text": "PCR"})
    assert mapped["code"] == {"coding": [{"system": "http://loinc.org", "code": "4"}]}
    assert mapped["method"] == {"coding": [{"system": SNOMED, "code": "2"}]}
    assert specimen["type"] == {"coding": [{"system": SNOMED, "code": "1"}]}


def test_the_report_was_issued_when_the_fax_came() -> None:
    (report,) = resources(LABORATORY, "DiagnosticReport")
    assert report["issued"] == "2026-11-22T14:32:05+01:00"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (changed(DISEASE, disease__code=...), "Krankheit"),
        (changed(DISEASE, disease__code="grippe"), "Krankheit"),
        (changed(DISEASE, patient__family_name=...), "Name"),
        (changed(DISEASE, patient__given_name="Ann4"), "Ziffern"),
        (changed(DISEASE, notifier=...), "Melder"),
        (changed(LABORATORY, laboratory=...), "Melder"),
        (changed(LABORATORY, pathogen__code=...), "Erreger"),
        (changed(LABORATORY, result=...), "Ergebnis"),
        (changed(LABORATORY, result="indeterminate"), "Ergebnis"),
    ],
)
def test_a_record_that_can_be_no_notification_is_refused_in_german(data: dict[str, Any], words: str) -> None:
    with pytest.raises(UnsendableError) as refused:
        bundle(record(data), Options())
    assert words in refused.value.reason
    assert "Böhm" not in f"{refused.value} {refused.value.reason}"


def test_other_documents_are_refused() -> None:
    with pytest.raises(UnsendableError, match="no profile"):
        bundle(record({"subject": "Anfrage"}, kind="letter"), Options())


def test_nothing_stands_in_the_document_but_what_the_record_says() -> None:
    """Every word of the record's data is found again, but for those named: LANR has no naming system at DEMIS, and the office is chosen by DEMIS."""
    text = json.dumps(bundle(record(DISEASE), Options()), ensure_ascii=False)
    lost = [word for word in words_of(DISEASE) if word not in text]
    assert lost == [DISEASE["notifier"]["lanr"], DISEASE["recipient"]]


def words_of(data: Any) -> list[str]:
    """Return the words of all values, but for those that become codes."""
    if isinstance(data, dict):
        return [w for key, value in data.items() if key not in {"sex", "case_status", "role", "status"} for w in words_of(value)]
    if isinstance(data, list):
        return [word for value in data for word in words_of(value)]
    return data.split(" ") if data == "Anna Luise" else [data] if isinstance(data, str) else []
