"""The insured person's field on top of German medical forms: name, given name, street and town line by line, with one caption.

The form of Vordruckmuster of statutory health insurance (Bundesmantelvertrag-Ärzte, Anlage 2), printed by practice software.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import FieldKind
from bridge.domain.layout import Box
from bridge.stages.blocks import has_town, lines_below
from bridge.stages.lines import Segment, Sheet, same_row
from bridge.stages.parties import is_road
from bridge.stages.sections import Question
from bridge.stages.unlabelled import unlabelled

_LEAST_LINES: Final = 3
_MOST_NAMES: Final = 2
_COUNTRY: Final = frozenset({"D", "DE", "D-"})


@dataclass(frozen=True)
class InsuredHead:
    """What stands in the field, and the boxes of print that is thereby understood, the caption's included."""

    located: tuple[Located, ...] = ()
    spent: tuple[Box, ...] = ()


def read_insured_head(sheet: Sheet, questions: Sequence[Question]) -> InsuredHead:
    """Return name and address that stand line by line below a caption that asks for a full name; nothing where they do not."""
    asking = {id(q.label.segment) for q in questions} | {id(q.label.wrapped) for q in questions if q.label.wrapped}
    for question in questions:
        if question.spec is None or question.spec.kind is not FieldKind.FULL_NAME or not question.label.is_whole:
            continue
        lines = [_without_country(line, sheet) for line in lines_below(question, asking, sheet)]
        town = next((index for index, line in enumerate(lines) if has_town(line.text)), None)
        if town is None or len(lines) < _LEAST_LINES or not is_road(lines[town - 1].text) or not 1 <= town - 1 <= _MOST_NAMES:
            continue
        names, address = lines[: town - 1], lines[town - 1 : town + 1]
        prefix = question.spec.path.rpartition(".")[0]
        parts = ("family_name", "given_name") if len(names) == _MOST_NAMES else ("full_name",)
        kind = FieldKind.NAME if len(names) == _MOST_NAMES else FieldKind.FULL_NAME
        found = [unlabelled(f"{prefix}.{part}", kind, [name], sheet) for part, name in zip(parts, names, strict=True)]
        found.append(unlabelled(f"{prefix}.address", FieldKind.ADDRESS, address, sheet))
        return InsuredHead(tuple(found), (question.label.box, *(line.box for line in lines[: town + 1])))
    return InsuredHead()


def _without_country(line: Segment, sheet: Sheet) -> Segment:
    """Return a line without the country's letter before its postal code, which may stand apart from it."""
    if line.words[0].text not in _COUNTRY:
        return line
    if len(line.words) > 1:
        return line.cut(1)
    right = [s for s in sheet.segments if same_row(s.box, line.box) and s.box.left >= line.box.right and has_town(s.text)]
    return min(right, key=lambda s: s.box.left, default=line)
