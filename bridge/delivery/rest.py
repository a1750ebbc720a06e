"""The `rest` protocol: one version of a record is one POST of its JSON, made safe to repeat by its Idempotency-Key."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from bridge.delivery.dialect import ANSWER_BYTES, JSON, Answer, Judgement, Request, UnsendableError, judge_by_status
from bridge.domain.errors import ConfigurationError, DecodeError, NotFoundError
from bridge.domain.model import WITHDRAWAL, JsonObject, JsonValue, Record, canonical_json
from bridge.domain.targets import PaperKind, Target
from bridge.ports.delivery import Message, Papers

_NOBODY: Final = "00000000-0000-0000-0000-000000000000"
_NO_SHAPE: Final = (
    "Die Umformung (shape) für den Empfänger „{target}“ ergibt für diesen Datensatz nichts Sendbares. "
    "Bitte den Ausdruck in config/targets mit „bridge targets preview {target} --record DATEI“ prüfen und dann erneut zustellen."
)
_NO_WITHDRAWAL: Final = (
    "Die Umformung (shape) für den Empfänger „{target}“ lässt eine Rücknahme wie einen gewöhnlichen Datensatz aussehen. Bitte im Ausdruck "
    "für Rücknahmen „schema“ mitgeben und dann erneut zustellen, oder den Empfänger auf anderem Weg verständigen."
)
_NO_PAPER: Final = (
    "Das Bild des Faxes für den Empfänger „{target}“ ist nicht zu haben. Bitte das Fax ansehen; ohne Bild geht der Datensatz hinaus, "
    'wenn in config/targets paper = "none" steht.'
)


class Rest:
    """Implements `Dialect` for agencies that take our JSON, or their own made of it."""

    answer_bytes: Final = ANSWER_BYTES

    def __init__(self, target: Target, papers: Papers, public_url: str) -> None:
        """Take the target, what gives PDFs, and what links to them begin with."""
        self._target, self._papers, self._public_url = target, papers, public_url
        self._shape = jmespath.compile(target.shape) if target.shape else None

    def request(self, message: Message) -> Request:
        """Return the POST of a record or withdrawal. Raises UnsendableError where its shape or PDF fails."""
        headers = {"Content-Type": JSON, "Accept": JSON, "Idempotency-Key": message.record.idempotency_key}
        body = self._with_paper(message)
        content = canonical_json(body) if self._shape is None else self._shaped(self._shape, message, body)
        return Request("POST", self._target.url, headers, content)

    def check(self) -> None:
        """Try the shape on a withdrawal that is made up. Raises ConfigurationError where it would look like any record."""
        body: JsonObject = {"id": _NOBODY, "type": "letter", "schema": WITHDRAWAL, "version": 2, "replaces": 1}
        body |= {
            "fax": {"id": _NOBODY, "mailbox": "probe"},
            "withdrawn": {"at": "2026-01-01T00:00:00+00:00", "reason": "other", "text": None},
        }
        record = Record(_NOBODY, 2, body, datetime(2026, 1, 1, tzinfo=UTC))
        try:
            self.request(Message(record, is_withdrawal=True))
        except UnsendableError as error:
            problem = f"does not work for withdrawals: {error}; let `schema` through (see docs/receiving.md)"
            raise ConfigurationError(f"targets/{self._target.name}.toml", "shape", problem) from None

    def judge(self, answer: Answer) -> Judgement:
        """Return what the status says."""
        return judge_by_status(answer)

    def _with_paper(self, message: Message) -> JsonObject:
        """Return the body, with the fax's own pages beside it where the target wants them. A withdrawal has none."""
        body, kind = message.record.body, self._target.paper
        if message.is_withdrawal or kind is PaperKind.NONE:
            return body
        fax_id, pages = message.record.fax_id, message.record.pages
        if kind is PaperKind.LINK:
            query = urlencode({"page": pages}, doseq=True)
            return {**body, "paper": {"href": f"{self._public_url}/api/v1/faxes/{fax_id}/searchable.pdf?{query}"}}
        try:
            paper = self._papers.original(fax_id) if kind is PaperKind.ORIGINAL else self._papers.searchable(fax_id, pages)
        except (NotFoundError, DecodeError) as error:
            raise self._unsendable(_NO_PAPER, f"no picture ({type(error).__name__})") from None
        return {**body, "paper": {"media_type": paper.media_type, "content": b64encode(paper.content).decode()}}

    def _shaped(self, shape: ParsedResult, message: Message, body: JsonObject) -> bytes:
        """Return the body in the receiver's own shape. What goes wrong is not quoted, for it may hold a value of the fax."""
        try:
            shaped: JsonValue = shape.search(body)
            content = canonical_json(shaped)
        except (JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
            raise self._unsendable(_NO_SHAPE, f"shape fails ({type(error).__name__})") from None
        if not isinstance(shaped, dict | list) or not shaped:
            raise self._unsendable(_NO_SHAPE, "shape gives no JSON object or array")
        if message.is_withdrawal and WITHDRAWAL.encode() not in content:
            raise self._unsendable(_NO_WITHDRAWAL, "shape hides that this is a withdrawal")
        return content

    def _unsendable(self, reason: str, detail: str) -> UnsendableError:
        return UnsendableError(detail, reason.format(target=self._target.name))
