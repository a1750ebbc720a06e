"""Fitting confidence: from faxes with known truth to the relation of evidence and probability, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bridge.domain.calibration import Calibration
from bridge.domain.errors import ConfigurationError
from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.findings import Decision, LocatedDocument
from bridge.domain.forms import DocumentType
from bridge.services.evaluate import compare_leaves, match_documents
from bridge.services.evaluation import Cell
from bridge.services.read import FileReading
from bridge.stages.compose import nest
from bridge.stages.confidence import family_of, features

RATES: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.05)  # of silent errors, for which thresholds are told
LEAST_SAMPLES: Final = 500
_FOLDS: Final = 5
_BIN: Final = 60  # values a point of the curve stands for, at least: a point for less would follow chance
_RIGHT: Final = frozenset({Cell.AUTO_RIGHT, Cell.FLAGGED_RIGHT})


@dataclass(frozen=True, slots=True)
class Sample:
    """One value that was read: its evidence, whether it was right, its layout, whether its document could leave by itself."""

    evidence: Evidence
    is_right: bool
    layout: str
    may_leave: bool = True


@dataclass(frozen=True, slots=True)
class Reliability:
    """Values of one band of told probability: how many, the mean told, the share that was right."""

    count: int
    told: float
    right: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration with what it says of layouts that it had not seen when it said so."""

    calibration: Calibration
    reliability: tuple[Reliability, ...]
    by_family: Mapping[str, Reliability]


def samples_of(truth: Mapping[str, Any], reading: FileReading, types: Mapping[str, DocumentType]) -> Iterator[Sample]:
    """Yield a sample for every value of a fax that neither rules nor doubts stop: those teach nothing."""
    documents = [_as_output(located, decision) for located, decision in reading.documents]
    for index, which in match_documents(truth["documents"], documents).items():
        wanted = truth["documents"][index]
        if wanted["type"] != documents[which]["type"]:
            continue
        leaves, _ = compare_leaves(wanted["data"], documents[which])
        right = {leaf.path: leaf.cell in _RIGHT for leaf in leaves}
        handwritten = set(wanted.get("handwritten", ()))
        layout = str(wanted.get("layout", ""))
        may_leave = _may_leave(*reading.documents[which], types[wanted["type"]])
        for field in reading.documents[which][1].fields:
            basis = field.basis
            if basis is None or basis.is_handwritten or basis.is_doubtful or not basis.is_plausible or field.path in handwritten:
                continue
            if field.path in right:
                yield Sample(basis, right[field.path], layout, may_leave)


def fit(samples: Sequence[Sample]) -> Fit:
    """Fit evidence to truth. Every figure told comes from folds that left out the layouts they judge.

    The curve is of values that nothing but their sureness keeps back, where there are enough: others wait whatever it says.

    Raises ConfigurationError where there are too few samples, layouts or errors to fit anything.
    """
    layouts = {sample.layout for sample in samples}
    right = np.array([sample.is_right for sample in samples], dtype=float)
    if len(samples) < LEAST_SAMPLES or len(layouts) < 2 or right.all():
        raise ConfigurationError(
            "the folder",
            "-",
            f"holds {len(samples)} values of {len(layouts)} layouts; at least {LEAST_SAMPLES} of 2, some wrong, are needed",
        )
    vectorizer = DictVectorizer(sparse=False)
    table = vectorizer.fit_transform([features(sample.evidence) for sample in samples])
    unseen = _scores_of_unseen(table, right, [sample.layout for sample in samples])
    may_leave = np.array([sample.may_leave and sample.evidence.agreement is not Agreement.CONFLICT for sample in samples])
    judged = may_leave if may_leave.sum() >= LEAST_SAMPLES else np.ones(len(samples), dtype=bool)
    curve = _curve(unseen[judged], right[judged])
    model = _logistic(table, right)
    weights = {name: round(float(weight), 5) for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)}
    told = np.interp(unseen, [x for x, _ in curve], [y for _, y in curve])
    calibration = Calibration(weights, curve, _thresholds(told[may_leave], right[may_leave]))
    judged_samples = [sample for sample, is_judged in zip(samples, judged, strict=True) if is_judged]
    return Fit(calibration, tuple(_bands(told[judged], right[judged])), _families(judged_samples, told[judged], right[judged]))


def _may_leave(located: LocatedDocument, decision: Decision, kind: DocumentType) -> bool:
    """Tell whether nothing but the sureness of its values keeps a document: thresholds are about those alone."""
    is_stopped = located.part.is_doubtful or located.classification.confidence < kind.type_threshold
    return kind.disposition == "deliver" and not is_stopped and not any(issue.field.startswith("unassigned") for issue in decision.issues)


def _as_output(located: LocatedDocument, decision: Decision) -> dict[str, Any]:
    """Return a document with all that was read, doubtful or not, as the evaluation wants it."""
    return {
        "type": located.classification.type,
        "pages": list(located.part.pages),
        "data": nest({field.path: field.value for field in decision.fields}),
        "issues": [],
        "released": False,
    }


def _logistic(table: NDArray[np.float64], right: NDArray[np.float64]) -> Any:
    return LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000).fit(table, right)


def _scores_of_unseen(table: NDArray[np.float64], right: NDArray[np.float64], layouts: Sequence[str]) -> NDArray[np.float64]:
    """Return each sample's score by a model that saw none of its layout."""
    scores = np.zeros(len(right))
    for taught, asked in GroupKFold(min(_FOLDS, len(set(layouts)))).split(table, right, layouts):
        scores[asked] = _logistic(table[taught], right[taught]).decision_function(table[asked])
    return scores


def _curve(scores: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """Return the isotonic relation of score and share right, a point a bin; no bin is believed to be without error."""
    order = np.argsort(scores, kind="stable")
    bins = np.array_split(order, max(2, len(order) // _BIN))
    middle = np.array([scores[members].mean() for members in bins])
    shares = np.array([right[members].mean() for members in bins])
    rising = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(middle, shares, sample_weight=[len(members) for members in bins])
    points: dict[float, float] = {}
    for share in np.unique(rising):
        level = np.flatnonzero(rising == share)
        count = sum(len(bins[at]) for at in level)
        careful = (share * count + 0.5) / (count + 1)
        points |= {round(float(middle[at]), 4): round(float(careful), 5) for at in (level[0], level[-1])}
    return tuple(zip(points, np.maximum.accumulate(list(points.values())).tolist(), strict=True))


def _thresholds(told: NDArray[np.float64], right: NDArray[np.float64]) -> dict[float, float]:
    """Return for each of `RATES` the least probability above which values were wrong no more often, where there is one.

    The rate is one over all that leaves; no single value may be ten times as likely to be wrong, whatever the others balance.
    """
    order = np.argsort(-told, kind="stable")
    wrong = np.cumsum(1 - right[order])
    rates = (wrong + 0.5) / (np.arange(len(order)) + 2)
    is_last_of_equals = np.append(np.diff(told[order]) != 0, True)
    found = {}
    for rate in RATES:
        good = np.flatnonzero((rates <= rate) & is_last_of_equals & (told[order] >= 1 - 10 * rate))
        if len(good):
            found[rate] = round(float(told[order][good[-1]]) - 5e-5, 4)
    return found


def _bands(told: NDArray[np.float64], right: NDArray[np.float64]) -> Iterator[Reliability]:
    for members in np.array_split(np.argsort(told, kind="stable"), 10):
        yield Reliability(len(members), float(told[members].mean()), float(right[members].mean()))


def _families(samples: Iterable[Sample], told: NDArray[np.float64], right: NDArray[np.float64]) -> dict[str, Reliability]:
    names = np.array(["ticked" if sample.evidence.is_ticked else family_of(sample.evidence.kind) for sample in samples])
    return {
        str(name): Reliability(int((names == name).sum()), float(told[names == name].mean()), float(right[names == name].mean()))
        for name in np.unique(names)
    }


def to_toml(fitted: Fit) -> str:
    """Return the calibration as `config/calibration.toml` holds it."""
    calibration = fitted.calibration
    lines = [
        "# How sure a value is, fitted by `bridge calibrate` to faxes with known truth; not written by hand.",
        f"# {sum(band.count for band in fitted.reliability)} values.",
        f"curve = [{', '.join(f'[{score}, {share}]' for score, share in calibration.curve)}]",
        "",
        "[weights]",
        *(f'"{name}" = {weight}' for name, weight in sorted(calibration.weights.items())),
        "",
        "# a rate of silent errors, and the probability from which values may leave for it",
        "[thresholds]",
        *(f'"{rate}" = {threshold}' for rate, threshold in sorted(calibration.thresholds.items())),
    ]
    return "\n".join(lines) + "\n"


def to_markdown(fitted: Fit) -> str:
    """Return the reliability curve and the thresholds as Markdown, the curve as a Mermaid plot too."""
    bands = fitted.reliability
    told, right = (", ".join(f"{100 * value:.1f}" for value in values) for values in zip(*((b.told, b.right) for b in bands), strict=True))
    lines = ["| told | right | values |", "|---:|---:|---:|"]
    lines += [_row(f"{100 * band.told:.2f} %", band) for band in bands]
    lines += ["", "```mermaid", "xychart-beta", '  title "Told (bars) and right (line), tenths of the values"']
    lines += [
        f"  x-axis [{', '.join(str(n) for n in range(1, len(bands) + 1))}]",
        '  y-axis "%" 0 --> 100',
        f"  bar [{told}]",
        f"  line [{right}]",
        "```",
    ]
    lines += ["", "| values of | told | right | values |", "|---|---:|---:|---:|"]
    lines += [f"| {name} {_row(f'{100 * band.told:.2f} %', band)}" for name, band in fitted.by_family.items()]
    lines += ["", "| silent errors at most | values leave from |", "|---:|---:|"]
    lines += [f"| {100 * rate:g} % | {threshold} |" for rate, threshold in fitted.calibration.thresholds.items()]
    return "\n".join(lines) + "\n"


def _row(told: str, band: Reliability) -> str:
    return f"| {told} | {100 * band.right:.2f} % | {band.count} |"
