"""What a person decides: release, correct, reject or bring back a document, close or replay a fax, close a page, settle dead letters.

Each function refuses, with a German reason, what would lose something or send something wrong; what it allows is one
transaction. Nothing that may have reached an agency is ever taken back: it is corrected by a next version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from bridge.domain.desk import Step
from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType
from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, FaxState, PageState
from bridge.domain.model import (
    Completeness,
    Delivery,
    Document,
    Event,
    Field,
    Issue,
    IssueCode,
    JsonObject,
    JsonValue,
    Origin,
    Page,
    Record,
    ReviewOutcome,
)
from bridge.domain.routing import Routes
from bridge.ports import Clock, Queue, Store, Transaction
from bridge.services.again import from_original, replace_documents
from bridge.services.answers import without_value
from bridge.services.drafting import apply_steps, differs, without_empty_rows
from bridge.services.fields import has_path, known_fields, missing_required, unanswered, unknown_path, with_missing, without_required
from bridge.services.release import conclude, deliver_work, expect_promised, holders, may_hold, release_version
from bridge.services.urgency import review_task
from bridge.stages.compose import compose
from bridge.stages.route import facts_of, route
from bridge.stages.schema import RecordSchemas

_SENT: Final = frozenset({DocumentState.RELEASED, DocumentState.DELIVERED})
_ELSEWHERE: Final = "Fassung {version} geht an einen anderen Empfänger; hierhin war noch nichts gesendet."


class ParseValue(Protocol):
    """Checks what a person typed against the grammar of a type's field."""

    def __call__(self, kind: DocumentType, path: str, text: str) -> JsonValue:
        """Return the normalised value (None: nicht bekannt). Raises RefusedError for an unknown path or a wrong value."""
        ...


@dataclass(frozen=True, slots=True)
class Review:
    """The use cases of reviewing. `types` by name, `routes` say where records go, `parse` for typed values, `schemas` what is promised."""

    store: Store
    queue: Queue
    clock: Clock
    types: Mapping[str, DocumentType]
    routes: Routes
    parse: ParseValue
    public_url: str
    schemas: RecordSchemas

    def release(self, document_id: str, *, may_lack_required: bool = False, targets: Sequence[str] = ()) -> int:
        """Send the document as it stands, every field of it confirmed by a person; return the version.

        For a waiting document, and for a partly sent one whose withheld values prove right. What its type requires must have
        a value, unless the person says that it may be lacking: then it goes out as partial. `targets` are those the person
        chose; without any, the routes say where it goes. Raises RefusedError.
        """

        def confirm(document: Document) -> Document:
            if document.state in _SENT and document.completeness is not Completeness.PARTIAL:
                raise _sent_whole()
            return _confirmed(document)

        return self._send(document_id, ReviewOutcome.CONFIRMED, confirm, targets, may_lack=lambda _: may_lack_required)

    def correct(
        self,
        document_id: str,
        values: Mapping[str, str | None],
        as_type: str | None = None,
        *,
        may_lack_required: bool = False,
        targets: Sequence[str] = (),
    ) -> int:
        """Send the document with `values` as a person typed them (None: nothing stands there); return the version.

        Everything not named is confirmed. `as_type` makes it another type; fields that type lacks are dropped. A document
        that was sent already goes out as its next version. `may_lack_required` and `targets` as in `release`. Raises
        RefusedError, and then nothing has changed.
        """

        def change(document: Document) -> Document:
            kind = self._type(as_type or document.type)
            if kind.name != document.type:
                document = replace(document, type=kind.name, type_confidence=1.0, fields=known_fields(document.fields, kind), issues=())
            fields = {field.path: field for field in document.fields}
            _expect_paths(document, kind, values)
            _expect_codes(fields, values)
            for path, text in values.items():
                if text is None:
                    fields.pop(path, None)
                else:
                    fields[path] = _typed(fields.get(path), path, text, self.parse(kind, path, text))
            issues = unanswered(document, values, list(fields))
            return _confirmed(replace(document, fields=tuple(fields.values()), issues=issues))

        return self._send(document_id, ReviewOutcome.CORRECTED, change, targets, may_lack=lambda _: may_lack_required)

    def finish(
        self, document_id: str, steps: Sequence[Step], also: Callable[[Transaction, Document], None], *, targets: Sequence[str] = ()
    ) -> int:
        """Send the document as a person's steps have made it; return the version.

        `also` is done in the same transaction, with the document as it was read.
        What is required may be lacking where the person has said that it does not stand on the fax or cannot be read: it then
        goes out as partial. Raises RefusedError.
        """
        said = without_value(steps)

        def change(document: Document) -> Document:
            changed = without_empty_rows(apply_steps(document, steps, self.types, self.parse))
            if document.state in _SENT and document.completeness is not Completeness.PARTIAL and not differs(document, changed):
                raise _sent_whole()
            return _confirmed(changed)

        def may_lack(missing: Sequence[str]) -> bool:
            return said.issuperset(missing)

        return self._send(document_id, None, change, targets, may_lack=may_lack, also=also)

    def reject(self, document_id: str, reason: str) -> None:
        """Settle a document that shall not be sent. Raises RefusedError where it has been, or is not waiting."""
        _expect_reason(reason)
        with self.store.begin() as tx:
            document = tx.document(document_id)
            if document.state in _SENT:
                raise RefusedError(
                    "already released",
                    "Das Dokument ist schon gesendet und kann nur berichtigt werden; die Nachfrage lässt sich schließen.",
                )
            self._expect(document, DocumentState.WAITING)
            if holding := may_hold(tx.deliveries(document_id)):
                raise RefusedError(
                    "a target may have it",
                    f"Eine Fassung davon kann schon angekommen sein bei: {', '.join(holding)}. Bitte zurückziehen: "
                    f"bridge review withdraw {document_id} --reason …",
                )
            tx.save_document(replace(document, state=DocumentState.REJECTED, reason=reason), document.state)
            tx.close_reviews(document_id, "rejected", self.clock.now())
            self._close_pages_of(tx, document)

    def bring_back(self, document_id: str) -> None:
        """Let a filed or rejected document wait for a person again. Raises RefusedError."""
        now = self.clock.now()
        reason = "Von Hand zurückgeholt; bitte prüfen und freigeben, berichtigen oder ablehnen."
        with self.store.begin() as tx:
            document = tx.document(document_id)
            self._expect(document, DocumentState.FILED, DocumentState.REJECTED)
            self._wait(tx, document, reason, now)

    def close_follow_up(self, document_id: str, reason: str) -> None:
        """Settle the question a partial record left behind without sending anything more. Raises RefusedError."""
        _expect_reason(reason)
        now = self.clock.now()
        with self.store.begin() as tx:
            document = tx.document(document_id)
            if document.state not in _SENT:
                raise RefusedError("not released", "Das Dokument ist noch nicht gesendet. Bitte freigeben, berichtigen oder ablehnen.")
            tx.close_reviews(document_id, "closed", now)
            tx.forget_draft(document_id)
            tx.add_event(Event(document.fax_id, now, "follow-up closed", {"document": document_id, "reason": reason}))
            self._close_pages_of(tx, document)

    def close_fax(self, fax_id: str, reason: str) -> None:
        """Settle a fax that could not be read, once a person has dealt with it. Raises RefusedError."""
        _expect_reason(reason)
        with self.store.begin() as tx:
            fax = tx.fax(fax_id)
            if fax.state not in FAILED:
                raise RefusedError(
                    "fax has not failed",
                    "Nur ein Fax, das nicht gelesen werden konnte, lässt sich schließen; eine unlesbare Seite mit „close FAX --page N“.",
                )
            tx.forget_work(fax_id)
            tx.move_fax(fax_id, fax.state, FaxState.CLOSED, reason)

    def close_page(self, fax_id: str, number: int, reason: str) -> None:
        """Settle a page that could not be read, of a fax that went on without it. Raises RefusedError."""
        _expect_reason(reason)
        with self.store.begin() as tx:
            if tx.fax(fax_id).state is not FaxState.DECIDED:
                raise RefusedError(
                    "fax is not decided",
                    "Einzelne Seiten lassen sich erst schließen, wenn das Fax bearbeitet ist; ein gescheitertes Fax schließt „close FAX“.",
                )
            page = next((page for page in self.store.pages(fax_id) if page.number == number), None)
            if page is None or page.state is not PageState.QUARANTINED:
                raise RefusedError("page is not in quarantine", f"Seite {number} liegt nicht in Quarantäne; es gibt nichts zu schließen.")
            self._close_page(tx, replace(page, reason=reason), {"reason": reason})

    def replay(self, fax_id: str) -> None:
        """Read a fax again from its original; its documents are replaced. Raises RefusedError as `replace_documents` does."""
        now = self.clock.now()
        with self.store.begin() as tx:
            fax = tx.fax(fax_id)
            replace_documents(self.store, tx, fax, now)
            work = from_original(tx, fax, now)
        self.queue.ring([work])

    def redeliver(self, delivery_id: str) -> None:
        """Try a dead letter again, with a new time limit. Raises RefusedError where it is none or a newer version exists."""
        now = self.clock.now()
        with self._dead_letter(delivery_id) as (tx, document, delivery):
            newer = [
                each.version for each in tx.deliveries(document.id) if each.target == delivery.target and each.version > delivery.version
            ]
            if newer:
                raise RefusedError(
                    "a newer version exists",
                    f"Es gibt schon Fassung {max(newer)}. Bitte diese zustellen und Fassung {delivery.version} verwerfen.",
                )
            tx.move_delivery(delivery_id, DeliveryState.DEAD, DeliveryState.PENDING)
            work = deliver_work(delivery, document.fax_id, now)
            tx.add_work(work)
        self.queue.ring([work])

    def discard(self, delivery_id: str, reason: str) -> None:
        """Give a dead letter up. Where nothing of its version has arrived, the document waits again. Raises RefusedError."""
        _expect_reason(reason)
        now = self.clock.now()
        with self._dead_letter(delivery_id) as (tx, document, _):
            tx.move_delivery(delivery_id, DeliveryState.DEAD, DeliveryState.DISCARDED, reason)
            conclude(tx, [document])
            if document.state is DocumentState.RELEASED and tx.document(document.id).state is DocumentState.WAITING:
                waits = "Die Zustellung wurde verworfen; bitte erneut freigeben, berichtigen oder ablehnen."
                self._wait(tx, replace(document, state=DocumentState.WAITING), waits, now)

    @contextmanager
    def _dead_letter(self, delivery_id: str) -> Iterator[tuple[Transaction, Document, Delivery]]:
        """Open a transaction on a dead letter and its document. Raises RefusedError where the delivery has not failed."""
        known = self.store.delivery(delivery_id)
        with self.store.begin() as tx:
            document = tx.document(known.document_id)
            delivery = next(each for each in tx.deliveries(document.id) if each.id == delivery_id)
            if delivery.state is not DeliveryState.DEAD:
                raise RefusedError(f"delivery is {delivery.state.value}", "Diese Zustellung ist nicht gescheitert; es gibt nichts zu tun.")
            yield tx, document, delivery

    def _send(
        self,
        document_id: str,
        outcome: ReviewOutcome | None,
        change: Callable[[Document], Document],
        chosen: Sequence[str],
        *,
        may_lack: Callable[[Sequence[str]], bool],
        also: Callable[[Transaction, Document], None] = lambda _tx, _document: None,
    ) -> int:
        now = self.clock.now()
        with self.store.begin() as tx:
            stored = tx.document(document_id)
            self._expect(stored, DocumentState.WAITING, *_SENT)
            document = change(stored)
            outcome = outcome or (ReviewOutcome.CORRECTED if differs(stored, document) else ReviewOutcome.CONFIRMED)
            kind = self._type(document.type)
            if not kind.has_record:
                raise RefusedError(
                    "type has no record",
                    f"Zur Dokumentart „{document.type}“ gibt es keinen Datensatz, der einen Empfänger haben könnte. "
                    "Bitte die Dokumentart berichtigen oder das Dokument ablehnen.",
                )
            missing = missing_required(document, kind)
            if missing and not may_lack(missing):
                raise without_required(document, missing, kind)
            document = replace(with_missing(document, kind), completeness=Completeness.PARTIAL if missing else Completeness.WHOLE)
            version = document.version + 1
            fax, url = tx.fax(document.fax_id), self.public_url
            body = compose(document, fax, public_url=url, reviewed_at=now, outcome=outcome, version=version, schema=kind.schema)
            expect_promised(self.schemas, body)
            targets = self._targets(body, chosen)
            elsewhere = holders(tx, document, _ELSEWHERE.format(version=version), but=targets)
            work = release_version(tx, document, Record(document.id, version, body, now), targets, now, elsewhere)
            if missing:
                tx.add_event(Event(document.fax_id, now, "released without required", {"document": document.id, "missing": [*missing]}))
            tx.close_reviews(document.id, outcome.value, now)
            self._close_pages_of(tx, document)
            also(tx, stored)
            tx.forget_draft(document.id)  # what somebody had begun was about the version before
        self.queue.ring(work)
        return version

    def _targets(self, body: JsonObject, chosen: Sequence[str]) -> Sequence[str]:
        """Return the targets a person chose, else those the routes name. Raises RefusedError where one is unknown or there are none."""
        unknown = [name for name in chosen if name not in self.routes.targets]
        if unknown:
            allowed = ", ".join(sorted(self.routes.targets))
            raise RefusedError("no such target", f"Den Empfänger „{unknown[0]}“ gibt es nicht. Möglich sind: {allowed}.")
        routed = None if chosen else route(facts_of(body), self.routes)
        if routed is not None and routed.question is not None:
            raise RefusedError("no target for the record", routed.question)
        return chosen if routed is None else routed.targets

    def _close_pages_of(self, tx: Transaction, document: Document) -> None:
        """Settle the unread pages of a document that a person has seen, and dealt with as a whole."""
        for page in self.store.pages(document.fax_id):
            if page.number in document.pages and page.state is PageState.QUARANTINED:
                self._close_page(tx, page, {"document": document.id})

    def _close_page(self, tx: Transaction, page: Page, detail: JsonObject) -> None:
        tx.save_page(replace(page, state=PageState.CLOSED), PageState.QUARANTINED)
        tx.forget_work(page.fax_id, page.number)
        now = self.clock.now()
        tx.add_event(Event(page.fax_id, now, "page closed", {"page": page.number, **detail}))

    def _wait(self, tx: Transaction, document: Document, reason: str, now: datetime) -> None:
        tx.save_document(replace(document, state=DocumentState.WAITING, reason=reason), document.state)
        tx.add_review(review_task(document, tx.fax(document.fax_id), reason, now, self.routes))

    def _type(self, name: str) -> DocumentType:
        if name not in self.types:
            allowed = ", ".join(sorted(self.types))
            raise RefusedError("no such type", f"Die Dokumentart „{name}“ gibt es nicht. Möglich sind: {allowed}.")
        return self.types[name]

    def _expect(self, document: Document, *states: DocumentState) -> None:
        if document.state not in states:
            raise RefusedError(
                f"document is {document.state.value}",
                f"Das Dokument hat den Zustand „{document.state.value}“; dafür nötig ist: {', '.join(state.value for state in states)}.",
            )


def _sent_whole() -> RefusedError:
    return RefusedError("already released whole", "Das Dokument ist schon vollständig gesendet. Zum Ändern bitte berichtigen.")


def _expect_reason(reason: str) -> None:
    """Refuse an empty reason: whoever reads the story later must see why nothing was sent."""
    if not reason.strip():
        raise RefusedError("no reason given", "Die Begründung ist leer. Bitte in einem Satz sagen, warum: --reason „…“.")


def _expect_paths(document: Document, kind: DocumentType, values: Mapping[str, str | None]) -> None:
    """Refuse what the type has no field for; what stands in the document in spite of that can be cleared."""
    own = {field.path for field in document.fields} | {issue.field for issue in document.issues}
    for path, text in values.items():
        if not has_path(kind, path) and (text is not None or path not in own):
            raise unknown_path(kind, path)


def _expect_codes(fields: Mapping[str, Field], values: Mapping[str, str | None]) -> None:
    """Refuse a new `name` beside a code that belonged to the old one: the two would contradict each other."""
    for path in values:
        code = f"{path.removesuffix('name')}code"
        if path.endswith(".name") and code in fields and code not in values:
            raise RefusedError("name without its code", f"Zu „{path}“ gehört „{code}“. Bitte beide angeben (oder „{code}“ leeren).")


def _confirmed(document: Document) -> Document:
    """Return the document with every value vouched for by a person, and only the doubts that this does not settle.

    What has no value stays named as missing or unreadable; what stands on the page implausibly, stands there still.
    """
    fields = tuple(replace(field, confidence=1.0, is_sure=True) for field in document.fields)
    known = {field.path for field in fields}
    issues = tuple(_settled(issue) for issue in document.issues if issue.field not in known or issue.code is IssueCode.IMPLAUSIBLE)
    return replace(document, fields=fields, issues=issues)


def _settled(issue: Issue) -> Issue:
    """Return the issue as it stands once nothing is withheld: a withheld value that a person removed is unreadable."""
    return replace(issue, code=IssueCode.UNREADABLE) if issue.code is IssueCode.WITHHELD else issue


def _typed(old: Field | None, path: str, text: str, value: JsonValue) -> Field:
    """Return the field with a person's value; its place on the page stays known where it was read."""
    if old is None:
        return Field(path, value, text, 1.0, Origin.TYPED, is_sure=True)
    return replace(old, value=value, text=text, confidence=1.0, origin=Origin.CORRECTED, is_sure=True)
