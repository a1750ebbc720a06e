"""Protokoll: who looked at and did what, newest first; nothing in it can be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from bridge.domain.forms import DocumentType
from bridge.domain.model import JsonValue
from bridge.domain.people import Action
from bridge.ports import Store
from bridge.services.story import phrase_key
from bridge.stages.spoken import name_of
from bridge.web.threads import Threads
from bridge.web.workplace.forms import number_of
from bridge.web.workplace.pages import Pages
from bridge.web.workplace.texts import texts
from bridge.web.workplace.visitors import visitor_of

_PAGE: Final = 100
_UNKNOWN: Final = "unknown"  # the type that is always there


class LogPage:
    """The page of whoever audits."""

    def __init__(self, store: Store, types: Mapping[str, DocumentType], pages: Pages, threads: Threads) -> None:
        """Take the log, the names of fields, and what shows pages."""
        self._store, self._types, self._pages, self._threads = store, types, pages, threads

    async def show(self, request: Request) -> Response:
        """List lines, of all or of one person or fax."""
        context = await self._threads.run(self._context, dict(request.query_params), visitor_of(request).person.language)
        return self._pages.answer(request, "log.html", context)

    def _context(self, query: Mapping[str, str], language: str) -> dict[str, Any]:
        person_id, fax_id, before = query.get("person") or None, _id(query.get("fax")), number_of(query.get("vor")) or None
        people = self._store.people()
        names = {person.id: person.name for person in people}
        found = self._store.actions(fax_id=fax_id, person_id=person_id, before=before, limit=_PAGE + 1)
        chosen = {name: query[name] for name in ("person", "fax") if query.get(name)}
        words = texts(language)
        return {
            "lines": [
                (action, names.get(action.person_id or "", "–"), _what(action, words), self._about(action, names, words))
                for _, action in found[:_PAGE]
            ],
            "people": people,
            "chosen": {name: query.get(name, "") for name in ("person", "fax")},
            "is_no_fax": bool(query.get("fax")) and fax_id is None,
            "older": urlencode({**chosen, "vor": found[_PAGE - 1][0]}) if len(found) > _PAGE else None,
            "newest": urlencode(chosen) if before is not None else None,
        }

    def _about(self, action: Action, names: Mapping[str, str], words: Mapping[str, str]) -> str:
        return "; ".join(self._details(action, names, words))

    def _details(self, action: Action, names: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
        """Yield what a line's detail says, in words; what has none is left to the database."""
        detail = action.detail
        if isinstance(person := detail.get("person"), str):
            yield names.get(person, "–")
        for key, template in (("version", "fax.version"), ("page", "fax.picture_of")):
            if isinstance(number := detail.get(key), int):
                yield words[template].format(version=number, number=number)
        if (file := f"fax.{detail.get('file')}") in words:
            yield words[file]
        if fields := [*_listed(detail.get("changed")), *_paths(detail.get("steps"))]:
            yield words["log.fields"].format(fields=", ".join(dict.fromkeys(self._field(path) for path in fields)))
        if detail.get("undone"):
            yield words["log.undone"]
        if roles := [words[f"people.role.{role}"] for role in _listed(detail.get("roles")) if f"people.role.{role}" in words]:
            yield ", ".join(roles)
        if mailboxes := _listed(detail.get("mailboxes")):
            yield words["log.mailboxes"].format(mailboxes=", ".join(mailboxes))
        if detail.get("is_active") is False:
            yield words["people.closed"]

    def _field(self, path: str) -> str:
        return name_of(path.split(".", 2)[-1] if path.startswith("rows.") else path, self._types[_UNKNOWN])


def _what(action: Action, words: Mapping[str, str]) -> str:
    return words.get(f"log.what.{phrase_key(action.what)}", words["log.what.other"])


def _listed(value: JsonValue) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _paths(steps: JsonValue) -> list[str]:
    return [str(step["path"]) for step in steps if isinstance(step, dict) and step.get("path")] if isinstance(steps, list) else []


def _id(text: str | None) -> str | None:
    """Return the number of a fax as it is kept, None where it cannot be one."""
    try:
        return str(UUID((text or "").strip()))
    except ValueError:
        return None
