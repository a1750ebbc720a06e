"""One Celery task a stage. The argument is a work id; everything else stands in the database."""

from __future__ import annotations

from bridge.bootstrap import house
from bridge.domain.lifecycle import READING, Stage
from bridge.queue.bell import task_name
from workers.app import app


def _read(work_id: str) -> None:
    house().process.run(work_id)


def _deliver(work_id: str) -> None:
    house().deliver.run(work_id)


TASKS = {
    stage: app.task(_read if stage in READING else _deliver, name=task_name(stage), Request="workers.request:Request") for stage in Stage
}
