"""The `rest` protocol: one version of a record is one POST of its JSON, made safe to repeat by its Idempotency-Key."""

from __future__ import annotations

from base64 import b64encode
from typing import Final
from urllib.parse import urlencode

import jmespath
from jmespath.exceptions import JMESPathError

from bridge.delivery.dialect import ANSWER_BYTES, JSON, Answer, Judgement, Request, UnsendableError, judge_by_status
from bridge.domain.errors import DecodeError, NotFoundError
from bridge.domain.model import JsonObject, JsonValue, canonical_json
from bridge.domain.targets import PaperKind, Target
from bridge.ports.delivery import Message, Papers

_NO_SHAPE: Final = (
    "Die Umformung (shape) für den Empfänger „{target}“ ergibt für diesen Datensatz nichts Sendbares. "
    "Bitte den Ausdruck in config/targets mit „bridge targets preview {target}“ prüfen und dann erneut zustellen."
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
        return Request("POST", self._target.url, headers, canonical_json(self._shaped(self._with_paper(message))))

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
            paper = self._papers.searchable(fax_id, pages)
        except (NotFoundError, DecodeError) as error:
            raise UnsendableError(f"no picture ({type(error).__name__})", _NO_PAPER.format(target=self._target.name)) from None
        return {**body, "paper": {"media_type": paper.media_type, "content": b64encode(paper.content).decode()}}

    def _shaped(self, body: JsonObject) -> JsonValue:
        """Return the body in the receiver's own shape."""
        if self._shape is None:
            return body
        try:
            shaped: JsonValue = self._shape.search(body)
        except JMESPathError as error:  # its message quotes the value
            reason = _NO_SHAPE.format(target=self._target.name)
            raise UnsendableError(f"shape fails ({type(error).__name__})", reason) from None
        if not isinstance(shaped, dict | list) or not shaped:
            raise UnsendableError("shape gives no JSON object or array", _NO_SHAPE.format(target=self._target.name))
        return shaped
