"""What tables are made of: the names of their constraints, and columns of the kinds there are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bridge.store.column_types import Named, Text, Utc

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column(name: str = "id", **options: Any) -> sa.Column[str]:
    """Return a column for a UUID."""
    return sa.Column(name, sa.String(36), **options)


def reference(name: str, target: str, **options: Any) -> sa.Column[str]:
    """Return a column for the id of a row of `target` (table.column)."""
    return sa.Column(name, sa.String(36), sa.ForeignKey(target), nullable=False, **options)


def time(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[datetime]:
    """Return a column for an aware time."""
    return sa.Column(name, Utc, nullable=nullable, **options)


def state(kind: type[StrEnum], name: str = "state", *, nullable: bool = False) -> sa.Column[StrEnum]:
    """Return a column for a member of an enum, by its value."""
    return sa.Column(name, Named(kind), nullable=nullable)


def text(name: str, *, nullable: bool = True, **options: Any) -> sa.Column[str]:
    """Return a column for text of any length."""
    return sa.Column(name, Text, nullable=nullable, **options)


def number(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    """Return a column for a whole number."""
    return sa.Column(name, sa.Integer, nullable=nullable, **options)


def blob(prefix: str, *, nullable: bool = True) -> tuple[sa.Column[Any], ...]:
    """Return the three columns of a blob."""
    return (
        sa.Column(f"{prefix}_sha256", sa.String(64), nullable=nullable),
        sa.Column(f"{prefix}_size", sa.BigInteger, nullable=nullable),
        sa.Column(f"{prefix}_media_type", Text, nullable=nullable),
    )
