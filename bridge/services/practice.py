"""Practising: each person has faxes of her own about invented persons, in a database of their own from which nothing leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bridge.domain.desk import DEADLINE
from bridge.domain.ids import new_id
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DocumentState, FaxState, PageState, Stage
from bridge.domain.model import Document, Envelope, Fax, JsonValue, Page, ReviewTask, Work
from bridge.domain.practice import Lesson
from bridge.ports import Blobs, Clock, FaxFilter, Store, Transaction

MAILBOX: Final = "übung"
_ASKED: Final = "Übungsfax: bitte mit dem Bild vergleichen."
_MOST: Final = 100
_WAY: Final = (
    FaxState.RECEIVED,
    FaxState.UNPACKED,
    FaxState.DECODED,
    FaxState.LAID_OUT,
    FaxState.READ,
    FaxState.DECIDED,
)


@dataclass(frozen=True, slots=True)
class Result:
    """How a practice fax went: its document, the lesson's name, whether it was decided, and the paths that differ from the fax."""

    document_id: str
    lesson: str
    is_done: bool
    wrong: tuple[str, ...]


class SilentQueue:
    """Implements `ports.Queue` for practice: nobody is told of anything."""

    def ring(self, work: Sequence[Work]) -> None:
        """Do nothing."""

    def unheard(self, _stage: Stage) -> int:
        """Return 0: nobody waits for a ring."""
        return 0


class Practice:
    """One person's practice faxes."""

    def __init__(self, store: Store, blobs: Blobs, clock: Clock, lessons: Sequence[Lesson]) -> None:
        """Take the person's own database, which nothing else uses, and what to practise on."""
        self._store, self._blobs, self._clock, self._lessons = store, blobs, clock, lessons

    def begin(self) -> None:
        """Lay out the lessons, where that has not been done: the first is the most urgent."""
        if self._store.faxes(FaxFilter(limit=1)):
            return
        now = self._clock.now()
        for place, lesson in enumerate(self._lessons):
            lay_out(self._store, self._blobs, lesson, now - timedelta(hours=len(self._lessons) - place))

    def results(self) -> list[Result]:
        """Return how far the person has come, in the order of the lessons."""
        faxes = sorted(self._store.faxes(FaxFilter(limit=_MOST)), key=lambda fax: fax.received_at)
        return [self._result(lesson, fax) for lesson, fax in zip(self._lessons, faxes, strict=False)]

    def result(self, document_id: str) -> Result:
        """Return how one document went. Raises NotFoundError."""
        fax_id = self._store.document(document_id).fax_id
        return next(result for result in self.results() if self._store.document(result.document_id).fax_id == fax_id)

    def _result(self, lesson: Lesson, fax: Fax) -> Result:
        [document] = self._store.documents(fax.id)
        is_done = document.state is not DocumentState.WAITING
        return Result(document.id, lesson.name, is_done, differing(document, lesson.truth) if is_done else ())


def lay_out(store: Store, blobs: Blobs, lesson: Lesson, came: datetime, mailbox: str = MAILBOX) -> str:
    """Keep the lesson's fax as one that came at that time and was read, and waits for a person; return its document's id."""
    pictures = {number: blobs.put(picture.read_bytes(), "image/png") for number, picture in lesson.pictures.items()}
    first = pictures[lesson.pages[0].number]
    envelope = Envelope(new_id(), "practice", (mailbox,), came, first, None)
    fax = Fax(new_id(), envelope.id, mailbox, "practice", 1, FaxState.RECEIVED, came, sender=lesson.sender, original=first)
    store.accept(envelope, [fax], [], timedelta(0))
    document = replace(lesson.document, id=new_id(), fax_id=fax.id, state=DocumentState.WAITING, version=0, reason=_ASKED)
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, page_count=len(lesson.pages), complete=True)
        for page in lesson.pages:
            _add_page(tx, replace(page, fax_id=fax.id, image=pictures[page.number]), lesson.layouts[page.number])
        for old, new in pairwise(_WAY):
            tx.move_fax(fax.id, old, new)
        tx.add_document(document)
        tx.add_review(ReviewTask(new_id(), document.id, fax.id, _ASKED, came, due_at=came + DEADLINE))
    return document.id


def _add_page(tx: Transaction, page: Page, layout: Layout) -> None:
    """Insert a page as one that was read: upright as it is."""
    decoded = replace(page, state=PageState.DECODED, upright=None)
    tx.add_page(decoded)
    laid_out = replace(decoded, state=PageState.LAID_OUT, upright=page.image)
    tx.save_page(laid_out, PageState.DECODED, layout)
    tx.save_page(replace(laid_out, state=PageState.READ), PageState.LAID_OUT)


def differing(document: Document, truth: JsonValue) -> tuple[str, ...]:
    """Return the paths of the document's values that the fax does not carry so, and of those that it carries and the document lacks."""
    present = {field.path: field.value for field in document.fields}
    carried = dict(_leaves(truth))
    wrong = [path for path, value in present.items() if carried.get(path, ...) != value]
    return tuple(sorted({*wrong, *(path for path in carried if path not in present)}))


def _leaves(tree: JsonValue, path: str = "") -> list[tuple[str, JsonValue]]:
    """Return the leaves of contract data by their dotted paths: a list of objects is rows, one of strings a value."""
    if isinstance(tree, dict):
        return [leaf for key, value in tree.items() for leaf in _leaves(value, f"{path}.{key}" if path else key)]
    if isinstance(tree, list) and tree and isinstance(tree[0], dict):
        return [leaf for number, value in enumerate(tree) for leaf in _leaves(value, f"{path}.{number}")]
    return [(path, tree)]
