"""The two questionnaires of a disease notification: DiseaseQuestionsCommon and that of the disease."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from bridge.delivery.fhir.codes import (
    ACT_CODE,
    DEMIS,
    NOT_ASKED,
    NOT_KNOWN,
    ORGANIZATION,
    Element,
    code_system,
    coding,
    find,
    profile,
)
from bridge.delivery.fhir.document import Document, Options, Page, mandatory, optional

YES: Final = coding(code_system("yesOrNoAnswer"), "yes", "Ja")
NO: Final = coding(code_system("yesOrNoAnswer"), "no", "Nein")
_ROLES: Final = {"works": ("employment", "Tätigkeit"), "cared_for": ("care", "Betreuung")}

# What each disease's questionnaire wants answered in any case; `/` leads into a group, `>` under an answer. Of all these a
# record can answer `immunization` alone. A disease without a questionnaire (rund) has an empty entry.
QUESTIONS: Final = {
    "band": "form immunization outbreak",
    "bpsd": "immunization immunizationMother outbreak",
    "cdfd": "form immunization method outbreak",
    "cjkd": "form biopsy autopsy diagnosis infectionPathKind neuropath outbreak",
    "clod": "form outbreak",
    "cord": "form immunization outbreak",
    "cvdd": "infectionSource infectionEnvironmentSetting immunization",
    "dend": "immunization outbreak",
    "ebvd": "immunization outbreak",
    "gfvd": "immunization outbreak",
    "havd": "immunization infectionPathKind outbreak",
    "hbvd": "immunization nationalityGroup/nationality nationalityGroup/countryOfBirth stadium infectionPathKind outbreak",
    "hcvd": "nationalityGroup/nationality nationalityGroup/countryOfBirth stadium liverCirrhosis diagnosisKnown infectionPathKind outbreak",
    "hdvd": "immunization coinfection",
    "hevd": "immunization infectionRiskKindGroup/infectionRiskKindJob infectionRiskKindGroup/infectionRiskKindAnimal"
    " infectionRiskKindGroup/infectionRiskKindOther infectionPathKind outbreak",
    "hfad": "pathogen outbreak",
    "htvd": "infectionRiskKindGroup/infectionRiskKindJob outbreak",
    "husd": "infectionPathKind infectionRisk outbreak",
    "hxxd": "immunization suspectedCase outbreak",
    "izvd": "immunization pregnancy infectionRiskKind infectionPathKind therapy outbreak",
    "lsvd": "outbreak",
    "mbvd": "outbreak",
    "mpvd": "immunization outbreak",
    "mpxd": "immunization locationLymphNodeSwelling locationSkinLesions locationMucosalLesions infectionPathKind outbreak",
    "msvd": "immunization pregnancy outbreak",
    "mybd": "reasonTherapyEnd",
    "mytd": "immunization infectionEnvironmentSettingKind nationalityGroup/nationality nationalityGroup/countryOfBirth"
    " childrenUnder15Years causeDiagnosis statusDiagnosis majorSite minorSite prevTreatment outbreak",
    "neid": "immunization infectionRiskKind outbreak",
    "opxd": "infectionPathKind outbreak",
    "pkvd": "immunization outbreak",
    "povd": "immunization outbreak",
    "rbvd": "immunization infectionRiskKindAnimal outbreak",
    "rund": "",
    "ruvd": "immunization pregnancy outbreak",
    "spad": "outbreak",
    "sspd": "immunization outbreak",
    "styd": "immunization outbreak",
    "sxxd": "immunization suspectedCase outbreak",
    "ttvd": "immunization infectionRiskKindAnimal>animal",
    "vchd": "immunization outbreak",
    "vzwd": "immunization outbreak",
    "vzzd": "immunization outbreak",
    "ypsd": "form outbreak",
}


def asks_for_immunization(disease: str) -> bool:
    """Tell whether the questionnaire of `disease` has a place for the vaccination."""
    return "immunization" in QUESTIONS[disease].split()


def common(document: Document, page: Page, patient: Element, options: Options) -> Element:
    """Add the answers that every disease asks for; what no question asks goes into its additional information."""
    items = [
        _death(page),
        question("militaryAffiliation", NOT_ASKED),
        _laboratory(document, page),
        _hospital(document, page, patient),
        _protected_facility(document, page),
        _exposure(page, options),
        question("organDonation", NOT_ASKED),
        *_additional_information(page),
    ]
    content = {**_response("DiseaseQuestionsCommon", patient), "item": items}
    return document.add("common-answers", "QuestionnaireResponse", profile("DiseaseInformationCommon"), content)


def specific(document: Document, page: Page, patient: Element, disease: str) -> Element | None:
    """Add the answers to the questionnaire of `disease`; return None where it has none."""
    paths = QUESTIONS[disease].split()
    if not paths:
        return None
    items: list[Element] = []
    for path in paths:
        _place(items, path, _immunization(document, page, patient, disease) if path == "immunization" else None)
    content = {**_response(f"DiseaseQuestions{disease.upper()}", patient), "item": items}
    return document.add("specific-answers", "QuestionnaireResponse", profile(f"DiseaseInformation{disease.upper()}"), content)


def question(link_id: str, answer: Element, items: Sequence[Element] = ()) -> Element:
    """Return a question answered by a Coding, with the `items` that belong to that answer."""
    return {"linkId": link_id, "answer": [{"valueCoding": answer, **optional("item", list(items))}]}


def vaccination_words(page: Page) -> Iterable[str]:
    """Yield what the page says of vaccinations and DEMIS has no field for."""
    doses = page.at("vaccination.doses")
    if isinstance(doses, int):
        yield f"Anzahl der Impfdosen laut Meldung: {doses}"


def _response(questionnaire: str, patient: Element) -> Element:
    return {"questionnaire": f"{DEMIS}/Questionnaire/{questionnaire}", "status": "completed", "subject": patient}


def _place(items: list[Element], path: str, answered: Element | None) -> None:
    """Put the question at `path` among `items`, unasked where there is no answer."""
    group, _, inner = path.rpartition("/")
    outer, _, below = inner.rpartition(">")
    item = answered or question(below, NOT_ASKED)
    if outer:
        item = question(outer, NOT_ASKED, [item])
    if not group:
        items.append(item)
    elif items and items[-1]["linkId"] == group:
        items[-1]["item"].append(item)
    else:
        items.append({"linkId": group, "item": [item]})


def _answer(page: Page, path: str) -> Element:
    """Return yes or no as the page answers it, `asked but unknown` for the contract's null, else `not asked`."""
    found = page.at(path)
    if isinstance(found, bool):
        return YES if found else NO
    return _unanswered(page, path)


def _unanswered(page: Page, *paths: str) -> Element:
    return NOT_KNOWN if any(page.is_unknown(path) for path in paths) else NOT_ASKED


def _reference(link_id: str, reference: Element) -> Element:
    return {"linkId": link_id, "answer": [{"valueReference": reference}]}


def _death(page: Page) -> Element:
    day = page.text("death_date")
    if page.text("case_status") != "deceased" and not day:
        return question("isDead", _unanswered(page, "death_date"))
    return question("isDead", YES, [{"linkId": "deathDate", "answer": [{"valueDate": day}]}] if day else [])


def _laboratory(document: Document, page: Page) -> Element:
    answer = _answer(page, "laboratory.commissioned")
    if answer != YES:
        return question("labSpecimenTaken", answer)
    laboratory = document.add("laboratory", "Organization", ORGANIZATION, mandatory("name", page.text("laboratory.name")))
    return question("labSpecimenTaken", YES, [_reference("labSpecimenLab", laboratory)])


def _hospital(document: Document, page: Page, patient: Element) -> Element:
    answer = _answer(page, "hospital.admitted")
    if answer != YES:
        return question("hospitalized", answer)
    encounter = document.add("hospitalization", "Encounter", profile("Hospitalization"), _stay(document, page, patient))
    return question("hospitalized", YES, [{"linkId": "hospitalizedGroup", "item": [_reference("hospitalizedEncounter", encounter)]}])


def _stay(document: Document, page: Page, patient: Element) -> Element:
    """Return the stay in hospital: that it began is all that the forms ask, so its status is `unknown`."""
    stay: Element = {
        "status": "unknown",
        "class": coding(ACT_CODE, "IMP", "inpatient encounter"),
        "subject": patient,
        "period": mandatory("start", page.text("hospital.admission_date")),
    }
    if name := page.text("hospital.name"):
        kind = {"coding": [coding(code_system("organizationType"), "hospital", "Krankenhaus")]}
        content = {"type": [kind], "name": name}
        stay["serviceProvider"] = document.add("hospital", "Organization", profile("NotifiedPersonFacility"), content)
    return stay


def _protected_facility(document: Document, page: Page) -> Element:
    """Return whether the person works or is cared for in a facility that matters for infection control (§§ 23, 33, 35, 36 IfSG)."""
    role = page.text("facility.role")
    if role == "none":
        return question("infectProtectFacility", NO)
    if role not in _ROLES:
        return question("infectProtectFacility", _unanswered(page, "facility.role"))
    organization = document.add("facility", "Organization", ORGANIZATION, mandatory("name", page.text("facility.name")))
    group = {
        "linkId": "infectProtectFacilityGroup",
        "item": [
            question("infectProtectFacilityRole", coding(code_system("organizationAssociation"), *_ROLES[role])),
            _reference("infectProtectFacilityOrganization", organization),
        ],
    }
    return question("infectProtectFacility", YES, [group])


def _exposure(page: Page, options: Options) -> Element:
    """Return where the person was exposed: the region by the operator's map, the words of the page beside it in any case."""
    words = [word for word in (page.text("exposure.place"), page.text("exposure.country")) if word]
    if not words:
        return question("placeExposure", _unanswered(page, "exposure.place", "exposure.country"))
    region = next((code.coding for word in words if (code := find(options.codes.regions, word))), NOT_ASKED)
    hint = {"linkId": "placeExposureHint", "answer": [{"valueString": ", ".join(words)}]}
    group = {"linkId": "placeExposureGroup", "item": [question("placeExposureRegion", region), hint]}
    return question("placeExposure", YES, [group])


def _additional_information(page: Page) -> list[Element]:
    lines = list(_unasked(page))
    return [{"linkId": "additionalInformation", "answer": [{"valueString": "\n".join(lines)}]}] if lines else []


def _unasked(page: Page) -> Iterable[str]:
    """Yield what the page says and no question of DEMIS has room for, or not without an answer that the page does not give."""
    if page.at("laboratory.commissioned") is not True and (laboratory := page.text("laboratory.name")):
        yield f"Labor laut Meldung: {laboratory}"
    if day := page.text("laboratory.sample_date"):
        yield f"Probenentnahme laut Meldung: {day}"
    if page.at("hospital.admitted") is not True:
        if hospital := page.text("hospital.name"):
            yield f"Krankenhaus laut Meldung: {hospital}"
        if day := page.text("hospital.admission_date"):
            yield f"Aufnahme ins Krankenhaus laut Meldung: {day}"
    if page.text("facility.role") not in _ROLES and (name := page.text("facility.name")):
        yield f"Einrichtung laut Meldung: {name}"
    disease = page.text("disease.code")
    if disease in QUESTIONS and not asks_for_immunization(disease):
        yield from _vaccination_without_question(page)


def _vaccination_without_question(page: Page) -> Iterable[str]:
    words = {"vaccinated": "geimpft", "unvaccinated": "nicht geimpft", "unknown": "unbekannt"}
    if status := page.text("vaccination.status"):
        yield f"Impfstatus laut Meldung: {words.get(status, status)}"
    if day := page.text("vaccination.last_date"):
        yield f"Letzte Impfung laut Meldung: {day}"
    yield from vaccination_words(page)


def _immunization(document: Document, page: Page, patient: Element, disease: str) -> Element:
    status, day = page.text("vaccination.status"), page.text("vaccination.last_date")
    notes = list(vaccination_words(page))
    if status == "unvaccinated":
        return question("immunization", NO)
    if status != "vaccinated" and not day:
        return question("immunization", NOT_KNOWN if status == "unknown" else _unanswered(page, "vaccination.status"))
    if not day and not notes:
        return question("immunization", YES)
    content = {
        "status": "completed",
        "vaccineCode": {"coding": [NOT_ASKED]},  # no form asks for the vaccine
        "patient": patient,
        **({"occurrenceDateTime": day} if day else {"occurrenceString": NOT_ASKED["code"]}),
        **optional("note", [{"text": note} for note in notes]),
    }
    reference = document.add("immunization", "Immunization", profile(f"ImmunizationInformation{disease.upper()}"), content)
    return question("immunization", YES, [_reference("immunizationRef", reference)])
