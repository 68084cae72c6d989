"""Past one machine: the deploy/ files as they are, with a real Redis, workers, webserver and daemon; one worker is killed in the middle."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.conftest import HENK, new_database
from tests.e2e.processes import ended, free_port, wait_for

DEPLOY = Path(__file__).parents[2] / "deploy"
BIN = Path(sys.executable).parent
BATCHES, OF_EACH = 20, 2

STATE = """
SELECT (SELECT count(*) FROM leads), (SELECT count(DISTINCT email) FROM leads), (SELECT count(*) FROM lead_lists),
    (SELECT count(*) FROM lead_list_members), (SELECT count(*) FROM campaign_leads), (SELECT count(*) FROM lead_import_rows),
    (SELECT jsonb_object_agg(s, n) FROM (SELECT status AS s, count(*) AS n FROM lead_imports GROUP BY 1) t),
    (SELECT sum(rows_read) FROM lead_imports), (SELECT sum(leads_inserted) FROM lead_imports), (SELECT sum(lead_score) FROM leads)
"""


def land_batches(landing):
    """Files of four businesses, of which each has people of the one before, too."""
    for number in range(BATCHES * OF_EACH):
        folder = Path(landing) / f"b{number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        rows = "".join(f"p{n}@b{number % 4}.example.org,212555{n:04d},First{n}\n" for n in range(number * 50, number * 50 + 90))
        (folder / f"f{number:02d}.csv").write_text("Email,Phone,First Name\n" + rows)
        (folder / f"f{number:02d}.csv.toml").write_text('[[campaigns]]\ncampaign = "Year End"\n')


def with_businesses(url):
    with psycopg.connect(url) as connection:
        for number in range(4):
            connection.execute(
                "INSERT INTO businesses (slug, name, default_country, timezone) VALUES (%s, %s, 'US', 'UTC')", [f"b{number}", f"b{number}"]
            )
        connection.execute("INSERT INTO campaigns (business_id, name) SELECT id, 'Year End' FROM businesses")


def on_one_machine(server, tmp_path):
    """The state after the same files on one machine."""
    with new_database(server) as url:
        with_businesses(url)
        home = tmp_path / "alone"
        land_batches(home / "landing")
        environment = {**os.environ, "HENK_HOME": str(home), "HENK_DATABASE_URL": url, "HENK_SETTLE_SECONDS": "0"}
        subprocess.run([HENK, "nightly"], env=environment, check=True, capture_output=True, timeout=200)
        with psycopg.connect(url) as connection:
            return connection.execute(STATE).fetchone()


@pytest.fixture
def cluster(settings, server, tmp_path, connection):
    """Environment, and a starter of processes that are all ended afterwards."""
    redis = shutil.which("redis-server")
    if redis is None:
        if "CI" in os.environ:
            pytest.fail("CI must have Redis: apt-get install redis-server")
        pytest.skip("no redis-server on this machine; CI runs this test (apt-get install redis-server)")
    port, home = free_port(), tmp_path / "dagster"
    home.mkdir()
    shutil.copy(DEPLOY / "dagster.yaml", home)
    with new_database(server, "template1") as storage:
        environment = {
            **os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "DAGSTER_HOME": str(home), "DAGSTER_POSTGRES_URL": storage.replace("postgresql://", "postgresql+psycopg2://"), "HENK_CELERY_BROKER": f"redis://127.0.0.1:{port}/0",
            "HENK_CELERY_BACKEND": f"redis://127.0.0.1:{port}/1", "HENK_BATCH_UPLOADS": str(OF_EACH), "HENK_AT_ONCE": "*",
            "HENK_HOME": str(settings.home), "HENK_DATABASE_URL": settings.database_url.get_secret_value(), "HENK_SETTLE_SECONDS": "0",
        }  # fmt: skip
        started = []

        def start(name, *command):
            log = (tmp_path / f"{name}.log").open("w")
            process = subprocess.Popen(
                list(map(str, command)), env=environment, stdout=log, stderr=log, start_new_session=True, cwd=tmp_path
            )
            started.append(process)
            return process

        start("redis", redis, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path)
        wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None, 20, tmp_path / "redis.log")
        subprocess.run(
            [BIN / "dagster", "instance", "concurrency", "set", "postgres_loaders", "4"],
            env=environment,
            check=True,
            capture_output=True,
            timeout=60,
        )
        yield environment, start
        for process in reversed(started):
            ended(process)


def worker(start, name):
    """A Celery worker with one process to work in."""
    return start(
        name,
        BIN / "dagster-celery",
        "worker",
        "start",
        "-A",
        "dagster_celery.app",
        "-y",
        DEPLOY / "celery.yaml",
        "-n",
        name,
        "--",
        "--concurrency=1",
    )


def family(process):
    return {process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))}


def runs(environment):
    """Of all runs of imports: status, and the process that works on it."""
    with psycopg.connect(environment["DAGSTER_POSTGRES_URL"].replace("+psycopg2", "")) as storage:
        if not storage.execute("SELECT to_regclass('runs')").fetchone()[0]:
            return []
        rows = storage.execute(
            "SELECT r.status, (SELECT value FROM run_tags t WHERE t.run_id = r.run_id AND t.key = 'henk/worker') FROM runs r WHERE pipeline_name = 'import_uploads'"
        ).fetchall()
    return [(status, int(where.rsplit(":", 1)[1]) if where else None) for status, where in rows]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_twenty_batches_on_several_workers_of_which_one_is_killed(cluster, settings, server, connection, tmp_path):
    environment, start = cluster
    expected = on_one_machine(server, tmp_path)
    with_businesses(settings.database_url.get_secret_value())
    land_batches(settings.landing)
    workers = {name: worker(start, name) for name in ("one", "two", "three")}
    for name in workers:
        wait_for(lambda name=name: " ready." in (tmp_path / f"{name}.log").read_text(), 60, tmp_path / f"{name}.log")
    seen = {name: set() for name in workers}
    start("daemon", BIN / "dagster-daemon", "run", "-m", "henk_pipeline.definitions")
    start("webserver", BIN / "dagster-webserver", "-m", "henk_pipeline.definitions", "-h", "127.0.0.1", "-p", free_port())
    victim = None
    deadline = time.monotonic() + 240
    while True:
        for name, process in workers.items():
            if process.poll() is None:
                seen[name] |= family(process)
        told = runs(environment)
        busy = {pid for status, pid in told if status == "STARTED"}
        if victim is None and sum(status == "SUCCESS" for status, _ in told) >= 4 and busy & seen["two"]:
            victim = workers["two"]
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
        if (
            victim is not None
            and connection.execute("SELECT count(*) FROM lead_imports WHERE status = 'loaded'").fetchone()[0] == BATCHES * OF_EACH
            # A run that was killed between loading and assigning has uploads that are loaded and not done: another takes them up.
            and connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone() == (0,)
            and not busy
        ):
            break
        assert time.monotonic() < deadline, (told, (tmp_path / "daemon.log").read_text()[-3000:])
        time.sleep(0.5)
    assert connection.execute(STATE).fetchone() == expected
    told = runs(environment)
    worked = {pid for _, pid in told}
    assert all(worked & seen[name] for name in workers), (worked, seen)
    assert sum(status == "SUCCESS" for status, _ in told) >= BATCHES
    assert connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone() == (0,)
