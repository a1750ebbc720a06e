"""What a decision leads to: who gets the record of a document that may leave, and what waits where nobody would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.bootstrap import House
from bridge.decoders.sandbox import SandboxedDecoder
from bridge.domain.findings import Classification, Decision, Disposition, LocatedDocument, Part
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, Stage, WorkState
from bridge.domain.model import Completeness, Field, Origin, Work
from bridge.domain.routing import Condition, Fact, Routes, Rule
from bridge.readers.tesseract import TesseractPageReader
from bridge.services.reading import LocatedFax
from bridge.services.steps import decide as module
from bridge.services.steps.decide import decide
from bridge.services.steps.locate import LOCATED
from bridge.services.steps.tools import Tools
from bridge.settings import load_settings
from bridge.stages.route import NO_RULE
from bridge.stages.schema import RecordSchemas
from bridge.store.blobs import FolderBlobs
from bridge.store.sql import SqlStore
from tests.deliveries import START, SetClock, add_fax

MEASLES = Field("disease.code", "msvd", "Masern", 0.99, Origin.READ, 1, is_sure=True)
UNSURE_CODE = Field("patient.postal_code", "02826", "02826", 0.4, Origin.READ, 1)
SURE = Decision(Disposition.RELEASE, Completeness.PARTIAL, (MEASLES, UNSURE_CODE), (), "Bitte die Postleitzahl ansehen.")


@pytest.fixture
def decide_by(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Routes], tuple[SqlStore, list[Work]]]:
    """Return the step for a fax with one notification that may leave, under given routes."""

    def run(routes: Routes) -> tuple[SqlStore, list[Work]]:
        store, clock = SqlStore(sqlite_url, tmp_path), SetClock()
        catalog = replace(House(load_settings({})).catalog, routes=routes)
        blobs, window = FolderBlobs(tmp_path / "blobs"), timedelta(days=5)
        schemas = RecordSchemas(catalog.types, catalog.codes)
        tools = Tools(store, blobs, SandboxedDecoder(), TesseractPageReader(), (), clock, catalog, schemas, "http://here", window)
        monkeypatch.setattr(module, "decide_document", lambda *_arguments, **_facts: SURE)
        fax = add_fax(store, FaxState.READ)
        work = Work(new_id(), Stage.DECIDE, fax.id, WorkState.READY, START, START)
        located = LocatedFax((LocatedDocument(Part((1,)), Classification("disease_notification", 0.99), ()),), (), ())
        with store.begin() as tx:
            tx.add_work(work)
            tx.save_result(fax.id, 0, LOCATED, located)
        claim = store.claim(work.id, "me", timedelta(minutes=1), START)
        assert claim is not None
        return store, decide(tools, claim)

    return run


def test_a_document_that_may_leave_goes_where_the_rules_say(decide_by: Callable[[Routes], tuple[SqlStore, list[Work]]]) -> None:
    copy = Rule("Rufbereitschaft", ("on_call",), (Condition(Fact.URGENCY, ("immediate",)),), is_copy=True)
    store, upcoming = decide_by(Routes((copy,), ("office",), immediate=frozenset({"msvd"})))
    [document] = store.documents_in(DocumentState.RELEASED, 10)
    assert [delivery.target for delivery in store.deliveries(document.id)] == ["on_call", "office"]
    assert [work.stage for work in upcoming] == [Stage.DELIVER, Stage.DELIVER]
    [task] = store.open_reviews(10)
    assert (task.reason, task.is_follow_up) == (SURE.reason, True)


def test_rules_go_by_what_leaves_and_not_by_what_is_withheld(decide_by: Callable[[Routes], tuple[SqlStore, list[Work]]]) -> None:
    store, _ = decide_by(Routes((Rule("Görlitz", ("office",), (Condition(Fact.POSTAL_CODE, ("02826",)),)),), ("default",)))
    [document] = store.documents_in(DocumentState.RELEASED, 10)
    assert [delivery.target for delivery in store.deliveries(document.id)] == ["default"]


def test_a_document_that_no_rule_sends_anywhere_waits_for_a_person(decide_by: Callable[[Routes], tuple[SqlStore, list[Work]]]) -> None:
    store, upcoming = decide_by(Routes())
    [document] = store.documents_in(DocumentState.WAITING, 10)
    assert (document.reason, document.completeness, document.version) == (NO_RULE, None, 0)
    assert (upcoming, store.deliveries(document.id), store.records(document.id)) == ([], [], [])
    [task] = store.open_reviews(10)
    assert (task.reason, task.is_follow_up) == (NO_RULE, False)
