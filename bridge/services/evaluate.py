"""Holds what was read against the truth, leaf by leaf, as the contract's last chapter says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz.distance import Levenshtein

from bridge.domain.lifecycle import FaxState
from bridge.services.evaluation import Cell, DocumentScore, FaxScore, Leaf, Report, RowCounts

_SIMILAR: Final = frozenset({"finding", "symptoms", "method"})  # right at a similarity of 0.9
_GENERIC: Final = "pairs"  # label/value pairs of unknown papers: no field of any type
_MISSING: Final = object()
_STREET = re.compile(r"([Ss])tra(?:ß|ss)e|([Ss])tr\.")


def evaluate(pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Report:
    """Score pairs of a truth file's content and what `bridge read --json` printed for its fax."""
    return Report(tuple(score_fax(truth, output) for truth, output in pairs))


def score_fax(truth: Mapping[str, Any], output: Mapping[str, Any]) -> FaxScore:
    """Score one fax: documents are matched one to one by their pages, what is left over counts on its side."""
    condition = str(truth.get("condition", ""))
    wanted, found = list(truth["documents"]), list(output.get("documents", ()))
    matches = match_documents(wanted, found)
    is_watched = output.get("state") != FaxState.DECIDED  # a failed fax waits for a person as a whole
    scores = []
    for index, document in enumerate(wanted):
        if index in matches:
            scores.append(_score_document(document, found[matches[index]], condition))
        else:
            scores.append(_score_lost(document, found, condition, is_watched=is_watched))
    taken = set(matches.values())
    scores += [_score_surplus(document, condition) for index, document in enumerate(found) if index not in taken]
    is_split_right = _page_groups(wanted) == _page_groups(found)
    return FaxScore(str(output.get("file", "")), condition, is_split_right, tuple(scores))


def match_documents(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return for truth documents by index the output document that shares most pages with it, each used once.

    Several findings stand on the same pages: among equal overlaps the same type, then the most equal leaves win.
    """
    candidates = []
    for i, truth in enumerate(wanted):
        for j, output in enumerate(found):
            overlap = len(set(truth["pages"]) & set(output["pages"]))
            if overlap:
                apart = len(set(truth["pages"]) ^ set(output["pages"]))
                candidates.append((-overlap, apart, truth["type"] != output["type"], -_equal_leaves(truth["data"], output["data"]), i, j))
    matches: dict[int, int] = {}
    for *_, i, j in sorted(candidates):
        if i not in matches and j not in matches.values():
            matches[i] = j
    return matches


def _page_groups(documents: Iterable[Mapping[str, Any]]) -> set[tuple[int, ...]]:
    return {tuple(sorted(document["pages"])) for document in documents}


@dataclass(frozen=True, slots=True)
class _Verdicts:
    """Which cells the three outcomes fall into: a released document's, or those of one left to a person."""

    right: Cell
    wrong: Cell

    @classmethod
    def of(cls, output: Mapping[str, Any]) -> _Verdicts:
        """Choose by whether a person will look."""
        return cls(Cell.AUTO_RIGHT, Cell.SILENT_ERROR) if output["released"] else cls(Cell.FLAGGED_RIGHT, Cell.FLAGGED_WRONG)


def _score_document(truth: Mapping[str, Any], output: Mapping[str, Any], condition: str) -> DocumentScore:
    is_type_right = truth["type"] == output["type"]
    is_released = bool(output["released"])
    leaves, rows = compare_leaves(truth["data"], output)
    if is_released and not is_type_right:
        leaves = [Leaf(leaf.path, Cell.SILENT_ERROR, leaf.is_invented) for leaf in leaves]
    return DocumentScore(
        type=truth["type"],
        layout=str(truth.get("layout", "")),
        condition=condition,
        leaves=tuple(leaves),
        rows=rows,
        is_type_right=is_type_right,
        is_released=is_released,
        is_whole=output.get("completeness") == "whole",
        is_misfiled=is_released and output["type"] == "advertisement" and not is_type_right,
        expects_review=truth.get("expect") == "review",
    )


def _score_lost(truth: Mapping[str, Any], found: Sequence[Mapping[str, Any]], condition: str, *, is_watched: bool) -> DocumentScore:
    """Score a document nothing was read of: somebody sees it only where its fax or its pages wait for a person."""
    pages = set(truth["pages"])
    is_seen = is_watched or any(pages & set(document["pages"]) and not document["released"] for document in found)
    cell = Cell.FLAGGED_MISSING if is_seen else Cell.SILENT_OMISSION
    return DocumentScore(
        type=truth["type"],
        layout=str(truth.get("layout", "")),
        condition=condition,
        leaves=tuple(Leaf(path, cell) for path, _ in _all_leaves(truth["data"])),
        rows=RowCounts(truth=len(truth["data"].get("rows", ()))),
        is_released=not is_seen,
        expects_review=truth.get("expect") == "review",
    )


def _score_surplus(output: Mapping[str, Any], condition: str) -> DocumentScore:
    """Score a document that is none: all it says is invented."""
    cell = _Verdicts.of(output).wrong
    leaves = tuple(Leaf(path, cell, is_invented=True) for path, _ in _all_leaves(output["data"]))
    return DocumentScore(output["type"], "", condition, leaves, RowCounts(found=len(output["data"].get("rows", ()))), is_surplus=True)


def compare_leaves(wanted: Mapping[str, Any], output: Mapping[str, Any]) -> tuple[list[Leaf], RowCounts]:
    """Return a cell for every leaf of either side, and the rows' counts."""
    verdicts, issues = _Verdicts.of(output), [issue.get("field") or "" for issue in output.get("issues", ())]
    leaves = _cells(dict(_leaves(wanted)), dict(_leaves(output["data"])), verdicts, issues)
    truth_rows, found_rows = list(wanted.get("rows", ())), list(output["data"].get("rows", ()))
    pairs = align_rows(truth_rows, found_rows)
    right = 0
    for i, j in pairs:
        row = dict(_leaves(truth_rows[i], f"rows.{j}."))
        cells = _cells(row, dict(_leaves(found_rows[j], f"rows.{j}.")), verdicts, issues)
        right += all(leaf.cell is verdicts.right for leaf in cells)
        leaves += cells
    paired_truth, paired_found = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, row in enumerate(truth_rows):
        if i not in paired_truth:
            leaves += _cells(dict(_leaves(row, "rows.")), {}, verdicts, issues)
    for j, row in enumerate(found_rows):
        if j not in paired_found:
            leaves += _cells({}, dict(_leaves(row, f"rows.{j}.")), verdicts, issues)
    return leaves, RowCounts(len(truth_rows), len(found_rows), right)


def _cells(wanted: Mapping[str, Any], found: Mapping[str, Any], verdicts: _Verdicts, issues: Sequence[str]) -> list[Leaf]:
    cells = []
    for path, value in wanted.items():
        read = found.get(path, _MISSING)
        if read is _MISSING:
            cells.append(Leaf(path, _absent(path, verdicts, issues)))
        else:
            cells.append(Leaf(path, verdicts.right if is_equal(path, value, read) else verdicts.wrong))
    cells += [Leaf(path, verdicts.wrong, is_invented=True) for path in found if path not in wanted]
    return cells


def _absent(path: str, verdicts: _Verdicts, issues: Sequence[str]) -> Cell:
    if verdicts.right is Cell.FLAGGED_RIGHT:
        return Cell.FLAGGED_MISSING
    is_named = any(field and (path == field or path.startswith(f"{field}.")) for field in issues)
    return Cell.AUTO_WITHHELD if is_named else Cell.SILENT_OMISSION


def align_rows(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Return the pairs (truth, output) of rows in order that have the most equal cells together; none pair without any."""
    best = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    equal = [[_equal_leaves(row, other) for other in found] for row in wanted]
    for i in range(len(wanted) - 1, -1, -1):
        for j in range(len(found) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + equal[i][j])
    pairs, i, j = [], 0, 0
    while i < len(wanted) and j < len(found):
        if equal[i][j] and best[i][j] == best[i + 1][j + 1] + equal[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _equal_leaves(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> int:
    read = dict(_leaves(found))
    return sum(path in read and is_equal(path, value, read[path]) for path, value in _leaves(wanted))


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield dotted paths with values, but rows and generic pairs; a list of strings is one leaf."""
    for key, value in tree.items():
        if not prefix and key in {"rows", _GENERIC}:
            continue
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _all_leaves(tree: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    yield from _leaves(tree)
    for number, row in enumerate(tree.get("rows", ())):
        yield from _leaves(row, f"rows.{number}.")


def is_equal(path: str, wanted: Any, read: Any) -> bool:
    """Tell whether a value counts as right: exact after folding white space, streets and similar texts as the contract allows."""
    leaf = path.rpartition(".")[2]
    if leaf in _SIMILAR:
        return Levenshtein.normalized_similarity(_as_text(wanted), _as_text(read)) >= 0.9
    if isinstance(wanted, str) and isinstance(read, str):
        one, other = _fold(wanted), _fold(read)
        if leaf == "street":
            one, other = (_STREET.sub(lambda found: f"{found[1] or found[2]}tr.", text) for text in (one, other))
        return one == other
    return type(wanted) is type(read) and bool(wanted == read)


def _as_text(value: Any) -> str:
    return _fold(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _fold(text: str) -> str:
    return " ".join(text.split())
