"""Fixtures for every room: the reference data, a real PostgreSQL and a real Redis, each only where a test asks."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent
STARTUP_SECONDS = 60.0


def is_ci() -> bool:
    """Tell whether everything must be there (the environment says CI=true)."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


if not is_ci():  # where hypothesis brings a profile of its own, derandomized and without time limits
    settings.register_profile("busy_machine", deadline=None)
    settings.load_profile("busy_machine")


def absent(what: str) -> NoReturn:
    """Skip visibly without `what`; under CI, where nothing may be missing, fail."""
    if is_ci():
        pytest.fail(f"{what} is missing, and under CI nothing may be", pytrace=False)
    pytest.skip(f"{what} is missing")


def wait_until(is_true: Callable[[], bool], what: str, seconds: float = STARTUP_SECONDS) -> None:
    """Poll `is_true` until it holds; fail naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds} s", pytrace=False)
        time.sleep(0.02)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        absent("the reference data beside the checkout (../shared)")
    return folder


@dataclass
class Postgres:
    """A running PostgreSQL cluster that gives fresh databases."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """SQLAlchemy URL of `database` over the unix socket."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, template: str = "template1") -> str:
        """Return the name of a new database that is a copy of `template`."""
        name = f"test_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database with whoever is still connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _postgres_programs() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    if folders:
        return folders[-1]
    if found is None:
        absent("PostgreSQL (Debian package postgresql)")
    return Path(found).parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A cluster of its own in a temporary folder, reached by its unix socket. Root runs it as the user postgres."""
    programs = _postgres_programs()
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="fax-pg-"))  # not below pytest's folder: a socket's path is limited to 107 bytes
    if as_owner:
        shutil.chown(folder, "postgres", "postgres")
    cluster = folder / "cluster"

    def run(program: str, *arguments: str) -> None:
        command = [*as_owner, str(programs / program), "-D", str(cluster), *arguments]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr.decode()

    try:
        run("initdb", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        # Durability is the machine's to keep, not what these tests show: fsync off spares them minutes.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=60"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Postgres(folder)
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a database with the newest schema, to be copied by each test."""
    from bridge.store.migrate import upgrade

    name = postgres.create_database()
    upgrade(postgres.url(name))
    return name


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """URL of a fresh PostgreSQL database without any table."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """URL of a fresh PostgreSQL database with the newest schema."""
    name = postgres.create_database(postgres_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of a fresh SQLite database with the newest schema."""
    from bridge.store.migrate import upgrade

    url = f"sqlite:///{tmp_path / 'bridge.sqlite'}"
    upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a fresh database with the newest schema, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Path]:
    """The unix socket of a redis-server of our own."""
    program = shutil.which("redis-server")
    if program is None:
        absent("redis-server (Debian package redis-server)")
    import redis

    folder = Path(tempfile.mkdtemp(prefix="fax-redis-"))
    socket = folder / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def answers() -> bool:
        assert server.poll() is None, "redis-server has ended"
        try:
            with redis.Redis(unix_socket_path=str(socket)) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        wait_until(answers, "an answer of redis-server")
        yield socket
    finally:
        server.terminate()
        server.wait(timeout=STARTUP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_socket(redis_server: Path) -> Path:
    """The unix socket of a real Redis that is empty."""
    import redis

    with redis.Redis(unix_socket_path=str(redis_server)) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def redis_url(redis_socket: Path) -> str:
    """The same as a Celery broker URL (redis-py calls the scheme `unix`)."""
    return f"redis+socket://{redis_socket}"
