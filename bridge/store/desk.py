"""What waits for people, in the order in which it should be looked at, and what else their desk needs to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.desk import DEADLINE, Draft, SavedView, Waiting, WaitingFilter, WaitingKind
from bridge.domain.lifecycle import FAILED, DocumentState, FaxState, PageState, WorkState
from bridge.domain.model import ReviewTask, Sender
from bridge.domain.terms import sought
from bridge.store import tables
from bridge.store.engine import Database
from bridge.store.rows import Row, from_row

_UNREAD_PAGE: Final = "Diese Seite konnte nicht gelesen werden. Bitte das Original ansehen."
_UNREAD_FAX: Final = "Dieses Fax konnte nicht gelesen werden. Bitte das Original ansehen."
_WHOLE: Final = 0  # in the place of a page's number: the whole fax


class _Unread(NamedTuple):
    """A fax (page `_WHOLE`) or page that nobody could read, sorted by when it came."""

    received_at: datetime
    fax_id: str
    page: int


class Desk(Database):
    """The part of `ports.Store` that reads for the desk."""

    def waiting_list(self, which: WaitingFilter, now: datetime) -> Sequence[Waiting]:
        """Return what waits: faxes and pages nobody could read, then documents and follow-ups; urgent first, then by due time."""
        holders = self.lease_holders("review:", now)
        with self.reading() as connection:
            unread = _unread_keys(connection, which)
            lines = _unread_lines(connection, unread[which.after : which.after + which.limit], holders)
            tasks = _tasks(which, now).order_by(tables.reviews.c.is_urgent.desc(), tables.reviews.c.due_at, tables.reviews.c.id)
            after = max(0, which.after - len(unread))
            rows = connection.execute(tasks.limit(which.limit - len(lines)).offset(after)).mappings().all()
            faxes = _rows_of(connection, tables.faxes, {row["fax_id"] for row in rows})
            documents = _documents(connection, {row["document_id"] for row in rows})
        return lines + [_task(row, faxes[row["fax_id"]], documents[row["document_id"]], holders) for row in rows]

    def waiting_count(self, which: WaitingFilter, now: datetime) -> int:
        """Return how many there are in all, whatever `after` and `limit`."""
        with self.reading() as connection:
            tasks = _tasks(which, now).with_only_columns(sa.func.count())
            return len(_unread_keys(connection, which)) + int(connection.execute(tasks).scalar_one())

    def draft(self, document_id: str) -> Draft | None:
        """Return what somebody has done so far."""
        with self.reading() as connection:
            row = connection.execute(sa.select(tables.drafts).where(tables.drafts.c.document_id == document_id)).mappings().first()
        return None if row is None else from_row(Draft, row)

    def find_faxes(self, words: Sequence[str], mailboxes: Sequence[str] | None, limit: int) -> Sequence[str]:
        """Return ids of faxes for which each of `words` begins a term (names, numbers, dates, sender), newest first."""
        faxes, terms = tables.faxes, tables.search_terms
        have_words = [faxes.c.id.in_(sa.select(terms.c.fax_id).where(_begins(word))) for word in words]
        found = sa.select(faxes.c.id).where(*have_words, _in(mailboxes))
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
    """Return the open tasks of the filter: their faxes and documents are looked at only where the filter asks for them."""
    reviews, faxes, documents = tables.reviews, tables.faxes, tables.documents
    joined: sa.FromClause = reviews
    if which.mailboxes is not None:
        joined = joined.join(faxes, faxes.c.id == reviews.c.fax_id)
    if which.type is not None:
        joined = joined.join(documents, documents.c.id == reviews.c.document_id)
    conditions = [reviews.c.closed_at.is_(None), _in(which.mailboxes), *_have_terms(reviews.c.fax_id, which)]
    if which.type is not None:
        conditions.append(documents.c.type == which.type)
    if which.kind is not None:
        conditions.append(_is_kind(which.kind))
    if which.handed_to is not None:
        conditions.append(reviews.c.handed_to == which.handed_to)
    if not which.is_postponed:
        conditions.append(sa.or_(reviews.c.postponed_until.is_(None), reviews.c.postponed_until <= now))
    return sa.select(reviews).select_from(joined).where(*conditions)


def _is_kind(kind: WaitingKind) -> sa.ColumnElement[bool]:
    if kind in {WaitingKind.DOCUMENT, WaitingKind.FOLLOW_UP}:
        return tables.reviews.c.is_follow_up.is_(kind is WaitingKind.FOLLOW_UP)
    return sa.false()


def _in(mailboxes: Sequence[str] | None) -> sa.ColumnElement[bool]:
    return sa.true() if mailboxes is None else tables.faxes.c.mailbox.in_(mailboxes)


def _have_terms(fax_id: sa.ColumnElement[str], which: WaitingFilter) -> list[sa.ColumnElement[bool]]:
    """Return the condition that each word sought begins a term of the fax: looked up for each of the few faxes that wait."""
    terms = tables.search_terms
    return [sa.exists().where(terms.c.fax_id == fax_id, _begins(word)) for word in sought(which.search)]


def _begins(word: str) -> sa.ColumnElement[bool]:
    """Return the condition that a term begins with the word: a range of an index, which is sorted by code points."""
    terms = tables.search_terms
    return sa.and_(terms.c.term >= word, terms.c.term < word + "\U0010ffff")


def _unread_keys(connection: sa.Connection, which: WaitingFilter) -> list[_Unread]:
    """Return the faxes and pages that nobody could read, oldest first: of all of them, but only what puts them in order."""
    if which.only_tasks or which.type is not None or which.handed_to is not None:
        return []
    found: list[_Unread] = []
    if which.kind in {None, WaitingKind.FAX}:
        found += [_Unread(*row) for row in connection.execute(_failed(which))]
    if which.kind in {None, WaitingKind.PAGE}:
        found += _pages_aside(connection, which)
    return sorted(found)


def _failed(which: WaitingFilter) -> sa.Select[Any]:
    faxes = tables.faxes
    conditions = (faxes.c.state.in_(sorted(FAILED)), _in(which.mailboxes), *_have_terms(faxes.c.id, which))
    return sa.select(faxes.c.received_at, faxes.c.id, sa.literal(_WHOLE)).where(*conditions)


def _pages_aside(connection: sa.Connection, which: WaitingFilter) -> list[_Unread]:
    """Return the pages in quarantine of faxes that went on without them; one that a waiting document holds is looked at with that."""
    work, faxes, pages, documents = tables.work, tables.faxes, tables.pages, tables.documents
    joined = work.join(faxes, faxes.c.id == work.c.fax_id).join(pages, sa.and_(pages.c.fax_id == faxes.c.id, pages.c.number == work.c.page))
    are_aside = (
        work.c.state == WorkState.QUARANTINED,
        work.c.page.is_not(None),
        faxes.c.state == FaxState.DECIDED,
        pages.c.state == PageState.QUARANTINED,
        _in(which.mailboxes),
        *_have_terms(faxes.c.id, which),
    )
    aside = sa.select(faxes.c.received_at, faxes.c.id, work.c.page).select_from(joined).where(*are_aside).distinct()
    found = [_Unread(*row) for row in connection.execute(aside)]
    waiting = sa.select(documents.c.fax_id, documents.c.pages).where(
        documents.c.fax_id.in_({page.fax_id for page in found}), documents.c.state == DocumentState.WAITING
    )
    held = {(row.fax_id, number) for row in connection.execute(waiting) for number in row.pages} if found else set()
    return [page for page in found if (page.fax_id, page.page) not in held]


def _unread_lines(connection: sa.Connection, shown: Sequence[_Unread], holders: Mapping[str, str]) -> list[Waiting]:
    """Return the lines of those, with why each waits."""
    if not shown:
        return []
    pages = tables.pages
    ids = {each.fax_id for each in shown}
    facts = _rows_of(connection, tables.faxes, ids)
    told = sa.select(pages.c.fax_id, pages.c.number, pages.c.reason).where(pages.c.fax_id.in_(ids), pages.c.state == PageState.QUARANTINED)
    reasons = {(row.fax_id, row.number): row.reason for row in connection.execute(told)}
    return [_unread_line(each, facts[each.fax_id], reasons.get((each.fax_id, each.page)), holders) for each in shown]


def _unread_line(unread: _Unread, fax: Row, page_reason: str | None, holders: Mapping[str, str]) -> Waiting:
    is_whole = unread.page == _WHOLE
    return Waiting(
        WaitingKind.FAX if is_whole else WaitingKind.PAGE,
        unread.fax_id,
        fax["mailbox"],
        fax["received_at"],
        (fax["sent_at"] or fax["received_at"]) + DEADLINE,
        (fax["reason"] or _UNREAD_FAX) if is_whole else (page_reason or _UNREAD_PAGE),
        sender=_sender(fax),
        page=None if is_whole else unread.page,
        is_urgent=True,
        held_by=holders.get(unread.fax_id),
    )


def _rows_of(connection: sa.Connection, table: sa.Table, ids: Collection[str]) -> Mapping[str, Row]:
    """Return the rows of those that are shown, by id."""
    if not ids:
        return {}
    return {row["id"]: row for row in connection.execute(sa.select(table).where(table.c.id.in_(ids))).mappings()}


def _documents(connection: sa.Connection, ids: Collection[str]) -> Mapping[str, Row]:
    """Return what a line says of documents, by id: their fields as plain JSON, since to build all of them takes longer than the rest."""
    if not ids:
        return {}
    table = tables.documents
    plain = [sa.type_coerce(column, sa.JSON).label(column.name) for column in (table.c.fields, table.c.issues)]
    return {row["id"]: row for row in connection.execute(sa.select(table.c.id, table.c.type, *plain).where(table.c.id.in_(ids))).mappings()}


def _task(row: Row, fax: Row, document: Row, holders: Mapping[str, str]) -> Waiting:
    task = from_row(ReviewTask, row)
    return Waiting(
        WaitingKind.FOLLOW_UP if task.is_follow_up else WaitingKind.DOCUMENT,
        task.fax_id,
        fax["mailbox"],
        fax["received_at"],
        task.due_at or fax["received_at"] + DEADLINE,
        task.reason,
        sender=_sender(fax),
        task=task,
        type=document["type"],
        name=_name(document["fields"]),
        is_urgent=task.is_urgent,
        held_by=holders.get(task.fax_id),
        issues=len(document["issues"]),
    )


def _name(fields: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the patient's name as far as it was read."""
    values = {field["path"]: field["value"] for field in fields if field["value"] is not None}
    return ", ".join(str(values[path]) for path in ("patient.family_name", "patient.given_name") if path in values) or None


def _sender(row: Row) -> Sender:
    return Sender(row["sender_number"], row["sender_tsid"], row["sender_name"])
