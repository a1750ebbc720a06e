"""The desk at which people review: what waits, one document at a time for one person, every step kept and undoable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.desk import Draft, Step, StepKind, Waiting, WaitingFilter
from bridge.domain.errors import NotFoundError, RefusedError, StateConflictError
from bridge.domain.forms import DocumentType
from bridge.domain.ids import new_id
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document, Fax, JsonObject, JsonValue
from bridge.domain.people import ALL_MAILBOXES, Action, Permission, Person
from bridge.domain.sheet import Answer, Sheet
from bridge.ports import Clock, Store, Transaction
from bridge.services.drafting import ParseValue, fitting_steps
from bridge.services.learn import Learn, pages_shown
from bridge.services.review import Review
from bridge.services.sheets import SheetRules, sheet_of

LEASE: Final = timedelta(minutes=10)
_PREFIX: Final = "review:"
_LOOKED_AT: Final = 20  # at once of what waits next, until one is found that nobody has

CodeOf = Callable[[DocumentType, str, str], str | None]


class HeldError(RefusedError):
    """Somebody else has the fax just now."""

    def __init__(self, holder: str | None) -> None:
        """Take the holder's name, None where it is not known."""
        who = holder or "Jemand anderes"
        super().__init__(
            "fax is held", f"{who} hat dieses Fax gerade geöffnet. Bitte ein anderes nehmen oder in zehn Minuten wiederkommen."
        )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of confirming: the version that was released, and the next document, which is the person's already."""

    version: int
    next_document_id: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of the workplace.

    `code_of` finds the code of a typed name in its field's list, `double` are paths entered twice.

    `is_everybodys`: mailboxes do not matter, since the faxes are invented.
    """

    store: Store
    review: Review
    clock: Clock
    types: Mapping[str, DocumentType]
    parse: ParseValue
    code_of: CodeOf
    learn: Learn
    double: frozenset[str] = frozenset()
    is_everybodys: bool = False

    # -- what waits -----------------------------------------------------------------------------------------------------

    def waiting(self, person: Person, which: WaitingFilter) -> tuple[Sequence[Waiting], int]:
        """Return what waits for the person's mailboxes, most urgent first, and how much that is in all."""
        bound, now = self._bound(person, which), self.clock.now()
        return self.store.waiting_list(bound, now), self.store.waiting_count(bound, now)

    def count(self, person: Person, which: WaitingFilter) -> int:
        """Return how much waits."""
        return self.store.waiting_count(self._bound(person, which), self.clock.now())

    def next(self, person: Person, which: WaitingFilter, after: str | None = None) -> str | None:
        """Return the most urgent document that nobody else has, other than `after`; None where there is none."""
        bound = replace(self._bound(person, which), only_tasks=True, after=0, limit=_LOOKED_AT)
        while lines := self._lines(bound):
            for line in lines:
                if line.task is not None and _is_free(line, person, after):
                    return line.task.document_id
            bound = replace(bound, after=bound.after + len(lines))
        return None

    def _lines(self, which: WaitingFilter) -> Sequence[Waiting]:
        return self.store.waiting_list(which, self.clock.now())

    # -- one document ---------------------------------------------------------------------------------------------------

    def open(self, person: Person, document_id: str) -> Sheet:
        """Return the document for the person alone; others that she had are free again.

        Raises HeldError where somebody else has its fax, and NotFoundError.
        """
        document, _ = self._document(person, document_id)
        mine = [fax_id for fax_id, holder in self.store.lease_holders(_PREFIX, self.clock.now()).items() if holder == person.id]
        self._hold(person, document.fax_id)
        if document.fax_id not in mine:
            self._log(person, "document opened", document)
            for other in mine:  # whoever goes on to another fax has left the one before
                self.leave(person, other)
        draft = self.store.draft(document_id)
        try:
            return self._sheet(document, draft)
        except RefusedError:
            return self._with_what_fits(person, document, draft or Draft(document_id, person.id))

    def keep(self, person: Person, fax_id: str) -> None:
        """Prolong the person's hold. Raises HeldError where somebody else has the fax meanwhile."""
        self._expect_own(person, self.store.fax(fax_id))
        self._hold(person, fax_id)

    def leave(self, person: Person, fax_id: str) -> None:
        """Let others have the fax; the draft stays."""
        self.store.drop_lease(f"{_PREFIX}{fax_id}", person.id)

    def take_steps(self, person: Person, document_id: str, steps: Sequence[Step], revision: int) -> Sheet:
        """Add steps to the draft. Raises RefusedError where one does not fit, StateConflictError where the draft is not at `revision`."""
        document, draft = self._held(person, document_id, revision)
        group = new_id()
        added = [each for step in steps for each in self._with_code(document, draft, step, group)]
        return self._save(person, document, draft, (*draft.steps, *added), _told(added))

    def undo(self, person: Person, document_id: str, revision: int) -> Sheet:
        """Take the last step back, with all that belong to it."""
        document, draft = self._held(person, document_id, revision)
        if not draft.steps:
            raise RefusedError("nothing to undo", "Es gibt nichts rückgängig zu machen.")
        group, steps = draft.steps[-1].group, list(draft.steps[:-1])
        while group is not None and steps and steps[-1].group == group:
            steps.pop()
        return self._save(person, document, draft, tuple(steps), {"undone": True})

    def confirm(
        self, person: Person, document_id: str, revision: int, second: Mapping[str, str] | None = None, targets: Sequence[str] = ()
    ) -> Confirmed:
        """Release the document as the draft has it, and take the next for the person.

        `second` holds what was entered blindly a second time, by path. Raises RefusedError while something is asked or differs.
        """
        document, draft = self._held(person, document_id, revision)
        sheet = self._sheet(document, draft)
        if sheet.asked:
            names = ", ".join(line.label for line in sheet.asked[:3])
            raise RefusedError("something is still asked", f"Noch offen: {names}. Bitte zuerst beantworten.")
        self._expect_same(sheet, second or {})
        shown = {page: self.store.result(document.fax_id, page, "layout", Layout) for page in pages_shown(draft.steps)}
        layouts = {page: layout for page, layout in shown.items() if layout is not None}

        def keep(tx: Transaction, read: Document) -> None:
            now = self.clock.now()
            tx.forget_draft(document_id, draft.revision)
            self.learn.from_steps(tx, read, draft.steps, layouts, now)
            detail: JsonObject = {"changed": _changed(draft.steps)}
            tx.log(Action(now, person.id, "document confirmed", read.fax_id, document_id, detail))

        version = self.review.finish(document_id, draft.steps, keep, targets=targets)
        return Confirmed(version, self._go_on(person, document))

    def postpone(self, person: Person, document_id: str, until: datetime, note: str | None) -> None:
        """Let the document wait until then."""
        if until <= self.clock.now():
            raise RefusedError("time has passed", "Bitte einen Tag wählen, der noch kommt.")
        self._defer(person, document_id, until, note, None, "document postponed")

    def hand_over(self, person: Person, document_id: str, to: str, note: str | None) -> None:
        """Give the document to somebody else of the same mailbox."""
        document, fax = self._document(person, document_id)
        other = self.store.person(to)
        if not other.may(Permission.REVIEW) or not other.sees(fax.mailbox):
            raise RefusedError("not for that person", f"{other.name} sieht dieses Postfach nicht oder darf nicht prüfen.")
        self._defer(person, document.id, None, note, to, "document handed over")

    def reject(self, person: Person, document_id: str, reason: str) -> None:
        """Settle the document without sending it."""
        document, _ = self._document(person, document_id)
        self._hold(person, document.fax_id)
        self.review.reject(document_id, reason)
        self._end(person, document, "document rejected")

    def settle(self, person: Person, document_id: str, reason: str) -> None:
        """Close the question that a partly sent record left, without sending more."""
        document, _ = self._document(person, document_id)
        self._hold(person, document.fax_id)
        self.review.close_follow_up(document_id, reason)
        self._end(person, document, "question closed")

    def arrange(self, person: Person, document_id: str, act: Callable[[str], None]) -> None:
        """Have the document's fax read again as `act` arranges it by its id, while the person has it."""
        document, _ = self._document(person, document_id)
        self._hold(person, document.fax_id)
        act(document.fax_id)
        self._end(person, document, "fax rearranged")

    def bring_back(self, person: Person, document_id: str) -> None:
        """Let a filed or rejected document wait again."""
        document, _ = self._document(person, document_id)
        self.review.bring_back(document_id)
        self._log(person, "document brought back", document)

    # -- how ------------------------------------------------------------------------------------------------------------

    def _document(self, person: Person, document_id: str) -> tuple[Document, Fax]:
        """Return the document and its fax; for others than those of its mailbox it does not exist."""
        document = self.store.document(document_id)
        fax = self.store.fax(document.fax_id)
        self._expect_own(person, fax)
        return document, fax

    def _expect_own(self, person: Person, fax: Fax) -> None:
        if not (person.may(Permission.REVIEW) and (self.is_everybodys or person.sees(fax.mailbox))):
            raise NotFoundError("fax of another mailbox")

    def _bound(self, person: Person, which: WaitingFilter) -> WaitingFilter:
        """Return the filter within the person's mailboxes."""
        if self.is_everybodys or ALL_MAILBOXES in person.mailboxes:
            return replace(which, mailboxes=None if self.is_everybodys else which.mailboxes)
        own = set(person.mailboxes)
        return replace(which, mailboxes=tuple(sorted(own if which.mailboxes is None else own.intersection(which.mailboxes))))

    def _hold(self, person: Person, fax_id: str) -> None:
        now = self.clock.now()
        if self.store.hold_lease(f"{_PREFIX}{fax_id}", person.id, LEASE, now):
            return
        holder = self.store.lease_holders(_PREFIX, now).get(fax_id)
        names = {each.id: each.name for each in self.store.people()}
        raise HeldError(names.get(holder or ""))

    def _held(self, person: Person, document_id: str, revision: int) -> tuple[Document, Draft]:
        """Return a document that still waits, and its draft at that revision, both the person's."""
        document, _ = self._document(person, document_id)
        self._hold(person, document.fax_id)
        if document.state in {DocumentState.FILED, DocumentState.REJECTED, DocumentState.REPLACED}:
            raise StateConflictError(f"document {document_id} waits no more")
        draft = self.store.draft(document_id) or Draft(document_id, person.id)
        if draft.revision != revision:
            raise StateConflictError(f"draft of {document_id}: at revision {draft.revision}")
        return document, draft

    def _save(self, person: Person, document: Document, draft: Draft, steps: tuple[Step, ...], told: JsonObject) -> Sheet:
        changed = Draft(document.id, person.id, steps, draft.revision + 1, self.clock.now())
        sheet = self._sheet(document, changed)
        with self.store.begin() as tx:
            tx.save_draft(changed, draft.revision if draft.revision else None)
            tx.log(Action(self.clock.now(), person.id, "draft changed", document.fax_id, document.id, dict(told)))
        return sheet

    def _with_what_fits(self, person: Person, document: Document, draft: Draft) -> Sheet:
        """Leave out the steps that types which have changed do not allow any more: what they answered is asked again."""
        steps = fitting_steps(document, draft.steps, self.types, self.parse)
        left_out = [step for step in draft.steps if step not in steps]
        return self._save(person, document, draft, steps, {**_told(left_out), "left_out": True})

    def _sheet(self, document: Document, draft: Draft | None) -> Sheet:
        rules = SheetRules(self.types, self.parse, self.double)
        return sheet_of(document, draft.steps if draft else (), draft.revision if draft else 0, rules)

    def _with_code(self, document: Document, draft: Draft, step: Step, group: str) -> list[Step]:
        """Return the step, and with a name the step for its code where the list of codes knows that name."""
        path = step.path or ""
        if not path.endswith(".name") or step.kind not in {StepKind.VALUE, StepKind.CONFIRMED}:
            return [step]
        sheet = self._sheet(document, draft)
        lines = {line.path: line for line in sheet.lines}
        code_path = f"{path.removesuffix('name')}code"
        text = step.text if step.kind is StepKind.VALUE else lines[path].text if path in lines else None
        code = self.code_of(self.types[sheet.type], code_path, text or "")
        if code is None:
            return [step]
        known = lines.get(code_path)
        kind = StepKind.CONFIRMED if known is not None and known.value == code else StepKind.VALUE
        shared = step.group or group
        return [replace(step, group=shared), Step(kind, code_path, code if kind is StepKind.VALUE else None, group=shared)]

    def _expect_same(self, sheet: Sheet, second: Mapping[str, str]) -> None:
        for line in sheet.lines:
            if not line.is_double or line.origin is None or line.answer not in {Answer.TYPED, Answer.CONFIRMED}:
                continue
            again = second.get(line.path, "").strip()
            if not again:
                raise RefusedError("second entry is missing", f"Bitte „{line.label}“ ein zweites Mal eingeben.")
            if self.parse(self.types[sheet.type], line.path, again) != line.value:
                raise RefusedError("second entry differs", f"Die zweite Eingabe zu „{line.label}“ ist eine andere. Bitte beide prüfen.")

    def _defer(self, person: Person, document_id: str, until: datetime | None, note: str | None, to: str | None, what: str) -> None:
        document, _ = self._document(person, document_id)
        self._hold(person, document.fax_id)
        with self.store.begin() as tx:
            tx.defer_reviews(document_id, postponed_until=until, note=(note or "").strip() or None, handed_to=to)
        self._end(person, document, what)

    def _end(self, person: Person, document: Document, what: str) -> None:
        self._log(person, what, document)
        self.leave(person, document.fax_id)

    def _go_on(self, person: Person, document: Document) -> str | None:
        """Leave the fax and take the next one: of two who reach for the same, one gets the one after."""
        following = self.next(person, WaitingFilter(), after=document.id)
        if following is None or self.store.document(following).fax_id != document.fax_id:
            self.leave(person, document.fax_id)
        for _ in range(_LOOKED_AT):
            if following is None:
                return None
            try:
                self._hold(person, self.store.document(following).fax_id)
            except HeldError:
                following = self.next(person, WaitingFilter(), after=document.id)
            else:
                return following
        return None

    def _log(self, person: Person, what: str, document: Document, detail: JsonObject | None = None) -> None:
        self.store.log(Action(self.clock.now(), person.id, what, document.fax_id, document.id, dict(detail or {})))


def _is_free(line: Waiting, person: Person, after: str | None) -> bool:
    """Tell whether it is a document that the person may take: nobody else's, neither held nor handed to another."""
    task = line.task
    return task is not None and task.document_id != after and line.held_by in {None, person.id} and task.handed_to in {None, person.id}


def _told(steps: Sequence[Step]) -> JsonObject:
    """Return what the log says of steps: which fields and how, never what was typed."""
    told: list[JsonValue] = [{"kind": step.kind.value, "path": step.path} for step in steps]
    return {"steps": told}


def _changed(steps: Sequence[Step]) -> list[JsonValue]:
    return [*sorted({step.path for step in steps if step.path is not None and step.kind is not StepKind.CONFIRMED})]
