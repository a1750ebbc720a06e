"""Every state and every allowed transition. Nowhere else is it decided what may follow what.

A *fax* moves through the stages; a *document* is what a person or agency sees; *work* is one leased step of either;
a *delivery* is one record version on its way to one target. Terminal and waiting states are told apart here too,
because the ledger (`bridge status`) is closed when every page stands in one of `SETTLED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from bridge.domain.errors import IllegalTransitionError


class Stage(StrEnum):
    """One step of a fax's life; each names a Celery task and a row of `bridge status`."""

    UNPACK = "unpack"  # per fax group: the envelope's mail into originals
    DECODE = "decode"  # per fax: original into page images
    LAYOUT = "layout"  # per page: clean, words, rules, marks
    LOCATE = "locate"  # per fax: split, classify, locate
    READ_VALUES = "read_values"  # per page: every crop by every reader
    DECIDE = "decide"  # per fax: validate, decide, release
    DELIVER = "deliver"  # per delivery


READING: Final = frozenset(Stage) - {Stage.DELIVER}  # the stages whose rings share one queue; deliveries have their own


class FaxState(StrEnum):
    """Where a fax stands. The failure states carry a German reason and wait for a person."""

    RECEIVED = "received"
    UNPACKED = "unpacked"
    DECODED = "decoded"
    LAID_OUT = "laid_out"
    LOCATED = "located"
    READ = "read"
    DECIDED = "decided"  # from here on its documents tell the story
    NO_CONTENT = "no_content"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    QUARANTINED = "quarantined"
    CLOSED = "closed"  # a person has dealt with a failed fax


FAILED: Final = frozenset(
    {
        FaxState.NO_CONTENT,
        FaxState.UNREADABLE,
        FaxState.ENCRYPTED,
        FaxState.UNSUPPORTED,
        FaxState.TOO_LARGE,
        FaxState.QUARANTINED,
    }
)


class PageState(StrEnum):
    """Where a page stands. `MISSING` was announced by the sender but never came."""

    DECODED = "decoded"
    LAID_OUT = "laid_out"
    READ = "read"
    QUARANTINED = "quarantined"
    CLOSED = "closed"  # a person has dealt with a page that could not be read
    MISSING = "missing"


class DocumentState(StrEnum):
    """Where a document stands."""

    WAITING = "waiting"  # for a person
    RELEASED = "released"  # its record is on the way (see its deliveries)
    DELIVERED = "delivered"  # every target has given a receipt
    FILED = "filed"  # advertisement: listed, can be brought back
    REJECTED = "rejected"  # by a person; one that had been sent is withdrawn first
    REPLACED = "replaced"  # by a replay of the fax; its successor stands beside it


class WorkState(StrEnum):
    """Where one leased step stands."""

    READY = "ready"
    CLAIMED = "claimed"
    DONE = "done"
    QUARANTINED = "quarantined"


class DeliveryState(StrEnum):
    """Where one record version for one target stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"  # dead letter: waits for a person
    DISCARDED = "discarded"  # by a person, with a reason, or replaced before anything of it was sent


_RECEIVED_FAILURES: Final = frozenset(
    {FaxState.NO_CONTENT, FaxState.UNREADABLE, FaxState.UNSUPPORTED, FaxState.TOO_LARGE, FaxState.ENCRYPTED, FaxState.QUARANTINED}
)

_FAX: Final[dict[FaxState, frozenset[FaxState]]] = {
    FaxState.RECEIVED: frozenset({FaxState.UNPACKED}) | _RECEIVED_FAILURES,
    FaxState.UNPACKED: frozenset({FaxState.DECODED}) | (_RECEIVED_FAILURES - {FaxState.NO_CONTENT}),
    FaxState.DECODED: frozenset({FaxState.LAID_OUT, FaxState.QUARANTINED}),
    FaxState.LAID_OUT: frozenset({FaxState.LOCATED, FaxState.READ, FaxState.QUARANTINED}),
    FaxState.LOCATED: frozenset({FaxState.READ, FaxState.QUARANTINED}),
    FaxState.READ: frozenset({FaxState.DECIDED, FaxState.QUARANTINED}),
    # read again: from the original, or from the pages as they are where a person has turned or parted them
    FaxState.DECIDED: frozenset({FaxState.UNPACKED, FaxState.DECODED, FaxState.LAID_OUT}),
    **{failed: frozenset({FaxState.RECEIVED, FaxState.UNPACKED, FaxState.CLOSED}) for failed in FAILED},
    FaxState.CLOSED: frozenset({FaxState.RECEIVED, FaxState.UNPACKED}),
}
_READ_AGAIN: Final = frozenset({PageState.DECODED, PageState.LAID_OUT})
_PAGE: Final[dict[PageState, frozenset[PageState]]] = {
    PageState.DECODED: frozenset({PageState.LAID_OUT, PageState.QUARANTINED}),
    PageState.LAID_OUT: frozenset({PageState.READ, PageState.QUARANTINED}),
    PageState.READ: _READ_AGAIN,
    PageState.QUARANTINED: frozenset({PageState.CLOSED}) | _READ_AGAIN,
    PageState.CLOSED: _READ_AGAIN,
    PageState.MISSING: frozenset(),
}
_DOCUMENT: Final[dict[DocumentState, frozenset[DocumentState]]] = {
    DocumentState.WAITING: frozenset({DocumentState.RELEASED, DocumentState.REJECTED, DocumentState.FILED, DocumentState.REPLACED}),
    DocumentState.RELEASED: frozenset({DocumentState.DELIVERED, DocumentState.WAITING, DocumentState.REJECTED}),
    DocumentState.DELIVERED: frozenset({DocumentState.RELEASED, DocumentState.WAITING}),
    DocumentState.FILED: frozenset({DocumentState.WAITING, DocumentState.REPLACED}),
    DocumentState.REJECTED: frozenset({DocumentState.WAITING, DocumentState.REPLACED}),
    DocumentState.REPLACED: frozenset(),
}
_WORK: Final[dict[WorkState, frozenset[WorkState]]] = {
    WorkState.READY: frozenset({WorkState.CLAIMED}),
    WorkState.CLAIMED: frozenset({WorkState.READY, WorkState.DONE, WorkState.QUARANTINED}),
    WorkState.DONE: frozenset(),
    WorkState.QUARANTINED: frozenset(),
}
_DELIVERY: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    DeliveryState.PENDING: frozenset({DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.DISCARDED}),
    DeliveryState.DEAD: frozenset({DeliveryState.PENDING, DeliveryState.DISCARDED}),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.DISCARDED: frozenset(),
}

_TABLES: Final[Mapping[type[StrEnum], Mapping[Any, frozenset[Any]]]] = {
    FaxState: _FAX,
    PageState: _PAGE,
    DocumentState: _DOCUMENT,
    WorkState: _WORK,
    DeliveryState: _DELIVERY,
}


def check_transition(old: StrEnum, new: StrEnum) -> None:
    """Raise `IllegalTransitionError` unless `new` may follow `old`; both are states of the same enum."""
    # Kinds are compared too: states of different kinds share names, and equal strings are equal members.
    if type(old) is not type(new) or new not in _TABLES[type(old)][old]:
        raise IllegalTransitionError(f"{type(old).__name__}: {old.value} -> {new.value}")
