"""A laboratory's report with several findings falls into one document for each positive finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.findings import Located, LocatedDocument
from bridge.domain.forms import DocumentType, FieldKind
from bridge.domain.model import JsonValue
from bridge.stages.answers import parse_choice

UNCLEAR_RESULT: Final = "Bei einem der Ergebnisse ist nicht klar, ob es positiv ist."
ONLY_NEGATIVE: Final = "Der Bericht enthält mehrere Ergebnisse, aber kein positives."
_PLAIN: Final = 0.6  # least word confidence of a result that drops its row
_FINDING: Final = ("pathogen", "result")


def separate(document: LocatedDocument, kind: DocumentType) -> tuple[LocatedDocument, ...]:
    """Return a document for each positive row of a results table, all on the same pages; other documents as they are.

    Rows with negative results give none, a report that has only negative ones gives one. A row of which the result is
    not clear makes every document of the report doubtful: a finding may be missing.
    """
    columns = {spec.path for spec in kind.columns}
    if not columns.issuperset(_FINDING):
        return (document,)
    rows = {number: _with_result(cells, kind) for number, cells in _rows(document.located).items()}
    if not rows:
        return (document,)
    shared = tuple(place for place in document.located if not place.path.startswith("rows."))
    results = {number: _result(cells, kind) for number, cells in rows.items()}
    chosen = [number for number, result in results.items() if result == "positive"]
    is_clear = all(_is_clear(rows[number], result) for number, result in results.items())
    doubt = None if is_clear else UNCLEAR_RESULT
    if not chosen:
        chosen = list(rows)[:1]
        doubt = doubt or (ONLY_NEGATIVE if len(rows) > 1 else None)
    return tuple(replace(document, located=_with_finding(shared, rows[number], doubt)) for number in chosen)


def _is_clear(cells: Sequence[Located], result: JsonValue) -> bool:
    """Tell whether a row may be judged by one reading of it: it names its pathogen, and its result is plainly one or the other."""
    names_pathogen = any(cell.path.endswith(".pathogen") and cell.text for cell in cells)
    own = [cell for cell in cells if cell.path.endswith(".result")]
    is_plain = all(cell.confidence >= _PLAIN and not cell.is_handwritten and cell.doubt is None for cell in own)
    return names_pathogen and is_plain and result in {"positive", "negative"}


def _rows(located: Sequence[Located]) -> dict[int, list[Located]]:
    """Return the rows that name a pathogen or a result, by number."""
    rows: dict[int, list[Located]] = {}
    for place in located:
        if place.path.startswith("rows."):
            rows.setdefault(int(place.path.split(".")[1]), []).append(place)
    return {number: cells for number, cells in rows.items() if any(c.path.endswith((".pathogen", ".result")) for c in cells)}


def _with_result(cells: Sequence[Located], kind: DocumentType) -> list[Located]:
    """Return a row's cells; where no column says the result, the finding does if it says nothing else ("nicht nachweisbar")."""
    finding = next((cell for cell in cells if cell.path.endswith(".finding") and cell.text), None)
    if finding is None or any(cell.path.endswith(".result") for cell in cells):
        return list(cells)
    as_result = replace(finding, path=finding.path.removesuffix("finding") + "result", kind=FieldKind.CHOICE)
    return [*cells, as_result] if _result([as_result], kind) is not None else list(cells)


def _result(cells: Sequence[Located], kind: DocumentType) -> JsonValue:
    spec = next(spec for spec in kind.columns if spec.path == "result")
    cell = next((c for c in cells if c.path.endswith(".result")), None)
    found = parse_choice(spec, cell.text) if cell is not None and cell.text else None
    return found.value if found else None


def _with_finding(shared: Sequence[Located], cells: Sequence[Located], doubt: str | None) -> tuple[Located, ...]:
    """Return the report's shared places with one row's as the document's own; the table goes before a label elsewhere."""
    own = []
    for cell in cells:
        path = cell.path.split(".", 2)[2]
        is_result = path in _FINDING
        own.append(replace(cell, path=path, doubt=cell.doubt or (doubt if is_result else None)))
    paths = {place.path for place in own if place.text}
    own = [place for place in own if place.text or place.path not in {s.path for s in shared}]
    return (*(place for place in shared if place.path not in paths), *own)
