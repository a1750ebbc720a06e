"""The table of a comparison: for each kind of document a row a way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from bridge.services.evaluation import LIST_TYPES, Cell, DocumentScore, Tally, share
from tests.benchmarks.baselines.measure import MeasuredFax

_HEADS: Final = (
    "documents",
    "way",
    "count",
    "fields right",
    "wrong of those read",
    "silent",
    "silent rate",
    "released",
    "type",
    "split",
    "row recall",
    "CPU s a page",
    "failed faxes",
)
_RIGHT: Final = (Cell.AUTO_RIGHT, Cell.FLAGGED_RIGHT)
_WRONG: Final = (Cell.SILENT_ERROR, Cell.FLAGGED_WRONG)

_Choice = Callable[[DocumentScore], bool]


def table(ways: Mapping[str, Sequence[MeasuredFax]]) -> str:
    """Return the Markdown table of what each way made of the same faxes, in the same order.

    Split, costs and failures of a row are those of the faxes that hold such a document; all else is of the documents alone.
    """
    pages = [max(fax.pages for fax in same) for same in zip(*ways.values(), strict=True)]
    lines = ["| " + " | ".join(_HEADS) + " |", "|---|---" + "|---:" * (len(_HEADS) - 2) + "|"]
    for title, is_chosen in _groups(next(iter(ways.values()))):
        titles = [title] + [""] * (len(ways) - 1)  # said once, above the other ways
        lines += [_row(said, name, faxes, pages, is_chosen) for said, (name, faxes) in zip(titles, ways.items(), strict=True)]
    return "\n".join(lines) + "\n"


def _groups(faxes: Sequence[MeasuredFax]) -> Iterator[tuple[str, _Choice]]:
    """Yield the title of each group of rows, and which documents it is about: lists, whose many cells are all alike, apart as a type."""
    own = [document for fax in faxes for document in _own(fax)]
    yield "all", lambda _: True
    yield "without lists", lambda document: not _is_list(document)
    for condition in sorted({document.condition for document in own if not _is_list(document)}):
        yield f"{condition}, without lists", partial(_came_as, condition)
    for kind in sorted({document.type for document in own}):
        yield kind, partial(_is_a, kind)


def _came_as(condition: str, document: DocumentScore) -> bool:
    return document.condition == condition and not _is_list(document)


def _is_a(kind: str, document: DocumentScore) -> bool:
    return document.type == kind


def _is_list(document: DocumentScore) -> bool:
    return document.type in LIST_TYPES


def _row(title: str, name: str, faxes: Sequence[MeasuredFax], pages: Sequence[int], is_chosen: _Choice) -> str:
    tally = Tally.of(document for fax in faxes for document in fax.score.documents if is_chosen(document))
    holding = [index for index, fax in enumerate(faxes) if any(map(is_chosen, _own(fax)))]
    page_count = sum(pages[index] for index in holding)
    rates, read = tally.rates(), tally.count(*_RIGHT, *_WRONG)
    cells = (
        title,
        name,
        str(tally.documents),
        _percent(rates["field_accuracy"]),
        _percent(share(tally.count(*_WRONG), read)),
        f"{tally.silent} / {tally.gone_out}",
        _percent(rates["silent_rate"], 2),
        _percent(rates["released"]),
        _percent(rates["type_accuracy"]),
        _percent(share(sum(faxes[index].score.is_split_right for index in holding), len(holding))),
        _percent(rates["row_recall"]),
        f"{sum(faxes[index].cpu_seconds for index in holding) / page_count:.1f}" if page_count else "–",
        str(sum(faxes[index].is_failed for index in holding)),
    )
    return "| " + " | ".join(cells) + " |"


def _own(fax: MeasuredFax) -> list[DocumentScore]:
    return [document for document in fax.score.documents if not document.is_surplus]


def _percent(rate: float | None, digits: int = 1) -> str:
    return "–" if rate is None else f"{rate * 100:.{digits}f} %"
