"""Releasing a version: record, deliveries and work in one go, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import StateConflictError
from bridge.domain.lifecycle import DeliveryState, DocumentState, Stage
from bridge.domain.model import Record
from bridge.services.release import release_version
from bridge.store.sql import SqlStore
from tests.deliveries import START, add_document, add_fax, body_of, release


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> SqlStore:
    return SqlStore(sqlite_url, tmp_path)


def test_a_version_has_a_record_and_one_delivery_and_step_per_target(store: SqlStore) -> None:
    document = add_document(store, add_fax(store))
    work = release(store, document, "office", "registry", "office")
    assert [(each.target, each.state) for each in store.deliveries(document.id)] == [
        ("office", DeliveryState.PENDING),
        ("registry", DeliveryState.PENDING),
    ]
    assert {step.delivery_id for step in work} == {each.id for each in store.deliveries(document.id)}
    assert {step.stage for step in work} == {Stage.DELIVER}
    released = store.document(document.id)
    assert (released.state, released.version) == (DocumentState.RELEASED, 1)
    assert store.record(document.id, 1).idempotency_key == f"{document.id}:1"


def test_a_document_that_would_go_nowhere_is_not_released(store: SqlStore) -> None:
    document = add_document(store, add_fax(store))
    with pytest.raises(ValueError, match="target"), store.begin() as tx:
        release_version(tx, document, Record(document.id, 1, body_of(document, 1), START), [], START)
    assert store.document(document.id).state is DocumentState.WAITING


def test_versions_follow_one_another(store: SqlStore) -> None:
    document = add_document(store, add_fax(store))
    with pytest.raises(ValueError, match="next version"), store.begin() as tx:
        release_version(tx, document, Record(document.id, 2, body_of(document, 2), START), ["office"], START)


def test_whoever_comes_second_with_the_same_version_changes_nothing(store: SqlStore) -> None:
    document = add_document(store, add_fax(store))
    release(store, document)
    with pytest.raises(StateConflictError), store.begin() as tx:
        release_version(tx, document, Record(document.id, 1, body_of(document, 1), START), ["office"], START)
    assert len(store.deliveries(document.id)) == 1
