"""What a person has said of each field of a document, by the steps of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bridge.domain.desk import Step, StepKind
from bridge.domain.sheet import Answer
from bridge.services.drafting import LIST, row_of

STRUCTURE: Final = frozenset({StepKind.TYPE, StepKind.ROW_INSERTED, StepKind.ROW_DELETED})
_ANSWERS: Final[Mapping[StepKind, Answer]] = {
    StepKind.VALUE: Answer.TYPED,
    StepKind.CONFIRMED: Answer.CONFIRMED,
    StepKind.ABSENT: Answer.ABSENT,
    StepKind.UNREADABLE: Answer.UNREADABLE,
}
_HALVES: Final[Mapping[str, str]] = {"name": "code", "code": "name"}


def without_value(steps: Sequence[Step]) -> frozenset[str]:
    """Return the paths of which a person has said that they do not stand on the fax or cannot be read, and has not said otherwise since."""
    return frozenset(path for path, answer in answers_of(steps).items() if answer in {Answer.ABSENT, Answer.UNREADABLE})


def answers_of(steps: Sequence[Step]) -> Mapping[str, Answer]:
    """Return what has been said last of each path.

    Of a code and its name, who changes one leaves the other open again, unless both were said at once: they must not contradict
    each other unseen.
    """
    answers: dict[str, Answer] = {}
    groups: dict[str, str | None] = {}
    for step in steps:
        if step.kind in STRUCTURE:
            answers = _moved(answers, step)
        elif step.path is not None:
            answers[step.path], groups[step.path] = _ANSWERS[step.kind], step.group
            other = other_half(step.path)
            is_apart = step.group is None or groups.get(other) != step.group
            if step.kind is not StepKind.CONFIRMED and is_apart:
                answers.pop(other, None)
    return answers


def other_half(path: str) -> str:
    """Return the name's path of a code, and the code's of a name; of others what no type has."""
    owner, _, leaf = path.rpartition(".")
    return f"{owner}.{_HALVES.get(leaf, '')}"


def _moved(answers: Mapping[str, Answer], step: Step) -> dict[str, Answer]:
    """Return the answers under the paths that they have after rows were inserted or deleted; another type keeps them."""
    if step.kind is StepKind.TYPE:
        return dict(answers)
    moved: dict[str, Answer] = {}
    for path, answer in answers.items():
        steps = path.split(".", 2)
        number = row_of(path)
        if number is None or number < (step.row or 0):
            moved[path] = answer
        elif step.kind is StepKind.ROW_INSERTED:
            moved[f"{LIST}.{number + 1}.{steps[2]}"] = answer
        elif number > (step.row or 0):
            moved[f"{LIST}.{number - 1}.{steps[2]}"] = answer
    return moved
