"""Logs help whoever runs the house and never carry a word from a fax."""

from __future__ import annotations

import asyncio
import json
import logging
import smtplib
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bridge.domain.errors import StorageError
from bridge.telemetry import FOREIGN_LEVELS, OURS, configure_logging

PATIENT = "Böhm-Übermut"


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """Put every logger back as it was."""
    names = ("", *OURS, *FOREIGN_LEVELS)
    before = [(logger, logger.handlers, logger.level, logger.propagate) for logger in map(logging.getLogger, names)]
    yield
    logging.captureWarnings(False)
    for logger, handlers, level, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.fixture
def heard(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What the process has said on standard error since last asked."""
    return lambda: capsys.readouterr().err


def lines(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def test_a_line_is_one_json_object_with_time_level_logger_and_event(heard: Callable[[], str]) -> None:
    configure_logging()
    logging.getLogger("bridge.services.accept").info("fax %s accepted", "0199c1f0")
    (line,) = lines(heard())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "fax 0199c1f0 accepted", "level": "info", "logger": "bridge.services.accept"}


def test_a_terminal_gets_lines_for_people(heard: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure_logging()
    logging.getLogger("bridge").warning("worker restarted")
    said = heard()
    assert "worker restarted" in said
    assert not said.startswith("{")


def test_configuring_again_does_not_double_lines(heard: Callable[[], str]) -> None:
    configure_logging(json=True)
    configure_logging(json=True)
    logging.getLogger("bridge").info("once")
    assert len(lines(heard())) == 1


def test_the_level_is_for_our_own_loggers_only(heard: Callable[[], str]) -> None:
    configure_logging(json=True, level="DEBUG")
    logging.getLogger("bridge.stages").debug("ours")
    logging.getLogger("PIL.TiffImagePlugin").debug("theirs")
    assert [line["event"] for line in lines(heard())] == ["ours"]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure_logging(level="LOUD")


def failing_with(patient: str) -> None:
    secret = patient
    raise ValueError(f"no date in {secret!r}")


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_shows_type_and_place_but_neither_message_nor_locals(heard: Callable[[], str], as_json: bool) -> None:
    configure_logging(json=as_json)
    try:
        failing_with(PATIENT)
    except ValueError:
        logging.getLogger("bridge.services").exception("work %s failed", "0199")
    said = heard()
    assert "ValueError" in said
    assert "failing_with" in said
    assert PATIENT not in said


def test_our_own_errors_and_the_systems_keep_their_message_along_the_chain(heard: Callable[[], str]) -> None:
    configure_logging(json=True)
    try:
        try:
            raise OSError(28, "No space left on device", f"/blobs/{PATIENT}")
        except OSError as error:
            raise StorageError("cannot keep the mail") from error
    except StorageError:
        logging.getLogger("bridge.intake").exception("mail refused")
    said = heard()
    (line,) = lines(said)
    newest, cause = line["error"]
    assert newest.startswith("StorageError: cannot keep the mail (test_telemetry.py:")
    assert cause.startswith("OSError: No space left on device (")
    assert PATIENT not in said


def test_a_database_error_keeps_its_code(heard: Callable[[], str]) -> None:
    configure_logging(json=True)
    try:
        sqlite3.connect(":memory:").execute(f"SELECT * FROM '{PATIENT}'")
    except sqlite3.OperationalError:
        logging.getLogger("bridge.store").exception("query failed")
    said = heard()
    assert "OperationalError: SQLITE_ERROR" in said
    assert PATIENT not in said


def test_a_cause_that_is_hidden_by_the_code_stays_hidden(heard: Callable[[], str]) -> None:
    configure_logging(json=True)
    try:
        try:
            failing_with(PATIENT)
        except ValueError:
            raise StorageError("gone") from None
    except StorageError:
        logging.getLogger("bridge").exception("failed")
    assert len(lines(heard())[0]["error"]) == 1


def test_a_librarys_message_about_an_exception_is_dropped_but_a_celery_task_is_named(heard: Callable[[], str]) -> None:
    configure_logging(json=True)
    context = {"id": "c0ffee", "name": "bridge.layout", "exc": f"ValueError({PATIENT!r})"}
    try:
        failing_with(PATIENT)
    except ValueError:
        logging.getLogger("celery.app.trace").exception("Task %(name)s[%(id)s] raised: %(exc)s", context, extra={"data": context})
        logging.getLogger("asyncio").exception("never retrieved: ValueError(%r)", PATIENT)
    said = heard()
    assert [line["event"] for line in lines(said)] == ["unexpected error in bridge.layout c0ffee", "unexpected error"]
    assert PATIENT not in said


def test_warnings_of_the_interpreter_come_as_lines_too(heard: Callable[[], str]) -> None:
    configure_logging(json=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    assert "soon gone" in lines(heard())[0]["event"]


class FailingHandler:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        raise ValueError(f"cannot keep {envelope.content!r}")


def test_nothing_of_a_mail_is_ever_logged_by_the_mail_server(heard: Callable[[], str]) -> None:
    def send(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.docmd("Patient", "Mustermann-Geheim")  # a line of a body taken for a command
            with pytest.raises(smtplib.SMTPDataError):
                client.sendmail("praxis-geheim@example.org", ["amt-geheim@example.org"], "Subject: Geheim\r\n\r\nPatient: Geheim")

    async def serve_one() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(FailingHandler()), "127.0.0.1", 0)
        async with server:
            await asyncio.to_thread(send, server.sockets[0].getsockname()[1])

    configure_logging(json=True, level="DEBUG")
    asyncio.run(serve_one())
    said = heard()
    assert "unexpected error" in said
    assert "geheim" not in said.lower()
