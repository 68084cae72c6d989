"""The deploy/ files on several hosts: real Redis, workers, webserver and daemon, started by the schedule.

The broker is killed and restarted in the middle; later a worker on a second host is killed.
"""

import os
import platform
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
import yaml

from tests.conftest import HENK, new_database
from tests.e2e.processes import ended, free_port, wait_for

DEPLOY = Path(__file__).parents[2] / "deploy"
BIN = Path(sys.executable).parent
BATCHES, OF_EACH = 20, 2
SECOND_HOST = "second-host"
BROKER_DOWN_SECONDS = 5
# A host name and process ids of its own. Its low process ids exist on this machine, too: only the host name tells them apart.
ON_SECOND_HOST = (
    "unshare", *(["--map-root-user"] if os.geteuid() else []), "--uts", "--pid", "--fork", "--kill-child", "--mount-proc",
    "sh", "-c", f'hostname {SECOND_HOST} && exec "$@"', "sh",
)  # fmt: skip

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
            "HENK_CELERY_BACKEND": f"redis://127.0.0.1:{port}/1", "HENK_BATCH_UPLOADS": str(OF_EACH), "HENK_NIGHTLY_AT": "* * * * *",
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

        # As compose.yaml starts it: what counts is that a message survives a broker that is killed.
        command = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["redis"]["command"]

        def start_broker():
            broker = start("redis", redis, *command[1:], "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path)
            wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None, 20, tmp_path / "redis.log")
            return broker

        broker = start_broker()
        subprocess.run(
            [BIN / "dagster", "instance", "concurrency", "set", "postgres_loaders", "4"],
            env=environment,
            check=True,
            capture_output=True,
            timeout=60,
        )
        yield environment, start, broker, start_broker
        for process in reversed(started):
            ended(process)


def worker(start, name, *prefix):
    """Start a Celery worker with one process to work in; `prefix` is a command that starts it on another host."""
    return start(name, *prefix, HENK, "worker", "-y", DEPLOY / "celery.yaml", "-n", name, "--concurrency", 1)


def family(process):
    return {process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))}


def runs(environment):
    """Return of all import runs: status, host and process id (None before a worker has taken the run)."""
    with psycopg.connect(environment["DAGSTER_POSTGRES_URL"].replace("+psycopg2", "")) as storage:
        if not storage.execute("SELECT to_regclass('runs')").fetchone()[0]:
            return []
        rows = storage.execute(
            "SELECT r.status, (SELECT value FROM run_tags t WHERE t.run_id = r.run_id AND t.key = 'henk/worker') FROM runs r WHERE pipeline_name = 'import_uploads'"
        ).fetchall()
    return [(status, *_host_and_pid(where)) for status, where in rows]


def _host_and_pid(where):
    host, pid, _ = where.split(":") if where else (None, None, None)
    return (host, int(pid)) if host else (None, None)


def launches(environment):
    """Return the number of runs by their job and what launched them: the schedule's or the sensor's name."""
    with psycopg.connect(environment["DAGSTER_POSTGRES_URL"].replace("+psycopg2", "")) as storage:
        return dict(
            storage.execute(
                "SELECT r.pipeline_name || ' ' || t.value, count(*) FROM runs r JOIN run_tags t USING (run_id)"
                " WHERE t.key IN ('dagster/schedule_name', 'dagster/sensor_name') GROUP BY 1"
            ).fetchall()
        )


def is_finished(connection, import_runs):
    """Return whether all uploads are loaded, none is left to retry, and no run is under way."""
    loaded = connection.execute("SELECT count(*) FROM lead_imports WHERE status = 'loaded'").fetchone()[0]
    retries = connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone()[0]
    under_way = any(status in {"QUEUED", "NOT_STARTED", "STARTING", "STARTED"} for status, _, _ in import_runs)
    # A run killed between loading and assigning has uploads that are loaded and unfinished: another run resumes them.
    return loaded == BATCHES * OF_EACH and retries == 0 and not under_way


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_batches_of_a_schedule_survive_a_killed_broker_and_a_killed_host(cluster, settings, server, connection, tmp_path):
    environment, start, broker, start_broker = cluster
    expected = on_one_machine(server, tmp_path)
    with_businesses(settings.database_url.get_secret_value())
    land_batches(settings.landing)
    workers = {"one": worker(start, "one"), "two": worker(start, "two"), "far": worker(start, "far", *ON_SECOND_HOST)}
    for name in workers:
        wait_for(lambda name=name: " ready." in (tmp_path / f"{name}.log").read_text(), 60, tmp_path / f"{name}.log")
    seen = {"one": set(), "two": set()}
    start("daemon", BIN / "dagster-daemon", "run", "-m", "henk_pipeline.definitions")
    start("webserver", BIN / "dagster-webserver", "-m", "henk_pipeline.definitions", "-h", "127.0.0.1", "-p", free_port())
    is_broker_killed = is_host_killed = False
    deadline = time.monotonic() + 540
    while True:
        for name, pids in seen.items():
            pids.update(family(workers[name]))
        import_runs = runs(environment)
        succeeded = sum(status == "SUCCESS" for status, _, _ in import_runs)
        if not is_broker_killed and succeeded >= 3:
            broker.kill()
            broker.wait()
            time.sleep(BROKER_DOWN_SECONDS)
            start_broker()
            is_broker_killed = True
        elif is_broker_killed and not is_host_killed and succeeded >= 6 and ("STARTED", SECOND_HOST) in {run[:2] for run in import_runs}:
            os.killpg(workers["far"].pid, signal.SIGKILL)
            workers["far"].wait()
            is_host_killed = True
        if is_host_killed and is_finished(connection, import_runs):
            break
        assert time.monotonic() < deadline, (is_broker_killed, is_host_killed, import_runs, (tmp_path / "daemon.log").read_text()[-3000:])
        time.sleep(0.5)
    assert connection.execute(STATE).fetchone() == expected
    import_runs = runs(environment)
    worked = {(host, pid) for _, host, pid in import_runs}
    for name, pids in seen.items():
        assert worked & {(platform.node(), pid) for pid in pids}, (name, worked, seen)
    assert any(host == SECOND_HOST for host, _ in worked), worked
    # The killed run had perhaps finished its uploads: then nothing is left for another run, and only its own status says that it was killed.
    killed = sum(status != "SUCCESS" and host == SECOND_HOST for status, host, _ in import_runs)
    assert sum(status == "SUCCESS" for status, _, _ in import_runs) + min(killed, 1) >= BATCHES, import_runs
    launched = launches(environment)
    assert launched["plan_imports nightly"] >= 1, launched
    assert launched["import_uploads launch_planned_runs"] >= BATCHES, launched


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_worker_that_is_asked_to_end_rolls_back_and_its_uploads_stay_pending(cluster, settings, connection, tmp_path):
    _, start, _, _ = cluster
    with_businesses(settings.database_url.get_secret_value())
    folder = Path(settings.landing) / "b0"
    folder.mkdir(parents=True)
    rows = "".join(f"p{n}@example.org,212{n:07d},First{n}\n" for n in range(2_000_000, 2_150_000))
    (folder / "big.csv").write_text("Email,Phone,First Name\n" + rows)
    first = worker(start, "one")
    wait_for(lambda: " ready." in (tmp_path / "one.log").read_text(), 60, tmp_path / "one.log")
    start("daemon", BIN / "dagster-daemon", "run", "-m", "henk_pipeline.definitions")
    wait_for(lambda: connection.execute("SELECT FROM henk.upload_attempts").fetchall(), 240, tmp_path / "daemon.log")
    time.sleep(3)
    begun = time.monotonic()
    first.terminate()  # as systemd, Kubernetes and `docker stop` do: the worker's own process
    first.wait(timeout=60)
    assert time.monotonic() - begun < 10
    wait_for(lambda: not connection.execute("SELECT FROM henk.upload_attempts").fetchall(), 20, tmp_path / "one.log")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
    assert connection.execute("SELECT status FROM lead_imports WHERE status = 'rejected'").fetchall() == []
    second = worker(start, "two")
    wait_for(lambda: connection.execute("SELECT FROM lead_imports WHERE status = 'loaded'").fetchall(), 400, tmp_path / "daemon.log")
    assert second.poll() is None
    assert connection.execute("SELECT count(*), count(DISTINCT email) FROM leads").fetchone() == (150_000, 150_000)
