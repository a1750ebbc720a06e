"""Ids: UUIDv7 (RFC 9562), so that they sort by the time they were made."""

from __future__ import annotations

from datetime import datetime

import uuid_utils


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid_utils.uuid7())


def first_id(moment: datetime) -> str:
    """Return what is no greater than any id made at `moment` or later, and greater than all before (to the millisecond)."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"
