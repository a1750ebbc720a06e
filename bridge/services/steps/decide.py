"""decide: values are validated, and each document is released, filed, or left to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bridge.domain.errors import RefusedError
from bridge.domain.findings import CropReadings, Decision, Disposition, LocatedDocument
from bridge.domain.ids import new_id
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DocumentState, FaxState, PageState
from bridge.domain.model import Claim, Document, Fax, Record, ReviewOutcome, Work
from bridge.ports import Transaction
from bridge.services.reading import LocatedFax, decide_document
from bridge.services.release import expect_promised, release_version
from bridge.services.steps.locate import LOCATED, layouts_of
from bridge.services.steps.read_values import READINGS
from bridge.services.steps.tools import Tools
from bridge.services.urgency import review_task
from bridge.stages.compose import compose
from bridge.stages.route import facts_of, route

_DUPLICATE = (
    "Mögliches Duplikat von Fax {}: Bitte beide vergleichen und dieses zurückweisen, wenn es dieselbe Meldung ist, sonst freigeben."
)
_STATES: Mapping[Disposition, DocumentState] = {
    Disposition.RELEASE: DocumentState.WAITING,  # until release_version moves it, in the same transaction
    Disposition.FILE: DocumentState.FILED,
    Disposition.WAIT: DocumentState.WAITING,
}


def decide(tools: Tools, claim: Claim) -> list[Work]:
    """Decide on every document of the claimed fax."""
    store = tools.store
    fax = store.fax(claim.work.fax_id)
    located = store.result(fax.id, 0, LOCATED, LocatedFax)
    if located is None:
        raise LookupError(f"fax {fax.id} has nothing located")
    pages = store.pages(fax.id)
    layouts = layouts_of(tools, pages)
    readings = {page.number: store.result(fax.id, page.number, READINGS, tuple[CropReadings, ...]) or () for page in pages}
    has_gap = any(page.state is PageState.QUARANTINED for page in pages)
    decisions = [_decide(tools, fax, located, which, readings, layouts, has_gap=has_gap) for which in range(len(located.documents))]
    upcoming: list[Work] = []
    with store.begin() as tx:
        for ordinal, (document, decision) in enumerate(zip(located.documents, decisions, strict=True), start=1):
            upcoming += _settle(tools, tx, fax, ordinal, document, decision)
        tx.move_fax(fax.id, FaxState.READ, FaxState.DECIDED)
        tx.finish_work(claim)
    return upcoming


def _decide(
    tools: Tools,
    fax: Fax,
    located: LocatedFax,
    which: int,
    readings: Mapping[int, tuple[CropReadings, ...]],
    layouts: Mapping[int, Layout],
    *,
    has_gap: bool,
) -> Decision:
    decision = decide_document(
        located.documents,
        which,
        readings,
        layouts,
        tools.catalog,
        received_at=fax.sent_at or fax.received_at,
        is_fax_complete=False if has_gap else fax.complete,
    )
    is_kept = decision.disposition is not Disposition.FILE
    return _held_as_duplicate(fax, decision) if fax.possible_duplicate_of and is_kept else decision


def _held_as_duplicate(fax: Fax, decision: Decision) -> Decision:
    """Hold back what likely came before: only a person can tell a fax sent twice from two notifications that look the same."""
    reason = _DUPLICATE.format(fax.possible_duplicate_of)
    is_other = decision.reason is not None and decision.disposition is not Disposition.RELEASE
    return _held(decision, f"{reason} {decision.reason}" if is_other else reason)


def _held(decision: Decision, reason: str | None) -> Decision:
    return replace(decision, disposition=Disposition.WAIT, completeness=None, reason=reason)


def _settle(tools: Tools, tx: Transaction, fax: Fax, ordinal: int, located: LocatedDocument, decision: Decision) -> list[Work]:
    """Write down one document with what was decided; a released one gets its record and deliveries at once, if it goes anywhere."""
    now = tools.clock.now()
    document = _document(fax, ordinal, located, decision)
    record = _record(tools, fax, document, now) if decision.disposition is Disposition.RELEASE else None
    try:
        targets = _targets(tools, record) if record else ()
    except RefusedError as refused:
        decision, record, targets = _held(decision, refused.reason), None, ()
        document = replace(document, completeness=None, reason=refused.reason)
    tx.add_document(document)
    if decision.reason is not None and decision.disposition is not Disposition.FILE:
        is_follow_up = decision.disposition is Disposition.RELEASE
        tx.add_review(review_task(document, fax, decision.reason, now, tools.catalog.routes, is_follow_up=is_follow_up))
    return release_version(tx, document, record, targets, now) if record else []


def _targets(tools: Tools, record: Record) -> Sequence[str]:
    """Return where the record goes. Raises RefusedError, with the question to a person, where that is unclear or it breaks its promise."""
    expect_promised(tools.schemas, record.body)
    routed = route(facts_of(record.body), tools.catalog.routes)
    if routed.question is not None:
        raise RefusedError("no target for the record", routed.question)
    return routed.targets


def _document(fax: Fax, ordinal: int, located: LocatedDocument, decision: Decision) -> Document:
    return Document(
        id=new_id(),
        fax_id=fax.id,
        ordinal=ordinal,
        type=located.classification.type,
        type_confidence=located.classification.confidence,
        pages=located.part.pages,
        state=_STATES[decision.disposition],
        fields=decision.fields,
        issues=decision.issues,
        reason=decision.reason,
        completeness=decision.completeness,
    )


def _record(tools: Tools, fax: Fax, document: Document, now: datetime) -> Record:
    kind, version, outcome = tools.catalog.types[document.type], document.version + 1, ReviewOutcome.AUTOMATIC
    body = compose(document, fax, public_url=tools.public_url, reviewed_at=None, outcome=outcome, version=version, schema=kind.schema)
    return Record(document.id, version, body, now)
