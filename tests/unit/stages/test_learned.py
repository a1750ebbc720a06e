"""What was approved counts among a field's labels; nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridge.domain.desk import LabelProposal, ProposalState
from bridge.stages.learned import asked_by, learned
from tests.unit.stages.printed import catalog

DISEASE = "disease_notification"
TYPES = catalog().types


def proposal(path="patient.given_name", label="Rufname lt. Ausweis", state=ProposalState.APPROVED, kind=DISEASE):
    return LabelProposal(kind, path, label, state, 2, datetime(2026, 11, 22, tzinfo=UTC))


def test_an_approved_label_is_one_of_its_field():
    taught = learned(TYPES, [proposal(), proposal(label="Genannt")])
    spec = asked_by(taught[DISEASE], "patient.given_name")
    assert spec is not None
    assert spec.labels[-2:] == ("Rufname lt. Ausweis", "Genannt")
    assert taught["letter"] is TYPES["letter"]


@pytest.mark.parametrize(
    "other", [{"state": ProposalState.PROPOSED}, {"state": ProposalState.DECLINED}, {"kind": "gone"}, {"path": "patient.gone"}]
)
def test_what_was_not_approved_or_belongs_to_no_field_changes_nothing(other):
    taught = learned(TYPES, [proposal(**other)])
    assert all(taught[name] is TYPES[name] for name in TYPES)


def test_a_label_that_the_field_has_is_not_added_twice():
    known = asked_by(TYPES[DISEASE], "patient.given_name").labels[0]
    assert learned(TYPES, [proposal(label=known)])[DISEASE] is TYPES[DISEASE]


def test_name_and_code_of_a_disease_are_asked_for_by_one_label_and_rows_by_none():
    assert asked_by(TYPES[DISEASE], "disease.name") is asked_by(TYPES[DISEASE], "disease.code")
    assert asked_by(TYPES["case_list"], "rows.0.family_name") is None
