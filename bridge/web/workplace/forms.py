"""What forms of the pages carry."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request


async def fields_of(request: Request) -> Mapping[str, str]:
    """Return the text fields of a form; files are no business of these pages."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def all_of(request: Request, name: str) -> tuple[str, ...]:
    """Return every value of a field that may come several times."""
    form = await request.form()
    return tuple(value for value in form.getlist(name) if isinstance(value, str))


def number_of(text: str | None) -> int:
    """Return what an address or form says as a number, 0 where it is none."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else 0
