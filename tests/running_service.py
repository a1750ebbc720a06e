"""The whole service as its users meet it: real processes, real mail, a real receiving agency. For e2e, chaos and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.bootstrap import House
from bridge.domain.lifecycle import FAILED, DeliveryState, DocumentState, FaxState
from bridge.domain.model import Document, Fax
from bridge.receiver import Receiver
from bridge.serve import Supervisor, serving
from bridge.settings import load_settings
from samples.service import environment
from tests.conftest import wait_until


@dataclass(frozen=True)
class Service:
    """A running service and the agency behind it."""

    house: House
    supervisor: Supervisor
    agency: Receiver

    def faxes(self, envelope_id: str) -> list[Fax]:
        return list(self.house.store.faxes_of(envelope_id))

    def documents(self, envelope_id: str) -> list[Document]:
        return [document for fax in self.faxes(envelope_id) for document in self.house.store.documents(fax.id)]

    def is_read(self, envelope_id: str) -> bool:
        """Tell whether every fax of the envelope has come to its decision or to a named failure."""
        faxes = self.faxes(envelope_id)
        return bool(faxes) and all(fax.state is FaxState.DECIDED or fax.state in FAILED for fax in faxes)

    def has_receipts(self, envelope_id: str) -> bool:
        """Tell whether something of the envelope was delivered, with a receipt, and nothing is still on its way."""
        store = self.house.store
        deliveries = [delivery for document in self.documents(envelope_id) for delivery in store.deliveries(document.id)]
        return bool(deliveries) and all(delivery.state is DeliveryState.DELIVERED for delivery in deliveries)

    def is_settled(self, envelope_id: str) -> bool:
        """Tell whether nothing of the envelope is still on its way: all is delivered, or waits for a person."""
        store = self.house.store
        return self.is_read(envelope_id) and not any(
            delivery.state is DeliveryState.PENDING
            for document in self.documents(envelope_id)
            if document.state is not DocumentState.REPLACED
            for delivery in store.deliveries(document.id)
        )


def wait_for_all(envelopes: Iterable[str], has_come: Callable[[str], bool], what: str, seconds: float) -> None:
    """Poll until `has_come` held once for each envelope; those that have come are not asked about again."""
    pending = list(envelopes)

    def is_done() -> bool:
        pending[:] = [envelope for envelope in pending if not has_come(envelope)]
        return not pending

    wait_until(is_done, what, seconds)


@contextmanager
def running_service(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    overrides: Mapping[str, str] | None = None,
    target: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """Run everything over `folder` on free loopback ports.

    `overrides` are BRIDGE_… variables, `target` lines of the target's file, `files` further files of the configuration.
    """
    with Receiver(file=folder / "received.jsonl") as agency:
        environ = {**environment(folder, agency.url, target), **(overrides or {})}
        for path, text in (files or {}).items():
            Path(environ["BRIDGE_CONFIG"], path).write_text(text, encoding="utf-8")
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        house = House(load_settings())
        with serving(house, lambda _: None) as supervisor:
            yield Service(house, supervisor, agency)
