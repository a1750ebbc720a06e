"""What people's corrections teach: labels that nobody has listed, and which values the machine gets wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.desk import LabelProposal, ProposalState, Step, StepKind
from bridge.domain.forms import Catalog, DocumentType
from bridge.domain.layout import Box, Layout
from bridge.domain.model import Document, Sender
from bridge.ports import Clock, Store, Transaction
from bridge.stages.folding import fold
from bridge.stages.label_at import is_known_label, label_at
from bridge.stages.learned import asked_by, learned

_FRESH: Final = timedelta(seconds=60)
_ROW: Final = re.compile(r"^rows\.\d+\.")
_Place = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Learn:
    """The use case of learning from what a person did to a document. `types` by name."""

    types: Mapping[str, DocumentType]

    def from_steps(self, tx: Transaction, document: Document, steps: Sequence[Step], layouts: Mapping[int, Layout], now: datetime) -> None:
        """Count the values that were corrected, and the labels beside values that the machine had not found there.

        `document` is what the machine had made of it, `steps` what a person did and has confirmed; `layouts` by page number,
        those of `pages_shown(steps)` are enough. No name of a person is learnt: a label has no word of the document's values.
        """
        kind = self.types.get(next((step.text or "" for step in reversed(steps) if step.kind is StepKind.TYPE), document.type))
        if kind is None:
            return
        last = {step.path: step for step in steps if step.path is not None}
        tx.count_corrections(kind.name, [_without_row(path) for path, step in last.items() if _is_correction(document, step)], now)
        sender = _told_sender(tx.fax(document.fax_id).sender)
        if sender is None:
            return  # whether others print the same cannot be told
        secret = _words_of_values(document, steps)
        for path, label in _labels(document, kind, last, layouts):
            if secret.isdisjoint(fold(label).split()):
                tx.propose_label(kind.name, path, label, sender, now)


class LearnedCatalog:
    """The catalog with the labels that were approved, asked for at most once a minute. Calling it gives it."""

    def __init__(self, catalog: Catalog, store: Store, clock: Clock) -> None:
        """Take what was configured, and where the team's decisions are kept."""
        self._plain, self._store, self._clock = catalog, store, clock
        self._now, self._known, self._asked_at = catalog, frozenset[tuple[str, str, str]](), datetime.min.replace(tzinfo=clock.now().tzinfo)

    def __call__(self) -> Catalog:
        """Return the catalog; the same object for as long as nothing was approved."""
        now = self._clock.now()
        if now - self._asked_at >= _FRESH:
            self._learn(self._store.label_proposals(ProposalState.APPROVED))
            self._asked_at = now
        return self._now

    def _learn(self, approved: Sequence[LabelProposal]) -> None:
        known = frozenset((each.type, each.path, each.label) for each in approved)
        if known != self._known:
            self._now = replace(self._plain, types=learned(self._plain.types, approved))
            self._known = known


def pages_shown(steps: Sequence[Step]) -> frozenset[int]:
    """Return the numbers of the pages on which a person has shown where a value stands."""
    return frozenset(step.page for step in steps if step.page is not None and step.box is not None)


def _labels(document: Document, kind: DocumentType, last: Mapping[str, Step], layouts: Mapping[int, Layout]) -> Iterator[tuple[str, str]]:
    """Give the field and the label of each value that was shown where the machine had not found it."""
    for path, step in last.items():
        spec, layout = asked_by(kind, path), layouts.get(step.page or 0)
        if spec is None or layout is None or step.kind is not StepKind.VALUE or step.box is None or _was_found(document, step):
            continue
        label = label_at(layout, _in_pixels(step.box, layout))
        if label is not None and not is_known_label(label, kind):
            yield spec.path, label


def _was_found(document: Document, step: Step) -> bool:
    """Tell whether the machine has looked for the field's value at the place that was shown."""
    places = [(field.page, field.box) for field in document.fields if field.path == step.path]
    places += [(issue.page, issue.box) for issue in document.issues if issue.field == step.path]
    return any(page == step.page and box is not None and step.box is not None and _overlap(box, step.box) for page, box in places)


def _overlap(one: _Place, other: _Place) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _in_pixels(box: _Place, layout: Layout) -> Box:
    left, top, right, bottom = box
    return Box(left * layout.width, top * layout.height, right * layout.width, bottom * layout.height)


def _is_correction(document: Document, step: Step) -> bool:
    """Tell whether a step says otherwise than the machine did."""
    read = next((field.text for field in document.fields if field.path == step.path), None)
    if step.kind is StepKind.VALUE:
        return step.text != read
    return step.kind is StepKind.ABSENT and read is not None


def _without_row(path: str) -> str:
    return _ROW.sub("rows.", path)


def _words_of_values(document: Document, steps: Sequence[Step]) -> frozenset[str]:
    texts = [text for field in document.fields for text in (field.text, str(field.value))]
    texts += [reading.text for field in document.fields for reading in field.readings]
    texts += [step.text for step in steps if step.text is not None]
    return frozenset(word for text in texts for word in fold(text).split())


def _told_sender(sender: Sender) -> str | None:
    return sender.number or sender.tsid or sender.name
