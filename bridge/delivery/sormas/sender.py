"""Sending to SORMAS: a list goes row by row, and a conflict is looked into before a person is troubled with it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from bridge.delivery.dialect import JSON, UnsendableError
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
        groups = [_parts_or_refusal(message) for message in messages]
        parts = [part for group in groups if not isinstance(group, SendOutcome) for part in group.values()]
        outcomes = iter(self._looked_into(parts, self._push.send(parts, seconds), until))
        return [group if isinstance(group, SendOutcome) else _together({name: next(outcomes) for name in group}) for group in groups]

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


def parts_of(message: Message) -> Mapping[str, Message]:
    """Return a message for each row of a list, by what names the row; any other as it is. Raises UnsendableError.

    A row is named by its running number where all have different ones, else by its place; then a corrected list, whose rows may
    have moved, cannot be sent, for it could make one person's case another's.
    """
    record = message.record
    if message.is_withdrawal or record.body.get("type") != _LIST:
        return {"": message}
    rows = _rows(record.body)
    numbers = {row["number"] for row in rows if isinstance(row.get("number"), int)}
    is_numbered = len(numbers) == len(rows)
    if not rows:
        raise UnsendableError("a list without rows", _NO_ROWS)
    if not is_numbered and record.version > 1:
        raise UnsendableError("a corrected list without running numbers", _UNNUMBERED)
    names = [f"number/{row['number']}" if is_numbered else f"place/{place}" for place, row in enumerate(rows, 1)]
    return {name: _part(message, name, row) for name, row in zip(names, rows, strict=True)}


def _part(message: Message, name: str, row: JsonObject) -> Message:
    record = message.record
    data: JsonValue = {**_data(record.body), "rows": [row]}
    identified = replace(record, document_id=f"{record.document_id}/{name}", body={**record.body, "data": data})
    return replace(message, record=identified)


def _parts_or_refusal(message: Message) -> Mapping[str, Message] | SendOutcome:
    try:
        return parts_of(message)
    except UnsendableError as error:
        return SendOutcome(Verdict.REFUSED, None, f"cannot be sent: {error}", 0.0, "", reason=error.reason)


def _together(outcomes: Mapping[str, SendOutcome | None]) -> SendOutcome | None:
    """Return the outcome of a message by those of its parts: the worst counts, and names the rows it holds for."""
    tried = {name: outcome for name, outcome in outcomes.items() if outcome is not None}
    if not tried or "" in tried:
        return tried.get("")
    worst = next((outcome for verdict in _WORST_FIRST for outcome in tried.values() if outcome.verdict is verdict), None)
    seconds = sum(outcome.seconds for outcome in tried.values())
    if worst is not None:
        return _of_the_worst(worst, tried, seconds)
    first = replace(next(iter(tried.values())), seconds=seconds)
    if len(tried) < len(outcomes):
        return replace(first, verdict=Verdict.AGAIN, error="not all rows were tried in time", receiver_id=None)
    taken = {name: outcome.receiver_id for name, outcome in tried.items()}
    return replace(first, answer=json.dumps(taken).encode(), answer_type=JSON)


def _of_the_worst(worst: SendOutcome, tried: Mapping[str, SendOutcome], seconds: float) -> SendOutcome:
    """Return the worst outcome with the rows of each reason in its `reason`, and all rows as bad in its `error`."""
    alike = {name.rpartition("/")[2]: outcome.reason for name, outcome in tried.items() if outcome.verdict is worst.verdict}
    reasons = dict.fromkeys(reason for reason in alike.values() if reason)
    told = [f"Zeile {', '.join(row for row, why in alike.items() if why == reason)} der Liste: {reason}" for reason in reasons]
    return replace(worst, seconds=seconds, error=f"{worst.error} (rows {', '.join(alike)})", reason=" ".join(told) or None)


def _rows(body: JsonObject) -> list[JsonObject]:
    rows = _data(body).get("rows")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _data(body: JsonObject) -> JsonObject:
    data = body.get("data")
    return data if isinstance(data, dict) else {}
