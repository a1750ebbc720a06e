"""Withdrawing: telling every target that may have a record that it no longer holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bridge.domain.errors import RefusedError
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import WITHDRAWAL, Event, Record, WithdrawalReason
from bridge.ports import Clock, Queue, Store
from bridge.services.release import holders, release_version
from bridge.stages.compose import withdrawal

_UNSENT: Final = "Zurückgezogen, bevor etwas gesendet war."


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The use case of a record sent to the wrong agency, or of a suspicion that was not confirmed."""

    store: Store
    queue: Queue
    clock: Clock

    def once(self, document_id: str, reason: WithdrawalReason, text: str | None = None) -> tuple[str, ...]:
        """Withdraw a sent document; return the names of the targets that are told, none where nothing had left yet.

        The withdrawal is the record's next version, so it never overtakes what it withdraws. The document is rejected once all
        targets have it, and can be brought back as any rejected one. Raises RefusedError where it was not sent.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            document = tx.document(document_id)
            last = self.store.record(document_id, document.version).body if document.version else {}
            if last.get("schema") == WITHDRAWAL:
                raise RefusedError("being withdrawn", "Das Dokument ist schon zurückgezogen; es gibt nichts zu tun.")
            # one whose newest version was given up waits, but an older one may have arrived
            may_have_left = document.state in {DocumentState.RELEASED, DocumentState.DELIVERED, DocumentState.WAITING} and document.version
            if not may_have_left:
                raise RefusedError("not released", "Das Dokument ist nicht gesendet; es lässt sich ablehnen, aber nicht zurückziehen.")
            told = holders(tx, document, _UNSENT)
            tx.close_reviews(document_id, "withdrawn", now)
            tx.add_event(Event(document.fax_id, now, "document withdrawn", {"document": document_id, "reason": reason.value}))
            if not told:
                tx.save_document(replace(document, state=DocumentState.REJECTED, reason=_UNSENT), document.state)
                return ()
            version = document.version + 1
            body = withdrawal(last, version=version, at=now, reason=reason, text=text)
            work = release_version(tx, document, Record(document_id, version, body, now), [], now, told)
        self.queue.ring(work)
        return tuple(told)
