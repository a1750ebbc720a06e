"""Ids: UUIDv7 (RFC 9562), so that they sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid_utils.uuid7())
