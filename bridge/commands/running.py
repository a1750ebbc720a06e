"""The long-running processes of the service, each until SIGTERM or SIGINT: mail gateway, HTTP interface, sweeper."""

from __future__ import annotations

import asyncio
import signal
import sys
from concurrent.futures import Executor, ThreadPoolExecutor

import uvicorn

from bridge.bootstrap import House, PracticeDesk
from bridge.domain.people import Person
from bridge.domain.targets import TargetKind
from bridge.intake.recipients import Recipients
from bridge.intake.smtp import SmtpGateway
from bridge.serve import serve
from bridge.stop_signal import StopSignal
from bridge.web.app import Served, create_app
from bridge.web.connections import bounded
from bridge.web.workplace.app import Workplace
from bridge.web.workplace.benches import Bench
from bridge.web.workplace.more_pages import MorePages

_GRACE_SECONDS = 10  # a feed's reader may wait for a minute


def run_service(house: House) -> None:
    """Run all processes of the service and keep them running until told to stop. Nothing starts on a wrong configuration."""
    serve(house, _say)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run_gateway(house: House) -> None:
    """Take mails until told to stop; one that is being stored is still answered."""
    asyncio.run(_gateway(house))


async def _gateway(house: House) -> None:
    settings = house.settings
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(settings.intake.threads, thread_name_prefix="intake") as pool:
        gateway = SmtpGateway(settings.smtp, house.accept, Recipients(settings.mailboxes), house.blobs, pool)
        await gateway.start()
        await stop.wait()
        await gateway.stop()
        house.accept.close()


def run_web(house: House) -> None:
    """Answer HTTP until told to stop."""
    settings = house.settings
    with ThreadPoolExecutor(settings.intake.threads, thread_name_prefix="web") as pool:
        app = create_app(served(house, pool))
        protocol = bounded(settings.http.max_connections)
        http = settings.http
        uvicorn.run(
            app,
            host=http.host,
            port=http.port,
            http=protocol,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            log_config=None,
            access_log=False,
            server_header=False,
        )
        house.accept.close()


def served(house: House, pool: Executor) -> Served:
    """Return what the HTTP interface serves; `pool` runs what blocks."""
    feeds = {name: target.auth.secret for name, target in house.catalog.targets.items() if target.kind is TargetKind.FEED}
    return Served(
        house.settings.http,
        house.accept,
        house.store,
        house.blobs,
        house.papers,
        house.schemas,
        house.review,
        house.feed,
        feeds,
        frozenset(house.settings.mailboxes),
        workplace_of(house),
        pool,
    )


def workplace_of(house: House) -> Workplace:
    """Return what the pages in the browser need."""
    real = Bench("/app/pruefen", house.desk, house.store, house.blobs, house.rearrange)
    desks: dict[str, PracticeDesk] = {}

    def practice(person: Person) -> Bench:
        own = desks.get(person.id) or desks.setdefault(person.id, house.practice(person.id))
        return Bench("/app/ueben/fax", own.desk, own.store, own.blobs, practice=own.practice)

    def practise_again(person_id: str) -> None:
        if (own := desks.pop(person_id, None)) is not None:
            own.close()
        house.forget_practice(person_id)

    return Workplace(
        house.store,
        house.clock,
        house.sign_in,
        house.staff,
        house.desk,
        lambda _: real,
        practice,
        practise_again,
        house.catalog.types,
        tuple(sorted(house.settings.mailboxes)),
        _more_pages(house),
        house.settings.http.public_url.startswith("https://"),
    )


def _more_pages(house: House) -> MorePages:
    """Return what the pages beside inbox and reviewing need."""
    return MorePages(
        house.store,
        house.clock,
        house.desk,
        house.review,
        house.withdraw,
        house.taught,
        house.staff,
        house.paper_way,
        house.catalog,
        house.settings.mailboxes,
        house.settings.reading.silent_rate,
        house.invitation_link,
    )


def run_sweep(house: House) -> None:
    """Ring for whatever is overdue until told to stop."""
    with StopSignal() as stop:
        house.sweep.run(stop, house.sweep_interval)
