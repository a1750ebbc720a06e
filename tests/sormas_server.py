"""A small SORMAS over HTTP: keeps persons, cases and contacts, locks them by their time of change, answers as its REST interface does."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Entity = dict[str, Any]
_TOLERANCE = timedelta(seconds=1)  # SORMAS: DtoHelper.CHANGE_DATE_TOLERANCE_MS


@dataclass
class SormasServer:
    """What the server has, and how a test wants it to behave.

    `entities` by kind (`persons`, `cases`, `contacts`) and UUID. A push for a UUID in `statuses` answers that status and saves
    nothing; `is_multi_status` wraps answers in 207; `loses_answers` saves, and then breaks the connection that many times. `clock`
    is what a saved entity's changeDate becomes.
    """

    user: str = "bridge"
    password: str = "secret"
    url: str = ""
    entities: dict[str, dict[str, Entity]] = field(default_factory=lambda: {"persons": {}, "cases": {}, "contacts": {}})
    statuses: dict[str, int] = field(default_factory=dict)
    is_multi_status: bool = False
    loses_answers: int = 0
    clock: datetime = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
    requests: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def authorization(self) -> str:
        """The header a caller has to show (RFC 7617)."""
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()

    def edit(self, kind: str, uuid: str, **values: Any) -> None:
        """Change an entity as a person at the office does."""
        self.entities[kind][uuid] |= values | {"changeDate": _written(self.clock)}

    def push(self, kind: str, body: Entity) -> tuple[int, Any]:
        """Save a person with a case or contact, both or neither; return status and answer."""
        person, core = body["person"], body["coreData"]
        if core["uuid"] in self.statuses:
            return self.statuses[core["uuid"]], {"message": "as the test wants it"}
        if self._is_outdated("persons", person) or self._is_outdated(kind, core):
            return 409, {"message": "updated in the mean-time"}
        for collection, entity in (("persons", person), (kind, core)):
            created = self.entities[collection].get(entity["uuid"], {}).get("creationDate", _written(self.clock))
            self.entities[collection][entity["uuid"]] = entity | {"creationDate": created, "changeDate": _written(self.clock)}
        return 200, {"person": self.entities["persons"][person["uuid"]], "coreData": self.entities[kind][core["uuid"]]}

    def delete(self, kind: str, uuids: list[str]) -> tuple[int, Any]:
        """Delete what is there; return the UUIDs that were."""
        return 200, [uuid for uuid in uuids if self.entities[kind].pop(uuid, None)]

    def _is_outdated(self, kind: str, entity: Entity) -> bool:
        stored = self.entities[kind].get(entity["uuid"])
        if stored is None:
            return False
        return "changeDate" not in entity or _read(entity["changeDate"]) + _TOLERANCE < _read(stored["changeDate"])


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _handler(server: SormasServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(*self._asked(None))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = self._asked(body)
            if status < 300 and server.loses_answers:
                server.loses_answers -= 1
                self.close_connection = True
                return
            self._answer(status, said)

        def _asked(self, body: Any) -> tuple[int, Any]:
            with server.lock:
                server.requests.append(f"{self.command} {self.path}")
                if self.headers.get("Authorization") != server.authorization:
                    return 401, {"message": "unauthorized"}
                match self.path.split("/")[1:]:
                    case [("cases" | "contacts") as kind, "pushWithPerson"] if isinstance(body, dict):
                        return self._wrapped(*server.push(kind, body))
                    case [("cases" | "contacts") as kind, "delete"] if isinstance(body, list):
                        return server.delete(kind, body)
                    case [("persons" | "cases" | "contacts") as kind, uuid] if body is None and uuid in server.entities[kind]:
                        return 200, server.entities[kind][uuid]
                    case _:
                        return (404 if body is None else 400), {"message": "not found or not understood"}

        def _wrapped(self, status: int, said: Any) -> tuple[int, Any]:
            return (207, [{"statusCode": status, "body": None}]) if server.is_multi_status else (status, said)

        def _answer(self, status: int, said: Any) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any, **kwargs: Any) -> None:
            """Say nothing: what is asked stands in `requests`."""

    return Handler


@contextmanager
def sormas_server() -> Iterator[SormasServer]:
    """Run a small SORMAS on a port of its own."""
    server = SormasServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
