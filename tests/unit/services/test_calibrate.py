from __future__ import annotations

import random
import tomllib
from dataclasses import replace

import pytest

from bridge.domain.errors import ConfigurationError
from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.findings import Classification, Decision, Disposition, LocatedDocument, Part
from bridge.domain.forms import FieldKind
from bridge.domain.lifecycle import FaxState
from bridge.domain.model import Field, Issue, IssueCode, Origin
from bridge.services.calibrate import Fit, Sample, fit, samples_of, to_markdown, to_toml
from bridge.services.read import FileReading
from bridge.stages.confidence import probability
from tests.unit.stages.printed import catalog

SURE = Evidence(
    kind=FieldKind.NAME,
    agreement=Agreement.FULL,
    word_confidence=0.96,
    crop_confidence=0.98,
    label_score=1.0,
    readers=2,
    is_ticked=False,
    is_handwritten=False,
    is_doubtful=False,
    is_plausible=True,
    page_quality=0.95,
    length=8,
)
POOR = replace(SURE, agreement=Agreement.SINGLE, readers=1, word_confidence=0.5, crop_confidence=0.6, page_quality=0.6)


def drawn(count: int, right_when_sure: float, right_when_poor: float) -> list[Sample]:
    """Return samples of four layouts, half of them sure, right as often as told."""
    dice = random.Random(5)
    samples: list[Sample] = []
    for number in range(count):
        evidence, share = (SURE, right_when_sure) if number % 2 else (POOR, right_when_poor)
        shaken = replace(evidence, crop_confidence=evidence.crop_confidence - dice.random() * 0.02)
        samples.append(Sample(shaken, dice.random() < share, f"layout {number % 8 // 2}"))
    return samples


@pytest.fixture(scope="module")
def fitted() -> Fit:
    return fit(drawn(6000, 0.999, 0.8))


def test_the_probability_told_is_the_share_that_was_right(fitted: Fit) -> None:
    assert probability(SURE, fitted.calibration) == pytest.approx(0.999, abs=0.003)
    assert probability(replace(POOR, crop_confidence=0.59), fitted.calibration) == pytest.approx(0.8, abs=0.04)
    assert sum(band.count for band in fitted.reliability) == 6000
    assert all(band.told == pytest.approx(band.right, abs=0.06) for band in fitted.reliability)


def test_the_threshold_follows_from_the_rate_of_silent_errors(fitted: Fit) -> None:
    calibration = fitted.calibration
    assert probability(POOR, calibration) < calibration.threshold(0.005) <= probability(SURE, calibration)
    assert calibration.threshold(0.05) <= calibration.threshold(0.005)


def test_nothing_may_leave_for_a_rate_that_was_never_seen() -> None:
    calibration = fit(drawn(2000, 0.9, 0.5)).calibration
    assert calibration.threshold(0.001) > 1


def test_handwriting_and_doubt_never_leave_whatever_was_fitted(fitted: Fit) -> None:
    for evidence in (replace(SURE, is_handwritten=True), replace(SURE, is_doubtful=True), replace(SURE, is_plausible=False)):
        assert probability(evidence, fitted.calibration) < 0.5


def test_a_feature_that_was_never_fitted_counts_nothing(fitted: Fit) -> None:
    unseen = replace(SURE, agreement=Agreement.CONFLICT)
    assert 0 < probability(unseen, fitted.calibration) < 1


@pytest.mark.parametrize(
    "samples",
    [drawn(100, 0.9, 0.5), [replace(sample, layout="one") for sample in drawn(1000, 0.9, 0.5)], drawn(1000, 1.1, 1.1)],
    ids=["too few values", "one layout", "no error"],
)
def test_nothing_is_fitted_to_what_cannot_tell(samples: list[Sample]) -> None:
    with pytest.raises(ConfigurationError, match="at least 500"):
        fit(samples)


def test_what_is_written_can_be_read_again(fitted: Fit) -> None:
    read = tomllib.loads(to_toml(fitted))
    assert read["weights"] == fitted.calibration.weights
    assert [tuple(point) for point in read["curve"]] == list(fitted.calibration.curve)
    assert {float(rate): value for rate, value in read["thresholds"].items()} == fitted.calibration.thresholds


def test_the_report_shows_bands_kinds_and_thresholds(fitted: Fit) -> None:
    report = to_markdown(fitted)
    assert "xychart-beta" in report
    assert "| name |" in report
    assert "silent errors at most" in report


def reading(*fields: Field, kind: str = "letter", issues: tuple[Issue, ...] = ()) -> FileReading:
    document = LocatedDocument(Part((1,)), Classification(kind, 1.0), ())
    return FileReading(FaxState.DECIDED, None, ((document, Decision(Disposition.WAIT, None, fields, issues, None)),))


def field(path: str, value: str, basis: Evidence | None = SURE) -> Field:
    return Field(path, value, value, 0.9, Origin.READ, 1, basis=basis)


TYPES = catalog().types
TRUTH = {"documents": [{"type": "letter", "pages": [1], "data": {"subject": "Anfrage", "reference": "A 1"}, "layout": "short"}]}


def test_every_value_that_could_leave_is_a_sample_right_or_wrong() -> None:
    samples = list(samples_of(TRUTH, reading(field("subject", "Anfrage"), field("reference", "A 7")), TYPES))
    assert [(sample.is_right, sample.layout) for sample in samples] == [(True, "short"), (False, "short")]


def test_an_invented_value_is_a_wrong_sample() -> None:
    assert [sample.is_right for sample in samples_of(TRUTH, reading(field("date", "2026-01-01")), TYPES)] == [False]


def test_thresholds_follow_from_what_may_leave_alone() -> None:
    wrong = [replace(sample, is_right=False, may_leave=False) for sample in drawn(60, 1, 1) if sample.evidence.readers == 2]
    alone = fit([*drawn(6000, 0.9999, 0.8), *wrong]).calibration
    mixed = fit([*drawn(6000, 0.9999, 0.8), *(replace(sample, may_leave=True) for sample in wrong)]).calibration
    assert alone.threshold(0.002) <= 1 < mixed.threshold(0.002)


def test_what_a_person_sees_anyway_sets_no_threshold() -> None:
    kept = list(samples_of(TRUTH, reading(field("subject", "Anfrage")), TYPES))
    sent = {"letter": replace(TYPES["letter"], disposition="deliver")}
    unassigned = Issue("unassigned.0", IssueCode.UNREADABLE, "?")
    stopped = next(samples_of(TRUTH, reading(field("subject", "Anfrage"), issues=(unassigned,)), sent))
    assert not stopped.may_leave
    assert [kept[0].may_leave, next(samples_of(TRUTH, reading(field("subject", "Anfrage")), sent)).may_leave] == [False, True]


def test_values_that_never_leave_teach_nothing() -> None:
    doubts = (None, replace(SURE, is_handwritten=True), replace(SURE, is_doubtful=True), replace(SURE, is_plausible=False))
    assert not list(samples_of(TRUTH, reading(*(field("subject", "Anfrage", doubt) for doubt in doubts)), TYPES))
    handwritten = {"documents": [TRUTH["documents"][0] | {"handwritten": ["subject"]}]}
    assert not list(samples_of(handwritten, reading(field("subject", "Anfrage")), TYPES))
    assert not list(samples_of(TRUTH, reading(field("subject", "Anfrage"), kind="invoice"), TYPES))
