"""What an evaluation says: counts of cells, rates with bounds, tables (contract.md, "Truth files and scores")."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.domain.model import JsonObject, JsonValue

LIST_TYPES = frozenset({"case_list"})
WITHOUT_RECORD = frozenset({"advertisement", "unknown"})


class Cell(StrEnum):
    """What became of one leaf."""

    AUTO_RIGHT = "auto_right"
    SILENT_ERROR = "silent_error"
    AUTO_WITHHELD = "auto_withheld"
    SILENT_OMISSION = "silent_omission"
    FLAGGED_RIGHT = "flagged_right"
    FLAGGED_WRONG = "flagged_wrong"
    FLAGGED_MISSING = "flagged_missing"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One cell of the contract's table; `is_invented` where only the output has the path."""

    path: str
    cell: Cell
    is_invented: bool = False


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of a table: in the truth, in the output, and wholly right."""

    truth: int = 0
    found: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """One document of the truth with what was read of it, or a surplus one of the output (`is_surplus`)."""

    type: str
    layout: str
    condition: str
    leaves: tuple[Leaf, ...]
    rows: RowCounts = RowCounts()
    is_surplus: bool = False
    is_type_right: bool = False
    is_released: bool = False
    is_whole: bool = False
    is_misfiled: bool = False
    expects_review: bool = False


@dataclass(frozen=True, slots=True)
class FaxScore:
    """All documents of one fax; `is_split_right` where its page groups are exactly the truth's."""

    file: str
    condition: str
    is_split_right: bool
    documents: tuple[DocumentScore, ...]


def upper_bound(events: int, trials: int, confidence: float = 0.95) -> float | None:
    """Return the one-sided Clopper-Pearson upper bound of a rate (0..1), None where nothing was tried.

    The bound is the p at which seeing `events` or fewer in `trials` has the probability 1 - confidence.
    """
    if trials == 0:
        return None
    if events >= trials:
        return 1.0
    low, high = events / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(events, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(events: int, trials: int, rate: float) -> float:
    """Return the binomial probability of `events` or fewer in `trials`."""
    if rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    choose = (math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) for k in range(events + 1))
    return math.fsum(math.exp(c + k * math.log(rate) + (trials - k) * math.log1p(-rate)) for k, c in enumerate(choose))


def share(part: int, whole: int) -> float | None:
    """Return part / whole, None for an empty whole."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums over some documents, and every rate that follows from them (None where there is nothing to divide by)."""

    documents: int = 0
    surplus: int = 0
    carrying: int = 0
    released: int = 0
    straight_through: int = 0
    types_right: int = 0
    misfiled: int = 0
    expected_reviews: int = 0
    reviews_missed: int = 0
    cells: Mapping[Cell, int] = field(default_factory=dict)
    truth_leaves: int = 0
    rows: RowCounts = RowCounts()

    @classmethod
    def of(cls, scores: Iterable[DocumentScore]) -> Tally:
        """Add up documents."""
        every = tuple(scores)
        own = tuple(score for score in every if not score.is_surplus)
        carrying = tuple(score for score in own if score.type not in WITHOUT_RECORD)
        reviews = tuple(score for score in own if score.expects_review)
        return cls(
            documents=len(own),
            surplus=len(every) - len(own),
            carrying=len(carrying),
            released=sum(score.is_released and score.is_type_right for score in carrying),
            straight_through=sum(score.is_released and score.is_whole and score.is_type_right for score in carrying),
            types_right=sum(score.is_type_right for score in own),
            misfiled=sum(score.is_misfiled for score in own),
            expected_reviews=len(reviews),
            reviews_missed=sum(score.is_released for score in reviews),
            cells=Counter(leaf.cell for score in every for leaf in score.leaves),
            truth_leaves=sum(not leaf.is_invented for score in every for leaf in score.leaves),
            rows=RowCounts(
                sum(score.rows.truth for score in every),
                sum(score.rows.found for score in every),
                sum(score.rows.right for score in every),
            ),
        )

    def count(self, *cells: Cell) -> int:
        """Return how many leaves fell into `cells`."""
        return sum(self.cells.get(cell, 0) for cell in cells)

    @property
    def silent(self) -> int:
        """Leaves that left wrong, invented or left out, with nobody told."""
        return self.count(Cell.SILENT_ERROR, Cell.SILENT_OMISSION)

    @property
    def gone_out(self) -> int:
        """Leaves that left by themselves: the silent rate's denominator."""
        return self.silent + self.count(Cell.AUTO_RIGHT)

    def rates(self) -> dict[str, float | None]:
        """Return every rate of the contract by name."""
        return {
            "field_accuracy": share(self.count(Cell.AUTO_RIGHT, Cell.FLAGGED_RIGHT), self.truth_leaves),
            "silent_rate": share(self.silent, self.gone_out),
            "silent_rate_upper_95": upper_bound(self.silent, self.gone_out),
            "straight_through": share(self.straight_through, self.carrying),
            "released": share(self.released, self.carrying),
            "type_accuracy": share(self.types_right, self.documents),
            "row_recall": share(self.rows.right, self.rows.truth),
            "row_precision": share(self.rows.right, self.rows.found),
        }

    def to_json(self) -> JsonObject:
        """Return counts, cells and rates."""
        rates = {name: None if rate is None else round(rate, 6) for name, rate in self.rates().items()}
        return {
            "documents": self.documents,
            "surplus_documents": self.surplus,
            "documents_with_record": self.carrying,
            "leaves": self.truth_leaves,
            "leaves_gone_out": self.gone_out,
            "wrongly_filed": self.misfiled,
            "expect_review": self.expected_reviews,
            "expect_review_released": self.reviews_missed,
            "rows": {"truth": self.rows.truth, "found": self.rows.found, "right": self.rows.right},
            "cells": {cell.value: self.cells.get(cell, 0) for cell in Cell},
            **rates,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The evaluation of a folder: every fax's scores, from which all tables follow. It holds paths, never values."""

    faxes: tuple[FaxScore, ...]

    @property
    def scores(self) -> tuple[DocumentScore, ...]:
        """All documents of all faxes."""
        return tuple(score for fax in self.faxes for score in fax.documents)

    @property
    def total(self) -> Tally:
        """Everything together."""
        return Tally.of(self.scores)

    def groups(self) -> dict[str, dict[str, Tally]]:
        """Return tallies by document type, condition and layout, and with the lists apart."""

        def by(names: Iterable[tuple[str, DocumentScore]]) -> dict[str, Tally]:
            sorted_out: dict[str, list[DocumentScore]] = {}
            for name, score in names:
                sorted_out.setdefault(name, []).append(score)
            return {name: Tally.of(sorted_out[name]) for name in sorted(sorted_out)}

        return {
            "all": {"all": self.total, **by(("lists" if s.type in LIST_TYPES else "without lists", s) for s in self.scores)},
            "condition": by((s.condition, s) for s in self.scores),
            "type": by((s.type, s) for s in self.scores),
            "layout": by((s.layout, s) for s in self.scores if s.layout),
        }

    @property
    def split_accuracy(self) -> float | None:
        """The share of faxes whose page groups are exactly right."""
        return share(sum(fax.is_split_right for fax in self.faxes), len(self.faxes))

    def silent_leaves(self) -> tuple[tuple[str, str, Cell], ...]:
        """Return file, path and cell of every silent leaf, for whoever mends them."""
        silent = {Cell.SILENT_ERROR, Cell.SILENT_OMISSION}
        return tuple((f.file, leaf.path, leaf.cell) for f in self.faxes for d in f.documents for leaf in d.leaves if leaf.cell in silent)

    def to_json(self) -> JsonObject:
        """Return everything as JSON."""
        groups: dict[str, JsonValue] = {
            kind: {name: tally.to_json() for name, tally in tallies.items()} for kind, tallies in self.groups().items()
        }
        silent: list[JsonValue] = [{"file": file, "path": path, "cell": cell.value} for file, path, cell in self.silent_leaves()]
        return {"faxes": len(self.faxes), "split_accuracy": self.split_accuracy, **groups, "silent": silent}

    def to_markdown(self) -> str:
        """Return the tables as Markdown."""
        heads = (
            "",
            "documents",
            "leaves",
            "fields right",
            "silent",
            "silent rate (≤ 95 %)",
            "straight through",
            "released",
            "type",
            "rows recall / precision",
        )
        lines = [f"{len(self.faxes)} faxes, split exactly right: {_percent(self.split_accuracy)}", ""]
        for kind, tallies in self.groups().items():
            lines += [f"| {kind if kind != 'all' else ''} " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
            lines += [_row(name, tally) for name, tally in tallies.items()] + [""]
        total = self.total
        lines += [
            "Cells: " + ", ".join(f"{cell.value} {total.cells.get(cell, 0)}" for cell in Cell) + ".",
            f"To be seen by a person: {total.expected_reviews}, released unseen: {total.reviews_missed}. "
            f"Filed as advertisement though none: {total.misfiled}. Documents that are none: {total.surplus}.",
        ]
        return "\n".join(lines) + "\n"


def _percent(rate: float | None, digits: int = 1) -> str:
    return "–" if rate is None else f"{rate * 100:.{digits}f} %"


def _row(name: str, tally: Tally) -> str:
    rates = tally.rates()
    cells = (
        name,
        str(tally.documents),
        str(tally.truth_leaves),
        _percent(rates["field_accuracy"]),
        f"{tally.silent} / {tally.gone_out}",
        f"{_percent(rates['silent_rate'], 2)} (≤ {_percent(rates['silent_rate_upper_95'], 2)})",
        _percent(rates["straight_through"]),
        _percent(rates["released"]),
        _percent(rates["type_accuracy"]),
        f"{_percent(rates['row_recall'])} / {_percent(rates['row_precision'])}" if tally.rows.truth or tally.rows.found else "–",
    )
    return "| " + " | ".join(cells) + " |"
