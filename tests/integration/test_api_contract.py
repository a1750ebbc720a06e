"""The HTTP interface does what its description says: Schemathesis asks everything of it, rightly and wrongly, over a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from bridge.domain.lifecycle import DeliveryState, PageState
from bridge.domain.model import Page
from bridge.store.migrate import upgrade
from bridge.web.feeds import FEEDS
from tests.conftest import Postgres
from tests.deliveries import add_document, add_fax, release
from tests.integration.conftest import Place
from tests.integration.http_service import ALL, add_dead_letter, bearer, http_settings, running

DEAD_LETTERS: Final = 40  # redelivering and discarding use them up
SETTINGS: Final = f"""
seed = 1
continue-on-failure = true

[headers]
Authorization = "{ALL["Authorization"]}"

[generation]
max-examples = 25
deterministic = true
database = "none"
no-shrink = true

[phases.stateful]
enabled = false

[warnings]
enabled = false

# Which mailbox may be left out depends on the token, and a form that Schemathesis leaves without its file is no form.
[[operations]]
include-operation-id = "post_fax"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "422"]

# To wait until something comes is what tests/integration/test_feed_readers.py is about: here it would only cost time.
[[operations]]
include-path-regex = "^{FEEDS}/"
headers = {{ Authorization = "{bearer("feed")["Authorization"]}" }}
parameters = {{ "query.wait" = 0 }}
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place where there is something to be seen of every kind."""
    folder = tmp_path_factory.mktemp("place")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'bridge.sqlite'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.url(postgres.create_database())
    upgrade(url)
    place = Place(folder, url)
    furnish(place)
    yield place
    place.close()


def furnish(place: Place) -> None:
    file = BytesIO()
    Image.new("1", (864, 571), 1).save(file, "PNG")
    picture = place.blobs.put(file.getvalue(), "image/png")
    for _ in range(3):
        fax = add_fax(place.store, original=picture)
        with place.store.begin() as tx:
            tx.add_page(Page(fax.id, 1, PageState.DECODED, picture, 204, 98))
        release(place.store, add_document(place.store, fax), "office")
    fax = add_fax(place.store, original=picture)
    for ordinal in range(1, DEAD_LETTERS + 1):
        add_dead_letter(place, fax, ordinal=ordinal)
    add_dead_letter(place, fax, "archive", ordinal=DEAD_LETTERS + 1)


@pytest.fixture
def address(place: Place) -> Iterator[str]:
    with running(place, http_settings()) as url:
        yield url


def test_every_answer_is_as_described(place: Place, address: str, tmp_path: Path) -> None:
    known: dict[str, Sequence[str | int]] = {
        "path.fax_id": [fax.id for fax in place.faxes()],
        "path.delivery_id": [
            each.id for each in place.store.deliveries_in(DeliveryState.DEAD, DEAD_LETTERS + 1) if each.target == "registry"
        ],
        "path.name": ["office"],
        "path.type": ["letter"],
        "path.version": [1],
        "path.number": [1],
        "query.mailbox": ["disease"],
        "query.target": ["archive"],
    }
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(SETTINGS + known_values(known))
    program = str(Path(sys.executable).parent / "schemathesis")
    command = [program, "--config-file", str(configuration), "run", f"{address}/api/v1/openapi.json"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout


def known_values(known: Mapping[str, Sequence[str | int]]) -> str:
    """Return the part of the configuration by which most requests are about what is there."""
    lists = [f"[dictionaries.{name.partition('.')[2]}]\nvalues = {json.dumps(values)}\n" for name, values in known.items()]
    bindings = [f'"{name}" = {{ dictionary = "{name.partition(".")[2]}", probability = 0.7 }}\n' for name in known]
    return "\n".join(lists) + "\n[parameters]\n" + "".join(bindings)
