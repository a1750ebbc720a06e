"""Sending to SORMAS: a list goes row by row, and a conflict is looked into before a person is troubled with it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from bridge.delivery.sormas.entities import external_id
from bridge.delivery.sormas.exchange import entity_uuid
from bridge.domain.model import JsonObject, JsonValue
from bridge.ports.delivery import Message, RecordSender, SendOutcome, Verdict

_LIST: Final = "case_list"
_UNNUMBERED: Final = (
    "Die Liste wurde berichtigt, hat aber keine eindeutigen laufenden Nummern: welche Person in SORMAS welche Zeile war, ist nicht "
    "sicher. Bitte die Änderungen in SORMAS von Hand nachtragen."
)
_NO_ROWS: Final = "Die Liste hat keine Zeilen: bitte prüfen."
_WORST_FIRST: Final = (Verdict.GONE, Verdict.AGAIN, Verdict.REFUSED)


class SormasSender:
    """Implements `ports.RecordSender` on two others of the same target: one pushes (`Sormas`), one looks (`Look`).

    SORMAS answers 409 to whatever it changed later than the record's time, and saving is a change: after a lost answer our own first
    attempt is the conflict. So what is in conflict is looked at: where SORMAS has this very version, it was taken.
    """

    def __init__(self, push: RecordSender, look: RecordSender) -> None:
        """Take the senders that push and look."""
        self._push, self._look = push, look

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        """Try each message once; a list's outcome is that of its rows together."""
        until = time.monotonic() + seconds
        parts = [_parts(message) for message in messages]
        flat = [part for group in parts if not isinstance(group, SendOutcome) for part in group.values()]
        outcomes = iter(self._looked_into(flat, self._push.send(flat, seconds), until))
        return [
            group if isinstance(group, SendOutcome) else _together({row: (part, next(outcomes)) for row, part in group.items()})
            for group in parts
        ]

    def _looked_into(self, parts: Sequence[Message], outcomes: Sequence[SendOutcome | None], until: float) -> Sequence[SendOutcome | None]:
        conflicts = [at for at, outcome in enumerate(outcomes) if outcome and outcome.status == HTTPStatus.CONFLICT]
        if not conflicts:
            return outcomes
        found = self._look.send([parts[at] for at in conflicts], max(0.0, until - time.monotonic()))
        result = list(outcomes)
        for at, seen in zip(conflicts, found, strict=True):
            result[at] = _seen(parts[at], outcomes[at], seen)
        return result


def _seen(part: Message, outcome: SendOutcome | None, seen: SendOutcome | None) -> SendOutcome | None:
    """Return the outcome of a push that was in conflict, by what was found there."""
    if outcome is None:
        return None
    if seen is None or seen.verdict is Verdict.AGAIN:
        return replace(outcome, verdict=Verdict.AGAIN, error="HTTP 409, and no look at what is there", reason=None)
    if seen.verdict is Verdict.TAKEN and seen.receiver_id == external_id(part.record):
        uuid = entity_uuid(part.record)
        return replace(outcome, verdict=Verdict.TAKEN, error=None, reason=None, receiver_id=uuid, answer=b"", answer_type="")
    return outcome


def _parts(message: Message) -> Mapping[str, Message] | SendOutcome:
    """Return a message for each row of a list, by what names the row; any other as it is.

    A row is named by its running number where all have different ones, else by its place; then a corrected list, whose rows may
    have moved, cannot be sent, for it could make one person's case another's.
    """
    record, rows = message.record, _rows(message.record.body)
    if message.is_withdrawal or record.body.get("type") != _LIST:
        return {"": message}
    if not rows:
        return _unsendable("a list without rows", _NO_ROWS)
    numbers = {str(row["number"]) for row in rows if isinstance(row.get("number"), int)}
    is_numbered = len(numbers) == len(rows)
    if not is_numbered and record.version > 1:
        return _unsendable("a corrected list without running numbers", _UNNUMBERED)
    names = [f"number/{row['number']}" if is_numbered else f"place/{place}" for place, row in enumerate(rows, 1)]
    return {name: _part(message, name, row) for name, row in zip(names, rows, strict=True)}


def _part(message: Message, name: str, row: JsonObject) -> Message:
    record = message.record
    data: JsonValue = {**_data(record.body), "rows": [row]}
    body = {**record.body, "data": data}
    return replace(message, record=replace(record, document_id=f"{record.document_id}/{name}", body=body))


def _together(parts: Mapping[str, tuple[Message, SendOutcome | None]]) -> SendOutcome | None:
    """Return the outcome of a message by those of its parts: the worst counts, and what SORMAS has is told by row."""
    outcomes = {row: outcome for row, (_, outcome) in parts.items() if outcome is not None}
    if not outcomes:
        return None
    if "" in outcomes:
        return outcomes[""]
    worst = next((bad for verdict in _WORST_FIRST for bad in outcomes.values() if bad.verdict is verdict), None)
    first = worst or next(iter(outcomes.values()))
    total = replace(first, seconds=sum(outcome.seconds for outcome in outcomes.values()))
    if worst is None and len(outcomes) < len(parts):
        return replace(total, verdict=Verdict.AGAIN, error="not all rows were tried in time", receiver_id=None)
    if worst is None:
        taken = {row: outcome.receiver_id for row, outcome in outcomes.items()}
        return replace(total, answer=json.dumps(taken).encode(), answer_type="application/json")
    refused = [row.rpartition("/")[2] for row, outcome in outcomes.items() if outcome.verdict is worst.verdict]
    error = f"{worst.error} (rows {', '.join(refused)} of {len(parts)})"
    told = f"Zeile {', '.join(refused)} der Liste: {worst.reason}" if worst.reason else None
    return replace(total, error=error, reason=told)


def _unsendable(error: str, reason: str) -> SendOutcome:
    return SendOutcome(Verdict.REFUSED, None, f"cannot be sent: {error}", 0.0, "", reason=reason)


def _rows(body: JsonObject) -> list[JsonObject]:
    rows = _data(body).get("rows")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _data(body: JsonObject) -> JsonObject:
    data = body.get("data")
    return data if isinstance(data, dict) else {}
