"""Logging for every process of the house: one line an event, on standard error, and never a word from a fax.

Our own rooms log ids by `logging.getLogger(__name__)`. What libraries log is not ours to vouch for: they are heard from
WARNING on, aiosmtpd (which logs envelope addresses and client lines) from ERROR on. An exception is told by its type and
the places it passed; its message only where its class promises to hold no value.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping
from typing import Final

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from bridge.domain.errors import BridgeError

OURS: Final = ("bridge", "workers", "samples")
FOREIGN_LEVELS: Final[Mapping[str, int]] = {
    "mail.log": logging.ERROR,  # aiosmtpd's name; its warnings quote what the client sent
    "mail.debug": logging.ERROR,
    "celery": logging.WARNING,  # celery and uvicorn would otherwise set a more talkative level of their own
    "kombu": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "uvicorn.access": logging.WARNING,
}


def configure_logging(json: bool | None = None, level: str = "INFO") -> None:
    """Send all logging of this process to standard error; calling it again replaces the former arrangement.

    `json` chooses JSON lines (True) or lines for a person (False); None: for a person where standard error is a terminal.
    `level` is what our own loggers say (DEBUG, INFO, WARNING, ERROR, CRITICAL; ValueError for anything else).
    """
    as_json = not sys.stderr.isatty() if json is None else json
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(_formatter(as_json))
    root = logging.getLogger()
    root.handlers = [output]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name, least in FOREIGN_LEVELS.items():
        foreign = logging.getLogger(name)
        foreign.handlers, foreign.propagate = [], True
        foreign.setLevel(least)
    logging.captureWarnings(True)


def _formatter(as_json: bool) -> logging.Formatter:
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what may quote a fax: exceptions become types and places, a library's message about one is dropped."""
    record: logging.LogRecord = event["_record"]
    exception = record.exc_info[1] if record.exc_info else None
    event.pop("exc_info", None)
    if exception is None:
        return event
    if record.name.partition(".")[0] not in OURS:
        event["event"] = "unexpected error" + _task_of(record)
    event["error"] = [_describe(error) for error in _chain(exception)]
    return event


def _task_of(record: logging.LogRecord) -> str:
    """Return which Celery task failed; Celery keeps name and id apart from the message, which quotes the exception."""
    context = getattr(record, "data", None)
    return f" in {context['name']} {context['id']}" if isinstance(context, Mapping) and {"name", "id"} <= context.keys() else ""


def _chain(exception: BaseException) -> list[BaseException]:
    """Return the exception and what led to it, newest first, as Python would print it."""
    chain: list[BaseException] = []
    current: BaseException | None = exception
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _describe(exception: BaseException) -> str:
    """Return type, harmless message and places, such as `StorageError: disk full (sql.py:41 accept)`."""
    places = ", ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(exception.__traceback__)
    )
    message = _harmless_message(exception)
    return type(exception).__name__ + (f": {message}" if message else "") + (f" ({places})" if places else "")


def _harmless_message(exception: BaseException) -> str:
    """Return what is known to hold no value: our own errors' text, the system's text for an errno, a database's code."""
    if isinstance(exception, BridgeError):
        return str(exception)
    if isinstance(exception, OSError):
        return exception.strerror or ""
    code = getattr(exception, "sqlite_errorname", None) or getattr(exception, "sqlstate", None)
    return code if isinstance(code, str) else ""
