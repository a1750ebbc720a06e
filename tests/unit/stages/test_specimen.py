"""A made-up record is whole, as its schema promises, and of nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridge.catalog import load_catalog
from bridge.stages.schema import RecordSchemas
from bridge.stages.specimen import specimen
from tests.conftest import REPOSITORY

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CATALOG = load_catalog(REPOSITORY / "config", {}, 0.01)
KINDS = [kind for kind in CATALOG.types.values() if kind.has_record]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_type_has_one_that_keeps_its_promise(kind):
    body = specimen(kind, CATALOG.codes, AT, "https://bridge.example")
    assert RecordSchemas(CATALOG.types, CATALOG.codes).violations(body) == ()
    assert body["fax"]["mailbox"] == "probe"
    assert body == specimen(kind, CATALOG.codes, AT, "https://bridge.example")
