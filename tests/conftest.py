"""One PostgreSQL server a test session, started when the first test asks; a database a test, copied from a migrated template."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import hypothesis
import polars as pl
import psycopg
import pytest
from psycopg import sql

from henk_pipeline.postgres import embedded, migrate
from henk_pipeline.settings import Settings, load_settings
from tests.e2e.processes import free_port

# Frames of a few rows: one thread takes 0.63 of the processor time that two take, which wait for each other (1,900 tests of consent,
# 52 s for 82 s). The pool is made here; child processes have as many threads as anybody's.
with pytest.MonkeyPatch.context() as environment:
    environment.setenv("POLARS_MAX_THREADS", "1")
    pl.thread_pool_size()

# uv installs without bytecode. Where this is set, each of the hundreds of processes of the tests compiles two thousand modules again: an import
# of ten people takes 4.6 s of processor time with bytecode and 7.7 s without (three turns).
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The machines that run this are slow and noisy: how long an example takes says nothing.
hypothesis.settings.register_profile("henk", deadline=None)
hypothesis.settings.load_profile("henk")

# A shell starts background jobs with SIGINT ignored, and nohup with SIGHUP; Dagster gives SIGTERM the handler of SIGINT, and children
# inherit what is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

SERVERS = "HENK_TEST_SERVERS"
MEMORY = Path("/dev/shm")  # noqa: S108
ENOUGH_MEMORY = 8 * 2**30  # what all databases of two servers take at a time, many times over

# So many parameter sets of a test belong to `make test`.
QUICK_SETS = 3

HENK = Path(sys.executable).with_name("henk")


def pytest_configure() -> None:
    """Make the folder of this session's servers, in memory where there is enough of it: a test's database is a thousand small files."""
    if SERVERS not in os.environ:
        in_memory = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY
        os.environ[SERVERS] = tempfile.mkdtemp(prefix="henk-tests-", dir=MEMORY if in_memory else None)


def pytest_unconfigure() -> None:
    """Remove that folder when the last worker is done."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ.pop(SERVERS), ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as long, of a test of many parameter sets, all but a few that are spread evenly: `make test` is quick, CI runs all."""
    sets: dict[str, list[pytest.Item]] = {}
    for item in items:
        if not item.get_closest_marker("long"):
            sets.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for some in sets.values():
        kept = {round(number * (len(some) - 1) / (QUICK_SETS - 1)) for number in range(QUICK_SETS)}
        for number, item in enumerate(some):
            if len(some) > QUICK_SETS and number not in kept:
                item.add_marker("long")


@contextmanager
def shared_server(name: str, programs: Path | None = None) -> Iterator[Path]:
    """Data directory of a running server with a migrated template. Workers share it; the last one to leave stops it."""
    folder = Path(os.environ[SERVERS]) / name
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "postgres"
    user = folder / f"user-{os.getpid()}-{secrets.token_hex(4)}"
    with filelock.FileLock(folder / "lock"):
        user.touch()
        embedded.start(data, programs)
        with psycopg.connect(embedded.connection_url(data), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'template_henk'").fetchone():
                # A test's database outlives no power cut: without fsync it is made and dropped ten times as fast.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("ALTER SYSTEM SET full_page_writes = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute("CREATE DATABASE template_making")
                migrate.migrate(embedded.connection_url(data, "template_making"))
                connection.execute("ALTER DATABASE template_making RENAME TO template_henk")
    yield data
    with filelock.FileLock(folder / "lock"):
        user.unlink()
        if not list(folder.glob("user-*")):
            embedded.stop(data, programs)


@contextmanager
def new_database(server: Path, template: str = "template_henk") -> Iterator[str]:
    """URL of a new database, gone afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    admin = embedded.connection_url(server)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), sql.Identifier(template))
        )
    yield embedded.connection_url(server, name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """Data directory of the embedded server, running."""
    with shared_server("embedded") as data:
        yield data


@pytest.fixture
def database_url(server: Path) -> Iterator[str]:
    """URL of a new database with every migration applied."""
    with new_database(server) as url:
        yield url


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection to a new database, in autocommit."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of a home of the test's own with a database of its own; child processes get the same."""
    monkeypatch.setenv("HENK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HENK_DATABASE_URL", database_url)
    monkeypatch.setenv("HENK_SETTLE_SECONDS", "0")  # what a test has landed is whole
    monkeypatch.setenv("HENK_REPORTS_PORT", str(free_port()))  # the `henk ui` of another test may run at the same time
    load_settings.cache_clear()
    yield load_settings()
    load_settings.cache_clear()


@pytest.fixture
def henk(settings: Settings) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the `henk` command as a person would, in the test's home, from another directory."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        settings.home.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [HENK, *map(str, arguments)],
            cwd=settings.home,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    return run
