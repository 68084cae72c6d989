"""A process that is killed leaves nothing half done, and running it again ends where an undisturbed run ends."""

import json
import os
import signal
import subprocess
import sys
import time

import duckdb
import psycopg
import pytest

from tests.conftest import HENK
from tests.integration.test_loading import everything

ROWS = (
    "".join(f"p{n}@example.org,(212) 555-{100 + n % 100:04d},First{n},{'yes' if n % 50 == 0 else ''}\n" for n in range(3000))
    + "bad,,Bo,\np7@EXAMPLE.org,,First7,\n"
)
EXPECTED = {"rows_read": 3002, "rows_accepted": 3000, "rows_rejected": 1, "rows_duplicate": 1}


@pytest.fixture
def people(henk, tmp_path):
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    path = tmp_path / "people.csv"
    path.write_text("Email,Phone,First Name,Do Not Call\n" + ROWS)
    return [HENK, "import", str(path), "--business", "acme", "--campaign", "Year End", "--json"]


def published(settings):
    with duckdb.connect(str(settings.analytics), read_only=True) as analysts:
        return analysts.execute("SELECT count(*) FROM dim_lead").fetchall()[0][0]


def begin_and_kill(command, settings, moment):
    victim = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any(settings.home.glob(moment)):
        assert victim.poll() is None, f"the import ended before {moment} was there"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()


def assert_undisturbed(connection):
    """The state that a run without a fault leaves behind."""
    found = everything(connection)
    assert len(found["leads"]) == 3000
    assert found["lists"] == [("people", 3000)]
    assert found["members"] == [(3000,)]
    assert {action for _, action, _ in found["rows"]} == {"inserted", "merged"}
    assert len(found["rows"]) == 3001
    assert [row[:2] for row in found["rejections"]] == [(3002, "Email")]
    assert connection.execute("SELECT count(*), count(DISTINCT email) FROM leads").fetchone() == (3000, 3000)
    # 60 opted out; whoever shares one of their numbers is not called either.
    opted = connection.execute("SELECT count(*) FROM leads WHERE do_not_call").fetchone()[0]
    suppressed = connection.execute("SELECT count(*) FROM leads WHERE phone IN (SELECT value FROM suppressions)").fetchone()[0]
    assert (opted, found["campaign_leads"]) == (60, [("new", 3000 - suppressed)])
    assert connection.execute("SELECT status, rows_read, leads_inserted FROM lead_imports").fetchall() == [("partial", 3002, 3000)]


@pytest.mark.long
@pytest.mark.parametrize(
    "moment",
    [
        "uploads/*/upload.json",
        "staging/validated_leads/*.parquet",
        "staging/scored_leads/*.parquet",
        "staging/lead_lists/*.parquet",
        "analytics/.henk.duckdb.building-*",
    ],
)
def test_killed_at_this_moment_and_run_again(people, henk, settings, connection, moment):
    assert henk("nightly").returncode == 0  # something is published before
    assert published(settings) == 0
    begin_and_kill(people, settings, moment)
    # All of an upload's leads or none of them, at any time.
    assert connection.execute("SELECT count(*) FROM leads").fetchone()[0] in (0, 3000)
    again = subprocess.run(people, capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert {key: told[key] for key in EXPECTED} == EXPECTED
    assert_undisturbed(connection)
    assert not list(settings.analytics.parent.glob(".henk.duckdb.building-*"))
    assert published(settings) == 3000


@pytest.mark.long
def test_a_night_publishes_what_was_loaded_by_one_who_died_before(people, henk, settings):
    assert henk("nightly").returncode == 0
    begin_and_kill(people, settings, "analytics/.henk.duckdb.building-*")
    assert published(settings) == 0
    assert henk("nightly").returncode == 0
    assert published(settings) == 3000


@pytest.mark.long
def test_a_night_with_nothing_new_builds_a_damaged_file_anew(people, henk, settings):
    assert subprocess.run(people, capture_output=True, timeout=120, check=False).returncode == 0
    settings.analytics.write_bytes(b"no database")
    done = henk("nightly")
    assert done.returncode == 0, done.stderr
    assert published(settings) == 3000


@pytest.mark.long
def test_the_servers_backend_killed_in_the_middle_of_the_load_and_the_run_heals(people, settings, connection):
    victim = subprocess.Popen(people, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL "
        "AND EXISTS (SELECT FROM lead_imports WHERE status = 'running')"
    ).fetchall():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert victim.wait(timeout=60) == 0
    assert_undisturbed(connection)


@pytest.mark.long
def test_two_imports_of_overlapping_files_at_once(people, settings, connection, tmp_path):
    second = tmp_path / "more.csv"
    second.write_text("Email,Phone,First Name,Do Not Call\n" + ROWS.replace("bad,", "worse,"))
    calls = [people, [*people[:2], str(second), *people[3:]]]
    running = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for call in calls]
    ended = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], ended
    told = [json.loads(out) for out, _ in ended]
    assert sorted(one["leads_inserted"] for one in told) == [0, 3000]
    assert all({key: one[key] for key in EXPECTED} == EXPECTED for one in told)
    assert connection.execute("SELECT count(*), count(DISTINCT email) FROM leads").fetchone() == (3000, 3000)
    assert connection.execute("SELECT name, lead_count FROM lead_lists ORDER BY 1").fetchall() == [("more", 3000), ("people", 3000)]


@pytest.mark.long
def test_the_same_file_imported_twice_at_once_is_one_import(people, connection):
    running = [subprocess.Popen(people, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], ended
    assert sum(json.loads(out)["leads_inserted"] for out, _ in ended) == 3000
    assert_undisturbed(connection)


@pytest.mark.long
def test_nothing_stays_locked_after_a_kill(people, database_url, connection):
    victim = subprocess.Popen(people, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not connection.execute("SELECT 1 FROM lead_imports WHERE status = 'running'").fetchone():
        time.sleep(0.001)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    with psycopg.connect(database_url) as other:
        other.execute("SET lock_timeout = '20s'")
        business = other.execute("SELECT id FROM businesses").fetchone()[0]
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"henk.load.{business}"])


@pytest.mark.long
def test_processes_that_open_a_new_home_at_once_do_not_spoil_it(settings):
    opens = (
        "from henk_pipeline.settings import load_settings; from henk_pipeline.orchestration.runs import open_instance\n"
        "with open_instance(load_settings()) as instance: instance.get_runs()"
    )
    for _ in range(2):  # making it, then with what was made
        running = [subprocess.Popen([sys.executable, "-c", opens], stderr=subprocess.PIPE, text=True) for _ in range(4)]
        ended = [process.communicate(timeout=120)[1] for process in running]
        assert [process.returncode for process in running] == [0, 0, 0, 0], ended


LOST_INTERRUPT = """
import json, os, signal, sys
from henk_pipeline import termination
from henk_pipeline.definitions import defs
from henk_pipeline.orchestration.run_planner import plan_runs
from henk_pipeline.orchestration.runs import open_instance, run_imports
from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import load_settings
from henk_pipeline.steps.discovery import discover_uploads

seen, settings = [], load_settings()

def listen(asset, upload, outcome):
    seen.append(asset)
    if asset == sys.argv[1]:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except BaseException:  # a finalizer or a library loses it so
            while not termination.is_requested():
                pass

with termination.watching(), open_instance(settings) as instance:
    with connect(settings) as connection:
        found = discover_uploads(settings, connection)
    (batch,) = plan_runs(instance, settings, found.pending, found.limits)
    try:
        run_imports(defs, instance, batch, listen)
        ended = "finished"
    except termination.TerminationRequestedError:
        ended = "interrupted"
print(json.dumps([ended, seen]))
"""


@pytest.mark.long
@pytest.mark.parametrize("asset", ["validated_leads", "scored_leads", "lead_lists"])
def test_an_interrupt_that_a_library_loses_ends_the_run_before_its_next_upload(asset, henk, settings, connection, monkeypatch):
    monkeypatch.setenv("HENK_LOADERS", "1")  # one run of all of them
    assert henk("business", "add", "acme").returncode == 0
    (folder := settings.home / "landing" / "acme").mkdir(parents=True)
    for number in range(3):
        (folder / f"people{number}.csv").write_text(f"Email\np{number}@example.org\n")
    ended = subprocess.run([sys.executable, "-c", LOST_INTERRUPT, asset], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout, (ended.returncode, ended.stderr)
    how, seen = json.loads(ended.stdout.splitlines()[-1])
    assert (how, seen[-1], seen.count(asset)) == ("interrupted", asset, 1), ended.stderr
    assert connection.execute("SELECT count(*) FROM lead_imports WHERE status = 'rejected'").fetchone() == (0,)
    assert henk("nightly").returncode == 0
    assert connection.execute("SELECT status, count(*) FROM lead_imports GROUP BY 1").fetchall() == [("loaded", 3)]
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (3,)


def test_an_interrupt_in_a_finalizer_leaves_no_traceback():
    # Python calls a finalizer's hook before the thread that watches the signals may have seen this one.
    code = """
import sys, time
import typer
from henk_pipeline.cli.running import ending_in_order

class Finalized:
    def __del__(self):
        raise KeyboardInterrupt

try:
    with ending_in_order():
        Finalized()
        print("goes on", flush=True)
        while True:  # the interrupt is raised again between two short waits: it wakes no long one
            time.sleep(0.01)
except typer.Exit as ended:
    sys.exit(ended.exit_code)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (130, "goes on\n")
    assert ended.stderr.startswith("Error: The process was asked to end.")
    assert "Traceback" not in ended.stderr
