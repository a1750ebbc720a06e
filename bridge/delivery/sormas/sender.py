"""Sending to SORMAS: a list goes row by row, and a conflict is looked into before a person is troubled with it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bridge.delivery.dialect import JSON, Dialect, UnsendableError
from bridge.delivery.sormas.entities import external_id
from bridge.delivery.sormas.exchange import ABSENT, CONFLICT, UNTOUCHED, Look, Sormas, entity_uuid
from bridge.domain.model import JsonObject, JsonValue
from bridge.domain.targets import Target
from bridge.ports.delivery import Message, RecordSender, SendOutcome, Verdict

_LIST: Final = "case_list"
_UNNUMBERED: Final = (
    "Die Liste wurde berichtigt, hat aber keine eindeutigen laufenden Nummern: welche Person in SORMAS welche Zeile war, ist nicht "
    "sicher. Bitte die Änderungen in SORMAS von Hand nachtragen."
)
_AT_ONCE: Final = 16
_LAST_LOOK: Final = 1.0  # seconds in which a look may still be begun, or what was pushed last would be pushed for ever
_NO_ROWS: Final = "Die Liste hat keine Zeilen: bitte prüfen."
_PUSH: Final = SendOutcome(Verdict.AGAIN, None, "to be pushed", 0.0, "")
_WORST_FIRST: Final = (Verdict.GONE, Verdict.AGAIN, Verdict.REFUSED)


class SormasSender:
    """Implements `ports.RecordSender` on others of the same target, one for each thing that is asked of SORMAS.

    SORMAS refuses by 409 whatever is older than what it has, and saving counts as a change: after a lost answer, our own first
    attempt is the conflict. So what is in conflict is looked at, and where SORMAS has this very version, it was taken.
    A push replaces all of a case, also what a person has entered there meanwhile, and is refused only if that was after the record's
    time. So a correction is pushed only where nobody has touched case and person since they were created; else a person decides.
    """

    def __init__(self, target: Target, names: Mapping[str, str], sender_of: Callable[[Dialect], RecordSender]) -> None:
        """Take the target, DEMIS codes by printed name, and what sends in a dialect to it. Raises ConfigurationError."""
        self._push, self._look = sender_of(Sormas(target, names)), sender_of(Look(target))
        self._look_at_person = sender_of(Look(target, of_person=True))
        self._taken: dict[str, SendOutcome] = {}  # rows of lists that are not through yet

    def send(self, messages: Sequence[Message], seconds: float) -> Sequence[SendOutcome | None]:
        """Try each message once; a list's outcome is that of its rows together."""
        groups = [_parts_or_refusal(message) for message in messages]
        parts = [part for group in groups if not isinstance(group, SendOutcome) for part in group.values()]
        outcomes = self._try(parts, time.monotonic() + seconds)
        wholes = [group if isinstance(group, SendOutcome) else _together(_of(group, outcomes)) for group in groups]
        for group, whole in zip(groups, wholes, strict=True):
            if not isinstance(group, SendOutcome) and whole is not None and whole.verdict is not Verdict.AGAIN:
                for part in group.values():
                    self._taken.pop(_key(part), None)
        return wholes

    def _try(self, parts: Sequence[Message], until: float) -> Mapping[str, SendOutcome | None]:
        """Try parts, a few at a time, and remember which were taken, for a long list needs more than one turn; return outcomes by key."""
        outcomes: dict[str, SendOutcome | None] = {key: self._taken[key] for key in map(_key, parts) if key in self._taken}
        open_parts = [part for part in parts if _key(part) not in outcomes]
        for start in range(0, len(open_parts), _AT_ONCE):
            few = open_parts[start : start + _AT_ONCE]
            outcomes |= zip(map(_key, few), self._try_few(few, until), strict=True)
            self._taken |= {key: outcome for key, outcome in outcomes.items() if outcome and outcome.verdict is Verdict.TAKEN}
        return outcomes

    def _try_few(self, parts: Sequence[Message], until: float) -> Sequence[SendOutcome | None]:
        outcomes = self._look_before_correcting(parts, until)
        ready = [at for at in range(len(parts)) if at not in outcomes]
        pushed = dict(zip(ready, self._push.send([parts[at] for at in ready], _left(until)), strict=True))
        conflicts = [at for at, outcome in pushed.items() if outcome and outcome.reason == CONFLICT]
        seen = self._look.send([parts[at] for at in conflicts], max(_left(until), _LAST_LOOK))
        outcomes |= pushed | {at: _resolved(parts[at], pushed[at], there) for at, there in zip(conflicts, seen, strict=True)}
        return [outcomes[at] for at in range(len(parts))]

    def _look_before_correcting(self, parts: Sequence[Message], until: float) -> dict[int, SendOutcome | None]:
        """Return the outcomes of those corrections that are not to be pushed, by their place among `parts`."""
        places = [at for at, part in enumerate(parts) if part.record.version > 1 and not part.is_withdrawal]
        corrections = [parts[at] for at in places]
        cores, persons = (look.send(corrections, _left(until)) for look in (self._look, self._look_at_person))
        found = zip(places, corrections, cores, persons, strict=True)
        instead = {at: _instead_of_correcting(part, core, person) for at, part, core, person in found}
        return {at: outcome for at, outcome in instead.items() if outcome is not _PUSH}


def _key(part: Message) -> str:
    return part.record.idempotency_key


def _of(group: Mapping[str, Message], outcomes: Mapping[str, SendOutcome | None]) -> Mapping[str, SendOutcome | None]:
    return {name: outcomes[_key(part)] for name, part in group.items()}


def _instead_of_correcting(part: Message, core: SendOutcome | None, person: SendOutcome | None) -> SendOutcome | None:
    """Return the outcome of a correction by what SORMAS has, `_PUSH` where it may be pushed."""
    if core is None or person is None:
        return None
    unseen = [there for there in (core, person) if there.verdict is not Verdict.TAKEN]
    if unseen:
        return unseen[0]
    if core.receiver_id == external_id(part.record):
        return _taken(core, part)
    if {core.answer, person.answer} <= {ABSENT, UNTOUCHED}:
        return _PUSH
    return replace(
        core,
        verdict=Verdict.REFUSED,
        status=None,
        error="changed there since it was created",
        receiver_id=None,
        reason=CONFLICT,
        answer=b"",
    )


def _resolved(part: Message, conflict: SendOutcome | None, there: SendOutcome | None) -> SendOutcome | None:
    """Return the outcome of a push that was in conflict, by what SORMAS has."""
    if conflict is None:
        return None
    if there is None or there.verdict is Verdict.AGAIN:
        wait = None if there is None else there.retry_after
        return replace(conflict, verdict=Verdict.AGAIN, error="a conflict, and no look at what is there", reason=None, retry_after=wait)
    if there.verdict is Verdict.TAKEN and there.receiver_id == external_id(part.record):
        return _taken(conflict, part)
    return conflict


def _taken(outcome: SendOutcome, part: Message) -> SendOutcome:
    uuid = entity_uuid(part.record)
    return replace(outcome, verdict=Verdict.TAKEN, error=None, receiver_id=uuid, reason=None, answer=b"", answer_type="")


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())


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
        return None  # those that were taken are remembered, the others come next
    taken = {name: outcome.receiver_id for name, outcome in tried.items()}
    return replace(first, answer=json.dumps(taken).encode(), answer_type=JSON)


def _of_the_worst(worst: SendOutcome, tried: Mapping[str, SendOutcome], seconds: float) -> SendOutcome:
    """Return the worst outcome with the rows of each reason in its `reason`, and all rows as bad in its `error`."""
    alike = {name.rpartition("/")[2]: outcome.reason for name, outcome in tried.items() if outcome.verdict is worst.verdict}
    reasons = dict.fromkeys(reason for reason in alike.values() if reason)
    told = [f"Zeile {', '.join(row for row, why in alike.items() if why == reason)} der Liste: {reason}" for reason in reasons]
    asked = [outcome.retry_after for outcome in tried.values() if outcome.retry_after is not None]
    error = f"{worst.error} (rows {', '.join(alike)})"
    return replace(worst, seconds=seconds, error=error, reason=" ".join(told) or None, retry_after=max(asked, default=None))


def _rows(body: JsonObject) -> list[JsonObject]:
    rows = _data(body).get("rows")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _data(body: JsonObject) -> JsonObject:
    data = body.get("data")
    return data if isinstance(data, dict) else {}
