"""The ledger: where every page of every fax stands, computed by one statement from the rows as they are.

A page shared by several documents counts once, as its least settled document does. What cannot be explained is settled
nowhere, and shows as the line's gap: a page of a decided fax in no document, a released document without a delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from bridge.domain.errors import NotFoundError
from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, FaxState, PageState, WorkState
from bridge.domain.model import PageKind
from bridge.ports import LedgerLine, Settlement
from bridge.store.engine import Database
from bridge.store.rows import Row
from bridge.store.tables import deliveries, documents, faxes, pages, receipts, reviews, work

Chosen = Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]  # which faxes, told by the column that holds their id
_NOWHERE: Final = 0
# From least to most settled: the order in which a page shared by documents counts.
_RANKS: Final = {
    Settlement.WORKING: 1,
    Settlement.WAITING: 2,
    Settlement.REJECTED: 3,
    Settlement.FILED: 4,
    Settlement.DELIVERED: 5,
}
_WORKING, _WAITING, _REJECTED, _FILED, _DELIVERED = _RANKS.values()
_SENT: Final = (DocumentState.RELEASED, DocumentState.DELIVERED)


class Ledger(Database):
    """The part of `ports.Store` that closes the books."""

    def ledger(self, fax_id: str | None = None) -> Sequence[LedgerLine]:
        """Return the ledger of one fax (raises NotFoundError), or of all, oldest first."""
        with self.reading() as connection:
            lines = self.lines(connection, None if fax_id is None else lambda column: column == fax_id)
        if fax_id is not None and not lines:
            raise NotFoundError(f"no fax {fax_id}")
        return lines

    def lines(self, connection: sa.Connection, chosen: Chosen | None) -> Sequence[LedgerLine]:
        """Compute the lines of the chosen faxes (None: of all), oldest first."""
        of = chosen or (lambda _: sa.true())
        settled = _settled_pages(_shares(chosen, is_sqlite=self.is_sqlite), of(pages.c.fax_id))
        return [_line(row) for row in connection.execute(_lines(settled).where(of(faxes.c.id))).mappings()]


def _shares(chosen: Chosen | None, *, is_sqlite: bool) -> sa.Subquery:
    """Select one row per document and page of it: how settled the document is, whether a receipt covers that page.

    A receipt for n pages covers the document's first n.
    """
    unfolded, number, position = _numbers(is_sqlite=is_sqlite)
    covered = (
        sa.select(sa.func.max(receipts.c.page_count))
        .join(deliveries, deliveries.c.id == receipts.c.delivery_id)
        .where(deliveries.c.document_id == documents.c.id)
        .scalar_subquery()
    )
    is_seen = sa.exists().where(reviews.c.document_id == documents.c.id, reviews.c.closed_at.is_not(None))
    sent = _sent_versions(chosen).subquery()
    return (
        sa.select(
            documents.c.fax_id,
            number.label("number"),
            _document_rank(sent).label("rank"),
            sa.case((sa.or_(is_seen, documents.c.state == DocumentState.REJECTED), 1), else_=0).label("is_seen"),
            sa.case((position <= covered, 1), else_=0).label("is_receipted"),
        )
        .select_from(documents)
        .outerjoin(sent, sa.and_(sent.c.document_id == documents.c.id, sent.c.version == documents.c.version))
        .join(unfolded, sa.true())
        .where(documents.c.state != DocumentState.REPLACED, chosen(documents.c.fax_id) if chosen else sa.true())
        .subquery()
    )


def _numbers(*, is_sqlite: bool) -> tuple[sa.FromClause, sa.ColumnElement[int], sa.ColumnElement[int]]:
    """Return what unfolds the page numbers of each document, with its columns: the number and its position from 1."""
    if is_sqlite:
        each = sa.func.json_each(documents.c.pages).table_valued("key", "value")
        return each, sa.cast(each.c.value, sa.Integer), sa.cast(each.c.key, sa.Integer) + 1
    each = sa.func.jsonb_array_elements_text(documents.c.pages).table_valued("value", with_ordinality="key").render_derived()
    return each, sa.cast(each.c.value, sa.Integer), sa.cast(each.c.key, sa.Integer)


def _sent_versions(chosen: Chosen | None) -> sa.Select[Any]:
    """Select per record version how many of its deliveries stand how; quarantined delivery work waits as a dead letter."""
    is_stuck = sa.exists().where(work.c.delivery_id == deliveries.c.id, work.c.state == WorkState.QUARANTINED)
    is_pending = deliveries.c.state == DeliveryState.PENDING

    def count(name: str, *where: sa.ColumnElement[bool]) -> sa.Label[int]:
        return sa.func.sum(sa.case((sa.and_(*where), 1), else_=0)).label(name)

    counted = sa.select(
        deliveries.c.document_id,
        deliveries.c.version,
        count("pending", is_pending, ~is_stuck),
        count("dead", sa.or_(deliveries.c.state == DeliveryState.DEAD, sa.and_(is_pending, is_stuck))),
        count("delivered", deliveries.c.state == DeliveryState.DELIVERED),
        count("discarded", deliveries.c.state == DeliveryState.DISCARDED),
    )
    if chosen is not None:  # said again here, since databases do not push a condition into what is grouped
        counted = counted.where(deliveries.c.document_id.in_(sa.select(documents.c.id).where(chosen(documents.c.fax_id))))
    return counted.group_by(deliveries.c.document_id, deliveries.c.version)


def _document_rank(sent: sa.Subquery) -> sa.Case[int]:
    is_sent = documents.c.state.in_(_SENT)
    return sa.case(
        (documents.c.state == DocumentState.WAITING, _WAITING),
        (documents.c.state == DocumentState.FILED, _FILED),
        (documents.c.state == DocumentState.REJECTED, _REJECTED),
        (sa.and_(is_sent, sent.c.pending > 0), _WORKING),
        (sa.and_(is_sent, sent.c.dead > 0), _WAITING),
        (sa.and_(is_sent, sent.c.delivered > 0), _DELIVERED),
        (sa.and_(is_sent, sent.c.discarded > 0), _REJECTED),
        else_=_NOWHERE,
    )


def _settled_pages(shares: sa.Subquery, of_fax: sa.ColumnElement[bool]) -> sa.Subquery:
    """Select one row per decoded page: its rank, and whether a receipt covers it."""
    of_page = (
        sa.select(
            shares.c.fax_id,
            shares.c.number,
            sa.func.min(shares.c.rank).label("rank"),
            sa.func.max(shares.c.is_seen).label("is_seen"),
            sa.func.max(shares.c.is_receipted).label("is_receipted"),
        )
        .group_by(shares.c.fax_id, shares.c.number)
        .subquery()
    )
    # An unread page may lie in a document that goes out: it still waits, until a person has seen that document or closed it.
    is_unread = sa.and_(pages.c.state == PageState.QUARANTINED, sa.func.coalesce(of_page.c.is_seen, 0) == 0)
    rank = sa.case(
        (faxes.c.state == FaxState.CLOSED, _REJECTED),
        (sa.or_(faxes.c.state.in_(FAILED), is_unread), _WAITING),
        (faxes.c.state != FaxState.DECIDED, _underway_rank()),
        (of_page.c.rank.is_not(None), of_page.c.rank),
        (pages.c.state == PageState.CLOSED, _REJECTED),
        (pages.c.kind.in_([PageKind.BLANK, PageKind.COVER]), _FILED),
        else_=_NOWHERE,
    )
    return (
        sa.select(pages.c.fax_id, rank.label("rank"), sa.func.coalesce(of_page.c.is_receipted, 0).label("is_receipted"))
        .join(faxes, faxes.c.id == pages.c.fax_id)
        .outerjoin(of_page, sa.and_(of_page.c.fax_id == pages.c.fax_id, of_page.c.number == pages.c.number))
        .where(pages.c.state != PageState.MISSING, of_fax)
        .subquery()
    )


def _underway_rank() -> sa.Case[int]:
    """Working, unless a step of the fax itself lies in quarantine: then a person is waited for."""
    is_stuck = sa.exists().where(work.c.fax_id == faxes.c.id, work.c.delivery_id.is_(None), work.c.state == WorkState.QUARANTINED)
    return sa.case((is_stuck, _WAITING), else_=_WORKING)


def _lines(settled: sa.Subquery) -> sa.Select[Any]:
    """Select one row per fax: its facts, its number of page rows, and how many of them have each rank."""
    # What a fax without a page row counts as: one page.
    pageless = sa.case(
        (faxes.c.state == FaxState.CLOSED, _REJECTED),
        (faxes.c.state.in_(FAILED), _WAITING),
        (faxes.c.state == FaxState.DECIDED, _NOWHERE),
        else_=_underway_rank(),
    )
    counts = [sa.func.sum(sa.case((settled.c.rank == rank, 1), else_=0)).label(name) for name, rank in _RANKS.items()]
    return (
        sa.select(
            faxes.c.id,
            faxes.c.announced_pages,
            faxes.c.page_count,
            sa.func.count(settled.c.fax_id).label("rows"),
            sa.func.coalesce(sa.func.sum(settled.c.is_receipted), 0).label("receipted"),
            pageless.label("pageless"),
            *counts,
        )
        .select_from(faxes)
        .outerjoin(settled, settled.c.fax_id == faxes.c.id)
        .group_by(faxes.c.id)
        .order_by(faxes.c.id)
    )


def _line(row: Row) -> LedgerLine:
    decoded = row["rows"] if row["page_count"] is None else row["page_count"]
    if row["rows"]:
        settled = {name: int(row[name]) for name in _RANKS if row[name]}
    else:
        settled = {name: 1 for name, rank in _RANKS.items() if rank == row["pageless"]}
    missing = (row["announced_pages"] or 0) - decoded
    is_undecoded = not row["rows"] and row["pageless"] == _WORKING  # then nobody can say yet what is missing
    if missing > 0 and not is_undecoded:
        settled[Settlement.MISSING] = missing
    return LedgerLine(row["id"], row["announced_pages"], decoded, row["receipted"], settled)
