"""What a worker keeps of a message it works on, so that losing Redis at the wrong moment cannot silence it."""

from __future__ import annotations

import logging

from celery.worker.request import Request as CeleryRequest

_log = logging.getLogger(__name__)


class Request(CeleryRequest):  # type: ignore[misc]
    """A request whose acknowledgement either succeeds or ends the connection.

    Celery (5.7) logs a connection error while acknowledging and goes on. The message then takes its place among the
    prefetched ones for ever; with as many such as there are children the worker asks Redis for nothing more, holds no
    socket whose end it could notice, and waits without end. An error that is let through makes the consumer connect
    anew, with nothing prefetched. What was not acknowledged comes again and finds its work done.
    """

    acknowledged: bool

    def acknowledge(self) -> None:
        """Tell Redis that this message is done. Connection errors reach the consumer's loop."""
        if not self.acknowledged:
            self._on_ack(_log, ())  # the errors to log and forget: none
            self.acknowledged = True
