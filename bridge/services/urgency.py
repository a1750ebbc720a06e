"""When a document is due that waits for a person, and whether it must not wait at all."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bridge.domain.desk import DEADLINE
from bridge.domain.ids import new_id
from bridge.domain.model import Document, Fax, ReviewTask
from bridge.domain.routing import Routes, Urgency

_CODES: Final = frozenset({"disease.code", "pathogen.code"})


def review_task(document: Document, fax: Fax, reason: str, now: datetime, routes: Routes, *, is_follow_up: bool = False) -> ReviewTask:
    """Return the task of looking at the document, due 24 hours after its fax came, urgent where its disease or pathogen is."""
    codes = [str(field.value) for field in document.fields if field.path in _CODES]
    return ReviewTask(
        new_id(),
        document.id,
        fax.id,
        reason,
        now,
        is_follow_up=is_follow_up,
        due_at=due_at(fax),
        is_urgent=any(routes.urgency_of(code) is Urgency.IMMEDIATE for code in codes),
    )


def due_at(fax: Fax) -> datetime:
    """Return when what stands on the fax is due."""
    return (fax.sent_at or fax.received_at) + DEADLINE
