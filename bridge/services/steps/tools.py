"""What every step works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory, gettempdir

from bridge.domain.forms import Catalog
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import Stage, WorkState
from bridge.domain.model import Work
from bridge.ports import Blobs, Clock, Decoder, PageReader, Store, ValueReader
from bridge.stages.schema import RecordSchemas


@dataclass(frozen=True, slots=True)
class Tools:
    """Ports and rules of reading.

    `duplicate_window` is how far back the same original is linked as a duplicate; `room` how many bytes must be free for
    temporary files: readers that run out of them would take a page for unreadable. `taught` gives the catalog with the labels
    that people have approved since.
    """

    store: Store
    blobs: Blobs
    decoder: Decoder
    page_reader: PageReader
    value_readers: tuple[ValueReader, ...]
    clock: Clock
    catalog: Catalog
    schemas: RecordSchemas
    public_url: str
    duplicate_window: timedelta
    room: int = 64 * 1024 * 1024
    taught: Callable[[], Catalog] | None = None

    def catalog_now(self) -> Catalog:
        """Return the catalog by which values are located at this moment."""
        return self.catalog if self.taught is None else self.taught()

    def has_room(self) -> bool:
        """Tell whether there is space for the temporary files of a step."""
        return disk_usage(gettempdir()).free >= self.room

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a folder among the service's temporary files that is gone afterwards."""
        with TemporaryDirectory(prefix="bridge-scratch-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)


def new_work(stage: Stage, fax_id: str, now: datetime, *, page: int | None = None) -> Work:
    """Return a step that is due now."""
    return Work(id=new_id(), stage=stage, fax_id=fax_id, state=WorkState.READY, due_at=now, created_at=now, page=page)
