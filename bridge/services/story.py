"""The story of a fax as sentences: which one tells what happened, when, and what is to be filled in. The words are the pages' own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, FaxState
from bridge.domain.model import Delivery, Event, JsonObject, JsonValue, Receipt
from bridge.domain.people import Action

_UNNAMED: Final = "–"
_RESTING: Final = frozenset(state.value for state in FAILED | {FaxState.CLOSED, FaxState.DECIDED})
_BEGINNINGS: Final = frozenset({FaxState.RECEIVED.value, FaxState.UNPACKED.value})
# Steps of reading between two that a person asks about: where a fax is stuck in one, its state says so.
_BETWEEN: Final = frozenset({FaxState.UNPACKED.value, FaxState.LAID_OUT.value, FaxState.LOCATED.value, FaxState.READ.value})
_CHANNELS: Final = frozenset({"smtp", "http"})
_OUTCOMES: Final = frozenset({"confirmed", "corrected"})  # what other outcomes mean, an event of their own tells
_TOLD_ELSEWHERE: Final = frozenset({"rejected", "closed", "replaced", "withdrawn"})
# The log lists every look and every step of a draft; the story tells what came of them.
_NOT_TOLD: Final = frozenset({"fax seen", "document opened", "draft changed"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: the `key` of its text, the values that fill it in, and what a person or target said, word for word."""

    at: datetime
    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What sentences refer to."""

    names: Mapping[str, str]
    withdrawals: frozenset[str]
    receipts: Mapping[str, Receipt]

    def name(self, key: JsonValue) -> str:
        return self.names.get(key, _UNNAMED) if isinstance(key, str) else _UNNAMED

    def fields(self, paths: Iterable[JsonValue]) -> str:
        """Return the names of fields, each once."""
        return ", ".join(dict.fromkeys(self.names.get(str(path), str(path)) for path in paths))


def told(
    events: Sequence[Event],
    actions: Sequence[Action],
    deliveries: Sequence[Delivery],
    receipts: Sequence[Receipt],
    names: Mapping[str, str],
) -> list[Sentence]:
    """Return a fax's story, oldest first; `names` are those of people and documents by id, and of fields by path."""
    withdrawals = frozenset(delivery.id for delivery in deliveries if delivery.is_withdrawal)
    known = _Known(names, withdrawals, {receipt.delivery_id: receipt for receipt in receipts})
    sentences = [sentence for event in events for sentence in _of_event(event, known)]
    sentences += [_of_action(action, known) for action in actions if action.what not in _NOT_TOLD]
    return sorted(sentences, key=lambda sentence: sentence.at)


def phrase_key(phrase: str) -> str:
    """Return the last part of a text's key for a fixed phrase of events or actions: "follow-up closed" is `follow_up_closed`."""
    return phrase.replace("-", "_").replace(" ", "_")


def _of_event(event: Event, known: _Known) -> Iterator[Sentence]:
    tell = _TELLERS.get(event.what)
    if tell is None:
        yield Sentence(event.at, "other")
        return
    for key, values in tell(event.detail, known):
        yield Sentence(event.at, key, values, _quoted(event.detail) if event.what in _QUOTING else None)


def _of_action(action: Action, known: _Known) -> Sentence:
    values: dict[str, str | int] = {"who": known.name(action.person_id), "document": known.name(action.document_id)}
    changed = action.detail.get("changed")
    if isinstance(changed, list) and changed:
        return Sentence(action.at, "did.document_corrected", {**values, "fields": known.fields(changed)})
    key = phrase_key(action.what)
    return Sentence(action.at, f"did.{key}" if key in PERSONAL else "did.other", values)


def _quoted(detail: JsonObject) -> str | None:
    reason = detail.get("reason")
    return reason if isinstance(reason, str) else None


_Told = Iterable[tuple[str, Mapping[str, str | int]]]
_Teller = Callable[[JsonObject, _Known], _Told]


def _fax_added(detail: JsonObject, _: _Known) -> _Told:
    channel = str(detail.get("channel"))
    yield f"arrived.{channel if channel in _CHANNELS else 'other'}", {}


def _fax_moved(detail: JsonObject, _: _Known) -> _Told:
    old, new = str(detail.get("from")), str(detail.get("to"))
    if old in _RESTING and new in _BEGINNINGS:
        yield "read_again", {}
    elif new not in _BETWEEN:
        yield f"fax.{new}", {}


def _mail_had_problems(detail: JsonObject, _: _Known) -> _Told:
    kinds = detail.get("kinds")
    for kind, count in kinds.items() if isinstance(kinds, dict) else ():
        yield f"mail.{kind if kind in MAIL_PROBLEMS else 'other'}", {"count": _number(count)}


def _document_added(detail: JsonObject, known: _Known) -> _Told:
    yield "found", _document(detail, known)


def _document_moved(detail: JsonObject, known: _Known) -> _Told:
    """Tell a change of state, and a next version; a document that was only written anew has no story."""
    old, new = detail.get("from"), detail.get("to")
    if new == old and new != DocumentState.RELEASED.value:
        return
    yield f"document.{new}", {**_document(detail, known), "version": _number(detail.get("version"))}


def _review_opened(detail: JsonObject, known: _Known) -> _Told:
    yield ("asked_after_sending" if detail.get("is_follow_up") else "asked"), _document(detail, known)


def _review_closed(detail: JsonObject, known: _Known) -> _Told:
    outcome = str(detail.get("outcome"))
    if outcome not in _TOLD_ELSEWHERE:
        yield f"answered.{outcome if outcome in _OUTCOMES else 'other'}", _document(detail, known)


def _released_without_required(detail: JsonObject, known: _Known) -> _Told:
    missing = detail.get("missing")
    yield "without_required", {**_document(detail, known), "missing": known.fields(missing if isinstance(missing, list) else [])}


def _follow_up_closed(detail: JsonObject, known: _Known) -> _Told:
    yield "question_closed", _document(detail, known)


def _document_withdrawn(detail: JsonObject, known: _Known) -> _Told:
    reason = str(detail.get("reason"))
    yield f"withdrawn.{reason if reason in WITHDRAWN_BECAUSE else 'other'}", _document(detail, known)


def _delivery_added(detail: JsonObject, known: _Known) -> _Told:
    is_withdrawal = detail.get("delivery") in known.withdrawals
    yield ("telling_withdrawal" if is_withdrawal else "sending"), {**_document(detail, known), **_target(detail)}


def _delivery_moved(detail: JsonObject, known: _Known) -> _Told:
    new, delivery = str(detail.get("to")), str(detail.get("delivery"))
    receipt = known.receipts.get(delivery)
    if new == DeliveryState.DELIVERED.value and receipt is not None and receipt.receiver_id:
        yield "delivery.received_as", {**_target(detail), "number": receipt.receiver_id}
    else:
        yield f"delivery.{new}", _target(detail)


def _page_closed(detail: JsonObject, _: _Known) -> _Told:
    yield "page_closed", {"page": _number(detail.get("page"))}


def _nothing(_: JsonObject, __: _Known) -> _Told:
    return ()


def _always(key: str) -> _Teller:
    return lambda _, __: ((key, {}),)


def _document(detail: JsonObject, known: _Known) -> Mapping[str, str | int]:
    return {"document": known.name(detail.get("document"))}


def _target(detail: JsonObject) -> Mapping[str, str | int]:
    return {"target": str(detail.get("target") or _UNNAMED)}


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0


_TELLERS: Final[Mapping[str, _Teller]] = {
    "fax added": _fax_added,
    "fax moved": _fax_moved,
    "mail had problems": _mail_had_problems,
    "fax rearranged": _always("rearranged"),
    "results forgotten": _always("results_forgotten"),
    "document added": _document_added,
    "document moved": _document_moved,
    "review opened": _review_opened,
    "review closed": _review_closed,
    "released without required": _released_without_required,
    "follow-up closed": _follow_up_closed,
    "document withdrawn": _document_withdrawn,
    "delivery added": _delivery_added,
    "delivery moved": _delivery_moved,
    "work quarantined": _always("put_aside"),
    "work forgotten": _nothing,  # bookkeeping of what is told beside it: read again, or closed
    "page closed": _page_closed,
}
_QUOTING: Final = frozenset({"follow-up closed", "delivery moved", "page closed"})  # their `reason` is a sentence, not a fixed word
MAIL_PROBLEMS: Final = frozenset(
    {
        "part_left_aside",
        "too_many_parts",
        "nested_too_deep",
        "header_too_long",
        "content_elsewhere",
        "parts_outside_boundary",
        "encoding_unknown",
    }
)
WITHDRAWN_BECAUSE: Final = frozenset({"wrong_recipient", "not_confirmed"})
# What people do to a fax, as the log calls it (see `phrase_key`); a test holds the texts against it.
PERSONAL: Final = frozenset(
    {
        "fax_file_taken",
        "fax_printed",
        "fax_read_again",
        "fax_closed",
        "page_closed",
        "document_brought_back",
        "document_withdrawn",
        "document_confirmed",
        "document_postponed",
        "document_handed_over",
        "document_rejected",
        "question_closed",
    }
)
