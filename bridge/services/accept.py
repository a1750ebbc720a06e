"""accept: bytes and row durable, then the bell, then the caller acknowledges. Unpacking comes later, in the sandbox."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Final

from bridge.domain.errors import IdempotencyConflictError
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import FaxState, Stage, WorkState
from bridge.domain.media_types import MAIL
from bridge.domain.model import BlobRef, Envelope, Fax, Sender, Work
from bridge.ports import Accepted, Blobs, Clock, Queue, Store
from bridge.services.spool import Spool

_log = logging.getLogger(__name__)

# Bells that may wait for a slow broker; beyond that the sweeper rings, so nothing is lost and memory stays bounded.
_WAITING_BELLS: Final = 1000


@dataclass(frozen=True, slots=True)
class Transmission:
    """How bytes came in. `dedup_key` as in `Envelope`; `sender` as far as the channel itself tells."""

    channel: str
    mailboxes: tuple[str, ...]
    media_type: str
    peer: str
    dedup_key: str | None = None
    sender: Sender = field(default_factory=Sender)


def mail_key(digest: str, addresses: Sequence[str], mailboxes: Sequence[str]) -> str:
    """Return the key by which the same mail, sent again after a lost 250, is recognised.

    `digest` is the SHA-256 (hex) of its data without leading Received fields (each hop adds one).
    """
    recipients = sorted({address.lower() for address in addresses})
    return _digest("mail", digest, *recipients, "", *sorted(set(mailboxes)))


def upload_key(token: str, idempotency_key: str) -> str:
    """Return the key of an upload: the same Idempotency-Key means another upload under another token."""
    return _digest("upload", hashlib.sha256(token.encode()).hexdigest(), idempotency_key)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Accept:
    """Takes a transmission in. Safe to use from several threads at once."""

    def __init__(self, store: Store, blobs: Blobs, queue: Queue, clock: Clock, window: timedelta) -> None:
        """Take the ports, and for how long a transmission is recognised when it comes again."""
        self._store, self._blobs, self._queue, self._clock, self._window = store, blobs, queue, clock, window
        # One thread of its own: an unreachable broker must delay neither an answer nor the next accept.
        self._bell = ThreadPoolExecutor(1, thread_name_prefix="bell")
        self._free_bells = BoundedSemaphore(_WAITING_BELLS)

    def accept(self, spool: Spool, transmission: Transmission) -> Accepted:
        """Commit what `spool` holds as one envelope with one fax for each mailbox; what returns may be acknowledged.

        The spool is used up, whatever happens. The bell is rung from another thread, without waiting for it.
        Raises StorageError (nothing is acknowledged, the sender tries again) and IdempotencyConflictError.
        """
        content = spool.deposit(self._blobs, transmission.media_type)
        envelope, faxes, work = self._arrival(content, transmission)
        accepted = self._store.accept(envelope, faxes, [work], self._window)
        if not accepted.is_new and set(self._store.envelope(accepted.envelope_id).mailboxes) != set(transmission.mailboxes):
            raise IdempotencyConflictError("known with other mailboxes")
        _log.info(
            "accepted envelope %s by %s: %d bytes, %d faxes, %s",
            accepted.envelope_id,
            transmission.channel,
            content.size,
            len(accepted.fax_ids),
            "new" if accepted.is_new else "known already",
        )
        self._ring(accepted.work)
        return accepted

    def close(self) -> None:
        """Ring the bells that still wait, then end. What is accepted afterwards is left to the sweeper to ring for."""
        self._bell.shutdown(wait=True)

    def _arrival(self, content: BlobRef, transmission: Transmission) -> tuple[Envelope, list[Fax], Work]:
        now = self._clock.now()
        envelope = Envelope(
            id=new_id(),
            channel=transmission.channel,
            mailboxes=transmission.mailboxes,
            received_at=now,
            content=content,
            dedup_key=transmission.dedup_key,
            peer=transmission.peer,
        )
        faxes = [
            Fax(
                id=new_id(),
                envelope_id=envelope.id,
                mailbox=mailbox,
                channel=transmission.channel,
                ordinal=1,
                state=FaxState.RECEIVED,
                received_at=now,
                sender=transmission.sender,
                original=None if content.media_type == MAIL else content,
            )
            for mailbox in transmission.mailboxes
        ]
        work = Work(id=new_id(), stage=Stage.UNPACK, fax_id=faxes[0].id, state=WorkState.READY, due_at=now, created_at=now)
        return envelope, faxes, work

    def _ring(self, work: Sequence[Work]) -> None:
        if work and self._free_bells.acquire(blocking=False):
            with suppress(RuntimeError):  # closed meanwhile: what is committed stays acknowledged, and the sweeper rings
                self._bell.submit(self._ring_and_free, work)

    def _ring_and_free(self, work: Sequence[Work]) -> None:
        try:
            self._queue.ring(work)
        finally:
            self._free_bells.release()
