"""What waits for people, in the order in which it should be looked at, and what else their desk needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.desk import Draft, SavedView, Waiting, WaitingFilter, WaitingKind
from bridge.domain.lifecycle import FAILED, DocumentState, FaxState, WorkState
from bridge.domain.model import Field, Issue, ReviewTask, Sender
from bridge.domain.terms import words
from bridge.store import tables
from bridge.store.engine import Database
from bridge.store.rows import Row, from_row

_DEADLINE: Final = timedelta(hours=24)  # IfSG § 9 (3)
_MOST_UNREAD: Final = 500  # faxes and pages that nobody could read: where there are more, something else is wrong
_UNREAD_PAGE: Final = "Diese Seite konnte nicht gelesen werden. Bitte das Original ansehen."
_FOUND: Final = 20_000


class Desk(Database):
    """The part of `ports.Store` that reads for the desk."""

    def waiting_list(self, which: WaitingFilter, now: datetime) -> Sequence[Waiting]:
        """Return what waits: faxes and pages nobody could read, then documents and follow-ups; urgent first, then by due time."""
        holders = self.lease_holders("review:", now)
        with self.reading() as connection:
            unread = list(_unread(connection, which, holders))
            tasks = _tasks(which, now).order_by(tables.reviews.c.is_urgent.desc(), tables.reviews.c.due_at, tables.reviews.c.id)
            after = max(0, which.after - len(unread))
            shown = unread[which.after : which.after + which.limit]
            rows = connection.execute(tasks.limit(which.limit - len(shown)).offset(after)).mappings().all()
            documents = _documents(connection, [row["document_id"] for row in rows])
        return shown + [_task(row, documents[row["document_id"]], holders) for row in rows]

    def waiting_count(self, which: WaitingFilter, now: datetime) -> int:
        """Return how many there are in all, whatever `after` and `limit`."""
        with self.reading() as connection:
            tasks = _tasks(which, now).with_only_columns(sa.func.count())
            return len(list(_unread(connection, which, {}))) + int(connection.execute(tasks).scalar_one())

    def draft(self, document_id: str) -> Draft | None:
        """Return what somebody has done so far."""
        with self.reading() as connection:
            row = connection.execute(sa.select(tables.drafts).where(tables.drafts.c.document_id == document_id)).mappings().first()
        return None if row is None else from_row(Draft, row)

    def find_faxes(self, words: Sequence[str], mailboxes: Sequence[str] | None, limit: int) -> Sequence[str]:
        """Return ids of faxes for which each of `words` begins a term (names, numbers, dates, sender), newest first."""
        faxes = tables.faxes
        found = sa.select(faxes.c.id).where(*(_has_term(faxes.c.id, word) for word in words), _in(mailboxes))
        with self.reading() as connection:
            return connection.execute(found.order_by(faxes.c.id.desc()).limit(limit)).scalars().all()

    def lease_holders(self, prefix: str, now: datetime) -> Mapping[str, str]:
        """Return who holds which living named lease, by the name behind `prefix`."""
        leases = tables.leases
        living = sa.select(leases.c.name, leases.c.owner).where(
            leases.c.name.startswith(prefix, autoescape=True), leases.c.held_until > now
        )
        with self.reading() as connection:
            return {row.name.removeprefix(prefix): row.owner for row in connection.execute(living)}

    def saved_views(self, mailboxes: Sequence[str] | None) -> Sequence[SavedView]:
        """Return the saved views of mailboxes (None: all) and those of all mailboxes, by name."""
        views = tables.saved_views
        own = sa.true() if mailboxes is None else views.c.mailbox.in_([*mailboxes, "*"])
        with self.reading() as connection:
            return [from_row(SavedView, row) for row in connection.execute(sa.select(views).where(own).order_by(views.c.name)).mappings()]

    def save_view(self, view: SavedView) -> None:
        """Insert a view, or replace the one of the same mailbox and name."""
        insert = (sqlite.insert if self.is_sqlite else postgresql.insert)(tables.saved_views)
        values = {"id": view.id, "mailbox": view.mailbox, "name": view.name, "query": view.query}
        with self.writing() as connection:
            again = {"query": insert.excluded.query}
            connection.execute(insert.values(**values).on_conflict_do_update(index_elements=["mailbox", "name"], set_=again))

    def remove_view(self, view_id: str) -> None:
        """Remove a view."""
        with self.writing() as connection:
            connection.execute(sa.delete(tables.saved_views).where(tables.saved_views.c.id == view_id))


def _tasks(which: WaitingFilter, now: datetime) -> sa.Select[Any]:
    """Return the open tasks of the filter, with their faxes; the documents' heavy columns stay out."""
    reviews, faxes, documents = tables.reviews, tables.faxes, tables.documents
    joined = reviews.join(faxes, faxes.c.id == reviews.c.fax_id).join(documents, documents.c.id == reviews.c.document_id)
    columns = (
        reviews,
        faxes.c.mailbox,
        faxes.c.received_at,
        faxes.c.sender_number,
        faxes.c.sender_tsid,
        faxes.c.sender_name,
        documents.c.type,
    )
    conditions = [reviews.c.closed_at.is_(None), _in(which.mailboxes), *(_has_term(reviews.c.fax_id, word) for word in words(which.search))]
    if which.type is not None:
        conditions.append(documents.c.type == which.type)
    if which.kind is not None:
        conditions.append(_is_kind(which.kind))
    if which.handed_to is not None:
        conditions.append(reviews.c.handed_to == which.handed_to)
    if not which.is_postponed:
        conditions.append(sa.or_(reviews.c.postponed_until.is_(None), reviews.c.postponed_until <= now))
    return sa.select(*columns).select_from(joined).where(*conditions)


def _is_kind(kind: WaitingKind) -> sa.ColumnElement[bool]:
    if kind in {WaitingKind.DOCUMENT, WaitingKind.FOLLOW_UP}:
        return tables.reviews.c.is_follow_up.is_(kind is WaitingKind.FOLLOW_UP)
    return sa.false()


def _in(mailboxes: Sequence[str] | None) -> sa.ColumnElement[bool]:
    return sa.true() if mailboxes is None else tables.faxes.c.mailbox.in_(mailboxes)


def _has_term(fax_id: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Return the condition that a term of the fax begins with the word: a range of the primary key, whatever the collation."""
    terms = tables.search_terms
    begins = sa.select(terms.c.fax_id).where(terms.c.term >= word, terms.c.term < word + "\U0010ffff").limit(_FOUND)
    return fax_id.in_(begins)


def _unread(connection: sa.Connection, which: WaitingFilter, holders: Mapping[str, str]) -> Iterator[Waiting]:
    """Yield the faxes and pages that nobody could read, oldest first."""
    if which.type is not None or which.handed_to is not None:
        return
    found: list[tuple[WaitingKind, Row]] = []
    if which.kind in {None, WaitingKind.FAX}:
        found += [(WaitingKind.FAX, row) for row in connection.execute(_failed(which)).mappings()]
    if which.kind in {None, WaitingKind.PAGE}:
        found += [(WaitingKind.PAGE, row) for row in connection.execute(_pages_aside(which)).mappings() if not _is_held(connection, row)]
    for kind, row in sorted(found, key=lambda each: (each[1]["received_at"], each[1]["fax_id"])):
        yield _unread_line(kind, row, holders)


def _failed(which: WaitingFilter) -> sa.Select[Any]:
    faxes = tables.faxes
    found = [_has_term(faxes.c.id, word) for word in words(which.search)]
    failed = faxes.c.state.in_(sorted(FAILED))
    return (
        sa.select(faxes.c.id.label("fax_id"), faxes, sa.null().label("page"))
        .where(failed, _in(which.mailboxes), *found)
        .limit(_MOST_UNREAD)
    )


def _pages_aside(which: WaitingFilter) -> sa.Select[Any]:
    """Return the quarantined pages of faxes that went on without them."""
    work, faxes = tables.work, tables.faxes
    found = [_has_term(faxes.c.id, word) for word in words(which.search)]
    are_aside = (work.c.state == WorkState.QUARANTINED, work.c.page.is_not(None), faxes.c.state == FaxState.DECIDED)
    columns = (faxes.c.id.label("fax_id"), faxes, work.c.page)
    joined = work.join(faxes, faxes.c.id == work.c.fax_id)
    return sa.select(*columns).select_from(joined).where(*are_aside, _in(which.mailboxes), *found).limit(_MOST_UNREAD)


def _is_held(connection: sa.Connection, row: Row) -> bool:
    """Tell whether a document that waits holds the page: then it is looked at with that."""
    documents = tables.documents
    of_fax = sa.select(documents.c.pages).where(documents.c.fax_id == row["fax_id"], documents.c.state == DocumentState.WAITING)
    return any(row["page"] in pages for pages in connection.execute(of_fax).scalars())


def _unread_line(kind: WaitingKind, row: Row, holders: Mapping[str, str]) -> Waiting:
    return Waiting(
        kind,
        row["fax_id"],
        row["mailbox"],
        row["received_at"],
        (row["sent_at"] or row["received_at"]) + _DEADLINE,
        (row["reason"] if kind is WaitingKind.FAX else None) or _UNREAD_PAGE,
        sender=_sender(row),
        page=row["page"],
        is_urgent=True,
        held_by=holders.get(row["fax_id"]),
    )


def _documents(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, Row]:
    documents = tables.documents
    found = sa.select(documents.c.id, documents.c.fields, documents.c.issues).where(documents.c.id.in_(ids))
    return {row["id"]: row for row in connection.execute(found).mappings()}


def _task(row: Row, document: Row, holders: Mapping[str, str]) -> Waiting:
    task = from_row(ReviewTask, row)
    fields: Sequence[Field] = document["fields"]
    issues: Sequence[Issue] = document["issues"]
    return Waiting(
        WaitingKind.FOLLOW_UP if task.is_follow_up else WaitingKind.DOCUMENT,
        task.fax_id,
        row["mailbox"],
        row["received_at"],
        task.due_at or row["received_at"] + _DEADLINE,
        task.reason,
        sender=_sender(row),
        task=task,
        type=row["type"],
        name=_name(fields),
        is_urgent=task.is_urgent,
        held_by=holders.get(task.fax_id),
        issues=len(issues),
    )


def _name(fields: Sequence[Field]) -> str | None:
    """Return the patient's name as far as it was read."""
    values = {field.path: str(field.value) for field in fields if field.path.startswith("patient.") and field.value is not None}
    parts = [values[path] for path in ("patient.family_name", "patient.given_name") if path in values]
    return ", ".join(parts) or None


def _sender(row: Row) -> Sender:
    return Sender(row["sender_number"], row["sender_tsid"], row["sender_name"])
