"""Places of values that no printed label asks for: letterheads, signatures, names in a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import FieldKind
from bridge.stages.lines import Segment, Sheet, union

LABEL_SCORE: Final = 0.9  # less than a printed label's


def unlabelled(
    path: str, kind: FieldKind, lines: Sequence[Segment], sheet: Sheet, *, doubt: str | None = None, label_score: float = LABEL_SCORE
) -> Located:
    """Return a place of one box per printed line (at least one), to be read again."""
    return Located(
        path=path,
        kind=kind,
        page=sheet.number,
        box=union(line.box for line in lines),
        text="\n".join(line.text for line in lines),
        confidence=min(word.confidence for line in lines for word in line.words),
        boxes=tuple(line.box for line in lines),
        is_handwritten=any(sheet.is_handwritten(line.box) for line in lines),
        doubt=doubt,
        label_score=label_score,
    )
