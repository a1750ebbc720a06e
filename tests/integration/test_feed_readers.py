"""Feeds over a real server: two readers at once, restarts in between, records released meanwhile; nothing is missed, nothing comes twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.domain.lifecycle import DeliveryState, DocumentState
from bridge.web.feeds import FEEDS
from tests.conftest import wait_until
from tests.deliveries import add_document, add_fax, release
from tests.integration.conftest import Place
from tests.integration.http_service import bearer, http_settings, running

FEED, ADDRESS = bearer("feed"), f"{FEEDS}/office"
DOCUMENTS, RELEASERS = 24, 2
BREAKS = (10, 20, 30)  # after how many messages the server goes away
PATIENCE = 30.0


class Service:
    """A server that can be stopped and started; each time it has another port."""

    def __init__(self, place: Place) -> None:
        self._place, self._running, self._url = place, ExitStack(), ""
        self.start()

    def start(self) -> None:
        self._url = self._running.enter_context(running(self._place, http_settings()))

    def stop(self) -> None:
        self._running.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def read(self, after: int = 0, limit: int = 100, wait: float = 0.0, timeout: float = PATIENCE) -> dict[str, Any]:
        """Return a page of the feed. Raises httpx.TransportError while the server is away."""
        answer = httpx.get(self._url + ADDRESS, params={"after": after, "limit": limit, "wait": wait}, headers=FEED, timeout=timeout)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def acknowledge(self, cursor: int) -> int:
        """Return how many were settled. Raises as `read`."""
        answer = httpx.post(f"{self._url}{ADDRESS}/ack", json={"cursor": cursor}, headers=FEED, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        settled: int = answer.json()["settled"]
        return settled


@pytest.fixture
def place(tmp_path: Path, database_url: str) -> Iterator[Place]:
    place = Place(tmp_path, database_url)
    yield place
    place.close()


@pytest.fixture
def service(place: Place) -> Iterator[Service]:
    service = Service(place)
    yield service
    service.stop()


@pytest.fixture
def looks(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When it was looked whether something has come."""
    times: list[float] = []
    look = place.store.has_unoffered

    def noticed(feed: str) -> bool:
        found = look(feed)
        times.append(time.monotonic())
        return found

    monkeypatch.setattr(place.store, "has_unoffered", noticed)
    return times


def offer(place: Place, count: int = 1) -> list[str]:
    """Release this many records to the feed; return their keys."""
    documents = [add_document(place.store, add_fax(place.store)) for _ in range(count)]
    for document in documents:
        release(place.store, document)
    return [f"{document.id}:1" for document in documents]


def keys(page: dict[str, Any]) -> list[str]:
    return [item["idempotency_key"] for item in page["items"]]


def positions(page: dict[str, Any]) -> list[int]:
    return [item["position"] for item in page["items"]]


# -- one reader -----------------------------------------------------------------------------------------------------


def test_what_was_not_acknowledged_is_offered_again_after_every_restart(service: Service, place: Place) -> None:
    first, second = offer(place, 2)
    before = service.read()
    service.restart()
    assert service.read() == before
    assert (keys(before), positions(before), before["cursor"]) == ([first, second], [1, 2], 2)
    assert service.acknowledge(1) == 1
    service.restart()
    assert keys(service.read()) == [second]
    assert service.acknowledge(1) == 0
    assert keys(service.read()) == [second]


def test_a_reader_that_waits_is_woken_by_what_comes(service: Service, place: Place, looks: list[float]) -> None:
    with ThreadPoolExecutor(2) as readers:
        waiting = [readers.submit(service.read, wait=20.0) for _ in range(2)]
        wait_until(lambda: bool(looks), "a look")
        began = time.monotonic()
        [key] = offer(place)
        assert [(keys(page), positions(page)) for page in (each.result() for each in waiting)] == [([key], [1])] * 2
    assert time.monotonic() - began < 15.0


def test_a_reader_that_waits_in_vain_is_told_where_it_was(service: Service) -> None:
    assert service.read(after=7, wait=0.1) == {"items": [], "cursor": 7}


def test_a_reader_that_waits_does_not_keep_the_server_from_stopping(service: Service, looks: list[float]) -> None:
    with ThreadPoolExecutor(1) as readers:
        waiting = readers.submit(service.read, after=7, wait=25.0)
        wait_until(lambda: bool(looks), "a look")
        began = time.monotonic()
        service.stop()
        assert time.monotonic() - began < 12.0
        assert waiting.result() == {"items": [], "cursor": 7}


def test_for_a_reader_that_went_away_nobody_looks_any_more(service: Service, looks: list[float]) -> None:
    with pytest.raises(httpx.ReadTimeout):
        service.read(wait=25.0, timeout=0.5)
    began = time.monotonic()
    service.stop()  # which waits for all that is being answered, and tells it; who went away was not told
    assert time.monotonic() - began < 12.0
    assert looks


# -- two at once ----------------------------------------------------------------------------------------------------


def test_two_who_acknowledge_the_same_settle_everything_once(service: Service, place: Place) -> None:
    offered = offer(place, 12)
    cursor = service.read()["cursor"]
    both = threading.Barrier(2)

    def acknowledge() -> int:
        both.wait(PATIENCE)
        return service.acknowledge(cursor)

    with ThreadPoolExecutor(2) as readers:
        settled = [each.result() for each in [readers.submit(acknowledge) for _ in range(2)]]
    assert sum(settled) == len(offered)
    assert {place.store.document(key.partition(":")[0]).state for key in offered} == {DocumentState.DELIVERED}
    assert service.read()["items"] == []


@dataclass
class Logbook:
    """What all readers saw and said; `acknowledged` is certain, `attempted` was perhaps heard."""

    keys: dict[int, str] = field(default_factory=dict)
    acknowledged: int = 0
    attempted: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, page: dict[str, Any], after: int, settled_before: int) -> None:
        """Keep a page. Fails for a gap, a repetition, or another message at a known position."""
        with self.lock:
            found = positions(page)
            assert found == list(range(found[0], found[0] + len(found))), "in order, without a gap"
            assert found[0] > max(after, settled_before), "nothing that was passed or acknowledged"
            assert found[0] <= max(after, self.attempted) + 1, "nothing left out"
            for position, key in zip(found, keys(page), strict=True):
                assert self.keys.setdefault(position, key) == key, "the same at its position whenever it is offered"

    def attempt(self, cursor: int) -> None:
        with self.lock:
            self.attempted = max(self.attempted, cursor)

    def confirm(self, cursor: int) -> None:
        with self.lock:
            self.acknowledged = max(self.acknowledged, cursor)


def follow(service: Service, logbook: Logbook, is_over: threading.Event, limit: int, *, is_forgetful: bool) -> None:
    """Read, keep, acknowledge, until all is over; who is forgetful begins anew whenever the server was away."""
    after = 0
    while not is_over.is_set():
        try:
            settled = logbook.acknowledged
            page = service.read(after, limit, wait=0.1)
            if page["items"]:
                logbook.keep(page, after, settled)
                after = page["cursor"]
                logbook.attempt(after)
                service.acknowledge(after)
                logbook.confirm(after)
        except httpx.TransportError:
            after = 0 if is_forgetful else after


def release_many(place: Place, begin: threading.Barrier) -> list[str]:
    """Release documents, every third in two versions; return all keys."""
    released = []
    begin.wait(PATIENCE)
    for number in range(DOCUMENTS):
        document = add_document(place.store, add_fax(place.store))
        versions = 2 if number % 3 == 0 else 1
        for version in range(1, versions + 1):
            release(place.store, document)
            released.append(f"{document.id}:{version}")
    return released


def test_two_readers_miss_nothing_and_get_nothing_twice_while_the_server_comes_and_goes(service: Service, place: Place) -> None:
    logbook, is_over, begin = Logbook(), threading.Event(), threading.Barrier(RELEASERS)
    with ThreadPoolExecutor(RELEASERS + 2) as threads:
        readers = [
            threads.submit(follow, service, logbook, is_over, 3, is_forgetful=True),
            threads.submit(follow, service, logbook, is_over, 5, is_forgetful=False),
        ]
        releasers = [threads.submit(release_many, place, begin) for _ in range(RELEASERS)]

        def has_come(number: int) -> bool:
            for reader in readers:
                if reader.done():  # only what it found wrong ends a reader before all is over
                    reader.result()
            return len(logbook.keys) >= number

        try:
            for few in BREAKS:
                wait_until(partial(has_come, few), f"message {few}")
                service.restart()
            released = [key for each in releasers for key in each.result(PATIENCE)]
            wait_until(lambda: has_come(len(released)) and place.store.pending("office")[0] == 0, "all to be settled")
        finally:
            is_over.set()
        for reader in readers:
            reader.result(PATIENCE)
    assert sorted(logbook.keys) == list(range(1, len(released) + 1))
    assert sorted(logbook.keys.values()) == sorted(released)
    order = [logbook.keys[position] for position in sorted(logbook.keys)]
    assert all(order.index(f"{key.partition(':')[0]}:1") < order.index(key) for key in released if key.endswith(":2"))
    assert place.store.deliveries_in(DeliveryState.PENDING, 1) == []
