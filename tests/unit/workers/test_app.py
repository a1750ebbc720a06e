"""What the workers' settings promise; how they keep it on a real Redis is in tests/integration/test_workers.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from celery import Celery
from celery.worker.request import Request as CeleryRequest

from bridge.domain.lifecycle import Stage
from bridge.queue.bell import queue_name, task_name
from workers.app import create_app
from workers.request import Request


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Celery:
    monkeypatch.setenv("BRIDGE_STORAGE__DATA_DIR", str(tmp_path))
    return create_app()


def test_a_message_comes_again_only_when_its_task_can_no_longer_run(app: Celery) -> None:
    visible_again = app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < visible_again


def test_no_answer_of_redis_is_waited_for_without_end(app: Celery) -> None:
    options = app.conf.broker_transport_options
    assert 0 < options["socket_connect_timeout"] <= options["socket_timeout"] < app.conf.task_soft_time_limit


def test_what_a_dying_child_did_is_redone_by_its_lease_and_not_at_once_by_redis(app: Celery) -> None:
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is False
    assert app.conf.worker_prefetch_multiplier == 1


def test_a_worker_looks_for_redis_for_ever(app: Celery) -> None:
    assert app.conf.broker_connection_max_retries is None
    assert app.conf.broker_connection_retry_on_startup is True


def test_every_stage_has_a_task_on_a_queue_that_is_listened_to(app: Celery) -> None:
    from workers.tasks import TASKS

    assert {stage: task.name for stage, task in TASKS.items()} == {stage: task_name(stage) for stage in Stage}
    assert {queue.name for queue in app.conf.task_queues} == {queue_name(stage) for stage in Stage}
    assert {task.Request for task in TASKS.values()} == {"workers.request:Request"}


def test_an_acknowledgement_that_fails_is_not_passed_over() -> None:
    def refuse(_log: object, forgiven: tuple[type[Exception], ...]) -> None:
        assert forgiven == ()
        raise ConnectionResetError

    request = Request.__new__(Request)
    request.acknowledged, request._on_ack = False, refuse
    with pytest.raises(ConnectionResetError):
        request.acknowledge()
    assert not request.acknowledged
    assert issubclass(Request, CeleryRequest)
