"""The HTTP interface on a loopback port, over a test's own database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import uvicorn

from bridge.bootstrap import House, SystemClock
from bridge.catalog import load_catalog
from bridge.commands.running import workplace_of
from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Delivery, Fax
from bridge.services.feed import Feed
from bridge.services.review import Review
from bridge.settings import HttpSettings, load_settings
from bridge.stages.schema import RecordSchemas
from bridge.stages.typed import parse_value
from bridge.web.app import Served, create_app
from bridge.web.connections import bounded
from tests.conftest import REPOSITORY, wait_until
from tests.deliveries import add_document, release
from tests.integration.conftest import Place

LIMIT = 200_000
CATALOG = load_catalog(REPOSITORY / "config", {}, load_settings({}).reading.silent_rate)
SCHEMAS = RecordSchemas(CATALOG.types, CATALOG.codes)
FEED_TOKENS = {"office": "feed-token", "laboratory": "other-token"}
MAILBOXES = frozenset({"disease", "hygiene"})
TOKENS = {"all-token": ["*"], "disease-token": ["disease"], "both-token": ["disease", "hygiene"], "strange-token": ["gone"]}


def bearer(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {name}-token"}


ALL, DISEASE, BOTH = bearer("all"), bearer("disease"), bearer("both")


def http_settings(**changes: float) -> HttpSettings:
    return HttpSettings.model_validate(load_settings({}).http.model_dump() | {"tokens": TOKENS, "max_upload_bytes": LIMIT} | changes)


def served(place: Place, settings: HttpSettings) -> Served:
    """Everything that the interface serves, of `place`."""
    clock = SystemClock()
    parse = partial(parse_value, codes=CATALOG.codes)
    review = Review(place.store, place.bell, clock, CATALOG.types, CATALOG.routes, parse, settings.public_url, SCHEMAS)
    feed = Feed(place.store, clock)
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(place.folder)}))
    house.__dict__ |= {"store": place.store, "blobs": place.blobs, "queue": place.bell, "catalog": CATALOG, "schemas": SCHEMAS}
    parts = (place.accept, place.store, place.blobs, place.papers, SCHEMAS, review, feed, FEED_TOKENS, MAILBOXES)
    return Served(settings, *parts, workplace_of(house), place.executor)


def add_dead_letter(place: Place, fax: Fax, target: str = "registry", ordinal: int = 1) -> Delivery:
    """Release a letter that says nothing, and give its delivery up."""
    document = add_document(place.store, fax, ordinal=ordinal, fields=())
    release(place.store, document, target)
    [delivery] = place.store.deliveries(document.id)
    with place.store.begin() as tx:
        tx.move_delivery(delivery.id, DeliveryState.PENDING, DeliveryState.DEAD, "Abgelehnt.")
    return place.store.delivery(delivery.id)


@contextmanager
def running(place: Place, settings: HttpSettings) -> Iterator[str]:
    """Run a server; yield its address."""
    app = create_app(served(place, settings))
    http = bounded(settings.max_connections)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, http=http, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the server")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
