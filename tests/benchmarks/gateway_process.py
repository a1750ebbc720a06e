"""A gateway alone in a process, to be measured from outside: prints its port, ends when its standard input does."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.intake.recipients import Recipients
from bridge.intake.smtp import SmtpGateway
from bridge.services.accept import Accept
from bridge.settings import load_settings
from bridge.store.blobs import FolderBlobs
from bridge.store.migrate import upgrade
from bridge.store.sql import SqlStore


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SilentBell:
    def ring(self, work: object) -> None:
        pass


async def serve(folder: Path) -> None:
    url = f"sqlite:///{folder / 'bridge.sqlite'}"
    upgrade(url)
    settings, blobs = load_settings(), FolderBlobs(folder / "blobs")
    accept = Accept(SqlStore(url, folder), blobs, SilentBell(), SystemClock(), timedelta(days=5))
    gateway = SmtpGateway(settings.smtp, accept, Recipients(settings.mailboxes), blobs, ThreadPoolExecutor(settings.intake.threads))
    await gateway.start()
    print(gateway.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await gateway.stop()


asyncio.run(serve(Path(sys.argv[1])))
