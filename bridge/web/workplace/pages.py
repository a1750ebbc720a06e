"""Turns templates into answers: language, safe headers, the person who looks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bridge.domain.people import Permission
from bridge.web.workplace.texts import LANGUAGES, texts
from bridge.web.workplace.visitors import Visitor

BASE: Final = "/app"
_TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"
_HERE: Final = ZoneInfo("Europe/Berlin")
# No inline script or style, nothing from elsewhere; pictures of pages are shown from memory (blob:), KERN's icons are data:.
SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Pages:
    """Renders pages and parts of pages."""

    def __init__(self) -> None:
        """Load nothing yet: templates are read when first asked for, and kept."""
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
        self._templates.filters.update(local=_local, day=_day, anchor=_anchor, for_script=_for_script)

    def answer(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return `template` filled in; `context` is its own beside what all pages know."""
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        language = visitor.person.language if visitor else request.cookies.get("language", _preferred(request))
        words = texts(language)

        def say(key: str, **values: object) -> str:
            return words[key].format(**values) if values else words[key]

        common = {
            "t": say,
            "language": language if language in LANGUAGES else LANGUAGES[0],
            "visitor": visitor,
            "Permission": Permission,
            "base": BASE,
            "path": request.url.path,
        }
        content = self._templates.get_template(template).render({**common, **context})
        return HTMLResponse(content, status, {"Content-Security-Policy": SECURITY_POLICY, **(headers or {})})


def _preferred(request: Request) -> str:
    """Return the first of our languages that the browser names, else German."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def _local(time: datetime) -> str:
    return time.astimezone(_HERE).strftime("%d.%m.%Y %H:%M")


def _day(time: datetime) -> str:
    return time.astimezone(_HERE).strftime("%d.%m.%Y")


def _anchor(path: str) -> str:
    """Return a dotted path as an HTML id."""
    return path.replace(".", "-").replace("_", "-")


def _for_script(value: Any) -> str:
    """Return JSON for an attribute that a script reads (escaped by the template as all text is)."""
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False)
