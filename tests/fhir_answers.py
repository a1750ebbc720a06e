"""Checks answers against the FHIR Questionnaire they answer; part of fhir_profiles.py, which says what is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

ANSWERS = {"choice": "valueCoding", "reference": "valueReference", "date": "valueDate", "text": "valueString", "string": "valueString"}


class Answers:
    """The answers of one QuestionnaireResponse; `fail` takes path and problem, `check_value` looks at codings and references."""

    def __init__(
        self,
        response: Mapping[str, Any],
        fail: Callable[[str, str], None],
        check_value: Callable[[Mapping[str, Any], Mapping[str, Any], str], None],
    ) -> None:
        self.given = {item["linkId"]: item for item in items_of(response)}
        self.fail, self.check_value = fail, check_value

    def check(self, questions: list[dict[str, Any]], items: list[dict[str, Any]], path: str) -> None:
        known = {question["linkId"]: question for question in questions}
        for item in items:
            question = known.get(item["linkId"])
            if question is None:
                self.fail(path, f"answers what is not asked there: {item['linkId']}")
                continue
            self._item(question, item, f"{path}/{item['linkId']}")
        for link_id, question in known.items():
            if question.get("required") and _is_asked(question, self.given) and link_id not in {item["linkId"] for item in items}:
                self.fail(path, f"leaves a required question out: {link_id}")

    def _item(self, question: Mapping[str, Any], item: Mapping[str, Any], path: str) -> None:
        if not _is_asked(question, self.given):
            self.fail(path, "is not asked after the answers given")
        below = question.get("item", [])
        if question["type"] == "group":
            self.check(below, item.get("item", []), path)
            return
        if not item.get("answer"):
            self.fail(path, "has no answer")
        for answer in item.get("answer", []):
            self._answer(question, answer, path)
            self.check(below, answer.get("item", []), path)

    def _answer(self, question: Mapping[str, Any], answer: Mapping[str, Any], path: str) -> None:
        wanted = ANSWERS[question["type"]]
        if wanted not in answer:
            self.fail(path, f"must be answered by a {wanted}")
            return
        if isinstance(answer[wanted], dict):
            self.check_value(question, answer[wanted], path)


def items_of(holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in holder.get("item", []):
        yield item
        yield from items_of(item)
        for answer in item.get("answer", []):
            yield from items_of(answer)


def _is_asked(question: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    conditions = question.get("enableWhen", [])
    met = []
    for condition in conditions:
        answers = given.get(condition["question"], {}).get("answer", [])
        wanted = condition.get("answerCoding", {})
        met.append(any(holds({k: wanted[k] for k in ("system", "code") if k in wanted}, a.get("valueCoding")) for a in answers))
    return (any(met) if question.get("enableBehavior") == "any" else all(met)) if conditions else True


def holds(wanted: Any, found: Any) -> bool:
    """Tell whether `found` has all of `wanted` (FHIR's pattern[x])."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(holds(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(holds(one, other) for other in found) for one in wanted)
    return bool(wanted == found)
