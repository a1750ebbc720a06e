"""The supervisor over real processes: ready before it says so, restarted when they die, nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
import redis

from bridge import serve as serve_module
from bridge.bootstrap import House
from bridge.domain.errors import ConfigurationError
from bridge.serve import Program, ServeError, Supervisor, programs
from bridge.settings import load_settings
from tests.conftest import REPOSITORY, wait_until

SLEEP = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder with a short path, for the sake of unix sockets."""
    with TemporaryDirectory(prefix="fax-serve-") as name:
        yield Path(name)


def program(name: str, code: str = SLEEP, *, floor: int = 0, grace: float = 10.0, is_ready: Callable[[], bool] | None = None) -> Program:
    return Program(name, (sys.executable, "-c", code), is_ready, floor, grace, dict(os.environ))


def is_alive(pid: int | None) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def marks(file: Path, name: str) -> str:
    """A program that writes when it starts and when it is asked to stop."""
    return (
        "import os, signal, sys, time\n"
        f"out = os.open({str(file)!r}, os.O_WRONLY | os.O_APPEND)\n"
        f"def stop(*_): os.write(out, b'-{name}\\n'); sys.exit(0)\n"
        f"signal.signal(signal.SIGTERM, stop); os.write(out, b'+{name}\\n'); time.sleep(600)"
    )


def test_floors_start_one_after_the_other_and_stop_the_other_way_round(folder: Path) -> None:
    story = folder / "story"
    story.touch()

    def has_started(name: str) -> Callable[[], bool]:
        return lambda: f"+{name}" in story.read_text()

    ground = program("ground", marks(story, "ground"), floor=0, is_ready=has_started("ground"))
    top = program("top", marks(story, "top"), floor=1, is_ready=has_started("top"))
    with Supervisor(folder, [top, ground], lambda _: None):
        assert story.read_text().split() == ["+ground", "+top"]
    assert story.read_text().split() == ["+ground", "+top", "-top", "-ground"]


def test_who_dies_is_started_again_and_that_is_told(folder: Path) -> None:
    said: list[str] = []
    with Supervisor(folder, [program("one"), program("two")], said.append) as supervisor:
        before = supervisor.pids
        kill(before["one"])
        wait_until(lambda: supervisor.pids["one"] not in {None, before["one"]}, "a restart")
        assert supervisor.pids["two"] == before["two"]
        after = supervisor.pids
    assert said == ["one wurde beendet (Signal SIGKILL); Neustart in 0.5 s"]
    assert not any(is_alive(pid) for pid in after.values())


def test_what_dies_at_once_again_and_again_does_not_come_up_and_leaves_nothing_running(folder: Path) -> None:
    pid_file = folder / "pid"
    sound = program("sound", f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    broken = program("broken", "import sys; print('no such port'); sys.exit(3)", floor=1)
    with pytest.raises(ServeError) as failure, Supervisor(folder, [sound, broken], lambda _: None):
        pass
    assert "broken.log" in failure.value.reason
    assert "no such port" in (folder / "logs" / "broken.log").read_text()
    assert not is_alive(int(pid_file.read_text()))


def test_what_is_never_ready_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_module, "READY_SECONDS", 0.5)
    with (
        pytest.raises(ServeError, match="slow was not ready"),
        Supervisor(folder, [program("slow", is_ready=lambda: False)], lambda _: None),
    ):
        pass


def test_a_second_supervisor_over_the_same_folder_refuses(folder: Path) -> None:
    with Supervisor(folder, [program("one")], lambda _: None) as first:
        with pytest.raises(ServeError) as refused:
            Supervisor(folder, [program("one")], lambda _: None).start()
        assert "schon von einem anderen" in refused.value.reason
        assert is_alive(first.pids["one"])
    with Supervisor(folder, [program("one")], lambda _: None):
        pass  # and may begin once the first has gone


def test_what_will_not_stop_is_killed_after_its_grace(folder: Path) -> None:
    log = folder / "logs" / "deaf.log"
    deaf = program("deaf", STUBBORN, grace=0.3, is_ready=lambda: "deaf" in log.read_text())
    with Supervisor(folder, [deaf], lambda _: None) as supervisor:
        pid = supervisor.pids["deaf"]
    assert not is_alive(pid)


def test_children_end_with_a_supervisor_that_is_killed_and_the_next_one_waits_for_them(folder: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom tests.integration.test_serve import program\nfrom bridge.serve import Supervisor\n"
        f"with Supervisor(Path({str(folder)!r}), [program('one')], print) as s: print(s.pids['one'], flush=True); time.sleep(600)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environ) as first:
        assert first.stdout is not None
        orphan = int(first.stdout.readline())
        first.kill()
        first.wait()
    with Supervisor(folder, [program("one")], lambda _: None) as second:
        assert not is_alive(orphan)
        assert is_alive(second.pids["one"])


def test_logs_are_kept_by_line_and_rotated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_module, "LOG_BYTES", 3000)
    chatty = program("chatty", "import time\nfor n in range(400): print('line', n, flush=True)\ntime.sleep(600)")
    with Supervisor(folder, [chatty], lambda _: None):
        log = folder / "logs" / "chatty.log"
        wait_until(lambda: "line 399\n" in log.read_text(), "the last line")
        assert (folder / "logs" / "chatty.log.1").stat().st_size <= 3000


@pytest.fixture
def house(folder: Path) -> House:
    return House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(folder)}))


def redis_program(house: House) -> Program:
    return next(each for each in programs(house) if each.name == "redis")


def is_answering(house: House) -> bool:
    check = redis_program(house).is_ready
    return check is not None and check()


def test_the_private_redis_has_a_socket_no_port_and_comes_back_with_what_it_held(house: House) -> None:
    with Supervisor(house.folder, [redis_program(house)], lambda _: None) as supervisor:
        with redis.Redis(unix_socket_path=str(house.folder / "redis.sock")) as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("append*") == {**client.config_get("append*"), "appendonly": "yes", "appendfsync": "everysec"}
            client.set("kept", "1")
        before = supervisor.pids["redis"]
        kill(before)
        wait_until(lambda: supervisor.pids["redis"] not in {None, before} and is_answering(house), "Redis to come back")
        with redis.Redis(unix_socket_path=str(house.folder / "redis.sock")) as client:
            assert client.get("kept") == b"1"


def test_a_redis_whose_file_is_broken_starts_without_it(house: House) -> None:
    rubbish = house.folder / "redis" / "appendonlydir"
    rubbish.mkdir(parents=True)
    (rubbish / "appendonly.aof.manifest").write_text("rubbish\n")
    with Supervisor(house.folder, [redis_program(house)], lambda _: None) as supervisor:
        assert supervisor.pids["redis"] is not None


def test_the_whole_service_is_six_parts_or_five_with_a_redis_from_elsewhere(house: House) -> None:
    names = [each.name for each in programs(house)]
    assert names == ["redis", "worker-reading", "worker-delivering", "sweeper", "gateway", "web"]
    elsewhere = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(house.folder), "BRIDGE_REDIS__URL": "redis://127.0.0.1:6379/0"}))
    assert [each.name for each in programs(elsewhere)] == names[1:]


def test_temporary_files_of_all_parts_lie_in_one_closed_folder_that_is_empty_when_they_start(house: House) -> None:
    work = house.folder / "work"
    left = work / "bridge-page-x"
    left.mkdir(parents=True)
    (left / "page.pgm").write_bytes(b"a page of a patient")
    assert {each.environ["TMPDIR"] for each in programs(house)} == {str(work)}
    assert work.stat().st_mode & 0o777 == 0o700
    house.migrate()
    seen = house.folder / "seen"
    look = program("look", f"import os, time; open({str(seen)!r}, 'w').write(repr(os.listdir({str(work)!r}))); time.sleep(600)")
    with mock.patch.object(serve_module, "programs", return_value=[look]), serve_module.serving(house, lambda _: None):
        wait_until(lambda: seen.is_file() and seen.read_text() != "", "a look")
    assert seen.read_text() == "[]"


def test_the_folder_for_temporary_files_can_be_elsewhere(folder: Path) -> None:
    environ = {"BRIDGE_STORAGE__DATA_DIR": str(folder), "BRIDGE_STORAGE__WORK_DIR": str(folder / "fast")}
    assert {each.environ["TMPDIR"] for each in programs(House(load_settings(environ)))} == {str(folder / "fast")}


def test_a_folder_whose_path_is_too_long_for_a_socket_is_refused(folder: Path) -> None:
    deep = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(folder / ("x" * 120))}))
    with pytest.raises(ConfigurationError, match=r"BRIDGE_STORAGE__DATA_DIR: storage\.data_dir: its path may have at most 96 bytes"):
        deep.check()


def test_redis_is_told_none_of_our_secrets(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_HTTP__TOKENS", '{"s3cret": ["*"]}')
    assert "s3cret" in str(programs(house)[-1].environ)
    assert not [name for name in redis_program(house).environ if name.startswith("BRIDGE_")]


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("BRIDGE_SMTP__AUTH_REQUIRED", "true", "smtp.auth_required"),
        ("BRIDGE_SMTP__TLS_CERTIFICATE", "/nonexistent", "smtp.tls_certificate"),
        ("BRIDGE_STORAGE__WORK_DIR", "/dev/null/work", "storage.work_dir"),
    ],
)
def test_nothing_starts_half(folder: Path, variable: str, value: str, key: str) -> None:
    environ = {**os.environ, "BRIDGE_STORAGE__DATA_DIR": str(folder), variable: value}
    command = (sys.executable, "-m", "bridge.cli", "serve")
    done = subprocess.run(command, env=environ, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Konfiguration: {variable}: {key}: ")
    assert list(folder.iterdir()) == []


def test_everything_that_is_kept_is_closed_to_other_users(folder: Path) -> None:
    folder.chmod(0o755)
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(folder)}))
    former = os.umask(0o022)
    try:
        house.migrate()
        with Supervisor(house.folder, [redis_program(house), program("one", "print('hello', flush=True)\n" + SLEEP)], lambda _: None):
            wait_until((folder / "logs" / "one.log").exists, "a log")
            assert folder.stat().st_mode & 0o777 == 0o700
            kept = [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]
        assert kept == []
    finally:
        os.umask(former)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def running_below(folder: Path) -> list[str]:
    """Command lines of processes that work on `folder`: each is told of it by its environment."""
    variable = f"BRIDGE_STORAGE__DATA_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if variable in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # gone meanwhile, or a zombie
    return found


def test_bridge_serve_comes_up_survives_its_parts_and_stops_cleanly(folder: Path) -> None:
    smtp, http = free_port(), free_port()
    environ = {
        **os.environ,
        "BRIDGE_STORAGE__DATA_DIR": str(folder),
        "BRIDGE_SMTP__PORT": str(smtp),
        "BRIDGE_HTTP__PORT": str(http),
    }
    command = (sys.executable, "-m", "bridge.cli", "serve")
    with (folder / "said").open("wb") as said:
        service = subprocess.Popen(command, env=environ, cwd=REPOSITORY, stdout=said, stderr=said)
    try:
        wait_until(lambda: "bereit" in (folder / "said").read_text() or service.poll() is not None, "the service to be ready")
        assert service.poll() is None, (folder / "said").read_text()
        assert [line.partition(" ")[0] for line in (folder / "said").read_text().splitlines()] == ["startet", "bereit:"]
        with socket.create_connection(("127.0.0.1", smtp), timeout=10) as client:
            assert client.recv(100).startswith(b"220 ")
        with redis.Redis(unix_socket_path=str(folder / "redis.sock")) as client:
            kill(int(client.info("server")["process_id"]))
        wait_until(lambda: "redis wurde beendet (Signal SIGKILL)" in (folder / "said").read_text(), "that it is told")
        wait_until(lambda: serve_module._answers_ping(folder / "redis.sock"), "Redis to come back")
        service.send_signal(signal.SIGINT)
        service.terminate()  # both at once, as an impatient operator and an init system do
        assert service.wait(60) == 0
    finally:
        service.kill()
        service.wait()
    assert (folder / "said").read_text().splitlines()[-1] == "beendet"
    with (folder / "children.lock").open() as lock:  # who is not root cannot see the environment of our processes
        wait_until(lambda: serve_module._flock(lock, 0.0), "the end of everything that was started")
    wait_until(lambda: running_below(folder) == [], "the end of everything that was started")
