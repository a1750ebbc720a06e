"""The bell: Celery tasks sent by name. Ringing is never worth waiting for, the sweeper rings again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from bridge.domain.lifecycle import READING, Stage
from bridge.domain.model import Work

_log = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 1.0
REST_SECONDS: Final = 2.0  # how long nobody tries after a failure: callers answer a fax server meanwhile
LOG_SECONDS: Final = 60.0
# What kombu lets through when Redis is stopped, killed, full or restarting.
_UNREACHABLE: Final = (OperationalError, RedisError, OSError)


def task_name(stage: Stage) -> str:
    """Return the Celery task that works on `stage`."""
    return f"bridge.{stage.value}"


def queue_name(stage: Stage) -> str:
    """Return the Celery queue: deliveries never wait behind reading."""
    return "reading" if stage in READING else "delivering"


# What is nearest to its end goes first (Redis: 0 before 9), so that a fax once begun does not wait behind all that came
# after it. The steps are those that kombu's Redis transport has queues for.
PRIORITIES: Final = {
    Stage.DECIDE: 0,
    Stage.READ_VALUES: 0,
    Stage.LOCATE: 3,
    Stage.LAYOUT: 6,
    Stage.DECODE: 9,
    Stage.UNPACK: 9,
    Stage.DELIVER: 0,
}


class CeleryBell:
    """Implements `ports.Queue` on Redis; safe to use from several threads, one connection for all of them."""

    def __init__(self, redis_url: str) -> None:
        """Take kombu's URL (`redis://…`, or `redis+socket:///path` for a unix socket). Nothing is opened yet."""
        self._app = Celery("bridge", broker=redis_url, set_as_current=False)
        self._app.conf.update(
            task_ignore_result=True,
            broker_transport_options={
                "socket_timeout": TIMEOUT_SECONDS,
                "socket_connect_timeout": TIMEOUT_SECONDS,
                "retry_on_timeout": False,
                "max_retries": 0,
            },
        )
        self._lock = threading.Lock()
        self._connection: Any = None
        self._rests_until = self._silent_until = 0.0

    def ring(self, work: Sequence[Work]) -> None:
        """Announce `work`. Never raises and, with Redis away, takes at most about two timeouts, then nothing for a while."""
        if not work:
            return
        with self._lock:
            if not self._is_resting():
                self._try(lambda channel: self._publish(channel, work))

    def unheard(self, stage: Stage) -> int:
        """Return the length of the stage's queue, 0 where Redis cannot be reached."""
        with self._lock:
            return 0 if self._is_resting() else int(self._try(lambda channel: self._length(channel, queue_name(stage))) or 0)

    def _length(self, channel: Any, queue: str) -> int:
        """Return how many messages lie in a queue: the transport keeps one list a priority."""
        return sum(channel.client.llen(channel._q_for_pri(queue, step)) for step in channel.priority_steps)

    def _publish(self, channel: Any, work: Sequence[Work]) -> None:
        producer = self._app.amqp.Producer(channel, auto_declare=False)
        for piece in work:
            self._app.send_task(
                task_name(piece.stage),
                args=[piece.id],
                queue=queue_name(piece.stage),
                priority=PRIORITIES[piece.stage],
                producer=producer,
                retry=False,
                ignore_result=True,
            )

    def _try(self, what: Callable[[Any], Any]) -> Any:
        """Do `what` with the kept channel, opened where there is none; None, and a rest, where Redis cannot be reached."""
        try:
            if self._connection is None:
                self._connection = self._app.connection_for_write(connect_timeout=TIMEOUT_SECONDS)
            return what(self._connection.default_channel)
        except _UNREACHABLE as error:
            self._rest(type(error).__name__)
            return None

    def _is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def _rest(self, cause: str) -> None:
        """Give the connection up and let callers pass for a moment; say so once an interval, not once a ring."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.collect(socket_timeout=TIMEOUT_SECONDS)
        now = time.monotonic()
        self._rests_until = now + REST_SECONDS
        if now >= self._silent_until:
            self._silent_until = now + LOG_SECONDS
            _log.warning("Redis cannot be reached (%s): nothing is lost, the sweeper rings again; check redis-server", cause)
