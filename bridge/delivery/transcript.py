"""One exchange with a receiver as text, for people who set a connection up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bridge.delivery.dialect import Answer, Request

_SECRET: Final = frozenset({"authorization", "webhook-signature", "set-cookie"})
_MOST_SHOWN: Final = 20_000


def transcript(request: Request, answer: Answer) -> str:
    """Return request and answer, line by line, without credentials and signatures."""
    asked = [f"> {request.method} {request.url.partition('?')[0]}", *_headers(">", request.headers), "", pretty(request.content), ""]
    return "\n".join([*asked, f"< HTTP {answer.status}", *_headers("<", answer.headers), "", pretty(answer.body), ""])


def pretty(content: bytes) -> str:
    """Return JSON indented and anything else as it is, never without end."""
    try:
        text = json.dumps(json.loads(content), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        text = content.decode(errors="replace")
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + " …"


def _headers(sign: str, headers: Mapping[str, str]) -> list[str]:
    return [f"{sign} {name}: {'…' if name.lower() in _SECRET else value}" for name, value in headers.items()]
