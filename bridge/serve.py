"""The supervisor behind `bridge serve` and the demo: one process that starts all others, restarts them, and stops them in order.

It holds nothing that could be lost: whatever dies, it included, the database says what is to be done.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

from bridge.bootstrap import House
from bridge.domain.errors import BridgeError
from bridge.services.spool import remove_abandoned
from bridge.settings import PREFIX, READY_FILE
from bridge.stop_signal import StopSignal

_log = logging.getLogger(__name__)

READY_SECONDS: Final = 60.0
LOG_BYTES: Final = 10 * 1024 * 1024
LOG_FILES: Final = 5
_TARGETS_AT_ONCE: Final = 8
_TICK_SECONDS: Final = 0.1
_MOMENT_SECONDS: Final = 1.0  # who has something to complain about has done so by then
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_LONG_LIFE_SECONDS: Final = 60.0  # who lived so long starts again without a wait
_DEATHS_BEFORE_READY: Final = 3
_MAX_LINE_BYTES: Final = 16 * 1024

Say = Callable[[str], None]


class ServeError(BridgeError):
    """The service did not come up, and all that had been started was stopped; `reason` is the German sentence for people."""

    def __init__(self, detail: str, reason: str) -> None:
        """Take an English `detail` and the German `reason`."""
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Program:
    """One child to keep running.

    `is_ready` tells whether it can be used; None: once it has lived for a moment. `floor` orders: lower floors start
    first and stop last. `grace` is how many seconds it may take to stop. `before_start` gets the number of quick deaths
    in a row.
    """

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool] | None
    floor: int
    grace: float
    environ: Mapping[str, str]
    before_start: Callable[[int], None] = lambda _: None


class Child:
    """A `Program` in its present incarnation, with its log file."""

    def __init__(self, program: Program, log_dir: Path, inherited: Sequence[int]) -> None:
        """Take where its output goes and the file descriptors it keeps open."""
        self.program, self._inherited = program, tuple(inherited)
        self._output = RotatingFileHandler(log_dir / f"{program.name}.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None
        self._pump: threading.Thread | None = None
        self._started_at = 0.0
        self.deaths = 0  # quick ones, in a row
        self.not_before = 0.0

    @property
    def pid(self) -> int | None:
        """Its process id, None while it is not running."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be used now."""
        if self.pid is None:
            return False
        if self.program.is_ready is None:
            return time.monotonic() - self._started_at >= _MOMENT_SECONDS
        return self.program.is_ready()

    def start(self) -> None:
        """Start it, in a session of its own (so that Ctrl-C reaches the supervisor alone), to end when the supervisor does."""
        self.program.before_start(self.deaths)
        self._process = subprocess.Popen(
            ("setpriv", "--pdeathsig", "TERM", "--", *self.program.command),
            env=dict(self.program.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self._inherited,
        )
        self._started_at = time.monotonic()
        self._pump = threading.Thread(target=self._keep_lines, args=(self._process.stdout,), name=f"log-{self.program.name}", daemon=True)
        self._pump.start()

    def bury(self) -> int | None:
        """Return how it ended (exit code, or minus the signal) if it just has, and set when it may start again; else None."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        self._process = None
        now = time.monotonic()
        self.deaths = 0 if now - self._started_at > _LONG_LIFE_SECONDS else self.deaths + 1
        self.not_before = now + min(_FIRST_WAIT * 2.0 ** max(0, self.deaths - 1), _LONGEST_WAIT)
        return code

    def terminate(self) -> None:
        """Ask it to stop."""
        if self.pid is not None and self._process is not None:
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has stopped; from `deadline` (monotonic) on, kill it with all it has started."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("%s did not stop in time and is killed", self.program.name)
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def close(self) -> None:
        """Finish its log."""
        if self._pump is not None:
            self._pump.join(timeout=1.0)
        self._output.close()

    def _keep_lines(self, lines: IO[bytes]) -> None:
        with lines:
            while line := lines.readline(_MAX_LINE_BYTES):
                text = line.decode(errors="replace").rstrip("\n")
                self._output.handle(logging.LogRecord(self.program.name, logging.INFO, "", 0, text, None, None))


class Supervisor:
    """Runs the programs over one data folder, which no second supervisor may use. Use it as a context manager."""

    def __init__(self, folder: Path, programs: Sequence[Program], say: Say, prepare: Callable[[], object] = lambda: None) -> None:
        """Take the data `folder`, what to run, whom to tell in German what goes on, and what to do once nobody else is at work."""
        self._prepare = prepare
        self._folder, self._programs, self._say = folder, sorted(programs, key=lambda program: program.floor), say
        self._children: list[Child] = []
        self._locks: list[IO[str]] = []
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, name="supervisor", daemon=True)

    def __enter__(self) -> Supervisor:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pids(self) -> dict[str, int | None]:
        """The children's process ids by name."""
        return {child.program.name: child.pid for child in self._children}

    def start(self) -> None:
        """Return when everything is ready. Raises ServeError, and then nothing is left running."""
        inherited = self._lock()
        log_dir = self._folder / "logs"
        log_dir.mkdir(exist_ok=True)
        deadline = time.monotonic() + READY_SECONDS
        try:
            self._prepare()
            for floor in sorted({program.floor for program in self._programs}):
                self._start_floor([Child(program, log_dir, [inherited]) for program in self._programs if program.floor == floor], deadline)
        except BaseException:
            self._stop_all()
            raise
        self._watch.start()

    def stop(self) -> None:
        """Stop everything: from the top floor down, the children of a floor together."""
        self._stop.set()
        self._watch.join()

    def _lock(self) -> int:
        """Make sure that nobody else works on this folder; return the descriptor that says so for the children.

        The first lock is the supervisor's own. The second is inherited, so that after the supervisor's own death its
        orphans are waited for: two redis-servers must not write one file.
        """
        own, inherited = (self._folder / f"{name}.lock" for name in ("serve", "children"))
        self._locks = [own.open("a"), inherited.open("a")]
        if not _flock(self._locks[0], 0.0):
            self._unlock()
            raise ServeError("data folder is in use", f"Der Ordner {self._folder} wird schon von einem anderen „bridge serve“ benutzt.")
        if not _flock(self._locks[1], READY_SECONDS):
            self._unlock()
            raise ServeError(
                "former children still run", f"In {self._folder} laufen noch Prozesse eines früheren „bridge serve“. Bitte diese beenden."
            )
        return self._locks[1].fileno()

    def _start_floor(self, children: Sequence[Child], deadline: float) -> None:
        for child in children:
            self._children.append(child)
            child.start()
        waiting = list(children)
        while waiting:
            waiting = [child for child in waiting if not child.is_ready]
            for child in self._children:
                self._revive(child)
                if child.deaths >= _DEATHS_BEFORE_READY:
                    raise self._failure(child, "ends again and again")
            if waiting and time.monotonic() > deadline:
                raise self._failure(waiting[0], "was not ready in time")
            time.sleep(_TICK_SECONDS if waiting else 0.0)

    def _failure(self, child: Child, what: str) -> ServeError:
        name = child.program.name
        log = self._folder / "logs" / f"{name}.log"
        return ServeError(f"{name} {what}", f"„{name}“ ließ sich nicht starten. Der Grund steht am Ende von {log}.")

    def _keep_running(self) -> None:
        """Restart whoever dies, then stop all from this same thread: the kernel ends children whose starting thread ends."""
        while not self._stop.wait(_TICK_SECONDS):
            for child in self._children:
                self._revive(child)
        self._stop_all()

    def _revive(self, child: Child) -> None:
        if (code := child.bury()) is not None:
            wait = child.not_before - time.monotonic()
            self._say(f"{child.program.name} wurde beendet ({_ending(code)}); Neustart in {max(wait, 0.0):.1f} s")
        if child.pid is None and time.monotonic() >= child.not_before:
            try:
                child.start()
            except OSError as error:  # no memory or no processes left: wait as if it had died
                _log.error("%s cannot be started: %s", child.program.name, error.strerror)
                child.not_before = time.monotonic() + _LONGEST_WAIT

    def _stop_all(self) -> None:
        for floor in sorted({child.program.floor for child in self._children}, reverse=True):
            together = [child for child in self._children if child.program.floor == floor]
            for child in together:
                child.terminate()
            began = time.monotonic()
            for child in together:
                child.wait(began + child.program.grace)
        for child in self._children:
            child.close()
        self._unlock()

    def _unlock(self) -> None:
        for lock in self._locks:
            lock.close()
        self._locks = []


def programs(house: House) -> list[Program]:
    """Return what the whole service consists of. Raises ConfigurationError where a folder cannot be made."""
    settings, folder = house.settings, house.folder
    environ = {**os.environ, "OMP_THREAD_LIMIT": "1", "PYTHONUNBUFFERED": "1", "TMPDIR": str(house.work_folder)}
    ours = (sys.executable, "-m", "bridge.cli")

    def worker(queue: str, *pool: str) -> Program:
        ready = folder / f"{queue}.ready"
        flags = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")
        nice = ("nice", "-n", "10")  # whoever accepts faxes comes before whoever reads them
        celery = (*nice, sys.executable, "-m", "celery", "-A", "workers.app")
        options = ("worker", "-Q", queue, "-n", f"{queue}@%h", *pool)
        return Program(
            f"worker-{queue}",
            (*celery, *options, *flags),
            ready.exists,
            floor=1,
            grace=20.0,
            environ={**environ, READY_FILE: str(ready)},
            before_start=lambda _: ready.unlink(missing_ok=True),
        )

    return [
        *([] if settings.redis.url else [_redis(folder, environ)]),
        worker("reading", "-c", str(settings.work.worker_processes or len(os.sched_getaffinity(0)))),
        worker("delivering", "-P", "threads", "-c", str(_TARGETS_AT_ONCE)),  # they wait for answers: one that is slow costs no other time
        Program("sweeper", (*ours, "sweep"), None, floor=1, grace=10.0, environ=environ),
        Program("gateway", (*ours, "gateway"), _listens(settings.smtp.host, settings.smtp.port), floor=2, grace=15.0, environ=environ),
        Program("web", (*ours, "web"), _listens(settings.http.host, settings.http.port), floor=2, grace=15.0, environ=environ),
    ]


@contextmanager
def serving(house: House, say: Say) -> Iterator[Supervisor]:
    """Bring the whole service up, ready when the context begins, stopped in order when it ends.

    Raises ConfigurationError before anything is started, ServeError where something does not come up.
    """
    house.check()  # a wrong configuration is told now: nothing starts half
    parts = programs(house)
    house.migrate()
    # nobody is at work yet: what lies among the temporary files was left by a service that was killed
    with Supervisor(house.folder, parts, say, lambda: remove_abandoned(house.work_folder, timedelta(0))) as supervisor:
        yield supervisor


def serve(house: House, say: Say) -> None:
    """Run the service until SIGINT or SIGTERM. Must be called from the main thread; raises as `serving` does."""
    with StopSignal() as stop:
        say("startet …")
        with serving(house, say):
            smtp, http = house.settings.smtp, house.settings.http
            say(
                f"bereit: Faxe per SMTP an {smtp.host}:{smtp.port}, HTTP auf {http.host}:{http.port}; Protokolle in {house.folder / 'logs'}"
            )
            if (secret := house.staff.first_link()) is not None:  # to the terminal that started it, never to a log
                say(f"Erste Anmeldung im Browser (einmal gültig, 24 Stunden): {house.invitation_link(secret)}")
            stop.wait()
            say("wird beendet …")
        say("beendet")


def _redis(folder: Path, environ: Mapping[str, str]) -> Program:
    """Return the private Redis: a unix socket, no TCP port, an append-only file, and none of our settings."""
    path = folder / "redis.sock"
    home = folder / "redis"
    command = ("redis-server", "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(home))
    durable = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction")

    harmless = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}  # it reads no secret, nor shows one

    def prepare(deaths: int) -> None:
        home.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        if deaths == _DEATHS_BEFORE_READY - 1:  # its file may be broken; bells can be lost, the sweeper rings again
            shutil.rmtree(home)
            home.mkdir()

    return Program("redis", (*command, *durable), lambda: _answers_ping(path), floor=0, grace=10.0, environ=harmless, before_start=prepare)


def _answers_ping(path: Path) -> bool:
    """Ask Redis by hand (RESP inline command), for a broken answer is as good as none."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1.0)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _listens(host: str, port: int) -> Callable[[], bool] | None:
    """Return a check whether somebody takes connections there; None for port 0, which cannot be known."""
    if port == 0:
        return None
    reachable = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name to replace

    def is_listening() -> bool:
        try:
            with socket.create_connection((reachable, port), timeout=1.0):
                return True
        except OSError:
            return False

    return is_listening


def _flock(file: IO[str], seconds: float) -> bool:
    """Take an exclusive lock within `seconds`; tell whether it was to be had."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_TICK_SECONDS)


def _ending(code: int) -> str:
    return f"Signal {signal.Signals(-code).name}" if code < 0 else f"Code {code}"
