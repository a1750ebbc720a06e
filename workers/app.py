"""The Celery application: how work is taken from the bell's queues. The database leases decide what is done."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_ready
from kombu.entity import Exchange, Queue

from bridge.bootstrap import House
from bridge.domain.lifecycle import Stage
from bridge.privacy import close_process
from bridge.queue.bell import queue_name
from bridge.settings import READY_FILE, LimitSettings, load_settings
from bridge.telemetry import configure_logging

_MAX_CHILD_KIB: Final = 900 * 1024  # a child above this is replaced after its task
_GRACE_SECONDS: Final = 60
_ANSWER_SECONDS: Final = 15.0  # of Redis


def hard_limit(limits: LimitSettings) -> int:
    """Return after how many seconds a task's child is killed: the longest a decoder may take, and some."""
    return int(limits.decoder_seconds + limits.decoder_seconds_per_page * limits.max_pages) + 2 * _GRACE_SECONDS


def _queue(name: str) -> Queue:
    return Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]


def create_app() -> Celery:
    """Build the application from defaults and environment. Raises ConfigurationError."""
    settings = load_settings()
    limit = hard_limit(settings.limits)
    app = Celery("bridge", broker=House(settings).redis_url)
    app.conf.update(
        imports=("workers.tasks",),
        task_queues=[_queue(name) for name in sorted({queue_name(stage) for stage in Stage})],
        task_default_queue=queue_name(Stage.UNPACK),
        task_ignore_result=True,
        task_acks_late=True,
        # With True a dying child's task is redelivered at once, eight times a second; the lease brings it back in time.
        task_reject_on_worker_lost=False,
        task_time_limit=limit,
        task_soft_time_limit=limit - _GRACE_SECONDS,
        worker_prefetch_multiplier=1,
        worker_enable_prefetch_count_reduction=False,  # after a reconnect there are as many hands as before
        worker_max_tasks_per_child=settings.work.worker_max_tasks,
        worker_max_memory_per_child=_MAX_CHILD_KIB,
        # A page half read when Redis goes is read to its end: its result belongs to the database, not to the message.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # A message is given again only after its task can no longer run; long before, the sweeper has rung anew.
        # Without a timeout for answers a worker can wait for ever on a connection that Redis, started anew, owes nothing; the poll
        # for work itself is answered within seconds.
        broker_transport_options={
            "visibility_timeout": limit + _GRACE_SECONDS,
            "socket_connect_timeout": 5.0,
            "socket_timeout": _ANSWER_SECONDS,
        },
    )
    return app


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log_like_the_house(**_: Any) -> None:
    configure_logging()


@worker_init.connect  # type: ignore[untyped-decorator]
def _keep_to_the_work_folder(**_: Any) -> None:
    """Keep temporary files where they are closed to others: left to itself Python takes /tmp once that disk is full."""
    tempfile.tempdir = os.environ.get("TMPDIR")


@worker_ready.connect  # type: ignore[untyped-decorator]
def _tell_ready(**_: Any) -> None:
    logging.getLogger(__name__).info("worker listens")
    if path := os.environ.get(READY_FILE):
        Path(path).touch()


close_process()  # the main process; its children inherit it
app = create_app()
