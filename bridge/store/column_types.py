"""How domain values stand in columns: times in UTC, states by their value, frozen dataclasses as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

_UNSTORABLE: Final = {0: "\N{REPLACEMENT CHARACTER}"} | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


def storable(value: Any) -> Any:
    """Return JSON-like `value` with U+FFFD where a string holds what PostgreSQL or UTF-8 cannot: NUL, lone surrogates.

    Mails and readers can produce them, and a fax must not get stuck for one such character.
    """
    if isinstance(value, str):
        return value.translate(_UNSTORABLE) if not value.isascii() or "\0" in value else value
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the (expensively built) reader of `kind` from JSON-like values."""
    return TypeAdapter(kind)


class Text(TypeDecorator[str]):
    """Text of any length."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what can be stored."""
        cleaned: str | None = storable(value)
        return cleaned


class Utc(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as the database keeps it: SQLite without its offset, so that texts sort as times do."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without offset cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Named(TypeDecorator[StrEnum]):
    """A member of a StrEnum by its value."""

    impl = sa.String(20)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        """Take the enum."""
        super().__init__()
        self.kind = kind

    @override
    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Return the value."""
        return None if value is None else value.value

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Return the member."""
        return None if value is None else self.kind(value)


class Json(TypeDecorator[Any]):
    """A value of type `kind` (frozen dataclasses, tuples of them, JSON) as JSON; PostgreSQL: JSONB unless `keeps_order`."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, kind: Any = None, *, keeps_order: bool = False) -> None:
        """Take the type to read back, None for plain JSON."""
        super().__init__(none_as_null=True)
        self.kind, self.keeps_order = kind, keeps_order

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type."""
        is_binary = dialect.name == "postgresql" and not self.keeps_order
        return dialect.type_descriptor(JSONB(none_as_null=True) if is_binary else sa.JSON(none_as_null=True))

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return JSON."""
        return None if value is None else storable(to_jsonable_python(value))

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the value as `kind`."""
        return value if value is None or self.kind is None else adapter(self.kind).validate_python(value)
