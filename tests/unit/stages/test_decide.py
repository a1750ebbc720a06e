from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.findings import Classification, Disposition, Validated
from bridge.domain.model import Completeness, Field, Issue, IssueCode, Origin
from bridge.stages.decide import decide
from tests.unit.stages.printed import catalog

TYPES = catalog().types
KIND = replace(TYPES["disease_notification"], expected=())
SURE = Classification(KIND.name, 0.99)
REQUIRED = tuple(Field(path, "x", "x", 0.9999, Origin.READ, 1) for path in KIND.required)
ENOUGH = (*REQUIRED, Field("patient.city", "x", "x", 0.9999, Origin.READ, 1))


def outcome(fields=ENOUGH, issues=(), *, kind=KIND, classification=SURE, split=False, complete=None, unreadable=()):
    read = Validated(tuple(fields), tuple(issues))
    return decide(kind, classification, read, is_split_doubtful=split, is_fax_complete=complete, unreadable_pages=unreadable)


def test_everything_sure_is_released_whole():
    decision = outcome()
    assert (decision.disposition, decision.completeness, decision.reason) == (Disposition.RELEASE, Completeness.WHOLE, None)
    assert all(field.is_sure for field in decision.fields)


def test_a_doubtful_optional_value_is_withheld_and_asked_for_later():
    decision = outcome((*REQUIRED, Field("patient.city", "Bonn", "Bonn", 0.5, Origin.READ, 1, (0.1, 0.1, 0.2, 0.2))))
    assert (decision.disposition, decision.completeness) == (Disposition.RELEASE, Completeness.PARTIAL)
    assert [(i.field, i.code, i.box) for i in decision.issues] == [("patient.city", IssueCode.WITHHELD, (0.1, 0.1, 0.2, 0.2))]
    assert "Ort" in decision.reason
    assert not decision.fields[-1].is_sure


def test_a_sure_value_with_an_issue_is_not_sure():
    decision = outcome(
        (*REQUIRED, Field("patient.city", "Bonn", "Bonn", 0.99, Origin.READ)), (Issue("patient.city", IssueCode.CONFLICT, "?"),)
    )
    assert not decision.fields[-1].is_sure


@pytest.mark.parametrize("path", KIND.required)
def test_a_missing_required_field_waits_and_is_named(path):
    decision = outcome(tuple(field for field in REQUIRED if field.path != path))
    assert decision.disposition is Disposition.WAIT
    assert any(issue.field == path and issue.code is IssueCode.MISSING for issue in decision.issues)
    assert decision.reason.startswith("Bitte prüfen: ")


@pytest.mark.parametrize("path", KIND.required)
def test_a_doubtful_required_field_waits(path):
    fields = tuple(replace(field, confidence=0.6) if field.path == path else field for field in REQUIRED)
    assert outcome(fields).disposition is Disposition.WAIT


@pytest.mark.parametrize(
    "trouble",
    [{"split": True}, {"complete": False}, {"classification": Classification(KIND.name, 0.5)}, {"kind": TYPES["unknown"]}],
)
def test_doubt_about_the_document_itself_waits(trouble):
    decision = outcome(**trouble)
    assert decision.disposition is Disposition.WAIT
    assert decision.reason


def test_a_page_of_the_fax_that_nobody_could_read_holds_every_document_back():
    advertisement = TYPES["advertisement"]
    for decision in (outcome(unreadable=[2]), outcome((), kind=advertisement, unreadable=[2], split=True, complete=False)):
        assert decision.disposition is Disposition.WAIT
        assert decision.reason.startswith("Seite 2 konnte nicht gelesen werden")
        assert "neu anfordern" in decision.reason


def test_several_such_pages_are_told_as_several():
    assert outcome(unreadable=[2, 3]).reason.startswith("Die Seiten 2, 3 konnten nicht gelesen werden")


def test_print_that_belongs_to_no_field_waits():
    decision = outcome(issues=(Issue("unassigned.0", IssueCode.UNREADABLE, "?"),))
    assert decision.disposition is Disposition.WAIT


def test_an_advertisement_is_filed_only_above_its_own_threshold():
    kind = TYPES["advertisement"]
    assert outcome((), kind=kind, classification=Classification(kind.name, 0.99)).disposition is Disposition.FILE
    assert outcome((), kind=kind, classification=Classification(kind.name, 0.95)).disposition is Disposition.WAIT
    assert outcome((), kind=kind, classification=Classification(kind.name, 0.99), complete=False).disposition is Disposition.WAIT


def test_a_type_that_is_always_reviewed_waits_however_sure_it_is():
    kind = replace(KIND, disposition="review")
    assert outcome(kind=kind).disposition is Disposition.WAIT
    assert {name for name, each in TYPES.items() if each.disposition == "review"} == {
        "case_list", "facility_notification", "invoice", "letter", "unknown",
    }  # fmt: skip


def test_a_list_needs_rows_and_no_row_missing():
    kind = replace(TYPES["case_list"], disposition="deliver")
    sure = Classification(kind.name, 0.99)
    head = tuple(Field(path, "x", "x", 0.9999, Origin.READ) for path in kind.required if path != "rows")
    row = Field("rows.0.family_name", "Böhm", "Böhm", 0.9999, Origin.READ)
    assert outcome((*head, row), kind=kind, classification=sure).disposition is Disposition.RELEASE
    assert outcome(head, kind=kind, classification=sure).disposition is Disposition.WAIT
    nameless = Field("rows.1.number", 2, "2", 0.9999, Origin.READ)
    assert outcome((*head, row, nameless), kind=kind, classification=sure).disposition is Disposition.WAIT
    lost = (Issue("rows", IssueCode.MISSING, "Es kann eine Zeile fehlen."),)
    assert outcome((*head, row), lost, kind=kind, classification=sure).disposition is Disposition.WAIT


def test_what_nearly_every_form_has_is_asked_for_where_it_was_not_found():
    kind = replace(KIND, expected=("notification_date",))
    decision = outcome(kind=kind)
    assert (decision.disposition, decision.completeness) == (Disposition.RELEASE, Completeness.PARTIAL)
    assert [(issue.field, issue.code) for issue in decision.issues] == [("notification_date", IssueCode.MISSING)]
    assert outcome((*ENOUGH, Field("notification_date", "x", "x", 0.9999, Origin.READ, 1)), kind=kind).issues == ()


def test_a_party_that_is_named_without_any_address_is_asked_for_one():
    doctor = Field("notifier.name", "Dr. Weiß", "Dr. Weiß", 0.9999, Origin.READ, 1)
    decision = outcome((*REQUIRED, doctor))
    asked = {issue.field for issue in decision.issues if issue.code is IssueCode.MISSING}
    assert {"notifier.street", "notifier.postal_code", "notifier.city", "notifier.phone"} <= asked
    assert decision.completeness is Completeness.PARTIAL


def test_a_party_of_whose_address_something_was_found_is_asked_for_nothing():
    named = [Field(path, "x", "x", 0.9999, Origin.READ, 1) for path in ("notifier.name", "notifier.city", "patient.phone", "hospital.name")]
    assert outcome((*REQUIRED, *named)).issues == ()
