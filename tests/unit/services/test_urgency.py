"""When what waits is due, and what must not wait at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import Document, Fax
from bridge.domain.routing import Routes
from bridge.services.urgency import due_at, review_task
from tests.deliveries import START, name_field

DAY = timedelta(hours=24)
FAX = Fax("f", "e", "office", "smtp", 1, FaxState.DECIDED, START)
ROUTES = Routes(default=("office",), targets=frozenset({"office"}), immediate=frozenset({"msvd"}))


def document(path: str, code: str) -> Document:
    return Document("d", "f", 1, "letter", 0.9, (1,), DocumentState.WAITING, (name_field(code, path),))


def test_it_is_due_a_day_after_it_came_by_the_fax_servers_time_where_that_is_known() -> None:
    assert due_at(FAX) == START + DAY
    assert due_at(replace(FAX, sent_at=START - timedelta(hours=1))) == START - timedelta(hours=1) + DAY


@pytest.mark.parametrize(
    ("path", "code", "is_urgent"),
    [("disease.code", "msvd", True), ("pathogen.code", "msvd", True), ("disease.code", "other", False), ("disease.name", "msvd", False)],
)
def test_urgent_is_what_the_rules_call_so(path: str, code: str, is_urgent: bool) -> None:
    task = review_task(document(path, code), FAX, "Bitte prüfen.", START, ROUTES)
    assert (task.is_urgent, task.due_at, task.created_at, task.is_follow_up) == (is_urgent, START + DAY, START, False)
