"""What is asked of SORMAS, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from bridge.delivery.dialect import Answer, Judgement, Request, UnsendableError, verdict_of
from bridge.delivery.sormas.entities import Entity, listed, notification, uuid_of
from bridge.delivery.sormas.options import Options, parse_options
from bridge.domain.model import Record, WithdrawalReason, canonical_json
from bridge.domain.targets import Target
from bridge.ports.delivery import Message, Verdict

_JSON: Final = "application/json; charset=UTF-8"
_ANSWER_BYTES: Final = 4 * 1024 * 1024  # SORMAS answers with the whole entity
_NOTIFICATIONS: Final = frozenset({"disease_notification", "laboratory_notification"})
_LIST: Final = "case_list"
_NOTHING_THERE: Final = frozenset({204, 404})
_A_MOMENT: Final = timedelta(seconds=5)  # to save what is new may take several steps
ABSENT: Final = b"absent"
UNTOUCHED: Final = b"untouched"
CHANGED: Final = b"changed"
CONFLICT: Final = (
    "In SORMAS wurde der Fall inzwischen geändert, vielleicht durch eine frühere Berichtigung von hier: nichts wurde überschrieben. "
    "Bitte den Fall in SORMAS ansehen (seine externe ID ist die Kennung dieser Meldung) und von Hand nachtragen, was fehlt."
)
_REASONS: Final = {
    401: "SORMAS kennt Benutzer oder Passwort nicht: bitte die Zugangsdaten des Ziels prüfen und erneut senden.",
    403: "Dem Benutzer fehlen in SORMAS Rechte: bitte seine Benutzerrollen prüfen lassen und erneut senden.",
    404: "Unter der Adresse des Ziels antwortet kein SORMAS, das Fälle annimmt: bitte die Adresse prüfen und erneut senden.",
    409: CONFLICT,
}
_REFUSED: Final = "SORMAS hat die Meldung nicht angenommen: bitte die Antwort ansehen, die Meldung berichtigen und erneut senden."


class Sormas:
    """The `Dialect` of a SORMAS target: a notification, a list of one row, or a withdrawal is one request.

    `pushWithPerson` takes one person with one case or contact; SormasSender makes of a longer list as many messages as it has rows.
    """

    answer_bytes: int = _ANSWER_BYTES

    def __init__(self, target: Target, names: Mapping[str, str] | None = None) -> None:
        """Take the target, and DEMIS codes by printed name for lists, which carry no code. Raises ConfigurationError."""
        self._url = target.url.rstrip("/")
        self._options = parse_options(target.options, f"targets/{target.name}.toml", names or {})

    def request(self, message: Message) -> Request:
        """Return the POST that hands `message` over. Raises UnsendableError."""
        if message.is_withdrawal:
            return self._post("/cases/delete", _withdrawn(message.record))
        return self._post(f"/{_plural(message.record)}/pushWithPerson", _pushed(message.record, self._options))

    def judge(self, answer: Answer) -> Judgement:
        """Return what an answer means: the saved entity, statuses for each entity (207), or the UUIDs of what was deleted.

        A 2xx that says nothing of the kind (a portal's own page, a 207 that cannot be read) is no receipt. It is tried again, for
        nothing can be doubled by that: the UUIDs stay, and what had been saved is answered by 409 and found by `Look`.
        """
        verdict = verdict_of(answer.status)
        if verdict is Verdict.REFUSED:
            return _refused(answer.status)
        if verdict is not Verdict.TAKEN:
            return Judgement(verdict)
        said = _parsed(answer.body)
        if isinstance(said, dict) and isinstance(uuid := _core(said).get("uuid"), str):
            return Judgement(Verdict.TAKEN, receiver_id=uuid[:36])
        if isinstance(said, list) and said and all(isinstance(entry, dict) for entry in said):
            return _judge_entities([entry.get("statusCode") for entry in said])
        if isinstance(said, list) and answer.status != HTTPStatus.MULTI_STATUS and all(isinstance(entry, str) for entry in said):
            return _judge_deleted(said)
        return Judgement(Verdict.AGAIN, error=f"HTTP {answer.status} without word of what was saved")

    def _post(self, path: str, body: Any) -> Request:
        return Request("POST", self._url + path, {"Content-Type": _JSON, "Accept": "application/json"}, canonical_json(body))


class Look:
    """A `Dialect` that asks what SORMAS has where a message's case or contact stands, or (`of_person`) its person.

    The receiver id is what `externalID` says there, and the answer kept is `UNTOUCHED` where nobody changed it since it was created.
    """

    answer_bytes: int = _ANSWER_BYTES

    def __init__(self, target: Target, *, of_person: bool = False) -> None:
        """Take the target, and whom to look at."""
        self._url, self._of_person = target.url.rstrip("/"), of_person

    def request(self, message: Message) -> Request:
        """Return the GET. Raises UnsendableError for what is neither case nor contact."""
        record = message.record
        place = f"persons/{uuid_of(record.document_id, 'person')}" if self._of_person else f"{_plural(record)}/{entity_uuid(record)}"
        return Request("GET", f"{self._url}/{place}", {"Accept": "application/json"}, b"")

    def judge(self, answer: Answer) -> Judgement:
        """Return what is there, `ABSENT` where nothing is; any other answer as that to a push."""
        verdict, said = verdict_of(answer.status), _parsed(answer.body)
        if answer.status in _NOTHING_THERE:
            return Judgement(Verdict.TAKEN, answer=ABSENT)
        if verdict is Verdict.REFUSED:
            return _refused(answer.status)
        if verdict is not Verdict.TAKEN:
            return Judgement(verdict)
        if not isinstance(said, dict) or not isinstance(said.get("uuid"), str):
            return Judgement(Verdict.AGAIN, error=f"HTTP {answer.status} without word of what is there")
        external_id = said.get("externalID")
        return Judgement(
            Verdict.TAKEN,
            receiver_id=external_id if isinstance(external_id, str) else None,
            answer=UNTOUCHED if _is_untouched(said) else CHANGED,
        )


def entity_uuid(record: Record) -> str:
    """Return the UUID of a record's case or contact. Raises UnsendableError for what is neither."""
    return uuid_of(record.document_id, _plural(record).removesuffix("s"))


def _plural(record: Record) -> str:
    """Return which of SORMAS's collections a record belongs to: `cases`, or `contacts` for a list of them."""
    kind, data = record.body.get("type"), record.body.get("data")
    if kind in _NOTIFICATIONS:
        return "cases"
    if kind == _LIST:
        return "contacts" if isinstance(data, dict) and data.get("kind") == "contacts" else "cases"
    raise UnsendableError(
        "a type of document that is neither case nor contact",
        "SORMAS nimmt nur Meldungen von Krankheiten und Erregern und Listen von Personen an: bitte die Weiterleitung dieser Art auf ein "
        "anderes Ziel legen.",
    )


def _pushed(record: Record, options: Options) -> Entity:
    return listed(record, options) if record.body.get("type") == _LIST else notification(record, options)


def _withdrawn(record: Record) -> list[str]:
    """Return the UUIDs to delete. Only what the receiver should never have had is taken away: all else a person there decides."""
    withdrawn, kind = record.body.get("withdrawn"), record.body.get("type")
    reason = withdrawn.get("reason") if isinstance(withdrawn, dict) else None
    uuid = uuid_of(record.document_id, "case")
    if kind not in _NOTIFICATIONS:
        told = (
            "Listen lassen sich in SORMAS nicht als Ganzes zurücknehmen: bitte dort die Einträge löschen lassen, deren externe ID mit der "
            "Kennung dieser Liste beginnt."
        )
        raise UnsendableError("a list cannot be taken back", told)
    if reason != WithdrawalReason.WRONG_RECIPIENT:
        told = f"Wie ein zurückgenommener Fall einzustufen ist, entscheidet in SORMAS ein Mensch: bitte dort den Fall {uuid} prüfen lassen."
        raise UnsendableError("a withdrawal that a person has to decide on", told)
    return [uuid]


def _refused(status: int, place: str = "") -> Judgement:
    default = None if 300 <= status < 400 else _REFUSED  # of a redirect the caller says more
    return Judgement(Verdict.REFUSED, error=f"HTTP {status}{place}", reason=_REASONS.get(status, default))


def _judge_entities(statuses: list[Any]) -> Judgement:
    """Return the judgement of PostResponses: again while any may yet succeed, so that none is left behind; then the first refused."""
    known = [status for status in statuses if isinstance(status, int) and not isinstance(status, bool)]
    verdicts = [verdict_of(status) for status in known]
    if len(known) < len(statuses) or Verdict.AGAIN in verdicts:
        return Judgement(Verdict.AGAIN, error="an entity was not saved yet")
    for number, (status, verdict) in enumerate(zip(known, verdicts, strict=True), 1):
        if verdict is not Verdict.TAKEN:
            return _refused(status, f" for entity {number} of {len(known)}")
    return Judgement(Verdict.TAKEN)


def _judge_deleted(uuids: list[str]) -> Judgement:
    if uuids:
        return Judgement(Verdict.TAKEN, receiver_id=uuids[0][:36])
    reason = "SORMAS hat den Fall nicht gelöscht: bitte dort nachsehen, ob es ihn gibt, und ihn von Hand löschen lassen."
    return Judgement(Verdict.REFUSED, error="nothing was deleted", reason=reason)


def _core(said: Mapping[str, Any]) -> Mapping[str, Any]:
    core = said.get("coreData")
    return core if isinstance(core, dict) else {}


def _is_untouched(entity: Mapping[str, Any]) -> bool:
    created, changed = _moment(entity.get("creationDate")), _moment(entity.get("changeDate"))
    return created is not None and changed is not None and changed - created <= _A_MOMENT


def _moment(value: Any) -> datetime | None:
    """Return a time as SORMAS writes it: milliseconds since 1970, or ISO 8601."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return datetime.fromtimestamp(value / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
